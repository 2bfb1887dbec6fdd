"""Pages of evaluation, development and yearly plans as people use them; on SQLite alone, the pages know no dialect."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from merit import clock, db
from merit.accounts.models import User
from merit.app import create_app
from merit.jobs.models import Job
from merit.jobs.registry import get_handler, load_handlers
from merit.people.models import Official
from merit.security.permissions import Actor, Role
from merit.training.domain.reactions import QUESTIONS
from merit.training.models.classes import Enrolment
from merit.training.models.evaluation import Reaction, TransferRater
from merit.training.models.planning import TrainingPlan
from tests.factories import make_official, make_position, make_result, make_unit
from tests.training.samples import make_class
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web

CLASS = "/pelatihan/kelas/K-1"


class _Handle:
    """A job as its handler sees it."""

    def __init__(self, job: Job) -> None:
        self.arguments, self.user_id, self.id = job.arguments, job.user_id, job.id

    def advance(self, *_done: object, **_told: object) -> None:
        """Say nothing."""

    def finish(self, *_result: object) -> None:
        """Leave the job as it is."""


@pytest.fixture
def people(sqlite_database: db.Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A unit with head, learner and colleagues, a class they went to, and its accounts."""
    db.configure(sqlite_database.settings)
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    admin_id = make_user("admin-p", Role.ADMIN)
    with db.unit_of_work() as session:
        admin = Actor(user_id=admin_id, login="admin-p", name="", roles=frozenset({Role.ADMIN}), unit_ids=None)
        unit = make_unit(session, code="DIK", name="Dinas Pendidikan")
        head = make_official(session, position=make_position(session, tier="administrator", leads=unit))
        position = make_position(session, unit=unit, m04=3)
        staff = [make_official(session, position=position) for _ in range(4)]
        for official in staff:
            make_result(session, official, "M.04", 2, dated="2025-12-01")
        course = make_class(session, admin, quota=3)
        row = Enrolment(class_id=course.id, official_id=staff[0].id, unit_id=unit.id, state="accepted", place=1)
        row.nominated_at = clock.now()
        session.add(row)
        nips = {"head": head.nip, "learner": staff[0].nip}
    make_user("kepala", Role.OFFICIAL, nip=nips["head"])
    make_user("peserta", Role.OFFICIAL, nip=nips["learner"])
    return nips


@pytest.fixture
def site(people: dict[str, str]) -> Flask:
    return create_app(db.get_database().settings)


def at(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setattr(clock, "now", lambda: dt.datetime.fromisoformat(f"{day}T03:00:00+00:00"))


def test_reaction_and_rating_reach_the_class(site: Flask, people: dict[str, str], monkeypatch: pytest.MonkeyPatch):
    at(monkeypatch, "2026-07-01")
    admin, learner, head = site.test_client(), site.test_client(), site.test_client()
    sign_in(admin, "admin-p")
    sign_in(learner, "peserta")
    sign_in(head, "kepala")
    with db.reading() as session:
        place = session.scalars(select(Enrolment.id)).one()

    sent = post(
        learner,
        f"/saya/pelatihan/{place}/tanggapan",
        {**dict.fromkeys(QUESTIONS, "4"), "saran": "Lebih banyak latihan"},
        page=f"/saya/pelatihan/{place}/tanggapan",
    )
    anchors = {"before": "", "after": "", "anchors": "Menyusun sendiri\nMemeriksa ulang\nMembagikan"}
    post(admin, f"{CLASS}/evaluasi", anchors, page=f"{CLASS}/evaluasi")
    post(admin, f"{CLASS}/evaluasi/penilai", page=f"{CLASS}/evaluasi")
    with db.reading() as session:
        asked = session.scalars(select(TransferRater.id).where(TransferRater.rater_group == "superior")).one()
    rated = post(
        head,
        f"/saya/penerapan/{asked}",
        {"perilaku-0": "4", "perilaku-1": "3", "perilaku-2": "x"},
        page=f"/saya/penerapan/{asked}",
    )

    assert (sent.status_code, rated.status_code) == (302, 302)
    with db.reading() as session:
        assert session.scalars(select(TransferRater.marks).where(TransferRater.id == asked)).one() == [4, 3, None]
        assert session.scalars(select(Reaction.comment)).all() == ["Lebih banyak latihan"]
    page = admin.get(f"{CLASS}/evaluasi").text
    assert people["learner"] in page
    assert "Lebih banyak latihan" not in page  # one reaction would tell who wrote it
    assert "Pegawai" in admin.get("/pelatihan/penerapan").text
    assert "Tidak ada yang menunggu" in admin.get("/pelatihan/penerapan?cari=tidakada").text
    due = admin.get("/pelatihan/penerapan/ekspor.csv").data
    assert b"K-1" in due
    assert people["learner"].encode() in admin.get(f"{CLASS}/evaluasi/ekspor.csv").data


def test_incomplete_rating_is_told_and_kept_open(site: Flask, people: dict[str, str], monkeypatch: pytest.MonkeyPatch):
    at(monkeypatch, "2026-07-01")
    learner = site.test_client()
    sign_in(learner, "peserta")
    with db.reading() as session:
        place = session.scalars(select(Enrolment.id)).one()

    answer = post(learner, f"/saya/pelatihan/{place}/tanggapan", {"useful": "4"}, page="/saya/pelatihan")

    assert answer.status_code == 422
    assert "Jawab setiap pertanyaan" in answer.text


def test_gaps_lead_to_a_plan_and_to_nominations(site: Flask, people: dict[str, str], monkeypatch: pytest.MonkeyPatch):
    at(monkeypatch, "2026-02-01")
    admin, learner = site.test_client(), site.test_client()
    sign_in(admin, "admin-p")
    sign_in(learner, "peserta")
    load_handlers()

    post(admin, "/pelatihan/kesenjangan/hitung", page="/pelatihan/kesenjangan")
    asked = {"name": "Rencana", "year": "2026", "budget": "1000000", "most": "1", "share_percent": "0"}
    post(admin, "/pelatihan/rencana-tahunan/baru", asked, page="/pelatihan/rencana-tahunan/baru")
    with db.reading() as session:
        jobs = session.scalars(select(Job).order_by(Job.id)).all()
    for job in jobs:
        get_handler(job.kind)(_Handle(job))  # type: ignore[arg-type]
    with db.reading() as session:
        plan = session.scalars(select(TrainingPlan)).one()
    post(admin, f"/pelatihan/rencana-tahunan/{plan.id}/usulkan", page=f"/pelatihan/rencana-tahunan/{plan.id}")

    # four with a gap of one level, two are paid for; one of the four already goes to the class
    assert (plan.summary["places"], plan.summary["waiting"]) == (2, 2)
    assert "heat-" in admin.get("/pelatihan/kesenjangan").text
    heat = admin.get("/pelatihan/kesenjangan/ekspor.csv").text.splitlines()[1].split(",")
    assert (heat[:2], heat[8:10]) == (["DIK", "Dinas Pendidikan"], ["4", "95"])
    assert "Penyusunan anggaran" in admin.get("/pelatihan/kesenjangan/unit/DIK").text
    assert "Penyusunan anggaran" in admin.get(f"/pelatihan/kesenjangan/pegawai/{people['learner']}").text
    assert "Penyusunan anggaran" in learner.get("/saya/pengembangan").text
    waiting = admin.get(f"/pelatihan/rencana-tahunan/{plan.id}?tampil=waiting").text
    assert "Anggaran habis" in waiting
    assert admin.get(f"/pelatihan/rencana-tahunan/{plan.id}/ekspor.csv").status_code == 200
    with db.reading() as session:
        assert len(session.scalars(select(Enrolment)).all()) >= 2


def test_people_ticked_on_the_gap_list_are_nominated_with_their_gap(
    site: Flask, people: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    at(monkeypatch, "2026-02-01")
    admin = site.test_client()
    sign_in(admin, "admin-p")
    with db.unit_of_work() as session:
        ids = session.scalars(select(Official.id).where(Official.nip != people["head"]).order_by(Official.id)).all()
    chosen = "&".join(f"pilih={each}" for each in ids)

    listed = admin.get("/pelatihan/kesenjangan/pegawai?unit=DIK&kompetensi=M.04&tampil=gap").text
    shown = admin.get(f"/pelatihan/kesenjangan/usul?{chosen}&kompetensi=M.04").text
    data = {"kelas": "K-1", "pilih": [str(each) for each in ids], "terhadap": "post"}
    refused = post(admin, "/pelatihan/kesenjangan/usul", data, page="/pelatihan/kesenjangan/pegawai")
    told = admin.get(refused.location).text
    done = post(admin, "/pelatihan/kesenjangan/usul", data | {"pilih": data["pilih"][1:]}, page="/pelatihan/kelas/K-1")

    assert listed.count('name="pilih"') == len(ids)
    assert "Sudah diusulkan atau menjadi peserta kelas ini" in shown  # the learner
    assert "Usulkan 3 pegawai" in shown
    assert "tidak seorang pun diusulkan" in told
    assert done.location == "/pelatihan/kelas/K-1/peserta"
    assert admin.get(done.location).text.count("level 2 ± 0,3, standar 3") == 3
    with db.reading() as session:
        assert len(session.scalars(select(Enrolment)).all()) == len(ids)
    assert b"standar 3" in admin.get("/pelatihan/kelas/K-1/peserta/ekspor.csv").data
    assert (
        admin.get("/pelatihan/kesenjangan/pegawai/ekspor.csv?unit=DIK").data.count(b"\r\n") == len(ids) + 2
    )  # heading, head


def test_a_plan_without_classes_says_so(site: Flask, people: dict[str, str]):
    admin = site.test_client()
    sign_in(admin, "admin-p")

    asked = {"name": "Rencana", "year": "2031", "budget": "1", "most": "1", "share_percent": "0"}
    answer = post(admin, "/pelatihan/rencana-tahunan/baru", asked, page="/pelatihan/rencana-tahunan/baru")

    assert answer.status_code == 422
    assert "Tidak ada kelas tahun 2031" in answer.text
    with db.reading() as session:
        assert session.scalars(select(TrainingPlan)).all() == []
        assert session.scalars(select(User.login).where(User.login == "admin-p")).one() == "admin-p"


def test_a_list_of_too_many_asks_for_a_unit_or_a_name(
    site: Flask, people: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    admin = site.test_client()
    sign_in(admin, "admin-p")
    monkeypatch.setattr("merit.training.views.gap_lists.LISTED_AT_MOST", 1)
    page = "/pelatihan/kesenjangan/pegawai"

    told, found = admin.get(page).text, admin.get(f"{page}?cari={people['learner']}").text
    ordered = admin.get(f"{page}/ekspor.csv")

    assert "Pilih unit atau ketik nama" in told
    assert people["learner"] not in told
    assert f"{page}/{people['learner']}" in found
    assert ordered.headers["Location"].startswith("/pekerjaan/")
