"""Undoing an import restores what stood before, and refuses when somebody built on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.audit.models import AuditEntry
from merit.audit.services import append_pending
from merit.errors import MeritError, NotAllowedError
from merit.exchange.undoing import undo_batch
from merit.people.models import OfficialRecord, OrgUnit, OrgUnitRecord, Post
from merit.security.permissions import SYSTEM, Actor, Role
from tests.exchange.files import OFFICIAL_HEADER, OFFICIALS, POSITIONS, UNITS, counts, load, load_city

pytestmark = pytest.mark.db


def names(session: Session) -> dict[str, str]:
    """Return the units known now."""
    query = select(OrgUnit.code, OrgUnitRecord.name).join(OrgUnitRecord, OrgUnitRecord.unit_id == OrgUnit.id)
    return dict(session.execute(query.where(OrgUnitRecord.superseded_at.is_(None))).all())


def renamed(word: str) -> list[list[str]]:
    return [UNITS[0], [UNITS[2][0], word, *UNITS[2][2:]]]


def refusal(session: Session, batch: int | None) -> str:
    with pytest.raises(MeritError) as error:
        undo_batch(session, SYSTEM, batch_id=batch or 0)
    return error.value.reason


def test_undo_of_a_first_import_leaves_nothing(session: Session, tmp_path: Path) -> None:
    report = load(session, tmp_path, "units", UNITS)

    undo_batch(session, SYSTEM, batch_id=report.batch or 0)

    assert names(session) == {}
    assert counts(load(session, tmp_path, "units", UNITS)) == (3, 0, 0)


def test_undo_restores_what_stood_before(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, "units", UNITS)
    before = names(session)
    report = load(session, tmp_path, "units", renamed("Dinas Baru"), confirm_large=True)

    undo = undo_batch(session, SYSTEM, batch_id=report.batch or 0)

    assert names(session) == before
    assert (undo.state, undo.undoes_id, undo.updated) == ("undo", report.batch, 1)
    assert counts(load(session, tmp_path, "units", UNITS)) == (0, 0, 3)


def test_undo_of_a_move_restores_the_career(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    moved = [*OFFICIALS[1]]
    moved[9], moved[10] = "KABID", "2024-05-02"
    report = load(session, tmp_path, "officials", [OFFICIAL_HEADER, moved], confirm_large=True)

    undo_batch(session, SYSTEM, batch_id=report.batch or 0)

    posts = session.scalars(select(Post.tier).where(Post.superseded_at.is_(None)).order_by(Post.tier)).all()
    assert posts == ["pelaksana", "pelaksana", "pengawas"]
    assert counts(load(session, tmp_path, "officials", OFFICIALS)) == (0, 0, 3)


def test_undo_is_refused_after_a_later_change(session: Session, tmp_path: Path) -> None:
    first = load(session, tmp_path, "units", UNITS)
    second = load(session, tmp_path, "units", renamed("Dinas Baru"), confirm_large=True)

    assert refusal(session, first.batch) == "undo-changed-since"

    undo_batch(session, SYSTEM, batch_id=second.batch or 0)
    undo_batch(session, SYSTEM, batch_id=first.batch or 0)
    assert names(session) == {}


def test_three_changes_are_undone_one_after_the_other(session: Session, tmp_path: Path) -> None:
    first = load(session, tmp_path, "units", UNITS)
    second = load(session, tmp_path, "units", renamed("Kedua"), confirm_large=True)
    third = load(session, tmp_path, "units", renamed("Ketiga"), confirm_large=True)

    undo_batch(session, SYSTEM, batch_id=third.batch or 0)
    seen = [names(session)["DISDIK"]]
    undo_batch(session, SYSTEM, batch_id=second.batch or 0)
    seen.append(names(session)["DISDIK"])
    undo_batch(session, SYSTEM, batch_id=first.batch or 0)

    assert seen == ["Kedua", "Dinas Pendidikan"]
    assert names(session) == {}


def test_undo_happens_once_and_is_no_import(session: Session, tmp_path: Path) -> None:
    report = load(session, tmp_path, "units", UNITS)
    undo = undo_batch(session, SYSTEM, batch_id=report.batch or 0)

    assert [refusal(session, report.batch), refusal(session, undo.id), refusal(session, 99_999)] == [
        "undo-done",
        "undo-is-undo",
        "import-batch-unknown",
    ]


def test_undo_needs_the_permission_or_the_own_import(session: Session, tmp_path: Path) -> None:
    report = load(session, tmp_path, "units", UNITS)

    with pytest.raises(NotAllowedError):
        undo_batch(session, Actor(user_id=77, roles=frozenset({Role.OPD_ADMIN})), batch_id=report.batch or 0)


def test_nothing_is_ever_deleted(session: Session, tmp_path: Path) -> None:
    reports = load_city(session, tmp_path)

    undo_batch(session, SYSTEM, batch_id=reports["officials"].batch or 0)

    ended = session.scalars(select(OfficialRecord.superseded_at)).all()
    assert (len(ended), None in ended) == (3, False)


def test_import_and_undo_join_the_audit_chain(session: Session, tmp_path: Path) -> None:
    report = load(session, tmp_path, "units", UNITS)
    undo = undo_batch(session, SYSTEM, batch_id=report.batch or 0)
    append_pending(session)

    entries = session.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.id)).all()

    assert [tuple(entry) for entry in entries] == [
        ("import:apply", f"import-batch:{report.batch}"),
        ("import:undo", f"import-batch:{undo.id}"),
    ]


def test_undo_is_refused_where_other_records_refer_to_it(session: Session, tmp_path: Path) -> None:
    units = load(session, tmp_path, "units", UNITS)
    load(session, tmp_path, "positions", POSITIONS)

    assert refusal(session, units.batch) == "undo-referred-to"
