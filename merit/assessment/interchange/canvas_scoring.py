"""Response processing of QTI 1.2: conditions on responses that set or add to a score, run for one response."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from merit.assessment.interchange.xml import Element, local

Given = Mapping[str, Sequence[str]]


def conditions(item: Element) -> list[Element]:
    """Return the response conditions that change a score, in order."""
    return [
        condition
        for condition in item.iter("{*}respcondition")
        if any(_number(setvar.text) is not None for setvar in condition.iter("{*}setvar"))
    ]


def run(rules: Sequence[Element], given: Given) -> Decimal:
    """Return the score of a response; a rule that sets ends the processing unless it says to go on."""
    score = Decimal(0)
    for rule in rules:
        if not all(_holds(part, given) for holder in rule.findall("{*}conditionvar") for part in holder):
            continue
        is_set = False
        for setvar in rule.findall("{*}setvar"):
            value = _number(setvar.text)
            if value is not None:
                action = (setvar.get("action") or "Set").strip().lower()
                score = _ACTIONS.get(action, _ACTIONS["set"])(score, value)
                is_set = is_set or action == "set"
        if is_set and (rule.get("continue") or "No").strip().lower() != "yes":
            break
    return score


_ACTIONS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "set": lambda _score, value: value,
    "add": lambda score, value: score + value,
    "subtract": lambda score, value: score - value,
    "multiply": lambda score, value: score * value,
}


def _holds(test: Element, given: Given) -> bool:
    name = local(test)
    if name in {"and", "or"}:
        return (all if name == "and" else any)(_holds(part, given) for part in test)
    if name == "not":
        return not all(_holds(part, given) for part in test)
    if name == "varequal":
        return (test.text or "").strip() in given.get((test.get("respident") or "").strip(), ())
    return name == "other"


def named_values(rules: Sequence[Element]) -> Iterator[tuple[str, str]]:
    """Yield the (response, value) pairs that rules ask for, those under ``not`` left out, in order."""
    for rule in rules:
        for test in rule.iter("{*}varequal"):
            if not any(local(parent) == "not" for parent in test.iterancestors()):
                yield (test.get("respident") or "").strip(), (test.text or "").strip()


def _number(text: str | None) -> Decimal | None:
    try:
        number = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def interval_of(rule: Element) -> list[tuple[Decimal, Decimal, bool]]:
    """Return the numbers a rule accepts as (low, high, whether a bound itself is left out)."""
    found: list[tuple[Decimal, Decimal, bool]] = []
    lows = [(test, "gte" not in local(test)) for test in rule.iter("{*}vargte", "{*}vargt")]
    highs = [(test, "lte" not in local(test)) for test in rule.iter("{*}varlte", "{*}varlt")]
    for (low, opens), (high, closes) in zip(lows, highs, strict=False):
        least, most = _number(low.text), _number(high.text)
        if least is not None and most is not None and least <= most:
            found.append((least, most, opens or closes))
    for test in rule.iter("{*}varequal"):
        value = _number(test.text)
        if value is not None and not any(least <= value <= most for least, most, _open in found):
            found.append((value, value, False))
    return found
