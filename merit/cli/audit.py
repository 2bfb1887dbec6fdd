"""``merit audit``: verify and checkpoint."""

from __future__ import annotations

import sys

import click

from merit.cli.common import emit_json, open_database
from merit.i18n import _, lazy


@click.group(help=str(lazy("Periksa rantai jejak audit.")))
def audit() -> None:
    """Group the audit commands."""


@audit.command(
    help=str(lazy("Hitung ulang seluruh rantai dan bandingkan dengan titik periksa; kode 1 bila tidak utuh."))
)
@click.option("--json", "as_json", is_flag=True, help=str(lazy("Cetak JSON.")))
def verify(as_json: bool) -> None:
    """Verify the chain."""
    from merit.assessment.services.receipt_audit import audit_receipts
    from merit.audit.verification import verify_chain
    from merit.db import reading
    from merit.phrases import phrase

    open_database()
    with reading() as session:
        report = verify_chain(session)
        receipts = audit_receipts(session)
    problems = [(problem, phrase(problem.reason, entry=problem.entry)) for problem in report.problems]
    if as_json:
        emit_json(
            {
                "intact": report.is_intact,
                "entries": report.entries,
                "last_hash": report.last_hash,
                "checkpoints": report.checkpoints,
                "copies": report.copies,
                "sealed_entry": report.sealed_entry,
                "first_bad_entry": report.first_bad_entry,
                "problems": [
                    {"reason": problem.reason, "entry": problem.entry, "message": message}
                    for problem, message in problems
                ],
                "receipts": {
                    "attempts": receipts.attempts,
                    "problems": [
                        {"sitting": fault.sitting, "candidate": fault.candidate, "faults": fault.faults}
                        for fault in receipts.faults
                    ],
                },
            }
        )
    elif report.is_intact:
        click.echo(
            _(
                "Rantai utuh: %(entries)s catatan, %(checkpoints)s titik periksa, tertandatangani sampai %(sealed)s.",
                entries=report.entries,
                checkpoints=report.checkpoints,
                sealed=report.sealed_entry,
            )
        )
    if receipts.attempts and not receipts.faults and not as_json:
        click.echo(_("Tanda terima utuh: %(count)s pengerjaan ujian.", count=receipts.attempts))
    for _problem, message in problems:
        click.echo(message, err=True)
    for fault in receipts.faults:
        details = {"sitting": fault.sitting, "number": fault.candidate, "faults": ", ".join(fault.faults)}
        click.echo(phrase("receipts-changed", **details), err=True)
    sys.exit(0 if report.is_intact and not receipts.faults else 1)


@audit.command(help=str(lazy("Tanda tangani keadaan rantai sekarang dan salin ke instance/checkpoints.")))
def checkpoint() -> None:
    """Make a checkpoint now."""
    from merit.audit.services import checkpoint as make_checkpoint
    from merit.db import unit_of_work

    open_database()
    with unit_of_work() as session:
        sealed = make_checkpoint(session)
    if sealed is None:
        click.echo(_("Rantai masih kosong; belum ada yang ditandatangani."))
    else:
        click.echo(_("Titik periksa dibuat sampai catatan %(entry)s.", entry=sealed))
