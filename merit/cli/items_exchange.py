"""``merit items import`` and ``merit items export``: files of items into the bank and out of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from merit.cli.common import emit_json, fail, open_database, sentences
from merit.i18n import _
from merit.phrases import phrase

if TYPE_CHECKING:
    from merit.assessment.domain.bank import ItemTags
    from merit.assessment.interchange import Problem, ReadItem, ReadResult
    from merit.assessment.services.interchange import Outcome

FORMATS = ("qti3", "xlsx")
LEVELS = click.IntRange(1, 5)


@click.command(
    name="import",
    help=_("Impor butir dari FILE (QTI, Moodle XML, GIFT, Aiken, XLSX, Canvas, paket ZIP) sebagai rancangan."),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--dry-run", is_flag=True, help=_("Periksa saja; tidak ada yang disimpan."))
@click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja."))
@click.option("--competency", default="", help=_("Kompetensi bagi butir yang tidak menyebutnya."))
@click.option("--level", type=LEVELS, help=_("Level bagi butir yang tidak menyebutnya."))
@click.option("--subject", default="", help=_("Materi bagi butir yang tidak menyebutnya."))
@click.option("--language", default="id", show_default=True, help=_("Bahasa bagi butir yang tidak menyebutnya."))
def import_command(
    *,
    files: tuple[Path, ...],
    dry_run: bool,
    as_json: bool,
    competency: str,
    level: int | None,
    subject: str,
    language: str,
) -> None:
    """Import files of items; each file is one unit of work."""
    from merit.assessment.domain.bank import ItemTags

    if not dry_run:
        open_database()
    defaults = ItemTags(competency=competency, level=level, subject=subject, language=language)
    answers = [_import_file(path, defaults, dry_run=dry_run) for path in files]
    if as_json:
        emit_json({"dry_run": dry_run, "files": answers})
    else:
        for answer in answers:
            _tell(answer, dry_run=dry_run)
    if any(answer["refused"] for answer in answers):
        sys.exit(1)


def _import_file(path: Path, defaults: ItemTags, *, dry_run: bool) -> dict[str, Any]:
    from merit.assessment.interchange import Problem, UnreadableError, read

    answer: dict[str, Any] = {"file": path.name, "refused": False, "items": [], "problems": [], "made": [], "left": []}
    try:
        result = read(path, folder=path.parent)
    except UnreadableError as error:
        problem = Problem(error.reason, path.name, error.details)
        return answer | {"refused": True, "problems": [_problem_json(problem)]}
    answer |= {
        "items": [_item_json(item) for item in result.items],
        "problems": [_problem_json(problem) for problem in result.problems],
        "counts": _counts(result),
    }
    if dry_run:
        return answer
    outcome = _take(path, result, defaults)
    answer["made"] = [item.code for item in outcome.made]
    answer["left"] = [
        {"identifier": left.identifier, "code": left.reason, "message": phrase(left.reason, **left.details)}
        for left in outcome.left
    ]
    return answer


def _take(path: Path, result: ReadResult, defaults: ItemTags) -> Outcome:
    import hashlib

    from merit.assessment.services.interchange import Intake, take_items
    from merit.db import unit_of_work
    from merit.security.permissions import SYSTEM

    supported = [item for item in result.items if item.supported]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    intake = Intake(items=supported, defaults=defaults, file_name=path.name, file_sha256=digest)
    with sentences(), unit_of_work() as session:
        return take_items(session, SYSTEM, intake=intake)


def _counts(result: ReadResult) -> dict[str, int]:
    from merit.assessment.services.interchange import state_of

    states = [state_of(item) for item in result.items]
    return {"items": len(states)} | {name: states.count(name) for name in ("supported", "unsupported", "broken")}


def _item_json(item: ReadItem) -> dict[str, Any]:
    from merit.assessment.services.interchange import state_of

    return {
        "identifier": item.identifier,
        "type": item.type,
        "title": item.title,
        "state": state_of(item),
        "max_score": None if item.max_score is None else str(item.max_score),
        "correct": {name: list(values) for name, values in item.correct.items()},
        "problems": [_problem_json(problem) for problem in item.problems],
    }


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "where": problem.where, "message": phrase(problem.code, **problem.details)}


def _tell(answer: dict[str, Any], *, dry_run: bool) -> None:
    for problem in answer["problems"]:
        click.echo(f"{problem['where']}: {problem['message']}", err=True)
    for item in answer["items"]:
        key = "; ".join(f"{name} = {', '.join(values)}" for name, values in item["correct"].items())
        click.echo(f"{item['identifier']}: {item['type']}, {item['max_score'] or '–'}, {key or '–'}")
        for problem in item["problems"]:
            click.echo(f"  {problem['where']}: {problem['message']}")
    for left in answer["left"]:
        click.echo(f"{left['identifier']}: {left['message']}", err=True)
    if answer["refused"]:
        return
    counts = answer["counts"]
    click.echo(
        _(
            "%(file)s: %(items)s butir; %(supported)s dapat dipakai, %(unsupported)s tidak didukung, %(broken)s rusak.",
            file=answer["file"],
            **counts,
        )
    )
    if dry_run:
        click.echo(_("Baru diperiksa; tidak ada yang disimpan."))
    else:
        click.echo(_("%(count)s rancangan dibuat di bank soal.", count=len(answer["made"])))


@click.command(name="export", help=_("Ekspor butir bank soal beserta kuncinya ke FILE; dicatat di jejak audit."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--format", "form", type=click.Choice(FORMATS), default="qti3", show_default=True, help=_("Format."))
@click.option("--competency", default="", help=_("Hanya butir kompetensi ini."))
@click.option("--level", type=LEVELS, help=_("Hanya butir level ini."))
@click.option("--state", default="", help=_("Hanya butir berkeadaan ini, misalnya active."))
@click.option("--subject", default="", help=_("Hanya butir materi ini."))
@click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja."))
def export_command(
    *, file: Path, form: str, competency: str, level: int | None, state: str, subject: str, as_json: bool
) -> None:
    """Export items of the bank."""
    open_database()
    from merit.assessment.queries.bank import BankFilter
    from merit.assessment.services.interchange import export_items
    from merit.db import unit_of_work
    from merit.security.permissions import SYSTEM

    chosen = BankFilter(competency=competency, level=level, state=state, subject=subject)
    with sentences(), unit_of_work() as session:
        exported = export_items(session, SYSTEM, chosen=chosen, form=form)
    try:
        file.write_bytes(exported.data)
    except OSError as error:
        fail(_("Berkas %(path)s tidak dapat ditulis: %(reason)s", path=file, reason=error.strerror))
    if as_json:
        emit_json({"file": str(file), "count": exported.count, "left_out": list(exported.left_out)})
        return
    click.echo(_("%(count)s butir ditulis ke %(path)s.", count=exported.count, path=file))
    if exported.left_out:
        codes = ", ".join(exported.left_out)
        click.echo(_("Tidak dapat ditulis utuh ke XLSX, pakai qti3: %(codes)s", codes=codes), err=True)
