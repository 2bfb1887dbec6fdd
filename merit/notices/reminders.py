"""Sources of reminders: every slice registers what it reminds of; one run a day asks them all.

A source tells what is due today, whoever was told already included: the key of each reminder holds its date or
stage, and nobody is told twice under one key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import islice
from typing import TypeAlias

import structlog
from sqlalchemy.orm import Session

from merit.db import reading, unit_of_work
from merit.notices.services.notices import Told, store

MODULES = ("merit.training.reminders", "merit.performance.reminders")
_CHUNK = 1_000  # notices per transaction, so that nobody waits long for the database

Source: TypeAlias = Callable[[Session, dt.date], Iterable[Told]]
Tell: TypeAlias = Callable[[int, str], None]

log = structlog.get_logger()
_sources: dict[str, Source] = {}


def source(name: str) -> Callable[[Source], Source]:
    """Register a function that tells what is due on a day."""

    def register(function: Source) -> Source:
        if _sources.get(name, function) is not function:
            raise ValueError(f"Two sources of reminders named {name!r}.")
        _sources[name] = function
        return function

    return register


def load_sources() -> dict[str, Source]:
    """Import every module that registers sources and return them by name."""
    for name in MODULES:
        import_module(name)
    return dict(_sources)


class Run:
    """What a run came to: found and new by source, and the sources that failed."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.found: dict[str, int] = {}
        self.fresh: dict[str, int] = {}
        self.failed: list[str] = []

    @property
    def total(self) -> int:
        """How many people were told something new."""
        return sum(self.fresh.values())


def remind(today: dt.date, *, dry: bool = False, tell: Tell | None = None) -> Run:
    """Ask every source what is due and store what is new; with ``dry`` only count, and store nothing.

    One source's fault is logged and does not keep the others from working.
    """
    run = Run()
    for name, ask in sorted(load_sources().items()):
        try:
            with reading() as session:
                due = list(ask(session, today))
            run.found[name], run.fresh[name] = len(due), 0
            for chunk in _chunks(iter(due)):
                run.fresh[name] += _count(chunk) if dry else _keep(chunk)
                if tell is not None:
                    tell(run.total, name)
        except Exception as error:  # one fault must not silence the others
            log.exception("reminders failed", source=name, error=type(error).__name__)
            run.failed.append(name)
    return run


def _chunks(due: Iterator[Told]) -> Iterator[list[Told]]:
    while chunk := list(islice(due, _CHUNK)):
        yield chunk


def _keep(chunk: list[Told]) -> int:
    with unit_of_work() as session:
        return store(session, chunk)


def _count(chunk: list[Told]) -> int:
    with unit_of_work() as session:
        fresh = store(session, chunk)
        session.rollback()
    return fresh
