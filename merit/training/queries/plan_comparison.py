"""Two yearly plans side by side: places per class, and who gains, loses or changes a class."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.queries.rosters import people_of
from merit.security.permissions import Actor
from merit.training.models.classes import TrainingClass
from merit.training.models.planning import PlanPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPair:
    """A class with its places in the one plan and in the other."""

    course: TrainingClass
    first: int
    second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPair:
    """An official within the actor's units whose classes differ; codes of the classes, "" where there is no place."""

    official_id: int
    nip: str
    name: str
    unit: str
    first: str
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What two plans give; ``people`` are those within the actor's units with another outcome, by name."""

    classes: tuple[ClassPair, ...]
    gained: int
    lost: int
    moved: int
    people: tuple[PersonPair, ...]


def compare_plans(session: Session, actor: Actor, first: int, second: int) -> Compared:
    """Compare the places of two plans."""
    places = {each: _places(session, each) for each in (first, second)}
    courses = session.scalars(
        select(TrainingClass)
        .where(TrainingClass.id.in_({course for found in places.values() for _who, course in found}))
        .order_by(TrainingClass.code)
    ).all()
    code = {course.id: course.code for course in courses}
    told = [_by_person(places[each], code) for each in (first, second)]
    changed = sorted(who for who in told[0].keys() | told[1].keys() if told[0].get(who, "") != told[1].get(who, ""))
    people = people_of(session, changed)
    pairs = [
        PersonPair(
            official_id=who,
            nip=people[who][0],
            name=people[who][1],
            unit=people[who][3],
            first=told[0].get(who, ""),
            second=told[1].get(who, ""),
        )
        for who in changed
        if actor.unit_ids is None or people[who][2] in actor.unit_ids
    ]
    return Compared(
        classes=tuple(
            ClassPair(
                course=course,
                first=sum(each == course.id for _who, each in places[first]),
                second=sum(each == course.id for _who, each in places[second]),
            )
            for course in courses
        ),
        gained=sum(not one.first for one in pairs),
        lost=sum(not one.second for one in pairs),
        moved=sum(bool(one.first and one.second) for one in pairs),
        people=tuple(sorted(pairs, key=lambda one: (one.name, one.nip))),
    )


def _places(session: Session, plan_id: int) -> list[tuple[int, int]]:
    statement = select(PlanPlace.official_id, PlanPlace.class_id).where(
        PlanPlace.plan_id == plan_id, PlanPlace.outcome == "chosen"
    )
    return [(official, course) for official, course in session.execute(statement)]


def _by_person(places: list[tuple[int, int]], code: dict[int, str]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for official, course in places:
        found.setdefault(official, []).append(code[course])
    return {official: ", ".join(sorted(codes)) for official, codes in found.items()}
