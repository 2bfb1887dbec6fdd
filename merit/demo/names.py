"""Names of people who do not exist, and titles that go with an education."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from merit.demo.draws import Draws, Ints, Stream

_PARTS = Path(__file__).with_name("names.yaml")
_THIRD_NAME = 0.18

TITLES: dict[tuple[str, str], tuple[str, ...]] = {
    ("D3", "kesehatan"): ("A.Md.Kep.", "A.Md.Keb."),
    ("D3", ""): ("A.Md.",),
    ("S1/D4", "pendidikan"): ("S.Pd.",),
    ("S1/D4", "kesehatan"): ("S.K.M.", "S.Kep.", "S.Tr.Keb."),
    ("S1/D4", "infrastruktur"): ("S.T.",),
    ("S1/D4", "keuangan"): ("S.E.",),
    ("S1/D4", "komunikasi"): ("S.Kom.", "S.I.Kom."),
    ("S1/D4", "pemerintahan"): ("S.IP.", "S.STP.", "S.H."),
    ("S1/D4", ""): ("S.Sos.", "S.E.", "S.H.", "S.AP."),
    ("S2", "pendidikan"): ("S.Pd., M.Pd.",),
    ("S2", "kesehatan"): ("S.K.M., M.Kes.",),
    ("S2", "infrastruktur"): ("S.T., M.T.",),
    ("S2", ""): ("S.Sos., M.Si.", "S.E., M.M.", "S.H., M.H.", "S.IP., M.AP."),
    ("S3", ""): ("S.E., M.Si.", "S.H., M.H."),
}

STUDY_FIELDS = {
    "pendidikan": ("Pendidikan Guru Sekolah Dasar", "Pendidikan Matematika", "Pendidikan Bahasa Indonesia"),
    "kesehatan": ("Keperawatan", "Kebidanan", "Kesehatan Masyarakat", "Farmasi"),
    "infrastruktur": ("Teknik Sipil", "Arsitektur", "Perencanaan Wilayah dan Kota"),
    "keuangan": ("Akuntansi", "Manajemen", "Ekonomi Pembangunan"),
    "komunikasi": ("Teknik Informatika", "Sistem Informasi", "Ilmu Komunikasi"),
    "lingkungan": ("Teknik Lingkungan", "Biologi"),
    "": ("Administrasi Publik", "Ilmu Hukum", "Sosiologi", "Ilmu Pemerintahan", "Manajemen"),
}


@cache
def _cultures() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(_PARTS.read_text(encoding="utf-8")))


def draw_names(draws: Draws, sexes: Sequence[str]) -> list[str]:
    """Return one synthetic full name per person of the given sex (L or P)."""
    stream = draws.stream("names")
    cultures = _cultures()
    chosen = stream.pick([culture["share"] for culture in cultures], len(sexes))
    pieces = stream.uniform(len(sexes), 4)
    return [
        _compose(cultures[culture], sex, [float(u) for u in row])
        for culture, sex, row in zip(chosen, sexes, pieces, strict=True)
    ]


def _compose(culture: dict[str, Any], sex: str, u: list[float]) -> str:
    first, last = _pick(culture[sex], u[0]), _pick(culture[f"{sex}2"], u[1])
    middle = _pick(culture[f"{sex}2"], u[2]) if u[3] < _THIRD_NAME and not culture.get("marga") else ""
    if last == first:
        last = culture[f"{sex}2"][0] if culture[f"{sex}2"][0] != first else culture[f"{sex}2"][1]
    return " ".join(part for part in (first, middle if middle != last else "", last) if part)


def _pick(parts: Sequence[str], u: float) -> str:
    return parts[int(u * len(parts))]


def draw_titles(stream: Stream, education: Sequence[str], fields: Sequence[str]) -> list[tuple[str, str]]:
    """Return title before and after the name for each education and field of work."""
    picks: Ints = stream.integers(0, 999, len(education))
    titles = []
    for level, field, pick in zip(education, fields, picks, strict=True):
        options = TITLES.get((level, field)) or TITLES.get((level, "")) or ("",)
        titles.append(("Dr." if level == "S3" else "", options[int(pick) % len(options)]))
    return titles


def study_field(education: str, field: str, pick: int) -> str:
    """Return a field of study that suits the work, empty below a diploma."""
    if education in {"SD", "SMP", "SLTA"}:
        return ""
    options = STUDY_FIELDS.get(field) or STUDY_FIELDS[""]
    return options[pick % len(options)]
