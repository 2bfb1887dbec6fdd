from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from merit import db
from merit.accounts.models import User
from merit.app import create_app
from merit.jobs.models import Job
from merit.notices.domain import Recipient
from merit.notices.models import MailSetting, Notice
from merit.notices.services import notices
from merit.notices.services import settings as choices
from merit.security.permissions import Role
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web


@pytest.fixture
def client(sqlite_database: db.Database) -> FlaskClient:
    """Sign in Ani, an auditor, on SQLite: the pages are the same on both databases."""
    make_user("ani", Role.AUDITOR)
    client = create_app(sqlite_database.settings, sqlite_database).test_client()
    sign_in(client, "ani")
    return client


def user_id(login: str) -> int:
    with db.reading() as session:
        return session.scalars(select(User.id).where(User.login == login)).one()


def tell(login: str, key: str, *, kind: str = "class-invited", link: str = "/pekerjaan") -> int:
    """Tell somebody something and return the notice's number."""
    params = {"course": f"Kelas {key}", "starts": "2026-03-09", "venue": "Aula", "count": 2}
    with db.unit_of_work() as session:
        people = [Recipient(user_id=user_id(login))]
        notices.notify(session, None, recipients=people, kind=kind, params=params, link=link, key=key)
        return session.scalars(select(Notice.id).where(Notice.key == key)).one()


def test_the_bell_counts_and_costs_one_select(client):
    before = client.get("/pekerjaan").text
    tell("ani", "A")
    selects: list[str] = []
    event.listen(db.get_database().engine, "before_cursor_execute", lambda *told: selects.append(told[2]))

    after = client.get("/pekerjaan").text

    assert 'aria-label="Pemberitahuan"' in before
    assert 'aria-label="Pemberitahuan, 1 belum dibaca"' in after
    assert sum("FROM notices" in statement for statement in selects) == 1


def test_a_list_of_ones_own_opened_marked_and_taken_back(client):
    make_user("budi", Role.AUDITOR)
    first, second = tell("ani", "A"), tell("ani", "B", kind="complaint-late")
    foreign = tell("budi", "C")

    page = client.get("/pemberitahuan").text
    units = client.get("/pemberitahuan?bagian=unit").text
    opened = post(client, f"/pemberitahuan/{first}/buka", page="/pemberitahuan")
    unread = client.get("/pemberitahuan?tampil=baru").text
    post(client, f"/pemberitahuan/{first}/belum", page="/pemberitahuan")
    post(client, "/pemberitahuan/semua-dibaca", page="/pemberitahuan")
    all_read = client.get("/pemberitahuan").text
    post(client, "/pemberitahuan/semua-batal", page="/pemberitahuan")

    assert "Kelas «Kelas A» mulai 9 Maret 2026." in page
    assert "Kelas C" not in page
    assert "Kelas A" not in units
    assert "2 pengaduan masih terbuka" in units
    assert (opened.status_code, opened.location) == (302, "/pekerjaan")
    assert "Kelas A" not in unread
    assert "Urungkan" in all_read
    assert 'aria-label="Pemberitahuan"' in all_read
    assert 'aria-label="Pemberitahuan, 2 belum dibaca"' in client.get("/pemberitahuan").text
    for act in ("buka", "dibaca", "belum"):
        assert post(client, f"/pemberitahuan/{foreign}/{act}", page="/pemberitahuan").status_code == 404
    assert post(client, "/pemberitahuan/semua-batal", page="/pemberitahuan").status_code == 404
    assert second != foreign


def test_many_notices_come_in_pages_and_none_has_its_own_words(client):
    empty = client.get("/pemberitahuan").text
    for number in range(26):
        tell("ani", f"N{number:02d}")

    first, last = client.get("/pemberitahuan").text, client.get("/pemberitahuan?halaman=2").text

    assert "Belum ada pemberitahuan" in empty
    assert ("Kelas N25" in first, "Kelas N00" in first, "Kelas N00" in last) == (True, False, True)


def test_an_address_is_given_proved_and_taken_away(client):
    refused = post(client, "/akun/pemberitahuan/alamat", {"address": "ani"}, page="/akun/pemberitahuan")
    post(client, "/akun/pemberitahuan/alamat", {"address": "ani@kota.test"}, page="/akun/pemberitahuan")
    waiting = client.get("/akun/pemberitahuan").text
    wrong = post(client, "/akun/pemberitahuan/kode", {"code": "x"}, page="/akun/pemberitahuan")
    with db.unit_of_work() as session:
        _address, code = choices.make_code(session, user_id("ani"))
    post(client, "/akun/pemberitahuan/kode", {"code": code}, page="/akun/pemberitahuan")
    chosen = {"bagian": ["unit"], "language": "en"}
    post(client, "/akun/pemberitahuan/pilihan", chosen, page="/akun/pemberitahuan")
    proved = client.get("/akun/pemberitahuan").text
    with db.reading() as session:
        setting = session.get_one(MailSetting, user_id("ani"))
        jobs = session.scalars(select(Job.kind)).all()
    post(client, "/akun/pemberitahuan/hapus-alamat", page="/akun/pemberitahuan")

    assert (refused.status_code, "Tulis satu alamat surel yang lengkap" in refused.text) == (422, True)
    assert "Menunggu kode" in waiting
    assert (wrong.status_code, "Kode tidak cocok" in wrong.text) == (422, True)
    assert "Terbukti" in proved
    assert (setting.muted, setting.language) == (["training", "appraisal", "feedback"], "en")
    assert jobs == ["mail-code"]
    assert "ani@kota.test" not in client.get("/akun/pemberitahuan").text


def test_a_failed_mail_warns_until_another_address_is_proved(client):
    def prove(address: str) -> None:
        post(client, "/akun/pemberitahuan/alamat", {"address": address}, page="/akun/pemberitahuan")
        with db.unit_of_work() as session:
            _address, code = choices.make_code(session, user_id("ani"))
        post(client, "/akun/pemberitahuan/kode", {"code": code}, page="/akun/pemberitahuan")

    prove("ami@kota.test")
    tell("ani", "A")
    with db.unit_of_work() as session:
        session.scalars(select(Notice)).one().mail_state = "failed"
    warned = client.get("/akun/pemberitahuan").text
    prove("ani@kota.test")

    assert "Ada surat yang gagal dikirim" in warned
    assert "Ada surat yang gagal dikirim" not in client.get("/akun/pemberitahuan").text


def test_admins_see_what_failed_and_send_it_again(client):
    make_user("admin", Role.ADMIN)
    tell("ani", "A")
    with db.unit_of_work() as session:
        refused = session.scalars(select(Notice)).one()
        refused.mail_state, refused.mail_error = "failed", "mailed-refused:550"
    hidden = client.get("/surat").status_code
    admin = client.application.test_client()
    sign_in(admin, "admin")

    page = admin.get("/surat").text
    answer = post(admin, "/surat/ulangi", page="/surat")

    assert hidden == 404
    assert "Alamatnya ditolak server surel (kode 550)." in page
    assert "Nama ani" in page
    assert 'Pelatihan<span class="sub">Alamatnya ditolak' in page
    assert "Anda diundang" not in page  # what about is between the mail and its reader
    assert answer.status_code == 302
    with db.reading() as session:
        assert session.scalars(select(Notice.mail_state)).all() == ["waiting"]
