import datetime as dt
from decimal import Decimal

import pytest

from merit.training.domain.certificates import Held, folded, is_earned, media_type_of, overlapping, same_as, valid_until

pytestmark = pytest.mark.unit

FIRST, LAST = dt.date(2025, 5, 5), dt.date(2025, 5, 7)
HELD = [Held("Audit", FIRST, LAST, ""), Held("Lain", LAST, LAST, "A-1")]


def test_a_share_of_the_hours_earns_a_certificate():
    assert is_earned(Decimal("6.4"), Decimal(8), 80)
    assert not is_earned(Decimal("6.39"), Decimal(8), 80)
    assert not is_earned(Decimal(0), Decimal(0), 80)


def test_numbers_are_compared_without_signs_and_an_empty_one_is_like_nothing():
    assert folded("SERT/12-a") == folded("sert 12 A")
    assert same_as("x", FIRST, FIRST, "a 1", HELD)
    assert not same_as("x", FIRST, FIRST, "--", HELD)
    assert same_as("AUDIT", FIRST, LAST, "9", HELD)


def test_days_shared_are_told():
    assert overlapping(LAST, LAST, HELD) == HELD
    assert overlapping(LAST + dt.timedelta(days=1), dt.date.max, HELD) == []


def test_validity_survives_leap_days():
    assert valid_until(dt.date(2024, 2, 29), 1) == dt.date(2025, 2, 28)
    assert valid_until(FIRST, 0) is None


def test_files_are_known_by_their_first_bytes():
    assert [media_type_of(data) for data in (b"%PDF-1", b"\xff\xd8\xff", b"GIF89a")] == [
        "application/pdf",
        "image/jpeg",
        "",
    ]
