"""The pages of jobs: whose they are, how far they are, how they end."""

from __future__ import annotations

import pytest

from merit import clock
from merit.jobs.models import Job
from merit.security.permissions import Role
from tests.factories import RECORDED, add
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web


@pytest.fixture
def owner(app):
    """An OPD admin's client would see own jobs only; this one is an admin's, who sees all."""
    make_user("admin", Role.ADMIN)
    client = app.test_client()
    sign_in(client, "admin")
    return client


def _job(database, **details) -> int:
    values = {"kind": "x", "title": "Impor pegawai", "arguments": {}, "state": "queued", "created_at": RECORDED}
    with database.unit_of_work() as session:
        return add(session, Job(**(values | details))).id


def test_a_running_job_shows_its_progress_and_asks_again(owner, database):
    job_id = _job(database, state="running", done=3200, total=6000, stage="Menyimpan baris")

    page = owner.get(f"/pekerjaan/{job_id}")
    part = owner.get(f"/pekerjaan/{job_id}", headers={"HX-Request": "true"})

    assert 'value="3200" max="6000"' in page.text
    assert "Menyimpan baris" in page.text
    assert f'hx-get="/pekerjaan/{job_id}"' in part.text
    assert "<html" not in part.text


def test_an_ended_job_reloads_the_page_and_links_to_its_result(owner, database):
    job_id = _job(
        database, state="done", result={"text": "6.000 baris tersimpan.", "url": "/impor/1"}, finished_at=clock.now()
    )

    part = owner.get(f"/pekerjaan/{job_id}", headers={"HX-Request": "true"})
    page = owner.get(f"/pekerjaan/{job_id}")

    assert part.headers["HX-Refresh"] == "true"
    assert "6.000 baris tersimpan." in page.text
    assert 'href="/impor/1"' in page.text


@pytest.mark.parametrize("url", ["https://jahat.example/", "//jahat.example/", "javascript:alert(1)"])
def test_a_result_links_nowhere_else(owner, database, url):
    job_id = _job(database, state="done", result={"url": url})

    assert "jahat" not in owner.get(f"/pekerjaan/{job_id}").text


def test_a_failed_job_says_why(owner, database):
    _job(database, state="failed", error="Kolom nip tidak ada.")

    assert "Kolom nip tidak ada." in owner.get("/pekerjaan?keadaan=failed").text
    assert "Kolom nip tidak ada." not in owner.get("/pekerjaan?keadaan=done").text


def test_a_job_is_cancelled_by_its_button(owner, database):
    job_id = _job(database)

    answer = post(owner, f"/pekerjaan/{job_id}/batal", page="/pekerjaan")

    assert answer.headers["Location"] == f"/pekerjaan/{job_id}"
    assert "dibatalkan" in owner.get(f"/pekerjaan/{job_id}").text


def test_another_ones_job_does_not_exist_for_an_opd_admin(app, database):
    from merit.accounts.domain import Grant
    from tests.factories import make_unit

    with database.unit_of_work() as session:
        make_unit(session, code="KES")
    own_id = make_user("opd", grants=[Grant(role=Role.OPD_ADMIN, unit_code="KES")])
    client = app.test_client()
    sign_in(client, "opd")
    other, own = _job(database), _job(database, user_id=own_id, title="Milik sendiri")

    listed = client.get("/pekerjaan").text

    assert ("Milik sendiri" in listed, "Impor pegawai" in listed) == (True, False)
    assert [client.get(f"/pekerjaan/{job_id}").status_code for job_id in (other, own)] == [404, 200]
    assert post(client, f"/pekerjaan/{other}/batal", page="/pekerjaan").status_code == 404


@pytest.mark.parametrize("role", [Role.PYB, Role.PPK])
def test_who_reads_every_unit_but_keeps_none_sees_own_jobs_only(app, database, role):
    user_id = make_user("pejabat", role)
    client = app.test_client()
    sign_in(client, "pejabat")
    other, own = _job(database), _job(database, user_id=user_id, title="Milik sendiri")

    assert [client.get(f"/pekerjaan/{job_id}").status_code for job_id in (other, own)] == [404, 200]
    assert "Impor pegawai" not in client.get("/pekerjaan").text
