"""Take in a file of emergency answers: the same rules as a save, with the proctor who brought it on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from merit import clock
from merit.assessment.domain.emergency import read_emergency
from merit.assessment.domain.receipts import Answer
from merit.assessment.models.sittings import Candidate
from merit.assessment.queries.board import get_room
from merit.assessment.queries.delivery import find_attempt
from merit.assessment.saving import Saved, SaveRequest, store
from merit.assessment.services.displaced import keep_displaced
from merit.assessment.services.proctoring.reach import lock_room, note
from merit.assessment.services.saving import read_answers
from merit.db import get_database, reading, unit_of_work
from merit.errors import InvalidInputError, NotAllowedError, RuleViolationError
from merit.i18n import _
from merit.security.crypto import load_keyring
from merit.security.permissions import Actor, Permission, is_granted
from merit.security.tokens import token_hash

_SENT = frozenset({"position", "revision", "value", "marked", "at"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file: how many answers it brought, how many of them were new, and whether some are late.

    ``displaced`` counts what the browser had set aside because the server held other answers.
    """

    attempt_id: int
    number: str
    answers: int
    new: int
    is_late: bool
    displaced: int = 0


def import_emergency(actor: Actor, *, room_id: int, data: bytes) -> Imported:
    """Keep the answers of a file for a candidate of a room one watches; safe to repeat.

    Answers go the way of every save and into the same chain of receipts: within the time they count, after it they are
    kept as late, where two persons decide. Opens its own units of work, for the saving of answers has its own way to
    the database.

    Raises
    ------
    InvalidInputError
        ``emergency-unreadable``, ``emergency-empty``.
    RuleViolationError
        ``emergency-other-room``, ``emergency-not-started``, ``attempt-finished``.
    """
    if not is_granted(actor, Permission.ROOM_WATCH):
        raise NotAllowedError
    file = read_emergency(load_keyring(get_database().settings.secret_file), data)
    answers = read_answers([_wire(one) for one in file.responses]) if file.responses else []
    aside = read_answers([_wire(one) for one in file.displaced]) if file.displaced else []
    if not answers:
        raise InvalidInputError("emergency-empty")
    hashed = token_hash(file.token)
    found = _find(actor, room_id, hashed)
    saved = store().save(SaveRequest(hashed, found.lease_hash, clock.now(), answers))
    if saved.status not in {"saved", "stale-revision"}:
        raise RuleViolationError(saved.status, position=saved.position)
    return _note(actor, found, saved, answers, aside)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    attempt_id: int
    room_id: int
    candidate_id: int
    number: str
    lease_hash: str
    saves: int


def _find(actor: Actor, room_id: int, hashed: str) -> _Found:
    with reading() as session:
        get_room(session, actor, room_id)
        attempt = find_attempt(session, hashed)
        if attempt is None or attempt.room_id != room_id:
            raise RuleViolationError("emergency-other-room")
        if attempt.started_at is None or attempt.lease_hash is None:
            raise RuleViolationError("emergency-not-started")
        candidate = session.get_one(Candidate, attempt.candidate_id)
        if candidate.official_id == actor.official_id:
            raise NotAllowedError
        return _Found(
            attempt_id=attempt.id,
            room_id=attempt.room_id,
            candidate_id=candidate.id,
            number=candidate.number,
            lease_hash=attempt.lease_hash,
            saves=attempt.saves,
        )


def _note(actor: Actor, found: _Found, saved: Saved, answers: Sequence[Answer], aside: Sequence[Answer]) -> Imported:
    count = len(answers)
    new = count - len(saved.stored) if saved.saves > found.saves else 0
    text = _("Berkas jawaban darurat: %(count)s jawaban, %(new)s baru.", count=count, new=new)
    with unit_of_work() as session:
        place = lock_room(session, actor, found.room_id)
        displaced = keep_displaced(session, actor, attempt_id=found.attempt_id, answers=aside)
        if displaced:
            text += " " + _("%(count)s jawaban disisihkan peramban; dua orang melihat keduanya.", count=displaced)
        counts = {"answers": count, "new": new, "late": saved.late, "displaced": displaced}
        told = {"incident": "emergency-answers", **counts}
        note(session, actor, place, "incident", candidate_id=found.candidate_id, text=text, **told)
    return Imported(
        attempt_id=found.attempt_id,
        number=found.number,
        answers=count,
        new=new,
        is_late=saved.late,
        displaced=len(aside),
    )


def _wire(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name in _SENT}
