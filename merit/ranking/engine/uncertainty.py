"""How sure the order is: intervals, P(rank ≤ k) and the band at the cut (RANKING.md 4)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from merit.evidence import Column, FloatArray, IntArray, Status
from merit.ranking.catalogue import CATALOGUE
from merit.ranking.engine.draws import Source
from merit.ranking.engine.placing import Placed, open_gain, order_statistics, place_draws
from merit.ranking.engine.types import SCORE_DIGITS, WEIGHT_SCALE, Ranking, Uncertainty

SMALL_POOL = 300
DRAWS_SMALL = 20_000
DRAWS_LARGE = 4_000
FULL_MARK = 100.0
_ROUNDING = 10**6


def simulate(
    ranking: Ranking,
    columns: Mapping[str, Column],
    *,
    draws: int | None = None,
    threads: int | None = None,
) -> Uncertainty:
    """Return intervals, P(rank ≤ k) and the band of everybody ranked.

    Each official's draws are recentred, S* = S + (S̃ - mean S̃), and not clipped for ranking. Memory is about 12
    bytes per draw and official; the result does not depend on ``threads``.

    Parameters
    ----------
    columns
        The columns the ranking was made from.
    draws : int, optional
        B; 20,000 for pools up to 300, 4,000 above.
    threads : int, optional
        Workers for the draws; the processors at hand.
    """
    rows = ranking.order
    if rows.size == 0:
        return _nobody(ranking, draws or DRAWS_SMALL)
    count = draws or (DRAWS_SMALL if rows.size <= SMALL_POOL else DRAWS_LARGE)
    scores = drawn_scores(ranking, columns, count, threads)
    placed = place_draws(ranking, scores, threads)
    return _summary(ranking, scores, placed, threads)


def drawn_scores(ranking: Ranking, columns: Mapping[str, Column], draws: int, threads: int | None = None) -> FloatArray:
    """Return S* in points, float64[r, draws], for the officials in ``ranking.order``."""
    sources = _sources(ranking, columns, draws)
    rows = ranking.order
    scores = np.zeros((rows.size, draws))

    def draw(place: int) -> None:
        row, mine = int(rows[place]), scores[place]
        for (slot, option), source in sources.items():
            chosen = ranking.slots.option[row, slot] == option
            if chosen and ranking.slots.status[row, slot] == Status.MEASURED and source.varies(row):
                source.add(row, str(ranking.nip[row]), mine)
        mine += ranking.total[row] / 10.0**SCORE_DIGITS - mine.mean()

    with ThreadPoolExecutor(max_workers=threads or os.cpu_count() or 1) as pool:
        list(pool.map(draw, range(rows.size)))
    return scores


def _sources(ranking: Ranking, columns: Mapping[str, Column], draws: int) -> dict[tuple[int, int], Source]:
    return {
        (slot_index, option_index): Source(
            policy_sha256=ranking.policy.sha256,
            vacancy=ranking.vacancy.code,
            option=option,
            column=columns[option.code],
            low=CATALOGUE[option.code].low,
            high=CATALOGUE[option.code].high,
            weight=slot.weight_units / WEIGHT_SCALE,
            draws=draws,
        )
        for slot_index, slot in enumerate(ranking.policy.slots)
        for option_index, option in enumerate(slot.options)
    }


def _summary(ranking: Ranking, scores: FloatArray, placed: Placed, threads: int | None) -> Uncertainty:
    rows = ranking.order
    rank, points = ranking.rank[rows], ranking.total[rows] / 10.0**SCORE_DIGITS
    low, high, sigma = _spread(scores, points, threads)
    l, m = placed.band  # noqa: E741 -- the names of RANKING.md 4
    return Uncertainty(
        draws=scores.shape[1],
        size=ranking.size,
        rows=rows,
        score_low=np.clip(np.minimum(low, points), 0.0, FULL_MARK),
        score_high=np.clip(np.maximum(high, points) + open_gain(ranking), 0.0, FULL_MARK),
        rank_low=np.minimum(placed.rank_low, rank),
        rank_high=np.maximum(placed.rank_high, rank),
        p_top=placed.p_top,
        in_band=(placed.position > l) & (placed.position <= m),
        band=(l, m),
        position=placed.position,
        sigma=sigma,
    )


def _spread(scores: FloatArray, points: FloatArray, threads: int | None) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the 5 % and 95 % quantiles of each one's S*, and the root mean square of S* - S."""
    low, high = order_statistics(scores.shape[1])
    found = np.empty((3, points.size))

    def measure(place: int) -> None:
        deviation = scores[place] - points[place]
        ordered = np.sort(scores[place])  # several times faster than np.partition for two places
        found[:, place] = ordered[low], ordered[high], np.sqrt((deviation * deviation).mean())

    with ThreadPoolExecutor(max_workers=threads or os.cpu_count() or 1) as pool:
        list(pool.map(measure, range(points.size)))
    return found[0], found[1], found[2]


def _nobody(ranking: Ranking, draws: int) -> Uncertainty:
    floats: FloatArray = np.zeros(0)
    whole: IntArray = np.zeros(0, dtype=np.int64)
    return Uncertainty(
        draws=draws,
        size=ranking.size,
        rows=ranking.order,
        score_low=floats,
        score_high=floats,
        rank_low=whole,
        rank_high=whole,
        p_top=floats,
        in_band=np.zeros(0, dtype=bool),
        band=(0, 0),
        position=whole,
        sigma=floats,
    )


def uncertainty_sha256(uncertainty: Uncertainty) -> str:
    """Return SHA-256 of the Monte Carlo figures in whole millionths; it identifies, `verify` compares within 0.005."""
    digest = hashlib.sha256(f"{uncertainty.draws},{uncertainty.size},{uncertainty.band}".encode())
    for name in ("score_low", "score_high", "p_top", "sigma"):
        millionths = np.rint(getattr(uncertainty, name) * _ROUNDING).astype("<i8")
        digest.update(millionths.tobytes())
    for name in ("rank_low", "rank_high", "position"):
        digest.update(getattr(uncertainty, name).astype("<i8").tobytes())
    return digest.hexdigest()
