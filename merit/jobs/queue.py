"""The queue: it carries nothing but the id of a job, as JSON, never a pickle."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from huey import RedisHuey, SqliteHuey
from huey.api import Huey
from huey.registry import Message
from huey.serializer import Serializer

from merit.config import Settings


class _JSONSerializer(Serializer):  # type: ignore[misc]  # huey carries no types
    """Keep an id and a task name per message; what cannot be expressed that way is not for the queue."""

    def _serialize(self, data: Message) -> bytes:
        (job_id,) = data.args
        return json.dumps([data.id, data.name, int(job_id)]).encode()

    def _deserialize(self, data: bytes) -> Message:
        message_id, name, job_id = json.loads(data)
        return Message(message_id, name, retries=0, retry_delay=0, args=(int(job_id),), kwargs={})


class JobQueue:
    """The queue of one installation: embedded SQLite file, or Redis where one is set."""

    def __init__(self, settings: Settings, execute: Callable[[int], None] | None = None) -> None:
        """Open the queue; only a worker passes what ``execute`` does with an id."""
        self.huey = _open(settings.redis_url, settings.queue_path)
        work = execute or _not_here

        def run_job(job_id: int) -> None:
            work(job_id)

        self._task = self.huey.task()(run_job)

    def send(self, job_id: int) -> None:
        """Tell the workers about a job."""
        self._task(job_id)

    @property
    def is_empty(self) -> bool:
        """Whether no message waits."""
        return int(self.huey.pending_count()) == 0


def _open(redis_url: str, folder: Path) -> Huey:
    if redis_url:
        return RedisHuey("merit", url=redis_url, results=False, serializer=_JSONSerializer())
    folder.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(
        "merit", filename=str(folder / "queue.db"), fsync=True, results=False, serializer=_JSONSerializer()
    )


def _not_here(job_id: int) -> None:
    raise RuntimeError(f"Job {job_id} was taken by a process that runs no jobs.")


@lru_cache(maxsize=4)
def sending_queue(settings: Settings) -> JobQueue:
    """Return the process's queue for sending."""
    return JobQueue(settings)
