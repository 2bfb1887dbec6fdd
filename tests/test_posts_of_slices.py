"""Forms of training, performance and profiles sent by people they are not for: refused, and nothing changes.

Every address names things that exist, so that a refusal is not for want of them; who runs BKPSDM gets further.
"""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from merit import db
from merit.accounts.domain import Grant
from merit.app import create_app
from merit.performance.domain.complaints import Case
from merit.performance.models import AgencyHoliday, AgreementTarget, Invitation
from merit.performance.services.awards import AwardInput, record_award
from merit.performance.services.complaints import ComplaintInput, record_complaint
from merit.performance.services.discipline import CaseInput, record_case
from merit.performance.services.holidays import add_holiday
from merit.performance.services.offers import make_offer
from merit.performance.services.units import Target, record_target
from merit.security.permissions import Actor, Role
from tests.factories import day, make_official, make_position, make_unit
from tests.performance import appraisal_samples, campaign_samples
from tests.training.samples import add_training
from tests.web_client import make_user, sign_in, token_of
from tests.web_tables import changed, held

pytestmark = pytest.mark.web

BLUEPRINTS = frozenset({"training", "performance", "discipline", "profiles"})
# Acts about oneself that need no number: everybody with an own page may send them.
OWN = frozenset(
    {
        "/pelatihan/kalender/alamat",
        "/pelatihan/kalender/alamat/akhiri",
        "/saya/pelatihan/hadir",
        "/saya/pelatihan/sertifikat",
        "/saya/pelatihan/usul",
        "/saya/pengembangan/sasaran",
    }
)
_WORDS = re.compile(r"<(?:(?P<kind>[^:<>]+):)?(?P<name>[^<>]+)>")
ADMIN = Actor(login="a", roles=frozenset({Role.ADMIN}), unit_ids=None)


@pytest.fixture
def site(sqlite_database: db.Database) -> Flask:
    """Return the application on a city with one of everything these slices keep."""
    return create_app(sqlite_database.settings, sqlite_database)


@pytest.fixture
def things(site: Flask) -> dict[str, object]:
    """Commit one of everything; return what the words of addresses stand for, and the fields forms ask for."""
    with db.unit_of_work() as session:
        office = appraisal_samples.make_office(session)
        circle = campaign_samples.make_office(session)
        campaign = campaign_samples.make_campaign(session, circle)
        elsewhere = make_unit(session, code="LAIN")
        stranger = make_official(session, position=make_position(session, unit=elsewhere))
        code = office.division.code
        found = add_training(session, office.chief.id, office.clerk.id)
        finding = record_case(
            session,
            ADMIN,
            nip=office.clerk.nip,
            case=CaseInput(code="R1", number="1", dated=day("2026-01-05"), state="proses"),
        )
        offer = make_offer(session, ADMIN, nip=office.clerk.nip, name="Satgas", offered=day("2026-01-05"))
        told_award = AwardInput(kind="inovasi", name="Mutu", issuer="Wali Kota", number="1", dated=day("2026-01-05"))
        award = record_award(session, ADMIN, nip=office.clerk.nip, award=told_award)
        division, case = office.division.id, Case(received=day("2026-01-05"))
        told = ComplaintInput(number="ADU-1", unit_id=division, kind="normatif", channel="", case=case)
        record_complaint(session, ADMIN, complaint=told)
        target = Target(name="Mutu", measure="persen", source="PK", lower_is_better=False, quarters={1: 10})
        record_target(session, ADMIN, unit_id=division, year=2026, target=target)
        add_holiday(session, ADMIN, day=day("2026-02-03"), name="Hari kota", basis="SE 1")
        invitation = session.scalars(select(Invitation.id).order_by(Invitation.id)).first()
        words = {
            "session_id": found["meeting"],
            "enrolment_id": found["outside_enrolment"],
            "trainer_id": 1,
            "certificate_id": found["my_certificate"],
            "claim_id": found["my_claim"],
            "rater_id": found["my_asked"],
            "plan_id": found["training_plan"],
            "campaign_id": campaign.id,
            "invitation_id": invitation,
            "place": 1,
            "sheet_id": office.sheet(session, office.clerk).id,
            "cycle_id": office.cycle_id,
            "assignment_id": offer.id,
            "award_id": award.id,
            "finding_id": finding.id,
            "target_id": session.scalars(select(AgreementTarget.id)).one(),
            "holiday_id": session.scalars(select(AgencyHoliday.id)).one(),
            "number": "ADU-1",
            "nip": office.clerk.nip,
        }
        own = stranger.nip
    for role in (Role.ADMIN, Role.AUDITOR):
        make_user(role.value, role)
    make_user("opd_admin", grants=[Grant(role=Role.OPD_ADMIN, unit_code="LAIN")])
    make_user("official", Role.OFFICIAL, nip=own)
    return {"words": words, "unit": code, "clerk": office.clerk.nip}


def addresses(site: Flask, things: dict) -> dict[str, str]:
    """Return every route of the slices that takes a form, with an address for it."""
    rules = [rule for rule in site.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return {rule.rule: filled(rule.rule, things) for rule in rules if rule.endpoint.partition(".")[0] in BLUEPRINTS}


def filled(rule: str, things: dict) -> str:
    """Return an address with things that exist."""
    course = "P-KELAS" if rule.startswith("/pelatihan/program/") else "KELAS"
    code = course if rule.startswith("/pelatihan/kelas") or "program/" in rule else things["unit"]

    def word_for(word: re.Match[str]) -> str:
        kind, name = word["kind"] or "", word["name"]
        if kind.startswith("any("):
            return kind.removeprefix("any(").removesuffix(")").partition(",")[0]
        return str(code if name == "code" else things["words"].get(name, 1))

    return _WORDS.sub(word_for, rule)


def fields(things: dict) -> dict[str, object]:
    """Return what the forms ask for, all at once; what a form does not know it leaves alone."""
    clerk = things["clerk"]
    return {
        "nip": clerk,
        "nips": clerk,
        "pilih": things["words"]["enrolment_id"],
        "tindakan": "setujui",
        "alasan": "Uji",
        "reason": "Uji",
        "text": "Uji",
        "name": "Uji",
        "kelas": "KELAS",
        "kode": "ABCDEF",
        "year": "2025",
        "quarter": "1",
        "due": "31-12-2026",
        "row_version": "1",
        "result": "2",
        "behaviour": "2",
        "assessor": "",
        "reviewer": "",
        "langkah": "close",
        "undangan": things["words"]["invitation_id"],
        "before": "",
        "after": "",
        "anchors": "Satu\nDua\nTiga",
        "response": "ditolak",
        "lawful": "tidak",
        "step": "answer",
        "on": "06-01-2026",
        "row": "1",
        "outcome": "Uji",
        "code": "R1",
        "state": "final",
        "number": "2",
        "dated": "06-01-2026",
        "offered": "06-01-2026",
        "kind": "sakit",
        "starts": "06-01-2026",
        "unit": things["unit"],
        "received": "06-01-2026",
        "realised": "5",
        "day": "04-02-2026",
        "basis": "SE 2",
        "achievement": "90",
        "achievement_source": "LKjIP",
        "period": "2025",
        "respondents": "9",
    }


def send(client: FlaskClient, site: Flask, things: dict) -> dict[str, int]:
    """Send every form that is not about oneself; return the answers."""
    data = fields(things) | {"csrf_token": token_of(client.get("/akun"))}
    chosen = {rule: path for rule, path in addresses(site, things).items() if rule not in OWN}
    return {rule: client.post(path, data=data).status_code for rule, path in chosen.items()}


@pytest.mark.parametrize("login", ["auditor", "official"])
def test_who_may_not_send_a_form_is_refused_and_changes_nothing(site: Flask, things: dict, login: str):
    client = site.test_client()
    sign_in(client, login)
    before = held()

    answers = send(client, site, things)

    wrong = {rule: status for rule, status in answers.items() if status not in {403, 404}}
    assert wrong == {}
    assert changed(before) == set()


def test_the_admin_of_another_unit_changes_nothing(site: Flask, things: dict):
    client = site.test_client()
    sign_in(client, "opd_admin")
    before = held()

    send(client, site, things)

    assert changed(before) == set()


def test_the_same_forms_reach_things_that_exist(site: Flask, things: dict):
    """Otherwise the refusals above would prove nothing."""
    client = site.test_client()
    sign_in(client, "admin")
    before = held()

    answers = send(client, site, things)

    # Pages of one's own are not the admin's; what is ended, or answered by another of these forms, is gone.
    other = {rule for rule in answers if rule.startswith("/saya/") or rule.endswith(("/cabut", "/akhiri"))}
    missed = {rule for rule, status in answers.items() if status in {403, 404} and rule not in other}
    assert missed == set()
    assert len(changed(before)) > 10
