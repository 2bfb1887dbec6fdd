"""Who appraises whom, from the tree of units and who leads them; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The agency as far as superiors are concerned, all by id.

    ``parents``: unit above a unit; ``leaders``: officials holding a post that leads a unit; ``units``: the unit an
    official serves in; ``led``: units an official leads.
    """

    parents: Mapping[int, int | None]
    leaders: Mapping[int, Collection[int]]
    units: Mapping[int, int]
    led: Mapping[int, Collection[int]] = field(default_factory=dict)


def find_superior(official_id: int, lines: Lines) -> int | None:
    """Return the one who leads the official's unit, or the next unit above; None where there is not exactly one.

    Who leads a unit is appraised from the unit above it. Where several hold the leading post nobody is guessed:
    somebody who knows chooses.
    """
    own = set(lines.led.get(official_id, ()))
    unit = lines.units.get(official_id)
    seen: set[int] = set()
    while unit is not None and unit not in seen:
        seen.add(unit)
        leaders = set(lines.leaders.get(unit, ())) - {official_id}
        if unit not in own and leaders:
            return leaders.pop() if len(leaders) == 1 else None
        unit = lines.parents.get(unit)
    return None
