"""A policy as fields of a form: the same document back, and every problem at its field."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from merit.ranking.policy import parse_policy, shipped_policies
from merit.ranking.policy_text import with_decree, with_weights, write_yaml, yaml_of_document
from merit.ranking.sheet import change_rows, check, fields_of, form_sha256, nest
from merit.ranking.sheet_figures import sheet_figures
from tests.ranking.samples import POLICY

pytestmark = pytest.mark.unit

TEXTS = [POLICY, *shipped_policies().values()]


@pytest.fixture
def fields():
    return fields_of(parse_policy(POLICY).document, comma=True)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("comma", [True, False])
def test_a_document_goes_through_the_form_unchanged(text, comma):
    policy = parse_policy(text)

    checked = check(fields_of(policy.document, comma=comma))

    assert checked.problems == ()
    assert checked.policy.sha256 == policy.sha256
    assert parse_policy(checked.text).sha256 == policy.sha256


@pytest.mark.parametrize("text", TEXTS)
def test_a_document_written_as_yaml_means_the_same(text):
    policy = parse_policy(text)

    assert parse_policy(yaml_of_document(policy.document)).sha256 == policy.sha256


@pytest.mark.parametrize(
    ("name", "typed", "place", "code"),
    [
        ("title", "", "title", "policy-missing-key"),
        ("size", "banyak", "size", "policy-not-a-number"),
        ("pillars.0.weight", "0,6", "pillars.0", "policy-pillar-sum"),
        ("pillars.0.indicators.0.weight", "0,75", "pillars.0", "policy-indicator-sum"),
        ("pillars.0.indicators.0.code", "lama_kerja", "pillars.0.indicators.0.code", "policy-inadmissible"),
        ("pillars.0.indicators.1.points.1.y", "101", "pillars.0.indicators.1.points.1.y", "policy-out-of-range"),
        ("pillars.0.indicators.1.points.0.x", "30", "pillars.0.indicators.1.points", "policy-knots-order"),
        ("gates.0.params.level", "S9", "gates.0.params.level", "policy-not-a-choice"),
        ("gates.2.citation", "", "gates.2.citation", "policy-missing-key"),
        ("default_se.competency~jpm.cact", "", "default_se.competency~jpm", "policy-default-se"),
        ("ties.0", "umur", "ties.0", "policy-tie-unknown"),
    ],
)
def test_each_problem_is_at_its_field(fields, name, typed, place, code):
    checked = check({**fields, name: typed})

    assert checked.policy is None
    assert (place, code) in [(path, found) for path, found, _details in checked.problems]


def test_numbers_are_read_with_comma_or_point(fields):
    changed = {**fields, "pillars.0.indicators.0.weight": "0.7", "pillars.0.indicators.1.weight": "0,3"}

    assert [slot.weight for slot in check(changed).policy.slots[:2]] == [Decimal("0.35"), Decimal("0.15")]


def test_rows_are_added_moved_and_removed_with_all_their_fields(fields):
    more = nest(change_rows(fields, "add:pillars.0.indicators.0.points"))["pillars"][0]["indicators"][0]["points"]
    swapped = nest(change_rows(fields, "down:gates.0"))["gates"]
    fewer = nest(change_rows(fields, "remove:pillars.1.indicators.0"))["pillars"][1]["indicators"]

    assert more == [{"x": "1", "y": "0"}, {"x": "2", "y": "65"}, {"x": "3", "y": "100"}, {"x": "", "y": ""}]
    assert [gate["id"] for gate in swapped] == ["DIS", "EDU", "LHK"]
    assert swapped[1]["params"] == {"level": "S1/D4"}
    assert [row["code"] for row in fewer] == ["competency.jpm"]


@pytest.mark.parametrize("order", ["remove:gates.9", "up:nowhere.1", "add:title.x", "down:gates.x", "", "remove:"])
def test_an_order_about_nothing_changes_nothing(fields, order):
    assert check(change_rows(fields, order)).policy.sha256 == parse_policy(POLICY).sha256


def test_names_that_contradict_each_other_are_no_error(fields):
    checked = check(
        {**fields, "pillars.0.weight.deep": "1", "gates.0.decree": "x", "ties.a": "b", "default_se.rater_sd.x.y": "1"}
    )

    assert checked.policy is None


def test_an_empty_knot_is_left_out(fields):
    changed = {**fields, "pillars.0.indicators.1.points.2.x": "", "pillars.0.indicators.1.points.2.y": ""}

    assert check(changed).policy.sha256 == parse_policy(POLICY).sha256


def test_sums_and_curves_are_drawn_from_what_is_typed(fields):
    figures = sheet_figures(nest({**fields, "pillars.0.indicators.0.weight": "0,75", "pillars.1.weight": "x"}))

    assert (figures.total, figures.pillars[0].total) == (None, Decimal("0.95"))
    assert figures.pillars[0].rows[0].effective == Decimal("0.375")
    assert figures.pillars[0].rows[1].own.x == (0.0, 24.0)
    assert figures.pillars[1].rows[0].preferred[0].y == (0.0, 65.0, 100.0)


def test_a_curve_is_not_drawn_from_knots_that_fall_back(fields):
    figures = sheet_figures(nest({**fields, "pillars.0.indicators.1.points.0.x": "99"}))

    assert figures.pillars[0].rows[1].own.x == ()


def test_a_decree_is_written_into_the_gates_it_names():
    plain = {"gates": [{"id": "A"}, {"id": "B"}]}

    changed = with_decree(plain, ["B"], number="188/1", date="2026-02-03")

    assert changed["gates"] == [{"id": "A"}, {"id": "B", "decree": {"number": "188/1", "date": "2026-02-03"}}]
    assert plain["gates"][1] == {"id": "B"}


def test_weights_go_where_they_belong():
    plain = json.loads(parse_policy(POLICY).document)
    changed = with_weights(
        plain, {"loyalitas": "0.4", "hasil": "0.6"}, {"hasil": {"appraisal.result": "0.5", "competency.jpm": "0.5"}}
    )

    assert [str(slot.weight) for slot in parse_policy(write_yaml(changed)).slots] == ["0.32", "0.08", "0.3", "0.3"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("size", "1e999999999"), ("pillars.0.weight", "-1e99999"), ("size", "9" * 5000), ("pillars.²", "x")],
)
def test_hostile_fields_are_problems_and_no_faults(fields, name, value):
    assert check({**fields, name: value}).policy is None


def test_a_text_nobody_can_store_loses_its_control_letters(fields):
    assert check({**fields, "title": "Ju\0dul"}).policy.title == "Judul"


def test_rows_are_counted_in_plain_digits(fields):
    assert change_rows(fields, "remove:pillars.²") == fields


@pytest.mark.parametrize(
    ("old", "new"),
    [("missing: floor}", "missing: floor, actionable: false}"), ("tier: administrator", "tier: [administrator]")],
)
def test_two_ways_of_writing_the_same_are_the_same_form(old, new):
    policy = parse_policy(POLICY.replace(old, new))

    assert policy.sha256 != parse_policy(POLICY).sha256
    assert form_sha256(policy.document) == parse_policy(POLICY).sha256
