"""Simultaneous confidence sets for ranks (RANKING.md 4).

One-sided tests of all ordered pairs with stepdown after Mogstad, Romano, Shaikh and Wilhelm, "Inference for ranks
with applications to mobility across neighbourhoods and academic achievement across countries", Review of Economic
Studies 91 (2024), algorithm 3.2; Holm (1979) where the pool is large.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from merit.evidence import BoolArray, FloatArray, IntArray
from merit.ranking.engine.draws import uniforms
from merit.ranking.engine.types import SCORE_DIGITS, Ranking, Uncertainty

LEVEL = 0.90
RESAMPLES = 4_000
LARGEST_RESAMPLED = 300
_DRAW_CHUNK = 500
_ROW_CHUNK = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class RankSets:
    """Best and worst rank of everybody at once, aligned to ``rows``, at a joint level."""

    rows: IntArray
    low: IntArray
    high: IntArray
    level: float
    method: str


def simultaneous_ranks(ranking: Ranking, uncertainty: Uncertainty, *, seed: int) -> RankSets:
    """Return rank sets that hold for all ranked officials together with 90 % confidence.

    σ_ij² = σ_i² + σ_j²; a pair of which neither varies is decided by the ranking itself.
    """
    rows = ranking.order
    points = ranking.total[rows] / 10.0**SCORE_DIGITS
    low, high, method = rank_sets(points, uncertainty.sigma, ranking.rank[rows], level=LEVEL, seed=seed)
    return RankSets(rows=rows, low=low, high=high, level=LEVEL, method=method)


def rank_sets(
    points: FloatArray, sigma: FloatArray, rank: IntArray, *, level: float, seed: int, resamples: int = RESAMPLES
) -> tuple[IntArray, IntArray, str]:
    """Return best rank, worst rank and the method used.

    H_jk: θ_j ≤ θ_k is rejected when (x_j - x_k)/σ_jk exceeds the critical value of the pairs still standing; then
    j is surely above k. Best rank = 1 + how many are surely above, worst = n - how many are surely below.

    Parameters
    ----------
    points, sigma : FloatArray
        Estimates and their standard errors, independent of each other.
    rank : IntArray
        Decides pairs whose σ_jk is 0.
    level : float
        Joint coverage, 0-1.
    """
    if points.size > LARGEST_RESAMPLED:
        return *_holm(points, sigma, rank, level), "holm"
    spread = np.sqrt(sigma[:, None] ** 2 + sigma[None, :] ** 2)
    pairs = (spread > 0) & ~np.eye(points.size, dtype=bool)
    safe = np.where(pairs, spread, 1.0)
    statistic = np.where(pairs, (points[:, None] - points[None, :]) / safe, -np.inf)
    errors = _normal_errors(sigma, seed, resamples)
    surely = _stepdown(statistic, pairs, lambda active: _resampled(errors, safe, active, level))
    surely |= (spread == 0) & (rank[:, None] < rank[None, :])
    return 1 + surely.sum(axis=0), points.size - surely.sum(axis=1), "stepdown"


def _holm(points: FloatArray, sigma: FloatArray, rank: IntArray, level: float) -> tuple[IntArray, IntArray]:
    """Return best and worst ranks by Holm's procedure, some rows at a time.

    Rejecting all pairs beyond the critical value of those left, again and again, rejects what Holm's steps reject.
    """
    pairs = sum(int(np.isfinite(statistic).sum()) for _, statistic, _ in _rows(points, sigma, rank))
    rejected, critical = -1, np.inf
    found = 0
    while found != rejected and found < pairs:
        rejected, critical = found, float(ndtri(1.0 - (1.0 - level) / (pairs - found)))
        found = sum(int((statistic > critical).sum()) for _, statistic, _ in _rows(points, sigma, rank))
    above, below = np.zeros(points.size, dtype=np.int64), np.zeros(points.size, dtype=np.int64)
    for part, statistic, decided in _rows(points, sigma, rank):
        surely = (statistic > critical) | decided
        above += surely.sum(axis=0)
        below[part] = surely.sum(axis=1)
    return 1 + above, points.size - below


def _rows(points: FloatArray, sigma: FloatArray, rank: IntArray) -> Iterator[tuple[slice, FloatArray, BoolArray]]:
    """Yield statistics of some officials against all (-inf where nothing varies), and pairs the order decides."""
    for start in range(0, points.size, _ROW_CHUNK):
        part = slice(start, start + _ROW_CHUNK)
        spread = np.sqrt(sigma[part, None] ** 2 + sigma[None, :] ** 2)
        difference = points[part, None] - points[None, :]
        itself = np.arange(points.size)[part, None] == np.arange(points.size)
        varies = (spread > 0) & ~itself
        statistic = np.where(varies, difference / np.where(varies, spread, 1.0), -np.inf)
        yield part, statistic, (spread == 0) & (rank[part, None] < rank[None, :])


def _stepdown(statistic: FloatArray, pairs: BoolArray, critical: Callable[[BoolArray], float]) -> BoolArray:
    """Return the rejected pairs: reject, drop them, lower the critical value, until nothing more falls."""
    active = pairs.copy()
    rejected = np.zeros(pairs.shape, dtype=bool)
    while active.any():
        fallen = active & (statistic > critical(active))
        if not fallen.any():
            break
        rejected |= fallen
        active &= ~fallen
    return rejected


def _normal_errors(sigma: FloatArray, seed: int, resamples: int) -> FloatArray:
    """Return draws of N(0, σ_i²), the same for all: stream keyed by the run's seed."""
    key = int.from_bytes(hashlib.sha256(f"{seed}\nranksets".encode()).digest()[:16], "little")
    raw = np.random.Philox(key=key).random_raw((sigma.size, resamples))
    return np.asarray(ndtri(uniforms(raw)) * sigma[:, None])


def _resampled(errors: FloatArray, spread: FloatArray, active: BoolArray, level: float) -> float:
    """Return the quantile of the largest studentised difference over the active pairs.

    Pairs no longer active count as 0, which is below that quantile for any level over one half.
    """
    largest = np.full(errors.shape[1], -np.inf)
    scale = np.where(active, 1.0 / spread, 0.0)
    for start in range(0, largest.size, _DRAW_CHUNK):
        part = np.ascontiguousarray(errors[:, start : start + _DRAW_CHUNK])
        most = largest[start : start + _DRAW_CHUNK]
        for one in np.flatnonzero(active.any(axis=1)):
            differences = part[one] - part
            differences *= scale[one][:, None]
            np.maximum(most, differences.max(axis=0), out=most)
    return float(np.quantile(largest, level))
