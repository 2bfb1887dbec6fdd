"""Units in the present year of the demonstration: agreements by quarter, complaints, satisfaction, own holidays."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.demo.accounts import OPD_UNIT
from merit.demo.crew import Crew
from merit.demo.learning import workday
from merit.performance.domain import national_holidays
from merit.performance.domain.complaints import Case, Step
from merit.performance.domain.satisfaction import SKM_ELEMENTS
from merit.performance.models import AgreementTarget
from merit.performance.services.complaints import ComplaintInput, record_complaint, take_step
from merit.performance.services.holidays import add_holiday
from merit.performance.services.units import Survey, Target, record_achievement, record_survey, record_target
from merit.security.permissions import Actor

# Diskominfo, Disdukcapil, DPMPTSP, and a district.
UNITS = (OPD_UNIT, "1.02.06.01", "1.02.12.01", "6.00.01.02")
INDICATORS = (
    ("Persentase layanan tepat waktu", "persen", (90, 91, 93, 95), False),
    ("Rata-rata waktu layanan", "menit", (30, 28, 26, 25), True),
    ("Realisasi program prioritas", "persen", (20, 45, 70, 92), False),
)
# Number, class, channel, days ago received, then (step, days after receipt).
COMPLAINTS = (
    ("01", "normatif", "digital", 2, ()),
    ("02", "normatif", "SP4N-LAPOR", 6, ((Step.ANSWER, 1),)),
    ("03", "normatif", "langsung", 16, ((Step.ANSWER, 2),)),
    ("04", "tanpa_pengawasan", "SP4N-LAPOR", 19, ()),
    ("05", "normatif", "digital", 40, ((Step.ANSWER, 0), (Step.CLOSE, 4))),
    ("06", "normatif", "digital", 44, ((Step.ANSWER, 3), (Step.CLOSE, 17))),
    ("07", "pengawasan", "SP4N-LAPOR", 58, ((Step.ANSWER, 1),)),
    ("08", "tanpa_pengawasan", "langsung", 51, ((Step.CLOSE, 9), (Step.REOPEN, 20))),
    ("09", "normatif", "digital", 62, ((Step.ANSWER, 1), (Step.CLOSE, 3), (Step.REOPEN, 12), (Step.CLOSE, 18))),
)


def record_units(session: Session, crew: Crew) -> int:
    """Record what units report in the present year; return how many figures and complaints there are."""
    units = [unit for unit in map(crew.tree.find, UNITS) if unit is not None]
    _close_office(session, crew)
    done = 0
    for number, unit in enumerate(units):
        own = unit.code == OPD_UNIT
        actor = crew.unit_admin if own else crew.admin
        done += _agree(session, actor, unit.id, number)
        done += _survey(session, actor, unit.id, number)
        done += _complaints(session, actor, unit.id, unit.code, many=own)
    return done


def _agree(session: Session, actor: Actor, unit_id: int, number: int) -> int:
    today = clock.today()
    over = (today.month - 1) // 3
    for name, measure, targets, lower in INDICATORS:
        quarters = {quarter: Decimal(figure) for quarter, figure in enumerate(targets, 1)}
        target = Target(
            name=name, measure=measure, source=f"Perjanjian Kinerja {today.year}", lower_is_better=lower,
            quarters=quarters,
        )  # fmt: skip
        record_target(session, actor, unit_id=unit_id, year=today.year, target=target)
    rows = session.scalars(
        select(AgreementTarget)
        .where(AgreementTarget.superseded_at.is_(None), AgreementTarget.unit_id == unit_id)
        .where(AgreementTarget.year == today.year, AgreementTarget.quarter <= over)
        .order_by(AgreementTarget.id)
    ).all()
    for place, row in enumerate(rows):
        percent = 94 + (7 * number + 5 * place) % 13
        realised = row.target * (200 - percent if row.lower_is_better else percent) / 100
        record_achievement(session, actor, target_id=row.id, realised=realised.quantize(Decimal("0.1")))
    return len(INDICATORS) + len(rows)


def _survey(session: Session, actor: Actor, unit_id: int, number: int) -> int:
    """Record the survey of the last half-year that is over."""
    today = clock.today()
    period = f"{today.year}-06" if today.month > 6 else f"{today.year - 1}-12"  # noqa: PLR2004 -- June
    means = {
        element: Decimal("3.20") + Decimal(5 * ((place + 2 * number) % 9)) / 100
        for place, element in enumerate(SKM_ELEMENTS)
    }
    survey = Survey(period=period, means=means, respondents=140 + 35 * number, deviation=Decimal("9.5"))
    record_survey(session, actor, unit_id=unit_id, survey=survey)
    return 1


def _complaints(session: Session, actor: Actor, unit_id: int, code: str, *, many: bool) -> int:
    """Record complaints at every stage; elsewhere than in the unit with an admin of its own only a few."""
    today = clock.today()
    told = COMPLAINTS if many else COMPLAINTS[::3]
    for place, kind, channel, days, steps in told:
        received = today - dt.timedelta(days=days)
        number = f"LAYANAN-{received.year}-{code}-{place}"
        case = Case(received=received)
        complaint = ComplaintInput(number=number, unit_id=unit_id, kind=kind, channel=channel, case=case)
        row = record_complaint(session, actor, complaint=complaint)
        for step, after in steps:
            on = received + dt.timedelta(days=after)
            outcome = "Selesai: layanan diberikan dan pelapor diberi tahu" if step is Step.CLOSE else ""
            row = take_step(session, actor, number=number, row_id=row.id, step=step, on=on, outcome=outcome)
    return len(told)


def _close_office(session: Session, crew: Crew) -> None:
    """Record two days on which the agency does not work: one that deadlines have passed over, one to come."""
    today = clock.today()
    for day, name in (
        (today - dt.timedelta(days=10), "Pemulihan jaringan pusat data (peragaan)"),
        (dt.date(today.year + 1, 2, 10), "Hari Jadi Kota Balikpapan (peragaan)"),
    ):
        free = workday(day)
        while free in national_holidays(free.year, free.year):
            free = workday(free + dt.timedelta(days=1))
        add_holiday(session, crew.admin, day=free, name=name, basis="Keputusan Wali Kota (contoh)")
