"""The queue hands ids from sender to worker, on its file and on a real Redis."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from merit.config import Settings, load_settings
from merit.jobs.queue import JobQueue
from tests.conftest import skip_or_fail

pytestmark = pytest.mark.db

# A numbered database of its own: it is emptied after the test.
REDIS = os.environ.get("MERIT_TEST_REDIS", "redis://127.0.0.1:6379/9")


@pytest.fixture(params=["file", "redis"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Return settings with a queue of their own."""
    if request.param == "file":
        yield load_settings({}, instance_path=str(tmp_path))
        return
    server = redis.Redis.from_url(REDIS)
    try:
        server.ping()
    except redis.ConnectionError:
        skip_or_fail("redis", "no Redis for tests")
    yield load_settings({}, instance_path=str(tmp_path), redis_url=REDIS)
    server.flushdb()
    server.close()


def test_what_is_sent_is_run_once(settings):
    ran: list[int] = []
    JobQueue(settings).send(41)
    worker = JobQueue(settings, ran.append)

    assert not worker.is_empty
    worker.huey.execute(worker.huey.dequeue())

    assert (ran, worker.is_empty) == ([41], True)


def test_a_message_carries_only_the_id(settings):
    JobQueue(settings).send(41)
    (message,) = JobQueue(settings, print).huey.pending()

    assert (message.args, message.kwargs) == ((41,), {})
