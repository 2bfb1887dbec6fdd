"""What an expression can see while it is evaluated: declarations, values, chance, and how far it may go."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from merit.assessment.domain.processing.values import (
    UnsupportedError,
    Value,
    coerce,
    parse_number,
    parse_value,
)

Node: TypeAlias = Mapping[str, Any]
Arguments: TypeAlias = Sequence[Value | None]
Operator: TypeAlias = Callable[["Context", Node, Arguments], Value | None]
MAX_STEPS = 200_000
MAX_REPEATS = 1_000
_DIGEST_BITS = 256
_ONE, _TWO = (1,), (2,)
_ARITY: Mapping[str, tuple[int, ...]] = {
    **dict.fromkeys(("not", "isNull", "containerSize", "random", "round", "truncate", "integerToFloat"), _ONE),
    **dict.fromkeys(("roundTo", "patternMatch", "inside", "fieldValue", "statsOperator"), _ONE),
    **dict.fromkeys(("match", "equal", "equalRounded", "lt", "lte", "gt", "gte", "durationLT", "durationGTE"), _TWO),
    **dict.fromkeys(("subtract", "divide", "power", "integerDivide", "integerModulus", "delete"), _TWO),
    **dict.fromkeys(("member", "contains", "stringMatch", "substring"), _TWO),
    **dict.fromkeys(("index", "mathOperator"), (1, 2)),
}


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One item of a test as its outcome processing sees it."""

    identifier: str
    outcomes: Mapping[str, Value | None]
    responses: Mapping[str, Value | None]
    declarations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    section: str = ""
    sections: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    presented: bool = True
    responded: bool = False
    correct: bool | None = None


@dataclass(slots=True)
class Context:
    """The state of one evaluation."""

    program: Mapping[str, Any]
    operators: Mapping[str, Operator]
    seed: str = ""
    values: MutableMapping[str, Value | None] = field(default_factory=dict)
    corrects: MutableMapping[str, Value | None] = field(default_factory=dict)
    defaults: MutableMapping[str, Value | None] = field(default_factory=dict)
    items: Sequence[ItemRecord] = ()
    steps: int = 0
    drawn: int = 0

    def declaration(self, identifier: str) -> Mapping[str, Any] | None:
        """Return the declaration of a response, outcome or template variable."""
        for kind in ("responses", "outcomes", "templates"):
            found: Mapping[str, Any] | None = self.program.get(kind, {}).get(identifier)
            if found is not None:
                return found
        return None

    def evaluate(self, node: Node) -> Value | None:
        """Return the value of an expression; None is NULL."""
        operator = self.operators.get(node["op"])
        if operator is None:
            raise UnsupportedError(name_of(node))
        children = node.get("args", ())
        if len(children) not in _ARITY.get(node["op"], (len(children),)):
            raise UnsupportedError(f"{node['op']} with {len(children)} expressions")
        arguments = self._repeated(node, children) if node["op"] == "repeat" else list(map(self.evaluate, children))
        self.count(1 + sum(len(argument.atoms) for argument in arguments if argument is not None))
        return operator(self, node, arguments)

    def _repeated(self, node: Node, children: Sequence[Node]) -> list[Value | None]:
        """Evaluate the children of ``repeat`` as often as it says: what is random is drawn anew every time."""
        times = self.amount(node, "numberRepeats")
        if times is None or not 1 <= times <= MAX_REPEATS:
            return []
        return [self.evaluate(child) for _turn in range(int(times)) for child in children]

    def count(self, steps: int = 1) -> None:
        """Count steps; a program that takes too many is not evaluated."""
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise UnsupportedError("processing-too-long")

    def assign(self, identifier: str, value: Value | None) -> None:
        """Give a variable a value of its declared type; undeclared variables take any."""
        declared = self.declaration(identifier)
        self.values[identifier] = coerce(value, declared["base"], declared["cardinality"]) if declared else value

    def declared_value(self, declared: Mapping[str, Any], name: str) -> Value | None:
        """Return what a declaration says under ``default`` or ``correct``."""
        texts = declared.get(name)
        return None if texts is None else parse_value(declared["base"], declared["cardinality"], texts)

    def amount(self, node: Node, name: str) -> Fraction | None:
        """Return a numeric attribute, which may name a variable instead."""
        text = str(attributes(node).get(name, "")).strip().strip("{}")
        amount = parse_number(text) if text else None
        return self.numeric(text) if amount is None and text else amount

    def numeric(self, identifier: str) -> Fraction | None:
        """Return the number a variable holds."""
        value = self.values.get(identifier)
        atom = value.atoms[0] if value and value.atoms else None
        return atom if isinstance(atom, Fraction) else None

    def draw(self, count: int) -> int:
        """Return a whole number from 0 to ``count`` - 1, the same for the same seed and place."""
        self.drawn += 1
        digest = hashlib.sha256(f"{self.seed}\n{self.drawn}".encode()).digest()
        return int.from_bytes(digest) * count >> _DIGEST_BITS


def attributes(node: Node) -> Mapping[str, str]:
    """Return the attributes of an expression or rule."""
    found: Mapping[str, str] = node.get("attrs", {})
    return found


def name_of(node: Node) -> str:
    """Return what the source calls an expression or rule."""
    return str(node.get("name") or node["op"])


def flag(node: Node, name: str, *, default: bool) -> bool:
    """Return a true/false attribute."""
    text = attributes(node).get(name)
    return default if text is None else text.strip().lower() in {"true", "1"}


def fractions(value: Value | None) -> list[Fraction] | None:
    """Return the numbers of a value, None when it is NULL or holds anything else."""
    if value is None:
        return None
    numbers = [atom for atom in value.atoms if isinstance(atom, Fraction)]
    return numbers if len(numbers) == len(value.atoms) and numbers else None


def flat_fractions(arguments: Arguments) -> list[Fraction] | None:
    """Return the numbers of all arguments, containers opened; None when any is NULL or no number."""
    collected: list[Fraction] = []
    for argument in arguments:
        numbers = fractions(argument)
        if numbers is None:
            return None
        collected.extend(numbers)
    return collected or None


def is_true(value: Value | None) -> bool:
    """Return a condition's truth: NULL, false, 0 and the empty are false."""
    if value is None:
        return False
    if value.cardinality != "single":
        return bool(value.atoms or value.fields)
    return bool(value.atoms[0])
