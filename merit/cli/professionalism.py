"""``merit ipasn``: the index of professionalism from the command line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from merit.cli.common import emit_json, fail, open_database, sentences
from merit.i18n import _

if TYPE_CHECKING:
    from merit.people.queries.units import Unit, UnitTree
    from merit.ranking.professionalism.domain.tally import Tally
    from merit.ranking.professionalism.models import ProfessionalismRun
    from merit.web.exports import Export

_DATE = click.DateTime(["%Y-%m-%d"])
_NAME = 48


@click.command(help=_("Hitung, simpan, dan tampilkan indeks profesionalitas (IP ASN)."))
@click.option("--as-of", type=_DATE, help=_("Hitung per tanggal ini (YYYY-MM-DD), bukan hari ini."))
@click.option("--unit", "unit_code", default="", metavar="CODE", help=_("Hanya unit ini dan yang di bawahnya."))
@click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja: angka kota atau unit, tanpa nama."))
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path, dir_okay=False), help=_("Tulis indeks tiap pegawai ke CSV.")
)
def ipasn(*, as_of: dt.datetime | None, unit_code: str, as_json: bool, csv_file: Path | None) -> None:
    """Compute, keep and show the index of everybody."""
    if as_json and csv_file is not None:
        raise click.UsageError(_("Pilih salah satu: --json atau --csv."))
    open_database()
    from merit import clock
    from merit.db import reading
    from merit.people.queries.units import get_unit, load_tree
    from merit.ranking.professionalism.queries.runs import get_run

    with sentences():
        with reading() as session:
            tree = load_tree(session)
            unit = get_unit(tree, unit_code) if unit_code else None
        run_id = _compute_and_store(as_of.date() if as_of else clock.today())
        with reading() as session:
            run = get_run(session, run_id)
        if csv_file is not None:
            _write_csv(run, unit_code, csv_file)
        elif as_json:
            emit_json(_document(run, tree, unit))
        else:
            click.echo("\n".join(_lines(run, tree, unit)))


def _compute_and_store(as_of: dt.date) -> int:
    from merit.db import reading, unit_of_work
    from merit.ranking.professionalism.services.runs import compute_run, store_run
    from merit.security.permissions import SYSTEM

    with reading() as session:
        computed = compute_run(session, SYSTEM, as_of=as_of)
    with unit_of_work() as session:
        kept = store_run(session, SYSTEM, computed=computed)
        number = kept.run.id
    if not kept.is_new:
        click.echo(_("Tidak ada yang berubah: perhitungan yang sudah ada tetap dipakai."), err=True)
    return number


def _sums(run: ProfessionalismRun, tree: UnitTree, unit: Unit | None) -> tuple[Tally, list[tuple[Unit, Tally]]]:
    """Return the sums of everybody asked for, and of each unit directly below."""
    from merit.ranking.professionalism.queries.runs import own_tallies, total_tallies, whole_tally

    own = own_tallies(run)
    totals = total_tallies(tree, own)
    below = tree.children.get(None if unit is None else unit.id, ())
    whole = whole_tally(own, None if unit is None else tree.with_descendants(unit.id))
    return whole, [(each, totals[each.id]) for each in below]


def _lines(run: ProfessionalismRun, tree: UnitTree, unit: Unit | None) -> list[str]:
    from merit.ranking.professionalism.domain.rules import CATEGORIES, DIMENSIONS
    from merit.ranking.professionalism.words import bounds_text
    from merit.web.filters import long_date, number
    from merit.web.labels import label

    whole, below = _sums(run, tree, unit)
    name = _("Seluruhnya") if unit is None else unit.name
    lines = [
        _("Indeks profesionalitas per %(day)s: %(name)s", day=long_date(run.as_of), name=name),
        _(
            "%(people)s pegawai, rata-rata %(mean)s; data %(open)s pegawai belum lengkap",
            people=number(whole.people),
            mean=bounds_text(whole.mean, 2),
            open=number(whole.incomplete),
        ),
        "",
    ]
    for code, bounds in zip(DIMENSIONS, whole.dimension_means, strict=True):
        lines.append(f"  {label(code, 'ipasn_dimension'):<16} {bounds_text(bounds, 2):>13}")
    lines.append("")
    for code, count in zip((*CATEGORIES, "terbuka"), whole.categories, strict=True):
        lines.append(f"  {label(code, 'ipasn_category'):<16} {number(count):>13}")
    if below:
        lines.append("")
    for each, tally in below:
        mean = bounds_text(tally.mean, 2)
        lines.append(f"  {each.name[:_NAME]:<{_NAME}} {number(tally.people):>7} {mean:>13}")
    return lines


def _document(run: ProfessionalismRun, tree: UnitTree, unit: Unit | None) -> dict[str, Any]:
    whole, below = _sums(run, tree, unit)
    return {
        "run": run.id,
        "as_of": run.as_of.isoformat(),
        "computed_at": run.computed_at.isoformat(),
        "rules": run.rules_number,
        "rules_sha256": run.rules_sha256,
        "result_sha256": run.result_sha256,
        "unit": unit.code if unit else None,
        **_figures(whole),
        "units": [{"unit": each.code, "name": each.name, **_figures(tally)} for each, tally in below],
    }


def _figures(tally: Tally) -> dict[str, Any]:
    from merit.ranking.professionalism.domain.rules import CATEGORIES, DIMENSIONS
    from merit.ranking.professionalism.words import MISSING

    return {
        "people": tally.people,
        "incomplete": tally.incomplete,
        "mean": _bounds(tally.mean),
        "dimensions": {code: _bounds(bounds) for code, bounds in zip(DIMENSIONS, tally.dimension_means, strict=True)},
        "categories": dict(zip((*CATEGORIES, "terbuka"), tally.categories, strict=True)),
        "missing": dict(zip(MISSING, tally.missing, strict=True)),
    }


def _bounds(bounds: tuple[Any, Any] | None) -> dict[str, float] | None:
    """Return bounds for programs that read JSON; the exact sums stay in the database."""
    return None if bounds is None else {"low": round(float(bounds[0]), 4), "high": round(float(bounds[1]), 4)}


def _write_csv(run: ProfessionalismRun, unit_code: str, file: Path) -> None:
    from merit.db import reading, unit_of_work
    from merit.ranking.professionalism.exports import INDICES
    from merit.security.permissions import SYSTEM
    from merit.web.exports import collect, written

    choices = {"perhitungan": run.id, "unit": unit_code}
    with reading() as session:
        export: Export = collect(session, SYSTEM, INDICES, choices)
        content = written(export, "csv")
    try:
        file.write_bytes(content)
    except OSError:
        fail(_("Berkas %(file)s tidak dapat ditulis. Periksa folder dan izinnya.", file=file.name))
    with unit_of_work() as session:
        export.record(session, SYSTEM)
    click.echo(_("Indeks per pegawai ditulis ke %(file)s.", file=file.name))
