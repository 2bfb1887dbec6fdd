"""The pages of training as the people of a class use them."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from flask import Flask
from sqlalchemy import select

from merit import clock, db
from merit.accounts.domain import Grant
from merit.app import create_app
from merit.audit.models import AccessEntry
from merit.security.permissions import Role
from merit.training.domain.attendance import session_code
from merit.training.models.attendance import AttendanceMark
from merit.training.models.certificates import CertificateClaim, TrainingCertificate
from merit.training.models.classes import ClassSession, Enrolment
from merit.training.models.records import TrainingRecord
from merit.training.services.attendance import refer
from tests.factories import make_official, make_position, make_unit
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web

MORNING = dt.datetime(2026, 3, 2, 0, 5, tzinfo=dt.UTC)  # 08.05 WITA
PROGRAMME = {
    "code": "TEK-1",
    "name": "Penyusunan anggaran",
    "kind": "teknis",
    "path": "klasikal",
    "provider": "BKPSDM",
    "learning_hours": "4",
    "quota": "30",
    "cost": "500000",
    "aims": "M.04 3\nM.05 2",
    "row_version": "1",
}
CLASS = {
    "programme": "TEK-1",
    "name": "Anggaran angkatan I",
    "code": "K-1",
    "starts": "02-03-2026",
    "venue": "Aula",
    "quota": "1",
    "cost": "500000",
    "late_minutes": "15",
    "late_rule": "minutes",
    "least_percent": "50",
    "minimum_percent": "80",
    "validity_years": "3",
    "row_version": "1",
}
SESSION = {"date": "02-03-2026", "starts": "08.00", "ends": "11.00", "learning_hours": "4", "title": "Dasar"}


@pytest.fixture
def site(sqlite_database: db.Database) -> Flask:
    with db.unit_of_work() as session:
        unit = make_unit(session, code="DIK", name="Dinas Pendidikan")
        desk = make_position(session, unit=unit)
        first = make_official(session, position=desk, name="Andi Saputra")
        second = make_official(session, position=desk, name="Budi Santoso")
        nips = (first.nip, second.nip)
    make_user("adm", Role.ADMIN)
    make_user("opd", grants=[Grant(role=Role.OPD_ADMIN, unit_code="DIK")])
    make_user("andi", Role.OFFICIAL, nip=nips[0], secret=None)
    app = create_app(sqlite_database.settings, sqlite_database)
    app.config["NIPS"] = nips
    return app


def client_of(site: Flask, login: str):
    client = site.test_client()
    assert sign_in(client, login).status_code == 302
    return client


def send(client, path, data, page="/pelatihan"):
    return post(client, path, data, page=page)


def scalar(statement):
    with db.reading() as session:
        return session.scalars(statement).one()


def test_a_class_from_programme_to_certificate(site):
    nips = site.config["NIPS"]
    with clock.frozen(MORNING - dt.timedelta(days=10)):
        admin, opd, andi = (client_of(site, login) for login in ("adm", "opd", "andi"))

        assert send(admin, "/pelatihan/program/baru", PROGRAMME).location == "/pelatihan/program/TEK-1"
        assert send(admin, "/pelatihan/kelas/baru", CLASS).location == "/pelatihan/kelas/K-1"
        refused = send(admin, "/pelatihan/kelas/K-1/pertemuan", SESSION | {"learning_hours": "0"})
        assert refused.status_code == 422
        assert send(admin, "/pelatihan/kelas/K-1/pertemuan", SESSION).status_code == 302
        assert send(admin, "/pelatihan/kelas/K-1/pengajar", {"trainer": "Dr. Luar"}).status_code == 302
        send(admin, "/pelatihan/kelas/K-1/buka", {})
        send(opd, "/pelatihan/kelas/K-1/usul", {"nips": "\n".join((*nips, "1" * 18))})
        page = opd.get("/pelatihan/kelas/K-1/peserta")
        assert "2 pegawai diusulkan" in page.text
        assert "NIP tidak terdaftar di unit Anda" in page.text
        with db.reading() as session:
            ids = session.scalars(select(Enrolment.id).order_by(Enrolment.place)).all()
            assert session.scalars(select(AccessEntry.what)).all() == ["reading-enrolments"] * 2
        chosen = {"pilih": [str(each) for each in ids]}
        send(opd, "/pelatihan/kelas/K-1/putus", {**chosen, "tindakan": "setujui"})
        send(admin, "/pelatihan/kelas/K-1/putus", {**chosen, "tindakan": "panggil"})
        assert "1 dipanggil, 1 masuk daftar tunggu" in admin.get("/pelatihan/kelas/K-1/peserta").text
        send(andi, f"/saya/pelatihan/{ids[0]}/bersedia", {}, page="/saya/pelatihan")
        assert "Bersedia" in andi.get("/saya/pelatihan").text
        look_around(admin, andi, ids[0])
        feed_of(site, andi)

    come_to_it(site)
    close_it(site, nips[0])


def come_to_it(site: Flask) -> None:
    """Show the code, type it, look at the list."""
    meeting = scalar(select(ClassSession.id))
    with clock.frozen(MORNING):
        admin, andi = client_of(site, "adm"), client_of(site, "andi")
        code = session_code(refer(), meeting, MORNING)
        assert code in admin.get(f"/pelatihan/pertemuan/{meeting}/kode").text
        send(andi, "/saya/pelatihan/hadir", {"kode": "SALAH1"}, page="/saya/pelatihan")
        assert "Kode tidak cocok" in andi.get("/saya/pelatihan").text
        send(andi, "/saya/pelatihan/hadir", {"kode": code}, page="/saya/pelatihan")
        assert "Kehadiran Anda tercatat: 4 JP" in andi.get("/saya/pelatihan").text
        bad_attendance(admin, site.config["NIPS"][1], meeting)
        assert "Kode kehadiran, 08.05" in admin.get(f"/pelatihan/pertemuan/{meeting}").text
        assert admin.get(f"/pelatihan/pertemuan/{meeting}/daftar-hadir.pdf").data.startswith(b"%PDF")


def bad_attendance(admin, outsider: str, meeting: int) -> None:
    """More hours than the session has, and somebody not enrolled: a sentence, and nothing is written."""
    page = f"/pelatihan/pertemuan/{meeting}"
    place = scalar(select(AttendanceMark.enrolment_id))

    send(admin, f"{page}/daftar", {f"hadir-{place}": "partial", f"menit-{place}": "181"})
    assert "181 menit melebihi lamanya pertemuan (180 menit)" in admin.get(page).text
    send(admin, f"{page}/tempel", {"nips": outsider})
    told = admin.get(page).text
    assert f"1 NIP bukan peserta kelas ini (yang pertama {outsider}). Tidak satu pun dicatat" in told
    assert scalar(select(AttendanceMark.method)) == "code"  # one mark as before: that of the code


def close_it(site: Flask, nip: str) -> None:
    """Close the class, look at what it gave, revoke it."""
    with clock.frozen(MORNING + dt.timedelta(hours=4)):
        admin, andi = client_of(site, "adm"), client_of(site, "andi")
        send(admin, "/pelatihan/kelas/K-1/tutup", {})
        given = scalar(select(TrainingCertificate))
        assert "SERT/K-1/0001" in admin.get("/pelatihan/kelas/K-1/sertifikat").text
        assert andi.get(f"/pelatihan/sertifikat/{given.id}.pdf").data.startswith(b"%PDF")
        check = site.test_client().get(f"/sertifikat/{given.token}").text
        assert "Sertifikat asli dan berlaku" in check
        assert "Andi Saputra" in check
        assert nip not in check
        record = scalar(select(TrainingRecord.id))
        assert 'href="/pelatihan/kelas/K-1"' in admin.get(f"/bukti/training_records/{record}").text
        assert "20,0" not in admin.get("/pelatihan/kewajiban").text
        duty = admin.get("/pelatihan/kewajiban?unit=DIK").text
        assert "kurang 16 JP" in duty
        assert admin.get("/pelatihan/kewajiban/ekspor.csv?unit=DIK").data.count(b"\r\n") == 3
        send(admin, f"/pelatihan/sertifikat/{given.id}/cabut", {"alasan": "Titip absen"})
        assert "Titip absen" in site.test_client().get(f"/sertifikat/{given.token}").text


def look_around(admin, andi, enrolment: int) -> None:
    """Open every page that is there so far."""
    for path in (
        "/pelatihan",
        "/pelatihan?cari=anggaran&keadaan=open&dari=2026-01-01&sampai=2026-12-31",
        "/pelatihan/program?cari=anggaran&kompetensi=M.04",
        "/pelatihan/program/TEK-1",
        "/pelatihan/program/TEK-1/ubah",
        "/pelatihan/kelas/K-1",
        "/pelatihan/kelas/K-1/ubah",
        f"/pelatihan/kelas/K-1/peserta/{enrolment}",
        "/pelatihan/kalender?bulan=2026-03",
    ):
        answer = admin.get(path)
        assert (path, answer.status_code) == (path, 200)
        assert "nggaran" in answer.text
    assert b"Anggaran angkatan I" in admin.get("/pelatihan/ekspor.csv").data
    assert b"TEK-1" in admin.get("/pelatihan/program/ekspor.csv").data
    assert b"Andi Saputra" in admin.get("/pelatihan/kelas/K-1/peserta/ekspor.csv").data
    assert admin.get("/pelatihan/kelas/baru?program=TEK-1").status_code == 200
    assert andi.get("/pelatihan/kalender").status_code == 200


def feed_of(site: Flask, client) -> None:
    """Subscribe, read without signing in, end it."""
    page = post(client, "/pelatihan/kalender/alamat", {}, page="/pelatihan/kalender").text
    address = re.search(r'value="http://[^/]+(/pelatihan/kalender/[^"]+\.ics)"', page)[1]
    text = site.test_client().get(address).text
    assert "SUMMARY:Anggaran angkatan I: Dasar" in text
    assert "Andi" not in text
    assert "STATUS:CONFIRMED" in text
    post(client, "/pelatihan/kalender/alamat/akhiri", {}, page="/pelatihan/kalender")
    assert site.test_client().get(address).status_code == 404


def test_a_certificate_from_elsewhere(site):
    fields = {
        "name": "Audit kinerja",
        "kind": "teknis",
        "path": "klasikal",
        "provider": "LAN",
        "starts": "05-05-2025",
        "ends": "07-05-2025",
        "learning_hours": "15",
        "number": "LAN/12",
    }
    andi, opd, admin = (client_of(site, login) for login in ("andi", "opd", "adm"))

    def hand_in(data: bytes):
        return post(andi, "/saya/pelatihan/sertifikat", fields | {"file": (io.BytesIO(data), "s.pdf")}, page="/saya")

    assert hand_in(b"MZ").status_code == 422
    assert hand_in(b"%PDF-1.7 x").status_code == 302
    assert "sudah pernah diajukan" in hand_in(b"%PDF-1.7 x").text
    number = scalar(select(CertificateClaim.id))
    assert "Audit kinerja" in opd.get("/pelatihan/klaim").text
    assert opd.get(f"/pelatihan/klaim/{number}/berkas").data == b"%PDF-1.7 x"
    post(opd, f"/pelatihan/klaim/{number}/periksa", {}, page="/pelatihan")
    post(admin, f"/pelatihan/klaim/{number}/akui", {}, page="/pelatihan")
    assert "Diakui" in andi.get(f"/pelatihan/klaim/{number}").text
    record = scalar(select(TrainingRecord.id))
    assert f"/pelatihan/klaim/{number}" in admin.get(f"/bukti/training_records/{record}").text
