"""Reference data of Moodle 4.5.6: what every file holds, and every fraction as the score of its answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from merit.assessment.domain.scoring import score_item
from merit.assessment.interchange import ReadItem, UnreadableError, read

pytestmark = pytest.mark.unit

# "kind points", "- type: reason" for what cannot be given, "! reason" for a file refused as a whole.
FOUND: dict[str, tuple[str, ...]] = {
    "format/aiken/tests/fixtures/questions.aiken.txt": ("single_choice 1", "single_choice 1"),
    "format/blackboard_six/tests/fixtures/sample_blackboard_pool.dat": ("! items-format-foreign",),
    "format/gift/tests/fixtures/questions_encoding_windows-1252.gift.txt": ("essay 1", "essay 1", "match 1"),
    "format/missingword/tests/fixtures/question.missingword1.txt": ("inline_choice 1",),
    "format/missingword/tests/fixtures/question.missingword2.txt": ("text_entry 1",),
    "format/missingword/tests/fixtures/question.missingword3.txt": ("single_choice 1",),
    "format/multianswer/tests/fixtures/broken_multianswer_1.txt": ("- cloze: foreign-broken-options",),
    "format/multianswer/tests/fixtures/broken_multianswer_2.txt": ("- cloze: foreign-broken-best",),
    "format/multianswer/tests/fixtures/broken_multianswer_3.txt": ("- cloze: foreign-broken-number",),
    "format/multianswer/tests/fixtures/broken_multianswer_4.txt": ("! items-format-unknown",),
    "format/multianswer/tests/fixtures/multianswer-all-types.xml": ("composite 18",),
    "format/multianswer/tests/fixtures/questions.multianswer.txt": ("composite 5",),
    "format/xml/tests/fixtures/category_with_description.xml": ("true_false 1",),
    "format/xml/tests/fixtures/error_invalid_grades.xml": ("- multichoice: foreign-broken-sum",),
    "format/xml/tests/fixtures/export_category.xml": ("true_false 1",),
    "format/xml/tests/fixtures/html_chars_in_idnumbers.xml": ("true_false 1",),
    "format/xml/tests/fixtures/sample_questions_with_old_image_tag.xml": ("composite 5", "single_choice 1"),
    "format/xml/tests/fixtures/truefalse.xml": ("true_false 1", "true_false 1"),
    "type/ddimageortext/tests/fixtures/testquestion.moodle.xml": ("- ddimageortext: foreign-type-unsupported",),
    "type/ddmarker/tests/fixtures/testquestion.moodle.xml": ("- ddmarker: foreign-type-unsupported",),
    "type/ddwtos/tests/fixtures/testquestion.moodle.xml": ("composite 1",),
    "type/description/tests/fixtures/testquestion.moodle.xml": ("information 0",),
    "type/essay/tests/fixtures/testquestion.moodle.xml": ("essay 1",),
    "type/gapselect/tests/fixtures/testquestion.moodle.xml": ("composite 1",),
    "type/match/tests/fixtures/testquestion.moodle.xml": ("match 1",),
    "type/multichoice/tests/fixtures/testquestion.moodle.xml": ("multiple_choice 1",),
    "type/numerical/tests/fixtures/testquestion.moodle.xml": ("numeric_entry 1",),
    "type/ordering/tests/fixtures/testexport.moodle.xml": ("order 1",),
    "type/ordering/tests/fixtures/testimport.moodle.xml": ("order 1",),
    "type/ordering/tests/fixtures/testquestion.moodle.xml": ("order 1",),
    "type/shortanswer/tests/fixtures/testquestion.moodle.xml": ("text_entry 1",),
    "type/truefalse/tests/fixtures/testquestion.moodle.xml": ("true_false 1",),
}
EXAMPLES = {
    "single_choice": 9,
    "inline_choice": 7,
    "text_entry": 9,
    "numeric_entry": 8,
    "true_false": 5,
    "match": 3,
    "multiple_choice": 2,
}
CLOZE = "format/multianswer/tests/fixtures/multianswer-all-types.xml"


@pytest.fixture
def folder(shared: Path) -> Path:
    """Return the folder of question files."""
    return shared / "data" / "items" / "moodle-core-4.5.6" / "question"


def told(item: ReadItem) -> str:
    """Return an item in one line."""
    if item.supported:
        return f"{item.type} {item.max_score}"
    return f"- {item.type}: {item.problems[0].code}"


def told_file(path: Path) -> tuple[str, ...]:
    """Return a file's items in one line each."""
    try:
        return tuple(told(item) for item in read(path).items)
    except UnreadableError as error:
        return (f"! {error.reason}",)


def test_reference_every_moodle_file_is_read_or_refused_by_name(folder):
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".jpg", ".png"}]

    got = {str(path.relative_to(folder)): told_file(path) for path in files}
    examples = got.pop("format/gift/examples.txt")

    assert got == FOUND
    assert Counter(line.split()[0] for line in examples) == EXAMPLES


def test_reference_no_moodle_question_is_dropped(folder):
    counted, read_back = {}, {}
    for path in sorted(folder.rglob("*.xml")):
        root = etree.fromstring(path.read_bytes())
        questions = [root] if root.tag == "question" else root.findall("question")
        counted[path.name] = len([one for one in questions if one.get("type") != "category"])
        read_back[path.name] = len(read(path).items)

    assert read_back == counted


def questions(folder: Path) -> Iterator[tuple[Any, ReadItem]]:
    """Yield every supported question with its element."""
    for path in sorted(folder.rglob("*.xml")):
        root = etree.fromstring(path.read_bytes())
        elements = list([root] if root.tag == "question" else root.findall("question"))
        marked = [one for one in elements if one.get("type") != "category"]
        for element, item in zip(marked, read(path).items, strict=True):
            if item.supported:
                yield element, item


def test_reference_fractions_in_the_files_are_the_scores(folder):
    """Each answer alone scores its fraction of the points: 10 questions, 24 answers, none deviates."""
    compared, wrong = Counter(), []
    for element, item in questions(folder):
        kind = element.get("type")
        if kind not in {"multichoice", "truefalse", "shortanswer", "numerical"}:
            continue
        for number, answer in enumerate(element.findall("answer")):
            text = (answer.findtext("text") or "").strip()
            value = {"multichoice": chr(65 + number), "truefalse": "A" if text == "true" else "B"}.get(kind, text)
            expected = max(Decimal(answer.get("fraction")), Decimal(0)) / 100 * item.max_score
            score = score_item(item.content, item.key, {"RESPONSE": [value]})
            compared[kind] += 1
            if abs(score.points - expected) > Decimal("0.00001"):
                wrong.append((item.identifier, value, score.points, expected))

    assert wrong == []
    assert compared == {"truefalse": 12, "multichoice": 8, "shortanswer": 3, "numerical": 1}


def test_reference_all_right_answers_earn_all_points(folder):
    """Every question whose right answers are known earns its points with them: 18 questions, none deviates."""
    wrong, count = [], 0
    for _element, item in questions(folder):
        if item.correct:
            count += 1
            points = score_item(item.content, item.key, item.correct).points
            if points != item.max_score:
                wrong.append((item.title, points, item.max_score))

    assert wrong == []
    assert count == 18


def embedded_answer(kind: str, answer: str, number: int) -> str:
    """Return what a candidate would give: a letter, a word, or the number farthest within the tolerance."""
    if kind.startswith("MULTICHOICE"):
        return chr(65 + number)
    plain = re.sub(r"<[^>]*>", "", answer)
    value, _sign, tolerance = plain.partition(":")
    return str(int(value) + int(tolerance)) if kind == "NUMERICAL" else plain


def test_reference_cloze_percentages_are_the_scores(folder):
    """Each alternative of the question with all embedded types earns its percentage of its gap's weight."""
    text = etree.fromstring((folder / CLOZE).read_bytes()).findtext("question/questiontext/text")
    [item] = read(folder / CLOZE).items
    gaps = re.findall(r"\{(\d):([A-Z_]+):([^}]*)\}", text)
    wrong, compared = [], 0
    for place, (weight, kind, inside) in enumerate(gaps, start=1):
        if kind.startswith("MULTIRESPONSE"):
            continue  # their shares are made to add up to the gap's weight
        for number, piece in enumerate(inside.split("~")):
            sign, percent, answer = re.fullmatch(r"(=|%(-?\d+)%)?([^#]*)(?:#.*)?", piece, re.DOTALL).groups()
            share = Decimal(100 if sign == "=" else percent or 0)
            typed = embedded_answer(kind, answer, number)
            score = score_item(item.content, item.key, {f"RESPONSE_{place}": [typed]})
            compared += 1
            if score.points != share * int(weight) / 100:
                wrong.append((place, typed, score.points, share))

    assert len(gaps) == 16
    assert compared == 36
    assert wrong == []


def test_reference_embedded_pictures_come_along(folder):
    found = {
        path.name: sorted({name for item in read(path).items for name in item.media_names.values()})
        for path in (folder / "format/xml/tests/fixtures").glob("*.xml")
    }

    assert {name: names for name, names in found.items() if names} == {
        "truefalse.xml": ["logo.jpg"],
        "sample_questions_with_old_image_tag.xml": ["moodle.png"],
    }
