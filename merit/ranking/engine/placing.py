"""Ranks in every draw: shares of the places, rank quantiles, the indistinguishable band (RANKING.md 4)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merit.evidence import BoolArray, FloatArray, IntArray
from merit.ranking.engine.types import SCORE_DIGITS, Ranking

CONFIDENCE_PERCENT = 95
_CHUNK_CELLS = 400_000
Ranks = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What the drawn ranks say, aligned to ``ranking.order``; see ``Uncertainty``."""

    p_top: FloatArray
    rank_low: IntArray
    rank_high: IntArray
    position: IntArray
    band: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """Some draws counted, officials in policy order.

    ``tops``: who stands within the cut in the draws without a tie across it; ``split``: each one's share of the
    places in the draws with one.
    """

    share: FloatArray
    tops: IntArray
    split: FloatArray


def place_draws(ranking: Ranking, scores: FloatArray, threads: int | None = None) -> Placed:
    """Return the summary of the ranks of S* in each draw.

    Parameters
    ----------
    scores : FloatArray
        S* in points, [r, draws], aligned to ``ranking.order``.
    threads : int, optional
        Workers; the result does not depend on it.
    """
    count, draws = scores.shape
    size = min(ranking.size, count)
    tie_order, tie_group = _policy_order(ranking)
    ranks: Ranks = np.empty((count, draws), dtype=np.int32)
    step = max(1, _CHUNK_CELLS // count)

    def place(start: int) -> _Counted:
        part = slice(start, start + step)
        counted, drawn = _count(scores[tie_order, part], tie_group, size)
        ranks[tie_order, part] = drawn.T
        return counted

    with ThreadPoolExecutor(max_workers=threads or os.cpu_count() or 1) as pool:
        counted = list(pool.map(place, range(0, draws, step)))
    share = np.empty(count)
    share[tie_order] = np.sum([part.share for part in counted], axis=0) / draws
    position = _positions(share, ranking.rank[ranking.order])
    rank_low, rank_high = _rank_quantiles(ranks, ranking, scores)
    return Placed(
        p_top=share,
        rank_low=rank_low,
        rank_high=rank_high,
        position=position,
        band=_band(position[tie_order], counted, size),
    )


def _count(scores: FloatArray, group: IntArray, size: int) -> tuple[_Counted, Ranks]:
    """Return who is within the cut in some draws, and the ranks [draws, r]; officials stand in policy order."""
    order, first, last, with_next = _sorted(scores, group)
    count = order.shape[1]
    whole = ~with_next[:, size - 1]
    tops = order[whole, :size]
    share = np.bincount(tops.ravel(), minlength=count).astype(np.float64)
    places = np.clip((size - first[~whole]) / (last[~whole] - first[~whole] + 1), 0.0, 1.0)
    split = np.empty_like(places)
    np.put_along_axis(split, order[~whole], places, axis=1)
    drawn: Ranks = np.empty(order.shape, dtype=np.int32)
    np.put_along_axis(drawn, order, first + np.int32(1), axis=1)
    return _Counted(share=share + split.sum(axis=0), tops=tops, split=split), drawn


def _sorted(scores: FloatArray, group: IntArray) -> tuple[IntArray, Ranks, Ranks, BoolArray]:
    """Return officials best first in each draw, first and last place of each one's tie, and ties with the next.

    Officials come in policy order, so a stable sort settles equal scores by it; who is equal in that too is tied.
    """
    count = scores.shape[0]
    worse = -np.ascontiguousarray(scores.T)
    order = np.argsort(worse, axis=1)
    ranked = np.take_along_axis(worse, order, axis=1)
    equal = ranked[:, 1:] == ranked[:, :-1]
    tied = np.flatnonzero(equal.any(axis=1))
    if not tied.size:
        places: Ranks = np.broadcast_to(np.arange(count, dtype=np.int32), order.shape)
        nowhere: BoolArray = np.zeros(order.shape, dtype=bool)
        return order, places, places, nowhere
    order[tied] = np.argsort(worse[tied], axis=1, kind="stable")
    equal[tied] &= group[order[tied, 1:]] == group[order[tied, :-1]]
    first, last, with_next = _tie_ends(equal, count)
    return order, first, last, with_next


def _policy_order(ranking: Ranking) -> tuple[IntArray, IntArray]:
    """Return places of ``ranking.order`` sorted by the policy's tie utilities, and who is equal in them."""
    utilities = ranking.slots.utility[ranking.order]
    keys = [-utilities[:, slot] for slot in ranking.policy.ties]
    if not keys:
        return np.arange(len(utilities)), np.zeros(len(utilities), dtype=np.int64)
    order = np.lexsort(tuple(reversed(keys)))
    ranked = np.column_stack(keys)[order]
    new = np.ones(order.size, dtype=bool)
    new[1:] = (ranked[1:] != ranked[:-1]).any(axis=1)
    return order, np.cumsum(new)


def _tie_ends(same: BoolArray, count: int) -> tuple[Ranks, Ranks, BoolArray]:
    """Return first and last place of each one's tie, and whether a place is tied with the next."""
    places = np.arange(count, dtype=np.int32)
    edge = np.zeros((same.shape[0], 1), dtype=bool)
    with_previous = np.concatenate((edge, same), axis=1)
    with_next = np.concatenate((same, edge), axis=1)
    first = np.maximum.accumulate(np.where(with_previous, 0, places), axis=1)
    last = np.minimum.accumulate(np.where(with_next, count, places)[:, ::-1], axis=1)[:, ::-1]
    return first, last, with_next


def _positions(p_top: FloatArray, rank: IntArray) -> IntArray:
    """Return 1-based places in the order by P(rank ≤ k), ties by rank."""
    position = np.empty(rank.size, dtype=np.int64)
    position[np.lexsort((rank, -p_top))] = np.arange(1, rank.size + 1)
    return position


def order_statistics(draws: int) -> tuple[int, int]:
    """Return the 0-based places of the 5 % and 95 % quantiles: the least value with that share at or below it."""
    return -(-(100 - CONFIDENCE_PERCENT) * draws // 100) - 1, -(-CONFIDENCE_PERCENT * draws // 100) - 1


def open_gain(ranking: Ranking) -> FloatArray:
    """Return the points each ranked official would gain if disputed and open values turned out best."""
    rows = ranking.order
    reach = (ranking.slots.best[rows] - ranking.slots.utility[rows]) * ranking.policy.weights
    return np.asarray(reach.sum(axis=1) / 10.0**SCORE_DIGITS)


def _rank_quantiles(ranks: Ranks, ranking: Ranking, scores: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the 5 % and 95 % quantiles of the ranks; who may gain by an open value reaches to the better rank."""
    low, high = order_statistics(ranks.shape[1])
    ordered = np.sort(ranks, axis=1)  # several times faster than np.partition for two places
    best = ordered[:, low].astype(np.int64)
    gain = open_gain(ranking)
    open_ = np.flatnonzero(gain)
    if open_.size:
        better = _ranks_if_best(scores, open_, gain[open_])
        best[open_] = np.minimum(best[open_], np.sort(better, axis=1)[:, low])
    return best, ordered[:, high].astype(np.int64)


def _ranks_if_best(scores: FloatArray, open_: IntArray, gain: FloatArray) -> Ranks:
    """Return the rank of each open official in every draw, had that one alone the best values."""
    lifted = scores[open_] + gain[:, None]
    draws = scores.shape[1]
    ranks: Ranks = np.empty(lifted.shape, dtype=np.int32)
    step = max(1, _CHUNK_CELLS // (scores.shape[0] + open_.size))
    for start in range(0, draws, step):
        both = np.concatenate((lifted[:, start : start + step], scores[:, start : start + step])).T
        order = np.argsort(-both, axis=1, kind="stable")
        ahead = np.cumsum(order >= open_.size, axis=1)
        place = np.empty_like(order)
        np.put_along_axis(place, order, ahead, axis=1)
        ranks[:, start : start + step] = place[:, : open_.size].T + 1
    return ranks


def _band(position: IntArray, counted: Sequence[_Counted], size: int) -> tuple[int, int]:
    """Return (l, m): in 95 % of the draws the first l all belong, and all who belong lie within the first m.

    In a draw with a tie across the cut, all of the tie count for m and none for l.
    """
    by_position = np.argsort(position)
    farthest, leading = [], []
    for part in counted:
        places = np.sort(position[part.tops], axis=1)
        farthest.append(places[:, -1])
        leading.append(np.cumprod(places == np.arange(1, size + 1), axis=1).sum(axis=1))
        ordered = part.split[:, by_position]
        farthest.append(ordered.shape[1] - np.argmax(ordered[:, ::-1] > 0.0, axis=1))
        leading.append(np.cumprod(ordered >= 1.0, axis=1).sum(axis=1))
    far, lead = np.sort(np.concatenate(farthest)), np.sort(np.concatenate(leading))
    enough = -(-CONFIDENCE_PERCENT * far.size // 100)
    return int(lead[far.size - enough]), int(far[enough - 1])
