"""Candidates at work: how fast answers are kept, next to the same server's bare hello and the database's own ceiling.

    python bench/sitting.py [--candidates 2000] [--database sqlite|postgresql] [--seconds 60] [--quick]

Everything goes through the server as ``merit serve`` runs it. On a shared machine the ratios, the CPU and the counts of
errors and losses say something; saves per second only when nothing else runs.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from browsers import Browser, Tally, at_times, get, saturate, save_request, spread
from ceilings import ceilings
from common import KINDS, Figure, Size, finish, fresh_database, scratch, why_unavailable
from doors import Doors
from servers import cpu_of, database_cpu, free_port, hello, served
from sitting_rows import ENTERING, ITEMS, Seat, fill, fill_outside
from sqlalchemy import text
from visits import sign_in

from merit.assessment.services.saving import verify_receipts
from merit.cli.work import web_command
from merit.db import Database
from merit.security.permissions import Role

FLIGHTS = 10
PACE_SECONDS = 30
BOARD_SECONDS = 4
LEAST = {"sqlite": 0.20, "postgresql": 0.12}
Task = Callable[[Tally], Awaitable[None]]


class Plan(NamedTuple):
    """How long each stretch lasts and how many take part."""

    candidates: int
    saturated: float
    paced: float
    papers: int
    papers_within: float
    entering: int
    entering_within: float


class Course:
    """What the browsers have been told was kept: attempt and position → revision."""

    def __init__(self, seats: list[Seat]) -> None:
        self.seats = seats
        self.kept: dict[tuple[int, int], int] = {}
        self._revisions = itertools.count(1)
        self._chance = random.Random(7)

    def requests(self, flight: int) -> Iterator[bytes]:
        """Yield saves of one flight, each by one of its own candidates."""
        own = self.seats[flight::FLIGHTS]
        while True:
            seat = self._chance.choice(own)
            position, revision = self._chance.randint(1, ITEMS), next(self._revisions)
            yield save_request(seat.token, seat.lease, position, revision, self._chance.choice("ABCDE"))
            self.kept[seat.attempt_id, position] = revision  # only reached once the answer has come

    def task(self, seat: Seat, browser: Browser) -> Task:
        """Return one paced save."""

        async def save(tally: Tally) -> None:
            position, revision = self._chance.randint(1, ITEMS), next(self._revisions)
            began = time.perf_counter()
            status, _head, body = await browser.send(save_request(seat.token, seat.lease, position, revision, "C"))
            if status == 200:
                tally.times.append(time.perf_counter() - began)
                self.kept[seat.attempt_id, position] = max(revision, self.kept.get((seat.attempt_id, position), 0))
            else:
                tally.errors.append(f"{status} {body[:120]!r}")

        return save

    def lost(self, database: Database) -> int:
        """Count answers acknowledged and not stored in that revision or a later one."""
        with database.reading() as session:
            rows = session.execute(text("SELECT attempt_id, position, revision FROM responses")).all()
        stored = {(attempt_id, position): revision for attempt_id, position, revision in rows}
        return sum(stored.get(place, 0) < revision for place, revision in self.kept.items())


class Bench:
    """One kind of database under the server, and what is measured on it."""

    def __init__(self, kind: str, plan: Plan, database: Database, folder: Path) -> None:
        self.kind, self.plan, self.database, self.folder = kind, plan, database, folder
        self.course = Course(fill(database, plan.candidates))
        self.port, self.bare_port = free_port(), free_port()
        self.figures: list[Figure] = []

    def measure(self) -> list[Figure]:
        """Return the figures."""
        cookie = sign_in(self.database, Role.ADMIN).get_cookie("merit")
        assert cookie is not None
        with ExitStack() as stack:
            command = web_command(self.database.settings.model_copy(update={"port": self.bare_port}))
            bare = stack.enter_context(hello(self.folder, self.bare_port, command))
            self.web = stack.enter_context(served(self.database, self.port))
            hellos, hello_cpu = self.hellos(bare)
            rate = self.saves(hellos)
            self.papers(hello_cpu)
            self.paced(f"Cookie: merit={cookie.value}")
            self.entrances()
        with self.database.reading() as session:
            chains = [verify_receipts(session, seat.attempt_id).is_intact for seat in self.course.seats[:50]]
        self.add("acknowledged and lost", self.course.lost(self.database), "", limit=0)
        self.add("broken chains of 50", chains.count(False), "", limit=0)
        for what, ceiling, limit in ceilings(self.database, self.plan.saturated / 2):
            self.add(f"{what} ÷ saves", ceiling, "/s", against=rate, limit=limit)
        return self.figures

    def add(
        self, what: str, value: float, unit: str, *, against: float | None = None, limit: float | None = None
    ) -> None:
        """Add a figure."""
        self.figures.append(Figure(what=f"{self.kind}: {what}", value=value, unit=unit, against=against, limit=limit))

    def hellos(self, bare: subprocess.Popen[bytes]) -> tuple[float, float]:
        """Return hellos per second of the bare server, and the CPU of one in milliseconds."""
        fly(self.bare_port, lambda _flight: itertools.repeat(get("/")), 0.5)
        before = cpu_of(bare)
        tally = fly(self.bare_port, lambda _flight: itertools.repeat(get("/")), self.plan.saturated / 2)
        return tally.rate, 1000 * (cpu_of(bare) - before) / max(1, len(tally.times))

    def saves(self, hellos: float) -> float:
        """Measure saves with ten in flight; return how many a second."""
        fly(self.port, self.course.requests, 1)
        before = cpu_of(self.web), database_cpu(self.database)
        tally = fly(self.port, self.course.requests, self.plan.saturated)
        done = max(1, len(tally.times))
        web = 1000 * (cpu_of(self.web) - before[0]) / done
        base = 1000 * (database_cpu(self.database) - before[1]) / done
        complain(tally)
        self.add(f"saves, {FLIGHTS} in flight", tally.rate, "/s")
        self.add("bare hellos ÷ saves", hellos, "/s", against=tally.rate, limit=1 / LEAST[self.kind])
        self.add(f"CPU of a save (web {web:.2f}, database {base:.2f})", web + base, "ms", limit=2.5)
        self.add("save, half within", tally.quantile(0.5), "ms")
        self.add("saves refused", len(tally.errors), "", limit=0)
        return tally.rate

    def papers(self, hello_cpu: float) -> None:
        """Measure a start at which everybody fetches the paper, and what one costs."""
        seats, port = self.course.seats, self.port

        def fetch(seat: Seat) -> bytes:
            return get(f"/api/v1/attempts/{seat.token}/paper", f"Merit-Lease: {seat.lease}", "Accept-Encoding: gzip")

        def task(seat: Seat) -> Task:
            async def load(tally: Tally) -> None:
                began = time.perf_counter()
                browser = await Browser.open(port)
                status, _head, _body = await browser.send(fetch(seat))
                if status == 200:
                    tally.times.append(time.perf_counter() - began)
                else:
                    tally.errors.append(str(status))
                browser.close()

            return load

        rush = seats[: self.plan.papers]
        offsets = spread(len(rush), self.plan.papers_within)
        stampede = asyncio.run(at_times((at, task(seat)) for at, seat in zip(offsets, rush, strict=True)))
        before = cpu_of(self.web)
        each = fly(
            port, lambda n: (fetch(seat) for seat in itertools.cycle(seats[n::FLIGHTS])), self.plan.saturated / 2
        )
        cost = 1000 * (cpu_of(self.web) - before) / max(1, len(each.times))
        complain(stampede)
        title = f"{len(rush)} papers in {self.plan.papers_within:g} s, 95 % within"
        self.add(title, stampede.quantile(0.95), "ms", limit=500)
        self.add("web CPU of a paper ÷ hello", cost, "ms", against=hello_cpu, limit=1.5)

    def paced(self, cookie: str) -> None:
        """Measure candidates who answer every half minute while boards are watched."""
        tally, boards = asyncio.run(self._paced(cookie))
        complain(tally)
        complain(boards)
        title = f"{self.plan.candidates} paced, {len(tally.times)} saves, 99 % within"
        self.add(title, tally.quantile(0.99), "ms", limit=50)
        self.add("paced saves refused", len(tally.errors), "", limit=0)
        self.add(f"board of 500 polled {len(boards.times)} times, half within", boards.quantile(0.5), "ms")

    async def _paced(self, cookie: str) -> tuple[Tally, Tally]:
        browsers = [await Browser.open(self.port) for _seat in self.course.seats]
        tasks: list[tuple[float, Task]] = []
        firsts = spread(len(browsers), PACE_SECONDS)
        for seat, browser, first in zip(self.course.seats, browsers, firsts, strict=True):
            instants = itertools.takewhile(lambda at: at < self.plan.paced, itertools.count(first, PACE_SECONDS))
            tasks += [(at, self.course.task(seat, browser)) for at in instants]
        polls = [
            (at, self._poll(cookie))
            for at in itertools.takewhile(lambda at: at < self.plan.paced, itertools.count(1, BOARD_SECONDS))
        ]
        tallies = await asyncio.gather(at_times(tasks), at_times(polls))
        for browser in browsers:
            browser.close()
        return tallies[0], tallies[1]

    def _poll(self, cookie: str) -> Task:
        async def poll(tally: Tally) -> None:
            browser = await Browser.open(self.port)
            began = time.perf_counter()
            status, _head, _body = await browser.send(get("/ruang-ujian/1/keadaan", cookie))
            if status == 200:
                tally.times.append(time.perf_counter() - began)
            else:
                tally.errors.append(f"board {status}")
            browser.close()

        return poll

    def entrances(self) -> None:
        """Measure candidates who come in, from the form to the paper, half of them with passwords."""
        outside = fill_outside(self.database, self.plan.entering)
        tally = Doors(self.database, self.port, outside).come(self.plan.entering_within)
        complain(tally)
        title = f"{len(outside)} sign-ins with start in {self.plan.entering_within:g} s"
        self.add(f"{title}, half within", tally.quantile(0.5), "ms")
        self.add(f"{title}, 95 % within", tally.quantile(0.95), "ms", limit=3000)
        self.add("sign-ins refused", len(tally.errors), "", limit=0)


def fly(port: int, requests: Callable[[int], Iterable[bytes]], seconds: float) -> Tally:
    """Keep ten requests in flight for a while."""
    return asyncio.run(saturate(port, requests, flights=FLIGHTS, seconds=seconds))


def complain(tally: Tally) -> None:
    """Show the first refusals."""
    for error in tally.errors[:3]:
        print(f"refused: {error}", file=sys.stderr)


def main() -> int:
    """Measure each kind of database."""
    parser = argparse.ArgumentParser(description="Candidates at work")
    parser.add_argument("--candidates", type=int, default=0)
    parser.add_argument("--database", choices=KINDS)
    parser.add_argument("--seconds", type=float, default=0, help="length of the paced stretch")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # leave no server behind
    plan = Plan(options.candidates or 2000, 10.0, options.seconds or 60.0, 500, 10.0, ENTERING, 30.0)
    if options.quick:
        plan = Plan(options.candidates or 100, 2.0, options.seconds or 5.0, 50, 1.0, 20, 2.0)
    figures: list[Figure] = []
    skipped = []
    for kind in [options.database] if options.database else KINDS:
        reason = why_unavailable(kind)
        if reason:
            skipped.append(reason)
            continue
        with scratch() as folder, fresh_database(kind, folder) as database:
            figures += Bench(kind, plan, database, folder).measure()
    return finish("Candidates at work", Size(plan.candidates, options.quick), figures, skipped)


if __name__ == "__main__":
    sys.exit(main())
