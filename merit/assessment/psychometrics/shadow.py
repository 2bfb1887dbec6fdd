"""Shadow tests: the best complete test that holds what was given and keeps the blueprint (van der Linden 2005).

maximise  sum I_j(theta) x_j   over x in {0, 1}^J
with      sum x = length;  least_r <= sum over row r of x <= most_r;  at most one of each set of enemies;
          x = 1 for items given, x = 0 for items barred by exposure control.

The linear relaxation comes first; only a fractional solution needs the integer program. Both are solved by HiGHS.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack

from merit.assessment.psychometrics.adaptive import Bank, Row, Rules, Shortage
from merit.assessment.psychometrics.data import FloatArray
from merit.assessment.psychometrics.item_set import BoolArray

INTEGRAL = 1e-6
GAP = 1e-4
MOST_NODES = 5_000
SOLVER = {"presolve": False}  # programs this small are solved sooner than simplified


@dataclass(frozen=True, slots=True, eq=False)
class Shadow:
    """A complete test, (J,); ``relaxed``: the linear program gave it.

    ``exposure_lifted``: eligible items alone give none. ``shortages``: what even all items cannot keep.
    """

    test: BoolArray
    relaxed: bool
    exposure_lifted: bool = False
    shortages: tuple[Shortage, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Program:
    """Rows of the program: counts within bounds; the first is the length, then the blueprint, then enemies."""

    gain: FloatArray
    counts: csr_array
    least: FloatArray
    most: FloatArray
    low: FloatArray
    high: FloatArray

    def barring(self, barred: Collection[int]) -> _Program:
        high = self.high.copy()
        high[list(barred)] = 0
        return replace(self, high=np.maximum(high, self.low))


def assemble(
    bank: Bank, rules: Rules, *, given: Sequence[int], barred: Collection[int], information: FloatArray
) -> Shadow:
    """Return the shadow test at some information (J,).

    Where eligible items give no such test, barred ones are admitted (van der Linden & Veldkamp 2004); where no test
    keeps the blueprint, the one that misses least.
    """
    program = _program(bank, rules, given, information)
    found = _solved(program.barring(barred))
    if found is not None:
        return Shadow(*found)
    found = _solved(program) if barred else None
    if found is not None:
        return Shadow(*found, exposure_lifted=True)
    test, shortages = _nearest(program, rules)
    return Shadow(test, relaxed=False, exposure_lifted=bool(barred), shortages=shortages)


def shortages(bank: Bank, rules: Rules) -> tuple[Shortage, ...]:
    """Return what a bank lacks for a blueprint before a test begins; empty: every row can be kept.

    First rows that have too few items by themselves, each by its own number; if all have enough, the smallest
    departure that a whole test needs (rows that contradict each other, enemies, the length).
    """
    alone = []
    if len(bank.items) < rules.longest:
        alone.append(Shortage(None, rules.longest - len(bank.items)))
    for row in rules.blueprint:
        lacking = row.least - _usable(bank, bank.members(row))
        if lacking > 0:
            alone.append(Shortage(row, lacking))
    if alone:
        return tuple(alone)
    program = _program(bank, rules, (), np.zeros(len(bank.items)))
    return () if _solved(program) is not None else _nearest(program, rules)[1]


def full_rows(bank: Bank, rules: Rules, test: BoolArray) -> tuple[Row, ...]:
    """Return the rows of which a test holds as many as it may."""
    return tuple(row for row in rules.blueprint if (bank.members(row) & test).sum() >= row.most)


def _usable(bank: Bank, members: BoolArray) -> int:
    """Return how many members a test can hold at most, counting sets of enemies that do not overlap once."""
    taken, lost = set[int](), 0
    for group in bank.enemy_sets:
        inside = [int(item) for item in group if members[item]]
        if not taken & set(inside):
            taken |= set(inside)
            lost += max(len(inside) - 1, 0)
    return int(members.sum()) - lost


def _program(bank: Bank, rules: Rules, given: Sequence[int], information: FloatArray) -> _Program:
    size = len(bank.items)
    low = np.zeros(size)
    low[list(given)] = 1
    rows = [np.ones(size, dtype=np.bool_), *(bank.members(row) for row in rules.blueprint)]
    least = [float(rules.longest), *(float(row.least) for row in rules.blueprint)]
    most = [float(rules.longest), *(float(row.most) for row in rules.blueprint)]
    for group in bank.enemy_sets:
        together = np.zeros(size, dtype=np.bool_)
        together[group] = True
        rows.append(together)
        least.append(0.0)
        most.append(max(1.0, float(low[group].sum())))
    return _Program(
        information, csr_array(np.array(rows, dtype=np.float64)), np.array(least), np.array(most), low, np.ones(size)
    )


def _solved(program: _Program) -> tuple[BoolArray, bool] | None:
    """Return the best test and whether the relaxation gave it, or None where there is none."""
    constraint = LinearConstraint(program.counts, program.least, program.most)
    bounds = Bounds(program.low, program.high)
    relaxed = milp(-program.gain, constraints=constraint, bounds=bounds, options=SOLVER)
    if relaxed.x is None:
        return None
    if np.abs(relaxed.x - np.round(relaxed.x)).max() <= INTEGRAL:
        return relaxed.x > 0.5, True  # noqa: PLR2004 -- 0 or 1
    whole = milp(
        -program.gain,
        constraints=constraint,
        bounds=bounds,
        integrality=np.ones(len(program.gain)),
        options={"mip_rel_gap": GAP, "node_limit": MOST_NODES},
    )
    return None if whole.x is None else (whole.x > 0.5, False)  # noqa: PLR2004 -- 0 or 1


def _nearest(program: _Program, rules: Rules) -> tuple[BoolArray, tuple[Shortage, ...]]:
    """Return the test that misses the blueprint by the fewest items, and where; enemies stay apart."""
    size, soft = len(program.gain), 1 + len(rules.blueprint)
    slack = eye_array(program.counts.shape[0], soft, format="csr")
    counts = hstack((program.counts, slack, -slack), format="csr")
    room = max(float(rules.longest), 1.0) + size
    penalty = 1 + 2 * float(program.gain.max(initial=0)) * size
    solved = milp(
        np.concatenate((-program.gain, np.full(2 * soft, penalty))),
        constraints=LinearConstraint(counts, program.least, program.most),
        bounds=Bounds(
            np.concatenate((program.low, np.zeros(2 * soft))), np.concatenate((program.high, np.full(2 * soft, room)))
        ),
        integrality=np.ones(size + 2 * soft),
        options={"mip_rel_gap": 0.0, "node_limit": MOST_NODES},
    )
    test = solved.x[:size] > 0.5  # noqa: PLR2004 -- 0 or 1
    missed = np.round(solved.x[size : size + soft] - solved.x[size + soft :]).astype(int)
    places: tuple[Row | None, ...] = (None, *rules.blueprint)
    return test, tuple(Shortage(row, int(by)) for row, by in zip(places, missed, strict=True) if by)
