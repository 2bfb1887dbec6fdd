"""The first admin of an installation: no default password, one one-time link."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.accounts.domain import Grant
from merit.accounts.models import User, UserRole
from merit.accounts.services.links import create_link
from merit.accounts.services.users import create_user
from merit.audit.services import record
from merit.i18n import _
from merit.security.permissions import SYSTEM, Role

FIRST_LOGIN = "admin"


def first_admin_link(session: Session) -> str | None:
    """Return the token of the first admin's link, None once an enabled admin has chosen a password.

    Running it again before that cancels the earlier link and makes a fresh one.
    """
    admins = session.scalars(
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == Role.ADMIN.value, User.disabled_at.is_(None))
        .order_by(User.id)
    ).all()
    if any(admin.password_hash for admin in admins):
        return None
    if admins:
        return create_link(session, SYSTEM, user_id=admins[0].id)
    record(session, SYSTEM, action="system:init", subject="system:merit")
    admin = create_user(session, SYSTEM, login=FIRST_LOGIN, name=_("Admin pertama"), grants=[Grant(role=Role.ADMIN)])
    return create_link(session, SYSTEM, user_id=admin.id)
