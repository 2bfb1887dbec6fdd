"""Pictures of one item: who chooses which option, how its curve runs, where it measures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial

from merit.assessment.domain.item_analysis import FIFTHS, OptionFigures
from merit.assessment.services.item_analysis import CurveFigures, ScalePrecision
from merit.assessment.views.result_pictures import Figure
from merit.i18n import _
from merit.web.charts import PHONE
from merit.web.curves import Curve, curves
from merit.web.filters import number, percent

_EVERY = 5
_WORST = 2.0  # errors beyond this are drawn at it


def draw_options(options: Sequence[OptionFigures], names: Mapping[str, str]) -> Figure | None:
    """Draw the share of every option among fifths of ability; None without options."""
    if not options:
        return None
    shown = [
        Curve(name=names.get(option.value, option.value), line=line, points=line)
        for option in options
        for line in [tuple((place + 1.0, share) for place, share in enumerate(option.by_fifth) if math.isfinite(share))]
    ]
    caption = _("Pilihan jawaban menurut kemampuan: dari seperlima terendah (1) sampai seperlima tertinggi (5).")
    draw = partial(
        curves,
        shown,
        title=caption,
        across=_("Seperlima peserta"),
        up=_("Bagian peserta"),
        top=1.0,
        marks=range(1, FIFTHS + 1),
    )
    columns = [_("Pilihan"), _("Peserta"), _("Bagian"), _("Korelasi"), *(str(one + 1) for one in range(FIFTHS))]
    return Figure(
        svg=draw(),
        narrow=draw(width=PHONE + 60),
        caption=caption,
        columns=columns,
        rows=[
            [
                names.get(option.value, option.value),
                number(option.count),
                percent(option.share, 0),
                _shown(option.correlation),
                *("–" if math.isnan(share) else percent(share, 0) for share in option.by_fifth),
            ]
            for option in options
        ],
        note=_("Pilihan terbaik seharusnya naik ke kanan, pengecoh turun."),
    )


def draw_curve(found: CurveFigures) -> Figure:
    """Draw the expected share of the points over the scale, with what was observed."""
    observed = tuple((theta, share) for theta, share, _persons in found.observed)
    line = tuple(zip(found.theta, found.expected, strict=True))
    caption = _("Kurva karakteristik: bagian poin menurut kemampuan; titik adalah peserta yang diamati.")
    draw = partial(
        curves,
        [Curve(name=_("Model"), line=line, points=observed)],
        title=caption,
        across=_("Kemampuan (θ)"),
        up=_("Bagian poin"),
        top=1.0,
    )
    return Figure(
        svg=draw(),
        narrow=draw(width=PHONE + 60),
        caption=caption,
        columns=["θ", _("Diamati"), _("Menurut model"), _("Peserta")],
        rows=[
            [number(theta, 2), percent(share, 0), percent(_at(found, theta), 0), number(persons)]
            for theta, share, persons in found.observed
        ],
    )


def draw_item_information(found: CurveFigures) -> Figure:
    """Draw the information of the item over the scale."""
    caption = _("Kurva informasi: di mana pada skala butir ini paling banyak mengurangi galat.")
    line = tuple(zip(found.theta, found.information, strict=True))
    draw = partial(
        curves,
        [Curve(name=_("Informasi"), line=line)],
        title=caption,
        across=_("Kemampuan (θ)"),
        up=_("Informasi"),
    )
    rows = [
        [number(found.theta[place], 0), number(found.information[place], 3)]
        for place in range(0, len(found.theta), _EVERY)
    ]
    return Figure(svg=draw(), narrow=draw(width=PHONE + 60), caption=caption, columns=["θ", _("Informasi")], rows=rows)


def draw_precision(scales: Sequence[ScalePrecision]) -> Figure | None:
    """Draw the standard error over each scale of a sitting; None where nothing is calibrated."""
    if not scales:
        return None
    lines = [
        Curve(
            name=one.scale,
            line=tuple(
                (theta, min(1 / math.sqrt(max(value, 1e-9)), _WORST))
                for theta, value in zip(one.theta, one.information, strict=True)
            ),
        )
        for one in scales
    ]
    caption = _("Galat baku kemampuan di setiap tempat pada skala: makin rendah, makin teliti.")
    draw = partial(curves, lines, title=caption, across=_("Kemampuan (θ)"), up=_("Galat baku θ"))
    return Figure(
        svg=draw(),
        narrow=draw(width=PHONE + 60),
        caption=caption,
        columns=[
            "θ",
            *(f"{_('Informasi')} {one.scale}" for one in scales),
            *(f"{_('Galat')} {one.scale}" for one in scales),
        ],
        rows=[
            [
                number(scales[0].theta[place], 0),
                *(number(one.information[place], 2) for one in scales),
                *(number(1 / math.sqrt(max(one.information[place], 1e-9)), 2) for one in scales),
            ]
            for place in range(0, len(scales[0].theta), _EVERY)
        ],
        note="; ".join(
            _(
                "%(scale)s: %(items)s butir berparameter, keandalan %(reliability)s",
                scale=one.scale,
                items=number(one.items),
                reliability=number(one.reliability, 2),
            )
            for one in scales
        ),
    )


def _at(found: CurveFigures, theta: float) -> float:
    place = min(range(len(found.theta)), key=lambda one: abs(found.theta[one] - theta))
    return found.expected[place]


def _shown(value: float) -> str:
    return "–" if math.isnan(value) else number(value, 2)
