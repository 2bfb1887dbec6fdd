"""Variables in the text of an item: marks in clean HTML, replaced by what was drawn for one candidate; pure.

``<span data-variable="A" …>{A}</span>`` (``<mi …>`` inside a formula) stands for the value of a template variable;
``<div data-template="T" data-identifier="X" data-show="show">…</div>`` (or a span) is shown when T is X, with
``data-show="hide"`` when it is not.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

from merit.assessment.domain.items import ItemContent
from merit.assessment.domain.processing.values import Atom, Value, format_atom, to_decimal

VARIABLE, TEMPLATE, IDENTIFIER, SHOW = "data-variable", "data-template", "data-identifier", "data-show"
FORMAT, DELIMITER, INDEX, BASE, POWER = "data-format", "data-delimiter", "data-index", "data-base", "data-power"
VARIABLE_MARKS = (VARIABLE, FORMAT, DELIMITER, INDEX, BASE, POWER)
MARKS = (*VARIABLE_MARKS, TEMPLATE, IDENTIFIER, SHOW)
SPECIFIER = re.compile(r"%([-+ 0#]{0,5})(\d{0,2})(?:\.(\d{1,2}))?([idoxXfeEgGs])\Z")
_MARK = re.compile(rf'\b{VARIABLE}="([^"]*)"')
_CHOICE = re.compile(rf'\b{TEMPLATE}="([^"]*)"')
_VOID = frozenset({"br", "hr", "img", "col", "wbr"})
_RICH = ("choices", "sources", "targets")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_COMMA_LANGUAGES = frozenset({"id", "ms", "de", "fr", "nl"})
_PRECISION = 60
Values = Mapping[str, Value | None]


class MissingValueError(Exception):
    """A variable in the text has no value; its name is the message."""


def variables_in(content: ItemContent) -> frozenset[str]:
    """Return the template variables that the text of an item prints or asks."""
    found: set[str] = set()
    for text in _texts(content):
        for pattern in (_MARK, _CHOICE):
            found.update(map(html.unescape, pattern.findall(text)))
    return frozenset(found)


def printed(content: ItemContent, values: Values) -> ItemContent:
    """Return an item with values in its text; one without marks comes back as it is.

    Raises
    ------
    MissingValueError
        When a variable that is printed has no value.

    """
    if not variables_in(content):
        return content

    def filled(text: str) -> str:
        if VARIABLE not in text and TEMPLATE not in text:
            return text
        printer = _Printer(values, content.language)
        printer.feed(text)
        printer.close()
        return "".join(printer.parts)

    interactions = tuple(_filled(one, filled) for one in content.interactions)
    return content.model_copy(update={"body": filled(content.body), "interactions": interactions})


def print_value(value: Value, mark: Mapping[str, str], values: Values, *, language: str) -> str:
    """Return a value as HTML: numbers as the mark's format says, several values with a delimiter between them."""
    atoms = value.atoms
    if mark.get(INDEX):
        place = _whole(mark[INDEX], values)
        if place is None or not 1 <= place <= len(atoms):
            raise MissingValueError(mark[VARIABLE])
        atoms = atoms[place - 1 : place]
    integral = value.base == "integer"
    delimiter = html.escape(mark.get(DELIMITER) or "; ", quote=False)
    return delimiter.join(_printed_atom(atom, mark, values, integral=integral, language=language) for atom in atoms)


def _texts(content: ItemContent) -> Iterator[str]:
    yield content.body
    for one in content.interactions:
        yield one.prompt
        for name in _RICH:
            yield from (choice.html for choice in getattr(one, name, ()))


def _filled(interaction: Any, filled: Callable[[str], str]) -> Any:
    changed: dict[str, Any] = {"prompt": filled(interaction.prompt)}
    for name in _RICH:
        choices = getattr(interaction, name, None)
        if choices is not None:
            changed[name] = tuple(choice.model_copy(update={"html": filled(choice.html)}) for choice in choices)
    return interaction.model_copy(update=changed)


class _Printer(HTMLParser):
    """Copies clean HTML and replaces its marks; every element but the void ones is closed there."""

    def __init__(self, values: Values, language: str) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._values, self._language = values, language
        self._hides: list[bool] = []  # per open element: whether it and all inside is left out

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        mark = {name: value or "" for name, value in attrs}
        hides = self._is_hidden or VARIABLE in mark
        if not self._is_hidden:
            if VARIABLE in mark:
                self.parts.append(self._print(tag, mark))
            elif TEMPLATE in mark:
                hides = not self._is_shown(mark)
                self.parts.append("" if hides else f"<{tag}>")
            else:
                self.parts.append(self.get_starttag_text() or "")
        if tag not in _VOID:
            self._hides.append(hides)

    def handle_endtag(self, tag: str) -> None:
        hides = self._hides.pop() if self._hides else False
        if not hides:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._copy(data)

    def handle_entityref(self, name: str) -> None:
        self._copy(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._copy(f"&#{name};")

    def _copy(self, text: str) -> None:
        if not self._is_hidden:
            self.parts.append(text)

    @property
    def _is_hidden(self) -> bool:
        return bool(self._hides) and self._hides[-1]

    def _print(self, tag: str, mark: Mapping[str, str]) -> str:
        value = self._values.get(mark[VARIABLE])
        if value is None:
            raise MissingValueError(mark[VARIABLE])
        text = print_value(value, mark, self._values, language=self._language)
        if tag != "mi":
            return text
        return f"<mn>{text}</mn>" if value.is_numeric else f"<mi>{text}</mi>"

    def _is_shown(self, mark: Mapping[str, str]) -> bool:
        value = self._values.get(mark[TEMPLATE])
        is_named = value is not None and mark.get(IDENTIFIER, "") in {format_atom(atom) for atom in value.atoms}
        return is_named == (mark.get(SHOW, "show") != "hide")


def _whole(text: str, values: Values) -> int | None:
    """Return a count, written out or held by a variable."""
    if text.isascii() and text.isdecimal() and len(text) < 6:  # noqa: PLR2004 - no container is longer
        return int(text)
    value = values.get(text)
    atom = value.atoms[0] if value is not None and value.atoms else None
    return int(atom) if isinstance(atom, Fraction) and atom.denominator == 1 else None


def _printed_atom(atom: Atom, mark: Mapping[str, str], values: Values, *, integral: bool, language: str) -> str:
    form = SPECIFIER.match(mark.get(FORMAT, ""))
    if not isinstance(atom, Fraction):
        text = format_atom(atom)
        return html.escape(f"{text:>{form[2]}}" if form and form[2] else text, quote=False)
    if form is None or form[4] == "s":
        base = _whole(mark.get(BASE, ""), values) if integral else None
        text = _in_base(int(atom), base) if base is not None else _plain(atom, integral=integral)
    else:
        text = _formatted(atom, form, base=_whole(mark.get(BASE, ""), values) or 10)
    if mark.get(POWER) == "true":
        return _as_power(_localised(text, language))
    return html.escape(_localised(text, language), quote=False)


def _plain(number: Fraction, *, integral: bool) -> str:
    return str(int(number)) if integral and number.denominator == 1 else format(to_decimal(number), "f")


def _formatted(number: Fraction, form: re.Match[str], *, base: int) -> str:
    """Return a number as a ``printf`` specifier says; halves of decimals are rounded away from zero."""
    flags, width, places, kind = form[1], form[2], form[3], form[4]
    if kind in "id":
        text = _in_base(round_half_up(number), base)
        text = f"+{text}" if "+" in flags and number >= 0 else text
        return text.zfill(int(width)) if width and "0" in flags else text.rjust(int(width or 0))
    if kind in "oxX":
        return format(round_half_up(number), f"{'#' if '#' in flags else ''}{kind}")
    sign = "+" if "+" in flags else " " if " " in flags else ""
    fill = "0" if "0" in flags and "-" not in flags else ""
    with localcontext() as context:
        context.prec, context.rounding = _PRECISION, ROUND_HALF_UP
        exact = Decimal(number.numerator) / Decimal(number.denominator)
        return format(exact, f"{sign}{fill}{width}.{places or 6}{kind}").strip()


def round_half_up(number: Fraction) -> int:
    """Return the nearest whole number, halves up."""
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)


def _in_base(number: int, base: int) -> str:
    if not 2 <= base <= len(_DIGITS) or base == 10:  # noqa: PLR2004 - bases that have digits
        return str(number)
    digits, rest = "", abs(number)
    while rest or not digits:
        digits, rest = _DIGITS[rest % base] + digits, rest // base
    return f"-{digits}" if number < 0 else digits


def _localised(text: str, language: str) -> str:
    """Return a number with the decimal sign of a language."""
    return text.replace(".", ",") if language.partition("-")[0].lower() in _COMMA_LANGUAGES else text


def _as_power(text: str) -> str:
    mantissa, sign, exponent = text.lower().partition("e")
    if not sign:
        return html.escape(text, quote=False)
    return f"{html.escape(mantissa, quote=False)} × 10<sup>{int(exponent)}</sup>"
