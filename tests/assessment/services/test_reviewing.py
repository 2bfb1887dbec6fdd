"""Comments, and keys read under watch."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.states import ItemState
from merit.assessment.services.items import move_item, newest_version
from merit.assessment.services.reviewing import comment_version, note_key_reading, settle_comment
from merit.audit.models import AuditEntry
from merit.audit.services import append_pending
from merit.errors import InvalidInputError, NotAllowedError, RuleViolationError
from merit.security.permissions import Actor, Role
from tests.assessment.bank_samples import make_author, make_item

pytestmark = pytest.mark.db


def test_a_review_note_holds_the_item_back_until_settled(session: Session):
    author, reviewer = make_author(session), make_author(session, "penelaah")
    item = make_item(session, author)
    move_item(session, author, item_id=item.id, to=ItemState.REVIEW)
    version = newest_version(session, item.id)
    note = comment_version(session, reviewer, version_id=version.id, text="Pilihan C rancu", kind="review")
    comment_version(session, reviewer, version_id=version.id, text="Sekadar saran")

    with pytest.raises(RuleViolationError) as refusal:
        move_item(session, reviewer, item_id=item.id, to=ItemState.TRIAL)
    assert refusal.value.reason == "item-comments-open"
    with pytest.raises(RuleViolationError) as own:
        settle_comment(session, author, comment_id=note.id)
    assert own.value.reason == "item-comment-not-yours"

    settle_comment(session, reviewer, comment_id=note.id)
    assert move_item(session, reviewer, item_id=item.id, to=ItemState.TRIAL).state == "trial"


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_empty_and_endless_comments_are_refused(session: Session, text: str):
    author = make_author(session)
    version = newest_version(session, make_item(session, author).id)

    with pytest.raises(InvalidInputError):
        comment_version(session, author, version_id=version.id, text=text)


def read(session: Session, actor: Actor, item) -> bool:
    is_allowed = note_key_reading(session, actor, item=item, version=newest_version(session, item.id), purpose="show")
    append_pending(session)
    return is_allowed


def test_key_readings_are_noted_once_an_hour_and_bounded(session: Session, monkeypatch: pytest.MonkeyPatch):
    author, reader = make_author(session), make_author(session, "pembaca")
    items = [make_item(session, author) for _ in range(62)]
    with clock.frozen(dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)):
        assert [read(session, reader, item) for item in items] == [True] * 60 + [False] * 2
        assert read(session, reader, items[0])
        assert all(read(session, author, item) for item in items)
    with clock.frozen(dt.datetime(2026, 6, 1, 3, 1, tzinfo=dt.UTC)):
        assert read(session, reader, items[61])

    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.actor_id == reader.user_id)).all()
    assert (actions.count("item:read-key"), actions.count("item:refuse-key")) == (61, 2)


def test_auditors_read_items_but_no_keys(session: Session):
    item = make_item(session, make_author(session))

    with pytest.raises(NotAllowedError):
        read(session, make_author(session, "auditor", Role.AUDITOR), item)
