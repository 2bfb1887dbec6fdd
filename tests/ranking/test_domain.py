"""Words of the ranking: grades, precedence, admissible evidence."""

import pytest

from merit.ranking.catalogue import CATALOGUE, is_inadmissible
from merit.ranking.domain import GRADES, Outcome, Reason, Standing, grade_code, grade_ordinal

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("code", "ordinal"), [("I/a", 1), ("III/d", 12), ("IV/e", 17), ("IX", 109), ("xvii", 117)])
def test_grade_ordinal_and_back(code, ordinal):
    assert grade_ordinal(code) == ordinal
    assert grade_code(ordinal).upper() == code.upper()


@pytest.mark.parametrize("code", ["", "V/a", "III/e", "XVIII", "iii/d "[:3] + "x"])
def test_grade_ordinal_of_nonsense_is_none(code):
    assert grade_ordinal(code) is None


def test_grade_code_outside_the_lists_is_empty():
    assert [grade_code(0), grade_code(18), grade_code(100), grade_code(118)] == ["", "", "", ""]


def test_grades_rise_in_order():
    assert [grade_ordinal(code) for code in GRADES] == list(range(1, 18))


def test_outcomes_stand_in_order_of_precedence():
    assert sorted(Outcome) == [Outcome.PASS, Outcome.VERIFY, Outcome.HOLD, Outcome.FAIL]
    assert sorted(Standing) == [Standing.RANKED, Standing.HOLD, Standing.FAILED]


def test_reason_has_no_details_by_default():
    assert Reason("x").details == {}


@pytest.mark.parametrize("code", ["seniority", "appraisal.seniority", "masa_kerja", "usia", "sex", "dukungan-politik"])
def test_inadmissible_evidence_is_recognised(code):
    assert is_inadmissible(code)


def test_no_indicator_of_the_catalogue_is_inadmissible():
    assert [code for code in CATALOGUE if is_inadmissible(code)] == []


def test_catalogue_bounds_are_proper():
    assert all(row.low < row.high for row in CATALOGUE.values())
    assert {row.code for row in CATALOGUE.values() if row.step is None} == {"competency.jpm"}
