"""Pictures of calibrations: how far items moved, and how precisely the scale measures where."""

from __future__ import annotations

from functools import partial

import numpy as np

from merit.assessment.domain.scale import ItemParameters
from merit.assessment.psychometrics import ItemSet
from merit.assessment.queries.calibration_pages import CalibrationPage
from merit.assessment.views.result_pictures import Figure
from merit.i18n import _
from merit.web.charts import PHONE
from merit.web.curves import Curve, Estimate, curves, estimates
from merit.web.filters import number

REACH, STEP = 4.0, 0.25
DRIFT = "calibration-drift"


def draw_movement(page: CalibrationPage) -> Figure | None:
    """Draw difficulties of now against those of the calibration before; None without common items."""
    moved = [line for line in page.items if line.former is not None and line.item.origin == "estimated"]
    if not moved:
        return None
    shown = [
        Estimate(
            name=line.code,
            before=float(np.mean(line.former.thresholds)) if line.former else 0.0,
            now=float(np.mean(line.item.thresholds)),
            is_alarm=DRIFT in line.item.flags,
        )
        for line in moved
    ]
    caption = _("Kesulitan butir sekarang dibandingkan dengan kalibrasi %(number)s.", number=page.previous)
    draw = partial(estimates, shown, title=caption)
    return Figure(
        svg=draw(),
        narrow=draw(width=PHONE + 60),
        caption=caption,
        columns=[_("Butir"), _("Dahulu"), _("Sekarang"), _("Pergeseran")],
        rows=[[one.name, number(one.before, 2), number(one.now, 2), number(one.now - one.before, 2)] for one in shown],
        note=_("Garis putus-putus: tidak bergeser. Belah ketupat: bergeser lebih jauh daripada jangkar lain."),
    )


def draw_information(page: CalibrationPage) -> Figure | None:
    """Draw the information and the error of all items together over the scale; None without items."""
    if not page.items:
        return None
    items = ItemSet.of(
        ItemParameters(line.item.model, line.item.discrimination, tuple(line.item.thresholds), line.item.guessing)
        for line in page.items
    )
    theta = np.arange(-REACH, REACH + STEP / 2, STEP)
    total = items.information(theta).sum(axis=0)
    error = 1 / np.sqrt(np.maximum(total, 1e-9))
    caption = _("Galat baku bila semua %(count)s butir dikerjakan, di setiap tempat pada skala.", count=len(page.items))
    line = tuple((float(at), float(min(spread, 2.0))) for at, spread in zip(theta, error, strict=True))
    draw = partial(
        curves,
        [Curve(name=_("Galat baku"), line=line)],
        title=caption,
        across=_("Kemampuan (θ)"),
        up=_("Galat baku θ"),
    )
    return Figure(
        svg=draw(),
        narrow=draw(width=PHONE + 60),
        caption=caption,
        columns=["θ", _("Informasi"), _("Galat baku")],
        rows=[[number(theta[at], 0), number(total[at], 2), number(error[at], 2)] for at in range(0, len(theta), 4)],
    )
