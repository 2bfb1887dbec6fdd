"""Small real rows for tests: every function adds one thing to the session and returns it.

Facts count as recorded at ``RECORDED`` unless told otherwise. Names, codes and NIPs are numbered, so that two
calls never collide; what a test is about it says itself.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from merit.assessment.models.results import CompetencyResult
from merit.evidence import COMPETENCIES
from merit.people.domain import parse_grade
from merit.people.models import (
    Assignment,
    AttendanceYear,
    Attestation,
    DisciplineFinding,
    GradePeriod,
    LeavePeriod,
    Official,
    OfficialRecord,
    OrgUnit,
    OrgUnitRecord,
    Position,
    PositionRecord,
    Post,
)
from merit.performance.domain import predicate_of
from merit.performance.models import Appraisal, Complaint, FeedbackRating, SatisfactionSurvey, UnitResult
from merit.ranking.models import Application, PolicyVersion, Vacancy, VacancyRecord
from merit.training.models import TrainingRecord

RECORDED = dt.datetime(2026, 1, 5, 3, 0, tzinfo=dt.UTC)
_numbers = count(1)


def day(text: str) -> dt.date:
    """Return the date written YYYY-MM-DD."""
    return dt.date.fromisoformat(text)


def add(session: Session, row: Any) -> Any:
    """Add one row, flush and return it; facts get their instant of recording."""
    if hasattr(row, "recorded_at") and row.recorded_at is None:
        row.recorded_at = RECORDED
    session.add(row)
    session.flush()
    return row


def supersede(session: Session, row: Any, *, at: dt.datetime) -> None:
    """End a fact: from ``at`` on it is no longer known."""
    row.superseded_at = at
    session.flush()


def make_nip(*, birth: str = "1985-04-17", start: str = "2010-01", sex: str = "L", number: int | None = None) -> str:
    """Return a valid NIP; ``start`` is the TMT month, or year and contract number for PPPK (2023-21)."""
    serial = number % 1000 if number else 100 + next(_numbers) % 800  # below and above stand the numbers of tests
    return f"{birth.replace('-', '')}{start.replace('-', '')}{'1' if sex == 'L' else '2'}{serial:03d}"


def make_unit(
    session: Session, *, code: str = "", name: str = "", parent: OrgUnit | None = None, **record: Any
) -> OrgUnit:
    """Add a unit with its record."""
    code = code or f"U{next(_numbers):04d}"
    unit: OrgUnit = add(session, OrgUnit(code=code))
    parent_id = None if parent is None else parent.id
    add(session, OrgUnitRecord(unit_id=unit.id, name=name or f"Unit {code}", parent_id=parent_id, **record))
    return unit


def make_position(
    session: Session,
    *,
    tier: str = "pengawas",
    unit: OrgUnit | None = None,
    leads: OrgUnit | None = None,
    code: str = "",
    name: str = "",
    **record: Any,
) -> Position:
    """Add a position with its record; ``leads`` is the unit it leads, ``m01=3`` … its standard."""
    code = code or f"J{next(_numbers):04d}"
    unit = unit or leads or make_unit(session)
    position: Position = add(session, Position(code=code))
    leads_id = None if leads is None else leads.id
    row = PositionRecord(
        position_id=position.id,
        name=name or f"Jabatan {code}",
        tier=tier,
        unit_id=unit.id,
        leads_unit_id=leads_id,
        **record,
    )
    add(session, row)
    return position


def make_official(
    session: Session,
    *,
    nip: str = "",
    position: Position | None = None,
    tier: str = "pengawas",
    since: str = "2020-01-01",
    grade: str = "III/c",
    grade_since: str = "2019-04-01",
    birth: str = "1985-04-17",
    sex: str = "L",
    employment: str = "PNS",
    education: str = "S1/D4",
    recorded_at: dt.datetime | None = None,
    **record: Any,
) -> Official:
    """Add an official with record, grade and present post in ``position`` (or in a new one of ``tier``)."""
    nip = nip or make_nip(birth=birth, sex=sex)
    position = position or make_position(session, tier=tier)
    held = session.query(PositionRecord).filter_by(position_id=position.id, superseded_at=None).one()
    official: Official = add(session, Official(nip=nip))
    ordinal = parse_grade(grade)
    details: dict[str, Any] = {
        "name": f"Pegawai {nip[-3:]}",
        "sex": sex,
        "birth_date": day(birth),
        "employment": employment,
        "grade": ordinal,
        "grade_since": day(grade_since),
        "education": education,
        "unit_id": held.unit_id,
        "position_id": position.id,
        "position_since": day(since),
        "tier": held.tier,
    }
    add(session, OfficialRecord(official_id=official.id, recorded_at=recorded_at, **(details | record)))
    add(
        session,
        GradePeriod(official_id=official.id, grade=ordinal, starts=day(grade_since), recorded_at=recorded_at),
    )
    make_post(session, official, position=position, starts=since, recorded_at=recorded_at)
    return official


def make_post(
    session: Session, official: Official, *, position: Position | None = None, starts: str, **details: Any
) -> Post:
    """Add a present post in a position, or (without one, giving ``tier``) a past post of the career file."""
    if position is None:
        row = Post(official_id=official.id, **{"origin": "career", "starts": day(starts)} | details)
        return add(session, row)
    held = session.query(PositionRecord).filter_by(position_id=position.id, superseded_at=None).one()
    defaults = {"origin": "present", "tier": held.tier, "title": held.name, "field": held.field}
    row = Post(
        official_id=official.id,
        position_id=position.id,
        unit_id=held.unit_id,
        starts=day(starts),
        **(defaults | details),
    )
    return add(session, row)


def make_appraisal(
    session: Session, official: Official, year: int, *, result: int = 2, behaviour: int = 2, **details: Any
) -> Appraisal:
    """Add the SKP of one year; the predicate follows from the ratings."""
    row = Appraisal(
        official_id=official.id,
        year=year,
        result_rating=result,
        behaviour_rating=behaviour,
        predicate=predicate_of(result, behaviour),
        **details,
    )
    return add(session, row)


def make_result(
    session: Session,
    official: Official,
    competency: str,
    level: int | None,
    *,
    dated: str = "2025-06-01",
    **details: Any,
) -> CompetencyResult:
    """Add one competency result, accredited and valid for three years unless told otherwise."""
    start = day(dated)
    defaults: dict[str, Any] = {
        "provider": "Puspenkom",
        "method": "asesmen",
        "accreditation": "A",
        "valid_until": start.replace(year=start.year + 3),
    }
    row = CompetencyResult(
        official_id=official.id, competency=competency, level=level, dated=start, **(defaults | details)
    )
    return add(session, row)


def make_results(session: Session, official: Official, levels: int = 3, **details: Any) -> list[CompetencyResult]:
    """Add results of one level on all nine competencies."""
    return [make_result(session, official, code, levels, **details) for code in COMPETENCIES]


def make_training(
    session: Session, official: Official, *, ends: str = "2025-05-30", hours: str = "20", **details: Any
) -> TrainingRecord:
    """Add a training attended."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "name": f"Pelatihan {number}",
        "provider": "BPSDM",
        "starts": day(ends),
        "certificate_number": f"S{number}",
    }
    row = TrainingRecord(official_id=official.id, ends=day(ends), learning_hours=Decimal(hours), **(defaults | details))
    return add(session, row)


def make_feedback(
    session: Session,
    official: Official,
    group: str,
    *scores: str | int,
    year: int = 2025,
    aspect: str = "loyal",
    **details: Any,
) -> list[FeedbackRating]:
    """Add the marks of one rater group, one rater each."""
    return [
        add(
            session,
            FeedbackRating(
                official_id=official.id,
                year=year,
                rater=f"P{next(_numbers)}",
                rater_group=group,
                aspect=aspect,
                score=Decimal(str(score)),
                **details,
            ),
        )
        for score in scores
    ]


def make_unit_result(session: Session, unit: OrgUnit, year: int, achievement: str, **details: Any) -> UnitResult:
    """Add a unit's achievement of its performance agreement, in percent."""
    return add(session, UnitResult(unit_id=unit.id, year=year, achievement=Decimal(achievement), **details))


def make_complaint(
    session: Session,
    unit: OrgUnit,
    received: str,
    *,
    kind: str = "normatif",
    answered: str | None = None,
    closed: str | None = None,
    reopened: str | None = None,
    **details: Any,
) -> Complaint:
    """Add a public complaint."""
    row = Complaint(
        number=details.pop("number", f"ADU-{next(_numbers)}"),
        unit_id=unit.id,
        kind=kind,
        received=day(received),
        answered=None if answered is None else day(answered),
        closed=None if closed is None else day(closed),
        reopened=None if reopened is None else day(reopened),
        **details,
    )
    return add(session, row)


def make_survey(session: Session, unit: OrgUnit, period: str, score: str, **details: Any) -> SatisfactionSurvey:
    """Add a satisfaction index; ``respondents`` and ``deviation`` give its standard error."""
    return add(session, SatisfactionSurvey(unit_id=unit.id, period=period, score=Decimal(score), **details))


def make_finding(
    session: Session, official: Official, code: str, *, dated: str, state: str = "final", **details: Any
) -> DisciplineFinding:
    """Add a disciplinary finding."""
    row = DisciplineFinding(
        official_id=official.id,
        code=code,
        decree_number=details.pop("decree_number", f"SK-{next(_numbers)}"),
        dated=day(dated),
        state=state,
        **details,
    )
    return add(session, row)


def make_attendance(session: Session, official: Official, year: int, days: int, **details: Any) -> AttendanceYear:
    """Add the unexcused days of one year."""
    return add(session, AttendanceYear(official_id=official.id, year=year, unexcused_days=days, **details))


def make_assignment(
    session: Session, official: Official, *, offered: str, response: str | None = "diterima", **details: Any
) -> Assignment:
    """Add an assignment offered and its answer."""
    name = details.pop("name", f"Satuan tugas {next(_numbers)}")
    return add(
        session,
        Assignment(official_id=official.id, name=name, offered=day(offered), response=response, **details),
    )


def make_leave(
    session: Session, official: Official, kind: str, starts: str, ends: str | None, **details: Any
) -> LeavePeriod:
    """Add a leave."""
    end = None if ends is None else day(ends)
    return add(session, LeavePeriod(official_id=official.id, kind=kind, starts=day(starts), ends=end, **details))


def make_attestation(
    session: Session, official: Official, fact: str, *, dated: str, until: str | None = None, **details: Any
) -> Attestation:
    """Add an attested fact."""
    valid = None if until is None else day(until)
    return add(session, Attestation(official_id=official.id, fact=fact, dated=day(dated), valid_until=valid, **details))


def make_policy(session: Session, *, code: str = "", document: str = "{}", **details: Any) -> PolicyVersion:
    """Add an active policy version holding the canonical JSON ``document``."""
    defaults: dict[str, Any] = {
        "number": 1,
        "title": "Kebijakan uji",
        "sha256": "0" * 64,
        "state": "active",
        "in_force_from": day("2026-01-01"),
    }
    code = code or f"kebijakan-{next(_numbers)}"
    return add(session, PolicyVersion(code=code, document=document, **(defaults | details)))


def make_vacancy(
    session: Session, position: Position, *, code: str = "", as_of: str = "2026-06-01", **record: Any
) -> Vacancy:
    """Add a vacancy with its record, under ``policy_version_id`` or a new empty policy."""
    vacancy: Vacancy = add(session, Vacancy(code=code or f"LOWONGAN-{next(_numbers)}"))
    policy_version_id = record.pop("policy_version_id", None) or make_policy(session).id
    row = VacancyRecord(
        vacancy_id=vacancy.id,
        position_id=position.id,
        as_of=day(as_of),
        policy_version_id=policy_version_id,
        **record,
    )
    add(session, row)
    return vacancy


def make_application(
    session: Session, official: Official, vacancy: Vacancy, *, dated: str = "2026-05-20", **details: Any
) -> Application:
    """Add an application to an open selection."""
    row = Application(official_id=official.id, vacancy_id=vacancy.id, dated=day(dated), **details)
    return add(session, row)
