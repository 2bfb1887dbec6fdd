"""Faults 37, 39-43, 58: spraying, lockout, enumeration, replay, second factor, roles taken while signed in."""

from __future__ import annotations

import datetime as dt
import statistics
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from merit import clock, db
from merit.accounts.domain import Grant
from merit.accounts.models import Throttle, User, UserRole, UserSession
from merit.accounts.services.links import create_link
from merit.accounts.services.throttle import forget_old
from merit.accounts.services.users import disable_user, grant_role, revoke_role
from merit.audit.models import AuditEntry
from merit.security.permissions import SYSTEM, Role
from tests import factories
from tests.web_client import PASSWORD, SECRET, code, give_code, give_password, make_user, post, sign_in, token_of

pytestmark = pytest.mark.web

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
OUTSIDE = {"environ_overrides": {"REMOTE_ADDR": "36.66.1.2"}}
ELSEWHERE = {"environ_overrides": {"REMOTE_ADDR": "36.77.8.9"}}


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/akun").status_code == 200


def make_official_user(login: str = "") -> tuple[str, int]:
    with db.unit_of_work() as session:
        nip = factories.make_official(session).nip
    return nip, make_user(login or nip, Role.OFFICIAL, nip=nip, secret=None)


def actions() -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_official_signs_in_with_password_only(client):
    nip, _user = make_official_user()

    answer = give_password(client, f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_staff_need_both_steps(client):
    make_user("rina", Role.PANEL)

    first = give_password(client, "Rina")
    assert first.headers["Location"] == "/masuk/faktor"
    assert not is_signed_in(client)
    second = give_code(client)

    assert (second.status_code, second.headers["Location"]) == (302, "/")
    assert is_signed_in(client)
    assert actions()[-1] == "sign-in:open"


def test_second_step_without_the_first_goes_back(client):
    assert client.get("/masuk/faktor").headers["Location"] == "/masuk"
    assert client.get("/masuk/pasang-faktor").headers["Location"] == "/masuk"
    assert post(client, "/masuk/faktor", {"kode": "123456"}).headers["Location"] == "/masuk"


def test_first_sign_in_of_staff_enrols_the_factor(client):
    user_id = make_user("rina", Role.PANEL, secret=None)

    assert give_password(client, "rina").headers["Location"] == "/masuk/pasang-faktor"
    page = client.get("/masuk/pasang-faktor")
    secret = page.text.split("<code>")[1].split("</code>")[0].replace(" ", "")
    assert "data:image/svg+xml" in page.text
    wrong = post(client, "/masuk/pasang-faktor", {"kode": "000000"}, page="/masuk/pasang-faktor")
    assert (wrong.status_code, secret in wrong.text.replace(" ", "")) == (422, True)
    assert not is_signed_in(client)
    post(client, "/masuk/pasang-faktor", {"kode": code(secret)}, page="/masuk/pasang-faktor")

    assert is_signed_in(client)
    with db.reading() as session:
        user = session.get(User, user_id)
        assert user.has_factor
        assert secret not in user.totp_secret


def test_only_the_latest_sign_in_sees_the_secret_to_enrol(app: Flask):
    """Who knows the first password must not learn the factor its owner enrols, before or after."""
    make_user("rina", Role.PANEL, secret=None)
    thief, owner = app.test_client(), app.test_client()
    give_password(thief, "rina")
    seen = thief.get("/masuk/pasang-faktor").text.split("<code>")[1].split("</code>")[0]

    give_password(owner, "rina")
    shown = owner.get("/masuk/pasang-faktor").text.split("<code>")[1].split("</code>")[0]

    assert seen != shown
    assert thief.get("/masuk/pasang-faktor").headers["Location"] == "/masuk"
    post(owner, "/masuk/pasang-faktor", {"kode": code(shown.replace(" ", ""))}, page="/masuk/pasang-faktor")
    assert is_signed_in(owner)


def test_code_is_used_once(app: Flask):
    make_user("rina", Role.PANEL)
    with clock.frozen(NOON):
        used = code()
        assert sign_in(app.test_client(), "rina").headers["Location"] == "/"
        again = app.test_client()
        give_password(again, "rina")

        refused = give_code(again, used)

        assert refused.status_code == 422
        assert "sudah dipakai" in refused.text
        assert give_code(again, code(steps=1)).headers["Location"] == "/"


def test_five_wrong_codes_end_the_sign_in(client):
    make_user("rina", Role.PANEL)
    give_password(client, "rina")

    statuses = [give_code(client, "000000").status_code for _time in range(4)]
    last = give_code(client, "000000")

    assert statuses == [422] * 4
    assert last.headers["Location"] == "/masuk"
    assert client.get("/masuk/faktor").headers["Location"] == "/masuk"


def test_second_step_waits_ten_minutes(client):
    make_user("rina", Role.PANEL)
    with clock.frozen(NOON):
        give_password(client, "rina")
    with clock.frozen(NOON + dt.timedelta(minutes=10)):
        assert client.get("/masuk/faktor").headers["Location"] == "/masuk"


def test_role_given_to_an_official_asks_for_the_factor(client):
    _nip, user_id = make_official_user()
    sign_in(client, _nip)
    assert is_signed_in(client)

    with db.unit_of_work() as session:
        grant_role(session, SYSTEM, user_id=user_id, grant=Grant(role=Role.PANEL))

    assert not is_signed_in(client)
    assert give_password(client, _nip).headers["Location"] == "/masuk/pasang-faktor"


@pytest.mark.parametrize("login", ["rina", "siapa", "nonaktif", "belum"])
def test_refusals_look_alike(client, login):
    make_user("rina", Role.PANEL)
    disabled = make_user("nonaktif", Role.PANEL)
    make_user("belum", Role.PANEL, password=None)
    with db.unit_of_work() as session:
        disable_user(session, SYSTEM, user_id=disabled)

    answer = give_password(client, login, "kata sandi yang keliru")

    assert answer.status_code == 422
    assert "NIP, nama pengguna, atau kata sandi tidak cocok" in answer.text
    assert "Set-Cookie" not in answer.headers or "merit-device" not in answer.headers["Set-Cookie"]


def test_disabled_account_cannot_sign_in_even_with_the_password(client):
    user_id = make_user("rina", Role.PANEL)
    with db.unit_of_work() as session:
        disable_user(session, SYSTEM, user_id=user_id)

    assert give_password(client, "rina").status_code == 422


def test_unknown_and_known_accounts_take_as_long(client):
    make_user("rina", Role.PANEL)
    spans: dict[str, list[float]] = {"rina": [], "siapa": []}
    give_password(client, "pemanasan", "kata sandi yang keliru")
    for _time in range(5):
        for login, measured in spans.items():
            started = time.perf_counter()
            give_password(client, login, "kata sandi yang keliru")
            measured.append(time.perf_counter() - started)

    known, unknown = (statistics.median(measured) for measured in spans.values())

    # One hash is most of the time; without it the ratio would be five or more.
    assert 0.5 < known / unknown < 2


def test_spraying_a_thousand_accounts_is_blocked(app: Flask):
    # 60 failures per network and quarter hour: after them not even a right password is judged.
    make_user("korban", Role.PANEL)
    with clock.frozen(NOON):
        client = app.test_client()
        statuses = [
            give_password(client, f"akun{number}", "Tebakan 1 kali", **OUTSIDE).status_code for number in range(62)
        ]
        right = give_password(client, "korban", **OUTSIDE)

    assert statuses == [422] * 60 + [429] * 2
    assert right.status_code == 429
    assert "Terlalu banyak percobaan" in right.text


def test_blocked_network_is_free_again_after_the_window(app: Flask):
    make_user("korban", Role.PANEL)
    client = app.test_client()
    with clock.frozen(NOON):
        for number in range(61):
            give_password(client, f"akun{number}", "Tebakan 1 kali", **OUTSIDE)
    with clock.frozen(NOON + dt.timedelta(minutes=15)):
        assert give_password(client, "korban", **OUTSIDE).headers["Location"] == "/masuk/faktor"


def test_an_outsider_cannot_lock_the_victim_out(app: Flask):
    make_user("korban", Role.PANEL)
    own_device, attacker, own_network, stranger = (app.test_client() for _client in range(4))
    with clock.frozen(NOON):
        give_password(own_device, "korban", **OUTSIDE)
        give_code(own_device, **OUTSIDE)
        post(own_device, "/keluar")
        for number in range(30):
            address = {"environ_overrides": {"REMOTE_ADDR": f"36.80.0.{number}"}}
            give_password(attacker, "korban", "Tebakan 1 kali", **address)

        # The account's allowance for strangers is used up ...
        assert give_password(stranger, "korban", **ELSEWHERE).status_code == 429
        # ... but the known device gets in from anywhere, and the known network with any device.
        assert give_password(own_device, "korban", **ELSEWHERE).headers["Location"] == "/masuk/faktor"
        assert give_password(own_network, "korban", **OUTSIDE).headers["Location"] == "/masuk/faktor"
        # The office network is nobody's outside.
        assert give_password(app.test_client(), "korban").headers["Location"] == "/masuk/faktor"


def test_a_known_device_may_not_guess_for_ever(app: Flask):
    make_user("korban", Role.PANEL)
    client = app.test_client()
    with clock.frozen(NOON):
        sign_in(client, "korban")
        post(client, "/keluar")
        statuses = [give_password(client, "korban", "Tebakan 1 kali").status_code for _time in range(12)]

    assert statuses == [422] * 10 + [429] * 2


def test_successful_sign_ins_are_not_counted(app: Flask):
    nip, _user = make_official_user()
    with clock.frozen(NOON):
        for _time in range(15):
            assert give_password(app.test_client(), nip, **OUTSIDE).status_code == 302

    with db.reading() as session:
        assert set(session.scalars(select(Throttle.tries))) == {0}


def test_throttles_keep_no_address_and_are_forgotten(app: Flask):
    with clock.frozen(NOON):
        give_password(app.test_client(), "siapa", "Tebakan 1 kali", **OUTSIDE)
    with db.reading() as session:
        assert not any("36.66" in key or "siapa" in key for key in session.scalars(select(Throttle.key)))

    with clock.frozen(NOON + dt.timedelta(hours=1)), db.unit_of_work() as session:
        assert forget_old(session) == 3
        assert session.scalars(select(Throttle.key)).all() == []


def test_cookie_is_new_at_each_step(client):
    make_user("rina", Role.PANEL)
    client.get("/masuk")
    references = []
    for step in (lambda: None, lambda: give_password(client, "rina"), lambda: give_code(client)):
        step()
        references.append(client.get_cookie("merit").value)

    assert len(set(references)) == 3


def test_replayed_cookie_after_sign_out_is_refused(client):
    make_user("rina", Role.PANEL)
    sign_in(client, "rina")
    stolen = client.get_cookie("merit").value

    answer = post(client, "/keluar", page="/akun")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    client.set_cookie("merit", stolen)

    assert client.get("/akun").headers["Location"] == "/masuk?lanjut=/akun"


def test_replayed_pending_cookie_is_worthless_after_the_sign_in(client):
    make_user("rina", Role.PANEL)
    give_password(client, "rina")
    pending = client.get_cookie("merit").value
    give_code(client)

    client.set_cookie("merit", pending)

    assert not is_signed_in(client)
    assert client.get("/masuk/faktor").headers["Location"] == "/masuk"


def test_reference_is_kept_as_a_hash_only(client):
    make_user("rina", Role.PANEL)
    sign_in(client, "rina")
    with client.session_transaction() as cookie:
        reference = cookie["_user_id"]

    with db.reading() as session:
        hashes = set(session.scalars(select(UserSession.reference_hash)))
    assert len(reference) >= 43
    assert reference not in hashes


def test_disabling_acts_at_once(client):
    user_id = make_user("rina", Role.PANEL)
    sign_in(client, "rina")
    assert is_signed_in(client)

    with db.unit_of_work() as session:
        disable_user(session, SYSTEM, user_id=user_id)

    assert not is_signed_in(client)


def test_role_removal_acts_at_once(client):
    user_id = make_user("rina", Role.AUDITOR, Role.PANEL)
    sign_in(client, "rina")
    assert client.get("/audit").status_code == 200

    with db.unit_of_work() as session:
        role = session.scalars(select(UserRole).where(UserRole.role == "auditor")).one()
        revoke_role(session, SYSTEM, user_id=user_id, role_id=role.id)

    assert client.get("/audit").status_code == 404
    assert actions()[-1] == "access:denied"


@pytest.mark.parametrize(("minutes", "alive"), [(15, True), (16, False)])
def test_staff_sign_in_ends_when_idle(client, minutes, alive):
    make_user("rina", Role.PANEL)
    with clock.frozen(NOON):
        sign_in(client, "rina")
    with clock.frozen(NOON + dt.timedelta(minutes=minutes)):
        assert is_signed_in(client) is alive


def test_work_keeps_the_sign_in_alive_until_the_absolute_limit(client):
    make_user("rina", Role.PANEL)
    with clock.frozen(NOON):
        sign_in(client, "rina")
    alive = []
    for quarter in range(1, 49):
        with clock.frozen(NOON + dt.timedelta(minutes=15 * quarter)):
            alive.append(is_signed_in(client))

    assert alive == [True] * 47 + [False]  # twelve hours are 48 quarters


def test_own_sign_ins_are_listed_and_ended(app: Flask):
    make_user("rina", Role.PANEL)
    here, there = app.test_client(), app.test_client()
    with clock.frozen(NOON):
        sign_in(here, "rina")
        give_password(there, "rina")
        give_code(there, code(steps=1))
        assert here.get("/akun").text.count("/akhiri") >= 2

        post(here, "/akun/sesi/akhiri-lain", page="/akun")

        assert (is_signed_in(here), is_signed_in(there)) == (True, False)


def test_another_users_sign_in_cannot_be_ended(app: Flask):
    make_user("rina", Role.PANEL)
    make_user("joko", Role.PANEL)
    rina, joko = app.test_client(), app.test_client()
    sign_in(rina, "rina")
    sign_in(joko, "joko")
    with db.reading() as session:
        row = session.scalars(
            select(UserSession.id)
            .join(User, User.id == UserSession.user_id)
            .where(User.login == "rina")
            .order_by(UserSession.id.desc())
        ).first()

    assert post(joko, f"/akun/sesi/{row}/akhiri", page="/akun").status_code == 404
    assert is_signed_in(rina)


def test_password_change_ends_other_sign_ins(app: Flask):
    make_user("rina", Role.PANEL)
    here, there = app.test_client(), app.test_client()
    fresh = "gunung biru telur kapal"
    with clock.frozen(NOON):
        sign_in(here, "rina")
        give_password(there, "rina")
        give_code(there, code(steps=1))

        wrong = post(here, "/akun/kata-sandi", {"present": "salah", "password": fresh, "again": fresh}, page="/akun")
        weak = post(
            here,
            "/akun/kata-sandi",
            {"present": PASSWORD, "password": "katasandi1234", "again": "katasandi1234"},
            page="/akun",
        )
        done = post(here, "/akun/kata-sandi", {"present": PASSWORD, "password": fresh, "again": fresh}, page="/akun")

        assert (wrong.status_code, weak.status_code, done.status_code) == (422, 422, 302)
        assert (is_signed_in(here), is_signed_in(there)) == (True, False)
        assert give_password(app.test_client(), "rina").status_code == 422


def test_activation_link_leads_to_a_first_sign_in(client):
    user_id = make_user("rina", Role.PANEL, password=None, secret=None)
    with db.unit_of_work() as session:
        token = create_link(session, SYSTEM, user_id=user_id)
    path = f"/aktivasi/{token}"

    assert client.get(path).status_code == 200
    assert client.get(path).status_code == 200  # looking does not use it up
    unequal = post(client, path, {"password": PASSWORD, "again": "lain sama sekali"}, page=path)
    done = post(client, path, {"password": PASSWORD, "again": PASSWORD}, page=path)

    assert (unequal.status_code, done.headers["Location"]) == (422, "/masuk")
    assert client.get(path).status_code == 404
    assert give_password(client, "rina").headers["Location"] == "/masuk/pasang-faktor"


@pytest.mark.parametrize(
    ("following", "place"), [("/akun", "/akun"), ("//jahat.example", "/"), ("https://jahat.example", "/")]
)
def test_sign_in_goes_on_where_one_wanted_to_but_never_away(client, following, place):
    make_user("rina", Role.PANEL)
    path = f"/masuk?lanjut={following}"
    first = client.post(path, data={"login": "rina", "password": PASSWORD, "csrf_token": token_of(client.get(path))})
    assert first.headers["Location"] == "/masuk/faktor"

    assert give_code(client).headers["Location"] == place


def test_chosen_language_survives_the_sign_in(client):
    make_user("rina", Role.PANEL)
    post(client, "/bahasa/en", {"kembali": "/masuk"})
    sign_in(client, "rina")

    assert 'lang="en"' in client.get("/akun").text


def test_old_hashes_are_renewed(client):
    user_id = make_user("rina", Role.PANEL)
    from argon2 import PasswordHasher

    with db.unit_of_work() as session:
        weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
        session.execute(update(User).where(User.id == user_id).values(password_hash=weak))

    sign_in(client, "rina")

    with db.reading() as session:
        assert session.get(User, user_id).password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_sensitive_acts_ask_for_the_password_again(app: Flask):
    make_user("admin", Role.ADMIN)
    client = app.test_client()
    with clock.frozen(NOON):
        sign_in(client, "admin")
        assert client.get("/pengguna/baru").status_code == 200
    with clock.frozen(NOON + dt.timedelta(minutes=10)):
        client.get("/pengguna")
    with clock.frozen(NOON + dt.timedelta(minutes=20)):
        assert client.get("/pengguna/baru").headers["Location"] == "/masuk/ulang?lanjut=/pengguna/baru"
        path = "/masuk/ulang?lanjut=/pengguna/baru"
        refused = post(client, path, {"password": PASSWORD, "kode": "000000"}, page=path)
        done = post(client, path, {"password": PASSWORD, "kode": code(SECRET)}, page=path)

        assert (refused.status_code, done.headers["Location"]) == (422, "/pengguna/baru")
        assert client.get("/pengguna/baru").status_code == 200


def test_one_of_the_own_sign_ins_is_ended(app: Flask):
    user_id = make_user("rina", Role.PANEL)
    here, there = app.test_client(), app.test_client()
    with clock.frozen(NOON):
        sign_in(there, "rina")
        give_password(here, "rina")
        give_code(here, code(steps=1))
        with db.reading() as session:
            first = session.scalars(
                select(UserSession.id)
                .where(UserSession.user_id == user_id, UserSession.stage == "open")
                .order_by(UserSession.id)
            ).first()

        post(here, f"/akun/sesi/{first}/akhiri", page="/akun")

        assert (is_signed_in(here), is_signed_in(there)) == (True, False)


def test_weak_password_by_link_is_explained(client):
    user_id = make_user("rina", Role.PANEL, password=None, secret=None)
    with db.unit_of_work() as session:
        path = f"/aktivasi/{create_link(session, SYSTEM, user_id=user_id)}"

    answer = post(client, path, {"password": "katasandi1234", "again": "katasandi1234"}, page=path)

    assert answer.status_code == 422
    assert "mudah ditebak" in answer.text


def test_sign_in_page_sends_the_signed_in_on(client):
    make_user("rina", Role.PANEL)
    sign_in(client, "rina")

    assert client.get("/masuk?lanjut=/akun").headers["Location"] == "/akun"


def test_sensitive_post_comes_back_to_its_page(client):
    make_user("admin", Role.ADMIN)
    user_id = make_user("rina", Role.PANEL)
    page = f"/pengguna/{user_id}"
    with clock.frozen(NOON):
        sign_in(client, "admin")
    with clock.frozen(NOON + dt.timedelta(minutes=10)):
        client.get(page)
    with clock.frozen(NOON + dt.timedelta(minutes=20)):
        data = {"csrf_token": token_of(client.get(page))}
        own = client.post(f"{page}/nonaktifkan", data=data, headers={"Referer": f"http://localhost{page}"})
        foreign = client.post(f"{page}/nonaktifkan", data=data, headers={"Referer": "https://jahat.example/x"})

    assert own.headers["Location"] == f"/masuk/ulang?lanjut={page}"
    assert foreign.headers["Location"] == "/masuk/ulang?lanjut=/"


def test_refused_acts_stand_in_the_chain(client):
    user_id = make_user("admin", Role.ADMIN)
    sign_in(client, "admin")

    answer = post(client, f"/pengguna/{user_id}/nonaktifkan", page="/akun")

    assert answer.status_code == 403
    assert actions()[-1] == "access:denied"
