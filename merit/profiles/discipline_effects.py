"""Which gates of the policies in force a disciplinary case would touch, and until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from merit.performance.domain.discipline import period_of
from merit.ranking.domain import GateKind
from merit.ranking.engine.calendar import shift_years
from merit.ranking.engine.types import GateRule
from merit.ranking.services.policies import list_in_force, load_policy
from merit.reference import load_punishments

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one gate would say on days from ``starts`` to ``ends`` (None: no end known).

    ``outcome``: FAIL, HOLD, or VERIFY where the rule itself only informs.
    """

    policy: str
    gate: str
    outcome: str
    starts: dt.date
    ends: dt.date | None
    citation: str


def preview_effects(
    session: Session, *, code: str, state: str, dated: dt.date, starts: dt.date | None, ends: dt.date | None
) -> list[Effect]:
    """Return the effects of a case on every policy in force, policies in the order of their list."""
    found: list[Effect] = []
    for version in list_in_force(session):
        for rule in _rules(load_policy(version).gates):
            effect = touch(version.title, rule, code=code, state=state, dated=dated, starts=starts, ends=ends)
            if effect is not None:
                found.append(effect)
    return found


def touch(
    policy: str, rule: GateRule, *, code: str, state: str, dated: dt.date, starts: dt.date | None, ends: dt.date | None
) -> Effect | None:
    """Return the effect of a case on one gate of the kind ``no_discipline``; None where it has none.

    A final punishment of a level named blocks while it is in force, or from its date for the look-back; a case
    under examination makes people wait, without an end that could be promised. The engine decides alike
    (``merit.ranking.engine.gates_records``).
    """
    if load_punishments()[code].level not in rule.params["levels"] or state == "dibatalkan":
        return None
    first, last = period_of(code, dated, starts, ends)
    if "lookback_years" in rule.params:
        following = shift_years(dated + _ONE_DAY, int(rule.params["lookback_years"]))
        first, last = dated, following - _ONE_DAY
    if state == "proses":
        first, last = dated, None
    outcome = "FAIL" if state == "final" else "HOLD"
    return Effect(
        policy=policy,
        gate=rule.id,
        outcome=outcome if rule.may_block else "VERIFY",
        starts=max(first, dated),
        ends=last,
        citation=rule.citation,
    )


def _rules(gates: Iterable[GateRule]) -> list[GateRule]:
    return [rule for rule in gates if rule.kind == GateKind.NO_DISCIPLINE]
