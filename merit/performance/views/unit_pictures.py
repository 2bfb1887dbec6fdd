"""Trends of a unit's figures and of its satisfaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from merit.i18n import _
from merit.people.queries.facts import FactRow
from merit.performance.domain.awards import AWARDS, load_awards
from merit.performance.domain.satisfaction import find_interval
from merit.web.charts import NARROW, Point, line_history
from merit.web.filters import number
from merit.web.labels import label

_FEWEST = 2  # one point is no trend
_MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture with the numbers it was drawn from."""

    svg: str
    caption: str
    columns: list[str]
    rows: list[list[str]]


def draw_trends(unit: str, results: Sequence[FactRow]) -> list[Picture]:
    """Draw the achievement and each award figure over the years, where there are at least two."""
    found = []
    for figure in ("achievement", *AWARDS):
        pairs = [(str(row.year), getattr(row, figure)) for row in sorted(results, key=lambda row: row.year)]
        pairs = [(year, value) for year, value in pairs if value is not None][-_MOST:]
        if len(pairs) < _FEWEST:
            continue
        name = _("Capaian perjanjian kinerja") if figure == "achievement" else label(figure, "award")
        axis = _("persen") if figure == "achievement" else _("skala 0–%(top)s", top=load_awards()[figure].highest)
        points = [Point(when=year, value=float(value)) for year, value in pairs]
        caption = _("%(name)s, %(first)s–%(last)s", name=name, first=pairs[0][0], last=pairs[-1][0])
        found.append(
            Picture(
                svg=line_history(points, title=f"{caption}: {unit}", unit=axis, width=NARROW),
                caption=caption,
                columns=[_("Tahun"), name],
                rows=[[year, number(value)] for year, value in pairs],
            )
        )
    return found


def draw_satisfaction(unit: str, surveys: Sequence[FactRow]) -> Picture | None:
    """Draw the index over the periods with its 95 % interval; None for fewer than two."""
    if len(surveys) < _FEWEST:
        return None
    points, rows = [], []
    for row in surveys[-_MOST:]:
        interval = find_interval(row.score, row.respondents, row.deviation)
        low, high = (None, None) if interval is None else (interval.low, interval.high)
        points.append(Point(when=row.period, value=float(row.score), low=low, high=high))
        ends = "–" if interval is None else f"{number(interval.low, 1)}–{number(interval.high, 1)}"
        rows.append([row.period, number(row.score), ends])
    caption = _("Indeks kepuasan masyarakat per periode, dengan selang 95 persen")
    return Picture(
        svg=line_history(points, title=f"{caption}: {unit}", unit=_("indeks 25–100")),
        caption=caption,
        columns=[_("Periode"), _("Indeks"), _("Selang 95 persen")],
        rows=rows,
    )
