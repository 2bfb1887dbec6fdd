"""Two people acting on the same thing at the same moment, each in a unit of work of their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from merit import db
from merit.errors import MeritError

Act = Callable[[Session], Any]
_PATIENCE = 5.0
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def outcome(act: Act) -> str:
    """Do it in a unit of work; return "done", or the reason it was refused for."""
    try:
        with db.unit_of_work() as session:
            act(session)
    except MeritError as refusal:
        return refusal.reason
    return "done"


def at_once(*acts: Act) -> list[str]:
    """Do everything at the same moment; return the outcomes in order of the alphabet."""
    gate = Barrier(len(acts))

    def do(act: Act) -> str:
        gate.wait()
        return outcome(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(do, acts))


def meanwhile(first: Act, second: Act) -> str:
    """Let the second begin after the first has acted and before it is committed; return the second's outcome."""
    with ThreadPoolExecutor(1) as pool:
        with db.unit_of_work() as session:
            first(session)
            running = pool.submit(outcome, second)
            _wait_until_blocked(running)
        return running.result(timeout=2 * _PATIENCE)


def _wait_until_blocked(running: Future[str]) -> None:
    """Wait until the other one waits for a lock of ours; on SQLite it waits for its very beginning."""
    if db.get_database().settings.is_sqlite:
        time.sleep(0.05)
        return
    deadline = time.monotonic() + _PATIENCE
    while not running.done() and time.monotonic() < deadline:
        with db.reading() as session:
            if session.scalar(text(_WAITING)):
                return
        time.sleep(0.01)
