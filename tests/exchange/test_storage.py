"""Writing in bulk: what is stored is what was meant, and a reference to nothing is found."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from merit import clock
from merit.errors import ConflictError
from merit.exchange import storage
from merit.exchange.differences import table_of
from merit.exchange.models import ImportBatch
from merit.people.models import OrgUnit, OrgUnitRecord

pytestmark = pytest.mark.db


@pytest.fixture
def batch(session: Session) -> ImportBatch:
    row = ImportBatch(kind="units", file_name="a", file_sha256="", rows=1, created=1, updated=0, unchanged=0)
    row.recorded_at = clock.now()
    session.add(row)
    session.flush()
    return row


def write(session: Session, batch: ImportBatch, units: list[int], parents: list[int | None]) -> None:
    columns = {"unit_id": units, "name": ["a\tb\\c\nd"] * len(units), "parent_id": parents, "kind": "", "district": ""}
    history = {"recorded_at": batch.recorded_at, "batch_id": batch.id}
    storage.write_rows(session, table_of(OrgUnitRecord), {**columns, **history}, len(units))


def test_texts_survive_as_they_are(session: Session, batch: ImportBatch) -> None:
    ids = storage.create_identities(session, OrgUnit, "code", [f"U{number}" for number in range(45)])

    write(session, batch, ids, [None] * 45)

    assert session.scalars(select(OrgUnitRecord.name)).all() == ["a\tb\\c\nd"] * 45
    assert session.scalars(select(OrgUnit.id).order_by(OrgUnit.id)).all() == ids


def test_later_identities_get_new_numbers(session: Session) -> None:
    first = storage.create_identities(session, OrgUnit, "code", ["A", "B"])
    unit = OrgUnit(code="C")
    session.add(unit)
    session.flush()
    second = storage.create_identities(session, OrgUnit, "code", ["D"])

    assert len({*first, unit.id, *second}) == 4


def test_same_code_twice_is_a_conflict(session: Session) -> None:
    storage.create_identities(session, OrgUnit, "code", ["A"])

    with pytest.raises(ConflictError), session.begin_nested():
        storage.create_identities(session, OrgUnit, "code", ["A"])


def test_reference_to_nothing_is_found(session: Session, batch: ImportBatch) -> None:
    """Row by row on SQLite, once for the batch on PostgreSQL: the answer is the same."""
    (unit,) = storage.create_identities(session, OrgUnit, "code", ["A"])
    table = table_of(OrgUnitRecord)

    with (
        pytest.raises(ConflictError),
        session.begin_nested(),
        storage.deferred_references(session, [table], batch=batch.id, height=storage.BULK),
    ):
        write(session, batch, [unit], [unit + 1_000])


def test_checks_are_back_after_the_bulk(session: Session, batch: ImportBatch) -> None:
    (unit,) = storage.create_identities(session, OrgUnit, "code", ["A"])
    with storage.deferred_references(session, [table_of(OrgUnitRecord)], batch=batch.id, height=storage.BULK):
        write(session, batch, [unit], [None])

    if storage.is_postgresql(session):
        assert session.scalar(text("SHOW session_replication_role")) == "origin"
    with pytest.raises(ConflictError), session.begin_nested():
        write(session, batch, [unit + 1_000], [None])
