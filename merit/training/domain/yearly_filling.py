"""Filling a yearly plan up in exact numbers, and exchanging places until nobody outside would gain more."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from merit.evidence import BoolArray, FloatArray, IntArray
from merit.training.domain.yearly_programme import Pairs, Question, Task

_EXCHANGES = 10
_ZERO = 1e-9


def fill(task: Task, chosen: Pairs, order: FloatArray) -> Pairs:
    """Return a plan that keeps every limit to the rupiah and has room for no further pair that would help.

    Chosen pairs come first, then pairs of units owed a place, then all; ``order`` float64[n, m] says which before
    which. Ties go to the smaller person, then the smaller class.
    """
    plan = _Plan(task)
    plan.add(_ranked(chosen, order))
    for _round in range(_EXCHANGES):
        plan.add(_ranked(plan.candidates(only_owed=True), order), only_owed=True)
        plan.add(_ranked(plan.candidates(), order))
        if not plan.exchange():
            break
    return plan.pairs()


def _ranked(pairs: Pairs, order: FloatArray) -> Pairs:
    person, course = pairs
    by = np.lexsort((course, person, -order[person, course]))
    return person[by], course[by]


class _Plan:
    """Who has which place, with what is left of every limit."""

    def __init__(self, task: Task) -> None:
        self._question: Question = task.question
        self._taken: BoolArray = np.zeros(task.question.value.shape, dtype=np.bool_)
        self._places = task.question.quota.tolist()
        self._turns = [task.question.most] * len(task.question.value)
        self._owed = task.floor.tolist()  # below zero: more than owed
        self._money = int(task.question.budget)

    def pairs(self) -> Pairs:
        """Return the plan by person, then class."""
        person, course = np.nonzero(self._taken)
        return person, course

    def candidates(self, *, only_owed: bool = False) -> Pairs:
        """Return the pairs that would help and for which every limit still has room."""
        question = self._question
        fits = (np.array(self._places) > 0) & (question.cost <= self._money)
        free = np.array(self._turns) > 0
        if only_owed:
            free &= np.array(self._owed)[question.unit] > 0
        columns, rows = np.flatnonzero(fits), np.flatnonzero(free)
        inside = (question.value[np.ix_(rows, columns)] > 0) & ~self._taken[np.ix_(rows, columns)]
        row, column = np.nonzero(inside)
        return rows[row], columns[column]

    def add(self, pairs: Pairs, *, only_owed: bool = False) -> None:
        """Add pairs in their order as long as there is room."""
        units, costs = self._question.unit.tolist(), self._question.cost.tolist()
        for person, course in zip(pairs[0].tolist(), pairs[1].tolist(), strict=True):
            unit = units[person]
            if self._turns[person] <= 0 or self._places[course] <= 0 or costs[course] > self._money:
                continue
            if only_owed and self._owed[unit] <= 0:
                continue
            self._taken[person, course] = True
            self._turns[person] -= 1
            self._places[course] -= 1
            self._money -= costs[course]
            self._owed[unit] -= 1

    def exchange(self) -> bool:
        """Give places of a class to people it helps more, where no unit loses what it is owed; tell if any moved."""
        moved = False
        for course in range(len(self._places)):
            for leaving, coming in self._better(course):
                old, new = int(self._question.unit[leaving]), int(self._question.unit[coming])
                if old != new and self._owed[old] >= 0:
                    continue
                self._taken[leaving, course], self._taken[coming, course] = False, True
                self._turns[leaving] += 1
                self._turns[coming] -= 1
                self._owed[old] += 1
                self._owed[new] -= 1
                moved = True
        return moved

    def _better(self, course: int) -> Iterator[tuple[int, int]]:
        """Give pairs of somebody inside, the least helped first, and somebody outside it helps more, the most first."""
        value = self._question.value[:, course]
        inside = np.flatnonzero(self._taken[:, course])
        if not len(inside):
            return
        inside = inside[np.lexsort((inside, value[inside]))]
        outside: IntArray = np.flatnonzero(
            (np.array(self._turns) > 0) & ~self._taken[:, course] & (value > value[inside[0]] + _ZERO)
        )
        outside = outside[np.lexsort((outside, -value[outside]))]
        for leaving, coming in zip(inside.tolist(), outside.tolist(), strict=False):
            if value[coming] <= value[leaving] + _ZERO:
                return
            yield leaving, coming
