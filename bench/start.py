"""From a clean clone to a served shortlist: ``make run`` with the demonstration city, as the README says.

The clone of the last commit, its environment and its database live in ``bench/out`` and are removed at the end.

    python bench/start.py [--quick]
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pyotp
from common import Figure, finish, scratch, size_of_run

ROOT = Path(__file__).resolve().parents[1]
MOST_SECONDS = 180
PAGE = "/lowongan/LOWONGAN-1/peringkat"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@contextmanager
def running(clone: Path, port: int, log: Path) -> Iterator[None]:
    """Run ``make run`` in the clone, and end it with all it started."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MERIT_")}
    environment |= {"MERIT_PORT": str(port), "PYTHON": sys.executable}
    with log.open("w") as output:
        process = subprocess.Popen(
            ["make", "--no-print-directory", "run", f"PYTHON={sys.executable}"],
            cwd=clone,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def wait_for(url: str, log: Path) -> None:
    """Return when the address answers; stop when it takes five minutes."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        try:
            build_opener().open(f"{url}/masuk", timeout=5)
        except (urllib.error.URLError, http.client.HTTPException, OSError):
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"nothing is served after five minutes:\n{log.read_text()[-2000:]}")


def sign_in(url: str, log: Path) -> OpenerDirector:
    """Sign in as the admin whose account ``make run`` printed."""
    line = next(text for text in log.read_text().splitlines() if text.split()[:1] == ["admin"])
    _role, login, *password, secret = line.split()
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    browser.addheaders = [("Referer", f"{url}/masuk")]
    post(browser, f"{url}/masuk", {"login": login, "password": " ".join(password)})
    post(browser, f"{url}/masuk/faktor", {"kode": pyotp.TOTP(secret).now()})
    return browser


def post(browser: OpenerDirector, url: str, fields: dict[str, str]) -> None:
    """Open a form, fill it in, send it."""
    found = TOKEN.search(browser.open(url).read().decode())
    token = {"csrf_token": found[1]} if found else {}
    browser.open(url, urlencode(fields | token).encode())


def free_port() -> int:
    """Return a port nobody listens on."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def measure(folder: Path) -> list[Figure]:
    """Return how long it took until the sign-in page and the shortlist were served."""
    clone, log, port = folder / "clone", folder / "log", free_port()
    url = f"http://127.0.0.1:{port}"
    began = time.perf_counter()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    with running(clone, port, log):
        wait_for(url, log)
        served = time.perf_counter() - began
        answer = sign_in(url, log).open(url + PAGE)
        if not answer.geturl().endswith(PAGE):
            raise SystemExit(f"{answer.geturl()} was shown instead of the shortlist")
        shown = time.perf_counter() - began
    return [
        Figure(what="clone to a served page", value=served),
        Figure(what="clone to the shortlist, signed in", value=shown, limit=MOST_SECONDS),
    ]


def main() -> int:
    """Measure once; a quick run leaves it out."""
    size = size_of_run(__doc__, full=6_000, quick=0)
    missing = [tool for tool in ("git", "make") if shutil.which(tool) is None]
    reasons = [f"no {tool} here" for tool in missing] + (["installing takes minutes"] if size.quick else [])
    if not (ROOT / ".git").exists():
        reasons.append("not a clone")
    if reasons:
        return finish("Clean clone to shortlist", size, [], reasons)
    with scratch() as folder:
        return finish("Clean clone to shortlist", size, measure(folder))


if __name__ == "__main__":
    sys.exit(main())
