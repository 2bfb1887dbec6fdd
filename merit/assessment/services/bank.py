"""Keep the bank in order: tags, enemies, near-duplicates, many items at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.bank import DraftProblem, ItemTags
from merit.assessment.domain.duplicates import ALIKE, Pair, find_alike, find_pairs
from merit.assessment.domain.states import ItemState
from merit.assessment.models.items import Item, ItemEnemy
from merit.assessment.queries.items import newest_texts
from merit.assessment.services.items import check_tags, lock_item, move_item, require
from merit.audit.services import record
from merit.errors import InvalidInputError, MeritError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor, Permission

BULK_MOST = 100
_MOST_ENEMIES = 50
_TAGS = ("competency", "level", "subject", "language", "origin")


@dataclass(frozen=True, slots=True)
class Alike:
    """An item much like another one."""

    item_id: int
    code: str
    state: str
    text: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """An item left as it was, and why."""

    code: str
    reason: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """Which items changed (with what they were before), and which were left."""

    done: Mapping[int, str]
    refused: Sequence[Refusal]


def tags_of(item: Item) -> ItemTags:
    """Return an item's tags."""
    values = {name: getattr(item, name) for name in _TAGS}
    return ItemTags(code=item.code, **values)


def retag_item(session: Session, actor: Actor, *, item_id: int, row_version: int | None, tags: ItemTags) -> Item:
    """Change how an item is found and drawn; papers already sealed keep what they have."""
    require(actor, Permission.ITEM_WRITE)
    check_tags(tags)
    item = lock_item(session, item_id, row_version)
    if item.state == ItemState.RETIRED:
        raise RuleViolationError("item-retired", code=item.code)
    _check_code(session, item, tags.code)
    before = tags_of(item)
    after = replace(tags, code=tags.code.strip() or item.code, subject=tags.subject.strip(), origin=tags.origin.strip())
    if after == before:
        return item
    changed = {name: getattr(after, name) for name in ("code", *_TAGS) if getattr(after, name) != getattr(before, name)}
    for name, value in changed.items():
        setattr(item, name, value)
    item.row_version += 1
    session.flush()
    record(session, actor, action="item:tag", subject=f"item:{item.id}", details=changed)
    return item


def retag_items(session: Session, actor: Actor, *, values: Mapping[int, str], tag: str) -> BulkOutcome:
    """Give items a value of one tag each (``{item: value}``); return what they had."""
    _check_bulk(values)
    if tag not in _TAGS:
        raise InvalidInputError("item-bulk-action")
    done: dict[int, str] = {}
    refused: list[Refusal] = []
    for item_id, value in sorted(values.items()):
        item = _get(session, item_id)
        former = getattr(item, tag)
        try:
            changed = replace(tags_of(item), **{tag: _tag_value(tag, value)})  # type: ignore[arg-type] # named above
            retag_item(session, actor, item_id=item_id, row_version=None, tags=changed)
        except MeritError as error:
            refused.append(Refusal(item.code, error.reason, error.details))
        else:
            done[item_id] = "" if former is None else str(former)
    return BulkOutcome(done, refused)


def move_items(session: Session, actor: Actor, *, moves: Mapping[int, str], note: str) -> BulkOutcome:
    """Take items to a state each (``{item: state}``); those that may not go stay, with the reason."""
    _check_bulk(moves)
    done: dict[int, str] = {}
    refused: list[Refusal] = []
    for item_id, state in sorted(moves.items()):
        item = _get(session, item_id)
        former = item.state
        try:
            move_item(session, actor, item_id=item_id, to=ItemState(state), note=note)
        except MeritError as error:
            refused.append(Refusal(item.code, error.reason, error.details))
        else:
            done[item_id] = former
    return BulkOutcome(done, refused)


def add_enemy(session: Session, actor: Actor, *, item_id: int, code: str, reason: str = "") -> ItemEnemy:
    """Keep two items from meeting in one paper."""
    require(actor, Permission.ITEM_WRITE)
    item = _get(session, item_id)
    other = session.scalars(select(Item).where(Item.code == code.strip())).one_or_none()
    if other is None:
        raise InvalidInputError("item-enemy-unknown", code=code.strip())
    if other.id == item.id:
        raise InvalidInputError("item-enemy-self")
    first, second = sorted((item.id, other.id))
    known = select(ItemEnemy).where(ItemEnemy.item_id == first, ItemEnemy.enemy_id == second)
    enemy = session.scalars(known).one_or_none()
    if enemy is not None:
        return enemy
    if len(enemies_of(session, item.id)) >= _MOST_ENEMIES:
        raise RuleViolationError("item-enemy-many", code=item.code, most=_MOST_ENEMIES)
    enemy = ItemEnemy(
        item_id=first, enemy_id=second, reason=reason.strip(), created_by=actor.user_id, created_at=clock.now()
    )
    session.add(enemy)
    session.flush()
    record(session, actor, action="item:add-enemy", subject=f"item:{item.id}", details={"enemy": other.id})
    return enemy


def remove_enemy(session: Session, actor: Actor, *, item_id: int, enemy_id: int) -> None:
    """Let two items meet again."""
    require(actor, Permission.ITEM_WRITE)
    first, second = sorted((item_id, enemy_id))
    known = select(ItemEnemy).where(ItemEnemy.item_id == first, ItemEnemy.enemy_id == second)
    enemy = session.scalars(known).one_or_none()
    if enemy is None:
        raise NotFoundError
    session.delete(enemy)
    session.flush()
    record(session, actor, action="item:remove-enemy", subject=f"item:{item_id}", details={"enemy": enemy_id})


def enemies_of(session: Session, item_id: int) -> list[tuple[Item, str]]:
    """Return the enemies of an item with the reason, by code."""
    found = []
    for own, other in ((ItemEnemy.item_id, ItemEnemy.enemy_id), (ItemEnemy.enemy_id, ItemEnemy.item_id)):
        statement = select(Item, ItemEnemy.reason).join(ItemEnemy, other == Item.id).where(own == item_id)
        found += [(item, reason) for item, reason in session.execute(statement)]
    return sorted(found, key=lambda pair: pair[0].code)


def alike_to(session: Session, text: str, *, language: str, but: int | None = None, most: int = 5) -> list[Alike]:
    """Return the items in the bank whose words are nearly those of a text, the most similar first."""
    others = [row for row in newest_texts(session, language) if row.item_id != but]
    found = find_alike(text, [row.text for row in others], most=most)
    return [
        Alike(row.item_id, row.code, row.state, row.text, one.similarity)
        for one in found
        for row in (others[one.index],)
    ]


def all_pairs(session: Session, language: str = "") -> tuple[list[tuple[Alike, Alike]], int]:
    """Return the close pairs of the whole bank, the most similar first, and how many items were compared."""
    rows = newest_texts(session, language)
    pairs = _pairs_of([row.text for row in rows])
    sides = [Alike(row.item_id, row.code, row.state, row.text, 0.0) for row in rows]
    return [
        (
            replace(sides[pair.first], similarity=pair.similarity),
            replace(sides[pair.second], similarity=pair.similarity),
        )
        for pair in pairs
    ], len(rows)


_last_pairs: dict[str, list[Pair]] = {}


def _pairs_of(texts: Sequence[str]) -> list[Pair]:
    """Return close pairs; those of the same texts are worked out once per process."""
    name = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    if name not in _last_pairs:
        pairs = find_pairs(texts, cut=ALIKE)
        _last_pairs.clear()
        _last_pairs[name] = pairs
    return _last_pairs[name]


def _get(session: Session, item_id: int) -> Item:
    item = session.get(Item, item_id)
    if item is None:
        raise NotFoundError
    return item


def _check_bulk(values: Mapping[int, str]) -> None:
    if not 0 < len(values) <= BULK_MOST:
        raise InvalidInputError("item-bulk-number", most=BULK_MOST)


def _tag_value(tag: str, value: str) -> object:
    if tag != "level":
        return value.strip()
    if value and not value.isdigit():
        raise InvalidInputError(DraftProblem.LEVEL)
    return int(value) if value else None


def _check_code(session: Session, item: Item, code: str) -> None:
    code = code.strip()
    if code and code != item.code and session.scalar(select(Item.id).where(Item.code == code)) is not None:
        raise InvalidInputError(DraftProblem.CODE_TAKEN, code=code)
