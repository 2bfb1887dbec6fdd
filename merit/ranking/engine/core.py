"""From facts and columns to a ranking: each official alone first, then the order (RANKING.md 2, 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from merit.evidence import BoolArray, Column, Facts, IntArray, StrArray
from merit.ranking.domain import Outcome, Standing
from merit.ranking.engine.gates import evaluate
from merit.ranking.engine.scoring import fill_slots, round_half_even, totals
from merit.ranking.engine.types import (
    SCORE_DIGITS,
    Assessed,
    GateColumn,
    Policy,
    Ranking,
    SlotColumns,
    SmallArray,
    VacancyTerms,
)


def rank(
    facts: Facts,
    columns: Mapping[str, Column],
    policy: Policy,
    *,
    officials: IntArray,
    vacancy: VacancyTerms,
) -> Ranking:
    """Return the ranking of the officials for a vacancy.

    Parameters
    ----------
    facts, columns
        Aligned to ``officials``; a column for each of ``policy.indicator_codes``.
    officials : IntArray
        Ids; they only travel through. Order and identity come from ``facts.nip``.
    """
    return place(assess(facts, columns, policy, officials=officials, vacancy=vacancy), policy, vacancy)


def assess(
    facts: Facts,
    columns: Mapping[str, Column],
    policy: Policy,
    *,
    officials: IntArray,
    vacancy: VacancyTerms,
) -> Assessed:
    """Return gates, utilities and totals of these officials; nobody else's data is needed for it."""
    n = int(officials.shape[0])
    gates = tuple(evaluate(rule, facts, columns, vacancy, n) for rule in policy.gates)
    slots = fill_slots(policy, columns, n)
    return Assessed(
        officials=officials,
        nip=facts.nip,
        gates=gates,
        slots=slots,
        standing=_standing(gates, slots.held, n),
        total=totals(policy.weights, slots.utility),
    )


def join(slices: Sequence[Assessed]) -> Assessed:
    """Return slices of one pool as one."""
    first = slices[0]
    gates = tuple(
        GateColumn(
            rule=gate.rule,
            unit=gate.unit,
            threshold=gate.threshold,
            **{name: np.concatenate([getattr(part.gates[index], name) for part in slices]) for name in _GATE_ARRAYS},
        )
        for index, gate in enumerate(first.gates)
    )
    slots = SlotColumns(
        **{name: np.concatenate([getattr(part.slots, name) for part in slices]) for name in SlotColumns.__slots__}
    )
    return Assessed(
        officials=np.concatenate([part.officials for part in slices]),
        nip=np.concatenate([part.nip for part in slices]),
        gates=gates,
        slots=slots,
        standing=np.concatenate([part.standing for part in slices]),
        total=np.concatenate([part.total for part in slices]),
    )


_GATE_ARRAYS = ("outcome", "verdict", "ground", "fact", "known", "met_from", "source")


def place(assessed: Assessed, policy: Policy, vacancy: VacancyTerms) -> Ranking:
    """Return the order of the assessed.

    Rank is the competition rank by (rounded score, utilities of the policy's ties); who is equal in all of
    them is tied. Tied officials are listed by NIP, which decides nothing.
    """
    n = int(assessed.officials.shape[0])
    score = round_half_even(assessed.total, 10 ** (SCORE_DIGITS - policy.precision))
    rows = np.flatnonzero(assessed.standing == Standing.RANKED)
    keys = merit_keys(score, assessed.slots.utility, policy.ties)
    order, first = _ordered(rows, keys, assessed.nip)
    rank_of = np.zeros(n, dtype=np.int64)
    rank_of[order] = first + 1
    tied = np.zeros(n, dtype=bool)
    sizes = np.bincount(first, minlength=max(len(order), 1))
    tied[order] = sizes[first] > 1
    reference = np.zeros(len(policy.slots), dtype=np.int64)
    if rows.size:
        reference = round_half_even(assessed.slots.utility[rows].sum(axis=0), int(rows.size))
    return Ranking(
        policy=policy,
        vacancy=vacancy,
        size=vacancy.size or policy.size,
        officials=assessed.officials,
        nip=assessed.nip,
        gates=assessed.gates,
        slots=assessed.slots,
        standing=assessed.standing,
        total=assessed.total,
        score=score,
        rank=rank_of,
        tied=tied,
        order=order,
        reference=reference,
        flagged=(assessed.slots.best != assessed.slots.utility).any(axis=1),
    )


def merit_keys(score: IntArray, utilities: IntArray, ties: Sequence[int]) -> IntArray:
    """Return what officials are compared by, most important column first, higher is better."""
    return np.column_stack([score, *(utilities[:, slot] for slot in ties)])


def _ordered(rows: IntArray, keys: IntArray, nip: StrArray) -> tuple[IntArray, IntArray]:
    """Return rows best first, and for each place the 0-based place of the first equal one."""
    mine = keys[rows]
    by_merit = np.lexsort(tuple(-mine[:, column] for column in range(mine.shape[1] - 1, -1, -1)))
    new = np.ones(rows.size, dtype=bool)
    ranked = mine[by_merit]
    new[1:] = (ranked[1:] != ranked[:-1]).any(axis=1)
    first = np.maximum.accumulate(np.where(new, np.arange(rows.size), 0))
    order = rows[by_merit]
    equal = _in_groups(new)
    within = np.flatnonzero(equal)
    order[within] = order[within][np.lexsort((nip[order[within]], first[within]))]
    return order, first


def _in_groups(new: BoolArray) -> BoolArray:
    """Return which places belong to a group of more than one."""
    follows = ~new
    leads = np.zeros(new.shape, dtype=bool)
    leads[:-1] = follows[1:]
    return np.asarray(follows | leads)


def _standing(gates: Sequence[GateColumn], held: BoolArray, n: int) -> SmallArray:
    """Return failed before hold before ranked."""
    standing = np.where(held.any(axis=1), Standing.HOLD, Standing.RANKED).astype(np.int8)
    failed = np.zeros(n, dtype=bool)
    for gate in gates:
        standing[gate.outcome == Outcome.HOLD] = Standing.HOLD
        failed |= gate.outcome == Outcome.FAIL
    standing[failed] = Standing.FAILED
    return standing
