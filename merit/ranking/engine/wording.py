"""Reason codes with their details for gates and parts; ``merit.phrases`` turns them into sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from merit.evidence import EDUCATION, EMPLOYMENT, PREDICATES, Status
from merit.ranking.domain import GateKind, Ground, MissingRule, Outcome, Reason, RuleStatus, Standing, Unit, grade_code
from merit.ranking.engine.calendar import EPOCH, FOUR_YEARS_IN_DAYS
from merit.ranking.engine.types import GateColumn, GateRule, Ranking, VacancyTerms

MICRO = 10**6


def _named(names: tuple[str, ...], first: int) -> Callable[[int], Mapping[str, Any]]:
    return lambda value: {"value": names[value - first]}


def _plain(value: int) -> Mapping[str, Any]:
    return {"value": value}


def _days(value: int) -> Mapping[str, Any]:
    years = value * 4 // FOUR_YEARS_IN_DAYS
    return {"value": value, "years": years, "days": value - -(-years * FOUR_YEARS_IN_DAYS // 4)}


def _percent(value: int) -> Mapping[str, Any]:
    return {"value": f"{Decimal(value) / MICRO:.2f}".replace(".", ",")}


_FACTS: Mapping[Unit, Callable[[int], Mapping[str, Any]]] = {
    Unit.EMPLOYMENT: _named(EMPLOYMENT, 0),
    Unit.EDUCATION: _named(EDUCATION, 0),
    Unit.GRADE: lambda value: {"value": grade_code(value)},
    Unit.DAYS: _days,
    Unit.AGE: _plain,
    Unit.PREDICATE: _named(PREDICATES, 1),
    Unit.PERCENT: _percent,
    Unit.LEVEL: _plain,
    Unit.SHARE: lambda value: _percent(value * 100),
    Unit.COUNT: _plain,
    Unit.DATE: lambda value: {"value": (EPOCH + dt.timedelta(days=value)).isoformat()},
}
_COUNTS = {GateKind.TRAINING_ANY: "fact-trainings", GateKind.NO_DISCIPLINE: "fact-findings"}


def gate_fact(column: GateColumn, row: int) -> Reason:
    """Return the fact a gate used for an official: ``fact-<unit>``, or ``fact-unknown``."""
    if not column.known[row]:
        return Reason("fact-unknown")
    code = _COUNTS.get(column.rule.kind, f"fact-{column.unit.value}")
    return Reason(code, _FACTS[column.unit](int(column.fact[row])))


def gate_threshold(rule: GateRule, vacancy: VacancyTerms) -> Reason:
    """Return what a rule asks for: ``threshold-<kind>`` with its parameters in words."""
    details = {key: _word(value) for key, value in rule.params.items()}
    code = f"threshold-{rule.kind.value.replace('_', '-')}"
    if rule.kind is GateKind.GRADE_BETWEEN:
        ends = [key for key in ("min", "max") if rule.params[key]]
        code += f"-{ends[0]}" if len(ends) == 1 else ""
        code += "-one-below" if rule.params["one_below"] else ""
    if rule.kind is GateKind.NO_DISCIPLINE:
        code += "-in-force" if "in_force" in rule.params else "-lookback"
    if rule.kind is GateKind.RELATED_FIELD:
        details["field"] = vacancy.related_field
    return Reason(code, details)


def _word(value: Any) -> Any:
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f").replace(".", ",")
    return value


def gate_sentences(column: GateColumn, row: int) -> tuple[Reason, ...]:
    """Return why an outcome is what it is: the ground, whether the rule blocks, and from when it would be met."""
    ground = Ground(int(column.ground[row]))
    sentences = [Reason(f"ground-{ground.name.lower().replace('_', '-')}")]
    if ground is Ground.NOT_MET and not np.isnat(column.met_from[row]):
        sentences.append(Reason("met-from", {"date": str(column.met_from[row])}))
    if not column.rule.may_block:
        local = column.rule.status is RuleStatus.LOCAL
        sentences.append(Reason("rule-without-decree" if local else "rule-needs-verification"))
    return tuple(sentences)


def met_from(column: GateColumn, row: int) -> str | None:
    """Return the date from which time alone meets the rule, as ISO text."""
    date = column.met_from[row]
    return None if np.isnat(date) else str(date)


def part_note(ranking: Ranking, row: int, slot: int) -> Reason | None:
    """Return what must be said about an official's value on a slot beside the number, None when nothing."""
    status = Status(int(ranking.slots.status[row, slot]))
    if status is Status.NOT_APPLICABLE:
        return Reason("part-neutral")
    if status is Status.DISPUTED:
        return Reason("part-disputed")
    if status in {Status.MISSING, Status.EXPIRED}:
        rule: MissingRule = ranking.policy.slots[slot].missing
        return Reason(f"part-{status.name.lower()}-{rule.value}")
    if ranking.slots.se_default[row, slot]:
        return Reason("part-default-se")
    return None


def nobody_eligible(ranking: Ranking) -> tuple[Reason, ...]:
    """Return why nobody is ranked: how many were considered, and how many each gate and slot stopped."""
    if ranking.order.size:
        return ()
    if ranking.officials.size == 0:
        return (Reason("nobody-considered"),)
    reasons = [Reason("nobody-eligible", {"considered": int(ranking.officials.size)})]
    for gate in ranking.gates:
        for outcome, code in ((Outcome.FAIL, "nobody-gate-failed"), (Outcome.HOLD, "nobody-gate-held")):
            count = int((gate.outcome == outcome).sum())
            if count:
                reasons.append(Reason(code, {"gate": gate.rule.title or gate.rule.id, "count": count}))
    waiting = ranking.standing != Standing.FAILED
    for index, slot in enumerate(ranking.policy.slots):
        count = int((ranking.slots.held[:, index] & waiting).sum())
        if count:
            reasons.append(Reason("nobody-indicator-held", {"indicator": slot.code, "count": count}))
    return tuple(reasons)
