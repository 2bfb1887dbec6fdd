"""Whether items treat groups of persons alike at equal ability: three methods side by side for whoever keeps a file.

Mantel-Haenszel decides the class (ETS A, B, C); logistic regression also sees differences that turn over with ability,
standardisation says them in shares of right answers. Points of several steps are compared by Mantel's test.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merit.assessment.domain.verdicts import GroupEvidence
from merit.assessment.psychometrics import logistic_dif, mantel, mantel_haenszel, standardisation
from merit.assessment.psychometrics.dif import FEWEST_PER_GROUP, SIGNIFICANT
from merit.evidence import FloatArray, IntArray

SMALL_SHARE, LARGE_SHARE = 0.05, 0.10  # Dorans & Kulick 1986
MATCHING_STEPS = 20
REFERENCE, FOCAL, NEITHER = 0, 1, -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How one item treats one group beside the reference group at equal scores.

    ``figures`` are the numbers by method; ``classes`` the class each method gives, "" without figures. ``verdict`` is
    the class that holds, None where either group has too few persons on the item. ``eases``: easier for the group.
    """

    item: int
    persons: int
    reference_persons: int
    figures: Mapping[str, Mapping[str, float]]
    classes: Mapping[str, str]
    verdict: str | None
    eases: bool
    is_crossing: bool

    def evidence(self, group: str) -> GroupEvidence:
        """Return what the verdict on the item needs."""
        return GroupEvidence(group=group, category=self.verdict or "", eases=self.eases, is_crossing=self.is_crossing)


def compare_groups(points: IntArray, side: IntArray, *, least: int = FEWEST_PER_GROUP) -> list[Difference]:
    """Return how every item treats the focal group (1) beside the reference group (0), -1 being neither.

    Parameters
    ----------
    points
        (N, J) points from 0, -1 missing. Persons are matched on their sum, or where answers are missing on twentieths
        of the points their own items could give.
    side
        (N,) 0, 1 or -1.
    least
        Persons that each group needs on an item for a verdict.

    """
    kept = side != NEITHER
    matrix, group = points[kept], side[kept]
    seen = matrix >= 0
    persons = [(seen[group == one].sum(axis=0)).astype(int) for one in (FOCAL, REFERENCE)]
    matching = _matching(matrix)
    is_binary: NDArray[np.bool_] = matrix.max(axis=0, initial=0) <= 1
    found: dict[int, Difference] = {}
    for binary, compared in ((True, _binary), (False, _graded)):
        columns = np.flatnonzero(is_binary == binary)
        if not len(columns) or len(matrix) == 0:
            continue
        for place, (figures, classes, towards, crossing) in zip(
            columns.tolist(), compared(matrix[:, columns], group, matching), strict=True
        ):
            focal, reference = int(persons[0][place]), int(persons[1][place])
            letter = classes["mantel_haenszel" if binary else "mantel"]
            is_told = bool(letter) and min(focal, reference) >= least
            found[place] = Difference(
                item=place,
                persons=focal,
                reference_persons=reference,
                figures=figures,
                classes=classes,
                verdict=letter if is_told else None,
                eases=towards > 0,
                is_crossing=crossing and is_told,
            )
    return [found[place] for place in sorted(found)]


_Row = tuple[dict[str, dict[str, float]], dict[str, str], float, bool]


def _matching(points: IntArray) -> FloatArray:
    seen = points >= 0
    if seen.all():
        whole: FloatArray = points.sum(axis=1).astype(np.float64)
        return whole
    highest = np.maximum(points.max(axis=0, initial=0), 1)
    reach = np.maximum((seen * highest).sum(axis=1), 1)
    steps: FloatArray = np.rint(np.where(seen, points, 0).sum(axis=1) / reach * MATCHING_STEPS)
    return steps


def _binary(points: IntArray, group: IntArray, matching: FloatArray) -> list[_Row]:
    haenszel = mantel_haenszel(points, group, matching)
    logistic = logistic_dif(points, group, matching)
    gap = standardisation(points, group, matching)
    return [
        (
            {
                "mantel_haenszel": {
                    "alpha": float(haenszel.alpha[item]),
                    "delta": float(haenszel.delta[item]),
                    "chi2": float(haenszel.chi2[item]),
                    "p_value": float(haenszel.p_value[item]),
                },
                "logistic": {
                    "chi2": float(logistic.both[item]),
                    "p_value": float(logistic.p_both[item]),
                    "p_uniform": float(logistic.p_uniform[item]),
                    "p_non_uniform": float(logistic.p_non_uniform[item]),
                    "r2_change": float(logistic.r2_change[item]),
                },
                "standardisation": {"difference": float(gap[item])},
            },
            {
                "mantel_haenszel": haenszel.category[item],
                "logistic": logistic.category[item],
                "standardisation": _share_class(float(gap[item])),
            },
            float(haenszel.delta[item]),
            logistic.category[item] in {"B", "C"} and bool(logistic.p_non_uniform[item] < SIGNIFICANT),
        )
        for item in range(points.shape[1])
    ]


def _graded(points: IntArray, group: IntArray, matching: FloatArray) -> list[_Row]:
    found = mantel(points, group, matching)
    return [
        (
            {
                "mantel": {
                    "chi2": float(found.chi2[item]),
                    "p_value": float(found.p_value[item]),
                    "difference": float(found.mean_difference[item]),
                    "effect": float(found.effect[item]),
                }
            },
            {"mantel": found.category[item]},
            float(found.mean_difference[item]),
            False,
        )
        for item in range(points.shape[1])
    ]


def _share_class(gap: float) -> str:
    if not math.isfinite(gap):
        return ""
    return "A" if abs(gap) < SMALL_SHARE else "B" if abs(gap) < LARGE_SHARE else "C"
