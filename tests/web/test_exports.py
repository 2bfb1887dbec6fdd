"""Long lists: written by a job, fetched by the person who asked, gone after a day."""

import datetime as dt
import os
from decimal import Decimal

import pytest
from sqlalchemy import select

from merit import clock, db
from merit.audit.models import AccessEntry, AuditEntry
from merit.errors import RuleViolationError
from merit.jobs.models import Job
from merit.jobs.registry import load_handlers
from merit.jobs.runner import Runner
from merit.phrases import phrase
from merit.security.permissions import Role
from merit.web import exports, printed
from merit.web.downloads import Sheet
from tests.factories import make_official
from tests.web_client import make_user, sign_in

pytestmark = pytest.mark.web


@pytest.fixture
def admin(app, monkeypatch):
    """An administrator, four officials, and lists that count as long from three rows on."""
    monkeypatch.setattr(exports, "FEW", 2)
    with db.unit_of_work() as session:
        for name in ("Andi", "=Budi", "Citra", "Dewi"):
            make_official(session, name=name)
    make_user("admin", Role.ADMIN)
    client = app.test_client()
    sign_in(client, "admin")
    return client


def work_off(answer):
    """Run the ordered job as a worker does and return the address of its page."""
    load_handlers()
    runner = Runner(db.get_database(), describe=phrase)
    address = answer.headers["Location"]
    assert runner.run(int(address.rsplit("/", 1)[1]))
    runner.close()
    return address


def test_a_long_list_is_a_job_and_its_file_is_the_list(admin):
    short = admin.get("/pegawai/ekspor.csv?cari=citra")
    ordered = admin.get("/pegawai/ekspor.csv?urut=-nama")
    with db.reading() as session:
        before = session.scalars(select(AuditEntry.id).where(AuditEntry.action == "official:export")).all()

    page = admin.get(work_off(ordered))
    content = admin.get(f"{ordered.headers['Location']}/berkas")

    assert (short.status_code, ordered.status_code, len(before)) == (200, 302, 1)
    assert "Unduh berkas" in page.text
    lines = content.get_data().decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines] == ["Nama", "Dewi", "Citra", "Andi", "'=Budi"]
    assert 'filename="pegawai.csv"' in content.headers["Content-Disposition"]
    with db.reading() as session:
        after = session.scalars(select(AuditEntry.id).where(AuditEntry.action == "official:export")).all()
        readings = session.scalars(select(AccessEntry.what)).all()
    assert (len(after), readings) == (2, ["reading-download"] * 4)  # one a day for each


def test_the_file_is_for_who_asked_alone_and_goes_after_a_day(app, admin):
    make_user("lain", Role.ADMIN)
    other = app.test_client()
    sign_in(other, "lain")
    address = work_off(admin.get("/pegawai/ekspor.xlsx"))

    page, theirs = other.get(address), other.get(f"{address}/berkas")
    assert ("Unduh berkas" in page.text, theirs.status_code) == (False, 404)
    assert admin.get(f"{address}/berkas").data.startswith(b"PK")
    folder = db.get_database().settings.files_path / "exports"
    old = (clock.now() - 2 * exports.KEPT).timestamp()
    for path in folder.iterdir():
        os.utime(path, (old, old))
    gone = admin.get(f"{address}/berkas")
    exports.forget_exports(db.get_database())

    assert (gone.status_code, list(folder.iterdir())) == (404, [])


def test_a_job_has_the_rights_its_person_has_when_it_runs(admin, app):
    ordered = admin.get("/pegawai/ekspor.csv")
    panel = make_user("panitia", Role.PANEL)
    with db.unit_of_work() as session:
        session.scalars(select(Job)).one().user_id = panel

    work_off(ordered)

    with db.reading() as session:
        job = session.scalars(select(Job)).one()
    assert (job.state, job.error) == ("failed", phrase("not-allowed"))


def test_the_chain_leaves_as_a_file_too(app, admin):
    make_user("auditor", Role.AUDITOR)
    client = app.test_client()
    sign_in(client, "auditor")

    address = work_off(client.get("/audit/ekspor?sejak=2020-01-01"))

    lines = client.get(f"{address}/berkas").get_data().decode("utf-8-sig").splitlines()
    assert lines[0] == "Nomor,Waktu,Pelaku,Tindakan,Objek,Isi,Hash"
    assert len(lines) > 3


def test_a_list_is_printed_and_one_too_long_is_refused_with_what_to_do(app, monkeypatch):
    rows = [["Ana", dt.date(2026, 3, 1), 2025, Decimal("12345.5"), None, True]]
    sheet = Sheet(name="Daftar", headings=["Nama", "Tanggal", "Tahun", "Nilai", "Kosong", "Aktif"], rows=rows)
    export = exports.Export(name="daftar", sheets=[sheet], record=lambda _session, _actor: None)

    with app.test_request_context():
        content = exports.written(export, "pdf")
        cells = [printed.printed(value) for value in rows[0]]
        monkeypatch.setattr(printed, "MOST_PRINTED", 0)
        with pytest.raises(RuleViolationError, match="export-print-long"):
            exports.written(export, "pdf")

    assert content.startswith(b"%PDF")
    assert cells == ["Ana", "1 Mar 2026", "2025", "12.345,5", "–", "ya"]


def test_a_print_of_many_columns_leaves_the_empty_ones_out():
    headings = [f"K{place}" for place in range(14)]

    assert printed._places(headings, [[None, "", *[1] * 12]]) == list(range(2, 14))
    assert printed._places(headings[:5], [[None] * 5]) == list(range(5))
