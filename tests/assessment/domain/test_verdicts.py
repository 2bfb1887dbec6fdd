"""What the figures of an item mean."""

from __future__ import annotations

import pytest

from merit.assessment.domain.verdicts import (
    Action,
    GroupEvidence,
    ItemEvidence,
    OptionEvidence,
    Weight,
    judge,
    judge_model,
)

pytestmark = pytest.mark.unit


def options(*rows):
    return tuple(OptionEvidence(name=name, is_best=name == "A", share=share, correlation=r) for name, share, r in rows)


GOOD = options(("A", 0.6, 0.35), ("B", 0.2, -0.2), ("C", 0.2, -0.2))
SHE = (GroupEvidence(group="perempuan", category="C", eases=True),)
SOME = (GroupEvidence(group="umur di atas 45", category="B", eases=False),)


@pytest.mark.parametrize(
    ("evidence", "codes"),
    [
        ({}, ["verdict-good"]),
        ({"persons": 29, "discrimination": -0.5}, ["verdict-few"]),
        ({"options": options(("A", 0.4, -0.1), ("B", 0.3, 0.3), ("C", 0.3, -0.2)), "discrimination": -0.05},
         ["verdict-able-distractor", "verdict-weak"]),
        ({"options": options(("A", 0.5, 0.3), ("B", 0.3, 0.15), ("C", 0.2, -0.4))}, ["verdict-good"]),
        ({"discrimination": -0.2}, ["verdict-negative"]),
        ({"discrimination": 0.05}, ["verdict-weak"]),
        ({"discrimination": 0.15}, ["verdict-low"]),
        ({"discrimination": None}, ["verdict-good"]),
        ({"facility": 0.97, "options": options(("A", 0.97, 0.2), ("B", 0.02, -0.1), ("C", 0.01, -0.1))},
         ["verdict-too-easy"]),
        ({"facility": 0.08}, ["verdict-too-hard"]),
        ({"options": options(("A", 0.6, 0.3), ("B", 0.39, -0.3), ("C", 0.01, 0.0))}, ["verdict-dead-options"]),
        ({"groups": SHE}, ["verdict-dif-large-easier"]),
        ({"groups": SOME}, ["verdict-dif-moderate-harder"]),
        ({"is_misfit": True, "is_drifting": True}, ["verdict-drift", "verdict-misfit"]),
    ],
)  # fmt: skip
def test_verdicts(evidence, codes):
    item = {"persons": 400, "facility": 0.6, "discrimination": 0.35, "options": GOOD} | evidence

    assert [verdict.code for verdict in judge(ItemEvidence(**item))] == codes


def test_a_misleading_distractor_leads_to_the_key_and_is_named():
    found = judge(
        ItemEvidence(
            persons=200,
            facility=0.3,
            discrimination=-0.3,
            options=options(("A", 0.3, -0.3), ("C", 0.7, 0.3)),
        )
    )

    assert [(one.code, one.weight, one.action, dict(one.details)) for one in found] == [
        ("verdict-able-distractor", Weight.ACT, Action.KEY, {"option": "C"}),
        ("verdict-negative", Weight.ACT, Action.KEY, {}),
    ]


@pytest.mark.parametrize(
    ("rmsea", "srmsr", "persons", "code"),
    [
        (0.02, 0.03, 10_000, "model-fit-close"),
        (0.02, 0.08, 10_000, "model-fit-adequate"),
        (0.02, 0.08, 200, "model-fit-close"),  # 1/200 of its square 0.0064 is chance: 0.037 is left
        (0.07, 0.03, 10_000, "model-fit-adequate"),
        (0.02, 0.12, 10_000, "model-fit-poor"),
        (0.10, 0.03, 10_000, "model-fit-poor"),
        (None, 0.03, 10_000, "model-fit-unknown"),
        (0.02, 0.03, 0, "model-fit-unknown"),
    ],
)
def test_a_model_is_judged_by_its_distance(rmsea, srmsr, persons, code):
    assert judge_model(rmsea, srmsr, persons=persons).code == code
