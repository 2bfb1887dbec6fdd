"""``merit serve``: what it refuses, what it starts, and that it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from merit.cli import cli
from merit.cli.work import child_environment, is_loopback, web_command
from merit.config import load_settings
from merit.errors import SetupError
from merit.security.crypto import create_keyring

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.db


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("host", "answer"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("merit.example", False)],
)
def test_only_addresses_of_this_machine_are_loopback(host, answer):
    assert is_loopback(host) is answer


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--host", "0.0.0.0"], "serve-needs-tls"),
        (["--tls-cert", "tidak-ada.pem"], "serve-tls-pair"),
        (["--tls-cert", "tidak-ada.pem", "--tls-key", "tidak-ada.pem"], "serve-tls-unreadable"),
    ],
)
def test_serving_beyond_this_machine_needs_tls_or_a_proxy(options, reason):
    result = CliRunner().invoke(cli, ["serve", *options])

    assert isinstance(result.exception, SetupError)
    assert result.exception.reason == reason


def test_tls_and_proxies_reach_the_children():
    settings = load_settings({}, host="0.0.0.0", tls_cert="a.pem", tls_key="b.pem")

    command = web_command(settings)

    assert command[command.index("--ssl-certificate") + 1] == "a.pem"
    assert child_environment(settings)["MERIT_SECURE_COOKIES"] == "1"
    assert child_environment(load_settings({}, proxy_hops=1))["MERIT_PROXY_HOPS"] == "1"


@pytest.fixture
def served(sqlite_database):
    """Run the real command on a fresh database; yield the process, its port and its descendants."""
    settings = sqlite_database.settings
    create_keyring(settings.secret_file)
    port = _free_port()
    environment = {
        **os.environ,
        "MERIT_DATABASE_URL": settings.database_url,
        "MERIT_INSTANCE_PATH": str(settings.instance_path),
        "MERIT_SECRET_FILE": str(settings.secret_file),
    }
    command = [sys.executable, "-c", "from merit.cli import main; main()", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    yield process, port
    if process.poll() is None:
        process.kill()
        process.wait()
    process.stdout.close()


def _answers(port: int, seconds: float = 40) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sehat", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            time.sleep(0.2)
    return False


def _descendants(pid: int) -> set[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in listed.splitlines())}
    found = {pid}
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return found - {pid}
        found |= more


def _alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_and_leaves_no_process_behind(served, number):
    process, port = served
    answered = _answers(port)
    children = _descendants(process.pid)

    process.send_signal(number)
    code = process.wait(20)

    assert answered
    assert len(children) >= 3  # web server, its worker, the job worker
    assert (code, _alive(children)) == (0, set())
    assert f"http://127.0.0.1:{port}/" in process.stdout.read()


def test_serve_killed_takes_its_children_along(served):
    process, port = served
    _answers(port)
    children = _descendants(process.pid)

    process.kill()
    process.wait()
    deadline = time.monotonic() + 15
    while _alive(children) and time.monotonic() < deadline:
        time.sleep(0.2)

    assert _alive(children) == set()
