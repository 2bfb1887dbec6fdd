"""The one contract between records and ranking: columns of evidence and facts for gates.

Records live in four slices; the ranking knows none of their tables. Every slice offers loaders in its
``evidence`` module which answer an :class:`EvidenceRequest` with a :class:`Column` (one indicator) or one
of the fact tables below. All arrays are aligned to ``request.officials`` (row ``i`` is official ``i``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
StrArray: TypeAlias = NDArray[np.str_]
DateArray: TypeAlias = NDArray[np.datetime64]

OPEN_END = np.datetime64("9999-12-31", "D")
NO_DATE = np.datetime64("NaT", "D")
NO_SOURCE = 0


class Status(IntEnum):
    """Standing of one official's value on one indicator."""

    MEASURED = 0
    MISSING = 1
    NOT_APPLICABLE = 2
    EXPIRED = 3
    DISPUTED = 4


class Surplus(StrEnum):
    """Whether a level above the standard may offset a gap elsewhere (policy switch)."""

    CAPPED = "capped"
    OFFSET = "offset"


@dataclass(frozen=True, slots=True)
class Exact:
    """The value does not vary."""


@dataclass(frozen=True, slots=True)
class Normal:
    """The value varies normally.

    ``se``: float64[n], in the indicator's unit, NaN where nothing is measured.
    ``is_default``: True where the policy's default standard error was used for want of a recorded one.
    """

    se: FloatArray
    is_default: BoolArray


@dataclass(frozen=True, slots=True)
class Share:
    """The value is ``k / n`` of counted cases; draws are Beta(k + 1, n - k + 1)."""

    k: IntArray
    n: IntArray


@dataclass(frozen=True, slots=True)
class Levels:
    """Probability of each competency level: ``p`` float64[n, C, 5] against ``standard`` int64[C].

    A competency measured without error has probability one at its level. ``surplus`` tells how the levels
    become the value (job person match in percent), so that draws use the same rule.
    """

    p: FloatArray
    standard: IntArray
    codes: tuple[str, ...]
    surplus: Surplus
    is_default: BoolArray


Noise: TypeAlias = Exact | Normal | Share | Levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One indicator for n officials.

    ``value``: float64[n] in the indicator's unit, one division of exact integers; NaN unless MEASURED.
    ``noise``: how the value may vary. ``status``: int8[n] of :class:`Status`. ``as_of``: date of the newest
    source (NaT when none). ``source``: id of the evidence row for the link "lihat bukti" (0 when none).
    ``alternative``: float64[n, 2], the two contested values where DISPUTED, else NaN; None when no row is.
    ``stream``: key of the random stream where evidence is shared (the unit's kode), "" for the official's own.
    ``internal``: True where only results of ``metode: internal`` made the value; None when it cannot happen.
    ``note``: reason code per official for the page ("few-cases", "group-too-small"), "" when none.
    """

    value: FloatArray
    noise: Noise
    status: NDArray[np.int8]
    as_of: DateArray
    source: IntArray
    alternative: FloatArray | None = None
    stream: StrArray | None = None
    internal: BoolArray | None = None
    note: StrArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRequest:
    """What a loader is asked: whom, on which date, known when, under which policy parameters.

    ``officials``: int64[n], ids of officials in the order the answer must have.
    ``known_at``: None means everything known now; otherwise only facts recorded by then.
    ``standard``: competency code to required level of the vacancy's position (nine entries, may be empty).
    ``default_se``: the policy's ``default_se`` document as it stands. ``related_field``: bidang of the position.
    """

    as_of: dt.date
    officials: IntArray
    known_at: dt.datetime | None = None
    standard: Mapping[str, int] = field(default_factory=dict)
    surplus: Surplus = Surplus.CAPPED
    internal_allowed: bool = False
    default_se: Mapping[str, Any] = field(default_factory=dict)
    response_working_days: int = 1
    related_field: str = ""

    @property
    def year(self) -> int:
        """Year Y of the as-of date."""
        return self.as_of.year

    @property
    def rater_sd(self) -> float:
        """Prior standard deviation of one rater (s0)."""
        return float(self.default_se.get("rater_sd", 0.8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """One fact per official.

    ``value`` int64[n] is an ordinal, a code or days since 1970-01-01; ``known`` whether it is recorded;
    ``source`` the row it came from (0 when none).
    """

    value: IntArray
    known: BoolArray
    source: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTable:
    """Any number of facts per official, as aligned arrays sorted by ``row`` (index of the official).

    ``code`` says what the fact is about (a tier, a punishment, a training, a competency, an attested fact).
    ``value`` is its number (level, predicate ordinal; 0 when none). ``start``/``end`` are its period, both
    ends included, ``OPEN_END`` while it lasts; ``dated`` the date of the document. ``state`` is the procedural
    state ("final", "proses", …), "" when none. ``tag`` is a second text (field of a post, method of a result).
    """

    row: IntArray
    code: StrArray
    value: IntArray
    start: DateArray
    end: DateArray
    dated: DateArray
    state: StrArray
    tag: StrArray
    source: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What gates read, one entry or table per topic; every slice fills the topics it owns.

    people: ``nip`` str[n]; ``employment`` (index in EMPLOYMENT); ``education`` (ordinal in EDUCATION);
    ``grade`` (1-17 for I/a-IV/e; 101-117 for PPPK I-XVII); ``birth`` (days since 1970-01-01); ``tier`` (index
    in TIERS, of the post held on the as-of date); ``position_since`` (days since 1970-01-01);
    ``posts`` (code tier, tag bidang, present post ends on the as-of date); ``findings`` (code R1-B3, value
    1 ringan, 2 sedang, 3 berat, state); ``attestations`` (code fakta).
    performance: ``predicates`` (code the year, value 1 Sangat Kurang to 5 Sangat Baik).
    training: ``trainings`` (code, upper case, of trainings ended by the as-of date).
    assessment: ``technical`` (code, level; tag ``accredited`` or ``internal``; only valid on the as-of date).
    """

    nip: StrArray
    employment: Datum
    education: Datum
    grade: Datum
    birth: Datum
    tier: Datum
    position_since: Datum
    posts: FactTable
    findings: FactTable
    attestations: FactTable
    predicates: FactTable
    trainings: FactTable
    technical: FactTable


EMPLOYMENT = ("PNS", "CPNS", "PPPK")
EDUCATION = ("SD", "SMP", "SLTA", "D1", "D2", "D3", "S1/D4", "S2", "S3")
TIERS = (
    "pelaksana",
    "jf_pemula",
    "jf_terampil",
    "jf_mahir",
    "jf_ahli_pertama",
    "pengawas",
    "jf_penyelia",
    "jf_ahli_muda",
    "administrator",
    "jf_ahli_madya",
    "jpt_pratama",
    "jf_ahli_utama",
)
TIER_ORDER = {
    **dict.fromkeys(TIERS[0:5], 1),
    **dict.fromkeys(TIERS[5:8], 2),
    **dict.fromkeys(TIERS[8:10], 3),
    **dict.fromkeys(TIERS[10:12], 4),
}
PREDICATES = ("Sangat Kurang", "Kurang/Misconduct", "Butuh Perbaikan", "Baik", "Sangat Baik")
COMPETENCIES = ("M.01", "M.02", "M.03", "M.04", "M.05", "M.06", "M.07", "M.08", "SK.01")
