"""Items of other systems put together: body, parts and losses as a :class:`ReadItem`, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from merit.assessment.domain.bank import kind_of
from merit.assessment.domain.items import (
    ItemContent,
    ItemKey,
    MapKey,
    NumericKey,
    ResponseKey,
)
from merit.assessment.interchange.foreign_parts import BrokenItemError, Part, UnsupportedItemError, exact
from merit.assessment.interchange.foreign_text import Markup
from merit.assessment.interchange.reading import Problem, ReadItem, UnreadableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What is known of an item before it is read: its name in the source, its place, its tags."""

    identifier: str
    kind: str
    title: str = ""
    where: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


MOST_IN_FILE = 5_000


def refuse_crowd(count: int, name: str) -> None:
    """Refuse a file with more items than anybody imports at once, before they are all made."""
    if count > MOST_IN_FILE:
        raise UnreadableError("items-file-many", name=name, count=count, most=MOST_IN_FILE)


def compose(label: Label, *, body: str, parts: Sequence[Part], markup: Markup, rationale: str = "") -> ReadItem:
    """Return the item made of a body and its parts."""
    title = label.title[:200]
    content = ItemContent(title=title, body=body, interactions=tuple(part.interaction for part in parts))
    maximum = exact(sum((highest(part.key) for part in parts), Decimal(0)))
    lowest = exact(min(Decimal(0), sum((least(part.key) for part in parts), Decimal(0))))
    key = ItemKey(
        responses={part.interaction.id: part.key for part in parts},
        lower=lowest,
        upper=maximum,
        maximum=maximum,
        rationale=rationale,
    )
    correct = {part.interaction.id: right for part in parts if (right := right_values(part.key))}
    return assemble(label, content=content, key=key, correct=correct, markup=markup)


def assemble(
    label: Label, *, content: ItemContent, key: ItemKey, correct: Mapping[str, Sequence[str]], markup: Markup
) -> ReadItem:
    """Return the item of a content and its key, with what got lost on the way."""
    return ReadItem(
        identifier=label.identifier,
        type=kind_of(content),
        title=content.title,
        max_score=key.maximum,
        correct=correct,
        problems=tuple(Problem(lost.code, label.where, lost.details) for lost in markup.lost),
        content=content,
        key=key,
        media=dict(markup.media),
        media_names=dict(markup.names),
        tags=dict(label.tags),
        where=label.where,
    )


def highest(key: ResponseKey) -> Decimal:
    """Return the most points a key gives."""
    if isinstance(key, MapKey):
        positive = [entry.points for entry in key.entries if entry.points > 0]
        return key.upper if key.upper is not None else max(positive, default=Decimal(0))
    return getattr(key, "points", Decimal(0))


def least(key: ResponseKey) -> Decimal:
    """Return the fewest points a key gives."""
    if isinstance(key, MapKey) and key.lower is None:
        return min([Decimal(0), *(entry.points for entry in key.entries)])
    return Decimal(0)


def right_values(key: ResponseKey) -> tuple[str, ...]:
    """Return the right values of a response, as far as they are known."""
    if isinstance(key, NumericKey):
        return (f"{key.value:f}",)
    return tuple(getattr(key, "correct", ()))


def refused(label: Label, error: Exception) -> ReadItem:
    """Return the item as one that cannot be given: of an unknown kind, by its name, or broken, with what to mend."""
    broken = BrokenItemError("items-item-broken")
    reason = error if isinstance(error, UnsupportedItemError | BrokenItemError) else broken
    return ReadItem(
        identifier=label.identifier,
        type=label.kind,
        title=label.title[:200],
        supported=False,
        problems=(Problem(reason.code, label.where, reason.details),),
        where=label.where,
    )
