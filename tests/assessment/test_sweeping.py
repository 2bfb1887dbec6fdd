"""The closing sweep: whose time is over, once, in batches, whatever happens to the sweeper."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from merit import clock, db
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import SittingEvent
from merit.assessment.services.sweeping import BATCH, close_overdue, sweep_attempts
from merit.audit.models import AuditEntry
from tests.assessment.sitting_rows import make_hall

pytestmark = pytest.mark.db

# The sweeper is killed in the middle of its unit of work.
KILLED = """
import os, signal
from merit import clock, db
from merit.assessment.services.sweeping import sweep_attempts
from merit.config import load_settings
from merit.migrations import load_models

load_models()
db.configure(load_settings())
with db.unit_of_work() as session:
    assert sweep_attempts(session, at=clock.now()) > 0
    os.kill(os.getpid(), signal.SIGKILL)
"""


def states(database: db.Database) -> dict[int, tuple[str, str | None, dt.datetime | None]]:
    with database.reading() as session:
        return {row.id: (row.state, row.ending, row.finished_at) for row in session.query(Attempt)}


def test_attempts_end_at_their_deadline_and_grace_and_only_once(database: db.Database):
    now = clock.now()
    deadline = now - dt.timedelta(seconds=6)
    with database.unit_of_work() as session:
        over = make_hall(session, seats=2, deadline=deadline).seats
        in_grace = make_hall(session, deadline=now - dt.timedelta(seconds=3)).seats[0]
        paused = make_hall(session, deadline=None, state="paused", paused_at=now).seats[0]

    with clock.frozen(now):
        close_overdue(database)
        first = states(database)
        close_overdue(database)

    assert first == states(database)
    ended = ("finished", "sweep", deadline + dt.timedelta(seconds=5))
    assert [first[seat.attempt_id] for seat in over] == [ended, ended]
    assert first[in_grace.attempt_id][0] == "running"
    assert first[paused.attempt_id][0] == "paused"
    with database.reading() as session:
        assert session.query(SittingEvent).filter_by(kind="swept").count() == 2
        [entry] = session.query(AuditEntry).filter_by(action="attempt:sweep")
    assert '"attempts":2' in entry.payload


def test_more_than_a_batch_is_swept_in_one_go(database: db.Database):
    with database.unit_of_work() as session:
        make_hall(session, seats=BATCH + 3, items=1, deadline=clock.now() - dt.timedelta(minutes=1))

    close_overdue(database)

    assert {state for state, _ending, _at in states(database).values()} == {"finished"}


def test_a_killed_sweep_leaves_nothing_half_done_and_the_next_one_is_whole(database: db.Database):
    """Fault 5 for the sweep: the rerun ends with the same rows."""
    deadline = clock.now() - dt.timedelta(minutes=1)
    with database.unit_of_work() as session:
        make_hall(session, seats=5, deadline=deadline)
    environment = os.environ | {
        "MERIT_DATABASE_URL": database.settings.database_url,
        "MERIT_INSTANCE_PATH": str(database.settings.instance_path),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }

    killed = subprocess.run([sys.executable, "-c", KILLED], env=environment, check=False)
    between = {state for state, _ending, _at in states(database).values()}
    close_overdue(database)

    assert killed.returncode == -signal.SIGKILL
    assert between == {"running"}
    assert set(states(database).values()) == {("finished", "sweep", deadline + dt.timedelta(seconds=5))}


def test_two_sweepers_at_once_end_every_attempt_once(database: db.Database):
    if database.settings.is_sqlite:
        pytest.skip("SQLite lets only one writer in at a time")
    now = clock.now()
    with database.unit_of_work() as session:
        make_hall(session, seats=6, deadline=now - dt.timedelta(minutes=1))

    with database.unit_of_work() as one, database.unit_of_work() as other:
        ended = sweep_attempts(one, at=now, limit=4), sweep_attempts(other, at=now, limit=4)

    assert ended == (4, 2)
    with database.reading() as session:
        assert session.query(SittingEvent).filter_by(kind="swept").count() == 6
