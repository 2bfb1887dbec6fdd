import datetime as dt
from decimal import Decimal

import pytest

from merit.training.domain.attendance import (
    Credit,
    credit_arrival,
    credit_minutes,
    is_session_code,
    seconds_left,
    session_code,
)
from merit.training.domain.meetings import Meeting, Span, calendar_file, session_problem
from merit.training.domain.settings import ClassSettings

pytestmark = pytest.mark.unit

RULES = ClassSettings(late_minutes=15, late_rule="minutes", least_percent=50)
AT = dt.datetime(2026, 3, 2, 1, 2, 30, tzinfo=dt.UTC)


def refer(text: str, purpose: str) -> str:
    import hashlib

    return hashlib.sha256(f"{purpose}/{text}".encode()).hexdigest()


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (-5, Credit("present", 180, Decimal(4))),
        (15, Credit("present", 180, Decimal(4))),
        # 4 JP x (180 - 45) / 180
        (45, Credit("late", 135, Decimal("3.00"))),
        # 4 JP x (180 - 16) / 180 = 3.6444, rounded down
        (16, Credit("late", 164, Decimal("3.64"))),
        # 80 of 180 minutes are under half
        (100, Credit("late", 80, Decimal(0))),
        (500, Credit("late", 0, Decimal(0))),
    ],
)
def test_lateness_counts_by_the_rules_of_the_class(late, expected):
    assert credit_arrival(RULES, length=180, hours=Decimal(4), late=late) == expected


def test_lateness_may_count_in_full_or_not_at_all():
    full, none = RULES.model_copy(update={"late_rule": "full"}), RULES.model_copy(update={"late_rule": "none"})

    assert credit_arrival(full, length=180, hours=Decimal(4), late=60).hours == 4
    assert credit_arrival(none, length=180, hours=Decimal(4), late=60).hours == 0


def test_minutes_beyond_the_session_are_no_attendance():
    assert credit_minutes(RULES, length=180, hours=Decimal(4), minutes=181) is None
    assert credit_minutes(RULES, length=180, hours=Decimal(4), minutes=0) == Credit("absent", 0, Decimal(0))
    assert credit_minutes(RULES, length=180, hours=Decimal(4), minutes=90) == Credit("partial", 90, Decimal("2.00"))


def test_a_code_stands_for_its_five_minutes_and_its_neighbours():
    code = session_code(refer, 7, AT)

    assert len(code) == 6
    assert is_session_code(refer, 7, f" {code[:3].lower()} {code[3:]} ", AT + dt.timedelta(minutes=5))
    assert not is_session_code(refer, 7, code, AT + dt.timedelta(minutes=10))
    assert not is_session_code(refer, 8, code, AT)
    assert seconds_left(AT) == 150


@pytest.mark.parametrize(
    ("hours", "length", "problem"),
    [("4", 3, ""), ("4.01", 3, "session-hours-over"), ("1", 0, "session-order"), ("1", 15, "session-too-long")],
)
def test_hours_fit_the_session(hours, length, problem):
    assert session_problem(Span(AT, AT + dt.timedelta(hours=length)), Decimal(hours), []) == problem


def test_sessions_of_a_class_share_no_time():
    span, touching = Span(AT, AT + dt.timedelta(hours=1)), Span(AT + dt.timedelta(hours=1), AT + dt.timedelta(hours=2))

    assert session_problem(span, Decimal(1), [span]) == "session-overlaps"
    assert session_problem(span, Decimal(1), [touching]) == ""


def test_calendar_lines_are_escaped_and_folded():
    meeting = Meeting(uid="1@m", title="Anggaran, tahap; satu " + "é" * 60, span=Span(AT, AT + dt.timedelta(hours=1)))

    text = calendar_file([meeting], name="Pelatihan", at=AT)

    assert "DTSTART:20260302T010230Z\r\n" in text
    assert "SUMMARY:Anggaran\\, tahap\\; satu" in text
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert "é" * 60 in text.replace("\r\n ", "")
    assert "STATUS:CONFIRMED\r\n" in text


def test_a_session_called_off_stays_in_the_calendar_as_cancelled():
    span = Span(AT, AT + dt.timedelta(hours=1))

    text = calendar_file([Meeting(uid="1@m", title="A", span=span, is_cancelled=True)], name="P", at=AT)

    assert [line for line in text.split("\r\n") if line.startswith(("UID", "STATUS"))] == [
        "UID:1@m",
        "STATUS:CANCELLED",
    ]
