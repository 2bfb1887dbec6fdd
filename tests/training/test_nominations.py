"""Nominating out of the gap list: the check of each person, all or nobody, and the gap that is kept."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from merit.errors import InvalidInputError, RuleViolationError
from merit.people.models import LeavePeriod
from merit.security.permissions import Role
from merit.training.models.classes import Enrolment
from merit.training.queries.enrolments import needs_behind
from merit.training.queries.gap_list import GapChoice, find_gaps, list_gaps
from merit.training.services.enrolments import nominate, withdraw
from merit.training.services.nominations import helpful_classes, nominate_for_gaps, preview_nominations
from tests import factories as make
from tests.training.samples import START, make_actor, make_class

pytestmark = pytest.mark.db

TODAY = dt.date(2026, 2, 1)


@pytest.fixture
def town(session):
    unit, elsewhere = make.make_unit(session), make.make_unit(session)
    desk = make.make_position(session, unit=unit, m04=3)
    far = make.make_position(session, unit=elsewhere, m04=3)
    people = [make.make_official(session, position=desk, name=name) for name in ("Ani", "Budi", "Citra", "Dewi")]
    stranger = make.make_official(session, position=far, name="Eko")
    for official, level in zip((*people, stranger), (1, 2, 2, 3, 1), strict=True):
        make.make_result(session, official, "M.04", level, se=Decimal(0), dated="2025-12-01")
    admin = make_actor(session, "adm", Role.ADMIN)
    unit_admin = make_actor(session, "opd", Role.OPD_ADMIN, units=frozenset({unit.id}))
    course = make_class(session, admin, quota=1)
    return {"people": people, "stranger": stranger, "admin": admin, "opd": unit_admin, "course": course, "unit": unit}


def test_preview_tells_of_each_whether_and_why_not(session, town):
    ani, budi, citra, dewi = town["people"]
    make.add(session, LeavePeriod(official_id=citra.id, kind="sakit", starts=make.day("2026-03-03"), ends=None))
    ids = [one.id for one in (ani, budi, citra, dewi, town["stranger"])]

    shown = preview_nominations(session, town["opd"], code="K-1", officials=ids, as_of=TODAY)

    told = {one.name: (one.problem and one.problem[0], one.is_beyond) for one in shown.nominees}
    # quota 1: Ani is within it, Budi comes after; Dewi has what the post asks for; a stranger is not even named
    assert told == {
        "Ani": (None, False),
        "Budi": (None, True),
        "Citra": ("clash-leave", False),
        "Dewi": ("nominee-no-gap", False),
    }
    assert shown.outside == 1
    assert session.scalars(select(Enrolment)).all() == []


def test_nomination_keeps_the_gap_with_its_error(session, town):
    ani, budi, *_others = town["people"]

    count = nominate_for_gaps(session, town["opd"], code="K-1", officials=[ani.id, budi.id], as_of=TODAY)

    rows = session.scalars(select(Enrolment).order_by(Enrolment.place)).all()
    needs = needs_behind(session, [row.id for row in rows])
    assert (count, [row.state for row in rows]) == (2, ["nominated", "nominated"])
    assert [
        (need.competency, need.level, need.se, need.standard, need.expected, need.below, need.position_id)
        for need in needs[rows[0].id]
    ] == [("M.04", 1, Decimal(0), 3, Decimal(2), Decimal(1), None)]


def test_one_who_cannot_be_nominated_stops_all(session, town):
    ani, *_others, dewi = town["people"]

    with pytest.raises(RuleViolationError) as refusal:
        nominate_for_gaps(session, town["opd"], code="K-1", officials=[ani.id, dewi.id], as_of=TODAY)

    assert (refusal.value.reason, refusal.value.details) == ("nominees-changed", {"count": 1})
    assert session.scalars(select(Enrolment)).all() == []
    with pytest.raises(InvalidInputError):
        nominate_for_gaps(session, town["opd"], code="K-1", officials=[], as_of=TODAY)


def test_nobody_goes_to_two_classes_of_one_programme(session, town):
    ani = town["people"][0]
    make_class(session, town["admin"], code="K-2", start=START + dt.timedelta(days=30), programme="P-K-1")
    nominate(session, town["opd"], code="K-1", nips=[ani.nip])

    shown = preview_nominations(session, town["opd"], code="K-2", officials=[ani.id], as_of=TODAY)

    assert shown.nominees[0].problem == ("nominee-same-programme", {"code": "K-1"})


def test_a_later_nomination_has_its_own_reason(session, town):
    ani = town["people"][0]
    nominate_for_gaps(session, town["opd"], code="K-1", officials=[ani.id], as_of=TODAY)
    row = session.scalars(select(Enrolment)).one()
    withdraw(session, town["opd"], enrolment_id=row.id, reason="Salah")
    nominate(session, town["opd"], code="K-1", nips=[ani.nip])  # by list, for no gap

    assert needs_behind(session, [row.id]) == {}


def test_gap_list_is_narrowed_sorted_and_searched(session, town):
    def names(**changed):
        chosen = GapChoice(unit_ids={town["unit"].id}, **changed)
        return [one.name for one in list_gaps(session, find_gaps(session, chosen, as_of=TODAY), chosen.competency)]

    assert names() == ["Ani", "Budi", "Citra", "Dewi"]
    assert names(shown="gap", competency="M.04", order="-name") == ["Citra", "Budi", "Ani"]
    assert names(shown="unmeasured", competency="M.05", text="dew") == ["Dewi"]
    assert names(shown="likely", order="gap") == ["Budi", "Citra", "Ani"]
    assert names(against="target") == []


def test_classes_that_help_come_first(session, town):
    make_class(session, town["admin"], code="K-2", start=START + dt.timedelta(days=30))
    ids = [one.id for one in town["people"]]

    found = helpful_classes(session, ids, as_of=TODAY, competency="M.04")

    # three below the standard, half a level each expected of an unmeasured programme; alike, so the sooner comes first
    assert [(one.course.code, one.people, one.closes) for one in found] == [("K-1", 3, 1.5), ("K-2", 3, 1.5)]
    assert helpful_classes(session, ids, as_of=TODAY, competency="M.05") == []
