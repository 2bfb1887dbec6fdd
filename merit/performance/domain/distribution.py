"""How the predicates of a unit lie against what its own predicate suggests; advice, never a bar. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from merit.evidence import PREDICATES
from merit.reference import load_document


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One line of the guidance: ``share`` of the officials rated, at least ``low``, at most ``high`` (all 0-1)."""

    predicates: tuple[int, ...]
    share: Decimal
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def is_met(self) -> bool:
        """Whether the share lies where the guidance expects it."""
        return (self.low is None or self.share >= self.low) and (self.high is None or self.share <= self.high)


def advise(unit_predicate: str, counts: Mapping[int, int]) -> list[Advice]:
    """Return the guidance for a unit's predicate beside the shares it has.

    ``counts`` officials rated by predicate 1 Sangat Kurang to 5 Sangat Baik. Empty while nobody is rated, or where
    the unit has no predicate. "Some of" without a number asks for at least one official.
    """
    total = sum(counts.values())
    rules = load_document("appraisal")["distribution"]["rules"]
    if not total or unit_predicate not in rules:
        return []
    return list(_lines(rules[unit_predicate], counts, total))


def _lines(rule: Mapping[str, Any], counts: Mapping[int, int], total: int) -> Iterator[Advice]:
    most = rule["most"]
    yield _line([most["predicate"]], counts, total, low=most.get("from"), high=most.get("up_to"))
    if some := rule.get("some_of"):
        yield _line(some["predicates"], counts, total, low=some.get("from", Decimal(1) / total))
    for name, low in rule.get("from", {}).items():
        yield _line([name], counts, total, low=low)
    for name, high in rule.get("up_to", {}).items():
        yield _line([name], counts, total, high=high)


def _line(
    names: list[str],
    counts: Mapping[int, int],
    total: int,
    *,
    low: Decimal | float | None = None,
    high: Decimal | float | None = None,
) -> Advice:
    predicates = tuple(PREDICATES.index(name) + 1 for name in names)
    share = Decimal(sum(counts.get(predicate, 0) for predicate in predicates)) / total
    return Advice(predicates=predicates, share=share, low=_exact(low), high=_exact(high))


def _exact(value: Decimal | float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
