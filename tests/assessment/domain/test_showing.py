"""An item on the screen: where answers stand in its text, and what a plain form gave."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.assessment.domain import showing
from tests.assessment.exam_papers import ITEMS, interaction, item, options

pytestmark = pytest.mark.unit


def test_show_item_cuts_the_text_where_the_answers_stand():
    body = '<p>A <span data-response="R1"></span> b <span title="x" data-response="R&amp;2">alt</span> c</p>'
    first, second = interaction("text_entry", id="R1"), interaction("text_entry", id="R&2")

    shown = showing.show_item(item(body, first, second))

    assert [(part.html, part.interaction and part.interaction["id"], part.index) for part in shown.parts] == [
        ('<p>A <span data-response="R1">', "R1", 0),
        ('</span> b <span title="x" data-response="R&amp;2">', "R&2", 1),
        ("</span> c</p>", None, 0),
    ]


def test_show_item_puts_answers_without_a_place_behind_the_text():
    shown = showing.show_item(item("<p>A</p>", interaction("essay", id='R"1'), interaction("essay", id="R2")))

    assert "".join(part.html for part in shown.parts) == (
        '<p>A</p><div data-response="R&quot;1"></div><div data-response="R2"></div>'
    )


def test_pictures_load_late_and_sounds_get_controls():
    assert showing.lively(
        '<img src="/media/a"><audio src="/media/b"></audio><audio controls src="/media/c"></audio>'
    ) == (
        '<img loading="lazy" src="/media/a"><audio controls src="/media/b"></audio>'
        '<audio controls src="/media/c"></audio>'
    )


@pytest.mark.parametrize(("index", "sign"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ")])
def test_letter(index, sign):
    assert showing.letter(index) == sign


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("single", ["B"], "B"),
        ("single", [], ""),
        ("single", None, ""),
        ("multiple", ["C", "A"], "AC"),
        ("multiple", ["A", "B", "C"], "✓"),
        ("text", [" "], ""),
        ("text", ["x"], "✓"),
        ("several", {"R1": ["x"]}, "✓"),
        ("several", {}, ""),
    ],
)
def test_short_form(name, value, shown):
    assert showing.short_form(ITEMS[name]["interactions"], value) == shown


def read(name: str, **fields: list[str]) -> object:
    interactions = ITEMS[name]["interactions"]
    named = {key.replace("_", "-"): texts for key, texts in fields.items()}
    return showing.value_of(interactions, showing.read_form(interactions, named))


def test_read_form_takes_what_each_kind_of_answer_sends():
    assert read("single", jawaban_0=["B"]) == ["B"]
    assert read("multiple", jawaban_0=["A", "C"]) == ["A", "C"]
    assert read("match", jawaban_0_0=["A Y"], jawaban_0_1=[""]) == ["A Y"]
    assert read("text", jawaban_0=["  Samarinda "]) == ["Samarinda"]
    assert read("text", jawaban_0=["  "]) == []
    assert read("essay", jawaban_0=["Satu\r\n\r\ndua "]) == ["Satu\n\ndua "]
    assert read("several", jawaban_0=["a"], jawaban_1=[""], jawaban_2=["b"]) == {"R1": ["a"], "R3": ["b"]}


def test_an_order_counts_only_when_it_is_called_the_answer():
    rows = ["C", "A", "B"]

    assert read("order_some", jawaban_0=rows) == []
    assert read("order_some", jawaban_0=rows, pakai_0=["ya"]) == ["C", "A"]


@pytest.mark.parametrize(
    ("x", "y", "points"),
    [("40.4", "60.6", ["40 61"]), ("", "60", []), ("-1", "2", []), ("1e9", "2", []), ("a", "b", [])],
)
def test_points_are_whole_numbers_on_the_picture(x, y, points):
    assert read("pointing", titik_0_0_x=[x], titik_0_0_y=[y]) == points


@pytest.mark.parametrize(
    ("pressed", "order"),
    [("0:A:turun", ["B", "A", "C", "D"]), ("0:A:naik", ["A", "B", "C", "D"]), ("0:D:naik", ["A", "B", "D", "C"])],
)
def test_an_arrow_moves_one_row(pressed, order):
    fields = {"jawaban-0": ["A", "B", "C", "D"], "geser": [pressed]}

    assert showing.moved({}, ITEMS["order"]["interactions"], fields) == {"RESPONSE": order}


@pytest.mark.parametrize("pressed", ["", "x", "9:A:naik", "0:Z:naik", "0", "-1:A:naik", "0::"])
def test_an_unknown_arrow_moves_nothing(pressed):
    before = {"RESPONSE": ["B"]}

    after = showing.moved(before, ITEMS["order"]["interactions"], {"jawaban-0": ["A", "B"], "geser": [pressed]})

    assert after == before


@given(st.permutations(["A", "B", "C", "D"]), st.sampled_from("ABCD"), st.sampled_from(["naik", "turun"]))
def test_arrows_lose_no_row(rows, name, way):
    fields = {"jawaban-0": list(rows), "geser": [f"0:{name}:{way}"]}

    moved = showing.moved({}, ITEMS["order"]["interactions"], fields)["RESPONSE"]

    assert sorted(moved) == ["A", "B", "C", "D"]


@given(st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=8), max_size=3), max_size=5))
def test_read_form_stands_any_fields(fields):
    for entry in ITEMS.values():
        given_back = showing.read_form(entry["interactions"], fields)
        assert set(given_back) == {one["id"] for one in entry["interactions"]}


def test_a_rich_target_is_not_put_into_a_list_of_plain_words():
    plain = interaction("match", sources=options("a", most=1), targets=options("b", most=1))
    rich = interaction("match", sources=options("a", most=1), targets=options("<math></math>", most=1))
    many = interaction("match", sources=options("a", most=2), targets=options("b", most=1))

    assert [showing.matches_by_lists(one) for one in (plain, rich, many)] == [True, False, False]
