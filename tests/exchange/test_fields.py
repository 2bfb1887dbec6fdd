"""Cells and what they mean."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.exchange import fields
from merit.exchange.domain import CellError, column_letter

pytestmark = pytest.mark.unit


def refusal(parser: fields.Parser, raw: object) -> str:
    with pytest.raises(CellError) as error:
        parser(raw)
    return error.value.code


@pytest.mark.parametrize(
    "raw",
    [
        "2024-02-29",
        "29-02-2024",
        "29/02/2024",
        "2024-02-29T00:00:00Z",
        dt.date(2024, 2, 29),
        dt.datetime(2024, 2, 29, tzinfo=dt.UTC),
    ],
)
def test_date_reads_every_form(raw: object) -> None:
    assert fields.date(raw) == dt.date(2024, 2, 29)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("31-02-1990", "date-impossible"),
        ("2023-02-29", "date-impossible"),
        ("12-31/2020", "date-form"),
        ("kemarin", "date-form"),
        (44197.0, "date-form"),
        ("0985-04-12", "date-range"),
    ],
)
def test_date_refuses(raw: object, code: str) -> None:
    assert refusal(fields.date, raw) == code


@pytest.mark.parametrize("raw", ["198504122010011003", "19850412 201001 1 003", "'198504122010011003"])
def test_nip_is_cleaned(raw: str) -> None:
    assert fields.nip(raw) == "198504122010011003"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1.98504E+17", "nip-rounded"),
        ("1,98504E+17", "nip-rounded"),
        (1.98504e17, "nip-rounded"),
        ("19850412201001100", "nip-form"),
        ("19850412201001100X", "nip-form"),
        (12.0, "nip-form"),
    ],
)
def test_nip_refuses(raw: object, code: str) -> None:
    assert refusal(fields.nip, raw) == code


@pytest.mark.parametrize(
    ("raw", "micro"),
    [
        ("12,5", 12_500_000),
        ("12.5", 12_500_000),
        ("0,000001", 1),
        (12.5, 12_500_000),
        ("97 %", 97_000_000),
        ("-3", -3_000_000),
    ],
)
def test_decimal_is_exact_to_six_places(raw: object, micro: int) -> None:
    assert fields.decimal()(raw) == micro


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1.234,5", "number-separators"),
        ("0,0000001", "number-too-fine"),
        (0.1 + 0.2, "number-too-fine"),
        ("banyak", "number-form"),
        ("151", "decimal-range"),
        (True, "number-form"),
    ],
)
def test_decimal_refuses(raw: object, code: str) -> None:
    assert refusal(fields.decimal(0, 150), raw) == code


def test_integer_range_and_form() -> None:
    level = fields.integer(1, 5, "level-range")

    assert [level(raw) for raw in ("3", 3.0, "3,0")] == [3, 3, 3]
    assert refusal(level, "6") == "level-range"
    assert refusal(level, "2,5") == "integer-form"


@pytest.mark.parametrize("raw", ["di_bawah", "Di Bawah", "DI-BAWAH", "dibawah"])
def test_choice_folds_case_and_separators(raw: str) -> None:
    assert fields.choice(("di_bawah", "sesuai"))(raw) == "di_bawah"


@pytest.mark.parametrize(("raw", "meant"), [("ya", True), ("Tidak", False), (True, True), ("1", True)])
def test_yes_no(raw: object, meant: bool) -> None:
    assert fields.yes_no(raw) is meant


@pytest.mark.parametrize(
    ("raw", "meant"), [("2025", "2025"), ("2025-06", "2025-06"), (2025.0, "2025"), (dt.date(2025, 6, 1), "2025-06")]
)
def test_period(raw: object, meant: str) -> None:
    assert fields.period(raw) == meant


def test_code_refuses_rounded_numbers() -> None:
    assert fields.code(101.0) == "101"
    assert refusal(fields.code, "1.2E+16") == "number-rounded"
    assert refusal(fields.code, 1.2e16) == "number-rounded"


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=20))
def test_plain_columns_are_what_the_parser_gives(values: list[str]) -> None:
    if fields.all_plain(fields.text, values):
        assert [fields.text(value.strip()) for value in values] == values


@given(st.lists(st.from_regex(r"[a-z0-9.]{0,5}@[a-z]{0,4}\.?[a-z]{0,3}", fullmatch=True), min_size=1, max_size=5))
def test_plain_emails_are_what_the_parser_gives(values: list[str]) -> None:
    if fields.all_plain(fields.email, values):
        assert [fields.email(value) for value in values] == values


@pytest.mark.parametrize(
    ("index", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_column_letters(index: int, letters: str) -> None:
    assert column_letter(index) == letters
