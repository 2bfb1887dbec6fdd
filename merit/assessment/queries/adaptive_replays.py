"""What shadow runs read: points by item of one competency of a scored sitting; and the runs made so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain.sheets import COUNTING, PlaceReason
from merit.assessment.models.adaptive import AdaptiveReplay
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.models.scoring import ResponseScore
from merit.assessment.models.sittings import Candidate, PaperItem
from merit.assessment.queries.calibrations import StoredParameters, parameters_in_force
from merit.assessment.queries.scores import current_version

_UNUSABLE = frozenset({PlaceReason.TRIAL.value, PlaceReason.EVERYBODY.value, PlaceReason.NEW_KEY.value})
Calibrated = Mapping[int, tuple[str, StoredParameters]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAnswers:
    """One candidate's points by item version."""

    number: str
    points: Mapping[int, Decimal]


def load_answers(session: Session, sitting_id: int, competency: str) -> tuple[list[PersonAnswers], Calibrated]:
    """Return the counting answers to calibrated items of a competency, and the items by version with their codes.

    Answers scored by a corrected key are left out: the parameters belong to the former one.
    """
    version = current_version(session, sitting_id)
    if version is None:
        return [], {}
    rows = session.execute(
        select(Candidate.number, ResponseScore.version_id, ResponseScore.points, Item.code)
        .join(Attempt, Attempt.id == ResponseScore.attempt_id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(PaperItem, (PaperItem.paper_id == Attempt.paper_id) & (PaperItem.position == ResponseScore.position))
        .join(ItemVersion, ItemVersion.id == ResponseScore.version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(
            ResponseScore.score_version_id == version.id,
            ResponseScore.outcome.in_(sorted(COUNTING)),
            ResponseScore.reason.not_in(sorted(_UNUSABLE)),
            PaperItem.competency == competency,
        )
        .order_by(Candidate.number, ResponseScore.position)
    ).all()
    stored = parameters_in_force(session, {row.version_id for row in rows})
    usable = {number: one for number, one in stored.items() if one.parameters.discrimination > 0}
    people: dict[str, dict[int, Decimal]] = {}
    for row in rows:
        points = people.setdefault(row.number, {})
        if row.version_id in usable and row.points is not None:
            points[row.version_id] = row.points
    codes = {row.version_id: row.code for row in rows}
    parameters = {number: (codes[number], one) for number, one in usable.items()}
    return [PersonAnswers(number=number, points=points) for number, points in people.items()], parameters


def list_replays(session: Session, sitting_id: int) -> Sequence[AdaptiveReplay]:
    """Return the shadow runs of a sitting, the newest first."""
    statement = select(AdaptiveReplay).where(AdaptiveReplay.sitting_id == sitting_id)
    return session.scalars(statement.order_by(AdaptiveReplay.id.desc()).limit(20)).all()


def competencies_of(session: Session, sitting_id: int) -> list[str]:
    """Return the competencies asked in a sitting, by code."""
    statement = (
        select(PaperItem.competency)
        .join(Attempt, Attempt.paper_id == PaperItem.paper_id)
        .where(Attempt.sitting_id == sitting_id, PaperItem.competency != "")
        .distinct()
        .order_by(PaperItem.competency)
    )
    return list(session.scalars(statement))
