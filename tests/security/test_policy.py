from __future__ import annotations

import pytest

from merit.security.permissions import ANONYMOUS, SYSTEM, Actor, Role
from merit.security.policy import (
    is_staff,
    may_import_for,
    may_manage_user,
    may_read_official,
    may_read_unit,
    unit_scope,
)

pytestmark = pytest.mark.unit


def actor(*roles: Role, units: frozenset[int] | None = frozenset(), official: int | None = None) -> Actor:
    return Actor(user_id=1, login="a", roles=frozenset(roles), unit_ids=units, official_id=official)


@pytest.mark.parametrize(
    ("roles", "scope"),
    [
        ({Role.ADMIN}, None),
        ({Role.AUDITOR}, None),
        ({Role.PANEL}, None),
        ({Role.OPD_ADMIN}, frozenset({3, 4})),
        ({Role.OPD_ADMIN, Role.PANEL}, frozenset({3, 4})),  # the narrower one holds
        ({Role.OPD_ADMIN, Role.ADMIN}, None),
        ({Role.OFFICIAL}, frozenset()),
        ({Role.AUTHOR, Role.PROCTOR}, frozenset()),
        (set(), frozenset()),
    ],
)
def test_unit_scope(roles, scope):
    assert unit_scope(roles, {3, 4}) == scope


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (actor(Role.ADMIN, units=None), True),
        (actor(Role.OPD_ADMIN, units=frozenset({3})), True),
        (actor(Role.OPD_ADMIN, units=frozenset({4})), False),
        (actor(Role.OFFICIAL, official=7), True),
        (actor(Role.OFFICIAL, official=8), False),
        (actor(Role.AUTHOR), False),
        (SYSTEM, True),
        (ANONYMOUS, False),
    ],
)
def test_may_read_official(who, may):
    assert may_read_official(who, unit_id=3, official_id=7) is may


def test_own_record_needs_the_official_role():
    assert not may_read_official(actor(Role.AUTHOR, official=7), unit_id=3, official_id=7)


def test_may_read_unit_and_import_follow_the_scope():
    opd = actor(Role.OPD_ADMIN, units=frozenset({3}))

    assert (may_read_unit(opd, 3), may_read_unit(opd, 4)) == (True, False)
    assert (may_import_for(opd, 3), may_import_for(opd, 4)) == (True, False)
    assert not may_import_for(actor(Role.PANEL, units=None), 3)


def test_nobody_manages_the_own_account():
    assert may_manage_user(actor(Role.ADMIN, units=None), 2)
    assert not may_manage_user(actor(Role.ADMIN, units=None), 1)
    assert not may_manage_user(actor(Role.AUDITOR, units=None), 2)


def test_every_role_but_official_is_staff():
    assert {role for role in Role if not is_staff({role})} == {Role.OFFICIAL}
