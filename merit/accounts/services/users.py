"""Create accounts, give and take roles, disable and enable."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.domain import Grant, find_grant_fault, folded_login, is_login, is_nip_like, leaves_no_admin
from merit.accounts.models import User, UserRole
from merit.accounts.queries import (
    enabled_admins,
    find_nip,
    find_official_id,
    find_official_name,
    find_unit_id,
    find_user_by_login,
)
from merit.accounts.services.sessions import end_all
from merit.audit.services import record
from merit.db import get_database
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.crypto import encrypt, load_keyring
from merit.security.passwords import find_fault, hash_password
from merit.security.permissions import Actor, Permission, Role, is_granted
from merit.security.policy import may_manage_user
from merit.security.sessions import Ending
from merit.security.tokens import is_totp_secret


def create_user(
    session: Session,
    actor: Actor,
    *,
    login: str,
    grants: Iterable[Grant],
    name: str = "",
    nip: str = "",
    password: str | None = None,
    totp_secret: str | None = None,
) -> User:
    """Create an account with its roles; without a password it waits for its activation link.

    ``nip`` ties the account to an official and gives it the name on record. ``totp_secret`` (base32) enrols a
    known second factor, for demonstration accounts.
    """
    if not is_granted(actor, Permission.ACCOUNT_MANAGE):
        raise NotAllowedError
    folded = _check_login(session, login, nip)
    official_id = _claim_official(session, nip)
    known_name = find_official_name(session, official_id) if official_id else ""
    user = User(
        login=folded,
        name=name.strip() or known_name or folded,
        official_id=official_id,
        created_at=clock.now(),
    )
    if password is not None:
        store_password(session, user, password)
    session.add(user)
    session.flush()
    if totp_secret is not None:
        _enrol_known(user, totp_secret)
    record(session, actor, action="user:create", subject=f"user:{user.id}", details={"official": official_id})
    for grant in grants:
        _add_role(session, actor, user, grant)
    session.flush()
    return user


def store_password(session: Session, user: User, password: str) -> None:
    """Keep a new password after checking it against the rules."""
    fault = find_fault(password, context=(user.login, find_nip(session, user.official_id)))
    if fault is not None:
        raise InvalidInputError(fault)
    user.password_hash = hash_password(password)
    user.password_changed_at = clock.now()


def get_user(session: Session, user_id: int) -> User:
    """Return an account; raise :class:`NotFoundError` when there is none."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFoundError("user-unknown")
    return user


def get_user_by_login(session: Session, login: str) -> User:
    """Return the account of a login or NIP as typed; raise :class:`NotFoundError` when there is none."""
    user = find_user_by_login(session, folded_login(login))
    if user is None:
        raise NotFoundError("user-unknown")
    return user


def grant_role(session: Session, actor: Actor, *, user_id: int, grant: Grant) -> UserRole:
    """Give a user a role; it counts from the user's next request."""
    user = _managed_user(session, actor, user_id)
    role = _add_role(session, actor, user, grant)
    session.flush()
    return role


def revoke_role(session: Session, actor: Actor, *, user_id: int, role_id: int) -> None:
    """Take a role from a user; it is gone with the user's next request."""
    user = _managed_user(session, actor, user_id)
    role = session.get(UserRole, role_id)
    if role is None or role.user_id != user.id:
        raise NotFoundError
    if role.role == Role.ADMIN and leaves_no_admin(enabled_admins(session, lock=True), user.id):
        raise RuleViolationError("last-admin")
    details = {"role": role.role, "unit": role.unit_id}
    session.delete(role)
    session.flush()
    record(session, actor, action="user:revoke-role", subject=f"user:{user.id}", details=details)


def disable_user(session: Session, actor: Actor, *, user_id: int) -> User:
    """Close an account and end its sign-ins at once."""
    user = _managed_user(session, actor, user_id)
    if leaves_no_admin(enabled_admins(session, lock=True), user.id):
        raise RuleViolationError("last-admin")
    if user.disabled_at is None:
        user.disabled_at = clock.now()
        end_all(session, user_id=user.id, ending=Ending.DISABLED)
        record(session, actor, action="user:disable", subject=f"user:{user.id}")
    return user


def enable_user(session: Session, actor: Actor, *, user_id: int) -> User:
    """Open a closed account again; its former sign-ins stay ended."""
    user = _managed_user(session, actor, user_id)
    if user.disabled_at is not None:
        user.disabled_at = None
        record(session, actor, action="user:enable", subject=f"user:{user.id}")
    session.flush()
    return user


def _managed_user(session: Session, actor: Actor, user_id: int) -> User:
    if not is_granted(actor, Permission.ACCOUNT_MANAGE):
        raise NotAllowedError
    user = get_user(session, user_id)
    if not may_manage_user(actor, user.id):
        raise NotAllowedError("own-account")
    return user


def _check_login(session: Session, login: str, nip: str) -> str:
    folded = folded_login(login)
    if not is_login(folded):
        raise InvalidInputError("login-malformed")
    if is_nip_like(folded) and folded != folded_login(nip):
        raise InvalidInputError("login-is-nip")
    if find_user_by_login(session, folded) is not None:
        raise RuleViolationError("login-taken", login=folded)
    return folded


def _claim_official(session: Session, nip: str) -> int | None:
    if not nip:
        return None
    official_id = find_official_id(session, folded_login(nip))
    if official_id is None:
        raise InvalidInputError("nip-unknown")
    if session.scalar(select(User.id).where(User.official_id == official_id)) is not None:
        raise RuleViolationError("official-has-account")
    return official_id


def _add_role(session: Session, actor: Actor, user: User, grant: Grant) -> UserRole:
    if fault := find_grant_fault(grant):
        raise InvalidInputError(fault)
    if grant.role is Role.OFFICIAL and user.official_id is None:
        raise InvalidInputError("role-needs-official")
    unit_id = find_unit_id(session, grant.unit_code) if grant.unit_code else None
    if grant.unit_code and unit_id is None:
        raise InvalidInputError("role-unit-unknown", code=grant.unit_code)
    held = select(UserRole.id).where(
        UserRole.user_id == user.id, UserRole.role == grant.role, UserRole.unit_id.is_not_distinct_from(unit_id)
    )
    if session.scalar(held) is not None:
        raise RuleViolationError("role-held")
    role = UserRole(
        user_id=user.id, role=grant.role.value, unit_id=unit_id, granted_at=clock.now(), granted_by=actor.user_id
    )
    session.add(role)
    details = {"role": grant.role.value, "unit": unit_id}
    record(session, actor, action="user:grant-role", subject=f"user:{user.id}", details=details)
    return role


def _enrol_known(user: User, secret: str) -> None:
    if not is_totp_secret(secret):
        raise InvalidInputError("totp-secret-malformed")
    keyring = load_keyring(get_database().settings.secret_file)
    user.totp_secret = encrypt(keyring, secret, context=f"users.totp_secret:{user.id}")
    user.totp_confirmed_at = clock.now()
