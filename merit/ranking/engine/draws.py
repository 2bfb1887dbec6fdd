"""Random draws that depend on nobody else: one Philox stream per piece of evidence (RANKING.md 4).

Layout, fixed so that any implementation can repeat it (docs/adr/0011):

- key: the first 16 bytes of SHA-256 of the UTF-8 lines ``policy hash``, ``vacancy code``, ``indicator``,
  ``holder`` joined by one line feed, read little-endian as the 128-bit key of Philox4x64-10 (the low 64 bits are
  the first key word). The holder is the NIP, or the unit's code where evidence is shared.
- counter: word i (from 0) is word i mod 4 of the block with counter 1 + i div 4; draw b takes word b.
- uniform: ``u = (floor(word / 2**11) + 1/2) / 2**53``, never 0 or 1; normal: ``z = ndtri(u)``.
- job person match with C competencies takes q = ceil(C/4) words per draw: competency c of draw b reads the 16 bits
  f number c mod 4, from the low end, of word b·q + c div 4; its level exceeds l when f ≥ rint(2**16 · P(level ≤ l)).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
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
_FIELDS = 4
_FIELD_RANGE = 2**16
PERCENT = 100.0


def stream_key(policy_sha256: str, vacancy: str, indicator: str, holder: str) -> int:
    """Return the 128-bit key of a stream."""
    text = f"{policy_sha256}\n{vacancy}\n{indicator}\n{holder}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "little")


def words(key: int, draws: int) -> Words:
    """Return the first raw 64-bit words of a stream."""
    return np.asarray(np.random.Philox(key=key).random_raw(draws), dtype=np.uint64)


def uniforms(raw: Words) -> FloatArray:
    """Return numbers strictly between 0 and 1."""
    numbers: FloatArray = (raw >> _MANTISSA_SHIFT).astype(np.float64)
    numbers += 0.5
    numbers *= _TWO_53
    return numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One slot's evidence in a draw: the option with its knots, its column, fixed bounds and weight in points.

    ``shared`` keeps the numbers of units, which several officials use.
    """

    policy_sha256: str
    vacancy: str
    option: Option
    column: Column
    low: float
    high: float
    weight: float
    draws: int
    shared: dict[str, FloatArray] = field(default_factory=dict)

    def varies(self, row: int) -> bool:
        """Whether the official's value varies at all."""
        noise = self.column.noise
        if isinstance(noise, Normal):
            return bool(noise.se[row] > 0)
        if isinstance(noise, Levels):
            return bool((noise.p[row].max(axis=1) < 1.0).any())
        return isinstance(noise, Share)

    def add(self, row: int, nip: str, into: FloatArray) -> None:
        """Add the official's weighted utility in every draw, up to a constant (draws are recentred)."""
        noise = self.column.noise
        if isinstance(noise, Normal):
            self._add_normal(float(self.column.value[row]), float(noise.se[row]), self._numbers(row, nip), into)
        elif isinstance(noise, Share):
            table = self._points(share_quantiles(int(noise.k[row]), int(noise.n[row])))
            into += _look_up(table, self._numbers(row, nip))
        elif isinstance(noise, Levels):
            self._add_levels(noise, row, nip, into)

    def _key(self, holder: str) -> int:
        return stream_key(self.policy_sha256, self.vacancy, self.option.code, holder)

    def _numbers(self, row: int, nip: str) -> FloatArray:
        """Return the normal (or uniform, for shares) numbers of the official's stream, or of the unit's."""
        unit = "" if self.column.stream is None else str(self.column.stream[row])
        if unit and unit in self.shared:
            return self.shared[unit]
        numbers = uniforms(words(self._key(unit or nip), self.draws))
        if isinstance(self.column.noise, Normal):
            ndtri(numbers, out=numbers)
        if unit:
            self.shared[unit] = numbers
        return numbers

    def _add_normal(self, value: float, se: float, z: FloatArray, into: FloatArray) -> None:
        """Add w·v(x + SE·z): per segment, slope·SE·clip(z) with the segment's ends seen from x."""
        piece = np.empty_like(z)
        for low, high, slope in self._segments():
            np.clip(z, (low - value) / se, (high - value) / se, out=piece)
            piece *= self.weight * slope * se
            into += piece

    def _points(self, values: FloatArray) -> FloatArray:
        """Return w·v(x), up to a constant."""
        points = np.zeros_like(values)
        for low, high, slope in self._segments():
            points += self.weight * slope * np.clip(values, low, high)
        return points

    def _segments(self) -> list[tuple[float, float, float]]:
        """Return the rising or falling pieces of the value function within the fixed bounds."""
        x, y = self.option.x, self.option.y
        pieces = [
            (max(x[i], self.low), min(x[i + 1], self.high), (y[i + 1] - y[i]) / (x[i + 1] - x[i]))
            for i in range(len(x) - 1)
        ]
        return [(low, high, slope) for low, high, slope in pieces if slope and low < high]

    def _add_levels(self, noise: Levels, row: int, nip: str, into: FloatArray) -> None:
        """Draw each competency's level from P(level), add them up and look up the utility of the sum."""
        count, levels = noise.p.shape[1:]
        per_draw = -(-count // _FIELDS)
        raw = words(self._key(nip), per_draw * self.draws)
        fields = raw.astype("<u8", copy=False).view("<u2").reshape(self.draws, per_draw * _FIELDS)
        bounds = np.rint(np.cumsum(noise.p[row], axis=1) * _FIELD_RANGE).astype(np.int64)
        gained = np.zeros(self.draws, dtype=_gain_type(count * (levels - 1)))
        for index in range(count):
            top = int(noise.standard[index]) if noise.surplus is Surplus.CAPPED else levels
            field_of_all = np.ascontiguousarray(fields[:, index])
            for bound in bounds[index, : top - 1]:
                if bound < _FIELD_RANGE:
                    gained += (field_of_all >= np.uint16(bound)).view(np.uint8)
        sums = count + np.arange(count * (levels - 1) + 1)  # everybody has at least the lowest level
        percent = np.minimum(sums * (PERCENT / float(noise.standard.sum())), PERCENT)
        into += self._points(percent).take(gained)


def _gain_type(most: int) -> type[np.uint8 | np.uint16]:
    return np.uint8 if most <= np.iinfo(np.uint8).max else np.uint16


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
    """Return the table's values at u by straight lines; u is strictly between 0 and 1."""
    place = u * _TABLE
    index = place.astype(np.intp)
    place -= index
    place *= np.diff(table).take(index)
    place += table.take(index)
    return np.asarray(place)
