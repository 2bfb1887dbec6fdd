"""What differs between two policies, as reason codes: pure, in the order a reader goes through a policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from merit.ranking.engine.types import GateRule, Option, Policy, Slot

GENERAL, PILLARS, INDICATORS, GATES = "general", "pillars", "indicators", "gates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One change. ``code`` has a sentence; ``subject`` and both values are raw, ``form`` says how to write them.

    ``form``: text, number, share, flag, tier, surplus, results, missing_rule, rule_status, gate_kind, points, codes,
    decree, or ``param:NAME``. ``subject_form``: indicator, gate, pillar or text.
    """

    section: str
    code: str
    subject: str = ""
    subject_form: str = "text"
    old: Any = None
    new: Any = None
    form: str = "text"
    detail: str = ""


def differences(old: Policy, new: Policy) -> tuple[Difference, ...]:
    """Return every change from one policy to another; none when they mean the same."""
    return (*_general(old, new), *_pillars(old, new), *_indicators(old, new), *_gates(old, new))


_GENERAL = (
    ("title", "text"),
    ("tiers", "tier"),
    ("size", "number"),
    ("precision", "number"),
    ("surplus", "surplus"),
    ("internal_allowed", "results"),
    ("response_working_days", "number"),
)


def _general(old: Policy, new: Policy) -> Iterator[Difference]:
    for name, form in _GENERAL:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Difference(section=GENERAL, code=f"policy-differs-{name}", old=before, new=after, form=form)
    before_ties, after_ties = _tie_codes(old), _tie_codes(new)
    if before_ties != after_ties:
        yield Difference(section=GENERAL, code="policy-differs-ties", old=before_ties, new=after_ties, form="codes")
    errors_before, errors_after = _flat(old.default_se), _flat(new.default_se)
    for key in dict.fromkeys((*errors_before, *errors_after)):
        first, second = errors_before.get(key), errors_after.get(key)
        if first != second:
            yield Difference(
                section=GENERAL, code="policy-differs-default_se", subject=key, old=first, new=second, form="number"
            )


def _pillars(old: Policy, new: Policy) -> Iterator[Difference]:
    before = {pillar.code: pillar for pillar in old.pillars}
    after = {pillar.code: pillar for pillar in new.pillars}
    for code in dict.fromkeys((*before, *after)):
        first, second = before.get(code), after.get(code)
        title = (second or first).title  # type: ignore[union-attr]  # one of both is there
        shared: dict[str, Any] = {"section": PILLARS, "subject": title, "subject_form": "pillar"}
        if second is None and first is not None:
            yield Difference(code="policy-pillar-removed", old=first.weight, form="share", **shared)
        elif first is None and second is not None:
            yield Difference(code="policy-pillar-added", new=second.weight, form="share", **shared)
        elif first is not None and second is not None:
            if first.title != second.title:
                yield Difference(code="policy-pillar-title", old=first.title, new=second.title, **shared)
            if first.weight != second.weight:
                rises = second.weight > first.weight
                code_ = "policy-pillar-up" if rises else "policy-pillar-down"
                yield Difference(code=code_, old=first.weight, new=second.weight, form="share", **shared)


def _indicators(old: Policy, new: Policy) -> Iterator[Difference]:
    before = {slot.code: slot for slot in old.slots}
    after = {slot.code: slot for slot in new.slots}
    for code in dict.fromkeys((*before, *after)):
        first, second = before.get(code), after.get(code)
        shared: dict[str, Any] = {"section": INDICATORS, "subject": code, "subject_form": "indicator"}
        if second is None and first is not None:
            yield Difference(code="policy-slot-removed", old=first.weight, form="share", **shared)
        elif first is None and second is not None:
            yield Difference(code="policy-slot-added", new=second.weight, form="share", **shared)
            yield from _new_slot(second, shared)
        elif first is not None and second is not None:
            yield from _slot(first, second, shared, _titles(old), _titles(new))
    if _turned(tuple(before), tuple(after)):
        yield Difference(
            section=INDICATORS, code="policy-slot-order", old=tuple(before), new=tuple(after), form="codes"
        )


def _new_slot(slot: Slot, shared: Mapping[str, Any]) -> Iterator[Difference]:
    yield Difference(code="policy-slot-set-missing", new=slot.missing, form="missing_rule", **shared)
    if slot.neutral is not None:
        yield Difference(code="policy-slot-set-neutral", new=slot.neutral, form="number", **shared)
    for option in slot.options:
        if option.code != slot.code:
            yield Difference(code="policy-option-added", detail=slot.code, **{**shared, "subject": option.code})
        yield _new_points(option, shared)


def _new_points(option: Option, shared: Mapping[str, Any]) -> Difference:
    knots = tuple(zip(option.x, option.y, strict=True))
    return Difference(code="policy-slot-set-points", new=knots, form="points", **{**shared, "subject": option.code})


def _turned(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether what stands in both stands in another order."""
    return [one for one in old if one in new] != [one for one in new if one in old]


def _titles(policy: Policy) -> dict[str, str]:
    return {pillar.code: pillar.title for pillar in policy.pillars}


def _slot(
    old: Slot, new: Slot, shared: Mapping[str, Any], before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Difference]:
    if old.pillar != new.pillar:
        yield Difference(code="policy-slot-moved", old=before[old.pillar], new=after[new.pillar], **shared)
    if old.weight != new.weight:
        code = "policy-slot-up" if new.weight > old.weight else "policy-slot-down"
        yield Difference(code=code, old=old.weight, new=new.weight, form="share", **shared)
    if old.missing != new.missing:
        yield Difference(code="policy-slot-missing", old=old.missing, new=new.missing, form="missing_rule", **shared)
    if old.neutral != new.neutral:
        yield Difference(code="policy-slot-neutral", old=old.neutral, new=new.neutral, form="number", **shared)
    yield from _options(old, new, shared)


def _options(old: Slot, new: Slot, shared: Mapping[str, Any]) -> Iterator[Difference]:
    before = {option.code: option for option in old.options}
    after = {option.code: option for option in new.options}
    for code in dict.fromkeys((*before, *after)):
        first, second = before.get(code), after.get(code)
        here = {**shared, "subject": code}
        if first is None or second is None:
            word = "policy-option-added" if first is None else "policy-option-removed"
            yield Difference(code=word, detail=old.code, **here)
            if second is not None:
                yield _new_points(second, here)
        else:
            yield from _option(first, second, here)
    if _turned(tuple(before), tuple(after)):
        yield Difference(code="policy-option-order", old=tuple(before), new=tuple(after), form="codes", **shared)


def _option(old: Option, new: Option, shared: Mapping[str, Any]) -> Iterator[Difference]:
    knots = tuple(zip(old.x, old.y, strict=True)), tuple(zip(new.x, new.y, strict=True))
    if knots[0] != knots[1]:
        yield Difference(code="policy-slot-points", old=knots[0], new=knots[1], form="points", **shared)
    if old.actionable != new.actionable:
        yield Difference(code="policy-slot-actionable", old=old.actionable, new=new.actionable, form="flag", **shared)
    if old.step != new.step:
        yield Difference(code="policy-slot-step", old=old.step, new=new.step, form="number", **shared)


def _gates(old: Policy, new: Policy) -> Iterator[Difference]:
    before = {gate.id: gate for gate in old.gates}
    after = {gate.id: gate for gate in new.gates}
    for identity in dict.fromkeys((*before, *after)):
        first, second = before.get(identity), after.get(identity)
        known = second or first
        shared: dict[str, Any] = {
            "section": GATES,
            "subject": (known.title or known.id) if known else identity,
            "subject_form": "gate",
        }
        if second is None:
            yield Difference(code="policy-gate-removed", detail=identity, **shared)
        elif first is None:
            yield Difference(code="policy-gate-added", detail=identity, new=second.status, form="rule_status", **shared)
            yield from _new_params(second, shared)
            yield Difference(code="policy-gate-set-citation", new=second.citation, **shared)
            if second.decree is not None:
                yield Difference(code="policy-gate-decree", new=second.decree, form="decree", **shared)
        else:
            yield from _gate(first, second, shared)
    if _turned(tuple(before), tuple(after)):
        yield Difference(section=GATES, code="policy-gate-order", old=", ".join(before), new=", ".join(after))


def _gate(old: GateRule, new: GateRule, shared: Mapping[str, Any]) -> Iterator[Difference]:
    if old.kind != new.kind:
        yield Difference(code="policy-gate-kind", old=old.kind, new=new.kind, form="gate_kind", **shared)
        yield from _new_params(new, shared)
    else:
        for name in dict.fromkeys((*old.params, *new.params)):
            first, second = old.params.get(name), new.params.get(name)
            if first != second:
                yield Difference(
                    code="policy-gate-param", detail=name, old=first, new=second, form=f"param:{name}", **shared
                )
    if old.title != new.title:
        yield Difference(code="policy-gate-title", old=old.title, new=new.title, **shared)
    if old.citation != new.citation:
        yield Difference(code="policy-gate-citation", old=old.citation, new=new.citation, **shared)
    if old.status != new.status:
        yield Difference(code="policy-gate-status", old=old.status, new=new.status, form="rule_status", **shared)
    if old.decree != new.decree:
        yield Difference(code="policy-gate-decree", old=old.decree, new=new.decree, form="decree", **shared)


def _new_params(gate: GateRule, shared: Mapping[str, Any]) -> Iterator[Difference]:
    for name, value in gate.params.items():
        yield Difference(code="policy-gate-set-param", detail=name, new=value, form=f"param:{name}", **shared)


def _tie_codes(policy: Policy) -> tuple[str, ...]:
    return tuple(policy.slots[index].code for index in policy.ties)


def _flat(default_se: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in default_se.items():
        if isinstance(value, Mapping):
            flat |= {f"{key}: {method}": number for method, number in value.items()}
        else:
            flat[key] = value
    return flat
