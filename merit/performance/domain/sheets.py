"""The rating form of 360 feedback: its behaviours, and what one filled sheet says; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from statistics import fmean

from merit.reference import load_document

LOWEST, HIGHEST = 1, 5
NOT_OBSERVED = 0
_PLACES = Decimal("0.000001")
Answers = Mapping[str, int]


class Sign(StrEnum):
    """Why a sheet may have been filled without care."""

    STRAIGHT = "feedback-sign-straight"
    QUICK = "feedback-sign-quick"
    SCATTERED = "feedback-sign-scattered"


class SheetProblem(StrEnum):
    """Why a sheet cannot be handed in."""

    MARK = "feedback-mark-unknown"
    INCOMPLETE = "feedback-incomplete"
    FEW = "feedback-few-observed"


@dataclass(frozen=True, slots=True)
class Value:
    """One of the seven core values with its three behaviours; ``source`` is the citation of their words."""

    code: str
    behaviours: tuple[str, ...]
    source: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of its behaviours in a sheet, such as ``loyal-1``."""
        return tuple(f"{self.code}-{number}" for number, _text in enumerate(self.behaviours, 1))


@cache
def load_values() -> tuple[Value, ...]:
    """Return the seven values in their order (``merit/data/berakhlak.yaml``)."""
    document = load_document("berakhlak")
    common = document["citation"]
    return tuple(
        Value(row["code"], tuple(row["behaviours"]), row.get("citation", common)) for row in document["values"]
    )


@cache
def load_scale() -> tuple[str, ...]:
    """Return the words of marks 1 to 5."""
    return tuple(load_document("berakhlak")["scale"])


def all_keys() -> tuple[str, ...]:
    """Return the names of the 21 behaviours."""
    return tuple(key for value in load_values() for key in value.keys)


def find_problem(answers: Answers) -> SheetProblem | None:
    """Return why a sheet cannot be handed in, None when it can; 0 stands for "cannot observe"."""
    keys = set(all_keys())
    if not set(answers) <= keys or any(mark not in range(HIGHEST + 1) for mark in answers.values()):
        return SheetProblem.MARK
    if set(answers) != keys:
        return SheetProblem.INCOMPLETE
    least = load_document("berakhlak")["checks"]["least_answers"]
    return SheetProblem.FEW if len(_given(answers)) < least else None


def value_means(answers: Answers) -> dict[str, Decimal]:
    """Return the mean mark (1-5, six places) of every value with a behaviour observed."""
    found: dict[str, Decimal] = {}
    for value in load_values():
        marks = [answers[key] for key in value.keys if answers.get(key, NOT_OBSERVED) != NOT_OBSERVED]
        if marks:
            found[value.code] = (Decimal(sum(marks)) / len(marks)).quantize(_PLACES)
    return found


def find_signs(answers: Answers, seconds: float) -> list[Sign]:
    """Return the signs of a careless sheet: one mark throughout, too quick, marks scattered within the values.

    ``seconds`` is the time between the first opening and handing in. Scattered: the mean over values of (highest
    - lowest mark within the value) reaches the threshold, 0-4. Source: Meade & Craig (2012), indices of long
    strings, response time and even-odd consistency.
    """
    checks = load_document("berakhlak")["checks"]
    marks = _given(answers)
    signs = [Sign.STRAIGHT] if marks and len(set(marks)) == 1 else []
    if seconds < checks["seconds_per_answer"] * len(marks):
        signs.append(Sign.QUICK)
    ranges = []
    for value in load_values():
        own = [answers[key] for key in value.keys if answers.get(key, NOT_OBSERVED) != NOT_OBSERVED]
        if len(own) > 1:
            ranges.append(max(own) - min(own))
    if ranges and fmean(ranges) >= checks["range_within_value"]:
        signs.append(Sign.SCATTERED)
    return signs


def _given(answers: Answers) -> list[int]:
    return [mark for mark in answers.values() if mark != NOT_OBSERVED]
