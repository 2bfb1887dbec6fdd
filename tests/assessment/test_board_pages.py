"""The board's pages as a proctor's browser gets them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from merit import clock, db
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import Candidate, RoomProctor, Sitting, SittingEvent, SittingRoom
from merit.security.permissions import Role
from tests.assessment.board_samples import MINUTE, START, make_gap, make_hall, make_running_hall, seat_one
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web


@pytest.fixture
def proctor() -> int:
    return make_user("pengawas", Role.PROCTOR)


def watch(session, hall, proctor: int) -> int:
    """Give the first room to the account; return the room."""
    session.add(RoomProctor(room_id=hall.room.id, user_id=proctor, assigned_at=START))
    session.flush()
    return hall.room.id


@pytest.fixture
def room(database: db.Database, proctor: int) -> int:
    """Commit a room at work with four candidates."""
    with db.unit_of_work() as session:
        hall = make_running_hall(session, candidates=4)
        for attempt in hall.attempts:
            attempt.last_seen_at = attempt.last_save_at = START + 9.9 * MINUTE
            attempt.answered = 3
        return watch(session, hall, proctor)


@pytest.fixture
def signed_in(app: Flask, proctor: int) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "pengawas")
    return client


def test_a_room_is_opened_filled_and_started_from_its_page(app: Flask, proctor: int, signed_in: FlaskClient):
    with db.unit_of_work() as session:
        hall = make_hall(session, states=("waiting", ""), starts_at=clock.now() + 10 * MINUTE)
        room = watch(session, hall, proctor)
        attempt = hall.attempts[0].id
    page = f"/ruang-ujian/{room}"

    assert "Buka lobi" in signed_in.get(page).text
    post(signed_in, f"{page}/tindakan/buka-lobi", page=page)
    opened = signed_in.get(page).text
    assert "Token ruang" in opened
    assert "Menunggu dicocokkan (1)" in opened
    matched = post(signed_in, f"{page}/tindakan/cocokkan?tampilan=daftar", {"peserta": attempt}, page=page)
    assert matched.location.endswith(f"{page}?tampilan=daftar")
    answer = post(signed_in, f"{page}/tindakan/mulai", page=page)

    assert answer.status_code == 302
    with db.reading() as session:
        assert session.get_one(Attempt, attempt).state == "running"
        assert session.get_one(SittingRoom, room).started_at is not None


def test_the_state_is_asked_again_only_when_something_changed(signed_in: FlaskClient, room: int):
    address = f"/ruang-ujian/{room}/keadaan"
    with clock.frozen(START + 10 * MINUTE):
        first = signed_in.get(address)
        again = signed_in.get(address, headers={"If-None-Match": first.headers["ETag"]})
    with clock.frozen(START + 10.5 * MINUTE):  # time has passed, nothing has happened
        later = signed_in.get(address, headers={"If-None-Match": first.headers["ETag"]})
    with clock.frozen(START + 12 * MINUTE):  # nothing was heard for two minutes
        silent = signed_in.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert later.status_code == 304
    assert silent.status_code == 200
    assert {tuple(row[7]) for row in silent.json["seats"]} == {("silent",)}
    assert silent.json["counts"]["silent"] == 4


def test_the_state_tells_no_answer_and_no_name(signed_in: FlaskClient, room: int):
    body = signed_in.get(f"/ruang-ujian/{room}/keadaan").text

    assert "Peserta" not in body
    assert set(signed_in.get(f"/ruang-ujian/{room}/keadaan").json) == {"structure", "counts", "token", "seats"}


def test_a_refusal_keeps_what_was_typed(signed_in: FlaskClient, room: int):
    page = f"/ruang-ujian/{room}"

    answer = post(signed_in, f"{page}/tindakan/tambah-waktu", {"menit": "500", "alasan": "Hujan <b>deras"}, page=page)

    assert answer.status_code == 422
    assert "Tambahan waktu 1 sampai 120 menit." in answer.text
    assert "Hujan &lt;b&gt;deras" in answer.text


def test_rooms_of_others_do_not_exist(signed_in: FlaskClient, database: db.Database):
    with db.unit_of_work() as session:
        hall = make_running_hall(session, candidates=1)
        room, candidate, attempt = hall.room.id, hall.candidates[0].id, hall.attempts[0].id

    for address in (
        f"/ruang-ujian/{room}",
        f"/ruang-ujian/{room}/keadaan",
        f"/ruang-ujian/{room}/kursi/{candidate}",
        f"/ruang-ujian/peserta/{attempt}",
        f"/ruang-ujian/peserta/{attempt}/tanda-terima.pdf",
        f"/ruang-ujian/{room}/berita-acara",
        f"/ruang-ujian/{room}/berita-acara.pdf",
        f"/ruang-ujian/{room}/daftar-hadir.pdf",
    ):
        assert (signed_in.get(address).status_code, address) == (404, address)
    for address in (
        f"/ruang-ujian/{room}/tindakan/tutup",
        f"/ruang-ujian/{room}/kursi/{candidate}/tindakan/akhiri",
        f"/ruang-ujian/{room}/kartu.pdf",
        f"/ruang-ujian/peserta/{attempt}/jawaban-terlambat",
    ):
        assert (post(signed_in, address, {"putusan": "usul"}, page="/akun").status_code, address) == (404, address)
    with db.reading() as session:
        assert session.scalars(select(SittingEvent)).all() == []


def test_a_candidate_of_another_room_cannot_be_reached_through_ones_own(signed_in: FlaskClient, room: int):
    with db.unit_of_work() as session:
        other = make_running_hall(session, candidates=1)
        candidate = other.candidates[0].id

    assert signed_in.get(f"/ruang-ujian/{room}/kursi/{candidate}").status_code == 404
    for act in ("cocokkan", "jeda", "akhiri", "pin", "tidak-hadir", "pindah", "setujui-peramban"):
        data = {"alasan": "x", "kursi": "9", "nomor": other.candidates[0].number}
        answer = post(signed_in, f"/ruang-ujian/{room}/kursi/{candidate}/tindakan/{act}", data, page="/akun")
        assert (answer.status_code, act) == (404, act)


def test_an_outage_is_shown_with_its_numbers_and_granted_with_one_click(signed_in: FlaskClient, proctor: int):
    with db.unit_of_work() as session:
        hall = make_running_hall(session, candidates=4)
        room = watch(session, hall, proctor)
        for attempt in hall.attempts:
            make_gap(session, attempt, 10, 35)
            attempt.last_seen_at = START + 36 * MINUTE
        ids = [attempt.id for attempt in hall.attempts]
    page = f"/ruang-ujian/{room}"
    with clock.frozen(START + 36 * MINUTE):
        shown = signed_in.get(page).text
        assert "4 dari 4 peserta" in shown
        assert "Beri 25 menit ke ruang ini" in shown
        stretch = {"mulai": (START + 10 * MINUTE).isoformat(), "sampai": (START + 35 * MINUTE).isoformat()}
        assert post(signed_in, f"{page}/tindakan/kompensasi", stretch, page=page).status_code == 302
        assert "Beri 25 menit" not in signed_in.get(page).text

    with db.reading() as session:
        assert {session.get_one(Attempt, each).extended_seconds for each in ids} == {1500}


def test_evidence_shows_the_course_and_no_answers(signed_in: FlaskClient, room: int):
    with db.reading() as session:
        attempt = session.scalars(select(Attempt.id).where(Attempt.room_id == room)).first()

    page = signed_in.get(f"/ruang-ujian/peserta/{attempt}")

    assert page.status_code == 200
    assert "Urutan kejadian" in page.text
    assert "Ini petunjuk, bukan putusan" in page.text


def test_minutes_are_signed_by_two_proctors_of_the_room(app: Flask, signed_in: FlaskClient, proctor: int):
    second = make_user("pengawas2", Role.PROCTOR)
    make_user("admin", Role.ADMIN)
    with db.unit_of_work() as session:
        hall = make_hall(session, states=("finished", ""), state="running", started_at=START)
        hall.room.opened_at = hall.room.started_at = START
        room = watch(session, hall, proctor)
        watch(session, hall, second)
    page = f"/ruang-ujian/{room}"
    assert "Rancangan" in signed_in.get(f"{page}/berita-acara").text
    early = post(signed_in, f"{page}/berita-acara/tanda-tangan", page=f"{page}/berita-acara")
    assert "Tutup ruang dahulu" in early.text
    post(signed_in, f"{page}/tindakan/tutup", page=page)
    other, admin = app.test_client(), app.test_client()
    sign_in(other, "pengawas2")
    sign_in(admin, "admin")

    for client, status in ((signed_in, 302), (signed_in, 409), (admin, 409), (other, 302), (other, 409)):
        answer = post(client, f"{page}/berita-acara/tanda-tangan", page="/akun")
        assert answer.status_code == status

    with db.reading() as session:
        signed = session.get_one(SittingRoom, room).minutes_signed
        assert [each["user"] for each in signed] == [proctor, second]
        assert session.scalars(select(Sitting.state)).one() == "closed"
    first, again = (signed_in.get(f"{page}/berita-acara.pdf").data for _ in range(2))
    assert first == again
    assert first.startswith(b"%PDF")


def test_cards_hold_fresh_pins_that_stand_nowhere_else(signed_in: FlaskClient, proctor: int):
    with db.unit_of_work() as session:
        hall = make_hall(session, states=("", "", ""))
        room = watch(session, hall, proctor)
        seat_one(session, hall, hall.room, 9, "")
    page = f"/ruang-ujian/{room}"

    before = [candidate.pin_hash for candidate in hall.candidates]
    first = post(signed_in, f"{page}/kartu.pdf", page=page)
    second = post(signed_in, f"{page}/kartu.pdf", page=page)

    assert first.content_type == "application/pdf"
    assert first.headers["Cache-Control"] == "no-store"
    assert first.data != second.data
    with db.reading() as session:
        hashes = session.scalars(select(Candidate.pin_hash).where(Candidate.room_id == room)).all()
    assert before == [None] * 4
    assert len(set(hashes)) == 4
    assert None not in hashes


def test_attendance_and_slip_are_pdfs_that_repeat(signed_in: FlaskClient, room: int):
    with db.reading() as session:
        attempt = session.scalars(select(Attempt.id).where(Attempt.room_id == room)).first()

    for address in (f"/ruang-ujian/{room}/daftar-hadir.pdf", f"/ruang-ujian/peserta/{attempt}/tanda-terima.pdf"):
        one, two = signed_in.get(address), signed_in.get(address)
        assert one.content_type == "application/pdf"
        assert one.data == two.data
