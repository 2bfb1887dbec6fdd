from __future__ import annotations

import pytest
from sqlalchemy import event, select

from merit import db
from merit.accounts.models import FactorReset, User, UserRole
from merit.security.permissions import Role
from tests import factories
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web


@pytest.fixture
def admin(client):
    """A client whose user is an admin."""
    make_user("admin", Role.ADMIN)
    sign_in(client, "admin")
    return client


def find_user(login: str) -> User:
    with db.unit_of_work() as session:
        user = session.scalars(select(User).where(User.login == login)).one()
        session.expunge(user)
        return user


def roles_of(login: str) -> set[str]:
    with db.reading() as session:
        statement = select(UserRole.role).join(User, User.id == UserRole.user_id).where(User.login == login)
        return set(session.scalars(statement))


@pytest.mark.parametrize("role", [Role.PANEL, Role.AUDITOR, Role.OPD_ADMIN, Role.PPK])
def test_only_admins_see_accounts(client, role):
    from merit.accounts.domain import Grant

    with db.unit_of_work() as session:
        unit = factories.make_unit(session).code
    grant = Grant(role=role, unit_code=unit if role is Role.OPD_ADMIN else "")
    user_id = make_user("rina", grants=[grant])
    sign_in(client, "rina")

    for path in ("/pengguna", "/pengguna/baru", f"/pengguna/{user_id}", "/pengguna/faktor"):
        assert client.get(path).status_code == 404
    assert post(client, f"/pengguna/{user_id}/peran", {"role": "admin"}, page="/akun").status_code == 404
    assert roles_of("rina") == {role.value}


def test_list_shows_searches_and_filters(admin):
    make_user("rina", Role.PANEL)
    make_user("joko", Role.AUDITOR, password=None)

    everybody = admin.get("/pengguna").text
    panel = admin.get("/pengguna?peran=panel").text
    waiting = admin.get("/pengguna?status=waiting&urut=-name").text
    found = admin.get("/pengguna?cari=Nama+jok").text

    assert all(f"Nama {login}" in everybody for login in ("admin", "rina", "joko"))
    assert ("Nama rina" in panel, "Nama joko" in panel) == (True, False)
    assert ("Nama rina" in waiting, "Nama joko" in waiting) == (False, True)
    assert ("Nama rina" in found, "Nama joko" in found) == (False, True)


@pytest.mark.parametrize(
    "query", ["urut=password_hash", "halaman=99999999999999", "halaman=-1", "peran='--", "status=x"]
)
def test_list_ignores_what_it_does_not_know(admin, query):
    assert admin.get(f"/pengguna?{query}").status_code == 200


def test_list_makes_the_same_number_of_queries_for_one_and_three(admin, database):
    counts = []
    for logins in (["satu"], ["dua", "tiga"]):
        for login in logins:
            make_user(login, Role.PANEL, password=None, secret=None)
        admin.get("/pengguna")
        statements: list[str] = []
        listener = lambda *arguments, seen=statements: seen.append(arguments[2])  # noqa: E731 -- removed below
        event.listen(database.engine, "before_cursor_execute", listener)
        admin.get("/pengguna")
        event.remove(database.engine, "before_cursor_execute", listener)
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_names_are_escaped(admin):
    data = {"login": "jahat", "name": "<script>alert(1)</script>", "nip": "", "role": "panel", "unit": ""}

    post(admin, "/pengguna/baru", data, page="/pengguna")

    page = admin.get("/pengguna").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page


def test_create_shows_the_link_once(admin):
    answer = post(admin, "/pengguna/baru", {"login": "rina", "name": "Rina", "role": "panel"}, page="/pengguna")
    first, second = (admin.get(answer.headers["Location"]).text for _time in range(2))

    link = first.split('one-time-link">')[1].split("<")[0]
    assert "one-time-link" not in second
    assert admin.get(link.removeprefix("http://localhost")).status_code == 200


def test_create_explains_what_is_wrong(admin):
    answer = post(admin, "/pengguna/baru", {"login": "admin", "role": "opd_admin"}, page="/pengguna")

    assert answer.status_code == 422
    assert "sudah dipakai" in answer.text


def test_roles_are_given_and_taken(admin):
    user_id = make_user("rina", Role.PANEL)
    page = f"/pengguna/{user_id}"

    post(admin, f"{page}/peran", {"role": "auditor", "unit": ""}, page=page)
    assert roles_of("rina") == {"panel", "auditor"}
    with db.reading() as session:
        role_id = session.scalars(select(UserRole.id).where(UserRole.role == "panel")).one()
    post(admin, f"{page}/peran/{role_id}/cabut", page=page)

    assert roles_of("rina") == {"auditor"}


def test_disable_enable_and_link(admin):
    user_id = make_user("rina", Role.PANEL)
    page = f"/pengguna/{user_id}"

    post(admin, f"{page}/nonaktifkan", page=page)
    assert not find_user("rina").is_enabled
    assert "Nonaktif" in admin.get(page).text
    post(admin, f"{page}/aktifkan", page=page)
    assert find_user("rina").is_enabled
    post(admin, f"{page}/tautan", page=page)
    assert "one-time-link" in admin.get(page).text


def test_own_account_page_offers_no_change(admin):
    user_id = find_user("admin").id

    assert "/nonaktifkan" not in admin.get(f"/pengguna/{user_id}").text
    answer = post(admin, f"/pengguna/{user_id}/peran", {"role": "ppk"}, page="/pengguna")
    assert answer.status_code == 403
    assert roles_of("admin") == {"admin"}


def test_unknown_account_is_not_found(admin):
    assert admin.get("/pengguna/999").status_code == 404


def test_lost_factor_through_the_pages(app, admin):
    owner = make_user("rina", Role.PANEL)
    make_user("admin2", Role.ADMIN)
    page = f"/pengguna/{owner}"

    post(admin, f"{page}/faktor", {"reset-reason": ""}, page=page)
    post(admin, f"{page}/faktor", {"reset-reason": "Ponsel hilang, KTP diperiksa"}, page=page)
    with db.reading() as session:
        reset_id = session.scalars(select(FactorReset.id)).one()
    assert "Menunggu petugas lain" in admin.get("/pengguna/faktor").text
    own = post(admin, f"/pengguna/faktor/{reset_id}", {"keputusan": "setujui"}, page=page)
    second = app.test_client()
    sign_in(second, "admin2")
    post(second, f"/pengguna/faktor/{reset_id}", {"keputusan": "setujui"}, page="/pengguna/faktor")

    assert own.status_code == 403
    assert not find_user("rina").has_factor


def test_account_page_shows_roles_and_units(client):
    from merit.accounts.domain import Grant

    with db.unit_of_work() as session:
        unit = factories.make_unit(session, name="Dinas Pendidikan")
        code = unit.code
    make_user("opd", grants=[Grant(role=Role.OPD_ADMIN, unit_code=code)])
    sign_in(client, "opd")

    page = client.get("/akun").text

    assert "Admin OPD" in page
    assert "Dinas Pendidikan" in page
