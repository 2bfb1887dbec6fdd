"""What goes on in the demonstration city these days: every stage is there, and no ranked fact has moved."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from sqlalchemy import func, select

from merit import clock, db
from merit.demo.generator import build_demonstration
from merit.demo.learning import workday
from merit.demo.present import prepare_present
from merit.demo.services import fill_database
from merit.performance.models import AppraisalSheet, Campaign, Complaint, SatisfactionSurvey
from merit.performance.queries.complaints import case_of
from merit.ranking.services.runs import create_run
from merit.security.permissions import SYSTEM
from merit.training.models.certificates import CertificateClaim, TrainingCertificate
from merit.training.models.classes import ClassSession, Enrolment, TrainingClass
from merit.training.models.evaluation import ReactionSlip, TransferRater
from merit.training.models.planning import PlanPlace
from merit.training.models.records import TrainingRecord


def _states(session, column):
    return set(session.scalars(select(column).distinct()))


@pytest.mark.db
def test_the_present_shows_every_stage_and_moves_no_ranked_fact(sqlite_database, tmp_path):
    city = build_demonstration(officials=300, seed=7)
    with db.unit_of_work() as session:
        before = fill_database(session, city, folder=tmp_path, tell=lambda _step, _rows: None).runs[0]
    told = []
    with db.unit_of_work() as session:
        accounts = prepare_present(session, seed=7, folder=tmp_path, tell=lambda step, _rows: told.append(step))
    with db.unit_of_work() as session:
        after = create_run(session, SYSTEM, vacancy_code="LOWONGAN-1").result_sha256

    now = clock.now()
    with db.reading() as session:
        classes = _states(session, TrainingClass.state)
        running = select(func.count()).where(ClassSession.starts_at <= now, ClassSession.ends_at > now)
        enrolments = _states(session, Enrolment.state)
        answered = Counter(one is not None for one in session.scalars(select(TransferRater.answered_at)))
        rated = select(func.count()).where(TrainingRecord.transfer.is_not(None), TrainingRecord.batch_id.is_(None))
        figures = [session.scalar(query) for query in (running, rated)]
        counts = [
            session.scalar(select(func.count()).select_from(t)) for t in (TrainingCertificate, ReactionSlip, PlanPlace)
        ]
        claims, sheets = _states(session, CertificateClaim.state), _states(session, AppraisalSheet.state)
        campaigns = _states(session, Campaign.state)
        cases = session.scalars(select(Complaint).where(Complaint.number.like("LAYANAN-%"), db.known(Complaint)))
        complaints = {case_of(one).state for one in cases}
        surveys = session.scalar(select(func.count()).where(SatisfactionSurvey.batch_id.is_(None)))
    assert after == before.result_sha256
    assert told == ["hours", "classes", "evaluation", "claims", "plan", "appraisals", "campaigns", "unit-figures"]
    assert classes == {"planned", "open", "closed"}
    assert enrolments >= {"nominated", "endorsed", "waiting", "invited", "accepted", "declined"}
    assert min(figures + counts) > 0
    assert min(answered[True], answered[False]) > 0
    assert claims == {"submitted", "verified", "accepted", "refused"}
    assert sheets == {"waiting", "rated", "objected", "final"}
    assert campaigns == {"published", "open"}
    assert complaints == {"waiting", "answered", "closed", "reopened"}
    assert surveys == 4
    assert [account.role for account in accounts] == ["admin", "author", "proctor", *["official"] * 3]


@pytest.mark.unit
def test_a_class_does_not_begin_at_a_weeks_end():
    days = [workday(dt.date(2026, 11, 20) + dt.timedelta(days=n)) for n in range(4)]

    assert [day.day for day in days] == [20, 23, 23, 23]
