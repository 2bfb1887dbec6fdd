"""The parts of an official's page and of a unit's page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.queries.results import Standing, list_results, newest_accredited
from merit.db import known
from merit.people.models import OfficialRecord, Position, PositionRecord
from merit.people.queries import record
from merit.people.queries.officials import OfficialFilter, count_officials
from merit.people.queries.positions import PositionFilter, StandardLine, count_positions, standard_levels
from merit.people.queries.record import OfficialHead
from merit.people.queries.units import UnitTree
from merit.performance import queries as performance
from merit.profiles.timeline import load_events
from merit.security.permissions import Actor
from merit.training.queries import hours_per_year, list_trainings


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencyLine:
    """One competency: what the present post asks, what the newest result says, how far they are apart."""

    standard: StandardLine
    standing: Standing | None

    @property
    def gap(self) -> int | None:
        """Level reached minus level required; None when either is unknown."""
        if self.standing is None or self.standard.level is None:
            return None
        return int(self.standing.result.level) - self.standard.level


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitHead:
    """Who leads a unit: the position that leads it and its holder, empty when vacant or when there is none."""

    position_code: str
    position_name: str
    nip: str
    name: str


def load_summary(session: Session, official: OfficialHead, on: dt.date) -> dict[str, Any]:
    """Return the overview: the chronology and the key figures."""
    trainings = list_trainings(session, official.id)
    appraisals = performance.list_appraisals(session, official.id)
    lines = competency_lines(session, official, on)
    measured = [line for line in lines if line.gap is not None]
    return {
        "events": load_events(session, official.id),
        "hours": hours_per_year(trainings).get(on.year, Decimal(0)),
        "appraisal": appraisals[0] if appraisals else None,
        "measured": len(measured),
        "met": sum(1 for line in measured if line.gap is not None and line.gap >= 0),
        "competencies": len(lines),
    }


def load_posts(session: Session, official: OfficialHead, _on: dt.date) -> dict[str, Any]:
    """Return posts and grades."""
    return {"posts": record.list_posts(session, official.id), "grades": record.list_grades(session, official.id)}


def load_competencies(session: Session, official: OfficialHead, on: dt.date) -> dict[str, Any]:
    """Return the results, and the newest of each against the standard of the present post."""
    return {"results": list_results(session, official.id), "lines": competency_lines(session, official, on)}


def load_training(session: Session, official: OfficialHead, _on: dt.date) -> dict[str, Any]:
    """Return the trainings and the learning hours per year."""
    trainings = list_trainings(session, official.id)
    return {"trainings": trainings, "hours": hours_per_year(trainings)}


def load_performance(session: Session, official: OfficialHead, _on: dt.date) -> dict[str, Any]:
    """Return appraisals, feedback and awards."""
    return {
        "appraisals": performance.list_appraisals(session, official.id),
        "feedback": performance.list_feedback(session, official.id),
        "awards": performance.list_awards(session, official.id),
    }


def load_discipline(session: Session, official: OfficialHead, _on: dt.date) -> dict[str, Any]:
    """Return findings and attendance."""
    return {
        "findings": record.list_findings(session, official.id),
        "attendance": record.list_attendance(session, official.id),
    }


def load_duties(session: Session, official: OfficialHead, _on: dt.date) -> dict[str, Any]:
    """Return assignments, leaves and attested facts."""
    return {
        "assignments": record.list_assignments(session, official.id),
        "leave": record.list_leave(session, official.id),
        "attestations": record.list_attestations(session, official.id),
    }


Loader = Callable[[Session, OfficialHead, dt.date], dict[str, Any]]
SECTIONS: Mapping[str, Loader] = {
    "ringkasan": load_summary,
    "jabatan": load_posts,
    "kompetensi": load_competencies,
    "pelatihan": load_training,
    "kinerja": load_performance,
    "disiplin": load_discipline,
    "penugasan": load_duties,
}


def competency_lines(session: Session, official: OfficialHead, on: dt.date) -> list[CompetencyLine]:
    """Return the standard of the present post beside the newest accredited results."""
    newest = newest_accredited(list_results(session, official.id), on)
    standard = standard_levels(session, official.position_id)
    return [CompetencyLine(standard=line, standing=newest.get(code)) for code, line in standard.items()]


def load_unit(session: Session, tree: UnitTree, unit_id: int) -> dict[str, Any]:
    """Return everything recorded about a unit and its descendants."""
    below = tree.with_descendants(unit_id)
    return {
        "head": find_head(session, unit_id),
        "officials": count_officials(session, OfficialFilter(unit_ids=below)),
        "vacant": count_positions(session, PositionFilter(unit_ids=below, held=False)),
        "results": performance.list_unit_results(session, unit_id),
        "agreements": performance.list_agreements(session, unit_id),
        "surveys": performance.list_surveys(session, unit_id),
        "complaints": performance.summarise_complaints(session, below),
    }


def find_head(session: Session, unit_id: int) -> UnitHead | None:
    """Return who leads a unit; None when no position leads it."""
    row = session.execute(
        select(Position.id, Position.code, PositionRecord.name)
        .join(PositionRecord, PositionRecord.position_id == Position.id)
        .where(known(PositionRecord), PositionRecord.leads_unit_id == unit_id)
        .order_by(Position.code)
    ).first()
    if row is None:
        return None
    holder = session.scalar(
        select(OfficialRecord.official_id)
        .where(known(OfficialRecord), OfficialRecord.position_id == row.id)
        .order_by(OfficialRecord.official_id)
        .limit(1)
    )
    if holder is None:
        return UnitHead(position_code=row.code, position_name=row.name, nip="", name="")
    official = record.get_official_by_id(session, Actor(unit_ids=None), holder)
    return UnitHead(position_code=row.code, position_name=row.name, nip=official.nip, name=official.full_name)
