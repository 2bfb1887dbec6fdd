"""The page of an order's sturdiness, and why a gate waits, as their readers get them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from merit import db
from merit.audit.models import AccessEntry
from merit.ranking.services.runs import create_run
from merit.security.permissions import SYSTEM, Role
from tests.factories import make_position
from tests.ranking.samples import Town, make_actor, make_town
from tests.web_client import make_user, sign_in

pytestmark = pytest.mark.web

RUN = "/lowongan/LOWONGAN-A/peringkat"


@pytest.fixture
def town(database: db.Database) -> Town:
    """Commit a vacancy with three who are ranked, one on hold and two who fail, and rank it."""
    with db.unit_of_work() as session:
        make_position(session, tier="administrator", code="KABAG", name="Kepala Bagian Umum")
        town = make_town(session, make_actor(session, "a", Role.ADMIN), make_actor(session, "k", Role.PPK))
    with db.unit_of_work() as session:
        create_run(session, SYSTEM, vacancy_code=town.vacancy)
    return town


@pytest.fixture
def panel(client: FlaskClient, town: Town) -> FlaskClient:
    """Return a client signed in as a member of the panel."""
    make_user("panel", Role.PANEL)
    sign_in(client, "panel")
    return client


def test_sturdiness_is_shown_for_everybody_ranked(panel, town):
    page = panel.get(f"{RUN}/RUN-000001/ketahanan").text

    # three ranked, two names: each has a share of 4,000 weight draws and a set of ranks that hold together
    assert page.count('data-label="Masuk 2 nama di bawah bobot lain"') == 3
    assert "4.000 kali" in page
    assert "tingkat kepercayaan 90 %" in page
    assert 'aria-label="peringkat 1 sampai' in page


def test_sturdiness_is_a_tab_of_the_shortlist(panel, town):
    assert f'href="{RUN}/RUN-000001/ketahanan"' in panel.get(RUN).text


def test_reading_the_sturdiness_is_noted_for_each_official(panel, town):
    panel.get(f"{RUN}/RUN-000001/ketahanan")

    with db.reading() as session:
        whats = session.scalars(select(AccessEntry.what)).all()
    assert whats == ["reading-shortlist"] * 3


def test_a_run_that_is_not_there_is_not_found(panel, town):
    assert panel.get(f"{RUN}/RUN-999999/ketahanan").status_code == 404


def test_authors_do_not_read_the_sturdiness(client, town):
    make_user("penulis", Role.AUTHOR)
    sign_in(client, "penulis")

    assert client.get(f"{RUN}/RUN-000001/ketahanan").status_code == 404
