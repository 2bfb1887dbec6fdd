"""Evaluating a class: gains, reactions, use at work that moves the indicator."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.assessment.models.scoring import CandidateResult, ScoreVersion
from merit.assessment.models.sittings import Sitting
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.evidence import EvidenceRequest
from merit.people.models import Official
from merit.security.permissions import Actor, Role
from merit.training.domain.reactions import QUESTIONS
from merit.training.evidence import load_training_transfer
from merit.training.models.classes import Enrolment, TrainingClass
from merit.training.models.evaluation import Reaction, TransferRater
from merit.training.models.records import TrainingRecord
from merit.training.queries.evaluation import list_asked, list_gains, list_participants, list_reactions
from merit.training.services.evaluation import (
    answer_rating,
    ask_raters,
    compute_gains,
    conclude_transfer,
    give_reaction,
    set_evaluation,
)
from tests.assessment.sitting_rows import make_attempt, make_candidate, make_room, make_sitting
from tests.factories import add, make_official, make_position, make_unit
from tests.training.samples import make_actor, make_class

pytestmark = pytest.mark.db

ANCHORS = ["Menyusun anggaran tanpa dibantu", "Memeriksa ulang angka", "Membagikan caranya"]
ENDED = dt.datetime(2025, 3, 3, 0, 0, tzinfo=dt.UTC)


def make_ended(session: Session, monkeypatch: pytest.MonkeyPatch) -> tuple[Actor, TrainingClass, list[Official]]:
    """A class of March 2025 with two participants of one unit: a head, two who learnt, three colleagues."""
    admin = make_actor(session, "admin-q", Role.ADMIN)
    unit = make_unit(session)
    head = make_official(session, position=make_position(session, tier="administrator", leads=unit))
    staff = [make_official(session, position=make_position(session, unit=unit)) for _ in range(5)]
    course = make_class(session, admin, start=ENDED)
    for place, official in enumerate(staff[:2], 1):
        row = Enrolment(class_id=course.id, official_id=official.id, unit_id=unit.id, state="accepted", place=place)
        row.nominated_at = clock.now()
        add(session, row)
        add(
            session,
            TrainingRecord(
                official_id=official.id,
                name=course.name,
                provider="BKPSDM",
                starts=course.starts,
                ends=course.ends,
                learning_hours=Decimal(8),
            ),
        )
    at(monkeypatch, "2025-07-01")
    return admin, course, [head, *staff]


def at(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    now = dt.datetime.fromisoformat(f"{day}T03:00:00+00:00")
    monkeypatch.setattr(clock, "now", lambda: now)


def actor_for(session: Session, official_id: int) -> Actor:
    return make_actor(session, f"pegawai-{official_id}", Role.OFFICIAL, official_id=official_id, units=frozenset())


def publish(session: Session, code: str, levels: dict[int, tuple[int, float]]) -> Sitting:
    """A published sitting with one result (level, SE) on M.04 per official."""
    now = clock.now()
    by = session.scalars(select(User.id)).first()
    second = make_actor(session, f"kedua-{code}", Role.PPK).user_id
    asked = {"publish_asked_by": by, "publish_asked_at": now}
    sitting = make_sitting(session, code=code, state="published", published_by=second, published_at=now, **asked)
    room = make_room(session, sitting)
    version = ScoreVersion(sitting_id=sitting.id, number=1, state="current", sha256="-", made_at=now)
    add(session, version)
    for official, (level, se) in levels.items():
        candidate = make_candidate(session, sitting, room, 1, official_id=official)
        attempt = make_attempt(session, candidate, secret=f"{code}{official}")
        add(
            session,
            CandidateResult(
                score_version_id=version.id,
                attempt_id=attempt.id,
                competency="M.04",
                items=10,
                raw=Decimal(5),
                maximum=Decimal(10),
                scaled=Decimal(50),
                level=level,
                level_se=Decimal(str(se)),
                level_probabilities=[],
                job_person_match={},
            ),
        )
    return sitting


def test_gain_comes_from_both_sittings(session: Session, monkeypatch: pytest.MonkeyPatch):
    admin, course, (_head, one, other, *_rest) = make_ended(session, monkeypatch)
    publish(session, "AWAL", {one.id: (2, 0.3), other.id: (2, 0.3)})
    publish(session, "AKHIR", {one.id: (3, 0.3), other.id: (3, 0.3)})
    set_evaluation(session, admin, code=course.code, before="AWAL", after="AKHIR", anchors=ANCHORS)

    compute_gains(session, admin, code=course.code)
    compute_gains(session, admin, code=course.code)

    # equal differences of 1; SE = sqrt(2 * (0.3^2 + 0.3^2)) / 2 = 0.3
    gains = list_gains(session, course.id)
    assert [(row.competency, row.scale, row.persons, row.gain, row.se) for row in gains] == [
        ("M.04", "level", 2, Decimal(1), Decimal("0.3"))
    ]


def test_gain_without_tests_is_refused(session: Session, monkeypatch: pytest.MonkeyPatch):
    admin, course, _people = make_ended(session, monkeypatch)

    with pytest.raises(RuleViolationError) as refusal:
        compute_gains(session, admin, code=course.code)

    assert refusal.value.reason == "gain-no-tests"


def test_reaction_is_kept_once_and_without_its_author(session: Session, monkeypatch: pytest.MonkeyPatch):
    _admin, course, (_head, one, *_rest) = make_ended(session, monkeypatch)
    place = session.scalars(select(Enrolment).where(Enrolment.official_id == one.id)).one()
    own = actor_for(session, one.id)

    give_reaction(session, own, enrolment_id=place.id, marks=dict.fromkeys(QUESTIONS, 4), comment="Baik")
    with pytest.raises(RuleViolationError) as refusal:
        give_reaction(session, own, enrolment_id=place.id, marks=dict.fromkeys(QUESTIONS, 1))

    assert refusal.value.reason == "reaction-given"
    assert [row.comment for row in list_reactions(session, course.id)] == ["Baik"]
    assert {column.key for column in Reaction.__table__.c} == {"id", "class_id", "marks", "comment"}


def test_use_at_work_moves_the_indicator(session: Session, monkeypatch: pytest.MonkeyPatch):
    admin, course, (head, one, other, *peers) = make_ended(session, monkeypatch)
    set_evaluation(session, admin, code=course.code, before="", after="", anchors=ANCHORS)
    asked = ask_raters(session, admin, code=course.code, rng=Random(1))
    marks = {head.id: [4, 4, 1], other.id: [2, 2, 2], **{peer.id: [3, 3, 3] for peer in peers}}

    for rater in session.scalars(select(TransferRater).join(Enrolment).where(Enrolment.official_id == one.id)):
        answer_rating(session, actor_for(session, rater.official_id), rater_id=rater.id, marks=marks[rater.official_id])
    concluded = conclude_transfer(session, admin, code=course.code)

    # superior (4 + 4 + 1) / 3 * 25 = 75; peers 50, 75, 75, 75: mean 68.75, s^2 = 156.25
    # value (75 + 68.75) / 2 = 71.875; v = 400 and (3 * 156.25 + 1200) / 6 = 278.125
    # SE = sqrt(400 + 278.125 / 4) / 2 = 10.8343
    request = EvidenceRequest(as_of=dt.date(2025, 12, 1), officials=np.array([one.id, other.id]))
    column = load_training_transfer(session, request)
    assert (asked.participants, asked.raters) == (2, 10)
    assert (concluded.recorded, concluded.waiting) == (1, 1)
    assert column.value[0] == 71.875
    assert column.noise.se[0] == pytest.approx(10.8343, abs=1e-4)  # type: ignore[union-attr]
    assert np.isnan(column.value[1])


def test_raters_are_reminded_until_they_answer(session: Session, monkeypatch: pytest.MonkeyPatch):
    admin, course, (head, *_rest) = make_ended(session, monkeypatch)
    set_evaluation(session, admin, code=course.code, before="", after="", anchors=ANCHORS)
    ask_raters(session, admin, code=course.code)
    chief = actor_for(session, head.id)
    lines = list_asked(session, rater_id=head.id, today=clock.today())

    answer_rating(session, chief, rater_id=lines[0].asked.id, marks=[4, 4, 4])

    assert len(lines) == 2
    assert len(list_asked(session, rater_id=head.id, today=clock.today())) == 1
    assert [line.answered for line in list_participants(session, admin, course.id)].count(1) == 1


def test_rating_out_of_its_time_is_refused(session: Session, monkeypatch: pytest.MonkeyPatch):
    admin, course, (head, *_rest) = make_ended(session, monkeypatch)
    at(monkeypatch, "2025-04-01")
    set_evaluation(session, admin, code=course.code, before="", after="", anchors=ANCHORS)
    ask_raters(session, admin, code=course.code)
    rater = session.scalars(select(TransferRater).where(TransferRater.official_id == head.id)).first()
    assert rater is not None

    with pytest.raises(RuleViolationError) as refusal:
        answer_rating(session, actor_for(session, head.id), rater_id=rater.id, marks=[4, 4, 4])

    assert refusal.value.reason == "transfer-not-now"


def test_rating_somebody_elses_request_is_unknown(session: Session, monkeypatch: pytest.MonkeyPatch):
    admin, course, (head, one, *_rest) = make_ended(session, monkeypatch)
    set_evaluation(session, admin, code=course.code, before="", after="", anchors=ANCHORS)
    ask_raters(session, admin, code=course.code)
    rater = session.scalars(select(TransferRater).where(TransferRater.official_id == head.id)).first()
    assert rater is not None

    with pytest.raises(NotFoundError):
        answer_rating(session, actor_for(session, one.id), rater_id=rater.id, marks=[4, 4, 4])


def test_anchors_stay_once_raters_were_asked(session: Session, monkeypatch: pytest.MonkeyPatch):
    admin, course, _people = make_ended(session, monkeypatch)
    set_evaluation(session, admin, code=course.code, before="", after="", anchors=ANCHORS)
    ask_raters(session, admin, code=course.code)

    with pytest.raises(RuleViolationError) as refusal:
        set_evaluation(session, admin, code=course.code, before="", after="", anchors=[*ANCHORS, "Lain"])

    assert refusal.value.reason == "anchors-in-use"


def test_one_sitting_is_not_both_tests(session: Session, monkeypatch: pytest.MonkeyPatch):
    admin, course, _people = make_ended(session, monkeypatch)

    with pytest.raises(InvalidInputError) as refusal:
        set_evaluation(session, admin, code=course.code, before="A", after="A", anchors=ANCHORS)

    assert refusal.value.reason == "evaluation-same-sitting"
