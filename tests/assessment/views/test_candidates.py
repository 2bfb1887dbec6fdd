"""The pages of candidates: own tests, entrance, exam, plain form, slip."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from merit import clock, db
from merit.assessment.models.delivery import Attempt, Response
from merit.assessment.models.sittings import Candidate, Sitting
from merit.assessment.saving import close_stores
from merit.assessment.services import entrance, proctoring
from merit.people.models import Official
from merit.security.permissions import SYSTEM, Role
from merit.security.tokens import token_hash
from tests.assessment.exam_papers import ITEMS, every_kind, paper
from tests.assessment.sitting_rows import Hall, make_attempt, make_candidate, make_hall, make_room, make_sitting
from tests.factories import make_official
from tests.web_client import make_user, sign_in, token_of

pytestmark = pytest.mark.web

NUMBER = {name: number for number, name in enumerate(ITEMS, 1)}
PASSWORD = "kuda besi menari pelan"


@pytest.fixture(autouse=True)
def _stores_closed(database: db.Database):
    yield
    close_stores()


@pytest.fixture
def hall(app: Flask, database: db.Database) -> Hall:
    with database.unit_of_work() as session:
        return make_hall(session, seats=2, paper=every_kind(), lease_hash=None)


def text_of(answer: TestResponse) -> str:
    return " ".join(answer.text.split())


def press(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Press a button of the form on a page."""
    token = token_of(client.get(path))
    return client.post(
        path, data={"csrf_token": token, **{name.replace("_", "-"): text for name, text in fields.items()}}
    )


def take(client: FlaskClient, hall: Hall, seat: int = 0) -> str:
    """Open the plain form and return the address of its questions."""
    path = f"/ujian/{hall.seats[seat].token}/soal"
    press(client, f"{path}/1", aksi="buka")
    return path


def stored(hall: Hall, seat: int = 0) -> dict[int, tuple[int, Any, bool]]:
    with db.reading() as session:
        rows = session.query(Response).filter_by(attempt_id=hall.seats[seat].attempt_id)
        return {row.position: (row.revision, json.loads(row.value), row.marked) for row in rows}


def change(hall: Hall, **values: Any) -> None:
    with db.unit_of_work() as session:
        for name, value in values.items():
            setattr(session.get_one(Attempt, hall.seats[0].attempt_id), name, value)


def test_the_exam_page_names_the_candidate_and_holds_no_question(client, hall):
    answer = client.get(f"/ujian/{hall.seats[0].token}")

    assert answer.status_code == 200
    assert "Uji kompetensi" in answer.text
    assert "Anda memimpin tim" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"url=/ujian/{hall.seats[0].token}/soal/1" in answer.text


def test_after_the_end_the_exam_page_is_still_served_but_keeps_nothing_and_without_a_script_leads_on(client, hall):
    path = f"/ujian/{hall.seats[0].token}"
    change(hall, state="finished", finished_at=clock.now(), ending="sweep")

    answer = client.get(path)

    assert answer.status_code == 200
    assert 'data-worker=""' in answer.text
    assert f'<noscript><meta http-equiv="refresh" content="0; url={path}/soal/1"></noscript>' in answer.text
    assert client.get(f"{path}/soal/1").location == f"{path}/selesai"


@pytest.mark.parametrize("tail", ["", "/soal/1", "/selesai"])
def test_an_unknown_address_does_not_exist(client, hall, tail):
    assert client.get(f"/ujian/{'0' * 32}{tail}").status_code == 404


def test_the_service_worker_stays_below_ujian_and_is_never_old(client):
    answer = client.get("/ujian/sw.js")

    assert answer.mimetype == "text/javascript"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Service-Worker-Allowed" not in answer.headers


def test_static_texts_travel_packed(client):
    packed = client.get("/static/exam/exam.js", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/static/exam/exam.js")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert len(packed.data) < len(plain.data) / 2
    plain.close()


def test_a_plain_form_saves_by_its_buttons_and_goes_on(client, hall):
    path = take(client, hall)

    onwards = press(client, f"{path}/1", aksi="lanjut", jawaban_0="B")
    doubt = press(client, f"{path}/2", aksi="ragu")
    elsewhere = press(client, f"{path}/2", ke="5", jawaban_0=["A", "C"])

    assert (onwards.location, doubt.location, elsewhere.location) == (f"{path}/2", f"{path}/2", f"{path}/5")
    assert stored(hall) == {1: (1, ["B"], False), 2: (2, ["A", "C"], True)}
    page = text_of(client.get(f"{path}/2"))
    assert 'aria-pressed="true"' in page
    assert 'value="C" checked' in page
    assert "Tersimpan di server" in page


def test_pressing_a_button_without_a_change_saves_nothing(client, hall):
    path = take(client, hall)
    press(client, f"{path}/1", aksi="lanjut", jawaban_0="B")

    press(client, f"{path}/1", aksi="lanjut", jawaban_0="B")
    press(client, f"{path}/3", aksi="lanjut")

    assert stored(hall) == {1: (1, ["B"], False)}


def test_an_answer_is_emptied_and_too_many_choices_are_refused_with_what_was_ticked(client, hall):
    path = take(client, hall)
    press(client, f"{path}/1", aksi="lanjut", jawaban_0="B")

    press(client, f"{path}/1", aksi="kosongkan", jawaban_0="B")
    refused = press(client, f"{path}/2", aksi="lanjut", jawaban_0=["A", "B", "C"])

    assert stored(hall) == {1: (2, [], False)}
    assert refused.status_code == 422
    assert "Pilih paling banyak 2" in refused.text
    assert refused.text.count(" checked") == 3


def test_another_browser_waits_for_the_proctor(app, hall):
    first, second = app.test_client(), app.test_client()
    path = take(first, hall)

    take(second, hall)
    waiting = second.get(f"{path}/1")

    assert "masih terbuka di komputer lain" in text_of(waiting)
    assert waiting.headers["Refresh"] == "8"
    assert "Anda memimpin tim" not in waiting.text


def test_who_lost_the_lease_sees_what_was_typed_and_not_the_question(app, hall):
    client = app.test_client()
    path = take(client, hall)
    token = token_of(client.get(f"{path}/12"))
    change(hall, lease_hash=token_hash("another"))

    answer = client.post(f"{path}/12", data={"csrf_token": token, "jawaban-0": "Uraian panjang saya", "aksi": "lanjut"})

    assert answer.status_code == 409
    assert "Uraian panjang saya" in answer.text
    assert stored(hall) == {}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": "waiting", "started_at": None, "deadline": None}, "Tunjukkan kartu identitas"),
        ({"state": "admitted", "started_at": None, "deadline": None}, "Identitas Anda sudah cocok"),
        ({"state": "paused", "paused_at": clock.now(), "deadline": None}, "dijeda oleh pengawas"),
    ],
)
def test_no_question_is_shown_before_the_start_and_while_the_clock_stands(client, hall, values, words):
    path = take(client, hall)
    change(hall, **values)

    answer = client.get(f"{path}/1")

    assert words in text_of(answer)
    assert "Anda memimpin tim" not in answer.text


def test_a_refused_browser_without_a_script_asks_again_by_its_button(client, hall):
    attempt_id = hall.seats[0].attempt_id
    change(hall, lease_hash=token_hash("another"))
    path = take(client, hall)
    with db.unit_of_work() as session:
        proctoring.refuse_lease(session, SYSTEM, attempt_id=attempt_id)
    shown = client.get(f"{path}/1")

    take(client, hall)

    assert 'value="buka"' in shown.text
    assert "Angkat tangan" in client.get(f"{path}/1").text


def test_a_forward_paper_has_no_way_back(client, app, database):
    with database.unit_of_work() as session:
        made = paper(ITEMS["single"], ITEMS["true_false"], navigation="forward")
        hall = make_hall(session, paper=made, lease_hash=None)
    path = take(client, hall)

    back = press(client, f"{path}/2", ke="1")

    assert back.location == f"{path}/2"


def test_the_end_is_asked_once_more_and_gives_the_slip(client, hall):
    path = take(client, hall)
    press(client, f"{path}/1", aksi="lanjut", jawaban_0="B")
    end = f"/ujian/{hall.seats[0].token}/selesai"

    unsure = press(client, end)
    asked = client.get(end)
    press(client, end, yakin="ya")
    slip = client.get(end)

    assert unsure.status_code == 302
    assert "Beri centang" in asked.text
    with db.reading() as session:
        attempt = session.get_one(Attempt, hall.seats[0].attempt_id)
    assert (attempt.state, attempt.ending) == ("finished", "plain_form")
    assert attempt.receipt in slip.text
    assert "-".join(attempt.receipt[at : at + 4].upper() for at in range(0, 20, 4)) in slip.text
    assert slip.headers["Clear-Site-Data"] == '"cache"'
    assert client.get(f"{path}/1").location == end


def test_the_lease_of_the_plain_form_is_read_by_no_script_and_sent_nowhere_else(client, hall):
    token = hall.seats[0].token
    form = token_of(client.get(f"/ujian/{token}/soal/1"))

    answer = client.post(f"/ujian/{token}/soal/1", data={"csrf_token": form, "aksi": "buka"})

    cookie = next(text for text in answer.headers.getlist("Set-Cookie") if text.startswith("merit-ujian="))
    assert {"HttpOnly", f"Path=/ujian/{token}", "SameSite=Strict"} <= set(cookie.split("; "))


def enter(client: FlaskClient, **fields: str) -> TestResponse:
    return client.post("/ujian/masuk", data={"csrf_token": token_of(client.get("/ujian/masuk")), **fields})


def test_the_entrance_takes_a_card_and_a_password(app, database):
    with database.unit_of_work() as session:
        sitting = make_sitting(session, state="open")
        room = make_room(session, sitting)
        candidate = make_candidate(session, sitting, room)
        nip = session.get_one(Official, candidate.official_id).nip
        pin = entrance.issue_pins(session, SYSTEM, sitting_id=sitting.id)[candidate.id]
        number, room_id = candidate.number, room.id
    make_user(nip, Role.OFFICIAL, nip=nip, password=PASSWORD, secret=None)
    token = entrance.room_token(room_id)

    wrong = enter(app.test_client(), who=number, secret="AAAA-AAAA", token=token)
    by_card = enter(app.test_client(), who=number, secret=pin, token=token)
    by_password = enter(app.test_client(), who=nip, secret=PASSWORD, token=token)
    empty = enter(app.test_client(), who="", secret="", token="")

    assert (wrong.status_code, empty.status_code) == (403, 422)
    assert "tidak cocok" in wrong.text
    assert number in wrong.text
    assert pin not in wrong.text
    assert by_card.status_code == 302
    assert by_card.location == by_password.location
    assert by_card.location.startswith("/ujian/")


@pytest.fixture
def official(app: Flask, database: db.Database) -> tuple[int, FlaskClient]:
    """Return an official and a client signed in as that official."""
    with database.unit_of_work() as session:
        row = make_official(session)
        official_id, nip = row.id, row.nip
    make_user(nip, Role.OFFICIAL, nip=nip, password=PASSWORD, secret=None)
    client = app.test_client()
    assert sign_in(client, nip, PASSWORD).status_code == 302
    return official_id, client


def add_test(official_id: int, **sitting: Any) -> int:
    with db.unit_of_work() as session:
        row = make_sitting(session, **sitting)
        room = None if row.kind == "practice" else make_room(session, row, name=f"Ruang {row.name}")
        return make_candidate(session, row, room, official_id=official_id).id


def test_my_tests_shows_what_is_mine_and_nothing_that_is_not_decided(official):
    official_id, client = official
    later = clock.now() + dt.timedelta(days=2)
    add_test(official_id, name="Ujian Pekan Depan", state="sealed", starts_at=later)
    add_test(official_id, name="Ujian Rancangan", state="draft", starts_at=later)
    add_test(official_id, name="Ujian Lewat", state="closed")
    with db.unit_of_work() as session:
        sitting = make_sitting(session, name="Ujian Orang Lain", state="sealed")
        make_candidate(session, sitting, None)

    page = client.get("/ujian").text

    shown = [name for name in ("Pekan Depan", "Rancangan", "Lewat", "Orang Lain") if f"Ujian {name}" in page]
    assert shown == ["Pekan Depan", "Lewat"]
    assert "Ruang Ujian Pekan Depan" in page
    assert "Tidak diikuti" in page


def test_an_official_without_tests_is_told_so(official):
    assert "Tidak ada ujian terjadwal" in official[1].get("/ujian").text


def test_a_practice_starts_alone_and_comes_back_to_the_same_attempt(official):
    official_id, client = official
    candidate_id = add_test(official_id, kind="practice", state="sealed", purpose="practice")
    path = f"/ujian/peserta/{candidate_id}/latihan"

    first = client.post(path, data={"csrf_token": token_of(client.get("/ujian"))})
    again = client.post(path, data={"csrf_token": token_of(client.get("/ujian"))})

    assert first.status_code == 302
    assert first.location == again.location
    with db.reading() as session:
        assert session.query(Attempt).one().state == "running"


def test_nobody_starts_the_practice_of_another(official):
    _official_id, client = official
    with db.unit_of_work() as session:
        sitting = make_sitting(session, kind="practice", state="sealed", purpose="practice")
        other = make_candidate(session, sitting, None).id

    answer = client.post(f"/ujian/peserta/{other}/latihan", data={"csrf_token": token_of(client.get("/ujian"))})

    assert answer.status_code == 404


def test_a_signed_in_official_enters_with_the_token_of_the_room(official):
    official_id, client = official
    candidate_id = add_test(official_id, state="open")
    with db.reading() as session:
        room_id = session.get_one(Candidate, candidate_id).room_id
    path = f"/ujian/peserta/{candidate_id}/masuk"
    csrf = token_of(client.get("/ujian"))

    wrong = client.post(path, data={"csrf_token": csrf, "token": "ZZZZZZ"})
    empty = client.post(path, data={"csrf_token": csrf, "token": ""})
    right = client.post(path, data={"csrf_token": csrf, "token": entrance.room_token(room_id or 0)})

    assert (wrong.status_code, empty.status_code, right.status_code) == (409, 422, 302)
    assert "Token ruang salah" in wrong.text
    assert "Isi token dari layar pengawas" in empty.text


def test_results_are_not_told_before_and_not_by_these_pages(official):
    """Fault 38: a finished attempt shows its receipt, whatever has been scored."""
    official_id, client = official
    candidate_id = add_test(official_id, name="Ujian Dinilai", state="scored")
    with db.unit_of_work() as session:
        candidate = session.get_one(Candidate, candidate_id)
        now = clock.now()
        done = {"state": "finished", "finished_at": now, "ending": "candidate", "receipt": "ab" * 32, "answered": 7}
        make_attempt(session, candidate, secret="s" * 31, **done)
        session.get_one(Sitting, candidate.sitting_id)

    page, slip = client.get("/ujian").text, client.get(f"/ujian/T{'s' * 31}/selesai").text

    assert "Sudah dikerjakan" in page
    assert "ABABABAB" in page
    assert "7 dari 20" in slip
    assert [word for word in ("Skor", "Nilai ", "Level") if word in page or word in slip] == []
