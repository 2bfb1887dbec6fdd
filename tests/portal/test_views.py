"""The official's own pages: the own record, the own explanation, who read it; nothing of anybody else."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from merit import db
from merit.people.models import Official
from merit.ranking.models import Vacancy
from merit.ranking.services.runs import create_run
from merit.ranking.services.vacancies import VacancyInput, record_vacancy
from merit.security.permissions import SYSTEM, Role
from tests.factories import day, make_application, make_appraisal, make_official, make_position, make_results
from tests.people.conftest import counted_queries
from tests.ranking.samples import Town, make_actor, make_town
from tests.web_client import make_user, sign_in

pytestmark = pytest.mark.web

_OTHERS = ("budi", "citra", "dedi", "eka", "fajar")
_NAMES = ("Budi Santoso", "Citra Lestari", "Dedi Kurniawan", "Eka Putri", "Fajar Nugroho")


@pytest.fixture
def town(database: db.Database) -> Town:
    """Commit a vacancy with three who are ranked, one on hold and two who fail."""
    with db.unit_of_work() as session:
        make_position(session, tier="administrator", code="KABAG", name="Kepala Bagian Umum")
        return make_town(session, make_actor(session, "a", Role.ADMIN), make_actor(session, "k", Role.PPK))


def run_town(vacancy: str = "LOWONGAN-A") -> str:
    """Rank a vacancy and return the run's code."""
    with db.unit_of_work() as session:
        return create_run(session, SYSTEM, vacancy_code=vacancy).code


def sign_in_as(client: FlaskClient, nip: str) -> FlaskClient:
    """Sign in an official."""
    make_user(nip, Role.OFFICIAL, nip=nip)
    sign_in(client, nip)
    return client


@pytest.fixture
def andi(client: FlaskClient, town: Town) -> FlaskClient:
    """Return a client signed in as Andi."""
    return sign_in_as(client, town.nips["andi"])


def add_ranked(count: int) -> None:
    with db.unit_of_work() as session:
        for _number in range(count):
            official = make_official(session, birth="1980-03-04")
            for year in (2024, 2025):
                make_appraisal(session, official, year)
            make_results(session, official)


def announce_open(code: str, applicant: int) -> None:
    """Announce an open selection for which one official applied."""
    with db.unit_of_work() as session:
        terms = VacancyInput(
            code=code, position_code="KABAG", as_of=day("2026-06-01"), pathway="seleksi_terbuka", policy_code="contoh"
        )
        record_vacancy(session, SYSTEM, vacancy=terms)
        vacancy = session.scalars(select(Vacancy).where(Vacancy.code == code)).one()
        make_application(session, session.get_one(Official, applicant), vacancy)


def test_the_home_shows_the_own_record_and_standing(andi, town):
    run = run_town()

    page = andi.get("/saya").text

    assert andi.get("/").location == "/saya"
    assert "Andi Rahman" in page
    assert "2 dari 3" in page
    assert f'href="/saya/penjelasan/{run}"' in page


@pytest.mark.parametrize(
    "section", ["", "/jabatan", "/kompetensi", "/pelatihan", "/kinerja", "/disiplin", "/penugasan"]
)
def test_every_part_of_the_own_record_opens_and_leads_nowhere_foreign(andi, section):
    page = andi.get(f"/saya/catatan{section}")

    assert page.status_code == 200
    assert 'href="/pegawai' not in page.text
    assert 'href="/jabatan' not in page.text
    assert 'href="/unit' not in page.text


def test_the_explanation_names_nobody_else(andi, town):
    run = run_town()

    page = andi.get(f"/saya/penjelasan/{run}").text

    assert "Mengapa nilai saya 86,00?" in page
    assert [name for name in _NAMES if name in page] == []
    assert [who for who in _OTHERS if town.nips[who] in page] == []


def test_with_fewer_than_five_ranked_no_mean_is_shown(andi, town):
    few = andi.get(f"/saya/penjelasan/{run_town()}").text
    add_ranked(2)
    enough = andi.get(f"/saya/penjelasan/{run_town()}").text

    # Three are ranked in the town: from the mean and one's own score the others' could be told.
    assert "kurang dari lima" in few
    assert "Rata-rata yang memenuhi syarat" not in few
    assert "Apa yang menaikkan dan menurunkan nilai saya" not in few
    assert "Rata-rata yang memenuhi syarat" in enough
    assert "Apa yang menaikkan dan menurunkan nilai saya" in enough


def test_those_not_ranked_learn_why(client, town):
    run = run_town()
    fajar = sign_in_as(client, town.nips["fajar"])

    page = fajar.get(f"/saya/penjelasan/{run}").text

    assert "Mengapa saya belum diperingkat?" in page
    assert "belum ada data" in page
    assert [name for name in _NAMES[:4] if name in page] == []


def test_runs_without_oneself_do_not_exist(andi, town):
    announce_open("LOWONGAN-T", town.ids["budi"])
    other = run_town("LOWONGAN-T")
    older, newest = run_town(), run_town()

    listed = andi.get("/saya/penjelasan").text

    assert (newest in listed, older in listed, other in listed) == (True, False, False)
    for code in (other, "RUN-999999", "../RUN-000001"):
        assert andi.get(f"/saya/penjelasan/{code}").status_code == 404
        assert andi.get(f"/saya/penjelasan/{code}/penjelasan.pdf").status_code == 404


def test_a_simulation_is_never_shown(andi, town):
    run = run_town()
    with db.unit_of_work() as session:
        simulation = create_run(session, SYSTEM, vacancy_code="LOWONGAN-A", as_of=day("2026-05-01")).code

    listed = andi.get("/saya/penjelasan").text

    assert (run in listed, simulation in listed) == (True, False)
    assert andi.get(f"/saya/penjelasan/{simulation}").status_code == 404


def test_the_explanation_is_given_as_a_pdf(andi, town):
    run = run_town()

    answer = andi.get(f"/saya/penjelasan/{run}/penjelasan.pdf")

    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="penjelasan-{run}.pdf"'


def test_readings_tell_who_read_what_and_leave_out_oneself(app, andi, town):
    staff = app.test_client()
    make_user("panel", Role.PANEL)
    sign_in(staff, "panel")
    andi.get("/saya/catatan/kinerja")
    assert "Belum ada yang membaca catatan Anda" in andi.get("/saya/pembacaan").text

    run = run_town()
    staff.get(f"/lowongan/LOWONGAN-A/peringkat/{run}/pegawai/{town.nips['andi']}")
    staff.get(f"/pegawai/{town.nips['budi']}")
    page = andi.get("/saya/pembacaan").text

    assert page.count("Nama panel") == 1
    assert run in page
    assert "WITA" in page


def test_own_lists_ask_as_often_for_one_run_as_for_three(andi, town, database):
    counts = []
    for codes in ((), ("LOWONGAN-T", "LOWONGAN-U")):
        for code in codes:
            announce_open(code, town.ids["andi"])
            run_town(code)
        run_town()
        andi.get("/saya/penjelasan")  # a run is read once and kept: what counts is what every visit costs
        with counted_queries(database) as statements:
            shown = andi.get("/saya/penjelasan").text.count("Mengapa?")
        counts.append((shown // 2, len(statements)))

    assert [shown for shown, _queries in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]
