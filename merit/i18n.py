"""Language: Indonesian is the source, English a complete catalogue; works with and without a request."""

from __future__ import annotations

from typing import Any

import flask_babel
from babel import Locale
from babel.support import Translations
from flask import Flask, has_request_context, session
from flask_babel import LazyString

LANGUAGES = ("id", "en")
DEFAULT = "id"

babel = flask_babel.Babel()


def _select_locale() -> str:
    if not has_request_context():
        return DEFAULT
    chosen = session.get("language")
    return str(chosen) if chosen in LANGUAGES else DEFAULT


def init_app(app: Flask) -> None:
    """Attach the catalogues to the application."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Makassar")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(app.root_path) + "/locale")
    babel.init_app(app, locale_selector=_select_locale)


def _(message: str, /, **variables: Any) -> str:
    """Translate a message; outside an application it is the Indonesian source itself."""
    try:
        return str(flask_babel.gettext(message, **variables))
    except RuntimeError:
        return message % variables if variables else message


def lazy(message: str, /) -> LazyString:
    """Return a message that is translated when it is shown."""
    return LazyString(_, message)


def current_locale() -> Locale:
    """Return the locale of the request, Indonesian outside one."""
    return flask_babel.get_locale() or Locale.parse(DEFAULT)


def translations() -> Translations:
    """Return the catalogue of the request (for WTForms)."""
    catalogue: Translations = flask_babel.get_translations()
    return catalogue
