"""The figures of the index: shipped with their citation, corrected by versions of the agency, checked as a whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from merit.reference import load_document

DIMENSIONS = ("kualifikasi", "kompetensi", "kinerja", "disiplin")
GROUPS = ("struktural", "fungsional", "pelaksana")
CATEGORIES = ("sangat_tinggi", "tinggi", "sedang", "rendah", "sangat_rendah")
PLACES = 2  # decimals a figure may have: 17,5 and 22,5 are in use
_LOCAL = "local"
# Within each of these a better record is worth at least as much as the next one.
_DESCENDING = (
    ("education_s3", "education_s2", "education_s1", "education_d3", "education_upper", "education_below"),
    ("appraisal_5", "appraisal_4", "appraisal_3", "appraisal_2", "appraisal_1"),
    ("discipline_none", "discipline_light", "discipline_medium", "discipline_heavy"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of the rules: points (``unit`` is ``nilai``) or a bound in JP, months or years.

    ``shipped`` is the product's own value, ``value`` the one in force; ``status`` and ``citation`` tell how firm it
    is. The rest says what it applies to, as the data file explains.
    """

    code: str
    dimension: str
    unit: str
    value: Decimal
    shipped: Decimal
    status: str
    citation: str
    lowest: Decimal
    highest: Decimal
    levels: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    not_codes: tuple[str, ...] = ()
    hours: str = ""
    months: str = ""
    predicate: int = 0
    severity: int | None = None

    @property
    def is_points(self) -> bool:
        """Whether the number is points of the index."""
        return self.unit == "nilai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Every figure in force, by code; ``number`` is the agency's version, 0 the product's own."""

    figures: Mapping[str, Figure]
    weights: Mapping[str, Decimal]
    above: Mapping[str, Decimal]
    number: int = 0

    def points(self, code: str) -> Decimal:
        """Return the points of a figure."""
        return self.figures[code].value

    def whole(self, code: str) -> int:
        """Return a bound as a whole number."""
        return int(self.figures[code].value)

    def of(self, dimension: str) -> tuple[Figure, ...]:
        """Return the figures of a dimension in the order of the file, points before bounds."""
        return tuple(figure for figure in self.figures.values() if figure.dimension == dimension)

    def trainings_of(self, group: str) -> tuple[Figure, ...]:
        """Return what counts as competence for a kind of post."""
        return tuple(figure for figure in self.figures.values() if group in figure.groups)

    @property
    def sha256(self) -> str:
        """Hash of everything that decides an index."""
        said: dict[str, Any] = {
            "figures": {code: _text(figure.value) for code, figure in self.figures.items()},
            "weights": {code: _text(value) for code, value in self.weights.items()},
            "above": {code: _text(value) for code, value in self.above.items()},
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a set of figures cannot stand: a reason code, the figure it is about ("" for the whole), details."""

    code: str
    figure: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@cache
def shipped_rules() -> Rules:
    """Return the figures of ``merit/data/ip_asn.yaml``."""
    document = load_document("ip_asn")
    weights = {code: Decimal(str(value)) for code, value in document["weights"]["points"].items()}
    figures = [_points(row, weights) for row in document["figures"]] + [_bound(row) for row in document["limits"]]
    return Rules(
        figures=MappingProxyType({figure.code: figure for figure in figures}),
        weights=MappingProxyType(weights),
        above=MappingProxyType({code: Decimal(value) for code, value in document["categories"]["above"].items()}),
    )


def corrected_rules(values: Mapping[str, Decimal], *, number: int, basis: str) -> Rules:
    """Return the shipped rules with the agency's figures; one that differs from the file is ``local``."""
    shipped = shipped_rules()
    figures = {
        code: figure
        if values.get(code, figure.value) == figure.value
        else replace(figure, value=values[code], status=_LOCAL, citation=basis)
        for code, figure in shipped.figures.items()
    }
    return replace(shipped, figures=MappingProxyType(figures), number=number)


def check_values(values: Mapping[str, Decimal]) -> list[Problem]:
    """Return what is wrong with a set of figures; an empty list: it can stand.

    Every dimension must be reachable in full and no more, for every kind of post, so that the index is out of 100;
    and a better record must never be worth less.
    """
    rules = shipped_rules()
    unknown = [Problem(code="ipasn-figure-unknown", figure=code) for code in sorted(set(values) - set(rules.figures))]
    given = {code: values.get(code, figure.value) for code, figure in rules.figures.items()}
    ranges = [problem for code, figure in rules.figures.items() if (problem := _range_problem(figure, given[code]))]
    return unknown or ranges or [*_order_problems(given), *_sum_problems(rules, given)]


def group_of(tier: str) -> str:
    """Return the kind of post of a tier, "" for a tier the file does not name."""
    groups = load_document("ip_asn")["groups"]
    return next((group for group in GROUPS if tier in groups[group]), "")


def category_of(index: Decimal, rules: Rules) -> str:
    """Return the category of an index (0-100)."""
    return next(code for code in CATEGORIES if index > rules.above[code])


def _range_problem(figure: Figure, value: Decimal) -> Problem | None:
    step = Decimal(1).scaleb(-PLACES) if figure.is_points else Decimal(1)
    if figure.lowest <= value <= figure.highest and value % step == 0:
        return None
    details = {"low": _text(figure.lowest), "high": _text(figure.highest)}
    code = "ipasn-figure-range" if figure.is_points else "ipasn-bound-range"
    return Problem(code=code, figure=figure.code, details=details)


def _order_problems(given: Mapping[str, Decimal]) -> list[Problem]:
    return [
        Problem(code="ipasn-figure-order", figure=worse)
        for order in _DESCENDING
        for better, worse in pairwise(order)
        if given[worse] > given[better]
    ]


def _sum_problems(rules: Rules, given: Mapping[str, Decimal]) -> list[Problem]:
    found = []
    for order, dimension in zip(_DESCENDING, ("kualifikasi", "kinerja", "disiplin"), strict=True):
        weight = rules.weights[dimension]
        if given[order[0]] != weight:
            found.append(Problem(code="ipasn-figure-top", figure=order[0], details={"weight": _text(weight)}))
    weight = rules.weights["kompetensi"]
    for group in GROUPS:
        items = rules.trainings_of(group)
        total = sum((given[item.code] for item in items), Decimal(0))
        if total != weight:
            details = {"weight": _text(weight), "total": _text(total)}
            found.append(Problem(code="ipasn-figure-sum", figure=items[0].code, details=details))
    return found


def _points(row: Mapping[str, Any], weights: Mapping[str, Decimal]) -> Figure:
    value = Decimal(str(row["value"]))
    return Figure(
        code=row["code"],
        dimension=row["dimension"],
        unit="nilai",
        value=value,
        shipped=value,
        status=row["status"],
        citation=row["citation"],
        lowest=Decimal(0),
        highest=weights[row["dimension"]],
        levels=tuple(row.get("levels", ())),
        groups=tuple(row.get("groups", ())),
        kinds=tuple(row.get("kinds", ())),
        not_codes=tuple(row.get("not_codes", ())),
        hours=row.get("hours", ""),
        months=row.get("months", ""),
        predicate=row.get("predicate", 0),
        severity=row.get("severity"),
    )


def _bound(row: Mapping[str, Any]) -> Figure:
    return Figure(
        code=row["code"],
        dimension=row["dimension"],
        unit=row["unit"],
        value=Decimal(row["value"]),
        shipped=Decimal(row["value"]),
        status=row["status"],
        citation=row["citation"],
        lowest=Decimal(row["lowest"]),
        highest=Decimal(row["highest"]),
    )


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"
