"""Signs worth a look, with the numbers they rest on."""

from __future__ import annotations

import datetime as dt

import pytest

from merit.assessment.domain.integrity_flags import Sign, View, find_copied_then_answered, find_signs

pytestmark = pytest.mark.unit
START = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)


def at(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def view(position: int, first: float, last: float) -> View:
    return View(position=position, starts=at(first), until=at(last))


def swept(items: int, look: float, answer: float) -> tuple[list[View], dict[int, list[dt.datetime]]]:
    """Look at every item for ``look`` seconds, come back after ten minutes and answer after ``answer``."""
    first = [view(position, position * look, (position + 1) * look) for position in range(items)]
    stay = answer * 1.5
    again = [view(position, 600 + position * stay, 600 + (position + 1) * stay) for position in range(items)]
    return first + again, {seen.position: [seen.starts + dt.timedelta(seconds=answer)] for seen in again}


def test_seven_seconds_to_look_and_eight_to_answer_is_found_with_its_numbers():
    views, answers = swept(20, look=7, answer=8)

    finding = find_copied_then_answered(views, answers, 20)

    assert finding is not None
    assert finding.details == {"count": 20, "items": 20, "view": 7, "answer": 8}
    assert finding.positions == tuple(range(20))


@pytest.mark.parametrize(("look", "answer"), [(30, 8), (7, 40), (1, 8)])
def test_reading_thinking_or_leafing_is_nothing(look, answer):
    views, answers = swept(20, look=look, answer=answer)

    assert find_copied_then_answered(views, answers, 20) is None


def test_answering_at_first_sight_is_nothing():
    views = [view(position, position * 8, position * 8 + 8) for position in range(20)]
    answers = {seen.position: [seen.starts + dt.timedelta(seconds=6)] for seen in views}

    assert find_copied_then_answered(views, answers, 20) is None


def test_a_few_items_are_nothing():
    views, answers = swept(4, look=7, answer=8)

    assert find_copied_then_answered(views, answers, 16) is None
    assert find_copied_then_answered(*swept(6, look=7, answer=8), 60) is None


def test_signs_are_counted_and_nobody_is_judged_by_one_loss_of_focus():
    quiet = {"views": [], "answers": {}, "items": 20}

    assert find_signs(focus_losses=1, network_changes=0, **quiet) == []
    found = find_signs(focus_losses=3, network_changes=2, **quiet)
    assert [(each.sign, each.details["count"]) for each in found] == [(Sign.FOCUS, 3), (Sign.NETWORKS, 2)]
