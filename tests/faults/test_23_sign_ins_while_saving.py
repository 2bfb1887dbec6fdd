"""Fault 23: five sign-ins a second (three hundred a minute) with passwords while others save; saves never starve."""

from __future__ import annotations

import http.client
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from merit import clock, db
from merit.accounts.models import User
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import Candidate
from merit.assessment.saving import close_stores
from merit.assessment.services.entrance import room_token
from merit.people.models import Official
from merit.security.passwords import hash_password
from tests.assessment.sitting_rows import make_candidate, make_hall, make_room, make_sitting
from tests.faults.serving import Page, serving
from tests.faults.test_24_all_finish_at_once import keep_saving
from tests.web_client import PASSWORD

pytestmark = pytest.mark.db

ENTERING, SECONDS, SAVING = 60, 12.0, 10
BUSY = 429


def enter(port: int, nip: str, room: str, instant: float) -> str:
    """Sign in with the password through the page; press again while the door is busy."""
    time.sleep(max(0.0, instant - time.monotonic()))
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/ujian/masuk")
        page = connection.getresponse()
        cookie = (page.getheader("Set-Cookie") or "").split(";")[0]
        csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
        assert csrf
        form = urlencode({"who": nip, "secret": PASSWORD, "token": room, "csrf_token": csrf.group(1)})
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/ujian/masuk", form, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != BUSY:
            return answer.getheader("Location") or str(answer.status)
        time.sleep(2)


def test_saves_go_on_while_a_hall_signs_in(database: db.Database):
    hashed = hash_password(PASSWORD)
    with database.unit_of_work() as session:
        hall = make_hall(session, seats=SAVING, items=5)
        lobby = make_sitting(session, state="open")
        room = make_room(session, lobby)
        outside = [make_candidate(session, lobby, room) for _ in range(ENTERING)]
        nips = [session.get_one(Official, candidate.official_id).nip for candidate in outside]
        for candidate, nip in zip(outside, nips, strict=True):
            session.add(
                User(
                    login=nip,
                    name="Peserta",
                    official_id=candidate.official_id,
                    password_hash=hashed,
                    created_at=clock.now(),
                )
            )
    done = threading.Event()

    with serving(database) as server, ThreadPoolExecutor(ENTERING + SAVING) as pool:
        pages = [pool.submit(keep_saving, server.port, seat, done) for seat in hall.seats]
        token, began = room_token(room.id), time.monotonic()
        instants = [began + SECONDS * n / ENTERING for n in range(ENTERING)]
        entered = list(pool.map(lambda n: enter(server.port, nips[n], token, instants[n]), range(ENTERING)))
        done.set()
        saved: list[Page] = [page.result(60) for page in pages]

    assert all(re.fullmatch(r"/ujian/[0-9a-f]{32}", where) for where in entered)
    assert len(set(entered)) == ENTERING
    assert {status for page in saved for status in page.statuses} == {200}
    assert max(page.longest for page in saved) < 5
    assert sum(len(page.statuses) for page in saved) > SAVING * SECONDS  # more than one a second each
    with database.reading() as session:
        waiting = session.query(Attempt).join(Candidate, Candidate.id == Attempt.candidate_id)
        assert waiting.filter(Candidate.sitting_id == lobby.id, Attempt.state == "waiting").count() == ENTERING
    close_stores()
