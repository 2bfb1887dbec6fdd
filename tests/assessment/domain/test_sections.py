"""Sections taken one after the other, in pure code: plan, steps, and what comes too late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from merit.assessment.domain.sections import Part, Window, comes_late, enter, parts_of, seconds_left, window_after
from merit.assessment.domain.timing import AttemptClock, compensate

pytestmark = pytest.mark.unit

START = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
PARTS = (
    Part(number=0, first=1, last=4, seconds=600),
    Part(number=1, first=5, last=8, seconds=300),
    Part(number=2, first=9, last=12),
)
FIRST = Window(0, 1, 4, START + dt.timedelta(seconds=600))


def after(seconds: int) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def paper(navigation: str, *minutes: int | None) -> dict[str, Any]:
    parts = [{"first": 4 * at + 1, "last": 4 * at + 4, "minutes": each} for at, each in enumerate(minutes)]
    return {"navigation": navigation, "sections": parts, "items": [{}]}


def test_a_paper_without_limits_and_with_a_way_back_has_no_rules():
    assert parts_of(paper("free", None, None), allotted_seconds=5400, minutes=90) == ()


def test_a_paper_that_is_given_item_by_item_has_none():
    assert parts_of(paper("forward", None) | {"items": []}, allotted_seconds=5400, minutes=90) == ()


def test_a_forward_paper_and_one_with_a_time_have_rules():
    assert len(parts_of(paper("forward", None), allotted_seconds=5400, minutes=90)) == 1
    assert [part.seconds for part in parts_of(paper("free", 10, None), allotted_seconds=5400, minutes=90)] == [
        600,
        None,
    ]


def test_extra_time_lengthens_every_section_alike():
    parts = parts_of(paper("free", 30, 60), allotted_seconds=120 * 60, minutes=90)

    assert [part.seconds for part in parts] == [40 * 60, 80 * 60]


def test_entering_in_time_starts_the_next_clock_at_once():
    (entry,) = enter(FIRST, PARTS, position=5, at=after(200))

    assert (entry.left_until, entry.entered_at, entry.deadline) == (after(600), after(200), after(500))
    assert window_after(FIRST, [entry]) == Window(1, 5, 8, after(500))


def test_who_comes_after_the_end_has_been_in_the_next_section_since_then():
    (entry,) = enter(FIRST, PARTS, position=6, at=after(700))

    assert (entry.entered_at, entry.deadline) == (after(600), after(900))


def test_a_section_may_be_passed_over_and_one_without_limit_never_ends():
    entries = enter(FIRST, PARTS, position=12, at=after(2000))

    assert [(entry.part.number, entry.entered_at) for entry in entries] == [(1, after(600)), (2, after(900))]
    assert window_after(FIRST, entries) == Window(2, 9, 12, None)


def test_nothing_is_entered_twice():
    assert enter(FIRST, PARTS, position=4, at=after(10)) == []


def test_a_standing_clock_enters_where_it_stands():
    (entry,) = enter(FIRST, PARTS, position=5, at=after(550), paused_at=after(100))

    assert entry.entered_at == after(100)


@pytest.mark.parametrize(
    ("position", "seconds", "late"),
    [(4, 605, False), (4, 606, True), (1, 0, False)],
)
def test_an_answer_is_late_after_its_section_and_grace(position: int, seconds: int, late: bool):
    assert comes_late(position, FIRST, [], at=after(seconds), grace_seconds=5) is late


def test_what_was_left_before_the_request_is_late():
    window = Window(1, 5, 8, after(900))

    assert comes_late(4, window, [], at=after(1), grace_seconds=5)
    assert not comes_late(5, window, [], at=after(1), grace_seconds=5)


def test_what_was_worked_offline_is_judged_by_the_end_of_its_own_section():
    entries = enter(FIRST, PARTS, position=9, at=after(880))

    late = [comes_late(position, FIRST, entries, at=after(880), grace_seconds=5) for position in (4, 5, 8, 9)]

    assert late == [True, False, False, False]


def test_seconds_left_stand_still_in_a_pause():
    assert seconds_left(after(600), after(100)) == 500
    assert seconds_left(after(600), after(300), paused_at=after(100)) == 500
    assert seconds_left(after(600), after(700)) == 0
    assert seconds_left(None, after(100)) is None


def test_compensation_gives_back_what_was_left_of_the_section():
    # Silent from 500 s, section over at 600 s, decided at 1100 s: 100 s were left and can be worked from now.
    clock = AttemptClock(started_at=START, allotted_seconds=5400)

    given = compensate(clock, 300, after(500), after(1100), section_deadline=after(600))

    assert given.extended_seconds == 600


def test_compensation_for_a_section_that_was_over_before_is_the_outage_only():
    clock = AttemptClock(started_at=START, allotted_seconds=5400)

    assert compensate(clock, 300, after(700), after(1100), section_deadline=after(600)).extended_seconds == 300
