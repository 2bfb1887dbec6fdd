"""Pages of standard setting: a workshop from the form to cuts in force, each role seeing its part."""

import re

import pytest

from merit import db
from merit.app import create_app
from merit.assessment.queries.cuts import cuts_in_force
from merit.assessment.services.scoring import score_sitting
from merit.security.permissions import SYSTEM, Actor, Role
from tests.assessment.scoring_samples import choice_item, make_hall
from tests.assessment.standard_samples import activate, calibrate_rows, keep_cuts
from tests.factories import day, make_official
from tests.ranking.samples import make_actor
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web

HOME = "/penetapan-batas"


@pytest.fixture
def app(sqlite_database):
    """The pages on one database; services are tested on both."""
    return create_app(sqlite_database.settings, sqlite_database)


@pytest.fixture
def people(app):
    found = {}
    for login, role in (("admin", Role.ADMIN), ("kedua", Role.ADMIN), ("ahli-a", Role.AUTHOR), ("ahli-b", Role.PANEL)):
        user_id, client = make_user(login, role), app.test_client()
        sign_in(client, login)
        found[login] = (user_id, client)
    with db.unit_of_work() as session:
        versions = [choice_item(session) for _item in range(5)]
        activate(session, versions, SYSTEM, make_actor(session, "penelaah", Role.AUTHOR))
        calibrate_rows(session, versions, [-1.0, -0.5, 0.0, 0.5, 1.0])
    return found


def make_workshop(people):
    answer = post(
        people["admin"][1],
        f"{HOME}/baru",
        {
            "name": "Batas 2026",
            "competency": "M.01",
            "method": "angoff",
            "items": "5",
            "probability": "0.666667",
            "raters": [str(people["ahli-a"][0]), str(people["ahli-b"][0])],
        },
        page=f"{HOME}/baru",
    )
    assert answer.status_code == 302, re.findall(r"(?s)role=.alert.*?</div>", answer.text)
    return answer.headers["Location"]


def shares(*values):
    return {f"batas-{level}": str(value) for level, value in enumerate(values, 2)}


def test_a_workshop_goes_from_the_form_to_cuts_in_force(people):
    admin, second = people["admin"][1], people["kedua"][1]
    address = make_workshop(people)
    post(admin, f"{address}/langkah", {"langkah": "open"}, page=address)
    for login, values in (("ahli-a", (20, 40, 60, 80)), ("ahli-b", (30, 50, 70, 90))):
        client = people[login][1]
        bad = post(client, f"{address}/nilai/1", shares(90, 40, 60, 80), page=f"{address}/nilai/1")
        assert (bad.status_code, "tidak boleh turun" in bad.text) == (422, True)
        for place in range(1, 6):
            kept = post(client, f"{address}/nilai/{place}", shares(*values), page=f"{address}/nilai/{place}")
        assert kept.headers["Location"] == f"{address}/nilai"
    blind = admin.get(address).text
    post(admin, f"{address}/langkah", {"langkah": "close"}, page=address)
    seen = people["ahli-a"][1].get(f"{address}/nilai").text
    post(admin, f"{address}/langkah", {"langkah": "open"}, page=address)
    for login, values in (("ahli-a", (22, 44, 64, 84)), ("ahli-b", (26, 46, 66, 86))):
        for place in range(1, 6):
            post(people[login][1], f"{address}/nilai/{place}", shares(*values), page=f"{address}/nilai/{place}")
    post(admin, f"{address}/langkah", {"langkah": "close"}, page=address)
    moved = [client.get(page).text for client, page in ((admin, address), (people["ahli-a"][1], f"{address}/nilai"))]
    post(admin, f"{address}/langkah", {"langkah": "finish"}, page=address)
    asked = {"valid_from": "2026-01-01", "reason": "Berita acara nomor 1"}
    post(admin, f"{address}/usul", asked, page=address)

    page = f"{HOME}/kompetensi/M.01"
    own = re.search(r"/penetapan-batas/putusan/\d+", admin.get(page).text)
    decision = re.search(r"/penetapan-batas/putusan/\d+", second.get(page).text).group()
    post(second, decision, {"putusan": "setuju", "kompetensi": "M.01"}, page=page)

    assert ["Perubahan sejak putaran 1" in text for text in (seen, *moved)] == [False, True, True]
    assert moved[0].count("Makin sependapat") == 4
    assert ("Median penilai" in blind, "5 dari 5" in blind, "Batas Anda" in seen) == (False, True, True)
    assert own is None  # who proposes does not decide
    with db.reading() as session:
        assert cuts_in_force(session, "M.01", day("2026-02-01")) is not None
    shown = second.get(page).text
    assert ("Berlaku sekarang" in shown, "diperlukan 100" in shown) == (True, True)


def test_only_the_invited_judge_and_only_managers_organise(people):
    address = make_workshop(people)

    stranger = people["kedua"][1].get(f"{address}/nilai")
    rater = people["ahli-a"][1].get(f"{HOME}/baru")
    empty = post(people["admin"][1], f"{HOME}/baru", {"name": ""}, page=f"{HOME}/baru")

    assert (stranger.status_code, rater.status_code, empty.status_code) == (404, 404, 422)
    assert "Tulis nama lokakarya." in empty.text
    assert "Batas 2026" in people["ahli-b"][1].get(HOME).text
    bad = post(
        people["admin"][1], f"{HOME}/kompetensi/M.01/usul",
        {"valid_from": "2026-01-01", "reason": "SK", **shares(1, 0, 2, 3)}, page=f"{HOME}/kompetensi/M.01",
    )  # fmt: skip
    assert "harus naik" in people["admin"][1].get(bad.headers["Location"]).text


def test_items_are_shown_to_nobody_once_a_workshop_is_over(people):
    address = make_workshop(people)
    rater, admin = people["ahli-a"][1], people["admin"][1]
    before = rater.get(f"{address}/nilai/1").status_code
    post(admin, f"{address}/langkah", {"langkah": "cancel"}, page=address)

    after = rater.get(f"{address}/nilai/1")
    overview = rater.get(f"{address}/nilai")

    assert (before, after.status_code, overview.status_code) == (200, 409, 200)
    assert ("sudah berakhir" in after.text, "Pilihan A" in after.text) == (True, False)
    assert f"{address}/nilai/1" not in overview.text


def test_results_tell_what_their_levels_rest_on(people):
    with db.unit_of_work() as session:
        versions = [choice_item(session, competency="M.02") for _item in range(5)]
        calibrate_rows(session, versions, [0.0] * 5, competency="M.02")
        keep_cuts(session, SYSTEM, people_actor(people["kedua"][0]), competency="M.02")
        other = choice_item(session, competency="M.03")
        hall = make_hall(
            session, [*versions, other], {"P-1": (make_official(session), list("AAAAAA"))}, code="UJI-DASAR"
        )
        score_sitting(session, SYSTEM, code=hall.code)

    page = people["admin"][1].get("/sesi-uji/UJI-DASAR/hasil/peserta/P-1").text

    assert "+2,40" in page  # ln 11: five Rasch items at 0, all right
    assert "1 kompetensi dengan butir terkalibrasi, 1 perkiraan sementara" in page
    assert "Butir kompetensi ini belum dikalibrasi." in page


def people_actor(user_id):
    return Actor(user_id=user_id, login="kedua", name="Kedua", roles=frozenset({Role.ADMIN}), unit_ids=None)
