"""The yearly plan: who learns what under a budget, and what the limits cost those who wait.

maximise   sum v_ij x_ij - penalty sum s_u
subject to sum_i x_ij <= quota_j                 (class)
           sum_j x_ij <= n                       (person)
           sum c_j x_ij <= budget
           sum_{i in u} x_ij + s_u >= floor_u    (unit)
           x binary, s >= 0

Pairs enter by column generation: a linear programme over few pairs gives prices (duals), prices find pairs that would
improve it, and the same prices bound what any plan over all pairs can reach (Lagrange). The binary programme is then
solved over the pairs found, so that the gap told is against all pairs, not only against those looked at.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from merit.evidence import BoolArray, FloatArray, IntArray

_FIRST, _MORE, _ROUNDS = 4, 3, 12
_CLOSE = 1e-3
_ZERO = 1e-9
_MONEY = 1e6  # rupiah are told to the solver in millions
Tell = Callable[[str], None]
Pairs: TypeAlias = tuple[IntArray, IntArray]  # persons and classes


class Waits(StrEnum):
    """Why somebody is not in the plan."""

    NO_GAIN = "wait-no-gain"
    QUOTA = "wait-quota"
    BUDGET = "wait-budget"
    BOTH = "wait-quota-budget"
    SHARE = "wait-share"
    NARROW = "wait-narrow"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The plan: pairs (person, class), its value, the bound no plan exceeds, and the prices.

    ``gap`` is (bound - value) / bound; ``short`` int64[u] counts places a unit lacks of its floor.
    """

    person: IntArray
    course: IntArray
    value: float
    bound: float
    gap: float
    cost: int
    short: IntArray
    prices: Prices
    pairs: int


@dataclass(frozen=True, slots=True)
class _Task:
    question: Question
    floor: IntArray  # what units can have of what they should
    penalty: float  # of a place a unit lacks, in levels


def solve_plan(question: Question, *, seconds: float = 25.0, tell: Tell = lambda _stage: None) -> Answer:
    """Return a plan and how far at most it is from the best one; it stops improving after ``seconds``."""
    begun = time.monotonic()
    task = _Task(question, _reachable_floors(question), float(question.value.max(initial=0.0)) * 2 + 1)
    pairs = _first_pairs(question)
    tell("price")
    prices, bound = _no_prices(question), float("inf")
    for _round in range(_ROUNDS):
        found, reached = _relaxed(task, pairs)
        limit = _bound(task, found)
        if limit < bound:
            bound, prices = limit, found
        late = time.monotonic() - begun > seconds / 2
        fresh = _improving(question, found, pairs)
        if late or not len(fresh[0]) or bound - reached <= _CLOSE * max(abs(bound), 1.0):
            break
        pairs = np.concatenate((pairs[0], fresh[0])), np.concatenate((pairs[1], fresh[1]))
    tell("choose")
    left = max(seconds - (time.monotonic() - begun), seconds / 5)
    taken = _integral(task, pairs, left)
    return _answer(task, (pairs[0][taken], pairs[1][taken]), bound=bound, prices=prices, looked_at=len(pairs[0]))


def _reachable_floors(question: Question) -> IntArray:
    able = np.bincount(question.unit, weights=(question.value > 0).any(axis=1), minlength=len(question.floor))
    floors: IntArray = np.minimum(question.floor, able.astype(np.int64))
    return floors


def _first_pairs(question: Question) -> Pairs:
    rate = np.where(question.value > 0, question.value / (question.cost / _MONEY + 1.0), 0.0)
    keep = min(_FIRST, rate.shape[1])
    top = np.argpartition(-rate, keep - 1, axis=1)[:, :keep] if keep else np.zeros((len(rate), 0), dtype=np.int64)
    person = np.repeat(np.arange(len(rate)), keep)
    course = top.ravel()
    useful = question.value[person, course] > 0
    return person[useful], course[useful]


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


def _aim(task: _Task, pairs: Pairs) -> FloatArray:
    return np.concatenate((-task.question.value[pairs], np.full(len(task.floor), task.penalty)))


def _relaxed(task: _Task, pairs: Pairs) -> tuple[Prices, float]:
    question, k, u = task.question, len(pairs[0]), len(task.floor)
    upper = np.concatenate((np.ones(k), np.full(u, np.inf)))
    found = linprog(
        _aim(task, pairs),
        A_ub=_rows(question, *pairs),
        b_ub=_limits(question, task.floor),
        bounds=np.column_stack((np.zeros(k + u), upper)),
        method="highs",
    )
    n, m = question.value.shape
    duals = np.maximum(-found.ineqlin.marginals, 0.0)
    return Prices(place=duals[:m], money=float(duals[m + n]), unit=duals[m + n + 1 :]), -float(found.fun)


def _no_prices(question: Question) -> Prices:
    return Prices(place=np.zeros(question.value.shape[1]), money=0.0, unit=np.zeros(len(question.floor)))


def _worth(question: Question, prices: Prices) -> FloatArray:
    """Return what a pair is worth beyond the prices of what it uses; -inf where it would not help."""
    net = question.value - prices.place - prices.money * question.cost / _MONEY + prices.unit[question.unit][:, None]
    return np.where(question.value > 0, net, -np.inf)


def _bound(task: _Task, prices: Prices) -> float:
    """Return what no plan exceeds: limits at their prices, and for every person the best pairs beyond them."""
    question = task.question
    worth = np.maximum(_worth(question, prices), 0.0)
    most = min(question.most, worth.shape[1])
    best = np.partition(worth, worth.shape[1] - most, axis=1)[:, worth.shape[1] - most :] if most else worth[:, :0]
    owed = np.minimum(prices.unit, task.penalty) @ task.floor
    fixed = prices.place @ question.quota + prices.money * question.budget / _MONEY - owed
    return float(fixed + best.sum())


def _improving(question: Question, prices: Prices, pairs: Pairs) -> Pairs:
    worth = _worth(question, prices)
    worth[pairs] = -np.inf
    keep = min(_MORE, worth.shape[1])
    top = np.argpartition(-worth, keep - 1, axis=1)[:, :keep] if keep else np.zeros((len(worth), 0), dtype=np.int64)
    rows = np.repeat(np.arange(len(worth)), keep)
    columns = top.ravel()
    useful = worth[rows, columns] > _ZERO
    return rows[useful], columns[useful]


def _integral(task: _Task, pairs: Pairs, seconds: float) -> IntArray:
    k, u = len(pairs[0]), len(task.floor)
    if not k:
        return np.zeros(0, dtype=np.int64)
    found = milp(
        _aim(task, pairs),
        integrality=np.concatenate((np.ones(k), np.zeros(u))),
        bounds=Bounds(np.zeros(k + u), np.concatenate((np.ones(k), np.full(u, np.inf)))),
        constraints=LinearConstraint(_rows(task.question, *pairs), ub=_limits(task.question, task.floor)),
        options={"time_limit": seconds, "mip_rel_gap": _CLOSE},
    )
    if found.x is None:  # no time even for a first plan: nobody is promised a place
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(found.x[:k] > 0.5)  # noqa: PLR2004 -- binary


def _answer(task: _Task, pairs: Pairs, *, bound: float, prices: Prices, looked_at: int) -> Answer:
    person, course = pairs
    question, u = task.question, len(task.floor)
    short = np.maximum(task.floor - np.bincount(question.unit[person], minlength=u), 0)
    value = float(question.value[person, course].sum())
    lacking = task.penalty * float(short.sum())
    limit = max(bound, value - lacking)
    missed = limit - (value - lacking)
    return Answer(
        person=person,
        course=course,
        value=value,
        bound=limit + lacking,
        gap=0.0 if missed <= _ZERO else missed / max(abs(limit), _ZERO),
        cost=int(question.cost[course].sum()),
        short=short,
        prices=prices,
        pairs=looked_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody without a place: the class nearest to one, why not, and by how much the prices exceed its value."""

    person: int
    course: int
    reason: Waits
    short: float


def who_waits(question: Question, answer: Answer) -> list[Waiting]:
    """Return for everybody without a place the class nearest to one and what stands in the way.

    At the prices of the linear optimum a pair is worth v - place - money; the class where this is greatest is the
    nearest. What is negative there is how many levels more the class would have to close (or how much cheaper the
    limits would have to be) for the person to get in. What stands in the way is told by the plan itself: the class is
    full, or what is left of the budget does not pay for a place; a full class with somebody whom it helps less keeps
    that place as a unit's share.
    """
    worth = _worth(question, answer.prices)
    taken = np.zeros(len(worth), dtype=np.bool_)
    taken[answer.person] = True
    plan = _Filled.of(question, answer)
    waiting = []
    for person in np.flatnonzero(~taken).tolist():
        if not (question.value[person] > 0).any():
            waiting.append(Waiting(person=person, course=-1, reason=Waits.NO_GAIN, short=0.0))
            continue
        course = int(np.argmax(worth[person]))
        reason = plan.hindrance(course, float(question.value[person, course]))
        waiting.append(
            Waiting(person=person, course=course, reason=reason, short=max(-float(worth[person, course]), 0.0))
        )
    return waiting


@dataclass(frozen=True, slots=True)
class _Filled:
    """What a plan leaves: which classes are full, which are beyond the money left, the least value in each class."""

    full: BoolArray
    dear: BoolArray
    least: FloatArray
    shared: bool

    @classmethod
    def of(cls, question: Question, answer: Answer) -> _Filled:
        least = np.full(len(question.quota), np.inf)
        np.minimum.at(least, answer.course, question.value[answer.person, answer.course])
        return cls(
            full=np.bincount(answer.course, minlength=len(question.quota)) >= question.quota,
            dear=question.cost > question.budget - answer.cost,
            least=least,
            shared=bool(question.floor.any()),
        )

    def hindrance(self, course: int, value: float) -> Waits:
        if not self.full[course]:
            return Waits.BUDGET if self.dear[course] else Waits.NARROW
        if value > self.least[course] + _ZERO:
            return Waits.SHARE if self.shared else Waits.NARROW
        return Waits.BOTH if self.dear[course] else Waits.QUOTA
