import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.alignment import (
    cut_overlaps,
    divide,
    last_per_row,
    make_table,
    match,
    newest_source,
    notes,
    positions,
    total,
)

pytestmark = pytest.mark.unit


def ints(*values):
    return np.array(values, dtype=np.int64)


def dates(*texts):
    return np.array(texts, dtype="datetime64[D]")


@given(
    st.lists(st.integers(1, 50), unique=True, max_size=20),
    st.lists(st.integers(1, 60), max_size=30),
    st.sampled_from([1, 10**12]),
)
def test_positions_find_every_id_or_say_it_is_not_there(officials, ids, stretch):
    expected = [officials.index(each) if each in officials else -1 for each in ids]

    found = positions(ints(*officials) * stretch, ints(*ids) * stretch)

    assert found.tolist() == expected


def test_last_per_row_takes_the_greatest_by_the_keys_in_turn():
    row, dated = ints(2, 0, 2, 2, 0), dates("2025-01-01", "2025-01-01", "NaT", "2025-01-01", "2024-01-01")
    source = ints(7, 1, 9, 8, 3)

    assert last_per_row(row, dated, source).tolist() == [1, 3]
    assert last_per_row(ints()).tolist() == []


def test_newest_source_leaves_the_others_without():
    source, dated = newest_source(3, ints(1, 1), ints(5, 4), dates("2024-01-01", "2025-01-01"))

    assert source.tolist() == [0, 4, 0]
    assert dated.astype(str).tolist() == ["NaT", "2025-01-01", "NaT"]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-(2**40), 2**40)), max_size=30))
def test_total_is_exact(entries):
    rows = ints(*(row for row, _ in entries))

    sums = total(rows, ints(*(value for _, value in entries)), 5)

    assert sums.tolist() == [sum(value for row, value in entries if row == wanted) for wanted in range(5)]


def test_divide_is_one_division_and_nan_elsewhere():
    quotient = divide(ints(1, 2), ints(3, 0), np.array([True, False]))

    assert quotient[0] == 1 / 3
    assert np.isnan(quotient[1])


@given(st.lists(st.integers(0, 5), max_size=12), st.lists(st.integers(0, 5), max_size=12))
def test_match_finds_all_pairs(keys, wanted):
    pairs = {(i, j) for i, key in enumerate(keys) for j, each in enumerate(wanted) if key == each}

    left, right = match(ints(*keys), ints(*wanted))

    assert sorted(zip(left.tolist(), right.tolist(), strict=True)) == sorted(pairs)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(-400, 400), st.integers(0, 60)), max_size=15))
def test_cut_overlaps_lets_no_day_count_twice(periods):
    group = ints(*(each for each, _, _ in periods))
    starts = dates("1970-01-01") + ints(*(start for _, start, _ in periods)).astype("timedelta64[D]")
    ends = starts + ints(*(length for _, _, length in periods)).astype("timedelta64[D]")
    covered = {(each, day) for each, start, length in periods for day in range(start, start + length + 1)}

    cut = cut_overlaps(group, starts, ends)

    days = np.maximum((ends - cut).astype(np.int64) + 1, 0).sum()
    assert days == len(covered)


def test_notes_let_later_reasons_win():
    reasons = notes(3, few_cases=np.array([True, True, False]), leads_none=np.array([True, False, False]))

    assert reasons.tolist() == ["leads-none", "few-cases", ""]


def test_make_table_sorts_by_row_start_and_source():
    table = make_table(
        ints(1, 0, 0, 0),
        code=np.array(["d", "c", "b", "a"]),
        start=dates("2020-01-01", "2021-01-01", "2019-01-01", "2019-01-01"),
        source=ints(1, 2, 9, 3),
    )

    assert table.code.tolist() == ["a", "b", "c", "d"]
    assert table.end.tolist() == table.start.tolist()
    assert table.value.tolist() == [0, 0, 0, 0]


def test_make_table_does_not_depend_on_the_order_of_recording():
    rows = np.array([0, 0, 0, 1, 1])
    start = np.array(["2025-01-01"] * 4 + ["2026-01-01"], dtype="datetime64[D]")
    code = np.array(["sehat", "lhkpn", "spt", "sehat", "lhkpn"])
    value = np.array([1, 2, 3, 4, 5])

    tables = [
        make_table(rows[order], code=code[order], source=np.arange(5), start=start[order], value=value[order])
        for order in (np.arange(5), np.array([4, 2, 1, 3, 0]))
    ]

    assert tables[0].code.tolist() == ["lhkpn", "sehat", "spt", "sehat", "lhkpn"]
    assert all(table.value.tolist() == [2, 1, 3, 4, 5] for table in tables)
