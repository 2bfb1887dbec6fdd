"""One official's index with everything behind it: as kept, and as it would be today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from merit import clock
from merit.errors import NotAllowedError, NotFoundError
from merit.people.queries.record import OfficialHead, get_official, get_official_by_id
from merit.ranking.professionalism.domain.index import Index, compute_index
from merit.ranking.professionalism.domain.rules import Rules
from merit.ranking.professionalism.models import ProfessionalismLine, ProfessionalismRun
from merit.ranking.professionalism.queries.evidence import Scope, load_recorded
from merit.ranking.professionalism.queries.runs import OwnLine, find_line, find_run, list_own_lines
from merit.ranking.professionalism.services.rules import rules_on
from merit.ranking.professionalism.services.runs import rules_of_run
from merit.security.permissions import Actor, Permission, is_granted


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An index with the rules it was made with; ``run`` None: computed just now, kept nowhere."""

    as_of: dt.date
    index: Index
    group: str
    rules: Rules
    run: ProfessionalismRun | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """What the page of one official shows.

    ``shown`` is the computation chosen, or today's where none holds the official; None: not in service on the date.
    ``today`` is what the records say today, where a computation is shown; ``history`` is newest first.
    ``kept`` are the bounds the computation holds where records that came in while it ran now say something else:
    the number kept stands, the parts shown are those of the records.
    """

    official: OfficialHead
    shown: Measured | None
    today: Measured | None
    history: Sequence[OwnLine]
    kept: tuple[Decimal, Decimal] | None = None


def view_official(session: Session, actor: Actor, *, nip: str, run_id: int | None = None) -> PersonView:
    """Return the page of an official within the actor's reach; raise :class:`merit.errors.NotFoundError` else."""
    if not is_granted(actor, Permission.PROFESSIONALISM_READ):
        raise NotAllowedError
    return _view(session, get_official(session, actor, nip), run_id)


def view_own(session: Session, actor: Actor) -> PersonView:
    """Return one's own page: what the records say today, and the computations one was part of."""
    if actor.official_id is None or not is_granted(actor, Permission.SELF_READ):
        raise NotFoundError("portal-no-official")
    head = get_official_by_id(session, actor, actor.official_id)
    today = _measure_today(session, head.id)
    return PersonView(official=head, shown=today, today=None, history=list_own_lines(session, head.id))


def _view(session: Session, head: OfficialHead, run_id: int | None) -> PersonView:
    run = find_run(session, run_id)
    today, history = _measure_today(session, head.id), list_own_lines(session, head.id)
    line = None if run is None else find_line(session, run.id, head.id)
    if run is None or (run_id is None and line is None):
        return PersonView(official=head, shown=today, today=None, history=history)
    scope = Scope(as_of=run.as_of, known_at=run.known_at, official_id=head.id)
    shown = _measure(session, scope, rules_of_run(run), run)
    kept = (line.low, line.high) if line is not None and not _agree(shown, line) else None
    return PersonView(official=head, shown=shown, today=today, history=history, kept=kept)


def _agree(shown: Measured | None, line: ProfessionalismLine) -> bool:
    return shown is not None and (shown.index.low, shown.index.high) == (line.low, line.high)


def _measure_today(session: Session, official_id: int) -> Measured | None:
    today = clock.today()
    return _measure(session, Scope(as_of=today, official_id=official_id), rules_on(session, today))


def _measure(session: Session, scope: Scope, rules: Rules, run: ProfessionalismRun | None = None) -> Measured | None:
    for recorded in load_recorded(session, scope, rules):
        index = compute_index(recorded.person, rules, scope.as_of)
        return Measured(as_of=scope.as_of, index=index, group=recorded.person.group, rules=rules, run=run)
    return None
