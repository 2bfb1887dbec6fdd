"""Many browsers in one process: raw HTTP/1.1 over kept connections, so that the client costs little."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Tally:
    """What happened to the requests of a stretch."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.times) / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float:
        """Return the time in milliseconds that a share of the answers needed at most."""
        ordered = sorted(self.times)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Browser(asyncio.Protocol):
    """One kept connection; one request at a time."""

    def __init__(self) -> None:
        self._port = 0
        self._buffer = b""
        self._waiting: asyncio.Future[tuple[int, bytes, bytes]] | None = None
        self._transport: Any = None

    @classmethod
    async def open(cls, port: int) -> Browser:
        """Connect."""
        browser = cls()
        browser._port = port
        await browser._connect()
        return browser

    async def _connect(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)

    def connection_made(self, transport: Any) -> None:
        """Keep the transport."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer who waits once the reply is whole."""
        self._buffer += data
        head, mark, body = self._buffer.partition(b"\r\n\r\n")
        if not mark or self._waiting is None:
            return
        lowered = head.lower()
        at = lowered.find(b"content-length:")
        length = int(lowered[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(body) >= length:
            self._buffer = b""
            waiting, self._waiting = self._waiting, None
            waiting.set_result((int(head[9:12]), head, body))

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell who waits; the server ends what has been silent for half a minute."""
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError())

    async def send(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Send a request and return status, head and body; connect again where the server has hung up."""
        if self._transport is not None:
            try:
                return await self._ask(request)
            except ConnectionError:
                pass  # hung up as we spoke; every request here may be sent again
        await self._connect()
        return await self._ask(request)

    async def _ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        self._buffer = b""
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


def post(path: str, body: bytes, *extra: str, kind: str = "application/json") -> bytes:
    """Return the bytes of a POST."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return (head + "".join(f"{line}\r\n" for line in extra) + "\r\n").encode() + body


def get(path: str, *extra: str) -> bytes:
    """Return the bytes of a GET."""
    return (f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "".join(f"{line}\r\n" for line in extra) + "\r\n").encode()


def save_request(token: str, lease: str, position: int, revision: int, value: str) -> bytes:
    """Return one save as the exam page sends it."""
    answer = {
        "position": position,
        "revision": revision,
        "value": [value],
        "marked": False,
        "at": "2026-01-01T01:00:00",
    }
    body = json.dumps({"lease": lease, "responses": [answer]}).encode()
    return post(f"/api/v1/attempts/{token}/responses", body)


async def saturate(port: int, requests: Callable[[int], Iterable[bytes]], *, flights: int, seconds: float) -> Tally:
    """Keep some requests in flight for a while; every flight sends what ``requests(number)`` yields."""
    tally = Tally()
    browsers = [await Browser.open(port) for _ in range(flights)]
    began = time.perf_counter()
    end = began + seconds
    await asyncio.gather(*(_fly(browser, requests(number), end, tally) for number, browser in enumerate(browsers)))
    tally.seconds = time.perf_counter() - began
    for browser in browsers:
        browser.close()
    return tally


async def _fly(browser: Browser, requests: Iterable[bytes], end: float, tally: Tally) -> None:
    for request in requests:
        began = time.perf_counter()
        if began >= end:
            return
        status, _head, body = await browser.send(request)
        if status == 200:
            tally.times.append(time.perf_counter() - began)
        else:
            tally.errors.append(f"{status} {body[:120]!r}")


async def at_times(tasks: Iterable[tuple[float, Callable[[Tally], Awaitable[None]]]]) -> Tally:
    """Run tasks at their offsets in seconds, whatever became of the earlier ones."""
    tally = Tally()
    began = time.perf_counter()

    async def later(offset: float, task: Callable[[Tally], Awaitable[None]]) -> None:
        await asyncio.sleep(max(0.0, began + offset - time.perf_counter()))
        try:
            await task(tally)
        except (OSError, asyncio.InvalidStateError) as error:
            tally.errors.append(repr(error))

    await asyncio.gather(*(later(offset, task) for offset, task in tasks))
    tally.seconds = time.perf_counter() - began
    return tally


def spread(number: int, seconds: float, seed: int = 1) -> list[float]:
    """Return as many instants, at random within a stretch."""
    chance = random.Random(seed)
    return sorted(chance.uniform(0, seconds) for _ in range(number))
