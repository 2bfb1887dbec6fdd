"""Pictures of appraisals, the same for the official, the superior and the agency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from merit.i18n import _
from merit.people.queries.facts import FactRow
from merit.web.charts import NARROW, PHONE, Point, line_history
from merit.web.labels import label
from merit.web.level_history import level_history

RATING_LEVELS = (1, 2, 3)


def draw_history(years: Sequence[FactRow]) -> list[dict[str, str]]:
    """Return the predicates, and the two ratings they follow from, as pictures; empty with fewer than two years.

    ``years`` newest first. Each picture is drawn wide and for a telephone.
    """
    if len(years) < 2:  # noqa: PLR2004 -- one year is no history
        return []
    ordered = list(reversed(years))
    caption = _("Predikat kinerja per tahun, 1 Sangat Kurang sampai 5 Sangat Baik")
    points = [Point(when=str(row.year), value=float(row.predicate)) for row in ordered]
    predicate: dict[str, Any] = {"title": caption, "unit": _("Predikat (1–5)"), "domain": (1.0, 5.0), "digits": 0}
    both = _("Hasil kerja dan perilaku kerja per tahun, dibandingkan dengan ekspektasi")
    lines = {
        _("Hasil kerja"): [(str(row.year), row.result_rating) for row in ordered],
        _("Perilaku kerja"): [(str(row.year), row.behaviour_rating) for row in ordered],
    }
    ratings: dict[str, Any] = {"levels": [label(number, "rating") for number in RATING_LEVELS], "title": both}
    return [
        {
            "caption": caption,
            "wide": line_history(points, **predicate, width=NARROW),
            "narrow": line_history(points, **predicate, width=PHONE),
        },
        {
            "caption": both,
            "wide": level_history(lines, **ratings, width=NARROW),
            "narrow": level_history(lines, **ratings, width=PHONE),
        },
    ]
