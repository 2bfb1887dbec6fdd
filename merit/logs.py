"""Structured logs on stderr: readable in development, JSON in production, no personal data."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

import structlog
from jinja2 import TemplateError

from merit.config import Settings

_OF_THE_PROGRAM = (AttributeError, ImportError, NameError, TemplateError, TypeError)
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def _without_values(exc_info: _ExcInfo) -> str:
    """Return the traceback of an error with its causes; messages only where they are about the program.

    Any other message, a database's above all, may quote somebody's record.
    """
    error: BaseException | None = exc_info[1]
    parts: list[str] = []
    while error is not None:
        told = f": {error}" if isinstance(error, _OF_THE_PROGRAM) else ""
        parts.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__ + told)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(reversed(parts))


def configure_logs(settings: Settings) -> None:
    """Send structlog and the standard library's warnings to stderr."""
    renderer = structlog.processors.JSONRenderer() if settings.log_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_without_values),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=not settings.testing,
    )
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, force=not settings.testing)
