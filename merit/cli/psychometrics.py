"""``merit items calibrate`` and ``merit items analyse``: response files as well as the bank, without the web."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from merit.cli.bank_psychometrics import analyse_bank, calibrate_bank
from merit.cli.common import sentences
from merit.cli.group_differences import GroupAnswer, compare, group_lines, group_sheets, groups_json
from merit.cli.psychometric_answers import (
    calibration_json,
    calibration_sheets,
    check_out,
    deliver,
    statistics_json,
    statistics_sheets,
    tell_calibration,
    tell_statistics,
)
from merit.cli.response_files import ResponseFile, read_responses
from merit.errors import InvalidInputError
from merit.i18n import _

if TYPE_CHECKING:
    from merit.assessment.psychometrics import ItemStatistics

MODELS = ("1pl", "2pl", "3pl", "grm", "gpcm", "pcm")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.option(
    "--out", metavar="BERKAS", type=click.Path(path_type=Path), help=_("Tulis pula ke berkas XLSX atau JSON.")
)
JSON = click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja."))
WEIGHTS = click.option("--weights", metavar="KOLOM", help=_("Kolom yang memuat banyaknya baris yang sama."))
WITHOUT = click.option("--without", metavar="KOLOM", multiple=True, help=_("Kolom yang bukan butir; boleh berulang."))


@click.command(
    help=_(
        "Kalibrasi butir dari FILE jawaban (CSV atau Parquet: satu baris per peserta, satu kolom per butir), atau dari "
        "sesi uji di bank dengan --competency dan --sitting."
    )
)
@click.argument("path", metavar="[FILE]", type=FILE, required=False)
@click.option("--model", type=click.Choice(MODELS), help=_("Model respons; bawaan 2pl, di bank menurut butirnya."))
@WEIGHTS
@WITHOUT
@click.option("--competency", metavar="KODE", help=_("Kompetensi di bank, misalnya M.05."))
@click.option("--sitting", "sittings", metavar="KODE", multiple=True, help=_("Sesi uji; boleh berulang."))
@click.option(
    "--link", type=click.Choice(("separate", "fixed")), default="separate", help=_("Cara menautkan ke skala.")
)
@click.option("--keep", is_flag=True, help=_("Simpan sebagai rancangan yang menunggu orang kedua."))
@OUT
@JSON
def calibrate(
    path: Path | None,
    *,
    model: str | None,
    weights: str | None,
    without: tuple[str, ...],
    competency: str | None,
    sittings: tuple[str, ...],
    link: str,
    keep: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Estimate item parameters and print them with their errors."""
    with sentences():
        check_out(out)
        _require_one_source(path, competency)
        if path is None:
            calibrate_bank(
                competency or "", sittings, model=model or "auto", link=link, keep=keep, out=out, as_json=as_json
            )
        else:
            _calibrate_file(path, model or "2pl", weights, without, out, as_json=as_json)


@click.command(
    help=_(
        "Analisis klasik butir dari FILE jawaban (CSV atau Parquet), atau dari satu sesi uji dengan --sitting: daya "
        "beda, pengecoh, reliabilitas, dan putusan tiap butir. Dengan --group perlakuan butir terhadap kelompok "
        "peserta ikut diuji (Mantel-Haenszel, regresi logistik, standardisasi; kelas A, B, C)."
    )
)
@click.argument("path", metavar="[FILE]", type=FILE, required=False)
@click.option("--key", metavar="KUNCI", help=_("Kunci tiap butir dipisah koma; tanpa kunci sel dibaca sebagai skor."))
@WEIGHTS
@WITHOUT
@click.option("--sitting", metavar="KODE", help=_("Sesi uji yang sudah dinilai."))
@click.option(
    "--group",
    metavar="KOLOM|BERKAS",
    help=_("Kolom kelompok peserta, atau berkas satu kolom dengan baris yang sama banyak."),
)
@click.option("--reference", metavar="NILAI", help=_("Kelompok acuan; bawaan: kelompok terbesar."))
@click.option(
    "--least",
    type=click.IntRange(min=10),
    default=100,
    show_default=True,
    help=_("Peserta tiap kelompok yang diperlukan untuk memberi kelas."),
)
@OUT
@JSON
def analyse(
    path: Path | None,
    *,
    key: str | None,
    weights: str | None,
    without: tuple[str, ...],
    sitting: str | None,
    group: str | None,
    reference: str | None,
    least: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Print the classical figures of a test and its items."""
    with sentences():
        check_out(out)
        _require_one_source(path, sitting)
        if path is None and group is not None:
            raise InvalidInputError("responses-group-of-file")
        if path is None:
            analyse_bank(sitting or "", out, as_json=as_json)
            return
        file = read_responses(path, weights, without, group)
        keys = _keys(key)
        found = _analysed(path, file, keys)
        groups = None
        if group is not None:
            groups = compare(file, keys, group_by=_name(group), reference=reference, least=least)
        _tell_analysis(found, file, groups, out, as_json=as_json)


def _require_one_source(path: Path | None, code: str | None) -> None:
    if (path is None) == (code is None):
        raise InvalidInputError("responses-one-source")


def _calibrate_file(
    path: Path, model: str, weights: str | None, without: tuple[str, ...], out: Path | None, *, as_json: bool
) -> None:
    from merit.assessment import psychometrics
    from merit.assessment.services.calibration.fitting import fit_whole

    file = read_responses(path, weights, without)
    try:
        found = psychometrics.calibrate(file.responses, model, weights=file.weights)
    except psychometrics.UnusableResponsesError as error:
        raise InvalidInputError(error.code, file=path.name) from error
    whole = fit_whole(file.responses, found, weights=file.weights)
    document = calibration_json(found, file.items) | {"fit": whole.to_document()}
    if not deliver(document, calibration_sheets(document), out, as_json=as_json):
        tell_calibration(found, file.items, whole)


def _analysed(path: Path, file: ResponseFile, keys: list[int] | None) -> ItemStatistics:
    from merit.assessment import psychometrics

    try:
        return psychometrics.item_statistics(file.responses, keys, weights=file.weights)
    except psychometrics.UnusableResponsesError as error:
        raise InvalidInputError(error.code, file=path.name) from error


def _tell_analysis(
    found: ItemStatistics, file: ResponseFile, groups: GroupAnswer | None, out: Path | None, *, as_json: bool
) -> None:
    document = statistics_json(found, file.items, groups)
    sheets = statistics_sheets(document)
    if groups is not None:
        document |= {"groups": groups_json(groups, file.items)}
        sheets += group_sheets(document["groups"])
    if deliver(document, sheets, out, as_json=as_json):
        return
    tell_statistics(found, file.items, groups)
    for line in group_lines(document["groups"]) if groups is not None else ():
        click.echo(line)


def _name(group: str) -> str:
    """Return what the groups are of: the column, or the name of the file without its ending."""
    return Path(group).stem if Path(group).is_file() else group


def _keys(text: str | None) -> list[int] | None:
    try:
        return None if text is None else [int(part) for part in text.split(",")]
    except ValueError:
        raise InvalidInputError("responses-key-not-a-code") from None
