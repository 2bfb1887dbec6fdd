"""Intervals and probabilities of one official, in the same shape for programs and pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from merit.ranking.engine.result import score_text
from merit.ranking.engine.types import Uncertainty
from merit.ranking.store.loading import LoadedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What the draws say of one ranked official; the score interval is rounded to the policy's precision."""

    score_interval: tuple[float, float]
    rank_interval: tuple[int, int]
    p_top: float
    in_band: bool


def places_of(uncertainty: Uncertainty | None) -> dict[int, int]:
    """Return the place of each ranked row in the arrays of an uncertainty."""
    return {} if uncertainty is None else {row: place for place, row in enumerate(uncertainty.rows.tolist())}


def drawn_of(run: LoadedRun, row: int, places: Mapping[int, int]) -> Drawn | None:
    """Return intervals and probabilities, None where nothing was drawn; the intervals contain score and rank."""
    known, place = run.uncertainty, places.get(row)
    if known is None or place is None:
        return None
    digits = run.ranking.policy.precision
    score = float(score_text(run.ranking, row))
    low = min(round(float(known.score_low[place]), digits), score)
    high = max(round(float(known.score_high[place]), digits), score)
    return Drawn(
        score_interval=(low, high),
        rank_interval=(int(known.rank_low[place]), int(known.rank_high[place])),
        p_top=float(known.p_top[place]),
        in_band=bool(known.in_band[place]),
    )
