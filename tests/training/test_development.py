"""Gaps of people, counts per unit, and yearly plans handed over as nominations."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.errors import InvalidInputError, RuleViolationError
from merit.jobs.models import Job
from merit.people.models import OrgUnit
from merit.people.queries.units import load_tree
from merit.security.permissions import Actor, Role
from merit.training.domain.suggestions import suggest
from merit.training.jobs import order_plan, retry_plan
from merit.training.models.classes import Enrolment
from merit.training.models.planning import TrainingPlan
from merit.training.queries.development import (
    load_gain_evidence,
    load_offers,
    load_staff,
    needs_of,
    staff_gaps,
)
from merit.training.queries.enrolments import needs_behind
from merit.training.queries.plan_comparison import compare_plans
from merit.training.queries.plans import heat_map, list_places, list_plans, plan_line
from merit.training.services.development import (
    PlanInput,
    count_gaps,
    create_plan,
    gather_plan,
    keep_plan,
    solve_gathered,
)
from merit.training.services.enrolments import endorse
from merit.training.services.plans import hand_over, take_back
from tests.factories import make_official, make_position, make_result, make_unit
from tests.training.samples import make_actor, make_class

pytestmark = pytest.mark.db

TODAY = dt.date(2026, 6, 1)


def make_staff(session: Session, levels: list[int], *, unit: OrgUnit) -> list[int]:
    """Officials of a unit whose post asks for level 3 everywhere, measured on M.04 without error."""
    position = make_position(session, unit=unit, m04=3)
    ids = []
    for level in levels:
        official = make_official(session, position=position)
        make_result(
            session,
            official,
            "M.04",
            level=level,
            se=Decimal(0),
            dated="2026-01-02",
        )
        ids.append(official.id)
    return ids


def solve(session: Session, admin: Actor, **changed: object) -> TrainingPlan:
    planned = PlanInput(**{"name": "Rencana", "year": 2026, "budget": 1_000_000, **changed})  # type: ignore[arg-type]
    plan = create_plan(session, admin, planned=planned)
    gathered = gather_plan(session, plan.id, as_of=TODAY)
    answer = solve_gathered(gathered, seconds=5, tell=lambda _stage: None)
    return keep_plan(session, admin, plan_id=plan.id, gathered=gathered, answer=answer)


def test_gap_of_a_person_leads_to_a_suggestion(session: Session):
    admin = make_actor(session, "admin-d", Role.ADMIN)
    make_class(session, admin)
    (official,) = make_staff(session, [1], unit=make_unit(session))
    staff = load_staff(session, official_ids=[official])

    measured, gaps = staff_gaps(session, staff, TODAY)
    needs = needs_of(measured, gaps, staff.standard, 0)
    found = suggest(needs, load_offers(session), load_gain_evidence(session))

    assert [(need.competency, need.level, need.standard, need.expected) for need in needs] == [("M.04", 1, 3, 2.0)]
    assert [(one.offer.code, one.closes, one.reason) for one in found["M.04"]] == [("P-K-1", 0.5, "suggest-unmeasured")]


def test_heat_map_sums_units_with_everything_below(session: Session):
    admin = make_actor(session, "admin-d", Role.ADMIN)
    top = make_unit(session)
    below = make_unit(session, parent=top)
    make_staff(session, [2, 3], unit=top)
    make_staff(session, [1], unit=below)

    count = count_gaps(session, admin, as_of=TODAY)
    tree = load_tree(session)
    cell = heat_map(session, tree, count.id, [tree.by_id[top.id]])[top.id]["M.04"]

    # level 2 and 1 stand below 3: two of three, gaps 1 + 2 = 3
    assert (cell.officials, cell.measured, cell.below, cell.gap) == (3, 3, 2.0, 3.0)
    assert cell.step == 4


def test_plan_gives_the_place_to_whom_it_helps_and_says_who_waits(session: Session, monkeypatch: pytest.MonkeyPatch):
    admin = make_actor(session, "admin-d", Role.ADMIN)
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 1, 10, tzinfo=dt.UTC))
    make_class(session, admin, quota=2)
    needy, near, _fine = make_staff(session, [1, 2, 3], unit=make_unit(session))

    plan = solve(session, admin, budget=500_000)

    # one place is paid for; both would close half a level (the prior), so one waits for money
    chosen = list_places(session, admin, plan.id, "chosen")
    waiting = list_places(session, admin, plan.id, "waiting")
    assert {chosen[0].place.official_id, waiting[0].place.official_id} == {needy, near}
    assert [line.place.reason for line in waiting] == ["wait-budget"]
    assert (plan.summary["places"], plan.summary["cost"], plan.summary["gap"]) == (1, 500_000, 0.0)


def test_plan_is_handed_over_once_as_nominations(session: Session, monkeypatch: pytest.MonkeyPatch):
    admin = make_actor(session, "admin-d", Role.ADMIN)
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 1, 10, tzinfo=dt.UTC))
    make_class(session, admin)
    ids = make_staff(session, [1, 2], unit=make_unit(session))
    plan = solve(session, admin)

    handed = hand_over(session, admin, plan_id=plan.id)
    with pytest.raises(RuleViolationError) as refusal:
        hand_over(session, admin, plan_id=plan.id)

    rows = session.scalars(select(Enrolment).order_by(Enrolment.official_id)).all()
    assert (handed.nominated, handed.left_out) == (2, ())
    assert [(row.official_id, row.state) for row in rows] == [(official, "nominated") for official in sorted(ids)]
    assert refusal.value.reason == "plan-handed"


def test_a_handed_plan_is_taken_back_as_far_as_nobody_decided(session: Session, monkeypatch: pytest.MonkeyPatch):
    admin = make_actor(session, "admin-d", Role.ADMIN)
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 1, 10, tzinfo=dt.UTC))
    make_class(session, admin)
    make_staff(session, [1, 2], unit=make_unit(session))
    plan = solve(session, admin)
    hand_over(session, admin, plan_id=plan.id)
    first, second = session.scalars(select(Enrolment).order_by(Enrolment.place)).all()
    endorse(session, admin, enrolment_ids=[first.id])

    taken = take_back(session, admin, plan_id=plan.id)

    assert (taken.withdrawn, taken.decided, plan.state) == (1, 1, "solved")
    assert (first.state, second.state) == ("endorsed", "withdrawn")
    assert set(needs_behind(session, [first.id, second.id])) == {first.id, second.id}
    with pytest.raises(RuleViolationError) as refusal:
        take_back(session, admin, plan_id=plan.id)
    assert refusal.value.reason == "plan-nothing-to-take-back"
    again = hand_over(session, admin, plan_id=plan.id)
    assert (again.nominated, again.left_out, second.state) == (1, (), "nominated")


def test_two_plans_are_compared(session: Session, monkeypatch: pytest.MonkeyPatch):
    admin = make_actor(session, "admin-d", Role.ADMIN)
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 1, 10, tzinfo=dt.UTC))
    make_class(session, admin, quota=2)
    ids = make_staff(session, [1, 1], unit=make_unit(session))
    small, large = solve(session, admin, budget=500_000), solve(session, admin)

    found = compare_plans(session, admin, small.id, large.id)

    assert (found.gained, found.lost, found.moved) == (1, 0, 0)
    assert [(pair.course.code, pair.first, pair.second) for pair in found.classes] == [("K-1", 1, 2)]
    assert [(one.first, one.second) for one in found.people] == [("", "K-1")]
    assert {one.official_id for one in found.people} < set(ids)


def test_a_plan_whose_job_failed_says_why_and_is_ordered_again(session: Session, monkeypatch: pytest.MonkeyPatch):
    admin = make_actor(session, "admin-d", Role.ADMIN)
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 1, 10, tzinfo=dt.UTC))
    make_class(session, admin)
    plan = order_plan(session, admin, planned=PlanInput(name="Rencana", year=2026, budget=1))
    with pytest.raises(RuleViolationError) as refusal:
        retry_plan(session, admin, plan_id=plan.id)
    job = session.get_one(Job, plan.job_id)
    job.state, job.error = "failed", "Basis data penuh."
    session.flush()

    failed = plan_line(session, plan.id)
    retry_plan(session, admin, plan_id=plan.id)

    assert refusal.value.reason == "plan-not-failed"
    assert (failed.state, failed.error) == ("failed", "Basis data penuh.")
    assert [line.plan.id for line in list_plans(session, state="failed")] == []
    assert (plan_line(session, plan.id).state, plan.job_id != job.id) == ("queued", True)


def test_plan_without_classes_is_refused(session: Session):
    admin = make_actor(session, "admin-d", Role.ADMIN)

    with pytest.raises(RuleViolationError) as refusal:
        create_plan(session, admin, planned=PlanInput(name="Rencana", year=2026, budget=1))

    assert refusal.value.reason == "plan-no-classes"


def test_plan_refuses_a_negative_budget(session: Session):
    admin = make_actor(session, "admin-d", Role.ADMIN)

    with pytest.raises(InvalidInputError) as refusal:
        create_plan(session, admin, planned=PlanInput(name="Rencana", year=2026, budget=-1))

    assert refusal.value.reason == "plan-input"
    assert session.scalars(select(TrainingPlan)).all() == []
    assert session.scalars(select(User)).all() != []
