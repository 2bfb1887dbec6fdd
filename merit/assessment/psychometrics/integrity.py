"""Signs in a person's answers: fit to the model, rapid guessing, answers shared with somebody. Evidence, no verdicts.

Every index comes with what was expected, its variance, z and p, and with p-values corrected for how many were looked
at. Person fit: lz (Drasgow, Levine & Williams 1985) and lz* (Snijders 2001; Sinharay 2016 for several categories),
infit and outfit. Answer similarity: Wollack's (1997) omega.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from merit.assessment.psychometrics.data import DataProblem, FloatArray, IntArray
from merit.assessment.psychometrics.item_set import BoolArray, ItemSet
from merit.assessment.psychometrics.models import FLOOR

GUARDS = ("holm", "bh")
ESTIMATORS = ("mle", "wle", "map")
LEAST_PERSONS, LEAST_IN_COMMON = 20, 10
EXACT_FROM, SMOOTHING, NOTHING = 3.0, 1.0, 1e-9


def corrected(p_values: ArrayLike, guard: str = "holm", *, tests: int | None = None) -> FloatArray:
    """Return p-values corrected for many tests; NaN stays NaN and does not count.

    Parameters
    ----------
    p_values
        (n,) each 0 … 1.
    guard
        ``holm``: chance of one false sign (Holm 1979); ``bh``: share of false ones among the signs (Benjamini &
        Hochberg 1995).
    tests
        How many were looked at when only the smallest are given; default all given.

    Raises
    ------
    ValueError
        Unknown guard or fewer tests than p-values.

    """
    given = np.asarray(p_values, dtype=np.float64)
    known = np.flatnonzero(np.isfinite(given))
    count = len(known) if tests is None else tests
    if guard not in GUARDS or count < len(known):
        raise ValueError("Correct by holm or bh, for at least as many tests as there are p-values.")
    order = known[np.argsort(given[known], kind="stable")]
    place = np.arange(len(order))
    found = np.full(given.shape, np.nan)
    if guard == "holm":
        found[order] = np.minimum(np.maximum.accumulate(given[order] * (count - place)), 1)
    else:
        scaled = given[order] * count / (place + 1)
        found[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFit:
    """How likely each person's answers are under the model, (N,); NaN where fewer than two items were answered.

    Attributes
    ----------
    log_likelihood, expected, variance : of the answers at the person's ability
    lz : (log_likelihood - expected) / sqrt(variance): not standard normal at an estimated ability
    lz_star : with mean and variance corrected for the estimate; NaN where it was not an MLE, WLE or MAP
    p_value : of an lz* (else lz) this low
    p_corrected : the same for all persons together
    infit, outfit : mean squared residuals, information-weighted and plain, 1 expected; ``infit_z``, ``outfit_z``
        by Wilson & Hilferty

    """

    log_likelihood: FloatArray
    expected: FloatArray
    variance: FloatArray
    lz: FloatArray
    lz_star: FloatArray
    p_value: FloatArray
    p_corrected: FloatArray
    infit: FloatArray
    infit_z: FloatArray
    outfit: FloatArray
    outfit_z: FloatArray


def person_fit(
    responses: ArrayLike, items: ItemSet, theta: ArrayLike, *, method: str = "wle", guard: str = "holm"
) -> PersonFit:
    """Return the fit of persons to the model.

    Parameters
    ----------
    responses
        (N, J) categories 0 … C - 1, -1 where not answered.
    theta
        (N,) abilities on the scale of the items.
    method
        How theta was estimated: ``wle``, ``mle`` or ``map`` (standard normal prior); ``eap`` gives lz alone.

    Raises
    ------
    ValueError
        Shapes that do not fit, a category an item does not have, or an unknown method.

    """
    given, at = _checked(responses, items, theta)
    if method not in (*ESTIMATORS, "eap"):
        raise ValueError(f"Unknown method {method!r}; known: {', '.join(ESTIMATORS)}, eap.")
    sums = _Sums.of(given, items, at)
    with np.errstate(divide="ignore", invalid="ignore"):
        lz = (sums.log_likelihood - sums.expected) / np.sqrt(sums.variance)
        bias = {"wle": sums.bias / (2 * sums.information), "map": -at}.get(method, np.zeros(len(at)))
        slope = sums.mixed / sums.information
        left = np.maximum(sums.variance - slope * sums.mixed, 0)
        lz_star = (sums.log_likelihood - sums.expected + slope * bias) / np.sqrt(left)
    usable = (sums.answered > 1) & np.isfinite(lz)
    lz = np.where(usable, lz, np.nan)
    tells = left > NOTHING * sums.variance  # items alike in everything cannot misfit
    lz_star = np.where(usable & tells & (method != "eap"), lz_star, np.nan)
    p_value = ndtr(lz if method == "eap" else lz_star)
    return PersonFit(
        log_likelihood=np.where(usable, sums.log_likelihood, np.nan),
        expected=np.where(usable, sums.expected, np.nan),
        variance=np.where(usable, sums.variance, np.nan),
        lz=lz,
        lz_star=lz_star,
        p_value=p_value,
        p_corrected=corrected(p_value, guard),
        **_mean_squares(sums, usable),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """What person fit is made of, summed over the items somebody answered, (N,)."""

    answered: IntArray
    log_likelihood: FloatArray
    expected: FloatArray
    variance: FloatArray
    information: FloatArray
    mixed: FloatArray  # covariance of log P with the score function
    bias: FloatArray  # J of Warm (1989)
    residual: FloatArray  # of squared residuals
    spread: FloatArray  # of their expectations
    spread_squared: FloatArray
    fourth: FloatArray
    outer: FloatArray  # of squared standardised residuals
    outer_fourth: FloatArray

    @classmethod
    def of(cls, given: IntArray, items: ItemSet, theta: FloatArray) -> _Sums:
        totals = [np.zeros(len(theta)) for _ in range(12)]
        answered = np.zeros(len(theta), dtype=np.int64)
        for item in range(len(items)):
            asked = (given[:, item] >= 0) & np.isfinite(theta)
            if not asked.any():
                continue
            answered += asked
            parts = _of_item(items.subset([item]), theta[asked], given[asked, item])
            for total, part in zip(totals, parts, strict=True):
                total[asked] += part
        return cls(answered, *totals)


def _of_item(item: ItemSet, theta: FloatArray, chosen: IntArray) -> tuple[FloatArray, ...]:
    """Return what one item adds to the sums, in their order, each (n,)."""
    curves = item.curves(theta)
    share, first, second = np.maximum(curves.share[0], FLOOR), curves.first[0], curves.second[0]
    logs = np.log(share)
    mean_log = (share * logs).sum(axis=1)
    step = np.arange(share.shape[1])
    mean = share @ step
    off = step - mean[:, None]
    spread = np.maximum((share * off**2).sum(axis=1), FLOOR)
    fourth = (share * off**4).sum(axis=1)
    residual = (chosen - mean) ** 2
    return (
        logs[np.arange(len(chosen)), chosen],
        mean_log,
        (share * logs**2).sum(axis=1) - mean_log**2,
        (first**2 / share).sum(axis=1),
        (first * logs).sum(axis=1),
        (first * second / share).sum(axis=1),
        residual,
        spread,
        spread**2,
        fourth,
        residual / spread,
        fourth / spread**2,
    )


def _mean_squares(sums: _Sums, usable: BoolArray) -> dict[str, FloatArray]:
    """Return infit and outfit with z by the cube root (Wright & Masters 1982)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        outfit, infit = sums.outer / sums.answered, sums.residual / sums.spread
        outer_spread = np.sqrt(np.maximum(sums.outer_fourth / sums.answered**2 - 1 / sums.answered, 0))
        inner_spread = np.sqrt(np.maximum(sums.fourth - sums.spread_squared, 0)) / sums.spread
        found = {
            "infit": infit,
            "infit_z": (np.cbrt(infit) - 1) * 3 / inner_spread + inner_spread / 3,
            "outfit": outfit,
            "outfit_z": (np.cbrt(outfit) - 1) * 3 / outer_spread + outer_spread / 3,
        }
    return {name: np.where(usable & np.isfinite(values), values, np.nan) for name, values in found.items()}


def _checked(responses: ArrayLike, items: ItemSet, theta: ArrayLike) -> tuple[IntArray, FloatArray]:
    given, at = np.asarray(responses, dtype=np.int64), np.asarray(theta, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] != len(items) or at.shape != (len(given),):  # noqa: PLR2004 -- a table
        raise ValueError("Responses are persons by items, with one ability per person.")
    if (given >= items.categories).any():
        raise ValueError("A response lies outside the categories of its item.")
    return given, at


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarPair:
    """Two persons who share more answers than the ability of one explains; the direction is the likelier one, no more.

    Attributes
    ----------
    copier, source : rows
    common, matches : items both answered, and answers they share; ``expected``, ``variance`` of the matches if
        somebody of the copier's ability answered alone
    omega : (matches - expected) / sqrt(variance)
    p_value : exact (sum of independent matches) from omega 3 on; ``p_corrected`` for all directions looked at

    """

    copier: int
    source: int
    common: int
    matches: int
    expected: float
    variance: float
    omega: float
    p_value: float
    p_corrected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """Pairs whose corrected p-value is at most the level, the strongest first, of so many directions looked at."""

    pairs: tuple[SimilarPair, ...]
    tests: int
    level: float
    problems: tuple[DataProblem, ...] = ()


def answer_similarity(
    choices: ArrayLike,
    categories: ArrayLike,
    items: ItemSet,
    theta: ArrayLike,
    *,
    among: ArrayLike | None = None,
    level: float = 0.05,
    guard: str = "holm",
) -> Similarity:
    """Return pairs of persons with similar answers by omega.

    The chance that somebody of the copier's ability gives the source's answer is P(its category | theta) times that
    answer's share of its category: the nominal model with wrong answers whose popularity does not change with ability.

    Parameters
    ----------
    choices
        (N, J) codes of the answers given, 0 …; -1 where none. Without codes: the categories again.
    categories
        (N, J) what each answer scores, 0 … C - 1.
    theta
        (N,) abilities; persons without one are left out.
    among
        (N, N) True for pairs to look at (neighbours, one room); default all.

    Raises
    ------
    ValueError
        Shapes that do not fit or a category an item does not have.

    """
    scored, at = _checked(categories, items, theta)
    codes = np.where(scored >= 0, np.asarray(choices, dtype=np.int64), -1)
    if codes.shape != scored.shape:
        raise ValueError("Choices and categories are the same persons by items.")
    codes[~np.isfinite(at)] = -1
    if (codes >= 0).any(axis=1).sum() < LEAST_PERSONS:
        return Similarity(pairs=(), tests=0, level=level, problems=(DataProblem("similarity-few-persons"),))
    return _similarity(_Chances(codes, scored, items, at), among, level, guard)


def _similarity(chances: _Chances, among: ArrayLike | None, level: float, guard: str) -> Similarity:
    matches, expected, variance, common = _agreement(chances)
    looked = _looked_at(common, variance, among)
    tests = int(looked.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        omega = np.where(looked, (matches - expected) / np.sqrt(variance), -np.inf)
    notable = [(int(c), int(s)) for c, s in zip(*np.nonzero(omega >= EXACT_FROM), strict=True)]
    tails = [_tail(chances.of(copier, source), int(matches[copier, source])) for copier, source in notable]
    found = [
        SimilarPair(
            copier=copier,
            source=source,
            common=int(common[copier, source]),
            matches=int(matches[copier, source]),
            expected=float(expected[copier, source]),
            variance=float(variance[copier, source]),
            omega=float(omega[copier, source]),
            p_value=tail,
            p_corrected=float(fair),
        )
        for (copier, source), tail, fair in zip(notable, tails, corrected(tails, guard, tests=tests), strict=True)
        if fair <= level
    ]
    return Similarity(pairs=_likelier(found), tests=tests, level=level)


class _Chances:
    """P(person gives an answer), and the answers given, as one table per item."""

    def __init__(self, codes: IntArray, scored: IntArray, items: ItemSet, theta: FloatArray) -> None:
        self.codes = codes
        self.width = int(codes.max(initial=0)) + 1
        self.share = np.zeros((codes.shape[1], self.width))
        self.category = np.zeros((codes.shape[1], self.width), dtype=np.int64)
        for item in range(codes.shape[1]):
            self._count(item, scored[:, item])
        self.curves = items.probabilities(np.where(np.isfinite(theta), theta, 0.0))  # (J, N, C)

    def _count(self, item: int, scored: IntArray) -> None:
        took = self.codes[:, item] >= 0
        if not took.any():
            return
        counts = np.bincount(self.codes[took, item], minlength=self.width)
        self.category[item, self.codes[took, item]] = scored[took]
        for category in np.unique(scored[took]):
            inside = (counts > 0) & (self.category[item] == category)
            smooth = counts[inside] + SMOOTHING / inside.sum()
            self.share[item, inside] = smooth / smooth.sum()

    def table(self, item: int) -> FloatArray:
        """Return P(person gives answer) of an item, (N, answers)."""
        found: FloatArray = self.curves[item][:, self.category[item]] * self.share[item]
        return found

    def of(self, copier: int, source: int) -> FloatArray:
        """Return the chances of the copier to give the source's answers, over items both answered."""
        both = np.flatnonzero((self.codes[copier] >= 0) & (self.codes[source] >= 0))
        answers = self.codes[source, both]
        found: FloatArray = self.curves[both, copier, self.category[both, answers]] * self.share[both, answers]
        return found


def _agreement(chances: _Chances) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return matches, their expectation and variance, and items in common, copier by source, (N, N)."""
    codes = chances.codes
    given = codes >= 0
    answers = np.arange(chances.width)
    chosen = ((codes[:, :, None] == answers) & given[:, :, None]).reshape(len(codes), -1).astype(np.float64)
    tables = np.stack([chances.table(item) for item in range(codes.shape[1])], axis=1) * given[:, :, None]
    table = tables.reshape(len(codes), -1)
    both = given.astype(np.float64)
    return chosen @ chosen.T, table @ chosen.T, (table * (1 - table)) @ chosen.T, both @ both.T


def _looked_at(common: FloatArray, variance: FloatArray, among: ArrayLike | None) -> BoolArray:
    looked: BoolArray = (common >= LEAST_IN_COMMON) & (variance > 0)
    if among is not None:
        chosen = np.asarray(among, dtype=np.bool_)
        looked &= chosen | chosen.T
    np.fill_diagonal(looked, val=False)
    return looked


def _tail(chances: FloatArray, matches: int) -> float:
    """Return P(at least so many matches) of independent matches."""
    spread = np.zeros(len(chances) + 1)
    spread[0] = 1.0
    for chance in chances:
        spread[1:] = spread[1:] * (1 - chance) + spread[:-1] * chance
        spread[0] *= 1 - chance
    return float(min(spread[matches:].sum(), 1.0))


def _likelier(pairs: Sequence[SimilarPair]) -> tuple[SimilarPair, ...]:
    """Keep each pair in its likelier direction, the strongest first."""
    ordered = sorted(pairs, key=lambda pair: (pair.p_value, -pair.omega, pair.copier, pair.source))
    kept: dict[frozenset[int], SimilarPair] = {}
    for pair in ordered:
        kept.setdefault(frozenset((pair.copier, pair.source)), pair)
    return tuple(kept.values())
