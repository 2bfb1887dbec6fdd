"""The list of indices as a spreadsheet.

BKN's own template is not confirmed, so the columns are ours; a second sheet says what each of them holds. A number
that is not known stays empty, and the note says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from merit.audit.services import record, record_readings
from merit.errors import NotAllowedError
from merit.i18n import _
from merit.people.queries.units import load_tree
from merit.ranking.professionalism.choices import choice_of
from merit.ranking.professionalism.domain.rules import Rules
from merit.ranking.professionalism.models import ProfessionalismRun
from merit.ranking.professionalism.queries.lines import LineRow, iterate_lines
from merit.ranking.professionalism.queries.runs import get_run
from merit.ranking.professionalism.services.runs import rules_of_run
from merit.ranking.professionalism.words import notes_of
from merit.security.permissions import Actor, Permission, is_granted
from merit.web.downloads import Sheet
from merit.web.exports import Export, list_export
from merit.web.filters import long_date, moment
from merit.web.labels import label
from merit.web.paging import whole

INDICES = "ip-asn"


@list_export(INDICES)
def collect_indices(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the people of a computation a filter leaves within the actor's scope."""
    if not (is_granted(actor, Permission.OFFICIAL_EXPORT) and is_granted(actor, Permission.PROFESSIONALISM_READ)):
        raise NotAllowedError
    run = get_run(session, whole(str(choices.get("perhitungan", ""))))
    choice = choice_of(choices)
    chosen = choice.filter(run.id, load_tree(session, actor), actor.unit_ids)
    found = list(iterate_lines(session, chosen, order=choice.urut))
    ids = [row.official_id for row in found]

    def note(writing: Session, taker: Actor) -> None:
        details = {"rows": len(ids), "filters": sorted(choice.used)}
        record(writing, taker, action="professionalism:export", subject=f"ipasn:{run.id}", details=details)
        record_readings(writing, taker, officials=ids, what="reading-download")

    sheets = [
        Sheet(name=_("IP ASN"), headings=headings(), rows=cells(found, run, rules_of_run(run))),
        Sheet(name=_("Keterangan"), headings=[_("Kolom"), _("Isi")], rows=explanations(run)),
    ]
    return Export(name=f"ip-asn-{run.as_of}", sheets=sheets, record=note)


def headings() -> list[str]:
    """Return the headings of the list."""
    return [
        "NIP",
        _("Nama"),
        _("Kode unit"),
        _("Unit kerja"),
        _("Status"),
        _("Jenis jabatan"),
        _("Jabatan"),
        _("Kualifikasi"),
        _("Kompetensi"),
        _("Kinerja"),
        _("Disiplin"),
        _("Indeks"),
        _("Indeks paling rendah"),
        _("Indeks paling tinggi"),
        _("Kategori"),
        _("Catatan"),
    ]


def cells(rows: list[LineRow], run: ProfessionalismRun, rules: Rules) -> Iterator[list[Any]]:
    """Yield each official's cells, in the order of the headings."""
    for row in rows:
        line = row.line
        yield [
            row.nip,
            row.name,
            row.unit_code,
            row.unit_name,
            line.employment,
            label(line.job_group, "ipasn_group"),
            row.position,
            line.qualification,
            _known(line.competence_low, line.competence_high),
            _known(line.performance_low, line.performance_high),
            line.discipline,
            _known(line.low, line.high),
            line.low,
            line.high,
            label(line.category or "terbuka", "ipasn_category"),
            "; ".join(notes_of(line, run.as_of, rules)),
        ]


def explanations(run: ProfessionalismRun) -> list[list[str]]:
    """Return what the columns hold, and which computation they are from."""
    version = _("angka bawaan") if not run.rules_number else _("versi %(number)s", number=run.rules_number)
    return [
        [_("Per tanggal"), long_date(run.as_of)],
        [_("Dihitung"), moment(run.computed_at)],
        [_("Aturan"), f"{version}; SHA-256 {run.rules_sha256}"],
        [_("Hasil"), f"SHA-256 {run.result_sha256}"],
        [_("Jenis jabatan"), _("Menentukan pelatihan yang dihitung (Peraturan BKN 8/2019 pasal 8)")],
        [_("Jabatan"), _("Jabatan menurut data saat berkas ini diunduh")],
        [_("Kualifikasi"), _("0 sampai 25, dari pendidikan tertinggi")],
        [_("Kompetensi"), _("0 sampai 40, dari pelatihan; kosong bila belum pasti")],
        [_("Kinerja"), _("0 sampai 30, dari predikat tahun sebelumnya; kosong bila belum tercatat")],
        [_("Disiplin"), _("0 sampai 5, dari hukuman yang sudah tetap")],
        [_("Indeks"), _("Jumlah keempatnya; kosong bila salah satunya belum pasti")],
        [_("Indeks paling rendah"), _("Batas bawah dari yang sudah tercatat")],
        [_("Indeks paling tinggi"), _("Batas atas bila yang belum tercatat ternyata terbaik")],
        [_("Kategori"), _("«Belum pasti» bila kedua batas jatuh di kategori berbeda")],
        [_("Susunan kolom"), _("Susunan Merit; cocokkan dengan format BKN yang berlaku sebelum dikirim")],
    ]


def _known(low: Decimal, high: Decimal) -> Decimal | None:
    return low if low == high else None
