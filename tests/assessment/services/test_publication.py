"""Publication: two persons, facts that a ranking uses at once, imported results left alone."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from merit import clock
from merit.assessment.models.results import CompetencyResult
from merit.assessment.services.publication import (
    ask_publication,
    publish_results,
    withdraw_publication,
)
from merit.assessment.services.scoring import score_sitting
from merit.audit.services import append_pending
from merit.errors import NotAllowedError, RuleViolationError
from merit.evidence import COMPETENCIES
from merit.exchange.undoing import undo_batch
from merit.people.models import Official
from merit.ranking.services.policies import activate_policy, import_policy
from merit.ranking.services.runs import create_run, open_run
from merit.ranking.services.vacancies import VacancyInput, record_vacancy
from merit.security.permissions import SYSTEM, Role
from tests.assessment.scoring_samples import choice_item, essay_item, make_hall, sjt_item
from tests.factories import make_appraisal, make_official, make_position, make_result
from tests.ranking.samples import POLICY, make_actor

pytestmark = pytest.mark.db

DAY = dt.date(2026, 3, 2)


@pytest.fixture
def admin(session):
    return make_actor(session, "admin-satu", Role.ADMIN)


@pytest.fixture
def second(session):
    return make_actor(session, "admin-kedua", Role.ADMIN)


def make_scored(session, admin, **details):
    official = make_official(session)
    hall = make_hall(session, [choice_item(session), sjt_item(session)], {"P-1": (official, ["A", "C"])}, **details)
    version = score_sitting(session, admin, code=hall.code)
    return hall, official, version


def publish(session, hall, admin, second, version):
    ask_publication(session, admin, code=hall.code)
    return publish_results(session, second, code=hall.code, version_number=version.number)


def facts(session, official, *, known=True):
    statement = select(CompetencyResult).where(CompetencyResult.official_id == official.id)
    if known:
        statement = statement.where(CompetencyResult.superseded_at.is_(None))
    return session.scalars(statement.order_by(CompetencyResult.competency, CompetencyResult.id)).all()


def refusal_of(call, *arguments, **named):
    with pytest.raises(RuleViolationError) as refusal:
        call(*arguments, **named)
    return refusal.value.reason


def test_published_results_become_facts(session, admin, second):
    # M.01: 1 of 1 is level 5; M.02: C earns 2 of 5 = 40, level 3.
    hall, official, version = make_scored(session, admin)

    written = publish(session, hall, admin, second, version)

    found = facts(session, official)
    assert [(row.competency, row.level, row.score) for row in found] == [("M.01", 5, 100), ("M.02", 3, 40)]
    assert {(row.method, row.provider, row.accreditation) for row in found} == {("internal", "BKPSDM", "")}
    assert {(row.dated, row.valid_until) for row in found} == {(DAY, dt.date(2029, 3, 2))}
    assert all(row.se > 0 and row.batch_id is not None for row in found)
    assert (written.created, hall.sitting.state, hall.sitting.published_by) == (2, "published", second.user_id)


def test_nothing_is_a_fact_before_publication(session, admin):
    hall, official, _version = make_scored(session, admin)
    ask_publication(session, admin, code=hall.code)

    assert facts(session, official, known=False) == []


def test_the_same_person_does_not_publish(session, admin, second):
    hall, official, version = make_scored(session, admin)
    ask_publication(session, admin, code=hall.code)

    reason = refusal_of(publish_results, session, admin, code=hall.code, version_number=version.number)

    assert (reason, hall.sitting.state, facts(session, official)) == ("publication-second-person", "scored", [])


def test_a_request_can_be_withdrawn_before_the_second_person(session, admin, second):
    hall, _official, version = make_scored(session, admin)
    ask_publication(session, admin, code=hall.code)
    withdraw_publication(session, admin, code=hall.code)

    reason = refusal_of(publish_results, session, second, code=hall.code, version_number=version.number)

    assert reason == "publication-not-asked"


def test_another_scoring_than_the_one_seen_is_not_published(session, admin, second):
    hall, _official, version = make_scored(session, admin)
    ask_publication(session, admin, code=hall.code)

    reason = refusal_of(publish_results, session, second, code=hall.code, version_number=version.number + 1)

    assert reason == "publication-other-version"


def test_essays_without_marks_hold_publication_up(session, admin):
    hall = make_hall(session, [essay_item(session)], {"P-1": (make_official(session), ["Uraian"])})
    score_sitting(session, admin, code=hall.code)

    assert refusal_of(ask_publication, session, admin, code=hall.code) == "publication-before-scores"


@pytest.mark.parametrize("occasion", ["practice", "rehearsal"])
def test_practice_is_never_published(session, admin, occasion):
    hall, _official, _version = make_scored(session, admin, kind=occasion)

    assert refusal_of(ask_publication, session, admin, code=hall.code) == "publication-practice"


def test_who_may_not_publish_asks_nothing(session, admin):
    hall, _official, _version = make_scored(session, admin)

    with pytest.raises(NotAllowedError):
        ask_publication(session, make_actor(session, "auditor-p", Role.AUDITOR), code=hall.code)
    with pytest.raises(NotAllowedError):
        ask_publication(session, SYSTEM, code=hall.code)


def test_an_imported_result_is_never_overwritten(session, admin, second):
    hall, official, version = make_scored(session, admin)
    imported = make_result(
        session, official, "M.01", 2, dated="2026-03-02", provider="BKPSDM", method="internal", accreditation=""
    )

    written = publish(session, hall, admin, second, version)

    assert (imported.level, imported.superseded_at, written.held_back, written.created) == (2, None, 1, 1)
    assert [(row.competency, row.level) for row in facts(session, official)] == [("M.01", 2), ("M.02", 3)]


def test_an_accredited_organiser_writes_accredited_results(session, admin, second):
    hall, official, version = make_scored(session, admin, method="asesmen", accreditation="A")

    publish(session, hall, admin, second, version)

    assert {(row.method, row.accreditation) for row in facts(session, official)} == {("asesmen", "A")}


def make_ranking(session, admin, *, results):
    """Announce a vacancy whose policy allows internal results or not; two people with appraisals alone."""
    text = POLICY.replace("asesmen: 0.3", "asesmen: 0.3, internal: 0.5") + f"results: {results}\n"
    import_policy(session, SYSTEM, text=text)
    activate_policy(session, admin, make_actor(session, "ppk-uji", Role.PPK), code="contoh")
    position = make_position(session, tier="administrator")
    vacancy = VacancyInput(
        code="LOWONGAN-U", position_code=position.code, as_of=dt.date(2026, 6, 1), policy_code="contoh"
    )
    record_vacancy(session, admin, vacancy=vacancy)
    people = [make_official(session), make_official(session)]
    for official in people:
        for year in (2024, 2025):
            make_appraisal(session, official, year, result=2, behaviour=2)
    return people


def rank(session, admin):
    run = create_run(session, admin, vacancy_code="LOWONGAN-U")
    session.flush()
    append_pending(session)
    ranking = open_run(session, admin, run.code).ranking
    return [session.query(Official).filter_by(nip=str(ranking.nip[row])).one().id for row in ranking.order]


def sit(session, admin, second, people):
    """Give both a test of all nine competencies: the first person answers everything right, the second half."""
    items = [choice_item(session, competency=code) for code in COMPETENCIES for _number in range(2)]
    sheets = {"P-1": (people[0], ["A"] * 18), "P-2": (people[1], ["A", "B"] * 9)}
    hall = make_hall(session, items, sheets)
    publish(session, hall, admin, second, score_sitting(session, admin, code=hall.code))


def test_a_ranking_that_allows_internal_results_uses_them_at_once(session, admin, second):
    people = make_ranking(session, admin, results="internal_allowed")
    before = rank(session, admin)

    sit(session, admin, second, people)

    assert before == []  # held: nobody has a result
    assert rank(session, admin) == [people[0].id, people[1].id]


def test_a_ranking_for_accredited_results_does_not_use_internal_ones(session, admin, second):
    people = make_ranking(session, admin, results="accredited_only")

    sit(session, admin, second, people)

    assert rank(session, admin) == []


def test_results_are_dated_by_the_civil_date_of_the_city(session, admin, second):
    hall, official, version = make_scored(session, admin, starts_at=dt.datetime(2026, 3, 1, 17, 0, tzinfo=dt.UTC))

    publish(session, hall, admin, second, version)

    assert facts(session, official)[0].dated == clock.local(hall.sitting.starts_at).date() == DAY
    assert facts(session, official)[0].score == Decimal(100)


def test_a_publication_is_not_undone_as_an_import(session, admin, second):
    hall, official, version = make_scored(session, admin)
    publish(session, hall, admin, second, version)
    batch_id = facts(session, official)[0].batch_id

    reason = refusal_of(undo_batch, session, admin, batch_id=batch_id)

    assert (reason, len(facts(session, official))) == ("undo-not-a-file", 2)
