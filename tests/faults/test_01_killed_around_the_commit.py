"""Faults 1 and 2: SIGKILL between commit and reply, and before the commit; what is sent again is there once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from merit import db
from merit.assessment.models.delivery import Response, ResponseSave
from merit.assessment.saving import close_stores
from merit.assessment.services.saving import verify_receipts
from tests.assessment.sitting_rows import Seat, make_hall
from tests.faults.serving import Page, serving

pytestmark = pytest.mark.db

# The whole application keeps the answer; the process dies where the reply would begin.
DIES_BEFORE_THE_REPLY = """
import io, json, os, signal, sys
from merit.app import create_app

def reply(status, headers):
    assert status.startswith("200"), status
    os.kill(os.getpid(), signal.SIGKILL)

body = json.dumps({"lease": sys.argv[2], "responses": [{"position": 1, "revision": 1, "value": ["B"]}]}).encode()
environ = {"REQUEST_METHOD": "POST", "PATH_INFO": f"/api/v1/attempts/{sys.argv[1]}/responses", "QUERY_STRING": "",
           "HTTP_HOST": "127.0.0.1", "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)),
           "wsgi.input": io.BytesIO(body), "wsgi.url_scheme": "http", "REMOTE_ADDR": "127.0.0.1"}
create_app().wsgi_app(environ, reply)
"""


def rows(database: db.Database, seat: Seat) -> tuple[list[tuple[int, int, str]], int]:
    with database.reading() as session:
        assert verify_receipts(session, seat.attempt_id).is_intact
        stored = [(row.position, row.revision, row.value) for row in session.query(Response)]
        return stored, session.query(ResponseSave).count()


def test_killed_between_commit_and_reply_the_retry_finds_its_answer(database: db.Database):
    with database.unit_of_work() as session:
        seat = make_hall(session).seats[0]
    environment = os.environ | {
        "MERIT_DATABASE_URL": database.settings.database_url,
        "MERIT_INSTANCE_PATH": str(database.settings.instance_path),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }

    killed = subprocess.run(
        [sys.executable, "-c", DIES_BEFORE_THE_REPLY, seat.token, seat.lease], env=environment, check=False
    )

    assert killed.returncode == -signal.SIGKILL
    assert rows(database, seat) == ([(1, 1, '["B"]')], 1)
    with serving(database) as server:
        page = Page(server.port, seat)
        told = page.answer(1, 1, "B")
        page.close()
    assert (told["saved"], told["saves"]) == ([{"position": 1, "revision": 1}], 1)
    assert rows(database, seat) == ([(1, 1, '["B"]')], 1)
    close_stores()


def test_killed_before_the_commit_nothing_was_acknowledged_and_the_retry_is_kept(database: db.Database):
    with database.unit_of_work() as session:
        seat = make_hall(session).seats[0]
    with serving(database) as server:
        page = Page(server.port, seat)
        with database.unit_of_work() as session:  # the save must wait for this
            session.connection().exec_driver_sql(f"UPDATE attempts SET browser = 'x' WHERE id = {seat.attempt_id}")
            sent = threading.Thread(target=page.post, args=("responses", {"responses": [answer()]}))
            sent.start()
            time.sleep(0.5)
            server.kill()
            sent.join(20)
        assert page.statuses == [0]

        server.start()
        told = page.answer(1, 1, "B")
        page.close()

    assert told["saves"] == 1
    assert rows(database, seat) == ([(1, 1, '["B"]')], 1)
    close_stores()


def answer() -> dict[str, object]:
    return {"position": 1, "revision": 1, "value": ["B"], "marked": False, "at": ""}
