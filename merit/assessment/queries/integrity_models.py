"""Signs that rest on calibrated items and on times: person fit, similar answers by omega, rapid guessing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain.categories import category_of
from merit.assessment.domain.copying import Seat, distance, encode
from merit.assessment.domain.integrity_models import FitSign, HastySign, ModelSigns, OmegaSign, Table, find_model_signs
from merit.assessment.models.scoring import ResponseScore
from merit.assessment.queries.calibrations import StoredParameters, parameters_in_force
from merit.assessment.queries.integrity import load_seats
from merit.assessment.queries.item_times import seconds_per_place
from merit.assessment.queries.scores import RawSheet, load_sheets
from merit.evidence import FloatArray

__all__ = ["FitSign", "HastySign", "ModelSigns", "OmegaSign", "SittingSigns", "load_model_signs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingSigns:
    """The signs of a sitting, rows being ``attempts``; ``calibrated`` names the scales there were parameters for."""

    attempts: Sequence[int]
    signs: ModelSigns
    calibrated: tuple[str, ...]
    seats: Mapping[int, Seat]

    def apart(self, one: int, other: int) -> int | None:
        """Return how many seats apart two rows sat, None in different rooms."""
        return distance(self.seats.get(self.attempts[one]), self.seats.get(self.attempts[other]))


def load_model_signs(session: Session, sitting_id: int, version_id: int) -> SittingSigns:
    """Compute the signs of everybody scored in a sitting from the parameters in force."""
    sheets = load_sheets(session, sitting_id)
    versions = {placing.version_id for sheet in sheets for placing in sheet.placings if not placing.drawn}
    stored = parameters_in_force(session, versions)
    points = _points(session, version_id)
    scales = sorted({one.scale for one in stored.values()})
    tables = {scale: _table(sheets, points, {n: p for n, p in stored.items() if p.scale == scale}) for scale in scales}
    return SittingSigns(
        attempts=[sheet.attempt_id for sheet in sheets],
        signs=find_model_signs(tables, _seconds(sheets, seconds_per_place(session, sitting_id))),
        calibrated=tuple(scales),
        seats=load_seats(session, sitting_id),
    )


def _points(session: Session, version_id: int) -> dict[tuple[int, int], ResponseScore]:
    rows = session.scalars(
        select(ResponseScore).where(
            ResponseScore.score_version_id == version_id, ResponseScore.points.is_not(None), ResponseScore.reason == ""
        )
    )
    return {(row.attempt_id, row.position): row for row in rows}


def _table(
    sheets: Sequence[RawSheet], points: Mapping[tuple[int, int], ResponseScore], stored: Mapping[int, StoredParameters]
) -> Table:
    """Return answers and categories side by side, one column per calibrated version of a scale."""
    columns = {number: at for at, number in enumerate(sorted(stored))}
    categories = np.full((len(sheets), len(columns)), -1, dtype=np.int64)
    values: list[list[str | None]] = [[None] * len(columns) for _sheet in sheets]
    for row, sheet in enumerate(sheets):
        for placing in sheet.placings:
            score = points.get((sheet.attempt_id, placing.position))
            column = columns.get(placing.version_id)
            if column is None or score is None or score.points is None:
                continue
            categories[row, column] = category_of(score.points, stored[placing.version_id].steps)
            value = sheet.answers.get(placing.position, "[]")
            values[row][column] = None if value in {"[]", "{}"} else value
    return Table(
        parameters=[stored[number].parameters for number in sorted(stored)],
        categories=categories,
        choices=encode(values),
    )


def _seconds(sheets: Sequence[RawSheet], known: Mapping[tuple[int, int], float]) -> FloatArray:
    """Return the seconds of every answer, persons by versions; NaN where not answered or not known."""
    numbers = sorted({placing.version_id for sheet in sheets for placing in sheet.placings})
    columns = {number: at for at, number in enumerate(numbers)}
    found = np.full((len(sheets), len(columns)), np.nan)
    for row, sheet in enumerate(sheets):
        for placing in sheet.placings:
            spent = known.get((sheet.attempt_id, placing.position), 0.0)
            if spent > 0 and sheet.answers.get(placing.position, "[]") not in {"[]", "{}"}:
                found[row, columns[placing.version_id]] = spent
    return found
