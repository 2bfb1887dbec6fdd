"""Workshops from invitation to cuts in force: blind, written once, decided by a second person."""

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from merit import clock
from merit.accounts.models import UserRole
from merit.assessment.domain.workshops import RoundResult
from merit.assessment.models.items import ItemVersion
from merit.assessment.models.standards import CutSet, StandardWorkshop, WorkshopRating
from merit.assessment.queries.abilities import load_outcomes, past_abilities
from merit.assessment.queries.cuts import cuts_in_force, find_waiting, standard_codes, theta_cuts
from merit.assessment.queries.items import open_key
from merit.assessment.queries.standards import list_workshops, load_ratings, load_workshop, own_ratings
from merit.assessment.services.scoring import score_sitting
from merit.assessment.services.standards import (
    create_workshop,
    decide_cuts,
    hand_over_key,
    invite_rater,
    propose_cuts,
    propose_workshop_cuts,
    rate_place,
    take_workshop_step,
)
from merit.assessment.services.standards.cuts import CutProposal
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.permissions import Role
from tests.assessment.scoring_samples import choice_item, make_hall, sjt_item
from tests.assessment.standard_samples import activate, calibrate_rows, keep_cuts
from tests.factories import make_official, make_result
from tests.ranking.samples import make_actor

pytestmark = pytest.mark.db

DAY = dt.date(2026, 4, 1)
SHARES = ((0.2, 0.4, 0.6, 0.8), (0.3, 0.5, 0.7, 0.9))


@pytest.fixture
def admin(session):
    return make_actor(session, "admin-batas", Role.ADMIN)


@pytest.fixture
def second(session):
    return make_actor(session, "admin-kedua", Role.ADMIN)


@pytest.fixture
def raters(session):
    people = [make_actor(session, f"penilai-{letter}", Role.AUTHOR) for letter in "abc"]
    session.add_all(UserRole(user_id=one.user_id, role="author", granted_at=clock.now()) for one in people)
    session.flush()
    return people


def make_workshop(session, admin, raters, *, method="angoff", items=5):
    make = sjt_item if method == "expert_keys" else choice_item
    versions = [make(session, competency="M.01") for _item in range(items)]
    activate(session, versions, raters[0], raters[1])
    if method != "expert_keys":
        calibrate_rows(session, versions, [-1.0, -0.5, 0.0, 0.5, 1.0])
    ids = [rater.user_id for rater in raters]
    return create_workshop(
        session, admin, name="Batas 2026", competency="M.01", method=method, items=items, rater_ids=ids
    )


def step(session, actor, workshop, *names, **options):
    for name in names:
        take_workshop_step(session, actor, workshop_id=workshop.id, step=name, **options)


def judge(session, rater, workshop, answer, places=range(1, 6)):
    for place in places:
        rate_place(session, rater, workshop_id=workshop.id, place=place, answer=answer)


def refusal(call, *arguments, error=RuleViolationError, **named):
    with pytest.raises(error) as refused:
        call(*arguments, **named)
    return refused.value.reason


def test_cuts_that_rounding_makes_one_are_refused(session, admin):
    """They would hold, and every scoring of the competency would fail."""
    close = CutProposal(cuts=(0.12341, 0.12342, 1.0, 2.0))

    reason = refusal(
        propose_cuts,
        *(session, admin),
        competency="M.01",
        proposal=close,
        reason="Kurva",
        valid_from=DAY,
        error=InvalidInputError,
    )

    assert reason == "cuts-order"


def test_a_workshop_leads_to_cuts_that_a_second_person_puts_in_force(session, admin, second, raters):
    workshop = make_workshop(session, admin, raters[:2])
    step(session, admin, workshop, "open")
    for rater, shares in zip(raters, SHARES, strict=False):
        judge(session, rater, workshop, shares)
    step(session, admin, workshop, "close", "finish")

    proposed = propose_workshop_cuts(session, admin, workshop_id=workshop.id, reason="Berita acara", valid_from=DAY)

    before = cuts_in_force(session, "M.01", DAY)
    own = refusal(decide_cuts, session, admin, cut_set_id=proposed.id, approve=True)
    decide_cuts(session, second, cut_set_id=proposed.id, approve=True)
    assert (before, own) == (None, "cuts-second-person")
    assert cuts_in_force(session, "M.01", DAY - dt.timedelta(days=1)) is None
    assert cuts_in_force(session, "M.01", DAY) == theta_cuts(proposed)
    assert [float(share) for share in proposed.shares] == pytest.approx([25, 45, 65, 85], abs=0.01)
    assert all(float(error) > 0 for error in proposed.errors)
    assert proposed.evidence["raters"] == 2
    assert [(row.id, places, count) for row, places, count in list_workshops(session, rater_id=raters[0].user_id)] == [
        (workshop.id, 5, 2)
    ]
    assert (list_workshops(session, rater_id=admin.user_id), find_waiting(session)) == ([], {})
    assert standard_codes(session) == ["M.01"]


def test_a_judgement_is_blind_and_written_once(session, admin, raters):
    workshop = make_workshop(session, admin, raters[:2])
    early = refusal(rate_place, session, raters[0], workshop_id=workshop.id, place=1, answer=SHARES[0])
    step(session, admin, workshop, "open")
    judge(session, raters[0], workshop, SHARES[0], places=[1])

    again = refusal(rate_place, session, raters[0], workshop_id=workshop.id, place=1, answer=SHARES[1])
    falling = refusal(
        rate_place, session, raters[0], workshop_id=workshop.id, place=2, answer=(0.9, 0.4, 0.5, 0.6),
        error=InvalidInputError,
    )  # fmt: skip
    stranger = refusal(
        rate_place, session, raters[2], workshop_id=workshop.id, place=1, answer=SHARES[0], error=NotFoundError
    )
    page = load_workshop(session, workshop.id)
    assert (early, again, falling, stranger) == ("rating-closed", "rating-given", "rating-order", "workshop-unknown")
    assert own_ratings(session, page, raters[1].user_id) == {}
    assert refusal(invite_rater, session, admin, workshop_id=workshop.id, user_id=raters[2].user_id) == (
        "workshop-raters-fixed"
    )
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(text("UPDATE standard_ratings SET answer = '[]'"))


def test_a_round_waits_for_everybody_unless_somebody_is_left_out(session, admin, raters):
    workshop = make_workshop(session, admin, raters)
    step(session, admin, workshop, "open")
    for rater, shares in zip(raters[:2], SHARES, strict=True):
        judge(session, rater, workshop, shares)

    waiting = refusal(take_workshop_step, session, admin, workshop_id=workshop.id, step="close")
    step(session, admin, workshop, "close", leave_out=True)

    page = load_workshop(session, workshop.id)
    result = page.result(load_ratings(session, workshop.id, 1))
    assert waiting == "workshop-incomplete"
    assert isinstance(result, RoundResult)
    assert "rater-incomplete" in {problem.code for problem in result.problems}
    step(session, admin, workshop, "open")
    assert (workshop.round, load_ratings(session, workshop.id, 2)) == (2, {})


def test_what_cannot_become_a_workshop_is_refused_whole(session, admin, raters):
    ids = [rater.user_id for rater in raters]
    common = {"name": "X", "competency": "M.09", "rater_ids": ids, "items": 5}

    few = refusal(create_workshop, session, admin, method="angoff", **common)
    none = refusal(create_workshop, session, admin, method="expert_keys", **common)
    author = refusal(create_workshop, session, raters[0], method="angoff", error=NotAllowedError, **common)

    assert (few, none, author) == ("workshop-few-items", "workshop-no-sjt", "not-allowed")
    assert session.scalars(select(StandardWorkshop)).all() == []


def test_experts_values_become_a_new_version_of_the_item(session, admin, raters):
    workshop = make_workshop(session, admin, raters, method="expert_keys", items=1)
    step(session, admin, workshop, "open")
    for rater, values in zip(raters, ((1, 2, 5, 3), (1, 2, 5, 4), (1, 2, 4, 4)), strict=True):
        rate_place(session, rater, workshop_id=workshop.id, place=1, answer=values)
    step(session, admin, workshop, "close", "finish")

    version = hand_over_key(session, raters[0], workshop_id=workshop.id, place=1)

    points = {entry.value: int(entry.points) for entry in open_key(version).responses["R"].entries}
    assert (version.number, version.maximum, points) == (2, 5, {"A": 1, "B": 2, "C": 5, "D": 4})
    assert session.query(ItemVersion).filter_by(item_id=version.item_id).count() == 2
    again = refusal(hand_over_key, session, raters[0], workshop_id=workshop.id, place=1)
    assert again == "keys-item-changed"


def test_one_proposal_waits_at_a_time_and_a_later_set_supersedes(session, admin, second):
    first = keep_cuts(session, admin, second, valid_from=DAY)
    later = keep_cuts(session, admin, second, cuts=(-1.0, 0.0, 1.0, 2.0), valid_from=DAY + dt.timedelta(days=30))

    assert [one.number for one in session.scalars(select(CutSet).order_by(CutSet.id))] == [1, 2]
    assert cuts_in_force(session, "M.01", DAY + dt.timedelta(days=29)) == theta_cuts(first)
    assert cuts_in_force(session, "M.01", DAY + dt.timedelta(days=30)) == theta_cuts(later)
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(text("UPDATE cut_sets SET cuts = '[]'"))


def test_abilities_of_the_past_meet_levels_that_assessors_gave(session, admin):
    versions = [choice_item(session) for _item in range(5)]
    people = [make_official(session), make_official(session)]
    hall = make_hall(
        session, versions, {"P-1": (people[0], list("AAAAB")), "P-2": (people[1], list("ABBBB"))}, kind="exam"
    )
    score_sitting(session, admin, code=hall.code)
    calibrate_rows(session, versions, [-1.0, -0.5, 0.0, 0.5, 1.0])
    make_result(session, people[0], "M.01", 4, dated="2026-01-10")

    past, outcomes = past_abilities(session, "M.01"), load_outcomes(session, "M.01")

    assert [one.official_id for one in past] == [people[0].id, people[1].id]
    assert past[0].theta > past[1].theta
    assert (outcomes.tested, outcomes.assessed, outcomes.levels) == (2, 1, [4])
    assert session.scalars(select(WorkshopRating)).all() == []
