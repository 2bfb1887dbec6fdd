"""What every list page reads from its address: page number, order, choices; anything unknown is ignored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import request

_MAXIMUM_LENGTH = 100
_MAXIMUM_DIGITS = 9
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Paging:
    """Where one is in a list."""

    number: int
    count: int
    total: int
    size: int

    @classmethod
    def of(cls, total: int, size: int, name: str = "halaman") -> Paging:
        """Return the page asked for, brought into the list."""
        count = max(1, -(-total // size))
        return cls(min(max(read_number(name, 1), 1), count), count, total, size)

    def cut(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the rows of this page out of all of them."""
        first = (self.number - 1) * self.size
        return rows[first : first + self.size]


def read_text(name: str = "cari") -> str:
    """Return a search text, trimmed and of bounded length; control characters are taken out."""
    text = "".join(letter for letter in request.args.get(name, "") if letter.isprintable())
    return text.strip()[:_MAXIMUM_LENGTH]


def read_number(name: str, default: int = 0) -> int:
    """Return a whole number of at most nine digits, else the default."""
    return whole(request.args.get(name, ""), default)


def whole(text: str, default: int = 0) -> int:
    """Return what a field or address says as a whole number of at most nine digits, else the default."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _MAXIMUM_DIGITS
    return int(text) if is_number else default


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """Return those of the texts that are whole numbers above 0, such as the ids of ticked rows."""
    return [number for text in texts if (number := whole(text))]


def read_choice(name: str, allowed: Collection[str]) -> str:
    """Return a parameter when it is one of the allowed codes, else an empty text."""
    value = request.args.get(name, "")
    return value if value in allowed else ""


def read_order(allowed: Collection[str], default: str) -> str:
    """Return ``urut`` when it is an allowed key, with or without ``-`` in front, else the default."""
    value = request.args.get("urut", "")
    return value if value.removeprefix("-") in allowed else default
