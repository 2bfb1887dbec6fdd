"""Signs from models: answers that do not fit somebody's ability, answers shared beyond it, answers too fast; pure.

Each scale is looked at by itself. p-values are corrected by Holm's method for everybody looked at, and once more for
the number of scales (Bonferroni), so that the chance of one false sign in a sitting stays at the level for each kind.
Signs are for people to look at; none is a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from merit.assessment.domain.measurement import calibration_of
from merit.assessment.domain.scale import ItemParameters
from merit.assessment.psychometrics import answer_similarity, person_fit, rapid_guessing, score
from merit.assessment.psychometrics.item_set import ItemSet
from merit.evidence import FloatArray, IntArray

LEVEL = 0.05
LEAST_ITEMS = 8  # below this an estimated ability explains nearly any pattern
LEAST_TIMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Answers to the calibrated items of one scale, (N, J): categories and codes of what was chosen, -1 for none."""

    parameters: Sequence[ItemParameters]
    categories: IntArray
    choices: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class FitSign:
    """Answers less likely than somebody of that ability gives: lz*, with the log-likelihood and its expectation."""

    person: int
    scale: str
    items: int
    z: float
    p: float
    observed: float
    expected: float
    outfit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OmegaSign:
    """Two people sharing more answers than ability explains; the direction is the likelier one, no more."""

    copier: int
    source: int
    scale: str
    common: int
    matches: int
    expected: float
    z: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HastySign:
    """Answers faster than the questions can be read; ``expected`` if the person were as hasty as everybody."""

    person: int
    answers: int
    rapid: int
    expected: float
    effort: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSigns:
    """All signs of a sitting, and how many persons and pairs were looked at."""

    fits: tuple[FitSign, ...]
    pairs: tuple[OmegaSign, ...]
    hasty: tuple[HastySign, ...]
    persons_fitted: int
    pairs_compared: int
    persons_timed: int


def find_model_signs(tables: Mapping[str, Table], seconds: FloatArray, *, level: float = LEVEL) -> ModelSigns:
    """Return the signs; ``tables`` by scale, ``seconds`` per person and item of the whole sitting, NaN not known."""
    fits: list[FitSign] = []
    pairs: list[OmegaSign] = []
    fitted = compared = 0
    for scale, table in sorted(tables.items()):
        share = level / len(tables)
        some, count = _fits(scale, table, share)
        fits, fitted = [*fits, *some], fitted + count
        similar, looked = _pairs(scale, table, share)
        pairs, compared = [*pairs, *similar], compared + looked
    hasty, timed = _hasty(seconds, level)
    return ModelSigns(
        fits=tuple(sorted(fits, key=lambda sign: sign.p)),
        pairs=tuple(sorted(pairs, key=lambda sign: sign.p)),
        hasty=hasty,
        persons_fitted=fitted,
        pairs_compared=compared,
        persons_timed=timed,
    )


def _abilities(table: Table) -> FloatArray:
    return score(table.categories, calibration_of(table.parameters), "wle").theta


def _fits(scale: str, table: Table, level: float) -> tuple[list[FitSign], int]:
    answered = (table.categories >= 0).sum(axis=1)
    enough = np.flatnonzero(answered >= LEAST_ITEMS)
    if not enough.size:
        return [], 0
    theta = _abilities(table)
    some = table.categories[enough]
    fit = person_fit(some, ItemSet.of(table.parameters), theta[enough], method="wle")
    found = [
        FitSign(
            person=int(enough[row]),
            scale=scale,
            items=int(answered[enough[row]]),
            z=float(fit.lz_star[row]),
            p=float(fit.p_corrected[row]),
            observed=float(fit.log_likelihood[row]),
            expected=float(fit.expected[row]),
            outfit=float(fit.outfit[row]),
        )
        for row in np.flatnonzero(fit.p_corrected <= level)
    ]
    return found, int(np.isfinite(fit.p_corrected).sum())


def _pairs(scale: str, table: Table, level: float) -> tuple[list[OmegaSign], int]:
    if not (table.categories >= 0).any():
        return [], 0
    items = ItemSet.of(table.parameters)
    found = answer_similarity(table.choices, table.categories, items, _abilities(table), level=level)
    signs = [
        OmegaSign(
            copier=pair.copier,
            source=pair.source,
            scale=scale,
            common=pair.common,
            matches=pair.matches,
            expected=pair.expected,
            z=pair.omega,
            p=pair.p_corrected,
        )
        for pair in found.pairs
    ]
    return signs, found.tests // 2


def _hasty(seconds: FloatArray, level: float) -> tuple[tuple[HastySign, ...], int]:
    if not seconds.size:
        return (), 0
    found = rapid_guessing(seconds)
    enough = found.answers >= LEAST_TIMED
    signs = [
        HastySign(
            person=int(row),
            answers=int(found.answers[row]),
            rapid=int(found.rapid_answers[row]),
            expected=float(found.expected[row]),
            effort=float(found.effort[row]),
            p=float(found.p_corrected[row]),
        )
        for row in np.flatnonzero(enough & found.is_low & (found.p_corrected <= level))
    ]
    return tuple(sorted(signs, key=lambda sign: sign.effort)), int(enough.sum())
