"""The list of the bank: what filters leave, in which order, at which cost; never a key."""

from __future__ import annotations

from dataclasses import fields

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.states import ItemState
from merit.assessment.models.items import ItemStatistic
from merit.assessment.queries.bank import (
    ORDERS,
    REVISION,
    TO_REVIEW,
    BankFilter,
    BankRow,
    count_by_state,
    count_items,
    filter_values,
    list_items,
)
from merit.assessment.services.items import drop_revision, move_item, newest_version, save_version
from tests.assessment.bank_samples import activate, make_author, make_draft, make_item
from tests.assessment.sitting_rows import make_sitting

pytestmark = pytest.mark.db


def codes(session: Session, order: str = "kode", **chosen: object) -> list[str]:
    found = BankFilter(**chosen)  # type: ignore[arg-type]
    rows = list_items(session, found, order=order)
    assert count_items(session, found) == len(rows)
    return [row.code for row in rows]


@pytest.fixture
def bank(session: Session):
    author, reviewer = make_author(session), make_author(session, "penelaah")
    make_item(session, author, code="A1", competency="M.01", level=1, subject="etika")
    make_item(session, reviewer, code="B2", draft=make_draft("Loket 100%_penuh?"), level=2, language="en")
    make_item(session, author, code="C3", draft=make_draft("Hitung", ("1", "2")), competency="M.05", level=3)
    return author, reviewer


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        ({}, ["A1", "B2", "C3"]),
        ({"text": "LOKET penuh"}, ["B2"]),
        ({"text": "100%_"}, ["B2"]),
        ({"text": "a1"}, ["A1"]),
        ({"competency": "M.05"}, ["B2", "C3"]),
        ({"level": 3}, ["C3"]),
        ({"subject": "etika"}, ["A1"]),
        ({"language": "en"}, ["B2"]),
        ({"kind": "single_choice"}, ["A1", "B2", "C3"]),
        ({"kind": "essay"}, []),
        ({"state": "active"}, []),
        ({"used": "ya"}, []),
        ({"used": "tidak"}, ["A1", "B2", "C3"]),
        ({"text": "'; DROP TABLE items; --"}, []),
    ],
)
def test_filters_leave_what_fits(session: Session, bank, chosen, left):
    assert codes(session, **chosen) == left


def test_every_order_works_both_ways(session: Session, bank):
    for order in ORDERS:
        assert sorted(codes(session, order)) == sorted(codes(session, f"-{order}")) == ["A1", "B2", "C3"]
    assert codes(session, "-kode") == ["C3", "B2", "A1"]
    assert codes(session, "-diubah") == ["C3", "B2", "A1"]


def test_search_reads_the_newest_version_only(session: Session, bank):
    author, _reviewer = bank
    item = make_item(session, author, code="D4", draft=make_draft("Kata lama"))
    save_version(session, author, item_id=item.id, row_version=1, draft=make_draft("Kata baru"))

    assert codes(session, text="kata lama") == []
    assert codes(session, text="kata baru") == ["D4"]


def test_review_waits_for_others_only(session: Session, bank):
    author, reviewer = bank
    item = make_item(session, author, code="D4")
    move_item(session, author, item_id=item.id, to=ItemState.REVIEW)

    assert codes(session, state=TO_REVIEW, reader_id=reviewer.user_id) == ["D4"]
    assert codes(session, state=TO_REVIEW, reader_id=author.user_id) == []
    assert count_by_state(session, reviewer.user_id) == {"draft": 3, "review": 1, TO_REVIEW: 1}


def test_open_revisions_are_shown_until_dropped(session: Session, bank):
    author, reviewer = bank
    item = activate(session, make_item(session, author, code="D4"), author, reviewer)
    assert codes(session, state=REVISION) == []

    save_version(session, author, item_id=item.id, row_version=item.row_version, draft=make_draft("Baru"))
    (row,) = list_items(session, BankFilter(state=REVISION))
    assert (row.code, row.state, row.revision) == ("D4", "active", "draft")
    move_item(session, author, item_id=item.id, to=ItemState.REVIEW)
    assert codes(session, state=TO_REVIEW, reader_id=reviewer.user_id) == ["D4"]
    drop_revision(session, author, item_id=item.id, row_version=None, note="keliru")

    assert codes(session, state=REVISION) == codes(session, state=TO_REVIEW) == []


def test_statistics_are_weighted_by_persons(session: Session, bank):
    author, _reviewer = bank
    item = make_item(session, author, code="D4")
    version = newest_version(session, item.id)
    for persons, facility, discrimination in ((30, 0.4, 0.2), (10, 0.8, None)):
        session.add(
            ItemStatistic(
                version_id=version.id,
                sitting_id=make_sitting(session).id,
                persons=persons,
                facility=facility,
                discrimination=discrimination,
                options={},
                computed_at=clock.now(),
            )
        )
    session.flush()

    (row,) = list_items(session, BankFilter(text="D4"))

    # (30 · 0.4 + 10 · 0.8) / 40 = 0.5; discrimination counts only where it is known.
    assert (row.facility, row.discrimination) == (pytest.approx(0.5), pytest.approx(0.2))
    assert codes(session, "-kemudahan")[0] == "D4"


def test_a_row_has_no_room_for_a_key():
    assert not {field.name for field in fields(BankRow)} & {"key", "sealed_key", "content"}


def test_filter_values_are_those_of_the_bank(session: Session, bank):
    values = filter_values(session)

    assert values["competency"] == ["M.01", "M.05"]
    assert values["subject"] == ["etika"]
    assert [name for _id, name in values["author"]] == ["Penelaah", "Penulis"]


def test_one_page_costs_the_same_for_one_and_three(session: Session, bank):
    counted: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *told: counted.append(told[2]))

    list_items(session, BankFilter(text="A1"))
    one = len(counted)
    list_items(session, BankFilter())

    assert len(counted) - one == one
