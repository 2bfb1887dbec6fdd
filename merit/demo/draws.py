"""Reproducible draws: a named Philox stream per purpose, raw words, our own transforms.

numpy promises the raw words of a bit generator across versions, not what ``Generator`` makes of them; a city
built from a seed must be the same city next year.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

_STEP = 2.0**-53
_POISSON_LIMIT = 60


class Stream:
    """One stream of draws, independent of every other name under the same seed."""

    def __init__(self, seed: int, name: str) -> None:
        """Key the stream with SHA-256 of seed and name."""
        digest = hashlib.sha256(f"merit-demo/{seed}/{name}".encode()).digest()
        self._words = np.random.Philox(key=np.frombuffer(digest[:16], dtype="<u8").astype(np.uint64))

    def uniform(self, *shape: int) -> Floats:
        """Return uniforms in the open interval (0, 1), 53 bits each."""
        count = int(np.prod(shape, dtype=np.int64)) if shape else 1
        raw = np.asarray(self._words.random_raw(count), dtype=np.uint64)
        drawn: Floats = (((raw >> np.uint64(11)).astype(np.float64) + 0.5) * _STEP).reshape(shape or (1,))
        return drawn

    def normal(self, *shape: int) -> Floats:
        """Return standard normals, the inverse distribution function of uniforms."""
        drawn: Floats = ndtri(self.uniform(*shape))
        return drawn

    def integers(self, low: int, high: int, count: int) -> Ints:
        """Return integers from ``low`` to ``high``, both included."""
        drawn: Ints = low + np.floor(self.uniform(count) * (high - low + 1)).astype(np.int64)
        return drawn

    def pick(self, weights: Sequence[float], count: int) -> Ints:
        """Return indices drawn in proportion to ``weights``."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        drawn: Ints = np.searchsorted(edges[:-1] / edges[-1], self.uniform(count), side="right").astype(np.int64)
        return drawn

    def order(self, count: int) -> Ints:
        """Return a random permutation of ``range(count)``."""
        drawn: Ints = np.argsort(self.uniform(count), kind="stable").astype(np.int64)
        return drawn

    def poisson(self, rates: Floats) -> Ints:
        """Return Poisson counts by inversion, at most 60."""
        uniforms = self.uniform(len(rates))
        term = np.exp(-rates)
        total = term.copy()
        counts = np.zeros(len(rates), dtype=np.int64)
        for k in range(1, _POISSON_LIMIT + 1):
            above = uniforms > total
            if not above.any():
                break
            counts[above] += 1
            term = term * rates / k
            total = total + term
        return counts


class Draws:
    """The source of all streams of one seed."""

    def __init__(self, seed: int) -> None:
        """Remember the seed."""
        self.seed = seed

    def stream(self, name: str) -> Stream:
        """Return a fresh stream of that name; the same name always starts anew."""
        return Stream(self.seed, name)
