"""Choose what a scoring measures with, and keep it beside the scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.measurement import Basis, basis_of
from merit.assessment.domain.sheets import WHOLE, Sheet
from merit.assessment.models.scoring import ScoreVersion
from merit.assessment.models.sittings import Sitting
from merit.assessment.models.standards import ScoreScale
from merit.assessment.queries.adaptive import sealed_scales
from merit.assessment.queries.score_scales import kept_bases, scales_in_force
from merit.assessment.queries.scores import current_version


def find_bases(
    session: Session, sitting: Sitting, sheets: Sequence[Sheet], versions: Mapping[int, str], *, keep: bool
) -> dict[str, Basis]:
    """Return how each competency of the sheets is measured; ``versions`` are the SHA-256 of their items by id.

    ``keep`` repeats the standing scoring: its parameters and cuts, and nothing on theta that was not before.
    """
    codes = sorted({code for sheet in sheets for code in sheet.results} - {WHOLE})
    standing = current_version(session, sitting.id) if keep else None
    if standing is not None:
        kept = kept_bases(session, standing.id)
        return {
            code: basis_of(code, [sheet.places for sheet in sheets], kept[code].scale)
            if kept.get(code, Basis()).scale
            else kept[code]
            for code in codes
            if code in kept
        }
    on = clock.local(sitting.starts_at).date()
    scales = {**scales_in_force(session, versions, on), **sealed_scales(session, sitting.id, versions, on)}
    return {code: basis_of(code, [sheet.places for sheet in sheets], scales.get(code)) for code in codes}


def keep_bases(session: Session, version: ScoreVersion, bases: Mapping[str, Basis]) -> None:
    """Write down how a scoring measured, for ever."""
    session.add_all(
        ScoreScale(
            score_version_id=version.id,
            competency=code,
            measure=basis.measure.value,
            reason="" if basis.reason is None else basis.reason.value,
            cut_set_id=basis.scale.cut_set_id if basis.scale else None,
            document=basis.scale.document() if basis.scale else {},
            sha256=basis.scale.sha256 if basis.scale else "",
        )
        for code, basis in sorted(bases.items())
    )
    session.flush()
