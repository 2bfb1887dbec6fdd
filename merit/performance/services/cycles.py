"""Open a cycle of appraisal, keep its list of officials complete, choose who appraises, close it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.db import known
from merit.errors import InvalidInputError, NotAllowedError, RuleViolationError
from merit.people.models import OfficialRecord
from merit.people.queries.record import get_official
from merit.performance.domain.cycle import STEPS, SheetState, Step, cycle_period
from merit.performance.domain.superiors import find_superior
from merit.performance.models import AppraisalCycle, AppraisalSheet, AppraisalStep
from merit.performance.queries.appraisals import get_cycle, get_sheet_in_scope
from merit.performance.queries.superiors import load_lines
from merit.performance.services.sheets import add_step, lock_sheet
from merit.security.permissions import Actor, Permission, is_granted

_CHUNK = 2_000


def open_cycle(session: Session, actor: Actor, *, year: int, quarter: int, due: dt.date) -> AppraisalCycle:
    """Open a year (quarter 0) or a quarter for appraisal and make a sheet for every official.

    Raises
    ------
    InvalidInputError
        The period has not begun, or the last day lies before its end.
    RuleViolationError
        The same period is open or was.
    """
    _require(actor, Permission.APPRAISAL_MANAGE)
    starts, ends = cycle_period(year, quarter)
    if starts > clock.today():
        raise InvalidInputError("appraisal-cycle-future")
    if due < ends:
        raise InvalidInputError("appraisal-cycle-due", ends=ends.strftime("%d-%m-%Y"))
    same = select(AppraisalCycle.id).where(AppraisalCycle.year == year, AppraisalCycle.quarter == quarter)
    if session.scalar(same) is not None:
        raise RuleViolationError("appraisal-cycle-twice")
    cycle = AppraisalCycle(year=year, quarter=quarter, due=due, opened_by=actor.user_id, opened_at=clock.now())
    session.add(cycle)
    session.flush()
    added = _fill(session, cycle)
    _note(session, actor, cycle, "open-cycle", sheets=added)
    return cycle


def fill_cycle(session: Session, actor: Actor, *, cycle_id: int) -> int:
    """Add officials who came since, and superiors where none was known; return how many sheets were added."""
    _require(actor, Permission.APPRAISAL_MANAGE)
    cycle = get_open_cycle(session, cycle_id)
    added = _fill(session, cycle)
    _note(session, actor, cycle, "fill-cycle", sheets=added)
    return added


def close_cycle(session: Session, actor: Actor, *, cycle_id: int) -> AppraisalCycle:
    """Close a cycle; what was handed over must be final first, what was never rated stays without a result."""
    _require(actor, Permission.APPRAISAL_MANAGE)
    cycle = get_open_cycle(session, cycle_id)
    tally = select(AppraisalSheet.state, func.count()).where(AppraisalSheet.cycle_id == cycle_id)
    counts = dict(session.execute(tally.group_by(AppraisalSheet.state)).all())
    going_on = counts.get(SheetState.RATED.value, 0) + counts.get(SheetState.OBJECTED.value, 0)
    if going_on:
        raise RuleViolationError("appraisal-cycle-unfinished", count=going_on)
    cycle.closed_at = clock.now()
    session.flush()
    _note(session, actor, cycle, "close-cycle", unrated=counts.get(SheetState.WAITING.value, 0))
    return cycle


def assign_superiors(
    session: Session, actor: Actor, *, sheet_id: int, row_version: int, assessor_nip: str, reviewer_nip: str
) -> AppraisalSheet:
    """Choose who appraises an official and who decides on an objection; either may be left open.

    The people chosen need not serve in the actor's units: superiors of a head of unit never do.
    """
    _require(actor, Permission.APPRAISAL_RECORD)
    row = get_sheet_in_scope(session, actor, sheet_id)
    sheet = lock_sheet(session, sheet_id, row_version=row_version)
    get_open_cycle(session, sheet.cycle_id)
    if Step.ASSIGN not in STEPS[SheetState(sheet.state)]:
        raise RuleViolationError("appraisal-final")
    assessor, reviewer = (_find_person(session, nip) for nip in (assessor_nip, reviewer_nip))
    if row.official_id in (assessor, reviewer) or (actor.official_id == row.official_id):
        raise RuleViolationError("appraisal-own")
    chosen = {(assessor, sheet.assessor_id), (reviewer, sheet.reviewer_id)}
    if any(new == actor.official_id and new not in {None, former} for new, former in chosen):
        raise RuleViolationError("appraisal-chooses-oneself")
    if assessor is not None and assessor == reviewer:
        raise RuleViolationError("appraisal-one-person")
    if sheet.state != SheetState.WAITING and assessor != sheet.assessor_id:
        raise RuleViolationError("appraisal-assessor-kept")
    is_rater = actor.official_id is not None and actor.official_id == sheet.assessor_id
    if is_rater and sheet.state != SheetState.WAITING and reviewer != sheet.reviewer_id:
        raise RuleViolationError("appraisal-own-reviewer")
    sheet.assessor_id, sheet.reviewer_id = assessor, reviewer
    add_step(session, actor, sheet, Step.ASSIGN)
    return sheet


def get_open_cycle(session: Session, cycle_id: int) -> AppraisalCycle:
    """Return a cycle in which work may go on; refuse otherwise."""
    cycle = get_cycle(session, cycle_id)
    if cycle.closed_at is not None:
        raise RuleViolationError("appraisal-cycle-closed")
    return cycle


def _fill(session: Session, cycle: AppraisalCycle) -> int:
    lines = load_lines(session)
    there = set(session.scalars(select(AppraisalSheet.official_id).where(AppraisalSheet.cycle_id == cycle.id)))
    placed = session.execute(select(OfficialRecord.official_id, OfficialRecord.unit_id).where(known(OfficialRecord)))
    rows = []
    for official_id, unit_id in placed:
        if official_id in there:
            continue
        assessor = find_superior(official_id, lines)
        reviewer = None if assessor is None else find_superior(assessor, lines)
        rows.append(
            {
                "cycle_id": cycle.id,
                "official_id": official_id,
                "unit_id": unit_id,
                "assessor_id": assessor,
                "reviewer_id": None if reviewer == official_id else reviewer,
                "state": SheetState.WAITING.value,
            }
        )
    for start in range(0, len(rows), _CHUNK):
        session.execute(insert(AppraisalSheet), rows[start : start + _CHUNK])
    open_ones = select(AppraisalSheet).where(
        AppraisalSheet.cycle_id == cycle.id,
        AppraisalSheet.state == SheetState.WAITING.value,
        AppraisalSheet.assessor_id.is_(None),
        AppraisalSheet.id.not_in(select(AppraisalStep.sheet_id)),
    )
    for sheet in session.scalars(open_ones) if there else ():
        sheet.assessor_id = find_superior(sheet.official_id, lines)
        reviewer = None if sheet.assessor_id is None else find_superior(sheet.assessor_id, lines)
        sheet.reviewer_id = None if reviewer == sheet.official_id else reviewer
    session.flush()
    return len(rows)


def _find_person(session: Session, nip: str) -> int | None:
    if not nip:
        return None
    everybody = Actor(unit_ids=None)  # superiors come from anywhere in the agency
    return get_official(session, everybody, nip).id


def _require(actor: Actor, permission: Permission) -> None:
    if not is_granted(actor, permission):
        raise NotAllowedError


def _note(session: Session, actor: Actor, cycle: AppraisalCycle, verb: str, **details: object) -> None:
    told = {"year": cycle.year, "quarter": cycle.quarter, **details}
    record(session, actor, action=f"appraisal:{verb}", subject=f"appraisal_cycle:{cycle.id}", details=told)
