"""The tree of a GIFT text: questions, answers, texts and numbers as written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["MC", "Short", "TF", "Numerical", "Matching", "Essay", "Description", "Category"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text and how it is written."""

    format: str
    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number with a tolerance, or the bounds of a range; the other is None."""

    value: Decimal | None = None
    tolerance: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: ``weight`` in percent where one is written."""

    is_correct: bool
    weight: Decimal | None
    text: Text | Number
    feedback: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One block of the file; ``before`` and ``after`` surround a gap, ``line`` is where it begins."""

    kind: Kind
    line: int
    title: str | None = None
    id: str | None = None
    tags: tuple[str, ...] = ()
    stem: Text = Text("moodle", "")
    before: str = ""
    after: str = ""
    feedback: Text | None = None
    answers: tuple[Answer, ...] = ()
    pairs: tuple[tuple[Text, str], ...] = ()
    is_true: bool = False
    is_single_number: bool = False
    true_feedback: Text | None = None
    false_feedback: Text | None = None

    @property
    def is_embedded(self) -> bool:
        """Whether the text goes on after the answers."""
        return bool(self.after)


@dataclass(frozen=True, slots=True)
class BrokenBlock:
    """A block that does not follow the grammar."""

    line: int
    code: str
    title: str
