"""Fault 59: somebody with the right to read keys opens one after the other: noticed, and stopped."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from merit import db
from merit.accounts.models import User
from merit.audit.models import AuditEntry
from merit.config import Settings
from merit.security.permissions import Actor, Role
from tests.assessment.bank_samples import make_item
from tests.web_client import make_user, sign_in, token_of

pytestmark = pytest.mark.web
MOST = 3


@pytest.fixture
def site(database: db.Database, app: Flask) -> Flask:
    make_user("penulis", Role.AUTHOR)
    make_user("pembaca", Role.AUTHOR)
    with db.unit_of_work() as session:
        author_id = session.scalars(select(User.id).where(User.login == "penulis")).one()
        author = Actor(user_id=author_id, roles=frozenset({Role.AUTHOR}), unit_ids=None)
        for number in range(MOST + 2):
            make_item(session, author, code=f"BK-{number}")
    settings: Settings = database.settings.model_copy(update={"key_readings_per_hour": MOST})
    database.settings = settings
    return app


def test_bulk_reading_of_keys_is_stopped_and_written_down(site: Flask):
    reader, author = site.test_client(), site.test_client()
    assert sign_in(reader, "pembaca").status_code == 302
    assert sign_in(author, "penulis").status_code == 302

    shown = [reader.get(f"/bank-soal/BK-{number}/versi/1/kunci").status_code for number in range(MOST + 1)]
    assert shown == [200] * MOST + [429]
    refused = reader.get(f"/bank-soal/BK-{MOST}/versi/1/kunci").text
    assert f"kunci {MOST} butir" in refused
    # The other doors to a key are the same door.
    assert reader.get(f"/bank-soal/BK-{MOST}/ubah").status_code == 429
    fields = {"jawaban-0": "A", "csrf_token": token_of(reader.get("/bank-soal"))}
    assert reader.post(f"/bank-soal/BK-{MOST}/pratinjau", data=fields).status_code == 429
    # What was already read may be read again; the item itself and one's own keys stay open.
    assert reader.get("/bank-soal/BK-0/versi/1/kunci").status_code == 200
    assert reader.get(f"/bank-soal/BK-{MOST}").status_code == 200
    assert [author.get(f"/bank-soal/BK-{n}/versi/1/kunci").status_code for n in range(MOST + 2)] == [200] * (MOST + 2)

    with db.reading() as session:
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("item:%key"))).all()
    assert actions.count("item:read-key") == MOST
    assert actions.count("item:refuse-key") == 4
    assert actions.count("item:read-own-key") == MOST + 2
