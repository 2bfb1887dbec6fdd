"""Times of classes: what a session may be, which times overlap, how a calendar file says it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

MINUTES_PER_HOUR = 45  # one JP
LONGEST = dt.timedelta(hours=14)
_LINE = 73


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when; the end itself is free again."""

    starts: dt.datetime
    ends: dt.datetime

    def overlaps(self, other: Span) -> bool:
        """Whether the two share time."""
        return self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One session as a calendar shows it; ``uid`` stays the same when the session moves."""

    uid: str
    title: str
    span: Span
    venue: str = ""
    is_cancelled: bool = False


def session_problem(span: Span, hours: Decimal, others: Iterable[Span]) -> str:
    """Return why a session cannot be held so, "" where it can.

    One JP is 45 minutes at most of which a session counts; it lasts less than 14 hours and shares no time with
    another of its class.
    """
    if span.ends <= span.starts:
        return "session-order"
    if span.ends - span.starts > LONGEST:
        return "session-too-long"
    minutes = int((span.ends - span.starts).total_seconds() // 60)
    if hours <= 0 or hours * MINUTES_PER_HOUR > minutes:
        return "session-hours-over"
    if any(span.overlaps(other) for other in others):
        return "session-overlaps"
    return ""


def clashing(wanted: Iterable[Span], taken: Iterable[Span]) -> bool:
    """Whether any of the wanted times shares time with one that is taken."""
    busy = list(taken)
    return any(each.overlaps(other) for each in wanted for other in busy)


def calendar_file(meetings: Iterable[Meeting], *, name: str, at: dt.datetime) -> str:
    """Return the meetings as iCalendar (RFC 5545), lines folded at 75 octets, times in UTC."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Merit//Pelatihan//ID", f"X-WR-CALNAME:{_escaped(name)}"]
    for meeting in meetings:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{meeting.uid}",
            f"DTSTAMP:{_utc(at)}",
            f"DTSTART:{_utc(meeting.span.starts)}",
            f"DTEND:{_utc(meeting.span.ends)}",
            f"SUMMARY:{_escaped(meeting.title)}",
            f"STATUS:{'CANCELLED' if meeting.is_cancelled else 'CONFIRMED'}",
        ]
        lines += [f"LOCATION:{_escaped(meeting.venue)}"] if meeting.venue else []
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _utc(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text


def _folded(line: str) -> list[str]:
    """Break a line after at most 73 octets, never inside a character."""
    parts = [b""]
    for letter in line:
        octets = letter.encode()
        if len(parts[-1]) + len(octets) > _LINE:
            parts.append(b" ")
        parts[-1] += octets
    return [part.decode() for part in parts]
