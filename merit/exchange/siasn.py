"""Files of the national personnel system (SIASN): field names and code lists into the product's own columns.

Names come from public codebases, not from an official specification. ``confidence`` is in how many independent
ones a name was seen; 0 marks the product's own columns (unit and position codes, state), which an agency adds
because the national ids are not its codes. Both the JSON-service names (``tmtJabatan``)
and the UPPER CASE headers of the staff export (``TMT JABATAN``) are read; headers match without regard to case,
spaces and underscores.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from merit.errors import InvalidInputError
from merit.exchange.domain import normalise_header, show
from merit.exchange.readers.table import Table

SIASN, SP4N = "siasn", "sp4n"


@dataclass(frozen=True, slots=True)
class Source:
    """One column of the national files: its names with the confidence in them, and how a cell is translated."""

    column: str
    names: Mapping[str, int]
    translate: Callable[[object], object] | None = None


def _coded(codes: Mapping[str, str], width: int = 0) -> Callable[[object], object]:
    """Return a translation of codes (leading zeros restored); what is no code stays as it is."""

    def translate(raw: object) -> object:
        clean = show(raw).strip()
        if clean in {"", "-"}:
            return ""
        return codes.get(clean.zfill(width), codes.get(clean.casefold(), clean))

    return translate


def _blank(raw: object) -> object:
    """Return an empty cell for the dash the exports put where a value is absent."""
    return "" if raw is None or (isinstance(raw, str) and raw.strip() == "-") else raw


def _grade(raw: object) -> object:
    """Return ``III/d`` for ``34`` or ``III/D``; PPPK numerals stay (their ids collide with those of PNS)."""
    clean = show(raw).strip()
    return GRADES.get(clean, "" if clean == "-" else clean)


def _employment(raw: object) -> object:
    """Return PNS, CPNS or PPPK for ``P``, ``C`` and longer wordings."""
    clean = show(raw).strip().upper()
    short = {"P": "PNS", "C": "CPNS"}
    return short.get(clean, next((name for name in ("PPPK", "CPNS", "PNS") if name in clean), clean))


def _year(raw: object) -> object:
    """Return the year of ``2024`` or of a full date."""
    match = re.search(r"\b((?:19|20)\d{2})\b", show(raw))
    return match.group(1) if match else raw


GRADES = {
    f"{number}{place}": f"{roman}/{letter}"
    for number, roman, letters in ((1, "I", "abcd"), (2, "II", "abcd"), (3, "III", "abcd"), (4, "IV", "abcde"))
    for place, letter in enumerate(letters, start=1)
}
EDUCATION = {
    "05": "SD",
    "10": "SMP",
    "12": "SMP",
    "15": "SLTA",
    "17": "SLTA",
    "18": "SLTA",
    "20": "D1",
    "25": "D2",
    "30": "D3",
    "35": "S1/D4",
    "40": "S1/D4",
    "42": "S1/D4",
    "45": "S2",
    "47": "S2",
    "49": "S3",
    "50": "S3",
    "sltp": "SMP",
    "sltp kejuruan": "SMP",
    "slta kejuruan": "SLTA",
    "slta keguruan": "SLTA",
    "diploma i": "D1",
    "diploma ii": "D2",
    "diploma iii/sarjana muda": "D3",
    "diploma iv": "S1/D4",
    "s-1/sarjana": "S1/D4",
    "profesi": "S1/D4",
    "s-2": "S2",
    "spesialis": "S2",
    "s-3/doktor": "S3",
    "subspesialis": "S3",
}
RATINGS = {  # in the services 1 is the best
    "1": "di_atas",
    "2": "sesuai",
    "3": "di_bawah",
    "diatas ekspektasi": "di_atas",
    "di atas ekspektasi": "di_atas",
    "sesuai ekspektasi": "sesuai",
    "dibawah ekspektasi": "di_bawah",
    "di bawah ekspektasi": "di_bawah",
}
TRAINING_KINDS = {
    "1": "kepemimpinan",
    "2": "fungsional",
    "3": "teknis",
    "4": "lainnya",
    "5": "kepemimpinan",
    "6": "sosial_kultural",
    "7": "lainnya",
    "8": "teknis",
    "9": "seminar",
    "10": "lainnya",
    "diklat struktural": "kepemimpinan",
    "diklat fungsional": "fungsional",
    "diklat teknis": "teknis",
    "bimbingan teknis": "teknis",
    "pelatihan manajerial": "kepemimpinan",
    "pelatihan sosial kultural": "sosial_kultural",
    "workshop": "lainnya",
    "sosialisasi": "lainnya",
    "magang": "lainnya",
}
STRUCTURAL_TRAININGS = {
    "1": "SEPADA",
    "2": "DIKLATPIM_IV",
    "3": "DIKLATPIM_III",
    "4": "DIKLATPIM_II",
    "5": "DIKLATPIM_I",
}
SEX = {"m": "L", "f": "P", "1": "L", "2": "P", "pria": "L", "wanita": "P"}
PUNISHMENTS = {
    "teguran lisan": "R1",
    "teguran tertulis": "R2",
    "pernyataan tidak puas secara tertulis": "R3",
}
TIERS = {
    "ii.a": "jpt_pratama",
    "ii.b": "jpt_pratama",
    "iii.a": "administrator",
    "iii.b": "administrator",
    "iv.a": "pengawas",
    "iv.b": "pengawas",
    "pelaksana": "pelaksana",
    "4": "pelaksana",
}

_NIP = Source("nip", {"nipBaru": 1, "NIP BARU": 1, "nip": 1})
_DASH = _blank

SOURCES: Mapping[str, tuple[Source, ...]] = {
    "officials": (
        _NIP,
        Source("nama", {"nama": 2}),
        Source("gelar_depan", {"gelarDepan": 2}, _DASH),
        Source("gelar_belakang", {"gelarBelakang": 2}, _DASH),
        Source("jenis_kelamin", {"jenisKelamin": 2}, _coded(SEX)),
        Source("tanggal_lahir", {"tglLahir": 1, "TANGGAL LAHIR": 2}, _DASH),
        Source("status", {"STATUS CPNS PNS": 4, "statusPegawai": 1}, _employment),
        Source("golongan", {"GOL AKHIR NAMA": 3, "golRuangAkhir": 1, "GOL AKHIR ID": 4, "golRuangAkhirId": 1}, _grade),
        Source("tmt_golongan", {"TMT GOLONGAN": 3, "tmtGolAkhir": 1}, _DASH),
        Source(
            "pendidikan",
            {
                "TINGKAT PENDIDIKAN NAMA": 3,
                "tkPendidikanTerakhir": 1,
                "TINGKAT PENDIDIKAN ID": 3,
                "tkPendidikanTerakhirId": 1,
            },
            _coded(EDUCATION, 2),
        ),
        Source("bidang_studi", {"PENDIDIKAN NAMA": 3, "pendidikanTerakhirNama": 1}, _DASH),
        Source("unit", {"unit": 0, "UNOR ID": 1, "unorId": 1}),
        Source("jabatan", {"jabatan": 0, "JABATAN ID": 3, "jabatanStrukturalId": 1, "jabatanFungsionalId": 1}, _DASH),
        Source("tmt_jabatan", {"TMT JABATAN": 3, "tmtJabatan": 1}, _DASH),
        Source("email", {"EMAIL GOV": 4, "emailGov": 1, "email": 4}, _DASH),
    ),
    "career": (
        _NIP,
        Source("jabatan", {"namaJabatan": 1, "jabatanFungsionalNama": 1, "jabatanFungsionalUmumNama": 1}, _DASH),
        Source("jenjang", {"jenjang": 1, "eselon": 1, "jenisJabatan": 2}, _coded(TIERS)),
        Source("mulai", {"tmtJabatan": 2}, _DASH),
        Source("selesai", {"selesai": 0}, _DASH),
        Source("nomor_sk", {"nomorSk": 2}, _DASH),
    ),
    "training": (
        _NIP,
        Source("nama", {"namaKursus": 3, "latihanStrukturalNama": 1}, _DASH),
        Source("kode", {"latihanStrukturalId": 2}, _coded(STRUCTURAL_TRAININGS)),
        Source("jenis", {"jenisDiklatId": 3, "jenisKursusNama": 1}, _coded(TRAINING_KINDS)),
        Source("penyelenggara", {"institusiPenyelenggara": 3}, _DASH),
        Source("mulai", {"tanggalKursus": 3, "tanggal": 3}, _DASH),
        Source("selesai", {"tanggalSelesaiKursus": 3, "tanggalSelesai": 1}, _DASH),
        Source("jp", {"jumlahJam": 3}, _DASH),
        Source("nomor_sertifikat", {"noSertipikat": 1, "nomorSertipikat": 1, "nomor": 3}, _DASH),
    ),
    "performance": (
        _NIP,
        Source("tahun", {"tahun": 4}, _year),
        Source("hasil_kerja", {"hasilKinerjaNilai": 6, "hasilKinerja": 5}, _coded(RATINGS)),
        Source("perilaku_kerja", {"perilakuKerjaNilai": 6, "perilakuKerja": 5}, _coded(RATINGS)),
        Source("predikat", {"kuadranKinerja": 5}, _DASH),
        Source("penilai", {"namaPenilai": 4}, _DASH),
    ),
    "discipline": (
        _NIP,
        Source("kode", {"kode": 0, "jenisHukumanNama": 4}, _coded(PUNISHMENTS)),
        Source("nomor_sk", {"skNomor": 5}, _DASH),
        Source("tanggal", {"skTanggal": 5}, _DASH),
        Source("mulai", {"hukumanTanggal": 6}, _DASH),
        Source("selesai", {"akhirHukumTanggal": 4}, _DASH),
        Source("status", {"status": 0, "skPembatalanNomor": 3}),
    ),
}


def _complaint_class(raw: object) -> object:
    """Return the deadline class that a category of the extract names; a mere topic stays as it is."""
    clean = show(raw).strip().casefold()
    if "permintaan informasi" in clean or "normatif" in clean:
        return "normatif"
    if "berkadar pengawasan" in clean:
        return "tanpa_pengawasan" if "tidak berkadar" in clean else "pengawasan"
    return raw


# The extract of complaints has neither closing date nor deadline class of its own in the form seen (confidence 1).
SP4N_SOURCES: Mapping[str, tuple[Source, ...]] = {
    "complaints": (
        Source("nomor", {"nomor": 0, "tracking_id": 1}),
        Source("unit", {"unit": 0, "dinas_tujuan": 1}),
        Source("jenis", {"jenis": 0, "klasifikasi": 0, "kategori": 1}, _complaint_class),
        Source("diterima", {"diterima": 0, "tanggal_masuk": 1}),
    ),
}
FORMATS: Mapping[str, Mapping[str, tuple[Source, ...]]] = {SIASN: SOURCES, SP4N: SP4N_SOURCES}


def translate(table: Table, kind: str, form: str = SIASN) -> Table:
    """Return the table with the product's column names and values; unknown columns keep their names.

    Raises
    ------
    InvalidInputError
        The national system has no such file.
    """
    sources = FORMATS[form].get(kind)
    if sources is None:
        raise InvalidInputError(f"{form}-kind", kind=kind, kinds=", ".join(FORMATS[form]))
    places = {normalise_header(title): index for index, title in reversed(list(enumerate(table.header)))}
    header = list(table.header)
    columns: list[Sequence[object]] = list(table.columns)
    for source in sources:
        found = [places[normalise_header(name)] for name in source.names if normalise_header(name) in places]
        if not found:
            continue
        header[found[0]] = source.column
        columns[found[0]] = _translated(source, [table.columns[place] for place in found])
    if kind == "complaints":
        header.append("kanal")
        columns.append(["SP4N-LAPOR"] * table.height)
    if kind == "discipline":
        _fill_state(header, columns, table.height)
    return Table(
        sheet=table.sheet,
        header=tuple(header),
        header_row=table.header_row,
        columns=columns,
        rows=table.rows,
        sha256=table.sha256,
        file_name=table.file_name,
        is_text=table.is_text,
    )


def _translated(source: Source, columns: Sequence[Sequence[object]]) -> list[object]:
    """Return the first filled of several columns that mean the same, translated."""
    change = source.translate or _blank
    if len(columns) == 1:
        words = {value: change(value) for value in dict.fromkeys(columns[0])}
        return list(map(words.__getitem__, columns[0]))
    return [
        change(next((cell for cell in cells if _blank(cell) not in (None, "")), ""))
        for cells in zip(*columns, strict=True)
    ]


def _fill_state(header: list[str], columns: list[Sequence[object]], height: int) -> None:
    """Take a finding in the national record as final, unless a decree annulled it."""
    if "status" not in header:
        header.append("status")
        columns.append(["final"] * height)
        return
    place = header.index("status")
    states = {"proses", "final", "keberatan", "banding", "dibatalkan"}
    columns[place] = [
        cell if show(cell).casefold() in states else ("dibatalkan" if show(cell).strip() not in {"", "-"} else "final")
        for cell in columns[place]
    ]
