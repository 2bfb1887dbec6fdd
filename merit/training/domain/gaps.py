"""Development gaps: standard minus measured level, with what the error of the measurement leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from merit.assessment.domain.matching import LEVELS, level_probabilities
from merit.evidence import FloatArray, IntArray

# Standard errors in levels where the organiser gave none: the example document of FILES.md.
DEFAULT_SE: Mapping[str, float] = MappingProxyType({"cact": 0.4, "asesmen": 0.3, "internal": 0.5})
LIKELY, UNLIKELY = 0.8, 0.2


@dataclass(frozen=True, slots=True)
class Gaps:
    """Gaps of n officials on C competencies, shape [n, C]; zero where there is no result or no standard.

    ``measured`` is standard - level (negative: above); ``expected`` E[max(0, standard - L)]; ``below`` P(L < standard).
    ``known`` tells where both a result and a standard exist.
    """

    measured: IntArray
    expected: FloatArray
    below: FloatArray
    known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def development_gaps(level: IntArray, se: FloatArray, standard: IntArray) -> Gaps:
    """Return the gaps.

    Parameters
    ----------
    level
        Measured levels 1-5, int64[n, C], 0 where none.
    se
        Their standard errors in levels, float64[n, C].
    standard
        Required levels, int64[n, C], 0 where none is known.

    """
    known = (level > 0) & (standard > 0)
    p = level_probabilities(np.where(known, level, 1), np.where(known, se, 0.0))
    steps = standard[..., None] - np.arange(1, LEVELS + 1)
    return Gaps(
        measured=np.where(known, standard - level, 0),
        expected=np.where(known, (p * np.maximum(steps, 0)).sum(axis=-1), 0.0),
        below=np.where(known, np.where(steps > 0, p, 0.0).sum(axis=-1), 0.0),
        known=known,
    )


def verdict(below: float) -> str:
    """Return the code of what the probability of standing below the standard means."""
    if below >= LIKELY:
        return "gap-likely"
    return "gap-unlikely" if below <= UNLIKELY else "gap-open"
