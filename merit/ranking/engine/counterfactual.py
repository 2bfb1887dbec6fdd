"""What would have to change: attainable values through the whole pipeline, others fixed (RANKING.md 5)."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from merit.evidence import Column, Datum, Exact, Facts, FactTable, FloatArray, IntArray, Levels, Status
from merit.ranking.catalogue import CATALOGUE, Indicator
from merit.ranking.domain import Outcome, Standing
from merit.ranking.engine.core import assess, merit_keys
from merit.ranking.engine.explanation import option_of
from merit.ranking.engine.scoring import round_half_even
from merit.ranking.engine.types import SCORE_DIGITS, Assessed, Change, Counterfactual, Option, Ranking

MOST_STEPS = 60
_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One official of a ranking, and what the ranking was made from."""

    ranking: Ranking
    facts: Facts
    columns: Mapping[str, Column]
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lever:
    """An indicator the official could change, and the values within reach, nearest first."""

    option: Option
    indicator: Indicator
    present: float
    values: tuple[float, ...]

    def cost(self, value: float) -> float:
        """Return |Δx| as a share of the fixed range."""
        return abs(value - self.present) / (self.indicator.high - self.indicator.low)


def counterfactuals(
    ranking: Ranking, facts: Facts, columns: Mapping[str, Column], row: int, *, goal: int | None = None
) -> tuple[Counterfactual, ...]:
    """Return the cheapest change per single indicator that reaches the goal; if none does, the cheapest pair.

    Sorted by cost, then policy order. Who is not ranked needs to be; who is ranked outside the announced number
    needs to come within; who is within needs the next rank. Empty when nothing actionable suffices.

    Parameters
    ----------
    goal : int, optional
        The rank to reach, where not the default.
    """
    wanted = _goal(ranking, row) if goal is None else goal
    case = _Case(ranking=ranking, facts=facts, columns=columns, row=row)
    levers = _levers(case)
    if wanted < 1 or not levers:
        return ()
    found = [_cheapest(case, (lever,), wanted) for lever in levers]
    if not any(found):
        found = [_cheapest(case, pair, wanted) for pair in itertools.combinations(levers, 2)]
        best = min((one for one in found if one), key=lambda one: one.cost, default=None)
        return (best,) if best else ()
    return tuple(sorted((one for one in found if one), key=lambda one: one.cost))


def _goal(ranking: Ranking, row: int) -> int:
    if ranking.standing[row] != Standing.RANKED:
        return ranking.order.size + 1
    rank = int(ranking.rank[row])
    return ranking.size if rank > ranking.size else rank - 1


def _levers(case: _Case) -> list[_Lever]:
    """Return what the official could change, in policy order; never age, sex or seniority: no indicator is one."""
    ranking, row = case.ranking, case.row
    levers = []
    for slot in range(len(ranking.policy.slots)):
        option = option_of(ranking, row, slot)
        if option.actionable and ranking.slots.status[row, slot] == Status.MEASURED:
            present = float(ranking.slots.value[row, slot])
            values = attainable(option, case.columns[option.code], present)
            if values:
                indicator = CATALOGUE[option.code]
                levers.append(_Lever(option=option, indicator=indicator, present=present, values=values))
    return levers


def attainable(option: Option, column: Column, present: float) -> tuple[float, ...]:
    """Return better values in steps of the policy, up to the fixed bound, nearest first.

    Job person match moves by whole levels: (L + i)/Σs · 100 for the level sum L.
    """
    indicator = CATALOGUE[option.code]
    if option.step is None and isinstance(column.noise, Levels):
        standard = int(column.noise.standard.sum())
        achieved = round(present * standard / indicator.high)
        sums = range(achieved + 1, min(standard, achieved + MOST_STEPS) + 1)
        return tuple(indicator.high * levels / standard for levels in sums)
    step = (option.step or 1.0) * (1 if indicator.rising else -1)
    limit = indicator.high if indicator.rising else indicator.low
    steps = [round(present + step * index, _DIGITS) for index in range(1, MOST_STEPS + 1)]
    within = [value for value in steps if (limit - value) * step >= 0]
    if len(within) < MOST_STEPS and present != limit and (not within or within[-1] != limit):
        within.append(limit)
    return tuple(within)


def _cheapest(case: _Case, levers: Sequence[_Lever], goal: int) -> Counterfactual | None:
    """Return the cheapest combination of attainable values that reaches the goal."""
    tries = list(itertools.product(*(lever.values for lever in levers)))
    costs = [sum(lever.cost(value) for lever, value in zip(levers, values, strict=True)) for values in tries]
    changed = {
        lever.option.code: _with_values(case, lever.option.code, np.array([values[i] for values in tries]))
        for i, lever in enumerate(levers)
    }
    assessed = _again(case, changed, len(tries))
    ranks = _ranks_among_others(case.ranking, case.row, assessed)
    reached = [index for index in range(len(tries)) if ranks[index] and ranks[index] <= goal]
    if not reached:
        return None
    best = min(reached, key=lambda index: (costs[index], index))
    return Counterfactual(
        changes=tuple(
            Change(indicator=lever.option.code, before=lever.present, after=value)
            for lever, value in zip(levers, tries[best], strict=True)
        ),
        cost=costs[best],
        rank=ranks[best],
        gates=_newly_met(case.ranking, case.row, assessed, best),
    )


def _again(case: _Case, changed: Mapping[str, Column], copies: int) -> Assessed:
    """Send copies of one official through gates and scoring."""
    repeated = {
        code: changed.get(code) or _repeat_column(column, case.row, copies) for code, column in case.columns.items()
    }
    return assess(
        repeat_facts(case.facts, case.row, copies),
        repeated,
        case.ranking.policy,
        officials=np.full(copies, case.ranking.officials[case.row]),
        vacancy=case.ranking.vacancy,
    )


def _ranks_among_others(ranking: Ranking, row: int, assessed: Assessed) -> list[int]:
    """Return the rank each copy would have, 0 where it would not be ranked."""
    others = ranking.order[ranking.order != row]
    ties = ranking.policy.ties
    standing = sorted(map(tuple, merit_keys(ranking.score[others], ranking.slots.utility[others], ties).tolist()))
    score = round_half_even(assessed.total, 10 ** (SCORE_DIGITS - ranking.policy.precision))
    mine = map(tuple, merit_keys(score, assessed.slots.utility, ties).tolist())
    return [
        1 + len(standing) - bisect_right(standing, key) if outcome == Standing.RANKED else 0
        for key, outcome in zip(mine, assessed.standing.tolist(), strict=True)
    ]


def _newly_met(ranking: Ranking, row: int, assessed: Assessed, copy: int) -> tuple[str, ...]:
    return tuple(
        before.rule.id
        for before, after in zip(ranking.gates, assessed.gates, strict=True)
        if before.verdict[row] in {Outcome.FAIL, Outcome.HOLD} and after.verdict[copy] == Outcome.PASS
    )


def _with_values(case: _Case, code: str, values: FloatArray) -> Column:
    return replace(_repeat_column(case.columns[code], case.row, values.size), value=values)


def _repeat_column(column: Column, row: int, copies: int) -> Column:
    index: IntArray = np.full(copies, row)
    return Column(
        value=column.value[index],
        noise=Exact(),
        status=column.status[index],
        as_of=column.as_of[index],
        source=column.source[index],
        alternative=None if column.alternative is None else column.alternative[index],
        internal=None if column.internal is None else column.internal[index],
    )


def repeat_facts(facts: Facts, row: int, copies: int) -> Facts:
    """Return the facts of one official as if of so many."""
    topics: dict[str, Any] = {"nip": np.repeat(facts.nip[row : row + 1], copies)}
    index: IntArray = np.full(copies, row)
    for part in fields(Facts):
        topic = getattr(facts, part.name)
        if isinstance(topic, Datum):
            topics[part.name] = Datum(value=topic.value[index], known=topic.known[index], source=topic.source[index])
        elif isinstance(topic, FactTable):
            topics[part.name] = _repeat_table(topic, row, copies)
    return Facts(**topics)


def _repeat_table(table: FactTable, row: int, copies: int) -> FactTable:
    mine = np.flatnonzero(table.row == row)
    index = np.tile(mine, copies)
    arrays = {part.name: getattr(table, part.name)[index] for part in fields(FactTable)}
    return FactTable(**{**arrays, "row": np.repeat(np.arange(copies), mine.size)})
