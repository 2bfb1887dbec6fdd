"""What every page of a run says first: which vacancy, which policy, what a reader must know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from merit.phrases import phrase
from merit.ranking.store.loading import LoadedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHead:
    """A run in a few lines.

    ``notes``: sentences a reader needs before the numbers (simulation, replay). ``uncertainty_note``: why there are
    no intervals, "" where there are. ``size``: number of names to the PPK (k).
    ``precision``: decimals of a score.
    ``is_frozen_policy``: the version is the one frozen when the vacancy was announced.
    ``band``: positions l and m of the indistinguishable band, None where not drawn; the band is positions l + 1 … m
    and may be empty.
    """

    code: str
    vacancy: str
    position: str
    as_of: dt.date
    computed_at: dt.datetime
    policy_code: str
    policy_version: int
    policy_title: str
    policy_sha256: str
    engine: str
    seed: str
    result_sha256: str
    size: int
    precision: int
    considered: int
    eligible: int
    held: int
    failed: int
    is_simulation: bool
    is_frozen_policy: bool
    notes: tuple[str, ...]
    uncertainty_note: str
    draws: int
    band: tuple[int, int] | None

    @property
    def has_intervals(self) -> bool:
        """Whether uncertainty was drawn."""
        return self.draws > 0

    @property
    def band_size(self) -> int:
        """Number of officials who cannot be told apart at the cut."""
        return 0 if self.band is None else max(self.band[1] - self.band[0], 0)


def run_head(run: LoadedRun) -> RunHead:
    """Return the head of a run."""
    policy = run.header["policy"]
    known = run.uncertainty
    return RunHead(
        code=run.code,
        vacancy=run.vacancy.code,
        position=run.header["position"]["name"],
        as_of=run.as_of,
        computed_at=run.computed_at,
        policy_code=policy["code"],
        policy_version=policy["version"],
        policy_title=policy["title"],
        policy_sha256=policy["sha256"],
        engine=run.engine,
        seed=run.seed,
        result_sha256=run.result_sha256,
        size=run.ranking.size,
        precision=run.policy.precision,
        considered=run.counts["considered"],
        eligible=run.counts["eligible"],
        held=run.counts["hold"],
        failed=run.counts["failed"],
        is_simulation=run.header["simulation"],
        is_frozen_policy=all(note["code"] != "run-simulation-policy" for note in run.header["notes"]),
        notes=tuple(_sentence(note) for note in run.header["notes"]),
        uncertainty_note="" if known else _sentence(run.header["uncertainty"]),
        draws=0 if known is None else known.draws,
        band=None if known is None else known.band,
    )


def _sentence(note: Mapping[str, Any]) -> str:
    return phrase(note["code"], **note["details"])
