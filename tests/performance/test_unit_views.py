"""Pages of units as their readers get them: contents, scope, forms that refuse, exports, evidence."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from merit import clock, db
from merit.accounts.domain import Grant
from merit.app import create_app
from merit.jobs.registry import MODULES
from merit.performance.domain.satisfaction import SKM_ELEMENTS
from merit.performance.models import AgencyHoliday, AgreementTarget, Complaint, SatisfactionSurvey, UnitResult
from merit.security.permissions import Role
from merit.web import exports
from tests.factories import make_complaint, make_survey, make_unit, make_unit_result
from tests.web_client import make_user, sign_in, token_of

pytestmark = pytest.mark.web


@pytest.fixture
def city(sqlite_database: db.Database) -> Flask:
    """Commit two units with figures, complaints and surveys; return the application."""
    with sqlite_database.unit_of_work() as session:
        schools = make_unit(session, code="DIK", name="Dinas Pendidikan")
        health = make_unit(session, code="KES", name="Dinas Kesehatan")
        for year, achievement in ((2024, "90"), (2025, "95")):
            make_unit_result(session, schools, year, achievement, accountability=Decimal(80))
        make_unit_result(session, health, 2025, "101", accountability=Decimal(85), sources={"accountability": "LHE 7"})
        make_complaint(session, schools, "2026-01-05", number="L/1", channel="digital")
        make_complaint(session, health, "2026-01-05", number="L/2")
        make_survey(session, schools, "2024", "81")
        make_survey(session, schools, "2025", "84", respondents=100, deviation=Decimal(10))
    return create_app(sqlite_database.settings, sqlite_database)


def signed_in(city: Flask, role: Role, unit: str = ""):
    make_user(role.value, grants=[Grant(role=role, unit_code=unit)])
    client = city.test_client()
    sign_in(client, role.value)
    return client


def send(client, path, **fields):
    """Fill in the form of a page and send it."""
    token = token_of(client.get(path))
    return client.post(path, data={**fields, "csrf_token": token}, follow_redirects=True)


def rows_of(model):
    with db.reading() as session:
        return session.scalars(select(model).where(model.superseded_at.is_(None)).order_by(model.id)).all()


def test_the_board_ranks_by_the_category_and_says_by_which_rule(city):
    client = signed_in(city, Role.AUDITOR)

    page = client.get("/kinerja-unit?tahun=2025&kategori=accountability").text

    assert page.index("Dinas Kesehatan") < page.index("Dinas Pendidikan")
    assert "Aturan peringkat: Akuntabilitas kinerja (AKIP)" in page
    assert "2 dari 2" in page
    assert "LHE 7" in client.get("/kinerja-unit/ekspor.csv?tahun=2025").text
    assert "LHE 7" in client.get("/kinerja-unit/papan/KES").text
    assert "<svg" in client.get("/kinerja-unit/papan/DIK").text


def test_a_unit_admin_sees_and_edits_the_own_unit_only(city):
    client = signed_in(city, Role.OPD_ADMIN, unit="DIK")

    lists = [client.get(path).text for path in ("/kinerja-unit?tahun=2025", "/pengaduan", "/pengaduan/umur")]

    assert ["Dinas Kesehatan" in page for page in lists] == [False, False, False]
    assert "2 dari 2" in lists[0]
    assert "L/2" not in client.get("/pengaduan/ekspor.csv").text
    assert [client.get(f"/pengaduan/{page}/L/2").status_code for page in ("nomor", "perbaiki")] == [404, 404]
    assert client.get("/kinerja-unit/angka/DIK").status_code == 404
    ages = client.get("/pengaduan/umur/ekspor.csv?urut=-umur").text
    assert ("L/1" in ages, "L/2" in ages) == (True, False)


def test_a_unit_enters_its_agreement_and_an_impossible_figure_is_refused_with_a_sentence(city):
    client = signed_in(city, Role.OPD_ADMIN, unit="DIK")

    told = send(
        client, "/kinerja-unit/indikator/DIK?tahun=2026", name="Lulusan", measure="persen", source="PK 2026", q1="80"
    )
    (row,) = rows_of(AgreementTarget)
    refused = send(client, f"/kinerja-unit/realisasi/{row.id}", realised="720", note="")
    doubtful = send(client, f"/kinerja-unit/realisasi/{row.id}", realised="160", note="")
    garbled = send(client, f"/kinerja-unit/realisasi/{row.id}", realised="banyak", note="")

    assert "Lulusan" in told.text
    assert [page.status_code for page in (refused, doubtful, garbled)] == [422, 422, 422]
    assert "Capaian 900 persen tidak dapat dicatat" in refused.text
    assert "tulis penjelasannya" in doubtful.text
    assert "«banyak» bukan angka" in garbled.text
    assert [(row.target, row.realised) for row in rows_of(AgreementTarget)] == [(Decimal(80), None)]

    kept = send(client, f"/kinerja-unit/realisasi/{row.id}", realised="72,5", note="")

    assert "90,62" in kept.text
    files = {
        form: client.get(f"/kinerja-unit/unduh-perjanjian.{form}/DIK?tahun=2026") for form in ("csv", "xlsx", "pdf")
    }
    assert "Lulusan,persen,naik,PK 2026,80,72.5,90.62" in files["csv"].text
    assert (files["xlsx"].data[:2], files["pdf"].data[:4]) == (b"PK", b"%PDF")
    assert client.get(f"/kinerja-unit/realisasi/{row.id}").status_code == 404
    assert client.get(f"/bukti/agreement_targets/{rows_of(AgreementTarget)[0].id}").status_code == 200


def test_the_agency_enters_figures_with_their_sources(city):
    client = signed_in(city, Role.ADMIN)
    figures = {"achievement": "97,5", "predicate": "baik", "accountability": "82"}

    refused = send(
        client, "/kinerja-unit/angka/KES?tahun=2025", **figures, achievement_source="LKjIP", accountability_source=" "
    )
    kept = send(
        client,
        "/kinerja-unit/angka/KES?tahun=2025",
        **figures,
        achievement_source="LKjIP",
        accountability_source="LHE 8",
    )

    assert "Isi sumber untuk setiap angka" in refused.text
    assert "LHE 8" in kept.text
    row = rows_of(UnitResult)[-1]
    assert (row.achievement, row.accountability, row.predicate) == (Decimal("97.5"), Decimal(82), "baik")
    assert "LHE 8" in client.get(f"/bukti/unit_results/{row.id}").text
    assert 'value="97,5"' in client.get("/kinerja-unit/angka/KES?tahun=2025").text


def test_a_complaint_is_recorded_closed_and_reopened_on_its_pages(city):
    client = signed_in(city, Role.OPD_ADMIN, unit="DIK")
    new = {"number": "L/9", "unit": "DIK", "kind": "normatif", "channel": "digital", "received": "2026-02-02"}

    early = send(client, "/pengaduan/baru", **new, closed="2026-02-01")
    recorded = send(client, "/pengaduan/baru", **new)
    row = rows_of(Complaint)[-1]
    silent = send(client, "/pengaduan/nomor/L/9", step="close", on="2026-02-03", row=str(row.id))
    before = send(client, "/pengaduan/nomor/L/9", step="close", on="2026-02-01", outcome="Selesai", row=str(row.id))
    closed = send(client, "/pengaduan/nomor/L/9", step="close", on="2026-02-03", outcome="Selesai", row=str(row.id))
    stale = send(client, "/pengaduan/nomor/L/9", step="reopen", on="2026-02-04", row=str(row.id))

    assert "mendahului tanggal diterima" in early.text
    assert "Pengaduan tercatat" in recorded.text
    assert "Isi hasil penanganan" in silent.text
    assert "mendahului tanggal diterima" in before.text
    assert "Langkah tercatat" in closed.text
    assert stale.status_code == 422
    row = rows_of(Complaint)[-1]
    send(client, "/pengaduan/nomor/L/9", step="reopen", on="2026-02-04", row=str(row.id))
    mended = send(
        client,
        "/pengaduan/perbaiki/L/9",
        **new | {"received": "2026-02-01", "answered": "2026-02-03", "closed": "2026-02-03"},
        row=str(rows_of(Complaint)[-1].id),
    )
    assert "Perbaikan tersimpan" in mended.text
    row = rows_of(Complaint)[-1]
    assert (row.number, str(row.received), row.reopened) == ("L/9", "2026-02-01", None)


def test_who_only_reads_takes_no_step(city):
    client = signed_in(city, Role.AUDITOR)
    page = client.get("/pengaduan/nomor/L/1")
    (row, _other) = rows_of(Complaint)

    answer = client.post(
        "/pengaduan/nomor/L/1",
        data={"step": "answer", "on": "2026-02-02", "row": row.id, "csrf_token": token_of(page)},
    )

    assert answer.status_code == 403
    assert "Langkah berikutnya" not in page.text
    assert rows_of(Complaint)[0].answered is None


def test_the_ageing_list_shows_late_ones_and_the_share_with_its_interval(city):
    client = signed_in(city, Role.ADMIN)

    page = client.get("/pengaduan/umur").text

    assert "Lewat tenggat" in page
    assert "0 dari 2" in page
    assert "PermenPANRB 62/2018" in page
    assert "Selang Wilson" in page


def test_a_survey_is_entered_by_element_and_shown_with_its_interval(city):
    client = signed_in(city, Role.OPD_ADMIN, unit="DIK")
    means = dict.fromkeys(SKM_ELEMENTS, "3,2")

    wrong = send(client, "/kepuasan/isi/DIK", period="2025-13", respondents="0", **means | {"biaya": "5"})
    kept = send(client, "/kepuasan/isi/DIK", period="2025-06", respondents="100", deviation="10", **means)

    assert wrong.status_code == 422
    assert "Isi TTTT atau TTTT-BB" in wrong.text
    assert "Nilai harus antara 1 dan 4" in wrong.text
    assert "78,0–82,0" in kept.text
    assert "Perilaku pelaksana" in kept.text
    assert rows_of(SatisfactionSurvey)[-1].score == Decimal(80)
    assert "Dinas Pendidikan" in client.get("/kepuasan").text
    assert "DIK" in client.get("/kepuasan/ekspor.csv").text
    assert client.get("/kepuasan/ekspor.csv?cari=tidakada").text.count("\n") == 1
    assert 'value="2025-06"' in client.get("/kepuasan/isi/DIK?periode=2025-06").text


def test_the_agency_adds_and_removes_its_own_holidays(city):
    client = signed_in(city, Role.ADMIN)
    year = clock.today().year

    def add(day):
        token = token_of(client.get("/hari-libur"))
        fields = {"day": day, "name": "Hari jadi kota", "basis": "SE 1", "csrf_token": token}
        return client.post("/hari-libur", data=fields, follow_redirects=True)

    national = add(f"{year}-08-17")
    kept = add("2026-02-10")
    (row,) = rows_of(AgencyHoliday)
    gone = client.post(f"/hari-libur/{row.id}/hapus", data={"csrf_token": token_of(kept)}, follow_redirects=True)

    assert national.status_code == 422
    assert "Hari Kemerdekaan Republik Indonesia" in national.text
    assert "Hari jadi kota" in kept.text
    assert "Hari libur dihapus" in gone.text
    assert rows_of(AgencyHoliday) == []


def test_a_worker_knows_every_list_of_the_slice(city):
    lists = {collect.__module__ for collect in exports._collectors.values()}

    own = {module for module in lists if module.startswith("merit.performance.")}
    assert len(own) == 4
    assert own <= set(MODULES)
