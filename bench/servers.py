"""The real server as ``merit serve`` runs it, beside it a bare hello, and what CPU they took."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from common import server_url

from merit.cli.work import web_command
from merit.config import ROOT
from merit.db import Database

_TICK = os.sysconf("SC_CLK_TCK")
HELLO = """
from flask import Flask
app = Flask("hello")
@app.get("/")
def hello(): return "hello"
"""


def free_port() -> int:
    """Return a port nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(database: Database, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run Merit's own web server on the database."""
    settings = database.settings.model_copy(update={"port": port})
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MERIT_")}
    environment |= {
        "MERIT_INSTANCE_PATH": str(settings.instance_path),
        "MERIT_DATABASE_URL": settings.database_url,
        "MERIT_PORT": str(port),
    }
    with _running(web_command(settings), ROOT, environment, port, "/sehat") as process:
        yield process


@contextmanager
def hello(folder: Path, port: int, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the same server with nothing but a route that says hello: what a request costs at least."""
    (folder / "hello.py").write_text(HELLO)
    bare = [*command[:-1], "hello:app"]
    with _running(bare, folder, {**os.environ, "PYTHONPATH": str(folder)}, port, "/") as process:
        yield process


@contextmanager
def _running(
    command: list[str], folder: Path, environment: dict[str, str], port: int, path: str
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True)
    try:
        _wait(port, path, process)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _wait(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    sys.exit(f"the server does not answer on port {port}")


def cpu_of(process: subprocess.Popen[bytes]) -> float:
    """Return the CPU seconds of a server and its children."""
    return sum(_cpu(pid) for pid in _tree(process.pid))


def database_cpu(database: Database) -> float:
    """Return the CPU seconds of the PostgreSQL backends that serve the database; 0 on SQLite."""
    if database.settings.is_sqlite:
        return 0.0
    name = database.engine.url.database
    with psycopg.connect(server_url("postgres")) as connection:
        rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", (name,)).fetchall()
    return sum(_cpu(pid) for (pid,) in rows)


def _tree(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in _tree(int(child)))]


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICK
