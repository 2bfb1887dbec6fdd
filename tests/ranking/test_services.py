"""Policies under two signatures, vacancies under frozen policies, runs that repeat."""

import datetime as dt

import pytest
from sqlalchemy import select

from merit.audit.models import AuditEntry
from merit.audit.services import append_pending
from merit.errors import MeritError
from merit.ranking.document import PolicyError
from merit.ranking.models import VacancyRecord
from merit.ranking.services.policies import (
    activate_policy,
    find_active_policy,
    get_active_policy,
    import_policy,
    list_versions,
    load_policy,
    load_shipped_policies,
    standings_of,
)
from merit.ranking.services.vacancies import VacancyInput, get_vacancy_view, record_vacancy
from merit.security.permissions import SYSTEM, Role
from tests.factories import day, make_position
from tests.ranking.samples import POLICY, make_actor

pytestmark = pytest.mark.db


@pytest.fixture
def admin(session):
    return make_actor(session, "admin-uji", Role.ADMIN)


@pytest.fixture
def ppk(session):
    return make_actor(session, "ppk-uji", Role.PPK)


@pytest.fixture
def active(session, admin, ppk):
    import_policy(session, SYSTEM, text=POLICY)
    return activate_policy(session, admin, ppk, code="contoh").version


def reason_of(function, *arguments, **details):
    with pytest.raises(MeritError) as refusal:
        function(*arguments, **details)
    return refusal.value.reason


def announce(session, admin, position, **changes):
    code = session.get_one(type(position), position.id).code
    details = {"code": "LOWONGAN-UJI", "position_code": code, "as_of": day("2026-06-01"), "policy_code": "contoh"}
    return record_vacancy(session, admin, vacancy=VacancyInput(**(details | changes)))


def test_import_policy_makes_numbered_drafts_and_keeps_an_equal_one(session, admin):
    first = import_policy(session, admin, text=POLICY)
    again = import_policy(session, admin, text=POLICY + "# komentar\n")
    other = import_policy(session, admin, text=POLICY.replace("size: 2", "size: 3"))

    assert again is first
    assert (first.number, other.number, other.state) == (1, 2, "draft")
    assert first.sha256 == load_policy(first).sha256 != other.sha256
    assert first.author_id == admin.user_id


def test_import_policy_names_the_line_of_weights_that_do_not_sum(session, admin):
    with pytest.raises(PolicyError) as refusal:
        import_policy(session, admin, text=POLICY.replace("weight: 0.2", "weight: 0.19"))

    assert [problem.line > 1 for problem in refusal.value.problems] == [True]
    assert list_versions(session, "contoh") == []


def test_activation_supersedes_the_former_version(session, admin, ppk, active):
    import_policy(session, SYSTEM, text=POLICY.replace("size: 2", "size: 3"))

    activation = activate_policy(session, admin, ppk, code="contoh")

    assert standings_of(session, "contoh") == {active.id: "superseded", activation.version.id: "active"}
    assert activation.version.number == 2
    assert activation.missing_decrees == ("LHK",)
    assert get_active_policy(session, "contoh") is activation.version


def test_a_version_for_later_leaves_the_present_one_in_force(session, admin, ppk, active):
    import_policy(session, SYSTEM, text=POLICY.replace("size: 2", "size: 3"))
    later = activate_policy(session, admin, ppk, code="contoh", from_date=day("2999-01-01")).version

    assert find_active_policy(session, "contoh") is active
    assert find_active_policy(session, "contoh", on=day("2999-01-01")) is later


def test_activation_wants_two_persons_the_second_a_ppk_and_neither_the_author(session, admin, ppk):
    import_policy(session, admin, text=POLICY)
    other = make_actor(session, "admin-lain", Role.ADMIN)

    reasons = [
        reason_of(activate_policy, session, *signers, code="contoh")
        for signers in ((other, other), (other, admin), (ppk, ppk), (admin, ppk), (SYSTEM, ppk))
    ]

    assert reasons == [
        "policy-same-signer",
        "policy-second-signer",
        "policy-same-signer",
        "policy-own-draft",
        "policy-signatures-missing",
    ]
    assert activate_policy(session, other, ppk, code="contoh").version.state == "active"


def test_activation_is_refused_without_a_draft(session, admin, ppk, active):
    assert reason_of(activate_policy, session, admin, ppk, code="contoh") == "policy-no-draft"
    assert reason_of(activate_policy, session, admin, ppk, code="contoh", number=1) == "policy-not-draft"
    assert reason_of(activate_policy, session, admin, ppk, code="contoh", number=9) == "policy-version-unknown"
    assert reason_of(activate_policy, session, admin, ppk, code="lain") == "policy-unknown"


def test_activation_is_in_the_audit_chain(session, active):
    append_pending(session)

    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()

    assert actions[-2:] == ["policy:draft", "policy:activate"]


def test_shipped_policies_become_drafts_once(session):
    first = load_shipped_policies(session)

    assert {version.code for version in first} == {
        "loyalitas-hasil",
        "loyalitas-hasil-jpt",
        "loyalitas-hasil-pengawas",
    }
    assert load_shipped_policies(session) == []


def test_vacancy_freezes_the_version_in_force_when_it_is_recorded(session, admin, ppk, active):
    position = make_position(session, tier="administrator")
    announce(session, admin, position)
    import_policy(session, SYSTEM, text=POLICY.replace("size: 2", "size: 3"))
    activate_policy(session, admin, ppk, code="contoh")

    changed = announce(session, admin, position, as_of=day("2026-07-01"))

    assert changed.policy_version_id == active.id
    assert [row.superseded_at is None for row in session.scalars(select(VacancyRecord).order_by(VacancyRecord.id))] == [
        False,
        True,
    ]


def test_the_same_announcement_twice_changes_nothing(session, admin, active):
    position = make_position(session, tier="administrator")

    assert announce(session, admin, position) is announce(session, admin, position)


def test_vacancy_without_a_policy_code_takes_the_one_for_its_tier(session, admin, active):
    position = make_position(session, tier="administrator")

    assert announce(session, admin, position, policy_code="").policy_version_id == active.id


@pytest.mark.parametrize(
    ("tier", "changes", "reason"),
    [
        ("pengawas", {}, "vacancy-tier"),
        ("pengawas", {"policy_code": ""}, "vacancy-no-policy"),
        ("administrator", {"position_code": "TIADA"}, "vacancy-position-unknown"),
        ("administrator", {"policy_code": "tiada"}, "policy-unknown"),
        ("administrator", {"code": "Baru"}, "vacancy-code-reserved"),
        ("administrator", {"pathway": "undian"}, "vacancy-pathway"),
        ("administrator", {"size": 0}, "vacancy-size"),
        ("administrator", {"inauguration": dt.date(2026, 5, 1)}, "vacancy-inauguration-early"),
    ],
)
@pytest.mark.usefixtures("active")
def test_vacancy_that_cannot_be_ranked_is_refused(session, admin, tier, changes, reason):
    position = make_position(session, tier=tier)

    assert reason_of(announce, session, admin, position, **changes) == reason


def test_vacancy_without_any_standard_is_refused(session, admin, ppk):
    import_policy(session, SYSTEM, text=POLICY.replace("tier: administrator", "tier: jf_penyelia"))
    activate_policy(session, admin, ppk, code="contoh")
    bare = make_position(session, tier="jf_penyelia")
    levels = dict.fromkeys(("m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08", "sk01"), 2)
    own = make_position(session, tier="jf_penyelia", **levels)

    assert reason_of(announce, session, admin, bare) == "vacancy-without-standard"
    assert announce(session, admin, own, code="LOWONGAN-LAIN").position_id == own.id


def test_policy_of_an_announced_vacancy_cannot_be_exchanged(session, admin, ppk, active):
    import_policy(session, SYSTEM, text=POLICY.replace("code: contoh", "code: lain"))
    activate_policy(session, admin, ppk, code="lain")
    position = make_position(session, tier="administrator")
    announce(session, admin, position)

    assert reason_of(announce, session, admin, position, policy_code="lain") == "vacancy-policy-frozen"


def test_vacancy_with_several_fitting_policies_must_name_one(session, admin, ppk, active):
    import_policy(session, SYSTEM, text=POLICY.replace("code: contoh", "code: lain"))
    activate_policy(session, admin, ppk, code="lain")
    position = make_position(session, tier="administrator")

    assert reason_of(announce, session, admin, position, policy_code="") == "vacancy-several-policies"


def test_drafting_and_announcing_need_their_permission(session, ppk, active):
    position = make_position(session, tier="administrator")

    assert reason_of(import_policy, session, ppk, text=POLICY) == "not-allowed"
    assert reason_of(announce, session, ppk, position) == "not-allowed"


def test_vacancy_is_hidden_from_who_may_not_read_it(session, admin, active):
    announce(session, admin, make_position(session, tier="administrator"))
    official = make_actor(session, "pegawai", Role.OFFICIAL)

    assert get_vacancy_view(session, admin, "LOWONGAN-UJI").title
    assert reason_of(get_vacancy_view, session, official, "LOWONGAN-UJI") == "vacancy-unknown"
