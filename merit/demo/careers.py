"""Posts from appointment to the present, consistent with the grade and the tier."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from merit.demo.profiles import PROFILES, Profile, Range
from merit.demo.staffing import Seat

AS_OF = dt.date(2026, 3, 1)
DAYS = 365.25
FIELDS = (
    "pemerintahan",
    "pendidikan",
    "kesehatan",
    "infrastruktur",
    "keuangan",
    "komunikasi",
    "sosial",
    "perekonomian",
)
_ELSEWHERE = 0.3  # share of officials whose earlier posts were in another line of work
_EARLIER = {
    "pelaksana": "Pelaksana Bidang",
    "pengawas": "Kepala Seksi Bidang",
    "administrator": "Kepala Bidang",
    "jf_ahli_pertama": "Fungsional Ahli Pertama Bidang",
    "jf_ahli_muda": "Fungsional Ahli Muda Bidang",
    "jf_terampil": "Fungsional Terampil Bidang",
    "jf_mahir": "Fungsional Mahir Bidang",
}


@dataclass(slots=True)
class Held:
    """A post held for a while; the present one has no end."""

    tier: str
    title: str
    field: str
    starts: dt.date
    ends: dt.date | None = None


def between(bounds: Range, u: float) -> float:
    """Return the point a share ``u`` of the way through a range."""
    return bounds[0] + (bounds[1] - bounds[0]) * u


def years_before(day: dt.date, years: float) -> dt.date:
    """Return the first of the month about ``years`` before a day."""
    return (day - dt.timedelta(days=round(years * DAYS))).replace(day=1)


def draw_career(seat: Seat, profile: Profile, entry: dt.date, draw: Sequence[float]) -> list[Held]:
    """Return the posts of one official from eight uniforms."""
    work = FIELDS[int(draw[7] * len(FIELDS))] if draw[6] < _ELSEWHERE else seat.post.field
    service = (AS_OF - entry).days / DAYS
    if seat.status != "PNS":
        return [Held(seat.post.tier, seat.post.name, seat.post.field, entry)]
    tenure = min(between(profile.tenure, draw[0] ** profile.skew), max(0.15, service - 2))
    if not profile.before:
        tenure = min(between(profile.tenure, draw[0]), service)
    return build_career(seat, entry, tenure, share=0.35 + 0.65 * draw[1], spans=draw[2:5], work=work)


def build_career(
    seat: Seat, entry: dt.date, tenure: float, *, share: float, spans: Sequence[float], work: str
) -> list[Held]:
    """Return posts from appointment to the present one, ``tenure`` years of them in the present tier.

    ``share`` is the part of the tenure spent in the present post; ``spans`` place the earlier tiers' years
    within what is usual; ``work`` is the field of the earlier posts.
    """
    start = max(entry, years_before(AS_OF, tenure))
    present = max(start, years_before(AS_OF, tenure * share))
    held = [Held(seat.post.tier, seat.post.name, seat.post.field, present)]
    if present > start:
        held.append(Held(seat.post.tier, earlier_title(seat.post.tier, work, 1), work, start))
    before = PROFILES[seat.post.tier].before or ((seat.post.tier, (1, 40)),)
    for number, (tier, bounds) in enumerate(before):
        if start <= entry:
            break
        is_last = number == len(before) - 1
        start = entry if is_last else max(entry, years_before(start, between(bounds, spans[number % len(spans)])))
        held.append(Held(tier, earlier_title(tier, work, number + 2), work, start))
    held.reverse()
    for earlier, later in itertools.pairwise(held):
        earlier.ends = later.starts - dt.timedelta(days=1)
    return held


def earlier_title(tier: str, work: str, number: int) -> str:
    """Return a plain title for a past post."""
    base = _EARLIER.get(tier, tier.replace("_", " ").title())
    return f"{base} {work.title()}{' ' + 'I' * number if number > 1 else ''}"
