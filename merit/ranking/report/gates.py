"""Gates as values and words: the fact used, the threshold, and when time alone will meet the rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from merit.evidence import EDUCATION, EMPLOYMENT, PREDICATES
from merit.ranking.domain import GateKind, Ground, Outcome, RuleStatus, Unit, grade_code
from merit.ranking.engine.types import GateColumn, Ranking
from merit.ranking.report.evidence import EvidenceLink, gate_link

MICRO = 1_000_000
YEAR_DAYS = 365.25
_CENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    """One gate of one official. ``fact``, ``threshold``: plain values (text, number, mapping or None).

    ``verdict`` is what the rule says by itself; it differs from ``outcome`` where the rule may only inform.
    ``met_from``: the date from which time alone meets the rule.
    """

    id: str
    kind: GateKind
    title: str
    citation: str
    status: RuleStatus
    outcome: Outcome
    verdict: Outcome
    ground: Ground
    unit: Unit
    fact: Any
    threshold: Any
    met_from: dt.date | None
    evidence: EvidenceLink | None

    def as_json(self) -> dict[str, Any]:
        """Return the gate as the report's JSON; a rule that only informs adds what it would have said."""
        informs = {} if self.outcome is not Outcome.VERIFY else {"verdict": self.verdict.name}
        return {
            "id": self.id,
            "outcome": self.outcome.name,
            "fact": self.fact,
            "threshold": self.threshold,
            "citation": self.citation,
            "met_from": self.met_from.isoformat() if self.met_from else None,
            **informs,
        }


def gate_lines(ranking: Ranking, row: int) -> list[GateLine]:
    """Return every gate of one official, in the policy's order."""
    return [gate_line(gate, row) for gate in ranking.gates]


def gate_line(gate: GateColumn, row: int) -> GateLine:
    """Return one gate of one official."""
    date = gate.met_from[row]
    return GateLine(
        id=gate.rule.id,
        kind=gate.rule.kind,
        title=gate.rule.title,
        citation=gate.rule.citation,
        status=gate.rule.status,
        outcome=Outcome(gate.outcome[row]),
        verdict=Outcome(gate.verdict[row]),
        ground=Ground(gate.ground[row]),
        unit=gate.unit,
        fact=plain_fact(gate.unit, int(gate.fact[row])) if gate.known[row] else None,
        threshold=threshold_of(gate),
        met_from=None if np.isnat(date) else date.astype(object),
        evidence=gate_link(gate.rule.kind, int(gate.source[row])),
    )


def threshold_of(gate: GateColumn) -> Any:
    """Return the rule's threshold: in years for durations as the policy writes it, else the parameters."""
    if gate.threshold is None or gate.unit is Unit.DATE:
        return dict(gate.rule.params)
    if gate.unit is Unit.DAYS and "years" in gate.rule.params:
        years = float(gate.rule.params["years"])
        return int(years) if years.is_integer() else years
    return plain_fact(gate.unit, gate.threshold)


def plain_fact(unit: Unit, value: int) -> Any:
    """Return a stored fact as people write it; days become years (365.25 days), cut to two places."""
    return _PLAIN[unit](value)


def _named(names: tuple[str, ...], offset: int = 0) -> Callable[[int], Any]:
    return lambda value: names[value - offset] if 0 <= value - offset < len(names) else None


def _fraction(value: int) -> float | int:
    return value // MICRO if value % MICRO == 0 else value / MICRO


_PLAIN: Mapping[Unit, Callable[[int], Any]] = MappingProxyType(
    {
        Unit.EMPLOYMENT: _named(EMPLOYMENT),
        Unit.EDUCATION: _named(EDUCATION),
        Unit.GRADE: grade_code,
        Unit.DAYS: lambda days: int(days / YEAR_DAYS * _CENT) / _CENT,
        Unit.AGE: int,
        Unit.PREDICATE: _named(PREDICATES, 1),
        Unit.PERCENT: _fraction,
        Unit.LEVEL: int,
        Unit.SHARE: _fraction,
        Unit.COUNT: int,
        Unit.DATE: lambda days: (dt.date(1970, 1, 1) + dt.timedelta(days=days)).isoformat(),
    }
)
