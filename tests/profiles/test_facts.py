"""Every table that may be evidence has a title, every column shown a name (single marks are never shown)."""

from __future__ import annotations

import pytest

from merit.people.queries.units import UnitTree
from merit.profiles.evidence import FEEDBACK, TABLES
from merit.profiles.facts import TITLES, readable

pytestmark = pytest.mark.unit


def test_every_evidence_table_has_a_title():
    assert set(TITLES) == set(TABLES)


@pytest.mark.parametrize("table", sorted(TABLES.keys() - {FEEDBACK}))
def test_every_column_of_an_evidence_table_has_a_name(table):
    row = dict.fromkeys(column.name for column in TABLES[table].__table__.columns)

    names = [name for name, _value in readable(table, row, UnitTree({}))]

    assert all(names)
    assert len(names) == len(set(names))
