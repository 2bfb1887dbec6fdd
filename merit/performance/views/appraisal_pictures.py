"""Pictures of appraisals."""

from __future__ import annotations

from collections.abc import Sequence

from merit.i18n import _
from merit.people.queries.facts import FactRow
from merit.web.charts import PHONE, Point, line_history


def draw_history(years: Sequence[FactRow]) -> dict[str, str] | None:
    """Return the predicates of the years as a picture, wide and for a telephone; None with fewer than two."""
    if len(years) < 2:  # noqa: PLR2004 -- one year is no history
        return None
    points = [Point(when=str(row.year), value=float(row.predicate)) for row in reversed(years)]
    title = _("Predikat kinerja per tahun, 1 Sangat Kurang sampai 5 Sangat Baik")
    arguments = {"title": title, "unit": _("Predikat (1–5)"), "domain": (1.0, 5.0), "digits": 0}
    return {
        "wide": line_history(points, **arguments),  # type: ignore[arg-type]  # one dictionary for both
        "narrow": line_history(points, **arguments, width=PHONE),  # type: ignore[arg-type]
        "caption": title,
    }
