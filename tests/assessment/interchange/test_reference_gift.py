"""Reference data of the GIFT grammar: the expected tree of every file, and an item for every question."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from merit.assessment.interchange import read
from merit.assessment.interchange.gift_grammar import parse_gift
from merit.assessment.interchange.gift_tree import BrokenBlock, Number, Question, Text

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(shared: Path) -> Path:
    """Return the folder of GIFT files and their trees."""
    return shared / "data" / "items" / "gift-grammar"


def number_tree(value: Decimal | None) -> int | float | None:
    """Return a number as JSON has it."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def text_tree(text: Text | Number | None) -> Any:
    """Return a text or a number as the reference writes it."""
    if text is None:
        return None
    if isinstance(text, Text):
        return {"format": text.format, "text": text.text}
    if text.low is not None:
        return {"type": "high-low", "numberHigh": number_tree(text.high), "numberLow": number_tree(text.low)}
    if text.tolerance is None:
        return {"type": "simple", "number": number_tree(text.value)}
    return {"type": "range", "number": number_tree(text.value), "range": number_tree(text.tolerance)}


def tree(question: Question | BrokenBlock) -> dict[str, Any]:
    """Return a question as the reference writes it."""
    assert isinstance(question, Question)
    if question.kind == "Category":
        return {"type": "Category", "title": question.title}
    common = {
        "id": question.id,
        "tags": list(question.tags) or None,
        "type": question.kind,
        "title": question.title,
        "stem": text_tree(question.stem),
        "hasEmbeddedAnswers": question.is_embedded,
    }
    if question.kind == "Description":
        return common
    common["globalFeedback"] = text_tree(question.feedback)
    if question.kind == "TF":
        common |= {
            "isTrue": question.is_true,
            "trueFeedback": text_tree(question.true_feedback),
            "falseFeedback": text_tree(question.false_feedback),
        }
    elif question.kind == "Matching":
        common["matchPairs"] = [{"subquestion": text_tree(left), "subanswer": right} for left, right in question.pairs]
    elif question.is_single_number:
        common["choices"] = text_tree(question.answers[0].text)
    elif question.kind in {"MC", "Short", "Numerical"}:
        common["choices"] = [
            {
                "isCorrect": answer.is_correct,
                "weight": number_tree(answer.weight),
                "text": text_tree(answer.text),
                "feedback": text_tree(answer.feedback),
            }
            for answer in question.answers
        ]
    return common


def test_reference_trees_of_the_gift_grammar(folder):
    """36 of 36 files give the expected tree."""
    files = sorted(folder.glob("*.gift"))

    different = [
        path.name
        for path in files
        if [tree(question) for question in parse_gift(path.read_text())]
        != json.loads(path.with_suffix(".json").read_text())
    ]

    assert len(files) == 36
    assert different == []


def test_reference_every_gift_question_becomes_an_item(folder):
    """Nothing is dropped: as many items as questions, every one of them can be given."""
    wanted, got, refused = 0, 0, []
    for path in sorted(folder.glob("*.gift")):
        questions = json.loads(path.with_suffix(".json").read_text())
        wanted += len([question for question in questions if question["type"] != "Category"])
        items = read(path).items
        got += len(items)
        refused += [(path.name, item.problems[0].code) for item in items if not item.supported]

    assert (got, wanted) == (71, 71)
    assert refused == []
