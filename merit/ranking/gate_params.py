"""Parameters of every kind of gate, checked against what the kind understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from merit.evidence import COMPETENCIES, EDUCATION, EMPLOYMENT, PREDICATES, TIERS
from merit.ranking.document import Node
from merit.ranking.domain import GRADES, LEVELS_OF_DISCIPLINE, PPPK_GRADES, GateKind, grade_ordinal
from merit.ranking.reader import Reader

AT_INAUGURATION = "tanggal_pelantikan"
AT_AS_OF = "tanggal"
PREDICATE_ALIASES = {"Cukup": "Butuh Perbaikan", "Kurang": "Kurang/Misconduct", "Misconduct": "Kurang/Misconduct"}

Check = Callable[[Reader, dict[str, Node], Node], Mapping[str, Any]]


def read_params(reader: Reader, kind: GateKind, node: Node) -> Mapping[str, Any]:
    """Return the checked parameters of a gate, defaults filled in; problems go to the reader."""
    known, check = _KINDS[kind]
    entries = reader.mapping(node, known, f"params {kind.value}")
    return check(reader, entries, node)


def known_params(kind: GateKind) -> tuple[str, ...]:
    """Return the names of the parameters a kind of gate understands."""
    return _KINDS[kind][0]


def _nothing(_reader: Reader, _entries: dict[str, Node], _node: Node) -> Mapping[str, Any]:
    return {}


def _words(key: str, allowed: tuple[str, ...] | None = None) -> Check:
    def check(reader: Reader, entries: dict[str, Node], node: Node) -> Mapping[str, Any]:
        child = reader.required(entries, key, node, "params")
        return {key: reader.words(child, allowed) if child else ()}

    return check


def _years(reader: Reader, entries: dict[str, Node], node: Node) -> Decimal:
    return reader.number(reader.required(entries, "years", node, "params"), Decimal(1), low=Decimal("0.25"), high=60)


def _only_years(reader: Reader, entries: dict[str, Node], node: Node) -> Mapping[str, Any]:
    return {"years": _years(reader, entries, node)}


def _education(reader: Reader, entries: dict[str, Node], node: Node) -> Mapping[str, Any]:
    child = reader.required(entries, "level", node, "params")
    return {"level": reader.choice(child, EDUCATION, EDUCATION[0])}


def _grade(reader: Reader, entries: dict[str, Node], node: Node) -> Mapping[str, Any]:
    bounds: dict[str, str | None] = {"min": None, "max": None}
    for key in bounds:
        child = entries.get(key)
        if child is not None and child.value is not None:
            bounds[key] = reader.choice(child, (*GRADES, *PPPK_GRADES), GRADES[0])
    if bounds["min"] is None and bounds["max"] is None:
        reader.report(node, "policy-missing-key", key="min", where="params")
    low, high = (grade_ordinal(bound) if bound else None for bound in (bounds["min"], bounds["max"]))
    if low is not None and high is not None and low > high:
        reader.report(node, "policy-bounds-reversed", low=bounds["min"], high=bounds["max"])
    return bounds | {"one_below": reader.flag(entries.get("one_below"), default=False)}


def _tenure(reader: Reader, entries: dict[str, Node], node: Node) -> Mapping[str, Any]:
    return {**_words("any_of", TIERS)(reader, entries, node), "years": _years(reader, entries, node)}


def _age(reader: Reader, entries: dict[str, Node], node: Node) -> Mapping[str, Any]:
    years = reader.integer(reader.required(entries, "years", node, "params"), 0, low=15, high=100)
    return {"years": years, "at": reader.choice(entries.get("at"), (AT_INAUGURATION, AT_AS_OF), AT_INAUGURATION)}


def _performance(reader: Reader, entries: dict[str, Node], node: Node) -> Mapping[str, Any]:
    child = reader.required(entries, "predicate", node, "params")
    word = reader.choice(child, (*PREDICATES, *PREDICATE_ALIASES), PREDICATES[0])
    years = reader.integer(reader.required(entries, "years", node, "params"), 1, low=1, high=10)
    return {"predicate": PREDICATE_ALIASES.get(word, word), "years": years}


def _jpm(reader: Reader, entries: dict[str, Node], node: Node) -> Mapping[str, Any]:
    return {"percent": reader.number(reader.required(entries, "percent", node, "params"), Decimal(0), low=0, high=100)}


def _technical(reader: Reader, entries: dict[str, Node], node: Node) -> Mapping[str, Any]:
    level = reader.integer(reader.required(entries, "level", node, "params"), 1, low=1, high=5)
    codes = _words("codes")(reader, entries, node)["codes"]
    for code in codes:
        if code in COMPETENCIES:  # the gate reads technical results only: such a code would hold everybody
            reader.report(entries["codes"], "policy-not-technical", code=code)
    return {"codes": codes, "level": level}


def _trainings(reader: Reader, entries: dict[str, Node], node: Node) -> Mapping[str, Any]:
    codes = _words("codes")(reader, entries, node)["codes"]
    return {"codes": tuple(code.upper() for code in codes)}


def _discipline(reader: Reader, entries: dict[str, Node], node: Node) -> Mapping[str, Any]:
    levels = _words("levels", LEVELS_OF_DISCIPLINE)(reader, entries, node)
    chosen = [key for key in ("in_force", "lookback_years") if key in entries]
    if len(chosen) != 1:
        reader.report(node, "policy-discipline-one-option")
        return {**levels, "in_force": True}
    if chosen == ["in_force"]:
        if not reader.flag(entries["in_force"], default=True):
            reader.report(entries["in_force"], "policy-discipline-one-option")
        return {**levels, "in_force": True}
    return {**levels, "lookback_years": reader.integer(entries["lookback_years"], 1, low=1, high=60)}


def _attested(reader: Reader, entries: dict[str, Node], node: Node) -> Mapping[str, Any]:
    return {"fact": reader.text(reader.required(entries, "fact", node, "params"))}


_KINDS: Mapping[GateKind, tuple[tuple[str, ...], Check]] = {
    GateKind.EMPLOYMENT_STATUS: (("any_of",), _words("any_of", EMPLOYMENT)),
    GateKind.EDUCATION_AT_LEAST: (("level",), _education),
    GateKind.GRADE_BETWEEN: (("min", "max", "one_below"), _grade),
    GateKind.TENURE: (("any_of", "years"), _tenure),
    GateKind.RELATED_FIELD: (("years",), _only_years),
    GateKind.TIME_IN_POSITION: (("years",), _only_years),
    GateKind.AGE_AT_MOST: (("years", "at"), _age),
    GateKind.PERFORMANCE_AT_LEAST: (("predicate", "years"), _performance),
    GateKind.JPM_AT_LEAST: (("percent",), _jpm),
    GateKind.TECHNICAL_AT_LEAST: (("codes", "level"), _technical),
    GateKind.LEARNING_DUTY: ((), _nothing),
    GateKind.TRAINING_ANY: (("codes",), _trainings),
    GateKind.NO_DISCIPLINE: (("levels", "lookback_years", "in_force"), _discipline),
    GateKind.ATTESTED: (("fact",), _attested),
}
