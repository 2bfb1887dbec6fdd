from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from merit import clock
from merit.accounts.domain import Grant
from merit.accounts.models import AccountLink, User, UserRole
from merit.accounts.queries import actor_of, count_users, users_page
from merit.accounts.services.factor import decide_reset, request_reset
from merit.accounts.services.links import change_password, create_link, get_link_user, use_link
from merit.accounts.services.setup import first_admin_link
from merit.accounts.services.users import (
    create_user,
    disable_user,
    enable_user,
    get_user_by_login,
    grant_role,
    revoke_role,
)
from merit.audit.models import AuditEntry
from merit.audit.services import append_pending
from merit.errors import InvalidInputError, MeritError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.passwords import is_password
from merit.security.permissions import SYSTEM, Actor, Role
from tests import factories
from tests.web_client import PASSWORD, SECRET

pytestmark = pytest.mark.db

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)


def make(session, login: str, *roles: Role, **details) -> User:
    grants = [Grant(role=role) for role in roles]
    return create_user(session, SYSTEM, login=login, grants=grants, **details)


def as_actor(session, user: User) -> Actor:
    return actor_of(session, user)


def refusal_of(error: pytest.ExceptionInfo[MeritError]) -> str:
    return error.value.reason


def test_create_user_takes_the_name_on_record(session):
    official = factories.make_official(session, name="Rina Kusuma")

    user = make(session, official.nip, Role.OFFICIAL, nip=official.nip)

    assert (user.login, user.name, user.official_id) == (official.nip, "Rina Kusuma", official.id)
    assert user.password_hash is None


def test_create_user_is_audited_without_personal_data(session):
    official = factories.make_official(session, name="Rina Kusuma")

    user = make(session, official.nip, Role.OFFICIAL, nip=official.nip)
    append_pending(session)

    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["user:create", "user:grant-role"]
    assert [entry.subject for entry in entries] == [f"user:{user.id}"] * 2
    assert not any(official.nip in entry.payload or "Rina" in entry.payload for entry in entries)


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        ({"login": "x"}, "login-malformed"),
        ({"login": "ada spasi/"}, "login-malformed"),
        ({"login": "198504122010011003"}, "login-is-nip"),
        ({"login": "Rina"}, "login-taken"),
        ({"login": "baru", "nip": "198504122010011003"}, "nip-unknown"),
        ({"login": "baru", "password": "pendek"}, "password-too-short"),
        ({"login": "pengguna.baru", "password": "pengguna.baru jauh"}, "password-context"),
        ({"login": "baru", "totp_secret": "ABC"}, "totp-secret-malformed"),
        ({"login": "baru", "grants": [Grant(role=Role.OPD_ADMIN)]}, "role-needs-unit"),
        ({"login": "baru", "grants": [Grant(role=Role.OPD_ADMIN, unit_code="ZZZ")]}, "role-unit-unknown"),
        ({"login": "baru", "grants": [Grant(role=Role.ADMIN, unit_code="ZZZ")]}, "role-has-no-unit"),
        ({"login": "baru", "grants": [Grant(role=Role.OFFICIAL)]}, "role-needs-official"),
        ({"login": "baru", "grants": [Grant(role=Role.PANEL)] * 2}, "role-held"),
    ],
)
def test_create_user_refuses(session, details, reason):
    make(session, "rina")

    with pytest.raises(MeritError) as refusal:
        create_user(session, SYSTEM, **{"grants": [], **details})

    assert refusal_of(refusal) == reason


def test_one_official_has_one_account(session):
    official = factories.make_official(session)
    make(session, "satu", nip=official.nip)

    with pytest.raises(RuleViolationError) as refusal:
        make(session, "dua", nip=official.nip)

    assert refusal_of(refusal) == "official-has-account"


def test_only_account_managers_create_users(session):
    with pytest.raises(NotAllowedError):
        create_user(session, Actor(user_id=1, roles=frozenset({Role.AUDITOR})), login="baru", grants=[])


def test_login_is_found_by_nip_with_spaces(session):
    official = factories.make_official(session)
    user = make(session, "rina", nip=official.nip)
    nip = official.nip

    typed = f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}"

    assert get_user_by_login(session, typed) == user
    assert get_user_by_login(session, "RINA") == user
    with pytest.raises(NotFoundError):
        get_user_by_login(session, "siapa")


def test_opd_admin_reaches_the_unit_and_everything_below(session):
    parent = factories.make_unit(session)
    child = factories.make_unit(session, parent=parent)
    grandchild = factories.make_unit(session, parent=child)
    factories.make_unit(session)

    grants = [Grant(role=Role.OPD_ADMIN, unit_code=parent.code)]
    user = create_user(session, SYSTEM, login="opd", grants=grants)

    assert actor_of(session, user).unit_ids == {parent.id, child.id, grandchild.id}


def test_roles_are_read_afresh(session):
    user = make(session, "rina", Role.PANEL, Role.AUDITOR)
    before = actor_of(session, user).roles
    role = session.scalars(select(UserRole).where(UserRole.role == "auditor")).one()

    revoke_role(session, SYSTEM, user_id=user.id, role_id=role.id)

    assert before == {Role.PANEL, Role.AUDITOR}
    assert actor_of(session, user).roles == {Role.PANEL}


def test_last_admin_stays(session):
    admin = make(session, "admin", Role.ADMIN)
    role = session.scalars(select(UserRole).where(UserRole.user_id == admin.id)).one()

    for act in (
        lambda: revoke_role(session, SYSTEM, user_id=admin.id, role_id=role.id),
        lambda: disable_user(session, SYSTEM, user_id=admin.id),
    ):
        with pytest.raises(RuleViolationError) as refusal:
            act()
        assert refusal_of(refusal) == "last-admin"


def test_a_disabled_admin_does_not_count(session):
    first, second = make(session, "satu", Role.ADMIN), make(session, "dua", Role.ADMIN)
    disable_user(session, SYSTEM, user_id=first.id)

    with pytest.raises(RuleViolationError):
        disable_user(session, SYSTEM, user_id=second.id)

    enable_user(session, SYSTEM, user_id=first.id)
    disable_user(session, SYSTEM, user_id=second.id)
    assert (first.is_enabled, second.is_enabled) == (True, False)


def test_nobody_changes_the_own_account(session):
    admin = make(session, "admin", Role.ADMIN)
    make(session, "lain", Role.ADMIN)
    actor = as_actor(session, admin)
    role = session.scalars(select(UserRole).where(UserRole.user_id == admin.id)).one()

    for act in (
        lambda: grant_role(session, actor, user_id=admin.id, grant=Grant(role=Role.PPK)),
        lambda: revoke_role(session, actor, user_id=admin.id, role_id=role.id),
        lambda: disable_user(session, actor, user_id=admin.id),
        lambda: create_link(session, actor, user_id=admin.id),
    ):
        with pytest.raises(NotAllowedError) as refusal:
            act()
        assert refusal_of(refusal) == "own-account"


def test_foreign_role_row_is_not_found(session):
    one, other = make(session, "satu", Role.PANEL), make(session, "dua", Role.PANEL)
    role = session.scalars(select(UserRole).where(UserRole.user_id == other.id)).one()

    with pytest.raises(NotFoundError):
        revoke_role(session, SYSTEM, user_id=one.id, role_id=role.id)


def test_link_sets_the_password_once(session):
    user = make(session, "rina")
    token = create_link(session, SYSTEM, user_id=user.id)

    assert get_link_user(session, token) == user
    use_link(session, token=token, password=PASSWORD)

    assert is_password(user.password_hash, PASSWORD)
    with pytest.raises(NotFoundError) as refusal:
        use_link(session, token=token, password="gunung biru telur kapal")
    assert refusal_of(refusal) == "link-invalid"


def test_weak_password_leaves_the_link_usable(session):
    user = make(session, "rina")
    token = create_link(session, SYSTEM, user_id=user.id)

    with pytest.raises(InvalidInputError):
        use_link(session, token=token, password="katasandi1234")

    assert get_link_user(session, token) == user


def test_link_dies_after_a_day(session):
    with clock.frozen(NOON):
        user = make(session, "rina")
        token = create_link(session, SYSTEM, user_id=user.id)
    with clock.frozen(NOON + dt.timedelta(hours=23, minutes=59)):
        assert get_link_user(session, token) == user
    with clock.frozen(NOON + dt.timedelta(hours=24)), pytest.raises(NotFoundError):
        get_link_user(session, token)


def test_new_link_and_new_password_cancel_the_old_link(session):
    user = make(session, "rina")
    first = create_link(session, SYSTEM, user_id=user.id)
    second = create_link(session, SYSTEM, user_id=user.id)
    change_password(session, Actor(user_id=user.id), password=PASSWORD, keep=0)

    for token in (first, second, "unknown"):
        with pytest.raises(NotFoundError):
            get_link_user(session, token)


def test_only_the_hash_of_a_link_is_kept(session):
    token = create_link(session, SYSTEM, user_id=make(session, "rina").id)

    assert session.scalars(select(AccountLink.token_hash)).one() != token


def test_disabled_account_gets_and_uses_no_link(session):
    user = make(session, "rina")
    token = create_link(session, SYSTEM, user_id=user.id)
    disable_user(session, SYSTEM, user_id=user.id)

    with pytest.raises(NotFoundError):
        get_link_user(session, token)
    with pytest.raises(RuleViolationError):
        create_link(session, SYSTEM, user_id=user.id)


def test_lost_factor_needs_two_officers(session):
    owner = make(session, "pemilik", Role.ADMIN, totp_secret=SECRET)
    asking, deciding = (as_actor(session, make(session, name, Role.ADMIN)) for name in ("satu", "dua"))
    reset = request_reset(session, asking, user_id=owner.id, reason="Ponsel hilang")

    for actor in (asking, as_actor(session, owner)):
        with pytest.raises(NotAllowedError) as refusal:
            decide_reset(session, actor, reset_id=reset.id, approve=True)
        assert refusal_of(refusal) == "second-officer-needed"
    decide_reset(session, deciding, reset_id=reset.id, approve=True)

    assert (owner.has_factor, owner.totp_secret) == (False, None)
    with pytest.raises(RuleViolationError):
        decide_reset(session, deciding, reset_id=reset.id, approve=True)


def test_refused_reset_leaves_the_factor(session):
    owner = make(session, "pemilik", Role.PANEL, totp_secret=SECRET)
    asking, deciding = (as_actor(session, make(session, name, Role.ADMIN)) for name in ("satu", "dua"))
    reset = request_reset(session, asking, user_id=owner.id, reason="Ponsel hilang")

    decide_reset(session, deciding, reset_id=reset.id, approve=False)

    assert owner.has_factor


@pytest.mark.parametrize(
    ("target", "reason", "refusal"),
    [
        ("satu", "Hilang", "own-account"),
        ("tanpa", "Hilang", "factor-not-enrolled"),
        ("diminta", "Hilang", "reset-open"),
        ("dengan", "  ", "reason-missing"),
    ],
)
def test_request_reset_refuses(session, target, reason, refusal):
    asking = as_actor(session, make(session, "satu", Role.ADMIN))
    users = {"satu": asking.user_id, "tanpa": make(session, "tanpa").id}
    users |= {name: make(session, name, totp_secret=SECRET).id for name in ("dengan", "diminta")}
    request_reset(session, asking, user_id=users["diminta"], reason="Ponsel hilang")

    with pytest.raises(MeritError) as refused:
        request_reset(session, asking, user_id=users[target], reason=reason)

    assert refusal_of(refused) == refusal


def test_the_machine_alone_cannot_remove_a_factor(session):
    owner = make(session, "pemilik", totp_secret=SECRET)

    with pytest.raises(NotAllowedError):
        request_reset(session, SYSTEM, user_id=owner.id, reason="Hilang")


def test_first_admin_link_until_a_password_is_chosen(session):
    first = first_admin_link(session)
    second = first_admin_link(session)

    with pytest.raises(NotFoundError):
        get_link_user(session, first)
    use_link(session, token=second, password=PASSWORD)

    assert first_admin_link(session) is None
    assert session.scalars(select(User.login)).all() == ["admin"]


def test_users_page_searches_filters_and_sorts(session):
    official = factories.make_official(session, name="Zulkifli")
    make(session, "zul", Role.PANEL, nip=official.nip)
    make(session, "ani", Role.PANEL, name="Ani 100%_")
    make(session, "adi", Role.AUDITOR, name="Adi", password=PASSWORD)

    def logins(**filters) -> list[str]:
        return [user.login for user in session.scalars(users_page(**filters))]

    assert logins(role="panel", sort="name", descending=True) == ["zul", "ani"]
    assert logins(search="100%_") == ["ani"]
    assert logins(search=official.nip) == ["zul"]
    assert logins(state="waiting") == ["ani", "zul"]
    assert logins(state="disabled") == []
    assert count_users(session, search="a", state="enabled") == 2
