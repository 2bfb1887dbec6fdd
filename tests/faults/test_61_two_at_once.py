"""Fault 61: two clicks at the same moment on one upload or one import do one thing, and lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from merit import db
from merit.errors import ConflictError, NotFoundError, RuleViolationError
from merit.exchange.models import ImportBatch, ImportUpload
from merit.exchange.undoing import undo_batch
from merit.exchange.uploads import (
    LARGE_BYTES,
    Confirmation,
    check_upload,
    confirm_upload,
    discard_upload,
    keep_upload,
)
from merit.jobs.models import Job
from merit.people.models import OrgUnitRecord
from merit.security.permissions import Actor, Role
from tests.web_client import make_user

pytestmark = pytest.mark.db

UNITS = b"kode,nama,induk,jenis\nKOTA,Kota,,\n"
AGREED = Confirmation(confirm_large=True)


@pytest.fixture
def actor(database: db.Database) -> Actor:
    user_id = make_user("pengimpor", Role.ADMIN)
    return Actor(user_id=user_id, roles=frozenset({Role.ADMIN}), unit_ids=None)


def ready(actor: Actor, content: bytes = UNITS) -> str:
    """Return the token of a checked upload."""
    with db.unit_of_work() as session:
        token = keep_upload(session, actor, kind="units", file_name="unit.csv", content=content).token
        check_upload(session, actor, token=token)
    return token


def at_once(*acts: Callable[[], str]) -> list[str]:
    """Do everything at the same moment; a refusal answers its reason."""
    gate = Barrier(len(acts))

    def do(act: Callable[[], str]) -> str:
        gate.wait()
        try:
            return act()
        except (RuleViolationError, ConflictError, NotFoundError) as refusal:
            return refusal.reason

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(do, acts))


def confirm(actor: Actor, token: str) -> str:
    with db.unit_of_work() as session:
        confirm_upload(session, actor, token=token, confirmation=AGREED)
    return "confirmed"


def discard(actor: Actor, token: str) -> str:
    with db.unit_of_work() as session:
        discard_upload(session, actor, token=token)
    return "discarded"


def undo(actor: Actor, batch: int) -> str:
    with db.unit_of_work() as session:
        undo_batch(session, actor, batch_id=batch)
    return "undone"


def test_an_upload_confirmed_four_times_is_imported_once(actor: Actor) -> None:
    token = ready(actor)

    told = at_once(*[lambda: confirm(actor, token)] * 4)

    assert told == ["confirmed", *["import-upload-not-ready"] * 3]
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImportBatch)) == 1
        assert session.scalar(select(ImportUpload.batch_id)) is not None


def test_a_large_upload_confirmed_four_times_is_one_job(actor: Actor) -> None:
    token = ready(actor, UNITS + b"".join(b"U%06d,Unit %06d,KOTA,\n" % (n, n) for n in range(LARGE_BYTES // 23)))

    told = at_once(*[lambda: confirm(actor, token)] * 4)

    assert told == ["confirmed", *["import-upload-not-ready"] * 3]
    with db.reading() as session:
        jobs = session.scalars(select(Job.kind).where(Job.kind == "import-apply")).all()
        assert jobs == ["import-apply"]


def test_confirming_and_discarding_at_once_does_one_of_them(actor: Actor) -> None:
    for _round in range(5):
        token = ready(actor)
        told = at_once(lambda token=token: confirm(actor, token), lambda token=token: discard(actor, token))
        with db.reading() as session:
            upload = session.scalars(select(ImportUpload).where(ImportUpload.token == token)).one()

        if "confirmed" in told:
            assert (told, upload.state) == (["confirmed", "import-upload-not-ready"], "imported")
            assert upload.content
        else:
            assert (told, upload.state) == (["discarded", "import-upload-unknown"], "discarded")


def test_an_import_undone_three_times_is_undone_once(actor: Actor) -> None:
    confirm(actor, ready(actor))
    with db.reading() as session:
        batch = session.scalars(select(ImportBatch.id)).one()

    told = at_once(*[lambda: undo(actor, batch)] * 3)

    assert told == ["undo-done", "undo-done", "undone"]
    with db.reading() as session:
        known = select(func.count()).where(OrgUnitRecord.superseded_at.is_(None))
        assert session.scalar(known) == 0
