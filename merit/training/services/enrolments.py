"""Fill a class: nominate, approve by the unit, decide by BKPSDM, invite, answer, withdraw, move up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.queries.rosters import officials_by_nip, people_of
from merit.errors import InvalidInputError, NotAllowedError, RuleViolationError
from merit.security.permissions import Actor, Permission, is_granted
from merit.security.policy import reaches_unit
from merit.training.domain.states import ClassState, EnrolmentState, may_step
from merit.training.models.classes import Enrolment, EnrolmentStep, TrainingClass
from merit.training.queries.classes import list_sessions, lock_class
from merit.training.queries.enrolments import (
    Note,
    count_placed,
    find_clashes,
    get_enrolment,
    last_place,
    last_step_by,
    waiting_in_order,
)
from merit.training.services.classes import note
from merit.training.services.programmes import require_manage
from merit.training.services.telling import tell_places

MAX_NOMINATIONS = 5_000
_AGAIN = frozenset({EnrolmentState.DECLINED, EnrolmentState.REFUSED, EnrolmentState.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominated:
    """What a list of nominations came to: how many stand now, and who was left out and why."""

    count: int
    left_out: tuple[tuple[str, Note], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What BKPSDM's decision on several nominations came to."""

    invited: int = 0
    waiting: int = 0
    left_out: tuple[tuple[int, Note], ...] = ()


def nominate(session: Session, actor: Actor, *, code: str, nips: Sequence[str]) -> Nominated:
    """Nominate officials of one's units; whoever cannot be is told with the reason, the others are taken in."""
    if not is_granted(actor, Permission.TRAINING_NOMINATE):
        raise NotAllowedError
    if len(nips) > MAX_NOMINATIONS:
        raise InvalidInputError("nominations-too-many", limit=MAX_NOMINATIONS)
    course = lock_open(session, code)
    known = officials_by_nip(session, nips)
    left_out: list[tuple[str, Note]] = [(nip, ("nominee-unknown", {})) for nip in nips if nip not in known]
    chosen: dict[int, str] = {known[nip]: nip for nip in nips if nip in known}
    people = people_of(session, chosen)
    for official, nip in list(chosen.items()):
        unit = people[official][2]
        if unit is None or not reaches_unit(actor, unit):
            left_out.append((nip, ("nominee-unknown", {})))
            del chosen[official]
    count, refused = _take_in(session, actor, course, {each: people[each][2] for each in chosen})
    left_out += [(chosen[official], reason) for official, reason in refused]
    return Nominated(count=count, left_out=tuple(left_out))


def nominate_self(session: Session, actor: Actor, *, code: str) -> None:
    """Put oneself forward; the unit decides first, as for everybody."""
    if actor.official_id is None or not is_granted(actor, Permission.SELF_READ):
        raise NotAllowedError
    course = lock_open(session, code)
    person = people_of(session, [actor.official_id])[actor.official_id]
    if person[2] is None:
        raise RuleViolationError("nominee-unknown")
    _count, refused = _take_in(session, actor, course, {actor.official_id: person[2]})
    if refused:
        reason, details = refused[0][1]
        raise RuleViolationError(reason, **details)


def endorse(session: Session, actor: Actor, *, enrolment_ids: Iterable[int]) -> int:
    """Approve nominations for the unit; return how many."""
    return _each(session, actor, enrolment_ids, EnrolmentState.ENDORSED)


def refuse(session: Session, actor: Actor, *, enrolment_ids: Iterable[int], reason: str) -> int:
    """Refuse nominations with a reason: the unit before its approval, BKPSDM afterwards."""
    if not reason.strip():
        raise InvalidInputError("enrolment-reason")
    return _each(session, actor, enrolment_ids, EnrolmentState.REFUSED, reason.strip())


def decide(session: Session, actor: Actor, *, code: str, enrolment_ids: Iterable[int]) -> Decided:
    """Invite those the units approved, in the order of nomination; beyond the quota they wait in that order.

    Nobody decides on what they approved for the unit themselves; who has something else at that time is left out.
    """
    require_manage(actor)
    course = lock_open(session, code)
    wanted = set(enrolment_ids)
    rows = session.scalars(
        select(Enrolment)
        .where(Enrolment.class_id == course.id, Enrolment.state == EnrolmentState.ENDORSED)
        .order_by(Enrolment.place, Enrolment.id)
    ).all()
    chosen = [row for row in rows if row.id in wanted]
    if not chosen:
        raise RuleViolationError("enrolment-none-to-decide")
    clashes = find_clashes(session, course, [row.official_id for row in chosen])
    free = course.quota - count_placed(session, course.id)
    queue = bool(waiting_in_order(session, course.id))
    invited = waiting = 0
    left_out: list[tuple[int, Note]] = []
    for row in chosen:
        if actor.user_id is not None and last_step_by(session, row.id, EnrolmentState.ENDORSED) == actor.user_id:
            left_out.append((row.official_id, ("enrolment-two-persons", {})))
        elif row.official_id == actor.official_id:
            left_out.append((row.official_id, ("enrolment-own", {})))
        elif row.official_id in clashes:
            left_out.append((row.official_id, clashes[row.official_id][0]))
        elif free > 0 and not queue:
            move(session, actor, row, EnrolmentState.INVITED)
            free, invited = free - 1, invited + 1
        else:
            move(session, actor, row, EnrolmentState.WAITING)
            waiting += 1
    session.flush()
    note(session, actor, course, "invite", invited=invited, waiting=waiting)
    tell_places(session, actor, course, chosen)
    return Decided(invited=invited, waiting=waiting, left_out=tuple(left_out))


def fill_places(session: Session, actor: Actor, *, code: str) -> int:
    """Invite from the waiting list into free places, the first in line first; return how many."""
    require_manage(actor)
    course = lock_open(session, code)
    return _move_up(session, actor, course)


def accept(session: Session, actor: Actor, *, enrolment_id: int) -> Enrolment:
    """Say that one comes."""
    row, course = _own(session, actor, enrolment_id)
    _require_step(row, EnrolmentState.ACCEPTED)
    clashes = find_clashes(session, course, [row.official_id])
    if clashes:
        reason, details = clashes[row.official_id][0]
        raise RuleViolationError(reason, **details)
    move(session, actor, row, EnrolmentState.ACCEPTED)
    note(session, actor, course, "accept", enrolment=row.id)
    return row


def decline(session: Session, actor: Actor, *, enrolment_id: int, reason: str) -> Enrolment:
    """Say that one does not come, and why; the first in the waiting list takes the place."""
    if not reason.strip():
        raise InvalidInputError("decline-reason")
    row, course = _own(session, actor, enrolment_id)
    _require_step(row, EnrolmentState.DECLINED)
    move(session, actor, row, EnrolmentState.DECLINED, reason.strip())
    note(session, actor, course, "decline", enrolment=row.id)
    _give_on(session, actor, course)
    return row


def withdraw(session: Session, actor: Actor, *, enrolment_id: int, reason: str) -> Enrolment:
    """Take a nomination or place back, with a reason; the first in the waiting list takes the place."""
    if not reason.strip():
        raise InvalidInputError("enrolment-reason")
    found, course = get_enrolment(session, actor, enrolment_id)
    course = lock_open(session, course.code)
    session.refresh(found)  # somebody may have changed it while we waited for the class
    if not (is_granted(actor, Permission.TRAINING_NOMINATE) and reaches_unit(actor, found.unit_id)):
        raise NotAllowedError
    _require_step(found, EnrolmentState.WITHDRAWN)
    move(session, actor, found, EnrolmentState.WITHDRAWN, reason.strip())
    note(session, actor, course, "withdraw", enrolment=found.id)
    tell_places(session, actor, course, [found])
    _give_on(session, actor, course)
    return found


def withdraw_all(session: Session, actor: Actor, *, enrolment_ids: Iterable[int], reason: str) -> int:
    """Withdraw several, all or none; return how many."""
    count = 0
    for enrolment_id in enrolment_ids:
        withdraw(session, actor, enrolment_id=enrolment_id, reason=reason)
        count += 1
    if not count:
        raise InvalidInputError("enrolment-none-chosen")
    return count


def move(session: Session, actor: Actor, row: Enrolment, state: EnrolmentState, reason: str = "") -> None:
    """Bring an enrolment into a state and keep the step."""
    row.state, row.reason = state.value, reason
    session.add(
        EnrolmentStep(enrolment_id=row.id, state=state.value, reason=reason, by_id=actor.user_id, at=clock.now())
    )


def find_refusals(session: Session, course: TrainingClass, officials: Collection[int]) -> dict[int, Note]:
    """Return who cannot be nominated into a class and why: there already, or busy at that time."""
    there = session.scalars(
        select(Enrolment.official_id).where(
            Enrolment.class_id == course.id, Enrolment.official_id.in_(officials), Enrolment.state.not_in(_AGAIN)
        )
    )
    clashes = find_clashes(session, course, officials)
    found: dict[int, Note] = {official: notes[0] for official, notes in clashes.items()}
    return found | {official: ("nominee-present", {}) for official in there}


def _take_in(
    session: Session, actor: Actor, course: TrainingClass, units: dict[int, Any]
) -> tuple[int, list[tuple[int, Note]]]:
    rows = session.scalars(
        select(Enrolment).where(Enrolment.class_id == course.id, Enrolment.official_id.in_(units))
    ).all()
    former = {row.official_id: row for row in rows}
    barred = find_refusals(session, course, units)
    refused = [(official, barred[official]) for official in units if official in barred]
    again = [former[official] for official in units if official in former and official not in barred]
    fresh = [official for official in units if official not in former and official not in barred]
    place = last_place(session, course.id)
    for number, row in enumerate(again, place + 1):
        row.unit_id, row.place, row.nominated_by, row.nominated_at = (
            units[row.official_id],
            number,
            actor.user_id,
            clock.now(),
        )
        move(session, actor, row, EnrolmentState.NOMINATED)
    _insert(session, actor, course, [(one, units[one]) for one in fresh], place + len(again))
    if again or fresh:
        note(session, actor, course, "nominate", count=len(again) + len(fresh))
    return len(again) + len(fresh), refused


def _insert(
    session: Session, actor: Actor, course: TrainingClass, fresh: Collection[tuple[int, int]], place: int
) -> None:
    if not fresh:
        return
    at, state = clock.now(), EnrolmentState.NOMINATED.value
    common = {"class_id": course.id, "state": state, "reason": "", "nominated_by": actor.user_id, "nominated_at": at}
    values = [
        common | {"official_id": official, "unit_id": unit, "place": place + number}
        for number, (official, unit) in enumerate(fresh, 1)
    ]
    session.execute(insert(Enrolment), values)
    ids = session.scalars(select(Enrolment.id).where(Enrolment.class_id == course.id, Enrolment.place > place)).all()
    session.execute(
        insert(EnrolmentStep),
        [{"enrolment_id": each, "state": state, "reason": "", "by_id": actor.user_id, "at": at} for each in ids],
    )


def _each(session: Session, actor: Actor, enrolment_ids: Iterable[int], state: EnrolmentState, reason: str = "") -> int:
    if not is_granted(actor, Permission.TRAINING_NOMINATE):
        raise NotAllowedError
    count = 0
    for enrolment_id in enrolment_ids:
        row, course = get_enrolment(session, actor, enrolment_id)
        if not reaches_unit(actor, row.unit_id):
            raise NotAllowedError
        if row.state != EnrolmentState.NOMINATED:
            require_manage(actor)
        lock_open(session, course.code)
        session.refresh(row)
        if state == EnrolmentState.ENDORSED and row.official_id == actor.official_id:
            raise RuleViolationError("enrolment-own")
        _require_step(row, state)
        move(session, actor, row, state, reason)
        note(session, actor, course, "endorse" if state == EnrolmentState.ENDORSED else "refuse", enrolment=row.id)
        tell_places(session, actor, course, [row])
        count += 1
    session.flush()
    if not count:
        raise InvalidInputError("enrolment-none-chosen")
    return count


def _give_on(session: Session, actor: Actor, course: TrainingClass) -> None:
    """Call the first in line into a place given back; nobody into a class that is over."""
    if any(meeting.ends_at > clock.now() for meeting in list_sessions(session, course.id)):
        _move_up(session, actor, course)


def _move_up(session: Session, actor: Actor, course: TrainingClass) -> int:
    session.flush()
    free = course.quota - count_placed(session, course.id)
    waiting = waiting_in_order(session, course.id)
    clashes = find_clashes(session, course, [row.official_id for row in waiting])
    ready = [row for row in waiting if row.official_id not in clashes][: max(free, 0)]
    for row in ready:
        move(session, actor, row, EnrolmentState.INVITED)
    session.flush()
    if ready:
        note(session, actor, course, "move-up", count=len(ready))
        tell_places(session, actor, course, ready, moved_up=True)
    return len(ready)


def _own(session: Session, actor: Actor, enrolment_id: int) -> tuple[Enrolment, TrainingClass]:
    row, course = get_enrolment(session, actor, enrolment_id)
    if row.official_id != actor.official_id:
        raise NotAllowedError
    course = lock_open(session, course.code)
    session.refresh(row)
    return row, course


def lock_open(session: Session, code: str) -> TrainingClass:
    """Return an open class, locked until the commit; refuse any other."""
    course = lock_class(session, code)
    _require_open(course)
    return course


def _require_open(course: TrainingClass) -> None:
    if course.state != ClassState.OPEN:
        raise RuleViolationError("class-not-open", code=course.code)


def _require_step(row: Enrolment, state: EnrolmentState) -> None:
    if not may_step(row.state, state):
        raise RuleViolationError("enrolment-step")
