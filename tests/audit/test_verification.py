"""Fault 53: somebody with the database's own rights edits, deletes the last rows, rewrites, rolls back."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from merit import clock, db
from merit.audit import triggers
from merit.audit.checkpoints import copies_path
from merit.audit.domain import GENESIS, canonical, chain_hash
from merit.audit.models import APPEND_ONLY, AccessEntry, AuditCheckpoint, AuditEntry, AuditHead
from merit.audit.services import checkpoint, record, record_reading
from merit.audit.verification import Problem, verify_chain
from merit.errors import SetupError
from merit.security.permissions import SYSTEM
from tests import factories

pytestmark = pytest.mark.db


@pytest.fixture
def chain(database: db.Database) -> db.Database:
    """Six entries, sealed after the fourth."""
    for count in (4, 2):
        with db.unit_of_work() as session:
            for number in range(count):
                record(session, SYSTEM, action="test:one", subject=f"thing:{number}", details={"value": number})
            if count == 4:
                checkpoint(session)
    return database


def drop_triggers(database: db.Database) -> None:
    """Do what a database administrator could."""
    is_sqlite = database.settings.is_sqlite
    with database.engine.begin() as connection:
        for name in triggers.expected(database.engine.dialect.name):
            table = next(table for table in APPEND_ONLY if name.startswith(table))
            connection.execute(text(f"DROP TRIGGER {name}" + ("" if is_sqlite else f" ON {table}")))


def problems() -> list[Problem]:
    with db.reading() as session:
        return verify_chain(session).problems


def rewrite_from(session: Session, first: int) -> None:
    """Change one entry and recompute every later hash, head included, as a careful forger would."""
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    previous = GENESIS
    for entry in entries:
        if entry.id == first:
            entry.payload = canonical({**json.loads(entry.payload), "details": {"value": "forged"}})
        entry.hash = previous = chain_hash(previous, entry.payload)
    session.execute(update(AuditHead).values(hash=previous))


def test_untouched_chain_is_intact(chain):
    with db.reading() as session:
        report = verify_chain(session)

    assert (report.entries, report.checkpoints, report.copies, report.sealed_entry) == (6, 1, 1, 4)
    assert report.is_intact
    assert report.first_bad_entry is None


def test_empty_chain_is_intact(database):
    assert problems() == []


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_tables_are_append_only(chain, table):
    with db.unit_of_work() as session:
        record_reading(session, SYSTEM, official_id=factories.make_official(session).id, what="reading-record")

    with pytest.raises(DBAPIError, match="append-only"), db.unit_of_work() as session:
        session.execute(text(f"UPDATE {table} SET id = id"))
    with pytest.raises(DBAPIError, match="append-only"), db.unit_of_work() as session:
        session.execute(text(f"DELETE FROM {table}"))


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_tables_cannot_be_emptied_sideways(chain, table):
    is_sqlite = chain.settings.is_sqlite
    with db.unit_of_work() as session:
        record_reading(session, SYSTEM, official_id=factories.make_official(session).id, what="reading-record")

    statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}" if is_sqlite else f"TRUNCATE {table}"
    with pytest.raises(DBAPIError, match="append-only"), db.unit_of_work() as session:
        session.execute(text(statement))


def test_missing_trigger_is_named(chain):
    triggers.check(chain.engine)
    with chain.engine.begin() as connection:
        on = "" if chain.settings.is_sqlite else " ON access_log"
        connection.execute(text(f"DROP TRIGGER access_log_no_update{on}"))

    with pytest.raises(SetupError) as refusal:
        triggers.check(chain.engine)

    assert refusal.value.reason == "append-only-triggers-missing"
    assert refusal.value.details == {"triggers": "access_log_no_update"}


def test_install_brings_missing_triggers_back(chain):
    drop_triggers(chain)

    with chain.engine.begin() as connection:
        triggers.install(connection)

    triggers.check(chain.engine)


def test_changed_payload_is_named(chain):
    drop_triggers(chain)
    with db.unit_of_work() as session:
        changed = AuditEntry.payload.concat(" ")
        session.execute(update(AuditEntry).where(AuditEntry.id == 3).values(payload=changed))

    assert problems() == [Problem(reason="audit-entry-changed", entry=3)]


def test_changed_column_is_named(chain):
    drop_triggers(chain)
    with db.unit_of_work() as session:
        session.execute(update(AuditEntry).where(AuditEntry.id == 2).values(subject="thing:9"))

    assert problems() == [Problem(reason="audit-columns-changed", entry=2)]


def test_deleted_middle_entry_is_named(chain):
    drop_triggers(chain)
    with db.unit_of_work() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.id == 3))

    assert problems()[0] == Problem(reason="audit-entry-missing", entry=3)


def test_deleted_last_entries_are_named(chain):
    drop_triggers(chain)
    with db.unit_of_work() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.id > 4))

    assert problems() == [Problem(reason="audit-truncated", entry=5)]


def test_deleted_last_entries_with_the_head_moved_back_are_found_by_the_checkpoint(chain):
    drop_triggers(chain)
    with db.unit_of_work() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.id > 3))
        last = session.get(AuditEntry, 3)
        session.execute(update(AuditHead).values(entry_id=3, hash=last.hash))

    assert problems() == [Problem(reason="audit-truncated", entry=4)]


def test_rewritten_chain_is_found_by_the_checkpoint(chain):
    drop_triggers(chain)
    with db.unit_of_work() as session:
        rewrite_from(session, 2)

    assert problems() == [Problem(reason="audit-rewritten", entry=4)]


def test_rewritten_chain_without_its_checkpoints_is_found_by_the_copies(chain):
    drop_triggers(chain)
    with db.unit_of_work() as session:
        rewrite_from(session, 2)
        session.execute(delete(AuditCheckpoint))

    assert problems() == [Problem(reason="audit-rewritten", entry=4)]


def test_removed_checkpoint_is_found_by_the_copies(chain):
    drop_triggers(chain)
    with db.unit_of_work() as session:
        session.execute(delete(AuditCheckpoint))

    assert problems() == [Problem(reason="audit-checkpoint-removed", entry=4)]


def test_forged_checkpoint_is_named(chain):
    drop_triggers(chain)
    copies_path().unlink()
    with db.unit_of_work() as session:
        rewrite_from(session, 2)
        entry = session.get(AuditEntry, 4)
        row = session.scalars(select(AuditCheckpoint)).one()
        row.payload = canonical({**json.loads(row.payload), "hash": entry.hash})

    assert problems() == [Problem(reason="audit-checkpoint-forged", entry=4)]


def test_missing_checkpoints_of_a_long_chain_are_noticed(database):
    with db.unit_of_work() as session:
        for number in range(500):
            record(session, SYSTEM, action="test:many", subject=f"thing:{number}")
    drop_triggers(database)
    copies_path().unlink()
    with db.unit_of_work() as session:
        session.execute(delete(AuditCheckpoint))

    assert problems() == [Problem(reason="audit-unsealed", entry=1)]


def test_deleted_readings_are_noticed(database):
    with db.unit_of_work() as session:
        official_id = factories.make_official(session).id
        for _time in range(3):
            record_reading(session, SYSTEM, official_id=official_id, what="reading-record")
        record(session, SYSTEM, action="test:one", subject="thing:1")
        checkpoint(session)
    drop_triggers(database)
    with db.unit_of_work() as session:
        session.execute(delete(AccessEntry).where(AccessEntry.id == 2))

    assert problems() == [Problem(reason="audit-readings-missing", entry=1)]


def test_changed_head_is_named(chain):
    with db.unit_of_work() as session:
        session.execute(update(AuditHead).values(hash=GENESIS))

    assert problems() == [Problem(reason="audit-head-changed", entry=6)]


def test_half_written_copy_is_left_out(chain):
    with copies_path().open("a") as file:
        file.write('{"payload": "cut')

    assert problems() == []


@pytest.mark.parametrize(("column", "value"), [("what", "reading-list"), ("reason", "lain"), ("official_id", 2)])
def test_changed_reading_is_found_by_the_checkpoint(database, column, value):
    early = clock.now() - dt.timedelta(hours=1)
    for hour in range(2):
        with clock.frozen(early + dt.timedelta(hours=hour)), db.unit_of_work() as session:
            ids = [factories.make_official(session).id for _ in range(2)]
            record_reading(session, SYSTEM, official_id=ids[0], what="reading-record", reason="periksa")
            record(session, SYSTEM, action="test:one", subject="thing:1")
            checkpoint(session)
    assert problems() == []
    drop_triggers(database)
    with db.unit_of_work() as session:
        session.execute(update(AccessEntry).where(AccessEntry.id == 1).values({column: value}))

    assert problems() == [Problem(reason="audit-readings-changed", entry=2)]
