"""The integrity report: signs of calibrated items, filters, exports, and who read it."""

import numpy as np
import pytest
from sqlalchemy import func, select

from merit import db
from merit.app import create_app
from merit.assessment.services.scoring import score_sitting
from merit.audit.models import AccessEntry
from merit.security.permissions import SYSTEM, Role
from tests.assessment.scoring_samples import choice_item, make_hall
from tests.assessment.standard_samples import calibrate_rows
from tests.factories import make_official
from tests.web_client import make_user, sign_in

pytestmark = pytest.mark.web

CODE, PERSONS, ITEMS = "UJI-TANDA", 24, 30


@pytest.fixture
def app(sqlite_database):
    """The pages on one database; services are tested on both."""
    return create_app(sqlite_database.settings, sqlite_database)


@pytest.fixture
def client(app):
    rng = np.random.default_rng(3)
    difficulties = np.linspace(-2, 2, ITEMS)
    with db.unit_of_work() as session:
        versions = [choice_item(session) for _item in range(ITEMS)]
        calibrate_rows(session, versions, difficulties.tolist(), slope=1.2)
        sheets = {}
        for person in range(PERSONS):
            right = rng.random(ITEMS) < 1 / (1 + np.exp(-1.2 * (rng.normal() - difficulties)))
            letters = ["A" if one else str(rng.choice(list("BCD"))) for one in right]
            sheets[f"P-{person:02d}"] = (make_official(session, name=f"Orang {person:02d}"), letters)
        sheets["P-05"] = (sheets["P-05"][0], ["B" if b < 0 else "A" for b in difficulties])
        make_hall(session, versions, sheets, code=CODE)
        score_sitting(session, SYSTEM, code=CODE)
    make_user("admin", Role.ADMIN)
    client = app.test_client()
    sign_in(client, "admin")
    return client


def test_signs_are_shown_narrowed_and_handed_out(client):
    address = f"/sesi-uji/{CODE}/integritas"

    page = client.get(f"{address}?tanda=sign-person-fit").text
    other = client.get(f"{address}?tanda=sign-focus").text
    table = client.get(f"{address}/unduh.csv?tanda=sign-person-fit").text
    printed = client.get(f"{address}/unduh.pdf")

    assert ("Orang 05" in page, "lz*" in page, "bukan putusan" in page) == (True, True, True)
    assert ("Orang 05" in other, "Tidak ada tanda" in other) == (False, True)
    assert table.count("Orang 05") == 1
    assert printed.data.startswith(b"%PDF")
    with db.reading() as session:
        read = session.scalar(select(func.count()).where(AccessEntry.what == "reading-integrity"))
    assert read == 1  # the same reader, person and purpose are one reading a day
