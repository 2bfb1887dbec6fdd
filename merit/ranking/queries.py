"""Selects of vacancies, runs and the people in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, defer
from sqlalchemy.orm.strategy_options import _AbstractLoad

from merit.db import known
from merit.errors import NotFoundError
from merit.evidence import COMPETENCIES
from merit.people.models import Official, OfficialRecord, OrgUnitRecord, Position, PositionRecord
from merit.ranking.models import PolicyVersion, RankingRun, Vacancy, VacancyRecord
from merit.reference import load_tier_standards

_CHUNK = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyView:
    """A vacancy as known, with its position and its frozen policy version."""

    vacancy: Vacancy
    record: VacancyRecord
    position_code: str
    position: PositionRecord
    version: PolicyVersion

    @property
    def code(self) -> str:
        """Code of the vacancy."""
        return self.vacancy.code

    @property
    def title(self) -> str:
        """Name of the position to be filled."""
        return self.position.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An official as shown beside a rank."""

    official_id: int
    nip: str
    name: str
    grade: int
    tier: str
    sex: str
    unit_id: int
    unit: str
    position: str


def own_standard(position: PositionRecord) -> dict[str, int]:
    """Return the levels the position itself asks for, by competency."""
    levels = {code: getattr(position, code.replace(".", "").lower()) for code in COMPETENCIES}
    return {code: level for code, level in levels.items() if level is not None}


def standard_of(position: PositionRecord) -> dict[str, int]:
    """Return the competency standard: the position's own levels, empty ones from the default of its tier.

    Competencies for which neither is known are left out.
    """
    default = load_tier_standards().get(position.tier)
    filled = {} if default is None or default.level is None else dict.fromkeys(COMPETENCIES, default.level)
    return filled | own_standard(position)


def get_vacancy(session: Session, code: str, *, known_at: dt.datetime | None = None) -> VacancyView:
    """Return a vacancy by code; raise :class:`NotFoundError`."""
    row = session.execute(_select_vacancies(known_at).where(Vacancy.code == code)).one_or_none()
    if row is None:
        raise NotFoundError("vacancy-unknown", code=code)
    return _view(row)


def list_vacancies(session: Session) -> list[VacancyView]:
    """Return all vacancies, newest as-of date first."""
    query = _select_vacancies(None).order_by(VacancyRecord.as_of.desc(), Vacancy.code)
    return [_view(row) for row in session.execute(query)]


def get_run(session: Session, code: str) -> RankingRun:
    """Return a run by code without its archives; raise :class:`NotFoundError`."""
    query = select(RankingRun).where(RankingRun.code == code.strip().upper()).options(*_without_archives())
    run = session.scalars(query).one_or_none()
    if run is None:
        raise NotFoundError("run-unknown", code=code)
    return run


def find_latest_run(session: Session, vacancy_id: int) -> RankingRun | None:
    """Return the newest run of a vacancy."""
    return next(iter(list_runs(session, vacancy_id=vacancy_id, limit=1)), None)


def list_runs(session: Session, *, vacancy_id: int | None = None, limit: int = 200) -> Sequence[RankingRun]:
    """Return runs, newest first, without their archives."""
    query = select(RankingRun).options(*_without_archives()).order_by(RankingRun.id.desc()).limit(limit)
    if vacancy_id is not None:
        query = query.where(RankingRun.vacancy_id == vacancy_id)
    return session.scalars(query).all()


def list_decisive_runs(session: Session, *, limit: int) -> Sequence[RankingRun]:
    """Return the newest run of each of the latest vacancies, without archives; simulations are left out."""
    decisive = ~RankingRun.header.contains('"simulation":true')
    newest = select(func.max(RankingRun.id).label("id")).where(decisive).group_by(RankingRun.vacancy_id)
    newest = newest.order_by(func.max(RankingRun.id).desc()).limit(limit)
    query = select(RankingRun).where(RankingRun.id.in_(select(newest.subquery().c.id)))
    return session.scalars(query.options(*_without_archives()).order_by(RankingRun.id.desc())).all()


def load_people(session: Session, officials: Iterable[int], *, at: dt.datetime | None = None) -> dict[int, Person]:
    """Return the officials by id as known at an instant (now)."""
    ids = [int(number) for number in officials]
    people: dict[int, Person] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        for row in session.execute(_select_people(at).where(Official.id.in_(chunk))):
            people[row.id] = Person(
                official_id=row.id,
                nip=row.nip,
                name=_full_name(row.title_before, row.name, row.title_after),
                grade=row.grade,
                tier=row.tier,
                sex=row.sex,
                unit_id=row.unit_id,
                unit=row.unit or "",
                position=row.position or "",
            )
    return people


def load_group_marks(session: Session, officials: Iterable[int], *, at: dt.datetime) -> dict[int, tuple[str, str, str]]:
    """Return (sex, kind of unit, "ya" or "tidak" for leading a unit) of officials by id as known at an instant."""
    ids = [int(number) for number in officials]
    marks: dict[int, tuple[str, str, str]] = {}
    query = (
        select(OfficialRecord.official_id, OfficialRecord.sex, OrgUnitRecord.kind, PositionRecord.leads_unit_id)
        .outerjoin(OrgUnitRecord, and_(OrgUnitRecord.unit_id == OfficialRecord.unit_id, known(OrgUnitRecord, at)))
        .outerjoin(
            PositionRecord, and_(PositionRecord.position_id == OfficialRecord.position_id, known(PositionRecord, at))
        )
        .where(known(OfficialRecord, at))
    )
    for start in range(0, len(ids), _CHUNK):
        for row in session.execute(query.where(OfficialRecord.official_id.in_(ids[start : start + _CHUNK]))):
            leads = "tidak" if row.leads_unit_id is None else "ya"
            marks[row.official_id] = (row.sex or "", row.kind or "", leads)
    return marks


def find_officials(
    session: Session, *, text: str = "", unit_ids: Iterable[int] | None = None, at: dt.datetime | None = None
) -> set[int]:
    """Return ids of officials whose name or NIP contains the text and who belong to one of the units."""
    query = select(Official.id).join(OfficialRecord, OfficialRecord.official_id == Official.id)
    query = query.where(known(OfficialRecord, at))
    for word in text.split():
        query = query.where(_contains(word))
    if unit_ids is not None:
        query = query.where(OfficialRecord.unit_id.in_(list(unit_ids)))
    return set(session.scalars(query))


def _full_name(before: str, name: str, after: str) -> str:
    return " ".join(filter(None, (before, name))) + (f", {after}" if after else "")


def escaped(text: str) -> str:
    """Return text in which LIKE finds no wildcard (escape character: backslash)."""
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _contains(word: str) -> ColumnElement[bool]:
    pattern = escaped(word.lower())
    return or_(
        func.lower(OfficialRecord.name).like(f"%{pattern}%", escape="\\"),
        Official.nip.like(f"%{pattern}%", escape="\\"),
    )


def _select_people(at: dt.datetime | None) -> Select[*tuple[object, ...]]:
    return (
        select(
            Official.id,
            Official.nip,
            OfficialRecord.name,
            OfficialRecord.title_before,
            OfficialRecord.title_after,
            OfficialRecord.grade,
            OfficialRecord.tier,
            OfficialRecord.sex,
            OfficialRecord.unit_id,
            OrgUnitRecord.name.label("unit"),
            PositionRecord.name.label("position"),
        )
        .join(OfficialRecord, OfficialRecord.official_id == Official.id)
        .outerjoin(OrgUnitRecord, and_(OrgUnitRecord.unit_id == OfficialRecord.unit_id, known(OrgUnitRecord, at)))
        .outerjoin(
            PositionRecord, and_(PositionRecord.position_id == OfficialRecord.position_id, known(PositionRecord, at))
        )
        .where(known(OfficialRecord, at))
    )


def _select_vacancies(
    known_at: dt.datetime | None,
) -> Select[Vacancy, VacancyRecord, str, PositionRecord, PolicyVersion]:
    return (
        select(Vacancy, VacancyRecord, Position.code, PositionRecord, PolicyVersion)
        .join(VacancyRecord, VacancyRecord.vacancy_id == Vacancy.id)
        .join(Position, Position.id == VacancyRecord.position_id)
        .join(PositionRecord, PositionRecord.position_id == Position.id)
        .join(PolicyVersion, PolicyVersion.id == VacancyRecord.policy_version_id)
        .where(known(VacancyRecord, known_at), known(PositionRecord, known_at))
    )


def _view(row: Row[Vacancy, VacancyRecord, str, PositionRecord, PolicyVersion]) -> VacancyView:
    vacancy, record, position_code, position, version = row
    return VacancyView(vacancy=vacancy, record=record, position_code=position_code, position=position, version=version)


def _without_archives() -> tuple[_AbstractLoad, ...]:
    return defer(RankingRun.inputs), defer(RankingRun.outcome), defer(RankingRun.uncertainty)


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyLine:
    """A vacancy as the list shows it, with its newest run."""

    code: str
    title: str
    unit: str
    tier: str
    as_of: dt.date
    pathway: str
    run_code: str | None
    eligible: int
    considered: int


VACANCY_SORTS = ("code", "title", "as_of")


def count_vacancies(session: Session, *, search: str = "", pathway: str = "") -> int:
    """Return how many vacancies fit."""
    return session.scalar(select(func.count()).select_from(_listed(search, pathway).subquery())) or 0


def vacancy_lines(
    session: Session, *, search: str = "", pathway: str = "", order: str = "-as_of", limit: int = 25, offset: int = 0
) -> list[VacancyLine]:
    """Return one page of vacancies with unit and newest run; two queries whatever the number of rows."""
    columns = {"code": Vacancy.code, "title": PositionRecord.name, "as_of": VacancyRecord.as_of}
    key = columns[order.removeprefix("-")]
    query = _listed(search, pathway).order_by(key.desc() if order.startswith("-") else key, Vacancy.code)
    rows = session.execute(query.limit(limit).offset(offset)).all()
    newest = select(func.max(RankingRun.id)).where(RankingRun.vacancy_id.in_([row.id for row in rows]))
    runs = session.scalars(
        select(RankingRun)
        .where(RankingRun.id.in_(newest.group_by(RankingRun.vacancy_id)))
        .options(*_without_archives())
    )
    by_vacancy = {run.vacancy_id: run for run in runs}
    return [_line(row, by_vacancy.get(row.id)) for row in rows]


def list_positions_for_choice(session: Session) -> list[tuple[str, str]]:
    """Return (code, name) of every position, for suggestions while typing."""
    query = (
        select(Position.code, PositionRecord.name)
        .join(PositionRecord, PositionRecord.position_id == Position.id)
        .where(known(PositionRecord))
        .where(PositionRecord.tier.in_(PROMOTED_TIERS))
        .order_by(Position.code)
    )
    return [(row.code, row.name) for row in session.execute(query)]


PROMOTED_TIERS = ("pengawas", "administrator", "jpt_pratama")


def _listed(search: str, pathway: str) -> Select[*tuple[object, ...]]:
    query = (
        select(
            Vacancy.id,
            Vacancy.code,
            PositionRecord.name,
            PositionRecord.tier,
            OrgUnitRecord.name.label("unit"),
            VacancyRecord.as_of,
            VacancyRecord.pathway,
        )
        .join(VacancyRecord, VacancyRecord.vacancy_id == Vacancy.id)
        .join(PositionRecord, PositionRecord.position_id == VacancyRecord.position_id)
        .outerjoin(OrgUnitRecord, and_(OrgUnitRecord.unit_id == PositionRecord.unit_id, known(OrgUnitRecord)))
        .where(known(VacancyRecord), known(PositionRecord))
    )
    if pathway:
        query = query.where(VacancyRecord.pathway == pathway)
    for word in search.lower().split():
        pattern = f"%{escaped(word)}%"
        query = query.where(
            or_(
                func.lower(Vacancy.code).like(pattern, escape="\\"),
                func.lower(PositionRecord.name).like(pattern, escape="\\"),
            )
        )
    return query


def _line(row: Any, run: RankingRun | None) -> VacancyLine:
    return VacancyLine(
        code=row.code,
        title=row.name,
        unit=row.unit or "",
        tier=row.tier,
        as_of=row.as_of,
        pathway=row.pathway,
        run_code=run.code if run else None,
        eligible=run.eligible if run else 0,
        considered=run.considered if run else 0,
    )
