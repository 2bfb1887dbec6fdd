"""Strict reading of a document tree: every getter names the line when the value is not what it must be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from merit.ranking.document import Node, Problem


@dataclass(slots=True)
class Reader:
    """Collects problems while values are taken from nodes; a getter answers its default after a problem."""

    problems: list[Problem] = field(default_factory=list)

    def report(self, node: Node, code: str, /, **details: object) -> None:
        """Note a problem on the node's line."""
        self.problems.append(Problem(node.line, code, details))

    def mapping(self, node: Node, known: Collection[str], where: str) -> dict[str, Node]:
        """Return the entries of a mapping; unknown keys are reported."""
        if not isinstance(node.value, dict):
            self.report(node, "policy-not-a-mapping", where=where)
            return {}
        for key, child in node.value.items():
            if key not in known:
                self.report(child, "policy-unknown-key", key=key, where=where, known=", ".join(sorted(known)))
        return node.value

    def items(self, node: Node | None, where: str) -> list[Node]:
        """Return the entries of a list; None is an empty one."""
        if node is None or node.value is None:
            return []
        if not isinstance(node.value, list):
            self.report(node, "policy-not-a-list", where=where)
            return []
        return node.value

    def required(self, entries: dict[str, Node], key: str, parent: Node, where: str) -> Node | None:
        """Return the entry, reporting its absence on the parent's line."""
        child = entries.get(key)
        if child is None or child.value is None:
            self.report(child or parent, "policy-missing-key", key=key, where=where)
            return None
        return child

    def text(self, node: Node | None, default: str = "") -> str:
        """Return a text; numbers are not texts."""
        if node is None or node.value is None:
            return default
        if not isinstance(node.value, str) or not node.value.strip():
            self.report(node, "policy-not-a-text")
            return default
        return node.value.strip()

    def choice(self, node: Node | None, allowed: Collection[str], default: str) -> str:
        """Return one of the allowed words."""
        if node is None:
            return default
        if node.value not in allowed:
            self.report(node, "policy-not-a-choice", value=str(node.value), allowed=", ".join(allowed))
            return default
        return str(node.value)

    def words(self, node: Node, allowed: Collection[str] | None = None) -> tuple[str, ...]:
        """Return one text or a non-empty list of texts, each allowed and none twice."""
        children = node.value if isinstance(node.value, list) else [node]
        if not children:
            self.report(node, "policy-empty-list")
        words: list[str] = []
        for child in children:
            word = self.text(child)
            if allowed is not None and word and word not in allowed:
                self.report(child, "policy-not-a-choice", value=word, allowed=", ".join(allowed))
            elif word in words:
                self.report(child, "policy-repeated", value=word)
            elif word:
                words.append(word)
        return tuple(words)

    def flag(self, node: Node | None, *, default: bool) -> bool:
        """Return true or false."""
        if node is None:
            return default
        if not isinstance(node.value, bool):
            self.report(node, "policy-not-a-flag", value=str(node.value))
            return default
        return node.value

    def number(
        self, node: Node | None, default: Decimal = Decimal(0), *, low: Decimal | int = 0, high: Decimal | int = 10**6
    ) -> Decimal:
        """Return an exact number within bounds (both ends allowed)."""
        if node is None:
            return default
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
            self.report(node, "policy-not-a-number", value=str(value))
            return default
        if not low <= value <= high:
            self.report(node, "policy-out-of-range", value=str(value), low=str(low), high=str(high))
            return default
        return Decimal(value)

    def integer(self, node: Node | None, default: int, *, low: int, high: int) -> int:
        """Return a whole number within bounds."""
        if node is None:
            return default
        number = self.number(node, Decimal(default), low=low, high=high)
        if number != number.to_integral_value():
            self.report(node, "policy-not-whole", value=str(number))
            return default
        return int(number)

    def date(self, node: Node) -> dt.date | None:
        """Return a date written YYYY-MM-DD."""
        if isinstance(node.value, dt.date):
            return node.value
        try:
            return dt.date.fromisoformat(str(node.value))
        except ValueError:
            self.report(node, "policy-not-a-date", value=str(node.value))
            return None
