"""An official's page, a unit's page, the page of a fact, the first page: who sees what, and what is logged."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from merit.audit.models import AccessEntry
from merit.exchange.models import ImportBatch
from merit.jobs.models import Job
from merit.people.models import Official, OrgUnit
from merit.profiles.queries import SECTIONS
from merit.security.permissions import Role
from tests import factories
from tests.people.conftest import BUDI, SITI

pytestmark = pytest.mark.web


@pytest.fixture
def facts(database, city) -> dict[str, int]:
    """Commit a few facts about Siti and her unit; return their ids by table."""
    with database.unit_of_work() as session:
        siti = session.get_one(Official, city.siti)
        health = session.get_one(OrgUnit, city.health)
        batch = ImportBatch(
            kind="performance",
            file_name="kinerja.xlsx",
            file_sha256="0" * 64,
            rows=1,
            created=1,
            updated=0,
            unchanged=0,
            recorded_at=factories.RECORDED,
        )
        factories.add(session, batch)
        old = factories.make_appraisal(session, siti, 2025, result=2, behaviour=2, batch_id=batch.id)
        factories.supersede(session, old, at=factories.RECORDED + dt.timedelta(days=9))
        new = factories.make_appraisal(session, siti, 2025, result=3, behaviour=3)
        marks = factories.make_feedback(session, siti, "rekan", 4, 5, 3)
        factories.make_feedback(session, siti, "atasan", "1")
        factories.make_results(session, siti, 3)
        factories.make_training(session, siti, ends="2025-05-30", hours="24", name="Pelayanan Prima")
        factories.make_finding(session, siti, "R2", dated="2018-02-10")
        factories.make_attendance(session, siti, 2025, 2)
        factories.make_assignment(session, siti, offered="2025-01-15", name="Satgas stunting")
        result = factories.make_unit_result(session, health, 2025, "97.5")
        factories.make_complaint(session, health, "2025-02-03")
        factories.make_survey(session, health, "2025", "86.4")
        return {"old": old.id, "appraisals": new.id, "feedback_ratings": marks[0].id, "unit_results": result.id}


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("", "SKP 2025: Sangat Baik"),
        ("/jabatan", "Kepala Dinas Kesehatan"),
        ("/kompetensi", "M.01 Integritas"),
        ("/pelatihan", "Pelayanan Prima"),
        ("/kinerja", "Sangat Baik"),
        ("/disiplin", "Teguran tertulis"),
        ("/penugasan", "Satgas stunting"),
    ],
)
def test_each_section_shows_its_records_with_their_evidence(signed_in, facts, section, words):
    page = signed_in(Role.ADMIN).get(f"/pegawai/{SITI}{section}")

    assert page.status_code == 200
    assert words in page.text
    assert "/bukti/" in page.text


def test_every_section_is_shown_even_without_records(signed_in):
    client = signed_in(Role.ADMIN)

    assert {client.get(f"/pegawai/{BUDI}/{section}", follow_redirects=True).status_code for section in SECTIONS} == {
        200
    }
    assert client.get(f"/pegawai/{BUDI}/rahasia").status_code == 404


def test_feedback_shows_groups_of_three_and_hides_smaller_ones(signed_in, facts):
    text = signed_in(Role.ADMIN).get(f"/pegawai/{SITI}/kinerja").text

    assert "4,00" in text
    assert "1,00" not in text
    assert "kurang dari tiga penilai, tidak ditampilkan" in text


def test_the_reading_of_anothers_record_is_logged(signed_in, database, city):
    signed_in(Role.ADMIN).get(f"/pegawai/{SITI}/kinerja")

    with database.reading() as session:
        entry = session.execute(select(AccessEntry.official_id, AccessEntry.what, AccessEntry.reason)).one()
    assert tuple(entry) == (city.siti, "reading-record", "kinerja")


def test_records_outside_the_scope_do_not_exist_and_nothing_is_logged(signed_in, database, facts):
    client = signed_in(Role.OPD_ADMIN, unit="DIK")
    paths = [
        f"/pegawai/{SITI}",
        f"/pegawai/{SITI}/kinerja",
        "/unit/KES",
        f"/bukti/appraisals/{facts['appraisals']}",
        f"/bukti/feedback_ratings/{facts['feedback_ratings']}",
        f"/bukti/unit_results/{facts['unit_results']}",
    ]

    assert [client.get(path).status_code for path in paths] == [404] * 6
    assert client.get(f"/pegawai/{BUDI}").status_code == 200
    with database.reading() as session:
        assert len(session.execute(select(AccessEntry.id)).all()) == 1


def test_a_fact_shows_its_file_and_what_replaced_it(signed_in, facts):
    client = signed_in(Role.AUDITOR)

    old = client.get(f"/bukti/appraisals/{facts['old']}").text
    new = client.get(f"/bukti/appraisals/{facts['appraisals']}").text

    assert "kinerja.xlsx" in old
    assert "Tidak berlaku lagi" in old
    assert "Hasil kerja: Sesuai ekspektasi menjadi Di atas ekspektasi" in new


def test_the_evidence_of_feedback_is_its_group_never_a_mark(signed_in, facts, database):
    text = signed_in(Role.ADMIN).get(f"/bukti/feedback_ratings/{facts['feedback_ratings']}").text

    assert "Rekan kerja" in text
    assert "4,00" in text
    assert "5,00" not in text


def test_an_official_sees_the_evidence_of_the_own_score_only(signed_in, facts):
    own, other = signed_in(Role.OFFICIAL, nip=SITI), signed_in(Role.OFFICIAL, unit="", nip=BUDI)
    paths = [f"/bukti/appraisals/{facts['appraisals']}", f"/bukti/unit_results/{facts['unit_results']}"]

    assert [own.get(path).status_code for path in paths] == [200, 200]
    assert [other.get(path).status_code for path in paths] == [404, 404]
    assert own.get(f"/pegawai/{SITI}").status_code == 404


@pytest.mark.parametrize("path", ["/bukti/users/1", "/bukti/appraisals/999999", "/bukti/jobs/1"])
def test_other_tables_are_no_evidence(signed_in, path):
    assert signed_in(Role.ADMIN).get(path).status_code == 404


def test_the_unit_shows_head_and_figures(signed_in, facts):
    text = signed_in(Role.ADMIN).get("/unit/KES").text

    assert "Siti Aminah" in text
    assert "97,5" in text
    assert "86,4" in text


def test_the_first_page_tells_staff_what_waits(signed_in, database):
    with database.unit_of_work() as session:
        factories.add(
            session,
            Job(kind="x", title="x", arguments={}, state="failed", created_at=factories.RECORDED),
        )
        factories.make_vacancy(session, factories.make_position(session, name="Kepala Bidang"))
    page = signed_in(Role.ADMIN).get("/")

    assert "1 lowongan belum diperingkat" in page.text
    assert "Kepala Bidang" in page.text


def test_the_first_page_of_an_official_is_the_own_portal(signed_in):
    answer = signed_in(Role.OFFICIAL, nip=BUDI).get("/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/saya")


def test_nobody_signed_in_is_sent_to_the_sign_in_page(app):
    answer = app.test_client().get(f"/pegawai/{SITI}")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/masuk")
