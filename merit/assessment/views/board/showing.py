"""Seats in words: what the map, the list and the polled state show of each."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from merit.assessment.domain.board import (
    URGENT,
    Flag,
    Seat,
    SeatState,
    flags_of,
    remaining_of,
    rows_of,
    state_of,
)
from merit.assessment.domain.states import AttemptState
from merit.assessment.domain.tokens import ROOM_WINDOW
from merit.assessment.queries.board import Person, RoomHead
from merit.assessment.services.entrance import room_token
from merit.i18n import _

_MINUTE, _HOUR = 60, 3600
VIEWS = ("peta", "daftar")
TOKEN_PHASES = ("lobby", "running", "paused")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatShown:
    """A seat as a page shows it."""

    seat: Seat
    state: SeatState
    flags: Sequence[Flag]
    person: Person
    remaining: str
    saved_age: str
    is_shown: bool = True

    @property
    def is_urgent(self) -> bool:
        """Whether somebody should look at once."""
        return bool(URGENT.intersection(self.flags))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the page is asked to show."""

    search: str = ""
    state: str = ""
    flag: str = ""

    def fits(self, state: SeatState, flags: Sequence[Flag], person: Person, seat: int) -> bool:
        """Whether a seat is among those looked for."""
        if self.state and state != self.state:
            return False
        if self.flag and self.flag not in flags:
            return False
        words = f"{person.name} {person.nip} {person.number}".casefold()
        return not self.search or self.search.casefold() in words or self.search == str(seat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The letters a room shows now, and until when it shows these."""

    letters: str
    until: dt.datetime
    seconds: int


def shown_seats(
    standings: Iterable[Standing], people: Mapping[int, Person], now: dt.datetime, chosen: Chosen
) -> list[SeatShown]:
    """Return the seats in words, each with whether it is among those looked for."""
    found = []
    for standing in standings:
        seat, state, flags = standing.seat, standing.state, standing.flags
        person = people[seat.candidate_id]
        found.append(
            SeatShown(
                seat=seat,
                state=state,
                flags=flags,
                person=person,
                remaining=as_clock(remaining_of(seat, now)),
                saved_age=as_age(seat.last_save_at, now),
                is_shown=chosen.fits(state, flags, person, seat.seat),
            )
        )
    return found


def grid(head: RoomHead, seats: Iterable[SeatShown]) -> list[list[tuple[int, SeatShown | None]]]:
    """Return the room row by row; a seat nobody has is None, and number 0 fills up the last row."""
    by_number = {each.seat.seat: each for each in seats}
    last = max([head.seats, *by_number])
    rows = [[(number, by_number.get(number)) for number in row] for row in rows_of(last, head.columns)]
    return [row + [(0, None)] * (len(rows[0]) - len(row)) for row in rows]


@dataclass(frozen=True, slots=True)
class Standing:
    """A seat with its state and flags, worked out once."""

    seat: Seat
    state: SeatState
    flags: Sequence[Flag]


def standings_of(seats: Iterable[Seat], now: dt.datetime) -> list[Standing]:
    """Return what every seat shows."""
    return [Standing(seat, state_of(seat), flags_of(seat, now)) for seat in seats]


def counts_of(standings: Sequence[Standing]) -> dict[str, int]:
    """Return how many seats show what: the states, and the flags a proctor acts on."""
    counted = Counter(each.state.value for each in standings)
    for flag in URGENT:
        counted[flag.value] = sum(flag in each.flags for each in standings)
    return dict(counted)


def polled(head: RoomHead, standings: Sequence[Standing], now: dt.datetime) -> dict[str, Any]:
    """Return the state that the board's script asks for: instants, not ages, so that it only changes on a change.

    A seat is ``[candidate, state, answered, marked, deadline, seconds left while paused, last save, flags]``;
    ``structure`` changes when the page itself has to be drawn again.
    """
    token = token_of(head, now)
    counts = counts_of(standings)
    return {
        "structure": structure_of(head, standings, counts),
        "counts": counts,
        "token": None if token is None else [token.letters, _epoch(token.until)],
        "seats": [_polled_seat(each, now) for each in standings],
    }


def _polled_seat(standing: Standing, now: dt.datetime) -> list[Any]:
    seat = standing.seat
    is_running = standing.state is SeatState.RUNNING and seat.clock is not None
    return [
        seat.candidate_id,
        standing.state.value,
        seat.answered,
        seat.marked,
        _epoch(seat.clock.deadline) if is_running and seat.clock else None,
        remaining_of(seat, now) if standing.state is SeatState.PAUSED else None,
        _epoch(seat.last_save_at),
        [flag.value for flag in standing.flags],
    ]


def structure_of(head: RoomHead, standings: Sequence[Standing], counts: Mapping[str, int]) -> str:
    """Return a mark of everything that needs the page drawn again: phase, who sits where, who waits for what."""
    parts = [
        (
            each.seat.candidate_id,
            each.seat.seat,
            each.seat.attempt_id,
            each.seat.has_second_browser,
            each.state.value if is_waiting(each.seat) else "",
        )
        for each in standings
    ]
    is_out = counts["silent"] * 2 >= max(1, counts.get("running", 0))
    return hashlib.sha256(repr((head.phase, head.state.value, is_out, parts)).encode()).hexdigest()[:16]


def is_waiting(seat: Seat) -> bool:
    """Whether the candidate is there and has not started."""
    return seat.state in (AttemptState.WAITING, AttemptState.ADMITTED)


def token_of(head: RoomHead, now: dt.datetime) -> Token | None:
    """Return the room's token while people may enter, None before and after."""
    if head.phase not in TOKEN_PHASES:
        return None
    window = int(ROOM_WINDOW.total_seconds())
    until = dt.datetime.fromtimestamp((int(now.timestamp()) // window + 1) * window, dt.UTC)
    return Token(letters=room_token(head.room_id, now), until=until, seconds=int((until - now).total_seconds()))


def as_clock(seconds: int | None) -> str:
    """Return seconds as ``HH:MM:SS``, "" for none."""
    if seconds is None:
        return ""
    return f"{seconds // _HOUR:02d}:{seconds // _MINUTE % _MINUTE:02d}:{seconds % _MINUTE:02d}"


def as_age(at: dt.datetime | None, now: dt.datetime) -> str:
    """Return how long ago something was, short: ``12 dtk``, ``3 mnt``."""
    if at is None:
        return ""
    seconds = max(0, int((now - at).total_seconds()))
    return _("%(n)s dtk", n=seconds) if seconds < _MINUTE else _("%(n)s mnt", n=seconds // _MINUTE)


def script_words() -> dict[str, str]:
    """Return the sentences the board's script fills in."""
    return {
        "second": _("%(n)s dtk"),
        "minute": _("%(n)s mnt"),
        "stale": _("Papan tidak dapat menghubungi server. Keadaan di bawah mungkin sudah berubah."),
    }


def _epoch(at: dt.datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())
