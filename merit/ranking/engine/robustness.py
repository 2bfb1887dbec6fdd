"""What other weights would do: shares of the top under ±20 %, and the exact weight at which a pair turns."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import numpy as np

from merit.evidence import FloatArray
from merit.ranking.engine.draws import uniforms
from merit.ranking.engine.placing import place_draws
from merit.ranking.engine.types import UTILITY_SCALE, WEIGHT_SCALE, Ranking

SPREAD = 0.2
DRAWS_SMALL = 10_000
DRAWS_LARGE = 4_000
SMALL_POOL = 300


def weight_robustness(ranking: Ranking, *, seed: int, spread: float = SPREAD, draws: int | None = None) -> FloatArray:
    """Return, per official of ``ranking.order``, the share of weight draws in which the official is in the top k.

    SMAA (Lahdelma and Salminen 2001) with weights uniform on {w ≥ 0, Σw = 1, |w_j/w⁰_j - 1| ≤ spread}, values at
    their points, the same draws for all.
    """
    if ranking.order.size == 0:
        return np.zeros(0)
    count = draws or (DRAWS_SMALL if ranking.order.size <= SMALL_POOL else DRAWS_LARGE)
    weights = draw_weights(ranking.policy.weights / WEIGHT_SCALE, seed=seed, spread=spread, draws=count)
    utilities = ranking.slots.utility[ranking.order] / UTILITY_SCALE
    scores = np.zeros((utilities.shape[0], count))
    for slot in range(utilities.shape[1]):
        scores += utilities[:, slot, None] * weights[None, :, slot]
    return place_draws(ranking, scores).p_top


def draw_weights(weights: FloatArray, *, seed: int, spread: float = SPREAD, draws: int = DRAWS_SMALL) -> FloatArray:
    """Return weight vectors [draws, m] uniform on the box around the policy's weights cut by Σw = 1.

    All but the largest are drawn in their boxes, the largest takes the remainder, and vectors whose largest falls
    outside its own box are rejected.
    """
    largest = int(np.argmax(weights))
    others = np.delete(np.arange(weights.size), largest)
    key = int.from_bytes(hashlib.sha256(f"{seed}\nweights".encode()).digest()[:16], "little")
    stream = np.random.Philox(key=key)
    accepted = np.empty((0, weights.size))
    while accepted.shape[0] < draws:
        u = uniforms(stream.random_raw((draws, others.size)))
        drawn = np.empty((draws, weights.size))
        drawn[:, others] = weights[others] * (1.0 + spread * (2.0 * u - 1.0))
        drawn[:, largest] = 1.0 - drawn[:, others].sum(axis=1)
        inside = np.abs(drawn[:, largest] - weights[largest]) <= spread * weights[largest] + 1e-12
        accepted = np.concatenate((accepted, drawn[inside]))
    return accepted[:draws]


def flipping_weight(ranking: Ranking, above: int, below: int, slot: int) -> Fraction | None:
    """Return the weight of one slot at which two officials change places, None when that never happens.

    With the other weights kept in proportion, Δ(t) = t·d + (1 - t)·R with R = (Δ - w·d)/(1 - w); the order turns at
    t* = R/(R - d) if that lies in [0, 1]. Exact.
    """
    weights = ranking.policy.weights
    gaps = ranking.slots.utility[above] - ranking.slots.utility[below]
    weight, gap = Fraction(int(weights[slot]), WEIGHT_SCALE), int(gaps[slot])
    if weight == 1:
        return None
    difference = Fraction(int((weights * gaps).sum()), WEIGHT_SCALE)
    rest = (difference - weight * gap) / (1 - weight)
    if rest == gap:
        return None
    turn = rest / (rest - gap)
    return turn if 0 <= turn <= 1 else None
