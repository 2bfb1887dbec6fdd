"""Appraisals, feedback and awards of one official; results, agreements, complaints and satisfaction of units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session

from merit.db import MICRO, known
from merit.people.queries.facts import FactRow, known_facts
from merit.performance.models import (
    RATER_GROUPS,
    AgreementTarget,
    Appraisal,
    Complaint,
    FeedbackRating,
    OfficialAward,
    SatisfactionSurvey,
    UnitResult,
)

MINIMUM_RATERS = 3  # a mean of fewer would tell who gave which mark


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFeedback:
    """What one rater group said in one year: means per aspect, none when the group is too small to be shown."""

    year: int
    group: str
    raters: int
    means: dict[str, Decimal]
    source_id: int

    @property
    def is_shown(self) -> bool:
        """Whether the group is large enough."""
        return self.raters >= MINIMUM_RATERS


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintSummary:
    """Complaints of one year: received, closed, still open, reopened."""

    year: int
    received: int
    closed: int
    open: int
    reopened: int


def list_appraisals(session: Session, official_id: int) -> list[FactRow]:
    """Return the yearly appraisals, newest first."""
    return known_facts(session, Appraisal, Appraisal.official_id == official_id, order=[Appraisal.year.desc()])


def list_awards(session: Session, official_id: int) -> list[FactRow]:
    """Return the awards, newest first."""
    model = OfficialAward
    return known_facts(session, model, model.official_id == official_id, order=[model.dated.desc()])


def list_feedback(session: Session, official_id: int) -> list[GroupFeedback]:
    """Return the 360 feedback by year and group, newest first; never a rater, never a group under three."""
    model = FeedbackRating
    raters = {
        (row.year, row.rater_group): row
        for row in session.execute(
            select(
                model.year,
                model.rater_group,
                func.count(model.rater.distinct()).label("raters"),
                func.min(model.id).label("source"),
            )
            .where(known(model), model.official_id == official_id)
            .group_by(model.year, model.rater_group)
        )
    }
    means: dict[tuple[int, str], dict[str, Decimal]] = {}
    for row in session.execute(
        select(
            model.year,
            model.rater_group,
            model.aspect,
            func.count().label("marks"),
            func.sum(type_coerce(model.score, BigInteger)).label("total"),
        )
        .where(known(model), model.official_id == official_id)
        .group_by(model.year, model.rater_group, model.aspect)
    ):
        if row.marks >= MINIMUM_RATERS:
            mean = Decimal(int(row.total)) / (row.marks * MICRO)
            means.setdefault((row.year, row.rater_group), {})[row.aspect] = mean
    return [
        GroupFeedback(
            year=year, group=group, raters=row.raters, means=means.get((year, group), {}), source_id=row.source
        )
        for (year, group), row in sorted(raters.items(), key=_newest_first)
    ]


def list_unit_results(session: Session, unit_id: int) -> list[FactRow]:
    """Return the yearly results of a unit, newest first."""
    return known_facts(session, UnitResult, UnitResult.unit_id == unit_id, order=[UnitResult.year.desc()])


def list_agreements(session: Session, unit_id: int) -> list[FactRow]:
    """Return the indicators of a unit's agreements, newest quarter first."""
    model = AgreementTarget
    order = [model.year.desc(), model.quarter.desc(), model.indicator]
    return known_facts(session, model, model.unit_id == unit_id, order=order)


def list_surveys(session: Session, unit_id: int) -> list[FactRow]:
    """Return the satisfaction surveys of a unit, newest first."""
    model = SatisfactionSurvey
    return known_facts(session, model, model.unit_id == unit_id, order=[model.period.desc()])


def summarise_complaints(session: Session, unit_ids: Collection[int]) -> list[ComplaintSummary]:
    """Return the complaints about the units by the year they were received, newest first."""
    years: dict[int, list[int]] = {}
    rows = session.execute(
        select(Complaint.received, Complaint.closed, Complaint.reopened).where(
            known(Complaint), Complaint.unit_id.in_(sorted(unit_ids))
        )
    )
    for row in rows:
        received: dt.date = row.received
        counts = years.setdefault(received.year, [0, 0, 0])
        counts[0] += 1
        counts[1] += row.closed is not None
        counts[2] += row.reopened is not None
    return [
        ComplaintSummary(year=year, received=all_, closed=closed, open=all_ - closed, reopened=reopened)
        for year, (all_, closed, reopened) in sorted(years.items(), reverse=True)
    ]


def _newest_first(item: tuple[tuple[int, str], object]) -> tuple[int, int]:
    year, group = item[0]
    return -year, RATER_GROUPS.index(group)
