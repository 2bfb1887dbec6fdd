"""A policy from draft to force: each act by the right person, on the revision they saw, and in the audit chain."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from merit import clock
from merit.audit.models import AuditEntry
from merit.audit.services import append_pending
from merit.errors import MeritError
from merit.ranking.document import PolicyError
from merit.ranking.life_cycle import PolicyStanding
from merit.ranking.services.policies import find_active_policy, import_policy, load_policy, standings_of
from merit.ranking.services.policy_acts import (
    DecreeInput,
    Form,
    approve_policy,
    get_decree_file,
    list_acts,
    return_policy,
    review_policy,
    submit_policy,
    withdraw_policy,
)
from merit.ranking.services.policy_drafts import (
    discard_draft,
    list_revisions,
    restore_draft,
    restore_revision,
    save_revision,
    source_of,
    start_draft,
)
from merit.ranking.services.runs import create_run, open_run
from merit.ranking.services.simulations import check_simulation, list_simulations, open_simulation, simulate_run
from merit.ranking.services.weighting import apply_weights, judge_pairs, weight_board
from merit.ranking.simulation import Changes
from merit.security.permissions import Role
from tests.ranking.samples import POLICY, make_actor, make_town

pytestmark = pytest.mark.db
THREE = POLICY.replace("size: 2", "size: 3  # tiga nama")


@pytest.fixture
def people(session):
    """Return the drafter, a second admin, the PPK and another PPK."""
    roles = {"penyusun": Role.ADMIN, "penelaah": Role.ADMIN, "ppk": Role.PPK, "ppk-lain": Role.PPK}
    return {login: make_actor(session, login, role) for login, role in roles.items()}


@pytest.fixture
def draft(session, people):
    """Return a second version in draft; the first is not in force."""
    import_policy(session, people["penyusun"], text=POLICY)
    return start_draft(session, people["penyusun"], code="contoh", number=1)


def reason_of(function, *arguments, **details):
    with pytest.raises(MeritError) as refusal:
        function(*arguments, **details)
    return refusal.value.reason


def form(version, comment=""):
    return Form(code=version.code, number=version.number, revision=version.revision, comment=comment)


def save(session, actor, version, text, **more):
    details = {"code": version.code, "number": version.number, "revision": version.revision, "text": text}
    return save_revision(session, actor, **(details | more))


def review(session, people, draft):
    submit_policy(session, people["penyusun"], form=form(draft))
    review_policy(session, people["penelaah"], form=form(draft))


def test_a_draft_is_written_undone_and_taken_back(session, people, draft):
    drafter = people["penyusun"]
    assert (draft.number, source_of(session, draft)) == (2, POLICY)

    save(session, drafter, draft, THREE)
    with pytest.raises(PolicyError):
        save(session, drafter, draft, THREE.replace("weight: 0.8", "weight: 0.9"))
    assert reason_of(save, session, drafter, draft, THREE.replace("code: contoh", "code: lain")) == "policy-code-fixed"
    assert reason_of(save, session, drafter, draft, POLICY, revision=1) == "policy-stale"
    assert (draft.revision, source_of(session, draft)) == (2, THREE)

    save(session, drafter, draft, THREE)
    assert draft.revision == 2
    restore_revision(session, drafter, code="contoh", number=2, revision=2, wanted=1)
    assert (draft.revision, load_policy(draft).size) == (3, 2)
    assert [one.origin for one in list_revisions(session, draft)] == ["undo", "text", "copy"]

    discard_draft(session, drafter, code="contoh", number=2, revision=3)
    assert reason_of(save, session, drafter, draft, THREE) == "policy-not-writing"
    restore_draft(session, drafter, code="contoh", number=2, revision=3)
    assert standings_of(session, "contoh")[draft.id] is PolicyStanding.WRITING


def test_from_draft_to_force_with_a_decree(session, people, draft):
    drafter, reviewer, ppk = (people[login] for login in ("penyusun", "penelaah", "ppk"))
    submit_policy(session, drafter, form=form(draft, "Mohon ditelaah"))
    return_policy(session, reviewer, form=form(draft, "Dasar LHKPN?"))
    save(session, drafter, draft, THREE)
    review(session, people, draft)
    reviewed = draft.sha256
    decree = DecreeInput(
        number="188.45/7", date=clock.today(), gates=("LHK",), file_name="sk.pdf", content=b"%PDF-1.7 uji"
    )

    approve_policy(session, ppk, form=form(draft), from_date=clock.today(), decree=decree)

    assert find_active_policy(session, "contoh") is draft
    assert load_policy(draft).missing_decrees == ()
    assert draft.sha256 != reviewed
    acts = list_acts(session, draft)
    assert [act.act for act in acts] == ["submit", "return", "submit", "review", "approve"]
    assert get_decree_file(session, draft, acts[-1].id) == ("sk.pdf", b"%PDF-1.7 uji")
    append_pending(session)
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-4:] == ["policy:submit", "policy:review", "policy:revise", "policy:approve"]


def test_nobody_passes_their_own_work_and_stale_forms_are_refused(session, people, draft):
    drafter, reviewer, ppk = (people[login] for login in ("penyusun", "penelaah", "ppk"))
    seen = form(draft)
    save(session, drafter, draft, THREE)
    assert reason_of(submit_policy, session, drafter, form=seen) == "policy-stale"
    assert reason_of(review_policy, session, reviewer, form=form(draft)) == "policy-act-closed"

    submit_policy(session, drafter, form=form(draft))
    assert reason_of(review_policy, session, drafter, form=form(draft)) == "policy-own-review"
    assert reason_of(review_policy, session, ppk, form=form(draft)) == "not-allowed"
    assert reason_of(return_policy, session, reviewer, form=form(draft)) == "policy-return-comment"
    withdraw_policy(session, drafter, form=form(draft))
    review(session, people, draft)

    both = make_actor(session, "rangkap", Role.PPK)
    today = clock.today()
    yesterday = today - dt.timedelta(days=1)
    assert reason_of(approve_policy, session, reviewer, form=form(draft), from_date=today) == "not-allowed"
    assert reason_of(approve_policy, session, both, form=form(draft), from_date=yesterday) == "policy-from-past"
    later = DecreeInput(number="1", date=today + dt.timedelta(days=1))
    other = DecreeInput(number="1", date=today, gates=("EDU",))
    broken = DecreeInput(number="1", date=today, file_name="x.pdf", content=b"MZ")
    half = DecreeInput(number="", date=today, gates=("LHK",))
    assert [
        reason_of(approve_policy, session, both, form=form(draft), from_date=today, decree=decree)
        for decree in (later, other, broken, half)
    ] == ["policy-decree-later", "policy-decree-gates", "policy-decree-file", "policy-decree-incomplete"]
    approve_policy(session, both, form=form(draft), from_date=today)
    assert reason_of(return_policy, session, ppk, form=form(draft, "Terlambat")) == "policy-act-closed"


def test_judgements_of_two_drafters_become_weights_with_their_justification(session, people, draft):
    first, second = people["penyusun"], people["penelaah"]
    given = {"appraisal.behaviour|discipline.record": "3"}
    refused = {"code": "contoh", "number": 2, "topic_key": "in:loyalitas"}
    assert reason_of(judge_pairs, session, first, **refused, ratios={}) == "judgement-incomplete"

    judge_pairs(session, first, **refused, ratios={"appraisal.behaviour|discipline.record": "9"})
    judge_pairs(session, first, **refused, ratios=given)
    judge_pairs(session, second, **refused, ratios=given)
    boards = {board.topic.key: board for board in weight_board(session, draft)}
    apply_weights(session, first, code="contoh", number=2, revision=draft.revision)

    assert boards["in:loyalitas"].together.weights == pytest.approx((0.75, 0.25))
    assert boards["pillars"].together is None
    assert [str(slot.weight) for slot in load_policy(draft).slots] == ["0.375", "0.125", "0.3", "0.2"]
    kept = list_revisions(session, draft)[0]
    assert kept.origin == "weights"
    assert [topic["weights"] for topic in kept.justification["topics"]] == [["0.750", "0.250"]]
    assert [one["user"] for one in kept.justification["topics"][0]["drafters"]] == [first.user_id, second.user_id]


def test_a_simulation_is_logged_repeatable_and_leaves_the_run_alone(session, people):
    town = make_town(session, people["penelaah"], people["ppk"])
    run = open_run(session, people["penyusun"], create_run(session, people["penyusun"], vacancy_code=town.vacancy).code)
    stored = run.result_sha256
    changes = Changes(fields={"pillars.0.weight": "0.9", "pillars.1.weight": "0.1"}, gates={"DIS": "off"})
    policy = check_simulation(run, changes).policy

    panel = make_actor(session, "panel", Role.PANEL)
    row = simulate_run(session, panel, run=run, changes=changes, policy=policy, purpose="Uji pilar")
    opened = open_simulation(session, people["ppk"], run=run, code=row.code)

    assert (row.code, row.moved, row.entered, row.left) == ("SIM-000001", 3, 1, 1)
    assert opened.row.result_sha256 != stored
    assert run.result_sha256 == stored
    assert [one.id for one in list_simulations(session, vacancy_id=run.vacancy_id)] == [row.id]
    details = {"run": run, "changes": changes, "policy": policy}
    official = make_actor(session, "pegawai", Role.OFFICIAL)
    auditor = make_actor(session, "auditor", Role.AUDITOR)
    assert reason_of(simulate_run, session, official, **details, purpose="x") == "not-allowed"
    assert reason_of(simulate_run, session, auditor, **details, purpose="x") == "not-allowed"
    assert reason_of(simulate_run, session, panel, **details, purpose=" ") == "simulation-purpose"
    assert reason_of(check_simulation, run, Changes()) == "simulation-unchanged"
    assert reason_of(check_simulation, run, Changes(neutral=21)) == "simulation-neutral"
    assert reason_of(check_simulation, run, Changes(gates={"XX": "off"})) == "simulation-gate-unknown"
    append_pending(session)
    newest = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert newest == "run:simulate"


def test_whose_judgement_became_a_weight_does_not_review(session, people, draft):
    drafter, judge = people["penyusun"], people["penelaah"]
    details = {"code": "contoh", "number": 2}
    ratios = {"appraisal.behaviour|discipline.record": "3"}
    judge_pairs(session, judge, **details, topic_key="in:loyalitas", ratios=ratios)
    apply_weights(session, drafter, **details, revision=draft.revision)
    submit_policy(session, drafter, form=form(draft))

    assert reason_of(review_policy, session, judge, form=form(draft)) == "policy-own-review"


def test_a_copy_of_an_unapproved_text_keeps_its_authors(session, people, draft):
    copy = start_draft(session, people["penelaah"], code="contoh", number=draft.number)
    submit_policy(session, people["penelaah"], form=form(copy))

    assert reason_of(review_policy, session, people["penyusun"], form=form(copy)) == "policy-own-review"
