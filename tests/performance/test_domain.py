import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.evidence import PREDICATES
from merit.performance.domain import (
    GroupSums,
    add_working_days,
    choose_years,
    format_predicate,
    judge_answer,
    judge_closing,
    parse_predicate,
    parse_rating,
    predicate_of,
    rate,
    working_calendar,
)

pytestmark = pytest.mark.unit

AS_OF = np.datetime64("2026-06-01")
DAYS_IN_YEAR = np.array([365, 366, 365, 365])


def dates(*texts):
    return np.array(texts, dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("result", "behaviour", "predicate"),
    [
        (3, 3, "Sangat Baik"),
        (3, 2, "Baik"),
        (3, 1, "Kurang/Misconduct"),
        (2, 3, "Baik"),
        (2, 2, "Baik"),
        (2, 1, "Kurang/Misconduct"),
        (1, 3, "Butuh Perbaikan"),
        (1, 2, "Butuh Perbaikan"),
        (1, 1, "Sangat Kurang"),
    ],
)
def test_predicate_follows_the_matrix(result, behaviour, predicate):
    assert format_predicate(predicate_of(result, behaviour)) == predicate


@pytest.mark.parametrize(
    ("text", "rating"),
    [("di_bawah", 1), ("Sesuai", 2), ("DI ATAS", 3), ("di atas ekspektasi", 3), ("bagus", None), ("", None)],
)
def test_parse_rating_reads_the_written_forms(text, rating):
    assert parse_rating(text) == rating


@pytest.mark.parametrize(
    ("text", "predicate"),
    [("sangat baik", 5), ("Cukup", 3), ("Butuh  Perbaikan", 3), ("Kurang", 2), ("Misconduct", 2), ("Istimewa", None)],
)
def test_parse_predicate_reads_names_and_synonyms(text, predicate):
    assert parse_predicate(text) == predicate


def test_parse_predicate_is_the_inverse_of_format_predicate():
    assert [parse_predicate(format_predicate(number)) for number in range(1, 6)] == [1, 2, 3, 4, 5]
    assert format_predicate(1) == PREDICATES[0]


def test_choose_years_takes_the_first_two_with_six_months_of_service():
    leave = np.array(
        [
            [0, 0, 0, 0],
            [184, 0, 0, 0],  # 365 - 184 = 181 days served: just six months
            [185, 0, 0, 0],  # 180 days: skipped
            [365, 366, 0, 0],
            [365, 366, 365, 0],  # only one year left
        ]
    )

    assert choose_years(leave, DAYS_IN_YEAR).astype(int).tolist() == [
        [1, 1, 0, 0],
        [1, 1, 0, 0],
        [0, 1, 1, 0],
        [0, 0, 1, 1],
        [0, 0, 0, 1],
    ]


def sums(*groups):
    shifted = [[round((score - 3) * 1_000_000) for score in group] for group in groups]
    return GroupSums(
        count=np.array([[len(group) for group in groups]]),
        shifted=np.array([[sum(group) for group in shifted]]),
        squares=np.array([[sum(score**2 for score in group) for group in shifted]]),
    )


def test_rate_averages_the_means_of_the_groups():
    rating = rate(sums([5], [4, 4, 5, 3], [3, 4, 5]), rater_sd=0.8)

    # Means 5, 4, 4: 13/3. With 3 s0² = 1.92: v = 1.92/3 = 0.64; (2 + 1.92)/6 = 0.6533; (2 + 1.92)/5 = 0.784;
    # SE = sqrt(0.64/1 + 0.6533/4 + 0.784/3) / 3 = sqrt(1.064667) / 3 = 0.343943
    assert rating.mean.tolist() == [13 / 3]
    assert rating.se == pytest.approx([0.343943], abs=1e-6)
    assert rating.applies.tolist() == [True]


def test_rate_gives_the_superior_at_most_a_third():
    rating = rate(sums([5], [4, 4, 5, 3], []), rater_sd=0.8)

    # 5/3 + 2·4/3 = 13/3; SE = sqrt(0.64/9 + 4/9 · 0.163333) = 0.379083
    assert rating.mean.tolist() == [13 / 3]
    assert rating.se == pytest.approx([0.379083], abs=1e-6)


def test_rate_leaves_out_groups_of_fewer_than_three():
    rating = rate(sums([], [1, 1], [4, 4, 4]), rater_sd=0.8)

    assert rating.mean.tolist() == [4.0]


def test_rate_does_not_apply_without_a_group_besides_the_superior():
    rating = rate(sums([5], [4, 4], [5]), rater_sd=0.8)

    assert rating.applies.tolist() == [False]
    assert np.isnan(rating.mean[0])
    assert np.isnan(rating.se[0])


@given(st.lists(st.integers(1, 4), min_size=3, max_size=30), st.lists(st.integers(1, 5), min_size=3, max_size=8))
def test_rate_rises_with_a_better_mark_and_stays_on_the_scale(peers, staff):
    before = rate(sums([3], peers, staff), rater_sd=0.8).mean[0]
    after = rate(sums([3], [peers[0] + 1, *peers[1:]], staff), rater_sd=0.8).mean[0]

    assert 1 <= before < after <= 5


def test_working_days_skip_weekends_and_national_holidays():
    calendar = working_calendar(2026, 2026)

    # Friday 13 March 2026, five days on: 16, 17, 18, (19 Nyepi), 20, 23.
    assert add_working_days(dates("2026-03-13"), 5, calendar).astype(str).tolist() == ["2026-03-23"]
    # From a Saturday or Sunday the next Monday is the first day.
    assert add_working_days(dates("2026-04-11", "2026-04-12"), 1, calendar).astype(str).tolist() == ["2026-04-13"] * 2


def test_judge_closing_says_what_counts_and_what_was_in_time():
    counts, in_time = judge_closing(
        closed=dates("2026-05-05", "2026-05-06", "NaT", "NaT", "2026-06-02", "2026-05-04"),
        reopened=dates("NaT", "NaT", "NaT", "NaT", "NaT", "2026-05-20"),
        deadline=dates("2026-05-05", "2026-05-05", "2026-05-29", "2026-06-01", "2026-06-02", "2026-05-05"),
        as_of=AS_OF,
    )

    # on the last day; a day late; open past it; open within; closed only after the as-of date; reopened
    assert counts.tolist() == [True, True, True, False, False, True]
    assert in_time.tolist() == [True, False, False, False, False, False]


def test_judge_answer_says_what_counts_and_what_was_in_time():
    counts, in_time = judge_answer(
        answered=dates("2026-05-05", "2026-05-06", "NaT", "NaT"),
        deadline=dates("2026-05-05", "2026-05-05", "2026-05-29", "2026-06-01"),
        as_of=AS_OF,
    )

    assert counts.tolist() == [True, True, True, False]
    assert in_time.tolist() == [True, False, False, False]
