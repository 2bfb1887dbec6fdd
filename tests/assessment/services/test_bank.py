"""Tags, enemies, near-duplicates and work on many items."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from merit.assessment.domain.bank import ItemTags
from merit.assessment.domain.states import ItemState
from merit.assessment.queries.items import enemy_pairs
from merit.assessment.services.bank import (
    add_enemy,
    alike_to,
    all_pairs,
    enemies_of,
    move_items,
    remove_enemy,
    retag_item,
    retag_items,
    tags_of,
)
from merit.assessment.services.items import move_item
from merit.errors import ConflictError, InvalidInputError, NotFoundError
from tests.assessment.bank_samples import make_author, make_draft, make_item

pytestmark = pytest.mark.db


def test_tags_change_under_an_optimistic_lock(session: Session):
    author = make_author(session)
    item = make_item(session, author)
    changed = replace(tags_of(item), competency="M.01", level=4)

    retag_item(session, author, item_id=item.id, row_version=1, tags=changed)

    assert (item.competency, item.level, item.row_version) == ("M.01", 4, 2)
    with pytest.raises(ConflictError):
        retag_item(session, author, item_id=item.id, row_version=1, tags=replace(changed, level=1))


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        (ItemTags(code="impor"), "item-code-form"),
        (ItemTags(code="a/b"), "item-code-form"),
        (ItemTags(code="x" * 61), "item-code-form"),
        (ItemTags(code="DUA"), "item-code-taken"),
        (ItemTags(level=6), "item-level"),
    ],
)
def test_tags_that_cannot_be_kept_are_refused(session: Session, tags: ItemTags, reason: str):
    author = make_author(session)
    item = make_item(session, author, code="SATU")
    make_item(session, author, code="DUA")

    with pytest.raises(InvalidInputError) as refusal:
        retag_item(session, author, item_id=item.id, row_version=None, tags=tags)

    assert refusal.value.reason == reason


def test_bulk_tags_tell_what_was_there_before(session: Session):
    author = make_author(session)
    one, two = make_item(session, author, level=1), make_item(session, author, level=None)

    outcome = retag_items(session, author, values={one.id: "3", two.id: "3"}, tag="level")
    assert (one.level, two.level, outcome.done) == (3, 3, {one.id: "1", two.id: ""})

    retag_items(session, author, values=outcome.done, tag="level")
    assert (one.level, two.level) == (1, None)


def test_bulk_moves_leave_what_may_not_go(session: Session):
    author, reviewer = make_author(session), make_author(session, "penelaah")
    mine, theirs = make_item(session, reviewer, code="MILIK"), make_item(session, author, code="LAIN")
    for item in (mine, theirs):
        move_item(session, author, item_id=item.id, to=ItemState.REVIEW)

    outcome = move_items(session, reviewer, moves=dict.fromkeys((mine.id, theirs.id), "trial"), note="")

    assert outcome.done == {theirs.id: "review"}
    assert [(one.code, one.reason) for one in outcome.refused] == [("MILIK", "item-own-review")]
    assert (mine.state, theirs.state) == ("review", "trial")


@pytest.mark.parametrize("number", [0, 101])
def test_bulk_work_is_bounded(session: Session, number: int):
    with pytest.raises(InvalidInputError) as refusal:
        retag_items(session, make_author(session), values=dict.fromkeys(range(number), "1"), tag="level")

    assert refusal.value.reason == "item-bulk-number"


def test_enemies_are_one_pair_whoever_names_whom(session: Session):
    author = make_author(session)
    one, two = make_item(session, author, code="SATU"), make_item(session, author, code="DUA")

    add_enemy(session, author, item_id=two.id, code="SATU", reason="mirip")
    add_enemy(session, author, item_id=one.id, code="DUA")

    assert enemy_pairs(session) == [(one.id, two.id)]
    assert [(item.code, why) for item, why in enemies_of(session, one.id)] == [("DUA", "mirip")]
    remove_enemy(session, author, item_id=one.id, enemy_id=two.id)
    assert enemy_pairs(session) == []
    with pytest.raises(NotFoundError):
        remove_enemy(session, author, item_id=one.id, enemy_id=two.id)


@pytest.mark.parametrize(("code", "reason"), [("ENTAH", "item-enemy-unknown"), ("SATU", "item-enemy-self")])
def test_enemies_must_be_other_items(session: Session, code: str, reason: str):
    author = make_author(session)
    item = make_item(session, author, code="SATU")

    with pytest.raises(InvalidInputError) as refusal:
        add_enemy(session, author, item_id=item.id, code=code)

    assert refusal.value.reason == reason


def test_near_duplicates_leave_out_itself_other_languages_and_the_retired(session: Session):
    author = make_author(session)
    words = "Warga datang pukul 15.55 padahal loket tutup pukul 16.00"
    own = make_item(session, author, draft=make_draft(words))
    near = make_item(session, author, draft=make_draft(words.replace("15.55", "15.50")))
    make_item(session, author, draft=make_draft(words), language="en")
    gone = make_item(session, author, draft=make_draft(words))
    move_item(session, author, item_id=gone.id, to=ItemState.RETIRED, note="usang")

    found = alike_to(session, words, language="id", but=own.id)

    assert [one.item_id for one in found] == [near.id]


def test_all_pairs_tell_how_many_were_compared(session: Session):
    author = make_author(session)
    one, two = make_item(session, author), make_item(session, author)
    make_item(session, author, draft=make_draft("Sebutkan semboyan kota ini", ("Satu", "Dua")))

    pairs, compared = all_pairs(session)

    assert compared == 3
    assert [(a.item_id, b.item_id, a.similarity) for a, b in pairs] == [(one.id, two.id, 1.0)]
