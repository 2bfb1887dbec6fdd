"""What the form of a policy shows beside its fields: sums of weights, effective weights, value functions. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from merit.ranking.document import exact_number

_LEAST_KNOTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionFigures:
    """The knots of one option as numbers, empty while they cannot be drawn."""

    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFigures:
    """One indicator: its effective weight (None while unknown) and the curves of its own and preferred options."""

    effective: Decimal | None
    own: OptionFigures
    preferred: tuple[OptionFigures, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarFigures:
    """One pillar: the sum of its indicators' weights, None while one of them is no number."""

    total: Decimal | None
    rows: tuple[RowFigures, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFigures:
    """All sums of a form; ``total`` of the pillars."""

    total: Decimal | None
    pillars: tuple[PillarFigures, ...]


def sheet_figures(nested: Mapping[str, Any]) -> SheetFigures:
    """Return the figures of a form as typed."""
    rows = [row for row in nested.get("pillars") or [] if isinstance(row, dict)]
    return SheetFigures(
        total=_sum([_number(row.get("weight")) for row in rows]), pillars=tuple(_pillar(row) for row in rows)
    )


def _pillar(row: Mapping[str, Any]) -> PillarFigures:
    share = _number(row.get("weight"))
    inner = [one for one in row.get("indicators") or [] if isinstance(one, dict)]
    weights = [_number(one.get("weight")) for one in inner]
    return PillarFigures(
        total=_sum(weights),
        rows=tuple(
            RowFigures(
                effective=None if share is None or weight is None else share * weight,
                own=_curve(one.get("points")),
                preferred=tuple(
                    _curve(option.get("points")) for option in one.get("preferred") or [] if isinstance(option, dict)
                ),
            )
            for one, weight in zip(inner, weights, strict=True)
        ),
    )


def _curve(points: Any) -> OptionFigures:
    rows = points if isinstance(points, list) else []
    filled = [row for row in rows if isinstance(row, dict) and (str(row.get("x", "")) + str(row.get("y", ""))).strip()]
    pairs = [(_number(row.get("x")), _number(row.get("y"))) for row in filled]
    knots = [(float(x), float(y)) for x, y in pairs if x is not None and y is not None]
    xs = [x for x, _y in knots]
    is_drawable = len(knots) == len(pairs) >= _LEAST_KNOTS and all(
        left < right for left, right in itertools.pairwise(xs)
    )
    if not is_drawable or not all(0 <= y <= 100 for _x, y in knots):  # noqa: PLR2004 -- utilities are 0 to 100
        return OptionFigures()
    return OptionFigures(x=tuple(xs), y=tuple(y for _x, y in knots))


def _sum(numbers: list[Decimal | None]) -> Decimal | None:
    known = [number for number in numbers if number is not None]
    return sum(known, Decimal(0)) if len(known) == len(numbers) else None


def _number(raw: Any) -> Decimal | None:
    return exact_number(str(raw).strip().replace(",", ".", 1))
