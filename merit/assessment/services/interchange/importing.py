"""Put items that were read into the bank: as drafts, one by one, every refusal told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain.bank import ItemDraft, ItemTags
from merit.assessment.domain.items import MAX_LEVEL, ItemContent, ItemKey
from merit.assessment.interchange.reading import ReadItem
from merit.assessment.models.items import Item
from merit.assessment.services.items import create_item, require
from merit.assessment.services.media import keep_medium
from merit.audit.services import record
from merit.errors import InvalidInputError, MeritError
from merit.security.permissions import Actor, Permission

_ORIGIN = 200
Progress = Callable[[int], None]
_SUBJECT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What to take: the items, the tags for those whose file says nothing, the file they come from."""

    items: Sequence[ReadItem]
    defaults: ItemTags = field(default_factory=ItemTags)
    file_name: str = ""
    file_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """An item that was not taken, and why."""

    identifier: str
    reason: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The items made, those left, and those that got another code than their file asked for."""

    made: Sequence[Item]
    left: Sequence[Left]
    recoded: Sequence[str]


def take_items(session: Session, actor: Actor, *, intake: Intake, progress: Progress = lambda _done: None) -> Outcome:
    """Make a draft of every item; one that cannot be kept is told and keeps no other from being taken."""
    require(actor, Permission.ITEM_WRITE)
    made: list[Item] = []
    left: list[Left] = []
    recoded: list[str] = []
    for done, item in enumerate(intake.items):
        progress(done)
        tags = _tags(session, item, intake)
        if item.tags.get("code") and not tags.code:
            recoded.append(item.tags["code"])
        try:
            with session.begin_nested():
                made.append(_take(session, actor, item, tags))
        except MeritError as error:
            left.append(Left(item.identifier, error.reason, error.details))
    details = {"made": len(made), "left": len(left), "file_sha256": intake.file_sha256}
    record(session, actor, action="bank:import", subject="bank", details=details)
    return Outcome(made, left, recoded)


def _take(session: Session, actor: Actor, item: ReadItem, tags: ItemTags) -> Item:
    content, key = take_media_into(session, actor, item)
    draft = ItemDraft(content=content, key=key, facility=_facility(item), note="")
    return create_item(session, actor, tags=tags, draft=draft)


def take_media_into(session: Session, actor: Actor, item: ReadItem) -> tuple[ItemContent, ItemKey]:
    """Keep an item's pictures and sounds; return content and key that name them as they are kept."""
    if item.content is None or item.key is None:
        raise InvalidInputError("foreign-not-supported", name=item.identifier)
    content, key = item.content.model_dump_json(), item.key.model_dump_json()
    for digest, data in item.media.items():
        kept = keep_medium(session, actor, data=data, name=item.media_names.get(digest, "berkas"))
        content = content.replace(f"media:{digest}", f"media:{kept.sha256}")
        key = key.replace(f"media:{digest}", f"media:{kept.sha256}")
    return ItemContent.model_validate_json(content), ItemKey.model_validate_json(key)


def _tags(session: Session, item: ReadItem, intake: Intake) -> ItemTags:
    said, defaults = item.tags, intake.defaults
    level = said.get("level", "")
    code = said.get("code", "").strip()[:80]
    is_taken = bool(code) and session.scalar(select(Item.id).where(Item.code == code)) is not None
    return replace(
        defaults,
        code="" if is_taken else code,
        competency=said.get("competency") or defaults.competency,
        level=int(level) if level in {str(number) for number in range(1, MAX_LEVEL + 1)} else defaults.level,
        subject=(said.get("subject") or defaults.subject)[:_SUBJECT],
        language=_language(said.get("language", "")) or defaults.language,
        origin=": ".join(filter(None, (intake.file_name, item.identifier)))[:_ORIGIN],
    )


def _language(code: str) -> str:
    """Return the main part of a language code (``en-US`` is en); empty for what is none."""
    main = code.strip().lower().replace("_", "-").split("-")[0]
    return main if len(main) in {2, 3} and main.isascii() and main.isalpha() else ""


def _facility(item: ReadItem) -> Decimal | None:
    try:
        value = Decimal(item.tags.get("facility", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= 1 else None
