"""Which records an actor reaches: pure predicates, the same for pages, commands and exports."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from merit.security.permissions import (
    STAFF_ROLES,
    UNIT_SCOPED_ROLES,
    Actor,
    Permission,
    Role,
    is_granted,
)

# Roles that look at the whole agency. A user who also holds a unit-scoped role is held to the units, because
# one set of units serves reading and writing alike; only the admin outranks that.
AGENCY_ROLES = frozenset({Role.ADMIN, Role.PANEL, Role.AUDITOR, Role.PYB, Role.PPK})


def unit_scope(roles: AbstractSet[Role], units: AbstractSet[int]) -> frozenset[int] | None:
    """Return the units an actor of these roles reaches; None means all, ``units`` are those of scoped roles."""
    if Role.ADMIN in roles:
        return None
    if roles & UNIT_SCOPED_ROLES:
        return frozenset(units)
    return None if roles & AGENCY_ROLES else frozenset()


def is_staff(roles: AbstractSet[Role]) -> bool:
    """Whether one of the roles belongs to staff, who need a second factor and shorter sessions."""
    return bool(roles & STAFF_ROLES)


def reaches_unit(actor: Actor, unit_id: int) -> bool:
    """Whether the unit lies in the actor's scope."""
    return actor.is_system or actor.unit_ids is None or unit_id in actor.unit_ids


def is_self(actor: Actor, official_id: int) -> bool:
    """Whether the record is the actor's own."""
    return actor.official_id is not None and actor.official_id == official_id


def may_read_unit(actor: Actor, unit_id: int) -> bool:
    """Whether the actor may read a unit."""
    return is_granted(actor, Permission.UNIT_READ) and reaches_unit(actor, unit_id)


def may_read_official(actor: Actor, unit_id: int, official_id: int) -> bool:
    """Whether the actor may read the record of an official who now serves in ``unit_id``."""
    if is_self(actor, official_id) and is_granted(actor, Permission.SELF_READ):
        return True
    return is_granted(actor, Permission.OFFICIAL_READ) and reaches_unit(actor, unit_id)


def may_import_for(actor: Actor, unit_id: int) -> bool:
    """Whether the actor may bring in records of officials of a unit."""
    return is_granted(actor, Permission.IMPORT_RUN) and reaches_unit(actor, unit_id)


def may_manage_user(actor: Actor, user_id: int) -> bool:
    """Whether the actor may change the account, which never is the actor's own."""
    return is_granted(actor, Permission.ACCOUNT_MANAGE) and actor.user_id != user_id
