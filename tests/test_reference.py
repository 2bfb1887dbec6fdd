import pytest

from merit.evidence import COMPETENCIES, PREDICATES, TIERS
from merit.people.models import FINDING_CODES
from merit.performance.models import COMPLAINT_KINDS
from merit.reference import (
    Category,
    load_competencies,
    load_complaint_deadlines,
    load_document,
    load_grades,
    load_jpm_categories,
    load_punishments,
    load_tier_grades,
    load_tier_standards,
)

pytestmark = pytest.mark.unit


def test_reference_files_speak_of_the_codes_the_program_knows():
    assert tuple(load_competencies()) == COMPETENCIES
    assert tuple(load_punishments()) == FINDING_CODES
    assert tuple(load_complaint_deadlines()) == COMPLAINT_KINDS
    assert set(load_tier_standards()) == set(TIERS)
    assert set(load_tier_grades()) <= set(TIERS)
    assert {name for row in load_document("performance")["matrix"]["cells"] for name in row} == set(PREDICATES)


def test_grades_are_numbered_in_order():
    assert list(load_grades()) == [*range(1, 18), *range(101, 118)]
    assert load_grades()[12].name == "Penata Tingkat I"


def test_competencies_have_five_level_titles():
    assert {len(competency.levels) for competency in load_competencies().values()} == {5}


def test_tier_standards_are_open_where_none_is_known():
    standards = load_tier_standards()

    assert standards["administrator"].level == 3
    assert [tier for tier, standard in standards.items() if standard.level is None] == [
        "jf_penyelia",
        "jf_mahir",
        "jf_terampil",
        "jf_pemula",
    ]


def test_job_person_match_has_two_sets_of_categories():
    assert load_jpm_categories("filling") == (
        Category("MS", "Memenuhi Syarat", 80),
        Category("MMS", "Masih Memenuhi Syarat", 68),
        Category("KMS", "Kurang Memenuhi Syarat", 0),
    )
    assert [category.floor for category in load_jpm_categories("mapping")] == [90, 78, 0]


@pytest.mark.parametrize("name", ["competencies", "complaints", "punishments"])
def test_reference_files_carry_citation_and_status(name):
    document = load_document(name)

    assert document["citation"]
    assert document["status"] in {"confirmed", "local", "needs_verification"}
