"""Fault 62: the wrong file is stopped by the size of its difference; an import made nevertheless is undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.exchange.undoing import undo_batch
from merit.people.models import OfficialRecord
from merit.security.permissions import SYSTEM
from tests.exchange.files import OFFICIALS, counts, load, load_city

pytestmark = pytest.mark.db


def names(session: Session) -> list[str]:
    query = select(OfficialRecord.name).where(OfficialRecord.superseded_at.is_(None)).order_by(OfficialRecord.name)
    return list(session.scalars(query))


def test_wrong_file_is_blocked_then_undone(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    before = names(session)
    wrong = [OFFICIALS[0], *([row[0], "Nama Salah", *row[2:]] for row in OFFICIALS[1:])]

    blocked = load(session, tmp_path, "officials", wrong)
    assert ([problem.code for problem in blocked.problems], names(session)) == (["import-large"], before)

    forced = load(session, tmp_path, "officials", wrong, confirm_large=True)
    assert (counts(forced), names(session)) == ((0, 3, 0), ["Nama Salah"] * 3)

    undo_batch(session, SYSTEM, batch_id=forced.batch or 0)
    assert names(session) == before
