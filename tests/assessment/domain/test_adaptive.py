"""Adaptive parts of a blueprint: what a plan may say, and what it may not."""

from __future__ import annotations

import pytest

from merit.assessment.domain.adaptive import AdaptiveRules, fewest_given
from merit.assessment.domain.blueprints import BlueprintDocument, BlueprintRow, BlueprintSection, document_problems

pytestmark = pytest.mark.unit

ROW = BlueprintRow(competency="M.01", level=3, count=4)


def plan(*parts: BlueprintSection) -> BlueprintDocument:
    return BlueprintDocument(sections=parts)


def part(**changes) -> BlueprintSection:
    rules = AdaptiveRules(**({"competency": "M.01", "least": 6, "most": 12} | changes.pop("rules", {})))
    return BlueprintSection(**({"name": "Integritas", "adaptive": rules, "rows": (ROW,)} | changes))


def test_a_part_asks_for_its_rows_and_fills_up_to_its_longest_test():
    section = part()
    assert section.total == 12
    assert [(row.level, row.count) for row in section.demands] == [(3, 4), (None, 8)]
    assert document_problems(plan(section)) == []
    assert plan(section).is_adaptive


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ([part(), BlueprintSection(name="Biasa", rows=(ROW,))], "adaptive-mixed"),
        ([part(), part()], "adaptive-competency-twice"),
        ([part(minutes=10)], "adaptive-section-minutes"),
        ([part(rules={"least": 13})], "adaptive-least-above-most"),
        ([part(rows=(ROW, ROW))], "adaptive-rows-exceed-least"),
        ([part(rows=(ROW.model_copy(update={"competency": "M.02"}),))], "adaptive-row-other-competency"),
        ([part(rows=(ROW.model_copy(update={"trial": True}),))], "adaptive-trial-row"),
        ([part(fixed=("BTR-1",))], "adaptive-fixed-items"),
        ([part(rules={"competency": ""}, rows=())], "adaptive-competency-missing"),
    ],
)
def test_what_cannot_be_is_named(sections: list[BlueprintSection], expected: str):
    assert expected in document_problems(plan(*sections))


def test_a_plan_of_before_has_no_adaptive_part():
    assert not plan(BlueprintSection(name="Biasa", rows=(ROW,))).is_adaptive


@pytest.mark.parametrize(
    ("enemies", "fewest"),
    [
        ({}, 0),
        ({1: (), 2: (), 3: ()}, 3),
        ({1: (2, 3, 4), 2: (1,), 3: (1,), 4: (1,)}, 1),  # one that nothing else may meet
        ({1: (2, 9), 2: (1,), 3: (4,), 4: (3,), 5: ()}, 3),  # 9 is not in the pool
    ],
)
def test_enemies_leave_a_shortest_test(enemies, fewest):
    assert fewest_given(enemies) == fewest
