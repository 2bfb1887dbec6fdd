"""The appraisal of the last quarter in the demonstration: waiting, rated, accepted, lapsed, contested, decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.demo.crew import Crew, acting, days_ago
from merit.performance.domain import predicate_of
from merit.performance.domain.cycle import needs_reason
from merit.performance.models import AppraisalSheet
from merit.performance.services.cycles import assign_superiors, open_cycle
from merit.performance.services.sheets import (
    accept_appraisal,
    decide_objection,
    finish_lapsed,
    object_to_appraisal,
    rate_official,
)

OPENED, FIRST_RATED, ACCEPTED, THEN_RATED, OBJECTED, DECIDED = 26, 19, 15, 6, 3, 1  # days ago
EARLY, LATE, CONTESTED = 24, 14, 3
TEAM, TALKED = 5, 3
_LEADERS = ("jpt_pratama", "administrator")
_DUE = dt.timedelta(days=14)
_RATINGS = ((2, 2), (2, 2), (2, 3), (3, 2), (2, 2), (3, 3), (1, 2), (2, 2))  # result, behaviour (1-3)
REASONS = {
    True: "Target terlampaui pada tiga bulan berturut-turut, buktinya laporan bulanan.",
    False: "",
}
OBJECTION = "Dua laporan triwulan sudah saya serahkan tepat waktu dan belum ikut dinilai."


def appraise_quarter(session: Session, crew: Crew) -> tuple[int, ...]:
    """Open the last quarter and bring sheets into every state; return superior and reviewer of who signs in first."""
    with days_ago(OPENED) as day:
        year, quarter = _last_quarter(day)
        due = clock.today() + dt.timedelta(days=OPENED) + _DUE
        cycle = open_cycle(session, crew.admin, year=year, quarter=quarter, due=due)
        _choose_superiors(session, crew, cycle.id)
    sheets = _workable(session, cycle.id)
    chief, above, team = _team(sheets, crew)
    known = {one.id for one in team}
    others = [sheets[int(place)] for place in crew.draws.stream("sheets").order(len(sheets))] if sheets else []
    others = [one for one in others if one.id not in known and one.official_id not in crew.signed_in]
    first = [one for one in sheets if one.official_id in crew.signed_in[1:]]
    early, late = [*first, *others[:EARLY]], others[EARLY : EARLY + LATE]
    with days_ago(FIRST_RATED):
        _rate(session, early)
    with days_ago(ACCEPTED):
        for sheet in early[::2]:
            accept_appraisal(
                session, acting(session, sheet.official_id), sheet_id=sheet.id, row_version=sheet.row_version
            )
    with days_ago(THEN_RATED):
        _rate(session, [*team[:TALKED], *late])
    _contest(session, [*team[1:2], *late[:CONTESTED]])
    finish_lapsed(session, crew.admin, cycle_id=cycle.id)
    return tuple(one for one in (chief, above) if one is not None)


def _last_quarter(today: dt.date) -> tuple[int, int]:
    """Return the last quarter that was over on a day."""
    quarter = (today.month - 1) // 3
    return (today.year, quarter) if quarter else (today.year - 1, 4)


def _choose_superiors(session: Session, crew: Crew, cycle_id: int) -> None:
    """Choose by hand who appraises the one who signs in first, and some more, where the lines do not tell."""
    statement = select(AppraisalSheet).where(AppraisalSheet.cycle_id == cycle_id, AppraisalSheet.reviewer_id.is_(None))
    unknown = {one.official_id: one for one in session.scalars(statement.order_by(AppraisalSheet.official_id))}
    leaders = [one for tier in _LEADERS for one in crew.members.values() if one.tier == tier]
    if crew.signed_in[0] not in unknown or len(leaders) < len(_LEADERS):
        return
    above, chief = leaders[0], leaders[1]
    others = [one for one in unknown if one not in {*crew.signed_in, above.id, chief.id}]
    for official in (crew.signed_in[0], *others[:TEAM]):
        sheet = unknown[official]
        assign_superiors(
            session,
            crew.admin,
            sheet_id=sheet.id,
            row_version=sheet.row_version,
            assessor_nip=chief.nip,
            reviewer_nip=above.nip,
        )


def _workable(session: Session, cycle_id: int) -> Sequence[AppraisalSheet]:
    """Return the sheets for which both superiors are known."""
    statement = select(AppraisalSheet).where(
        AppraisalSheet.cycle_id == cycle_id,
        AppraisalSheet.assessor_id.is_not(None),
        AppraisalSheet.reviewer_id.is_not(None),
    )
    return session.scalars(statement.order_by(AppraisalSheet.official_id)).all()


def _team(sheets: Sequence[AppraisalSheet], crew: Crew) -> tuple[int | None, int | None, list[AppraisalSheet]]:
    """Return superior and reviewer of who signs in first, and the sheets of all they appraise together."""
    own = next((one for official in crew.signed_in for one in sheets if one.official_id == official), None)
    if own is None:
        return None, None, []
    beside = [
        one
        for one in sheets
        if (one.assessor_id, one.reviewer_id) == (own.assessor_id, own.reviewer_id)
        and one.official_id not in crew.signed_in
    ]
    return own.assessor_id, own.reviewer_id, [own, *beside]


def _rate(session: Session, sheets: Iterable[AppraisalSheet]) -> None:
    for sheet in sheets:
        result, behaviour = _RATINGS[sheet.official_id % len(_RATINGS)]
        rate_official(
            session,
            acting(session, sheet.assessor_id or 0),
            sheet_id=sheet.id,
            row_version=sheet.row_version,
            result=result,
            behaviour=behaviour,
            reason=REASONS[needs_reason(predicate_of(result, behaviour))],
        )


def _contest(session: Session, sheets: Sequence[AppraisalSheet]) -> None:
    """Object to some; the superior's superior has decided on the last one."""
    with days_ago(OBJECTED):
        for sheet in sheets:
            actor = acting(session, sheet.official_id)
            object_to_appraisal(session, actor, sheet_id=sheet.id, row_version=sheet.row_version, text=OBJECTION)
    with days_ago(DECIDED):
        for sheet in sheets[-1:] if len(sheets) > 1 else ():
            decide_objection(
                session,
                acting(session, sheet.reviewer_id or 0),
                sheet_id=sheet.id,
                row_version=sheet.row_version,
                result=2,
                behaviour=3,
                text="Kedua laporan terbukti diterima sebelum tenggat; perilaku dinilai di atas ekspektasi.",
            )
