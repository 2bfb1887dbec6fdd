"""Pictures and sounds that no version of an item names: shown, and deleted by somebody who keeps the bank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, Text, delete, select, type_coerce
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.assessment.domain.bank import media_in
from merit.assessment.models.items import ItemVersion, Medium
from merit.assessment.queries.items import key_context, keyring
from merit.assessment.services.items import require
from merit.assessment.services.media import medium_path
from merit.audit.services import record
from merit.security.crypto import decrypt
from merit.security.permissions import Actor, Permission

SPARED = dt.timedelta(hours=24)  # somebody may still be writing the item a picture was taken in for
MOST = 200
_STREAMED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusedMedium:
    """A picture or sound nothing names, with who took it in and when."""

    id: int
    address: str
    name: str
    media_type: str
    size: int
    kept_by: str
    kept_at: dt.datetime

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown."""
        return self.media_type.startswith("image/")

    @property
    def kilobytes(self) -> int:
        """The size, at least 1."""
        return max(round(self.size / 1024), 1)


def list_unused(session: Session, actor: Actor) -> list[UnusedMedium]:
    """Return the media of at least a day that no version of an item names, the oldest first, at most :data:`MOST`."""
    require(actor, Permission.ITEM_WRITE)
    rows = session.execute(
        select(Medium, User.name).outerjoin(User, User.id == Medium.created_by).where(_is_old()).order_by(Medium.id)
    ).all()
    unused = _unnamed(session, [row.Medium.sha256 for row in rows])
    return [_shown(row) for row in rows if row.Medium.sha256 in unused][:MOST]


def delete_unused(session: Session, actor: Actor, *, ids: Collection[int]) -> int:
    """Delete those of the media that still nothing names; their files go with :func:`sweep_files` after the commit.

    The rows are locked first: whoever saves an item that names one waits, or is waited for.
    """
    require(actor, Permission.ITEM_WRITE)
    media = session.scalars(select(Medium).where(Medium.id.in_(ids), _is_old()).with_for_update()).all()
    unused = _unnamed(session, [medium.sha256 for medium in media])
    gone = [medium for medium in media if medium.sha256 in unused]
    for medium in gone:
        details = {"sha256": medium.sha256, "type": medium.media_type, "bytes": medium.size}
        record(session, actor, action="medium:delete", subject=f"medium:{medium.id}", details=details)
    session.execute(delete(Medium).where(Medium.id.in_([medium.id for medium in gone])))
    return len(gone)


def sweep_files(session: Session) -> int:
    """Remove the files of media that are no longer in the database; return how many.

    A file younger than a day may belong to a medium whose row is about to be written.
    """
    folder = medium_path("x").parent
    kept = set(session.scalars(select(Medium.sha256)))
    oldest = (clock.now() - SPARED).timestamp()
    left = [path for path in folder.glob("*") if path.name not in kept and path.stat().st_mtime < oldest]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _is_old() -> ColumnElement[bool]:
    return Medium.created_at < clock.now() - SPARED


def _unnamed(session: Session, hashes: Sequence[str]) -> set[str]:
    """Return those of the hashes that stand in no version's content or key; keys are opened only where it matters."""
    left = set(hashes)
    for texts in (_contents, _keys):
        if left:
            for text in texts(session):
                left -= media_in(text)
    return left


def _contents(session: Session) -> Iterable[str]:
    return session.scalars(select(type_coerce(ItemVersion.content, Text)).execution_options(yield_per=_STREAMED))


def _keys(session: Session) -> Iterable[str]:
    """Yield every key as text, for the search alone: nobody is shown any."""
    ring = keyring()
    columns = (ItemVersion.item_id, ItemVersion.number, ItemVersion.sealed_key)
    for row in session.execute(select(*columns).execution_options(yield_per=_STREAMED)):
        yield decrypt(ring, row.sealed_key, context=key_context(row.item_id, row.number))


def _shown(row: Row[Medium, str | None]) -> UnusedMedium:
    medium: Medium = row.Medium
    return UnusedMedium(
        id=medium.id,
        address=medium.address,
        name=medium.name,
        media_type=medium.media_type,
        size=medium.size,
        kept_by=row.name or "",
        kept_at=medium.created_at,
    )
