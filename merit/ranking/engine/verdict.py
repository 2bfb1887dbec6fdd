"""What one gate says of every official, before it is known whether the rule may block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merit.evidence import BoolArray, Column, DateArray, Datum, Facts, FactTable, IntArray
from merit.ranking.domain import Ground, Outcome, Unit
from merit.ranking.engine.calendar import as_days
from merit.ranking.engine.types import GateRule, SmallArray, VacancyTerms

OUTCOME_OF_GROUND = np.array(
    [
        Outcome.PASS,  # MET
        Outcome.FAIL,  # NOT_MET
        Outcome.HOLD,  # MISSING
        Outcome.HOLD,  # PENDING
        Outcome.VERIFY,  # INTERNAL_ONLY
        Outcome.VERIFY,  # DISPUTED
        Outcome.PASS,  # NOT_APPLICABLE
        Outcome.HOLD,  # EXPIRED
        Outcome.HOLD,  # FIELD_UNKNOWN
        Outcome.HOLD,  # POSITION_WITHOUT_FIELD
    ],
    dtype=np.int8,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a kind of gate may look at."""

    facts: Facts
    columns: Mapping[str, Column]
    rule: GateRule
    vacancy: VacancyTerms
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Ground and fact per official; see ``GateColumn`` for the meaning of each array."""

    unit: Unit
    ground: SmallArray
    fact: IntArray
    known: BoolArray
    threshold: int | None
    met_from: DateArray
    source: IntArray

    @property
    def verdict(self) -> SmallArray:
        """What the ground means for the outcome."""
        return np.asarray(OUTCOME_OF_GROUND[self.ground], dtype=np.int8)


def no_dates(n: int) -> DateArray:
    """Return n times NaT."""
    return np.full(n, np.datetime64("NaT", "D"))


def grounds(met: BoolArray) -> SmallArray:
    """Return MET or NOT_MET per official."""
    return np.where(met, Ground.MET, Ground.NOT_MET).astype(np.int8)


def from_datum(datum: Datum, met: BoolArray, unit: Unit, threshold: int | None, n: int) -> Verdict:
    """Return the verdict on one fact per official; what is not known is MISSING."""
    ground = np.where(datum.known, grounds(met), np.int8(Ground.MISSING)).astype(np.int8)
    return Verdict(
        unit=unit,
        ground=ground,
        fact=datum.value,
        known=datum.known,
        threshold=threshold,
        met_from=no_dates(n),
        source=datum.source,
    )


def marked(table: FactTable, chosen: BoolArray, n: int) -> BoolArray:
    """Return which officials have at least one chosen row."""
    found = np.zeros(n, dtype=bool)
    found[table.row[chosen]] = True
    return found


def counted(table: FactTable, chosen: BoolArray, n: int) -> IntArray:
    """Return how many chosen rows each official has."""
    return np.bincount(table.row[chosen], minlength=n).astype(np.int64)


def newest(table: FactTable, chosen: BoolArray, by: DateArray, n: int) -> IntArray:
    """Return per official the index of the chosen row with the latest date, -1 where there is none."""
    picked = np.flatnonzero(chosen)
    order = picked[np.lexsort((as_days(by[picked]), table.row[picked]))]
    index = np.full(n, -1, dtype=np.int64)
    index[table.row[order]] = order
    return index


def take(values: NDArray[np.int64], index: IntArray) -> IntArray:
    """Return ``values[index]``, 0 where the index is -1."""
    if values.size == 0:
        return np.zeros(index.shape, dtype=np.int64)
    return np.where(index >= 0, values[np.maximum(index, 0)], 0).astype(np.int64)
