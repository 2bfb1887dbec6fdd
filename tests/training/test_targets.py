"""Target posts: who may choose them, what is refused, what stays in the history, what they are compared with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.permissions import Role
from merit.training.models.planning import DevelopmentTarget
from merit.training.queries.enrolments import needs_behind
from merit.training.queries.gap_list import GapChoice, find_gaps, list_gaps
from merit.training.queries.targets import list_targets
from merit.training.services.nominations import nominate_for_gaps
from merit.training.services.targets import choose_target, end_target
from tests import factories as make
from tests.training.samples import find_enrolment, make_actor, make_class

pytestmark = pytest.mark.db

TODAY = dt.date(2026, 2, 1)


@pytest.fixture
def town(session):
    unit = make.make_unit(session)
    desk = make.make_position(session, unit=unit, m04=2)
    ani = make.make_official(session, position=desk, name="Ani")
    make.make_result(session, ani, "M.04", 2, se=Decimal(0), dated="2025-12-01")
    higher = [make.make_position(session, unit=unit, m04=level) for level in (3, 4, 3, 3)]
    me = make_actor(session, "ani", Role.OFFICIAL, units=frozenset(), official_id=ani.id)
    return {"unit": unit, "desk": desk, "ani": ani, "higher": higher, "me": me}


def refused(call):
    with pytest.raises((RuleViolationError, InvalidInputError, NotFoundError, NotAllowedError)) as refusal:
        call()
    return getattr(refusal.value, "reason", "")


def test_choices_are_few_new_and_of_posts_that_exist(session, town):
    def choose(code, note=""):
        return choose_target(session, town["me"], official_id=town["ani"].id, code=code, note=note)

    first, second, third, fourth = (each.code for each in town["higher"])
    choose(first, "Tiga tahun lagi")

    assert refused(lambda: choose(first)) == "target-chosen"
    assert refused(lambda: choose(town["desk"].code)) == "target-held"
    assert refused(lambda: choose("TIDAK.ADA")) == "position-not-found"
    assert refused(lambda: choose(second, "x" * 301)) == "target-note-long"
    choose(second)
    choose(third)
    assert refused(lambda: choose(fourth)) == "target-too-many"
    assert len(session.scalars(select(DevelopmentTarget)).all()) == 3


def test_an_ended_choice_stays_in_the_history(session, town):
    code = town["higher"][0].code
    target = choose_target(session, town["me"], official_id=town["ani"].id, code=code)

    end_target(session, town["me"], official_id=town["ani"].id, target_id=target.id)
    again = choose_target(session, town["me"], official_id=town["ani"].id, code=code)

    lines = list_targets(session, town["ani"].id)
    assert [(line.target.id, line.target.ended_at is None, line.chosen_by) for line in lines] == [
        (again.id, True, "Ani"),
        (target.id, False, "Ani"),
    ]
    assert refused(lambda: end_target(session, town["me"], official_id=town["ani"].id, target_id=target.id)) == (
        "target-ended"
    )


def test_others_choose_only_for_their_unit(session, town):
    elsewhere = make_actor(session, "opd-lain", Role.OPD_ADMIN, units=frozenset({make.make_unit(session).id}))
    colleague = make.make_official(session, position=town["desk"])
    code = town["higher"][0].code

    assert refused(lambda: choose_target(session, elsewhere, official_id=town["ani"].id, code=code)) == (
        "official-not-found"
    )
    with pytest.raises(NotAllowedError):
        choose_target(session, town["me"], official_id=colleague.id, code=code)
    assert session.scalars(select(DevelopmentTarget)).all() == []


def test_gaps_and_nominations_go_by_the_highest_target(session, town):
    admin = make_actor(session, "adm", Role.ADMIN)
    course = make_class(session, admin)
    for position in town["higher"][:2]:  # level 3, then level 4
        choose_target(session, admin, official_id=town["ani"].id, code=position.code)
    chosen = GapChoice(unit_ids={town["unit"].id}, competency="M.04", against="target")

    listed = list_gaps(session, find_gaps(session, chosen, as_of=TODAY), "M.04")
    nominate_for_gaps(session, admin, code="K-1", officials=[town["ani"].id], as_of=TODAY, against="target")

    # present post asks for 2 and is met; the highest target asks for 4: two levels short
    assert [(one.name, one.standard, one.expected) for one in listed] == [("Ani", 4, 2.0)]
    assert find_gaps(session, GapChoice(unit_ids={town["unit"].id}, shown="gap"), as_of=TODAY).row.tolist() == []
    enrolment = find_enrolment(session, course.id, town["ani"].id)
    need = needs_behind(session, [enrolment.id])[enrolment.id][0]
    assert (need.standard, need.position_id) == (4, town["higher"][1].id)
