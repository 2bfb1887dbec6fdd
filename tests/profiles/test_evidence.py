"""Whose figures an official may open: those of units led, never those a mistake once said were led."""

from __future__ import annotations

import pytest

from merit import clock
from merit.errors import NotFoundError
from merit.profiles.evidence import get_evidence
from merit.security.permissions import Actor, Role
from tests import factories as make

pytestmark = pytest.mark.db


def test_a_post_recorded_by_mistake_opens_no_figures(session):
    led, mistaken = make.make_unit(session), make.make_unit(session)
    below = make.make_unit(session, parent=led)
    official = make.make_official(session, position=make.make_position(session, leads=led))
    wrong = make.make_post(session, official, position=make.make_position(session, leads=mistaken), starts="2021-01-01")
    rows = {unit.id: make.make_unit_result(session, unit, 2025, "90").id for unit in (led, below, mistaken)}
    own = Actor(official_id=official.id, roles=frozenset({Role.OFFICIAL}))
    assert get_evidence(session, own, table="unit_results", row_id=rows[mistaken.id]).unit is not None

    make.supersede(session, wrong, at=clock.now())

    with pytest.raises(NotFoundError):
        get_evidence(session, own, table="unit_results", row_id=rows[mistaken.id])
    for unit in (led, below):
        assert get_evidence(session, own, table="unit_results", row_id=rows[unit.id]).unit.id == unit.id
