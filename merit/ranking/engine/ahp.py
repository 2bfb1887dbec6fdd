"""Weights from judgements of pairs: the analytic hierarchy process as a help for drafters, never a rule by itself.

A judgement of a pair (a, b) is a whole number on Saaty's scale: 1 equal, 2…9 a weighs that many times as much as b,
-2…-9 the other way round. The matrix A is reciprocal, weights are its principal eigenvector, and

    λ = mean_i (A w)_i / w_i     CI = (λ - n) / (n - 1)     CR = CI / RI(n)

T. L. Saaty, The Analytic Hierarchy Process, McGraw-Hill 1980, chapters 3 and 9 (scale, random index, CR ≤ 0.1).
Several drafters: the geometric mean of their judgements, the only mean that keeps a matrix reciprocal
(J. Aczél and T. L. Saaty, Journal of Mathematical Psychology 27, 1983).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

import numpy as np

from merit.evidence import FloatArray

SCALE = (-9, -8, -7, -6, -5, -4, -3, -2, 1, 2, 3, 4, 5, 6, 7, 8, 9)
RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)  # by n, Saaty 1980, table 3-2
MAX_MEMBERS = len(RANDOM_INDEX) - 1
ACCEPTABLE = 0.1
DIGITS = 4
_ROUNDS = 10_000
_STILL = 1e-14
_SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """The judgement that fits the others least.

    ``first`` and ``second`` are places of members, ``stated`` the judged ratio, ``expected`` the ratio of the weights,
    ``suggestion`` the value of the scale that lowers the consistency ratio most, ``ratio_after`` to that ratio.
    """

    first: int
    second: int
    stated: float
    expected: float
    suggestion: int
    ratio_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """Weights (sum 1), largest eigenvalue, consistency index and ratio, and the oddest judgement where CR > 0.1."""

    weights: tuple[float, ...]
    eigenvalue: float
    consistency_index: float
    consistency_ratio: float
    oddity: Oddity | None

    @property
    def is_consistent(self) -> bool:
        """Whether the ratio is small enough to be used without a second look."""
        return self.consistency_ratio <= ACCEPTABLE


def ratio_of(judgement: int) -> float:
    """Return the ratio a : b that a judgement on the scale stands for."""
    return float(judgement) if judgement > 0 else 1.0 / -judgement


def pairs_of(members: Sequence[str]) -> list[tuple[str, str]]:
    """Return every pair once, in the order of the members."""
    return [(a, b) for place, a in enumerate(members) for b in members[place + 1 :]]


def matrix_of(members: Sequence[str], judgements: Mapping[tuple[str, str], int]) -> FloatArray:
    """Return the reciprocal matrix of complete judgements.

    Raises
    ------
    KeyError
        When a pair was not judged.
    """
    place = {code: index for index, code in enumerate(members)}
    matrix = np.ones((len(members), len(members)))
    for a, b in pairs_of(members):
        ratio = ratio_of(judgements[a, b])
        matrix[place[a], place[b]] = ratio
        matrix[place[b], place[a]] = 1.0 / ratio
    return matrix


def combine(matrices: Sequence[FloatArray]) -> FloatArray:
    """Return the geometric mean of several drafters' matrices."""
    return np.asarray(np.exp(np.mean([np.log(matrix) for matrix in matrices], axis=0)))


def weigh(matrix: FloatArray) -> Weighting:
    """Return the weights of a reciprocal matrix and how far its judgements agree with each other."""
    weights, eigenvalue = _principal(matrix)
    index, ratio = _consistency(eigenvalue, len(matrix))
    odd = _oddest(matrix, weights) if ratio > ACCEPTABLE else None
    return Weighting(
        weights=tuple(float(weight) for weight in weights),
        eigenvalue=eigenvalue,
        consistency_index=index,
        consistency_ratio=ratio,
        oddity=odd,
    )


def rounded(weights: Sequence[float], digits: int = DIGITS) -> tuple[Decimal, ...]:
    """Return weights with ``digits`` decimals that sum to exactly 1, by largest remainder; each at least one unit.

    Equal remainders are served in order. A weight that would vanish gets one unit, taken from the largest.
    """
    units = 10**digits
    exact = [Decimal(weight) * units for weight in weights]
    whole = [int(number.to_integral_value(ROUND_FLOOR)) for number in exact]
    order = sorted(range(len(whole)), key=lambda place: (-(exact[place] - whole[place]), place))
    for place in order[: units - sum(whole)]:
        whole[place] += 1
    for place, number in enumerate(whole):
        if number == 0:
            whole[whole.index(max(whole))] -= 1
            whole[place] = 1
    return tuple(Decimal(number).scaleb(-digits) for number in whole)


def inner_digits(pillar: Decimal) -> int:
    """Return how many decimals weights inside a pillar may have, so that effective ones keep at most four."""
    for digits in range(DIGITS, 0, -1):
        if (pillar * Decimal(1).scaleb(-digits)) % Decimal(1).scaleb(-DIGITS) == 0:
            return digits
    return 0


def _principal(matrix: FloatArray) -> tuple[FloatArray, float]:
    """Return the principal eigenvector (sum 1) and eigenvalue by power iteration; a positive matrix has just one."""
    weights = np.full(len(matrix), 1.0 / len(matrix))
    for _round in range(_ROUNDS):
        fresh = (matrix * weights[None, :]).sum(axis=1)
        fresh /= fresh.sum()
        moved = float(np.abs(fresh - weights).max())
        weights = fresh
        if moved < _STILL:
            break
    return weights, float(((matrix * weights[None, :]).sum(axis=1) / weights).mean())


def _consistency(eigenvalue: float, n: int) -> tuple[float, float]:
    """Return CI and CR; one or two members cannot contradict themselves."""
    if n < 3:  # noqa: PLR2004 -- a contradiction needs three
        return 0.0, 0.0
    index = max(eigenvalue - n, 0.0) / (n - 1)
    return index, index / RANDOM_INDEX[n]


def _oddest(matrix: FloatArray, weights: FloatArray) -> Oddity:
    """Return the pair whose judgement is farthest from the ratio of the weights, in logarithms (Saaty 1980, 3-5).

    A pair that no other value of the scale would mend (9 where 27 is expected) gives way to the next one.
    """
    error = np.abs(np.log(matrix * weights[None, :] / weights[:, None]))
    error = np.triu(np.where(error < _SAME, 0.0, error), 1)
    farthest = [divmod(int(place), len(matrix)) for place in np.argsort(-error, axis=None, kind="stable")]
    found = [_odd(matrix, weights, *farthest[0])]
    present = _consistency(_principal(matrix)[1], len(matrix))[1]
    for pair in farthest[1 : len(matrix) * (len(matrix) - 1) // 2]:
        if found[-1].ratio_after < present - _SAME:
            return found[-1]
        found.append(_odd(matrix, weights, *pair))
    return found[-1] if found[-1].ratio_after < present - _SAME else found[0]


def _odd(matrix: FloatArray, weights: FloatArray, first: int, second: int) -> Oddity:
    trials = [(_ratio_with(matrix, first, second, value), abs(value), value) for value in SCALE]
    ratio, _size, suggestion = min(trials)
    return Oddity(
        first=first,
        second=second,
        stated=float(matrix[first, second]),
        expected=float(weights[first] / weights[second]),
        suggestion=suggestion,
        ratio_after=ratio,
    )


def _ratio_with(matrix: FloatArray, first: int, second: int, judgement: int) -> float:
    changed = matrix.copy()
    changed[first, second] = ratio_of(judgement)
    changed[second, first] = 1.0 / ratio_of(judgement)
    ratio = _consistency(_principal(changed)[1], len(matrix))[1]
    return 0.0 if math.isclose(ratio, 0.0, abs_tol=_SAME) else ratio
