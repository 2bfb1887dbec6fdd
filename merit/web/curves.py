"""Curves over a scale with points of what was observed, and pairs of estimates against the diagonal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from merit.i18n import _
from merit.web.chart_rendering import BAD, BRAND, CALM, GOOD, INK, SOFT, WARN, once
from merit.web.charts import NARROW, WIDTH, _altair, _draw, _rows

HEIGHT = 240
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3])
_COLOURS = (BRAND, BAD, GOOD, WARN, CALM, INK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One named line through (x, y); ``points`` are drawn as dots of the same name."""

    name: str
    line: tuple[tuple[float, float], ...]
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure of one thing, before and now; ``is_alarm`` is drawn apart and named."""

    name: str
    before: float
    now: float
    is_alarm: bool = False


@once
def curves(
    shown: Sequence[Curve],
    *,
    title: str,
    across: str,
    up: str,
    top: float | None = None,
    marks: Sequence[int] = (),
    width: int = WIDTH,
) -> str:
    """Draw curves with their dots.

    Parameters
    ----------
    shown
        Lines in the order of the legend; dash and colour differ by place.
    across, up
        What the axes show.
    top
        Highest value of the vertical axis, None: from the data.
    marks
        Where the horizontal axis is marked, none: as it suits.

    """
    alt = _altair()

    names = [curve.name for curve in shown]
    lines = [{"name": curve.name, "x": x, "y": y} for curve in shown for x, y in curve.line]
    dots = [{"name": curve.name, "x": x, "y": y} for curve in shown for x, y in curve.points]
    legend = alt.Legend(columns=1 if width < NARROW else 4) if len(names) > 1 else None
    scale = alt.Scale(domain=names, range=[_COLOURS[place % len(_COLOURS)] for place in range(len(names))])
    dashes = alt.Scale(domain=names, range=[list(_DASHES[place % len(_DASHES)]) for place in range(len(names))])
    heights = alt.Scale(zero=True, nice=True) if top is None else alt.Scale(domain=[0, top], nice=False)
    usual = alt.Axis(tickCount=5 if width < NARROW else 9)
    axis = alt.Axis(values=list(marks), format="d") if marks else usual
    x = alt.X("x:Q", title=across, axis=axis, scale=alt.Scale(nice=False, zero=False))
    y = alt.Y("y:Q", title=up, scale=heights, axis=alt.Axis(grid=True, tickCount=5))
    colour = alt.Color("name:N", scale=scale, legend=legend)
    dash = alt.StrokeDash("name:N", scale=dashes, legend=legend)
    layers = [
        alt.Chart(_rows(lines))
        .mark_line(strokeWidth=2, interpolate="monotone")
        .encode(x=x, y=y, color=colour, strokeDash=dash)
    ]
    if dots:
        layers.append(
            alt.Chart(_rows(dots)).mark_point(size=55, filled=True, opacity=0.9).encode(x=x, y=y, color=colour)
        )
    return _draw(layers, title=title, height=HEIGHT, width=width)


@once
def estimates(shown: Sequence[Estimate], *, title: str, width: int = WIDTH) -> str:
    """Draw estimates of now against those of before; the line is where nothing moved."""
    alt = _altair()

    values = [value for one in shown for value in (one.before, one.now)]
    low, high = min(values) - 0.3, max(values) + 0.3
    rows = [
        {"name": one.name if one.is_alarm else "", "x": one.before, "y": one.now, "alarm": one.is_alarm}
        for one in shown
    ]
    scale = alt.Scale(domain=[low, high], nice=False)
    x = alt.X("x:Q", title=_("Dahulu"), scale=scale, axis=alt.Axis(tickCount=6))
    y = alt.Y("y:Q", title=_("Sekarang"), scale=scale, axis=alt.Axis(tickCount=6, grid=True))
    base = alt.Chart(_rows(rows))
    ends = alt.Chart(_rows([{"x": low, "y": low}, {"x": high, "y": high}]))
    calm, alarm = base.transform_filter("!datum.alarm"), base.transform_filter("datum.alarm")
    layers = [
        ends.mark_line(color=SOFT, strokeDash=[5, 3], strokeWidth=1).encode(x=x, y=y),
        calm.mark_point(size=55, filled=True, color=BRAND, opacity=0.85).encode(x=x, y=y),
        alarm.mark_point(size=90, shape="diamond", filled=True, color=BAD).encode(x=x, y=y),
        alarm.mark_text(align="left", dx=8, color=BAD).encode(x=x, y=y, text="name:N"),
    ]
    return _draw(layers, title=title, height=width if width < WIDTH else 320, width=width)
