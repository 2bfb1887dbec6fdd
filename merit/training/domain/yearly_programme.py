"""The yearly plan as a linear programme: its question, its limits, its prices and the bound they give.

maximise   sum v_ij x_ij - penalty sum s_u
subject to sum_i x_ij <= quota_j                 (class)
           sum_j x_ij <= n                       (person)
           sum c_j x_ij <= budget
           sum_{i in u} x_ij + s_u >= floor_u    (unit)
           x binary, s >= 0
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from merit.evidence import FloatArray, IntArray

CLOSE = 1e-3  # share of the bound from which on a plan is good enough
_CHEAP, _GREAT, _MORE = 2, 5, 3
_TIE = 1e-6
_ZERO = 1e-9
_SURE = 1e-6
_MONEY = 1e6  # rupiah are told to the solver in millions
Pairs: TypeAlias = tuple[IntArray, IntArray]  # persons and classes


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to plan.

    ``value``: float64[n, m], levels of gap closed by person i in class j, 0 where it would not help. ``cost``:
    int64[m], rupiah a person. ``quota``: int64[m]. ``unit``: int64[n], index of the person's unit. ``floor``: int64[u],
    places a unit should have at least. ``budget`` rupiah; ``most`` classes a person.
    """

    value: FloatArray
    cost: IntArray
    quota: IntArray
    unit: IntArray
    floor: IntArray
    budget: int
    most: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Marginal values at the linear optimum, in levels: a place of a class, a million rupiah, a place owed a unit."""

    place: FloatArray
    money: float
    unit: FloatArray


@dataclass(frozen=True, slots=True)
class Task:
    """A question with what units can have of what they should, and the penalty of a place a unit lacks, in levels."""

    question: Question
    floor: IntArray
    penalty: float

    @classmethod
    def of(cls, question: Question) -> Task:
        """Return the task; nobody is owed places that would help nobody of the unit."""
        able = np.bincount(question.unit, weights=(question.value > 0).any(axis=1), minlength=len(question.floor))
        floor: IntArray = np.minimum(question.floor, able.astype(np.int64))
        return cls(question, floor, float(question.value.max(initial=0.0)) * 2 + 1)

    def merit(self, pairs: Pairs) -> float:
        """Return what a plan is worth: levels closed, less the penalty of places units lack."""
        return float(self.question.value[pairs].sum()) - self.penalty * float(self.short(pairs).sum())

    def short(self, pairs: Pairs) -> IntArray:
        """Return the places every unit lacks."""
        given = np.bincount(self.question.unit[pairs[0]], minlength=len(self.floor))
        lacking: IntArray = np.maximum(self.floor - given, 0)
        return lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """The linear optimum over some pairs: the share of each pair, what it reaches, its prices."""

    share: FloatArray
    reached: float
    prices: Prices


def first_pairs(question: Question) -> Pairs:
    """Return for everybody the few pairs that close most, and those that close most for their money.

    Ties are broken differently for everybody: of equal classes each is looked at for somebody, without which the first
    linear programme would crowd all into a few classes and prices would take many rounds to spread them.
    """
    value = question.value
    rate = value / (question.cost / _MONEY + 1.0)
    chosen = np.zeros(value.shape, dtype=np.bool_)
    for order, count in ((rate, _CHEAP), (_spread(value), _GREAT)):
        keep = min(count, order.shape[1])
        if keep:
            np.put_along_axis(chosen, np.argpartition(-order, keep - 1, axis=1)[:, :keep], values=True, axis=1)
    person, course = np.nonzero(chosen & (value > 0))
    return person, course


def _spread(value: FloatArray) -> FloatArray:
    """Return values with ties broken differently for everybody, so that equal classes are all looked at."""
    n, m = value.shape
    turn = (np.arange(m)[None, :] + np.arange(n)[:, None]) % max(m, 1)
    spread: FloatArray = value + turn * (_TIE / max(m, 1))
    return spread


def _rows(question: Question, person: IntArray, course: IntArray) -> csr_array:
    """Return the limits as rows (classes, persons, budget, units with the sign turned) over pairs and shortfalls."""
    k, u = len(person), len(question.floor)
    n, m = question.value.shape
    ones, column = np.ones(k), np.arange(k)
    parts = [
        csr_array((ones, (course, column)), shape=(m, k + u)),
        csr_array((ones, (person, column)), shape=(n, k + u)),
        csr_array((question.cost[course] / _MONEY, (np.zeros(k, dtype=np.int64), column)), shape=(1, k + u)),
        csr_array(
            (
                -np.ones(k + u),
                (np.concatenate((question.unit[person], np.arange(u))), np.arange(k + u)),
            ),
            shape=(u, k + u),
        ),
    ]
    return vstack(parts, format="csr")


def _limits(question: Question, floor: IntArray) -> FloatArray:
    n = len(question.value)
    return np.concatenate((question.quota, np.full(n, question.most), [question.budget / _MONEY], -floor)).astype(float)


def _aim(task: Task, pairs: Pairs) -> FloatArray:
    return np.concatenate((-task.question.value[pairs], np.full(len(task.floor), task.penalty)))


def relaxed(task: Task, pairs: Pairs, seconds: float) -> Relaxed | None:
    """Return the linear optimum over some pairs, None where ``seconds`` did not suffice."""
    question, k, u = task.question, len(pairs[0]), len(task.floor)
    upper = np.concatenate((np.ones(k), np.full(u, np.inf)))
    found = linprog(
        _aim(task, pairs),
        A_ub=_rows(question, *pairs),
        b_ub=_limits(question, task.floor),
        bounds=np.column_stack((np.zeros(k + u), upper)),
        method="highs",
        options={"time_limit": max(seconds, 1.0)},
    )
    if found.status != 0:
        return None
    n, m = question.value.shape
    duals = np.maximum(-found.ineqlin.marginals, 0.0)
    prices = Prices(place=duals[:m], money=float(duals[m + n]), unit=duals[m + n + 1 :])
    return Relaxed(share=np.asarray(found.x[:k]), reached=-float(found.fun), prices=prices)


def no_prices(question: Question) -> Prices:
    """Return prices of nothing."""
    return Prices(place=np.zeros(len(question.cost)), money=0.0, unit=np.zeros(len(question.floor)))


def worth_beyond(question: Question, prices: Prices) -> FloatArray:
    """Return what a pair is worth beyond the prices of what it uses; -inf where it would not help."""
    net = question.value - prices.place - prices.money * question.cost / _MONEY + prices.unit[question.unit][:, None]
    return np.where(question.value > 0, net, -np.inf)


def bound_at(task: Task, prices: Prices) -> float:
    """Return what no plan exceeds: limits at their prices, and for every person the best pairs beyond them."""
    question = task.question
    worth = np.maximum(worth_beyond(question, prices), 0.0)
    most = min(question.most, worth.shape[1])
    best = np.partition(worth, worth.shape[1] - most, axis=1)[:, worth.shape[1] - most :] if most else worth[:, :0]
    owed = np.minimum(prices.unit, task.penalty) @ task.floor
    fixed = prices.place @ question.quota + prices.money * question.budget / _MONEY - owed
    return float(fixed + best.sum())


def improving_pairs(question: Question, prices: Prices, pairs: Pairs) -> Pairs:
    """Return for everybody the few pairs not looked at that would improve the linear optimum most."""
    worth = worth_beyond(question, prices)
    worth[pairs] = -np.inf
    keep = min(_MORE, worth.shape[1])
    top = np.argpartition(-worth, keep - 1, axis=1)[:, :keep] if keep else np.zeros((len(worth), 0), dtype=np.int64)
    rows = np.repeat(np.arange(len(worth)), keep)
    columns = top.ravel()
    useful = worth[rows, columns] > _ZERO
    return rows[useful], columns[useful]


def rounded(task: Task, pairs: Pairs, share: FloatArray, seconds: float) -> Pairs:
    """Return the pairs the linear optimum is sure of, and the best choice among those of people it divides.

    An optimum at a corner divides few: no more than there are classes, units and budgets that bind.
    """
    person, course = pairs
    sure = share > 1 - _SURE
    divided = np.zeros(len(task.question.value), dtype=np.bool_)
    divided[person[(share > _SURE) & ~sure]] = True
    kept = person[sure], course[sure]
    rest = np.flatnonzero(divided[person] & ~sure)
    used = _rows(task.question, *kept)[:, : len(kept[0])].sum(axis=1)
    among = person[rest], course[rest]
    taken = integral(task, among, seconds, used=np.asarray(used).ravel())
    return np.concatenate((kept[0], among[0][taken])), np.concatenate((kept[1], among[1][taken]))


def integral(task: Task, pairs: Pairs, seconds: float, *, used: FloatArray | None = None) -> IntArray:
    """Return the places in ``pairs`` of the best choice found in time; ``used`` is what is taken of the limits."""
    k, u = len(pairs[0]), len(task.floor)
    nothing: IntArray = np.zeros(0, dtype=np.int64)
    if not k or seconds <= 0:
        return nothing
    limits = _limits(task.question, task.floor)
    found = milp(
        _aim(task, pairs),
        integrality=np.concatenate((np.ones(k), np.zeros(u))),
        bounds=Bounds(np.zeros(k + u), np.concatenate((np.ones(k), np.full(u, np.inf)))),
        constraints=LinearConstraint(_rows(task.question, *pairs), ub=limits if used is None else limits - used),
        options={"time_limit": seconds, "mip_rel_gap": CLOSE},
    )
    if found.x is None:  # no time even for a first choice
        return nothing
    return np.flatnonzero(found.x[:k] > 0.5)  # noqa: PLR2004 -- binary
