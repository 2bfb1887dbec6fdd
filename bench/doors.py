"""Candidates who come in: the form, card PIN or password, the exam page, the lease, the start, the paper."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlencode

from browsers import Browser, Tally, at_times, get, post, spread
from sitting_rows import PASSWORD
from sqlalchemy import text

from merit import clock
from merit.assessment.services.entrance import issue_pins, room_token
from merit.db import Database
from merit.security.permissions import SYSTEM

_CSRF = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
_COOKIE = re.compile(rb"(?im)^set-cookie: ([^;\r\n]+)")
_TOKEN = re.compile(rb"(?im)^location: /ujian/([0-9a-f]+)")
_BUSY = 429


class Doors:
    """A lobby and what its candidates hold in their hands; every second one has only the password."""

    def __init__(self, database: Database, port: int, outside: dict[int, tuple[str, str]]) -> None:
        self.database = database
        self.port = port
        with database.unit_of_work() as session:
            pins = issue_pins(session, SYSTEM, sitting_id=2)
        self.hands = [
            (number, pins[candidate_id]) if candidate_id % 2 else (nip, PASSWORD)
            for candidate_id, (number, nip) in outside.items()
        ]
        self.room = room_token(min(outside))

    def come(self, seconds: float) -> Tally:
        """Let all come within a stretch; their times are from the form to the paper."""
        return asyncio.run(self._come(seconds))

    async def _come(self, seconds: float) -> Tally:
        starting = asyncio.create_task(self._keep_starting())
        tally = await at_times(zip(spread(len(self.hands), seconds), self._tasks(), strict=True))
        starting.cancel()
        return tally

    def _tasks(self) -> Sequence[Callable[[Tally], Awaitable[None]]]:
        return [self._task(who, secret) for who, secret in self.hands]

    def _task(self, who: str, secret: str) -> Callable[[Tally], Awaitable[None]]:
        async def enter(tally: Tally) -> None:
            browser = await Browser.open(self.port)
            began = time.perf_counter()
            token = await self._enter(browser, who, secret, tally)
            if token and await self._begin(browser, token, tally):
                tally.times.append(time.perf_counter() - began)
            browser.close()

        return enter

    async def _enter(self, browser: Browser, who: str, secret: str, tally: Tally) -> str:
        while True:
            _status, head, body = await browser.send(get("/ujian/masuk"))
            cookie, csrf = _COOKIE.search(head), _CSRF.search(body)
            assert cookie, head
            assert csrf, body[:500]
            form = {"who": who, "secret": secret, "token": self.room, "csrf_token": csrf.group(1).decode()}
            sent = urlencode(form).encode()
            line = f"Cookie: {cookie.group(1).decode()}"
            kind = "application/x-www-form-urlencoded"
            status, head, body = await browser.send(post("/ujian/masuk", sent, line, kind=kind))
            found = _TOKEN.search(head)
            if found:
                return found.group(1).decode()
            if status != _BUSY:
                tally.errors.append(f"enter {status}")
                return ""
            await asyncio.sleep(2)

    async def _begin(self, browser: Browser, token: str, tally: Tally) -> bool:
        await browser.send(get(f"/ujian/{token}"))
        base = f"/api/v1/attempts/{token}"
        status, _head, body = await browser.send(post(f"{base}/lease", b'{"lease":""}'))
        lease = body.decode().split('"lease":"', 1)[-1].split('"', 1)[0]
        while status == 200:
            status, _head, body = await browser.send(get(base, f"Merit-Lease: {lease}"))
            if b'"state":"running"' in body:
                break
            await asyncio.sleep(0.25)
        status, _head, _body = await browser.send(
            get(f"{base}/paper", f"Merit-Lease: {lease}", "Accept-Encoding: gzip")
        )
        if status != 200:
            tally.errors.append(f"begin {status}")
        return status == 200

    async def _keep_starting(self) -> None:
        """Admit and start who stands in the lobby, five times a second, as a proctor with one click would."""
        while True:
            await asyncio.sleep(0.2)
            await asyncio.to_thread(self._start)

    def _start(self) -> None:
        later = (
            "datetime(:now, '+2 hours')"
            if self.database.settings.is_sqlite
            else "CAST(:now AS timestamptz) + interval '2 hours'"
        )
        moment = ":now" if self.database.settings.is_sqlite else "CAST(:now AS timestamptz)"
        statement = text(
            f"UPDATE attempts SET state = 'running', admitted_at = {moment}, started_at = {moment}, deadline = {later} "
            "WHERE sitting_id = 2 AND state = 'waiting'"
        )
        now = clock.now().replace(tzinfo=None).isoformat(" ", "microseconds")
        with self.database.unit_of_work() as session:
            session.execute(statement, {"now": now if self.database.settings.is_sqlite else f"{now}+00"})
