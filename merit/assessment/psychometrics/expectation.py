"""The E-step: likelihoods of all persons on the grid, and how often each category is expected at each point."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from merit.assessment.psychometrics.data import FloatArray, IntArray, ResponseData
from merit.assessment.psychometrics.models import FLOOR

POINTS, REACH = 61, 6.0
CHUNK = 2_048
SMALLEST_TOTAL = 1e-150


@dataclass(frozen=True, slots=True)
class Grid:
    """Ability points and their normalised weights, (Q,)."""

    theta: FloatArray
    weight: FloatArray


@dataclass(frozen=True, slots=True)
class Block:
    """Items with the same number of categories: their indices and columns in the data; ``is_fixed``: anchors."""

    items: IntArray
    columns: IntArray  # (Jb, C - 1)
    categories: int
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected counts per block (Jb, Q, C), the populations on the grid (G, Q), and the log-likelihood."""

    counts: list[FloatArray]
    population: FloatArray
    log_likelihood: float


def normal_grid(points: int = POINTS, reach: float = REACH) -> Grid:
    """Return equally spaced points on [-reach, reach] with standard normal weights that sum to one."""
    theta = np.linspace(-reach, reach, points)
    weight = np.exp(-0.5 * theta**2)
    return Grid(theta, weight / weight.sum())


def blocks_of(data: ResponseData, fixed: Collection[int] = ()) -> list[Block]:
    """Return the items that can be calibrated, grouped by their number of categories, anchors apart."""
    starts = data.starts
    is_anchor = np.isin(np.arange(data.items), list(fixed))
    found = []
    for categories in np.unique(data.categories[data.categories > 1]):
        for is_fixed in (False, True):
            items = np.flatnonzero((data.categories == categories) & (is_anchor == is_fixed))
            if len(items):
                columns = starts[items][:, None] + np.arange(categories - 1)
                found.append(Block(items, columns, int(categories), is_fixed))
    return found


def log_tables(
    data: ResponseData, blocks: list[Block], curves: list[FloatArray], points: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what the data are multiplied with: (width, Q) steps, (K, Q) lowest of skipped items, (Q,) of the rest."""
    width = int(data.starts[-1])
    steps, lowest = np.zeros((width, points)), np.zeros((data.items, points))
    for block, curve in zip(blocks, curves, strict=True):
        logs = np.log(np.maximum(curve, FLOOR))
        steps[block.columns] = np.moveaxis(logs[..., 1:] - logs[..., :1], 1, 2)
        lowest[block.items] = logs[..., 0]
    always = np.ones(data.items, dtype=np.bool_)
    always[data.skipped] = False
    return steps, lowest[data.skipped], lowest[always].sum(axis=0)


def pieces(data: ResponseData) -> Iterator[slice]:
    """Cut the persons into pieces that stay in the processor's cache (sparse data in larger ones)."""
    size = CHUNK if isinstance(data.cells, np.ndarray) else 16 * CHUNK
    for start in range(0, data.persons, size):
        yield slice(start, min(start + size, data.persons))


def posterior(
    data: ResponseData, part: slice, tables: tuple[FloatArray, FloatArray, FloatArray], log_prior: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return P(theta_q | responses) of a piece of the persons, (n, Q), and their log-likelihoods, (n,).

    ``log_prior`` is (Q,) for everybody or (G, Q), a row per group.
    """
    joint, total, logs = likelihoods(data, part, tables, log_prior)
    joint /= total[:, None]
    return joint, logs


def likelihoods(
    data: ResponseData, part: slice, tables: tuple[FloatArray, FloatArray, FloatArray], log_prior: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return likelihood times prior up to a factor per person, (n, Q), its sums and the log-likelihoods, (n,)."""
    steps, lowest, rest = tables
    logs = data.cells[part] @ steps
    if data.seen is not None:
        logs += data.seen[part] @ lowest
    logs += rest + (log_prior if log_prior.ndim == 1 else log_prior[data.groups[part]])
    ones = np.ones(logs.shape[1])
    joint = np.exp(logs)
    total = joint @ ones
    top = np.zeros(len(logs))
    if total.min(initial=1.0) < SMALLEST_TOTAL:  # long tests: the largest term becomes 1 before the others are lost
        top = logs.max(axis=1)
        joint = np.exp(logs - top[:, None])
        total = joint @ ones
    return joint, total, top + np.log(total)


def expect(data: ResponseData, blocks: list[Block], curves: list[FloatArray], log_prior: FloatArray) -> Expected:
    """Return the expected counts under the present parameters (Bock & Aitkin 1981, eqs. 14-15).

    ``curves`` holds the category probabilities of every block, (Jb, Q, C); ``log_prior`` a row per group, (G, Q).
    """
    groups, points = log_prior.shape
    tables = log_tables(data, blocks, curves, points)
    prior = log_prior[0] if groups == 1 else log_prior
    above, seen = np.zeros((int(data.starts[-1]), points)), np.zeros((len(data.skipped), points))
    population, log_likelihood = np.zeros((groups, points)), 0.0
    for part in pieces(data):
        share, total, logs = likelihoods(data, part, tables, prior)
        weights = data.weights[part]
        log_likelihood += float(weights @ logs)
        share *= (weights / total)[:, None]
        above += data.cells[part].T @ share
        population += _by_group(share, data.groups[part], groups)
        if data.seen is not None:
            seen += data.seen[part].T @ share
    answered = np.broadcast_to(population.sum(axis=0), (data.items, points)).copy()
    answered[data.skipped] = seen
    return Expected(_counts(blocks, above, answered), population, log_likelihood)


def _by_group(share: FloatArray, member: IntArray, groups: int) -> FloatArray:
    if groups == 1:
        total: FloatArray = share.sum(axis=0, keepdims=True)
        return total
    return np.stack([share[member == group].sum(axis=0) for group in range(groups)])


def _counts(blocks: list[Block], above: FloatArray, answered: FloatArray) -> list[FloatArray]:
    counts = []
    for block in blocks:
        higher = np.moveaxis(above[block.columns], 1, 2)
        lowest = answered[block.items] - higher.sum(axis=-1)
        counts.append(np.concatenate((np.maximum(lowest, 0)[..., None], higher), axis=-1))
    return counts
