"""A recorded row as people read it: Indonesian names of its columns, codes as words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import LazyString

from merit.evidence import COMPETENCIES
from merit.i18n import _, lazy
from merit.people.queries.units import UnitTree
from merit.web.filters import grade, long_date, number
from merit.web.labels import LABELS, label

TITLES: Mapping[str, LazyString] = {
    "official_records": lazy("Data pegawai"),
    "grade_periods": lazy("Golongan"),
    "posts": lazy("Jabatan yang dipangku"),
    "discipline_findings": lazy("Hukuman disiplin"),
    "attendance_years": lazy("Ketidakhadiran setahun"),
    "assignments": lazy("Penugasan"),
    "leave_periods": lazy("Cuti"),
    "attestations": lazy("Dokumen pernyataan"),
    "competency_results": lazy("Hasil kompetensi"),
    "training_records": lazy("Pelatihan"),
    "appraisals": lazy("Penilaian kinerja (SKP)"),
    "feedback_ratings": lazy("Umpan balik 360"),
    "official_awards": lazy("Penghargaan"),
    "applications": lazy("Lamaran"),
    "org_unit_records": lazy("Data unit kerja"),
    "position_records": lazy("Data jabatan"),
    "unit_results": lazy("Capaian unit"),
    "agreement_targets": lazy("Perjanjian kinerja"),
    "complaints": lazy("Pengaduan masyarakat"),
    "satisfaction_surveys": lazy("Kepuasan masyarakat"),
    "satisfaction_elements": lazy("Unsur kepuasan masyarakat"),
    "vacancy_records": lazy("Lowongan"),
}

_NAMES: Mapping[str, LazyString] = {
    "name": lazy("Nama"),
    "title_before": lazy("Gelar depan"),
    "title_after": lazy("Gelar belakang"),
    "sex": lazy("Jenis kelamin"),
    "birth_date": lazy("Tanggal lahir"),
    "employment": lazy("Status kepegawaian"),
    "grade": lazy("Golongan"),
    "grade_since": lazy("TMT golongan"),
    "grade_min": lazy("Golongan terendah"),
    "grade_max": lazy("Golongan tertinggi"),
    "education": lazy("Pendidikan"),
    "study_field": lazy("Bidang studi"),
    "position_since": lazy("TMT jabatan"),
    "tier": lazy("Jenjang"),
    "email": lazy("Surel"),
    "starts": lazy("Mulai"),
    "ends": lazy("Selesai"),
    "origin": lazy("Berasal dari"),
    "title": lazy("Jabatan"),
    "field": lazy("Bidang"),
    "decree_number": lazy("Nomor SK"),
    "code": lazy("Kode"),
    "dated": lazy("Tanggal"),
    "state": lazy("Keadaan"),
    "year": lazy("Tahun"),
    "unexcused_days": lazy("Hari tanpa keterangan"),
    "offered": lazy("Ditawarkan"),
    "response": lazy("Tanggapan"),
    "lawful_reason": lazy("Alasan sah"),
    "kind": lazy("Jenis"),
    "fact": lazy("Pernyataan"),
    "number": lazy("Nomor"),
    "valid_until": lazy("Berlaku sampai"),
    "competency": lazy("Kompetensi"),
    "level": lazy("Tingkat"),
    "score": lazy("Skor"),
    "se": lazy("Galat baku"),
    "provider": lazy("Penyelenggara"),
    "method": lazy("Metode"),
    "accreditation": lazy("Akreditasi"),
    "path": lazy("Jalur"),
    "learning_hours": lazy("Jam pelajaran (JP)"),
    "grade_text": lazy("Nilai"),
    "certificate_number": lazy("Nomor sertifikat"),
    "transfer": lazy("Penerapan di tempat kerja (0–100)"),
    "transfer_se": lazy("Galat baku penerapan"),
    "result_rating": lazy("Hasil kerja"),
    "behaviour_rating": lazy("Perilaku kerja"),
    "predicate": lazy("Predikat"),
    "assessor": lazy("Pejabat penilai"),
    "district": lazy("Kecamatan"),
    "unit_id": lazy("Unit kerja"),
    "parent_id": lazy("Induk"),
    "leads_unit_id": lazy("Memimpin"),
    "achievement": lazy("Capaian (persen)"),
    "accountability": lazy("SAKIP"),
    "service_index": lazy("PEKPPP"),
    "work_culture": lazy("Budaya kerja"),
    "maturity": lazy("Kematangan"),
    "integrity_survey": lazy("Survei penilaian integritas"),
    "sources": lazy("Sumber angka"),
    "lower_is_better": lazy("Makin rendah makin baik"),
    "note": lazy("Penjelasan"),
    "issuer": lazy("Pemberi"),
    "element": lazy("Unsur"),
    "mean": lazy("Nilai rata-rata (1–4)"),
    "quarter": lazy("Triwulan"),
    "indicator": lazy("Indikator"),
    "target": lazy("Target"),
    "realised": lazy("Realisasi"),
    "measure": lazy("Satuan"),
    "source": lazy("Sumber"),
    "channel": lazy("Kanal"),
    "received": lazy("Diterima"),
    "answered": lazy("Ditanggapi"),
    "closed": lazy("Ditutup"),
    "reopened": lazy("Dibuka kembali"),
    "outcome": lazy("Hasil"),
    "period": lazy("Periode"),
    "respondents": lazy("Responden"),
    "deviation": lazy("Simpangan"),
    "as_of": lazy("Tanggal acuan"),
    "pathway": lazy("Jalur"),
    "inauguration": lazy("Tanggal pelantikan"),
    "size": lazy("Jumlah nama"),
}
_KINDS: Mapping[str, str] = {
    "sex": "sex",
    "employment": "employment",
    "education": "education",
    "tier": "tier",
    "origin": "post_origin",
    "response": "response",
    "lawful_reason": "yes_no",
    "fact": "attested",
    "method": "method",
    "competency": "competency",
    "path": "training_path",
    "result_rating": "rating",
    "behaviour_rating": "rating",
    "channel": "complaint_channel",
    "lower_is_better": "yes_no",
    "element": "skm_element",
    "pathway": "pathway",
}
_KINDS_OF_TABLE: Mapping[tuple[str, str], str] = {
    ("discipline_findings", "code"): "finding",
    ("discipline_findings", "state"): "finding_state",
    ("leave_periods", "kind"): "leave",
    ("official_awards", "kind"): "award_kind",
    ("training_records", "kind"): "training_kind",
    ("complaints", "kind"): "complaint_kind",
    ("org_unit_records", "kind"): "unit_kind",
    ("appraisals", "predicate"): "predicate",
    ("unit_results", "predicate"): "unit_predicate",
    ("applications", "state"): "application_state",
}
_HIDDEN = frozenset({"batch_id", "superseding_batch_id", "recorded_at", "superseded_at", "id", "rater"})
_IDENTITIES = frozenset({"official_id", "position_id", "vacancy_id", "policy_version_id"})


def readable(table: str, row: Mapping[str, Any], tree: UnitTree) -> list[tuple[str, str]]:
    """Return (name, value) of every column people care about."""
    return [
        (_name(column), _value(table, column, value, tree))
        for column, value in row.items()
        if column not in _HIDDEN | _IDENTITIES
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a fact: when it was recorded and what it changed."""

    row_id: int
    recorded_at: dt.datetime
    superseded_at: dt.datetime | None
    changes: list[str]


def history(table: str, versions: Sequence[Mapping[str, Any]], tree: UnitTree) -> list[Version]:
    """Return the versions of a fact, newest first, each with what it changed in the one before."""
    older: list[Mapping[str, Any] | None] = [*versions[1:], None]
    return [
        Version(
            row_id=row["id"],
            recorded_at=row["recorded_at"],
            superseded_at=row["superseded_at"],
            changes=[] if before is None else differences(table, row, before, tree),
        )
        for row, before in zip(versions, older[: len(versions)], strict=True)
    ]


def differences(table: str, newer: Mapping[str, Any], older: Mapping[str, Any], tree: UnitTree) -> list[str]:
    """Return sentences about what a newer version of a fact changed."""
    changed = [
        column
        for column in newer
        if column not in _HIDDEN and newer[column] != older[column] and column not in _IDENTITIES
    ]
    return [
        _(
            "%(name)s: %(before)s menjadi %(after)s",
            name=_name(column),
            before=_value(table, column, older[column], tree),
            after=_value(table, column, newer[column], tree),
        )
        for column in changed
    ]


def _name(column: str) -> str:
    for code in COMPETENCIES:
        if column == code.replace(".", "").lower():
            return f"{code} {label(code, 'competency')}"
    return str(_NAMES[column])


def _value(table: str, column: str, value: Any, tree: UnitTree) -> str:
    if value is None or value == "":
        return ""
    if column in {"unit_id", "parent_id", "leads_unit_id"}:
        return tree.name_of(value)
    if column in {"grade", "grade_min", "grade_max"}:
        return grade(value)
    if column == "sources":
        return "; ".join(f"{_name(figure)}: {told}" for figure, told in value.items())
    kind = _KINDS_OF_TABLE.get((table, column)) or _KINDS.get(column)
    if kind in LABELS:
        return label(value, kind)
    return _plain(column, value)


def _plain(column: str, value: Any) -> str:
    shapes: tuple[tuple[type[Any] | tuple[type[Any], ...], Callable[[Any], str]], ...] = (
        (dt.date, long_date),
        ((Decimal, int), str if column == "year" else number),
    )
    return next((shape(value) for kinds, shape in shapes if isinstance(value, kinds)), str(value))
