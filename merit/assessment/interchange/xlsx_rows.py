"""One row of the items' workbook, cell by cell; what cannot be read is noted with its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from merit.assessment.domain import richtext
from merit.assessment.interchange.foreign_parts import MAX_POINTS, exact
from merit.assessment.interchange.foreign_text import escape
from merit.assessment.interchange.reading import Problem
from merit.assessment.interchange.xlsx_cells import column_name
from merit.assessment.interchange.xlsx_columns import OPTIONS

_RICH = re.compile(r"\s*<html>(.*)</html>\s*", re.DOTALL | re.IGNORECASE)
_SEPARATOR = re.compile(r"(?<!\\)[;\n]")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")
_GUARDED = re.compile(r"'[=+\-@\t\r\n]")
_YES, _NO = frozenset({"ya", "y", "benar", "true", "1"}), frozenset({"tidak", "t", "salah", "false", "0"})


@dataclass(slots=True)
class Row:
    """The cells of a row by heading; ``columns`` tells where each heading stands."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]
    problems: list[Problem] = field(default_factory=list)

    @property
    def where(self) -> str:
        """Return the place of the row."""
        return f"{self.sheet}!A{self.number}"

    def wrong(self, name: str, code: str, **details: object) -> None:
        """Note a cell that cannot be used."""
        column = self.columns.get(name)
        place = f"{self.sheet}!{column_name(column)}{self.number}" if column else f"{self.sheet}!{self.number}"
        self.problems.append(Problem(code, place, {"column": name, **details}))

    def plain(self, name: str) -> str:
        """Return a cell's text on one line."""
        return " ".join(_unguarded(self.cells.get(name, "")).split())

    def html(self, name: str) -> str:
        """Return a cell as HTML: plain text, or what stands between <html> and </html>."""
        text = _unguarded(self.cells.get(name, ""))
        rich = _RICH.fullmatch(text)
        return richtext.clean(rich[1].strip()) if rich else escape(text)

    def flag(self, name: str, *, otherwise: bool) -> bool:
        """Return a yes or no."""
        word = self.plain(name).casefold()
        if word and word not in _YES | _NO:
            self.wrong(name, "sheet-broken-yes-no", value=word[:40])
        return word in _YES if word in _YES | _NO else otherwise

    def number_of(self, name: str, default: Decimal, *, least: Decimal = Decimal(0)) -> Decimal:
        """Return a number; the default for an empty cell."""
        text = self.plain(name)
        if not text:
            return default
        number = read_number(text)
        if number is None or not least <= number <= MAX_POINTS:
            self.wrong(name, "sheet-broken-number", value=text[:40])
            return default
        return number

    def whole(self, name: str, default: int) -> int:
        """Return a whole number; the default for an empty cell."""
        number = self.number_of(name, Decimal(default))
        if number != number.to_integral_value():
            self.wrong(name, "sheet-broken-number", value=f"{number:f}")
            return default
        return int(number)

    def options(self) -> list[tuple[str, str]]:
        """Return (letter, HTML) of the options; a gap between them is a mistake."""
        filled = [letter for letter in OPTIONS if self.cells.get(f"pilihan_{letter}", "").strip()]
        expected = list(OPTIONS[: len(filled)])
        if filled != expected:
            missing = next(letter for letter in expected if letter not in filled)
            self.wrong(f"pilihan_{missing}", "sheet-broken-gap")
        return [(letter.upper(), self.html(f"pilihan_{letter}")) for letter in filled]

    def parts(self, name: str) -> list[str]:
        """Return what a cell lists, separated by semicolons or lines."""
        text = _unguarded(self.cells.get(name, ""))
        pieces = (" ".join(piece.replace("\\;", ";").split()) for piece in _SEPARATOR.split(text))
        return [piece for piece in pieces if piece]

    def letters(self, name: str, known: list[str]) -> list[str]:
        """Return the letters of options a cell names."""
        found = [piece.upper() for piece in re.split(r"[\s,;]+", self.plain(name)) if piece]
        for piece in found:
            if piece not in known:
                self.wrong(name, "sheet-broken-letter", value=piece[:40], known=", ".join(known))
        if len(set(found)) != len(found):
            self.wrong(name, "sheet-broken-twice", value=", ".join(found)[:40])
        return found

    def weights(self, known: list[str]) -> dict[str, Decimal]:
        """Return the points per option: ``A=5; B=3``, or bare numbers in the order of the options."""
        pieces = self.parts("bobot")
        named = [piece.partition("=") for piece in pieces if "=" in piece]
        if named and len(named) != len(pieces):
            self.wrong("bobot", "sheet-broken-weights")
            return {}
        pairs = (
            [(left.strip().upper(), right.strip()) for left, _sign, right in named]
            if named
            else list(zip(known, pieces, strict=False))
        )
        if not named and len(pieces) not in {0, len(known)}:
            self.wrong("bobot", "sheet-broken-weights")
        found: dict[str, Decimal] = {}
        for letter, text in pairs:
            number = read_number(text)
            if letter not in known or number is None or letter in found or abs(number) > MAX_POINTS:
                self.wrong("bobot", "sheet-broken-weight", value=f"{letter}={text}"[:40])
            else:
                found[letter] = number
        return found


def _unguarded(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def read_number(text: str) -> Decimal | None:
    """Return a number as people here write it (``0,5``) or as programs do (``0.5``); None for anything else."""
    compact = text.replace(" ", "").replace("\u00a0", "")
    if not _NUMBER.fullmatch(compact):
        return None
    try:
        return exact(Decimal(compact.replace(",", ".")))
    except InvalidOperation:
        return None
