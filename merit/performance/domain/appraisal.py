"""Rules of the yearly appraisal: ratings, predicates, years that count; pure."""

from __future__ import annotations

from functools import cache

import numpy as np

from merit.evidence import PREDICATES, BoolArray, IntArray
from merit.reference import load_document

RATINGS = ("di_bawah", "sesuai", "di_atas")
YEARS_WANTED = 2
YEARS_BACK = 4
# January to June of a common year, the shortest half year: whoever served it has not served "under six months".
SIX_MONTHS_DAYS = 181


def predicate_of(result: int, behaviour: int) -> int:
    """Return the predicate (1 Sangat Kurang to 5 Sangat Baik) of two ratings (1 di_bawah to 3 di_atas).

    Source: PermenPANRB 6/2022, annex; the nine cells stand in ``merit/data/performance.yaml``.
    """
    return _matrix()[result - 1][behaviour - 1]


def parse_rating(text: str) -> int | None:
    """Return 1, 2 or 3 for di_bawah, sesuai, di_atas (also with "ekspektasi" and spaces); None otherwise."""
    code = _normal(text).removesuffix(" ekspektasi").replace(" ", "_")
    return RATINGS.index(code) + 1 if code in RATINGS else None


def parse_predicate(text: str) -> int | None:
    """Return the ordinal of a predicate's name or synonym ("Cukup", "Kurang", "Misconduct"); None otherwise."""
    return _predicates().get(_normal(text))


def format_predicate(predicate: int) -> str:
    """Return the name of a predicate ordinal."""
    return PREDICATES[predicate - 1]


def choose_years(leave_days: IntArray, days_in_year: IntArray) -> BoolArray:
    """Return which years are assessed: the first two of Y-1 … Y-4 that leave did not cut below six months.

    ``leave_days`` int64[n, 4] for the years Y-1 … Y-4, ``days_in_year`` int64[4]. Rows with fewer than two such
    years have fewer than two chosen.
    """
    served = days_in_year - leave_days >= SIX_MONTHS_DAYS
    chosen: BoolArray = served & (np.cumsum(served, axis=1) <= YEARS_WANTED)
    return chosen


def _normal(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).lower()


@cache
def _matrix() -> tuple[tuple[int, ...], ...]:
    cells = load_document("performance")["matrix"]["cells"]
    return tuple(tuple(PREDICATES.index(name) + 1 for name in row) for row in cells)


@cache
def _predicates() -> dict[str, int]:
    ordinals = {_normal(name): number for number, name in enumerate(PREDICATES, start=1)}
    synonyms = load_document("performance")["synonyms"]
    return ordinals | {_normal(name): ordinals[_normal(meant)] for name, meant in synonyms.items()}
