"""``merit serve`` and ``merit worker``: the processes of an installation."""

from __future__ import annotations

import contextlib
import ctypes
import ipaddress
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from types import FrameType

import click

from merit import db
from merit.cli.common import open_database
from merit.config import ROOT, Settings, load_settings
from merit.errors import SetupError
from merit.i18n import _
from merit.phrases import phrase

GRACE = 12.0  # seconds the children have to end by themselves
SETTLED = 10.0  # seconds after which a web server that dies is worth starting again
WEB_THREADS = 12  # no more than the connections a database engine hands out
WEB_CONNECTIONS = 8192  # browsers keep theirs open, and the server takes no more than this at once
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


@click.command(help=_("Jalankan pekerja latar saja (impor besar, peringkat, ekspor)."))
@click.option("--threads", type=click.IntRange(1, 16), default=2, show_default=True, help=_("Pekerjaan serentak."))
def worker(threads: int) -> None:
    """Run the background worker."""
    from merit.accounts.services.chores import keep_house
    from merit.assessment.services.clock_steps import PatientSweep
    from merit.exchange.uploads import forget_uploads
    from merit.jobs.worker import run_worker
    from merit.logs import configure_logs
    from merit.migrations import load_models
    from merit.notices.services.ordering import order_due
    from merit.web.exports import forget_exports

    configure_logs(open_database())
    load_models()
    chores = (PatientSweep(), keep_house, forget_uploads, forget_exports, order_due)
    run_worker(db.get_database(), describe=phrase, threads=threads, chores=chores)


@click.command(help=_("Jalankan server web beserta pekerja latar; berhenti dengan Ctrl+C."))
@click.option("--host", help=_("Alamat yang dilayani; bawaan 127.0.0.1."))
@click.option("--port", type=click.IntRange(1, 65535), help=_("Porta; bawaan 8000."))
@click.option("--tls-cert", type=click.Path(path_type=Path), help=_("Berkas sertifikat TLS (PEM)."))
@click.option("--tls-key", type=click.Path(path_type=Path), help=_("Berkas kunci TLS (PEM)."))
@click.option("--proxy-hops", type=click.IntRange(0, 5), help=_("Jumlah proksi tepercaya di depan server ini."))
def serve(**options: object) -> None:
    """Run the web server and the worker."""
    given = {name: value for name, value in options.items() if value is not None}
    settings = load_settings(None, **given)
    check_exposure(settings)
    open_database()
    check_safeguards(settings)
    db.get_database().dispose()
    check_port(settings)
    environment = child_environment(settings)
    scheme = "https" if settings.tls_cert else "http"
    click.echo(_("Merit dapat dibuka di %(address)s", address=f"{scheme}://{settings.host}:{settings.port}/"))
    click.echo(_("Tekan Ctrl+C untuk berhenti."))
    allow_connections()
    supervise({"web": web_command(settings), "worker": worker_command()}, environment)


def check_exposure(settings: Settings) -> None:
    """Refuse to serve beyond this machine without TLS or a declared proxy (cookies and keys need it)."""
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise SetupError("serve-tls-pair")
    for path in filter(None, (settings.tls_cert, settings.tls_key)):
        if not os.access(path, os.R_OK):
            raise SetupError("serve-tls-unreadable", path=str(path))
    if not (is_loopback(settings.host) or settings.tls_cert or settings.proxy_hops):
        raise SetupError("serve-needs-tls", host=settings.host)


def check_safeguards(settings: Settings) -> None:
    """Refuse to serve without keys or with a missing trigger, before any child process starts."""
    from merit.assessment import triggers as assessment_triggers
    from merit.audit import triggers as audit_triggers
    from merit.ranking import triggers as ranking_triggers
    from merit.security.crypto import load_keyring

    load_keyring(settings.secret_file)
    engine = db.get_database().engine
    audit_triggers.check(engine)
    ranking_triggers.check(engine)
    assessment_triggers.check(engine)


def allow_connections() -> None:
    """Let the children open a file for every connection, as far as the system allows; the usual 1,024 are too few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * WEB_CONNECTIONS if hard == resource.RLIM_INFINITY else min(2 * WEB_CONNECTIONS, hard)
    if soft not in {resource.RLIM_INFINITY, hard} and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_port(settings: Settings) -> None:
    """Refuse with a sentence when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            raise SetupError("serve-port-taken", host=settings.host, port=settings.port) from None


def web_command(settings: Settings) -> list[str]:
    """Return the command of the web server: one worker, so that one process owns the embedded database's writer."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--no-ws"]
    command += ["--host", settings.host, "--port", str(settings.port), "--log-level", "warning"]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "8", "--blocking-threads", str(WEB_THREADS)]
    command += ["--backlog", str(WEB_CONNECTIONS), "--backpressure", str(WEB_CONNECTIONS)]
    if settings.tls_cert and settings.tls_key:
        command += ["--ssl-certificate", str(settings.tls_cert), "--ssl-keyfile", str(settings.tls_key)]
    return [*command, "wsgi:app"]


def worker_command() -> list[str]:
    """Return the command of the worker."""
    return [sys.executable, "-c", "from merit.cli import main; main(['worker'])"]


def child_environment(settings: Settings) -> dict[str, str]:
    """Hand the options of the command line to the children."""
    environment = {"MERIT_HOST": settings.host, "MERIT_PORT": str(settings.port)}
    environment["MERIT_PROXY_HOPS"] = str(settings.proxy_hops)
    if settings.tls_cert or settings.proxy_hops:
        environment["MERIT_SECURE_COOKIES"] = "1"
    # Several processes share the cores: threads of their own for products of arrays cost far more than they gain.
    return {"OPENBLAS_NUM_THREADS": "1", **os.environ, **environment}


@dataclass
class Supervisor:
    """Starts child processes, restarts those that die, and leaves none behind."""

    commands: Mapping[str, list[str]]
    environment: Mapping[str, str]
    stopping: Event = field(default_factory=Event)
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    started: dict[str, float] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start one child in a process group of its own."""
        self.started[name] = time.monotonic()
        self.children[name] = subprocess.Popen(  # noqa: S603 -- our own interpreter, arguments validated above
            self.commands[name],
            env=dict(self.environment),
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 -- no threads yet
        )

    def run(self) -> None:
        """Watch the children until asked to stop; a web server that dies as it starts ends everything."""
        for name in self.commands:
            self.start(name)
        try:
            while not self.stopping.wait(0.5):
                self._watch()
        finally:
            self.end()

    def _watch(self) -> None:
        for name, child in list(self.children.items()):
            code = child.poll()
            if code is None:
                continue
            if name == "web" and time.monotonic() - self.started[name] < SETTLED:
                raise SetupError("serve-child-died", name=name, code=code)
            click.echo(phrase("serve-child-died", name=name, code=code), err=True)
            _kill_group(child)  # what a dead parent left behind holds the port
            time.sleep(1.0)
            self.start(name)

    def end(self) -> None:
        """Ask the children to end, wait, then end their whole groups."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, deadline - time.monotonic()))
            _kill_group(child)


def supervise(commands: Mapping[str, list[str]], environment: Mapping[str, str]) -> None:
    """Run the children until SIGTERM or SIGINT."""
    supervisor = Supervisor(commands, environment)

    def stop(_number: int, _frame: FrameType | None) -> None:
        supervisor.stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    supervisor.run()


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
