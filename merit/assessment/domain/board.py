"""The proctor's seat map: what a seat shows, from the few facts the server has of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from merit.assessment.domain.states import AttemptState
from merit.assessment.domain.timing import SILENCE, AttemptClock

NOTABLE_FOCUS_LOSSES = 1
TWO_NETWORKS = "two-networks"  # raised where a sign of life came from another network


class SeatState(StrEnum):
    """What a seat shows; one word and one symbol each."""

    EMPTY = "empty"
    EXPECTED = "expected"
    ABSENT = "absent"
    WITHDRAWN = "withdrawn"
    WAITING = "waiting"
    ADMITTED = "admitted"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


class Flag(StrEnum):
    """Something at a seat a proctor should know of; never a verdict."""

    SILENT = "silent"
    SECOND_BROWSER = "second-browser"
    NETWORK = "network"
    FOCUS = "focus"
    OVERTIME = "overtime"
    ACCOMMODATION = "accommodation"


URGENT = frozenset({Flag.SILENT, Flag.SECOND_BROWSER, Flag.OVERTIME})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A candidate's seat as the database has it."""

    candidate_id: int
    attempt_id: int | None
    seat: int
    state: str | None
    is_withdrawn: bool = False
    is_marked_absent: bool = False
    has_accommodation: bool = False
    items: int = 0
    answered: int = 0
    marked: int = 0
    clock: AttemptClock | None = None
    last_save_at: dt.datetime | None = None
    last_seen_at: dt.datetime | None = None
    focus_losses: int = 0
    has_second_browser: bool = False
    flags: tuple[str, ...] = ()


def state_of(seat: Seat) -> SeatState:
    """Return what the seat shows."""
    if seat.state is not None:
        return SeatState(seat.state)
    if seat.is_withdrawn:
        return SeatState.WITHDRAWN
    return SeatState.ABSENT if seat.is_marked_absent else SeatState.EXPECTED


def is_silent(seat: Seat, now: dt.datetime) -> bool:
    """Whether nothing was heard of a running attempt for over a minute."""
    heard = max((at for at in (seat.last_seen_at, seat.last_save_at) if at is not None), default=None)
    return seat.state == AttemptState.RUNNING and (heard is None or now - heard > SILENCE)


def flags_of(seat: Seat, now: dt.datetime) -> list[Flag]:
    """Return the flags of a seat, the most urgent first."""
    is_open = seat.state not in (None, AttemptState.FINISHED)
    raised = {
        Flag.SECOND_BROWSER: is_open and seat.has_second_browser,
        Flag.SILENT: is_silent(seat, now),
        Flag.OVERTIME: seat.state == AttemptState.RUNNING and seat.clock is not None and now > seat.clock.deadline,
        Flag.NETWORK: TWO_NETWORKS in seat.flags,
        Flag.FOCUS: seat.focus_losses >= NOTABLE_FOCUS_LOSSES,
        Flag.ACCOMMODATION: seat.has_accommodation,
    }
    return [flag for flag, is_raised in raised.items() if is_raised]


def remaining_of(seat: Seat, now: dt.datetime) -> int | None:
    """Return the whole seconds left, standing still while paused; None before the start and after the end."""
    if seat.clock is None or seat.state not in (AttemptState.RUNNING, AttemptState.PAUSED):
        return None
    return seat.clock.remaining(now)


def rows_of(seats: int, columns: int) -> Iterator[Sequence[int]]:
    """Yield the seat numbers row by row, from the front of the room."""
    for first in range(1, seats + 1, columns):
        yield range(first, min(first + columns, seats + 1))
