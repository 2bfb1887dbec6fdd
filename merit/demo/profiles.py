"""What is usual in each tier: service, tenure, education, grades and the posts before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Range: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is usual in a tier: years of service, years in the tier (range and skew), education, grades."""

    service: Range
    tenure: Range
    skew: float
    education: tuple[tuple[str, float], ...]
    grades: tuple[str, str]
    before: tuple[tuple[str, Range], ...]
    lift: float = 0.0


# Earlier tiers, latest first; the last one takes all years that remain.
PROFILES = {
    "jpt_pratama": Profile(
        service=(21, 32),
        tenure=(0.3, 6),
        skew=1.2,
        education=(("S1/D4", 20), ("S2", 74), ("S3", 6)),
        grades=("IV/b", "IV/c"),
        before=(("administrator", (4, 9)), ("pengawas", (3, 6)), ("pelaksana", (3, 9))),
        lift=0.7,
    ),
    "administrator": Profile(
        service=(15, 30),
        tenure=(0.3, 9),
        skew=1.4,
        education=(("S1/D4", 52), ("S2", 46), ("S3", 2)),
        grades=("III/d", "IV/b"),
        before=(("pengawas", (3, 8)), ("pelaksana", (3, 9))),
        lift=0.5,
    ),
    "pengawas": Profile(
        service=(7, 29),
        tenure=(0.2, 11),
        skew=1.8,
        education=(("D3", 12), ("S1/D4", 69), ("S2", 19)),
        grades=("III/b", "III/d"),
        before=(("pelaksana", (4, 20)),),
        lift=0.35,
    ),
    "jf_ahli_madya": Profile(
        service=(17, 34),
        tenure=(0.5, 10),
        skew=1.1,
        education=(("S1/D4", 76), ("S2", 24)),
        grades=("IV/a", "IV/b"),
        before=(("jf_ahli_muda", (4, 8)), ("jf_ahli_pertama", (4, 9))),
        lift=0.3,
    ),
    "jf_ahli_muda": Profile(
        service=(9, 24),
        tenure=(0.3, 6),
        skew=0.9,
        education=(("S1/D4", 78), ("S2", 22)),
        grades=("III/c", "III/d"),
        before=(("jf_ahli_pertama", (4, 9)), ("pelaksana", (1, 4))),
        lift=0.2,
    ),
    "jf_ahli_pertama": Profile(
        service=(1.2, 11),
        tenure=(0.5, 9),
        skew=1.0,
        education=(("S1/D4", 94), ("S2", 6)),
        grades=("III/a", "III/b"),
        before=(("pelaksana", (1, 4)),),
    ),
    "jf_penyelia": Profile(
        service=(16, 31),
        tenure=(0.5, 8),
        skew=1.0,
        education=(("D3", 78), ("S1/D4", 22)),
        grades=("III/c", "III/d"),
        before=(("jf_mahir", (4, 8)), ("jf_terampil", (4, 9))),
        lift=0.1,
    ),
    "jf_mahir": Profile(
        service=(9, 20),
        tenure=(0.5, 7),
        skew=1.0,
        education=(("D3", 84), ("S1/D4", 16)),
        grades=("III/a", "III/b"),
        before=(("jf_terampil", (4, 9)),),
    ),
    "jf_terampil": Profile(
        service=(1.2, 10),
        tenure=(0.5, 9),
        skew=1.0,
        education=(("D3", 90), ("S1/D4", 10)),
        grades=("II/c", "II/d"),
        before=(),
    ),
    "jf_pemula": Profile(
        service=(1, 6), tenure=(0.5, 5), skew=1.0, education=(("SLTA", 1),), grades=("II/a", "II/b"), before=()
    ),
    "pelaksana": Profile(
        service=(2, 31),
        tenure=(1, 14),
        skew=1.2,
        education=(("SMP", 2), ("SLTA", 36), ("D3", 18), ("S1/D4", 42), ("S2", 2)),
        grades=("II/a", "III/c"),
        before=(),
        lift=-0.1,
    ),
}
