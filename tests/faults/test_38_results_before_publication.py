"""Fault 38: before publication no address gives a result away, to whomever; after it only to whom it belongs."""

import re

import pytest

from merit import db
from merit.accounts.domain import Grant
from merit.assessment.services.publication import ask_publication, publish_results
from merit.assessment.services.scoring import score_sitting
from merit.security.permissions import Role
from tests.assessment.scoring_samples import choice_item, make_hall, sjt_item
from tests.factories import make_official, make_unit
from tests.ranking.samples import make_actor
from tests.web_client import make_user, sign_in

pytestmark = pytest.mark.web

CODE = "UJI-RAHASIA"
MARKS = ("83,3", "83.3", "83,33", "83.333333")  # the only result: 5 of 6 points
PATHS = (
    f"/sesi-uji/{CODE}/hasil",
    f"/sesi-uji/{CODE}/hasil/butir",
    f"/sesi-uji/{CODE}/hasil/esai",
    f"/sesi-uji/{CODE}/hasil/kunci",
    f"/sesi-uji/{CODE}/hasil/kelompok.pdf",
    f"/sesi-uji/{CODE}/hasil/unduh.csv",
    f"/sesi-uji/{CODE}/hasil/unduh.xlsx",
    f"/sesi-uji/{CODE}/hasil/peserta/P-1",
    f"/sesi-uji/{CODE}/hasil/peserta/P-1/laporan.pdf",
    f"/sesi-uji/{CODE}/integritas",
    f"/ujian/hasil/{CODE}",
    f"/ujian/hasil/{CODE}/laporan.pdf",
)
READERS = {Role.ADMIN, Role.AUDITOR}


@pytest.fixture
def candidate(app):
    with db.unit_of_work() as session:
        official = make_official(session)
        items = [choice_item(session), sjt_item(session)]
        make_hall(session, items, {"P-1": (official, ["A", "B"])}, code=CODE)
        admin = make_actor(session, "satu", Role.ADMIN)
        score_sitting(session, admin, code=CODE)
        ask_publication(session, admin, code=CODE)
    return official


def publish():
    with db.unit_of_work() as session:
        publish_results(session, make_actor(session, "dua", Role.ADMIN), code=CODE, version_number=1)


def signed_in(app, login, *roles, nip=""):
    make_user(login, *roles, nip=nip)
    client = app.test_client()
    sign_in(client, login)
    return client


def addresses(app, official):
    """Return every GET address of the application, its parts filled with this candidate's."""
    filled = {"code": CODE, "number": "P-1", "nip": official.nip, "official_id": official.id}
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda part: str(filled.get(part.group(1), "1")), rule.rule)
        if "keluar" not in path:
            yield path


def gives_away(client, path):
    with client.get(path) as answer:
        text = answer.get_data().decode("utf-8", "replace")
    return any(mark in text for mark in MARKS)


@pytest.mark.parametrize("role", [role for role in Role if role not in READERS and role is not Role.OFFICIAL])
def test_other_roles_find_no_result_page_before_and_after(app, candidate, role):
    with db.unit_of_work() as session:
        make_unit(session, code="UNIT")
    grant = Grant(role=role, unit_code="UNIT" if role is Role.OPD_ADMIN else "")
    make_user("akun", grants=[grant])
    client = app.test_client()
    sign_in(client, "akun")

    before = [client.get(path).status_code for path in PATHS]
    publish()
    after = [client.get(path).status_code for path in PATHS]

    assert before == after == [404] * len(PATHS)


def test_the_candidate_learns_nothing_from_any_address_before_publication(app, candidate):
    client = signed_in(app, "peserta", Role.OFFICIAL, nip=candidate.nip)

    told = [path for path in addresses(app, candidate) if gives_away(client, path)]

    assert told == []
    assert [client.get(path).status_code for path in PATHS] == [404] * len(PATHS)


def test_after_publication_the_candidate_sees_the_own_result_and_only_there(app, candidate):
    client = signed_in(app, "peserta", Role.OFFICIAL, nip=candidate.nip)
    publish()

    page = client.get(f"/ujian/hasil/{CODE}")

    assert "83,3" in page.text
    assert [client.get(path).status_code for path in PATHS[:10]] == [404] * 10


def test_another_official_never_sees_it(app, candidate):
    with db.unit_of_work() as session:
        other = make_official(session)
    client = signed_in(app, "orang-lain", Role.OFFICIAL, nip=other.nip)
    publish()

    assert [client.get(path).status_code for path in PATHS] == [404] * len(PATHS)


def test_nobody_signed_in_learns_nothing(app, candidate):
    publish()
    answers = [app.test_client().get(path) for path in PATHS]

    assert {answer.status_code for answer in answers} == {302}
    assert not any(mark in answer.text for answer in answers for mark in MARKS)
