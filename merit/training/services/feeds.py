"""Private addresses of calendars: make one, end it, find whose it is."""

from __future__ import annotations

import secrets

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.accounts.queries import actor_of_user
from merit.audit.services import record
from merit.db import get_database
from merit.errors import NotAllowedError, NotFoundError
from merit.security.crypto import load_keyring, reference
from merit.security.permissions import Actor, Permission, permissions_of
from merit.training.models.classes import CalendarFeed

_BYTES = 24
_READERS = frozenset({Permission.TRAINING_READ, Permission.SELF_READ})


def make_feed(session: Session, actor: Actor) -> str:
    """Return the token of a new private address; a former one stops working."""
    if actor.user_id is None:
        raise NotAllowedError
    session.execute(select(User.id).where(User.id == actor.user_id).with_for_update())  # one address, asked twice too
    end_feed(session, actor)
    token = secrets.token_urlsafe(_BYTES)
    feed = CalendarFeed(user_id=actor.user_id, token_reference=_refer(token), created_at=clock.now())
    session.add(feed)
    session.flush()
    record(session, actor, action="calendar:make", subject=f"calendar:{feed.id}")
    return token


def end_feed(session: Session, actor: Actor) -> bool:
    """End one's private address; return whether there was one."""
    if actor.user_id is None:
        raise NotAllowedError
    feed = find_feed(session, actor)
    if feed is None:
        return False
    session.execute(update(CalendarFeed).where(CalendarFeed.id == feed.id).values(revoked_at=clock.now()))
    record(session, actor, action="calendar:end", subject=f"calendar:{feed.id}")
    return True


def find_feed(session: Session, actor: Actor) -> CalendarFeed | None:
    """Return one's working private address."""
    statement = select(CalendarFeed).where(CalendarFeed.user_id == actor.user_id, CalendarFeed.revoked_at.is_(None))
    return session.scalars(statement).one_or_none()


def get_owner(session: Session, token: str) -> User:
    """Return whose calendar an address shows.

    Raises
    ------
    NotFoundError
        The address is ended, or its owner is disabled or no longer has a role that reads the calendar.
    """
    statement = (
        select(User)
        .join(CalendarFeed, CalendarFeed.user_id == User.id)
        .where(CalendarFeed.token_reference == _refer(token), CalendarFeed.revoked_at.is_(None))
        .where(User.disabled_at.is_(None))
    )
    owner = session.scalars(statement).one_or_none()
    if owner is None or not permissions_of(actor_of_user(session, owner.id)) & _READERS:
        raise NotFoundError("calendar-unknown")
    return owner


def _refer(token: str) -> str:
    return reference(load_keyring(get_database().settings.secret_file), token, purpose="calendar-feed")
