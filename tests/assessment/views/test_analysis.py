"""The analysis of items: what the pages say in words and where they lead."""

from __future__ import annotations

import numpy as np
import pytest

from merit import db
from merit.app import create_app
from merit.assessment.services.calibration.estimating import estimate
from merit.assessment.services.calibration.gathering import CalibrationPlan, gather
from merit.assessment.services.calibration.keeping import keep_calibration, put_in_force
from merit.security.permissions import Role
from tests.assessment.calibration_samples import DIFFICULTIES, make_scored, simulate
from tests.assessment.scoring_samples import choice_item
from tests.ranking.samples import make_actor
from tests.web_client import make_user, sign_in

pytestmark = pytest.mark.web
CODE = "UJI-ANALISIS"


@pytest.fixture
def versions(sqlite_database):
    points = simulate(DIFFICULTIES, 150)
    points[:, 3] = 1 - points[:, 3]  # the key names a wrong option
    with db.unit_of_work() as session:
        versions = [choice_item(session) for _difficulty in DIFFICULTIES]
        make_scored(session, versions, points, code=CODE, answers=True)
        maker, decider = (make_actor(session, name, Role.AUTHOR) for name in ("a", "b"))
        gathered = gather(session, CalibrationPlan(competency="M.01", sittings=(CODE,)))
        made = keep_calibration(session, maker, gathered=gathered, outcome=estimate(gathered))
        put_in_force(session, decider, calibration_id=made.id)
    return [version.id for version in versions]


def _client(database, role):
    make_user("pembaca", role)
    client = create_app(database.settings, database).test_client()
    sign_in(client, "pembaca")
    return client


def test_the_list_tells_reliability_and_which_item_needs_its_key_looked_at(sqlite_database, versions):
    page = _client(sqlite_database, Role.ADMIN).get(f"/sesi-uji/{CODE}/hasil/butir").text

    assert "Alfa" in page
    assert "Peserta pandai lebih sering salah daripada yang lain: periksa kunci." in page
    assert page.count("Butir bekerja baik.") >= 4
    assert "Galat baku kemampuan di setiap tempat pada skala" in page


def test_an_item_shows_its_options_curve_and_the_way_to_its_key(sqlite_database, versions):
    client = _client(sqlite_database, Role.ADMIN)

    wrong = client.get(f"/sesi-uji/{CODE}/hasil/butir/{versions[3]}").text
    good = client.get(f"/sesi-uji/{CODE}/hasil/butir/{versions[2]}").text

    assert f"/sesi-uji/{CODE}/hasil/kunci/{versions[3]}" in wrong
    assert "Butir ini belum dikalibrasi" in wrong
    assert "Kurva karakteristik" in good
    assert "Kurva informasi" in good
    assert "Belum ada kelompok dengan 100 orang" in good
    assert client.get(f"/sesi-uji/{CODE}/hasil/butir/9999").status_code == 404


def test_an_author_reads_the_analysis_and_no_name(sqlite_database, versions):
    client = _client(sqlite_database, Role.AUTHOR)

    page = client.get(f"/sesi-uji/{CODE}/hasil/butir/{versions[3]}")

    assert page.status_code == 200
    assert "Periksa kuncinya" in page.text
    assert client.get(f"/sesi-uji/{CODE}/hasil/butir").status_code == 404
    assert np.all([f"P-{number}<" not in page.text for number in range(5)])
