"""Parallel forms: several papers from one blueprint with different items and the same difficulty.

Every form is first drawn with the items used least, so that forms share items only where the bank leaves no choice.
Then items of the same row are exchanged between forms as long as that brings the forms closer together, in the
whole and in every competency: the sum of squared differences falls with each exchange, so it ends. Unlike an
integer programme under a time limit the result is the same on every machine (docs/adr/0088).
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from merit.assessment.domain.drawing import Bank, Picks, Plan, draw

PASSES = 40
_CLOSER = 1e-9
_MIDDLE = 0.5  # of an item nobody has estimated


@dataclass(frozen=True, slots=True)
class FormBalance:
    """One form: its mean expected share of points, and that of each competency."""

    items: int
    facility: float
    by_competency: dict[str, float]


@dataclass(frozen=True, slots=True)
class Balance:
    """How alike the forms are: the widest difference of their means, and how many items appear in several."""

    forms: tuple[FormBalance, ...]
    spread: float
    widest: float  # of any competency
    shared: int
    estimated: int  # items whose difficulty nobody knows


def draw_forms(plan: Plan, count: int, chance: random.Random) -> list[Picks] | None:
    """Return so many balanced forms; None when the blueprint cannot be filled."""
    usage: Counter[int] = Counter()
    forms: list[list[list[int]]] = []
    for _form in range(count):
        picks = draw(plan, chance, usage)
        if picks is None:
            return None
        usage.update(item for chosen in picks for item in chosen)
        forms.append([list(chosen) for chosen in picks])
    _Exchange(plan, forms).run()
    return [tuple(tuple(chosen) for chosen in form) for form in forms]


def weigh(plan: Plan, forms: Sequence[Picks]) -> Balance:
    """Return how alike the forms are, fixed items included; items on trial do not count."""
    fixed = [item for section in plan.fixed for item in section]
    weighed = [_weigh_one([*fixed, *_scored(plan, picks)], plan.bank) for picks in forms]
    usage = Counter(item for picks in forms for item in _scored(plan, picks))
    names = sorted({name for form in weighed for name in form.by_competency})
    return Balance(
        forms=tuple(weighed),
        spread=_spread([form.facility for form in weighed]),
        widest=max((_spread([form.by_competency.get(name, 0.0) for form in weighed]) for name in names), default=0.0),
        shared=sum(1 for times in usage.values() if times > 1),
        estimated=sum(1 for item in {*usage, *fixed} if plan.bank.items[item].facility is None),
    )


def _scored(plan: Plan, picks: Picks) -> list[int]:
    pairs = zip(plan.demands, picks, strict=True)
    return [item for demand, chosen in pairs if not demand.asked.trial for item in chosen]


def _weigh_one(items: Sequence[int], bank: Bank) -> FormBalance:
    groups: dict[str, list[float]] = {}
    for item in items:
        groups.setdefault(bank.items[item].competency, []).append(_facility(bank, item))
    every = [value for values in groups.values() for value in values]
    return FormBalance(
        items=len(items),
        facility=float(np.mean(every)) if every else 0.0,
        by_competency={name: float(np.mean(values)) for name, values in sorted(groups.items())},
    )


def _spread(values: Sequence[float]) -> float:
    return max(values) - min(values) if values else 0.0


def _facility(bank: Bank, item: int) -> float:
    known = bank.items[item].facility
    return _MIDDLE if known is None else known


class _Exchange:
    """Forms being brought closer; ``sums`` are the expected points of each form, whole ("") and per competency."""

    def __init__(self, plan: Plan, forms: list[list[list[int]]]) -> None:
        self.bank = plan.bank
        self.forms = forms
        self.rows = [at for at, demand in enumerate(plan.demands) if not demand.asked.trial]
        self.sums: list[defaultdict[str, float]] = [defaultdict(float) for _form in forms]
        for sums, form in zip(self.sums, forms, strict=True):
            for item in (item for at in self.rows for item in form[at]):
                self._add(sums, item, 1)

    def run(self) -> None:
        """Exchange items of the same row until no exchange brings two forms closer."""
        for _pass in range(PASSES):
            pairs = combinations(range(len(self.forms)), 2)
            if not sum(self._improve(left, right, at) for left, right in pairs for at in self.rows):
                return

    def _improve(self, left: int, right: int, at: int) -> bool:
        """Make the one exchange in a row of two forms that brings them closest; False when none does."""
        best, chosen = -_CLOSER, None
        for i, mine in enumerate(self.forms[left][at]):
            for j, other in enumerate(self.forms[right][at]):
                gain = self._gain(left, right, mine, other)
                if gain < best and self._may_enter(other, left, mine) and self._may_enter(mine, right, other):
                    best, chosen = gain, (i, j)
        if chosen is None:
            return False
        self._swap(left, right, at, chosen)
        return True

    def _gain(self, left: int, right: int, mine: int, other: int) -> float:
        """Return by how much the squared differences of two forms grow when the items change places."""
        steps: dict[str, float] = {}
        for item, sign in ((other, 2.0), (mine, -2.0)):
            for name in ("", self._name(item)):
                steps[name] = steps.get(name, 0.0) + sign * _facility(self.bank, item)
        first, second = self.sums[left], self.sums[right]
        return sum(step * (step + 2 * (first[name] - second[name])) for name, step in steps.items())

    def _swap(self, left: int, right: int, at: int, places: tuple[int, int]) -> None:
        i, j = places
        mine, other = self.forms[left][at][i], self.forms[right][at][j]
        self.forms[left][at][i], self.forms[right][at][j] = other, mine
        for form, gone, come in ((left, mine, other), (right, other, mine)):
            self._add(self.sums[form], gone, -1)
            self._add(self.sums[form], come, 1)

    def _add(self, sums: defaultdict[str, float], item: int, sign: int) -> None:
        for name in ("", self._name(item)):
            sums[name] += sign * _facility(self.bank, item)

    def _name(self, item: int) -> str:
        return f"={self.bank.items[item].competency}"

    def _may_enter(self, item: int, form: int, leaving: int) -> bool:
        present = {one for chosen in self.forms[form] for one in chosen if one != leaving}
        return item not in present and not present & self.bank.enemies_of(item)


def form_of_seat(seat: int, columns: int, forms: int) -> int:
    """Return which form a seat gets (0, 1, …): neighbours beside, before and (from four forms on) across differ."""
    row, column = divmod(seat - 1, columns)
    stride = 2 if forms >= 4 else 1  # noqa: PLR2004 -- two rows of two make four
    return (column + stride * row) % forms
