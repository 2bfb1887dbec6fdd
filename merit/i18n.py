"""Language: Indonesian is the source, English a complete catalogue; works with and without a request."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import flask_babel
from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, has_app_context, has_request_context, session
from flask_babel import LazyString

LANGUAGES = ("id", "en")
DEFAULT = "id"
FOLDER = Path(__file__).parent / "locale"

babel = flask_babel.Babel()


def command_language() -> str:
    """Return the language of the command line: ``MERIT_LANGUAGE``, Indonesian where it is unset or unknown."""
    chosen = os.environ.get("MERIT_LANGUAGE", "")
    return chosen if chosen in LANGUAGES else DEFAULT


def _select_locale() -> str:
    if not has_request_context():
        return command_language()
    chosen = session.get("language")
    return str(chosen) if chosen in LANGUAGES else DEFAULT


def init_app(app: Flask) -> None:
    """Attach the catalogues to the application."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Makassar")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(FOLDER))
    babel.init_app(app, locale_selector=_select_locale)


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(FOLDER, [language])


def _in_application() -> bool:
    return has_app_context() and "babel" in current_app.extensions


def translations() -> NullTranslations:
    """Return the catalogue of the request, or that of the command line outside an application."""
    if _in_application():
        chosen: NullTranslations = flask_babel.get_translations()
        return chosen
    return _catalogue(command_language())


def _(message: str, /, **variables: Any) -> str:
    """Translate a message."""
    text = translations().gettext(message)
    return text % variables if variables else text


def _as(sense: str, message: str, /) -> str:
    return str(translations().pgettext(sense, message))


def lazy(message: str, /) -> LazyString:
    """Return a message that is translated when it is shown."""
    return LazyString(_, message)


def lazy_as(sense: str, message: str, /) -> LazyString:
    """Return a lazy message whose sense tells it from another one spelt the same."""
    return LazyString(_as, sense, message)


def current_locale() -> Locale:
    """Return the locale of the request, that of the command line outside one."""
    return (flask_babel.get_locale() if _in_application() else None) or Locale.parse(command_language())
