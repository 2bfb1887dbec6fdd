"""Standard setting: cuts between levels from the judgement of a panel, with their errors.

Modified Angoff (Angoff 1971): a rater says what share of the points a person just at the cut earns on each item; the
rater's cut is the sum. Bookmark (Lewis, Mitzel & Green 1996): items stand in a booklet in the order of the ability at
which somebody succeeds with probability 2/3; a rater says how many pages the person just at the cut masters. Cuts go
to theta by the inverse of the test characteristic curve. Errors: spread of raters (Hambleton & Pitoniak 2006).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from merit.assessment.psychometrics.agreement import Agreement, Variances, agreement
from merit.assessment.psychometrics.data import FloatArray, IntArray
from merit.assessment.psychometrics.item_set import ItemSet

RESPONSE_PROBABILITY = 2 / 3
FARTHEST = 12.0
HALVINGS = 60
LEAST_RATERS = 2
FEW_RATERS = 5
APART = 2.5  # robust deviations at which a rater stands apart
MEDIAN_ERROR = 1.2533  # error of a median in terms of that of a mean, sqrt(pi / 2)
MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True)
class PanelProblem:
    """What limits a panel's judgement; ``code`` has a sentence in phrases."""

    code: str
    rater: int | None = None
    item: int | None = None
    level: int | None = None
    option: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelCut:
    """One cut of a panel.

    Attributes
    ----------
    cut : the panel's cut in the unit of the method (Angoff: share of the points, 0 … 1; bookmark: theta)
    standard_error : of the cut, from the spread of raters
    rater_cuts : (R,) NaN for raters who left something out
    spread : standard deviation of the raters' cuts
    theta, theta_error : the cut on the scale of the items, None without item parameters or beyond the curve

    """

    cut: float
    standard_error: float
    rater_cuts: FloatArray
    spread: float
    theta: float | None
    theta_error: float | None
    problems: tuple[PanelProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AngoffCut(PanelCut):
    """A cut by modified Angoff.

    ``generalised_error``: with the items drawn from many as well (Brennan 2001); ``item_spread``: (J,) standard
    deviation of the raters per item, what a panel talks about between rounds; ``item_means``: (J,) the panel's share.
    """

    generalised_error: float
    item_means: FloatArray
    item_spread: FloatArray
    agreement: Agreement | None


def angoff(ratings: ArrayLike, *, points: ArrayLike | None = None, items: ItemSet | None = None) -> AngoffCut:
    """Return the cut of one round for one level.

    Parameters
    ----------
    ratings
        (R, J) shares of an item's points, 0 … 1; NaN where a rater said nothing (the rater is then left out, named).
    points
        (J,) greatest points of the items, default 1 each (with ``items``: their highest categories).
    items
        Parameters of the same items: gives the cut on theta.

    Raises
    ------
    ValueError
        Not a table of raters by items, a share outside [0, 1], or fewer than two complete raters.

    """
    table = np.asarray(ratings, dtype=np.float64)
    if table.ndim != 2 or ((table < 0) | (table > 1)).any():  # noqa: PLR2004 -- raters by items
        raise ValueError("Ratings are shares from 0 to 1, raters by items.")
    complete = np.isfinite(table).all(axis=1)
    if complete.sum() < LEAST_RATERS:
        raise ValueError("A cut needs two raters who rated every item.")
    weight = _points(points, items, table.shape[1])
    kept = table[complete]
    rater_cuts = np.full(len(table), np.nan)
    rater_cuts[complete] = kept @ weight / weight.sum()
    cut, spread = float(np.nanmean(rater_cuts)), float(np.nanstd(rater_cuts, ddof=1))
    error = spread / float(np.sqrt(complete.sum()))
    theta, theta_error = _on_theta(items, cut, error)
    return AngoffCut(
        cut=cut,
        standard_error=error,
        rater_cuts=rater_cuts,
        spread=spread,
        theta=theta,
        theta_error=theta_error,
        problems=(*_panel_problems(rater_cuts), *(() if items is None or theta is not None else (_outside(),))),
        generalised_error=_generalised(kept),
        item_means=kept.mean(axis=0),
        item_spread=kept.std(axis=0, ddof=1),
        agreement=agreement(kept) if kept.shape[1] > 1 else None,
    )


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an ordered booklet: an item, its step (1 … C - 1), and the ability at which it is mastered."""

    item: int
    step: int
    location: float


def ordered_booklet(items: ItemSet, *, response_probability: float = RESPONSE_PROBABILITY) -> tuple[Page, ...]:
    """Return the pages, easiest first: P(category >= step | location) = response probability, guessing included.

    Steps that are mastered at every ability on the scale (guessing above the probability) stand first at -12.
    """
    if not 0 < response_probability < 1:
        raise ValueError("A response probability lies between 0 and 1.")
    places = [(item, step) for item, size in enumerate(items.categories) for step in range(1, int(size))]
    which = np.array([item for item, _step in places])
    steps = np.array([step for _item, step in places])
    low, high = np.full(len(places), -FARTHEST), np.full(len(places), FARTHEST)
    for _half in range(HALVINGS):
        middle = (low + high) / 2
        reached = _at_least(items, which, steps, middle) >= response_probability
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    pages = [Page(item, step, float(at)) for (item, step), at in zip(places, (low + high) / 2, strict=True)]
    return tuple(sorted(pages, key=lambda page: (page.location, page.item, page.step)))


def bookmark(mastered: ArrayLike, booklet: Sequence[Page]) -> PanelCut:
    """Return the cut of one round for one level from bookmarks.

    Parameters
    ----------
    mastered
        (R,) pages that the person just at the cut masters, 0 … number of pages; NaN where a rater said nothing. The
        rater's cut lies halfway between the last page mastered and the next (Reckase 2006).
    booklet
        From ``ordered_booklet``.

    Raises
    ------
    ValueError
        A page that is not in the booklet, or fewer than two raters.

    """
    marks = np.asarray(mastered, dtype=np.float64)
    told = np.isfinite(marks)
    if marks.ndim != 1 or ((marks[told] % 1 != 0) | (marks[told] < 0) | (marks[told] > len(booklet))).any():
        raise ValueError("A bookmark is a number of pages of the booklet.")
    if told.sum() < LEAST_RATERS or not booklet:
        raise ValueError("A cut needs two raters and a booklet.")
    locations = np.array([page.location for page in booklet])
    after = np.concatenate((locations[:1], (locations[:-1] + locations[1:]) / 2, locations[-1:]))
    rater_cuts = np.full(len(marks), np.nan)
    rater_cuts[told] = after[marks[told].astype(int)]
    cut, spread = float(np.nanmedian(rater_cuts)), float(np.nanstd(rater_cuts, ddof=1))
    error = MEDIAN_ERROR * spread / float(np.sqrt(told.sum()))
    return PanelCut(
        cut=cut,
        standard_error=error,
        rater_cuts=rater_cuts,
        spread=spread,
        theta=cut,
        theta_error=error,
        problems=_panel_problems(rater_cuts),
    )


def expected_share(items: ItemSet, theta: ArrayLike) -> FloatArray:
    """Return the test characteristic curve: the expected share of all points at abilities, (n,)."""
    share: FloatArray = items.expected(theta).sum(axis=0) / (items.categories - 1).sum()
    return share


def theta_at(items: ItemSet, share: float) -> float | None:
    """Return the ability at which a share of all points is expected; None beyond the curve on [-12, 12]."""
    low, high = -FARTHEST, FARTHEST
    ends = expected_share(items, [low, high])
    if not ends.min() < share < ends.max():
        return None
    rising = ends[1] > ends[0]
    for _half in range(HALVINGS):
        middle = (low + high) / 2
        if (float(expected_share(items, middle)[0]) < share) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def cut_problems(cuts: Sequence[float], errors: Sequence[float] | None = None) -> tuple[PanelProblem, ...]:
    """Return what is wrong with cuts where levels 2, 3 … begin: not increasing, or too close for their errors."""
    found = []
    for place in range(1, len(cuts)):
        distance = cuts[place] - cuts[place - 1]
        if not distance > 0:
            found.append(PanelProblem("cuts-not-increasing", level=place + 2))
        elif errors is not None and distance < float(np.hypot(errors[place], errors[place - 1])):
            found.append(PanelProblem("cuts-close", level=place + 2))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What changed between two rounds: per rater the mean distance of the ratings, (R,); the raters' spread."""

    rater_change: FloatArray
    cut_change: float
    spread_before: float
    spread_after: float


def compare_rounds(before: ArrayLike, after: ArrayLike) -> Movement:
    """Return how two rounds of the same raters and items (R, J) differ; gaps are left out."""
    one, other = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if one.shape != other.shape or one.ndim != 2 or len(one) < LEAST_RATERS:  # noqa: PLR2004 -- raters by items
        raise ValueError("Rounds have the same raters, at least two, and the same items.")
    both = np.isfinite(one) & np.isfinite(other)
    if not both.any(axis=1).all():
        raise ValueError("Every rater rated an item in both rounds.")
    one, other = np.where(both, one, np.nan), np.where(both, other, np.nan)
    first, second = np.nanmean(one, axis=1), np.nanmean(other, axis=1)
    return Movement(
        rater_change=np.nanmean(np.abs(other - one), axis=1),
        cut_change=float(second.mean() - first.mean()),
        spread_before=float(first.std(ddof=1)),
        spread_after=float(second.std(ddof=1)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """Who would reach which level, (L,): counted, and expected given the errors of measurement.

    ``low``, ``high``: (L - 1,) shares at or above each cut if it lay one standard error higher, or lower.
    """

    persons: int
    counts: IntArray
    shares: FloatArray
    expected: FloatArray
    reached: FloatArray
    low: FloatArray
    high: FloatArray


def consequences(
    theta: ArrayLike, cuts: ArrayLike, *, standard_error: ArrayLike | None = None, cut_errors: ArrayLike | None = None
) -> Consequences:
    """Return what cuts would have meant for persons with abilities theta (N,), in the unit of the cuts.

    Raises
    ------
    ValueError
        Nobody has an ability, or the cuts do not increase.

    """
    at, edges = np.asarray(theta, dtype=np.float64), np.asarray(cuts, dtype=np.float64)
    spread = np.zeros(len(at)) if standard_error is None else np.asarray(standard_error, dtype=np.float64)
    known = np.isfinite(at) & np.isfinite(spread)
    if not known.any() or (np.diff(edges) <= 0).any():
        raise ValueError("Consequences need persons with abilities, and cuts that increase.")
    at, spread = at[known], spread[known]
    errors = np.zeros(len(edges)) if cut_errors is None else np.asarray(cut_errors, dtype=np.float64)
    counts = np.bincount((at[:, None] >= edges).sum(axis=1), minlength=len(edges) + 1)
    distance = at[:, None] - edges
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.where(spread[:, None] > 0, ndtr(distance / spread[:, None]), distance >= 0).mean(axis=0)
    return Consequences(
        persons=len(at),
        counts=counts,
        shares=counts / len(at),
        expected=-np.diff(np.concatenate(([1.0], above, [0.0]))),
        reached=(distance >= 0).mean(axis=0),
        low=(distance >= errors).mean(axis=0),
        high=(distance >= -errors).mean(axis=0),
    )


def _points(points: ArrayLike | None, items: ItemSet | None, size: int) -> FloatArray:
    if items is not None and len(items) != size:
        raise ValueError("Parameters belong to the same items as the ratings.")
    if points is None:
        return np.ones(size) if items is None else (items.categories - 1).astype(np.float64)
    weight = np.asarray(points, dtype=np.float64)
    if weight.shape != (size,) or not (weight > 0).all():
        raise ValueError("Points are one positive number per item.")
    return weight


def _on_theta(items: ItemSet | None, share: float, error: float) -> tuple[float | None, float | None]:
    """Return the cut on theta and its error by the delta method."""
    theta = None if items is None else theta_at(items, share)
    if items is None or theta is None:
        return None, None
    step = 1e-4
    low, high = expected_share(items, [theta - step, theta + step])
    slope = float(high - low) / (2 * step)
    return theta, error / abs(slope) if slope else None


def _generalised(table: FloatArray) -> float:
    """Return the error of the mean share with raters and items drawn from many: sqrt(s_r/R + s_j/J + s_rj/(R J))."""
    raters, items = table.shape
    if items < 2:  # noqa: PLR2004 -- one item has no spread
        return float("nan")
    parts = Variances.of(table)
    of_raters = max(parts.raters - parts.rest, 0) / items
    of_items = max(parts.objects - parts.rest, 0) / raters
    return float(np.sqrt(of_raters / raters + of_items / items + parts.rest / (raters * items)))


def _panel_problems(rater_cuts: FloatArray) -> tuple[PanelProblem, ...]:
    told = rater_cuts[np.isfinite(rater_cuts)]
    found = [PanelProblem("rater-incomplete", rater=int(rater)) for rater in np.flatnonzero(~np.isfinite(rater_cuts))]
    if len(told) < FEW_RATERS:
        return (*found, PanelProblem("few-raters"))
    middle = float(np.median(told))
    scale = MAD_TO_SD * float(np.median(np.abs(told - middle)))
    with np.errstate(invalid="ignore"):
        apart = np.abs(rater_cuts - middle) > APART * scale if scale > 0 else np.zeros(len(rater_cuts), dtype=bool)
    return (*found, *(PanelProblem("rater-apart", rater=int(rater)) for rater in np.flatnonzero(apart)))


def _outside() -> PanelProblem:
    return PanelProblem("cut-outside-curve")


def _at_least(items: ItemSet, which: IntArray, steps: IntArray, theta: FloatArray) -> FloatArray:
    """Return P(category >= step) of item ``which[p]`` at ``theta[p]``, (P,)."""
    share = items.probabilities(theta)[which, np.arange(len(which))]
    above = np.cumsum(share[:, ::-1], axis=1)[:, ::-1]
    found: FloatArray = above[np.arange(len(which)), steps]
    return found
