"""Hand the values experts agreed on to the item as a new version, which then takes the usual review."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from merit.assessment.domain.bank import ItemDraft
from merit.assessment.domain.items import ChoiceInteraction, ItemContent, MapEntry, MapKey
from merit.assessment.domain.workshops import Method, WorkshopState
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.queries.items import open_key
from merit.assessment.queries.standards import load_ratings, load_workshop
from merit.assessment.services.items import newest_version, save_version
from merit.audit.services import record
from merit.errors import NotAllowedError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor, Permission, is_granted


def hand_over_key(session: Session, actor: Actor, *, workshop_id: int, place: int) -> ItemVersion:
    """Write the proposed values of a finished workshop's item into a new version of the item.

    The version is a revision like any other: it is reviewed by a second person before it is used. An item that was
    changed since the workshop is refused.
    """
    if not is_granted(actor, Permission.ITEM_WRITE):
        raise NotAllowedError
    workshop = load_workshop(session, workshop_id)
    if workshop.method is not Method.EXPERT_KEYS or workshop.state is not WorkshopState.FINISHED:
        raise RuleViolationError("keys-unfinished")
    line = next((one for one in workshop.places if one.place == place), None)
    if line is None:
        raise NotFoundError("workshop-place-unknown")
    proposed = workshop.keys(load_ratings(session, workshop_id, workshop.row.round)).get(place)
    if proposed is None:
        raise RuleViolationError("keys-not-judged")
    item = session.get_one(Item, line.item_id)
    judged, newest = session.get_one(ItemVersion, line.version_id), newest_version(session, item.id)
    if newest.id != judged.id:
        raise RuleViolationError("keys-item-changed", code=item.code)
    content, key = ItemContent.model_validate(judged.content), open_key(judged)
    asked = next(one for one in content.interactions if isinstance(one, ChoiceInteraction))
    values = dict(zip((choice.id for choice in asked.choices), map(int, proposed.values), strict=True))
    rule = MapKey(entries=tuple(MapEntry(value=name, points=Decimal(points)) for name, points in values.items()))
    highest = Decimal(max(values.values()))
    draft = ItemDraft(
        content=content,
        key=key.model_copy(update={"responses": {**key.responses, asked.id: rule}, "maximum": highest}),
        facility=judged.facility,
        note=f"Lokakarya {workshop.row.name} (nomor {workshop_id})"[:200],
    )
    version = save_version(session, actor, item_id=item.id, row_version=item.row_version, draft=draft)
    details = {"workshop": workshop_id, "place": place, "version": version.number}
    record(session, actor, action="standard:hand-over-key", subject=f"item:{item.id}", details=details)
    return version
