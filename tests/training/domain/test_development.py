"""Gaps, suggestions and reactions, worked by hand."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from merit.training.domain.gaps import development_gaps, verdict
from merit.training.domain.reactions import QUESTIONS, find_reaction_problem, summarise
from merit.training.domain.suggestions import Evidence, Need, Offer, pool_gains, shrunk_gain, suggest, usable_gain

pytestmark = pytest.mark.unit

NEED = Need(competency="M.01", level=2, standard=3, expected=0.9, below=0.9)


def make_offer(code: str, number: int, *, hours: int = 20, cost: int = 100, aim: int = 4) -> Offer:
    return Offer(programme_id=number, code=code, name=code, hours=Decimal(hours), cost=cost, aims={"M.01": aim})


def test_gap_without_error_is_certain():
    gaps = development_gaps(np.array([[2, 3, 0]]), np.zeros((1, 3)), np.array([[3, 3, 3]]))

    assert gaps.measured.tolist() == [[1, 0, 0]]
    assert gaps.expected.tolist() == [[1.0, 0.0, 0.0]]
    assert gaps.below.tolist() == [[1.0, 0.0, 0.0]]
    assert gaps.known.tolist() == [[True, True, False]]


def test_gap_with_error_leaves_open_who_stands_below():
    # level 3, SE 0.5, standard 3: P(L <= 2) = Phi(-1) = 0.15866; E[gap] = 0.15866 + Phi(-3) = 0.16001
    gaps = development_gaps(np.array([[3]]), np.array([[0.5]]), np.array([[3]]))

    assert gaps.below[0, 0] == pytest.approx(0.158655, abs=1e-6)
    assert gaps.expected[0, 0] == pytest.approx(0.160005, abs=1e-6)
    assert verdict(float(gaps.below[0, 0])) == "gap-unlikely"


def test_gap_grows_with_the_standard():
    level, se = np.full((1, 5), 3), np.full((1, 5), 0.4)

    gaps = development_gaps(level, se, np.arange(1, 6)[None, :])

    assert (np.diff(gaps.expected[0]) >= 0).all()
    assert (np.diff(gaps.below[0]) >= 0).all()


def test_pooled_gain_weighs_by_precision():
    # weights 1 / (0.3^2 + 0.4^2) = 4 and 1 / (0 + 0.4^2) = 6.25: (4 * 1 + 6.25 * 0.5) / 10.25 = 0.69512
    found = pool_gains([(1.0, 0.3, 20), (0.5, 0.0, 30)])

    assert found is not None
    assert (found.classes, found.persons) == (2, 50)
    assert found.gain == pytest.approx(0.69512, abs=1e-5)
    assert found.se == pytest.approx(10.25**-0.5)


def test_uncertain_gain_is_drawn_to_the_prior():
    # trust 0.16 / (0.16 + 0.16) = 0.5: 0.5 * 1.1 + 0.5 * 0.5 = 0.8
    assert shrunk_gain(Evidence(gain=1.1, se=0.4, classes=1, persons=5)) == pytest.approx(0.8)
    assert shrunk_gain(None) == 0.5


def test_usable_gain_ends_with_the_gap_and_the_aim():
    sure = Evidence(gain=2.0, se=0.0, classes=3, persons=60)

    assert usable_gain(NEED, 4, sure) == 0.9
    assert usable_gain(NEED, 2, sure) == 0.0


def test_suggestions_order_by_gain_then_hours_then_cost():
    offers = [
        make_offer("LAMA", 1, hours=40),
        make_offer("MAHAL", 2, cost=900),
        make_offer("MURAH", 3),
        make_offer("TERUKUR", 4, hours=60, cost=999),
    ]
    evidence = {(4, "M.01"): Evidence(gain=0.8, se=0.1, classes=2, persons=40)}

    found = suggest([NEED], offers, evidence, most=4)["M.01"]

    assert [one.offer.code for one in found] == ["TERUKUR", "MURAH", "MAHAL", "LAMA"]
    assert found[0].reason == "suggest-measured"
    assert found[1].reason == "suggest-unmeasured"


def test_reactions_are_told_from_three_on():
    forms = [dict.fromkeys(QUESTIONS, mark) for mark in (3, 4, 5)]

    assert summarise(forms[:2]) == []
    assert [(row.n, row.mean, row.spread) for row in summarise(forms)] == [(3, 4.0, 1.0)] * len(QUESTIONS)


def test_reaction_needs_every_mark():
    whole = dict.fromkeys(QUESTIONS, 4)

    assert find_reaction_problem(whole, "") is None
    assert find_reaction_problem(whole | {"pace": 6}, "") == "reaction-incomplete"
    assert find_reaction_problem({"pace": 4}, "") == "reaction-incomplete"
    assert find_reaction_problem(whole, "x" * 1001) == "reaction-comment-long"
