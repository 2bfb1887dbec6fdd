"""Indices of many people added up: exact sums from which every mean of a page comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from decimal import Decimal

from merit.ranking.professionalism.domain.index import Index, Missing
from merit.ranking.professionalism.domain.rules import CATEGORIES, DIMENSIONS

# Figures have two decimals at most; sums of hundredths are whole numbers, small enough for any column.
HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Tally:
    """A group of people: their number, sums of bounds in hundredths, how many per category and per missing datum.

    ``categories`` follows CATEGORIES and ends with those whose category is open; ``missing`` follows
    :class:`Missing`; ``lows`` and ``highs`` follow DIMENSIONS.
    """

    people: int = 0
    low: int = 0
    high: int = 0
    lows: tuple[int, ...] = (0,) * len(DIMENSIONS)
    highs: tuple[int, ...] = (0,) * len(DIMENSIONS)
    categories: tuple[int, ...] = (0,) * (len(CATEGORIES) + 1)
    missing: tuple[int, ...] = (0,) * len(Missing)
    incomplete: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Return both groups as one."""
        return Tally(
            self.people + other.people,
            self.low + other.low,
            self.high + other.high,
            _added(self.lows, other.lows),
            _added(self.highs, other.highs),
            _added(self.categories, other.categories),
            _added(self.missing, other.missing),
            self.incomplete + other.incomplete,
        )

    @property
    def mean(self) -> tuple[Decimal, Decimal] | None:
        """The bounds of the mean index, None for nobody."""
        return self._means(self.low, self.high)

    @property
    def dimension_means(self) -> tuple[tuple[Decimal, Decimal] | None, ...]:
        """The bounds of the mean of every dimension."""
        return tuple(self._means(low, high) for low, high in zip(self.lows, self.highs, strict=True))

    def _means(self, low: int, high: int) -> tuple[Decimal, Decimal] | None:
        if not self.people:
            return None
        divisor = Decimal(self.people * HUNDREDTHS)
        return Decimal(low) / divisor, Decimal(high) / divisor

    def to_json(self) -> list[int | list[int]]:
        """Return the numbers in the order of the fields."""
        return [list(value) if isinstance(value, tuple) else value for value in astuple(self)]

    @classmethod
    def from_json(cls, values: list[int | list[int]]) -> Tally:
        """Return the tally of :meth:`to_json`."""
        read = [tuple(value) if isinstance(value, list) else value for value in values]
        return cls(**dict(zip((field.name for field in fields(cls)), read, strict=True)))  # type: ignore[arg-type]


def tally_of(index: Index) -> Tally:
    """Return one person as a group."""
    place = CATEGORIES.index(index.category) if index.category else len(CATEGORIES)
    return Tally(
        people=1,
        low=hundredths(index.low),
        high=hundredths(index.high),
        lows=tuple(hundredths(each.low) for each in index.dimensions),
        highs=tuple(hundredths(each.high) for each in index.dimensions),
        categories=tuple(int(place == number) for number in range(len(CATEGORIES) + 1)),
        missing=tuple(int(flag in index.missing) for flag in Missing),
        incomplete=int(bool(index.missing)),
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


def _added(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(sum, zip(one, other, strict=True)))
