"""Media nothing names: listed after a day, deleted with their files, never one that an item or a key names."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.models.items import Medium
from merit.assessment.services.media import keep_medium, medium_path
from merit.assessment.services.unused_media import delete_unused, list_unused, sweep_files
from merit.audit.models import AuditEntry
from merit.audit.services import append_pending
from merit.errors import NotAllowedError
from merit.security.permissions import Role
from tests.assessment.bank_samples import make_author, make_draft, make_item, make_png

pytestmark = pytest.mark.db
DAY = dt.timedelta(hours=25)


def kept(session, author, width):
    return keep_medium(session, author, data=make_png(width), name=f"gambar-{width}.png")


@pytest.fixture
def author(session: Session):
    return make_author(session)


@pytest.fixture
def media(session: Session, author):
    """One picture in a question, one in a rationale, one nowhere; all two days old but the last of all."""
    media = [kept(session, author, width) for width in (10, 11, 12)]
    draft = make_draft(f'Lihat <img src="media:{media[0].sha256}" alt="peta">')
    key = draft.key.model_copy(update={"rationale": f'<p><img src="media:{media[1].sha256}" alt="peta"></p>'})
    make_item(session, author, draft=replace(draft, key=key))
    for medium in media:
        medium.created_at = clock.now() - 2 * DAY
    media.append(kept(session, author, 13))
    session.flush()
    return media


def test_only_what_nothing_names_for_a_day_is_listed(session, author, media):
    assert [(one.id, one.kept_by) for one in list_unused(session, author)] == [(media[2].id, "Penulis")]


def test_a_picture_taken_in_again_is_spared_anew(session, author, media):
    kept(session, author, 12)

    assert list_unused(session, author) == []


def test_deleting_takes_the_unnamed_ones_alone_and_is_audited(session, author, media):
    count = delete_unused(session, author, ids=[medium.id for medium in media])

    assert count == 1
    assert session.scalars(select(Medium.id).order_by(Medium.id)).all() == [media[at].id for at in (0, 1, 3)]
    append_pending(session)
    deleted = select(AuditEntry.subject).where(AuditEntry.action == "medium:delete")
    assert session.scalars(deleted).all() == [f"medium:{media[2].id}"]


def test_files_without_a_row_go_once_they_are_a_day_old(session, author, media):
    path = medium_path(media[2].sha256)
    delete_unused(session, author, ids=[media[2].id])
    assert (sweep_files(session), path.exists()) == (0, True)
    old = (clock.now() - DAY).timestamp()
    for medium in media:
        os.utime(medium_path(medium.sha256), (old, old))

    assert (sweep_files(session), path.exists(), medium_path(media[0].sha256).exists()) == (1, False, True)


def test_who_does_not_write_items_sees_no_media(session):
    with pytest.raises(NotAllowedError):
        list_unused(session, make_author(session, "auditor", Role.AUDITOR))
