"""The product's own reference data: tables of law and practice kept as files under ``merit/data``.

Every file carries its citation and status (``confirmed``, ``local``, ``needs_verification``). Pure and cached:
files are read once per process and never at import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

PPPK_BASE = 100


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade (golongan/ruang): ordinal, code such as ``III/d`` and name of the rank."""

    order: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Punishment:
    """A disciplinary punishment (PP 94/2021 art. 8).

    ``months``: duration, None when it has no end; ``severity``: points of ``discipline.record``, None when it is
    not counted there.
    """

    code: str
    level: str
    months: int | None
    severity: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Competency:
    """A competency of PermenPANRB 38/2017 with the titles of its levels 1-5."""

    code: str
    name: str
    group: str
    definition: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TierStandard:
    """Level required of every competency where the position has no standard of its own; None: none is known."""

    level: int | None
    status: str


@dataclass(frozen=True, slots=True)
class Category:
    """A class of percentages from ``floor`` (included) upwards."""

    code: str
    name: str
    floor: int


@cache
def load_document(name: str) -> Mapping[str, Any]:
    """Return the parsed reference file ``merit/data/NAME.yaml``; treat it as read-only."""
    text = files("merit").joinpath("data", f"{name}.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)  # the safe loader, in C
    return MappingProxyType(document)


@cache
def load_grades() -> Mapping[int, Grade]:
    """Return every grade by ordinal: 1-17 for I/a-IV/e, 101-117 for PPPK I-XVII."""
    document = load_document("ranks")
    grades = {row["order"]: Grade(row["order"], row["code"], row["name"]) for row in document["pns"]["grades"]}
    for number, code in enumerate(document["pppk"]["grades"], start=1):
        grades[PPPK_BASE + number] = Grade(PPPK_BASE + number, code, f"Golongan {code}")
    return MappingProxyType(grades)


@cache
def load_tier_grades() -> Mapping[str, tuple[str, str]]:
    """Return the usual lowest and highest grade codes per tier, where they are known."""
    ranges = load_document("ranks")["tiers"]["ranges"]
    return MappingProxyType({tier: (row["min"], row["max"]) for tier, row in ranges.items()})


@cache
def load_punishments() -> Mapping[str, Punishment]:
    """Return the nine punishments by code, mildest first."""
    rows = load_document("punishments")["punishments"]
    return MappingProxyType({row["code"]: Punishment(**row) for row in rows})


@cache
def load_competencies() -> Mapping[str, Competency]:
    """Return the nine competencies by code, in the order of the regulation."""
    rows = load_document("competencies")["competencies"]
    return MappingProxyType({row["code"]: Competency(**{**row, "levels": tuple(row["levels"])}) for row in rows})


@cache
def load_tier_standards() -> Mapping[str, TierStandard]:
    """Return the default standard per tier."""
    rows = load_document("competencies")["tier_standards"]["tiers"]
    return MappingProxyType({tier: TierStandard(**row) for tier, row in rows.items()})


@cache
def load_jpm_categories(purpose: str) -> tuple[Category, ...]:
    """Return the categories of the job person match for ``filling`` a post or ``mapping``, highest first."""
    rows = load_document("jpm")["purposes"][purpose]["categories"]
    return tuple(Category(row["code"], row["name"], row["from"]) for row in rows)


@cache
def load_complaint_deadlines() -> Mapping[str, int]:
    """Return the working days within which a complaint of each kind must be closed."""
    return MappingProxyType(dict(load_document("complaints")["deadline_working_days"]))
