"""Fault 54: one person alone cannot change a key after the sitting, nor without trace, nor over what was before."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from merit import db
from merit.assessment.domain.sheets import Correction, CorrectionKind
from merit.assessment.models.results import CompetencyResult
from merit.assessment.models.scoring import KeyChange, ScoreVersion
from merit.assessment.services.key_changes import propose_change, refuse_change
from merit.assessment.services.publication import ask_publication, publish_results
from merit.assessment.services.scoring import score_sitting
from merit.audit.models import AuditEntry
from merit.errors import MeritError
from merit.security.permissions import Role
from tests.assessment.scoring_samples import approve, choice_item, make_hall
from tests.factories import make_official
from tests.ranking.samples import make_actor
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web

CODE = "UJI-KUNCI"
EVERYBODY = Correction(kind=CorrectionKind.EVERYBODY)


@pytest.fixture
def hall(app):
    with db.unit_of_work() as session:
        sheets = {"P-1": (make_official(session), ["A", "B"]), "P-2": (make_official(session), ["B", "B"])}
        hall = make_hall(session, [choice_item(session), choice_item(session)], sheets, code=CODE)
        hall.first, hall.second = make_actor(session, "satu", Role.ADMIN), make_actor(session, "dua", Role.ADMIN)
        score_sitting(session, hall.first, code=CODE)
        ask_publication(session, hall.first, code=CODE)
        publish_results(session, hall.second, code=CODE, version_number=1)
    return hall


def propose(hall):
    with db.unit_of_work() as session:
        return propose_change(
            session, hall.first, code=CODE, version_id=hall.versions[0].id, correction=EVERYBODY, reason="Keliru"
        ).id


def approve_own(change_id):
    with db.unit_of_work() as session:
        change = session.get(KeyChange, change_id)
        change.decided_by, change.approved, change.decided_at = change.proposed_by, True, change.proposed_at


def levels():
    with db.reading() as session:
        rows = session.execute(
            select(CompetencyResult.level, CompetencyResult.superseded_at).order_by(CompetencyResult.id)
        )
        return [(row.level, row.superseded_at is None) for row in rows]


def test_the_proposer_cannot_approve_by_page_service_or_table(app, hall):
    change_id = propose(hall)
    make_user("admin", Role.ADMIN)
    client = app.test_client()
    sign_in(client, "admin")
    with db.unit_of_work() as session:
        session.get(KeyChange, change_id).proposed_by = session.execute(
            select(db.Base.metadata.tables["users"].c.id).filter_by(login="admin")
        ).scalar_one()

    answer = post(
        client,
        f"/sesi-uji/{CODE}/hasil/kunci/{change_id}/putusan",
        {"putusan": "setuju"},
        page=f"/sesi-uji/{CODE}/hasil/kunci",
    )
    with pytest.raises(IntegrityError):
        approve_own(change_id)

    assert answer.status_code == 409
    assert levels() == [(3, True), (1, True)]


def test_approval_supersedes_and_leaves_everything_to_be_read(hall):
    change_id = propose(hall)
    before = levels()

    with db.unit_of_work() as session:
        approve(session, hall.second, CODE, change_id)

    assert before == [(3, True), (1, True)]
    assert levels() == [(3, True), (1, False), (3, True)]  # what did not change stays as it is
    with db.reading() as session:
        versions = session.execute(select(ScoreVersion.number, ScoreVersion.state).order_by(ScoreVersion.number)).all()
        actions = session.scalars(select(AuditEntry.action)).all()
    assert [tuple(row) for row in versions] == [(1, "superseded"), (2, "current")]
    assert {"sitting:key-change-proposed", "sitting:key-change-decided"} <= set(actions)


def test_a_decision_is_made_once(hall):
    change_id = propose(hall)
    with db.unit_of_work() as session:
        refuse_change(session, hall.second, code=CODE, change_id=change_id)

    with pytest.raises(MeritError) as refusal, db.unit_of_work() as session:
        approve(session, hall.second, CODE, change_id)

    assert refusal.value.reason == "key-change-decided"
    assert levels() == [(3, True), (1, True)]
