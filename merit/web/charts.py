"""Pictures of results: plain data in, SVG out; caption and table of numbers are the template's business.

Every function takes ``title``, the sentence that names the picture for people who do not see it. Numbers are in
the unit of the page; colour is never the only sign. ``width`` is that of the plot in pixels: 560 fills a page or a
PDF, ``NARROW`` one of two columns, ``PHONE`` a telephone (labels then take two lines).
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app, has_app_context

from merit.i18n import _
from merit.web.chart_rendering import (
    AXIS,
    BAD,
    BAD_TEXT,
    BAND,
    BRAND,
    BRAND_PALE,
    BRAND_TEXT,
    CALM,
    GOOD,
    INK,
    SOFT,
    WARN,
    WARN_TEXT,
    once,
    render,
    theme,
)
from merit.web.filters import number, signed

ROW = 26
WIDTH = 560
NARROW = 330
PHONE = 150
LEVELS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RankInterval:
    """One candidate's rank and the ranks that the evidence allows (5-95 % of draws)."""

    name: str
    rank: int
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One signed part of a sum, in points."""

    label: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Points of two candidates on one indicator."""

    label: str
    first: float
    second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """An achieved level (1-5) against the standard; ``low`` and ``high`` are the ends of its error bar."""

    label: str
    level: float
    standard: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A value at a time; ``when`` is the text on the axis, in order."""

    when: str
    value: float
    low: float | None = None
    high: float | None = None


def _altair() -> Any:
    import altair as alt  # noqa: PLC0415 -- slow import

    return alt


def _folder() -> Path | None:
    if not has_app_context() or "SETTINGS" not in current_app.config:
        return None
    path: Path = current_app.config["SETTINGS"].files_path / "charts"
    return path


def _draw(layers: Sequence[Any], *, title: str, height: int, width: int) -> str:
    alt = _altair()

    chart = alt.layer(*layers).properties(width=width, height=height)
    specification = chart.to_dict(context={"pre_transform": False})
    specification["config"] = theme(width)
    specification.pop("$schema", None)
    return render(specification, title=title, folder=_folder())


def _rows(values: Sequence[dict[str, Any]]) -> Any:
    alt = _altair()

    return alt.InlineData(values=list(values))


def _row_axis(labels: Sequence[str]) -> Any:
    alt = _altair()

    scale, axis = alt.Scale(paddingInner=0.3, paddingOuter=0.2), alt.Axis(labelExpr="split(datum.label, '\\n')")
    return alt.Y("label:N", sort=list(labels), title=None, scale=scale, axis=axis)


def _in_lines(label: str, width: int) -> str:
    """Break a row's label into two lines where the picture is drawn for a telephone."""
    if width > PHONE:
        return label
    return "\n".join(textwrap.wrap(label, 21, max_lines=2, placeholder="…"))


def _ticks(width: int) -> int:
    """Return how many marks an axis of this width has room for."""
    return max(3, width // 75)


@once
def forest(
    rows: Sequence[RankInterval], *, cut: int, band: tuple[int, int] | None, title: str, width: int = WIDTH
) -> str:
    """Draw rank intervals with the cut and the indistinguishable band.

    Parameters
    ----------
    rows
        Candidates in the order of the list; positions in ``band`` count from one in this order.
    cut
        Number of names that go to the PPK; the line lies behind this rank.
    band
        First and last position of those whom the evidence cannot tell apart, None for an empty band.
    """
    alt = _altair()

    last = max(cut + 1, *(row.high for row in rows))
    labels = [f"{row.rank}  {row.name}" for row in rows]
    y = _row_axis(labels)
    marks = [
        {"label": label, "rank": row.rank, "low": row.low, "high": row.high}
        for label, row in zip(labels, rows, strict=True)
    ]
    shaded = [mark for at, mark in enumerate(marks, start=1) if band and band[0] <= at <= band[1]]
    scale = alt.Scale(domain=[0.5, last + 0.5], nice=False)
    ticks = list(range(1, last + 1, max(1, -(-last // (2 * _ticks(width))))))
    x = alt.X("low:Q", title=_("Peringkat (rentang 90 persen)"), scale=scale, axis=alt.Axis(values=ticks, format="d"))
    cut_line = _rows([{"at": cut + 0.5, "text": _("batas %(count)s nama", count=cut)}])
    layers = [
        alt.Chart(_rows(marks))
        .mark_rule(strokeWidth=6, color=BRAND_PALE, strokeCap="round")
        .encode(y=y, x=x, x2="high:Q"),
        alt.Chart(_rows(marks))
        .mark_circle(size=90, color=BRAND, opacity=1, stroke="white", strokeWidth=1.5)
        .encode(y=y, x="rank:Q"),
        alt.Chart(cut_line).mark_rule(color=BAD, strokeDash=[5, 3], strokeWidth=1.5).encode(x="at:Q"),
        alt.Chart(cut_line)
        .mark_text(align="left", dx=5, dy=-7, color=BAD_TEXT)
        .encode(x="at:Q", y=alt.value(0), text="text:N"),
    ]
    if shaded:
        whole = alt.Chart(_rows(shaded)).mark_bar(color=BAND, height=alt.RelativeBandSize(band=1.45))
        layers.insert(
            0,
            whole.encode(y=y, x=alt.X("from:Q", scale=scale), x2="to:Q").transform_calculate(
                **{"from": "0.5", "to": str(last + 0.5)}
            ),
        )
    return _draw(layers, title=title, height=ROW * len(rows), width=width)


def _running(parts: Sequence[Part], reference: float) -> list[dict[str, Any]]:
    rows, level = [], reference
    for part in parts:
        rows.append({"label": part.label, "from": level, "to": level + part.value, "value": part.value})
        level += part.value
    return rows


@once
def waterfall(
    parts: Sequence[Part],
    *,
    reference: float,
    total: float,
    title: str,
    digits: int = 2,
    reference_label: str = "",
    total_label: str = "",
    width: int = WIDTH,
) -> str:
    """Draw how the contributions lead from the reference to the score, all in points (0-100).

    The axis shows the part of the scale in which the steps lie; reference and score are marks, not bars, so that
    the cut axis does not mislead.
    """
    alt = _altair()

    start = _in_lines(reference_label or _("Rata-rata calon"), width)
    end = _in_lines(total_label or _("Nilai akhir"), width)
    parts = [Part(label=_in_lines(part.label, width), value=part.value) for part in parts]
    steps = _running(parts, reference)
    ends = [
        {"label": start, "at": reference, "text": number(reference, digits), "tone": CALM},
        {"label": end, "at": total, "text": number(total, digits), "tone": BRAND},
    ]
    labels = [start, *(part.label for part in parts), end]
    values = [reference, total, *(step["to"] for step in steps)]
    pad = max((max(values) - min(values)) * 0.18, 1.0)
    scale = alt.Scale(domain=[max(0.0, min(values) - pad), min(100.0 + pad, max(values) + pad)], nice=False)
    y, x = (
        _row_axis(labels),
        alt.X("from:Q", title=_("Nilai (skala 0–100)"), scale=scale, axis=alt.Axis(tickCount=_ticks(width))),
    )
    for step in steps:
        step |= {"text": signed(step["value"], digits), "right": max(step["from"], step["to"])}
        step |= {"tone": GOOD if step["value"] > 0 else BAD if step["value"] < 0 else CALM}
    tone = alt.Color("tone:N", scale=None)
    layers = [
        alt.Chart(_rows(ends)).mark_rule(strokeDash=[4, 3], color=AXIS).encode(x=alt.X("at:Q", scale=scale)),
        alt.Chart(_rows(steps)).mark_bar(cornerRadius=3).encode(y=y, x=x, x2="to:Q", color=tone),
        alt.Chart(_rows(steps)).mark_text(align="left", dx=6, fontWeight=600).encode(y=y, x="right:Q", text="text:N"),
        alt.Chart(_rows(ends))
        .mark_point(shape="diamond", size=150, filled=True, opacity=1)
        .encode(y=y, x="at:Q", color=tone),
        alt.Chart(_rows(ends)).mark_text(align="left", dx=11, fontWeight=700).encode(y=y, x="at:Q", text="text:N"),
    ]
    return _draw(layers, title=title, height=(ROW + 4) * len(labels), width=width)


@once
def mirrored_bars(
    pairs: Sequence[Pair], *, name_a: str, name_b: str, title: str, digits: int = 2, width: int = WIDTH
) -> str:
    """Draw the points of two candidates back to back, one row per indicator."""
    alt = _altair()

    most = max([abs(value) for pair in pairs for value in (pair.first, pair.second)] or [1.0]) or 1.0
    labels = [_in_lines(pair.label, width) for pair in pairs]
    sides = [
        {"label": label, "at": sign * value, "text": number(value, digits) if value else "", "tone": tone}
        for label, pair in zip(labels, pairs, strict=True)
        for sign, value, tone in ((-1, pair.first, BRAND), (1, pair.second, WARN))
    ]
    scale = alt.Scale(domain=[-most * 1.25, most * 1.25], nice=False)
    axis = alt.Axis(labelExpr="format(abs(datum.value), '~g')", title=_("Poin"), tickCount=_ticks(width))
    y, x = _row_axis(labels), alt.X("at:Q", scale=scale, axis=axis)
    tone = alt.Color("tone:N", scale=None)
    names = [
        {"at": -most * 0.6, "text": f"◀ {name_a}", "tone": BRAND_TEXT},
        {"at": most * 0.6, "text": f"{name_b} ▶", "tone": WARN_TEXT},
    ]
    base = alt.Chart(_rows(sides))
    layers = [
        base.mark_bar(cornerRadiusEnd=3).encode(y=y, x=x, color=tone),
        base.transform_filter("datum.at <= 0 && datum.tone == '" + BRAND + "'")
        .mark_text(align="right", dx=-5)
        .encode(y=y, x="at:Q", text="text:N"),
        base.transform_filter("datum.tone == '" + WARN + "'")
        .mark_text(align="left", dx=5)
        .encode(y=y, x="at:Q", text="text:N"),
        alt.Chart(_rows([{"at": 0}])).mark_rule(color=SOFT).encode(x="at:Q"),
        alt.Chart(_rows(names))
        .mark_text(fontWeight=600, dy=-12, limit=max(width // 2, NARROW // 2))
        .encode(x="at:Q", y=alt.value(0), text="text:N", color=tone),
    ]
    return _draw(layers, title=title, height=(ROW + 4) * len(pairs), width=width)


@once
def dots_against_standard(rows: Sequence[LevelRow], *, title: str, highest: int = LEVELS, width: int = WIDTH) -> str:
    """Draw achieved levels (1 to ``highest``) against the standard, with error bars where they are known.

    A level is a mean over what may be true; whether the standard is met goes by the nearest whole level.
    """
    alt = _altair()

    met, below, standard = _("memenuhi standar"), _("di bawah standar"), _("standar jabatan")
    labels = [_in_lines(row.label, width) for row in rows]
    marks = [
        {
            "label": label,
            "at": row.level,
            "low": row.low,
            "high": row.high,
            "kind": met if int(row.level + 0.5) >= row.standard else below,
        }
        for label, row in zip(labels, rows, strict=True)
    ]
    norms = [{"label": label, "at": row.standard, "kind": standard} for label, row in zip(labels, rows, strict=True)]
    kinds = alt.Scale(domain=[met, below, standard], range=[BRAND, BAD, INK])
    shapes = alt.Scale(domain=[met, below, standard], range=["circle", "triangle-down", "M0,-1V1"])
    scale = alt.Scale(domain=[0.6, highest + 0.4], nice=False)
    y = _row_axis(labels)
    x = alt.X("at:Q", title=_("Tingkat"), scale=scale, axis=alt.Axis(values=list(range(1, highest + 1)), format="d"))
    color, shape = alt.Color("kind:N", scale=kinds), alt.Shape("kind:N", scale=shapes)
    bars = [mark for mark in marks if mark["low"] is not None and mark["high"] is not None]
    layers = [
        alt.Chart(_rows(norms))
        .mark_point(size=420, strokeWidth=3, opacity=1)
        .encode(y=y, x=x, color=color, shape=shape),
        alt.Chart(_rows(marks)).mark_point(size=110, filled=True, opacity=1).encode(y=y, x=x, color=color, shape=shape),
    ]
    if bars:
        layers.insert(
            0,
            alt.Chart(_rows(bars))
            .mark_rule(strokeWidth=2, color=BRAND_PALE)
            .encode(y=y, x=alt.X("low:Q", scale=scale), x2="high:Q"),
        )
    return _draw(layers, title=title, height=ROW * len(rows), width=width)


@once
def line_history(
    points: Sequence[Point],
    *,
    title: str,
    unit: str,
    domain: tuple[float, float] | None = None,
    digits: int = 1,
    width: int = WIDTH,
) -> str:
    """Draw a value over time, with its interval where it is known; ``unit`` names the axis."""
    alt = _altair()

    order = [point.when for point in points]
    marks = [
        {"when": p.when, "value": p.value, "low": p.low, "high": p.high, "text": number(p.value, digits)}
        for p in points
    ]
    x = alt.X(
        "when:O",
        sort=order,
        title=None,
        axis=alt.Axis(labelAngle=0, grid=False),
        scale=alt.Scale(type="point", padding=0.4),
    )
    scale = alt.Scale(domain=list(domain), nice=False) if domain else alt.Scale(zero=False, padding=24)
    y = alt.Y("value:Q", title=unit, scale=scale, axis=alt.Axis(grid=True, tickCount=5))
    base = alt.Chart(_rows(marks))
    layers = [
        base.mark_line(color=BRAND, strokeWidth=2).encode(x=x, y=y),
        base.mark_circle(size=80, color=BRAND, opacity=1, stroke="white", strokeWidth=1.5).encode(x=x, y=y),
        base.mark_text(dy=-13, fontWeight=600).encode(x=x, y=y, text="text:N"),
    ]
    if any(mark["low"] is not None for mark in marks):
        known = _rows([mark for mark in marks if mark["low"] is not None])
        layers.insert(
            0,
            alt.Chart(known)
            .mark_area(color=BRAND_PALE, opacity=0.3)
            .encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q"),
        )
    return _draw(layers, title=title, height=220, width=width)
