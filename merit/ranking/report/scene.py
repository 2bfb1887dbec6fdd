"""A run together with the people in it, looked up as they are needed; filters and pages shared by its lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from merit.evidence import IntArray
from merit.ranking.engine.types import Ranking
from merit.ranking.queries import Person, find_officials, load_people
from merit.ranking.store.loading import LoadedRun


@dataclass(slots=True)
class Scene:
    """A run with the people looked up so far."""

    session: Session
    run: LoadedRun
    people: dict[int, Person] = field(default_factory=dict)

    @property
    def ranking(self) -> Ranking:
        """The run's ranking."""
        return self.run.ranking

    def look_up(self, rows: Sequence[int] | IntArray) -> None:
        """Load the people of these rows who are not there yet, in one query."""
        ids = [int(self.ranking.officials[row]) for row in rows]
        missing = [number for number in ids if number not in self.people]
        self.people |= load_people(self.session, missing, at=self.run.computed_at)

    def person(self, row: int) -> Person | None:
        """Return who stands in a row, None before :meth:`look_up` or where nothing is recorded."""
        return self.people.get(int(self.ranking.officials[row]))


def matching(scene: Scene, rows: IntArray, text: str, unit_ids: tuple[int, ...] = ()) -> list[int]:
    """Keep the rows of people whose name or NIP holds the text and who belong to the units."""
    if not text.strip() and not unit_ids:
        listed: list[int] = rows.tolist()
        return listed
    wanted = find_officials(scene.session, text=text, unit_ids=unit_ids or None, at=scene.run.computed_at)
    return [row for row in rows.tolist() if int(scene.ranking.officials[row]) in wanted]


def page_of(rows: Sequence[int], page: int, per_page: int) -> tuple[list[int], int]:
    """Return the rows of one page, the nearest existing one, and how many pages there are."""
    pages = max(-(-len(rows) // per_page), 1)
    start = (min(max(page, 1), pages) - 1) * per_page
    return list(rows[start : start + per_page]), pages
