"""Pictures of test results: how scores spread, and one person's levels against the standard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from merit.assessment.domain.items import MAX_LEVEL
from merit.assessment.domain.reports import spread
from merit.assessment.models.scoring import CandidateResult
from merit.i18n import _
from merit.web import charts
from merit.web.filters import number
from merit.web.histogram import histogram
from merit.web.labels import label


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture with its words and its numbers, as ``components/figure.html`` wants them."""

    svg: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    narrow: str = ""


def draw_spread(scores: Sequence[float], cuts: Sequence[Decimal]) -> Figure | None:
    """Draw how many candidates scored what; None without scores, no lines where levels do not follow from scores."""
    if not scores:
        return None
    classes = spread(scores)
    if cuts:
        caption = _(
            "Sebaran nilai %(count)s peserta; garis putus-putus adalah batas tingkat.", count=number(len(scores))
        )
    else:
        caption = _(
            "Sebaran nilai %(count)s peserta; tingkatnya ditentukan pada skala kemampuan.", count=number(len(scores))
        )
    draw = partial(histogram, classes, cuts=[float(cut) for cut in cuts], title=caption, unit=_("Nilai (skala 0–100)"))
    return Figure(
        svg=draw(),
        narrow=draw(width=charts.PHONE + 60),
        caption=caption,
        columns=[_("Nilai"), _("Peserta")],
        rows=[[f"{number(low, 0)}–{number(high, 0)}", number(count)] for low, high, count in classes],
    )


def draw_levels(results: Sequence[CandidateResult], standard: Mapping[str, int]) -> Figure | None:
    """Draw one person's levels against the standard with error bars; None where nothing can be compared."""
    shown = [row for row in results if row.level is not None and row.competency in standard]
    if not shown:
        return None
    caption = _("Tingkat yang dicapai dan kisarannya, dibandingkan dengan standar jabatan.")
    rows = [
        charts.LevelRow(
            label=f"{row.competency} {label(row.competency, 'competency')}",
            level=float(row.level or 0),
            standard=float(standard[row.competency]),
            low=_end(row, -1),
            high=_end(row, 1),
        )
        for row in shown
    ]
    draw = partial(charts.dots_against_standard, rows, title=caption)
    return Figure(
        svg=draw(),
        narrow=draw(width=charts.PHONE),
        caption=caption,
        columns=[_("Kompetensi"), _("Tingkat"), _("Galat"), _("Standar")],
        rows=[
            [
                label(row.competency, "competency"),
                number(row.level),
                number(row.level_se, 2),
                number(standard[row.competency]),
            ]
            for row in shown
        ],
    )


def _end(row: CandidateResult, sign: int) -> float | None:
    if row.level is None or row.level_se is None:
        return None
    return min(float(MAX_LEVEL), max(1.0, row.level + sign * float(row.level_se)))
