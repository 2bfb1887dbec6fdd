"""Results of units before and after a class, small numbers worked by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from merit.people.queries.units import load_tree
from merit.performance.models import AgreementTarget, SatisfactionSurvey
from merit.profiles.unit_results import survey_days, unit_results
from merit.security.permissions import Role
from tests import factories as make
from tests.training.samples import enrol, make_actor, make_class

pytestmark = pytest.mark.db

TODAY = dt.date(2026, 12, 31)  # the class is on 2 and 3 March; six months after it end on 3 September


@pytest.fixture
def town(session):
    trained, other = make.make_unit(session, name="Dinas A"), make.make_unit(session, name="Dinas B")
    desk = make.make_position(session, unit=trained)
    people = [make.make_official(session, position=desk) for _number in range(2)]
    admin, opd = make_actor(session, "adm", Role.ADMIN), make_actor(session, "opd", Role.ADMIN)
    course = make_class(session, admin)
    enrol(session, opd, admin, "K-1", people[:1])
    return {"trained": trained, "other": other, "course": course}


def results(session, town, **changed):
    asked = {"months": 6, "today": TODAY, "within": None, **changed}
    return unit_results(session, load_tree(session), town["course"], **asked)


def test_complaints_in_time_before_and_after_beside_another_unit(session, town):
    # normatif: five working days; January before the class, April after it
    for unit, received, closed in (
        (town["trained"], "2026-01-05", "2026-01-30"),
        (town["trained"], "2026-01-05", "2026-01-07"),
        (town["trained"], "2026-04-06", "2026-04-08"),
        (town["other"], "2026-01-05", "2026-01-07"),
        (town["other"], "2026-04-06", "2026-04-30"),
    ):
        make.make_complaint(session, unit, received, closed=closed, kind="normatif")

    found = results(session, town)

    (line,) = found.lines
    before, after = line.figures["complaints"]
    assert (line.name, line.participants, line.staff) == ("Dinas A", 1, 2)
    assert (before.value, before.n, after.value, after.n) == (50.0, 2, 100.0, 1)
    # Wilson's interval of 1 of 1 begins at 1 / (1 + 3.8415) = 20.65 %
    assert after.low == pytest.approx(20.65, abs=0.01)
    change = found.changes[0]
    assert (change.inside.mean, change.beside.mean, change.difference.mean) == (50.0, -100.0, 150.0)
    assert change.difference.low is None  # one unit each: nothing to take an interval of


def test_surveys_and_quarters_are_those_that_do_not_touch_the_class(session, town):
    unit = town["trained"].id
    for period, score in (("2025", "80"), ("2026-02", "82"), ("2026-03", "50"), ("2026-05", "88"), ("2026-06", "99")):
        survey = SatisfactionSurvey(unit_id=unit, period=period, score=Decimal(score))
        survey.respondents, survey.deviation = 100, Decimal(10)
        make.add(session, survey)
    for year, quarter, realised in ((2025, 4, 50), (2026, 1, 10), (2026, 2, 75)):
        make.add(
            session,
            AgreementTarget(
                unit_id=unit,
                year=year,
                quarter=quarter,
                indicator="Izin",
                target=Decimal(100),
                realised=Decimal(realised),
            ),
        )

    (line,) = results(session, town).lines

    before, after = line.figures["satisfaction"]
    assert (before.note, before.value, after.note, after.value) == ("2026-02", 82.0, "2026-05", 88.0)
    assert (before.low, before.high) == pytest.approx((82 - 1.96, 82 + 1.96))
    assert [(one.value, one.note) for one in line.figures["agreement"]] == [(50.0, "2025 T4"), (75.0, "2026 T2")]


def test_a_window_not_over_yet_says_so_and_foreign_units_are_not_named(session, town):
    found = results(session, town, today=dt.date(2026, 5, 1), within={town["other"].id})

    assert (found.windows.until, found.windows.is_complete) == (dt.date(2026, 5, 1), False)
    assert (found.lines, found.hidden) == ((), 1)


def test_days_of_a_survey():
    assert survey_days("2026") == (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert survey_days("2026-02") == (dt.date(2026, 2, 1), dt.date(2026, 2, 28))
