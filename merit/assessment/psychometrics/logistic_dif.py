"""Differential item functioning by logistic regression (Swaminathan & Rogers 1990): uniform and non-uniform."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from scipy.stats import chi2

from merit.assessment.psychometrics.data import DataProblem, FloatArray
from merit.assessment.psychometrics.dif import SIGNIFICANT, Comparison, purified

STEPS = 50
EXACT = 1e-10
STEEPEST = 30.0  # logits per SD of the matching score beyond which the answers are separated
JODOIN_GIERL = (0.035, 0.070)
ZUMBO_THOMAS = (0.13, 0.26)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogisticDIF:
    """Logistic regression of each item on score, group, and their product, each (J,); NaN where it has no solution.

    Attributes
    ----------
    uniform, non_uniform, both : likelihood ratio statistics with 1, 1 and 2 degrees of freedom; ``p_uniform``,
        ``p_non_uniform``, ``p_both``
    r2_change : Nagelkerke's R² of the full model less that of the score alone; ``r2_uniform`` with the group only
    log_odds : of the focal group at equal score, above 0 where the item is easier for it (model without product)
    category : by ``r2_change`` "A", "B", "C" of Jodoin & Gierl (2001), "A" unless ``p_both`` is below 0.05
    category_zumbo : the same by the wider limits of Zumbo & Thomas (1997)
    anchors : (J,) whether an item counts in the matching score of the others
    """

    uniform: FloatArray
    non_uniform: FloatArray
    both: FloatArray
    p_uniform: FloatArray
    p_non_uniform: FloatArray
    p_both: FloatArray
    r2_change: FloatArray
    r2_uniform: FloatArray
    log_odds: FloatArray
    category: tuple[str, ...]
    category_zumbo: tuple[str, ...]
    anchors: NDArray[np.bool_]
    problems: tuple[DataProblem, ...]


def logistic_dif(
    responses: ArrayLike, group: ArrayLike, matching: ArrayLike | None = None, *, purify: bool = False
) -> LogisticDIF:
    """Compare a reference group (0) with a focal group (1), item by item, over the whole range of scores.

    Parameters
    ----------
    responses
        (N, J) of 0 and 1, -1 missing.
    group
        (N,) of 0 (reference) and 1 (focal); other values are left out.
    matching
        (N,) scores or abilities to match on; None: the sum of all items.
    purify
        Whether items with a significant ``both`` leave the matching score of the others, until nothing changes.

    Raises
    ------
    ValueError
        Shapes that do not fit, answers other than 0, 1 and -1, or purification of a given matching score.

    """
    comparison = Comparison.of(responses, group, matching)

    def figures(anchors: NDArray[np.bool_]) -> tuple[FloatArray, NDArray[np.bool_]]:
        rows = [_one_item(comparison, item, anchors) for item in range(comparison.items)]
        found = np.array(rows, dtype=np.float64).reshape(-1, 6)
        return found, chi2.sf(found[:, 2], 2) < SIGNIFICANT

    found, anchors, problems = purified(figures, comparison, purify=purify)
    uniform, non_uniform, both, r2_change, r2_uniform, log_odds = found.T
    p_both = chi2.sf(both, 2)
    unsolved = [DataProblem("dif-separated", item=int(item)) for item in np.flatnonzero(np.isnan(both))]
    return LogisticDIF(
        uniform=uniform,
        non_uniform=non_uniform,
        both=both,
        p_uniform=chi2.sf(uniform, 1),
        p_non_uniform=chi2.sf(non_uniform, 1),
        p_both=p_both,
        r2_change=r2_change,
        r2_uniform=r2_uniform,
        log_odds=log_odds,
        category=_categories(r2_change, p_both, JODOIN_GIERL),
        category_zumbo=_categories(r2_change, p_both, ZUMBO_THOMAS),
        anchors=anchors,
        problems=(*problems, *unsolved),
    )


def _one_item(comparison: Comparison, item: int, anchors: NDArray[np.bool_]) -> tuple[float, ...]:
    """Return the statistics uniform, non-uniform, both, the changes of R², and the log odds of the group."""
    seen = comparison.answers[:, item] >= 0
    right = comparison.answers[seen, item].astype(np.float64)
    score, focal = comparison.scores(item, anchors)[seen], comparison.focal[seen].astype(np.float64)
    spread = score.std() if len(score) else 0.0
    if not spread > 0 or focal.min() == focal.max() or right.min() == right.max():
        return (float("nan"),) * 6
    level = (score - score.mean()) / spread
    design = np.stack((np.ones_like(level), level, focal, level * focal), axis=1)
    fits = [_fit(design[:, :width], right) for width in (2, 3, 4)]
    if any(fit is None for fit in fits):
        return (float("nan"),) * 6
    (_base, low), (middle, mid), (_full, high) = (fit for fit in fits if fit is not None)
    share = right.mean()
    null = float(len(right) * (share * np.log(share) + (1 - share) * np.log(1 - share)))
    r2 = [_nagelkerke(value, null, len(right)) for value in (low, mid, high)]
    return 2 * (mid - low), 2 * (high - mid), 2 * (high - low), r2[2] - r2[0], r2[1] - r2[0], float(middle[2])


def _fit(design: FloatArray, right: FloatArray) -> tuple[FloatArray, float] | None:
    """Return the coefficients and the log-likelihood by Newton's method, None where the answers are separated."""
    beta = np.zeros(design.shape[1])
    for _step in range(STEPS):
        share = expit(design @ beta)
        weight = share * (1 - share)
        information = (design * weight[:, None]).T @ design
        try:
            move = np.linalg.solve(information, design.T @ (right - share))
        except np.linalg.LinAlgError:
            return None
        beta = beta + np.clip(move, -2, 2)
        if np.abs(beta[1:]).max() > STEEPEST:
            return None
        if np.abs(move).max() < EXACT:
            chosen = np.where(right > 0, design @ beta, -(design @ beta))
            return beta, float(-np.logaddexp(0, -chosen).sum())
    return None


def _nagelkerke(log_likelihood: float, null: float, persons: int) -> float:
    cox_snell = -np.expm1(2 * (null - log_likelihood) / persons)
    return float(cox_snell / -np.expm1(2 * null / persons))


def _categories(change: FloatArray, p_value: FloatArray, limits: tuple[float, float]) -> tuple[str, ...]:
    """Return "A", "B" or "C" by the size of an effect that is significant, "" without figures."""
    found = []
    for size, p in zip(change, p_value, strict=True):
        if not np.isfinite(size):
            found.append("")
        elif p >= SIGNIFICANT or size < limits[0]:
            found.append("A")
        else:
            found.append("B" if size < limits[1] else "C")
    return tuple(found)
