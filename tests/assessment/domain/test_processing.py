"""Expressions and rules of item processing against hand-worked values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.assessment.domain.processing import ItemRecord, UnsupportedError, plain, run, run_test, unsupported_names
from merit.assessment.domain.processing.values import single

pytestmark = pytest.mark.unit
Node = dict[str, Any]


def op(code: str, /, *args: Node, **attrs: str) -> Node:
    return {"op": code, "attrs": attrs, "args": list(args)}


def base(kind: str, text: str) -> Node:
    return {"op": "baseValue", "attrs": {"baseType": kind}, "args": [], "text": text}


def num(text: float | str) -> Node:
    return base("integer" if isinstance(text, int) else "float", str(text))


NULL = op("null")
TRUE, FALSE = base("boolean", "true"), base("boolean", "false")


def bag(*args: Node) -> Node:
    return op("multiple", *args)


def row(*args: Node) -> Node:
    return op("ordered", *args)


def value(node: Node, **more: Any) -> Any:
    """Evaluate one expression into an outcome that takes anything."""
    rule = op("setOutcomeValue", node, identifier="X")
    program = {"responses": {}, "outcomes": {}, "rules": [rule], **more}
    program["outcomes"] = {**program["outcomes"], "X": {"base": "", "cardinality": "record"}}
    return plain(run(program, {}).values["X"])


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (op("sum", num(1), num("0.1"), num("0.2")), Decimal("1.3")),
        (op("sum", bag(num(1), num(2)), num(3)), Decimal(6)),
        (op("sum", num(1), NULL), None),
        (op("product", num("0.1"), num(3)), Decimal("0.3")),
        (op("product", op("divide", num(1), num(3)), num(3)), Decimal(1)),
        (op("subtract", num(5), num("7.5")), Decimal("-2.5")),
        (op("divide", num(1), num(0)), None),
        (op("integerDivide", num(-7), num(2)), Decimal(-4)),
        (op("integerModulus", num(-7), num(2)), Decimal(1)),
        (op("power", num(2), num(-2)), Decimal("0.25")),
        (op("power", num(9), num("0.5")), Decimal(3)),
        (op("power", num(0), num(-1)), None),
        (op("power", num(-8), num("0.5")), None),
        (op("round", num("-1.5")), Decimal(-1)),
        (op("round", num("2.5")), Decimal(3)),
        (op("truncate", num("-6.8")), Decimal(-6)),
        (op("roundTo", num("1.2345"), roundingMode="decimalPlaces", figures="2"), Decimal("1.23")),
        (op("roundTo", num("1234.5"), roundingMode="significantFigures", figures="2"), Decimal(1200)),
        (op("roundTo", num("0.0098765"), roundingMode="significantFigures", figures="3"), Decimal("0.00988")),
        (op("max", num(3), bag(num(7), num(1))), Decimal(7)),
        (op("min", num(3), NULL), None),
        (op("gcd", num(12), num(18), num(-30)), Decimal(6)),
        (op("lcm", num(4), num(6)), Decimal(12)),
        (op("mathOperator", num(0), name="cos"), Decimal(1)),
        (op("mathOperator", num("2.5"), name="floor"), Decimal(2)),
        (op("mathOperator", num(100), name="log"), Decimal(2)),
        (op("mathOperator", num(-1), name="ln"), None),
        (op("statsOperator", bag(num(1), num(2), num(3)), name="mean"), Decimal(2)),
        (op("statsOperator", bag(num(1), num(2), num(3)), name="sampleVariance"), Decimal(1)),
        (op("statsOperator", bag(num(2), num(4)), name="popSD"), Decimal(1)),
        (op("statsOperator", num(1), name="sampleSD"), None),
    ],
)
def test_arithmetic(node: Node, expected: Decimal | None):
    assert value(node) == expected


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (op("and", TRUE, NULL), None),
        (op("and", FALSE, NULL), False),
        (op("or", TRUE, NULL), True),
        (op("or", FALSE, NULL), None),
        (op("not", NULL), None),
        (op("isNull", bag()), True),
        (op("anyN", TRUE, FALSE, NULL, min="1", max="2"), True),
        (op("anyN", TRUE, NULL, min="2", max="2"), None),
        (op("anyN", FALSE, FALSE, min="1", max="2"), False),
        (op("match", bag(num(1), num(2)), bag(num(2), num(1))), True),
        (op("match", row(num(1), num(2)), row(num(2), num(1))), False),
        (op("match", base("pair", "A B"), base("pair", "B   A")), True),
        (op("match", base("directedPair", "A B"), base("directedPair", "B A")), False),
        (op("match", base("identifier", "A B"), base("pair", "B A")), True),
        (op("equal", num(10), num(10)), True),
        (op("equal", num(10), num("10.5"), toleranceMode="absolute", tolerance="0.5"), True),
        (
            op("equal", num(10), num("10.5"), toleranceMode="absolute", tolerance="0.5", includeUpperBound="false"),
            False,
        ),
        (op("equal", num(10), num("9.4"), toleranceMode="absolute", tolerance="0.5 1"), False),
        (op("equal", num(200), num(202), toleranceMode="relative", tolerance="1"), True),
        (op("equal", num(-200), num("-202.1"), toleranceMode="relative", tolerance="1"), False),
        (op("equal", num(-200), num(-198), toleranceMode="relative", tolerance="1"), True),
        (op("equalRounded", num("1.56"), num("1.6"), roundingMode="significantFigures", figures="2"), True),
        (op("equalRounded", num("3.175"), num("3.183"), roundingMode="decimalPlaces", figures="2"), True),
        (op("equalRounded", num("3.175"), num("3.174"), roundingMode="decimalPlaces", figures="2"), False),
        (op("lt", num(1), num(2)), True),
        (op("gte", num(2), NULL), None),
        (op("durationLT", base("duration", "PT59S"), base("duration", "PT1M")), True),
        (op("durationGTE", base("duration", "P1D"), base("duration", "PT24H")), True),
        (op("stringMatch", base("string", "Aa"), base("string", "aA"), caseSensitive="false"), True),
        (op("stringMatch", base("string", "abc"), base("string", "b"), caseSensitive="true", substring="true"), True),
        (op("substring", base("string", "B"), base("string", "abc"), caseSensitive="false"), True),
        (op("patternMatch", base("string", "12,5"), pattern="[0-9]+(,[0-9]+)?"), True),
        (op("inside", base("point", "5 5"), shape="rect", coords="0,0,10,10"), True),
        (op("inside", bag(base("point", "50 5"), base("point", "5 6")), shape="circle", coords="5,5,1"), True),
        (op("member", base("identifier", "A"), base("identifier", "A")), True),
        (op("contains", bag(num(1), num(2), num(2)), bag(num(2), num(2))), True),
        (op("contains", row(num(1), num(2), num(3)), row(num(1), num(3))), False),
        (op("contains", row(num(1), num(2), num(3)), row(num(2), num(3))), True),
    ],
)
def test_logic_and_comparison(node: Node, expected: bool | None):
    assert value(node) is expected


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (op("containerSize", NULL), Decimal(0)),
        (op("containerSize", bag(num(1), NULL, bag(num(2), num(3)))), Decimal(3)),
        (op("index", row(num(7), num(8)), n="2"), Decimal(8)),
        (op("index", row(num(7), num(8)), n="3"), None),
        (op("delete", num(2), bag(num(1), num(2), num(2))), [Decimal(1)]),
        (op("repeat", num(1), num(2), numberRepeats="2"), [Decimal(1), Decimal(2), Decimal(1), Decimal(2)]),
        (base("string", ""), None),
        (base("duration", "PT1M30S"), Decimal(90)),
        (op("customOperator", base("string", " tḍst "), definition="depcp:Trim"), "tḍst"),
        (op("customOperator", base("string", "tḍst"), definition="qade:ToAscii"), "tdst"),
        (op("customOperator", base("string", "0,6300"), definition="depcp:ParseCommaDecimal"), Decimal("0.63")),
    ],
)
def test_containers_and_texts(node: Node, expected: Any):
    assert value(node) == expected


@pytest.mark.parametrize(
    ("node", "name"),
    [
        (op("customOperator", num(1), **{"class": "org.example.Magic"}), "customOperator org.example.Magic"),
        (op("mod", num(7), num(2)), "mod"),
        (op("mathOperator", num(1), name="gamma"), "mathOperator gamma"),
        (op("match", num(1)), "match with 1 expressions"),
        (op("mapResponse", identifier="R"), "mapResponse without mapping: R"),
        (op("patternMatch", base("string", "a"), pattern="(a"), "patternMatch (a"),
    ],
)
def test_what_cannot_be_evaluated_is_named(node: Node, name: str):
    with pytest.raises(UnsupportedError) as caught:
        value(node)

    assert caught.value.name == name


def test_unsupported_parts_are_found_without_evaluating():
    condition = {"op": "condition", "branches": [{"if": op("mod", num(1)), "then": [op("setMagic", num(1))]}]}
    program = {"rules": [condition, op("setOutcomeValue", op("mean", num(1)), identifier="X")]}

    assert unsupported_names(program) == ("mod", "setMagic", "mean")


MAPPING = {
    "entries": [
        {"key": "A", "value": "2", "case": True},
        {"key": "B", "value": "1.5", "case": True},
        {"key": "C", "value": "-3", "case": True},
    ],
    "default": "-0.5",
    "lower": "0",
    "upper": "3",
}


def mapped(*given: str, **table: Any) -> Any:
    declared = {"base": "identifier", "cardinality": "multiple", "mapping": {**MAPPING, **table}}
    rule = op("setOutcomeValue", op("mapResponse", identifier="R"), identifier="SCORE")
    outcomes = {"SCORE": {"base": "float", "cardinality": "single"}}
    return plain(
        run({"responses": {"R": declared}, "outcomes": outcomes, "rules": [rule]}, {"R": given}).values["SCORE"]
    )


def test_mapping_counts_values_once_within_bounds():
    assert mapped("A") == 2
    assert mapped("A", "B") == 3
    assert mapped("A", "D") == Decimal("1.5")
    assert mapped("C") == 0
    assert mapped("B", "B", "B") == Decimal("1.5")
    assert mapped() == 0


@given(st.lists(st.sampled_from("ABCDE"), max_size=8), st.randoms(use_true_random=False))
def test_mapping_minds_neither_order_nor_repetition(values: list[str], chance):
    shuffled = [*values, *values]
    chance.shuffle(shuffled)

    assert mapped(*values) == mapped(*shuffled)
    assert 0 <= mapped(*values) <= 3


def test_conditions_take_the_first_branch_that_holds_and_exits_stop():
    def put(number: int) -> Node:
        return op("setOutcomeValue", num(number), identifier="SCORE")

    branches = [
        {"if": NULL, "then": [put(1)]},
        {"if": TRUE, "then": [put(2), {"op": "fragment", "then": [{"op": "exit"}]}]},
        {"if": None, "then": [put(3)]},
    ]
    program = {
        "responses": {},
        "outcomes": {"SCORE": {"base": "integer", "cardinality": "single", "default": ["9"]}},
        "rules": [{"op": "condition", "branches": branches}, put(4)],
    }

    assert plain(run(program, {}).values["SCORE"]) == 2


def test_tables_of_outcomes():
    def looked_up(raw: str, table: dict[str, Any]) -> Any:
        rule = op("lookupOutcomeValue", num(raw), identifier="GRADE")
        outcomes = {"GRADE": {"base": "float", "cardinality": "single", "lookup": table}}
        return plain(run({"responses": {}, "outcomes": outcomes, "rules": [rule]}, {}).values["GRADE"])

    steps = [
        {"source": "10", "target": "8", "boundary": True},
        {"source": "5", "target": "6", "boundary": False},
        {"source": "0", "target": "1", "boundary": True},
    ]
    interpolation = {"kind": "interpolation", "entries": steps, "default": "0"}
    exact = {"kind": "match", "entries": steps, "default": "-1"}

    assert [looked_up(raw, interpolation) for raw in ("11", "10", "9.9", "5", "0", "-1")] == [8, 8, 6, 1, 1, 0]
    assert [looked_up(raw, exact) for raw in ("10", "7")] == [8, -1]


def test_chance_is_the_same_for_the_same_seed():
    program = {
        "responses": {},
        "templates": {"T": {"base": "integer", "cardinality": "single"}},
        "outcomes": {"X": {"base": "integer", "cardinality": "single"}},
        "template_rules": [op("setTemplateValue", op("randomInteger", min="2", max="11", step="3"), identifier="T")],
        "rules": [op("setOutcomeValue", op("variable", identifier="T"), identifier="X")],
    }
    drawn = [plain(run(program, {}, seed=str(seed)).values["X"]) for seed in range(60)]

    assert drawn == [plain(run(program, {}, seed=str(seed)).values["X"]) for seed in range(60)]
    assert set(drawn) == {2, 5, 8, 11}


def test_nothing_to_evaluate_is_unsupported_not_zero():
    with pytest.raises(UnsupportedError, match="no-response-processing"):
        run({"responses": {}, "outcomes": {"SCORE": {"base": "float", "cardinality": "single"}}}, {})


def test_numbers_do_not_grow_without_end():
    variable = op("variable", identifier="X")

    def repeatedly(start: str, times: int) -> Any:
        square = op("setOutcomeValue", op("product", variable, variable), identifier="X")
        outcomes = {"X": {"base": "float", "cardinality": "single", "default": [start]}}
        return plain(run({"responses": {}, "outcomes": outcomes, "rules": [square] * times}, {}).values["X"])

    assert repeatedly("1.1", 3) == Decimal("2.14358881")
    with pytest.raises(UnsupportedError, match="number-out-of-range"):
        repeatedly("1.1", 25)
    with pytest.raises(UnsupportedError, match="number-out-of-range"):
        repeatedly("0.5", 25)


def test_programs_that_take_too_long_are_not_evaluated():
    many = bag(op("repeat", num(1), numberRepeats="1000"))
    rule = op("setOutcomeValue", op("containerSize", many), identifier="X")
    outcomes = {"X": {"base": "float", "cardinality": "single"}}

    with pytest.raises(UnsupportedError, match="processing-too-long"):
        run({"responses": {}, "outcomes": outcomes, "rules": [rule] * 100}, {})


def item(identifier: str, score: int, *, weight: str = "1", category: str = "", correct: bool = True) -> ItemRecord:
    from fractions import Fraction

    return ItemRecord(
        identifier=identifier,
        outcomes={"SCORE": single("float", Fraction(score))},
        responses={},
        declarations={"SCORE": {"base": "float", "cardinality": "single", "maximum": "3"}},
        categories=tuple(category.split()),
        weights={"W": Fraction(weight)},
        responded=True,
        correct=correct,
    )


def test_outcomes_of_a_test_over_its_items():
    def outcome(node: Node) -> Any:
        program = {
            "responses": {},
            "outcomes": {"X": {"base": "float", "cardinality": "single"}},
            "outcome_rules": [op("setOutcomeValue", node, identifier="X")],
        }
        records = [item("A", 1, weight="2", category="x"), item("B", 3, category="x y"), item("C", 0, correct=False)]
        return plain(run_test(program, records)["X"])

    assert outcome(op("sum", op("testVariables", variableIdentifier="SCORE"))) == 4
    assert outcome(op("sum", op("testVariables", variableIdentifier="SCORE", weightIdentifier="W"))) == 5
    assert outcome(op("sum", op("testVariables", variableIdentifier="SCORE", includeCategory="y"))) == 3
    assert outcome(op("sum", op("testVariables", variableIdentifier="SCORE", excludeCategory="x"))) == 0
    assert outcome(op("numberCorrect")) == 2
    assert outcome(op("numberIncorrect")) == 1
    assert outcome(op("sum", op("outcomeMaximum", outcomeIdentifier="SCORE"))) == 9
    assert outcome(op("variable", identifier="A.SCORE", weightIdentifier="W")) == 2
