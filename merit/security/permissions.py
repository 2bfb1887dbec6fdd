"""Roles, permissions and the table that joins them; deny by default."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a user is to the agency."""

    ADMIN = "admin"
    OPD_ADMIN = "opd_admin"
    AUTHOR = "author"
    PROCTOR = "proctor"
    PANEL = "panel"
    AUDITOR = "auditor"
    PYB = "pyb"
    PPK = "ppk"
    OFFICIAL = "official"


class Permission(StrEnum):
    """One thing somebody may do, as ``resource:action``."""

    ACCOUNT_MANAGE = "account:manage"
    AUDIT_READ = "audit:read"
    IMPORT_RUN = "import:run"
    IMPORT_UNDO = "import:undo"
    JOB_READ = "job:read"
    OFFICIAL_LIST = "official:list"
    OFFICIAL_READ = "official:read"
    OFFICIAL_EXPORT = "official:export"
    UNIT_READ = "unit:read"
    POSITION_READ = "position:read"
    POLICY_READ = "policy:read"
    POLICY_DRAFT = "policy:draft"
    POLICY_ACTIVATE = "policy:activate"
    POLICY_SECOND = "policy:second"
    VACANCY_READ = "vacancy:read"
    VACANCY_MANAGE = "vacancy:manage"
    RUN_CREATE = "run:create"
    RUN_READ = "run:read"
    RUN_EXPORT = "run:export"
    SELF_READ = "self:read"
    DEVELOP = "develop:components"


P = Permission
_STAFF_READ = frozenset({P.OFFICIAL_LIST, P.OFFICIAL_READ, P.UNIT_READ, P.POSITION_READ})
_RUN_READ = frozenset({P.POLICY_READ, P.VACANCY_READ, P.RUN_READ, P.RUN_EXPORT})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: _STAFF_READ
    | _RUN_READ
    | {
        P.ACCOUNT_MANAGE,
        P.IMPORT_RUN,
        P.IMPORT_UNDO,
        P.JOB_READ,
        P.OFFICIAL_EXPORT,
        P.POLICY_DRAFT,
        P.POLICY_ACTIVATE,
        P.VACANCY_MANAGE,
        P.RUN_CREATE,
        P.DEVELOP,
    },
    Role.OPD_ADMIN: _STAFF_READ | {P.IMPORT_RUN, P.JOB_READ, P.OFFICIAL_EXPORT},
    Role.AUTHOR: frozenset(),
    Role.PROCTOR: frozenset(),
    Role.PANEL: _STAFF_READ | _RUN_READ,
    Role.AUDITOR: _STAFF_READ | _RUN_READ | {P.AUDIT_READ, P.JOB_READ},
    Role.PYB: _STAFF_READ | _RUN_READ,
    Role.PPK: _STAFF_READ | _RUN_READ | {P.POLICY_SECOND},
    Role.OFFICIAL: frozenset({P.SELF_READ}),
}

STAFF_ROLES = frozenset(Role) - {Role.OFFICIAL}
UNIT_SCOPED_ROLES = frozenset({Role.OPD_ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: resolved once per request or command, never taken from input.

    ``unit_ids`` are the units (descendants included) a unit-scoped role reaches; None means all units.
    ``is_system`` marks the command line and jobs run by the machine's own administrator.
    """

    user_id: int | None = None
    login: str = ""
    name: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    official_id: int | None = None
    unit_ids: frozenset[int] | None = field(default_factory=frozenset)
    is_system: bool = False


SYSTEM = Actor(login="system", name="Sistem", unit_ids=None, is_system=True)
ANONYMOUS = Actor()


def permissions_of(actor: Actor) -> frozenset[Permission]:
    """Return everything the actor's roles grant."""
    if actor.is_system:
        return frozenset(Permission)
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in actor.roles))


def is_granted(actor: Actor, permission: Permission) -> bool:
    """Whether one of the actor's roles grants the permission (which records is another question)."""
    return permission in permissions_of(actor)
