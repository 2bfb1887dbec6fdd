"""The explanation of one official as JSON (``merit explain --json``)."""

from __future__ import annotations

from typing import Any

from merit.ranking.domain import STANDING_NAMES
from merit.ranking.report.comparison import Suggestion
from merit.ranking.report.document import contributions_document, report_head, uncertainty_document
from merit.ranking.report.drawn import places_of
from merit.ranking.report.explanation import Explanation


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Return the explanation as JSON values (``merit explain --json``)."""
    run, row = explanation.run, explanation.row
    drawn = uncertainty_document(run, row, places_of(run.uncertainty))
    return {
        **report_head(run),
        "nip": explanation.nip,
        "name": explanation.name,
        "standing": STANDING_NAMES[explanation.standing],
        "rank": explanation.rank,
        "tied": explanation.tied,
        "score": explanation.score,
        **drawn,
        "reference": explanation.reference,
        "gates": [line.as_json() for line in explanation.gates],
        "indicators": list(explanation.waiting),
        "contributions": contributions_document(run.ranking, row),
        "pairs": _pairs_document(explanation),
        "sentence": explanation.pair.sentence if explanation.pair else None,
        "counterfactuals": [_suggestion_document(one) for one in explanation.suggestions],
    }


def _pairs_document(explanation: Explanation) -> list[dict[str, Any]]:
    """Return w·(u_a - u_b), where a is the official explained, whoever stands above."""
    pair = explanation.pair
    if pair is None:
        return []
    turned = pair.above_nip != explanation.nip
    return [
        {"indicator": line.indicator, "difference": _turned(line.difference) if turned else line.difference}
        for line in pair.lines
    ]


def _turned(number: str) -> str:
    if not float(number):
        return number
    return number[1:] if number.startswith("-") else f"-{number}"


def _suggestion_document(suggestion: Suggestion) -> dict[str, Any]:
    found = suggestion.found
    first, *others = found.changes
    document: dict[str, Any] = {
        "indicator": first.indicator,
        "from": first.before,
        "to": first.after,
        "rank": found.rank,
        "gate": found.gates[0] if found.gates else None,
    }
    if others:
        document["also"] = [{"indicator": one.indicator, "from": one.before, "to": one.after} for one in others]
    return document
