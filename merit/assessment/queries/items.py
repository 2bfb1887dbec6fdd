"""Versions of items read whole, keys decrypted: for sealing, scoring and export. Not for pages without a log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from merit.assessment.domain.bank import media_of
from merit.assessment.domain.items import ItemContent, ItemKey
from merit.assessment.domain.states import ItemState
from merit.assessment.models.items import Item, ItemEnemy, ItemTransition, ItemVersion, Medium
from merit.db import get_database
from merit.security.crypto import Keyring, decrypt, load_keyring

_CHUNK = 500
_T = TypeVar("_T", int, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedVersion:
    """One version with its key, as sealing and scoring need it."""

    version_id: int
    item_id: int
    code: str
    competency: str
    level: int | None
    kind: str
    content: ItemContent
    key: ItemKey
    maximum: Decimal


def keyring() -> Keyring:
    """Return the installation's keys."""
    return load_keyring(get_database().settings.secret_file)


def key_context(item_id: int, number: int) -> str:
    """Return what binds a sealed key to its row."""
    return f"item_versions.sealed_key:{item_id}:{number}"


def drawing_context(candidate_id: int, position: int) -> str:
    """Return what binds a candidate's sealed drawing to its place."""
    return f"paper_items.template_values:{candidate_id}:{position}"


def open_key(version: ItemVersion) -> ItemKey:
    """Decrypt a version's key."""
    context = key_context(version.item_id, version.number)
    return ItemKey.model_validate_json(decrypt(keyring(), version.sealed_key, context=context))


def load_versions(session: Session, version_ids: Iterable[int]) -> dict[int, LoadedVersion]:
    """Return versions with content and key by id; unknown ids are left out."""
    found: dict[int, LoadedVersion] = {}
    for some in _chunks(sorted(set(version_ids))):
        statement = select(ItemVersion, Item).join(Item, Item.id == ItemVersion.item_id).where(ItemVersion.id.in_(some))
        for version, item in session.execute(statement):
            found[version.id] = _loaded(version, item)
    return found


def _loaded(version: ItemVersion, item: Item) -> LoadedVersion:
    return LoadedVersion(
        version_id=version.id,
        item_id=item.id,
        code=item.code,
        competency=item.competency,
        level=item.level,
        kind=version.kind,
        content=ItemContent.model_validate(version.content),
        key=open_key(version),
        maximum=version.maximum,
    )


def versions_in_use(states: Collection[ItemState] = (ItemState.ACTIVE,)) -> Select[int, int]:
    """Select (item_id, version_id) of the version in use of every item in one of the states.

    The version in use is the one of the newest step into the item's present state: a revision of an active item
    that is still under review is a newer version, but not in use. Items never moved (drafts) have none here.
    """
    names = [state.value for state in states]
    newest = (
        select(func.max(ItemTransition.id).label("id"))
        .join(Item, (Item.id == ItemTransition.item_id) & (Item.state == ItemTransition.to_state))
        .where(Item.state.in_(names))
        .group_by(ItemTransition.item_id)
        .subquery()
    )
    return select(ItemTransition.item_id, ItemTransition.version_id).join(newest, newest.c.id == ItemTransition.id)


def enemy_pairs(session: Session, item_ids: Collection[int] | None = None) -> list[tuple[int, int]]:
    """Return pairs of items (lower id first) that must not meet in one paper; all, or those within some items."""
    rows = session.execute(select(ItemEnemy.item_id, ItemEnemy.enemy_id).order_by(ItemEnemy.id)).all()
    wanted = None if item_ids is None else set(item_ids)
    return [(a, b) for a, b in rows if wanted is None or (a in wanted and b in wanted)]


def media_addresses(session: Session, contents: Iterable[ItemContent]) -> dict[str, str]:
    """Return the public address of every picture and sound in the contents, by SHA-256: ``{sha: address}``."""
    wanted = sorted(frozenset().union(*(media_of(content) for content in contents)))
    found: dict[str, str] = {}
    for some in _chunks(wanted):
        rows = session.execute(select(Medium.sha256, Medium.address).where(Medium.sha256.in_(some)))
        found.update((sha, address) for sha, address in rows)
    return found


def media_by_hash(session: Session, hashes: Iterable[str]) -> Mapping[str, Medium]:
    """Return media by SHA-256."""
    found: dict[str, Medium] = {}
    for some in _chunks(sorted(set(hashes))):
        found.update({row.sha256: row for row in session.scalars(select(Medium).where(Medium.sha256.in_(some)))})
    return found


def held_media(session: Session, hashes: Iterable[str]) -> set[str]:
    """Return which media the bank has, and keep them from being deleted until the caller's transaction ends."""
    found: set[str] = set()
    for some in _chunks(sorted(set(hashes))):
        found.update(session.scalars(select(Medium.sha256).where(Medium.sha256.in_(some)).with_for_update(read=True)))
    return found


@dataclass(frozen=True, slots=True)
class ItemText:
    """The words of an item's newest version."""

    item_id: int
    code: str
    state: str
    text: str


def newest_texts(session: Session, language: str = "") -> list[ItemText]:
    """Return the words of every item not retired, for near-duplicates; of one language, or of all."""
    number = func.max(ItemVersion.number).label("number")
    newest = select(ItemVersion.item_id, number).group_by(ItemVersion.item_id).subquery("newest")
    statement = (
        select(Item.id, Item.code, Item.state, ItemVersion.plain_text)
        .join(newest, newest.c.item_id == Item.id)
        .join(ItemVersion, (ItemVersion.item_id == Item.id) & (ItemVersion.number == newest.c.number))
        .where(Item.state != ItemState.RETIRED.value)
        .order_by(Item.id)
    )
    if language:
        statement = statement.where(Item.language == language)
    return [ItemText(*row) for row in session.execute(statement)]


def _chunks(values: list[_T]) -> Iterator[list[_T]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
