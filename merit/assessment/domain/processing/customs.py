"""Custom operators known by name: those that Dutch exam banks (Cito) add to QTI; all others are unsupported."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from merit.assessment.domain.processing.context import Arguments, Context, Node, Operator, attributes
from merit.assessment.domain.processing.values import (
    UnsupportedError,
    Value,
    format_atom,
    number,
    parse_number,
    single,
)


def _text(value: Value) -> str:
    return format_atom(value.atoms[0]) if len(value.atoms) == 1 else ""


def _to_ascii(value: Value) -> Value | None:
    text = unicodedata.normalize("NFKD", _text(value))
    return single("string", "".join(letter for letter in text if not unicodedata.combining(letter)))


def _trim(value: Value) -> Value | None:
    text = _text(value).strip()
    return single("string", text) if text else None


def _parse_comma_decimal(value: Value) -> Value | None:
    amount = parse_number(_text(value))
    return None if amount is None else number(amount)


_NAMED: dict[str, Callable[[Value], Value | None]] = {
    "ToAscii": _to_ascii,
    "Trim": _trim,
    "ParseCommaDecimal": _parse_comma_decimal,
}


def known_operator(node: Node) -> str | None:
    """Return the name, without the maker's prefix, of a custom operator that can be evaluated."""
    names = attributes(node)
    stated = names.get("definition") or names.get("class") or ""
    name = stated.rpartition(":")[2]
    return name if name in _NAMED and len(node.get("args", ())) == 1 else None


def _custom_operator(_context: Context, node: Node, arguments: Arguments) -> Value | None:
    name = known_operator(node)
    if name is None:
        raise UnsupportedError(custom_name(node))
    value = arguments[0]
    return None if value is None else _NAMED[name](value)


def custom_name(node: Node) -> str:
    """Return how a custom operator is named to people."""
    names = attributes(node)
    return f"customOperator {names.get('definition') or names.get('class') or '?'}"


OPERATORS: dict[str, Operator] = {"customOperator": _custom_operator}
