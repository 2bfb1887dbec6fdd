"""Selects of blueprints, and the bank as a draw sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from merit.assessment.domain.blueprints import BlueprintDocument
from merit.assessment.domain.drawing import Bank, BankItem
from merit.assessment.domain.items import ItemContent
from merit.assessment.domain.states import ItemState
from merit.assessment.models.items import Blueprint, Item, ItemStatistic, ItemVersion
from merit.assessment.models.sittings import Sitting
from merit.assessment.queries.items import enemy_pairs, versions_in_use
from merit.errors import NotFoundError

BLUEPRINT_SORTS = {"code": Blueprint.code, "name": Blueprint.name, "changed": Blueprint.changed_at}


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueprintLine:
    """A blueprint in a list."""

    id: int
    code: str
    name: str
    document: BlueprintDocument
    changed_at: dt.datetime
    is_retired: bool
    sittings: int


def get_blueprint(session: Session, code: str) -> Blueprint:
    """Return a blueprint by code; raise :class:`NotFoundError`."""
    found = session.scalars(select(Blueprint).where(Blueprint.code == code)).one_or_none()
    if found is None:
        raise NotFoundError("blueprint-unknown", code=code)
    return found


def document_of(blueprint: Blueprint) -> BlueprintDocument:
    """Return the plan inside a blueprint."""
    return BlueprintDocument.model_validate(blueprint.document)


def count_blueprints(session: Session, *, search: str = "", state: str = "") -> int:
    """Return how many blueprints the filters leave."""
    return session.scalar(_narrowed(select(func.count()).select_from(Blueprint), search, state)) or 0


def list_blueprints(
    session: Session, *, search: str = "", state: str = "", order: str = "-changed", limit: int = 25, offset: int = 0
) -> list[BlueprintLine]:
    """Return one page of blueprints."""
    uses = select(func.count()).where(Sitting.blueprint_id == Blueprint.id).scalar_subquery()
    key = BLUEPRINT_SORTS[order.removeprefix("-")]
    statement = _narrowed(select(Blueprint, uses), search, state)
    statement = statement.order_by(key.desc() if order.startswith("-") else key.asc(), Blueprint.id)
    return [_line(blueprint, used) for blueprint, used in session.execute(statement.limit(limit).offset(offset))]


def list_usable(session: Session) -> list[tuple[str, str]]:
    """Return code and name of the blueprints a sitting may use."""
    statement = select(Blueprint.code, Blueprint.name).where(Blueprint.retired_at.is_(None)).order_by(Blueprint.name)
    return [(code, name) for code, name in session.execute(statement)]


def sittings_of(session: Session, blueprint_id: int) -> list[Sitting]:
    """Return the sittings that use a blueprint, the latest first."""
    statement = select(Sitting).where(Sitting.blueprint_id == blueprint_id).order_by(Sitting.starts_at.desc())
    return list(session.scalars(statement.limit(50)))


def load_bank(session: Session) -> Bank:
    """Return everything that may be drawn: active items and items on trial, in the version in use, with enemies.

    How hard an item is comes from the sittings that used the version (weighted by persons), else from its author.
    """
    used = versions_in_use((ItemState.ACTIVE, ItemState.TRIAL)).subquery()
    observed = _observed_facilities(session)
    rows = session.execute(
        select(Item, ItemVersion.id, ItemVersion.kind, ItemVersion.facility)
        .join(used, used.c.item_id == Item.id)
        .join(ItemVersion, ItemVersion.id == used.c.version_id)
    )
    items = {
        item.id: BankItem(
            id=item.id,
            version_id=version_id,
            code=item.code,
            competency=item.competency,
            level=item.level,
            subject=item.subject,
            kind=kind,
            is_trial=item.state == ItemState.TRIAL,
            facility=observed.get(version_id, None if estimate is None else float(estimate)),
        )
        for item, version_id, kind, estimate in rows
    }
    return Bank(items, _enemies(session))


def load_contents(session: Session, version_ids: Collection[int]) -> dict[int, ItemContent]:
    """Return what candidates see of versions, without touching a key."""
    statement = select(ItemVersion.id, ItemVersion.content).where(ItemVersion.id.in_(set(version_ids)))
    return {number: ItemContent.model_validate(content) for number, content in session.execute(statement)}


def count_by_cell(bank: Bank) -> dict[tuple[str, int | None], int]:
    """Return how many active items there are of each competency and level; None counts every level."""
    counts: dict[tuple[str, int | None], int] = {}
    for item in bank.items.values():
        if not item.is_trial:
            for level in {item.level, None}:
                counts[item.competency, level] = counts.get((item.competency, level), 0) + 1
    return counts


def list_subjects(session: Session) -> list[str]:
    """Return the subjects used in the bank."""
    return list(session.scalars(select(Item.subject).where(Item.subject != "").distinct().order_by(Item.subject)))


def _enemies(session: Session) -> dict[int, frozenset[int]]:
    known: dict[int, set[int]] = {}
    for left, right in enemy_pairs(session):
        known.setdefault(left, set()).add(right)
        known.setdefault(right, set()).add(left)
    return {item: frozenset(others) for item, others in known.items()}


def _observed_facilities(session: Session) -> dict[int, float]:
    weight = func.sum(ItemStatistic.persons)
    mean = func.sum(ItemStatistic.facility * ItemStatistic.persons) / weight
    statement = (
        select(ItemStatistic.version_id, mean)
        .where(ItemStatistic.facility.is_not(None), ItemStatistic.persons > 0)
        .group_by(ItemStatistic.version_id)
    )
    return {version_id: float(facility) for version_id, facility in session.execute(statement) if facility is not None}


def _narrowed(statement: Select[Any], search: str, state: str) -> Select[Any]:
    for word in search.split():
        statement = statement.where(
            or_(Blueprint.name.icontains(word, autoescape=True), Blueprint.code.icontains(word, autoescape=True))
        )
    if state:
        retired = Blueprint.retired_at.is_not(None)
        statement = statement.where(retired if state == "retired" else ~retired)
    return statement


def _line(blueprint: Blueprint, used: int) -> BlueprintLine:
    return BlueprintLine(
        id=blueprint.id,
        code=blueprint.code,
        name=blueprint.name,
        document=document_of(blueprint),
        changed_at=blueprint.changed_at,
        is_retired=blueprint.retired_at is not None,
        sittings=used,
    )
