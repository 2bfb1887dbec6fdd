"""Filters: what values look like on an Indonesian page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from merit.web import filters

pytestmark = pytest.mark.unit


def test_long_date_names_the_month_in_indonesian(page):
    assert filters.long_date(dt.date(2026, 3, 1)) == "1 Maret 2026"
    assert filters.long_date("2026-08-17") == "17 Agustus 2026"
    assert filters.long_date(None) == "–"


def test_long_date_of_an_instant_is_the_civil_date_in_wita(page):
    # 16:30 UTC is half past midnight on the next day in WITA (UTC+8).
    assert filters.long_date(dt.datetime(2026, 2, 28, 16, 30, tzinfo=dt.UTC)) == "1 Maret 2026"


def test_moment_shows_wita(page):
    # 01:48:31 UTC + 8 h = 09:48:31.
    instant = dt.datetime(2026, 3, 1, 1, 48, 31, tzinfo=dt.UTC)

    assert filters.moment(instant) == "1 Maret 2026 09.48 WITA"
    assert filters.moment(instant, seconds=True) == "1 Maret 2026 09.48.31 WITA"


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (6000, None, "6.000"),
        (Decimal("86.2"), 2, "86,20"),
        ("71.4", None, "71,4"),
        (-1.5, 1, "-1,5"),
        (float("nan"), None, "–"),
        (None, None, "–"),
        (1234567.891, 0, "1.234.568"),
        ("belum ada", 2, "belum ada"),
    ],
)
def test_number_uses_indonesian_separators(page, value, digits, shown):
    assert filters.number(value, digits) == shown


@pytest.mark.parametrize(("value", "shown"), [("4.5", "+4,50"), (-1.8, "−1,80"), (0, "0,00"), (None, "–")])
def test_signed_carries_a_true_minus(page, value, shown):
    assert filters.signed(value, 2) == shown


def test_percent_of_a_share(page):
    assert filters.percent(Decimal("0.125")) == "12,5 %"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("198504122010011003", "19850412 201001 1 003"), ("123", "123"), ("", "–"), (None, "–")],
)
def test_nip_is_grouped(value, shown):
    assert filters.nip(value) == shown


@pytest.mark.parametrize(
    ("ordinal", "code", "name"),
    [
        (1, "I/a", "Juru Muda (I/a)"),
        (9, "III/a", "Penata Muda (III/a)"),
        (12, "III/d", "Penata Tingkat I (III/d)"),
        (17, "IV/e", "Pembina Utama (IV/e)"),
        (101, "I", "PPPK golongan I"),
        (117, "XVII", "PPPK golongan XVII"),
        (None, "–", "–"),
    ],
)
def test_grade_code_and_name(page, ordinal, code, name):
    assert filters.grade(ordinal) == code
    assert filters.grade_name(ordinal) == name


def test_initials_skip_titles_without_letters():
    assert filters.initials("Siti Rahmawati, S.Sos.") == "SR"
    assert filters.initials("(admin)") == ""


def test_period_that_lasts(page):
    assert filters.period(dt.date(2024, 3, 1), None) == "1 Mar 2024 – sekarang"


def test_days_to_date():
    assert filters.days_to_date(20513) == dt.date(2026, 3, 1)


def test_sentence_list(page):
    assert filters.sentence_list(["a"]) == "a"
    assert filters.sentence_list(["a", "b", "c"]) == "a, b, dan c"


def test_url_with_changes_one_parameter_and_starts_at_page_one(page):
    assert filters.url_with(urut="-nama") == "/komponen?urut=-nama&cari=siti"
    assert filters.url_with(cari=None, halaman=4) == "/komponen?urut=nama&halaman=4"
