"""Standard setting workshops: their steps, what a valid judgement is, and what a round of judgements leads to; pure.

Raters judge blind, in rounds; between rounds they see the spread and the consequences. Four cuts begin the levels 2
to 5. Nobody sees another's judgement while a round is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np

from merit.assessment.psychometrics import (
    ExpertKey,
    Page,
    PanelCut,
    PanelProblem,
    angoff,
    bookmark,
    compare_rounds,
    cut_problems,
    expected_share,
    expert_key,
)
from merit.assessment.psychometrics.item_set import ItemSet
from merit.evidence import FloatArray

CUT_LEVELS = (2, 3, 4, 5)
MOST_ROUNDS = 5
LEAST_ITEMS, MOST_ITEMS = 5, 80
WHOLE_BOOKLET = 0
Ratings: TypeAlias = Mapping[int, Mapping[int, Sequence[float]]]  # rater -> place -> numbers


class Method(StrEnum):
    """How a workshop judges."""

    ANGOFF = "angoff"
    BOOKMARK = "bookmark"
    EXPERT_KEYS = "expert_keys"


class WorkshopState(StrEnum):
    """Where a workshop stands."""

    PREPARED = "prepared"
    RATING = "rating"
    FEEDBACK = "feedback"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class WorkshopStep(StrEnum):
    """What an organiser may do next."""

    OPEN = "open"
    CLOSE = "close"
    FINISH = "finish"
    CANCEL = "cancel"


class WorkshopProblem(StrEnum):
    """Why something is refused; each has a sentence."""

    STEP = "workshop-step"
    ROUNDS = "workshop-rounds"
    RATERS = "workshop-raters"
    INCOMPLETE = "workshop-incomplete"
    SHARE = "rating-share"
    ORDER = "rating-order"
    PAGE = "rating-page"
    VALUE = "rating-value"
    CUTS = "cuts-four"
    CUTS_ORDER = "cuts-order"


_S, _W = WorkshopStep, WorkshopState
STEPS: Mapping[tuple[WorkshopState, WorkshopStep], WorkshopState] = {
    (_W.PREPARED, _S.OPEN): _W.RATING,
    (_W.FEEDBACK, _S.OPEN): _W.RATING,
    (_W.RATING, _S.CLOSE): _W.FEEDBACK,
    (_W.FEEDBACK, _S.FINISH): _W.FINISHED,
    (_W.PREPARED, _S.CANCEL): _W.CANCELLED,
    (_W.RATING, _S.CANCEL): _W.CANCELLED,
    (_W.FEEDBACK, _S.CANCEL): _W.CANCELLED,
}
LEAST_RATERS: Mapping[Method, int] = {Method.ANGOFF: 2, Method.BOOKMARK: 2, Method.EXPERT_KEYS: 3}


def next_state(state: WorkshopState, step: WorkshopStep, *, rounds: int) -> WorkshopState | WorkshopProblem:
    """Return where a step leads, or why it is not possible; ``rounds`` are those opened so far."""
    target = STEPS.get((state, step))
    if target is None:
        return WorkshopProblem.STEP
    return WorkshopProblem.ROUNDS if step is WorkshopStep.OPEN and rounds >= MOST_ROUNDS else target


def answer_problem(method: Method, answer: Sequence[float], *, size: int) -> WorkshopProblem | None:
    """Return what is wrong with one judgement.

    ``size`` is the number of pages of the booklet (bookmark) or of options (expert keys).
    """
    if method is Method.EXPERT_KEYS:
        fits = len(answer) == size and all(value in {1, 2, 3, 4, 5} for value in answer)
        return None if fits else WorkshopProblem.VALUE
    if len(answer) != len(CUT_LEVELS):
        return WorkshopProblem.SHARE if method is Method.ANGOFF else WorkshopProblem.PAGE
    if method is Method.ANGOFF and not all(0 <= share <= 1 for share in answer):
        return WorkshopProblem.SHARE
    if method is Method.BOOKMARK and not all(page == int(page) and 0 <= page <= size for page in answer):
        return WorkshopProblem.PAGE
    return None if list(answer) == sorted(answer) else WorkshopProblem.ORDER


def cuts_problem(cuts: Sequence[float]) -> WorkshopProblem | None:
    """Return what is wrong with four cuts to be kept."""
    if len(cuts) != len(CUT_LEVELS) or not np.isfinite(cuts).all():
        return WorkshopProblem.CUTS
    return WorkshopProblem.CUTS_ORDER if cut_problems(cuts) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundResult:
    """What one round's judgements lead to.

    ``raters`` are in the order of the cuts' ``rater_cuts``; ``theta``, ``errors`` and ``shares`` (percent of the points
    expected at the cut) are there where all four cuts are; ``item_means`` and ``item_spread`` are the panel's shares
    and their spread, (J,) each, for Angoff, of all levels together.
    """

    raters: tuple[int, ...]
    cuts: tuple[PanelCut, ...]
    problems: tuple[PanelProblem, ...]
    theta: tuple[float, ...] = ()
    errors: tuple[float, ...] = ()
    shares: tuple[float, ...] = ()
    item_means: FloatArray | None = None
    item_spread: FloatArray | None = None

    @property
    def medians(self) -> list[float]:
        """The median of the raters' own cuts, in the unit of the method."""
        return [float(np.nanmedian(cut.rater_cuts)) for cut in self.cuts]

    @property
    def can_propose(self) -> bool:
        """Whether four increasing cuts on theta came out."""
        return bool(self.theta) and cuts_problem(self.theta) is None

    def evidence(self) -> dict[str, Any]:
        """Return what is stored with a proposal: spread, agreement, problems; nobody's own judgement."""
        return {
            "raters": len(self.raters),
            "spread": [round(cut.spread, 6) for cut in self.cuts],
            "agreement": [_agreement(cut) for cut in self.cuts],
            "problems": [[problem.code, problem.level] for problem in self.problems],
        }


def complete_raters(ratings: Ratings, places: Sequence[int]) -> list[int]:
    """Return who judged every place, in order."""
    return sorted(rater for rater, given in ratings.items() if set(places) <= given.keys())


def cuts_of_round(
    method: Method, ratings: Ratings, *, raters: Sequence[int], items: ItemSet, booklet: Sequence[Page]
) -> RoundResult | WorkshopProblem:
    """Return the four cuts of a round of Angoff or bookmark; places of items count from one in their order."""
    places = [WHOLE_BOOKLET] if method is Method.BOOKMARK else list(range(1, len(items) + 1))
    if len(complete_raters(ratings, places)) < LEAST_RATERS[method]:
        return WorkshopProblem.INCOMPLETE
    table = np.array([[_four(ratings.get(rater, {}).get(place)) for place in places] for rater in raters])
    cuts: tuple[PanelCut, ...]
    if method is Method.BOOKMARK:
        cuts = tuple(bookmark(table[:, 0, level], booklet) for level in range(len(CUT_LEVELS)))
        return _result(tuple(raters), cuts, items)
    of_levels = [angoff(table[:, :, level], items=items) for level in range(len(CUT_LEVELS))]
    return replace(
        _result(tuple(raters), tuple(of_levels), items),
        item_means=np.mean([cut.item_means for cut in of_levels], axis=0),
        item_spread=np.mean([cut.item_spread for cut in of_levels], axis=0),
    )


def _result(raters: tuple[int, ...], cuts: tuple[PanelCut, ...], items: ItemSet) -> RoundResult:
    found = [(cut.theta, cut.theta_error) for cut in cuts]
    theta = tuple(at for at, error in found if at is not None and error is not None)
    errors = tuple(error for at, error in found if at is not None and error is not None)
    by_level = [
        PanelProblem(code=one.code, rater=one.rater, level=level)
        for level, cut in zip(CUT_LEVELS, cuts, strict=True)
        for one in cut.problems
    ]
    if len(theta) < len(CUT_LEVELS):
        return RoundResult(raters=raters, cuts=cuts, problems=_once(by_level))
    return RoundResult(
        raters=raters,
        cuts=cuts,
        problems=(*_once(by_level), *cut_problems(theta, errors)),
        theta=theta,
        errors=errors,
        shares=tuple(float(100 * share) for share in expected_share(items, theta)),
    )


def keys_of_round(ratings: Ratings, place: int, *, raters: Sequence[int], options: int) -> ExpertKey | None:
    """Return the key a panel proposes for one item, None before three experts have judged it."""
    given = [ratings.get(rater, {}).get(place) for rater in raters]
    table = np.array([list(one) if one else [np.nan] * options for one in given], dtype=np.float64)
    table = table.reshape(len(given), options)
    if int(np.isfinite(table).all(axis=1).sum()) < LEAST_RATERS[Method.EXPERT_KEYS]:
        return None
    return expert_key(table)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundChange:
    """What a round changed against the one before, among the raters who judged everything in both.

    ``level`` is the level that begins at the cut, None for experts' values of all options together. ``ratings`` is the
    mean distance of a rater's judgements, ``cut`` the move of their mean, ``before`` and ``after`` the raters' spread:
    shares of the points (Angoff), theta (bookmark), or values 1 to 5 (expert keys).
    """

    level: int | None
    raters: int
    ratings: float
    cut: float
    before: float
    after: float

    @property
    def is_closer(self) -> bool:
        """Whether the raters came closer together."""
        return self.after < self.before


def compare_last_rounds(
    method: Method, before: Ratings, after: Ratings, *, places: Sequence[int], booklet: Sequence[Page]
) -> tuple[RoundChange, ...]:
    """Return the changes between two rounds, one per cut; () before two raters judged every place in both."""
    raters = sorted({*complete_raters(before, places)} & {*complete_raters(after, places)})
    if len(raters) < LEAST_RATERS[Method.ANGOFF]:
        return ()
    one, other = (_flat(given, raters, places) for given in (before, after))
    if method is Method.EXPERT_KEYS:
        return (_change(None, one, other),)
    levels = len(CUT_LEVELS)
    pairs = [(one[:, at::levels], other[:, at::levels]) for at in range(levels)]
    if method is Method.BOOKMARK:
        pairs = [(_placed(first, booklet), _placed(second, booklet)) for first, second in pairs]
    return tuple(_change(level, *pair) for level, pair in zip(CUT_LEVELS, pairs, strict=True))


def _flat(given: Ratings, raters: Sequence[int], places: Sequence[int]) -> FloatArray:
    """Return the judgements of raters (rows), place after place."""
    return np.array([[value for place in places for value in given[rater][place]] for rater in raters])


def _placed(pages: FloatArray, booklet: Sequence[Page]) -> FloatArray:
    """Return raters' bookmarks (R, 1) as abilities."""
    return bookmark(pages[:, 0], booklet).rater_cuts[:, None]


def _change(level: int | None, before: FloatArray, after: FloatArray) -> RoundChange:
    found = compare_rounds(before, after)
    return RoundChange(
        level=level,
        raters=len(before),
        ratings=float(found.rater_change.mean()),
        cut=found.cut_change,
        before=found.spread_before,
        after=found.spread_after,
    )


def _four(answer: Sequence[float] | None) -> Sequence[float]:
    return [np.nan] * len(CUT_LEVELS) if answer is None else answer


def _agreement(cut: PanelCut) -> float | None:
    found = getattr(cut, "agreement", None)
    return None if found is None or not np.isfinite(found.icc_average) else round(float(found.icc_average), 6)


def _once(problems: Sequence[PanelProblem]) -> tuple[PanelProblem, ...]:
    """Return each problem once: who is incomplete or how few there are is the same for every level."""
    found: dict[tuple[Any, ...], PanelProblem] = {}
    for one in problems:
        same = one.code in {"few-raters", "rater-incomplete"}
        plain = PanelProblem(code=one.code, rater=one.rater) if same else one
        found.setdefault((plain.code, plain.rater, plain.level), plain)
    return tuple(found.values())
