"""Lists that leave as files: short ones at once, long ones as a job whose file only the person who asked can fetch."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.db import Database, get_database, reading, unit_of_work
from merit.errors import NotFoundError, SetupError
from merit.jobs.services import enqueue
from merit.security.permissions import Actor
from merit.web.downloads import CSV, PDF, XLSX, Sheet, csv_bytes, file_response, workbook_bytes
from merit.web.printed import list_pdf, refuse_long

FEW = 3_000  # rows a request still writes itself: half a second of one core
EXPORT_JOB = "list-export"
KEPT = dt.timedelta(hours=24)
_TOKEN_BYTES = 24
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A list ready to be written; a CSV holds the first sheet. ``record`` notes in the chain who took what."""

    name: str
    sheets: Sequence[Sheet]
    record: Callable[[Session, Actor], None]


Collect = Callable[[Session, Actor, Mapping[str, Any]], Export]
_collectors: dict[str, Collect] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody asks for: which list, in which form, narrowed how (plain JSON), and how long it is."""

    kind: str
    form: str
    title: str
    choices: Mapping[str, Any]
    rows: int


def list_export(kind: str) -> Callable[[Collect], Collect]:
    """Register the function that collects a list, within the scope of whoever asks."""

    def register(collect: Collect) -> Collect:
        _collectors[kind] = collect
        return collect

    return register


def collect(session: Session, actor: Actor, kind: str, choices: Mapping[str, Any]) -> Export:
    """Collect a list."""
    try:
        return _collectors[kind](session, actor, choices)
    except KeyError:
        raise SetupError("export-kind-unknown", kind=kind) from None


def hand_out(actor: Actor, order: Order) -> ResponseReturnValue:
    """Answer with the file, or with the page of the job that writes it; a PDF holds the first sheet and is short."""
    if order.form == "pdf":
        refuse_long(order.rows)
    if order.rows > FEW:
        with unit_of_work() as session:
            arguments = {"kind": order.kind, "form": order.form, "choices": dict(order.choices)}
            job = enqueue(session, actor, kind=EXPORT_JOB, title=order.title, arguments=arguments, total=order.rows)
            job_id = job.id
        return redirect(url_for("jobs.show", job_id=job_id))
    with reading() as session:
        export = collect(session, actor, order.kind, order.choices)
        content = written(export, order.form)
    with unit_of_work() as session:
        export.record(session, actor)
    return file_response(content, name=f"{export.name}.{order.form}", kind=kind_of(order.form))


def kind_of(form: str) -> str:
    """Return the media type of a form."""
    return {"csv": CSV, "pdf": PDF}.get(form, XLSX)


def written(export: Export, form: str, tell: Tell | None = None) -> bytes:
    """Return the file; ``tell`` hears how many rows of the first sheet are written."""
    first, *others = export.sheets
    if form == "pdf":
        return list_pdf(first, get_database().settings)
    if tell is not None:
        first = replace(first, rows=_told(first.rows, tell))
    return csv_bytes(first.headings, first.rows) if form == "csv" else workbook_bytes([first, *others])


def keep_file(content: bytes) -> str:
    """Keep a file for the person who asked and return its name, which nobody can guess."""
    folder = _folder(get_database())
    folder.mkdir(parents=True, exist_ok=True)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    partial = folder / f".{token}"
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    partial.replace(folder / token)
    return token


def read_file(token: str) -> bytes:
    """Return a kept file; one that is a day old is gone."""
    path = _folder(get_database()) / token
    try:
        if not _is_old(path):
            return path.read_bytes()
    except FileNotFoundError:
        pass
    raise NotFoundError("export-expired")


def forget_exports(database: Database) -> None:
    """Remove files nobody may fetch any more; a chore of the worker."""
    folder = _folder(database)
    for path in folder.iterdir() if folder.is_dir() else ():
        if _is_old(path):
            path.unlink(missing_ok=True)


def _is_old(path: Path) -> bool:
    return path.stat().st_mtime < (clock.now() - KEPT).timestamp()


def _folder(database: Database) -> Path:
    return database.settings.files_path / "exports"


def _told(rows: Iterable[Sequence[Any]], tell: Tell) -> Iterator[Sequence[Any]]:
    for done, row in enumerate(rows, 1):
        tell(done)
        yield row
