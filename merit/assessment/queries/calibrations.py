"""Calibrations: the parameters in force, and what pages show of one calibration."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from merit.assessment.domain.scale import ItemParameters
from merit.assessment.models.calibration import Calibration, CalibrationItem

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterErrors:
    """Standard errors on the scale; ``thresholds`` as long as the item's, NaN where not known."""

    discrimination: float
    thresholds: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredParameters:
    """Parameters of one item version on the scale of its competency.

    ``steps`` are the points that begin each category as calibrated (``domain.categories.category_of``); ``persons``
    answered the item when it was estimated.
    """

    version_id: int
    scale: str
    parameters: ItemParameters
    steps: tuple[Decimal, ...]
    errors: ParameterErrors
    calibration_id: int
    persons: int


def parameters_in_force(session: Session, version_ids: Collection[int]) -> dict[int, StoredParameters]:
    """Return the parameters in force of item versions by id; versions without any are left out."""
    found: dict[int, StoredParameters] = {}
    for some in _chunks(sorted(set(version_ids))):
        for row in session.execute(_in_force().where(CalibrationItem.version_id.in_(some))):
            found[row.CalibrationItem.version_id] = _stored(row)
    return found


def scale_in_force(session: Session, competency: str) -> dict[int, StoredParameters]:
    """Return all parameters in force of a competency by item version; empty where nothing is calibrated."""
    rows = session.execute(_in_force().where(Calibration.competency == competency).order_by(CalibrationItem.version_id))
    return {row.CalibrationItem.version_id: _stored(row) for row in rows}


def find_in_force(session: Session, competency: str) -> Calibration | None:
    """Return the calibration in force of a competency."""
    statement = select(Calibration).where(Calibration.competency == competency, Calibration.state == "in_force")
    return session.scalars(statement).one_or_none()


def _in_force() -> Select[str, CalibrationItem]:
    return (
        select(Calibration.competency, CalibrationItem)
        .join(CalibrationItem, CalibrationItem.calibration_id == Calibration.id)
        .where(Calibration.state == "in_force")
    )


def _stored(row: Row[str, CalibrationItem]) -> StoredParameters:
    return stored_parameters(row.competency, row.CalibrationItem)


def stored_parameters(competency: str, item: CalibrationItem) -> StoredParameters:
    """Return the parameters a row holds."""
    return StoredParameters(
        version_id=item.version_id,
        scale=competency,
        parameters=ItemParameters(item.model, item.discrimination, tuple(item.thresholds), item.guessing),
        steps=tuple(Decimal(step) for step in item.steps),
        errors=ParameterErrors(
            discrimination=_number(item.standard_errors.get("discrimination")),
            thresholds=tuple(_number(value) for value in item.standard_errors.get("thresholds", ())),
        ),
        calibration_id=item.calibration_id,
        persons=item.persons,
    )


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _chunks(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
