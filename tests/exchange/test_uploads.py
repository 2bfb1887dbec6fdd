"""How long uploaded files are kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from merit import clock, db
from merit.errors import NotFoundError
from merit.exchange.models import ImportUpload
from merit.exchange.uploads import KEPT, forget_uploads, get_upload, keep_upload
from merit.security.permissions import Actor, Role
from tests.web_client import make_user

pytestmark = pytest.mark.db


def test_old_uploads_are_emptied_and_fresh_ones_kept(database: db.Database) -> None:
    actor = Actor(user_id=make_user("pengimpor", Role.ADMIN), roles=frozenset({Role.ADMIN}), unit_ids=None)
    with database.unit_of_work() as session:
        old, fresh = (
            keep_upload(session, actor, kind="units", file_name=name, content=b"kode,nama\n").token for name in "ab"
        )
        ended = update(ImportUpload).where(ImportUpload.token == old)
        session.execute(ended.values(uploaded_at=clock.now() - KEPT * 1.01, report={"problems": ["x"]}))

    forget_uploads(database)

    with database.reading() as session:
        kept = {row.token: (row.content, row.report) for row in session.scalars(select(ImportUpload))}
        assert kept == {old: (b"", None), fresh: (b"kode,nama\n", None)}
        with pytest.raises(NotFoundError):
            get_upload(session, actor, old)
