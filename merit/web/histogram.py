"""How many people scored what: columns of counts with lines where levels begin."""

from __future__ import annotations

from collections.abc import Sequence

from merit.i18n import _
from merit.web.chart_rendering import BAD, BRAND, SOFT, once
from merit.web.charts import WIDTH, _altair, _draw, _rows

HEIGHT = 200


@once
def histogram(
    classes: Sequence[tuple[float, float, int]], *, cuts: Sequence[float], title: str, unit: str, width: int = WIDTH
) -> str:
    """Draw counts per class of the scale 0-100, the cuts as dashed lines.

    Parameters
    ----------
    classes
        (from, to, count) of every class, in order.
    cuts
        Where levels begin on the scale.
    unit
        What the horizontal axis shows.
    """
    alt = _altair()

    most = max([count for _low, _high, count in classes] or [0]) or 1
    bars = [
        {"low": low, "high": high, "count": count, "zero": 0, "text": str(count) if count else ""}
        for low, high, count in classes
    ]
    scale = alt.Scale(domain=[0, 100], nice=False)
    heights = alt.Scale(domain=[0, most * 1.15], nice=False)
    x = alt.X("low:Q", title=unit, scale=scale, axis=alt.Axis(values=list(range(0, 101, 20)), format="d"))
    y = alt.Y("count:Q", title=_("Peserta"), scale=heights, axis=alt.Axis(tickMinStep=1, tickCount=4, format="d"))
    base = alt.Chart(_rows(bars))
    layers = [
        base.mark_rect(color=BRAND, stroke="white", strokeWidth=1).encode(x=x, x2="high:Q", y=y, y2="zero:Q"),
        base.transform_calculate(mid="(datum.low + datum.high) / 2")
        .mark_text(dy=-8, color=SOFT)
        .encode(x=alt.X("mid:Q", scale=scale), y=y, text="text:N"),
    ]
    if cuts:
        lines = _rows([{"at": float(cut)} for cut in cuts])
        layers.append(
            alt.Chart(lines)
            .mark_rule(color=BAD, strokeDash=[5, 3], strokeWidth=1.5)
            .encode(x=alt.X("at:Q", scale=scale))
        )
    return _draw(layers, title=title, height=HEIGHT, width=width)
