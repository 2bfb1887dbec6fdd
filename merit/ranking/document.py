"""Reading a policy document: YAML or JSON to a tree that knows its lines, and back to canonical JSON."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

import yaml

from merit.errors import InvalidInputError

MAX_CHARACTERS = 100_000
MAX_DEPTH = 20
MAX_DIGITS = 18  # before or after the point; 1e999999999 is a short text and an endless number
_OPENING = (
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)

Scalar: TypeAlias = str | int | Decimal | bool | dt.date | None


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document and the line on which it stands (1-based, 0 when unknown)."""

    value: Scalar | list[Node] | dict[str, Node]
    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend in a policy: the line, a reason code and what fills its sentence."""

    line: int
    code: str
    details: Mapping[str, Any] = field(default_factory=dict)


class PolicyError(InvalidInputError):
    """A policy document that cannot be used; ``problems`` lists everything found, in order of lines."""

    def __init__(self, problems: Iterable[Problem], /) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        first = self.problems[0]
        super().__init__(first.code, line=first.line, **first.details)


def read_yaml(text: str) -> Node:
    """Return the document as a tree, numbers exact.

    Raises
    ------
    PolicyError
        When the text is not YAML, uses anchors, repeats a key, is too long or too deep.
    """
    if len(text) > MAX_CHARACTERS:
        raise PolicyError([Problem(1, "policy-too-long", {"limit": MAX_CHARACTERS})])
    try:
        _check_tokens(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if root is None:
            raise PolicyError([Problem(1, "policy-empty")])
        return _node(root, yaml.SafeLoader(""))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError([Problem(line, "policy-yaml", {"problem": error.problem or ""})]) from error
    except yaml.YAMLError as error:
        raise PolicyError([Problem(1, "policy-yaml", {"problem": type(error).__name__})]) from error


def read_json(text: str) -> Node:
    """Return a stored canonical document as a tree; it has no lines of its own."""
    return _from_plain(json.loads(text, parse_float=Decimal))


def plain(node: Node) -> Any:
    """Return the tree as JSON values: dates as ISO text, integral numbers as int, others as float."""
    value = node.value
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [plain(child) for child in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys and no spaces: one text per meaning."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _check_tokens(text: str) -> None:
    """Refuse anchors, which repeat parts unseen, and nesting no policy needs."""
    depth = 0
    for token in yaml.scan(text):
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        line = token.start_mark.line + 1
        if depth > MAX_DEPTH:
            raise PolicyError([Problem(line, "policy-too-deep", {"limit": MAX_DEPTH})])
        if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
            raise PolicyError([Problem(line, "policy-anchor")])


def _node(node: yaml.Node, loader: yaml.SafeLoader) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return Node(_mapping(node, loader), line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(child, loader) for child in node.value], line)
    return Node(_scalar(node, loader, line), line)


def _mapping(node: yaml.MappingNode, loader: yaml.SafeLoader) -> dict[str, Node]:
    result: dict[str, Node] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in result:
            raise PolicyError([Problem(key.start_mark.line + 1, "policy-repeated-key", {"key": name})])
        result[name] = _node(value, loader)
    return result


def _scalar(node: yaml.Node, loader: yaml.SafeLoader, line: int) -> Scalar:
    kind = node.tag.rpartition(":")[2]
    if kind == "float":
        return _decimal(str(node.value), line)
    if kind not in {"str", "int", "bool", "null", "timestamp"}:
        raise PolicyError([Problem(line, "policy-yaml", {"problem": str(node.tag)})])
    try:
        value: Scalar = loader.construct_object(node)
    except (ValueError, AttributeError, KeyError) as error:  # the last two: a tag its text does not fit
        reason = "policy-not-a-number" if kind == "int" else "policy-not-a-date"
        raise PolicyError([Problem(line, reason, {"value": _shortened(str(node.value))})]) from error
    if isinstance(value, str) and not is_storable(value):
        raise PolicyError([Problem(line, "policy-not-a-text")])
    if isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
        raise PolicyError([Problem(line, "policy-not-a-number", {"value": _shortened(str(node.value))})])
    return value.date() if isinstance(value, dt.datetime) else value


def is_storable(text: str) -> bool:
    """Return whether a text can be hashed and kept: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def exact_number(text: str) -> Decimal | None:
    """Return the number a text writes, None when it writes none or one no policy needs."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if number.is_finite() and (not number or abs(number.adjusted()) < MAX_DIGITS):
        return number
    return None


def _decimal(text: str, line: int) -> Decimal:
    number = exact_number(text.replace("_", ""))
    if number is None:
        raise PolicyError([Problem(line, "policy-not-a-number", {"value": _shortened(text)})])
    return number


def _shortened(text: str) -> str:
    return text if len(text) <= 2 * MAX_DIGITS else f"{text[:MAX_DIGITS]}…"


def _from_plain(value: Any) -> Node:
    if isinstance(value, dict):
        return Node({str(key): _from_plain(child) for key, child in value.items()}, 0)
    if isinstance(value, list):
        return Node([_from_plain(child) for child in value], 0)
    return Node(value, 0)
