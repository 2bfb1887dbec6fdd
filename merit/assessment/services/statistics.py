"""Keep beside every item what a sitting told about it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.item_statistics import (
    count_options,
    discriminations,
    facilities,
    median_seconds,
)
from merit.assessment.models.items import ItemStatistic, ItemVersion
from merit.assessment.queries.adaptive import is_adaptive
from merit.assessment.queries.scores import ScoredSheet
from merit.evidence import FloatArray

LONGEST_ANSWER = 40
LONG = "…"
WRITTEN = ("essay", "composite")


def store_statistics(
    session: Session, sitting_id: int, sheets: Sequence[ScoredSheet], seconds: Mapping[tuple[int, int], float]
) -> None:
    """Compute the classical figures of every version shown in a sitting, in place of those of a former scoring.

    ``seconds`` are those spent by attempt and position. An adaptive sitting gives no facility and no discrimination:
    its items met the persons they suit, so that everybody is right about half the time (``answer_checks`` compares with
    what is expected instead).
    """
    session.execute(delete(ItemStatistic).where(ItemStatistic.sitting_id == sitting_id))
    versions = sorted({placing.version_id for scored in sheets for placing in scored.raw.placings})
    if not versions:
        return
    shares = share_matrix(sheets, versions)
    answers = _answers(sheets, _written(session, versions))
    times = _times(sheets, seconds)
    easy, power = facilities(shares), discriminations(shares)
    if is_adaptive(session, sitting_id):
        easy = power = [None] * len(versions)
    figures = zip(versions, easy, power, strict=True)
    rows: list[dict[str, Any]] = [
        {
            "version_id": version_id,
            "sitting_id": sitting_id,
            "persons": len(answers.get(version_id, ())),
            "facility": _rounded(facility),
            "discrimination": _rounded(discrimination),
            "median_seconds": median_seconds(times.get(version_id, ())),
            "options": count_options(answers.get(version_id, ())),
            "computed_at": clock.now(),
        }
        for version_id, facility, discrimination in figures
    ]
    session.execute(insert(ItemStatistic), rows)


def share_matrix(sheets: Sequence[ScoredSheet], versions: Sequence[int]) -> FloatArray:
    """Return the shares of the points reached, persons x versions; NaN where not given, not scored or void."""
    columns = {version_id: at for at, version_id in enumerate(versions)}
    shares = np.full((len(sheets), len(versions)), np.nan)
    for row, scored in enumerate(sheets):
        ids = {placing.position: placing.version_id for placing in scored.raw.placings}
        for place in scored.sheet.places:
            if place.points is not None and place.maximum > 0:
                shares[row, columns[ids[place.position]]] = float(place.points / place.maximum)
    return shares


def _times(sheets: Sequence[ScoredSheet], seconds: Mapping[tuple[int, int], float]) -> dict[int, list[float]]:
    """Return the seconds that are known per version."""
    found: dict[int, list[float]] = {}
    for scored in sheets:
        for placing in scored.raw.placings:
            spent = seconds.get((scored.raw.attempt_id, placing.position))
            if spent is not None:
                found.setdefault(placing.version_id, []).append(spent)
    return found


def _written(session: Session, versions: Sequence[int]) -> set[int]:
    """Return the versions answered in people's own words."""
    kinds = select(ItemVersion.id).where(ItemVersion.id.in_(versions), ItemVersion.kind.in_(WRITTEN))
    return set(session.scalars(kinds))


def _answers(sheets: Sequence[ScoredSheet], written: set[int]) -> dict[int, list[tuple[str, ...]]]:
    """Return what was answered per version; people's own words are only counted."""
    found: dict[int, list[tuple[str, ...]]] = {}
    for scored in sheets:
        for placing in scored.raw.placings:
            value = scored.raw.answers.get(placing.position, "[]")
            texts = answer_texts(value)
            shown = (LONG,) if texts and placing.version_id in written else texts
            found.setdefault(placing.version_id, []).append(shown)
    return found


def answer_texts(value: str) -> tuple[str, ...]:
    """Return the single values of an answer as texts short enough to be counted."""
    parsed: Any = json.loads(value)
    if isinstance(parsed, dict):
        return tuple(f"{name}: {_short(text)}" for name, texts in sorted(parsed.items()) for text in texts)
    return tuple(_short(text) for text in parsed)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_ANSWER else LONG


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
