"""Reference data of Canvas and Respondus (QTI 1.2), and of Learnosity: what every file holds, by name."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from merit.assessment.domain.scoring import score_item
from merit.assessment.interchange import UnreadableError, read
from merit.assessment.interchange.xml import peek_root
from merit.phrases import phrase
from tests.assessment.interchange.test_reference_moodle import told_file

pytestmark = pytest.mark.unit

# "kind points", "- type: reason" for what cannot be given, "! reason" for a file refused as a whole.
FOUND: dict[str, tuple[str, ...]] = {
    "all_canvas_simple_1.2.xml": (
        "single_choice 1",
        "true_false 1",
        "text_entry 1",
        "composite 1",
        "multiple_choice 1",
        "inline_choice 1",
        "match 1",
        "numeric_entry 1",
        "numeric_entry 1",
        "essay 1",
    ),
    "canvas_cartridge/ib5281f3537a06f58877107a2501a4e2d/assessment_qti.xml": (
        "single_choice 1",
        "true_false 1",
        "text_entry 1",
        "multiple_choice 1",
        "essay 1",
    ),
    "canvas_cartridge/non_cc_assessments/i2ae4df242d342169dae37f9f08dfc5a6.xml.qti": (
        "single_choice 1",
        "essay 1",
        "- file_upload_question: foreign-type-unsupported",
        "information 0",
        "true_false 1",
        "text_entry 1",
        "composite 1",
        "multiple_choice 1",
        "inline_choice 1",
        "match 1",
        "numeric_entry 1",
        "numeric_entry 1",
    ),
    "canvas_cartridge/non_cc_assessments/ib5281f3537a06f58877107a2501a4e2d.xml.qti": (
        "single_choice 1",
        "true_false 1",
        "text_entry 1",
        "composite 1",
        "multiple_choice 1",
        "inline_choice 1",
        "match 1",
        "numeric_entry 1",
        "numeric_entry 1",
        "essay 1",
        "- file_upload_question: foreign-type-unsupported",
        "information 0",
    ),
    "edge_cases_1.2.xml": ("composite 1", "inline_choice 1", "match 1", "single_choice 1"),
    "feedback_quiz_1.2.xml": ("essay 1", "true_false 1", "true_false 1"),
    "interaction_checks_1.2.xml": (
        "single_choice 1",
        "true_false 1",
        "text_entry 1",
        "composite 1",
        "multiple_choice 1",
        "inline_choice 1",
        "match 1",
        "numeric_entry 1",
        "- item: foreign-broken-key",
        "essay 1",
    ),
    "items_1.2/bank_entry_item.xml": ("- bankentry_item: foreign-bank-reference",),
    "items_1.2/canvas_multiple_dropdown.xml": ("composite 1",),
    "items_1.2/canvas_multiple_dropdowns.xml": ("composite 1",),
    "items_1.2/canvas_multiple_fib.xml": ("composite 1",),
    "items_1.2/canvas_multiple_fib_as_single.xml": ("text_entry 1",),
    "items_1.2/categorization.xml": ("match 1",),
    "items_1.2/choice_vary_points_by_answer.xml": ("single_choice 10",),
    "items_1.2/choice_vary_points_by_answer_zero_points.xml": ("- multiple_choice_question: foreign-broken-key",),
    "items_1.2/essay.xml": ("essay 1",),
    "items_1.2/essay_custom_settings.xml": ("essay 1",),
    "items_1.2/fib.xml": ("! items-xml-broken",),
    "items_1.2/formula.xml": ("numeric_entry 1",),
    "items_1.2/formula_mform.xml": ("numeric_entry 1",),
    "items_1.2/hot_spot.xml": (
        "- hot_spot_question: foreign-type-unsupported",
        "- hot_spot_question: foreign-type-unsupported",
        "- hot_spot_question: foreign-type-unsupported",
        "- hot_spot_question: foreign-type-unsupported",
    ),
    "items_1.2/matching.xml": ("match 1",),
    "items_1.2/matching_feedback.xml": ("match 1",),
    "items_1.2/multiple_answer.xml": ("multiple_choice 1",),
    "items_1.2/nq_multiple_fib_answer_types.xml": ("composite 1",),
    "items_1.2/numeric_exact_match.xml": ("numeric_entry 1", "numeric_entry 1"),
    "items_1.2/numeric_margin_error.xml": ("numeric_entry 1",),
    "items_1.2/numeric_margin_error_percent.xml": ("numeric_entry 1",),
    "items_1.2/numeric_precision_decimals.xml": ("numeric_entry 1",),
    "items_1.2/ordering.row.xml": ("order 1",),
    "items_1.2/ordering.xml": ("order 1",),
    "items_1.2/single_fib.xml": ("text_entry 1",),
    "items_1.2/stimulus.xml": ("information 0",),
    "items_1.2/stimulus_passage.xml": ("information 0",),
    "items_1.2/stimulus_with_child_item.xml": ("information 0", "single_choice 1"),
    "items_1.2/text.no.question.xml": ("information 0",),
    "items_1.2/true_false.xml": ("true_false 1",),
    "items_1.2/true_false_with_calculator.xml": ("true_false 1",),
    "items_1.2/upload.xml": ("- file_upload_question: foreign-type-unsupported",),
    "test_imscc_canvas/ife643a8a04b48b22acab95de6c01f1cc/assessment_qti.xml": ("essay 1",),
    "test_imscc_canvas/non_cc_assessments/i913965373124f56ca136e87deb040c03.xml.qti": ("essay 1",),
    "test_imscc_canvas/non_cc_assessments/ife643a8a04b48b22acab95de6c01f1cc.xml.qti": ("essay 1",),
    "test_qti_1.2/quiz.xml": (
        "true_false 1",
        "single_choice 1",
        "multiple_choice 1",
        "text_entry 1",
        "numeric_entry 1",
    ),
    "test_qti_1.2.zip": ("true_false 1", "single_choice 1", "multiple_choice 1"),
    "test_qti_1.2_bank_entry_item/quiz.xml": ("- bankentry_item: foreign-bank-reference",),
    "test_qti_1.2_canvas/i00f37ac2af026e5a607e4a5d9a70b1d5/i00f37ac2af026e5a607e4a5d9a70b1d5.xml": (
        "true_false 1",
        "single_choice 1",
        "multiple_choice 1",
        "essay 1",
    ),
    "test_qti_1.2_multi/i913965373124f56ca136e87deb040c03/i913965373124f56ca136e87deb040c03.xml": ("essay 1",),
    "test_with_comments/i6c88aaf29feba2ffa58a487a20665394/i6c88aaf29feba2ffa58a487a20665394.xml": ("single_choice 1",),
    "with_banks/g9a20cf3af178b54e4792cbe992f65790/assessment_qti.xml": ("true_false 1", "essay 1"),
    "with_banks/non_cc_assessments/gab22de457404cb5cf022078f1e4da75e.xml.qti": ("true_false 1",),
    "with_banks/non_cc_assessments/gf3edf8167be16b3a65a00ca923132b07.xml.qti": (
        "essay 1",
        "single_choice 1",
        "true_false 1",
    ),
}


@pytest.fixture
def folder(shared: Path) -> Path:
    """Return the folder of Canvas files."""
    return shared / "data" / "items" / "instructure-qti"


def is_ours(path: Path) -> bool:
    """Whether the file is QTI 1.2."""
    return path.name == "test_qti_1.2.zip" or (path.is_file() and peek_root(path.read_bytes())[0] == "questestinterop")


def test_reference_every_qti_1_2_file_is_read_or_refused_by_name(folder):
    got = {str(path.relative_to(folder)): told_file(path) for path in folder.rglob("*") if is_ours(path)}

    assert got == FOUND


def test_reference_qti_1_2_counts(folder):
    """Of 116 items 105 can be given, 7 are of kinds unknown here, 2 lie elsewhere, 2 have no key; 1 file is no XML."""
    lines = Counter(
        line.rpartition(": ")[2] if line.startswith("-") else "supported"
        for path in folder.rglob("*")
        if is_ours(path)
        for line in told_file(path)
        if not line.startswith("!")
    )

    assert lines == {
        "supported": 105,
        "foreign-type-unsupported": 7,
        "foreign-bank-reference": 2,
        "foreign-broken-key": 2,
    }


def test_reference_qti_1_2_right_answers_earn_all_points(folder):
    wrong, count = [], 0
    for path in filter(is_ours, folder.rglob("*")):
        try:
            items = read(path).items
        except UnreadableError:
            continue
        for item in items:
            if item.supported and item.correct:
                count += 1
                points = score_item(item.content, item.key, item.correct).points
                if points != item.max_score:
                    wrong.append((path.name, item.identifier, points, item.max_score))

    assert wrong == []
    assert count == 79


def test_reference_multiple_answers_follow_the_processing(folder):
    """+25 for each of four right choices, -10 for each of three wrong ones, of 100: 1 point at most."""
    [item] = read(folder / "items_1.2/multiple_answer.xml").items

    given = {"A": "0.25", "AB": "0.15", "ACDG": "1", "BEF": "0", "ABCDEFG": "0.7"}
    got = {letters: score_item(item.content, item.key, {"QUE_1023_RL": list(letters)}).points for letters in given}

    assert got == {letters: Decimal(points) for letters, points in given.items()}


def test_reference_numeric_margin_is_kept(folder):
    """77 within 70 to 84; 200 within 20 percent."""
    cases = {
        "numeric_margin_error.xml": "69.9 70 77 84 84.1",
        "numeric_margin_error_percent.xml": "159 160 200 240 241",
    }
    got = {}
    for name, answers in cases.items():
        [item] = read(folder / "items_1.2" / name).items
        got[name] = [
            int(score_item(item.content, item.key, {"response1": [answer]}).points) for answer in answers.split()
        ]

    assert got == {key: [0, 1, 1, 1, 0] for key in cases}


def test_reference_learnosity_json_is_refused_by_its_name(shared):
    files = sorted((shared / "data" / "items" / "learnosity-qti" / "learnosityjsons").glob("*.json"))
    said = set()
    for path in files:
        json.loads(path.read_text())
        with pytest.raises(UnreadableError) as refusal:
            read(path)
        said.add(phrase(refusal.value.reason, **refusal.value.details).replace(path.name, "X"))

    assert len(files) == 18
    [sentence] = said
    assert sentence.startswith("Berkas X berformat Learnosity JSON, yang tidak dapat dibaca di sini.")
