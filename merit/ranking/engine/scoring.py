"""Utilities on fixed knots and slots, in arithmetic that every machine repeats bit for bit (RANKING.md 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from merit.evidence import BoolArray, Column, FloatArray, IntArray, Levels, Normal, Share, Status, Surplus
from merit.ranking.domain import MissingRule
from merit.ranking.engine.types import UTILITY_SCALE, Option, Policy, Slot, SlotColumns, SmallArray

PERCENT = 100.0
LEVEL_NUMBERS = np.arange(1.0, 6.0)


def utility(option: Option, values: FloatArray) -> IntArray:
    """Return U of values on the option's knots, flat outside them.

    ``u = y0 + (x - x0)·(y1 - y0)/(x1 - x0)`` on the segment of x by separate elementwise operations, then
    ``U = rint(10**6 · u)``. Each operation is monotone, and at a knot U is exactly its utility, so a better value
    never gets a lower U. NaN is treated as the first knot; callers mask it.

    Parameters
    ----------
    option : Option
        Knots ``x`` in the indicator's unit, utilities ``y`` 0-100.
    values : FloatArray
        Values in the indicator's unit, any shape.
    """
    x, y = np.array(option.x), np.array(option.y)
    clean = np.where(np.isnan(values), x[0], values)
    clipped = np.minimum(np.maximum(clean, x[0]), x[-1])
    segment = np.searchsorted(x[1:-1], clipped, side="right")
    x0, y0 = x[segment], y[segment]
    rise = (clipped - x0) * (y[segment + 1] - y0)
    points = y0 + rise / (x[segment + 1] - x0)
    return np.asarray(np.rint(points * UTILITY_SCALE), dtype=np.int64)


def worst(option: Option) -> int:
    """Return the lowest U among the knots."""
    return round(min(option.y) * UTILITY_SCALE)


def best(option: Option) -> int:
    """Return the highest U among the knots."""
    return round(max(option.y) * UTILITY_SCALE)


def standard_error(column: Column) -> FloatArray:
    """Return the standard error of each value in its unit, NaN where nothing is measured.

    Normal: as recorded. Share: √(p(1 - p)/n). Levels: (100/Σs)·√ΣVar(min(L, s)), exact from P(level).
    """
    noise = column.noise
    measured = column.status == Status.MEASURED
    if isinstance(noise, Normal):
        spread = noise.se
    elif isinstance(noise, Share):
        cases = np.maximum(noise.n, 1).astype(np.float64)
        share = noise.k / cases
        spread = np.sqrt(share * (1.0 - share) / cases)
    elif isinstance(noise, Levels):
        spread = _levels_error(noise)
    else:
        spread = np.zeros(column.value.shape)
    return np.where(measured, spread, np.nan)


def _levels_error(noise: Levels) -> FloatArray:
    capped = np.minimum(LEVEL_NUMBERS[None, :], noise.standard[:, None].astype(np.float64))
    counted = capped if noise.surplus is Surplus.CAPPED else np.broadcast_to(LEVEL_NUMBERS, capped.shape)
    variance = np.zeros(noise.p.shape[0])
    for competency in range(noise.p.shape[1]):
        chances, levels = noise.p[:, competency, :], counted[competency]
        mean = (chances * levels).sum(axis=1)
        variance += np.maximum((chances * (levels * levels)).sum(axis=1) - mean * mean, 0.0)
    return np.asarray(PERCENT / float(noise.standard.sum()) * np.sqrt(variance))


def uses_default(column: Column) -> BoolArray:
    """Return where the policy's default standard error stands in for a recorded one."""
    if isinstance(column.noise, Normal | Levels):
        return column.noise.is_default
    return np.zeros(column.value.shape, dtype=bool)


def fill_slots(policy: Policy, columns: Mapping[str, Column], n: int) -> SlotColumns:
    """Return every slot for n officials: which option fills it, its value, and U."""
    filled = [_fill(slot, columns, n) for slot in policy.slots]
    return SlotColumns(
        **{name: np.stack([getattr(one, name) for one in filled], axis=1) for name in SlotColumns.__slots__}
    )


def _fill(slot: Slot, columns: Mapping[str, Column], n: int) -> SlotColumns:
    """Return one slot as arrays of length n."""
    chosen = _choose(slot, columns, n)
    option = slot.options[-1]
    filled = _option_columns(slot, option, columns[option.code], chosen == len(slot.options) - 1)
    for index in range(len(slot.options) - 2, -1, -1):
        option = slot.options[index]
        mine = chosen == index
        other = _option_columns(slot, option, columns[option.code], mine)
        filled = SlotColumns(
            **{
                name: np.where(mine, getattr(other, name), getattr(filled, name)).astype(getattr(filled, name).dtype)
                for name in SlotColumns.__slots__
            }
        )
    return replace(filled, option=chosen)


def _choose(slot: Slot, columns: Mapping[str, Column], n: int) -> SmallArray:
    """Return the index of the first applicable option; the slot's own when none applies."""
    last = len(slot.options) - 1
    chosen = np.full(n, last, dtype=np.int8)
    for index in range(last - 1, -1, -1):
        chosen[columns[slot.options[index].code].status != Status.NOT_APPLICABLE] = index
    return chosen


def _option_columns(slot: Slot, option: Option, column: Column, mine: BoolArray) -> SlotColumns:
    """Return an option's value, U and best U; what is neither measured, contested nor neutral is absent."""
    status = column.status
    measured = status == Status.MEASURED
    points = utility(option, column.value)
    disputed = (status == Status.DISPUTED) & (column.alternative is not None)
    neutral = (status == Status.NOT_APPLICABLE) & (slot.neutral is not None)
    absent = ~(measured | disputed | neutral)
    points[absent] = worst(option)
    if slot.neutral is not None:
        points[neutral] = round(slot.neutral * UTILITY_SCALE)
    top = points.copy()
    if column.alternative is not None:
        contested = utility(option, column.alternative)
        points[disputed] = contested.min(axis=1)[disputed]
        top[disputed] = contested.max(axis=1)[disputed]
    if slot.missing is MissingRule.BOUNDS:
        top[absent] = best(option)
    return SlotColumns(
        option=np.zeros(status.shape, dtype=np.int8),
        status=status.astype(np.int8),
        value=np.where(measured, column.value, np.nan),
        se=np.where(neutral, 0.0, standard_error(column)),
        se_default=uses_default(column) & measured,
        utility=points,
        best=top,
        held=absent & mine & (slot.missing is MissingRule.HOLD),
        source=column.source,
        as_of=column.as_of,
    )


def totals(weights: IntArray, utilities: IntArray) -> IntArray:
    """Return T = Σ W·U per official, exact in int64 (at most 10**17)."""
    return np.asarray((utilities * weights[None, :]).sum(axis=1), dtype=np.int64)


def round_half_even(totals_: NDArray[np.int64], divisor: int) -> IntArray:
    """Return ``totals_ / divisor`` rounded half to even, by whole numbers."""
    quotient, remainder = np.divmod(totals_, divisor)
    up = (2 * remainder > divisor) | ((2 * remainder == divisor) & (quotient % 2 == 1))
    return np.asarray(quotient + up, dtype=np.int64)
