"""``merit items equate``: what points on a new form are worth on an old one, from files of points."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import numpy as np

from merit.cli.common import sentences
from merit.cli.psychometric_answers import check_out, deliver
from merit.cli.response_files import read_responses
from merit.errors import InvalidInputError
from merit.i18n import _
from merit.web.downloads import Sheet

if TYPE_CHECKING:
    from merit.assessment.psychometrics import Equated

RANDOM_GROUPS = ("mean", "linear", "equipercentile")
COMMON_ITEMS = ("tucker", "levine", "levine-true", "chained")
MOST_POINTS = 1_000
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


Counts = np.ndarray[tuple[int], np.dtype[np.float64]]
Whole = np.ndarray[tuple[int], np.dtype[np.int64]]


class Points(NamedTuple):
    """Points on the form and (if asked for) on the common items, with how often each row counts."""

    total: Whole
    common: Whole | None
    counts: Counts


@click.command(
    help=_(
        "Setarakan skor paket BARU ke paket LAMA. Tiap berkas (CSV atau Parquet) memuat satu baris per peserta, atau "
        "satu baris per skor dengan kolom banyaknya. Tanpa --common kedua kelompok dianggap acak dari satu populasi."
    )
)
@click.argument("new", metavar="BARU", type=FILE)
@click.argument("old", metavar="LAMA", type=FILE)
@click.option("--score", metavar="KOLOM", default="score", show_default=True, help=_("Kolom skor paket."))
@click.option("--common", metavar="KOLOM", help=_("Kolom skor butir bersama; perlu untuk tucker, levine, chained."))
@click.option("--method", type=click.Choice((*RANDOM_GROUPS, *COMMON_ITEMS)), help=_("Cara menyetarakan."))
@click.option("--weights", metavar="KOLOM", help=_("Kolom banyaknya baris yang sama dalam berkas BARU."))
@click.option("--old-weights", metavar="KOLOM", help=_("Kolom yang sama dalam berkas LAMA; bawaan seperti BARU."))
@click.option("--external", is_flag=True, help=_("Butir bersama tidak ikut dihitung dalam skor paket."))
@click.option("--smooth", type=click.IntRange(1, 10), metavar="N", help=_("Haluskan sebaran dengan N momen."))
@click.option(
    "--out", metavar="BERKAS", type=click.Path(path_type=Path), help=_("Tulis pula ke berkas XLSX atau JSON.")
)
@click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja."))
def equate(
    new: Path,
    old: Path,
    *,
    score: str,
    common: str | None,
    method: str | None,
    weights: str | None,
    old_weights: str | None,
    external: bool,
    smooth: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Print the equivalent of every score of the new form."""
    chosen = method or ("tucker" if common else "equipercentile")
    with sentences():
        check_out(out)
        if (chosen in COMMON_ITEMS) != (common is not None):
            raise InvalidInputError("equating-common")
        first = read_points(new, score, common, weights)
        second = read_points(old, score, common, old_weights or weights)
        try:
            found = _equated(first, second, chosen, internal=not external, smooth=smooth)
        except ValueError as error:
            raise InvalidInputError("equating-impossible", new=new.name, old=old.name) from error
        document = _document(found)
        if not deliver(document, [_sheet(document)], out, as_json=as_json):
            for row in document["scores"]:
                click.echo(f"{row['score']:>6} {row['equivalent']!s:>10} {row['standard_error'] or '–'!s:>10}")


def read_points(path: Path, score: str, common: str | None, weights: str | None) -> Points:
    """Read the points of a form; rows without points are left out."""
    file = read_responses(path, weights, ())
    for name in (score, *([common] if common else [])):
        if name not in file.items:
            raise InvalidInputError("responses-no-column", file=path.name, column=name)
    total = file.responses[:, file.items.index(score)]
    beside = None if common is None else file.responses[:, file.items.index(common)]
    known = total >= 0 if beside is None else (total >= 0) & (beside >= 0)
    if total.max(initial=0) > MOST_POINTS:
        raise InvalidInputError("equating-large-score", file=path.name, most=MOST_POINTS)
    counts = np.ones(len(total)) if file.weights is None else file.weights
    return Points(total[known], None if beside is None else beside[known], counts[known])


def _equated(new: Points, old: Points, method: str, *, internal: bool, smooth: int | None) -> Equated:
    from merit.assessment import psychometrics

    if new.common is not None and old.common is not None:
        first = _rows(new.total, new.common, new.counts)
        second = _rows(old.total, old.common, old.counts)
        return psychometrics.equate_common(first, second, method, internal=internal, points=int(new.total.max()))
    counts = [np.bincount(each.total, each.counts).astype(np.float64) for each in (new, old)]
    if smooth:
        counts = [psychometrics.presmooth(each, min(smooth, len(each) - 1)) for each in counts]
    return psychometrics.equate(counts[0], counts[1], method)


def _rows(total: Whole, common: Whole, counts: Counts) -> np.ndarray:
    """Return points on the form and on the common items, a row per person."""
    return np.repeat(np.stack((total, common), axis=1), counts.astype(int), axis=0)


def _document(found: Equated) -> dict[str, Any]:
    return {
        "method": found.method,
        "scores": [
            {"score": int(score), "equivalent": _number(value), "standard_error": _number(error)}
            for score, value, error in zip(found.scores, found.equivalents, found.standard_error, strict=True)
        ],
    }


def _number(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None


def _sheet(document: dict[str, Any]) -> Sheet:
    rows = [(row["score"], row["equivalent"], row["standard_error"]) for row in document["scores"]]
    headings = [_("Skor baru"), _("Setara skor lama"), _("Galat baku")]
    return Sheet(name=_("Penyetaraan"), headings=headings, rows=rows)
