"""Random draws that depend on nobody else: one Philox stream per piece of evidence (RANKING.md 4).

Layout, fixed so that any implementation can repeat it (docs/adr/0011):

- key: the first 16 bytes of SHA-256 of the UTF-8 lines ``policy hash``, ``vacancy code``, ``indicator``,
  ``holder`` joined by one line feed, read little-endian as the 128-bit key of Philox4x64-10 (the low 64 bits are
  the first key word). The holder is the NIP, or the unit's code where evidence is shared. Job person match has
  one stream per competency, indicator ``competency.jpm/M.01`` and so on.
- counter: draw b (from 0) takes word b mod 4 of the block with counter 1 + b div 4.
- uniform: ``u = (floor(word / 2**11) + 1/2) / 2**53``, never 0 or 1; normal: ``z = ndtri(u)``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, ndtri

from merit.evidence import Column, FloatArray, Levels, Normal, Share, Surplus
from merit.ranking.engine.types import Option

Words = NDArray[np.uint64]
_MANTISSA_SHIFT = np.uint64(11)
_TWO_53 = 2.0**-53
_TABLE = 4096
_GRID = 1025
_GRID_DEVIATIONS = 9.0
_TAIL = 2.0**-24


def stream_key(policy_sha256: str, vacancy: str, indicator: str, holder: str) -> int:
    """Return the 128-bit key of a stream."""
    text = f"{policy_sha256}\n{vacancy}\n{indicator}\n{holder}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "little")


def words(key: int, draws: int) -> Words:
    """Return the first raw 64-bit words of a stream."""
    return np.asarray(np.random.Philox(key=key).random_raw(draws), dtype=np.uint64)


def uniforms(raw: Words) -> FloatArray:
    """Return numbers strictly between 0 and 1."""
    return np.asarray(((raw >> _MANTISSA_SHIFT) + 0.5) * _TWO_53)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One slot's evidence in a draw: the option with its knots, its column, fixed bounds and weight in points."""

    policy_sha256: str
    vacancy: str
    option: Option
    column: Column
    low: float
    high: float
    weight: float
    draws: int

    def holder(self, row: int, nip: str) -> str:
        """Return whose stream drives the official's value: the unit's where evidence is shared."""
        if self.column.stream is None:
            return nip
        return str(self.column.stream[row]) or nip

    def varies(self, row: int) -> bool:
        """Whether the official's value varies at all."""
        noise = self.column.noise
        if isinstance(noise, Normal):
            return bool(noise.se[row] > 0)
        if isinstance(noise, Levels):
            return bool((noise.p[row].max(axis=1) < 1.0).any())
        return isinstance(noise, Share)

    def add(self, row: int, holder: str, into: FloatArray) -> None:
        """Add the official's weighted utility in every draw, up to a constant (draws are recentred)."""
        noise = self.column.noise
        if isinstance(noise, Normal):
            self._add_normal(float(self.column.value[row]), float(noise.se[row]), holder, into)
        elif isinstance(noise, Share):
            table = share_quantiles(int(noise.k[row]), int(noise.n[row]))
            self._add_values(_look_up(table, uniforms(self._words(self.option.code, holder))), into)
        elif isinstance(noise, Levels):
            self._add_values(self._levels(noise, row, holder), into)

    def _words(self, indicator: str, holder: str) -> Words:
        return words(stream_key(self.policy_sha256, self.vacancy, indicator, holder), self.draws)

    def _add_normal(self, value: float, se: float, holder: str, into: FloatArray) -> None:
        """Add w·v(x + SE·z): per segment, slope·SE·clip(z) with the segment's ends seen from x."""
        z = ndtri(uniforms(self._words(self.option.code, holder)))
        piece = np.empty_like(z)
        for low, high, slope in self._segments():
            if high > low:
                np.clip(z, (low - value) / se, (high - value) / se, out=piece)
                piece *= self.weight * slope * se
                into += piece

    def _add_values(self, values: FloatArray, into: FloatArray) -> None:
        piece = np.empty_like(values)
        for low, high, slope in self._segments():
            if high > low:
                np.clip(values, low, high, out=piece)
                piece *= self.weight * slope
                into += piece

    def _segments(self) -> list[tuple[float, float, float]]:
        """Return the rising or falling pieces of the value function within the fixed bounds."""
        x, y = self.option.x, self.option.y
        return [
            (max(x[i], self.low), min(x[i + 1], self.high), (y[i + 1] - y[i]) / (x[i + 1] - x[i]))
            for i in range(len(x) - 1)
            if y[i] != y[i + 1]
        ]

    def _levels(self, noise: Levels, row: int, holder: str) -> FloatArray:
        """Draw each competency's level from P(level) and return job person match in percent."""
        achieved = np.zeros(self.draws, dtype=np.int16)
        certain = 0
        for index, code in enumerate(noise.codes):
            standard = int(noise.standard[index])
            top = standard if noise.surplus is Surplus.CAPPED else noise.p.shape[2]
            bounds = np.cumsum(noise.p[row, index])[: top - 1]
            certain += 1 + int((bounds <= 0.0).sum())
            between = bounds[(bounds > 0.0) & (bounds < 1.0)]
            if between.size:
                raw = self._words(f"{self.option.code}/{code}", holder)
                for bound in between:
                    achieved += raw >= np.uint64(min(int(bound * 2.0**64), 2**64 - 1))
        percent = 100.0 / float(noise.standard.sum())
        return np.asarray(np.minimum((achieved + float(certain)) * percent, 100.0))


@lru_cache(maxsize=512)
def share_quantiles(k: int, n: int) -> FloatArray:
    """Return quantiles of Beta(k + 1, n - k + 1) at 4,097 equally spaced probabilities.

    The distribution function is exact at 1,025 points within nine standard deviations and inverted by straight
    lines; the ends stand at probabilities 2**-24. Off by less than 0.001 standard deviations between the 0.1 % and
    the 99.9 % quantile (tests compare with ``betaincinv``).
    """
    a, b = k + 1.0, n - k + 1.0
    mean = a / (a + b)
    spread = float(np.sqrt(a * b / ((a + b) ** 2 * (a + b + 1.0))))
    grid = np.linspace(max(0.0, mean - _GRID_DEVIATIONS * spread), min(1.0, mean + _GRID_DEVIATIONS * spread), _GRID)
    probabilities = np.arange(_TABLE + 1) / _TABLE
    probabilities[[0, -1]] = _TAIL, 1.0 - _TAIL
    table = np.interp(probabilities, betainc(a, b, grid), grid)
    table.setflags(write=False)
    return np.asarray(table)


def _look_up(table: FloatArray, u: FloatArray) -> FloatArray:
    place = u * _TABLE
    index = place.astype(np.int64)
    lower = table[index]
    return np.asarray(lower + (place - index) * (table[index + 1] - lower))
