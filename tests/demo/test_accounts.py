"""Demonstration accounts: one per role, usable at once, secrets stored nowhere in clear."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from merit.accounts.models import User
from merit.demo.accounts import STAFF, create_staff, new_password
from merit.security.passwords import find_fault, is_password
from merit.security.permissions import STAFF_ROLES, Role

pytestmark = pytest.mark.db


def test_every_staff_role_has_an_account_and_panels_are_three():
    roles = [role for _login, _name, role in STAFF]

    assert set(roles) == STAFF_ROLES
    assert roles.count(Role.PANEL) == 3


def test_staff_accounts_are_enrolled(session):
    accounts, actors = create_staff(session, {Role.ADMIN, Role.PPK})

    users = {user.login: user for user in session.scalars(select(User))}
    assert [account.login for account in accounts] == ["demo-admin", "demo-ppk"]
    assert actors[Role.PPK].roles == {Role.PPK}
    for account in accounts:
        user = users[account.login]
        assert is_password(user.password_hash, account.password)
        assert user.has_factor
        assert account.totp_secret not in (user.totp_secret or "")


def test_passwords_are_strong_and_never_the_same():
    passwords = {new_password() for _ in range(50)}

    assert len(passwords) == 50
    assert {find_fault(password, context=("demo-admin", "")) for password in passwords} == {None}
