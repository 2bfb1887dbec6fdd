"""How an item of QTI is scored: a rule of the bank where it says the same, else the program itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from merit.assessment.domain.clones import SAMPLES, CloneError, clone_program, draw_program
from merit.assessment.domain.items import (
    Area,
    AreaEntry,
    AreaKey,
    EssayInteraction,
    EssayKey,
    Interaction,
    ItemKey,
    MapEntry,
    MapKey,
    MatchKey,
    NumericKey,
    ResponseKey,
)
from merit.assessment.domain.processing import UnsupportedError, plain, run
from merit.assessment.domain.processing.values import parse_number, to_decimal
from merit.assessment.domain.scoring import best_response_points

Program = Mapping[str, Any]
MAX_POINTS = 1_000_000
_SHAPES = frozenset({"rect", "circle", "poly", "ellipse", "default"})
_STEPS = tuple(map(Decimal, ("1", "0.5", "0.25", "0.1", "0.05", "0.01")))


def read_key(program: Program, interactions: Sequence[Interaction], maximum: Decimal | None) -> ItemKey | None:
    """Return the key; None when nothing says how the item is scored or what it is worth."""
    if not program["rules"]:
        return _essay_key(program, interactions, maximum) or assumed_key(program, interactions)
    if maximum is None or maximum < 0:
        return None
    rule = None if program["templates"] else _rule(program, interactions)
    if rule is not None and rule[2] == maximum:
        identifier, response, _points = rule
        return ItemKey(responses={identifier: response}, lower=None, maximum=maximum)
    return ItemKey(maximum=maximum, lower=None, processing=program)


def _essay_key(program: Program, interactions: Sequence[Interaction], maximum: Decimal | None) -> ItemKey | None:
    """Return the key of an essay: people mark it."""
    essays = [one for one in interactions if isinstance(one, EssayInteraction)]
    if not essays or len(essays) != len(interactions):
        return None
    points = (maximum or Decimal(len(essays))) / len(essays)
    step = next((one for one in _STEPS if points % one == 0), points)
    rule = EssayKey(points=points, step=step, tolerance=min(Decimal(1), max(step, points / 4)))
    drawn = program if program["templates"] else None
    return ItemKey(responses={one.id: rule for one in essays}, maximum=points * len(essays), processing=drawn)


def assumed_key(program: Program, interactions: Sequence[Interaction]) -> ItemKey | None:
    """Return what mappings and right answers suggest where nothing says how the item is scored; None without them."""
    if program["outcome_rules"] or program["templates"] or not interactions:
        return None
    rules: dict[str, ResponseKey] = {}
    for one in interactions:
        declared = program["responses"].get(one.id, {"cardinality": "record"})
        rule = _map_key(declared) if rewarded_values(declared) else _area_key(declared) or _match_key(declared)
        if rule is None:
            return None
        rules[one.id] = rule
    maximum = sum((best_response_points(rules[one.id], one) for one in interactions), Decimal(0))
    return ItemKey(responses=rules, maximum=to_decimal(Fraction(maximum))) if maximum > 0 else None


def with_rubric(key: ItemKey, rubric: str) -> ItemKey:
    """Return the key with what the source tells scorers: the rubric of an essay, else the rationale."""
    if not rubric:
        return key
    essays = {name: rule for name, rule in key.responses.items() if isinstance(rule, EssayKey)}
    if not essays:
        return key.model_copy(update={"rationale": rubric})
    told = {name: rule.model_copy(update={"rubric": rubric}) for name, rule in essays.items()}
    return key.model_copy(update={"responses": {**key.responses, **told}})


def _rule(program: Program, interactions: Sequence[Interaction]) -> tuple[str, ResponseKey, Decimal] | None:
    """Return the rule of the bank that says what a standard template says, with the most it gives."""
    template = program.get("template")
    if not template or len(interactions) != 1 or len(program["responses"]) != 1 or program["outcome_rules"]:
        return None
    identifier = template["response"]
    declared = program["responses"][identifier]
    makers = {"match": _match_key, "map": _map_key, "point": _area_key}
    maker = makers.get(template["form"])
    made = maker(declared) if maker and interactions[0].id == identifier else None
    most = best_of_template(program)
    return None if made is None or most is None else (identifier, made, most)


def _match_key(declared: Program) -> ResponseKey | None:
    correct = tuple(declared.get("correct", ()))
    if not correct or declared["cardinality"] == "record":
        return None
    if declared["base"] in {"integer", "float"}:
        number = parse_number(correct[0])
        return NumericKey(value=to_decimal(number)) if number is not None and len(correct) == 1 else None
    if declared["base"] not in {"identifier", "pair", "directedPair", "string"}:
        return None
    if declared["base"] != "string":
        correct = tuple(" ".join(text.split()) for text in correct)
    return MatchKey(correct=correct, ordered=declared["cardinality"] == "ordered")


def decimal_of(text: str | None) -> Decimal | None:
    """Return the number a text of a program means."""
    number = None if text is None else parse_number(str(text))
    return None if number is None else to_decimal(number)


def _map_key(declared: Program) -> ResponseKey | None:
    table = declared.get("mapping")
    if table is None or declared.get("base") not in {"identifier", "pair", "directedPair", "string"}:
        return None
    is_text = declared["base"] == "string"
    entries = tuple(
        MapEntry(
            value=entry["key"] if is_text else " ".join(entry["key"].split()),
            points=decimal_of(entry["value"]) or Decimal(0),
            case_sensitive=entry["case"] or not is_text,
        )
        for entry in table["entries"]
    )
    return MapKey(entries=entries, correct=tuple(declared.get("correct", ())), **_bounds(table))


def _bounds(table: Program) -> dict[str, Any]:
    return {
        "default": decimal_of(table.get("default")) or Decimal(0),
        "lower": decimal_of(table.get("lower")),
        "upper": decimal_of(table.get("upper")),
    }


def _area_key(declared: Program) -> ResponseKey | None:
    table = declared.get("areas")
    if table is None or not all(entry["shape"] in _SHAPES for entry in table["entries"]):
        return None
    entries = tuple(
        AreaEntry(
            area=Area(shape=entry["shape"], coords=tuple(float(parse_number(one) or 0) for one in entry["coords"])),
            points=decimal_of(entry["value"]) or Decimal(0),
        )
        for entry in table["entries"]
    )
    return AreaKey(entries=entries, **_bounds(table))


def find_maximum(program: Program) -> Decimal | None:
    """Return what an item is worth: as declared, else what its template or its right answers give."""
    found = _stated_maximum(program)
    if found is None:
        found = best_of_template(program) if program.get("template") else _score_of_correct(program)
    return found if found is None or found <= MAX_POINTS else None


def _stated_maximum(program: Program) -> Decimal | None:
    outcomes = program["outcomes"]
    for stated in (
        *(outcomes.get(name, {}).get("default", [None])[:1] for name in ("MAXSCORE", "MAX_SCORE")),
        [outcomes.get("SCORE", {}).get("maximum")],
    ):
        number = decimal_of(stated[0]) if stated else None
        if number is not None and number > 0:
            return number
    return None


def best_of_template(program: Program) -> Decimal | None:
    """Return the most a standard template can give."""
    template = program["template"]
    declared = program["responses"][template["response"]]
    if template["form"] == "match":
        return Decimal(1)
    table = declared.get("areas" if template["form"].endswith("point") else "mapping")
    if table is None or template["form"] not in {"map", "point", "cc2_map", "cc2_point"}:
        return _score_of_correct(program)
    return _best_sum(table, single=declared["cardinality"] == "single")


def _best_sum(table: Program, *, single: bool) -> Decimal:
    gains = [max(decimal_of(entry["value"]) or Decimal(0), Decimal(0)) for entry in table["entries"]]
    best = max(gains, default=Decimal(0)) if single else sum(gains, Decimal(0))
    upper = decimal_of(table.get("upper"))
    return to_decimal(Fraction(best if upper is None or upper <= 0 else min(best, upper)))


def rewarded_values(declared: Program) -> list[str]:
    """Return the values a mapping rewards: all of them, or the best where only one can be given."""
    entries = declared.get("mapping", {}).get("entries", ())
    gains = {entry["key"]: decimal_of(entry["value"]) or Decimal(0) for entry in entries}
    positive = [value for value, points in gains.items() if points > 0]
    if declared["cardinality"] != "single":
        return positive
    return [value for value in positive if gains[value] == max(gains.values())]


def _score_of_correct(program: Program) -> Decimal | None:
    """Return the score of the right answers; None when they are not stated, or it cannot be evaluated."""
    if program["template_rules"]:
        return _score_of_drawn(program)
    correct = {name: declared["correct"] for name, declared in program["responses"].items() if declared.get("correct")}
    if not correct or not program["rules"]:
        return None
    try:
        score = plain(run(program, correct).values.get("SCORE"))
    except UnsupportedError:
        return None
    return score if isinstance(score, Decimal) and score > 0 else None


def _score_of_drawn(program: Program) -> Decimal | None:
    """Return the score of the right answers of some clones; None when they differ or cannot be evaluated."""
    scores = set()
    for number in range(SAMPLES):
        try:
            drawing = draw_program(program, seed=f"sample {number}")
        except CloneError:
            return None
        scores.add(_score_of_correct(clone_program(program, drawing)))
    return scores.pop() if len(scores) == 1 else None
