from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from merit import clock, db
from merit.accounts.domain import Place
from merit.accounts.models import Throttle
from merit.accounts.services.chores import keep_house
from merit.accounts.services.throttle import Origin, reserve
from merit.audit.models import AuditCheckpoint
from merit.audit.services import record
from merit.security.permissions import SYSTEM

pytestmark = pytest.mark.db

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)


def left() -> tuple[int, int]:
    with db.reading() as session:
        return len(session.scalars(select(AuditCheckpoint)).all()), len(session.scalars(select(Throttle)).all())


def test_keep_house_seals_and_forgets_when_time_has_passed(database):
    with clock.frozen(NOON), db.unit_of_work() as session:
        record(session, SYSTEM, action="test:one", subject="thing:1")
        reserve(session, subject="password:1", place=Place.DEVICE, origin=Origin(network="36.66.1.2"))
    with clock.frozen(NOON + dt.timedelta(minutes=9)):
        keep_house(database)
        assert left() == (0, 1)
    with clock.frozen(NOON + dt.timedelta(minutes=31)):
        keep_house(database)
        keep_house(database)
        assert left() == (1, 0)


def test_keep_house_of_an_empty_installation_does_nothing(database):
    keep_house(database)

    assert left() == (0, 0)
