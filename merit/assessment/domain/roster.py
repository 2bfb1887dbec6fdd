"""The roster of a sitting as rules: NIPs out of pasted text, numbers of candidates, seats, times that overlap."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

NIP_DIGITS = 18
_GROUPED = re.compile(r"(?<!\d)(\d{8})[ .]?(\d{6})[ .]?(\d)[ .]?(\d{3})(?!\d)")
_ROUNDED = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
TURNOVER = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class PastedNips:
    """What a pasted list says: NIPs once each in order, how many came again, and lines without one."""

    nips: tuple[str, ...]
    repeated: tuple[str, ...] = ()
    unread: tuple[tuple[int, str], ...] = ()


def read_nips(text: str) -> PastedNips:
    """Find NIPs in pasted lines, grouped or not; a line that has text but no NIP is told with its number."""
    seen: dict[str, None] = {}
    repeated: list[str] = []
    unread: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        found = ["".join(groups) for groups in _GROUPED.findall(line.replace("\u00a0", " "))]
        if not found and line.strip():
            unread.append((number, line.strip()[:80]))
        for nip in found:
            if nip in seen:
                repeated.append(nip)
            seen[nip] = None
    return PastedNips(tuple(seen), tuple(repeated), tuple(unread))


def is_rounded(text: str) -> bool:
    """Whether Excel has turned the NIP into a rounded number (1.98504E+17)."""
    return bool(_ROUNDED.search(text))


def candidate_number(sitting_id: int, place: int) -> str:
    """Return the number on the card: unique in the whole installation, so that nobody enters another sitting."""
    return f"{sitting_id}-{place:03d}"


def place_of(number: str) -> int:
    """Return the place on the roster inside a candidate's number."""
    return int(number.rpartition("-")[2])


@dataclass(frozen=True, slots=True)
class Seatable:
    """A candidate to be seated."""

    id: int
    name: str
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """A room with its seats in rows; ``taken`` seats are left alone."""

    id: int
    seats: int
    columns: int
    taken: frozenset[int] = frozenset()

    @property
    def free(self) -> list[int]:
        """Return the seats nobody has, in order."""
        return [seat for seat in range(1, self.seats + 1) if seat not in self.taken]


def seat_by_name(people: Iterable[Seatable], rooms: Sequence[RoomPlan]) -> dict[int, tuple[int, int]]:
    """Seat people by name, room after room; whoever finds no seat is left out."""
    places = [(room.id, seat) for room in rooms for seat in room.free]
    queue = sorted(people, key=lambda person: (person.name.casefold(), person.id))
    return {person.id: place for person, place in zip(queue, places, strict=False)}


def seat_mixed(people: Iterable[Seatable], rooms: Sequence[RoomPlan]) -> dict[int, tuple[int, int]]:
    """Seat people so that colleagues of one unit sit apart: not beside and not behind each other where possible.

    Every seat goes to the unit with most people left among those not sitting to the left or in front; where only
    neighbours' units are left, to the largest of them. Deterministic.
    """
    queues: dict[int, list[Seatable]] = {}
    for person in sorted(people, key=lambda one: (one.name.casefold(), one.id), reverse=True):
        queues.setdefault(person.unit or 0, []).append(person)
    seated: dict[int, tuple[int, int]] = {}
    for room in rooms:
        units: dict[int, int] = {}
        for seat in room.free:
            if not queues:
                return seated
            unit = _next_unit(queues, _neighbours(units, seat, room.columns))
            person = queues[unit].pop()
            if not queues[unit]:
                del queues[unit]
            units[seat] = unit
            seated[person.id] = (room.id, seat)
    return seated


def _neighbours(units: Mapping[int, int], seat: int, columns: int) -> set[int]:
    beside = {units.get(seat - 1)} if (seat - 1) % columns else set()
    return {unit for unit in {*beside, units.get(seat - columns)} if unit is not None}


def _next_unit(queues: Mapping[int, Sequence[Seatable]], neighbours: set[int]) -> int:
    return max(queues, key=lambda unit: (unit not in neighbours, len(queues[unit]), -unit))


def overlaps(first: tuple[dt.datetime, int], second: tuple[dt.datetime, int]) -> bool:
    """Whether two sittings (start, minutes) touch the same time, with a quarter of an hour to change rooms."""
    (start, minutes), (other, other_minutes) = first, second
    return start < other + dt.timedelta(minutes=other_minutes) + TURNOVER and other < (
        start + dt.timedelta(minutes=minutes) + TURNOVER
    )


@dataclass(frozen=True, slots=True)
class Accommodation:
    """What a candidate is granted beyond the others; nothing unless a second person has approved it."""

    extra_minutes: int = 0
    break_minutes: int = 0
    has_reader: bool = False


def granted(*, extra_minutes: int, break_minutes: int, has_reader: bool, approved_by: int | None) -> Accommodation:
    """Return what counts of a proposed accommodation."""
    if approved_by is None:
        return Accommodation()
    return Accommodation(extra_minutes, break_minutes, has_reader)
