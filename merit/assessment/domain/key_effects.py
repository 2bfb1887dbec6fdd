"""What a change of a key would do to a sitting: points, levels and order before and after, told by numbers alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from merit.assessment.domain.sheets import WHOLE, Sheet

MOST_LISTED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange:
    """A candidate's level on one competency (:data:`WHOLE`: the whole test) before and after."""

    number: str
    competency: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Counts of what changes; ``moved`` is how many candidates change place, ``furthest`` the most places moved."""

    responses: int
    gaining: int
    losing: int
    up: int
    down: int
    moved: int
    furthest: int
    changes: tuple[LevelChange, ...]

    def document(self) -> dict[str, Any]:
        """Return the effects as they are stored with a proposal."""
        changes = [[one.number, one.competency, one.before, one.after] for one in self.changes[:MOST_LISTED]]
        names = ("responses", "gaining", "losing", "up", "down", "moved", "furthest")
        return {**{name: getattr(self, name) for name in names}, "changes": changes}


def compare(before: Sequence[Sheet], after: Sequence[Sheet]) -> Effects:
    """Return what changes between two scorings of the same candidates."""
    former = {sheet.number: sheet for sheet in before}
    pairs = [(former[sheet.number], sheet) for sheet in after]
    scaled = [(_scaled(one), _scaled(other)) for one, other in pairs]
    changes = [change for one, other in pairs for change in _level_changes(one, other)]
    levels = [(change.before, change.after) for change in changes if change.before and change.after]
    shifts = _shifts(before, after)
    return Effects(
        responses=sum(_changed_places(one, other) for one, other in pairs),
        gaining=sum(new > old for old, new in scaled),
        losing=sum(new < old for old, new in scaled),
        up=sum(new > old for old, new in levels),
        down=sum(new < old for old, new in levels),
        moved=sum(shift > 0 for shift in shifts),
        furthest=max(shifts, default=0),
        changes=tuple(changes),
    )


def places_of(sheets: Sequence[Sheet]) -> Mapping[str, int]:
    """Return everybody's place by the whole scaled score, equals sharing the better place."""
    scores = {sheet.number: _scaled(sheet) for sheet in sheets}
    ordered = sorted(scores.values(), reverse=True)
    return {number: ordered.index(score) + 1 for number, score in scores.items()}


def _scaled(sheet: Sheet) -> Decimal:
    return sheet.results[WHOLE].scaled or Decimal(0)


def _changed_places(before: Sheet, after: Sheet) -> int:
    former = {place.position: (place.points, place.outcome) for place in before.places}
    return sum(former[place.position] != (place.points, place.outcome) for place in after.places)


def _level_changes(before: Sheet, after: Sheet) -> list[LevelChange]:
    found = []
    for code, result in after.results.items():
        old = before.results[code].level if code in before.results else None
        if old != result.level:
            found.append(LevelChange(number=after.number, competency=code, before=old, after=result.level))
    return found


def _shifts(before: Sequence[Sheet], after: Sequence[Sheet]) -> list[int]:
    old, new = places_of(before), places_of(after)
    return [abs(old[number] - place) for number, place in new.items()]
