"""The demonstration bank: every kind, every competency, in use, by two people."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.forms.bank import KINDS
from merit.assessment.models.items import Item, ItemEnemy, ItemTransition, ItemVersion
from merit.demo.items import fill_bank
from merit.evidence import COMPETENCIES
from tests.assessment.bank_samples import make_author

pytestmark = pytest.mark.db


def test_fill_bank_brings_every_kind_into_use_once(session: Session):
    author, reviewer = make_author(session), make_author(session, "penelaah")

    number = fill_bank(session, author, reviewer)

    items = session.scalars(select(Item)).all()
    assert number == len(items) >= 60
    assert {item.state for item in items} == {"active"}
    assert {(item.competency, item.level) for item in items} >= {(c, n) for c in COMPETENCIES for n in range(1, 5)}
    kinds = Counter(session.scalars(select(ItemVersion.kind)))
    assert set(kinds) == set(KINDS)
    assert kinds["essay"] == 2
    assert session.scalars(select(ItemEnemy)).all() != []
    passed = session.scalars(select(ItemTransition.by_id).where(ItemTransition.to_state == "trial"))
    assert set(passed) == {reviewer.user_id}
    assert fill_bank(session, author, reviewer) == 0
