"""Two officials side by side, and what would move one of them."""

from __future__ import annotations

from dataclasses import dataclass

from merit.errors import RuleViolationError
from merit.ranking.domain import Standing
from merit.ranking.engine.counterfactual import counterfactuals
from merit.ranking.engine.explanation import explain_pair
from merit.ranking.engine.types import Counterfactual, Pair, Ranking
from merit.ranking.queries import Person
from merit.ranking.report.sentences import counterfactual_sentence, indicator_label, pair_sentence
from merit.ranking.store.loading import LoadedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLine:
    """One mirrored bar: what an indicator adds to the difference; ``flips_at``: weight that would turn the order."""

    indicator: str
    label: str
    difference: str
    shown: str
    weight: str
    flips_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    """Why one stands above the other, in one sentence and in bars sorted by size."""

    above_nip: str
    above_name: str
    below_nip: str
    below_name: str
    sentence: str
    difference: str
    lines: tuple[PairLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A change of actionable evidence that would matter, in words and as the engine found it."""

    sentence: str
    found: Counterfactual


def pair_view(run: LoadedRun, one: int, other: int, people: dict[int, Person]) -> PairView:
    """Return why one of two ranked officials stands above the other."""
    ranking = run.ranking
    for row in (one, other):
        if ranking.standing[row] != Standing.RANKED:
            raise RuleViolationError("run-pair-not-ranked", nip=str(ranking.nip[row]))
    pair = explain_pair(ranking, one, other)
    above, below = _name(ranking, people, pair.above), _name(ranking, people, pair.below)
    return PairView(
        above_nip=str(ranking.nip[pair.above]),
        above_name=above,
        below_nip=str(ranking.nip[pair.below]),
        below_name=below,
        sentence=pair_sentence(ranking, pair, above, below),
        difference=pair.shown,
        lines=_pair_lines(pair),
    )


def _pair_lines(pair: Pair) -> tuple[PairLine, ...]:
    return tuple(
        PairLine(
            indicator=part.indicator,
            label=indicator_label(part.indicator),
            difference=part.difference,
            shown=part.shown,
            weight=part.weight,
            flips_at=part.flips_at,
        )
        for part in pair.parts
    )


def _name(ranking: Ranking, people: dict[int, Person], row: int) -> str:
    person = people.get(int(ranking.officials[row]))
    return person.name if person else str(ranking.nip[row])


def suggestions(run: LoadedRun, row: int) -> tuple[Suggestion, ...]:
    """Return the cheapest changes of actionable evidence that would matter, cheapest first."""
    titles = {gate.rule.id: gate.rule.title or gate.rule.id for gate in run.ranking.gates}
    found = counterfactuals(run.ranking, run.inputs.facts, run.inputs.columns, row)
    return tuple(
        Suggestion(sentence=counterfactual_sentence(one, [titles[gate] for gate in one.gates]), found=one)
        for one in found
    )
