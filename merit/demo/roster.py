"""Files of the city itself: units, positions, officials and past posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from merit.demo.city import City
from merit.demo.people import Person
from merit.demo.tables import Row


def unit_rows(city: City) -> Iterator[Row]:
    """Rows of the units, parents first."""
    for unit in city.units.values():
        yield unit.code, unit.name, unit.parent, unit.kind, unit.district


def position_rows(city: City) -> Iterator[Row]:
    """Rows of the positions; an empty standard means the tier's default."""
    for post in city.posts.values():
        standard = post.standard or (None,) * 9
        yield post.code, post.name, post.tier, post.unit, post.leads, post.field, *post.grades, *standard


def official_rows(people: Iterable[Person]) -> Iterator[Row]:
    """Rows of the officials with their present post."""
    for person in people:
        yield (
            *(person.nip, person.name, *person.titles, person.sex, person.birth, person.seat.status),
            *(person.grade, person.grade_since, person.education, person.study),
            *(person.seat.post.unit, person.seat.post.code, person.since, person.email),
        )


def career_rows(people: Iterable[Person]) -> Iterator[Row]:
    """Rows of past posts, oldest first."""
    for person in people:
        for number, post in enumerate(person.held[:-1], start=1):
            decree = f"821.2/{number:02d}{person.nip[-6:]}/BKPSDM/{post.starts.year}"
            yield person.nip, post.title, post.tier, post.field, post.starts, post.ends, decree
