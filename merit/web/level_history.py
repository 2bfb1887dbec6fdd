"""Several ratings on one scale of named levels, year by year: a line each, told apart by shape as well as colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from merit.web.chart_rendering import BRAND, SOFT, WARN, once
from merit.web.charts import NARROW, WIDTH, _altair, _draw, _rows

_COLOURS, _SHAPES, _SIZES = (BRAND, WARN, SOFT), ("circle", "triangle-up", "square"), (190, 70, 60)
HEIGHT = 150


@once
def level_history(
    lines: Mapping[str, Sequence[tuple[str, int]]], *, levels: Sequence[str], title: str, width: int = WIDTH
) -> str:
    """Draw one line per rating.

    Parameters
    ----------
    lines
        Name of a rating to its (text on the axis, level from 1), in order.
    levels
        Words of the levels, lowest first.
    """
    alt = _altair()

    names = list(lines)
    marks = [{"name": name, "when": when, "level": level} for name, line in lines.items() for when, level in line]
    order = list(dict.fromkeys(mark["when"] for mark in marks))
    words = "[" + ",".join(f"'{word}'" for word in levels) + "][datum.value - 1]"
    x = alt.X(
        "when:O",
        sort=order,
        title=None,
        axis=alt.Axis(labelAngle=0, grid=False),
        scale=alt.Scale(type="point", padding=0.4),
    )
    y = alt.Y(
        "level:Q",
        title=None,
        scale=alt.Scale(domain=[0.6, len(levels) + 0.4], nice=False),
        axis=alt.Axis(grid=True, values=list(range(1, len(levels) + 1)), labelExpr=words),
    )
    count = len(names)
    legend = alt.Legend(columns=1 if width < NARROW else count)
    colour = alt.Color("name:N", scale=alt.Scale(domain=names, range=list(_COLOURS[:count])), legend=legend)
    shape = alt.Shape("name:N", scale=alt.Scale(domain=names, range=list(_SHAPES[:count])), legend=legend)
    size = alt.Size("name:N", scale=alt.Scale(domain=names, range=list(_SIZES[:count])), legend=None)
    base = alt.Chart(_rows(marks))
    layers = [
        base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, detail="name:N"),
        base.mark_point(filled=True, opacity=1, stroke="white", strokeWidth=1).encode(
            x=x, y=y, color=colour, shape=shape, size=size
        ),
    ]
    return _draw(layers, title=title, height=HEIGHT, width=width)
