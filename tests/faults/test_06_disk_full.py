"""Faults 6 and 7: a full disk or a read-only database; nothing is falsely acknowledged, reading works, it recovers."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from merit import db
from merit.assessment.models.delivery import Response
from merit.assessment.saving import StoreFailedError, close_stores
from merit.assessment.services import delivery, saving
from merit.assessment.services.saving import verify_receipts
from tests.assessment.sitting_rows import Seat, make_hall
from tests.conftest import POSTGRESQL, _settings

pytestmark = pytest.mark.db

MEGABYTES = 12
ESSAY = "x" * 60_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("a small file system needs the right to mount one")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def save(seat: Seat, position: int, revision: int, text: str = "B") -> None:
    answers = [{"position": position, "revision": revision, "value": [text]}]
    assert saving.save_answers(seat.token, seat.lease, answers).status == "saved"


def stored(database: db.Database, seat: Seat) -> dict[int, int]:
    with database.reading() as session:
        assert verify_receipts(session, seat.attempt_id).is_intact
        return {row.position: row.revision for row in session.query(Response).filter_by(attempt_id=seat.attempt_id)}


def test_a_full_disk_acknowledges_nothing_and_recovers(small_disk: Path, sqlite_template: Path):
    path = small_disk / "merit.db"
    shutil.copyfile(sqlite_template, path)
    database = db.configure(_settings(small_disk, f"sqlite:///{path}"))
    with database.unit_of_work() as session:
        seat = make_hall(session).seats[0]
    filler = small_disk / "filler"
    kept: dict[int, int] = {}

    save(seat, 1, 1)
    kept[1] = 1
    free = shutil.disk_usage(small_disk).free
    filler.write_bytes(b"\0" * (free - 400_000))
    refused = 0
    for revision in range(1, 100):
        try:
            save(seat, 2, revision, ESSAY + str(revision))
        except StoreFailedError:
            refused += 1
        else:
            kept[2] = revision
    assert refused > 50

    assert [row[:2] for row in delivery.standing_of(seat.token, seat.lease).responses] == sorted(kept.items())
    assert delivery.paper_of(seat.token, seat.lease).packed
    filler.unlink()
    save(seat, 2, 300, ESSAY)
    kept[2] = 300
    assert stored(database, seat) == kept
    close_stores()
    database.dispose()


def test_a_read_only_database_is_told_and_reading_goes_on(database: db.Database):
    with database.unit_of_work() as session:
        seat = make_hall(session).seats[0]
    save(seat, 1, 1)
    with read_only(database):
        with pytest.raises(StoreFailedError):
            save(seat, 1, 2)
        if not database.settings.is_sqlite:  # SQLite cannot even read a log on a file system it may not write
            assert [row[:2] for row in delivery.standing_of(seat.token, seat.lease).responses] == [(1, 1)]

    save(seat, 1, 2)
    assert stored(database, seat) == {1: 2}
    close_stores()


@contextmanager
def read_only(database: db.Database) -> Iterator[None]:
    """Inside the block nothing can be written: the folder is mounted read-only, or PostgreSQL refuses."""
    close_stores()
    database.dispose()
    if database.settings.is_sqlite:
        folder = str(database.settings.instance_path)
        if subprocess.run(["mount", "--bind", folder, folder], check=False, capture_output=True).returncode != 0:
            pytest.skip("a read-only file system needs the right to mount one")
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        try:
            yield
        finally:
            close_stores()
            database.dispose()
            subprocess.run(["umount", "-l", folder], check=True)
        return
    set_read_only(database, "on")
    try:
        yield
    finally:
        set_read_only(database, "off")


def set_read_only(database: db.Database, word: str) -> None:
    name = database.engine.url.database
    with psycopg.connect(POSTGRESQL, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {word}")  # type: ignore[arg-type]
    close_stores()
    database.dispose()
