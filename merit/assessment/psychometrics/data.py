"""Responses as a calibration needs them: an indicator matrix, sparse or dense, with what is wrong with it by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
SmallArray: TypeAlias = NDArray[np.int16]

MISSING = -1
LARGEST_CODE = 999
SHORT_TEST = 16  # items up to which equal rows are worth looking for
DENSE_FROM = 0.25  # share of observed cells from which dense products are the faster ones


class UnusableResponsesError(ValueError):
    """Responses nothing can be computed from; ``code`` has a sentence in phrases."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class DataProblem:
    """Something about an item or a person that limits what can be said; ``code`` has a sentence in phrases."""

    code: str
    item: int | None = None
    person: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseData:
    """Responses of N persons (or patterns) to J items, ready for matrix products.

    Categories are renumbered 0 … C_j − 1 per item in the order of their codes. ``cells`` has one column per item
    and category above the lowest, in the order of items; ``seen`` one column per item that somebody skipped (None
    when nobody skipped anything), so that missing-by-design costs nothing where there is none.

    Attributes
    ----------
    cells : (N, Σ(C_j − 1)) indicator, CSR or dense
    seen : (N, K) indicator of the items in ``skipped``, CSR or dense, or None
    skipped : (K,) indices of items with missing responses
    categories : (J,) number of categories
    codes : per item the original codes, lowest first
    weights : (N,) counts
    groups : (N,) index of each row's group in ``group_codes``, (G,)
    origin : (M,) row of ``cells`` for every row given (equal rows are kept once, their weights added)
    """

    cells: FloatArray | sparse.csr_array
    seen: FloatArray | sparse.csr_array | None
    skipped: IntArray
    categories: IntArray
    codes: tuple[IntArray, ...]
    weights: FloatArray
    groups: IntArray
    group_codes: IntArray
    origin: IntArray
    problems: tuple[DataProblem, ...]

    @property
    def persons(self) -> int:
        """Number of distinct rows."""
        return int(self.cells.shape[0])

    @property
    def items(self) -> int:
        """Number of items."""
        return len(self.categories)

    @property
    def starts(self) -> IntArray:
        """First column of each item in ``cells``, (J + 1,)."""
        return np.concatenate(([0], np.cumsum(np.maximum(self.categories - 1, 0))))


def prepare(
    responses: ArrayLike,
    weights: ArrayLike | None = None,
    codes: Sequence[IntArray | None] | None = None,
    groups: ArrayLike | None = None,
) -> ResponseData:
    """Return the data of a response matrix.

    Parameters
    ----------
    responses
        (N, J) integers, -1 (or any negative) missing.
    weights
        (N,) how often each row occurs; None: once.
    codes
        Per item the codes of its categories, lowest first, where they are known from a calibration (None: those
        in use); a response with another code counts as missing and is named.
    groups
        (N,) integers, the group each row belongs to; None: one group.

    Raises
    ------
    ValueError
        The array is not two-dimensional, or the weights or groups do not fit, or weights are negative.

    """
    matrix = as_matrix(responses)
    counts = np.ones(len(matrix)) if weights is None else np.asarray(weights, dtype=np.float64)
    if counts.shape != (len(matrix),) or (counts < 0).any() or not np.isfinite(counts).all():
        raise UnusableResponsesError("responses-weights", "Weights are one number of at least 0 per row.")
    if codes is not None and len(codes) != matrix.shape[1]:
        raise ValueError("The responses have another number of items than the calibration.")
    group_codes, member = _groups(groups, len(matrix))
    first, origin = _distinct(matrix, member)
    rows = matrix if len(first) == len(matrix) else matrix[first]
    total: FloatArray = np.bincount(origin, counts, minlength=len(rows)).astype(np.float64)
    known = _known_codes(rows[total > 0] if (total == 0).any() else rows, codes)
    ranks, odd = ranks_of(rows, known)
    data = _assemble(ranks, known, total, origin)
    return replace(data, groups=member[first], group_codes=group_codes, problems=(*data.problems, *odd))


def _groups(groups: ArrayLike | None, persons: int) -> tuple[IntArray, IntArray]:
    if groups is None:
        return np.zeros(1, dtype=np.int64), np.zeros(persons, dtype=np.int64)
    given = np.asarray(groups)
    if given.shape != (persons,) or not np.issubdtype(given.dtype, np.integer):
        raise UnusableResponsesError("responses-groups", "Groups are one integer per row.")
    codes, member = np.unique(given.astype(np.int64), return_inverse=True)
    return codes, member


def _known_codes(rows: SmallArray, codes: Sequence[IntArray | None] | None) -> tuple[IntArray, ...]:
    if codes is not None and all(known is not None for known in codes):
        return tuple(known for known in codes if known is not None)
    used = _codes(rows)
    return used if codes is None else tuple(a if b is None else b for a, b in zip(used, codes, strict=True))


def as_matrix(responses: ArrayLike) -> SmallArray:
    """Return responses as a matrix with -1 for every negative; raise where they are none."""
    given = np.asarray(responses)
    if given.ndim != 2:  # noqa: PLR2004 -- persons by items
        raise UnusableResponsesError("responses-shape", "Responses are a matrix of persons by items.")
    given = _whole(given)
    if given.size and given.max() > LARGEST_CODE:
        raise UnusableResponsesError("responses-large-code", f"Category codes are integers up to {LARGEST_CODE}.")
    if given.size and given.min() < MISSING:
        given = np.maximum(given, MISSING)
    matrix: SmallArray = given.astype(np.int16)
    return matrix


def _whole(given: NDArray[Any]) -> NDArray[Any]:
    """Return integers, -1 where a number is missing (NaN); raise where there is no whole number."""
    if given.dtype.kind in "biu":
        return given
    numbers = given.astype(np.float64) if given.dtype.kind == "f" else np.full(given.shape, np.inf)
    numbers[np.isnan(numbers)] = MISSING
    if (np.isinf(numbers) | (numbers != np.floor(numbers))).any():
        raise UnusableResponsesError("responses-not-whole", "Category codes are whole numbers.")
    whole: IntArray = numbers.astype(np.int64)
    return whole


def _distinct(matrix: SmallArray, member: IntArray) -> tuple[IntArray, IntArray]:
    """Return the first of equal rows of a group, in their order, and for every row the place of its first.

    Only where a test is so short that many are equal.
    """
    if not 0 < matrix.shape[1] <= SHORT_TEST:
        return np.arange(len(matrix)), np.arange(len(matrix))
    marked = np.ascontiguousarray(np.concatenate((matrix, member[:, None].astype(np.int16)), axis=1))
    keys = marked.view(np.dtype((np.void, marked.itemsize * marked.shape[1]))).ravel()
    _keys, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return np.sort(first), rank[inverse]


def _codes(rows: SmallArray) -> tuple[IntArray, ...]:
    highest = int(rows.max(initial=MISSING))
    used = np.stack([(rows == code).any(axis=0) for code in range(highest + 1)] or [np.zeros(rows.shape[1], np.bool_)])
    return tuple(np.flatnonzero(used[:, item]) for item in range(rows.shape[1]))


def ranks_of(rows: SmallArray, codes: Sequence[IntArray]) -> tuple[SmallArray, tuple[DataProblem, ...]]:
    """Return the categories as 0 … C_j - 1, -1 for missing, and the items that hold unknown codes."""
    highest = int(max(rows.max(initial=MISSING), max((int(used[-1]) for used in codes if len(used)), default=0)))
    if all(len(used) == highest + 1 for used in codes):  # then every code is its own rank
        return rows, ()
    table = np.full((len(codes), highest + 2), MISSING, dtype=np.int16)
    for item, used in enumerate(codes):
        table[item, used + 1] = np.arange(len(used))
    ranks = table[np.arange(len(codes)), rows + 1]
    lost = ((rows >= 0) & (ranks < 0)).any(axis=0)
    return ranks, tuple(DataProblem("category-unknown", item=int(item)) for item in np.flatnonzero(lost))


def _assemble(ranks: SmallArray, codes: Sequence[IntArray], weights: FloatArray, origin: IntArray) -> ResponseData:
    categories = np.array([len(used) for used in codes], dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(np.maximum(categories - 1, 0))))
    observed = ranks >= 0
    skipped = np.flatnonzero(~observed.all(axis=0))
    is_dense = not observed.size or observed.mean() >= DENSE_FROM
    indicator = _dense if is_dense else _sparse
    seen = observed[:, skipped].astype(np.float64) if len(skipped) else None
    return ResponseData(
        cells=indicator(ranks, categories, starts),
        seen=seen if seen is None or is_dense else sparse.csr_array(seen),
        skipped=skipped,
        categories=categories,
        codes=tuple(codes),
        weights=weights,
        groups=np.zeros(len(ranks), dtype=np.int64),
        group_codes=np.zeros(1, dtype=np.int64),
        origin=origin,
        problems=_problems(categories, observed, weights, codes),
    )


def _dense(ranks: SmallArray, categories: IntArray, starts: IntArray) -> FloatArray:
    highest = int(categories.max(initial=0))
    if (categories == highest).all() and highest > 1:
        same: FloatArray = (ranks[:, :, None] == np.arange(1, highest, dtype=np.int16)).astype(np.float64)
        return same.reshape(len(ranks), int(starts[-1]))
    cells = np.zeros((len(ranks), int(starts[-1])))
    for category in range(1, highest):
        items = np.flatnonzero(categories > category)
        cells[:, starts[items] + category - 1] = ranks[:, items] == category
    return cells


def _sparse(ranks: SmallArray, _categories: IntArray, starts: IntArray) -> sparse.csr_array:
    row, item = np.nonzero(ranks > 0)
    column = starts[item] + ranks[row, item] - 1
    return sparse.csr_array((np.ones(len(row)), (row, column)), shape=(len(ranks), int(starts[-1])))


def _problems(
    categories: IntArray, observed: NDArray[np.bool_], weights: FloatArray, codes: Sequence[IntArray]
) -> tuple[DataProblem, ...]:
    found = []
    for item, count in enumerate(categories):
        if count == 0:
            found.append(DataProblem("item-unanswered", item=item))
        elif count == 1:
            found.append(DataProblem("item-without-variation", item=item))
        elif codes[item][-1] - codes[item][0] != count - 1:
            found.append(DataProblem("category-unused", item=item))
    silent = np.flatnonzero(~observed.any(axis=1) & (weights > 0))
    found += [DataProblem("person-silent", person=int(person)) for person in silent]
    return tuple(found)
