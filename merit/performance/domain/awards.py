"""Yearly award categories of units: which figure decides, and the order it gives; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from merit.reference import load_document

AWARDS = ("accountability", "work_culture", "maturity", "service_index", "integrity_survey")


@dataclass(frozen=True, slots=True)
class Award:
    """One category: the figure of that name decides, 0 to ``highest``; the citation says where the scale stands."""

    code: str
    highest: int
    citation: str
    status: str
    measured_by: str


@cache
def load_awards() -> Mapping[str, Award]:
    """Return the categories by code."""
    rows = load_document("awards")["categories"]
    return {row["code"]: Award(**row) for row in rows}


def rank_units(figures: Mapping[int, Decimal | None]) -> dict[int, int]:
    """Return the rank of each unit that has a figure: highest first, equal figures share a rank (1, 1, 3)."""
    known = {unit: figure for unit, figure in figures.items() if figure is not None}
    ordered = sorted(known.values(), reverse=True)
    first = {figure: place for place, figure in reversed(list(enumerate(ordered, start=1)))}
    return {unit: first[figure] for unit, figure in known.items()}
