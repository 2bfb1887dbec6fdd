"""Keys corrected after the sitting: previewed, decided by a second person, nothing overwritten."""

import pytest
from sqlalchemy import select

from merit.assessment.domain.items import ItemKey, MatchKey
from merit.assessment.domain.sheets import Correction, CorrectionKind
from merit.assessment.models.results import CompetencyResult
from merit.assessment.models.scoring import CandidateResult, KeyChange, ScoreVersion
from merit.assessment.services.key_changes import (
    approve_change,
    open_version,
    prepare_change,
    preview_change,
    propose_change,
    refuse_change,
)
from merit.assessment.services.publication import ask_publication, publish_results
from merit.assessment.services.scoring import score_sitting
from merit.errors import MeritError, NotAllowedError, NotFoundError
from merit.security.permissions import Role
from tests.assessment.scoring_samples import approve, choice_item, make_hall
from tests.factories import make_official
from tests.ranking.samples import make_actor

pytestmark = pytest.mark.db

TO_B = Correction(kind=CorrectionKind.KEY, key=ItemKey(responses={"R": MatchKey(correct=("B",))}, maximum=1))
VOID = Correction(kind=CorrectionKind.VOID)
EVERYBODY = Correction(kind=CorrectionKind.EVERYBODY)


@pytest.fixture
def admin(session):
    return make_actor(session, "admin-kunci", Role.ADMIN)


@pytest.fixture
def second(session):
    return make_actor(session, "admin-lain", Role.ADMIN)


@pytest.fixture
def hall(session, admin):
    """Two items; P-1 answers A A (all right), P-2 B A."""
    items = [choice_item(session), choice_item(session)]
    sheets = {"P-1": (make_official(session), ["A", "A"]), "P-2": (make_official(session), ["B", "A"])}
    hall = make_hall(session, items, sheets)
    score_sitting(session, admin, code=hall.code)
    return hall


def publish(session, hall, admin, second):
    ask_publication(session, admin, code=hall.code)
    publish_results(session, second, code=hall.code, version_number=1)


def propose(session, actor, hall, correction, item=0):
    version_id = hall.versions[item].id
    return propose_change(
        session, actor, code=hall.code, version_id=version_id, correction=correction, reason="Kunci keliru"
    )


def scores(session, hall):
    rows = session.execute(
        select(CandidateResult.attempt_id, CandidateResult.raw, CandidateResult.maximum)
        .join(ScoreVersion)
        .where(ScoreVersion.state == "current", CandidateResult.competency == "")
    )
    numbers = {attempt.id: number for number, attempt in hall.attempts.items()}
    return {numbers[row.attempt_id]: (row.raw, row.maximum) for row in rows}


def reason_of(call, *arguments, **named):
    with pytest.raises(MeritError) as refusal:
        call(*arguments, **named)
    return refusal.value.reason


def test_preview_tells_levels_and_places_and_stores_nothing(session, admin, hall):
    # P-1 falls from 2 of 2 (level 5) to 1 of 2 (level 3), P-2 rises the other way; both change places.
    preview = preview_change(session, admin, code=hall.code, version_id=hall.versions[0].id, correction=TO_B)

    effects = preview.effects
    assert (effects.responses, effects.gaining, effects.losing, effects.moved, effects.furthest) == (2, 1, 1, 2, 1)
    assert {(one.number, one.competency, one.before, one.after) for one in effects.changes} == {
        (number, code, *levels) for number, levels in (("P-1", (5, 3)), ("P-2", (3, 5))) for code in ("", "M.01")
    }
    assert session.query(KeyChange).count() == 0
    assert scores(session, hall) == {"P-1": (2, 2), "P-2": (1, 2)}


def test_nothing_changes_before_the_second_person(session, admin, hall):
    propose(session, admin, hall, TO_B)

    assert scores(session, hall) == {"P-1": (2, 2), "P-2": (1, 2)}


@pytest.mark.parametrize(
    "case",
    [
        (TO_B, {"P-1": (1, 2), "P-2": (2, 2)}),
        (VOID, {"P-1": (1, 1), "P-2": (1, 1)}),
        (EVERYBODY, {"P-1": (2, 2), "P-2": (2, 2)}),
    ],
)
def test_approval_makes_a_new_scoring_and_keeps_the_old(session, admin, second, hall, case):
    correction, after = case
    change = propose(session, admin, hall, correction)

    approve(session, second, hall.code, change.id)

    versions = session.scalars(select(ScoreVersion).order_by(ScoreVersion.number)).all()
    assert [(version.number, version.state) for version in versions] == [(1, "superseded"), (2, "current")]
    assert (versions[1].reason, change.score_version_id) == ("Kunci keliru", versions[1].id)
    assert scores(session, hall) == after


def test_a_refused_proposal_changes_nothing(session, admin, second, hall):
    change = propose(session, admin, hall, VOID)

    refuse_change(session, second, code=hall.code, change_id=change.id)

    assert (change.approved, session.query(ScoreVersion).count()) == (False, 1)


def test_who_proposed_does_not_decide(session, admin, hall):
    change = propose(session, admin, hall, VOID)

    reasons = [
        reason_of(decide, session, admin, code=hall.code, change_id=change.id)
        for decide in (prepare_change, refuse_change)
    ]

    assert (reasons, change.approved) == (["key-change-second-person"] * 2, None)


def test_approval_is_refused_when_something_changed_while_it_was_computed(session, admin, second, hall):
    change, other = propose(session, admin, hall, TO_B), propose(session, admin, hall, VOID, item=1)
    prepared = prepare_change(session, second, code=hall.code, change_id=change.id)
    approve(session, second, hall.code, other.id)

    named = {"code": hall.code, "change_id": change.id, "prepared": prepared}
    reason = reason_of(approve_change, session, second, **named)

    assert (reason, change.approved, session.query(ScoreVersion).count()) == ("scores-inputs-changed", None, 2)


def test_published_facts_are_superseded_and_never_overwritten(session, admin, second, hall):
    publish(session, hall, admin, second)
    change = propose(session, admin, hall, TO_B)

    approve(session, second, hall.code, change.id)

    rows = session.scalars(select(CompetencyResult).order_by(CompetencyResult.id)).all()
    assert [(row.level, row.superseded_at is None) for row in rows] == [(5, False), (3, False), (3, True), (5, True)]
    assert hall.sitting.state == "published"


def test_voiding_the_last_item_of_a_competency_ends_its_facts(session, admin, second):
    items = [choice_item(session), choice_item(session, competency="M.02")]
    hall = make_hall(session, items, {"P-1": (make_official(session), ["A", "A"])})
    score_sitting(session, admin, code=hall.code)
    publish(session, hall, admin, second)
    change = propose(session, admin, hall, VOID)

    approve(session, second, hall.code, change.id)

    known = session.scalars(select(CompetencyResult.competency).where(CompetencyResult.superseded_at.is_(None))).all()
    assert known == ["M.02"]


def test_a_new_scoring_takes_a_request_to_publish_back(session, admin, second, hall):
    ask_publication(session, admin, code=hall.code)
    change = propose(session, admin, hall, VOID)

    approve(session, second, hall.code, change.id)

    assert hall.sitting.publish_asked_by is None


def test_the_new_key_is_stored_sealed(session, admin, hall):
    change = propose(session, admin, hall, TO_B)

    assert '"B"' not in change.sealed_key
    assert change.sealed_key.startswith("e1.")


def test_a_proposal_needs_a_reason_a_fitting_key_and_no_open_one(session, admin, hall):
    def attempt(correction, reason="Sebab", version_id=hall.versions[0].id):
        return reason_of(
            propose_change,
            session,
            admin,
            code=hall.code,
            version_id=version_id,
            correction=correction,
            reason=reason,
        )

    unknown = Correction(kind=CorrectionKind.KEY, key=ItemKey(responses={"R": MatchKey(correct=("Z",))}, maximum=1))
    assert attempt(VOID, reason=" ") == "key-change-reason"
    assert attempt(unknown) == "key-change-key"
    assert attempt(Correction(kind=CorrectionKind.KEY)) == "key-change-key"
    assert attempt(VOID, version_id=10**6) == "key-change-item-unknown"
    propose(session, admin, hall, VOID)
    assert attempt(VOID) == "key-change-open"


def test_keys_are_shown_only_to_who_may_change_them(session, admin, hall):
    version_id = hall.versions[0].id

    assert open_version(session, admin, code=hall.code, version_id=version_id).key.responses["R"].correct == ("A",)
    with pytest.raises(NotAllowedError):
        open_version(session, make_actor(session, "auditor-k", Role.AUDITOR), code=hall.code, version_id=version_id)
    with pytest.raises(NotFoundError):
        open_version(session, admin, code=hall.code, version_id=10**6)


def test_an_unscored_sitting_has_no_key_to_change(session, admin):
    hall = make_hall(session, [choice_item(session)], {"P-1": (make_official(session), ["A"])})

    with pytest.raises(MeritError) as refusal:
        propose(session, admin, hall, VOID)

    assert refusal.value.reason == "key-change-before-scores"
