"""Classical analysis of items and tests (Lord & Novick 1968)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from merit.assessment.psychometrics.data import DataProblem, FloatArray, IntArray, UnusableResponsesError

GROUPS = 5
FEWEST_ANSWERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatistics:
    """Classical figures of a test; persons with a missing answer count for the items they answered.

    Attributes
    ----------
    persons : sum of the weights
    answered : (J,) weight of the persons who answered each item
    facility : (J,) mean share of the item's highest points
    item_total : (J,) correlation of the item with the sum of the others, over persons without a missing answer
    alpha : Cronbach's (1951) alpha over persons without a missing answer; ``alpha_without`` (J,) leaving one out
    standardised_alpha : from the mean correlation of the items
    omega : McDonald's (1999) omega of one common factor
    sem : standard error of measurement of the sum score, SD sqrt(1 - alpha)
    split_half : odd against even items, stepped up by Spearman and Brown
    mean, sd : of the sum score
    options : per item the table of its options (empty without keys and raw codes)
    """

    persons: float
    answered: FloatArray
    facility: FloatArray
    item_total: FloatArray
    alpha: float
    alpha_without: FloatArray
    standardised_alpha: float
    omega: float
    sem: float
    split_half: float
    mean: float
    sd: float
    options: tuple[tuple[OptionRow, ...], ...]
    problems: tuple[DataProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRow:
    """One option: who chose it, how it goes with the rest score, and its share per fifth of the rest score.

    ``point_biserial`` is the correlation of choosing it with the sum of the other items.
    """

    code: int
    is_key: bool
    count: float
    share: float
    point_biserial: float
    by_group: tuple[float, ...]


def item_statistics(
    responses: ArrayLike, keys: ArrayLike | None = None, *, weights: ArrayLike | None = None
) -> ItemStatistics:
    """Return the classical figures of a test.

    Parameters
    ----------
    responses
        (N, J) integers, -1 missing: chosen options where ``keys`` is given, else points from 0.
    keys
        (J,) the right option of each item; a response scores 1 where it equals the key.
    weights
        (N,) counts of patterns.

    Raises
    ------
    ValueError
        Shapes that do not fit, or fewer than two persons.

    """
    raw = np.asarray(responses, dtype=np.int64)
    if raw.ndim != 2:  # noqa: PLR2004 -- persons by items
        raise UnusableResponsesError("responses-shape", "Responses are a matrix of persons by items.")
    counts = np.ones(len(raw)) if weights is None else np.asarray(weights, dtype=np.float64)
    if counts.shape != (len(raw),) or counts.sum() < FEWEST_ANSWERS:
        raise UnusableResponsesError(
            "responses-weights", "Weights are one number per row, together at least two persons."
        )
    right = None if keys is None else np.asarray(keys, dtype=np.int64)
    if right is not None and right.shape != (raw.shape[1],):
        raise UnusableResponsesError("responses-keys", "Keys are one option per item.")
    seen = raw >= 0
    points = np.where(seen, raw, 0) if right is None else (seen & (raw == right)).astype(np.int64)
    return _Test(raw, right, seen, points.astype(np.float64), counts).statistics()


@dataclass(frozen=True, slots=True)
class _Test:
    raw: IntArray
    keys: IntArray | None
    seen: NDArray[np.bool_]
    points: FloatArray
    weights: FloatArray

    def statistics(self) -> ItemStatistics:
        answered = self.weights @ self.seen
        highest = np.maximum(self.points.max(axis=0, initial=0), 1.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            facility = (self.weights @ self.points) / answered / highest
        whole = self.seen.all(axis=1) & (self.weights > 0)
        points, weights = self.points[whole], self.weights[whole]
        covariance = _covariance(points, weights)
        total = points.sum(axis=1)
        alpha = _alpha(covariance)
        spread = float(np.sqrt(max(covariance.sum(), 0)))
        return ItemStatistics(
            persons=float(self.weights.sum()),
            answered=answered,
            facility=facility,
            item_total=_item_rest(covariance),
            alpha=alpha,
            alpha_without=_alpha_without(covariance),
            standardised_alpha=_standardised_alpha(covariance),
            omega=_omega(covariance),
            sem=spread * float(np.sqrt(max(1 - alpha, 0))) if np.isfinite(alpha) else float("nan"),
            split_half=_split_half(covariance),
            mean=float(np.average(total, weights=weights)) if len(total) else float("nan"),
            sd=spread,
            options=self._options(self.points.sum(axis=1)),
            problems=self._problems(facility, whole),
        )

    def _options(self, total: FloatArray) -> tuple[tuple[OptionRow, ...], ...]:
        return tuple(self._option_rows(item, total - self.points[:, item]) for item in range(self.raw.shape[1]))

    def _option_rows(self, item: int, rest: FloatArray) -> tuple[OptionRow, ...]:
        seen = self.seen[:, item] & (self.weights > 0)
        if not seen.any():
            return ()
        chosen, rest, weights = self.raw[seen, item], rest[seen], self.weights[seen]
        group = _groups(rest, weights)
        size = np.bincount(group, weights, minlength=GROUPS)
        rows = []
        for code in np.unique(chosen):
            picked = (chosen == code).astype(np.float64)
            share = np.bincount(group, weights * picked, minlength=GROUPS) / np.maximum(size, 1e-300)
            rows.append(
                OptionRow(
                    code=int(code),
                    is_key=self.keys is not None and int(self.keys[item]) == int(code),
                    count=float(weights @ picked),
                    share=float(weights @ picked / weights.sum()),
                    point_biserial=_correlation(picked, rest, weights),
                    by_group=tuple(float(value) if size[n] else float("nan") for n, value in enumerate(share)),
                )
            )
        return tuple(rows)

    def _problems(self, facility: FloatArray, whole: NDArray[np.bool_]) -> tuple[DataProblem, ...]:
        found = [DataProblem("item-unanswered", item=int(item)) for item in np.flatnonzero(~self.seen.any(axis=0))]
        found += [DataProblem("item-without-variation", item=int(i)) for i in np.flatnonzero(np.isin(facility, (0, 1)))]
        silent = np.flatnonzero(~self.seen.any(axis=1) & (self.weights > 0))
        found += [DataProblem("person-silent", person=int(person)) for person in silent]
        if whole.sum() < FEWEST_ANSWERS:
            found.append(DataProblem("nobody-answered-all"))
        return tuple(found)


def _groups(rest: FloatArray, weights: FloatArray) -> IntArray:
    """Return the fifth of the rest score each person belongs to; equal scores stay together."""
    order = np.argsort(rest, kind="stable")
    middle = np.cumsum(weights[order]) - weights[order] / 2
    values, first = np.unique(rest[order], return_index=True)
    ends = np.append(first[1:], len(rest))
    place = np.array([middle[a:b].mean() for a, b in zip(first, ends, strict=True)]) / weights.sum()
    group: IntArray = np.minimum((place * GROUPS).astype(np.int64), GROUPS - 1)
    return group[np.searchsorted(values, rest)]


def _covariance(points: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the sample covariance with weights as counts."""
    size = weights.sum()
    if size < FEWEST_ANSWERS:
        return np.full((points.shape[1], points.shape[1]), np.nan)
    off = points - np.average(points, axis=0, weights=weights)
    covariance: FloatArray = (off * weights[:, None]).T @ off / (size - 1)
    return covariance


def _correlation(one: FloatArray, other: FloatArray, weights: FloatArray) -> float:
    pair = _covariance(np.stack((one, other), axis=1), weights)
    scale = np.sqrt(pair[0, 0] * pair[1, 1])
    return float(pair[0, 1] / scale) if scale > 0 else float("nan")


def _item_rest(covariance: FloatArray) -> FloatArray:
    own, total = np.diag(covariance), covariance.sum(axis=1)
    rest = covariance.sum() - 2 * total + own
    with np.errstate(invalid="ignore", divide="ignore"):
        found: FloatArray = (total - own) / np.sqrt(own * rest)
    return found


def _alpha(covariance: FloatArray) -> float:
    items, total = len(covariance), covariance.sum()
    if items < FEWEST_ANSWERS or not total > 0:
        return float("nan")
    return float(items / (items - 1) * (1 - np.trace(covariance) / total))


def _alpha_without(covariance: FloatArray) -> FloatArray:
    everyone = np.arange(len(covariance))
    return np.array([_alpha(covariance[np.ix_(everyone != item, everyone != item)]) for item in everyone])


def _standardised_alpha(covariance: FloatArray) -> float:
    sd = np.sqrt(np.diag(covariance))
    keep = sd > 0
    if keep.sum() < FEWEST_ANSWERS:
        return float("nan")
    return _alpha(covariance[np.ix_(keep, keep)] / np.outer(sd[keep], sd[keep]))


def _omega(covariance: FloatArray) -> float:
    """Return omega of one factor fitted to the correlations by least squares: 1 - unique / total variance."""
    sd = np.sqrt(np.diag(covariance))
    keep = sd > 0
    if keep.sum() <= FEWEST_ANSWERS or not np.isfinite(covariance).all():
        return float("nan")
    correlation = covariance[np.ix_(keep, keep)] / np.outer(sd[keep], sd[keep])
    common = _first_factor(correlation)
    return float(1 - (1 - common**2).sum() / correlation.sum())


def _first_factor(correlation: FloatArray, rounds: int = 500) -> FloatArray:
    unique = 1 / np.diag(np.linalg.pinv(correlation))
    for _round in range(rounds):
        reduced = correlation - np.diag(unique)
        value, vector = np.linalg.eigh(reduced)
        loading = vector[:, -1] * np.sqrt(max(value[-1], 0))
        after = np.clip(1 - loading**2, 0.0, 1.0)
        if np.abs(after - unique).max() < 1e-9:  # noqa: PLR2004 -- far below what is shown
            break
        unique = after
    found: FloatArray = loading * np.sign(loading.sum() or 1)
    return found


def _split_half(covariance: FloatArray) -> float:
    odd, even = np.arange(0, len(covariance), 2), np.arange(1, len(covariance), 2)
    if not len(even):
        return float("nan")
    own = covariance[np.ix_(odd, odd)].sum() * covariance[np.ix_(even, even)].sum()
    if not own > 0:
        return float("nan")
    half = covariance[np.ix_(odd, even)].sum() / np.sqrt(own)
    return float(2 * half / (1 + half)) if half > -1 else float("nan")
