"""What several pages of the bank read: a key under watch, an item as candidates see it."""

from __future__ import annotations

from typing import Any

from merit.assessment.domain.items import ItemContent, ItemKey
from merit.assessment.domain.papers import public_item
from merit.assessment.domain.showing import show_item
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.queries.items import media_addresses, open_key
from merit.assessment.services.clones import example_content
from merit.assessment.services.reviewing import note_key_reading
from merit.db import get_database, reading, unit_of_work
from merit.errors import ThrottledError
from merit.web.access import current_actor


def read_key(item: Item, version: ItemVersion, *, purpose: str) -> ItemKey:
    """Return a version's key; the reading is noted first, and refused when there are too many in an hour."""
    with unit_of_work() as session:
        is_allowed = note_key_reading(session, current_actor(), item=item, version=version, purpose=purpose)
    if not is_allowed:
        raise ThrottledError("item-keys-too-many", most=get_database().settings.key_readings_per_hour)
    return open_key(version)


def shown_item(content: ItemContent) -> Any:
    """Return an item for the candidate's own template."""
    with reading() as session:
        addresses = media_addresses(session, [content])
    return show_item(public_item(content, {}, addresses))


def example_of(version: ItemVersion, number: int = 1) -> ItemContent:
    """Return what a candidate could see of a version: of a templated item an example, by its number."""
    with reading() as session:
        return example_content(session, version.id, ItemContent.model_validate(version.content), seed_of(number))


def seed_of(number: int) -> str:
    """Return what an example is drawn from; candidates' seeds are secret."""
    return f"example {number}"
