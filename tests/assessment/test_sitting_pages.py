"""The pages of blueprints and sittings, as somebody who plans a test uses them."""

from __future__ import annotations

import io
import plistlib
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from merit import clock, db
from merit.assessment.domain.seb import config_key
from merit.assessment.jobs import SEAL_JOB
from merit.assessment.models.delivery import Attempt, AttemptEvent
from merit.assessment.models.items import Blueprint
from merit.assessment.models.sittings import Candidate, Paper, Sitting, SittingRoom
from merit.assessment.services import sealing
from merit.assessment.services.sealing import seal_sitting
from merit.audit.models import AccessEntry
from merit.jobs.models import Job
from merit.jobs.registry import load_handlers
from merit.jobs.runner import Runner
from merit.phrases import phrase
from merit.security.permissions import Role
from tests.assessment import plan_samples as samples
from tests.assessment.adaptive_samples import calibrate_bank
from tests.factories import make_official
from tests.web_client import make_user, post, sign_in, token_of

pytestmark = pytest.mark.web


@pytest.fixture
def admin(client: FlaskClient) -> FlaskClient:
    make_user("dewi", Role.ADMIN, Role.AUTHOR)
    assert sign_in(client, "dewi").status_code == 302
    return client


def send(client: FlaskClient, path: str, data=None, *, page: str = ""):
    return post(client, path, data, page=page or "/sesi-uji")


def blueprint_fields(**changes) -> dict[str, str]:
    fields = {
        "code": "KK-WEB",
        "name": "Kisi-kisi web",
        "language": "id",
        "minutes": "60",
        "navigation": "free",
        "forms": "1",
        "row_version": "1",
        "sections": "1",
        "s0-name": "Inti",
        "s0-rows": "0",
        "s0-shuffle_items": "ya",
        "s0-c-M.05-3": "4",
        "act": "save",
    }
    return fields | changes


def ready(people: int = 3) -> str:
    with db.unit_of_work() as session:
        return samples.make_ready(session, samples.make_staff(session), people=people).code


def test_a_blueprint_says_what_the_bank_lacks(admin: FlaskClient):
    answer = send(admin, "/kisi-kisi/baru", blueprint_fields(act="check"), page="/kisi-kisi/baru")
    assert answer.status_code == 200
    assert "Butir M.05 Pelayanan publik, level 3 kurang 4 (tersedia 0)." in answer.text
    with db.unit_of_work() as session:
        samples.make_bank(session, competency="M.05", items=5)
    answer = send(admin, "/kisi-kisi/baru", blueprint_fields(act="check"), page="/kisi-kisi/baru")
    assert "Dapat disusun" in answer.text
    assert "dari 5" in answer.text
    assert send(admin, "/kisi-kisi/baru", blueprint_fields(), page="/kisi-kisi/baru").status_code == 302
    page = admin.get("/kisi-kisi/KK-WEB/contoh?nomor=2&posisi=3")
    assert page.status_code == 200
    assert "Soal 3" in page.text
    assert "JUDUL RAHASIA" not in page.text


def test_sections_and_rows_grow_without_losing_a_word(admin: FlaskClient):
    fields = blueprint_fields(act="add-row:0", name="Belum selesai", minutes="")
    page = send(admin, "/kisi-kisi/baru", fields, page="/kisi-kisi/baru")
    assert 'name="s0-r0-count"' in page.text
    assert 'value="Belum selesai"' in page.text
    page = send(admin, "/kisi-kisi/baru", fields | {"act": "add-section"}, page="/kisi-kisi/baru")
    assert 'name="s1-name"' in page.text
    page = send(admin, "/kisi-kisi/baru", fields | {"act": "save"}, page="/kisi-kisi/baru")
    assert page.status_code == 422
    assert 'href="#minutes"' in page.text
    assert 'value="4"' in page.text


def test_a_changed_blueprint_is_not_overwritten(admin: FlaskClient):
    send(admin, "/kisi-kisi/baru", blueprint_fields(), page="/kisi-kisi/baru")
    change = blueprint_fields(name="Nama pertama")
    assert send(admin, "/kisi-kisi/KK-WEB/ubah", change, page="/kisi-kisi/baru").status_code == 302
    late = send(admin, "/kisi-kisi/KK-WEB/ubah", change | {"name": "Nama kedua"}, page="/kisi-kisi/baru")
    assert late.status_code == 422
    assert "baru saja diubah orang lain" in late.text
    assert "Nama kedua" in late.text
    send(admin, "/kisi-kisi/KK-WEB/salin", page="/kisi-kisi/baru")
    send(admin, "/kisi-kisi/KK-WEB/pensiun", page="/kisi-kisi/baru")
    assert "KK-WEB-2" in admin.get("/kisi-kisi?keadaan=used").text
    assert "KK-WEB-2" not in admin.get("/kisi-kisi?keadaan=retired").text


def test_a_sitting_is_planned_filled_checked_and_sealed(admin: FlaskClient):
    with db.unit_of_work() as session:
        staff = samples.make_staff(session)
        samples.make_bank(session)
        blueprint = samples.make_blueprint(session, staff).code
        proctors = [samples.make_staff(session, Role.PROCTOR).user_id for _ in range(2)]
        nips = [make_official(session).nip for _ in range(3)]
    fields = {
        "name": "Uji dari halaman",
        "kind": "exam",
        "blueprint": blueprint,
        "purpose": "mapping",
        "date": "01-03-2031",
        "time": "08.30",
        "minutes": "60",
        "organiser": "BKPSDM",
        "late_arrival_minutes": "10",
        "lobby_minutes": "30",
        "start_early_minutes": "15",
        "grace_seconds": "5",
        "navigation": "",
        "seating": "mixed",
        "result_validity_years": "3",
        "cut_1": "20",
        "cut_2": "40",
        "cut_3": "62,5",
        "cut_4": "80",
        "weights": "M.01 2",
        "row_version": "1",
    }
    wrong = send(admin, "/sesi-uji/baru", fields | {"time": "25.99", "cut_2": "90"})
    assert wrong.status_code == 422
    assert "Isi jam seperti 08.30." in wrong.text
    assert 'value="Uji dari halaman"' in wrong.text
    unread = send(admin, "/sesi-uji/baru", fields | {"seb_file": (io.BytesIO(b"{}"), "setelan.seb")})
    assert (unread.status_code, "Berkas Safe Exam Browser tidak terbaca" in unread.text) == (422, True)
    settings = plistlib.dumps({"startURL": "https://ujian.example/", "allowQuit": False})
    made = send(admin, "/sesi-uji/baru", fields | {"seb_file": (io.BytesIO(settings), "setelan.seb")})
    assert config_key(settings) in admin.get(made.headers["Location"]).text
    where = made.headers["Location"]
    with db.reading() as session:
        sitting = session.scalars(select(Sitting).where(Sitting.name == "Uji dari halaman")).one()
        assert sitting.starts_at.isoformat() == "2031-03-01T00:30:00+00:00"
        assert sitting.settings["weights"] == {"M.01": "2"}
        assert sitting.settings["cuts"][2] == "62.5"
    assert "Belum ada peserta" in admin.get(where).text
    send(admin, f"{where}/ruang", {"nama": "Lab 1", "kursi": "6", "kolom": "3"})
    with db.reading() as session:
        room = session.scalars(select(SittingRoom.id).where(SittingRoom.sitting_id == sitting.id)).one()
    for proctor in proctors:
        send(admin, f"{where}/ruang/{room}/pengawas", {"pengawas": str(proctor)})
    looked = send(admin, f"{where}/peserta/periksa", {"nips": "\n".join([*nips, "199901012024011999", "Tanpa NIP"])})
    assert "1 NIP tidak dikenal" in looked.text
    assert "1 baris tanpa NIP" in looked.text
    assert looked.text.count('name="pegawai"') == 3
    with db.reading() as session:
        officials = [str(one) for one in _officials(session, nips)]
    send(admin, f"{where}/peserta/tambah", {"pegawai": officials})
    send(admin, f"{where}/peserta/kursi")
    page = admin.get(where)
    assert "harus dibereskan" not in page.text
    assert "Ya, segel sekarang" in page.text
    send(admin, f"{where}/segel")
    page = admin.get(where)
    assert "Sesi disegel: 3 naskah." in page.text
    assert "Ya, segel sekarang" not in page.text
    again = send(admin, f"{where}/segel")
    assert "sudah disegel" in admin.get(again.headers["Location"]).text


def _officials(session, nips):
    from merit.people.models import Official

    return session.scalars(select(Official.id).where(Official.nip.in_(nips))).all()


def test_people_come_from_a_file_and_from_filters(admin: FlaskClient, tmp_path: Path):
    code = ready(people=1)
    with db.unit_of_work() as session:
        extra = make_official(session, name="Sari Berkas").nip
    content = f"No,NIP,Nama\n1,{extra},Sari\n".encode()
    where = f"/sesi-uji/{code}/peserta"
    data = {"file": (io.BytesIO(content), "daftar.csv"), "csrf_token": token_of(admin.get(where))}
    page = admin.post(f"{where}/periksa", data=data, content_type="multipart/form-data")
    assert "Sari Berkas" in page.text
    rounded = {"file": (io.BytesIO(b"NIP\n1.98504E+17\n"), "daftar.csv"), "csrf_token": token_of(admin.get(where))}
    admin.post(f"{where}/periksa", data=rounded, content_type="multipart/form-data")
    assert "dibulatkan Excel" in admin.get(where).text
    page = send(admin, f"{where}/periksa", {"expired": "y"})
    assert "Sari Berkas" in page.text
    assert "Tidak ada NIP yang terbaca" in _after(admin, send(admin, f"{where}/periksa", {}))


def _after(client: FlaskClient, answer) -> str:
    return client.get(answer.headers["Location"]).text


def test_reading_a_roster_is_logged_and_reasons_stay_with_managers(admin: FlaskClient, app: Flask):
    code = ready()
    with db.reading() as session:
        candidate = session.scalars(select(Candidate)).first()
    where = f"/sesi-uji/{code}/peserta/{candidate.id}"
    asked = {"tambahan": "30", "istirahat": "0", "alasan": "Alasan sangat pribadi"}
    send(admin, f"{where}/usul", asked)
    assert "Alasan sangat pribadi" in admin.get(where).text
    assert "bukan oleh yang mengusulkan" in _after(admin, send(admin, f"{where}/setuju"))
    make_user("rina", Role.ADMIN)
    make_user("auditor", Role.AUDITOR)
    second, auditor = app.test_client(), app.test_client()
    sign_in(second, "rina")
    assert "Penyesuaian disetujui." in _after(second, send(second, f"{where}/setuju"))
    sign_in(auditor, "auditor")
    pages = [auditor.get(path).text for path in (f"/sesi-uji/{code}", f"/sesi-uji/{code}/peserta")]
    assert all("Alasan sangat pribadi" not in page for page in pages)
    assert "+30 menit" in pages[1]
    with db.reading() as session:
        read = session.scalars(select(AccessEntry.what).where(AccessEntry.official_id == candidate.official_id)).all()
    assert "reading-roster" in read


def test_cancelling_copying_and_rehearsing(admin: FlaskClient):
    code = ready()
    with db.unit_of_work() as session:
        other = samples.make_blueprint(session, samples.make_staff(session)).code
    copied = send(admin, f"/sesi-uji/{code}/salin", {"date": "05-06-2031", "time": "09.00", "with_roster": "y"})
    assert "Sesi disalin" in _after(admin, copied)
    assert "Isi alasan pembatalan." in _after(admin, send(admin, f"/sesi-uji/{code}/batal", {"alasan": ""}))
    when = {"date": "04-06-2031", "time": "09.00", "blueprint": other, "with_roster": "y"}
    planned = send(admin, f"/sesi-uji/{code}/gladi", when)
    assert "Gladi bersih untuk" in _after(admin, planned)
    assert "Belum dijalankan" in admin.get(f"/sesi-uji/{code}/gladi").text
    assert "Sesi dibatalkan." in _after(admin, send(admin, f"/sesi-uji/{code}/batal", {"alasan": "Banjir"}))


def test_a_rehearsal_says_go_or_no_go(admin: FlaskClient):
    with db.unit_of_work() as session:
        staff = samples.make_staff(session)
        sitting = samples.make_ready(session, staff, people=2, kind="rehearsal", purpose="practice")
        seal_sitting(session, staff, code=sitting.code)
        code = sitting.code
        for number, paper in enumerate(session.scalars(select(Paper)).all()):
            candidate = session.get_one(Candidate, paper.candidate_id)
            attempt = Attempt(
                sitting_id=sitting.id,
                room_id=candidate.room_id,
                candidate_id=candidate.id,
                paper_id=paper.id,
                items=paper.items,
                token_hash=f"hash-{number}",
                created_at=clock.now(),
                allotted_seconds=600,
                saves=3,
                flags=[],
                browser="Mozilla/5.0 (X11) Chrome/141.0 Safari/537.36",
            )
            session.add(attempt)
            session.flush()
            details = {"latency_ms": 80 + number, "clock_ms": -400}
            session.add(AttemptEvent(attempt_id=attempt.id, kind="rehearsal", details=details, at=clock.now()))
    page = admin.get(f"/sesi-uji/{code}/gladi").text
    assert "SIAP" in page
    assert "BELUM SIAP" not in page
    assert "Chrome 141: 2" in page
    assert "81 ms" in page
    with db.unit_of_work() as session:
        attempt = session.scalars(select(Attempt)).first()
        late = {"latency_ms": 4000, "clock_ms": 9000}
        session.add(AttemptEvent(attempt_id=attempt.id, kind="rehearsal", details=late, at=clock.now()))
    page = admin.get(f"/sesi-uji/{code}/gladi").text
    assert "BELUM SIAP" in page
    assert "Jaringan lambat" in page
    assert "Jam komputer peserta meleset" in page


def test_a_big_sitting_is_sealed_by_the_worker(admin: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    code = ready(people=3)
    monkeypatch.setattr("merit.assessment.jobs.MANY", 2)
    answer = send(admin, f"/sesi-uji/{code}/segel")
    assert answer.headers["Location"].startswith("/pekerjaan/")
    with db.reading() as session:
        assert session.scalars(select(Sitting.state)).one() == "draft"
        job = session.scalars(select(Job).where(Job.kind == SEAL_JOB)).one()
    load_handlers()
    runner = Runner(db.get_database(), describe=phrase)
    assert runner.run(job.id)
    runner.close()
    with db.reading() as session:
        assert session.scalars(select(Sitting.state)).one() == "sealed"
        assert len(session.scalars(select(Paper.id)).all()) == 3
        assert session.get_one(Job, job.id).result["url"] == f"/sesi-uji/{code}"
    assert sealing.MANY == 300
    with db.reading() as session:
        assert session.scalars(select(Blueprint.retired_at)).all() == [None]


def test_an_adaptive_part_is_planned_checked_and_shown(admin: FlaskClient):
    with db.unit_of_work() as session:
        calibrate_bank(session, items=20)
        samples.put_item(session, code="BTR-TANPA", competency="M.01")
    part = {"s0-c-M.05-3": "", "s0-c-M.01-3": "2", "s0-a-competency": "M.01", "s0-a-certainty": "90"}
    fields = blueprint_fields(**part)
    wrong = send(admin, "/kisi-kisi/baru", fields | {"s0-a-least": "4", "s0-a-precision": "x"}, page="/kisi-kisi/baru")
    assert wrong.status_code == 422
    assert "Butir paling sedikit: isi dengan angka 5 sampai 100." in wrong.text
    assert "Sasaran galat baku" in wrong.text
    small = send(admin, "/kisi-kisi/baru", fields | {"s0-a-most": "40", "act": "check"}, page="/kisi-kisi/baru")
    assert "Belum dapat disusun" in small.text
    assert "(tersedia 20)" in small.text  # the one without parameters is not among them
    assert send(admin, "/kisi-kisi/baru", fields | {"s0-a-most": "12"}, page="/kisi-kisi/baru").status_code == 302
    page = admin.get("/kisi-kisi/KK-WEB").text
    assert "adaptif, 8 sampai 12 butir" in page
    assert "berpeluang paling sedikit 90" in page
    assert 'value="0,35"' in admin.get("/kisi-kisi/KK-WEB/ubah").text
