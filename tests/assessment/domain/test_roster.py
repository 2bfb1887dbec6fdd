"""Rosters: NIPs from pasted text, seats, overlapping times."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.assessment.domain.roster import (
    Accommodation,
    RoomPlan,
    Seatable,
    candidate_number,
    granted,
    is_rounded,
    overlaps,
    place_of,
    read_nips,
    seat_by_name,
    seat_mixed,
)

pytestmark = pytest.mark.unit
NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)


def test_nips_are_read_grouped_or_not_and_once():
    text = (
        "1. Andi, 19850412 201001 1 003\n\n'198504122010011003;\t198601012011012004\n"
        "Budi tanpa NIP\n19850412201001100\n"
    )
    read = read_nips(text)
    assert read.nips == ("198504122010011003", "198601012011012004")
    assert read.repeated == ("198504122010011003",)
    assert read.unread == ((4, "Budi tanpa NIP"), (5, "19850412201001100"))
    assert is_rounded("1,98504E+17")
    assert not is_rounded("198504122010011003")


def test_numbers_are_unique_across_sittings():
    assert candidate_number(12, 7) == "12-007"
    assert place_of(candidate_number(12, 1234)) == 1234


def people(*units: int) -> list[Seatable]:
    return [Seatable(id=number, name=f"Nama {number:03d}", unit=unit) for number, unit in enumerate(units, 1)]


def test_by_name_seats_the_alphabet_room_after_room():
    rooms = [RoomPlan(1, 2, 2, frozenset({1})), RoomPlan(2, 2, 2)]
    seated = seat_by_name([Seatable(1, "Citra"), Seatable(2, "andi"), Seatable(3, "Budi"), Seatable(4, "Dewi")], rooms)
    assert seated == {2: (1, 2), 3: (2, 1), 1: (2, 2)}


def test_mixing_keeps_colleagues_apart():
    crowd = people(*([1] * 12 + [2] * 8 + [3] * 6 + [4] * 4))
    seated = seat_mixed(crowd, [RoomPlan(1, 30, 6)])
    units = {seat: crowd[person - 1].unit or 0 for person, (_room, seat) in seated.items()}
    assert len(seated) == 30
    beside = [seat for seat in units if (seat - 1) % 6 and units[seat] == units[seat - 1]]
    behind = [seat for seat in units if seat > 6 and units[seat] == units[seat - 6]]
    assert (beside, behind) == ([], [])


@given(
    units=st.lists(st.integers(1, 5), max_size=40),
    rooms=st.lists(st.tuples(st.integers(1, 15), st.integers(1, 5)), max_size=4),
)
def test_nobody_shares_a_seat_and_no_seat_stays_empty_needlessly(units, rooms):
    plans = [RoomPlan(number, seats, columns) for number, (seats, columns) in enumerate(rooms, 1)]
    for seating in (seat_mixed, seat_by_name):
        seated = seating(people(*units), plans)
        assert len(set(seated.values())) == len(seated) == min(len(units), sum(plan.seats for plan in plans))
        assert all(1 <= seat <= plans[room - 1].seats for room, seat in seated.values())


@pytest.mark.parametrize(
    ("shift", "expected"),
    [(0, True), (89, True), (90, True), (104, True), (105, False), (-104, True), (-105, False), (300, False)],
)
def test_overlap_leaves_a_quarter_of_an_hour(shift: int, expected: bool):
    other = (NOON + dt.timedelta(minutes=shift), 90)
    assert overlaps((NOON, 90), other) is expected
    assert overlaps(other, (NOON, 90)) is expected


def test_nothing_is_granted_without_a_second_person():
    asked = {"extra_minutes": 30, "break_minutes": 10, "has_reader": True}
    assert granted(**asked, approved_by=None) == Accommodation()
    assert granted(**asked, approved_by=7) == Accommodation(30, 10, True)
