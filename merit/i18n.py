"""Language: Indonesian is the source, English a complete catalogue; works with and without a request."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

import flask_babel
from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, session
from flask_babel import LazyString

LANGUAGES = ("id", "en")
DEFAULT = "id"
FOLDER = Path(__file__).parent / "locale"

babel = flask_babel.Babel()
_spoken: ContextVar[str] = ContextVar("merit_language", default="")


def _known(language: str | None) -> str:
    return language if language in LANGUAGES else DEFAULT


def current_language() -> str:
    """Return the language of the request; without one that of ``speaking``, else ``MERIT_LANGUAGE``.

    Indonesian wherever nothing, or nothing known, was chosen.
    """
    if has_request_context():
        return _known(session.get("language"))
    return _known(_spoken.get() or os.environ.get("MERIT_LANGUAGE"))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language inside the block, for work done for somebody without a request."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def init_app(app: Flask) -> None:
    """Attach the catalogues to the application."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Makassar")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(FOLDER))
    babel.init_app(app, locale_selector=current_language)
    app.jinja_env.globals["_as"] = _as


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(FOLDER, [language])


def _(message: str, /, **variables: Any) -> str:
    """Translate a message into the current language."""
    text = _catalogue(current_language()).gettext(message)
    return text % variables if variables else text


def _as(sense: str, message: str, /) -> str:
    """Translate a message whose sense tells it from another one spelt the same."""
    return str(_catalogue(current_language()).pgettext(sense, message))


def lazy(message: str, /) -> LazyString:
    """Return a message that is translated when it is shown."""
    return LazyString(_, message)


def lazy_as(sense: str, message: str, /) -> LazyString:
    """Return a message with a sense that is translated when it is shown."""
    return LazyString(_as, sense, message)


def current_locale() -> Locale:
    """Return the locale of the current language."""
    return Locale.parse(current_language())
