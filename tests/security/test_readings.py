"""Whoever reads another person's record leaves a trace the person sees, on every page and in every file."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from merit import clock, db
from merit.audit.models import AccessEntry
from merit.audit.services import SAME_READING, record_readings
from merit.ranking.services.runs import create_run
from merit.security.permissions import SYSTEM, Actor, Role
from tests.factories import make_official
from tests.ranking.samples import Town, make_actor, make_town
from tests.web_client import make_user, sign_in


@pytest.fixture
def town(database: db.Database) -> Town:
    with db.unit_of_work() as session:
        town = make_town(session, make_actor(session, "a", Role.ADMIN), make_actor(session, "k", Role.PPK))
        create_run(session, SYSTEM, vacancy_code=town.vacancy)
        return town


@pytest.fixture
def reader(client: FlaskClient, town: Town) -> FlaskClient:
    make_user("pembaca", Role.ADMIN)
    sign_in(client, "pembaca")
    return client


def readings() -> Counter[str]:
    """Return how many readings of each kind are logged."""
    with db.reading() as session:
        return Counter(session.scalars(select(AccessEntry.what)))


@pytest.mark.web
def test_lists_of_a_run_and_its_files_are_readings_of_everybody_in_them(reader: FlaskClient, town: Town) -> None:
    page = f"/lowongan/{town.vacancy}/peringkat/RUN-000001"

    for path in (page, f"{page}?urut=-name", f"{page}/syarat", f"{page}/unduh.xlsx", f"{page}/unduh.pdf"):
        assert reader.get(path).status_code == 200
    assert readings() == {"reading-shortlist": 3, "reading-gates": 6, "reading-download": 6}


@pytest.mark.web
def test_the_one_compared_with_is_read_too(reader: FlaskClient, town: Town) -> None:
    andi, budi = town.nips["andi"], town.nips["budi"]

    reader.get(f"/lowongan/{town.vacancy}/peringkat/RUN-000001/pegawai/{andi}?lawan={budi}")

    with db.reading() as session:
        found = dict(session.execute(select(AccessEntry.official_id, AccessEntry.what)).all())
    assert found == {town.ids["andi"]: "reading-explanation", town.ids["budi"]: "reading-comparison"}


@pytest.mark.web
def test_an_export_of_the_list_is_a_reading_of_every_row(reader: FlaskClient, town: Town) -> None:
    rows = reader.get("/pegawai/ekspor.csv").text.strip().splitlines()[1:]

    assert readings() == {"reading-download": len(rows)}


@pytest.mark.db
def test_the_same_reading_is_noted_once_and_never_of_oneself(session, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, me = (make_official(session).id for _ in range(3))
    actor, start = Actor(user_id=None, official_id=me), clock.now()
    counts = []

    for minutes in (SAME_READING * 0, SAME_READING / 2, SAME_READING * 2):
        monkeypatch.setattr(clock, "now", lambda later=start + minutes: later)
        counts.append(record_readings(session, actor, officials=[one, two, two, me], what="reading-gates"))

    assert counts == [2, 0, 2]
    read = session.scalars(select(AccessEntry.read_at).order_by(AccessEntry.id)).all()
    assert all(before <= after for before, after in pairwise(read))
