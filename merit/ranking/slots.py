"""Pillars and slots of a policy document: indicators, knots, weights, missing-data rules."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from merit.ranking.catalogue import CATALOGUE, Indicator, is_inadmissible
from merit.ranking.document import Node
from merit.ranking.domain import MissingRule
from merit.ranking.engine.types import WEIGHT_SCALE, Option, Slot
from merit.ranking.reader import Reader

FULL_MARK = 100
UTILITY_STEP = Decimal("0.000001")
_PREFERRED = ("code", "points", "actionable", "step")
_INDICATOR = (*_PREFERRED, "weight", "missing", "neutral", "preferred")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotDraft:
    """A slot as read; its weight is still the share within the pillar."""

    node: Node
    code: str
    pillar: str
    weight: Decimal
    options: tuple[Option, ...]
    missing: MissingRule
    neutral: Decimal | None

    def finish(self, pillar_weight: Decimal) -> Slot:
        """Return the slot with its effective weight."""
        effective = pillar_weight * self.weight
        return Slot(
            code=self.code,
            pillar=self.pillar,
            weight=effective.normalize(),
            weight_units=int(effective * WEIGHT_SCALE),
            options=self.options,
            missing=self.missing,
            neutral=None if self.neutral is None else float(self.neutral),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarDraft:
    """A pillar as read."""

    node: Node
    code: str
    title: str
    weight: Decimal
    slots: tuple[SlotDraft, ...]


def read_pillars(reader: Reader, root: Node, entries: dict[str, Node]) -> tuple[PillarDraft, ...]:
    """Return the pillars; repeated pillars and indicators are reported."""
    node = reader.required(entries, "pillars", root, "kebijakan")
    children = reader.items(node, "pillars")
    if node is not None and not children and isinstance(node.value, list):
        reader.report(node, "policy-empty-list")
    pillars = [pillar for child in children if (pillar := _pillar(reader, child)) is not None]
    _report_repeats(reader, [(pillar.node, pillar.code) for pillar in pillars])
    slots = [slot for pillar in pillars for slot in pillar.slots]
    _report_repeats(reader, [(slot.node, option.code) for slot in slots for option in slot.options])
    return tuple(pillars)


def _report_repeats(reader: Reader, named: Sequence[tuple[Node, str]]) -> None:
    seen: set[str] = set()
    for node, code in named:
        if code in seen:
            reader.report(node, "policy-repeated", value=code)
        seen.add(code)


def _pillar(reader: Reader, node: Node) -> PillarDraft | None:
    entries = reader.mapping(node, ("code", "title", "weight", "indicators"), "pillars")
    if not entries:
        return None
    code = reader.text(reader.required(entries, "code", node, "pillars"))
    weight = reader.number(reader.required(entries, "weight", node, "pillars"), low=UTILITY_STEP, high=1)
    children = reader.items(reader.required(entries, "indicators", node, "pillars"), "indicators")
    slots = [slot for child in children if (slot := _slot(reader, child, code)) is not None]
    return PillarDraft(
        node=node, code=code, title=reader.text(entries.get("title"), code), weight=weight, slots=tuple(slots)
    )


def _slot(reader: Reader, node: Node, pillar: str) -> SlotDraft | None:
    entries = reader.mapping(node, _INDICATOR, "indicators")
    own = _option(reader, node, entries)
    if own is None:
        return None
    wanted = entries.get("preferred")
    options = (*_preferred(reader, wanted), own)
    indicators = [CATALOGUE[option.code] for option in options]
    return SlotDraft(
        node=node,
        code=own.code,
        pillar=pillar,
        weight=reader.number(reader.required(entries, "weight", node, own.code), low=UTILITY_STEP, high=1),
        options=options,
        missing=_missing(reader, node, entries, indicators),
        neutral=_neutral(reader, node, entries, indicators),
    )


def _preferred(reader: Reader, node: Node | None) -> list[Option]:
    if node is None or node.value is None:
        return []
    children = node.value if isinstance(node.value, list) else [node]
    options = [_option(reader, child, reader.mapping(child, _PREFERRED, "preferred")) for child in children]
    return [option for option in options if option is not None]


def _option(reader: Reader, node: Node, entries: dict[str, Node]) -> Option | None:
    if not entries:
        return None
    named = reader.required(entries, "code", node, "indicators")
    indicator = _indicator(reader, named)
    if indicator is None:
        return None
    knots = _knots(reader, reader.required(entries, "points", node, indicator.code), indicator)
    step = entries.get("step")
    return Option(
        code=indicator.code,
        x=tuple(x for x, _ in knots),
        y=tuple(y for _, y in knots),
        actionable=reader.flag(entries.get("actionable"), default=False),
        step=indicator.step if step is None else float(reader.number(step, Decimal(1), low=UTILITY_STEP)),
    )


def _indicator(reader: Reader, node: Node | None) -> Indicator | None:
    if node is None:
        return None
    code = str(node.value)
    if code in CATALOGUE:
        return CATALOGUE[code]
    if is_inadmissible(code):
        reader.report(node, "policy-inadmissible", value=code)
    else:
        reader.report(node, "policy-unknown-indicator", value=code, known=", ".join(CATALOGUE))
    return None


def _knots(reader: Reader, node: Node | None, indicator: Indicator) -> list[tuple[float, float]]:
    knots: list[tuple[Decimal, Decimal]] = []
    for child in reader.items(node, "points"):
        pair = reader.items(child, "points")
        if len(pair) != 2:  # noqa: PLR2004 -- a knot is a pair
            reader.report(child, "policy-knot-pair")
            return [(0.0, 0.0), (1.0, 0.0)]
        knots.append((reader.number(pair[0], low=-(10**6)), reader.number(pair[1], high=FULL_MARK)))
        if knots[-1][1] % UTILITY_STEP:
            reader.report(pair[1], "policy-knot-decimals", value=str(knots[-1][1]))
    if node is not None:
        _check_knots(reader, node, knots, indicator)
    return [(float(x), float(y)) for x, y in knots]


def _check_knots(reader: Reader, node: Node, knots: list[tuple[Decimal, Decimal]], indicator: Indicator) -> None:
    if len(knots) < 2:  # noqa: PLR2004 -- a line needs two knots
        reader.report(node, "policy-knots-few", value=indicator.code)
        return
    pairs = list(itertools.pairwise(knots))
    if any(right[0] <= left[0] for left, right in pairs):
        reader.report(node, "policy-knots-order", value=indicator.code)
    rises = [right[1] - left[1] for left, right in pairs]
    if min(rises) < 0 < max(rises):
        reader.report(node, "policy-knots-monotone", value=indicator.code)
    elif (max(rises) > 0) != indicator.rising and any(rises):
        reader.report(node, "policy-knots-direction", value=indicator.code)


def _missing(reader: Reader, node: Node, entries: dict[str, Node], indicators: list[Indicator]) -> MissingRule:
    if "missing" not in entries and any(indicator.may_be_missing for indicator in indicators):
        reader.report(node, "policy-missing-rule", value=indicators[-1].code)
    return MissingRule(reader.choice(entries.get("missing"), tuple(MissingRule), MissingRule.HOLD))


def _neutral(reader: Reader, node: Node, entries: dict[str, Node], indicators: list[Indicator]) -> Decimal | None:
    child = entries.get("neutral")
    if child is not None:
        neutral = reader.number(child, high=FULL_MARK)
        if neutral % UTILITY_STEP:
            reader.report(child, "policy-knot-decimals", value=str(neutral))
        return neutral
    if all(indicator.may_not_apply for indicator in indicators):
        reader.report(node, "policy-neutral", value=indicators[-1].code)
    return None
