"""Scoring one candidate's sheet: every place of the paper, with corrected keys and marks of essays; pure.

A place is ``scored`` or ``blank`` (nothing answered: no points), waits for people (``to_mark``), is ``void`` (taken
out for everybody) or ``unsupported`` (nothing can evaluate it: taken out of points and maximum, and listed, never
counted as zero). A place on trial is scored for the statistics and never counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from merit.assessment.domain.items import EssayKey, ItemContent, ItemKey, Responses
from merit.assessment.domain.marking import resolve
from merit.assessment.domain.results import PLACES, Mark, Match, Result, summarise
from merit.assessment.domain.scoring import ItemScore, Outcome

COUNTING = frozenset({"scored", "blank"})
VOID = "void"
WHOLE = ""
Score = Callable[[ItemContent, ItemKey, Responses], ItemScore]


class PlaceReason(StrEnum):
    """Why a place was treated unlike others; each has a sentence."""

    TRIAL = "place-trial"
    VOID = "place-void"
    EVERYBODY = "place-everybody"
    NEW_KEY = "place-new-key"
    THIRD_MARK = "place-third-mark"
    ONE_MARK = "place-marks-wanted"


class CorrectionKind(StrEnum):
    """What a key change does."""

    KEY = "key"
    VOID = "void"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """An approved change of an item's key for one sitting; ``key`` only for a new key."""

    kind: CorrectionKind
    key: ItemKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EssayRule:
    """How the essay of an item is marked: most points, width of a step, difference that calls a third marker."""

    points: Decimal
    step: Decimal
    tolerance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place of a paper as scoring needs it; ``version`` is the SHA-256 of what was asked."""

    position: int
    version: str
    competency: str
    content: ItemContent
    key: ItemKey
    maximum: Decimal
    is_scored: bool = True
    correction: Correction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceScore:
    """Points of one place; ``points`` is None where it does not count (yet)."""

    position: int
    version: str
    competency: str
    points: Decimal | None
    maximum: Decimal
    outcome: str
    reason: str = ""

    @property
    def counts(self) -> bool:
        """Whether the place is part of points and maximum."""
        return self.outcome in COUNTING and self.reason != PlaceReason.TRIAL


def score_place(place: Place, responses: Responses, marks: Sequence[Decimal], score: Score) -> PlaceScore:
    """Return the score of one place; ``score`` evaluates an item by its key (``domain.scoring.score_item``)."""
    correction = place.correction
    if correction and correction.kind is CorrectionKind.VOID:
        return _scored(place, None, place.maximum, VOID, PlaceReason.VOID)
    if correction and correction.kind is CorrectionKind.EVERYBODY:
        return _scored(place, place.maximum, place.maximum, Outcome.SCORED, PlaceReason.EVERYBODY)
    key = place.key if correction is None or correction.key is None else correction.key
    found = score(place.content, key, responses)
    reason = found.reason
    if found.outcome is Outcome.TO_MARK:
        found, reason = _marked(place.content, key, responses, marks, score)
    if correction and found.outcome in COUNTING:  # for all alike, whatever else is told of some
        reason = PlaceReason.NEW_KEY.value
    return _scored(place, found.points, found.maximum, found.outcome, reason)


def _scored(place: Place, points: Decimal | None, maximum: Decimal, outcome: str, reason: str) -> PlaceScore:
    return PlaceScore(
        position=place.position,
        version=place.version,
        competency=place.competency,
        points=None if points is None else points.quantize(PLACES),
        maximum=maximum.quantize(PLACES),
        outcome=str(outcome),
        reason=str(reason if place.is_scored else PlaceReason.TRIAL),
    )


def essay_rule(key: ItemKey) -> EssayRule:
    """Return how the essays of an item are marked together; an item without an essay key counts its maximum."""
    essays = [rule for rule in key.responses.values() if isinstance(rule, EssayKey)]
    if not essays:
        return EssayRule(points=key.maximum, step=Decimal(1), tolerance=Decimal(1))
    return EssayRule(
        points=sum((rule.points for rule in essays), Decimal(0)),
        step=min(rule.step for rule in essays),
        tolerance=max(rule.tolerance for rule in essays),
    )


def _marked(
    content: ItemContent, key: ItemKey, responses: Responses, marks: Sequence[Decimal], score: Score
) -> tuple[ItemScore, str]:
    """Return the score of an item with an essay from its marks and what its other parts earn by themselves."""
    essays = frozenset(name for name, rule in key.responses.items() if isinstance(rule, EssayKey))
    essays = essays or frozenset(interaction.id for interaction in content.interactions)
    written = any(text.strip() for name in essays for text in responses.get(name, ()))
    others = _without(key, essays)
    part = score(content, others, responses) if others.responses else None
    if part and part.outcome is Outcome.UNSUPPORTED:
        return part, part.reason
    earned = part.points if part and part.points is not None else Decimal(0)
    if not written:
        outcome = part.outcome if part else Outcome.BLANK
        return ItemScore(_bounded(earned, key), key.maximum, outcome), ""
    found = resolve(marks, essay_rule(key).tolerance)
    if found.points is None:
        return ItemScore(None, key.maximum, Outcome.TO_MARK), PlaceReason.ONE_MARK.value
    reason = PlaceReason.THIRD_MARK.value if found.has_disagreed else ""
    return ItemScore(_bounded(earned + found.points, key), key.maximum, Outcome.SCORED), reason


def _without(key: ItemKey, names: frozenset[str]) -> ItemKey:
    return key.model_copy(
        update={"responses": {name: rule for name, rule in key.responses.items() if name not in names}}
    )


def _bounded(points: Decimal, key: ItemKey) -> Decimal:
    if key.lower is not None:
        points = max(points, key.lower)
    return points if key.upper is None else min(points, key.upper)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One candidate's scored sheet: places in order, results by competency (:data:`WHOLE` is the whole test)."""

    number: str
    places: tuple[PlaceScore, ...]
    results: Mapping[str, Result]
    matches: Mapping[str, Any] | None = None

    @property
    def waiting(self) -> int:
        """How many counting essays still wait for marks."""
        return sum(place.outcome == Outcome.TO_MARK and place.reason != PlaceReason.TRIAL for place in self.places)


def results_of(
    places: Sequence[PlaceScore], *, cuts: Sequence[Decimal], weights: Mapping[str, Decimal]
) -> dict[str, Result]:
    """Return the result per competency, in order of their codes, and of the whole."""
    marks = [
        Mark(competency=place.competency, points=place.points, maximum=place.maximum)
        for place in places
        if place.counts and place.points is not None
    ]
    codes = sorted({place.competency for place in places if place.reason != PlaceReason.TRIAL} - {WHOLE})
    results = {code: summarise([mark for mark in marks if mark.competency == code], cuts=cuts) for code in codes}
    return {WHOLE: summarise(marks, cuts=cuts, weights=weights), **results}


def match_document(match: Match, categories: Mapping[str, str], *, position: str, name: str) -> dict[str, Any]:
    """Return a job person match as it is stored; ``categories`` are the labels by purpose."""
    return {
        "position": position,
        "name": name,
        "points": match.points,
        "required": match.required,
        "percent": None if match.percent is None else str(match.percent),
        "se": None if match.error is None else str(match.error),
        "missing": list(match.missing),
        **categories,
    }


def sheets_sha256(sheets: Sequence[Sheet], scales: Mapping[str, str] | None = None) -> str:
    """Return the SHA-256 of scored sheets: the same for the same sheets in any order, on any database.

    ``scales`` are the SHA-256 of the calibrated scales used, by competency.
    """
    lines = sorted(json.dumps(_plain(sheet), ensure_ascii=False, sort_keys=True) for sheet in sheets)
    lines += [f"{competency} {sha256}" for competency, sha256 in sorted((scales or {}).items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _plain(sheet: Sheet) -> list[Any]:
    places = [
        [place.position, place.version, _text(place.points), _text(place.maximum), place.outcome, place.reason]
        for place in sorted(sheet.places, key=lambda place: place.position)
    ]
    results = [[code, *_plain_result(result)] for code, result in sorted(sheet.results.items())]
    return [sheet.number, places, results, sheet.matches]


def _plain_result(result: Result) -> list[Any]:
    numbers = (result.raw, result.maximum, result.scaled, result.scaled_se, result.ability, result.ability_se)
    chances = [_text(chance) for chance in result.probabilities]
    return [result.items, *map(_text, numbers), result.level, _text(result.level_se), chances]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value.quantize(PLACES))
