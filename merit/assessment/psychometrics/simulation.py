"""Adaptive tests of many persons at once: what rules cost and give before anybody sits, and what they would have given.

The answers are drawn from abilities (``simulate``) or were given in the past (``replay``). All persons advance together
on a grid of abilities where that gives the tests of ``next_item``: without a blueprint, and with rows that ask only for
a least number and share no item. The best test that holds the least of such rows takes the best items as long as a
place is left that no row is owed, then the best items of the rows still owed; no shadow test has to be solved for it.
Under other blueprints each person passes through ``next_item`` and its shadow tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from merit.assessment.psychometrics.adaptive import Bank, Rules, answered, begin, posterior_of
from merit.assessment.psychometrics.data import FloatArray, IntArray
from merit.assessment.psychometrics.estimation import levels
from merit.assessment.psychometrics.item_set import BoolArray, ItemSet
from merit.assessment.psychometrics.selection import ChoiceCode, next_item

Answer = Callable[[IntArray, IntArray], IntArray]  # of persons to items, one each

EXPOSURE_ROUNDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What became of N persons.

    Attributes
    ----------
    theta, standard_error : (N,) EAP at the end
    lengths : (N,) items given
    given : (N, longest) items in their order, -1 beyond the end
    exposure : (J,) share of the persons who saw each item
    overlap : expected share of a test that two persons have in common (Chen, Ankenmann & Spray 2003)
    ends : how many tests ended for which reason
    bias, rmse : of theta against the true abilities, NaN where these are not known
    short_rows : (N,) whether a test could not keep its blueprint

    """

    theta: FloatArray
    standard_error: FloatArray
    lengths: IntArray
    given: IntArray
    exposure: FloatArray
    overlap: float
    ends: Mapping[ChoiceCode, int]
    bias: float
    rmse: float
    short_rows: BoolArray


def simulate(
    bank: Bank, rules: Rules, thetas: ArrayLike, *, rng: np.random.Generator, together: bool | None = None
) -> Simulation:
    """Return adaptive tests of persons with abilities (N,), their answers drawn from the items' curves.

    Parameters
    ----------
    thetas
        (N,) true abilities.
    together
        False: everybody passes through ``next_item``. True: all advance together, also under rows that share items
        (each item owed to two rows then counts as two places) and enemies within rows, where the tests are only near
        those of ``next_item``. None: together where that is the same.

    Raises
    ------
    ValueError
        Nobody, or an ability that is not finite.

    """
    true = np.asarray(thetas, dtype=np.float64)
    if true.ndim != 1 or not len(true) or not np.isfinite(true).all():
        raise ValueError("A simulation needs abilities.")
    available = np.ones((len(true), len(bank.items)), dtype=np.bool_)

    def answer(persons: IntArray, items: IntArray) -> IntArray:
        return _drawn(bank.items, items, true[persons], rng)

    found = _run(bank, rules, answer, rng, available, together=together)
    off = found.theta - true
    return replace(found, bias=float(off.mean()), rmse=float(np.sqrt((off**2).mean())))


def replay(bank: Bank, rules: Rules, responses: ArrayLike, *, rng: np.random.Generator) -> Simulation:
    """Return the adaptive tests of persons who answered a fixed test: only what they answered can be chosen.

    Parameters
    ----------
    responses
        (N, J) categories 0 … C - 1, -1 where an item was not answered.

    Raises
    ------
    ValueError
        Another number of items than the bank's, or a category an item does not have.

    """
    given = np.asarray(responses, dtype=np.int64)
    if given.ndim != 2 or given.shape[1] != len(bank.items) or (given >= bank.items.categories).any():  # noqa: PLR2004
        raise ValueError("Responses are persons by the items of the bank, in their categories.")
    return _run(bank, rules, lambda persons, items: given[persons, items], rng, given >= 0)


def _are_rows_apart(bank: Bank, rules: Rules) -> bool:
    """Whether the rows of a blueprint share no item and only ask for a least number."""
    if not rules.blueprint:
        return True
    counted = np.sum([bank.members(row) for row in rules.blueprint], axis=0)
    return bool(counted.max() <= 1) and all(row.most >= rules.longest for row in rules.blueprint)


def _drawn(items: ItemSet, places: IntArray, theta: FloatArray, rng: np.random.Generator) -> IntArray:
    """Return answers to one item per person, (n,), drawn from the curves."""
    above = np.cumsum(items.probabilities_of(places, theta), axis=1)[:, :-1]
    found: IntArray = (rng.random((len(places), 1)) > above).sum(axis=1)
    return np.minimum(found, items.categories[places] - 1)


def exposure_probabilities(
    bank: Bank,
    rules: Rules,
    thetas: ArrayLike,
    *,
    most: float,
    rng: np.random.Generator,
    rounds: int = EXPOSURE_ROUNDS,
) -> FloatArray:
    """Return the probability with which each item may be used, so that no item is seen by more than ``most``.

    After each simulated round an item seen by a share P(A) although only eligible with probability k would be wanted
    by P(A) / k; its next k is most / (P(A) / k), at most 1 (Sympson & Hetter 1985; van der Linden & Veldkamp 2004).
    Where eligible items run out within a test, ``next_item`` admits the others, so that every test can be completed.
    All persons advance together, also under a blueprint.

    Raises
    ------
    ValueError
        A share outside (0, 1], or so small that tests of this length need more items than the bank has.

    """
    size = len(bank.items)
    if not 0 < most <= 1 or most * size < rules.shortest:
        raise ValueError("The bank is too small for this share: greatest share times items is below a test's length.")
    chances = np.ones(size)
    for _round in range(rounds):
        seen = simulate(with_exposure(bank, chances), rules, thetas, rng=rng, together=True).exposure
        with np.errstate(divide="ignore", invalid="ignore"):
            wanted = np.where(chances > 0, seen / chances, 0)
            chances = np.where(wanted > most, most / wanted, 1.0)
    return chances


def with_exposure(bank: Bank, exposure: FloatArray | None) -> Bank:
    """Return the bank under other probabilities of use."""
    return Bank(items=bank.items, content=bank.content, enemies=bank.enemies, exposure=exposure)


@dataclass(slots=True, eq=False)
class _Course:
    """What happened so far; rows are persons."""

    theta: FloatArray
    error: FloatArray
    given: IntArray
    lengths: IntArray
    short_rows: BoolArray
    ends: Counter[ChoiceCode] = field(default_factory=Counter)

    @classmethod
    def before(cls, persons: int, rules: Rules) -> _Course:
        return cls(
            theta=np.full(persons, rules.prior_mean),
            error=np.full(persons, rules.prior_sd),
            given=np.full((persons, rules.longest), -1, dtype=np.int64),
            lengths=np.zeros(persons, dtype=np.int64),
            short_rows=np.zeros(persons, dtype=np.bool_),
        )


def _run(
    bank: Bank,
    rules: Rules,
    answer: Answer,
    rng: np.random.Generator,
    available: BoolArray,
    *,
    together: bool | None = None,
) -> Simulation:
    course = _Course.before(len(available), rules)
    if together is None:
        together = not rules.blueprint or (_are_rows_apart(bank, rules) and not bank.enemy_sets)
    if together:
        _Together(course, bank, rules, answer, rng, available).run()
    else:
        _one_by_one(course, bank, rules, answer, rng, available)
    seen = np.bincount(course.given[course.given >= 0], minlength=len(bank.items))
    persons, mean = len(available), float(course.lengths.mean())
    exposure = seen / persons
    return Simulation(
        theta=course.theta,
        standard_error=course.error,
        lengths=course.lengths,
        given=course.given,
        exposure=exposure,
        overlap=float((exposure**2).sum()) / mean if mean else float("nan"),
        ends=dict(course.ends),
        bias=float("nan"),
        rmse=float("nan"),
        short_rows=course.short_rows,
    )


def _one_by_one(  # noqa: PLR0917 -- the same as of those who advance together
    course: _Course, bank: Bank, rules: Rules, answer: Answer, rng: np.random.Generator, available: BoolArray
) -> None:
    banks: dict[bytes, tuple[IntArray, Bank]] = {}
    for person, row in enumerate(available):
        key = row.tobytes()
        if key not in banks:
            places = np.flatnonzero(row)
            banks[key] = (places, bank if row.all() else _part(bank, places))
        places, own = banks[key]
        state = begin(own, rules, rng=rng)
        while (choice := next_item(state, own, rules, rng=rng)).item is not None:
            response = answer(np.array([person]), places[[choice.item]])
            state = answered(state, own, rules, item=choice.item, response=int(response[0]))
            course.short_rows[person] |= bool(choice.reason.shortages)
        course.ends[choice.reason.code] += 1
        course.theta[person], course.error[person] = state.theta, state.standard_error
        course.lengths[person] = len(state.given)
        course.given[person, : len(state.given)] = places[list(state.given)]


def _part(bank: Bank, places: IntArray) -> Bank:
    """Return the bank of some of the items."""
    where = {int(item): place for place, item in enumerate(places)}
    return Bank(
        items=bank.items.subset(places),
        content={name: [codes[int(item)] for item in places] for name, codes in bank.content.items()},
        enemies=[[where[int(item)] for item in group if int(item) in where] for group in bank.enemies],
        exposure=None if bank.exposure is None else bank.exposure[places],
    )


class _Together:
    """Persons who advance together, information taken at the nearest point of the grid."""

    def __init__(  # noqa: PLR0917 -- the same as of those who go one by one
        self,
        course: _Course,
        bank: Bank,
        rules: Rules,
        answer: Answer,
        rng: np.random.Generator,
        available: BoolArray,
    ) -> None:
        self.course, self.bank, self.rules, self.answer, self.rng = course, bank, rules, answer, rng
        self.open = available.copy()
        self.barred = None if bank.exposure is None else rng.random(available.shape) >= bank.exposure
        self.active = np.arange(len(available))
        # Of the active, in single precision: seven digits are more than the grid's step is worth.
        self.share = np.tile(posterior_of(bank, rules, (), ()).astype(np.float32), (len(available), 1))
        self.buffer = np.empty_like(self.share)
        self.likelihood = bank.grid_share
        self.categories = int(bank.items.categories.max())
        self.powers = np.stack((np.ones_like(bank.grid), bank.grid, bank.grid**2), axis=1).astype(np.float32)
        self.foes = _foes(bank) if bank.enemy_sets else None
        self.members = np.array([bank.members(row) for row in rules.blueprint], dtype=np.bool_).T  # (J, R)
        self.owed = np.tile([row.least for row in rules.blueprint], (len(available), 1)).astype(np.int64)
        self.bound = np.zeros(len(available), dtype=np.bool_)  # measured enough, but rows are owed

    def run(self) -> None:
        """Give items until every test has ended."""
        for place in range(self.rules.longest):
            if place >= self.rules.shortest:
                self._stop()
            items, found = self._chosen(place)
            self.course.ends[ChoiceCode.EXHAUSTED] += int((~found).sum())
            self._keep(found)
            if not len(self.active):
                break
            self._advance(items[found], place)
        self.course.ends[ChoiceCode.LONGEST] += len(self.active)
        self.course.ends = +self.course.ends

    def _stop(self) -> None:
        """End the tests whose measurement suffices."""
        theta, error = self.course.theta[self.active], self.course.error[self.active]
        nobody = np.zeros(len(self.active), dtype=np.bool_)
        precise = nobody if self.rules.standard_error is None else error <= self.rules.standard_error
        decided = nobody
        if self.rules.certainty is not None:
            decided = levels(theta, error, self.rules.cuts).probabilities.max(axis=1) >= self.rules.certainty
        self.bound[self.active] = (precise | decided) & (self.owed[self.active] > 0).any(axis=1)
        free = ~self.bound[self.active]
        self.course.ends[ChoiceCode.PRECISE] += int((precise & free).sum())
        self.course.ends[ChoiceCode.DECIDED] += int((decided & ~precise & free).sum())
        self._keep(~((precise | decided) & free))

    def _keep(self, which: BoolArray) -> None:
        if not which.all():
            self.active, self.share = self.active[which], self.share[which]

    def _chosen(self, place: int) -> tuple[IntArray, BoolArray]:
        """Return the next item of everybody and whether there is one."""
        active, size = self.active, len(self.bank.items)
        among = min(self.rules.choices_at(place), size)
        ordered, rows = self._orders(place)
        # No more of an order is taken than was given: the next are among these unless enemies or exposure close some.
        width = min(place + among, size)
        best, usable = self._best(active, ordered[rows, :width], among)
        late = np.flatnonzero(usable < among)
        if len(late) and width < size:
            best[late], usable[late] = self._best(active[late], ordered[rows[late]], among)
        late = np.flatnonzero(usable == 0)
        if self.barred is not None and len(late):
            best[late], usable[late] = self._best(active[late], ordered[rows[late]], among, lifted=True)
        late = np.flatnonzero((usable == 0) & self._only_owed(active))
        if len(late):  # rows that cannot be kept: the test goes on without them
            self.course.short_rows[active[late]] = True
            best[late], usable[late] = self._best(active[late], ordered[rows[late]], among, lifted=True, rows=False)
        draw = np.zeros(len(active), dtype=np.int64)
        if among > 1:
            draw = (self.rng.random(len(active)) * np.maximum(usable, 1)).astype(np.int64)
        return best[np.arange(len(active)), draw], usable > 0

    def _best(
        self, persons: IntArray, ordered: IntArray, among: int, *, lifted: bool = False, rows: bool = True
    ) -> tuple[IntArray, IntArray]:
        """Return each person's first free items in an order, (n, among), and how many there are, (n,)."""
        places = ordered + (persons * self.open.shape[1])[:, None]
        free = self.open.take(places)
        tight = np.flatnonzero(self._only_owed(persons)) if rows else ()
        if len(tight):
            owed = (self.members @ (self.owed[persons[tight]] > 0).T).T  # (n, J)
            free[tight] &= np.take_along_axis(owed, ordered[tight], axis=1)
        if self.barred is not None and not lifted:
            free &= ~self.barred.take(places)
        usable = np.minimum(free.sum(axis=1), among)
        first = free.argmax(axis=1)[:, None] if among == 1 else np.argsort(~free, axis=1, kind="stable")[:, :among]
        return np.take_along_axis(ordered, first, axis=1), usable

    def _only_owed(self, persons: IntArray) -> BoolArray:
        """Return for whom only items of rows still owed may come: all places left are owed, or nothing else is."""
        if not self.owed.shape[1]:
            return np.zeros(len(persons), dtype=np.bool_)
        owed = self.owed[persons].sum(axis=1)
        left = self.rules.longest - self.course.lengths[persons]
        only: BoolArray = (owed > 0) & ((owed >= left) | self.bound[persons])
        return only

    def _orders(self, place: int) -> tuple[IntArray, IntArray]:
        """Return orders of all items, the most informative first, and which of them is each person's."""
        if place < self.rules.weighted_first:
            information = self.share @ self.bank.grid_information
            return np.argsort(-information, axis=1, kind="stable"), np.arange(len(self.active))
        grid = self.bank.grid
        point = np.rint((self.course.theta[self.active] - grid[0]) / (grid[1] - grid[0])).astype(np.int64)
        return self.bank.grid_order, np.clip(point, 0, len(grid) - 1)

    def _advance(self, items: IntArray, place: int) -> None:
        active = self.active
        self.course.given[active, place] = items
        self.course.lengths[active] += 1
        self.open[active, items] = False
        if self.owed.shape[1]:
            self.owed[active] = np.maximum(self.owed[active] - self.members[items], 0)
        if self.foes is not None:
            self.open[active] &= ~self.foes[items]
        responses = self.answer(active, items)
        rows = np.where(responses >= 0, items * self.categories + responses, len(self.likelihood) - 1)
        # In place: fresh arrays of this size cost more than what is computed in them.
        likelihood = np.take(self.likelihood, rows, axis=0, out=self.buffer[: len(rows)], mode="clip")
        self.share *= likelihood
        self.share /= self.share.sum(axis=1, keepdims=True)
        total, mean, square = (self.share @ self.powers).astype(np.float64).T
        self.course.theta[active] = mean / total
        self.course.error[active] = np.sqrt(np.maximum(square / total - (mean / total) ** 2, 0))


def _foes(bank: Bank) -> BoolArray:
    """Return which items are enemies of which, (J, J)."""
    found = np.zeros((len(bank.items), len(bank.items)), dtype=np.bool_)
    for group in bank.enemy_sets:
        found[np.ix_(group, group)] = True
    return found
