"""Structured logs on stderr: readable in development, JSON in production, no personal data."""

from __future__ import annotations

import logging
import sys

import structlog

from merit.config import Settings


def configure_logs(settings: Settings) -> None:
    """Send structlog and the standard library's warnings to stderr."""
    renderer = structlog.processors.JSONRenderer() if settings.log_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=not settings.testing,
    )
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, force=not settings.testing)
