"""Seconds per place of a sitting, out of what its rows tell."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from merit.assessment.models.delivery import AttemptEvent, ResponseSave
from merit.assessment.models.sittings import SittingEvent
from merit.assessment.queries.item_times import seconds_per_place
from tests.assessment.scoring_samples import STARTS, choice_item, make_hall
from tests.factories import make_official

pytestmark = pytest.mark.db


def at(seconds):
    return STARTS + dt.timedelta(seconds=seconds)


def saw(attempt, position, until, seconds):
    details = {"position": position, "seconds": seconds, "at": at(until).isoformat()}
    return AttemptEvent(attempt_id=attempt.id, kind="item-view", details=details, at=at(until + 20))


def saved(attempt, number, position, seconds):
    entry = {"at": at(seconds).isoformat(), "marked": False, "position": position, "revision": 1, "value": ["A"]}
    payload = json.dumps({"responses": [entry]})
    return ResponseSave(
        attempt_id=attempt.id, number=number, payload=payload, receipt=str(number), saved_at=at(seconds + 1)
    )


def test_seconds_are_told_per_attempt_and_position(session):
    """P-1 looked at 1 for 30 s and answered 2 at second 75 without having left it; P-2 did nothing that tells."""
    items = [choice_item(session), choice_item(session)]
    sheets = {"P-1": (make_official(session), ["A", "A"]), "P-2": (make_official(session), ["", ""])}
    hall = make_hall(session, items, sheets)
    first = hall.attempts["P-1"]
    session.add_all([saw(first, 1, 30, 30), saved(first, 1, 1, 20), saved(first, 2, 2, 75)])
    session.flush()

    assert seconds_per_place(session, hall.sitting.id) == {(first.id, 1): 30, (first.id, 2): 45}


def test_pauses_of_the_room_and_of_the_candidate_are_taken_off(session):
    hall = make_hall(session, [choice_item(session)], {"P-1": (make_official(session), ["A"])})
    first = hall.attempts["P-1"]
    where = {"sitting_id": hall.sitting.id, "room_id": hall.room.id}
    stood = [("room-paused", None, 10), ("room-resumed", None, 30), ("paused", first.candidate_id, 40)]
    session.add(saw(first, 1, 100, 100))
    session.add_all([SittingEvent(**where, kind=kind, candidate_id=who, at=at(when)) for kind, who, when in stood])
    session.add(SittingEvent(**where, kind="resumed", candidate_id=first.candidate_id, at=at(60)))
    session.flush()

    assert seconds_per_place(session, hall.sitting.id) == {(first.id, 1): 60}
