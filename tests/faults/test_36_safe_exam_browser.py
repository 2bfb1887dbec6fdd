"""Fault 36: the header of Safe Exam Browser missing, wrong, or replayed for another address."""

from __future__ import annotations

import pytest

from merit import db
from merit.assessment.domain.seb import HEADER, request_hash
from merit.assessment.models.sittings import Sitting
from tests.assessment.exam_client import ExamPage

pytestmark = pytest.mark.web

KEY = "5c" * 32
HOST = "http://localhost"


@pytest.fixture
def guarded(page: ExamPage) -> ExamPage:
    with db.unit_of_work() as session:
        session.get_one(Sitting, page.attempt().sitting_id).settings = {"seb_config_keys": [KEY]}
    return page


def test_the_paper_needs_the_browser_of_the_sitting(guarded: ExamPage):
    own = request_hash(f"{HOST}{guarded.path}/paper", KEY)
    missing = guarded.paper()
    wrong = guarded.paper(**{HEADER: request_hash(f"{HOST}{guarded.path}/paper", "00" * 32)})
    replayed = guarded.paper(**{HEADER: request_hash(f"{HOST}{guarded.path}/lease", KEY)})
    plain_key = guarded.paper(**{HEADER: KEY})
    right = guarded.paper(**{HEADER: own})

    assert [(each.status_code, each.json["error"]) for each in (missing, wrong, replayed, plain_key)] == [
        (409, "seb-required"),
        (409, "seb-wrong"),
        (409, "seb-wrong"),
        (409, "seb-wrong"),
    ]
    assert right.status_code == 200


def test_so_does_the_lease(guarded: ExamPage):
    path = f"{guarded.path}/lease"
    missing = guarded.client.post(path, json={"lease": guarded.lease})
    right = guarded.client.post(
        path, json={"lease": guarded.lease}, headers={HEADER: request_hash(f"{HOST}{path}", KEY)}
    )

    assert (missing.status_code, missing.json["error"]) == (409, "seb-required")
    assert right.json["granted"] is True
