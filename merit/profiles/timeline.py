"""One chronology of an official's working life, from the records of every slice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from merit.assessment.queries.results import list_results
from merit.i18n import _
from merit.people.domain import format_grade
from merit.people.queries import record
from merit.people.queries.facts import FactRow
from merit.performance.queries import list_appraisals, list_awards
from merit.training.queries import list_trainings
from merit.web.filters import number, period
from merit.web.labels import label


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened on a day."""

    on: dt.date
    table: str
    row_id: int
    title: str
    text: str = ""
    icon: str = "point"
    tone: str = "neutral"


def load_events(session: Session, official_id: int) -> list[Event]:
    """Return everything dated about an official, newest first."""
    events = [
        *_posts(record.list_posts(session, official_id)),
        *_grades(record.list_grades(session, official_id)),
        *_findings(record.list_findings(session, official_id)),
        *_assignments(record.list_assignments(session, official_id)),
        *_leave(record.list_leave(session, official_id)),
        *_trainings(list_trainings(session, official_id)),
        *_appraisals(list_appraisals(session, official_id)),
        *_awards(list_awards(session, official_id)),
        *_results(list_results(session, official_id)),
    ]
    return sorted(events, key=lambda event: (event.on, event.table, event.row_id), reverse=True)


def _posts(rows: Iterable[FactRow]) -> Iterator[Event]:
    for row in rows:
        yield Event(
            on=row.starts,
            table="posts",
            row_id=row.id,
            title=row.title or label(row.tier, "tier"),
            text=f"{label(row.tier, 'tier')} · {period(row.starts, row.ends)}",
            icon="briefcase",
            tone="brand",
        )


def _grades(rows: Iterable[FactRow]) -> Iterator[Event]:
    for row in rows:
        title = _("Golongan %(grade)s", grade=format_grade(row.grade))
        yield Event(on=row.starts, table="grade_periods", row_id=row.id, title=title, icon="award")


def _findings(rows: Iterable[FactRow]) -> Iterator[Event]:
    for row in rows:
        yield Event(
            on=row.dated,
            table="discipline_findings",
            row_id=row.id,
            title=label(row.code, "finding"),
            text=f"{row.code} · {label(row.state, 'finding_state')}",
            icon="gavel",
            tone="warning",
        )


def _assignments(rows: Iterable[FactRow]) -> Iterator[Event]:
    for row in rows:
        answer = label(row.response, "response") if row.response else _("Belum ditanggapi")
        yield Event(
            on=row.offered, table="assignments", row_id=row.id, title=row.name, text=answer, icon="clipboard-list"
        )


def _leave(rows: Iterable[FactRow]) -> Iterator[Event]:
    for row in rows:
        yield Event(
            on=row.starts,
            table="leave_periods",
            row_id=row.id,
            title=label(row.kind, "leave"),
            text=period(row.starts, row.ends),
            icon="calendar",
        )


def _trainings(rows: Iterable[FactRow]) -> Iterator[Event]:
    for row in rows:
        yield Event(
            on=row.ends,
            table="training_records",
            row_id=row.id,
            title=row.name,
            text=_("%(hours)s JP · %(provider)s", hours=number(row.learning_hours), provider=row.provider),
            icon="school",
            tone="success",
        )


def _appraisals(rows: Iterable[FactRow]) -> Iterator[Event]:
    for row in rows:
        yield Event(
            on=dt.date(row.year, 12, 31),
            table="appraisals",
            row_id=row.id,
            title=_("SKP %(year)s: %(predicate)s", year=row.year, predicate=label(row.predicate, "predicate")),
            icon="chart-bar",
            tone="info",
        )


def _awards(rows: Iterable[FactRow]) -> Iterator[Event]:
    for row in rows:
        yield Event(
            on=row.dated,
            table="official_awards",
            row_id=row.id,
            title=row.name,
            text=f"{label(row.kind, 'award_kind')} · {row.issuer}",
            icon="trophy",
            tone="success",
        )


def _results(rows: Iterable[FactRow]) -> Iterator[Event]:
    """Yield one event per day, organiser and method: an assessment usually covers many competencies."""
    sittings: dict[tuple[dt.date, str, str], list[FactRow]] = {}
    for row in rows:
        sittings.setdefault((row.dated, row.provider, row.method), []).append(row)
    for (dated, provider, method), members in sittings.items():
        count = _("%(count)s kompetensi", count=len(members))
        yield Event(
            on=dated,
            table="competency_results",
            row_id=members[0].id,
            title=_("Uji kompetensi, %(method)s", method=label(method, "method")),
            text=f"{provider} · {count}",
            icon="target",
            tone="info",
        )
