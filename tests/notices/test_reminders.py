from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from merit import clock, db
from merit.accounts.models import UserRole
from merit.notices.models import Notice
from merit.notices.reminders import load_sources, remind
from merit.notices.words import sentence
from merit.performance.models import AgreementTarget, Complaint
from merit.performance.services.campaigns import remind_raters
from merit.performance.services.discipline import CaseInput, move_case, record_case
from merit.security.permissions import Role
from merit.training.models.evaluation import TransferRater
from merit.training.models.records import TrainingRecord
from merit.training.services import claims, enrolments
from tests import factories as make
from tests.performance import campaign_samples
from tests.performance.appraisal_samples import act_as, as_self, make_office
from tests.training.samples import START, enrol, find_enrolment, make_actor, make_class

pytestmark = pytest.mark.db

DAY = dt.date(2026, 3, 2)  # the first day of the class in the samples


def due(session, name: str, today: dt.date) -> list[tuple[str, str]]:
    """Return kind and key of what one source tells on a day."""
    return [(told.kind, told.key) for told in load_sources()[name](session, today)]


def told(session) -> list[tuple[str, int | None]]:
    return [tuple(row) for row in session.execute(select(Notice.kind, Notice.official_id).order_by(Notice.id))]


@pytest.fixture
def town(session):
    unit = make.make_unit(session)
    desk = make.make_position(session, unit=unit)
    people = [make.make_official(session, position=desk) for _number in range(3)]
    admin = make_actor(session, "adm", Role.ADMIN)
    opd = make_actor(session, "opd", Role.OPD_ADMIN, units=frozenset({unit.id}))
    for actor, role, of_unit in ((admin, "admin", None), (opd, "opd_admin", unit.id)):
        make.add(session, UserRole(user_id=actor.user_id, role=role, unit_id=of_unit, granted_at=START))
    with clock.frozen(START - dt.timedelta(days=7)):
        yield {"people": people, "admin": admin, "opd": opd, "unit": unit}


def test_places_are_told_as_they_are_decided(session, town):
    course = make_class(session, town["admin"], quota=1)
    first, second, third = town["people"]
    enrolments.nominate(session, town["opd"], code="K-1", nips=[third.nip])
    refused = find_enrolment(session, course.id, third.id)
    enrolments.refuse(session, town["opd"], enrolment_ids=[refused.id], reason="Sudah pernah")
    ids = enrol(session, town["opd"], town["admin"], "K-1", [first, second])
    me = make_actor(session, "saya", Role.OFFICIAL, units=frozenset(), official_id=first.id)

    enrolments.decline(session, me, enrolment_id=ids[0], reason="Tugas luar")

    assert told(session) == [
        ("nomination-refused", third.id),
        ("class-invited", first.id),
        ("class-waiting", second.id),
        ("class-place-free", second.id),
    ]


def test_waiting_nominations_remind_the_unit_and_then_the_agency_once_a_week(session, town):
    course = make_class(session, town["admin"])
    enrolments.nominate(session, town["opd"], code="K-1", nips=[person.nip for person in town["people"]])
    before = list(load_sources()["training.nominations"](session, DAY))
    row = find_enrolment(session, course.id, town["people"][0].id)
    enrolments.endorse(session, town["opd"], enrolment_ids=[row.id])

    after = list(load_sources()["training.nominations"](session, DAY + dt.timedelta(days=7)))

    assert [(one.kind, one.recipient.user_id, one.params["count"]) for one in before] == [
        ("nomination-to-approve", town["opd"].user_id, 3)
    ]
    assert sorted((one.kind, one.recipient.user_id, one.params["count"]) for one in after) == [
        ("nomination-to-approve", town["opd"].user_id, 2),
        ("nomination-to-decide", town["admin"].user_id, 1),
    ]
    assert {one.key for one in before} & {one.key for one in after} == set()


def test_a_class_reminds_of_the_answer_and_of_its_eve(session, town):
    course = make_class(session, town["admin"])
    (place,) = enrol(session, town["opd"], town["admin"], "K-1", town["people"][:1])

    days = {left: due(session, "training.classes", course.starts - dt.timedelta(days=left)) for left in (8, 5, 2, 1)}

    assert days == {
        8: [],
        5: [("class-answer-due", f"place:{place}:answer:7:2026-03-02")],
        2: [("class-answer-due", f"place:{place}:answer:2:2026-03-02")],
        1: [("class-tomorrow", f"place:{place}:eve:2026-03-02")],
    }


def test_after_a_class_reactions_and_ratings_are_asked_for_by_stage(session, town):
    course = make_class(session, town["admin"])
    (place,) = enrol(session, town["opd"], town["admin"], "K-1", town["people"][:1])
    rater = {"enrolment_id": place, "rater_group": "peer", "asked_at": START}
    window = {"opens": course.ends, "closes": course.ends + dt.timedelta(days=60)}
    make.add(session, TransferRater(**rater, **window, official_id=town["people"][1].id))

    keys = {
        after: [
            key
            for name in ("training.reactions", "training.transfer")
            for _kind, key in due(session, name, course.ends + dt.timedelta(days=after))
        ]
        for after in (-1, 0, 1, 8, 46, 57, 61)
    }

    transfer = f"transfer:{course.id}:{window['closes']}"
    assert keys == {
        -1: [],
        0: [f"{transfer}:open"],  # in the morning of the last day nobody can say how it was
        1: [f"reaction:{place}:1", f"{transfer}:open"],
        8: [f"reaction:{place}:7", f"{transfer}:open"],
        46: [f"{transfer}:14"],
        57: [f"{transfer}:3"],
        61: [],
    }


def test_the_duty_reminds_pns_on_set_days_and_only_informs_pppk(session, town):
    desk = make.make_position(session, unit=town["unit"])
    contract = make.make_official(session, position=desk, employment="PPPK")
    done = {"name": "Audit", "provider": "LAN", "starts": dt.date(2026, 2, 2), "ends": dt.date(2026, 2, 6)}
    for official, hours in ((town["people"][0], Decimal(20)), (town["people"][1], Decimal("2.5"))):
        make.add(session, TrainingRecord(official_id=official.id, learning_hours=hours, **done))
    sources = load_sources()["training.duty"]

    on = list(sources(session, dt.date(2026, 7, 3)))  # two days after the set day, nothing is lost

    assert sorted((one.kind, one.recipient.official_id, one.params.get("short")) for one in on) == [
        ("duty-informed", contract.id, None),
        ("duty-open", town["people"][1].id, 17.5),
        ("duty-open", town["people"][2].id, 20),
    ]
    told = next(one for one in on if one.recipient.official_id == town["people"][1].id)
    assert sentence(told.kind, told.params) == "Tahun 2026: tercatat 2,5 JP, kurang 17,5 JP dari 20 JP."
    assert {one.key for one in on} == {"duty:2026-07-01"}
    assert list(sources(session, dt.date(2026, 6, 30))) == []


def test_claims_go_to_the_unit_then_to_the_agency_and_back_to_their_holder(session, town):
    me = make_actor(session, "saya", Role.OFFICIAL, units=frozenset(), official_id=town["people"][0].id)
    claimed = claims.ClaimInput(
        name="Audit",
        kind="teknis",
        path="klasikal",
        provider="LAN",
        starts=make.day("2025-05-05"),
        ends=make.day("2025-05-06"),
        learning_hours=Decimal(8),
        number="LAN/1",
    )
    claim = claims.submit_claim(session, me, claimed=claimed, data=b"%PDF-1.7 uji", file_name="s.pdf")
    to_unit = due(session, "training.claims", DAY)
    claims.verify_claim(session, town["opd"], claim_id=claim.id)
    to_agency = due(session, "training.claims", DAY)
    claims.refuse_claim(session, town["admin"], claim_id=claim.id, reason="Tidak terbaca")

    assert [kind for kind, _key in (*to_unit, *to_agency)] == ["claim-to-verify", "claim-to-accept"]
    assert [kind for kind, _official in told(session)] == ["claim-verified", "claim-refused"]


def test_an_appraisal_tells_each_side_its_turn(session):
    from merit.performance.services.sheets import decide_objection, object_to_appraisal, rate_official

    with clock.frozen(dt.datetime(2026, 1, 12, 2, tzinfo=dt.UTC)):
        office = make_office(session)
        sheet = office.sheet(session, office.clerk)
        chief, clerk, head = (as_self(session, one) for one in (office.chief, office.clerk, office.head))
        rated = {"sheet_id": sheet.id, "result": 2, "behaviour": 2}
        rate_official(session, chief, row_version=sheet.row_version, **rated)
        acknowledge = {left: due(session, "performance.appraisals", dt.date(2026, 1, 26 - left)) for left in (8, 7, 2)}
        object_to_appraisal(session, clerk, sheet_id=sheet.id, row_version=sheet.row_version, text="Ada bukti lain")
        waited = {days: due(session, "performance.objections", dt.date(2026, 1, 12 + days)) for days in (6, 7, 15)}
        decide_objection(session, head, row_version=sheet.row_version, text="Tetap", **rated)

    assert told(session) == [
        ("appraisal-given", office.clerk.id),
        ("objection-to-decide", office.head.id),
        ("objection-decided", office.clerk.id),
        ("objection-decided", office.chief.id),
    ]
    assert {left: [key for _kind, key in found] for left, found in acknowledge.items()} == {
        8: [],
        7: [f"acknowledge:{sheet.id}:2026-01-26:7"],
        2: [f"acknowledge:{sheet.id}:2026-01-26:2"],
    }
    assert {days: [key for _kind, key in found] for days, found in waited.items()} == {
        6: [],
        7: [f"decide:{sheet.id}:2026-01-12:7"],
        15: [f"decide:{sheet.id}:2026-01-12:14"],
    }


def test_units_are_reminded_of_complaints_and_of_quarters_not_reported(session, town):
    for number, received in (("A-1", "2026-03-26"), ("A-2", "2025-01-05")):
        make.add(
            session, Complaint(number=number, unit_id=town["unit"].id, kind="normatif", received=make.day(received))
        )
    target = {"unit_id": town["unit"].id, "year": 2026, "quarter": 1, "target": Decimal(90), "indicator": "Tepat waktu"}
    make.add(session, AgreementTarget(**target))

    complaints = [
        (one.kind, one.recipient.user_id, one.params)
        for one in load_sources()["performance.complaints"](session, dt.date(2026, 3, 31))
    ]
    reports = {
        after: due(session, "performance.achievements", dt.date(2026, 3, 31) + dt.timedelta(days=after))
        for after in (9, 10, 30, 46)
    }

    assert ("complaint-late", town["opd"].user_id, {"count": 1}) in complaints
    assert [params["number"] for kind, _user, params in complaints if kind == "complaint-due"] == ["A-1"]
    assert {after: [key for _kind, key in found] for after, found in reports.items()} == {
        9: [],
        10: [f"achievement:{town['unit'].id}:2026Q1:10"],
        30: [f"achievement:{town['unit'].id}:2026Q1:25"],
        46: [],
    }


def test_a_day_run_twice_tells_nothing_new_and_a_dry_run_stores_nothing(sqlite_database):
    with db.unit_of_work() as session:
        officials = [make.make_official(session) for _number in range(3)]
    day = dt.date(2026, 12, 1)

    dry = remind(day, dry=True)
    with db.reading() as session:
        assert told(session) == []
    runs = [remind(day), remind(day), remind(day + dt.timedelta(days=3))]

    assert (dry.total, [run.total for run in runs], dry.failed) == (3, [3, 0, 0], [])
    with db.reading() as session:
        assert told(session) == [("duty-open", official.id) for official in officials]


def test_the_command_answers_in_json(sqlite_database, monkeypatch):
    from merit.cli.notices import remind as command

    settings = sqlite_database.settings
    monkeypatch.setenv("MERIT_INSTANCE_PATH", str(settings.instance_path))
    with db.unit_of_work() as session:
        make.make_official(session)

    with clock.frozen(dt.datetime(2026, 12, 1, 1, tzinfo=dt.UTC)):
        answer = CliRunner().invoke(command, ["--json"])
        again = CliRunner().invoke(command, [])

    assert answer.exit_code == 0
    assert '"training.duty": {\n      "due": 1,\n      "new": 1\n    }' in answer.output
    assert again.output.endswith("0 pengingat baru.\n")


def test_raters_are_asked_once_per_campaign_and_again_once_a_day(session):
    office = campaign_samples.make_office(session)
    campaign = campaign_samples.make_campaign(session, office)
    asked = list(load_sources()["performance.feedback"](session, clock.today()))
    raters = {each.rater_id for each in campaign_samples.invitations(session, campaign)}

    remind_raters(session, office.admin, campaign_id=campaign.id)
    remind_raters(session, office.admin, campaign_id=campaign.id)

    assert sorted(one.recipient.official_id for one in asked) == sorted(raters)
    assert {tuple(sorted(one.params)) for one in asked} == {("campaign", "ends")}  # about whom stays out of it
    assert sorted(told(session)) == [("feedback-asked", rater) for rater in sorted(raters)]


def test_a_decree_is_told_in_the_application_and_a_summons_is_not(session):
    official = make.make_official(session)
    admin = act_as(session, "disiplin", Role.ADMIN)
    summons = CaseInput(code="S1", number="PGL-1", dated=make.day("2026-01-05"), state="proses")

    opened = record_case(session, admin, nip=official.nip, case=summons)
    assert told(session) == []
    decree = CaseInput(code="S2", number="SK-9", dated=make.day("2026-02-01"), state="final")
    move_case(session, admin, finding_id=opened.id, case=decree)

    assert told(session) == [("discipline-recorded", official.id)]
