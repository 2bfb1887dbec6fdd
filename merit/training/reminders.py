"""What training reminds of, day by day; every key holds the date or stage it stands for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.notices.domain import Recipient, stage_of, week_of
from merit.notices.queries import agency_admins, unit_admins
from merit.notices.reminders import source
from merit.notices.services.notices import Told
from merit.people.queries.units import load_tree
from merit.training.domain.duty import DUTY_HOURS
from merit.training.domain.states import HOLDS_PLACE, ClaimState, ClassState, EnrolmentState
from merit.training.models.certificates import CertificateClaim
from merit.training.models.classes import Enrolment, TrainingClass
from merit.training.models.evaluation import ReactionSlip, TransferRater
from merit.training.queries.duty import list_people
from merit.training.services.telling import OWN_PAGE, about_place

ANSWER_STAGES = (7, 2)  # days before a class begins
EVE = (1,)
TRANSFER_STAGES = (14, 3)  # days before the ratings close
REACTION_STAGES = (1, 7)  # days after the last day of a class
REACTION_DAYS = 30
DUTY_DAYS = ((7, 1), (10, 1), (12, 1))  # the agency's own habit, no figure of law
DUTY_PATIENCE = dt.timedelta(days=14)  # a run missed on the day is made up for within


@source("training.nominations")
def nominations(session: Session, today: dt.date) -> Iterator[Told]:
    """Tell unit admins once a week per class: nominations wait for the unit; admins: for the agency."""
    rows = session.execute(
        select(TrainingClass, Enrolment.unit_id, Enrolment.state, func.count())
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
        .where(
            TrainingClass.state == ClassState.OPEN,
            Enrolment.state.in_((EnrolmentState.NOMINATED, EnrolmentState.ENDORSED)),
        )
        .group_by(TrainingClass.id, Enrolment.unit_id, Enrolment.state)
    )
    admins, agency = unit_admins(session), agency_admins(session)
    courses: dict[int, TrainingClass] = {}
    counts: Counter[tuple[int, str, Recipient]] = Counter()
    for course, unit, state, count in rows:
        courses[course.id] = course
        for person in admins.get(unit, []) if state == EnrolmentState.NOMINATED else agency:
            counts[course.id, state, person] += count
    for (course_id, state, person), count in counts.items():
        course = courses[course_id]
        kind = "nomination-to-approve" if state == EnrolmentState.NOMINATED else "nomination-to-decide"
        yield Told(
            recipient=person,
            kind=kind,
            key=f"{kind}:{course.id}:{week_of(today)}",
            params={"course": course.name, "count": count},
            link=f"/pelatihan/kelas/{course.code}/peserta",
        )


@source("training.classes")
def classes(session: Session, today: dt.date) -> Iterator[Told]:
    """Tell those invited who have not answered, and those who come: the class begins tomorrow."""
    ahead = today + dt.timedelta(days=max(ANSWER_STAGES))
    rows = session.execute(
        select(Enrolment, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(
            TrainingClass.state == ClassState.OPEN,
            TrainingClass.starts.between(today, ahead),
            Enrolment.state.in_(HOLDS_PLACE),
        )
        .order_by(Enrolment.id)
    )
    for row, course in rows:
        left = (course.starts - today).days
        eve, answer = stage_of(left, EVE), stage_of(left, ANSWER_STAGES)
        if eve is not None:
            yield about_place(course, row, "class-tomorrow", f"eve:{course.starts}")
        elif answer is not None and row.state == EnrolmentState.INVITED:
            yield about_place(course, row, "class-answer-due", f"answer:{answer}:{course.starts}")


@source("training.reactions")
def reactions(session: Session, today: dt.date) -> Iterator[Told]:
    """Tell participants of a class that ended and who have not reacted: on the day after and a week later."""
    rows = session.execute(
        select(Enrolment, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .outerjoin(ReactionSlip, ReactionSlip.enrolment_id == Enrolment.id)
        .where(
            TrainingClass.state.in_((ClassState.OPEN, ClassState.CLOSED)),
            TrainingClass.ends.between(
                today - dt.timedelta(days=REACTION_DAYS), today - dt.timedelta(days=min(REACTION_STAGES))
            ),
            Enrolment.state.in_(HOLDS_PLACE),
            ReactionSlip.enrolment_id.is_(None),
        )
        .order_by(Enrolment.id)
    )
    for row, course in rows:
        stage = max(day for day in REACTION_STAGES if day <= (today - course.ends).days)
        yield Told(
            recipient=Recipient(official_id=row.official_id),
            kind="reaction-open",
            key=f"reaction:{row.id}:{stage}",
            params={"course": course.name},
            link=f"{OWN_PAGE}/{row.id}/tanggapan",
        )


@source("training.transfer")
def transfer(session: Session, today: dt.date) -> Iterator[Told]:
    """Tell raters of the use at work: when the window opens, 14 and 3 days before it closes; once per class."""
    rows = session.execute(
        select(TransferRater.official_id, TransferRater.closes, TrainingClass.id, TrainingClass.name)
        .join(Enrolment, Enrolment.id == TransferRater.enrolment_id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(TransferRater.answered_at.is_(None), TransferRater.opens <= today, TransferRater.closes >= today)
        .distinct()
    )
    for official, closes, course_id, name in rows:
        stage = stage_of((closes - today).days, TRANSFER_STAGES)
        yield Told(
            recipient=Recipient(official_id=official),
            kind="transfer-asked" if stage is None else "transfer-closing",
            key=f"transfer:{course_id}:{closes}:{'open' if stage is None else stage}",
            params={"course": name, "closes": closes.isoformat()},
            link="/saya/penerapan",
        )


@source("training.duty")
def duty(session: Session, today: dt.date) -> Iterator[Told]:
    """Tell on set days of the year PNS whose hours are short of the duty; PPPK learn their hours and nothing more."""
    on = duty_day(today)
    if on is None:
        return
    units = load_tree(session).by_id
    for show, kind in (("short", "duty-open"), ("exempt", "duty-informed")):
        for line in list_people(session, on.year, units, show):
            hours = {"year": str(on.year), "hours": _plain(line.hours)}
            short = {"short": _plain(line.short), "duty": _plain(DUTY_HOURS)} if show == "short" else {}
            yield Told(
                recipient=Recipient(official_id=line.official_id),
                kind=kind,
                key=f"duty:{on}",
                params=hours | short,
                link=OWN_PAGE,
            )


@source("training.claims")
def claims(session: Session, today: dt.date) -> Iterator[Told]:
    """Tell once a week that certificates from elsewhere wait for the unit, or for the agency."""
    rows = session.execute(
        select(CertificateClaim.unit_id, CertificateClaim.state, CertificateClaim.official_id).where(
            CertificateClaim.state.in_((ClaimState.SUBMITTED, ClaimState.VERIFIED))
        )
    ).all()
    admins, agency = unit_admins(session), agency_admins(session)
    to_verify = Counter(
        person
        for unit, state, holder in rows
        if state == ClaimState.SUBMITTED
        for person in admins.get(unit, [])
        if person.official_id != holder  # somebody else looks at one's own
    )
    to_accept = Counter(
        person
        for _unit, state, holder in rows
        if state == ClaimState.VERIFIED
        for person in agency
        if person.official_id != holder
    )
    yield from _weekly("claim-to-verify", to_verify, today, f"/pelatihan/klaim?keadaan={ClaimState.SUBMITTED}")
    yield from _weekly("claim-to-accept", to_accept, today, f"/pelatihan/klaim?keadaan={ClaimState.VERIFIED}")


def duty_day(today: dt.date) -> dt.date | None:
    """Return the set day of the year that is due, None between them."""
    days: Iterable[dt.date] = (dt.date(today.year, month, day) for month, day in DUTY_DAYS)
    return next((day for day in days if day <= today <= day + DUTY_PATIENCE), None)


def _weekly(kind: str, counts: Mapping[Recipient, int], today: dt.date, link: str) -> Iterator[Told]:
    for person, count in counts.items():
        yield Told(recipient=person, kind=kind, key=f"{kind}:{week_of(today)}", params={"count": count}, link=link)


def _plain(value: Any) -> int | float:
    """Return hours as JSON has them; the page writes them the way of the language."""
    return int(value) if value == int(value) else float(value)
