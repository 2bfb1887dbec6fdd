"""Faults 29 and 30: answers before the start, after the end, for places not one's own, with tampered fields."""

from __future__ import annotations

from typing import Any

import pytest

from tests.assessment.exam_client import ExamPage, answer

pytestmark = pytest.mark.web

GOOD = {"position": 1, "revision": 1, "value": ["A"]}


@pytest.mark.parametrize("state", ["waiting", "admitted"])
def test_nothing_is_taken_or_told_before_the_start(page: ExamPage, state: str):
    page.change(state=state, started_at=None, deadline=None)

    refusals = [page.save(GOOD), page.paper(), page.post("finish")]

    assert {(each.status_code, each.json["error"]) for each in refusals} == {(409, "attempt-not-started")}
    assert page.stored() == {}


def test_nothing_is_taken_after_the_end(page: ExamPage):
    page.save(GOOD)
    page.post("finish")

    refusals = [page.save(answer(1, 2, "B")), page.save(answer(2, 1, "B"))]

    assert {(each.status_code, each.json["error"]) for each in refusals} == {(409, "attempt-finished")}
    assert page.stored() == {1: (1, '["A"]')}
    assert page.late() == {}


def test_one_candidates_secrets_open_nothing_of_another(pages: list[ExamPage]):
    own, foreign = pages
    mixed = ExamPage(own.client, foreign.seat, lease=own.lease)

    assert mixed.save(GOOD).json["error"] == "lease-ended"
    assert mixed.paper().json["error"] == "lease-ended"
    assert mixed.standing()["responses"] == []
    assert foreign.stored() == {}


def test_positions_beyond_the_paper_are_refused_and_nothing_beside_them_is_kept(page: ExamPage):
    refused = page.save(answer(20, 1, "A"), answer(21, 1, "A"))

    told = (refused.status_code, refused.json["error"], refused.json["position"])
    assert told == (422, "answer-position-unknown", 21)
    assert page.stored() == {}
    assert page.save(answer(20, 1, "A")).status_code == 200


@pytest.mark.parametrize(
    "tampered",
    [
        {"revision": 0},
        {"revision": -1},
        {"revision": 1.5},
        {"revision": "2"},
        {"revision": True},
        {"revision": 10**12},
        {"revision": None},
        {"position": 0},
        {"position": -1},
        {"position": 40_000},
        {"position": "1"},
        {"value": "A"},
        {"value": None},
        {"value": [["A"]]},
        {"value": ["\0"]},
        {"value": ["A" * 70_000]},
        {"marked": 1},
        {"marked": "true"},
        {"at": 7},
        {"at": "x" * 41},
        {"at": "baris\nbaru"},
        {"score": 5},
        {"role": "admin"},
        {"deadline": "2030-01-01T00:00:00Z"},
        {"saved_at": "2020-01-01T00:00:00Z"},
        {"late": False},
    ],
    ids=str,
)
def test_tampered_fields_of_an_answer_are_refused(page: ExamPage, tampered: dict[str, Any]):
    refused = page.save({**GOOD, **tampered})

    assert refused.status_code == 422
    assert refused.json["message"]
    assert page.stored() == {}
    assert page.attempt().saves == 0


@pytest.mark.parametrize(
    "body",
    [
        {"responses": []},
        {"responses": {}},
        {"responses": "x"},
        {"responses": [GOOD], "deadline": "2030-01-01"},
        {"responses": [GOOD], "extended_seconds": 600},
        {"responses": [GOOD] * 301},
        {"responses": [GOOD], "lease": 7},
        {"responses": [GOOD], "lease": "x" * 129},
        {},
    ],
    ids=lambda body: str(body)[:60],
)
def test_tampered_requests_are_refused(page: ExamPage, body: dict[str, Any]):
    refused = page.client.post(f"{page.path}/responses", json={"lease": page.lease, **body})

    assert refused.status_code == 422
    assert page.stored() == {}


@pytest.mark.parametrize(
    "events",
    [
        "x",
        [{"kind": "admitted"}],
        [{"kind": "focus-lost", "at": 7}],
        [{"kind": "focus-lost", "details": {"x": "y" * 600}}],
        [{"kind": "focus-lost", "details": {"x": "\0"}}],
        [{"kind": "focus-lost", "score": 5}],
        [{"kind": "focus-lost"}] * 101,
    ],
    ids=lambda events: str(events)[:60],
)
def test_tampered_signs_of_life_are_refused(page: ExamPage, events: Any):
    assert page.post("heartbeat", events=events).status_code == 422
    assert page.attempt().focus_losses == 0
