"""What goes into a store and what comes back; named tuples, for this is the hottest path of the house."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from merit.assessment.domain.receipts import Answer
from merit.errors import MeritError


class SaveRequest(NamedTuple):
    """Answers of one request, each position once, in the order of positions; secrets hashed."""

    token_hash: str
    lease_hash: str
    at: dt.datetime
    answers: Sequence[Answer]


class Saved(NamedTuple):
    """What became of a save.

    ``status`` is ``saved``, or the code of the refusal (``stale-revision`` when only some were refused). ``stored``
    are the newer answers the server holds for the refused ones. ``late`` tells that some came after their time or for
    a section that was left. ``section`` is the one entered last, None where sections are not taken in order.
    """

    status: str
    receipt: str = ""
    saves: int = 0
    state: str = ""
    deadline: dt.datetime | None = None
    late: bool = False
    stored: Sequence[dict[str, Any]] = ()
    position: int = 0
    section: int | None = None
    section_deadline: dt.datetime | None = None


class Signal(NamedTuple):
    """Something the browser tells about itself: focus lost, network changed, an item looked at."""

    kind: str
    details: str  # canonical JSON


class HeartbeatRequest(NamedTuple):
    """A sign of life of the browser that holds the lease."""

    token_hash: str
    lease_hash: str
    at: dt.datetime
    network: str
    signals: Sequence[Signal]


class Beat(NamedTuple):
    """The clock after a sign of life; ``status`` is ``ok`` or the code of the refusal."""

    status: str
    state: str = ""
    started_at: dt.datetime | None = None
    deadline: dt.datetime | None = None
    allotted_seconds: int = 0
    paused_seconds: int = 0
    extended_seconds: int = 0
    paused_at: dt.datetime | None = None
    grace_seconds: int = 0
    section: int | None = None
    open_from: int | None = None
    open_to: int | None = None
    section_deadline: dt.datetime | None = None


class Finished(NamedTuple):
    """The end of an attempt; ``status`` is ``finished`` or the code of the refusal."""

    status: str
    receipt: str = ""
    saves: int = 0
    answered: int = 0
    finished_at: dt.datetime | None = None
    ending: str = ""


class AttemptRow(NamedTuple):
    """An attempt as its browser needs it, with the names of sitting, room and candidate."""

    id: int
    state: str
    started_at: dt.datetime | None
    deadline: dt.datetime | None
    allotted_seconds: int
    paused_seconds: int
    extended_seconds: int
    paused_at: dt.datetime | None
    grace_seconds: int
    finished_at: dt.datetime | None
    ending: str | None
    receipt: str
    saves: int
    answered: int
    marked: int
    items: int
    lease_hash: str | None
    lease_asked_hash: str | None
    sitting_code: str
    sitting_name: str
    sitting_kind: str
    minutes: int
    number: str
    seat: int | None
    room: str
    nip: str
    name: str
    section: int | None = None
    open_from: int | None = None
    open_to: int | None = None
    section_deadline: dt.datetime | None = None


class PaperRow(NamedTuple):
    """A sealed paper as stored, and whether it may be handed out."""

    state: str
    lease_hash: str | None
    sha256: str
    packed: bytes
    settings: str


class Store(Protocol):
    """The database, as the delivery of a test uses it; every method is one round trip."""

    def save(self, request: SaveRequest) -> Saved:
        """Keep answers; safe to repeat."""

    def heartbeat(self, request: HeartbeatRequest) -> Beat:
        """Keep a sign of life."""

    def finish(self, token_hash: str, lease_hash: str, at: dt.datetime, ending: str) -> Finished:
        """End an attempt; safe to repeat."""

    def attempt(self, token_hash: str) -> AttemptRow | None:
        """Read an attempt."""

    def responses(self, attempt_id: int) -> Sequence[tuple[int, int, str, bool]]:
        """Read the answers of an attempt: position, revision, value, marked."""

    def paper(self, token_hash: str) -> PaperRow | None:
        """Read a paper."""

    def close(self) -> None:
        """Close all connections; what was accepted has been committed."""


class StoreBusyError(MeritError):
    """Another writer holds the database; nothing was acknowledged, the browser sends again."""

    status = 503
    default_reason = "save-busy"


class StoreFailedError(MeritError):
    """The database cannot write (disk full, read-only, gone); nothing was acknowledged."""

    status = 503
    default_reason = "storage-failed"
