"""The adaptive part of a blueprint's form: rules as typed, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from merit.assessment.domain.adaptive import LEAST_ITEMS, MOST_ITEMS, AdaptiveRules
from merit.evidence import COMPETENCIES
from merit.i18n import _
from merit.phrases import phrase

FIELDS = ("competency", "least", "most", "precision", "certainty", "exposure", "among", "first_among")
_PERCENT = Decimal(100)
Complain = Callable[[str, str], None]


def typed_of(rules: AdaptiveRules | None) -> dict[str, str]:
    """Return rules as they stand in the form; an ordinary part shows what a new one begins with."""
    shown = rules or AdaptiveRules(competency="")
    return {
        "competency": shown.competency,
        "least": str(shown.least),
        "most": str(shown.most),
        "precision": "" if shown.precision is None else _plain(shown.precision),
        "certainty": "" if shown.certainty is None else _plain(shown.certainty * _PERCENT),
        "exposure": _plain(shown.exposure * _PERCENT),
        "among": str(shown.among),
        "first_among": str(shown.first_among),
    }


def read_typed(form: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Return what was typed; a form without these fields is an ordinary part."""
    start = typed_of(None)
    return {name: form.get(f"{prefix}a-{name}", start[name]).strip() for name in FIELDS}


def to_rules(typed: Mapping[str, str], prefix: str, complain: Complain) -> dict[str, Any] | None:
    """Return the rules, None for an ordinary part; sentences about what is wrong go to ``complain``."""
    competency = typed["competency"]
    if competency not in COMPETENCIES:
        return None
    reading = _Reading(typed, f"{prefix}a-", complain)
    return {
        "competency": competency,
        "least": reading.whole("least", _("Butir paling sedikit"), LEAST_ITEMS, MOST_ITEMS),
        "most": reading.whole("most", _("Butir paling banyak"), LEAST_ITEMS, MOST_ITEMS),
        "precision": reading.decimal("precision", _("Sasaran galat baku"), Decimal("0.1"), Decimal(2)),
        "certainty": reading.percent("certainty", _("Kepastian level"), 50, 99),
        "exposure": reading.percent("exposure", _("Batas kemunculan"), 1, 100) or Decimal(1),
        "among": reading.whole("among", _("Diundi dari"), 1, 20),
        "first_among": reading.whole("first_among", _("Butir pertama diundi dari"), 1, 20),
    }


class _Reading:
    """Reads numbers and complains about what is none."""

    def __init__(self, typed: Mapping[str, str], prefix: str, complain: Complain) -> None:
        self._typed, self._prefix, self._complain = typed, prefix, complain

    def whole(self, name: str, where: str, low: int, high: int) -> int | None:
        """Return a whole number."""
        found = self.decimal(name, where, Decimal(low), Decimal(high), must=True)
        if found is not None and found != found.to_integral_value():
            self._refuse(name, where, low, high)
            return None
        return None if found is None else int(found)

    def percent(self, name: str, where: str, low: int, high: int) -> Decimal | None:
        """Return a percentage as a share; nothing typed is none."""
        found = self.decimal(name, where, Decimal(low), Decimal(high))
        return None if found is None else (found / _PERCENT).quantize(Decimal("0.001"))

    def decimal(self, name: str, where: str, low: Decimal, high: Decimal, *, must: bool = False) -> Decimal | None:
        """Return a number with at most three places; nothing typed is none unless it ``must`` be there."""
        text = self._typed[name].replace(",", ".")
        if not text and not must:
            return None
        try:
            found = Decimal(text)
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or not low <= found <= high:
            self._refuse(name, where, low, high)
            return None
        return found.quantize(Decimal("0.001"))

    def _refuse(self, name: str, where: str, low: Decimal | int, high: Decimal | int) -> None:
        bounds = {"low": str(low).replace(".", ","), "high": str(high).replace(".", ",")}
        self._complain(f"{self._prefix}{name}", phrase("adaptive-number", where=where, **bounds))


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f").replace(".", ",")
