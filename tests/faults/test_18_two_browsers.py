"""Faults 18 and 19, the server's side: two tabs, two machines, a crash; one saves, all answers come back."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from merit import clock, db
from merit.assessment.models.sittings import SittingEvent
from merit.assessment.services import proctoring
from merit.security.permissions import SYSTEM
from merit.security.tokens import token_hash
from tests.assessment.exam_client import ExamPage, answer

pytestmark = pytest.mark.web


def test_two_tabs_of_one_browser_cannot_overwrite_each_other(page: ExamPage):
    other = ExamPage(page.client, page.seat)
    page.save(answer(1, 1, "A"))

    torn = other.save(answer(1, 1, "B"))
    adopted = other.save(answer(1, torn.json["stored"][0]["revision"] + 1, "B"))

    assert (torn.status_code, torn.json["error"]) == (409, "stale-revision")
    assert torn.json["stored"] == [{"position": 1, "revision": 1, "value": ["A"], "marked": False}]
    assert adopted.status_code == 200
    assert page.stored() == {1: (2, '["B"]')}


def test_of_two_machines_only_the_one_with_the_lease_saves(page: ExamPage):
    page.save(answer(1, 1, "A"))
    asked = page.post("lease", lease="").json["asked"]
    other = ExamPage(page.client, page.seat, lease=asked)

    uninvited = other.save(answer(1, 2, "B"))
    page.change(lease_hash=page.attempt().lease_asked_hash, lease_asked_hash=None)  # the proctor consents
    moved = other.save(answer(1, 2, "B"))
    former = [page.save(answer(1, 3, "C")), page.post("heartbeat", events=[]), page.post("finish"), page.paper()]

    assert (uninvited.status_code, uninvited.json["error"]) == (409, "lease-ended")
    assert moved.status_code == 200
    assert {(each.status_code, each.json["error"]) for each in former} == {(409, "lease-ended")}
    assert page.stored() == {1: (2, '["B"]')}
    assert page.attempt().state == "running"


def test_an_asked_lease_is_no_lease_until_the_proctor_consents(page: ExamPage):
    first = page.post("lease", lease="").json
    again = page.post("lease", lease=first["asked"]).json
    guess = page.post("lease", lease="x" * 40).json

    assert first["error"] == again["error"] == "lease-other-browser"
    assert again["asked"] == first["asked"]
    assert (guess["error"], "asked" in guess) == ("lease-busy", False)
    assert page.save(answer(1, 1, "A")).status_code == 200


def asked_for(page: ExamPage) -> int:
    """Return how often the minutes say that another browser asks."""
    with db.reading() as session:
        return session.query(SittingEvent).filter_by(candidate_id=page.seat.candidate_id, kind="lease-asked").count()


def test_a_browser_the_proctor_has_refused_stays_refused_until_it_asks_anew(page: ExamPage):
    asked = page.post("lease", lease="").json["asked"]
    with db.unit_of_work() as session:
        proctoring.refuse_lease(session, SYSTEM, attempt_id=page.seat.attempt_id)

    again = [page.post("lease", lease=asked) for _ in range(3)]
    told = asked_for(page)
    anew = page.post("lease", lease="")

    assert {(each.status_code, each.json["error"]) for each in again} == {(409, "lease-refused")}
    assert told == 1
    assert (anew.json["error"], asked_for(page)) == ("lease-other-browser", 2)
    assert page.save(answer(1, 1, "A")).status_code == 200


def test_one_browser_asks_at_a_time_and_loses_its_turn_when_it_falls_silent(page: ExamPage):
    began = clock.now()
    first = page.post("lease", lease="").json["asked"]
    with clock.frozen(began + dt.timedelta(seconds=50)):
        page.post("lease", lease=first)
    with clock.frozen(began + dt.timedelta(seconds=100)):
        busy = page.post("lease", lease="").json["error"]
    with clock.frozen(began + dt.timedelta(seconds=111)):
        second = page.post("lease", lease="").json["asked"]
        former = page.post("lease", lease=first).json["error"]

    assert busy == former == "lease-busy"
    assert page.attempt().lease_asked_hash == token_hash(second)
    assert asked_for(page) == 2


def test_after_the_end_no_browser_gets_the_lease_any_more(page: ExamPage):
    page.post("finish")

    other, own = page.post("lease", lease=""), page.post("lease")

    assert (other.status_code, other.json["error"]) == (409, "attempt-finished")
    assert own.json == {"lease": page.lease, "granted": True}


def test_after_a_crash_the_same_browser_is_back_with_everything_at_once(page: ExamPage):
    page.save(*(answer(position, 1, "A") for position in range(1, 21)))
    began = time.monotonic()

    lease = page.post("lease")
    standing = page.standing()
    paper = page.paper()

    assert time.monotonic() - began < 5
    assert lease.json == {"lease": page.lease, "granted": True}
    assert [each["position"] for each in standing["responses"]] == list(range(1, 21))
    assert standing["remaining"] > 5390
    assert paper.status_code == 200


def test_on_another_computer_everything_is_there_once_the_proctor_consents(page: ExamPage):
    page.save(*(answer(position, 1, "A") for position in range(1, 21)))
    other = ExamPage(page.client, page.seat, lease=page.post("lease", lease="").json["asked"])
    hidden = other.standing()
    page.change(lease_hash=page.attempt().lease_asked_hash, lease_asked_hash=None)

    granted = other.post("lease")
    standing = other.standing()

    assert (hidden["lease"], hidden["responses"]) == ("asked", [])
    assert granted.json["granted"] is True
    assert len(standing["responses"]) == 20
    assert other.paper().status_code == 200
