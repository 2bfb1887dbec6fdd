"""What a running test asks of the server besides saving: standing, paper, lease, signs of life, the end."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain import seb, sections
from merit.assessment.domain.outages import LONGEST_HOLD
from merit.assessment.domain.states import AttemptState
from merit.assessment.domain.timing import AttemptClock, is_late
from merit.assessment.models.delivery import Attempt, AttemptEvent
from merit.assessment.models.sittings import Sitting, SittingEvent
from merit.assessment.queries.delivery import find_attempt, list_refused
from merit.assessment.saving import (
    AttemptRow,
    Beat,
    Finished,
    HeartbeatRequest,
    PaperRow,
    Signal,
    store,
)
from merit.assessment.services.sections import sections_of
from merit.assessment.services.sweeping import sweep_soon
from merit.db import get_database
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.security.tokens import new_token, token_hash

ASKING = dt.timedelta(seconds=60)  # how long a browser that asked for the lease and is heard of no more keeps its turn
_ANY_BROWSER = '"seb_config_keys":[]'  # as JSONText writes it; a paper is fetched by a whole hall at once
SIGNALS = frozenset({"focus-lost", "network-changed", "item-view", "rehearsal"})
MOST_SIGNALS = 100
MOST_DETAILS = 500
STARTED = (AttemptState.RUNNING, AttemptState.PAUSED, AttemptState.FINISHED)


class SectionClock(NamedTuple):
    """The section a candidate is in, where sections are taken in order; ``remaining`` None: no time of its own."""

    number: int
    open_from: int
    open_to: int
    deadline: dt.datetime | None
    remaining: int | None


class Standing(NamedTuple):
    """An attempt as its browser sees it now; ``responses`` only for the browser that holds the lease.

    ``section_seconds`` is what each section takes, None without a time of its own.
    """

    row: AttemptRow
    state: str
    remaining: int | None
    lease: str
    responses: Sequence[tuple[int, int, str, bool]]
    section: SectionClock | None = None
    section_seconds: Sequence[int | None] = ()


class LeaseAnswer(NamedTuple):
    """``lease`` is the secret to save with when ``granted``, else the one to ask again with."""

    lease: str
    granted: bool


def standing_of(token: str, lease: str = "") -> Standing:
    """Return where an attempt stands."""
    row = store().attempt(token_hash(token))
    if row is not None and _is_overdue(row, clock.now()):
        sweep_soon(get_database())
        row = store().attempt(token_hash(token))
    if row is None:
        raise NotFoundError("attempt-unknown")
    state, remaining = present_clock(row, clock.now())
    whose = _whose(row, lease)
    responses = store().responses(row.id) if whose == "mine" and state in STARTED else ()
    section = section_clock(row, clock.now())
    seconds: Sequence[int | None] = ()
    if section is not None:
        with get_database().reading() as session:
            seconds = [part.seconds for part in sections_of(session, row.id)]
    return Standing(row, state, remaining, whose, responses, section, seconds)


def present_clock(row: AttemptRow | Beat, at: dt.datetime) -> tuple[str, int | None]:
    """Return the state and the seconds left.

    Who is past deadline and grace stands at zero until the sweep ends the attempt: an outage nobody has decided on may
    still give time back, and a browser that was told "finished" forgets what it holds. Past the longest such wait it is
    finished, swept or not.
    """
    if row.started_at is None:
        return row.state, None
    if _is_overdue(row, at):
        is_over = is_late(row.deadline, row.grace_seconds, at - LONGEST_HOLD)
        return (AttemptState.FINISHED if is_over else AttemptState.RUNNING).value, 0
    if row.state == AttemptState.FINISHED:
        return row.state, 0
    clocked = AttemptClock(
        started_at=row.started_at,
        allotted_seconds=row.allotted_seconds,
        paused_seconds=row.paused_seconds,
        extended_seconds=row.extended_seconds,
        paused_at=row.paused_at,
    )
    return row.state, clocked.remaining(at)


def section_clock(row: AttemptRow | Beat | Attempt, at: dt.datetime) -> SectionClock | None:
    """Return the clock of the section somebody is in, None where sections are not taken in order."""
    if row.section is None or row.open_from is None or row.open_to is None:
        return None
    left = sections.seconds_left(row.section_deadline, at, row.paused_at)
    return SectionClock(row.section, row.open_from, row.open_to, row.section_deadline, left)


def _is_overdue(row: AttemptRow | Beat, at: dt.datetime) -> bool:
    return row.state == AttemptState.RUNNING and is_late(row.deadline, row.grace_seconds, at)


def paper_of(token: str, lease: str, *, address: str = "", seb_sent: str = "") -> PaperRow:
    """Return the sealed paper of a started attempt, to the browser that holds the lease."""
    paper = store().paper(token_hash(token))
    if paper is None:
        raise NotFoundError("attempt-unknown")
    if paper.state not in STARTED:
        raise RuleViolationError("attempt-not-started")
    if paper.lease_hash is None or token_hash(lease) != paper.lease_hash:
        raise RuleViolationError("lease-ended")
    if _ANY_BROWSER not in paper.settings:
        check_browser(json.loads(paper.settings), address, seb_sent)
    return paper


def take_lease(session: Session, token: str, former: str, *, address: str = "", seb_sent: str = "") -> LeaseAnswer:
    """Let one browser save: the first one, the one that had it, or one the proctor has consented to.

    Another browser's request is kept for the board, and the browser asks again with what it was given. One asks at a
    time; one the proctor has refused stays refused until its candidate asks anew.
    """
    attempt = find_attempt(session, token_hash(token), for_update=True)
    if attempt is None:
        raise NotFoundError("attempt-unknown")
    sitting = session.get_one(Sitting, attempt.sitting_id)
    check_browser(sitting.settings, address, seb_sent)
    given = token_hash(former) if former else ""
    if given and given == attempt.lease_hash:
        return LeaseAnswer(former, granted=True)
    if attempt.state == AttemptState.FINISHED:
        raise RuleViolationError("attempt-finished")
    is_free = attempt.lease_hash is None or sitting.kind == "practice"
    if is_free:
        return LeaseAnswer(_grant(session, attempt), granted=True)
    if given and given == attempt.lease_asked_hash:
        attempt.lease_asked_at = clock.now()
        return LeaseAnswer(former, granted=False)
    _check_turn(session, attempt, given)
    return LeaseAnswer(_ask(session, attempt), granted=False)


def keep_heartbeat(token: str, lease: str, events: Any, *, network: str) -> Beat:
    """Keep a sign of life and what the browser tells with it."""
    signals = [_signal(event) for event in _events(events)]
    request = HeartbeatRequest(token_hash(token), token_hash(lease), clock.now(), network, signals)
    beat = store().heartbeat(request)
    if beat.status != "ok" or not _is_overdue(beat, request.at):
        return beat
    sweep_soon(get_database())
    row = store().attempt(request.token_hash)
    return beat if row is None else beat._replace(state=row.state, deadline=row.deadline)


def finish_attempt(token: str, lease: str, *, ending: str = "candidate") -> Finished:
    """End an attempt by its candidate; safe to repeat. After the deadline the sweep's end is written instead."""
    return store().finish(token_hash(token), token_hash(lease), clock.now(), ending)


def _whose(row: AttemptRow, lease: str) -> str:
    if row.lease_hash is None:
        return "none"
    given = token_hash(lease) if lease else ""
    if given == row.lease_hash:
        return "mine"
    return "asked" if given and given == row.lease_asked_hash else "other"


def _grant(session: Session, attempt: Attempt) -> str:
    lease = new_token()
    now = clock.now()
    attempt.lease_hash = token_hash(lease)
    attempt.lease_number += 1
    attempt.lease_asked_hash = attempt.lease_asked_at = None
    attempt.last_seen_at = attempt.last_seen_at or now
    session.add(AttemptEvent(attempt_id=attempt.id, kind="lease", details={"number": attempt.lease_number}, at=now))
    session.flush()
    return lease


def _check_turn(session: Session, attempt: Attempt, given: str) -> None:
    if given and given in list_refused(session, attempt.candidate_id):
        raise RuleViolationError("lease-refused")
    if attempt.lease_asked_at is not None and clock.now() - attempt.lease_asked_at < ASKING:
        raise RuleViolationError("lease-busy")


def _ask(session: Session, attempt: Attempt) -> str:
    asked = new_token()
    now = clock.now()
    attempt.lease_asked_hash = token_hash(asked)
    attempt.lease_asked_at = now
    session.add(
        SittingEvent(
            sitting_id=attempt.sitting_id,
            room_id=attempt.room_id,
            candidate_id=attempt.candidate_id,
            kind="lease-asked",
            at=now,
        )
    )
    session.flush()
    return asked


def check_browser(settings: Mapping[str, Any], address: str, sent: str) -> None:
    """Refuse a browser other than the Safe Exam Browser a sitting demands."""
    keys = settings.get("seb_config_keys", ())
    if keys and not seb.is_allowed(keys, address, sent):
        raise RuleViolationError("seb-wrong" if sent else "seb-required")


def _events(events: Any) -> Sequence[Any]:
    if not isinstance(events, list) or len(events) > MOST_SIGNALS:
        raise InvalidInputError("request-malformed")
    return events


def _signal(event: Any) -> Signal:
    if not isinstance(event, Mapping) or not event.keys() <= {"kind", "at", "details"}:
        raise InvalidInputError("request-malformed")
    kind, at, details = event.get("kind"), event.get("at", ""), event.get("details") or {}
    if kind not in SIGNALS or not isinstance(at, str) or not isinstance(details, Mapping):
        raise InvalidInputError("request-malformed")
    text = json.dumps({**details, "at": at}, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    if len(text) > MOST_DETAILS or "\\u0000" in text:
        raise InvalidInputError("request-malformed")
    return Signal(str(kind), text)
