"""What scorings measure with: the scales in force, and those kept with a scoring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.assessment.domain.measurement import Basis, Measure, MeasureReason, Scale, ScaleItem, read_scale
from merit.assessment.models.calibration import Calibration
from merit.assessment.models.standards import CutSet, ScoreScale
from merit.assessment.queries.calibrations import parameters_in_force
from merit.assessment.queries.cuts import find_cut_sets, theta_cuts


def scales_in_force(session: Session, versions: Mapping[int, str], on: dt.date) -> dict[str, Scale]:
    """Return the scales of calibrated versions by competency; ``versions`` are SHA-256 by id, ``on`` dates the cuts."""
    stored = parameters_in_force(session, versions.keys())
    codes = sorted({one.scale for one in stored.values()})
    cuts = find_cut_sets(session, codes, on)
    found = {}
    for code in codes:
        own = [one for one in stored.values() if one.scale == code]
        found[code] = Scale(
            items={versions[one.version_id]: ScaleItem(parameters=one.parameters, steps=one.steps) for one in own},
            cuts=theta_cuts(cuts[code]) if code in cuts else (),
            cut_set_id=cuts[code].id if code in cuts else None,
            calibrations=tuple(sorted({one.calibration_id for one in own})),
        )
    return found


def scales_stamp(session: Session) -> tuple[str, ...]:
    """Return numbers that differ as soon as a calibration or a set of cuts is decided."""
    calibrations = session.execute(select(func.count(), func.max(Calibration.decided_at))).one()
    cuts = session.execute(select(func.count(CutSet.decided_at), func.max(CutSet.decided_at))).one()
    return tuple(map(str, (*calibrations, *cuts)))


def kept_bases(session: Session, score_version_id: int) -> dict[str, Basis]:
    """Return how a scoring measured each competency; a competency not among them is measured classically."""
    rows = session.scalars(
        select(ScoreScale).where(ScoreScale.score_version_id == score_version_id).order_by(ScoreScale.competency)
    )
    return {row.competency: _basis(row) for row in rows}


def _basis(row: ScoreScale) -> Basis:
    if row.measure == Measure.THETA:
        return Basis(scale=read_scale(row.document, cut_set_id=row.cut_set_id))
    return Basis(reason=MeasureReason(row.reason))
