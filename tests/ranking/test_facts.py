import datetime as dt

import numpy as np
import pytest

from merit.evidence import COMPETENCIES, EvidenceRequest
from merit.ranking.catalogue import CATALOGUE
from merit.ranking.engine.types import VacancyTerms
from merit.ranking.facts import load_facts, load_pool
from merit.ranking.indicators import LOADERS, load_columns
from tests import factories as make

pytestmark = pytest.mark.db

AS_OF = make.day("2026-06-01")
STANDARD = dict.fromkeys(COMPETENCIES, 3)


def pool(session, *, tier="administrator", as_of=AS_OF, pathway="seleksi_internal", vacancy_id=0, known_at=None):
    terms = VacancyTerms(code="L1", as_of=as_of, tier=tier, pathway=pathway)
    return load_pool(session, terms=terms, vacancy_id=vacancy_id, known_at=known_at).tolist()


def request(*officials):
    ids = np.array([official.id for official in officials], dtype=np.int64)
    return EvidenceRequest(as_of=AS_OF, officials=ids, standard=STANDARD)


def test_every_indicator_of_the_catalogue_has_a_loader():
    assert set(LOADERS) == set(CATALOGUE)


def test_pool_holds_those_below_the_vacancy_sorted_by_nip(session):
    tiers = ("jf_ahli_madya", "jf_ahli_muda", "pengawas", "pelaksana", "administrator", "jpt_pratama")
    births = ("1980-01-01", "1990-01-01", "1970-01-01", "1985-01-01", "1960-01-01", "1961-01-01")
    officials = {
        tier: make.make_official(session, tier=tier, birth=birth) for tier, birth in zip(tiers, births, strict=True)
    }

    assert pool(session) == [officials[tier].id for tier in ("pengawas", "pelaksana", "jf_ahli_muda")]
    assert pool(session, tier="pengawas") == [officials["pelaksana"].id]
    assert pool(session, tier="pelaksana") == []


def test_pool_looks_at_the_post_held_on_the_date(session):
    official = make.make_official(session, tier="pengawas", since="2020-01-01")
    make.make_post(session, official, position=make.make_position(session, tier="administrator"), starts="2026-05-01")

    assert pool(session, as_of=make.day("2026-04-30")) == [official.id]
    assert pool(session, as_of=make.day("2026-05-01")) == []


def test_pool_excludes_those_without_a_post_known_on_the_date(session):
    make.make_official(session, since="2026-06-02")

    assert pool(session) == []


def test_pool_excludes_those_dismissed(session):
    official = make.make_official(session)
    make.make_finding(session, official, "B3", dated="2026-05-31")

    assert pool(session) == []
    assert pool(session, as_of=make.day("2026-05-30")) == [official.id]


def test_pool_of_an_open_selection_holds_the_applicants(session):
    applicant, withdrawn, late, idle = (make.make_official(session) for _ in range(4))
    vacancy = make.make_vacancy(session, make.make_position(session, tier="jpt_pratama"))
    make.make_application(session, applicant, vacancy)
    make.make_application(session, withdrawn, vacancy, state="mundur")
    make.make_application(session, late, vacancy, dated="2026-06-02")
    make.make_application(session, idle, make.make_vacancy(session, make.make_position(session)))

    found = pool(session, tier="jpt_pratama", pathway="seleksi_terbuka", vacancy_id=vacancy.id)

    assert found == [applicant.id]


def test_pool_replays_who_was_known(session):
    earlier = make.make_official(session)
    known = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    later = make.make_official(session, recorded_at=known)

    assert pool(session, known_at=known - dt.timedelta(seconds=1)) == [earlier.id]
    assert pool(session, known_at=known) == sorted([earlier.id, later.id])


def test_facts_gather_every_slice(session):
    official = make.make_official(session)
    make.make_appraisal(session, official, 2025)
    make.make_training(session, official, code="PKA")
    make.make_result(session, official, "TK.ARSIP", 3)
    make.make_attestation(session, official, "sehat", dated="2026-01-05")
    make.make_finding(session, official, "R1", dated="2025-01-05")

    facts = load_facts(session, request(official))

    assert facts.nip.tolist() == [official.nip]
    tables = (facts.posts, facts.predicates, facts.trainings, facts.technical, facts.attestations, facts.findings)
    assert [table.code.tolist() for table in tables] == [
        ["pengawas"],
        ["2025"],
        ["PKA"],
        ["TK.ARSIP"],
        ["sehat"],
        ["R1"],
    ]


def test_columns_stand_in_the_order_of_the_officials_asked_for(session):
    first, second = make.make_official(session), make.make_official(session)
    for official, rating in ((first, 1), (second, 3)):
        make.make_appraisal(session, official, 2025, result=rating)
        make.make_appraisal(session, official, 2024, result=rating)
        make.make_results(session, official, rating)

    columns = load_columns(session, CATALOGUE, request(second, first))

    assert list(columns) == list(CATALOGUE)
    assert columns["appraisal.result"].value.tolist() == [3.0, 1.0]
    assert columns["competency.jpm"].value.tolist() == [100.0, 900 / 27]


def test_nobody_asked_for_gives_empty_columns_and_facts(session):
    make.make_official(session)

    columns = load_columns(session, CATALOGUE, request())
    facts = load_facts(session, request())

    assert {column.value.shape for column in columns.values()} == {(0,)}
    assert facts.posts.row.shape == (0,)


def test_large_pools_read_the_same_as_small_ones(session, monkeypatch):
    officials = [make.make_official(session) for _ in range(3)]
    for official in officials:
        make.make_feedback(session, official, "rekan", 3, 4, 5)
        make.make_attendance(session, official, 2025, 2)
    asked = request(officials[2], officials[0])

    named = load_columns(session, CATALOGUE, asked)
    monkeypatch.setattr("merit.bulk.NAMED_AT_MOST", 1)
    everybody = load_columns(session, CATALOGUE, asked)

    for code, column in named.items():
        np.testing.assert_array_equal(column.value, everybody[code].value)
        np.testing.assert_array_equal(column.source, everybody[code].source)
