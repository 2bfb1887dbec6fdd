import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.people.domain import (
    NIP,
    NIPProblem,
    absence_brackets,
    add_months,
    check_nip,
    format_grade,
    is_pppk_grade,
    parse_grade,
    parse_nip,
    punishment_end,
)
from merit.reference import load_grades, load_punishments
from tests.factories import day

pytestmark = pytest.mark.unit


def test_parse_nip_reads_the_parts_of_a_pns_number():
    assert parse_nip("198504172010012003") == NIP(
        text="198504172010012003",
        birth_date=day("1985-04-17"),
        year=2010,
        month_or_contract=1,
        sex="P",
        serial=3,
    )


def test_parse_nip_takes_digits_13_and_14_of_a_pppk_number_as_the_contract():
    nip = parse_nip("199001152023211004")

    assert isinstance(nip, NIP)
    assert (nip.year, nip.month_or_contract, nip.start) == (2023, 21, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("19850417201001200", NIPProblem.FORM),
        ("1985041720100120034", NIPProblem.FORM),
        ("1.98504172010012E17", NIPProblem.FORM),
        ("١٩٨٥٠٤١٧٢٠١٠٠١٢٠٠٣", NIPProblem.FORM),
        ("198502302010012003", NIPProblem.BIRTH),
        ("198504171985012003", NIPProblem.START),
        ("198504172010013003", NIPProblem.SEX),
    ],
)
def test_parse_nip_says_why_a_number_is_impossible(text, problem):
    assert parse_nip(text) == problem


def test_check_nip_accepts_a_matching_record():
    nip = parse_nip("198504172010012003")

    assert check_nip(nip, birth_date=day("1985-04-17"), sex="P", employment="PNS") == []


def test_check_nip_reports_every_contradiction():
    nip = parse_nip("198504172010212003")

    assert check_nip(nip, birth_date=day("1985-04-18"), sex="L", employment="CPNS") == [
        NIPProblem.START,
        NIPProblem.OTHER_BIRTH,
        NIPProblem.OTHER_SEX,
    ]


def test_check_nip_does_not_read_a_month_in_a_pppk_number():
    nip = parse_nip("199001152023211004")

    assert check_nip(nip, birth_date=day("1990-01-15"), sex="L", employment="PPPK") == []


@pytest.mark.parametrize(
    ("text", "ordinal"),
    [("I/a", 1), ("III/d", 12), ("iii/D", 12), (" IV / e ", 17), ("I", 101), ("IX", 109), ("xvii", 117)],
)
def test_parse_grade_orders_grades(text, ordinal):
    assert parse_grade(text) == ordinal


@pytest.mark.parametrize("text", ["", "V/a", "III/e", "XVIII", "9"])
def test_parse_grade_knows_no_other_grades(text):
    assert parse_grade(text) is None


def test_format_grade_is_the_inverse_of_parse_grade():
    assert [parse_grade(format_grade(grade)) for grade in load_grades()] == list(load_grades())


def test_pppk_grades_never_mix_with_those_of_pns():
    assert [is_pppk_grade(grade) for grade in (17, 101)] == [False, True]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-11-15", 3, "2027-02-15"),
        ("2026-06-01", -12, "2025-06-01"),
        ("2024-02-29", -12, "2023-02-28"),
    ],
)
def test_add_months_keeps_the_day_or_takes_the_last_one(start, months, end):
    assert add_months(day(start), months) == day(end)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)), st.integers(-600, 600))
def test_add_months_moves_by_that_many_months(start, months):
    end = add_months(start, months)

    assert (end.year - start.year) * 12 + end.month - start.month == months


@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("R2", "2026-03-10"),  # a reprimand lasts no longer than its day
        ("S1", "2026-09-09"),  # six months from 10 March
        ("B1", "2027-03-09"),  # twelve months
        ("B3", None),  # a dismissal has no end
    ],
)
def test_punishment_end_follows_its_duration(code, end):
    assert punishment_end(code, day("2026-03-10")) == (end and day(end))


def test_absence_brackets_follow_one_another_without_a_gap():
    brackets = list(absence_brackets().values())

    assert [low for low, _ in brackets[1:]] == [high + 1 for _, high in brackets[:-1]]
    assert list(absence_brackets()) == list(load_punishments())
