"""Draw a templated item for one candidate, its values sealed for the database."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from merit.assessment.domain.clones import (
    CloneError,
    CloneProblem,
    Drawing,
    clone_item,
    clone_seed,
    draw_values,
    drawing_of,
    drawing_text,
    is_templated,
)
from merit.assessment.domain.items import ItemContent, ItemKey
from merit.assessment.domain.printing import variables_in
from merit.assessment.models.items import ItemVersion
from merit.assessment.models.sittings import Candidate
from merit.assessment.queries.items import LoadedVersion, drawing_context, keyring, open_key
from merit.errors import RuleViolationError
from merit.security.crypto import encrypt, reference

_SEEDS = 20  # a constraint that rarely holds must not keep one candidate of 500 from a paper


@dataclass(frozen=True, slots=True)
class Clone:
    """What a candidate sees of a templated item, and what was drawn for it, sealed."""

    content: ItemContent
    sealed: str


def draw_clone(version: LoadedVersion, *, code: str, candidate: Candidate, position: int) -> Clone | None:
    """Return the clone of an item for a place in a candidate's paper; None when the item draws nothing.

    The installation's secret, the sitting, the candidate's number and the version decide the values: drawn again, they
    are the same.
    """
    if not is_templated(version.key):
        return None
    ring = keyring()
    secret = bytes.fromhex(reference(ring, code, purpose="paper-draw"))
    drawing = _drawn(version, secret, f"{code}/{candidate.number}/{version.version_id}")
    content, _key = clone_item(version.content, version.key, drawing)
    context = drawing_context(candidate.id, position)
    return Clone(content, encrypt(ring, drawing_text(drawing), context=context))


def _drawn(version: LoadedVersion, secret: bytes, name: str) -> Drawing:
    """Return the values drawn from the first seed that meets the item's constraint."""
    for turn in range(_SEEDS):
        try:
            return draw_values(version.content, version.key, seed=clone_seed(secret, f"{name}/{turn}"))
        except CloneError as error:
            if error.problem is not CloneProblem.CONSTRAINT:
                raise RuleViolationError("item-not-drawable", code=version.code) from error
    raise RuleViolationError("item-not-drawable", code=version.code)


def example_content(session: Session, version_id: int, content: ItemContent, seed: str) -> ItemContent:
    """Return an item as some candidate could see it; the key is opened for the draw alone, and shown to nobody."""
    if not variables_in(content):
        return content
    return example_clone(content, open_key(session.get_one(ItemVersion, version_id)), seed)[0]


def example_clone(content: ItemContent, key: ItemKey, seed: str) -> tuple[ItemContent, ItemKey]:
    """Return an item with drawn values in text and key; one that draws nothing comes back as it is."""
    if not is_templated(key):
        return content, key
    try:
        return clone_item(content, key, draw_values(content, key, seed=seed))
    except CloneError as error:
        raise RuleViolationError(error.problem, name=error.name) from error


def cloned(content: ItemContent, key: ItemKey, drawn: str) -> tuple[ItemContent, ItemKey]:
    """Return an item as one candidate had it; ``drawn`` is "" for items that draw nothing."""
    return clone_item(content, key, drawing_of(drawn)) if drawn else (content, key)
