"""Fault 34: a copying pattern is reported with its evidence; nobody's score changes."""

import numpy as np
import pytest

from merit import db
from merit.assessment.models.scoring import CandidateResult
from merit.assessment.services.scoring import score_sitting
from merit.security.permissions import SYSTEM, Role
from tests.assessment.scoring_samples import choice_item, make_hall
from tests.factories import make_official
from tests.web_client import make_user, sign_in

pytestmark = pytest.mark.web

CODE = "UJI-SALIN"
ITEMS = 40


def letters(rng, ability):
    right = rng.random(ITEMS) < ability
    return ["A" if hit else "BCD"[rng.integers(3)] for hit in right]


@pytest.fixture
def hall(app):
    rng = np.random.default_rng(11)
    with db.unit_of_work() as session:
        sheets = {
            f"P-{at:02d}": (make_official(session, name=f"Orang {at:02d}"), letters(rng, rng.uniform(0.3, 0.8)))
            for at in range(1, 41)
        }
        copied = sheets["P-07"][1][:34] + sheets["P-08"][1][34:]
        sheets["P-08"] = (sheets["P-08"][0], copied)
        hall = make_hall(session, [choice_item(session) for _number in range(ITEMS)], sheets, code=CODE)
        score_sitting(session, SYSTEM, code=CODE)
    return hall


def test_the_pair_is_reported_with_its_evidence_and_no_score_changes(app, hall):
    make_user("admin", Role.ADMIN)
    client = app.test_client()
    sign_in(client, "admin")
    with db.reading() as session:
        before = [(row.attempt_id, row.scaled) for row in session.query(CandidateResult).order_by(CandidateResult.id)]

    page = client.get(f"/sesi-uji/{CODE}/integritas").text

    strong = page.split("Kuat")
    assert len(strong) == 2  # one pair is flagged as strong
    assert "Orang 07" in page
    assert "Orang 08" in page
    assert "sama-sama salah" in page
    assert "bukan putusan" in page
    with db.reading() as session:
        after = [(row.attempt_id, row.scaled) for row in session.query(CandidateResult).order_by(CandidateResult.id)]
    assert before == after


def test_nobody_without_the_right_sees_the_report(app, hall):
    client = app.test_client()
    make_user("pengawas", Role.PROCTOR)
    sign_in(client, "pengawas")

    assert client.get(f"/sesi-uji/{CODE}/integritas").status_code == 404
