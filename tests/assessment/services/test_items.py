"""Items and their versions: sealed keys, immutability, the steps of the workflow, revisions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain.bank import ItemTags
from merit.assessment.domain.reviewing import StepRefusal
from merit.assessment.domain.states import ItemState
from merit.assessment.models.items import ItemTransition, ItemVersion
from merit.assessment.queries.items import load_versions, open_key, versions_in_use
from merit.assessment.services.items import create_item, drop_revision, move_item, newest_version, save_version
from merit.audit.models import AuditEntry
from merit.audit.services import append_pending
from merit.errors import ConflictError, InvalidInputError, NotAllowedError, RuleViolationError, SetupError
from merit.security.permissions import Role
from tests.assessment.bank_samples import activate, make_author, make_draft, make_item

pytestmark = pytest.mark.db


def refused(function, *arguments, **named) -> str:
    with pytest.raises(RuleViolationError) as refusal:
        function(*arguments, **named)
    return refusal.value.reason


def test_create_item_gives_a_code_and_keeps_a_draft(session: Session):
    author = make_author(session)

    item = make_item(session, author)

    assert (item.code, item.state, item.author_id) == (f"B{item.id:05d}", "draft", author.user_id)
    version = newest_version(session, item.id)
    assert (version.number, version.kind, version.maximum) == (1, "single_choice", Decimal(1))
    assert version.plain_text.startswith("Warga datang pukul 15.55")


def test_key_is_stored_sealed_and_bound_to_its_row(session: Session):
    author = make_author(session)
    one, two = make_item(session, author), make_item(session, author)
    first, second = newest_version(session, one.id), newest_version(session, two.id)

    assert '"A"' not in first.sealed_key
    loaded = load_versions(session, [first.id])[first.id]
    assert loaded.key == make_draft().key
    session.expunge(second)
    second.sealed_key = first.sealed_key
    with pytest.raises(SetupError):
        open_key(second)


def test_create_item_refuses_a_code_twice(session: Session):
    author = make_author(session)
    make_item(session, author, code="IK-1")

    with pytest.raises(InvalidInputError) as refusal:
        make_item(session, author, code="IK-1")

    assert refusal.value.reason == "item-code-taken"


def test_only_authors_write(session: Session):
    with pytest.raises(NotAllowedError):
        make_item(session, make_author(session, role=Role.AUDITOR))


def test_save_version_refuses_what_somebody_changed_meanwhile(session: Session):
    author = make_author(session)
    item = make_item(session, author)
    seen = item.row_version
    save_version(session, author, item_id=item.id, row_version=seen, draft=make_draft("Baru"))

    with pytest.raises(ConflictError):
        save_version(session, author, item_id=item.id, row_version=seen, draft=make_draft("Lain"))

    assert newest_version(session, item.id).number == 2


def test_save_version_of_the_same_adds_nothing(session: Session):
    author = make_author(session)
    item = make_item(session, author)

    version = save_version(session, author, item_id=item.id, row_version=1, draft=make_draft())

    assert (version.number, item.row_version) == (1, 1)


def test_save_version_cleans_what_authors_paste(session: Session):
    author = make_author(session)

    item = make_item(session, author, draft=make_draft("Apa<script>alert(1)</script> <b onclick='x()'>ini</b>?"))

    assert "script" not in newest_version(session, item.id).content["body"]
    assert "onclick" not in newest_version(session, item.id).content["body"]


def test_a_missing_picture_is_refused(session: Session):
    author = make_author(session)
    draft = make_draft(f'<img src="media:{"a" * 64}" alt="">')

    with pytest.raises(InvalidInputError) as refusal:
        create_item(session, author, tags=ItemTags(competency="M.01", level=1), draft=draft)

    assert refusal.value.reason == "item-medium-unknown"


def test_steps_need_a_second_person_and_are_all_kept(session: Session):
    author, reviewer = make_author(session), make_author(session, "penelaah")
    item = make_item(session, author)
    move_item(session, author, item_id=item.id, to=ItemState.REVIEW)

    assert refused(move_item, session, author, item_id=item.id, to=ItemState.TRIAL) == StepRefusal.OWN_WORK
    move_item(session, reviewer, item_id=item.id, to=ItemState.TRIAL, note="baik")
    move_item(session, reviewer, item_id=item.id, to=ItemState.ACTIVE)

    steps = session.execute(
        select(ItemTransition.to_state, ItemTransition.by_id, ItemTransition.note).order_by(ItemTransition.id)
    ).all()
    assert steps == [
        ("review", author.user_id, ""),
        ("trial", reviewer.user_id, "baik"),
        ("active", reviewer.user_id, ""),
    ]


def test_steps_cannot_be_skipped_and_some_need_a_note(session: Session):
    author = make_author(session)
    item = make_item(session, author)

    assert refused(move_item, session, author, item_id=item.id, to=ItemState.ACTIVE) == StepRefusal.NO_STEP
    move_item(session, author, item_id=item.id, to=ItemState.REVIEW)
    assert refused(move_item, session, author, item_id=item.id, to=ItemState.DRAFT) == StepRefusal.NOTE


def test_editing_an_active_item_leaves_the_old_version_in_use(session: Session):
    author, reviewer = make_author(session), make_author(session, "penelaah")
    item = activate(session, make_item(session, author), author, reviewer)
    old = newest_version(session, item.id)
    new = save_version(session, author, item_id=item.id, row_version=item.row_version, draft=make_draft("Lebih baik"))

    assert item.state == "active"
    assert dict(session.execute(versions_in_use()).all()) == {item.id: old.id}
    activate(session, item, author, reviewer)
    assert dict(session.execute(versions_in_use()).all()) == {item.id: new.id}


def test_a_revision_can_be_given_up_and_begun_again(session: Session):
    author, reviewer = make_author(session), make_author(session, "penelaah")
    item = activate(session, make_item(session, author), author, reviewer)
    save_version(session, author, item_id=item.id, row_version=item.row_version, draft=make_draft("Satu"))
    drop_revision(session, author, item_id=item.id, row_version=item.row_version, note="keliru")

    assert refused(move_item, session, author, item_id=item.id, to=ItemState.REVIEW) == StepRefusal.NO_STEP
    save_version(session, author, item_id=item.id, row_version=item.row_version, draft=make_draft("Dua"))
    move_item(session, author, item_id=item.id, to=ItemState.REVIEW)
    assert item.state == "active"


def test_editing_in_trial_goes_back_to_review(session: Session):
    author, reviewer = make_author(session), make_author(session, "penelaah")
    item = make_item(session, author)
    move_item(session, author, item_id=item.id, to=ItemState.REVIEW)
    move_item(session, reviewer, item_id=item.id, to=ItemState.TRIAL)

    save_version(session, reviewer, item_id=item.id, row_version=item.row_version, draft=make_draft("Baru"))

    assert item.state == "review"
    assert refused(move_item, session, reviewer, item_id=item.id, to=ItemState.TRIAL) == StepRefusal.OWN_WORK


def test_retired_items_stay_as_they_are(session: Session):
    author = make_author(session)
    item = make_item(session, author)
    move_item(session, author, item_id=item.id, to=ItemState.RETIRED, note="usang")

    reason = refused(
        save_version, session, author, item_id=item.id, row_version=item.row_version, draft=make_draft("x")
    )

    assert reason == "item-retired"


def test_every_change_joins_the_audit_chain_without_the_key(session: Session):
    author = make_author(session)
    make_item(session, author, draft=replace(make_draft(), note="rahasia"))
    append_pending(session)

    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["item:create", "item:version"]
    assert "rahasia" not in entries[1].payload
    assert session.scalars(select(ItemVersion)).one().sha256 in entries[1].payload
