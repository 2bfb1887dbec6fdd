"""What if: another policy on the frozen columns of a run, and who moves. Pure; nothing here decides anything."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from merit.evidence import BoolArray, IntArray
from merit.ranking.document import exact_number
from merit.ranking.domain import GateKind, RuleStatus, Standing
from merit.ranking.engine.core import rank
from merit.ranking.engine.types import SCORE_DIGITS, Policy, Ranking
from merit.ranking.gate_params import known_params
from merit.ranking.sheet import Checked, check, fields_of, flatten, nest
from merit.ranking.store.freeze import Inputs

NEUTRAL_REACH = 20
OFF, BLOCKING = "off", "on"
_FULL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a simulation changes: fields of the document by path, a shift of every neutral utility, gates by id.

    ``gates``: ``off`` leaves a gate out, ``on`` lets it block although the policy only informs by it.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    neutral: int = 0
    gates: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the changes as JSON values."""
        return {"fields": dict(self.fields), "neutral": self.neutral, "gates": dict(self.gates)}


def changes_from_json(value: Mapping[str, Any]) -> Changes:
    """Return changes written by :meth:`Changes.as_json`."""
    return Changes(fields=value["fields"], neutral=value["neutral"], gates=value["gates"])


def open_fields(document: str, *, comma: bool) -> dict[str, str]:
    """Return the fields a simulation may change: weights, and parameters of gates."""
    return {name: value for name, value in fields_of(document, comma=comma).items() if _is_open(name)}


def real_changes(document: str, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the typed fields that may be changed and say something else than the document."""
    known = dict.fromkeys(_params(document), "") | open_fields(document, comma=False)
    return {
        name: text
        for name, text in ((name, typed[name].strip()) for name in sorted(known.keys() & typed.keys()))
        if _plain(text) != _plain(known[name])
    }


def simulated(document: str, changes: Changes) -> Checked:
    """Return the changed policy, or the problems at their fields; checked like any other policy."""
    fields = dict(fields_of(document, comma=False)) | dict(changes.fields)
    for name, value in fields.items():
        if name.endswith(".neutral") and value:
            shifted = Decimal(value) + changes.neutral
            fields[name] = format(min(max(shifted, Decimal(0)), Decimal(_FULL)), "f")
    nested = nest(fields)
    gates = []
    for gate in nested.get("gates") or []:
        mode = changes.gates.get(gate["id"], "")
        if mode == OFF:
            continue
        if mode == BLOCKING:
            gate["status"] = RuleStatus.CONFIRMED.value
            gate["decree"] = {}
        gates.append(gate)
    nested["gates"] = gates
    checked = check(flatten(nested))
    return checked if not changes.gates else _with_true_paths(document, changes, checked)


def rank_again(inputs: Inputs, policy: Policy, before: Ranking) -> Ranking:
    """Return the ranking of the same people, facts and columns under another policy."""
    return rank(inputs.facts, inputs.columns, policy, officials=inputs.officials, vacancy=before.vacancy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Who moves. Boolean arrays aligned to the officials; ``order``: rows ranked before or after, best new rank first.

    ``entered``/``left``: into or out of the names to the PPK. ``moved``: another rank, or ranked only once.
    """

    moved: BoolArray
    entered: BoolArray
    left: BoolArray
    order: IntArray


def compare(before: Ranking, after: Ranking) -> Moves:
    """Return who moves between two rankings of the same officials."""
    was, now = before.standing == Standing.RANKED, after.standing == Standing.RANKED
    top_before = was & (before.rank <= before.size)
    top_after = now & (after.rank <= after.size)
    either = np.flatnonzero(was | now)
    far = np.iinfo(np.int64).max
    new_rank = np.where(now[either], after.rank[either], far)
    old_rank = np.where(was[either], before.rank[either], far)
    return Moves(
        moved=(was != now) | (was & now & (before.rank != after.rank)),
        entered=top_after & ~top_before,
        left=top_before & ~top_after,
        order=either[np.lexsort((before.nip[either], old_rank, new_rank))],
    )


def contribution_changes(before: Ranking, after: Ranking, row: int) -> list[tuple[int, int]]:
    """Return (slot, change of its contribution W·(U - R) in units of 10**-15), largest first; unchanged left out.

    R is the mean utility of those ranked, before and after: what counts for a move is the change against the others.
    Slots are matched by their place: a simulation changes neither number nor order of indicators.
    """
    new = after.policy.weights * (after.slots.utility[row] - after.reference)
    old = before.policy.weights * (before.slots.utility[row] - before.reference)
    pairs = [(slot, int(points)) for slot, points in enumerate((new - old).tolist()) if points]
    return sorted(pairs, key=lambda pair: (-abs(pair[1]), pair[0]))


def points(units: int) -> Decimal:
    """Return points from units of 10**-15."""
    return Decimal(units).scaleb(-SCORE_DIGITS)


def _with_true_paths(document: str, changes: Changes, checked: Checked) -> Checked:
    """Put back the numbering of gates that leaving some out has shifted."""
    ids = [gate["id"] for gate in json.loads(document).get("gates") or []]
    kept = [place for place, identity in enumerate(ids) if changes.gates.get(identity) != OFF]
    problems = []
    for path, code, details in checked.problems:
        parts = path.split(".")
        if parts[0] == "gates" and len(parts) > 1:
            parts[1] = str(kept[int(parts[1])])
        problems.append((".".join(parts), code, details))
    return Checked(checked.text, checked.policy, tuple(problems))


def _params(document: str) -> Iterator[str]:
    """Yield the fields of every parameter the gates understand, set or not."""
    for place, gate in enumerate(json.loads(document).get("gates") or []):
        for key in known_params(GateKind(gate["kind"])):
            yield f"gates.{place}.params.{key}"


def _is_open(name: str) -> bool:
    return (name.startswith("pillars.") and name.endswith(".weight")) or (
        name.startswith("gates.") and ".params." in name
    )


def _plain(text: str) -> str:
    """Return one writing per number, so that 0,50 is 0.5."""
    number = exact_number(text.strip().replace(",", ".", 1))
    if number is None:
        return ", ".join(part.strip() for part in text.split(","))
    return format(number.normalize(), "f")
