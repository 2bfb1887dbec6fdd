"""Everything that happened to one item: versions, steps, comments, use, statistics; never a key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from merit.accounts.models import User
from merit.assessment.models.adaptive import AdaptivePool
from merit.assessment.models.items import Item, ItemComment, ItemStatistic, ItemTransition, ItemVersion
from merit.assessment.models.sittings import Paper, PaperItem, Sitting
from merit.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the history."""

    version: ItemVersion
    author: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the workflow."""

    number: int
    start: str
    to: str
    by: str
    at: dt.datetime
    note: str


@dataclass(frozen=True, slots=True)
class CommentLine:
    """One comment with who wrote and who settled it."""

    comment: ItemComment
    number: int
    by: str
    settled_by: str


@dataclass(frozen=True, slots=True)
class UseLine:
    """One sitting whose papers hold a version of the item."""

    code: str
    name: str
    state: str
    starts_at: dt.datetime
    number: int
    papers: int


def get_item(session: Session, code: str) -> Item:
    """Return an item by its code."""
    item = session.scalars(select(Item).where(Item.code == code)).one_or_none()
    if item is None:
        raise NotFoundError
    return item


def find_author(session: Session, user_id: int | None) -> str:
    """Return a user's name, "" for the system."""
    return session.scalar(select(User.name).where(User.id == user_id)) or ""


def list_versions(session: Session, item_id: int) -> list[VersionLine]:
    """Return all versions, the newest first."""
    statement = (
        select(ItemVersion, func.coalesce(User.name, ""))
        .outerjoin(User, User.id == ItemVersion.created_by)
        .where(ItemVersion.item_id == item_id)
        .order_by(ItemVersion.number.desc())
    )
    return [VersionLine(version, name) for version, name in session.execute(statement)]


def list_steps(session: Session, item_id: int) -> list[StepLine]:
    """Return the steps taken, the newest first."""
    statement = (
        select(
            *(ItemVersion.number, ItemTransition.from_state, ItemTransition.to_state),
            *(func.coalesce(User.name, ""), ItemTransition.at, ItemTransition.note),
        )
        .join(ItemVersion, ItemVersion.id == ItemTransition.version_id)
        .outerjoin(User, User.id == ItemTransition.by_id)
        .where(ItemTransition.item_id == item_id)
        .order_by(ItemTransition.id.desc())
    )
    return [StepLine(*row) for row in session.execute(statement)]


def list_comments(session: Session, item_id: int) -> list[CommentLine]:
    """Return comments on all versions: open ones first, then the newest."""
    settler = User.__table__.alias("settler")
    statement = (
        select(ItemComment, ItemVersion.number, User.name, func.coalesce(settler.c.name, ""))
        .join(ItemVersion, ItemVersion.id == ItemComment.version_id)
        .join(User, User.id == ItemComment.by_id)
        .outerjoin(settler, settler.c.id == ItemComment.settled_by)
        .where(ItemVersion.item_id == item_id)
        .order_by(ItemComment.settled_at.is_not(None), ItemComment.id.desc())
    )
    return [CommentLine(*row) for row in session.execute(statement)]


def list_uses(session: Session, item_id: int) -> list[UseLine]:
    """Return the sittings whose sealed papers hold the item, the newest first."""
    statement = (
        select(
            *(Sitting.code, Sitting.name, Sitting.state, Sitting.starts_at, ItemVersion.number),
            func.count(Paper.id),
        )
        .join(Paper, Paper.sitting_id == Sitting.id)
        .join(PaperItem, PaperItem.paper_id == Paper.id)
        .join(ItemVersion, ItemVersion.id == PaperItem.version_id)
        .where(ItemVersion.item_id == item_id)
        .group_by(Sitting.id, ItemVersion.number)
        .order_by(Sitting.starts_at.desc(), ItemVersion.number.desc())
    )
    return [UseLine(*row) for row in session.execute(statement)]


def list_statistics(session: Session, item_id: int) -> list[Row[*tuple[Any, ...]]]:
    """Return what each sitting told about each version, and whether it was adaptive; the newest sitting first."""
    chosen = select(AdaptivePool.id).where(AdaptivePool.sitting_id == Sitting.id).exists()
    statement = (
        select(ItemStatistic, ItemVersion.number, Sitting.code, Sitting.name, chosen.label("is_adaptive"))
        .join(ItemVersion, ItemVersion.id == ItemStatistic.version_id)
        .join(Sitting, Sitting.id == ItemStatistic.sitting_id)
        .where(ItemVersion.item_id == item_id)
        .order_by(Sitting.starts_at.desc(), ItemVersion.number.desc())
    )
    return list(session.execute(statement))


def get_version(session: Session, item_id: int, number: int) -> ItemVersion:
    """Return one version of an item."""
    statement = select(ItemVersion).where(ItemVersion.item_id == item_id, ItemVersion.number == number)
    version = session.scalars(statement).one_or_none()
    if version is None:
        raise NotFoundError
    return version
