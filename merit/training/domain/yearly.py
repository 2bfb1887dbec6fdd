"""The yearly plan: who learns what under a budget, and what the limits cost those who wait.

Pairs of person and class enter by column generation: a linear programme over few pairs gives prices (duals), prices
find pairs that would improve it, and the same prices bound what any plan over all pairs can reach (Lagrange). The
linear optimum is then rounded, filled up and exchanged until nobody outside would gain more of a place than somebody
inside; only where that is far from the bound the binary programme is solved over all pairs found. The gap told is
against all pairs, and a plan is never worse than going through the pairs from the greatest gain.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from merit.evidence import BoolArray, FloatArray, IntArray
from merit.training.domain.yearly_filling import fill
from merit.training.domain.yearly_programme import (
    CLOSE,
    Pairs,
    Prices,
    Question,
    Task,
    bound_at,
    first_pairs,
    improving_pairs,
    integral,
    no_prices,
    relaxed,
    rounded,
    worth_beyond,
)

__all__ = ["Answer", "Prices", "Question", "Waiting", "Waits", "solve_plan", "who_waits"]

_ROUNDS = 12
_ZERO = 1e-9
Tell = Callable[[str], None]


class Waits(StrEnum):
    """Why somebody is not in the plan."""

    NO_GAIN = "wait-no-gain"
    QUOTA = "wait-quota"
    BUDGET = "wait-budget"
    BOTH = "wait-quota-budget"
    SHARE = "wait-share"
    NARROW = "wait-narrow"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Priced:
    """The pairs found, their shares in the linear optimum, the prices of the least bound."""

    pairs: Pairs
    share: FloatArray
    prices: Prices
    bound: float


def solve_plan(question: Question, *, seconds: float = 25.0, tell: Tell = lambda _stage: None) -> Answer:
    """Return a plan and how far at most it is from the best one; it stops improving after ``seconds``."""
    until = time.monotonic() + seconds
    task = Task.of(question)
    tell("price")
    none: IntArray = np.zeros(0, dtype=np.int64)
    thrifty = question.value / (question.cost / max(float(question.cost.mean()), 1.0) + 1.0)
    plans = [fill(task, (none, none), question.value), fill(task, (none, none), thrifty)]
    priced = _price(task, until - seconds / 2)
    tell("choose")
    worth = worth_beyond(question, priced.prices)
    found = rounded(task, priced.pairs, priced.share, max(until - time.monotonic(), 0.0) / 2)
    plans.append(fill(task, found, worth))
    best = max(plans, key=task.merit)
    if priced.bound - task.merit(best) > CLOSE * max(abs(priced.bound), 1.0):
        taken = integral(task, priced.pairs, until - time.monotonic())
        chosen = fill(task, (priced.pairs[0][taken], priced.pairs[1][taken]), worth)
        best = max(best, chosen, key=task.merit)
    return _answer(task, best, bound=priced.bound, prices=priced.prices, looked_at=len(priced.pairs[0]))


def _price(task: Task, until: float) -> _Priced:
    question = task.question
    pairs = first_pairs(question)
    share, prices = np.zeros(len(pairs[0])), no_prices(question)
    bound = bound_at(task, prices)
    for _round in range(_ROUNDS):
        found = relaxed(task, pairs, until - time.monotonic())
        if found is None:
            break
        share = found.share
        limit = bound_at(task, found.prices)
        if limit < bound:
            bound, prices = limit, found.prices
        fresh = improving_pairs(question, found.prices, pairs)
        late = time.monotonic() > until
        if late or not len(fresh[0]) or bound - found.reached <= CLOSE * max(abs(bound), 1.0):
            break
        pairs = np.concatenate((pairs[0], fresh[0])), np.concatenate((pairs[1], fresh[1]))
        share = np.concatenate((share, np.zeros(len(fresh[0]))))
    return _Priced(pairs=pairs, share=share, prices=prices, bound=bound)


def _answer(task: Task, pairs: Pairs, *, bound: float, prices: Prices, looked_at: int) -> Answer:
    person, course = pairs
    short = task.short(pairs)
    merit = task.merit(pairs)
    lacking = task.penalty * float(short.sum())
    limit = max(bound, merit)
    missed = limit - merit
    return Answer(
        person=person,
        course=course,
        value=merit + lacking,
        bound=limit + lacking,
        gap=0.0 if missed <= _ZERO else missed / max(abs(limit), _ZERO),
        cost=int(task.question.cost[course].sum()),
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
    worth = worth_beyond(question, answer.prices)
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
