"""The real web server as ``merit serve`` runs it, for tests that kill it, and a page that retries."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from merit.cli.work import web_command
from merit.config import ROOT
from merit.db import Database
from tests.assessment.sitting_rows import Seat


@dataclass
class Server:
    """A running server and its port."""

    port: int
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_until_ready(self)

    def kill(self) -> None:
        """End all its processes at once, without warning."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(database: Database, *, target: str = "", **environment: str) -> Iterator[Server]:
    """Run the web server on a database, in a process group of its own; ``target`` names another application object."""
    port = free_port()
    settings = database.settings.model_copy(update={"port": port})
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MERIT_")}
    own = {
        "MERIT_INSTANCE_PATH": str(settings.instance_path),
        "MERIT_DATABASE_URL": settings.database_url,
        "MERIT_PORT": str(port),
    }
    command = web_command(settings)
    command[-1] = target or command[-1]
    server = Server(port, command, {**inherited, **own, **environment})
    try:
        server.start()
        yield server
    finally:
        server.kill()


def wait_until_ready(server: Server, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
            connection.request("GET", "/sehat")
            if connection.getresponse().status == 200:
                connection.close()
                return
        time.sleep(0.05)
    raise AssertionError("the server does not answer")


@dataclass
class Page:
    """An exam page: sends answers one by one, again and again until the server says they are kept."""

    port: int
    seat: Seat
    kept: dict[int, tuple[int, str]] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    longest: float = 0.0

    def __post_init__(self) -> None:
        self._connection: http.client.HTTPConnection | None = None

    def answer(self, position: int, revision: int, value: str, *, patience: float = 60.0) -> dict[str, Any]:
        """Send until it is acknowledged; note what was."""
        answers = [{"position": position, "revision": revision, "value": [value], "marked": False, "at": ""}]
        end = time.monotonic() + patience
        while time.monotonic() < end:
            began = time.monotonic()
            status, body = self.post("responses", {"responses": answers})
            self.longest = max(self.longest, time.monotonic() - began)
            if status == 200:
                self.kept[position] = (revision, f'["{value}"]')
                return body
            if status not in {0, 503}:
                raise AssertionError(f"{status} {body}")
            time.sleep(0.05 if status else 0.5)  # who finds no server leaves it room to start
        raise AssertionError("never acknowledged")

    def post(self, tail: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Send once; status 0 when nobody answered."""
        return self.send("POST", f"/{tail}", json.dumps({"lease": self.seat.lease, **body}))

    def get(self, tail: str = "") -> tuple[int, dict[str, Any]]:
        """Read once."""
        return self.send("GET", tail)

    def send(self, method: str, tail: str, body: str | None = None) -> tuple[int, dict[str, Any]]:
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            headers = {"Merit-Lease": self.seat.lease}
            if body is not None:
                headers["Content-Type"] = "application/json"
            self._connection.request(method, f"/api/v1/attempts/{self.seat.token}{tail}", body, headers)
            response = self._connection.getresponse()
            told = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            self.close()
            self.statuses.append(0)
            return 0, {}
        self.statuses.append(response.status)
        return response.status, told

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
