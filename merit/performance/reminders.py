"""What performance reminds of, day by day; every key holds the date or stage it stands for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.db import known
from merit.notices.domain import Recipient, stage_of, week_of
from merit.notices.queries import unit_admins
from merit.notices.reminders import source
from merit.notices.services.notices import Told
from merit.people.queries.units import load_tree
from merit.performance.domain.campaigns import CampaignState, InvitationState
from merit.performance.domain.complaints import SOON
from merit.performance.domain.cycle import SheetState, Step, cycle_period, last_day_to_object
from merit.performance.models import (
    AgreementTarget,
    AppraisalCycle,
    AppraisalSheet,
    AppraisalStep,
    Campaign,
    CampaignSubject,
    Invitation,
)
from merit.performance.queries.complaints import list_open
from merit.performance.services.telling import OWN_FEEDBACK

ACKNOWLEDGE_STAGES = (7, 2)  # days before the last day to object
RATING_STAGES = (14, 3)  # days before a cycle is due
DECISION_STAGES = (7, 14)  # days an objection has waited
CLOSING = (3,)  # days before a campaign ends
REPORT_STAGES = (10, 25)  # days after a quarter's end
REPORT_PATIENCE = 45


@source("performance.appraisals")
def appraisals(session: Session, today: dt.date) -> Iterator[Told]:
    """Tell officials whose appraisal waits to be accepted or objected to, before the days for it are over."""
    rows = session.scalars(
        select(AppraisalSheet)
        .join(AppraisalCycle, AppraisalCycle.id == AppraisalSheet.cycle_id)
        .where(AppraisalCycle.closed_at.is_(None), AppraisalSheet.state == SheetState.RATED)
    )
    for sheet in rows:
        last = last_day_to_object(sheet.handed_over or today)
        stage = stage_of((last - today).days, ACKNOWLEDGE_STAGES)
        if stage is not None:
            yield Told(
                recipient=Recipient(official_id=sheet.official_id),
                kind="appraisal-to-acknowledge",
                key=f"acknowledge:{sheet.id}:{last}:{stage}",
                params={"last": last.isoformat()},
                link=f"/saya/penilaian/{sheet.id}",
            )


@source("performance.ratings")
def ratings(session: Session, today: dt.date) -> Iterator[Told]:
    """Tell assessors with appraisals still to give, before a cycle is due."""
    rows = session.execute(
        select(AppraisalCycle, AppraisalSheet.assessor_id, func.count())
        .join(AppraisalSheet, AppraisalSheet.cycle_id == AppraisalCycle.id)
        .where(
            AppraisalCycle.closed_at.is_(None),
            AppraisalCycle.due.between(today, today + dt.timedelta(days=max(RATING_STAGES))),
            AppraisalSheet.state == SheetState.WAITING,
            AppraisalSheet.assessor_id.is_not(None),
        )
        .group_by(AppraisalCycle.id, AppraisalSheet.assessor_id)
    )
    for cycle, assessor, count in rows:
        stage = stage_of((cycle.due - today).days, RATING_STAGES)
        yield Told(
            recipient=Recipient(official_id=assessor),
            kind="appraisal-to-give",
            key=f"rate:{cycle.id}:{cycle.due}:{stage}",
            params={"count": count, "due": cycle.due.isoformat()},
            link="/saya/penilaian",
        )


@source("performance.objections")
def objections(session: Session, today: dt.date) -> Iterator[Told]:
    """Tell superiors' superiors with an objection to decide, a week and two weeks after it was made."""
    raised = (
        select(AppraisalStep.sheet_id, func.max(AppraisalStep.at).label("at"))
        .where(AppraisalStep.step == Step.OBJECT)
        .group_by(AppraisalStep.sheet_id)
        .subquery()
    )
    rows = session.execute(
        select(AppraisalSheet, raised.c.at)
        .join(raised, raised.c.sheet_id == AppraisalSheet.id)
        .where(AppraisalSheet.state == SheetState.OBJECTED, AppraisalSheet.reviewer_id.is_not(None))
    )
    for sheet, at in rows:
        day = clock.local(at).date()
        stage = max((stage for stage in DECISION_STAGES if stage <= (today - day).days), default=None)
        if stage is not None:
            yield Told(
                recipient=Recipient(official_id=sheet.reviewer_id),
                kind="objection-to-decide",
                key=f"decide:{sheet.id}:{day}:{stage}",
                params={"raised": day.isoformat()},
                link=f"/saya/penilaian/{sheet.id}",
            )


@source("performance.feedback")
def feedback(session: Session, today: dt.date) -> Iterator[Told]:
    """Tell raters who have not handed in: when a campaign begins and before it ends; not per subject."""
    rows = session.execute(
        select(Campaign.id, Campaign.name, Campaign.ends, Invitation.rater_id)
        .join(CampaignSubject, CampaignSubject.campaign_id == Campaign.id)
        .join(Invitation, Invitation.subject_id == CampaignSubject.id)
        .where(
            Campaign.state == CampaignState.OPEN,
            Campaign.starts <= today,
            Campaign.ends >= today,
            Invitation.state == InvitationState.INVITED,
        )
        .distinct()
    )
    for campaign, name, ends, rater in rows:
        stage = stage_of((ends - today).days, CLOSING)
        yield Told(
            recipient=Recipient(official_id=rater),
            kind="feedback-asked" if stage is None else "feedback-closing",
            key=f"feedback:{campaign}:{'asked' if stage is None else f'{ends}:{stage}'}",
            params={"campaign": name, "ends": ends.isoformat()},
            link=OWN_FEEDBACK,
        )


@source("performance.complaints")
def complaints(session: Session, today: dt.date) -> Iterator[Told]:
    """Tell unit admins of each open complaint near its deadline, and once a week how many are past it."""
    admins = unit_admins(session)
    late: Counter[Recipient] = Counter()
    for complaint in list_open(session, None, today):
        row, age = complaint.row, complaint.age
        people = admins.get(row.unit_id, [])
        if age.left < 0:
            late.update(people)
        elif age.left <= SOON:
            params = {"number": row.number, "deadline": age.deadline.isoformat()}
            key = f"complaint:{row.number[:60]}:{row.received}:{age.deadline}"
            yield from (
                Told(recipient=person, kind="complaint-due", key=key, params=params, link="/pengaduan/umur")
                for person in people
            )
    for person, count in late.items():
        key = f"complaint-late:{week_of(today)}"
        yield Told(recipient=person, kind="complaint-late", key=key, params={"count": count}, link="/pengaduan/umur")


@source("performance.achievements")
def achievements(session: Session, today: dt.date) -> Iterator[Told]:
    """Tell unit admins whose unit has not reported what it reached of its agreement, after a quarter's end."""
    year, quarter = _last_quarter(today)
    passed = (today - cycle_period(year, quarter)[1]).days
    stage = max((stage for stage in REPORT_STAGES if stage <= passed <= REPORT_PATIENCE), default=None)
    if stage is None:
        return
    rows = session.execute(
        select(AgreementTarget.unit_id, func.count())
        .where(
            known(AgreementTarget),
            AgreementTarget.year == year,
            AgreementTarget.quarter == quarter,
            AgreementTarget.realised.is_(None),
        )
        .group_by(AgreementTarget.unit_id)
    )
    admins, tree = unit_admins(session), load_tree(session)
    for unit, count in rows:
        for person in admins.get(unit, []):
            yield Told(
                recipient=person,
                kind="achievement-missing",
                key=f"achievement:{unit}:{year}Q{quarter}:{stage}",
                params={"unit": tree.name_of(unit), "quarter": str(quarter), "year": str(year), "count": count},
                link="/kinerja-unit",
            )


def _last_quarter(today: dt.date) -> tuple[int, int]:
    """Return year and number of the last quarter that has ended."""
    quarter = (today.month - 1) // 3
    return (today.year, quarter) if quarter else (today.year - 1, 4)
