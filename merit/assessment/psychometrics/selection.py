"""Adaptive selection: which item comes next for one person, why, and when to stop.

Items are chosen by Fisher's information at the EAP (Lord 1980), for the first items optionally by information
weighted with the posterior (van der Linden 1998), among the best k by chance (Kingsbury & Zara 1989, "randomesque").
A blueprint turns the choice into a shadow test (van der Linden 2005): the best complete test that holds what was
given and keeps every row; the next item is its most informative free one. Exposure is bounded by an experiment per
person and item before the first item (Sympson & Hetter 1985; van der Linden & Veldkamp 2004); ``simulation``
computes its probabilities. The same state, bank, rules and seed give the same choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from merit.assessment.psychometrics.adaptive import Bank, Row, Rules, Shortage, State, posterior_of
from merit.assessment.psychometrics.data import FloatArray, IntArray
from merit.assessment.psychometrics.estimation import levels
from merit.assessment.psychometrics.item_set import BoolArray
from merit.assessment.psychometrics.shadow import assemble, full_rows

LISTED = 10  # items named among those that were passed over


class ChoiceCode(StrEnum):
    """Why an item was chosen, or why the test ends."""

    MOST_INFORMATIVE = "chosen-most-informative"
    AMONG_BEST = "chosen-among-best"
    SHADOW_TEST = "chosen-shadow-test"
    FOR_BLUEPRINT = "chosen-for-blueprint"
    LONGEST = "stopped-longest"
    EXHAUSTED = "stopped-exhausted"
    PRECISE = "stopped-precise"
    DECIDED = "stopped-decided"


class ExclusionCode(StrEnum):
    """Why a more informative item was passed over."""

    ENEMY = "excluded-enemy"
    EXPOSURE = "excluded-exposure"
    ROW_FULL = "excluded-row-full"
    OTHER_ROWS = "excluded-other-rows"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item with its information."""

    item: int
    information: float


@dataclass(frozen=True, slots=True)
class Excluded:
    """A more informative item that was passed over: its enemy among the items given, or the row that is full."""

    item: int
    information: float
    code: ExclusionCode
    enemy: int | None = None
    row: Row | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the choice is what it is; enough to say it in words and to check it.

    Attributes
    ----------
    place : of the item in the test, the first is 1
    weighted : whether information was averaged over the posterior
    candidates : the items among which chance chose, the most informative first
    draw : the number in [0, 1) that decided among several candidates
    passed_over : more informative items that were not candidates, at most ten
    exposure_lifted : the items free of exposure control could not complete the test
    shortages : rows that can no longer be kept
    level, probability : of the level that was decided

    """

    code: ChoiceCode
    theta: float
    standard_error: float
    place: int
    weighted: bool = False
    candidates: tuple[Candidate, ...] = ()
    draw: float | None = None
    passed_over: tuple[Excluded, ...] = ()
    exposure_lifted: bool = False
    shortages: tuple[Shortage, ...] = ()
    level: int | None = None
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The next item with its information at the person's ability, or None: the test ends."""

    item: int | None
    information: float
    reason: Reason


def next_item(state: State, bank: Bank, rules: Rules, *, rng: np.random.Generator) -> Choice:
    """Choose the next item of an adaptive test, or end it.

    Parameters
    ----------
    state
        From ``begin`` and ``answered``.
    rng
        Draws one number where chance chooses among several items, none otherwise.

    Returns
    -------
    Choice
        A blueprint that can no longer be kept is no error here: a person is being tested. The test goes on as near to
        it as possible and the reason names the rows; ``shadow.shortages`` says before a test whether the bank suffices.

    """
    if len(state.given) >= rules.longest:
        return _end(ChoiceCode.LONGEST, state)
    unmet = _unmet_members(state, bank, rules)
    stop = None if len(state.given) < rules.shortest else _reached(state, rules)
    if stop is not None and unmet is None:
        return stop
    turn = _Turn.of(state, bank, rules)
    free = turn.free
    if stop is not None and unmet is not None and (free & unmet).any():
        free = free & unmet
    if not free.any():
        return _end(ChoiceCode.EXHAUSTED, state)
    return turn.choose(free, rng, for_rows=stop is not None)


@dataclass(frozen=True, slots=True, eq=False)
class _Turn:
    """One choice: the information of all items, (J,), which of them are free, and what had to give way."""

    state: State
    bank: Bank
    rules: Rules
    information: FloatArray
    free: BoolArray
    full: tuple[Row, ...] = ()
    lifted: bool = False
    shortages: tuple[Shortage, ...] = ()

    @classmethod
    def of(cls, state: State, bank: Bank, rules: Rules) -> _Turn:
        if len(state.given) < rules.weighted_first:
            information = posterior_of(bank, rules, state.given, state.responses) @ bank.grid_information
        else:
            information = bank.items.information(state.theta)[:, 0]
        if not rules.blueprint:
            free, lifted = _open_items(state, bank)
            return cls(state, bank, rules, information, free, lifted=lifted)
        shadow = assemble(bank, rules, given=state.given, barred=state.barred, information=information)
        free = shadow.test.copy()
        free[list(state.given)] = False
        full = full_rows(bank, rules, shadow.test)
        return cls(state, bank, rules, information, free, full, shadow.exposure_lifted, shadow.shortages)

    def choose(self, free: BoolArray, rng: np.random.Generator, *, for_rows: bool) -> Choice:
        """Return the best of some items, or one of the best by chance."""
        best = self._ordered(free)[: self.rules.choices_at(len(self.state.given))]
        draw = float(rng.random()) if len(best) > 1 else None
        item = int(best[0 if draw is None else int(draw * len(best))])
        reason = Reason(
            code=ChoiceCode.FOR_BLUEPRINT if for_rows else self._code(draw),
            theta=self.state.theta,
            standard_error=self.state.standard_error,
            place=len(self.state.given) + 1,
            weighted=len(self.state.given) < self.rules.weighted_first,
            candidates=tuple(Candidate(int(each), float(self.information[each])) for each in best),
            draw=draw,
            passed_over=self._passed_over(float(self.information[best[0]])),
            exposure_lifted=self.lifted,
            shortages=self.shortages,
        )
        return Choice(item, float(self.information[item]), reason)

    def _ordered(self, which: BoolArray) -> IntArray:
        items = np.flatnonzero(which)
        return items[np.argsort(-self.information[items], kind="stable")]

    def _code(self, draw: float | None) -> ChoiceCode:
        if draw is not None:
            return ChoiceCode.AMONG_BEST
        return ChoiceCode.SHADOW_TEST if self.rules.blueprint else ChoiceCode.MOST_INFORMATIVE

    def _passed_over(self, reached: float) -> tuple[Excluded, ...]:
        """Return items with more information than the best candidate, and why they are none."""
        better = (self.information > reached) & ~self.free
        better[list(self.state.given)] = False
        return tuple(self._excluded(int(item)) for item in self._ordered(better)[:LISTED])

    def _excluded(self, item: int) -> Excluded:
        information = float(self.information[item])
        enemy = next((given for given in self.state.given if given in self.bank.foes(item)), None)
        if enemy is not None:
            return Excluded(item, information, ExclusionCode.ENEMY, enemy=enemy)
        if item in self.state.barred:
            return Excluded(item, information, ExclusionCode.EXPOSURE)
        row = next((row for row in self.full if self.bank.members(row)[item]), None)
        if row is not None:
            return Excluded(item, information, ExclusionCode.ROW_FULL, row=row)
        return Excluded(item, information, ExclusionCode.OTHER_ROWS)


def _open_items(state: State, bank: Bank) -> tuple[BoolArray, bool]:
    """Return items that were not given and meet no enemy; barred ones only where none else is left (then True)."""
    free = np.ones(len(bank.items), dtype=np.bool_)
    for item in state.given:
        free[bank.foes(item)] = False
    free[list(state.given)] = False
    eligible = free.copy()
    eligible[list(state.barred)] = False
    return (eligible, False) if eligible.any() else (free, bool(free.any()))


def _end(code: ChoiceCode, state: State, level: int | None = None, probability: float | None = None) -> Choice:
    reason = Reason(
        code=code,
        theta=state.theta,
        standard_error=state.standard_error,
        place=len(state.given) + 1,
        level=level,
        probability=probability,
    )
    return Choice(None, 0.0, reason)


def _reached(state: State, rules: Rules) -> Choice | None:
    """Return the end of the test if its measurement suffices."""
    if rules.standard_error is not None and state.standard_error <= rules.standard_error:
        return _end(ChoiceCode.PRECISE, state)
    if rules.certainty is None:
        return None
    shares = levels([state.theta], [state.standard_error], rules.cuts).probabilities[0]
    level = int(shares.argmax())
    if shares[level] < rules.certainty:
        return None
    return _end(ChoiceCode.DECIDED, state, level + 1, float(shares[level]))


def _unmet_members(state: State, bank: Bank, rules: Rules) -> BoolArray | None:
    """Return the items of rows that have less than their least, None where there is no such row."""
    given = list(state.given)
    members = [bank.members(row) for row in rules.blueprint if bank.members(row)[given].sum() < row.least]
    return np.logical_or.reduce(members) if members else None
