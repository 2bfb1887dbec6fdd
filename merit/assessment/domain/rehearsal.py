"""What a rehearsal (gladi bersih) says: go or no-go, from what the room's browsers really did."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SLOW_MS = 1_000.0
CLOCK_MS = 5_000.0
GAP_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTrial:
    """What one seat did: None where it told nothing."""

    room_id: int
    seat: int
    browser: str = ""
    latency_ms: tuple[float, ...] = ()
    clock_ms: float | None = None
    saves: int = 0
    longest_gap: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomVerdict:
    """One room: what was tried, and reason codes against it."""

    room_id: int
    seats: int
    tried: int
    saved: int
    latency_p95: float | None
    clock_worst: float | None
    browsers: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()

    @property
    def is_go(self) -> bool:
        """Whether the room is ready."""
        return not self.reasons


def judge_room(room_id: int, seats: int, trials: Sequence[SeatTrial]) -> RoomVerdict:
    """Say whether a room is ready: every seat tried and saved, fast enough, clocks near, no silence."""
    latencies = sorted(value for trial in trials for value in trial.latency_ms)
    clocks = [abs(trial.clock_ms) for trial in trials if trial.clock_ms is not None]
    p95 = percentile(latencies, 0.95)
    worst = max(clocks, default=None)
    saved = sum(1 for trial in trials if trial.saves)
    found = {
        "rehearsal-seats": len({trial.seat for trial in trials}) < seats,
        "rehearsal-saves": saved < len(trials),
        "rehearsal-unmeasured": bool(trials) and p95 is None,
        "rehearsal-slow": p95 is not None and p95 > SLOW_MS,
        "rehearsal-clocks": worst is not None and worst > CLOCK_MS,
        "rehearsal-gaps": any(trial.longest_gap > GAP_SECONDS for trial in trials),
    }
    return RoomVerdict(
        room_id=room_id,
        seats=seats,
        tried=len({trial.seat for trial in trials}),
        saved=saved,
        latency_p95=p95,
        clock_worst=worst,
        browsers=dict(Counter(browser_family(trial.browser) for trial in trials).most_common()),
        reasons=tuple(code for code, is_so in found.items() if is_so),
    )


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the nearest-rank percentile of ordered values."""
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)] if ordered else None


def browser_family(agent: str) -> str:
    """Return name and major version of a browser from its user agent, "" when unknown."""
    for mark, name in (
        ("SEB/", "Safe Exam Browser"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Version/", "Safari"),
    ):
        _before, found, after = agent.partition(mark)
        if found:
            return f"{name} {after.split('.')[0].split(' ')[0]}"
    return ""
