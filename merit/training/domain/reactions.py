"""Reactions of participants: short, anonymous, told only as means of enough people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

QUESTIONS = ("useful", "material", "trainer", "pace", "venue", "apply")
MARKS = (1, 2, 3, 4, 5)
LEAST_REACTIONS = 3
LONGEST_COMMENT = 1000


@dataclass(frozen=True, slots=True)
class Reaction:
    """Mean of one question with the number of answers and their spread (0 for one answer)."""

    question: str
    n: int
    mean: float
    spread: float


def find_reaction_problem(marks: Mapping[str, int], comment: str) -> str | None:
    """Return why a form cannot be taken, or None."""
    if set(marks) != set(QUESTIONS) or any(mark not in MARKS for mark in marks.values()):
        return "reaction-incomplete"
    return "reaction-comment-long" if len(comment) > LONGEST_COMMENT else None


def summarise(forms: Sequence[Mapping[str, int]]) -> list[Reaction]:
    """Return the mean of every question; nothing below :data:`LEAST_REACTIONS` forms."""
    if len(forms) < LEAST_REACTIONS:
        return []
    found = []
    for question in QUESTIONS:
        marks = [form[question] for form in forms]
        found.append(Reaction(question, len(marks), fmean(marks), stdev(marks)))
    return found
