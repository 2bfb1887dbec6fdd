"""Errors that mean something to the person who caused them.

Each class carries a reason code; ``merit.phrases`` holds the sentence for it. ``app`` turns them into pages,
the command line into one sentence on stderr and exit code 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class MeritError(Exception):
    """Base of everything Merit refuses on purpose.

    ``reason`` is a code with a sentence in ``merit.phrases``; ``details`` fill its placeholders.
    """

    status = 400
    default_reason = "refused"

    def __init__(self, reason: str = "", /, **details: Any) -> None:
        """Keep the reason code and what its sentence needs."""
        self.reason = str(reason or self.default_reason)
        self.details: Mapping[str, Any] = details
        super().__init__(self.reason, details)


class InvalidInputError(MeritError):
    """What was given cannot be used as it stands."""

    status = 422
    default_reason = "invalid-input"


class RuleViolationError(MeritError):
    """A rule of the domain forbids it."""

    status = 409
    default_reason = "rule-violation"


class ConflictError(MeritError):
    """Somebody else changed the record in the meantime."""

    status = 409
    default_reason = "changed-meanwhile"


class NotAllowedError(MeritError):
    """The actor may not do this; shown as not found where existence is itself a secret."""

    status = 403
    default_reason = "not-allowed"


class NotFoundError(MeritError):
    """There is no such thing, or none the actor may know of."""

    status = 404
    default_reason = "not-found"


class SetupError(MeritError):
    """The installation lacks something; the sentence says what to do."""

    status = 503
    default_reason = "setup"


class ThrottledError(MeritError):
    """Too many tries; ``seconds`` says how long to wait."""

    status = 429
    default_reason = "throttled"
