"""Comparing with other systems' stated scores: what matches, and what does not with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from merit.assessment.domain.processing import UnsupportedError, plain, run
from merit.assessment.interchange import ReadItem, read

TOLERANCE = Decimal("1e-9")


def item_of(path: Path) -> ReadItem:
    """Return the one item of a file."""
    (found,) = read(path).items
    return found


def texts(value: Any) -> list[str]:
    """Return a stated response as the texts that a browser would send."""
    if value is None or value == "":
        return []
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def evaluate(found: ReadItem, responses: Mapping[str, Any], given: Mapping[str, Sequence[str]] | None = None) -> Any:
    """Return all outcomes of an item as plain values."""
    assert found.program is not None
    answers = {name: texts(value) for name, value in responses.items()}
    outcomes = run(found.program, answers, given=given).values
    return {name: plain(value) for name, value in outcomes.items()}


def same(ours: Any, theirs: Any) -> bool:
    """Tell whether two outcomes are equal; numbers within what binary floats of others can tell apart."""
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, Decimal) and not isinstance(theirs, list | None.__class__):
        return abs(ours - Decimal(str(theirs))) <= TOLERANCE * max(1, abs(ours))
    return ours == theirs or (ours is None and theirs == [])


@dataclass
class Tally:
    """How many cases match, and the differences by case with what we gave instead."""

    name: str
    matched: int = 0
    differences: dict[str, str] = field(default_factory=dict)

    def compare(self, case: str, ours: Callable[[], Any], theirs: Any) -> None:
        """Compare one case; theirs may be a mapping of outcomes of which ours must hold each."""
        try:
            found = ours()
        except UnsupportedError as error:
            self.differences[case] = f"unsupported: {error.name}"
            return
        if isinstance(theirs, Mapping):
            wrong = {name: found.get(name) for name, value in theirs.items() if not same(found.get(name), value)}
            different = ", ".join(f"{name} = {value}" for name, value in wrong.items())
        else:
            different = "" if same(found, theirs) else str(found)
        if different:
            self.differences[case] = different
        else:
            self.matched += 1

    def report(self, record_property: Callable[[str, object], None], reasons: Mapping[str, str]) -> None:
        """Print at the end of the run how much matches and why the rest does not."""
        total = self.matched + len(self.differences)
        record_property("reference", f"{self.name}: {self.matched} of {total} match")
        why = Counter(reasons.get(case, "no reason known") for case in self.differences)
        for reason, count in why.items():
            record_property("reference", f"  {count} differ: {reason}")


@dataclass(frozen=True)
class ItemResult:
    """One item of an ``assessmentResult`` file."""

    responses: Mapping[str, list[str]]
    outcomes: Mapping[str, list[str]]


def results_of(path: Path) -> dict[str, ItemResult]:
    """Return the items of an ``assessmentResult`` file."""
    found = {}
    for node in etree.parse(str(path)).getroot().iter("{*}itemResult"):
        responses = {
            one.get("identifier"): [value.text or "" for value in one.iterfind("{*}candidateResponse/{*}value")]
            for one in node.iter("{*}responseVariable")
        }
        outcomes = {
            one.get("identifier"): [value.text or "" for value in one.iterfind("{*}value")]
            for one in node.iter("{*}outcomeVariable")
        }
        found[node.get("identifier")] = ItemResult(responses, outcomes)
    return found
