"""Pages of 360 feedback: a campaign from the form to a result its subject reads; nobody reads an answer."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from merit import db
from merit.app import create_app
from merit.people.models import Official
from merit.performance.domain.sheets import all_keys, load_values
from merit.performance.models import Campaign, FeedbackRating, Sheet
from merit.security.permissions import Role
from tests.performance.campaign_samples import answer, invitations, make_campaign, make_office, make_terms
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web

HOME = "/umpan-balik"


@pytest.fixture
def site(sqlite_database):
    return create_app(sqlite_database.settings, sqlite_database)


def visitor(site, login, role, nip=""):
    make_user(login, role, nip=nip)
    client = site.test_client()
    sign_in(client, login)
    return client


@pytest.fixture
def town(site):
    with db.unit_of_work() as session:
        office = make_office(session)
        return {
            "unit": office.unit.code,
            "head": office.head.nip,
            "rater": office.staff[0].nip,
        }


def step(client, address, name, path="langkah"):
    return post(client, f"{address}/{path}", {"langkah": name}, page=address)


def fill(client, address, mark):
    for place, value in enumerate(load_values(), 1):
        marks = {key: str(mark - 1 if key.endswith("3") else mark) for key in value.keys}
        page = post(client, f"{address}/{place}", marks, page=f"{address}/{place}")
        assert page.status_code == 302
    return page.headers["Location"]


def test_a_campaign_goes_from_the_form_to_the_subject(site, town):
    admin, second = visitor(site, "admin", Role.ADMIN), visitor(site, "ppk", Role.PPK)
    terms = make_terms()
    form = {
        "name": "Umpan balik kantor",
        "year": str(terms.year),
        "starts": terms.starts.isoformat(),
        "ends": terms.ends.isoformat(),
        "unit": town["unit"],
        "tier": "",
        "minimum": "3",
        "peers": "6",
        "staff": "7",
    }
    refused = post(admin, f"{HOME}/baru", form | {"minimum": "2"}, page=f"{HOME}/baru")
    assert (refused.status_code, "paling sedikit 3" in refused.text) == (422, True)
    address = post(admin, f"{HOME}/baru", form, page=f"{HOME}/baru").headers["Location"]
    for name in ("draw", "open"):
        step(admin, address, name)
    assert "Sudah mengirim" not in admin.get(f"{address}/penilai/{town['head']}").text

    rater = visitor(site, "penilai", Role.OFFICIAL, town["rater"])
    own = rater.get("/saya/umpan-balik").text
    with db.reading() as session:
        head = session.scalars(select(Official).where(Official.nip == town["head"])).one()
        campaign = session.get_one(Campaign, int(address.rsplit("/", 1)[1]))
        about = invitations(session, campaign, head)
        me = session.scalars(select(Official.id).where(Official.nip == town["rater"])).one()
    mine = next(one for one in about if one.rater_id == me)
    sheet = f"/saya/umpan-balik/{mine.id}"
    assert f"{sheet}/1" in own
    last = fill(rater, sheet, 4)
    assert last == f"{sheet}/kirim"
    warned = post(rater, last, {}, page=last)
    assert (warned.status_code, "lebih cepat" in warned.text) == (422, True)
    assert post(rater, last, {"tegas": "ya"}, page=last).status_code == 302
    assert rater.get(f"{sheet}/1").status_code == 409
    with db.unit_of_work() as session:
        for one in about:
            if one.id != mine.id:
                answer(session, one, 5)

    step(admin, address, "close")
    assert admin.get(f"{address}/hasil/{town['head']}").status_code == 404
    step(admin, address, "propose")
    step(admin, address, "publish", "keputusan")
    assert admin.get(f"{address}/hasil/{town['head']}").status_code == 404
    step(second, address, "publish", "keputusan")

    page = admin.get(f"{address}/hasil/{town['head']}")
    assert (page.status_code, "7 penilai" in page.text) == (200, True)
    assert "Umpan balik kantor" in admin.get(address).text
    assert admin.get(f"{address}/hasil/{town['head']}/laporan.pdf").data.startswith(b"%PDF")
    assert admin.get(f"{address}/ekspor.xlsx").data.startswith(b"PK")
    subject = visitor(site, "kepala", Role.OFFICIAL, town["head"])
    assert subject.get(f"/saya/umpan-balik/hasil/{campaign.id}").status_code == 200
    assert subject.get(f"/saya/umpan-balik/hasil/{campaign.id}/laporan.pdf").data.startswith(b"%PDF")
    assert rater.get(f"/saya/umpan-balik/hasil/{campaign.id}").status_code == 404, "a group under the minimum"
    with db.reading() as session:
        fact = session.scalars(select(FeedbackRating.id).where(FeedbackRating.official_id == head.id)).first()
    assert f"{address}/hasil/{town['head']}" in admin.get(f"/bukti/feedback_ratings/{fact}").text


def test_no_page_lets_the_administrator_read_an_answer(site, town):
    """Read every page of a running campaign: no mark, no draft, no sheet's number is on any of them."""
    with db.unit_of_work() as session:
        office_unit = town["unit"]
        head = session.scalars(select(Official).where(Official.nip == town["head"])).one()
        other = make_office(session)
        campaign = make_campaign(session, other)
        for one in invitations(session, campaign, other.head)[:4]:
            answer(session, one, 5)
        numbers = list(session.scalars(select(Sheet.id)))
        nip, number = other.head.nip, campaign.id
        waiting = invitations(session, campaign, other.head)[-1].id
    admin = visitor(site, "admin", Role.ADMIN, head.nip)
    address = f"{HOME}/{number}"

    pages = [admin.get(path).text for path in (HOME, address, f"{address}/penilai/{nip}")]
    closed = (
        f"{address}/hasil/{nip}",
        f"{address}/hasil/{nip}/laporan.pdf",
        f"{address}/ekspor.xlsx",
        f"/saya/umpan-balik/{waiting}/1",
        f"/saya/umpan-balik/{waiting}/kirim",
    )

    assert len(numbers) == 4
    assert office_unit
    for page in pages:
        assert not any(secret in page for secret in (*numbers, *all_keys()))
    assert {admin.get(path).status_code for path in closed} == {404}
