"""``merit items``: check, score, import and export items."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from merit.cli.common import emit_json, fail
from merit.cli.equating import equate
from merit.cli.items_exchange import export_command, import_command
from merit.cli.psychometrics import analyse, calibrate
from merit.i18n import _
from merit.phrases import phrase

if TYPE_CHECKING:
    from merit.assessment.interchange import Problem, ReadItem, ReadResult


@click.group(help=_("Periksa, nilai, impor, dan ekspor butir soal."))
def items() -> None:
    """Work with items."""


items.add_command(calibrate)
items.add_command(analyse)
items.add_command(equate)
items.add_command(import_command)
items.add_command(export_command)


@items.command(
    help=_("Periksa FILE (QTI, Moodle XML, GIFT, Aiken, XLSX, paket ZIP, atau folder) tanpa menyimpan apa pun.")
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja."))
def check(*, files: tuple[Path, ...], as_json: bool) -> None:
    """Tell what a file holds: every item with its key, what is lost, what is unsupported."""
    from merit.assessment.interchange import ReadResult

    result, is_readable = ReadResult(), True
    for path in files:
        found, opened = _read_all(path)
        result += found
        is_readable = is_readable and opened
    if as_json:
        emit_json(
            {
                "items": [_item_json(item) for item in result.items],
                "problems": [_problem_json(problem) for problem in result.problems],
            }
        )
    else:
        _tell(result)
    if not is_readable:
        for problem in result.problems if as_json else ():
            click.echo(phrase(problem.code, **problem.details), err=True)
        sys.exit(1)


def _read_all(path: Path) -> tuple[ReadResult, bool]:
    """Read a file, or every file of a folder; a folder is readable whatever lies in it."""
    from merit.assessment.interchange import Problem, ReadResult, UnreadableError, read

    if path.is_dir():
        result = ReadResult()
        for file in _files(path):
            result += _read_all_of(file, path)
        return result, True
    try:
        return read(path, folder=path.parent), True
    except UnreadableError as error:
        return ReadResult(problems=(Problem(error.reason, path.name, error.details),)), False


def _read_all_of(file: Path, folder: Path) -> ReadResult:
    from merit.assessment.interchange import Problem, ReadResult, UnreadableError, read

    name = str(file.relative_to(folder))
    try:
        return read(file, name=name, folder=folder)
    except UnreadableError as error:
        return ReadResult(problems=(Problem(error.reason, name, error.details),))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _item_json(item: ReadItem) -> dict[str, Any]:
    return {
        "identifier": item.identifier,
        "type": item.type,
        "supported": item.supported,
        "max_score": _number(item.max_score),
        "correct": {name: list(values) for name, values in item.correct.items()},
        "problems": [_problem_json(problem) for problem in item.problems],
    }


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "where": problem.where,
        "name": str(problem.details.get("name", "")),
        "message": phrase(problem.code, **problem.details),
    }


def _number(value: Any) -> Any:
    """Return a decimal as a JSON number, whole ones without a point."""
    if isinstance(value, list):
        return [_number(one) for one in value]
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def _tell(result: ReadResult) -> None:
    for problem in result.problems:
        click.echo(f"{problem.where}: {phrase(problem.code, **problem.details)}", err=True)
    for item in result.items:
        state = _("didukung") if item.supported else _("tidak didukung")
        points = "–" if item.max_score is None else str(item.max_score)
        click.echo(
            _(
                "%(item)s: %(kind)s, maksimum %(points)s, %(state)s",
                item=item.identifier,
                kind=item.type,
                points=points,
                state=state,
            )
        )
        for name, values in item.correct.items():
            click.echo(f"  {name} = {', '.join(values)}")
        for problem in item.problems:
            click.echo(f"  {phrase(problem.code, **problem.details)}")
    supported = sum(1 for item in result.items if item.supported)
    click.echo(
        _("%(count)s butir terbaca, %(supported)s dapat diujikan.", count=len(result.items), supported=supported)
    )


@items.command(help=_("Nilai satu jawaban untuk satu butir di FILE."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--item", "identifier", required=True, help=_("Pengenal butir."))
@click.option("--responses", required=True, help=_('Jawaban sebagai JSON, misalnya {"RESPONSE": ["A"]}.'))
@click.option("--seed", default="", help=_("Benih untuk butir yang mengacak nilainya sendiri."))
@click.option("--outcomes", "all_outcomes", is_flag=True, help=_("Sertakan semua variabel hasil."))
@click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja."))
def score(*, file: Path, identifier: str, responses: str, seed: str, all_outcomes: bool, as_json: bool) -> None:
    """Score one response to one item of a file."""
    from merit.assessment.interchange import UnreadableError, read

    given = _parse_responses(responses)
    try:
        result = read(file, folder=file.parent)
    except UnreadableError as error:
        fail(phrase(error.reason, **error.details))
    item = next((one for one in result.items if identifier in {one.identifier, one.where}), None)
    if item is None:
        fail(phrase("items-item-absent", item=identifier, name=file.name))
    outcomes = _outcomes(item, given, seed)
    shown = outcomes if all_outcomes else {name: outcomes[name] for name in ("SCORE", "MAXSCORE")}
    if as_json:
        emit_json(shown)
        return
    for name, value in shown.items():
        click.echo(f"{name} = {'–' if value is None else value}")


def _parse_responses(text: str) -> dict[str, list[str]]:
    try:
        parsed = json.loads(text)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        fail(phrase("items-responses-invalid"))
    return {str(name): _texts(value) for name, value in parsed.items()}


def _texts(value: Any) -> list[str]:
    """Return what was given as a list of texts: a list in a list is a point or a pair."""
    if value is None:
        return []
    values = value if isinstance(value, list) else [value]
    return [_text(one) for one in values if one is not None]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(map(_text, value)) if isinstance(value, list) else str(value)


def _outcomes(item: ReadItem, given: Mapping[str, Sequence[str]], seed: str) -> dict[str, Any]:
    """Return all outcomes, by the imported processing where there is one, else by the rules of the bank."""
    has_rules = bool(item.program and (item.program.get("rules") or item.program.get("outcome_rules")))
    outcomes = _processed(item, given, seed) if has_rules or item.key is None else _ruled(item, given)
    most = outcomes.get("MAXSCORE")
    outcomes["MAXSCORE"] = _number(item.max_score) if most is None else most
    return {"SCORE": outcomes.pop("SCORE", None), "MAXSCORE": outcomes.pop("MAXSCORE"), **outcomes}


def _processed(item: ReadItem, given: Mapping[str, Sequence[str]], seed: str) -> dict[str, Any]:
    from merit.assessment.domain.clones import CloneError, draw_program
    from merit.assessment.domain.processing import UnsupportedError, plain, run

    if item.program is None:
        fail(phrase("items-score-unsupported", item=item.identifier, name=item.type))
    try:
        values = run(item.program, given, seed=seed).values
        drawn: dict[str, Any] = dict(draw_program(item.program, seed=seed)["templates"])
    except UnsupportedError as error:
        fail(phrase("items-score-unsupported", item=item.identifier, name=error.name))
    except CloneError as error:
        fail(phrase(error.problem, name=error.name))
    return drawn | {name: _number(plain(value)) for name, value in values.items()}


def _ruled(item: ReadItem, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    from merit.assessment.domain.scoring import score_item

    if item.content is None or item.key is None:
        fail(phrase("items-score-unsupported", item=item.identifier, name=item.type))
    result = score_item(item.content, item.key, given)
    if result.points is None:
        fail(phrase("items-score-unsupported", item=item.identifier, name=result.reason or item.type))
    return {"SCORE": _number(result.points), "MAXSCORE": _number(result.maximum)}
