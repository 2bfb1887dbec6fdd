"""Selects on users, their roles and sign-ins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, column, exists, func, or_, select, table
from sqlalchemy.orm import Session, selectinload

from merit.accounts.domain import is_nip_like
from merit.accounts.models import FactorReset, KnownPlace, User, UserRole, UserSession
from merit.errors import NotAllowedError
from merit.security.permissions import SYSTEM, Actor, Role
from merit.security.policy import unit_scope

# The people slice lies above this one, so its tables are named here by the few columns needed.
_officials = table("officials", column("id"), column("nip"))
_units = table("org_units", column("id"), column("code"))
_unit_records = table(
    "org_unit_records", column("unit_id"), column("parent_id"), column("name"), column("superseded_at")
)
_official_records = table("official_records", column("official_id"), column("name"), column("superseded_at"))

STATES = ("enabled", "disabled", "waiting")
SORTS = {"login": User.login, "name": User.name, "created": User.created_at, "last": User.last_sign_in_at}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleLine:
    """A role as a list shows it."""

    id: int
    role: Role
    unit_id: int | None
    unit_code: str
    unit_name: str
    granted_at: dt.datetime


def find_user_by_login(session: Session, login: str) -> User | None:
    """Return the account of a folded login or NIP, None when there is none."""
    user = session.scalars(select(User).where(User.login == login)).one_or_none()
    if user is not None or not is_nip_like(login):
        return user
    owner = select(_officials.c.id).where(_officials.c.nip == login).scalar_subquery()
    return session.scalars(select(User).where(User.official_id == owner)).one_or_none()


def find_official_id(session: Session, nip: str) -> int | None:
    """Return the official of a NIP, None when unknown."""
    return session.scalar(select(_officials.c.id).where(_officials.c.nip == nip))


def find_nip(session: Session, official_id: int | None) -> str:
    """Return an official's NIP, "" for an account without official."""
    if official_id is None:
        return ""
    return session.scalar(select(_officials.c.nip).where(_officials.c.id == official_id)) or ""


def find_official_name(session: Session, official_id: int) -> str:
    """Return the official's name as known now, "" when there is no record."""
    records = _official_records.c
    statement = select(records.name).where(records.official_id == official_id, records.superseded_at.is_(None))
    return session.scalar(statement) or ""


def find_unit_id(session: Session, code: str) -> int | None:
    """Return the unit of a code, None when unknown."""
    return session.scalar(select(_units.c.id).where(_units.c.code == code))


def unit_choices(session: Session) -> list[tuple[str, str]]:
    """Return code and name of every unit, by name, for a choice."""
    records = _unit_records.c
    statement = (
        select(_units.c.code, records.name)
        .join(_unit_records, records.unit_id == _units.c.id)
        .where(records.superseded_at.is_(None))
        .order_by(records.name)
    )
    return [(code, name) for code, name in session.execute(statement)]


def with_descendants(session: Session, unit_ids: Sequence[int]) -> frozenset[int]:
    """Return the units and everything below them in the tree as known now."""
    if not unit_ids:
        return frozenset()
    reached = select(_units.c.id).where(_units.c.id.in_(unit_ids)).cte("reached", recursive=True)
    records = _unit_records.c
    below = select(records.unit_id).where(records.parent_id == reached.c.id, records.superseded_at.is_(None))
    # UNION, not UNION ALL: a damaged tree with a cycle must not run for ever.
    return frozenset(session.scalars(select(reached.union(below).c.id)))


def actor_of(session: Session, user: User) -> Actor:
    """Resolve what the user may reach now: roles and units are read afresh every time."""
    rows = session.execute(select(UserRole.role, UserRole.unit_id).where(UserRole.user_id == user.id)).all()
    roles = frozenset(Role(role) for role, _unit in rows)
    units = with_descendants(session, [unit_id for _role, unit_id in rows if unit_id is not None])
    return Actor(
        user_id=user.id,
        login=user.login,
        name=user.name,
        roles=roles,
        official_id=user.official_id,
        unit_ids=unit_scope(roles, units),
    )


def actor_of_user(session: Session, user_id: int | None) -> Actor:
    """Resolve whoever ordered a job with the roles held now; raise :class:`NotAllowedError` once disabled."""
    if user_id is None:
        return SYSTEM
    user = session.get_one(User, user_id)
    if not user.is_enabled:
        raise NotAllowedError
    return actor_of(session, user)


def find_session(session: Session, reference_hash: str) -> tuple[UserSession, User] | None:
    """Return a sign-in that nobody has ended, with its enabled user."""
    statement = (
        select(UserSession, User)
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.reference_hash == reference_hash,
            UserSession.ended_at.is_(None),
            User.disabled_at.is_(None),
        )
    )
    row = session.execute(statement).one_or_none()
    return None if row is None else (row[0], row[1])


def open_sessions(session: Session, user_id: int) -> Sequence[UserSession]:
    """Return the sign-ins of a user that are not ended, the latest first."""
    return session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), UserSession.stage == "open")
        .order_by(UserSession.seen_at.desc())
    ).all()


def is_known_place(session: Session, user_id: int, kind: str, place_hash: str, since: dt.datetime) -> bool:
    """Whether the user signed in from a device or network since an instant."""
    condition = select(KnownPlace.id).where(
        KnownPlace.user_id == user_id,
        KnownPlace.kind == kind,
        KnownPlace.place_hash == place_hash,
        KnownPlace.last_seen_at >= since,
    )
    return session.scalar(select(exists(condition))) or False


def enabled_admins(session: Session, *, lock: bool = False) -> frozenset[int]:
    """Return the users who can manage accounts; ``lock`` keeps others from removing one meanwhile."""
    statement = (
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == Role.ADMIN.value, User.disabled_at.is_(None))
        .order_by(User.id)
    )
    return frozenset(session.scalars(statement.with_for_update() if lock else statement))


def users_page(
    *, search: str = "", role: str = "", state: str = "", sort: str = "login", descending: bool = False
) -> Select[User]:
    """Return the list of accounts as filtered and sorted; the caller sets limit and offset."""
    key = SORTS[sort]
    order = key.desc().nulls_last() if descending else key.asc().nulls_last()
    conditions = list(_user_conditions(search, role, state))
    return select(User).where(*conditions).order_by(order, User.id).options(selectinload(User.roles))


def count_users(session: Session, *, search: str = "", role: str = "", state: str = "") -> int:
    """Return how many accounts the filters leave."""
    return session.scalar(select(func.count()).select_from(User).where(*_user_conditions(search, role, state))) or 0


def _user_conditions(search: str, role: str, state: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if words := search.strip():
        compact = words.replace(" ", "")
        owners = select(_officials.c.id).where(_officials.c.nip == compact)
        conditions.append(
            or_(
                User.login.icontains(compact, autoescape=True),
                User.name.icontains(words, autoescape=True),
                User.official_id.in_(owners),
            )
        )
    if role:
        conditions.append(User.id.in_(select(UserRole.user_id).where(UserRole.role == role)))
    if state == "disabled":
        conditions.append(User.disabled_at.is_not(None))
    if state == "enabled":
        conditions.append(User.disabled_at.is_(None))
    if state == "waiting":
        conditions.append(User.password_hash.is_(None))
    return conditions


def role_lines(session: Session, user_id: int) -> list[RoleLine]:
    """Return the roles of a user with the names of their units."""
    records = _unit_records.c
    statement = (
        select(UserRole, _units.c.code, records.name)
        .outerjoin(_units, _units.c.id == UserRole.unit_id)
        .outerjoin(_unit_records, (records.unit_id == UserRole.unit_id) & records.superseded_at.is_(None))
        .where(UserRole.user_id == user_id)
        .order_by(UserRole.role, _units.c.code)
    )
    return [
        RoleLine(
            id=role.id,
            role=Role(role.role),
            unit_id=role.unit_id,
            unit_code=code or "",
            unit_name=name or "",
            granted_at=role.granted_at,
        )
        for role, code, name in session.execute(statement)
    ]


def open_reset(session: Session, user_id: int) -> FactorReset | None:
    """Return the undecided request to remove a user's second factor."""
    return session.scalars(
        select(FactorReset).where(FactorReset.user_id == user_id, FactorReset.decided_at.is_(None))
    ).one_or_none()


def open_resets(session: Session) -> Sequence[tuple[FactorReset, User]]:
    """Return every undecided request, the oldest first."""
    statement = (
        select(FactorReset, User)
        .join(User, User.id == FactorReset.user_id)
        .where(FactorReset.decided_at.is_(None))
        .order_by(FactorReset.requested_at)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]
