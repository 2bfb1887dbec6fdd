"""Review of items: comments on a version, and reading keys under watch."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.models.items import COMMENT_KINDS, Item, ItemComment, ItemVersion
from merit.assessment.services.items import require
from merit.audit.models import AuditEntry
from merit.audit.services import record
from merit.db import get_database
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor, Permission

MAX_COMMENT = 4000
READ, READ_OWN, REFUSED = "item:read-key", "item:read-own-key", "item:refuse-key"
_WATCHED = dt.timedelta(hours=1)


def comment_version(
    session: Session, actor: Actor, *, version_id: int, text: str, kind: str = "comment"
) -> ItemComment:
    """Write a comment on a version; one of kind ``review`` must be settled before the version passes."""
    require(actor, Permission.ITEM_WRITE, Permission.ITEM_REVIEW)
    text = text.strip()
    if not text or len(text) > MAX_COMMENT or kind not in COMMENT_KINDS:
        raise InvalidInputError("item-comment-text")
    version = session.get(ItemVersion, version_id)
    if version is None:
        raise NotFoundError
    comment = ItemComment(version_id=version_id, kind=kind, text=text, by_id=actor.user_id, at=clock.now())
    session.add(comment)
    session.flush()
    details = {"comment": comment.id, "kind": kind}
    record(session, actor, action="item:comment", subject=f"item:{version.item_id}", details=details)
    return comment


def settle_comment(session: Session, actor: Actor, *, comment_id: int) -> ItemComment:
    """Settle a comment; a review comment is settled by whoever made it or by a reviewer who did not write the item."""
    require(actor, Permission.ITEM_WRITE, Permission.ITEM_REVIEW)
    comment = session.scalars(select(ItemComment).where(ItemComment.id == comment_id).with_for_update()).one_or_none()
    if comment is None:
        raise NotFoundError
    version = session.get_one(ItemVersion, comment.version_id)
    if comment.kind == "review" and actor.user_id != comment.by_id and actor.user_id == version.created_by:
        raise RuleViolationError("item-comment-not-yours")
    if comment.settled_at is None:
        comment.settled_at, comment.settled_by = clock.now(), actor.user_id
        session.flush()
        details = {"comment": comment.id}
        record(session, actor, action="item:settle", subject=f"item:{version.item_id}", details=details)
    return comment


def note_key_reading(session: Session, actor: Actor, *, item: Item, version: ItemVersion, purpose: str) -> bool:
    """Note that the actor sees a key; return False, noting that too, when they have seen too many in an hour.

    The same item again within the hour is the same reading. Keys of one's own versions are noted, not counted.
    """
    require(actor, Permission.ITEM_WRITE, Permission.ITEM_REVIEW)
    subject = f"item:{item.id}"
    own = actor.user_id is not None and version.created_by == actor.user_id
    action = READ_OWN if own else READ
    seen = _subjects_read(session, actor, action)
    if subject in seen:
        return True
    is_allowed = own or len(seen) < get_database().settings.key_readings_per_hour
    details = {"version": version.number, "purpose": purpose, "in_hour": len(seen)}
    record(session, actor, action=action if is_allowed else REFUSED, subject=subject, details=details)
    return is_allowed


def _subjects_read(session: Session, actor: Actor, action: str) -> frozenset[str]:
    statement = select(AuditEntry.subject).where(
        AuditEntry.action == action,
        AuditEntry.actor_id.is_not_distinct_from(actor.user_id),
        AuditEntry.recorded_at > clock.now() - _WATCHED,
    )
    return frozenset(session.scalars(statement.distinct()))
