"""The list of the bank: search, filters, order, one page at a time; never a key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from merit.accounts.models import User
from merit.assessment.domain.states import ItemState
from merit.assessment.models.items import Item, ItemStatistic, ItemTransition, ItemVersion
from merit.assessment.models.sittings import Paper, PaperItem, Sitting

PAGE_SIZE = 25
ORDERS = ("kode", "kompetensi", "status", "jenis", "diubah", "kemudahan", "beda", "dipakai")
REVISION, TO_REVIEW = "revisi", "telaah"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFilter:
    """What the list is narrowed to; ``state`` may also be :data:`REVISION` or :data:`TO_REVIEW` (by others)."""

    text: str = ""
    competency: str = ""
    level: int | None = None
    state: str = ""
    kind: str = ""
    subject: str = ""
    language: str = ""
    author_id: int | None = None
    used: str = ""
    reader_id: int | None = None


@dataclass(slots=True)
class BankRow:
    """One item in the list."""

    id: int
    code: str
    state: str
    competency: str
    level: int | None
    subject: str
    language: str
    row_version: int
    number: int
    kind: str
    title: str
    text: str
    changed_at: dt.datetime
    author: str
    estimate: float | None
    facility: float | None
    discrimination: float | None
    papers: int
    revision: str = ""
    exposure: float | None = field(default=None)


def count_items(session: Session, chosen: BankFilter) -> int:
    """Return how many items the filter leaves."""
    return session.scalar(_narrowed(select(func.count()).select_from(Item), chosen)) or 0


def list_items(
    session: Session, chosen: BankFilter, *, order: str = "-diubah", page: int = 1, size: int = PAGE_SIZE
) -> list[BankRow]:
    """Return one page; ``order`` is one of :data:`ORDERS`, with ``-`` in front for descending."""
    ordered = _ordered(_narrowed(select(Item.id), chosen), order)
    ids = session.scalars(ordered.limit(size).offset((page - 1) * size)).all()
    return rows_of(session, ids)


def rows_of(session: Session, ids: Sequence[int]) -> list[BankRow]:
    """Return the rows of some items, in that order."""
    found = {row[0]: BankRow(*row) for row in session.execute(_details(ids))}
    sealed = sealed_papers(session) if found else 0
    revisions = open_revisions(session, ids)
    for row in found.values():
        row.exposure = row.papers / sealed if sealed else None
        row.revision = revisions.get(row.id, "")
    return [found[number] for number in ids]


def sealed_papers(session: Session) -> int:
    """Return how many papers of exams were ever sealed: what exposure is a share of."""
    statement = select(func.count(Paper.id)).join(Sitting, Sitting.id == Paper.sitting_id).where(Sitting.kind == "exam")
    return session.scalar(statement) or 0


def open_revisions(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return the state of the open revision of items in use, by item."""
    last = select(func.max(ItemTransition.id)).where(ItemTransition.item_id == Item.id).correlate(Item)
    last_step = last.scalar_subquery()
    statement = (
        select(Item.id, ItemTransition.to_state)
        .join(ItemTransition, ItemTransition.id == last_step)
        .where(Item.id.in_(ids), _has_revision())
    )
    return {
        item: state if state not in {"active", "retired"} else "draft" for item, state in session.execute(statement)
    }


def filter_values(session: Session) -> dict[str, list[Any]]:
    """Return what the bank holds to choose from: competencies, subjects, languages, authors."""
    authors = select(User.id, User.name).where(User.id.in_(select(Item.author_id))).order_by(User.name)
    return {
        "competency": _distinct(session, Item.competency),
        "subject": _distinct(session, Item.subject),
        "language": _distinct(session, Item.language),
        "author": [(user_id, name) for user_id, name in session.execute(authors)],
    }


def count_by_state(session: Session, reader_id: int | None) -> dict[str, int]:
    """Return the number of items per state, and how many wait for review by this reader."""
    rows = session.execute(select(Item.state, func.count(Item.id)).group_by(Item.state)).all()
    counts: dict[str, int] = {row[0]: row[1] for row in rows}
    counts[TO_REVIEW] = count_items(session, BankFilter(state=TO_REVIEW, reader_id=reader_id))
    return counts


def _distinct(session: Session, column: Any) -> list[str]:
    return list(session.scalars(select(column).where(column != "").distinct().order_by(column)))


def _is_newest() -> ColumnElement[bool]:
    other = select(func.max(ItemVersion.number)).where(ItemVersion.item_id == Item.id).correlate(Item)
    return ItemVersion.number == other.scalar_subquery()


def _newest_id() -> Any:
    return select(func.max(ItemVersion.id)).where(ItemVersion.item_id == Item.id).correlate(Item).scalar_subquery()


def _has_revision() -> ColumnElement[bool]:
    """Whether there is a version newer than the one in use that was not given up."""
    steps = select(func.max(ItemTransition.version_id)).where(ItemTransition.item_id == Item.id).correlate(Item)
    settled = steps.where(ItemTransition.to_state.in_(("active", "retired"))).scalar_subquery()
    return and_(Item.state == ItemState.ACTIVE.value, _newest_id() > settled)


def _waits_for_review(reader_id: int | None) -> ColumnElement[bool]:
    last = select(func.max(ItemTransition.id)).where(ItemTransition.item_id == Item.id).correlate(Item)
    step = select(ItemTransition.to_state).where(ItemTransition.id == last.scalar_subquery()).correlate(Item)
    mine = select(ItemVersion.created_by).where(ItemVersion.id == _newest_id()).correlate(Item).scalar_subquery()
    return and_(step.scalar_subquery() == ItemState.REVIEW.value, mine.is_distinct_from(reader_id))


def _used() -> ColumnElement[bool]:
    return (
        select(literal(1))
        .select_from(PaperItem)
        .join(ItemVersion, ItemVersion.id == PaperItem.version_id)
        .where(ItemVersion.item_id == Item.id)
        .exists()
    )


def _narrowed(statement: Select[int], chosen: BankFilter) -> Select[int]:
    plain = {
        Item.competency: chosen.competency,
        Item.level: chosen.level,
        Item.subject: chosen.subject,
        Item.language: chosen.language,
        Item.author_id: chosen.author_id,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in plain.items() if value]
    conditions += _state_condition(chosen)
    if chosen.used:
        conditions.append(_used() if chosen.used == "ya" else ~_used())
    if chosen.text or chosen.kind:
        statement = statement.join(ItemVersion, ItemVersion.item_id == Item.id)
        conditions += [_is_newest(), *_version_conditions(chosen)]
    return statement.where(*conditions)


def _state_condition(chosen: BankFilter) -> list[ColumnElement[bool]]:
    if not chosen.state:
        return []
    if chosen.state == REVISION:
        return [_has_revision()]
    return [_waits_for_review(chosen.reader_id) if chosen.state == TO_REVIEW else Item.state == chosen.state]


def _version_conditions(chosen: BankFilter) -> list[ColumnElement[bool]]:
    conditions = [ItemVersion.kind == chosen.kind] if chosen.kind else []
    for word in chosen.text.split():
        lowered = word.lower()
        conditions.append(
            or_(
                func.lower(ItemVersion.plain_text).contains(lowered, autoescape=True),
                func.lower(Item.code).contains(lowered, autoescape=True),
            )
        )
    return conditions


def _statistics() -> Subquery:
    """Select facility and discrimination per item over all sittings, weighted by persons."""

    def weighted(column: Any) -> Any:
        counted = case((column.is_not(None), ItemStatistic.persons), else_=0)
        return func.sum(column * ItemStatistic.persons) / func.nullif(func.sum(counted), 0)

    return (
        select(
            ItemVersion.item_id,
            weighted(ItemStatistic.facility).label("facility"),
            weighted(ItemStatistic.discrimination).label("discrimination"),
        )
        .join(ItemStatistic, ItemStatistic.version_id == ItemVersion.id)
        .group_by(ItemVersion.item_id)
        .subquery("statistics")
    )


def _papers_of_item() -> Any:
    return (
        select(func.count())
        .select_from(PaperItem)
        .join(ItemVersion, ItemVersion.id == PaperItem.version_id)
        .join(Paper, Paper.id == PaperItem.paper_id)
        .join(Sitting, Sitting.id == Paper.sitting_id)
        .where(ItemVersion.item_id == Item.id, Sitting.kind == "exam")
        .correlate(Item)
        .scalar_subquery()
    )


def _details(ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    figures = _statistics()
    papers = _papers_of_item()
    return (
        select(
            *(Item.id, Item.code, Item.state, Item.competency, Item.level, Item.subject, Item.language),
            *(Item.row_version, ItemVersion.number, ItemVersion.kind, ItemVersion.title),
            *(func.substr(ItemVersion.plain_text, 1, 160), ItemVersion.created_at, func.coalesce(User.name, "")),
            *(ItemVersion.facility, figures.c.facility, figures.c.discrimination, papers),
        )
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .outerjoin(User, User.id == Item.author_id)
        .outerjoin(figures, figures.c.item_id == Item.id)
        .where(Item.id.in_(ids), _is_newest())
    )


def _ordered(statement: Select[int], order: str) -> Select[int]:
    key = order.removeprefix("-")
    if key in {"kemudahan", "beda"}:
        figures = _statistics()
        statement = statement.outerjoin(figures, figures.c.item_id == Item.id)
        columns: list[Any] = [figures.c.facility if key == "kemudahan" else figures.c.discrimination]
    else:
        columns = _columns(key)
    turned = [column.desc() if order.startswith("-") else column.asc() for column in columns]
    return statement.order_by(turned[0].nulls_last(), *turned[1:], Item.code)


def _columns(key: str) -> list[Any]:
    version = select(ItemVersion.kind).where(ItemVersion.id == _newest_id()).correlate(Item).scalar_subquery()
    columns: dict[str, list[Any]] = {
        "kompetensi": [Item.competency, Item.level],
        "status": [Item.state],
        "jenis": [version],
        "diubah": [_newest_id()],
        "dipakai": [_papers_of_item()],
    }
    return columns.get(key, [Item.code])
