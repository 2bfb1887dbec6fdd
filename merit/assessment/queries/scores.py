"""Everything scoring reads of a sitting: sheets, frozen versions, marks, approved key changes, standards."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import Session

from merit.assessment.domain.items import ItemKey
from merit.assessment.domain.papers import Orders, authors_value
from merit.assessment.domain.sheets import Correction, CorrectionKind, Sheet
from merit.assessment.domain.states import AttemptState
from merit.assessment.models.delivery import Attempt, LateResponse, Response
from merit.assessment.models.items import ItemVersion
from merit.assessment.models.scoring import EssayMark, KeyChange, ScoreVersion
from merit.assessment.models.sittings import Candidate, Paper, PaperItem, Sitting
from merit.assessment.queries.items import LoadedVersion, drawing_context, keyring, load_versions
from merit.db import known
from merit.errors import NotFoundError
from merit.evidence import COMPETENCIES
from merit.people.models import STANDARD_COLUMNS, OfficialRecord, Position, PositionRecord
from merit.reference import load_tier_standards
from merit.security.crypto import decrypt

_CHUNK = 500
_PLACING = ("position", "version_id", "is_scored", "competency", "level")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """One place of a paper: version by id, whether it counts, and the tags its item had at sealing.

    ``drawn`` is what a templated item drew for the candidate, "" for all others.
    """

    position: int
    version_id: int
    is_scored: bool
    competency: str
    level: int | None
    drawn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSheet:
    """What one candidate was given and answered; ``answers`` are canonical values by position."""

    attempt_id: int
    official_id: int
    number: str
    placings: Sequence[Placing]
    answers: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredSheet:
    """One candidate's sheet as scored, and what it was scored from."""

    sheet: Sheet
    raw: RawSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A position and the levels it requires, by competency; empty where none is known."""

    code: str
    name: str
    levels: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """A sitting's sheets with all that is needed to score them."""

    sheets: Sequence[RawSheet]
    versions: Mapping[int, LoadedVersion]
    sha256: Mapping[int, str]
    marks: Mapping[tuple[int, int], Sequence[Decimal]]
    corrections: Mapping[int, Correction]
    present: Mapping[int, Standard]  # by official
    target: Standard | None


class LateCount(NamedTuple):
    """Late answers nobody has accepted, and how many of them are proposed."""

    undecided: int
    proposed: int


def find_sitting(session: Session, code: str, *, lock: bool = False) -> Sitting:
    """Return a sitting by its code."""
    statement = select(Sitting).where(Sitting.code == code)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    sitting = session.scalars(statement).one_or_none()
    if sitting is None:
        raise NotFoundError("sitting-unknown")
    return sitting


def current_version(session: Session, sitting_id: int) -> ScoreVersion | None:
    """Return the scoring that stands, None before the first."""
    return session.scalars(
        select(ScoreVersion).where(ScoreVersion.sitting_id == sitting_id, ScoreVersion.state == "current")
    ).one_or_none()


def inputs_stamp(session: Session, sitting_id: int) -> tuple[str, ...]:
    """Return numbers that differ as soon as a mark, a key decision or an accepted late answer is added or changed."""
    of_sitting = select(Attempt.id).where(Attempt.sitting_id == sitting_id)
    marks = session.execute(
        select(func.count(), func.max(EssayMark.marked_at)).where(EssayMark.attempt_id.in_(of_sitting))
    ).one()
    changes = session.scalar(
        select(func.count()).where(KeyChange.sitting_id == sitting_id, KeyChange.approved.is_(True))
    )
    late = session.scalar(
        select(func.count()).where(LateResponse.attempt_id.in_(of_sitting), LateResponse.accepted_at.is_not(None))
    )
    return tuple(map(str, (*marks, changes, late)))


def count_late(session: Session, sitting_id: int) -> LateCount:
    """Count the late answers of finished attempts that two persons have not accepted."""
    statement = (
        select(func.count(), func.count(LateResponse.proposed_by))
        .join(Attempt, Attempt.id == LateResponse.attempt_id)
        .where(Attempt.sitting_id == sitting_id, LateResponse.accepted_by.is_(None))
    )
    return LateCount(*session.execute(statement).one())


def load_inputs(
    session: Session, sitting: Sitting, *, target_position: str = "", attempt_ids: Collection[int] = ()
) -> Inputs:
    """Read everything scoring needs; ``target_position`` is the code of the position the sitting is held for.

    ``attempt_ids`` () means every sheet.
    """
    sheets = load_sheets(session, sitting.id, attempt_ids=attempt_ids)
    ids = {placing.version_id for sheet in sheets for placing in sheet.placings}
    at = sitting.closed_at
    return Inputs(
        sheets=sheets,
        versions=load_versions(session, ids),
        sha256=_hashes(session, ids),
        marks=load_marks(session, sitting.id),
        corrections=load_corrections(session, sitting.id),
        present=present_standards(session, [sheet.official_id for sheet in sheets], at),
        target=position_standard(session, target_position, at) if target_position else None,
    )


def load_sheets(session: Session, sitting_id: int, *, attempt_ids: Collection[int] = ()) -> list[RawSheet]:
    """Return the sheets of everybody who started and was not withdrawn, in the order of candidates' numbers."""
    statement = (
        select(Attempt.id, Attempt.paper_id, Candidate.official_id, Candidate.number)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .where(
            Attempt.sitting_id == sitting_id,
            Attempt.state == AttemptState.FINISHED.value,
            Attempt.started_at.is_not(None),
            Candidate.withdrawn_at.is_(None),
        )
        .order_by(Candidate.number)
    )
    if attempt_ids:
        statement = statement.where(Attempt.id.in_(attempt_ids))
    attempts = session.execute(statement).all()
    papers, orders = _placings(session, [attempt.paper_id for attempt in attempts])
    answers = _answers(session, [attempt.id for attempt in attempts])
    return [
        RawSheet(
            attempt_id=attempt.id,
            official_id=attempt.official_id,
            number=attempt.number,
            placings=papers[attempt.paper_id],
            answers={
                position: authors_value(value, orders.get((attempt.paper_id, position), {}))
                for position, value in answers[attempt.id].items()
            },
        )
        for attempt in attempts
    ]


def load_marks(session: Session, sitting_id: int) -> dict[tuple[int, int], list[Decimal]]:
    """Return the marks of essays by attempt and position, in the order of their turns."""
    rows = session.execute(
        select(EssayMark.attempt_id, EssayMark.position, EssayMark.points)
        .join(Attempt, Attempt.id == EssayMark.attempt_id)
        .where(Attempt.sitting_id == sitting_id)
        .order_by(EssayMark.attempt_id, EssayMark.position, EssayMark.turn)
    )
    marks: dict[tuple[int, int], list[Decimal]] = defaultdict(list)
    for attempt_id, position, points in rows:
        marks[attempt_id, position].append(points)
    return marks


def key_change_context(sitting_id: int, version_id: int) -> str:
    """Return what binds a proposed key to its sitting and version."""
    return f"key_changes.sealed_key:{sitting_id}:{version_id}"


def correction_of(change: KeyChange) -> Correction:
    """Return a key change as scoring reads it, its key decrypted."""
    key = None
    if change.sealed_key is not None:
        context = key_change_context(change.sitting_id, change.version_id)
        key = ItemKey.model_validate_json(decrypt(keyring(), change.sealed_key, context=context))
    return Correction(kind=CorrectionKind(change.kind), key=key)


def load_corrections(session: Session, sitting_id: int) -> dict[int, Correction]:
    """Return the approved key changes by version; the last decision counts."""
    changes = session.scalars(
        select(KeyChange)
        .where(KeyChange.sitting_id == sitting_id, KeyChange.approved.is_(True))
        .order_by(KeyChange.decided_at, KeyChange.id)
    )
    return {change.version_id: correction_of(change) for change in changes}


def _placings(
    session: Session, paper_ids: Sequence[int]
) -> tuple[dict[int, list[Placing]], dict[tuple[int, int], Orders]]:
    """Return the places of each paper, and the order in which each place showed its options."""
    found: dict[int, list[Placing]] = defaultdict(list)
    orders: dict[tuple[int, int], Orders] = {}
    columns = [getattr(PaperItem, name) for name in _PLACING]
    for some in _chunks(paper_ids):
        rows = session.execute(
            select(Paper.candidate_id, PaperItem.paper_id, PaperItem.orders, PaperItem.template_values, *columns)
            .join(Paper, Paper.id == PaperItem.paper_id)
            .where(PaperItem.paper_id.in_(some))
            .order_by(PaperItem.paper_id, PaperItem.position)
        )
        for candidate_id, paper_id, shown, sealed, *values in rows:
            placing = Placing(**dict(zip(_PLACING, values, strict=True)))
            if sealed is not None:
                placing = replace(placing, drawn=_unsealed(sealed, candidate_id, placing.position))
            found[paper_id].append(placing)
            orders[paper_id, placing.position] = shown
    return found, orders


def _unsealed(sealed: str, candidate_id: int, position: int) -> str:
    return decrypt(keyring(), sealed, context=drawing_context(candidate_id, position))


def _answers(session: Session, attempt_ids: Sequence[int]) -> dict[int, dict[int, str]]:
    """Return the answers that count: the newest in time, and later ones that two persons accepted."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    revisions: dict[tuple[int, int], int] = {}
    for some in _chunks(attempt_ids):
        columns = (Response.attempt_id, Response.position, Response.revision, Response.value)
        for row in session.execute(select(*columns).where(Response.attempt_id.in_(some))):
            found[row.attempt_id][row.position] = row.value
            revisions[row.attempt_id, row.position] = row.revision
        late = (LateResponse.attempt_id, LateResponse.position, LateResponse.revision, LateResponse.value)
        accepted = LateResponse.accepted_at.is_not(None)
        for row in session.execute(select(*late).where(LateResponse.attempt_id.in_(some), accepted)):
            if row.revision > revisions.get((row.attempt_id, row.position), 0):
                found[row.attempt_id][row.position] = row.value
    return found


def _hashes(session: Session, version_ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in _chunks(sorted(version_ids)):
        rows = session.execute(select(ItemVersion.id, ItemVersion.sha256).where(ItemVersion.id.in_(some)))
        found.update((row.id, row.sha256) for row in rows)
    return found


def present_standards(session: Session, officials: Sequence[int], at: dt.datetime | None) -> dict[int, Standard]:
    """Return the standard of the position everybody held as it was known when the sitting closed."""
    found: dict[int, Standard] = {}
    for some in _chunks(officials):
        rows = session.execute(
            select(OfficialRecord.official_id, Position.code.label("position_code"), *PositionRecord.__table__.columns)
            .join(Position, Position.id == OfficialRecord.position_id)
            .join(
                PositionRecord,
                and_(PositionRecord.position_id == OfficialRecord.position_id, known(PositionRecord, at)),
            )
            .where(known(OfficialRecord, at), OfficialRecord.official_id.in_(some))
        )
        found.update((row.official_id, _standard(row)) for row in rows)
    return found


def position_standard(session: Session, code: str, at: dt.datetime | None) -> Standard | None:
    """Return the standard of a position as it was known at a time; None where it was not known."""
    row = session.execute(
        select(Position.code.label("position_code"), *PositionRecord.__table__.columns)
        .join(PositionRecord, and_(PositionRecord.position_id == Position.id, known(PositionRecord, at)))
        .where(Position.code == code)
    ).one_or_none()
    return None if row is None else _standard(row)


def _standard(row: Row[*tuple[Any, ...]]) -> Standard:
    tier = load_tier_standards().get(row.tier)
    default = None if tier is None else tier.level
    levels = {}
    for code, column in zip(COMPETENCIES, STANDARD_COLUMNS, strict=True):
        own = getattr(row, column)
        level = default if own is None else own
        if level is not None:
            levels[code] = level
    return Standard(code=row.position_code, name=row.name, levels=levels)


def started_but_left_out(session: Session, sitting_id: int) -> int:
    """Return how many candidates came to nothing: absent, never started, or withdrawn."""
    scored = and_(
        Attempt.state == AttemptState.FINISHED.value,
        Attempt.started_at.is_not(None),
        Candidate.withdrawn_at.is_(None),
    )
    return (
        session.scalar(
            select(func.count())
            .select_from(Candidate)
            .outerjoin(Attempt, Attempt.candidate_id == Candidate.id)
            .where(Candidate.sitting_id == sitting_id, or_(Attempt.id.is_(None), ~scored))
        )
        or 0
    )


def _chunks(values: Sequence[int]) -> Iterable[Sequence[int]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
