"""Indices of many people added up: exact sums from which every mean of a page comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from operator import add

from merit.ranking.professionalism.domain.index import Index, Missing
from merit.ranking.professionalism.domain.rules import CATEGORIES, DIMENSIONS

# Figures have two decimals at most; sums of hundredths are whole numbers, small enough for any column.
HUNDREDTHS = 100
_LOWS = 4
_HIGHS = _LOWS + len(DIMENSIONS)
_CATEGORIES = _HIGHS + len(DIMENSIONS)
_MISSING = _CATEGORIES + len(CATEGORIES) + 1
_WIDTH = _MISSING + len(Missing)


@dataclass(frozen=True, slots=True)
class Tally:
    """A group of people as one row of whole numbers, so that thousands of groups add up within a page's time.

    In order: people, those of whom something is missing, the sums of the bounds in hundredths (low, high), of each
    dimension's low and of each dimension's high bound, the people per category (the last: open) and per missing datum.
    """

    numbers: tuple[int, ...] = (0,) * _WIDTH

    def __add__(self, other: Tally) -> Tally:
        """Return both groups as one."""
        return Tally(tuple(map(add, self.numbers, other.numbers)))

    @property
    def people(self) -> int:
        """How many they are."""
        return self.numbers[0]

    @property
    def incomplete(self) -> int:
        """How many have bounds instead of one number."""
        return self.numbers[1]

    @property
    def categories(self) -> tuple[int, ...]:
        """The people of each category, in the order of CATEGORIES, then those whose category is open."""
        return self.numbers[_CATEGORIES:_MISSING]

    @property
    def missing(self) -> tuple[int, ...]:
        """The people for each missing datum, in the order of :class:`Missing`."""
        return self.numbers[_MISSING:]

    @property
    def mean(self) -> tuple[Decimal, Decimal] | None:
        """The bounds of the mean index, None for nobody."""
        return self._means(self.numbers[2], self.numbers[3])

    @property
    def dimension_means(self) -> tuple[tuple[Decimal, Decimal] | None, ...]:
        """The bounds of the mean of every dimension."""
        lows, highs = self.numbers[_LOWS:_HIGHS], self.numbers[_HIGHS:_CATEGORIES]
        return tuple(self._means(low, high) for low, high in zip(lows, highs, strict=True))

    def _means(self, low: int, high: int) -> tuple[Decimal, Decimal] | None:
        if not self.people:
            return None
        divisor = Decimal(self.people * HUNDREDTHS)
        return Decimal(low) / divisor, Decimal(high) / divisor


def tally_of(index: Index) -> Tally:
    """Return one person as a group."""
    place = CATEGORIES.index(index.category) if index.category else len(CATEGORIES)
    return Tally(
        (
            1,
            int(bool(index.missing)),
            hundredths(index.low),
            hundredths(index.high),
            *(hundredths(each.low) for each in index.dimensions),
            *(hundredths(each.high) for each in index.dimensions),
            *(int(place == number) for number in range(len(CATEGORIES) + 1)),
            *(int(flag in index.missing) for flag in Missing),
        )
    )


def together(tallies: Iterable[Tally]) -> Tally:
    """Return groups as one."""
    return sum(tallies, Tally())


def hundredths(value: Decimal) -> int:
    """Return a figure as a whole number of hundredths; one with more places is an error of the caller."""
    scaled = value * HUNDREDTHS
    if scaled != scaled.to_integral_value():
        raise ValueError("At most two decimal places.")
    return int(scaled)
