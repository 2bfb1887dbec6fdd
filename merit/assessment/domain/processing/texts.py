"""Texts: comparison, patterns, and the text operators that several exam banks add to QTI by name."""

from __future__ import annotations

from merit.assessment.domain.processing.context import Arguments, Context, Node, Operator, attributes, flag
from merit.assessment.domain.processing.patterns import matches
from merit.assessment.domain.processing.values import (
    UnsupportedError,
    Value,
    format_atom,
    truth,
)


def _text(value: Value | None) -> str | None:
    if value is None or len(value.atoms) != 1:
        return None
    return format_atom(value.atoms[0])


def _two(arguments: Arguments) -> tuple[str, str] | None:
    first, second = _text(arguments[0]), _text(arguments[1])
    return None if first is None or second is None else (first, second)


def _string_match(_context: Context, node: Node, arguments: Arguments) -> Value | None:
    texts = _two(arguments)
    if texts is None:
        return None
    first, second = texts if flag(node, "caseSensitive", default=True) else (texts[0].casefold(), texts[1].casefold())
    partly = flag(node, "substring", default=False)
    return truth(second in first if partly else first == second)


def _substring(_context: Context, node: Node, arguments: Arguments) -> Value | None:
    texts = _two(arguments)
    if texts is None:
        return None
    first, second = texts if flag(node, "caseSensitive", default=True) else (texts[0].casefold(), texts[1].casefold())
    return truth(first in second)


def _pattern_match(context: Context, node: Node, arguments: Arguments) -> Value | None:
    text = _text(arguments[0])
    pattern = attributes(node).get("pattern", "")
    if not pattern:
        raise UnsupportedError("patternMatch without pattern")
    named = _text(context.values.get(pattern.strip("{}"))) if pattern.strip("{}") in context.values else None
    return None if text is None else truth(matches(named or pattern, text))


OPERATORS: dict[str, Operator] = {
    "stringMatch": _string_match,
    "substring": _substring,
    "patternMatch": _pattern_match,
}
