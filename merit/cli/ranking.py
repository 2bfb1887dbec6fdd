"""``merit rank``, ``merit explain``, ``merit verify``: the ranking from the command line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from merit.cli.common import emit_json, fail, open_database, sentences
from merit.i18n import _

if TYPE_CHECKING:
    from merit.ranking.report.explanation import Explanation
    from merit.ranking.services.verification import Verification
    from merit.ranking.store.loading import LoadedRun

_DATE = click.DateTime(["%Y-%m-%d"])
_INSTANT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"])
_DEFAULT_ROWS = 20


@click.command(help=_("Susun, simpan, dan tampilkan peringkat untuk lowongan VACANCY."))
@click.argument("vacancy")
@click.option("--as-of", type=_DATE, help=_("Hitung per tanggal ini (YYYY-MM-DD), bukan tanggal lowongan."))
@click.option("--policy", "policy_code", default="", metavar="CODE", help=_("Simulasi dengan kebijakan lain."))
@click.option("--known-at", type=_INSTANT, help=_("Pakai data yang diketahui pada saat itu (waktu setempat)."))
@click.option("--limit", type=click.IntRange(1), help=_("Tampilkan paling banyak sekian orang per daftar."))
@click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja."))
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path, dir_okay=False), help=_("Tulis peringkat ke berkas CSV.")
)
def rank(
    vacancy: str,
    *,
    as_of: dt.datetime | None,
    policy_code: str,
    known_at: dt.datetime | None,
    limit: int | None,
    csv_file: Path | None,
    as_json: bool,
) -> None:
    """Compute, store and show a ranking."""
    if as_json and csv_file is not None:
        raise click.UsageError(_("Pilih salah satu: --json atau --csv."))
    open_database()
    from merit import clock
    from merit.ranking.services.runs import RunOrder

    order = RunOrder(
        vacancy_code=vacancy,
        as_of=as_of.date() if as_of else None,
        policy_code=policy_code,
        known_at=known_at.replace(tzinfo=clock.ZONE) if known_at else None,
    )
    with sentences():
        code = _compute_and_store(order)
        run, people = _open(code, limit if as_json or csv_file else limit or _DEFAULT_ROWS)
    _note_on_stderr(run, is_bare=as_json or csv_file is not None)
    if as_json:
        from merit.ranking.report.document import report_document

        emit_json(report_document(run, people, limit=limit))
    elif csv_file is not None:
        _write_csv(run, people, csv_file, limit)
    else:
        from merit.cli.ranking_text import ranking_lines

        click.echo("\n".join(ranking_lines(run, people, limit or _DEFAULT_ROWS)))


@click.command(help=_("Jelaskan nilai pegawai NIP dalam peringkat RUN."))
@click.argument("run")
@click.argument("nip")
@click.option("--against", metavar="NIP", help=_("Bandingkan dengan pegawai lain dalam peringkat yang sama."))
@click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja."))
def explain(run: str, nip: str, against: str | None, *, as_json: bool) -> None:
    """Explain one official's score."""
    open_database()
    with sentences():
        explanation = _explain(run, nip, against)
    if as_json:
        from merit.ranking.report.explanation_document import explanation_document

        emit_json(explanation_document(explanation))
    else:
        from merit.cli.ranking_text import explanation_lines

        click.echo("\n".join(explanation_lines(explanation)))


@click.command(help=_("Hitung ulang peringkat RUN dari data bekunya dan bandingkan; keluar 1 bila berbeda."))
@click.argument("run")
@click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja."))
def verify(run: str, *, as_json: bool) -> None:
    """Recompute a ranking and compare."""
    open_database()
    from merit.db import reading, unit_of_work
    from merit.ranking.services.verification import record_verification, verify_run
    from merit.security.permissions import SYSTEM

    with sentences():
        with reading() as session:
            verification = verify_run(session, SYSTEM, code=run)
        with unit_of_work() as session:
            record_verification(session, SYSTEM, verification=verification)
    if as_json:
        emit_json(_verification_document(verification))
    else:
        from merit.cli.ranking_text import verification_lines

        click.echo("\n".join(verification_lines(verification)))
    if not verification.is_equal:
        fail(_("Peringkat %(run)s tidak sama dengan hitung ulangnya.", run=verification.code))


def _compute_and_store(order: Any) -> str:
    from merit.db import reading, unit_of_work
    from merit.ranking.services.runs import compute_run, store_run
    from merit.security.permissions import SYSTEM

    with reading() as session:
        prepared = compute_run(session, SYSTEM, order=order)
    with unit_of_work() as session:
        return store_run(session, SYSTEM, prepared=prepared).code


def _open(code: str, limit: int | None) -> tuple[LoadedRun, dict[int, Any]]:
    from merit.audit.services import log_readings
    from merit.db import reading
    from merit.ranking.domain import Standing
    from merit.ranking.queries import load_people
    from merit.ranking.report.document import shown_rows
    from merit.ranking.services.runs import open_run
    from merit.security.permissions import SYSTEM

    with reading() as session:
        run = open_run(session, SYSTEM, code)
        rows = shown_rows(run.ranking, limit)[Standing.RANKED]
        people = load_people(session, run.ranking.officials[rows], at=run.computed_at)
    log_readings(SYSTEM, officials=people, what="reading-shortlist", reason=run.code)
    return run, people


def _explain(code: str, nip: str, against: str | None) -> Explanation:
    from merit.audit.services import log_readings
    from merit.db import reading
    from merit.ranking.report.explanation import explain_official
    from merit.ranking.services.runs import open_run
    from merit.security.permissions import SYSTEM

    with reading() as session:
        run = open_run(session, SYSTEM, code)
        shown = explain_official(session, run, nip=_digits(nip), against=_digits(against))
    log_readings(SYSTEM, officials=[shown.official_id], what="reading-explanation", reason=run.code)
    if shown.other_id is not None:
        log_readings(SYSTEM, officials=[shown.other_id], what="reading-comparison", reason=run.code)
    return shown


def _digits(nip: str | None) -> str:
    return "".join((nip or "").split()).lstrip("'")


def _write_csv(run: LoadedRun, people: dict[int, Any], file: Path, limit: int | None) -> None:
    from merit.ranking.report.document import report_csv

    try:
        file.write_text(report_csv(run, people, limit=limit), encoding="utf-8-sig", newline="")
    except OSError:
        fail(_("Berkas %(file)s tidak dapat ditulis. Periksa folder dan izinnya.", file=file.name))
    click.echo(_("%(run)s: %(count)s baris ditulis ke %(file)s.", run=run.code, count=len(people), file=file.name))


def _note_on_stderr(run: LoadedRun, *, is_bare: bool) -> None:
    """Say what a reader must know; where stdout carries only data, also why nobody is eligible."""
    from merit.ranking.facts import OPEN_SELECTION
    from merit.ranking.report.considered import gate_summaries
    from merit.ranking.report.head import run_head
    from merit.ranking.report.sentences import nobody_lines

    head = run_head(run)
    is_silent = is_bare and not head.eligible
    is_open = run.ranking.vacancy.pathway == OPEN_SELECTION
    stopped = gate_summaries(run.ranking) if is_silent else []
    reasons = nobody_lines(head.considered, head.held, stopped, is_open=is_open) if is_silent else []
    for sentence in (*head.notes, head.uncertainty_note, *reasons):
        if sentence:
            click.echo(sentence, err=True)


def _verification_document(verification: Verification) -> dict[str, Any]:
    today = verification.today
    return {
        "run": verification.code,
        "equal": verification.is_equal,
        "engine": verification.engine,
        "result_sha256": verification.result_sha256,
        "recomputed_sha256": verification.recomputed_sha256,
        "checks": [
            {"check": check.code, "equal": check.is_equal, "stored": check.stored, "recomputed": check.recomputed}
            for check in verification.checks
        ],
        "today": None
        if today is None
        else {
            "equal": today.is_equal,
            "considered": today.considered,
            "joined": today.joined,
            "left": today.left,
            "changed": today.changed,
        },
    }
