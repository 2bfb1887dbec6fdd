"""The plan of a test (kisi-kisi) as data: sections, rows of counts, fixed items, draw and forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import Field, field_validator

from merit.assessment.domain.adaptive import AdaptiveRules, rules_problems
from merit.assessment.domain.items import MAX_LEVEL, Document

ItemCode: TypeAlias = Annotated[str, Field(min_length=1, max_length=80)]
ItemKind: TypeAlias = Literal[
    "single_choice",
    "multiple_choice",
    "sjt",
    "true_false",
    "order",
    "match",
    "inline_choice",
    "text_entry",
    "numeric_entry",
    "hotspot",
    "slider",
    "essay",
    "composite",
    "information",
]
ITEM_KINDS: tuple[str, ...] = get_args(ItemKind)
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}\Z")  # of blueprints and sittings, fit for an address
MAX_FORMS = 12
MAX_ITEMS = 500


class BlueprintRow(Document):
    """So many items of one competency and level; what is left empty is not asked for.

    ``pool`` names the only items the row may draw from. A ``trial`` row draws items on trial: they are shown, never
    scored.
    """

    competency: str = ""
    level: Annotated[int, Field(ge=1, le=MAX_LEVEL)] | None = None
    subject: Annotated[str, Field(max_length=200)] = ""
    kinds: tuple[ItemKind, ...] = ()
    count: Annotated[int, Field(ge=1, le=200)]
    pool: Annotated[tuple[ItemCode, ...], Field(max_length=1000)] = ()
    trial: bool = False

    @field_validator("pool")
    @classmethod
    def _once(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(codes))


class BlueprintSection(Document):
    """A part of the test; ``fixed`` items come in every paper, before what the rows draw unless shuffled.

    An ``adaptive`` part has no paper: its items are chosen while the candidate works, and its rows say what every test
    holds at least.
    """

    name: Annotated[str, Field(min_length=1, max_length=200)]
    minutes: Annotated[int, Field(ge=1, le=600)] | None = None
    shuffle_items: bool = True
    shuffle_options: bool = True
    fixed: Annotated[tuple[ItemCode, ...], Field(max_length=200)] = ()
    rows: Annotated[tuple[BlueprintRow, ...], Field(max_length=80)] = ()
    adaptive: AdaptiveRules | None = None

    @field_validator("fixed")
    @classmethod
    def _once(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(codes))

    @property
    def total(self) -> int:
        """How many items a paper has in this section, an adaptive one at most."""
        asked = len(self.fixed) + sum(row.count for row in self.rows)
        return asked if self.adaptive is None else max(asked, self.adaptive.most)

    @property
    def demands(self) -> tuple[BlueprintRow, ...]:
        """Return the rows; of an adaptive part also what the longest test takes besides them."""
        asked = sum(row.count for row in self.rows)
        if self.adaptive is None or asked >= self.adaptive.most:
            return self.rows
        rest = BlueprintRow(competency=self.adaptive.competency, count=self.adaptive.most - asked)
        return (*self.rows, rest)


class BlueprintDocument(Document):
    """A blueprint; ``forms`` 0: everybody has a draw of their own, 1: all the same items, more: parallel forms."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")] = "id"
    minutes: Annotated[int, Field(ge=1, le=600)] = 90
    navigation: Literal["free", "forward"] = "free"
    forms: Annotated[int, Field(ge=0, le=MAX_FORMS)] = 1
    sections: Annotated[tuple[BlueprintSection, ...], Field(min_length=1, max_length=20)]

    @property
    def total(self) -> int:
        """How many items a paper has."""
        return sum(section.total for section in self.sections)

    @property
    def is_adaptive(self) -> bool:
        """Whether items are chosen while candidates work."""
        return any(section.adaptive is not None for section in self.sections)

    @property
    def section_minutes(self) -> int:
        """What the sections' own limits come to; a section without one counts nothing."""
        return sum(section.minutes or 0 for section in self.sections)

    def demands(self) -> Iterator[tuple[int, int, BlueprintRow]]:
        """Go through (section, row, demand) in order."""
        for at, section in enumerate(self.sections):
            for number, row in enumerate(section.demands):
                yield at, number, row


def document_problems(document: BlueprintDocument) -> list[str]:
    """Return reason codes for what is wrong with a blueprint whatever the bank holds; empty when nothing is."""
    problems = []
    if document.total == 0:
        problems.append("blueprint-empty")
    if document.total > MAX_ITEMS:
        problems.append("blueprint-too-long")
    if any(section.total == 0 for section in document.sections):
        problems.append("blueprint-section-empty")
    if document.section_minutes > document.minutes:
        problems.append("blueprint-sections-longer")
    fixed = [code for section in document.sections for code in section.fixed]
    if len(fixed) != len(set(fixed)):
        problems.append("blueprint-fixed-twice")
    return [*problems, *_adaptive_problems(document)]


def _adaptive_problems(document: BlueprintDocument) -> list[str]:
    parts = [section for section in document.sections if section.adaptive is not None]
    if not parts:
        return []
    problems = []
    if len(parts) < len(document.sections):
        problems.append("adaptive-mixed")
    if any(section.minutes for section in parts):
        problems.append("adaptive-section-minutes")
    if any(row.trial for section in parts for row in section.rows):
        problems.append("adaptive-trial-row")
    competencies = [section.adaptive.competency for section in parts if section.adaptive is not None]
    if len(competencies) != len(set(competencies)):
        problems.append("adaptive-competency-twice")
    for section in parts:
        assert section.adaptive is not None  # noqa: S101 -- chosen above
        rows = [(row.competency, row.count) for row in section.rows]
        problems.extend(rules_problems(section.adaptive, rows=rows, has_fixed=bool(section.fixed)))
    return list(dict.fromkeys(problems))
