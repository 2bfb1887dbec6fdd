"""The editor of each kind: from fields to an item that scores as meant, and back without loss."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from merit.assessment.domain.bank import ItemTags, cleaned, find_problem, kind_of
from merit.assessment.domain.items import ItemContent
from merit.assessment.domain.scoring import key_problems, score_item
from merit.assessment.forms.bank import KINDS, Editor, build_draft, open_version

pytestmark = pytest.mark.unit

FORMS: dict[str, dict[str, str]] = {
    "single_choice": {"rows": "3", "row-0-html": "Satu", "row-1-html": "Dua", "row-2-html": "Tiga", "correct": "1"},
    "true_false": {"rows": "2", "row-0-html": "Benar", "row-1-html": "Salah", "correct": "0", "row-0-fixed": "ya"},
    "multiple_choice": {
        "rows": "3",
        "scoring": "each",
        "row-0-html": "Satu",
        "row-1-html": "Dua",
        "row-2-html": "Tiga",
        "row-0-correct": "ya",
        "row-1-correct": "ya",
        "row-0-points": "1",
        "row-1-points": "1",
        "row-2-points": "-0,5",
        "most": "0",
    },
    "sjt": {
        "rows": "3",
        "row-0-html": "Satu",
        "row-1-html": "Dua",
        "row-2-html": "Tiga",
        "row-0-points": "2",
        "row-1-points": "5",
        "row-2-points": "1",
    },
    "order": {"rows": "3", "row-0-html": "Pertama", "row-1-html": "Kedua", "row-2-html": "Ketiga", "points": "2"},
    "match": {
        "rows": "3",
        "row-0-html": "Kiri 1",
        "row-0-other": "Kanan 1",
        "row-1-html": "Kiri 2",
        "row-1-other": "Kanan 2",
        "row-2-other": "Pengecoh",
        "scoring": "each",
        "points": "1",
    },
    "inline_choice": {"rows": "2", "row-0-html": "naik", "row-1-html": "turun", "correct": "0"},
    "text_entry": {"rows": "2", "row-0-html": "Balikpapan", "row-1-html": "Kota Balikpapan", "row-1-points": "0,5"},
    "numeric_entry": {"rows": "0", "value": "12,5", "tolerance": "0,1", "unit": "kg"},
    "hotspot": {
        "rows": "2",
        "image": f"media:{'a' * 64}",
        "width": "200",
        "height": "100",
        "alt": "Denah kantor",
        "row-0-other": "10 10 60 50",
        "row-0-correct": "ya",
        "row-0-html": "Loket",
        "row-1-other": "120 50 20",
        "row-1-shape": "circle",
        "row-1-html": "Pintu",
    },
    "essay": {"rows": "0", "points": "10", "step": "0,5", "rubric": "Sebut tiga langkah."},
}
BEST: dict[str, list[str]] = {
    "single_choice": ["B"],
    "true_false": ["A"],
    "multiple_choice": ["A", "B"],
    "sjt": ["B"],
    "order": ["A", "B", "C"],
    "match": ["A T1", "B T2"],
    "inline_choice": ["A"],
    "text_entry": ["balikpapan"],
    "numeric_entry": ["12.45"],
    "hotspot": ["A"],
}


def fill(kind: str, **changes: str) -> Editor:
    letters = {f"row-{index}-id": chr(65 + index) for index in range(5)}
    form = {"question": "Apa yang Anda pilih?", "points": "1"} | letters | FORMS[kind] | changes
    return Editor.from_form(kind, form)


def built(kind: str, **changes: str):
    editor = fill(kind, **changes)
    draft = build_draft(editor)
    assert draft is not None, editor.errors
    return cleaned(draft)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_becomes_an_item_that_can_be_given(kind: str):
    draft = built(kind)

    assert kind_of(draft.content) == kind
    assert find_problem(draft) is None
    assert key_problems(draft.content, draft.key) == ()


@pytest.mark.parametrize("kind", sorted(BEST))
def test_the_best_answer_earns_the_maximum(kind: str):
    draft = built(kind)

    score = score_item(draft.content, draft.key, {"RESPONSE": BEST[kind]})

    assert score.points == score.maximum == draft.key.maximum > 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_opens_again_as_it_was(kind: str):
    draft = built(kind)
    tags = ItemTags(competency="M.05", level=3)

    editor = open_version(draft.content, draft.key, tags=tags, facility=Decimal("0.4"), number=1, row_version=4)

    assert editor is not None
    assert (editor.values["competency"], editor.values["level"], editor.row_version) == ("M.05", "3", 4)
    again = build_draft(editor)
    assert again is not None
    assert (again.content, again.key, again.facility) == (draft.content, draft.key, Decimal("0.4"))


@pytest.mark.parametrize("kind", ["order", "match"])
def test_the_stored_order_tells_nothing(kind: str):
    content = built(kind).content
    names = [choice.id for choice in getattr(content.interactions[0], "choices" if kind == "order" else "targets")]

    assert names != sorted(names)


def test_points_per_choice_take_off_for_wrong_ones():
    draft = built("multiple_choice")

    assert score_item(draft.content, draft.key, {"RESPONSE": ["A", "B", "C"]}).points == Decimal("1.5")
    assert score_item(draft.content, draft.key, {"RESPONSE": ["C"]}).points == 0


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("single_choice", {"correct": ""}, "rows"),
        ("single_choice", {"question": "  "}, "question"),
        ("single_choice", {"points": "nol"}, "points"),
        ("single_choice", {"facility": "65"}, "facility"),
        ("single_choice", {"row-1-html": "", "row-2-html": ""}, "rows"),
        ("sjt", {"row-0-points": "6"}, "rows"),
        ("sjt", {"row-0-points": ""}, "rows"),
        ("numeric_entry", {"value": "dua"}, "value"),
        ("hotspot", {"image": ""}, "image"),
        ("hotspot", {"alt": ""}, "alt"),
        ("hotspot", {"row-0-other": "10 10 60"}, "rows"),
        ("essay", {"points": "10", "step": "3"}, "step"),
        ("match", {"row-1-other": ""}, "rows"),
        ("text_entry", {"row-0-html": "", "row-1-html": ""}, "rows"),
    ],
)
def test_what_is_missing_is_said_at_its_field(kind: str, changes: Mapping[str, str], field: str):
    editor = fill(kind, **changes)

    assert build_draft(editor) is None
    assert field in editor.errors


def test_the_marker_places_the_answer_inside_the_sentence():
    draft = built("inline_choice", question="Harga [[jawaban]] bulan ini.")

    assert draft.content.body == '<p>Harga <span data-response="RESPONSE"></span> bulan ini.</p>'


def test_rows_come_go_and_move():
    editor = fill("single_choice")
    editor.add_rows()
    editor.remove_row(0)
    editor.move_row(0, 1)

    assert [(row.id, row.html) for row in editor.rows] == [("C", "Tiga"), ("B", "Dua"), ("D", "")]


def test_the_last_two_choices_stay():
    editor = fill("true_false")
    editor.remove_row(0)
    editor.add_rows()

    assert len(editor.rows) == 2


def test_plain_text_becomes_paragraphs_and_html_is_cleaned():
    plain = built("essay", question="Satu & dua\n\nTiga <empat")
    rich = built("essay", question="<p onclick='x()'>Satu</p><script>jahat()</script>")

    assert plain.content.body.startswith("<p>Satu &amp; dua</p><p>Tiga &lt;empat</p>")
    assert rich.content.body == '<p>Satu</p><div data-response="RESPONSE"></div>'


def test_a_composite_item_does_not_open():
    one = built("single_choice")
    two = one.content.interactions[0].model_copy(update={"id": "R2"})
    both = ItemContent(body="x", interactions=(one.content.interactions[0], two))

    assert open_version(both, one.key, tags=ItemTags(), facility=None, number=1, row_version=1) is None
