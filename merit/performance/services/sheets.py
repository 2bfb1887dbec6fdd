"""What people do with one appraisal: rate, accept, object, decide; and what becomes of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.people.queries.record import get_official
from merit.performance.domain import format_predicate, predicate_of
from merit.performance.domain.cycle import (
    STEPS,
    WHOLE_YEAR,
    SheetState,
    Step,
    check_ratings,
    last_day_to_object,
    may_object,
    needs_reason,
)
from merit.performance.models import Appraisal, AppraisalCycle, AppraisalSheet, AppraisalStep
from merit.performance.queries.appraisals import get_sheet_row
from merit.performance.services.facts import write_fact
from merit.performance.services.telling import tell_sheet
from merit.security.permissions import Actor, Permission, is_granted

LONGEST_TEXT = 4_000


def rate_official(
    session: Session, actor: Actor, *, sheet_id: int, row_version: int, result: int, behaviour: int, reason: str = ""
) -> AppraisalSheet:
    """Rate an official as the superior and hand the appraisal over; the days to object begin anew.

    Raises
    ------
    InvalidInputError
        No reason is given for an extreme predicate.
    RuleViolationError
        The days to object to what was handed over before are gone.
    """
    sheet = _open_sheet(session, sheet_id, row_version)
    _require_part(actor, sheet.assessor_id)
    _require_step(sheet, Step.RATE)
    if sheet.handed_over is not None and not may_object(sheet.handed_over, clock.today()):
        # Nobody objected in time: it is final by law and only waits to be marked so.
        last = last_day_to_object(sheet.handed_over)
        raise RuleViolationError("appraisal-lapsed", last=last.strftime("%d-%m-%Y"))
    _set_ratings(sheet, result, behaviour, reason)
    sheet.state, sheet.handed_over = SheetState.RATED.value, clock.today()
    add_step(session, actor, sheet, Step.RATE, reason)
    return sheet


def accept_appraisal(session: Session, actor: Actor, *, sheet_id: int, row_version: int) -> AppraisalSheet:
    """Accept one's own appraisal: it is final, and no objection can follow."""
    sheet = _open_sheet(session, sheet_id, row_version)
    _require_part(actor, sheet.official_id)
    _require_step(sheet, Step.ACCEPT)
    add_step(session, actor, sheet, Step.ACCEPT)
    _finish(session, sheet)
    return sheet


def object_to_appraisal(
    session: Session, actor: Actor, *, sheet_id: int, row_version: int, text: str
) -> AppraisalSheet:
    """Object to one's own appraisal within the days the law gives, with reasons."""
    sheet = _open_sheet(session, sheet_id, row_version)
    _require_part(actor, sheet.official_id)
    _require_step(sheet, Step.OBJECT)
    if sheet.handed_over is not None and not may_object(sheet.handed_over, clock.today()):
        last = last_day_to_object(sheet.handed_over)
        raise RuleViolationError("appraisal-objection-late", last=last.strftime("%d-%m-%Y"))
    if not text.strip():
        raise InvalidInputError("appraisal-objection-text")
    sheet.state = SheetState.OBJECTED.value
    add_step(session, actor, sheet, Step.OBJECT, text)
    return sheet


def decide_objection(
    session: Session, actor: Actor, *, sheet_id: int, row_version: int, result: int, behaviour: int, text: str
) -> AppraisalSheet:
    """Decide on an objection as the superior's superior: keep the ratings or set others; final either way."""
    sheet = _open_sheet(session, sheet_id, row_version)
    _require_part(actor, sheet.reviewer_id)
    _require_step(sheet, Step.UPHOLD)
    if not text.strip():
        raise InvalidInputError("appraisal-decision-text")
    kept = (result, behaviour) == (sheet.result_rating, sheet.behaviour_rating)
    _set_ratings(sheet, result, behaviour, text)
    add_step(session, actor, sheet, Step.UPHOLD if kept else Step.CHANGE, text)
    _finish(session, sheet)
    return sheet


def finish_lapsed(session: Session, actor: Actor, *, cycle_id: int) -> int:
    """Make final what nobody objected to within the days the law gives; return how many."""
    if not is_granted(actor, Permission.APPRAISAL_MANAGE):
        raise NotAllowedError
    waiting = select(AppraisalSheet).where(
        AppraisalSheet.cycle_id == cycle_id, AppraisalSheet.state == SheetState.RATED.value
    )
    today, done = clock.today(), 0
    for sheet in session.scalars(waiting.with_for_update()).all():
        if sheet.handed_over is None or may_object(sheet.handed_over, today):
            continue
        add_step(session, actor, sheet, Step.LAPSE)
        _finish(session, sheet)
        done += 1
    return done


def record_appraisal(
    session: Session,
    actor: Actor,
    *,
    nip: str,
    year: int,
    result: int,
    behaviour: int,
    told: int | None = None,
    assessor: str = "",
) -> Appraisal:
    """Record a final appraisal made elsewhere, under the rules of the import.

    Raises
    ------
    RuleViolationError
        The predicate contradicts the matrix, the year is not over, it is one's own, a sheet is being worked on, or it
        became final here and somebody else than who runs the cycles would write over it.
    """
    if not is_granted(actor, Permission.APPRAISAL_RECORD):
        raise NotAllowedError
    official = get_official(session, actor, nip)
    if official.id == actor.official_id:
        raise RuleViolationError("appraisal-own")
    if dt.date(year, 12, 31) > clock.today():
        raise RuleViolationError("appraisal-year-open", year=year)
    _refuse_contradiction(result, behaviour, told)
    state = _state_in_cycle(session, official.id, year)
    if state in {SheetState.RATED, SheetState.OBJECTED}:
        raise RuleViolationError("appraisal-in-cycle", year=year)
    if state == SheetState.FINAL and not is_granted(actor, Permission.APPRAISAL_MANAGE):
        raise RuleViolationError("appraisal-final-here", year=year)
    fact = _write(session, official.id, year, (result, behaviour), assessor.strip())
    details = {"year": year, "result": result, "behaviour": behaviour, "predicate": fact.predicate}
    record(session, actor, action="appraisal:record", subject=f"official:{official.id}", details=details)
    return fact


def _state_in_cycle(session: Session, official_id: int, year: int) -> str | None:
    statement = (
        select(AppraisalSheet.state)
        .join(AppraisalCycle, AppraisalCycle.id == AppraisalSheet.cycle_id)
        .where(
            AppraisalSheet.official_id == official_id,
            AppraisalCycle.year == year,
            AppraisalCycle.quarter == WHOLE_YEAR,
        )
    )
    return session.scalar(statement)


def lock_sheet(session: Session, sheet_id: int, *, row_version: int) -> AppraisalSheet:
    """Return a sheet to be changed; refuse when it changed since it was read."""
    sheet = session.get(AppraisalSheet, sheet_id, with_for_update=True, populate_existing=True)
    if sheet is None:
        raise NotFoundError("appraisal-sheet-unknown")
    if sheet.row_version != row_version:
        raise ConflictError("changed-meanwhile")
    return sheet


def add_step(session: Session, actor: Actor, sheet: AppraisalSheet, step: Step, text: str = "") -> None:
    """Keep a step of a sheet, in its own list and in the audit chain."""
    sheet.row_version += 1
    session.add(
        AppraisalStep(
            sheet_id=sheet.id,
            step=step.value,
            result_rating=sheet.result_rating,
            behaviour_rating=sheet.behaviour_rating,
            text=text.strip(),
            by_id=actor.user_id,
            at=clock.now(),
        )
    )
    session.flush()
    details = {"state": sheet.state, "result": sheet.result_rating, "behaviour": sheet.behaviour_rating}
    record(session, actor, action=f"appraisal:{step}", subject=f"appraisal_sheet:{sheet.id}", details=details)
    tell_sheet(session, actor, sheet, step)


def _open_sheet(session: Session, sheet_id: int, row_version: int) -> AppraisalSheet:
    sheet = lock_sheet(session, sheet_id, row_version=row_version)
    cycle = session.get_one(AppraisalCycle, sheet.cycle_id)
    if cycle.closed_at is not None:
        raise RuleViolationError("appraisal-cycle-closed")
    return sheet


def _require_part(actor: Actor, official_id: int | None) -> None:
    # Whoever has no part in a sheet learns nothing about it.
    if (
        actor.official_id is None
        or actor.official_id != official_id
        or not is_granted(actor, Permission.APPRAISAL_RATE)
    ):
        raise NotFoundError("appraisal-sheet-unknown")


def _require_step(sheet: AppraisalSheet, step: Step) -> None:
    if step not in STEPS[SheetState(sheet.state)]:
        raise RuleViolationError(f"appraisal-state-{sheet.state}")


def _set_ratings(sheet: AppraisalSheet, result: int, behaviour: int, reason: str) -> None:
    _refuse_contradiction(result, behaviour, None)
    predicate = predicate_of(result, behaviour)
    if len(reason) > LONGEST_TEXT:
        raise InvalidInputError("appraisal-text-long", maximum=LONGEST_TEXT)
    if needs_reason(predicate) and not reason.strip():
        raise InvalidInputError("appraisal-reason-needed", predicate=format_predicate(predicate))
    sheet.result_rating, sheet.behaviour_rating, sheet.predicate = result, behaviour, predicate


def _refuse_contradiction(result: int, behaviour: int, told: int | None) -> None:
    problem = check_ratings(result, behaviour, told=told)
    if problem == "predicate-contradicts":
        raise RuleViolationError("appraisal-against-matrix", expected=format_predicate(predicate_of(result, behaviour)))
    if problem:
        raise InvalidInputError(problem)


def _finish(session: Session, sheet: AppraisalSheet) -> None:
    sheet.state = SheetState.FINAL.value
    row = get_sheet_row(session, sheet.id)
    # Of a quarter no yearly fact follows: it guides the year's appraisal.
    if row.quarter == WHOLE_YEAR and sheet.result_rating and sheet.behaviour_rating:
        fact = _write(session, sheet.official_id, row.year, (sheet.result_rating, sheet.behaviour_rating), row.assessor)
        sheet.fact_id = fact.id
    session.flush()


def _write(session: Session, official_id: int, year: int, ratings: tuple[int, int], assessor: str) -> Appraisal:
    return write_fact(
        session,
        Appraisal,
        key={"official_id": official_id, "year": year},
        values={
            "result_rating": ratings[0],
            "behaviour_rating": ratings[1],
            "predicate": predicate_of(*ratings),
            "assessor": assessor,
        },
    )
