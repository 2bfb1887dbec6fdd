"""The chronology, the standing against the standard, feedback by group, complaints by year."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from merit.assessment.queries.results import list_results, newest_accredited
from merit.people.queries.record import get_official_by_id
from merit.people.queries.units import UnitTree
from merit.performance.queries import list_feedback, summarise_complaints
from merit.profiles.facts import differences, readable
from merit.profiles.queries import competency_lines, find_head
from merit.profiles.timeline import load_events
from merit.security.permissions import Actor
from merit.training.queries import hours_per_year, list_trainings
from tests import factories

pytestmark = pytest.mark.db

TODAY = dt.date(2026, 11, 22)


def test_the_chronology_is_one_list_newest_first(session):
    official = factories.make_official(session, since="2020-01-01", grade_since="2019-04-01")
    factories.make_training(session, official, ends="2025-05-30", name="Pelayanan Prima", hours="24")
    factories.make_appraisal(session, official, 2025, result=3, behaviour=3)
    factories.make_finding(session, official, "R1", dated="2018-02-10")
    factories.make_results(session, official, 3, dated="2024-06-01")

    events = load_events(session, official.id)

    assert [(event.on.year, event.table) for event in events] == [
        (2025, "appraisals"),
        (2025, "training_records"),
        (2024, "competency_results"),
        (2020, "posts"),
        (2019, "grade_periods"),
        (2018, "discipline_findings"),
    ]
    assert events[2].text == "Puspenkom · 9 kompetensi"


def test_the_newest_valid_accredited_result_counts(session):
    official = factories.make_official(session)
    factories.make_result(session, official, "M.01", 2, dated="2024-06-01")
    factories.make_result(session, official, "M.01", 4, dated="2025-06-01", valid_until=dt.date(2026, 1, 1))
    factories.make_result(session, official, "M.01", 5, dated="2026-06-01", accreditation="")
    factories.make_result(session, official, "M.02", 3, dated="2020-06-01")

    newest = newest_accredited(list_results(session, official.id), TODAY)

    # M.01: the 2025 result has expired, the 2026 one is not accredited, so the valid one of 2024 stands.
    assert {code: (item.result.level, item.is_valid) for code, item in newest.items()} == {
        "M.01": (2, True),
        "M.02": (3, False),
    }


def test_the_gap_is_level_minus_standard(session):
    position = factories.make_position(session, tier="administrator", m01=4)
    official = factories.make_official(session, position=position)
    factories.make_result(session, official, "M.01", 3)
    head = get_official_by_id(session, Actor(unit_ids=None), official.id)

    lines = competency_lines(session, head, TODAY)

    assert [(line.standard.code, line.gap) for line in lines[:2]] == [("M.01", -1), ("M.02", None)]


def test_learning_hours_are_summed_by_the_year_of_the_end(session):
    official = factories.make_official(session)
    factories.make_training(session, official, ends="2025-01-02", hours="12.5")
    factories.make_training(session, official, ends="2025-11-02", hours="8")
    factories.make_training(session, official, ends="2024-11-02", hours="3")

    assert hours_per_year(list_trainings(session, official.id)) == {2025: Decimal("20.5"), 2024: Decimal(3)}


def test_feedback_means_need_three_raters(session):
    official = factories.make_official(session)
    factories.make_feedback(session, official, "rekan", 3, 4, 4)
    factories.make_feedback(session, official, "bawahan", 5, 5)

    groups = list_feedback(session, official.id)

    # (3 + 4 + 4) / 3 = 3.666…; the two subordinates stay unseen.
    assert [(group.group, group.raters, group.is_shown) for group in groups] == [
        ("rekan", 3, True),
        ("bawahan", 2, False),
    ]
    assert groups[0].means["loyal"].quantize(Decimal("0.001")) == Decimal("3.667")
    assert groups[1].means == {}


def test_complaints_are_counted_by_the_year_received(session):
    unit = factories.make_unit(session)
    factories.make_complaint(session, unit, "2025-01-02", closed="2025-01-05")
    factories.make_complaint(session, unit, "2025-12-30", closed="2026-01-05", reopened="2026-02-01")
    factories.make_complaint(session, unit, "2026-01-02")

    years = summarise_complaints(session, [unit.id])

    assert [(year.year, year.received, year.closed, year.open, year.reopened) for year in years] == [
        (2026, 1, 0, 1, 0),
        (2025, 2, 2, 0, 1),
    ]


def test_the_head_of_a_unit_is_the_holder_of_the_position_that_leads_it(session):
    unit = factories.make_unit(session)
    none = find_head(session, unit.id)
    position = factories.make_position(session, leads=unit, code="K.1", name="Kepala")
    vacant = find_head(session, unit.id)
    official = factories.make_official(session, position=position, name="Siti", title_after="S.Sos.")
    held = find_head(session, unit.id)

    assert none is None
    assert (vacant.position_code, vacant.name) == ("K.1", "")
    assert (held.name, held.nip) == ("Siti, S.Sos.", official.nip)


def test_a_fact_is_told_in_words():
    old = {"id": 1, "year": 2025, "result_rating": 2, "predicate": 4, "assessor": "", "official_id": 3}
    new = old | {"id": 2, "result_rating": 3}
    tree = UnitTree({})

    assert readable("appraisals", new, tree) == [
        ("Tahun", "2025"),
        ("Hasil kerja", "Di atas ekspektasi"),
        ("Predikat", "Baik"),
        ("Pejabat penilai", ""),
    ]
    assert differences("appraisals", new, old, tree) == ["Hasil kerja: Sesuai ekspektasi menjadi Di atas ekspektasi"]
