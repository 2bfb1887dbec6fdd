"""The index by hand for each kind of post, its bounds, and what a set of figures must satisfy."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.evidence import EDUCATION, TIERS
from merit.ranking.professionalism.domain.index import (
    Finding,
    Gap,
    Missing,
    Outcome,
    Person,
    Training,
    compute_index,
)
from merit.ranking.professionalism.domain.rules import (
    CATEGORIES,
    GROUPS,
    category_of,
    check_values,
    corrected_rules,
    group_of,
    shipped_rules,
)
from merit.ranking.professionalism.domain.tally import Tally, tally_of, together

pytestmark = pytest.mark.unit

AS_OF = dt.date(2026, 6, 30)
RULES = shipped_rules()


def training(kind, ends="2026-03-01", hours=20, code=""):
    return Training(kind, code, Decimal(str(hours)), dt.date.fromisoformat(ends))


def parts_of(index):
    return [(part.figure.code, part.outcome, part.low) for part in index.dimensions[1].parts]


def test_a_head_of_office_by_hand():
    person = Person(
        education="S2",
        group="struktural",
        predicate=4,
        trainings=[training("kepemimpinan", "2012-05-01", 900, "PKN_II"), training("teknis", "2025-07-01", 24)],
    )

    index = compute_index(person, RULES, AS_OF)

    # S-2 20; leadership 15 + technical 24 of 20 JP 15 + no seminar 0 = 30; Baik 25; never punished 5: 80
    assert [(each.low, each.high) for each in index.dimensions] == [(20, 20), (30, 30), (25, 25), (5, 5)]
    assert (index.low, index.high, index.category) == (80, 80, "sedang")
    assert (index.missing, index.gaps, index.hours) == (Missing(0), Gap.SEMINAR, 24)


def test_a_functional_official_by_hand():
    person = Person(
        education="S1/D4",
        group="fungsional",
        predicate=5,
        trainings=[
            training("fungsional", "2018-01-31", 100),
            training("teknis", "2026-01-10", 12),
            training("teknis", "2025-06-30", 20),
            training("seminar", "2024-07-01", 4),
        ],
        findings=[Finding(1, dt.date(2021, 6, 30)), Finding(3, dt.date(2021, 6, 29))],
    )

    index = compute_index(person, RULES, AS_OF)

    # S-1 15; functional 15, technical only 12 JP since 1 July 2025 so 0, seminar on the first day of 24 months 10;
    # Sangat Baik 30; the light punishment lies on the first day of five years and counts, the heavy one the day
    # before does not: 3. Together 15 + 25 + 30 + 3 = 73.
    assert [each.low for each in index.dimensions] == [15, 25, 30, 3]
    assert (index.low, index.is_known, index.category) == (73, True, "sedang")
    assert index.gaps == Gap.TECHNICAL | Gap.FINDING
    assert parts_of(index) == [
        ("functional", Outcome.MET, 15),
        ("technical", Outcome.UNMET, 0),
        ("seminar", Outcome.MET, 10),
    ]


def test_a_clerk_without_an_appraisal_has_bounds():
    person = Person(education="SLTA", group="pelaksana", trainings=[training("teknis"), training("kepemimpinan")])

    index = compute_index(person, RULES, AS_OF)

    # SLTA 5, technical 22.5 of 40, discipline 5; the predicate gives 1 to 30: from 33.5 to 62.5
    assert (index.low, index.high) == (Decimal("33.5"), Decimal("62.5"))
    assert (index.category, index.missing, index.gaps) == ("", Missing.PREDICATE, Gap.SEMINAR)


def test_a_training_without_a_kind_leaves_the_answer_open():
    person = Person(
        education="S3",
        group="struktural",
        predicate=5,
        trainings=[training("teknis", hours=12), training(None, hours=8), training("kepemimpinan", code="latsar")],
    )

    index = compute_index(person, RULES, AS_OF)

    # The eight hours may be technical (12 + 8 = 20), leadership or a seminar: 25 + 0 to 40 + 30 + 5. LATSAR is none.
    assert (index.low, index.high, index.missing, index.gaps) == (60, 100, Missing.KIND, Gap(0))
    assert {part.outcome for part in index.dimensions[1].parts} == {Outcome.OPEN}


def test_an_unknown_post_takes_the_bounds_of_every_kind():
    person = Person(education="S1/D4", group="", predicate=4, trainings=[training("kepemimpinan"), training("seminar")])

    index = compute_index(person, RULES, AS_OF)

    # leadership 15 + seminar 10 = 25 for a head, seminar 10 for a functional post, 17.5 for a clerk
    assert (index.dimensions[1].low, index.dimensions[1].high) == (10, 25)
    assert index.missing == Missing.GROUP


def test_the_future_does_not_count():
    later = Person(
        education="S1/D4",
        group="pelaksana",
        predicate=4,
        trainings=[training("teknis", "2026-07-01")],
        findings=[Finding(3, dt.date(2026, 7, 1))],
    )

    assert compute_index(later, RULES, AS_OF).low == 15 + 0 + 25 + 5


@pytest.mark.parametrize(
    ("index", "category"),
    [
        ("100", "sangat_tinggi"),
        ("90.5", "sangat_tinggi"),
        ("90", "tinggi"),
        ("80.5", "tinggi"),
        ("80", "sedang"),
        ("70.01", "sedang"),
        ("70", "rendah"),
        ("60", "sangat_rendah"),
        ("0", "sangat_rendah"),
    ],
)
def test_categories_leave_no_gap(index, category):
    assert category_of(Decimal(index), RULES) == category


def test_every_tier_has_one_kind_of_post():
    assert {tier: group_of(tier) for tier in TIERS if not tier.startswith("jf_")} == {
        "pelaksana": "pelaksana",
        "pengawas": "struktural",
        "administrator": "struktural",
        "jpt_pratama": "struktural",
    }
    assert {group_of(tier) for tier in TIERS if tier.startswith("jf_")} == {"fungsional"}
    assert group_of("lain") == ""


_DAYS = st.dates(dt.date(2019, 1, 1), dt.date(2026, 12, 31))
_TRAININGS = st.builds(
    Training,
    st.sampled_from([None, "kepemimpinan", "fungsional", "teknis", "seminar", "sosial_kultural"]),
    st.sampled_from(["", "LATSAR", "PKA"]),
    st.integers(0, 40).map(Decimal),
    _DAYS,
)
_PEOPLE = st.builds(
    Person,
    education=st.sampled_from(EDUCATION),
    group=st.sampled_from((*GROUPS, "")),
    predicate=st.sampled_from([None, 1, 2, 3, 4, 5]),
    trainings=st.lists(_TRAININGS, max_size=5),
    findings=st.lists(st.builds(Finding, st.integers(1, 3), _DAYS), max_size=3),
)


@given(person=_PEOPLE)
def test_every_index_lies_between_nothing_and_a_hundred(person):
    index = compute_index(person, RULES, AS_OF)

    assert 0 <= index.low <= index.high <= 100
    assert index.is_known or index.missing
    assert [each.maximum for each in index.dimensions] == [25, 40, 30, 5]


@given(person=_PEOPLE, more=_TRAININGS, predicate=st.integers(1, 5))
def test_more_evidence_never_lowers(person, more, predicate):
    before = compute_index(person, RULES, AS_OF)
    trained = {"trainings": [*person.trainings, more]}
    known = {name: getattr(person, name) for name in ("education", "group", "predicate", "findings")}
    after = compute_index(Person(**known | trained), RULES, AS_OF)
    better = EDUCATION[min(EDUCATION.index(person.education) + 1, len(EDUCATION) - 1)]
    higher = compute_index(Person(**known | {"education": better, "trainings": person.trainings}), RULES, AS_OF)
    told = compute_index(Person(**known | {"predicate": predicate, "trainings": person.trainings}), RULES, AS_OF)

    assert after.low >= before.low
    assert after.high >= before.high
    assert higher.low >= before.low
    if person.predicate is None:  # a datum that comes in narrows the bounds
        assert before.low <= told.low <= told.high <= before.high


def test_a_group_is_the_sum_of_its_people():
    sure = compute_index(Person(education="S2", group="fungsional", predicate=5), RULES, AS_OF)
    open_ = compute_index(Person(education="SLTA", group="pelaksana"), RULES, AS_OF)

    tally = together([tally_of(sure), tally_of(open_)])

    # 20 + 0 + 30 + 5 = 55; 5 + 0 + 1 to 30 + 5 = 11 to 40; means 33 and 47.5
    assert tally.mean == (Decimal(33), Decimal("47.5"))
    assert tally.categories == (0, 0, 0, 0, 2, 0)
    assert (tally.people, tally.incomplete, tally.missing) == (2, 1, (1, 0, 0))
    assert tally.dimension_means[2] == (Decimal("15.5"), Decimal(30))
    assert Tally().mean is None


def test_shipped_figures_stand():
    assert check_values({}) == []
    assert {figure.status for figure in RULES.figures.values()} == {"confirmed", "needs_verification"}
    assert set(RULES.above) == set(CATEGORIES)


@pytest.mark.parametrize(
    ("values", "code", "figure"),
    [
        ({"education_s9": 1}, "ipasn-figure-unknown", "education_s9"),
        ({"education_s2": 26}, "ipasn-figure-range", "education_s2"),
        ({"education_s2": "20.005"}, "ipasn-figure-range", "education_s2"),
        ({"hours_technical": 0}, "ipasn-bound-range", "hours_technical"),
        ({"education_d3": 16}, "ipasn-figure-order", "education_d3"),
        ({"appraisal_5": 29}, "ipasn-figure-top", "appraisal_5"),
        ({"seminar": 11}, "ipasn-figure-sum", "leadership"),
    ],
)
def test_figures_that_cannot_stand_say_why(values, code, figure):
    problems = check_values({name: Decimal(str(value)) for name, value in values.items()})

    assert (problems[0].code, problems[0].figure) == (code, figure)


def test_corrected_figures_are_local_with_their_basis():
    values = {"discipline_light": Decimal(4), "education_s3": Decimal(25)}

    rules = corrected_rules(values, number=2, basis="Kep. Kepala BKPSDM 12/2026")
    index = compute_index(
        Person(education="S3", group="pelaksana", predicate=5, findings=[Finding(1, AS_OF)]), rules, AS_OF
    )

    assert check_values(values) == []
    assert index.low == 25 + 0 + 30 + 4
    light, best = rules.figures["discipline_light"], rules.figures["education_s3"]
    assert (light.status, light.citation, light.shipped) == ("local", "Kep. Kepala BKPSDM 12/2026", 3)
    assert best == RULES.figures["education_s3"]
    assert rules.sha256 != RULES.sha256
    assert corrected_rules({}, number=3, basis="x").sha256 == RULES.sha256
