"""What the writer thread does to the tables; ``merit_save``, ``merit_heartbeat`` and ``merit_finish`` of PostgreSQL.

Every act runs inside the writer's transaction and raises nothing on purpose: refusals are answers.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Container, Sequence
from typing import Any, NamedTuple

from merit.assessment.domain import sections
from merit.assessment.domain.answers import is_blank
from merit.assessment.domain.receipts import Answer, entry_of, next_receipt, payload_of, stamp
from merit.assessment.domain.timing import SILENCE, is_late
from merit.assessment.saving.values import Beat, Finished, HeartbeatRequest, Saved, SaveRequest

OWN_ENDINGS = ("candidate", "plain_form")
TWO_NETWORKS = "two-networks"
_ATTEMPT = """
SELECT id, state, ending, lease_hash, items, deadline, grace_seconds, receipt, saves, answered, marked, last_seen_at,
       started_at, network, flags, allotted_seconds, paused_seconds, extended_seconds, paused_at, finished_at,
       sitting_id, room_id, candidate_id, section, open_from, open_to, is_forward, section_deadline
FROM attempts WHERE token_hash = ?
"""
_PARTS = "SELECT number, first, last, seconds FROM attempt_sections WHERE attempt_id = ? AND number > ?"
_LEFT = "UPDATE attempt_sections SET until = ? WHERE attempt_id = ? AND number = ?"
_ENTERED = "UPDATE attempt_sections SET entered_at = ?, way = 'saved' WHERE attempt_id = ? AND number = ?"
_WINDOW = """
UPDATE attempts SET section = ?, open_from = ?, open_to = ?, section_seconds = ?, section_deadline = ? WHERE id = ?
"""
_FLOOR = "UPDATE attempts SET open_from = MAX(open_from, ?) WHERE id = ?"
_STORED = "SELECT revision, value, marked FROM responses WHERE attempt_id = ? AND position = ?"
_STORED_LATE = """
SELECT revision, value, marked, accepted_by FROM late_responses WHERE attempt_id = ? AND position = ?
"""
_INTO = """
INSERT INTO {} (attempt_id, position, revision, value, marked, client_at, saved_at{}) VALUES (?, ?, ?, ?, ?, ?, ?{})
ON CONFLICT (attempt_id, position) DO UPDATE SET revision = excluded.revision, value = excluded.value,
    marked = excluded.marked, client_at = excluded.client_at, saved_at = excluded.saved_at
"""
_KEEP = _INTO.format("responses", "", "")
# What was proposed is this text; a newer one is to be proposed again.
_KEEP_LATE = _INTO.format("late_responses", ", proposed_reason", ", ''") + ", proposed_by = NULL, proposed_reason = ''"
_LINK = "INSERT INTO response_saves (attempt_id, number, payload, receipt, late, saved_at) VALUES (?, ?, ?, ?, ?, ?)"
_COUNT = """
UPDATE attempts SET receipt = ?, saves = ?, answered = ?, marked = ?, last_save_at = ?, last_seen_at = ? WHERE id = ?
"""
_GAP = "INSERT INTO contact_gaps (attempt_id, from_at, until_at) VALUES (?, ?, ?)"
_EVENT = "INSERT INTO attempt_events (attempt_id, kind, details, at) VALUES (?, ?, ?, ?)"
_SEEN = "UPDATE attempts SET last_seen_at = ?, network = ?, focus_losses = focus_losses + ?, flags = ? WHERE id = ?"
_FINISH = "UPDATE attempts SET state = 'finished', finished_at = ?, ending = ?, paused_at = NULL WHERE id = ?"
_MINUTES = """
INSERT INTO sitting_events (sitting_id, room_id, candidate_id, kind, note, details, at) VALUES (?, ?, ?, ?, '', '{}', ?)
"""


class _Attempt(NamedTuple):
    id: int
    state: str
    ending: str | None
    lease_hash: str | None
    items: int
    deadline: str | None
    grace_seconds: int
    receipt: str
    saves: int
    answered: int
    marked: int
    last_seen_at: str | None
    started_at: str | None
    network: str
    flags: str
    allotted_seconds: int
    paused_seconds: int
    extended_seconds: int
    paused_at: str | None
    finished_at: str | None
    sitting_id: int
    room_id: int
    candidate_id: int
    section: int | None
    open_from: int
    open_to: int
    is_forward: int | None
    section_deadline: str | None


class _Timing(NamedTuple):
    """What comes too late of a request: the positions, and whether all of it does; and the section after it."""

    is_over: bool
    late: frozenset[int]
    section: int | None
    section_deadline: dt.datetime | None


class _Fresh(NamedTuple):
    """An answer that is newer than what is stored."""

    answer: Answer
    stored: _Stored | None
    late: bool


class _Stored(NamedTuple):
    revision: int
    value: str
    marked: int
    accepted_by: int | None = None


def text_of(at: dt.datetime) -> str:
    """Return an instant as SQLAlchemy keeps it on SQLite."""
    return at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def instant(text: Any) -> dt.datetime | None:
    """Read an instant from the file."""
    return None if text is None else dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def save(connection: sqlite3.Connection, request: SaveRequest) -> Saved:
    """Keep the answers that are newer than what is stored, and add them to the chain of receipts."""
    attempt = _find(connection, request.token_hash)
    refusal = _refusal(attempt, request.lease_hash)
    if attempt is None or refusal:
        return Saved(refusal)
    highest = request.answers[-1].position
    if highest > attempt.items:
        return Saved("answer-position-unknown", position=highest)
    timing = _judge(connection, attempt, request)
    fresh, stored = _sort_out(connection, attempt.id, request.answers, timing.late)
    if fresh and attempt.state == "finished" and attempt.ending in OWN_ENDINGS:
        return Saved("attempt-finished", attempt.receipt, attempt.saves, attempt.state)
    receipt, saves = attempt.receipt, attempt.saves
    if fresh:
        receipt, saves = _keep(connection, attempt, fresh, request.at)
    return Saved(
        "stale-revision" if stored else "saved",
        receipt,
        saves,
        attempt.state,
        instant(attempt.deadline),
        timing.is_over or bool(timing.late),
        stored,
        section=timing.section,
        section_deadline=timing.section_deadline,
    )


def heartbeat(connection: sqlite3.Connection, request: HeartbeatRequest) -> Beat:
    """Keep a sign of life, the gap before it, and what the browser tells."""
    attempt = _find(connection, request.token_hash)
    if attempt is None:
        return Beat("attempt-unknown")
    if attempt.lease_hash != request.lease_hash:
        return Beat("lease-ended")
    now = text_of(request.at)
    if attempt.state != "finished":
        _note_gap(connection, attempt, request.at)
        for signal in request.signals:
            connection.execute(_EVENT, (attempt.id, signal.kind, signal.details, now))
        losses = sum(signal.kind == "focus-lost" for signal in request.signals)
        network, flags = _note_network(connection, attempt, request.network, now)
        connection.execute(_SEEN, (now, network, losses, flags, attempt.id))
    return Beat(
        "ok",
        attempt.state,
        instant(attempt.started_at),
        instant(attempt.deadline),
        attempt.allotted_seconds,
        attempt.paused_seconds,
        attempt.extended_seconds,
        instant(attempt.paused_at),
        attempt.grace_seconds,
        attempt.section,
        attempt.open_from,
        attempt.open_to,
        instant(attempt.section_deadline),
    )


def finish(connection: sqlite3.Connection, token_hash: str, lease_hash: str, at: dt.datetime, ending: str) -> Finished:
    """End an attempt once; later calls return the same end."""
    attempt = _find(connection, token_hash)
    refusal = _refusal(attempt, lease_hash)
    if attempt is None or refusal:
        return Finished(refusal)
    ended, how = instant(attempt.finished_at), attempt.ending or ""
    if ended is None:
        deadline = instant(attempt.deadline)
        ended, how = at, ending
        if deadline is not None and is_late(deadline, attempt.grace_seconds, at):
            ended, how = deadline + dt.timedelta(seconds=attempt.grace_seconds), "sweep"
        connection.execute(_FINISH, (text_of(ended), how, attempt.id))
        kind = "swept" if how == "sweep" else "finished"
        where = (attempt.sitting_id, attempt.room_id, attempt.candidate_id)
        connection.execute(_MINUTES, (*where, kind, text_of(at)))
    return Finished("finished", attempt.receipt, attempt.saves, attempt.answered, ended, how)


def _find(connection: sqlite3.Connection, token_hash: str) -> _Attempt | None:
    row = connection.execute(_ATTEMPT, (token_hash,)).fetchone()
    return None if row is None else _Attempt(*row)


def _refusal(attempt: _Attempt | None, lease_hash: str) -> str:
    if attempt is None:
        return "attempt-unknown"
    if attempt.lease_hash != lease_hash:
        return "lease-ended"
    return "attempt-not-started" if attempt.state in {"waiting", "admitted"} else ""


def _comes_late(attempt: _Attempt, at: dt.datetime) -> bool:
    if attempt.state == "finished":
        return attempt.ending not in OWN_ENDINGS
    return attempt.state == "running" and is_late(instant(attempt.deadline), attempt.grace_seconds, at)


def _judge(connection: sqlite3.Connection, attempt: _Attempt, request: SaveRequest) -> _Timing:
    """Say which answers come too late; enter the sections that the request reaches."""
    deadline = instant(attempt.section_deadline)
    if _comes_late(attempt, request.at):
        late = frozenset(answer.position for answer in request.answers)
        return _Timing(True, late, attempt.section, deadline)
    if attempt.section is None or attempt.state == "finished":
        return _Timing(False, frozenset(), attempt.section, deadline)
    before = sections.Window(attempt.section, attempt.open_from, attempt.open_to, deadline)
    paused_at, position = instant(attempt.paused_at), request.answers[-1].position
    entries: list[sections.Entry] = []
    if position > attempt.open_to:
        parts = [
            sections.Part(number=number, first=first, last=last, seconds=seconds)
            for number, first, last, seconds in connection.execute(_PARTS, (attempt.id, attempt.section))
        ]
        entries = sections.enter(before, parts, position=position, at=request.at, paused_at=paused_at)
        _enter(connection, attempt, entries)
    late = frozenset(
        answer.position
        for answer in request.answers
        if sections.comes_late(
            answer.position, before, entries, at=request.at, grace_seconds=attempt.grace_seconds, paused_at=paused_at
        )
    )
    after = sections.window_after(before, entries)
    return _Timing(False, late, after.section, after.deadline)


def _enter(connection: sqlite3.Connection, attempt: _Attempt, entries: Sequence[sections.Entry]) -> None:
    present = attempt.section
    for entry in entries:
        part = entry.part
        left, until = _text_or_none(entry.left_until), _text_or_none(entry.deadline)
        connection.execute(_LEFT, (left, attempt.id, present))
        connection.execute(_ENTERED, (text_of(entry.entered_at), attempt.id, part.number))
        connection.execute(_WINDOW, (part.number, part.first, part.last, part.seconds, until, attempt.id))
        present = part.number


def _text_or_none(at: dt.datetime | None) -> str | None:
    return None if at is None else text_of(at)


def _sort_out(
    connection: sqlite3.Connection, attempt_id: int, answers: Sequence[Answer], late: Container[int]
) -> tuple[list[_Fresh], list[dict[str, Any]]]:
    """Return the answers that are newer, with what is stored, and the stored ones that win over the others."""
    fresh: list[_Fresh] = []
    winners: list[dict[str, Any]] = []
    for answer in answers:
        place = (attempt_id, answer.position)
        comes_late = answer.position in late
        stored = _read(connection, _STORED, place)
        newest = (_read(connection, _STORED_LATE, place) or stored) if comes_late else stored
        if newest is None or (answer.revision > newest.revision and newest.accepted_by is None):
            fresh.append(_Fresh(answer, stored, comes_late))
        elif not (_is_same(answer, newest) or _is_same(answer, stored)):
            winners.append(_winner(answer.position, newest))
    return fresh, winners


def _read(connection: sqlite3.Connection, statement: str, place: tuple[int, int]) -> _Stored | None:
    row = connection.execute(statement, place).fetchone()
    return None if row is None else _Stored(*row)


def _is_same(answer: Answer, stored: _Stored | None) -> bool:
    given = (answer.revision, answer.value, answer.marked)
    return stored is not None and given == (stored.revision, stored.value, bool(stored.marked))


def _winner(position: int, stored: _Stored) -> dict[str, Any]:
    value = json.loads(stored.value)
    return {"position": position, "revision": stored.revision, "value": value, "marked": bool(stored.marked)}


def _keep(
    connection: sqlite3.Connection, attempt: _Attempt, fresh: Sequence[_Fresh], at: dt.datetime
) -> tuple[str, int]:
    now = text_of(at)
    answered, marked = attempt.answered, attempt.marked
    for answer, stored, late in fresh:
        values = (attempt.id, answer.position, answer.revision, answer.value, answer.marked, answer.at, now)
        connection.execute(_KEEP_LATE if late else _KEEP, values)
        if not late:
            answered += (not is_blank(answer.value)) - (stored is not None and not is_blank(stored.value))
            marked += answer.marked - (stored.marked if stored is not None else 0)
    receipt, number = _link(connection, attempt, fresh, at)
    _note_gap(connection, attempt, at)  # also before a late save: an outage may have reached over the deadline
    connection.execute(_COUNT, (receipt, number, answered, marked, now, now, attempt.id))
    if attempt.is_forward:
        _raise_floor(connection, attempt, fresh)
    return receipt, number


def _link(
    connection: sqlite3.Connection, attempt: _Attempt, fresh: Sequence[_Fresh], at: dt.datetime
) -> tuple[str, int]:
    """Extend the chain of receipts: what is late and what counts are links of their own."""
    receipt, number, moment = attempt.receipt, attempt.saves, stamp(at)
    for late in (True, False):
        entries = [entry_of(one.answer) for one in fresh if one.late is late]
        if not entries:
            continue
        number += 1
        payload = payload_of(attempt_id=attempt.id, number=number, late=late, at=moment, entries=entries)
        receipt = next_receipt(receipt, payload)
        connection.execute(_LINK, (attempt.id, number, payload, receipt, late, text_of(at)))
    return receipt, number


def _raise_floor(connection: sqlite3.Connection, attempt: _Attempt, fresh: Sequence[_Fresh]) -> None:
    """Close what lies before the furthest answer of a paper that is worked forward only."""
    reached = max((one.answer.position for one in fresh if not one.late), default=0)
    connection.execute(_FLOOR, (reached, attempt.id))


def _note_gap(connection: sqlite3.Connection, attempt: _Attempt, at: dt.datetime) -> None:
    seen = instant(attempt.last_seen_at or attempt.started_at)
    if attempt.state == "running" and seen is not None and at - seen > SILENCE:
        connection.execute(_GAP, (attempt.id, text_of(seen), text_of(at)))


def _note_network(connection: sqlite3.Connection, attempt: _Attempt, network: str, now: str) -> tuple[str, str]:
    if not network or network == attempt.network:
        return attempt.network, attempt.flags
    if not attempt.network:
        return network, attempt.flags
    connection.execute(_EVENT, (attempt.id, "network-changed", "{}", now))
    flags = json.loads(attempt.flags)
    if TWO_NETWORKS not in flags:
        flags.append(TWO_NETWORKS)
    return network, json.dumps(flags, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
