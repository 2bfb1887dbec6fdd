"""What every list page reads from its address: page number, order, choices; anything unknown is ignored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask import request

_MAXIMUM_LENGTH = 100
_MAXIMUM_DIGITS = 9


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
        asked = request.args.get(name, "1")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= _MAXIMUM_DIGITS else 1
        return cls(min(max(number, 1), count), count, total, size)


def read_text(name: str = "cari") -> str:
    """Return a search text, trimmed and of bounded length; control characters are taken out."""
    text = "".join(letter for letter in request.args.get(name, "") if letter.isprintable())
    return text.strip()[:_MAXIMUM_LENGTH]


def read_choice(name: str, allowed: Collection[str]) -> str:
    """Return a parameter when it is one of the allowed codes, else an empty text."""
    value = request.args.get(name, "")
    return value if value in allowed else ""


def read_order(allowed: Collection[str], default: str) -> str:
    """Return ``urut`` when it is an allowed key, with or without ``-`` in front, else the default."""
    value = request.args.get("urut", "")
    return value if value.removeprefix("-") in allowed else default
