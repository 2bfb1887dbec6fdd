"""Check the parameters in force against the answers of a sitting, between two calibrations."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain.answer_checks import ItemCheck, KnownItem, check_items
from merit.assessment.models.calibration import Calibration, CalibrationSource
from merit.assessment.models.scoring import ScoreVersion
from merit.assessment.queries.adaptive import is_adaptive
from merit.assessment.queries.calibration_answers import list_sources, load_placed_cells
from merit.assessment.queries.calibrations import ParameterErrors, StoredParameters, find_in_force, scale_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCheck:
    """The items of one scale in one scoring, and the calibration whose parameters they were held against."""

    competency: str
    calibration_id: int
    number: int
    is_adaptive: bool
    items: tuple[ItemCheck, ...]

    @property
    def alarms(self) -> tuple[ItemCheck, ...]:
        """The items whose answers contradict their parameters."""
        return tuple(item for item in self.items if item.is_alarm)


def check_answers(session: Session, score_version_id: int, competency: str) -> AnswerCheck | None:
    """Compare the answers of a scoring with the parameters in force; None where the scale has none."""
    standing = find_in_force(session, competency)
    version = session.get(ScoreVersion, score_version_id)
    if standing is None or version is None:
        return None
    chosen = is_adaptive(session, version.sitting_id)
    known = _known(scale_in_force(session, competency).values())
    cells = load_placed_cells(session, score_version_id, competency)
    return AnswerCheck(
        competency=competency,
        calibration_id=standing.id,
        number=standing.number,
        is_adaptive=chosen,
        items=check_items(cells, known, is_adaptive=chosen),
    )


def checkable(session: Session, score_version_id: int, competencies: Iterable[str]) -> list[Calibration]:
    """Return the calibrations in force that the answers of a scoring can be held against: not those made of them."""
    used = select(CalibrationSource.calibration_id).where(CalibrationSource.score_version_id == score_version_id)
    statement = select(Calibration).where(
        Calibration.state == "in_force", Calibration.competency.in_(sorted(competencies)), Calibration.id.not_in(used)
    )
    return list(session.scalars(statement.order_by(Calibration.competency)))


def newest_unused(session: Session, calibration: Calibration) -> int | None:
    """Return the newest scoring whose answers did not make a calibration; None where there is none."""
    used = set(
        session.scalars(
            select(CalibrationSource.score_version_id).where(CalibrationSource.calibration_id == calibration.id)
        )
    )
    sources = list_sources(session, calibration.competency)
    return next((source.score_version_id for source in sources if source.score_version_id not in used), None)


def _known(stored: Iterable[StoredParameters]) -> list[KnownItem]:
    return [
        KnownItem(
            version_id=one.version_id,
            parameters=one.parameters,
            steps=[float(step) for step in one.steps],
            error=_error(one.errors),
        )
        for one in stored
        if one.parameters.discrimination > 0
    ]


def _error(errors: ParameterErrors) -> float:
    """Return the error of the mean threshold; its parts move together, so their mean error is not divided."""
    known = [error for error in errors.thresholds if math.isfinite(error)]
    return sum(known) / len(known) if known else 0.0
