"""Scaled scores of adaptive tests: the share of all the pool's points expected at the ability; pure.

In an adaptive test everybody reaches about the same share of the points given to them, so that share says nothing. The
expected share over the whole pool (the domain score, Lord 1980, eq. 4-1) is comparable: ``T(theta) = sum E(X_j) / sum
m_j`` over the items of the pool, with categories X_j from 0 to m_j; its error by the delta method is ``|T'| SE``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from merit.assessment.domain.adaptive_pool import Pool
from merit.assessment.domain.results import Result, deviation, exact, level_chances
from merit.assessment.domain.sheets import WHOLE, Sheet
from merit.assessment.psychometrics.item_set import ItemSet

_STEP = 1e-4
_HUNDRED = 100.0


class DomainScore:
    """The expected share of a pool's points as a function of ability."""

    def __init__(self, pool: Pool) -> None:
        """Build the curves once."""
        self._items = ItemSet.of(item.parameters for item in pool.items)
        self._most = sum(len(item.parameters.thresholds) for item in pool.items)

    def at(self, theta: float, error: float) -> tuple[float, float]:
        """Return the score 0-100 and its standard error."""
        low, here, high = self._items.expected([theta - _STEP, theta, theta + _STEP]).sum(axis=0) / self._most
        slope = (high - low) / (2 * _STEP)
        return _HUNDRED * float(here), _HUNDRED * abs(float(slope)) * error


def rescale(
    sheets: Sequence[Sheet], pools: Sequence[Pool], *, cuts: Sequence[Decimal], weights: Mapping[str, Decimal]
) -> list[Sheet]:
    """Return the sheets of an adaptive test with domain scores in place of shares of the points given.

    The whole is their weighted mean over the competencies measured, its level by the cuts of the scaled score; where
    there is one competency, the whole is that. A part that ended before its shortest test has an ability and no level:
    else who stops after a lucky answer keeps the luck. The whole has a level where every part has.
    """
    curves = {pool.competency: DomainScore(pool) for pool in pools}
    shortest = {pool.competency: pool.rules.least for pool in pools}
    return [_rescaled(_levelled(sheet, shortest), curves, cuts, weights) for sheet in sheets]


def _levelled(sheet: Sheet, shortest: Mapping[str, int]) -> Sheet:
    """Return a sheet with levels only where a part was given as many items as its shortest test, void ones included."""
    given = Counter(place.competency for place in sheet.places)
    short = {code for code, least in shortest.items() if code in sheet.results and given[code] < least}
    bare = {code: replace(sheet.results[code], level=None, level_se=None, probabilities=()) for code in short}
    return replace(sheet, results={**sheet.results, **bare})


def _rescaled(
    sheet: Sheet, curves: Mapping[str, DomainScore], cuts: Sequence[Decimal], weights: Mapping[str, Decimal]
) -> Sheet:
    results = dict(sheet.results)
    for code, curve in curves.items():
        result = results.get(code)
        if result is not None and result.ability is not None and result.ability_se is not None:
            scaled, error = curve.at(float(result.ability), float(result.ability_se))
            results[code] = replace(result, scaled=exact(scaled), scaled_se=exact(error))
    parts = {code: results[code] for code in curves if code in results and results[code].scaled is not None}
    if len(parts) == len(curves) == 1 and WHOLE in results:
        results[WHOLE] = next(iter(parts.values()))
    elif WHOLE in results:
        found = _whole(results[WHOLE], parts, cuts, weights)
        is_whole = len(parts) == len(curves) and all(part.level is not None for part in parts.values())
        results[WHOLE] = found if is_whole else replace(found, level=None, level_se=None, probabilities=())
    return replace(sheet, results=results)


def _whole(
    counted: Result, parts: Mapping[str, Result], cuts: Sequence[Decimal], weights: Mapping[str, Decimal]
) -> Result:
    bare = Result(items=counted.items, raw=counted.raw, maximum=counted.maximum)
    shares = {code: float(weights.get(code, Decimal(1))) for code in parts}
    total = sum(shares.values())
    if total <= 0:
        return bare
    scaled = sum(shares[code] * float(part.scaled or 0) for code, part in parts.items()) / total
    error = math.sqrt(sum((shares[code] * float(part.scaled_se or 0)) ** 2 for code, part in parts.items())) / total
    chances = level_chances(scaled, error, [float(cut) for cut in cuts])
    return replace(
        bare,
        scaled=exact(scaled),
        scaled_se=exact(error),
        level=1 + sum(cut <= exact(scaled) for cut in cuts),
        level_se=exact(deviation(chances)),
        probabilities=tuple(exact(chance) for chance in chances),
    )
