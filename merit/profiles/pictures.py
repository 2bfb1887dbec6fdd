"""Pictures of one official's records."""

from __future__ import annotations

from collections.abc import Iterable

from merit.i18n import _
from merit.profiles.queries import CompetencyLine
from merit.web.charts import LevelRow, dots_against_standard
from merit.web.labels import label


def draw_competencies(lines: Iterable[CompetencyLine]) -> str:
    """Draw the levels reached against the standard; empty when nothing can be compared."""
    rows = [
        LevelRow(
            label=f"{line.standard.code} {label(line.standard.code, 'competency')}",
            level=float(line.standing.result.level),
            standard=float(line.standard.level),
            low=_bounded(line.standing.result.level, line.standing.result.se, -1),
            high=_bounded(line.standing.result.level, line.standing.result.se, 1),
        )
        for line in lines
        if line.standing is not None and line.standard.level is not None
    ]
    return dots_against_standard(rows, title=_("Tingkat kompetensi terhadap standar jabatan")) if rows else ""


def _bounded(level: int, error: object, sign: int) -> float | None:
    """Return level ± one standard error within the scale 1-5; None when no error is known."""
    if error is None:
        return None
    return min(5.0, max(1.0, float(level) + sign * float(str(error))))
