"""Why somebody stands where they stand: parts that sum, pairs, gates in words (RANKING.md 5)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from merit.evidence import IntArray
from merit.ranking.engine.result import fixed, points_text, utility_text
from merit.ranking.engine.robustness import flipping_weight
from merit.ranking.engine.scoring import round_half_even
from merit.ranking.engine.types import SCORE_DIGITS, Option, Pair, PairPart, Part, Ranking

WEIGHT_DIGITS = 4


def parts(ranking: Ranking, row: int, reference: IntArray | None = None) -> tuple[Part, ...]:
    """Return every slot of one official: points w·u and contribution w·(u - r), exact and as shown.

    Parameters
    ----------
    reference : IntArray, optional
        U per slot; by default the mean of the eligible, see also ``cut_line``.
    """
    weights = ranking.policy.weights
    against = ranking.reference if reference is None else reference
    utilities = ranking.slots.utility[row]
    points = (weights * utilities).tolist()
    contributions = (weights * (utilities - against)).tolist()
    unit = 10 ** (SCORE_DIGITS - ranking.policy.precision)
    score = int(ranking.score[row])
    shown_points = shown_parts(points, score, unit)
    shown = shown_parts(contributions, score - reference_score(ranking, against), unit)
    return tuple(
        _part(ranking, row, slot, (points[slot], contributions[slot]), (shown_points[slot], shown[slot]))
        for slot in range(len(ranking.policy.slots))
    )


def _part(ranking: Ranking, row: int, slot: int, exact: tuple[int, int], shown: tuple[int, int]) -> Part:
    slots, policy = ranking.slots, ranking.policy
    option = option_of(ranking, row, slot)
    value, error = float(slots.value[row, slot]), float(slots.se[row, slot])
    return Part(
        slot=slot,
        indicator=option.code,
        pillar=policy.slots[slot].pillar,
        status=int(slots.status[row, slot]),
        value=None if np.isnan(value) else value,
        standard_error=None if np.isnan(error) else error,
        se_default=bool(slots.se_default[row, slot]),
        utility=utility_text(int(slots.utility[row, slot])),
        weight=weight_text(ranking, slot),
        points=points_text(exact[0]),
        contribution=points_text(exact[1]),
        shown_points=fixed(shown[0], policy.precision),
        shown_contribution=fixed(shown[1], policy.precision),
        source=int(slots.source[row, slot]),
    )


def option_of(ranking: Ranking, row: int, slot: int) -> Option:
    """Return the option that fills a slot for an official."""
    return ranking.policy.slots[slot].options[int(ranking.slots.option[row, slot])]


def weight_text(ranking: Ranking, slot: int) -> str:
    """Return the effective weight with four decimals."""
    return fixed(ranking.policy.slots[slot].weight_units // 10**5, WEIGHT_DIGITS)


def cut_line(ranking: Ranking) -> IntArray:
    """Return the utilities of the last official within the announced number, as another reference."""
    last = min(ranking.size, ranking.order.size) - 1
    return np.asarray(ranking.slots.utility[ranking.order[last]])


def reference_score(ranking: Ranking, reference: IntArray) -> int:
    """Return the score of a reference, rounded half-even, in units of the last digit."""
    total = np.array([(ranking.policy.weights * reference).sum()])
    return int(round_half_even(total, 10 ** (SCORE_DIGITS - ranking.policy.precision))[0])


def shown_parts(exact: Sequence[int], target: int, unit: int) -> list[int]:
    """Return parts in whole units that sum to the target (largest remainder).

    Each part is floored; what remains goes out one unit at a time in order of the fractional part, larger first,
    ties in policy order, round and round; a negative remainder is taken from the smallest first.
    """
    floors = [part // unit for part in exact]
    fractions = [part % unit for part in exact]
    rest = target - sum(floors)
    order = sorted(range(len(exact)), key=lambda index: (-fractions[index], index))
    step = 1 if rest > 0 else -1
    turns = order if rest > 0 else sorted(range(len(exact)), key=lambda index: (fractions[index], index))
    for turn in range(abs(rest)):
        floors[turns[turn % len(turns)]] += step
    return floors


def explain_pair(ranking: Ranking, one: int, other: int) -> Pair:
    """Return why one of two ranked officials stands above the other; parts sorted by size, then policy order."""
    above, below = sorted((one, other), key=lambda row: (int(ranking.rank[row]), -int(ranking.total[row])))
    weights = ranking.policy.weights
    differences = (weights * (ranking.slots.utility[above] - ranking.slots.utility[below])).tolist()
    precision = ranking.policy.precision
    target = int(ranking.score[above] - ranking.score[below])
    shown = shown_parts(differences, target, 10 ** (SCORE_DIGITS - precision))
    order = sorted(range(len(differences)), key=lambda slot: (-abs(differences[slot]), slot))
    return Pair(
        above=above,
        below=below,
        difference=points_text(sum(differences)),
        shown=fixed(target, precision),
        parts=tuple(_pair_part(ranking, (above, below), slot, differences[slot], shown[slot]) for slot in order),
        tie_break=_tie_break(ranking, above, below),
    )


def _pair_part(ranking: Ranking, rows: tuple[int, int], slot: int, difference: int, shown: int) -> PairPart:
    turn = flipping_weight(ranking, *rows, slot)
    return PairPart(
        slot=slot,
        indicator=option_of(ranking, rows[0], slot).code,
        difference=points_text(difference),
        shown=fixed(shown, ranking.policy.precision),
        weight=weight_text(ranking, slot),
        flips_at=None if turn is None else fixed(round(turn * 10**WEIGHT_DIGITS), WEIGHT_DIGITS),
    )


def _tie_break(ranking: Ranking, above: int, below: int) -> str | None:
    """Return the indicator that decides between equal rounded scores."""
    if ranking.score[above] != ranking.score[below]:
        return None
    for slot in ranking.policy.ties:
        if ranking.slots.utility[above, slot] != ranking.slots.utility[below, slot]:
            return ranking.policy.slots[slot].code
    return None
