"""Seconds per question, from views and from answers."""

from __future__ import annotations

import datetime as dt

import pytest

from merit.assessment.domain.integrity_flags import View
from merit.assessment.domain.item_times import pauses_of, seconds_by_position

pytestmark = pytest.mark.unit
START = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)


def at(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def view(position: int, first: float, last: float) -> View:
    return View(position=position, starts=at(first), until=at(last))


def test_views_of_a_question_are_added_up():
    views = [view(1, 0, 30), view(2, 30, 75), view(1, 75, 80)]

    assert seconds_by_position(views, {1: [at(20)], 2: [at(74)]}, starts=START) == {1: 35, 2: 45}


def test_the_last_view_is_known_by_its_answers():
    """Question 3 came on the screen at second 75 and was answered at 100 and 110; nobody told of its view."""
    views = [view(1, 0, 30), view(2, 30, 75)]

    assert seconds_by_position(views, {3: [at(100), at(110)]}, starts=START) == {1: 30, 2: 45, 3: 35}


def test_without_views_the_time_runs_from_answer_to_answer():
    assert seconds_by_position([], {1: [at(40)], 2: [at(55)], 3: [at(56)]}, starts=START) == {1: 40, 2: 15, 3: 1}


def test_answers_of_one_moment_tell_nothing_of_each():
    found = seconds_by_position([], {1: [at(40)], 2: [at(90)], 3: [at(90)], 4: [at(95)]}, starts=START)

    assert found == {1: 40, 4: 5}


def test_an_answer_kept_while_its_question_is_left_belongs_to_its_view():
    assert seconds_by_position([view(1, 0, 30)], {1: [at(31.4)]}, starts=START) == {1: 30}


def test_what_was_on_the_screen_before_the_start_does_not_count():
    assert seconds_by_position([view(1, -60, -30), view(1, -20, 10)], {}, starts=START) == {1: 10}


def test_time_in_which_the_clock_stood_is_taken_off_once():
    """The candidate's clock stood 10-40, the room's 30-50, the room's again from 90 to the end."""
    own = [(at(10), True), (at(40), False)]
    room = [(at(30), True), (at(50), False), (at(90), True)]

    pauses = pauses_of(room, own, ends=at(100))

    assert pauses == [(at(10), at(50)), (at(90), at(100))]
    assert seconds_by_position([view(1, 0, 100)], {}, starts=START, pauses=pauses) == {1: 50}
