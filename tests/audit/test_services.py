from __future__ import annotations

import datetime as dt
import json
import threading

import pytest
from sqlalchemy import func, select

from merit import clock, db
from merit.audit.domain import GENESIS, chain_hash
from merit.audit.models import AccessEntry, AuditCheckpoint, AuditEntry
from merit.audit.services import append_pending, checkpoint, checkpoint_if_due, log_reading, record, record_reading
from merit.audit.verification import verify_chain
from merit.security.permissions import SYSTEM, Actor
from tests import factories

pytestmark = pytest.mark.db

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)


def test_record_joins_the_chain_at_the_commit(database):
    with clock.frozen(NOON), db.unit_of_work() as session:
        first = record(session, SYSTEM, action="test:one", subject="thing:1", details={"n": 1})
        second = record(session, SYSTEM, action="test:two", subject="thing:2")
        assert first.id is None

    assert (first.id, second.id) == (1, 2)
    assert json.loads(first.payload) == {
        "action": "test:one",
        "actor": None,
        "at": "2026-03-02T04:00:00.000000+00:00",
        "details": {"n": 1},
        "id": 1,
        "subject": "thing:1",
        "system": True,
    }
    assert first.hash == chain_hash(GENESIS, first.payload)
    assert second.hash == chain_hash(first.hash, second.payload)


def test_no_nip_reaches_the_chain(database):
    with db.unit_of_work() as session:
        entry = record(
            session, SYSTEM, action="test:one", subject="198504122010011003", details={"19850412 201001 1 003": "x"}
        )

    assert "19850412" not in entry.payload
    assert entry.subject.startswith("nip:")
    assert entry.payload.count(entry.subject) == 2  # equal NIPs have equal references


def test_rolled_back_work_leaves_no_entry(database):
    def fail() -> None:
        with db.unit_of_work() as session:
            record(session, SYSTEM, action="test:one", subject="thing:1")
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_savepoint_takes_its_entries_with_it(database):
    with db.unit_of_work() as session:
        record(session, SYSTEM, action="test:kept", subject="thing:1")
        with session.begin_nested():
            record(session, SYSTEM, action="test:nested", subject="thing:2")
        lost = session.begin_nested()
        record(session, SYSTEM, action="test:lost", subject="thing:3")
        lost.rollback()

    with db.reading() as session:
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == ["test:kept", "test:nested"]


def test_append_pending_gives_ids_before_the_commit(session):
    entry = record(session, SYSTEM, action="test:one", subject="thing:1")

    append_pending(session)

    assert session.scalars(select(AuditEntry)).all() == [entry]


def test_concurrent_writers_make_one_chain(database):
    def write(number: int) -> None:
        for step in range(10):
            with db.unit_of_work() as session:
                record(session, SYSTEM, action="test:many", subject=f"thing:{number}-{step}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with db.reading() as session:
        report = verify_chain(session)
    assert (report.entries, report.problems) == (40, [])


def test_checkpoint_is_made_after_ten_minutes(database):
    for minutes in (0, 5, 10):
        with clock.frozen(NOON + dt.timedelta(minutes=minutes)), db.unit_of_work() as session:
            record(session, SYSTEM, action="test:one", subject="thing:1")

    with db.reading() as session:
        assert session.scalars(select(AuditCheckpoint.entry_id)).all() == [3]


def test_checkpoint_is_made_after_500_entries(database):
    with db.unit_of_work() as session:
        for number in range(501):
            record(session, SYSTEM, action="test:many", subject=f"thing:{number}")

    with db.reading() as session:
        assert session.scalars(select(AuditCheckpoint.entry_id)).all() == [501]


def test_checkpoint_if_due_seals_what_was_left(database):
    with clock.frozen(NOON), db.unit_of_work() as session:
        record(session, SYSTEM, action="test:one", subject="thing:1")
        assert checkpoint_if_due(session) is False
    with clock.frozen(NOON + dt.timedelta(minutes=11)), db.unit_of_work() as session:
        assert checkpoint_if_due(session) is True
        assert checkpoint_if_due(session) is False


def test_checkpoint_is_copied_once_committed(database):
    path = database.settings.instance_path / "checkpoints" / "checkpoints.jsonl"
    with db.unit_of_work() as session:
        record(session, SYSTEM, action="test:one", subject="thing:1")
        assert checkpoint(session) == 1
        assert not path.exists()

    copy = json.loads(path.read_text())
    assert json.loads(copy["payload"])["entry"] == 1
    assert set(copy) == {"key_id", "payload", "public_key", "signature"}


def test_checkpoint_of_an_empty_chain_is_none(session):
    assert checkpoint(session) is None


def test_copy_that_cannot_be_written_loses_nothing(database):
    (database.settings.instance_path / "checkpoints").write_text("a file, not a folder")

    with db.unit_of_work() as session:
        record(session, SYSTEM, action="test:one", subject="thing:1")
        checkpoint(session)

    with db.reading() as session:
        assert verify_chain(session).checkpoints == 1


def test_reading_of_another_record_is_noted(session):
    official = factories.make_official(session)

    entry = record_reading(session, SYSTEM, official_id=official.id, what="reading-record", reason="rapat")

    assert session.scalars(select(AccessEntry)).all() == [entry]
    assert (entry.official_id, entry.what, entry.reason) == (official.id, "reading-record", "rapat")


def test_reading_of_the_own_record_is_not_noted(session):
    official = factories.make_official(session)
    own = Actor(user_id=1, official_id=official.id)

    assert record_reading(session, own, official_id=official.id, what="reading-record") is None
    assert session.scalars(select(AccessEntry)).all() == []


def test_log_reading_commits_by_itself(database):
    with db.unit_of_work() as session:
        official_id = factories.make_official(session).id

    log_reading(SYSTEM, official_id=official_id, what="reading-record")
    log_reading(Actor(user_id=1, official_id=official_id), official_id=official_id, what="reading-record")

    with db.reading() as session:
        assert session.scalars(select(AccessEntry.official_id)).all() == [official_id]
