"""One-time links to choose a password, and changing it."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.domain import LINK_LIFETIME
from merit.accounts.models import AccountLink, User
from merit.accounts.services.sessions import end_all
from merit.accounts.services.users import get_user, store_password
from merit.audit.services import record
from merit.errors import NotAllowedError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor, Permission, is_granted
from merit.security.policy import may_manage_user
from merit.security.sessions import Ending
from merit.security.tokens import new_token, token_hash


def create_link(session: Session, actor: Actor, *, user_id: int) -> str:
    """Make the link's token for an account, cancelling earlier links; it works once, for a day."""
    if not is_granted(actor, Permission.ACCOUNT_MANAGE):
        raise NotAllowedError
    user = get_user(session, user_id)
    if not may_manage_user(actor, user.id):
        raise NotAllowedError("own-account")
    if user.disabled_at is not None:
        raise RuleViolationError("user-disabled")
    now = clock.now()
    _cancel_links(session, user.id)
    token = new_token()
    purpose = "activation" if user.password_hash is None else "reset"
    session.add(
        AccountLink(
            user_id=user.id,
            purpose=purpose,
            token_hash=token_hash(token),
            created_at=now,
            created_by=actor.user_id,
            expires_at=now + LINK_LIFETIME,
        )
    )
    record(session, actor, action="user:link", subject=f"user:{user.id}", details={"purpose": purpose})
    session.flush()
    return token


def get_link_user(session: Session, token: str) -> User:
    """Return whose password a link may set; raise :class:`NotFoundError` for used, old or unknown links alike."""
    row = session.scalars(select(AccountLink).where(AccountLink.token_hash == token_hash(token))).one_or_none()
    if row is None or row.used_at or row.cancelled_at or clock.now() >= row.expires_at:
        raise NotFoundError("link-invalid")
    user = get_user(session, row.user_id)
    if user.disabled_at is not None:
        raise NotFoundError("link-invalid")
    return user


def use_link(session: Session, *, token: str, password: str) -> User:
    """Set the password by a link and use the link up; every sign-in of the account ends."""
    user = get_link_user(session, token)
    store_password(session, user, password)
    unused = AccountLink.used_at.is_(None) & AccountLink.cancelled_at.is_(None)
    taken = (
        update(AccountLink)
        .where(AccountLink.token_hash == token_hash(token), unused)
        .values(used_at=clock.now())
        .returning(AccountLink.id)
    )
    if session.execute(taken).one_or_none() is None:
        raise NotFoundError("link-invalid")
    end_all(session, user_id=user.id, ending=Ending.CREDENTIALS_CHANGED)
    record(session, Actor(user_id=user.id), action="user:set-password", subject=f"user:{user.id}")
    return user


def change_password(session: Session, actor: Actor, *, password: str, keep: int) -> None:
    """Set the actor's own password; all other sign-ins end and open links die."""
    if actor.user_id is None:
        raise NotAllowedError
    user = get_user(session, actor.user_id)
    store_password(session, user, password)
    _cancel_links(session, user.id)
    end_all(session, user_id=user.id, ending=Ending.CREDENTIALS_CHANGED, keep=keep)
    record(session, actor, action="user:change-password", subject=f"user:{user.id}")


def _cancel_links(session: Session, user_id: int) -> None:
    unused = AccountLink.used_at.is_(None) & AccountLink.cancelled_at.is_(None)
    statement = update(AccountLink).where(AccountLink.user_id == user_id, unused)
    session.execute(statement.values(cancelled_at=clock.now()))
