"""Answers that two people share more often than their ability explains: evidence for a talk, never a verdict.

For a possible copier c and source s the index is Wollack's (1997) omega: matches h on the items both were given,
against what somebody of c's ability would share with s by chance, ``z = sum w (m - P) / sqrt(sum w^2 P (1 - P))``
with P the probability that people of c's score group choose s's answer. Shared wrong answers weigh twice as much as
shared right ones, because ability explains the latter. Until items are calibrated P is the observed share in the
score group, drawn a little towards that of everybody. P-values of large z are exact (the distribution of a sum of
independent weighted matches), corrected by Holm's method within neighbours and within all other pairs.

For neighbours the plain agreement is looked at too, with P over all candidates and z measured in the spread that all
pairs of the sitting show: it also sees somebody who copies from a perfect neighbour, whom omega cannot tell from a
good candidate, and it also rises where two good candidates sit side by side. Three spreads make it worth a look; the
corrected p beside it says how surprising that is among all neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from merit.evidence import BoolArray, FloatArray, IntArray

GROUPS = 5
LEAST_PERSONS = 20
LEAST_IN_COMMON = 10
SMOOTHING = 5.0
WRONG_WEIGHT = 2
NOTABLE = 3.0
EXACT_FROM = 3.0
LEVEL = 0.05
NEAR = 1
_ABSENT = -1


class CopyingSign(StrEnum):
    """What was noticed about a pair."""

    SIMILAR = "sign-similar-answers"
    NEIGHBOURS_AGREE = "sign-neighbours-agree"


@dataclass(frozen=True, slots=True)
class Seat:
    """Where somebody sat; ``row`` and ``column`` count from zero."""

    room: int
    row: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers as codes, persons x items; -1 where an item was not given or left blank; ``right`` of the same shape."""

    codes: IntArray
    right: BoolArray
    seats: Sequence[Seat | None] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A pair worth a look, ``copier`` and ``source`` being rows; the direction is the likelier one, no more.

    ``z`` and ``p`` (corrected) belong to ``sign``; ``distance`` is in seats, None in different rooms.
    """

    copier: int
    source: int
    sign: CopyingSign
    z: float
    p: float
    common: int
    matches: int
    expected: float
    wrong_matches: int
    distance: int | None


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the agreement of a pair is a sum of."""

    codes: IntArray
    weights: IntArray
    groups: IntArray
    chances: FloatArray
    observed: FloatArray


@dataclass(frozen=True, slots=True)
class _Index:
    """Standardised agreement of every ordered pair; NaN where too little is in common."""

    z: FloatArray
    expected: FloatArray
    terms: _Terms | None = None


def find_pairs(answers: Answers, *, level: float = LEVEL) -> list[Pair]:
    """Return the pairs whose answers agree beyond chance, the strongest first; [] for fewer than twenty persons."""
    if len(answers.codes) < LEAST_PERSONS:
        return []
    near = _neighbours(answers.seats, len(answers.codes))
    omega, plain = _omega(answers), _plain(answers)
    similar = _holm(omega, near) | _holm(omega, ~near)
    flagged = [(CopyingSign.SIMILAR, omega, pair, p) for pair, p in similar.items() if p <= level]
    known = {frozenset(pair) for _sign, _index, pair, _p in flagged}
    neighbours = _holm(plain, near).items()
    flagged += [
        (CopyingSign.NEIGHBOURS_AGREE, plain, pair, p) for pair, p in neighbours if frozenset(pair) not in known
    ]
    pairs = [_pair(answers, sign, index, pair, p) for sign, index, pair, p in flagged]
    return sorted(pairs, key=lambda pair: (pair.p, -pair.z, pair.copier, pair.source))


def _pair(answers: Answers, sign: CopyingSign, index: _Index, pair: tuple[int, int], p: float) -> Pair:
    copier, source = pair
    given = (answers.codes[copier] != _ABSENT) & (answers.codes[source] != _ABSENT)
    same = given & (answers.codes[copier] == answers.codes[source])
    seats = answers.seats or [None] * len(answers.codes)
    return Pair(
        copier=copier,
        source=source,
        sign=sign,
        z=float(index.z[pair]),
        p=p,
        common=int(given.sum()),
        matches=int(same.sum()),
        expected=float(index.expected[pair]),
        wrong_matches=int((same & ~answers.right[source]).sum()),
        distance=distance(seats[copier], seats[source]),
    )


def encode(values: Sequence[Sequence[str | None]]) -> IntArray:
    """Return texts, persons x items, as codes that count from zero within each item; None and "" are -1."""
    codes = np.full((len(values), len(values[0]) if values else 0), _ABSENT, dtype=np.int64)
    for item in range(codes.shape[1]):
        known: dict[str, int] = {}
        for person, row in enumerate(values):
            if row[item]:
                codes[person, item] = known.setdefault(str(row[item]), len(known))
    return codes


def seat_of(room: int, seat: int, columns: int) -> Seat:
    """Return the place of a numbered seat in a room filled row by row; seats count from one."""
    row, column = divmod(seat - 1, max(columns, 1))
    return Seat(room, row, column)


def _omega(answers: Answers) -> _Index:
    """Return the weighted index, chances taken from the copier's score group."""
    weights = np.where(answers.right, 1, WRONG_WEIGHT)
    return _standardised(answers.codes, weights, _score_groups(answers))


def _plain(answers: Answers) -> _Index:
    """Return the unweighted agreement, chances taken from everybody, in spreads of all pairs."""
    everybody = np.zeros(len(answers.codes), dtype=np.int64)
    index = _standardised(answers.codes, np.ones_like(answers.codes), everybody)
    known = index.z[~np.isnan(index.z)]
    spread = float(known.std()) if known.size else 1.0
    return _Index(index.z / max(spread, 1.0), index.expected)


def _standardised(codes: IntArray, weights: IntArray, groups: IntArray) -> _Index:
    given = (codes != _ABSENT).astype(float)
    observed = np.zeros((len(codes), len(codes)))
    for item in range(codes.shape[1]):
        same = (codes[:, item, None] == codes[None, :, item]) & (codes[:, item, None] != _ABSENT)
        observed += same * weights[None, :, item]
    chances = _chances(codes, groups)  # groups x items x persons: of the person's own answer
    expected, weighed, variance = (np.zeros_like(observed) for _ in range(3))
    for group in range(len(chances)):
        rows = groups == group
        chance = chances[group].T * given  # persons x items
        expected[rows] = given[rows] @ chance.T
        weighed[rows] = given[rows] @ (weights * chance).T
        variance[rows] = given[rows] @ (weights**2 * chance * (1 - chance)).T
    enough = (given @ given.T >= LEAST_IN_COMMON) & (variance > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(enough, (observed - weighed) / np.sqrt(variance), np.nan)
    np.fill_diagonal(z, np.nan)
    return _Index(z, expected, _Terms(codes, weights, groups, chances, observed))


def _tail(index: _Index, pair: tuple[int, int]) -> float:
    """Return the chance of an agreement at least this strong: exact where the terms are known and z is large."""
    z, terms = float(index.z[pair]), index.terms
    if terms is None or z < EXACT_FROM:
        return 0.5 * math.erfc(z / math.sqrt(2))
    copier, source = pair
    both = (terms.codes[copier] != _ABSENT) & (terms.codes[source] != _ABSENT)
    weights, chances = terms.weights[source, both], terms.chances[terms.groups[copier], both, source]
    spread = np.zeros(int(weights.sum()) + 1)
    spread[0] = 1.0
    for weight, chance in zip(weights, chances, strict=True):
        moved = np.zeros_like(spread)
        moved[weight:] = spread[:-weight]
        spread = spread * (1 - chance) + moved * chance
    return float(spread[int(terms.observed[pair]) :].sum())


def _score_groups(answers: Answers) -> IntArray:
    """Return each person's group by share of right answers, equally large as far as ties allow."""
    given = answers.codes != _ABSENT
    share = (answers.right & given).sum(axis=1) / np.maximum(given.sum(axis=1), 1)
    edges = np.quantile(share, np.arange(1, GROUPS) / GROUPS)
    groups: IntArray = np.searchsorted(edges, share, side="right").astype(np.int64)
    return groups


def _chances(codes: IntArray, groups: IntArray) -> FloatArray:
    """Return P(group chooses the person's answer), groups x items x persons, smoothed towards everybody's share."""
    count = int(groups.max()) + 1
    chances = np.zeros((count, codes.shape[1], codes.shape[0]))
    for item in range(codes.shape[1]):
        column = codes[:, item]
        took = column != _ABSENT
        width = int(column.max()) + 1 if took.any() else 0
        if not width:
            continue
        overall = np.bincount(column[took], minlength=width) / took.sum()
        for group in range(count):
            inside = took & (groups == group)
            counted = np.bincount(column[inside], minlength=width)
            share = (counted + SMOOTHING * overall) / (inside.sum() + SMOOTHING)
            chances[group, item, took] = share[column[took]]
    return chances


def _neighbours(seats: Sequence[Seat | None], persons: int) -> BoolArray:
    """Return which pairs sat beside each other, also behind and diagonally."""
    places = [(at, seat) for at, seat in enumerate(seats) if seat is not None]
    near = np.zeros((persons, persons), dtype=np.bool_)
    if places:
        rows = np.array([at for at, _seat in places])
        room, row, column = np.array([(seat.room, seat.row, seat.column) for _at, seat in places]).T
        apart = np.maximum(abs(row[:, None] - row), abs(column[:, None] - column))
        near[np.ix_(rows, rows)] = (room[:, None] == room) & (apart <= NEAR)
    return near


def distance(one: Seat | None, other: Seat | None) -> int | None:
    """Return how many seats apart two people sat, None in different rooms."""
    if one is None or other is None or one.room != other.room:
        return None
    return max(abs(one.row - other.row), abs(one.column - other.column))


def _holm(index: _Index, family: BoolArray) -> dict[tuple[int, int], float]:
    """Return Holm's corrected p-values of the pairs of a family in their likelier direction, the notable ones only."""
    upper = np.triu(np.ones(index.z.shape, dtype=np.bool_), k=1)
    both = np.fmax(index.z, index.z.T)
    tests = 2 * int((upper & family & ~np.isnan(both)).sum())  # each pair may have copied either way
    rows, columns = np.nonzero(upper & family & (both >= NOTABLE))
    pairs = [_likelier(index, int(row), int(column)) for row, column in zip(rows, columns, strict=True)]
    ordered = sorted((_tail(index, pair), pair) for pair in pairs)
    corrected: dict[tuple[int, int], float] = {}
    highest = 0.0
    for place, (p, pair) in enumerate(ordered):
        highest = max(highest, min(1.0, p * (tests - 2 * place)))
        corrected[pair] = highest
    return corrected


def _likelier(index: _Index, one: int, other: int) -> tuple[int, int]:
    forth, back = index.z[one, other], index.z[other, one]
    return (other, one) if np.isnan(forth) or back > forth else (one, other)
