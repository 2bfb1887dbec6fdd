"""The indicators a policy may use: unit, fixed bounds, Indonesian label, owner, legal source.

One pure table. ``merit.ranking.indicators`` adds the loader of each; nothing else may be weighed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class SeKind(StrEnum):
    """What ``default_se`` must hold for an indicator whose standard error is often unknown.

    Satisfaction surveys bring their own error; a policy may state one all the same, and a run that needs it and
    finds none is refused.
    """

    NONE = "none"
    NUMBER = "number"
    BY_METHOD = "by_method"
    RATER_SD = "rater_sd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One kind of evidence.

    ``low``/``high`` are fixed bounds of the value; ``step`` the default attainable change (None: one competency
    level); ``rising``: a higher value is better; ``shared``: belongs to a unit; ``decimals``: as shown on pages.
    """

    code: str
    label: str
    unit: str
    low: float
    high: float
    owner: str
    legal_source: str
    rising: bool = True
    may_not_apply: bool = False
    may_be_missing: bool = True
    default_se: SeKind = SeKind.NONE
    step: float | None = 1.0
    shared: bool = False
    decimals: int = 2


METHODS = ("cact", "asesmen", "internal")

_PERFORMANCE = "PermenPANRB 6/2022"
_ROWS = (
    Indicator(
        code="feedback.loyal",
        label="Umpan balik nilai Loyal",
        unit="nilai 1–5",
        low=1,
        high=5,
        owner="performance",
        legal_source="UU 20/2023 Pasal 3–4",
        may_not_apply=True,
        may_be_missing=False,
        default_se=SeKind.RATER_SD,
        step=0.5,
    ),
    Indicator(
        code="feedback.service",
        label="Umpan balik nilai Berorientasi Pelayanan",
        unit="nilai 1–5",
        low=1,
        high=5,
        owner="performance",
        legal_source="UU 20/2023 Pasal 3–4",
        may_not_apply=True,
        may_be_missing=False,
        default_se=SeKind.RATER_SD,
        step=0.5,
    ),
    Indicator(
        code="appraisal.behaviour",
        label="Perilaku kerja SKP dua tahun",
        unit="nilai 1–3",
        low=1,
        high=3,
        owner="performance",
        legal_source=_PERFORMANCE,
        step=0.5,
    ),
    Indicator(
        code="appraisal.result",
        label="Hasil kerja SKP dua tahun",
        unit="nilai 1–3",
        low=1,
        high=3,
        owner="performance",
        legal_source=_PERFORMANCE,
        step=0.5,
    ),
    Indicator(
        code="discipline.record",
        label="Catatan disiplin lima tahun",
        unit="bobot-bulan",
        low=0,
        high=60,
        owner="people",
        legal_source="PP 94/2021",
        rising=False,
        may_be_missing=False,
        decimals=0,
    ),
    Indicator(
        code="attendance.unexcused",
        label="Ketidakhadiran tanpa keterangan",
        unit="hari per tahun",
        low=0,
        high=28,
        owner="people",
        legal_source="PP 94/2021",
        rising=False,
        decimals=0,
    ),
    Indicator(
        code="assignment.accepted",
        label="Penugasan yang diterima",
        unit="bagian",
        low=0,
        high=1,
        owner="people",
        legal_source="UU 20/2023 Pasal 4",
        may_not_apply=True,
        may_be_missing=False,
        step=0.05,
    ),
    Indicator(
        code="unit.achievement",
        label="Capaian perjanjian kinerja unit yang dipimpin",
        unit="%",
        low=0,
        high=120,
        owner="performance",
        legal_source=_PERFORMANCE,
        may_not_apply=True,
        shared=True,
    ),
    Indicator(
        code="service.complaints",
        label="Pengaduan selesai tepat waktu",
        unit="bagian",
        low=0,
        high=1,
        owner="performance",
        legal_source="PermenPANRB 62/2018 (naskah perlu verifikasi)",
        may_not_apply=True,
        may_be_missing=False,
        step=0.05,
        shared=True,
    ),
    Indicator(
        code="service.response",
        label="Tanggapan pertama tepat waktu",
        unit="bagian",
        low=0,
        high=1,
        owner="performance",
        legal_source="PermenPANRB 62/2018 (naskah perlu verifikasi)",
        may_not_apply=True,
        may_be_missing=False,
        step=0.05,
        shared=True,
    ),
    Indicator(
        code="service.satisfaction",
        label="Survei kepuasan masyarakat unit yang dipimpin",
        unit="skor 25–100",
        low=25,
        high=100,
        owner="performance",
        legal_source="PermenPANRB 14/2017 (naskah perlu verifikasi)",
        may_not_apply=True,
        shared=True,
    ),
    Indicator(
        code="competency.jpm",
        label="Kesesuaian kompetensi (JPM)",
        unit="%",
        low=0,
        high=100,
        owner="assessment",
        legal_source="PermenPANRB 38/2017; Peraturan BKN 26/2019",
        default_se=SeKind.BY_METHOD,
        step=None,
    ),
    Indicator(
        code="training.transfer",
        label="Penerapan hasil pelatihan di tempat kerja",
        unit="nilai 0–100",
        low=0,
        high=100,
        owner="training",
        legal_source="PP 11/2017 Pasal 203",
        may_not_apply=True,
        may_be_missing=False,
        default_se=SeKind.NUMBER,
    ),
    Indicator(
        code="learning.duty",
        label="Kewajiban pengembangan kompetensi",
        unit="bagian",
        low=0,
        high=1,
        owner="training",
        legal_source="PP 11/2017 Pasal 203 ayat (4)",
        may_not_apply=True,
        may_be_missing=False,
        step=0.05,
    ),
)

CATALOGUE: Mapping[str, Indicator] = MappingProxyType({row.code: row for row in _ROWS})

INADMISSIBLE = (
    *("age", "birth", "gender", "opinion", "party", "political", "religion", "seniority", "sex"),
    *("afiliasi", "agama", "dukungan", "jenis_kelamin", "lama_kerja", "loyalitas_pribadi", "masa_kerja", "opini"),
    *("partai", "pendapat", "senioritas", "suku", "umur", "urut_kepangkatan", "usia", "tenure", "testimoni"),
)


def is_inadmissible(code: str) -> bool:
    """Whether a code names evidence the law does not admit (RANKING 1): seniority, opinion, support, age, sex."""
    words = set(code.lower().replace("-", ".").replace("_", ".").split("."))
    return code.lower() in INADMISSIBLE or not words.isdisjoint(INADMISSIBLE)
