"""An adaptive test: its bank, its rules, and what is known of a person within it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from merit.assessment.psychometrics.data import FloatArray, IntArray
from merit.assessment.psychometrics.item_set import BoolArray, ItemSet

POINTS, REACH = 121, 6.0  # exact to 1e-8 down to a standard error of 0.1
SMALLEST = 1e-300


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the blueprint: how many items carry a code in one dimension (subject, level, …) of the content."""

    dimension: str
    code: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """A row that cannot be kept, by so many items (negative: so many too many); no row: the length of the test."""

    row: Row | None
    lacking: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Bank:
    """What may be chosen from.

    Attributes
    ----------
    items : J items with parameters
    content : per dimension one code per item
    enemies : sets of items of which a test holds at most one
    exposure : (J,) probability that an item may be used for a person; None: always

    Raises
    ------
    ValueError
        Content or exposure of another length, an enemy that is no item, a slope that is not positive.

    """

    items: ItemSet
    content: Mapping[str, Sequence[str]] = field(default_factory=dict)
    enemies: Sequence[Collection[int]] = ()
    exposure: FloatArray | None = None

    def __post_init__(self) -> None:
        size = len(self.items)
        if any(len(codes) != size for codes in self.content.values()):
            raise ValueError("Content has one code per item.")
        if any(not 0 <= item < size for group in self.enemies for item in group):
            raise ValueError("Enemies are items of the bank.")
        if any(each.discrimination <= 0 for each in self.items.parameters):
            raise ValueError("Items of an adaptive test have positive slopes.")
        chances = self.exposure
        if chances is not None and (np.shape(chances) != (size,) or not ((chances >= 0) & (chances <= 1)).all()):
            raise ValueError("Exposure is one probability per item.")

    def members(self, row: Row) -> BoolArray:
        """Return which items a row counts, (J,)."""
        found = self._members.get(row)
        if found is None:
            found = self._members[row] = self._codes[row.dimension] == row.code
        return found

    @cached_property
    def _members(self) -> dict[Row, BoolArray]:
        """Fills as rows are asked for; every choice asks for all rows more than once."""
        return {}

    @cached_property
    def _codes(self) -> dict[str, NDArray[np.str_]]:
        return {name: np.asarray(codes, dtype=np.str_) for name, codes in self.content.items()}

    @cached_property
    def enemy_sets(self) -> tuple[IntArray, ...]:
        """Sets of enemies as places, each of at least two."""
        return tuple(np.array(sorted(group)) for group in map(frozenset, self.enemies) if len(group) > 1)

    def foes(self, item: int) -> IntArray:
        """Return the enemies of an item."""
        found = [group for group in self.enemy_sets if item in group]
        return np.setdiff1d(np.concatenate(found), item) if found else np.empty(0, dtype=np.int64)

    @cached_property
    def grid(self) -> FloatArray:
        """Ability points, (Q,)."""
        return np.linspace(-REACH, REACH, POINTS)

    @cached_property
    def grid_information(self) -> FloatArray:
        """Information at the points, (Q, J)."""
        return np.ascontiguousarray(self.items.information(self.grid).T)

    @cached_property
    def grid_share(self) -> NDArray[np.float32]:
        """P(category) at the points, C rows per item and a last one of ones for no answer, (J C + 1, Q)."""
        share = self.items.probabilities(self.grid)
        found = np.ones((share.shape[0] * share.shape[2] + 1, len(self.grid)), dtype=np.float32)
        for category in range(share.shape[2]):
            found[category : -1 : share.shape[2]] = share[:, :, category]
        return found

    @cached_property
    def grid_order(self) -> IntArray:
        """Items at the points, the most informative first, (Q, J)."""
        return np.argsort(-self.grid_information, axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a test is put together and when it ends.

    Attributes
    ----------
    longest, shortest : number of items
    standard_error : the test ends at this error of theta (EAP), if given
    cuts, certainty : the test ends when one of the levels between the cuts has this probability, if given
    blueprint : rows of the complete test; it never ends early before each row has its least
    randomesque : chance chooses among so many of the best at the 1st, 2nd … item; the last number goes on
    weighted_first : for so many first items information is averaged over the posterior
    prior_mean, prior_sd : of theta

    Raises
    ------
    ValueError
        Numbers that contradict each other.

    """

    longest: int
    shortest: int = 1
    standard_error: float | None = None
    cuts: tuple[float, ...] = ()
    certainty: float | None = None
    blueprint: tuple[Row, ...] = ()
    randomesque: tuple[int, ...] = (1,)
    weighted_first: int = 0
    prior_mean: float = 0.0
    prior_sd: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.shortest <= self.longest:
            raise ValueError("A test has at least one item, and its least length is not above its greatest.")
        if not self.randomesque or min(self.randomesque) < 1 or self.prior_sd <= 0:
            raise ValueError("Chance chooses among at least one item; the prior has a spread.")
        if self.certainty is not None and not (self.cuts and 0 < self.certainty < 1):
            raise ValueError("A level is decided between cuts, with a probability below 1.")
        if any(row.least > row.most or row.least < 0 for row in self.blueprint):
            raise ValueError("A row asks for no more than it allows.")

    def choices_at(self, place: int) -> int:
        """Return among how many of the best chance chooses for the item at a place (0 is the first)."""
        return self.randomesque[min(place, len(self.randomesque) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A person within a test: items given with the categories answered (-1: none), and what follows from them.

    ``barred``: items the exposure experiment sets aside for this person.
    """

    theta: float
    standard_error: float
    given: tuple[int, ...] = ()
    responses: tuple[int, ...] = ()
    barred: frozenset[int] = frozenset()


def begin(bank: Bank, rules: Rules, *, rng: np.random.Generator) -> State:
    """Return the state before the first item; the exposure experiment takes J numbers of ``rng``."""
    barred: frozenset[int] = frozenset()
    if bank.exposure is not None:
        barred = frozenset(np.flatnonzero(rng.random(len(bank.items)) >= bank.exposure).tolist())
    return State(theta=rules.prior_mean, standard_error=rules.prior_sd, barred=barred)


def answered(state: State, bank: Bank, rules: Rules, *, item: int, response: int) -> State:
    """Return the state after an answer: its category 0 … C - 1, or -1 for none.

    Raises
    ------
    ValueError
        The item was given before, or has no such category.

    """
    if item in state.given or not -1 <= response < bank.items.categories[item]:
        raise ValueError("An item is given once and answered in one of its categories.")
    given, responses = (*state.given, int(item)), (*state.responses, int(response))
    theta, error = _moments(posterior_of(bank, rules, given, responses), bank.grid)
    return State(theta=theta, standard_error=error, given=given, responses=responses, barred=state.barred)


def posterior_of(bank: Bank, rules: Rules, given: Sequence[int], responses: Sequence[int]) -> FloatArray:
    """Return P(theta | answers) at the points of the grid, (Q,)."""
    logs = _log_prior(bank, rules)
    places = [place for place, response in enumerate(responses) if response >= 0]
    if places:
        share = bank.items.subset([given[place] for place in places]).probabilities(bank.grid)
        logs = logs + _logs(share[np.arange(len(places)), :, [responses[place] for place in places]]).sum(axis=0)
    share = np.exp(logs - logs.max())
    found: FloatArray = share / share.sum()
    return found


def _log_prior(bank: Bank, rules: Rules) -> FloatArray:
    """Return the logarithm of the prior at the points of the grid, up to a constant, (Q,)."""
    logs: FloatArray = -0.5 * ((bank.grid - rules.prior_mean) / rules.prior_sd) ** 2
    return logs


def _moments(posterior: FloatArray, grid: FloatArray) -> tuple[float, float]:
    mean = float(posterior @ grid)
    return mean, float(np.sqrt(posterior @ (grid - mean) ** 2))


def _logs(share: FloatArray) -> FloatArray:
    logs: FloatArray = np.log(np.maximum(share, SMALLEST))
    return logs
