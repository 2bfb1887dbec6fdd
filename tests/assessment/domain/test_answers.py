"""The canonical value of an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.assessment.domain.answers import canonical_value, is_blank, parse_value
from merit.errors import InvalidInputError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (["B"], '["B"]'),
        (["B", "A"], '["B","A"]'),
        ([], "[]"),
        ([""], "[]"),
        ({"R2": ["x"], "R1": ["y", ""]}, '{"R1":["y",""],"R2":["x"]}'),
        ({"R1": []}, "{}"),
        (["e\u0301"], '["é"]'),
        (['"\\\n'], '["\\"\\\\\\n"]'),
    ],
)
def test_equal_answers_have_one_text(value: Any, text: str):
    assert canonical_value(value) == text
    assert is_blank(text) == (text in {"[]", "{}"})


@pytest.mark.parametrize(
    "value",
    [
        "B",
        None,
        7,
        [1],
        [["A"]],
        [None],
        {"R": "x"},
        {"": ["x"]},
        {1: ["x"]},
        ["\0"],
        ["\ud800"],
        {"R": {"S": ["x"]}},
        True,
    ],
)
def test_other_shapes_are_refused(value: Any):
    with pytest.raises(InvalidInputError) as refusal:
        canonical_value(value)

    assert refusal.value.reason == "answer-malformed"


@pytest.mark.parametrize(
    "value",
    [["x" * 65_600], ["x" * 9000, "y" * 9000], ["é" * 33_000], ["A"] * 201, {f"R{n}": ["x"] for n in range(101)}],
)
def test_what_is_too_big_is_refused(value: Any):
    with pytest.raises(InvalidInputError) as refusal:
        canonical_value(value)

    assert refusal.value.reason == "answer-too-large"


def test_an_essay_may_be_long():
    assert len(canonical_value(["x" * 65_000])) == 65_004


def test_a_value_belongs_to_its_interactions():
    assert parse_value('["B"]', ["RESPONSE"]) == {"RESPONSE": ("B",)}
    assert parse_value({"R2": ["x"], "R9": ["?"]}, ["R1", "R2"]) == {"R1": (), "R2": ("x",)}
    assert parse_value("[]", ["RESPONSE"]) == {"RESPONSE": ()}
    assert parse_value('["B"]', []) == {}


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), max_size=5))
def test_the_canonical_text_is_a_fixed_point(values: list[str]):
    text = canonical_value(values)

    assert canonical_value(json.loads(text)) == text
