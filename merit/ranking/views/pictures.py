"""Charts of a run: the view-models' numbers handed to the drawing functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from merit.i18n import _
from merit.ranking.report.explanation import Explanation
from merit.ranking.report.shortlist import Forest, ShortlistPage
from merit.web import charts
from merit.web.filters import number, signed

_LEAST_ROWS, _ROWS_BELOW = 10, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture with its words and its numbers, as ``components/figure.html`` wants them.

    ``narrow``: the same picture drawn for a telephone.
    """

    svg: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    narrow: str = ""


def draw_forest(page: ShortlistPage) -> Figure | None:
    """Draw the rank intervals of a shortlist; None where nothing was drawn."""
    return None if page.forest is None else forest_figure(page.forest)


def forest_figure(forest: Forest) -> Figure:
    """Draw rank intervals with the cut and the indistinguishable band, and a few officials below both."""
    first, last = forest.band[0] + 1, forest.band[1]
    rows = forest.rows[: max(_LEAST_ROWS, last + _ROWS_BELOW, forest.size + _ROWS_BELOW)]
    left_out = forest.left_out + len(forest.rows) - len(rows)
    caption = _("Rentang peringkat 90 persen; garis putus-putus adalah batas %(size)s nama.", size=forest.size)
    note = ""
    if last >= first:
        note = _(
            "Urutan %(first)s–%(last)s (bidang kuning) tidak dapat dibedakan oleh bukti yang ada.",
            first=first,
            last=last,
        )
    if left_out:
        note += " " + _("%(count)s pegawai di bawahnya tidak digambar.", count=number(left_out))
    intervals = [
        charts.RankInterval(
            name=row.name,
            rank=row.rank,
            low=row.rank_interval[0] if row.rank_interval else row.rank,
            high=row.rank_interval[1] if row.rank_interval else row.rank,
        )
        for row in rows
    ]
    band = (first, last) if last >= first else None
    draw = partial(charts.forest, intervals, cut=forest.size, band=band, title=caption)
    return Figure(
        svg=draw(),
        narrow=draw(width=charts.PHONE),
        caption=caption,
        note=note.strip(),
        columns=[
            _("Nama"),
            _("Peringkat"),
            _("Terbaik"),
            _("Terburuk"),
            _("Peluang masuk %(size)s nama", size=forest.size),
        ],
        rows=[
            [
                row.name,
                number(row.rank),
                number(row.rank_interval[0]) if row.rank_interval else "–",
                number(row.rank_interval[1]) if row.rank_interval else "–",
                number(round((row.p_top or 0) * 100, 1), 1) + " %",
            ]
            for row in rows
        ],
    )


def draw_waterfall(shown: Explanation, *, own: bool = False) -> Figure | None:
    """Draw how the contributions lead from the reference to the score; None where no reference may be shown."""
    if not shown.bars or shown.score is None:
        return None
    caption = _(
        "Dari %(reference)s ke %(score)s: setiap batang menambah atau mengurangi poin.",
        reference=number(shown.reference, 2),
        score=number(shown.score, 2),
    )
    draw = partial(
        charts.waterfall,
        [charts.Part(label=part.label, value=float(part.contribution)) for part in shown.parts],
        reference=float(shown.reference),
        total=float(shown.score),
        title=caption,
        reference_label=_("Pada batas nama") if shown.reference_kind == "cut" else _("Rata-rata yang memenuhi"),
        total_label=_("Nilai Anda") if own else _("Nilai"),
    )
    rows = [[part.label, number(part.points, 2), signed(part.contribution, 2)] for part in shown.parts]
    columns = [_("Indikator"), _("Poin"), _("Selisih dari acuan")]
    return Figure(svg=draw(), narrow=draw(width=charts.PHONE), caption=caption, columns=columns, rows=rows)


def draw_pair(shown: Explanation) -> Figure | None:
    """Draw what each indicator adds to the difference between two officials."""
    pair = shown.pair
    if pair is None:
        return None
    lines = [line for line in pair.lines if float(line.difference)]
    draw = partial(
        charts.mirrored_bars,
        [
            charts.Pair(label=line.label, first=max(float(line.shown), 0.0), second=max(-float(line.shown), 0.0))
            for line in lines
        ],
        name_a=pair.above_name,
        name_b=pair.below_name,
        title=pair.sentence,
    )
    never = _("tidak pernah berbalik")
    rows = [
        [
            line.label,
            signed(line.shown, 2),
            number(line.weight, 4),
            number(line.flips_at, 4) if line.flips_at else never,
        ]
        for line in pair.lines
    ]
    return Figure(
        svg=draw(),
        narrow=draw(width=charts.PHONE),
        caption=_("Poin yang memisahkan keduanya; batang memihak nama yang unggul pada indikator itu."),
        columns=[_("Indikator"), _("Selisih"), _("Bobot"), _("Berbalik pada bobot")],
        rows=rows,
    )


def draw_competencies(shown: Explanation) -> Figure | None:
    """Draw the achieved level of each competency against the standard of the position."""
    lines = shown.competencies
    if not lines:
        return None
    caption = _("Level yang dicapai terhadap standar jabatan; garis menunjukkan satu galat baku ke kiri dan kanan.")
    draw = partial(
        charts.dots_against_standard,
        [
            charts.LevelRow(
                label=line.name,
                level=line.level,
                standard=line.standard,
                low=max(1.0, line.level - line.error) if line.error else None,
                high=min(5.0, line.level + line.error) if line.error else None,
            )
            for line in lines
        ],
        title=caption,
    )
    rows = [
        [f"{line.code} {line.name}", number(line.standard), number(line.level, 2), number(line.error, 2)]
        for line in lines
    ]
    columns = [_("Kompetensi"), _("Standar"), _("Level"), _("Galat baku")]
    return Figure(svg=draw(), narrow=draw(width=charts.PHONE), caption=caption, columns=columns, rows=rows)
