"""Publish results: one person asks, another one publishes; only then results become facts about officials."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.domain.sheets import WHOLE
from merit.assessment.domain.states import SittingState
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.results import CompetencyResult
from merit.assessment.models.scoring import CandidateResult, ScoreVersion
from merit.assessment.models.sittings import Candidate, Sitting
from merit.assessment.queries.scores import current_version, find_sitting
from merit.assessment.services.scoring import note_event
from merit.db import Base, known
from merit.errors import NotAllowedError, RuleViolationError
from merit.exchange import storage
from merit.exchange.differences import table_of
from merit.exchange.models import ImportBatch
from merit.people.domain import add_months
from merit.security.permissions import Actor, Permission, is_granted

BATCH_KIND = "sitting-results"
EXAM = "exam"
_MONTHS = 12
Key = tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What publishing did to the facts: new, changed, the same; ``held_back`` meet an imported result of that key."""

    created: int
    updated: int
    unchanged: int
    held_back: int


@dataclass(frozen=True, slots=True)
class _Fact:
    """One result on its way to the facts, or there already (with its id and batch)."""

    level: int | None
    score: Decimal | None
    se: Decimal | None
    accreditation: str
    valid_until: dt.date


def ask_publication(session: Session, actor: Actor, *, code: str) -> Sitting:
    """Ask another person to publish the results of a scored sitting."""
    sitting = _publishable(session, actor, code)
    if sitting.publish_asked_by is not None:
        raise RuleViolationError("publication-asked-already")
    _person(actor)
    sitting.publish_asked_by, sitting.publish_asked_at = actor.user_id, clock.now()
    session.flush()
    note_event(session, actor, sitting, kind="sitting-publication-asked", details={})
    return sitting


def withdraw_publication(session: Session, actor: Actor, *, code: str) -> Sitting:
    """Take the request to publish back."""
    sitting = _publishable(session, actor, code)
    if sitting.publish_asked_by is None:
        raise RuleViolationError("publication-not-asked")
    sitting.publish_asked_by = sitting.publish_asked_at = None
    session.flush()
    note_event(session, actor, sitting, kind="sitting-publication-withdrawn", details={})
    return sitting


def publish_results(session: Session, actor: Actor, *, code: str, version_number: int) -> Written:
    """Publish what another person asked to publish; ``version_number`` is the scoring the page showed."""
    sitting = _publishable(session, actor, code)
    if sitting.publish_asked_by is None:
        raise RuleViolationError("publication-not-asked")
    if _person(actor) == sitting.publish_asked_by:
        raise RuleViolationError("publication-second-person")
    version = _standing(session, sitting)
    if version.number != version_number:
        raise RuleViolationError("publication-other-version")
    now = clock.now()
    sitting.state = SittingState.PUBLISHED.value
    sitting.published_by, sitting.published_at = actor.user_id, now
    session.flush()
    written = write_facts(session, actor, sitting, version)
    details = {"version": version.number, "sha256": version.sha256, "held_back": written.held_back}
    note_event(session, actor, sitting, kind="sitting-published", details=details)
    return written


def write_facts(session: Session, actor: Actor, sitting: Sitting, version: ScoreVersion) -> Written:
    """Record a published sitting's results as facts; former ones of this organiser's sittings are superseded.

    A fact that came from an imported file with the same key stays as it is: official results are never overwritten.
    """
    storage.hold_imports(session)
    wanted, present = _wanted(session, sitting, version), _present(session, sitting)
    batch = _batch(session, actor, sitting, version, rows=len(wanted))
    ours = _own_batches(session, (batch_id for _id, batch_id, _fact in present.values()))
    held_back = {key for key in wanted if key in present and present[key][1] not in ours}
    changed = {
        key: fact
        for key, fact in wanted.items()
        if key not in held_back and (key not in present or present[key][2] != fact)
    }
    replaced = [present[key][0] for key in changed if key in present]
    gone = [
        row_id
        for key, (row_id, batch_id, _fact) in present.items()
        if key not in wanted and ours.get(batch_id) == sitting.code
    ]
    table = table_of(CompetencyResult)
    storage.supersede(session, table, [*replaced, *gone], batch=batch.id, at=batch.recorded_at)
    session.add_all(_rows(sitting, batch, changed))
    session.flush()
    batch.created, batch.updated = len(changed) - len(replaced), len(replaced) + len(gone)
    batch.rejected = len(held_back)
    batch.unchanged = len(wanted) - len(changed) - len(held_back)
    session.flush()
    return Written(created=batch.created, updated=batch.updated, unchanged=batch.unchanged, held_back=batch.rejected)


def _wanted(session: Session, sitting: Sitting, version: ScoreVersion) -> dict[Key, _Fact]:
    settings = SittingSettings.model_validate(sitting.settings or {})
    valid_until = add_months(sitting_date(sitting), _MONTHS * settings.result_validity_years)
    rows = session.execute(
        select(Candidate.official_id, CandidateResult)
        .join(Attempt, Attempt.id == CandidateResult.attempt_id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .where(
            CandidateResult.score_version_id == version.id,
            CandidateResult.competency != WHOLE,
            CandidateResult.level.is_not(None),
        )
    )
    return {
        (official_id, result.competency): _Fact(
            result.level, result.scaled, result.level_se, sitting.accreditation, valid_until
        )
        for official_id, result in rows
    }


def _present(session: Session, sitting: Sitting) -> dict[Key, tuple[int, int | None, _Fact]]:
    """Return the facts known now with the keys of this sitting's results: id, batch and content."""
    roster = select(Candidate.official_id).where(Candidate.sitting_id == sitting.id)
    statement = select(CompetencyResult).where(
        known(CompetencyResult),
        CompetencyResult.dated == sitting_date(sitting),
        CompetencyResult.provider == sitting.organiser,
        CompetencyResult.method == sitting.method,
        CompetencyResult.official_id.in_(roster),
    )
    return {
        (row.official_id, row.competency): (
            row.id,
            row.batch_id,
            _Fact(row.level, row.score, row.se, row.accreditation, row.valid_until),
        )
        for row in session.scalars(statement)
    }


def _own_batches(session: Session, batch_ids: Iterable[int | None]) -> dict[int | None, str]:
    """Return which of the batches were written by sittings, with the sitting's code."""
    ids = sorted({number for number in batch_ids if number is not None})
    rows = session.execute(
        select(ImportBatch.id, ImportBatch.file_name).where(ImportBatch.id.in_(ids), ImportBatch.kind == BATCH_KIND)
    )
    return {row.id: row.file_name for row in rows}


def _batch(session: Session, actor: Actor, sitting: Sitting, version: ScoreVersion, *, rows: int) -> ImportBatch:
    batch = ImportBatch(
        kind=BATCH_KIND,
        file_name=sitting.code,
        file_sha256=version.sha256,
        rows=rows,
        created=0,
        updated=0,
        unchanged=0,
        recorded_at=clock.now(),
        user_id=actor.user_id,
    )
    session.add(batch)
    session.flush()
    return batch


def _rows(sitting: Sitting, batch: ImportBatch, facts: Mapping[Key, _Fact]) -> list[Base]:
    return [
        CompetencyResult(
            official_id=official_id,
            competency=code,
            level=fact.level,
            score=fact.score,
            se=fact.se,
            provider=sitting.organiser,
            method=sitting.method,
            accreditation=fact.accreditation,
            dated=sitting_date(sitting),
            valid_until=fact.valid_until,
            recorded_at=batch.recorded_at,
            batch_id=batch.id,
        )
        for (official_id, code), fact in sorted(facts.items())
    ]


def sitting_date(sitting: Sitting) -> dt.date:
    """Return the civil date of a sitting in the agency's zone."""
    return clock.local(sitting.starts_at).date()


def _publishable(session: Session, actor: Actor, code: str) -> Sitting:
    if not is_granted(actor, Permission.SITTING_PUBLISH):
        raise NotAllowedError
    sitting = find_sitting(session, code, lock=True)
    if sitting.kind != EXAM:
        raise RuleViolationError("publication-practice")
    if sitting.state == SittingState.PUBLISHED.value:
        raise RuleViolationError("publication-done")
    if sitting.state != SittingState.SCORED.value:
        raise RuleViolationError("publication-before-scores")
    return sitting


def _standing(session: Session, sitting: Sitting) -> ScoreVersion:
    version = current_version(session, sitting.id)
    if version is None:
        raise RuleViolationError("publication-before-scores")
    return version


def _person(actor: Actor) -> int:
    """Return the id of the person who acts; the machine itself publishes nothing."""
    if actor.user_id is None:
        raise NotAllowedError
    return actor.user_id
