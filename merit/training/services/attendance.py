"""Attendance: by the code on the wall, or by the list of whoever teaches or plans the class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.db import get_database
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.crypto import load_keyring, reference
from merit.security.permissions import Actor, Permission, is_granted
from merit.training.domain.attendance import (
    OPENS_BEFORE,
    SLOT,
    Credit,
    Refer,
    credit_arrival,
    credit_excused,
    credit_minutes,
    is_session_code,
)
from merit.training.domain.settings import ClassSettings
from merit.training.domain.states import ClassState
from merit.training.models.attendance import AttendanceMark
from merit.training.models.classes import ClassSession, TrainingClass
from merit.training.queries.attendance import (
    enrolled,
    find_mark,
    hold_places,
    list_attendance,
    own_meetings,
    standing_marks,
)
from merit.training.queries.classes import get_session, is_trainer, settings_of

_CHUNK = 500
_LISTED_AWAY = frozenset({"absent", "excused"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a list says of somebody: ``minutes`` where the status is "partial" or "late"."""

    enrolment_id: int
    status: str
    minutes: int | None = None


def refer() -> Refer:
    """Return what makes keyed references with the installation's key."""
    keyring = load_keyring(get_database().settings.secret_file)
    return lambda text, purpose: reference(keyring, text, purpose=purpose)


def get_markable(session: Session, actor: Actor, session_id: int) -> tuple[ClassSession, TrainingClass]:
    """Return a session whose attendance the actor may keep: whoever plans training, and trainers of the class."""
    meeting, course = get_session(session, session_id)
    if not (is_granted(actor, Permission.TRAINING_MANAGE) or is_trainer(session, course.id, actor.official_id)):
        raise NotFoundError("session-unknown")
    return meeting, course


def mark_by_code(session: Session, actor: Actor, *, code: str) -> tuple[ClassSession, Credit]:
    """Note that the official is in the room whose code was typed; the time of typing is the time of coming.

    Who was noted before keeps what stands, and is told that. The code tells which of one's own sessions is meant.
    """
    if actor.official_id is None or not is_granted(actor, Permission.SELF_READ):
        raise NotAllowedError
    now = clock.now()
    for meeting, course, enrolment in own_meetings(session, actor.official_id, now - SLOT, now + OPENS_BEFORE):
        if course.state == ClassState.OPEN and is_session_code(refer(), meeting.id, code, now):
            late = int((now - meeting.starts_at).total_seconds() // 60)
            credit = credit_arrival(
                settings_of(course), length=length_of(meeting), hours=meeting.learning_hours, late=late
            )
            hold_places(session, course.id, enrolment.id)
            _require_open(session, course)
            standing = find_mark(session, meeting.id, enrolment.id)
            if standing is None:
                _store(session, actor, meeting, counted={enrolment.id: credit}, standing={}, method="code")
                return meeting, credit
            if standing.status in _LISTED_AWAY:
                raise RuleViolationError("attendance-listed")
            return meeting, Credit(standing.status, standing.minutes, standing.hours)
    raise RuleViolationError("attendance-code-wrong")


def mark_list(session: Session, actor: Actor, *, session_id: int, marks: Sequence[Mark]) -> int:
    """Note a list, all of it or nothing; return how many marks are new or other than before.

    Raises
    ------
    RuleViolationError
        Somebody has no place in the class, the minutes exceed the session, the session has not begun, or one's own
        attendance would change.
    """
    meeting, course = get_markable(session, actor, session_id)
    hold_places(session, course.id)
    _require_open(session, course)
    if clock.now() < meeting.starts_at - OPENS_BEFORE:
        raise RuleViolationError("attendance-too-early")
    places, rules = enrolled(session, course.id), settings_of(course)
    counted: dict[int, Credit] = {}
    for mark in marks:
        if mark.enrolment_id not in places:
            raise RuleViolationError("attendance-not-enrolled")
        counted[mark.enrolment_id] = _credit(rules, meeting, mark)
    standing = standing_marks(session, meeting.id)
    own = [enrolment for enrolment in _changed(counted, standing) if places[enrolment] == actor.official_id]
    if own:
        raise RuleViolationError("attendance-own")
    return _store(session, actor, meeting, counted=counted, standing=standing, method="list")


def mark_present(session: Session, actor: Actor, *, session_id: int, nips: Sequence[str]) -> int:
    """Note the officials of a pasted list as present, all of them or nobody."""
    meeting, _course = get_markable(session, actor, session_id)
    places = {line.nip: line.enrolment_id for line in list_attendance(session, meeting)}
    unknown = [nip for nip in nips if nip not in places]
    if unknown:
        raise RuleViolationError("attendance-nip-not-enrolled", count=len(unknown), first=unknown[0])
    marks = [Mark(enrolment_id=places[nip], status="present") for nip in dict.fromkeys(nips)]
    return mark_list(session, actor, session_id=session_id, marks=marks)


def length_of(meeting: ClassSession) -> int:
    """Return the length of a session in minutes."""
    return int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)


def _require_open(session: Session, course: TrainingClass) -> None:
    """Refuse marks of a class that is not open, or was closed while we waited for its places."""
    session.refresh(course)
    if course.state != ClassState.OPEN:
        raise RuleViolationError("class-not-open", code=course.code)


def _credit(rules: ClassSettings, meeting: ClassSession, mark: Mark) -> Credit:
    length, hours = length_of(meeting), meeting.learning_hours
    if mark.status == "excused":
        return credit_excused()
    minutes = {"present": length, "absent": 0}.get(mark.status, mark.minutes)
    if minutes is None:
        raise InvalidInputError("attendance-minutes-missing")
    if mark.status == "late" and 0 <= minutes <= length:
        return credit_arrival(rules, length=length, hours=hours, late=length - minutes)
    credit = credit_minutes(rules, length=length, hours=hours, minutes=minutes)
    if credit is None:
        raise RuleViolationError("attendance-over-session", minutes=minutes, length=length)
    return credit


def _changed(counted: Mapping[int, Credit], standing: Mapping[int, tuple[int, str, int]]) -> dict[int, Credit]:
    return {
        enrolment: credit
        for enrolment, credit in counted.items()
        if enrolment not in standing or standing[enrolment][1:] != (credit.status, credit.minutes)
    }


def _store(
    session: Session,
    actor: Actor,
    meeting: ClassSession,
    *,
    counted: Mapping[int, Credit],
    standing: Mapping[int, tuple[int, str, int]],
    method: str,
) -> int:
    """Supersede marks that are other now and write the new ones, in a few statements."""
    now = clock.now()
    changed = _changed(counted, standing)
    ended = [standing[enrolment][0] for enrolment in changed if enrolment in standing]
    for start in range(0, len(ended), _CHUNK):
        some = AttendanceMark.id.in_(ended[start : start + _CHUNK])
        session.execute(
            update(AttendanceMark).where(some).values(superseded_at=now),
            execution_options={"synchronize_session": False},
        )
    common = {"session_id": meeting.id, "method": method, "by_id": actor.user_id, "recorded_at": now}
    rows: list[dict[str, Any]] = [
        common | {"enrolment_id": enrolment, "status": each.status, "minutes": each.minutes, "hours": each.hours}
        for enrolment, each in changed.items()
    ]
    if rows:
        session.execute(insert(AttendanceMark), rows)
        details = {"count": len(rows), "method": method}
        record(session, actor, action="attendance:mark", subject=f"training-session:{meeting.id}", details=details)
    return len(rows)
