"""The files of the demonstration city: every kind of the exchange contract with its exact columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Cell: TypeAlias = str | int | dt.date | None
Row: TypeAlias = tuple[Cell, ...]

# In the order in which the files build on each other.
COLUMNS: dict[str, tuple[str, ...]] = {
    "units": ("kode", "nama", "induk", "jenis", "kecamatan"),
    "positions": (
        *("kode", "nama", "jenjang", "unit", "memimpin", "bidang", "golongan_min", "golongan_maks"),
        *("M.01", "M.02", "M.03", "M.04", "M.05", "M.06", "M.07", "M.08", "SK.01"),
    ),
    "officials": (
        *("nip", "nama", "gelar_depan", "gelar_belakang", "jenis_kelamin", "tanggal_lahir", "status", "golongan"),
        *("tmt_golongan", "pendidikan", "bidang_studi", "unit", "jabatan", "tmt_jabatan", "email"),
    ),
    "career": ("nip", "jabatan", "jenjang", "bidang", "mulai", "selesai", "nomor_sk"),
    "leave": ("nip", "jenis", "mulai", "selesai"),
    "performance": ("nip", "tahun", "hasil_kerja", "perilaku_kerja", "predikat", "penilai"),
    "feedback": ("nip", "tahun", "penilai", "kelompok", "aspek", "nilai"),
    "results": (
        *("nip", "kompetensi", "level", "skor", "se", "penyelenggara", "metode", "akreditasi", "tanggal"),
        "berlaku_sampai",
    ),
    "training": (
        *("nip", "nama", "kode", "jenis", "jalur", "penyelenggara", "mulai", "selesai", "jp", "nilai"),
        *("nomor_sertifikat", "transfer", "transfer_se"),
    ),
    "discipline": ("nip", "kode", "nomor_sk", "tanggal", "mulai", "selesai", "status"),
    "attendance": ("nip", "tahun", "tanpa_keterangan"),
    "assignments": ("nip", "nama", "ditawarkan", "tanggapan", "alasan_sah", "mulai", "selesai", "nomor_sk"),
    "attestations": ("nip", "fakta", "tanggal", "nomor", "berlaku_sampai"),
    "unit-results": (
        *("unit", "tahun", "capaian", "predikat", "sakip", "pekppp", "budaya_kerja", "kematangan", "spi"),
    ),
    "agreements": ("unit", "tahun", "triwulan", "indikator", "target", "realisasi", "satuan", "sumber"),
    "complaints": (
        *("nomor", "unit", "jenis", "kanal", "diterima", "ditanggapi", "ditutup", "dibuka_kembali", "hasil"),
    ),
    "satisfaction": ("unit", "periode", "skm", "responden", "simpangan"),
    "vacancies": ("kode", "jabatan", "tanggal", "jalur", "tanggal_pelantikan", "jumlah", "kebijakan"),
    "applications": ("nip", "lowongan", "tanggal", "status"),
    "awards": ("nip", "jenis", "nama", "pemberi", "nomor_sk", "tanggal", "keterangan"),
}
KINDS = tuple(COLUMNS)
# Kinds that need policies in force: a vacancy freezes the policy it names.
VACANCY_KINDS = ("vacancies", "applications")


@dataclass(frozen=True, slots=True)
class Table:
    """One file: its kind and its rows in the order of the kind's columns."""

    kind: str
    rows: tuple[Row, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Header of the file."""
        return COLUMNS[self.kind]


def make_table(kind: str, rows: Iterable[Row]) -> Table:
    """Return the table of a kind; every row has one cell per column."""
    listed = tuple(rows)
    width = len(COLUMNS[kind])
    if any(len(row) != width for row in listed):
        raise ValueError(kind)
    return Table(kind, listed)


def show_decimal(value: float, places: int) -> str:
    """Write a decimal with a point and a fixed number of places."""
    return f"{value:.{places}f}"
