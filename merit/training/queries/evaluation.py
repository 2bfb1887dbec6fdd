"""Selects of training evaluation: results of linked sittings, gains, reactions, raters of use at work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from merit.assessment.domain.sheets import WHOLE
from merit.assessment.domain.states import SittingState
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.scoring import CandidateResult, ScoreVersion
from merit.assessment.models.sittings import Candidate, Sitting
from merit.db import known
from merit.people.models import Official, OfficialRecord
from merit.people.queries.officials import full_name
from merit.security.permissions import Actor
from merit.training.domain.gain import Pair, expected_level
from merit.training.domain.gaps import DEFAULT_SE
from merit.training.domain.states import HOLDS_PLACE
from merit.training.models.certificates import TrainingCertificate
from merit.training.models.classes import Enrolment, Programme, TrainingClass
from merit.training.models.evaluation import (
    ClassEvaluation,
    ClassGain,
    Reaction,
    ReactionSlip,
    TransferRater,
)
from merit.training.models.records import TrainingRecord

HOLDING = tuple(sorted(HOLDS_PLACE))


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantLine:
    """A participant with the raters asked about them and what their record says."""

    enrolment: Enrolment
    nip: str
    name: str
    asked: int
    answered: int
    opens: dt.date | None
    closes: dt.date | None
    record: TrainingRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLine:
    """A rating somebody is asked for: about whom, from which class; ``rater`` is who is asked."""

    asked: TransferRater
    course: TrainingClass
    official_id: int
    nip: str
    name: str
    rater: str


def find_evaluation(session: Session, class_id: int) -> ClassEvaluation | None:
    """Return how a class is evaluated, None as long as nothing is set."""
    return session.get(ClassEvaluation, class_id)


def list_published_sittings(session: Session) -> list[tuple[str, str]]:
    """Return code and name of the sittings with published results, the newest first."""
    statement = select(Sitting.code, Sitting.name).where(Sitting.state == SittingState.PUBLISHED)
    return [(code, name) for code, name in session.execute(statement.order_by(Sitting.starts_at.desc()))]


def find_sitting(session: Session, code: str) -> Sitting | None:
    """Return a sitting by code."""
    return session.scalars(select(Sitting).where(Sitting.code == code)).one_or_none()


def paired_results(session: Session, evaluation: ClassEvaluation) -> dict[tuple[str, str], list[Pair]]:
    """Return (competency, scale) to the pairs of participants with results of both published sittings."""
    if evaluation.before_id is None or evaluation.after_id is None:
        return {}
    before = _results(session, evaluation.class_id, evaluation.before_id)
    after = _results(session, evaluation.class_id, evaluation.after_id)
    pairs: dict[tuple[str, str], list[Pair]] = {}
    for key in sorted(before.keys() & after.keys()):
        first, second = before[key], after[key]
        scale = "level" if first.level is not None and second.level is not None else "score"
        one, other = _measure(first, scale), _measure(second, scale)
        if one is not None and other is not None:
            pair = Pair(before=one[0], before_se=one[1], after=other[0], after_se=other[1])
            pairs.setdefault((key[1], scale), []).append(pair)
    return pairs


def _results(session: Session, class_id: int, sitting_id: int) -> dict[tuple[int, str], CandidateResult]:
    statement = (
        select(Candidate.official_id, CandidateResult)
        .join(Attempt, Attempt.id == CandidateResult.attempt_id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(ScoreVersion, ScoreVersion.id == CandidateResult.score_version_id)
        .join(Sitting, Sitting.id == ScoreVersion.sitting_id)
        .join(Enrolment, and_(Enrolment.official_id == Candidate.official_id, Enrolment.class_id == class_id))
        .where(ScoreVersion.sitting_id == sitting_id, ScoreVersion.state == "current")
        .where(Sitting.state == SittingState.PUBLISHED, CandidateResult.competency != WHOLE)
        .where(Enrolment.state.in_(HOLDING))
    )
    return {(official, result.competency): result for official, result in session.execute(statement)}


def _measure(result: CandidateResult, scale: str) -> tuple[float, float] | None:
    if scale == "level":
        if result.level_probabilities:
            return expected_level([float(p) for p in result.level_probabilities])
        # An error that is not recorded is unknown, not zero.
        unknown = DEFAULT_SE["internal"]
        return float(result.level or 0), unknown if result.level_se is None else float(result.level_se)
    if result.scaled is None:
        return None
    return float(result.scaled), float(result.scaled_se or 0)


def list_gains(session: Session, class_id: int) -> Sequence[ClassGain]:
    """Return the gains of a class as last computed, by competency."""
    statement = select(ClassGain).where(ClassGain.class_id == class_id, ClassGain.superseded_at.is_(None))
    return session.scalars(statement.order_by(ClassGain.competency)).all()


def programme_gains(session: Session) -> dict[tuple[int, str], list[tuple[float, float, int]]]:
    """Return (programme, competency) to gain in levels, SE and persons of every class measured."""
    statement = (
        select(TrainingClass.programme_id, ClassGain)
        .join(TrainingClass, TrainingClass.id == ClassGain.class_id)
        .where(ClassGain.superseded_at.is_(None), ClassGain.scale == "level")
    )
    found: dict[tuple[int, str], list[tuple[float, float, int]]] = {}
    for programme, gain in session.execute(statement):
        row = (float(gain.gain), float(gain.se), gain.persons)
        found.setdefault((programme, gain.competency), []).append(row)
    return found


def list_reactions(session: Session, class_id: int) -> Sequence[Reaction]:
    """Return the reactions to a class in the order of their drawn numbers."""
    return session.scalars(select(Reaction).where(Reaction.class_id == class_id).order_by(Reaction.id)).all()


def has_reacted(session: Session, enrolment_id: int) -> bool:
    """Whether a participant has reacted."""
    return session.get(ReactionSlip, enrolment_id) is not None


def list_participants(session: Session, actor: Actor, class_id: int) -> list[ParticipantLine]:
    """Return the participants within the actor's units by name, with raters and record."""
    asked = (
        select(
            TransferRater.enrolment_id,
            func.count().label("asked"),
            func.count(TransferRater.answered_at).label("answered"),
            func.min(TransferRater.opens).label("opens"),
            func.max(TransferRater.closes).label("closes"),
        )
        .group_by(TransferRater.enrolment_id)
        .subquery()
    )
    statement = (
        select(Enrolment, Official.nip, OfficialRecord, asked.c.asked, asked.c.answered, asked.c.opens, asked.c.closes)
        .join(Official, Official.id == Enrolment.official_id)
        .join(OfficialRecord, and_(OfficialRecord.official_id == Official.id, known(OfficialRecord)))
        .outerjoin(asked, asked.c.enrolment_id == Enrolment.id)
        .where(Enrolment.class_id == class_id, Enrolment.state.in_(HOLDING))
        .order_by(OfficialRecord.name, Enrolment.id)
    )
    if actor.unit_ids is not None:
        statement = statement.where(Enrolment.unit_id.in_(actor.unit_ids))
    records = find_records(session, class_id)
    return [
        ParticipantLine(
            enrolment=row[0],
            nip=row[1],
            name=full_name(row[2].name, row[2].title_before, row[2].title_after),
            asked=row[3] or 0,
            answered=row[4] or 0,
            opens=row[5],
            closes=row[6],
            record=records.get(row[0].id),
        )
        for row in session.execute(statement)
    ]


def find_records(session: Session, class_id: int) -> dict[int, TrainingRecord]:
    """Return the training record of every enrolment of a class: by its certificate, else by name and period."""
    statement = (
        select(Enrolment.id, TrainingRecord, TrainingCertificate.number, TrainingClass.name, Programme.name)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Programme, Programme.id == TrainingClass.programme_id)
        .join(
            TrainingRecord,
            and_(
                TrainingRecord.official_id == Enrolment.official_id,
                known(TrainingRecord),
                TrainingRecord.ends == TrainingClass.ends,
            ),
        )
        .outerjoin(TrainingCertificate, TrainingCertificate.enrolment_id == Enrolment.id)
        .where(Enrolment.class_id == class_id)
        .order_by(TrainingRecord.id)
    )
    found: dict[int, TrainingRecord] = {}
    for enrolment, row, number, course, programme in session.execute(statement):
        if row.certificate_number == number or row.name in {course, programme}:
            found.setdefault(enrolment, row)
        if row.certificate_number == number:
            found[enrolment] = row
    return found


def list_raters(session: Session, class_id: int) -> Sequence[TransferRater]:
    """Return everybody asked about participants of a class."""
    statement = select(TransferRater).join(Enrolment, Enrolment.id == TransferRater.enrolment_id)
    return session.scalars(statement.where(Enrolment.class_id == class_id).order_by(TransferRater.id)).all()


def list_asked(
    session: Session, *, rater_id: int | None = None, actor: Actor | None = None, today: dt.date, text: str = ""
) -> list[AskedLine]:
    """Return ratings still to be given whose time has come, the soonest to close first.

    ``rater_id``: those asked of one official. ``actor``: those about officials of the actor's units. ``text``: words
    in the names of either, the NIP, or the class.
    """
    about, rater = aliased(OfficialRecord), aliased(OfficialRecord)
    statement = (
        select(TransferRater, TrainingClass, Official.nip, about, rater)
        .join(Enrolment, Enrolment.id == TransferRater.enrolment_id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Official, Official.id == Enrolment.official_id)
        .join(about, and_(about.official_id == Enrolment.official_id, known_in(about)))
        .join(rater, and_(rater.official_id == TransferRater.official_id, known_in(rater)))
        .where(TransferRater.answered_at.is_(None), TransferRater.opens <= today, TransferRater.closes >= today)
        .order_by(TransferRater.closes, about.name, TransferRater.id)
    )
    if rater_id is not None:
        statement = statement.where(TransferRater.official_id == rater_id)
    if actor is not None and actor.unit_ids is not None:
        statement = statement.where(Enrolment.unit_id.in_(actor.unit_ids))
    for word in text.lower().split():
        told = (about.name, rater.name, Official.nip, TrainingClass.name, TrainingClass.code)
        statement = statement.where(or_(*(func.lower(each).like(f"%{word}%") for each in told)))
    return [
        AskedLine(
            asked=row[0],
            course=row[1],
            official_id=row[3].official_id,
            nip=row[2],
            name=full_name(row[3].name, row[3].title_before, row[3].title_after),
            rater=full_name(row[4].name, row[4].title_before, row[4].title_after),
        )
        for row in session.execute(statement)
    ]


def known_in(record: Any) -> Any:
    """Condition: an aliased fact is known now."""
    return record.superseded_at.is_(None)
