"""Nominate out of gaps: who can be, who cannot and why, and the gap each nomination answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from merit.assessment.queries.rosters import people_of
from merit.errors import InvalidInputError, NotAllowedError, RuleViolationError
from merit.evidence import COMPETENCIES
from merit.security.permissions import Actor, Permission, is_granted
from merit.security.policy import reaches_unit
from merit.training.domain.gaps import UNLIKELY
from merit.training.domain.states import LIVING, ClassState, EnrolmentState
from merit.training.domain.suggestions import Need, usable_gain
from merit.training.models.classes import Enrolment, EnrolmentStep, Programme, TrainingClass
from merit.training.models.planning import NominationNeed
from merit.training.queries.classes import get_class, open_classes
from merit.training.queries.development import class_values, load_gain_evidence, load_staff, needs_of, staff_gaps
from merit.training.queries.enrolments import Note
from merit.training.queries.targets import Against, compared
from merit.training.services.enrolments import find_refusals, lock_open, nominate, nominate_self

MOST_AT_ONCE = 200
_MICRO = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNeed:
    """A gap with its error, the result it was measured by, the target post it is of, and what a class would close."""

    need: Need
    se: float
    result_id: int
    position_id: int | None
    closes: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominee:
    """Somebody ticked: the gaps the class aims at, why a nomination is impossible, or that it comes after the quota."""

    official_id: int
    nip: str
    name: str
    unit: str
    needs: tuple[FoundNeed, ...]
    problem: Note | None
    is_beyond: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a nomination would come to: ``ahead`` living enrolments of the class, ``outside`` people out of reach."""

    course: TrainingClass
    programme: Programme
    ahead: int
    nominees: tuple[Nominee, ...]
    outside: int

    @property
    def ready(self) -> tuple[Nominee, ...]:
        """Return who can be nominated."""
        return tuple(one for one in self.nominees if one.problem is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpfulClass:
    """An open class, how many of those ticked it helps, and the levels it is expected to close of them all."""

    course: TrainingClass
    programme: Programme
    people: int
    closes: float


def find_needs(
    session: Session, officials: Collection[int], *, as_of: dt.date, against: str = Against.POST
) -> dict[int, list[FoundNeed]]:
    """Return the gaps of officials, the greatest first."""
    staff, post = compared(session, load_staff(session, official_ids=officials), against)
    measured, gaps = staff_gaps(session, staff, as_of)

    def found(row: int, need: Need) -> FoundNeed:
        place = COMPETENCIES.index(need.competency)
        return FoundNeed(
            need=need,
            se=float(measured.se[row, place]),
            result_id=int(measured.source[row, place]),
            position_id=int(post[row, place]) or None,
        )

    return {
        official: [found(row, need) for need in needs_of(measured, gaps, staff.standard, row)]
        for row, official in enumerate(staff.officials.tolist())
    }


def reachable(session: Session, actor: Actor, officials: Sequence[int]) -> list[int]:
    """Return those of the officials who serve in the actor's units, in their order."""
    people = people_of(session, officials)
    inside = {each for each, told in people.items() if told[2] is not None and reaches_unit(actor, told[2])}
    return [each for each in dict.fromkeys(officials) if each in inside]


def preview_nominations(
    session: Session, actor: Actor, *, code: str, officials: Sequence[int], as_of: dt.date, against: str = Against.POST
) -> Preview:
    """Tell who of those ticked can be nominated into a class and who cannot; nothing is written."""
    if not is_granted(actor, Permission.TRAINING_NOMINATE):
        raise NotAllowedError
    chosen = list(dict.fromkeys(officials))
    if not chosen:
        raise InvalidInputError("nominees-none")
    if len(chosen) > MOST_AT_ONCE:
        raise InvalidInputError("nominees-too-many", limit=MOST_AT_ONCE)
    course = get_class(session, code)
    if course.state != ClassState.OPEN:
        raise RuleViolationError("class-not-open", code=course.code)
    programme = session.get_one(Programme, course.programme_id)
    people = people_of(session, reachable(session, actor, chosen))
    needs = answered_needs(session, programme, people, as_of=as_of, against=against)
    refusals = _same_programme(session, course, people) | find_refusals(session, course, people)
    ahead = session.scalar(
        select(func.count()).where(Enrolment.class_id == course.id, Enrolment.state.in_(tuple(sorted(LIVING))))
    )
    nominees, free = [], course.quota - (ahead or 0)
    for official in (each for each in chosen if each in people):
        problem = refusals.get(official) or (None if needs.get(official) else ("nominee-no-gap", {}))
        nip, name, _unit, unit = people[official]
        free -= problem is None
        nominees.append(
            Nominee(
                official_id=official,
                nip=nip,
                name=name,
                unit=unit,
                needs=tuple(needs.get(official, ())),
                problem=problem,
                is_beyond=problem is None and free < 0,
            )
        )
    return Preview(
        course=course,
        programme=programme,
        ahead=ahead or 0,
        nominees=tuple(nominees),
        outside=len(chosen) - len(people),
    )


def helpful_classes(
    session: Session,
    officials: Collection[int],
    *,
    as_of: dt.date,
    competency: str = "",
    against: str = Against.POST,
    also: str = "",
) -> list[HelpfulClass]:
    """Return the open classes expected to close a gap of those ticked, the most helpful first, and the one ``also``."""
    rows = [row for row in open_classes(session, as_of) if competency in {"", *_aimed(row[1])} or row[0].code == also]
    staff, _post = compared(session, load_staff(session, official_ids=officials), against)
    measured, gaps = staff_gaps(session, staff, as_of)
    likely = replace(gaps, expected=np.where(gaps.below > UNLIKELY, gaps.expected, 0.0))
    value = class_values(session, measured, likely, rows)
    found = [
        HelpfulClass(
            course=course,
            programme=programme,
            people=int((value[:, place] > 0).sum()),
            closes=float(value[:, place].sum()),
        )
        for place, (course, programme) in enumerate(rows)
    ]
    return sorted(
        (one for one in found if one.people), key=lambda one: (-one.closes, one.course.starts, one.course.code)
    )


def nominate_for_gaps(
    session: Session, actor: Actor, *, code: str, officials: Sequence[int], as_of: dt.date, against: str = Against.POST
) -> int:
    """Nominate those shown as possible, all or nobody, each with the gap the class is for; return how many."""
    if not is_granted(actor, Permission.TRAINING_NOMINATE):
        raise NotAllowedError
    course = lock_open(session, code)
    shown = preview_nominations(session, actor, code=code, officials=officials, as_of=as_of, against=against)
    barred = len(shown.nominees) - len(shown.ready) + shown.outside
    if barred:
        raise RuleViolationError("nominees-changed", count=barred)
    nominate(session, actor, code=code, nips=[one.nip for one in shown.ready])
    keep_needs(session, course, {one.official_id: one.needs for one in shown.ready})
    return len(shown.ready)


def nominate_self_for_gap(session: Session, actor: Actor, *, code: str, as_of: dt.date) -> None:
    """Put oneself forward; the gap the class is for is kept with it, where there is one."""
    nominate_self(session, actor, code=code)
    if actor.official_id is None:
        raise NotAllowedError
    course = get_class(session, code)
    programme = session.get_one(Programme, course.programme_id)
    for against in Against:
        needs = answered_needs(session, programme, [actor.official_id], as_of=as_of, against=against)
        if needs.get(actor.official_id):
            keep_needs(session, course, {actor.official_id: tuple(needs[actor.official_id])})
            return


def answered_needs(
    session: Session, programme: Programme, officials: Collection[int], *, as_of: dt.date, against: str = Against.POST
) -> dict[int, list[FoundNeed]]:
    """Return per official the gaps a programme is expected to close a part of, unlikely ones left out."""
    aims = {aim["competency"]: int(aim["level"]) for aim in programme.aims}
    evidence = load_gain_evidence(session)

    def closing(one: FoundNeed) -> FoundNeed:
        code = one.need.competency
        gain = usable_gain(one.need, aims[code], evidence.get((programme.id, code)))
        return replace(one, closes=gain)

    return {
        official: [
            told
            for one in needs
            if one.need.competency in aims and one.need.below > UNLIKELY and (told := closing(one)).closes > 0
        ]
        for official, needs in find_needs(session, officials, as_of=as_of, against=against).items()
    }


def keep_needs(session: Session, course: TrainingClass, needs: dict[int, tuple[FoundNeed, ...]]) -> None:
    """Keep with the newest nomination of every official the gaps it answers."""
    steps = session.execute(
        select(Enrolment.official_id, func.max(EnrolmentStep.id))
        .join(EnrolmentStep, EnrolmentStep.enrolment_id == Enrolment.id)
        .where(Enrolment.class_id == course.id, Enrolment.official_id.in_(needs))
        .where(EnrolmentStep.state == EnrolmentState.NOMINATED)
        .group_by(Enrolment.official_id)
    )
    rows = [_row(step, one) for official, step in steps for one in needs[official]]
    if rows:
        session.execute(insert(NominationNeed), rows)


def _row(step: int, one: FoundNeed) -> dict[str, Any]:
    return {
        "step_id": step,
        "competency": one.need.competency,
        "level": one.need.level,
        "se": _exact(one.se),
        "standard": one.need.standard,
        "expected": max(_exact(one.need.expected), _MICRO),
        "below": _exact(one.need.below),
        "result_id": one.result_id,
        "position_id": one.position_id,
    }


def _exact(value: float) -> Decimal:
    return Decimal(str(value)).quantize(_MICRO)


def _aimed(programme: Programme) -> set[str]:
    return {aim["competency"] for aim in programme.aims}


def _same_programme(session: Session, course: TrainingClass, officials: Collection[int]) -> dict[int, Note]:
    """Return who is nominated for, or has a place in, another living class of the same programme."""
    rows = session.execute(
        select(Enrolment.official_id, TrainingClass.code)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(
            TrainingClass.programme_id == course.programme_id,
            TrainingClass.id != course.id,
            TrainingClass.state.in_((ClassState.PLANNED, ClassState.OPEN)),
            Enrolment.official_id.in_(officials),
            Enrolment.state.in_(tuple(sorted(LIVING))),
        )
    )
    return {official: ("nominee-same-programme", {"code": code}) for official, code in rows}
