"""Compute the index of everybody on a date and keep it, once and for good."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import NotAllowedError, RuleViolationError
from merit.ranking.professionalism.domain.index import Index, compute_index
from merit.ranking.professionalism.domain.rules import Rules, corrected_rules
from merit.ranking.professionalism.domain.tally import Tally, tally_of
from merit.ranking.professionalism.models import ProfessionalismLine, ProfessionalismRun
from merit.ranking.professionalism.queries.evidence import Recorded, Scope, load_recorded
from merit.ranking.professionalism.queries.runs import find_run_of
from merit.ranking.professionalism.services.rules import decimals, rules_on, texts
from merit.security.permissions import Actor, Permission, is_granted

OLDEST_YEARS = 10
TELL_EVERY = 500
_CHUNK = 5_000
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A computation before it is kept: its row without id, and its lines without their computation."""

    run: dict[str, Any]
    lines: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A computation in the database; ``is_new`` is false where the same one stood there already."""

    run: ProfessionalismRun
    is_new: bool


def check_date(as_of: dt.date) -> None:
    """Raise :class:`merit.errors.RuleViolationError` for a date that cannot be computed."""
    today = clock.today()
    if as_of > today:
        raise RuleViolationError("ipasn-future")
    if as_of.year < today.year - OLDEST_YEARS:
        raise RuleViolationError("ipasn-too-old", year=today.year - OLDEST_YEARS)


def require_manager(actor: Actor) -> None:
    """Raise :class:`merit.errors.NotAllowedError` unless the actor may compute the index."""
    if not is_granted(actor, Permission.PROFESSIONALISM_MANAGE):
        raise NotAllowedError


def compute_run(session: Session, actor: Actor, *, as_of: dt.date, tell: Tell | None = None) -> Computed:
    """Compute everybody's index from what is known now; ``tell`` hears how many people are done."""
    require_manager(actor)
    check_date(as_of)
    rules, known_at = rules_on(session, as_of), clock.now()
    digest = hashlib.sha256(f"{as_of} {rules.sha256}\n".encode())
    tallies: dict[tuple[int, str], Tally] = defaultdict(Tally)
    lines = []
    for recorded in load_recorded(session, Scope(as_of=as_of, known_at=known_at), rules):
        index = compute_index(recorded.person, rules, as_of)
        line = _line(recorded, index)
        digest.update(_canonical(recorded.nip, line))
        tallies[recorded.unit_id, recorded.employment] += tally_of(index)
        lines.append(line)
        if tell is not None and len(lines) % TELL_EVERY == 0:
            tell(len(lines))
    run = {
        "as_of": as_of,
        "known_at": known_at,
        "rules_number": rules.number,
        "rules_sha256": rules.sha256,
        "rules_basis": _basis(rules),
        "figures": texts(rules),
        "result_sha256": digest.hexdigest(),
        "people": len(lines),
        "tallies": [[unit_id, who, tally.numbers] for (unit_id, who), tally in sorted(tallies.items())],
        "computed_at": known_at,
        "user_id": actor.user_id,
    }
    return Computed(run=run, lines=lines)


def store_run(session: Session, actor: Actor, *, computed: Computed) -> Kept:
    """Keep a computation; where the newest of its date says the same with the same figures, that one stands."""
    require_manager(actor)
    former = find_run_of(session, computed.run["as_of"])
    if former is not None and former.result_sha256 == computed.run["result_sha256"]:
        return Kept(run=former, is_new=False)
    run = ProfessionalismRun(**computed.run)
    session.add(run)
    session.flush()
    for first in range(0, len(computed.lines), _CHUNK):
        rows = [{**line, "run_id": run.id} for line in computed.lines[first : first + _CHUNK]]
        session.execute(insert(ProfessionalismLine), rows)
    details = {
        "as_of": run.as_of.isoformat(),
        "people": run.people,
        "rules_sha256": run.rules_sha256,
        "result_sha256": run.result_sha256,
    }
    record(session, actor, action="professionalism:compute", subject=f"ipasn:{run.id}", details=details)
    return Kept(run=run, is_new=True)


def rules_of_run(run: ProfessionalismRun) -> Rules:
    """Return the figures a computation was made with."""
    return corrected_rules(decimals(run.figures), number=run.rules_number, basis=run.rules_basis)


def _line(recorded: Recorded, index: Index) -> dict[str, Any]:
    qualification, competence, performance, discipline = index.dimensions
    return {
        "official_id": recorded.official_id,
        "unit_id": recorded.unit_id,
        "employment": recorded.employment,
        "job_group": recorded.person.group,
        "qualification": qualification.low,
        "competence_low": competence.low,
        "competence_high": competence.high,
        "performance_low": performance.low,
        "performance_high": performance.high,
        "discipline": discipline.low,
        "low": index.low,
        "high": index.high,
        "category": index.category,
        "missing": int(index.missing),
        "gaps": int(index.gaps),
        "hours": index.hours,
    }


def _canonical(nip: str, line: dict[str, Any]) -> bytes:
    """Return a line as bytes that are the same on every database: without ids, numbers in their shortest form."""
    said = {name: value for name, value in line.items() if name not in {"official_id", "unit_id"}}
    return json.dumps([nip, said], sort_keys=True, default=lambda value: f"{value.normalize():f}").encode() + b"\n"


def _basis(rules: Rules) -> str:
    return next((figure.citation for figure in rules.figures.values() if figure.status == "local"), "")
