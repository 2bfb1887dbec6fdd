"""Parsers of cells: from what a spreadsheet holds to the value the database keeps.

A parser takes a non-empty raw cell (text stripped of outer blanks, number, date, boolean) and returns the value
or raises :class:`CellError`. Decimals come out as whole millionths (the integer that ``db.Micro`` stores).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from merit.exchange.domain import HEADER_IGNORED, CellError

Parser: TypeAlias = Callable[[object], Any]

MICRO = 1_000_000
TEXT_LIMIT = 1_000
CODE_LIMIT = 80
NIP_DIGITS = 18
EXACT_FLOAT = 10**15
YEARS = (1900, 2200)
RECORD_YEARS = (1950, 2200)
_GUARDED = re.compile(r"'[=+\-@]")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
_LOCAL = re.compile(r"(\d{1,2})([-/])(\d{1,2})\2(\d{4})")
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+")
_DIGITS = re.compile(r"[0-9]{18}")
_NIP_NOISE = str.maketrans("", "", " '\u2019\u00a0\t\r\n")


def text(raw: object) -> str:
    """Read a text; blanks inside are collapsed, numbers keep their digits."""
    if isinstance(raw, str):
        clean = raw if raw.isprintable() and "  " not in raw else " ".join(raw.split())
    else:
        clean = _number_text(raw)
    if not clean.isprintable():
        raise CellError("text-control")
    if len(clean) > TEXT_LIMIT:
        raise CellError("text-too-long", limit=TEXT_LIMIT)
    return clean[1:] if _GUARDED.match(clean) else clean


def _number_text(raw: object) -> str:
    if isinstance(raw, bool):
        return "ya" if raw else "tidak"
    if isinstance(raw, float):
        if raw.is_integer():
            if abs(raw) >= EXACT_FLOAT:
                raise CellError("number-rounded")
            return str(int(raw))
        return repr(raw)
    if isinstance(raw, dt.datetime):
        return raw.date().isoformat() if raw.time() == dt.time() else raw.isoformat(" ")
    return str(raw)


def code(raw: object) -> str:
    """Read a code such as that of a unit: a short text without blanks at its ends, letters as they are."""
    clean = text(raw)
    if isinstance(raw, str) and _SCIENTIFIC.fullmatch(clean):
        raise CellError("number-rounded")
    if len(clean) > CODE_LIMIT:
        raise CellError("text-too-long", limit=CODE_LIMIT)
    return clean


def email(raw: object) -> str:
    """Read an address of electronic mail."""
    clean = text(raw)
    local, at, domain = clean.rpartition("@")
    if not (at and local and "." in domain) or " " in clean:
        raise CellError("email-form")
    return clean


def nip(raw: object) -> str:
    """Read a NIP as 18 digits; blanks and a leading apostrophe fall away, a rounded number is refused."""
    if isinstance(raw, str):
        clean = raw if _DIGITS.fullmatch(raw) else raw.translate(_NIP_NOISE)
        if _DIGITS.fullmatch(clean):
            return clean
        if _SCIENTIFIC.fullmatch(clean):
            raise CellError("nip-rounded")
        raise CellError("nip-form")
    if isinstance(raw, float | int) and abs(raw) >= EXACT_FLOAT:
        raise CellError("nip-rounded")
    raise CellError("nip-form")


def date(raw: object) -> dt.date:
    """Read ``YYYY-MM-DD``, ``DD-MM-YYYY``, ``DD/MM/YYYY`` or a real date cell."""
    if isinstance(raw, dt.datetime):
        value = raw.date()
    elif isinstance(raw, dt.date):
        value = raw
    elif isinstance(raw, str):
        value = _text_date(raw)
    else:
        raise CellError("date-form")
    if not YEARS[0] <= value.year <= YEARS[1]:
        raise CellError("date-range", first=YEARS[0], last=YEARS[1])
    return value


def _text_date(clean: str) -> dt.date:
    clean = clean.removeprefix("'").strip()
    if match := _ISO.fullmatch(clean):
        year, month, day = match.group(1, 2, 3)
    elif match := _LOCAL.fullmatch(clean):
        day, month, year = match.group(1, 3, 4)
    else:
        raise CellError("date-form")
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError as error:
        raise CellError("date-impossible") from error


def integer(low: int, high: int, reason: str = "integer-range") -> Parser:
    """Return a parser of whole numbers from ``low`` to ``high``."""

    def parse(raw: object) -> int:
        micro = _micro(raw)
        value, rest = divmod(micro, MICRO)
        if rest:
            raise CellError("integer-form")
        if not low <= value <= high:
            raise CellError(reason, low=low, high=high)
        return value

    return parse


def decimal(low: int | None = None, high: int | None = None) -> Parser:
    """Return a parser of decimals with comma or point; the value comes out in millionths."""

    def parse(raw: object) -> int:
        micro = _micro(raw)
        if low is not None and high is not None and not low * MICRO <= micro <= high * MICRO:
            raise CellError("decimal-range", low=low, high=high)
        if low is not None and micro < low * MICRO:
            raise CellError("decimal-low", low=low)
        return micro

    return parse


def _micro(raw: object) -> int:
    """Return a number in exact millionths (at most six places, either decimal sign)."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise CellError("number-form")
    if isinstance(raw, str):
        clean = raw.removeprefix("'").replace("\u00a0", "").removesuffix("%").strip()
        if "," in clean and "." in clean:
            raise CellError("number-separators")
        if not _DECIMAL.fullmatch(clean):
            raise CellError("number-form")
        written = clean.replace(",", ".")
    else:
        written = repr(raw)
    try:
        scaled = Decimal(written) * MICRO
    except InvalidOperation as error:
        raise CellError("number-form") from error
    if not scaled.is_finite() or abs(scaled) >= EXACT_FLOAT * 1_000:
        raise CellError("number-form")
    if scaled != scaled.to_integral_value():
        raise CellError("number-too-fine")
    return int(scaled)


def year(raw: object) -> int:
    """Read a year of four digits."""
    if isinstance(raw, dt.date):
        raise CellError("year-form")
    value: int = integer(*RECORD_YEARS, "year-form")(raw)
    return value


def choice(values: tuple[str, ...], *, aliases: Mapping[str, str] | None = None) -> Parser:
    """Return a parser of one of the values, without regard to case, blanks, underscores and dashes."""
    known = {fold(value): value for value in values}
    known |= {fold(alias): value for alias, value in (aliases or {}).items()}
    listed = ", ".join(values)

    def parse(raw: object) -> str:
        found = known.get(fold(text(raw)))
        if found is None:
            raise CellError("choice-unknown", choices=listed)
        return found

    return parse


def fold(value: str) -> str:
    """Return a text without case, blanks, underscores and dashes."""
    return value.translate(HEADER_IGNORED).replace("-", "").casefold()


def yes_no(raw: object) -> bool:
    """Read ``ya`` or ``tidak``."""
    if isinstance(raw, bool):
        return raw
    answer = fold(text(raw))
    if answer in {"ya", "y", "1", "true"}:
        return True
    if answer in {"tidak", "t", "0", "false", "tdk"}:
        return False
    raise CellError("choice-unknown", choices="ya, tidak")


def period(raw: object) -> str:
    """Read ``YYYY-MM`` or ``YYYY``."""
    if isinstance(raw, dt.date):
        return f"{raw.year:04d}-{raw.month:02d}"
    clean = text(raw)
    match = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", clean)
    if match is None or not RECORD_YEARS[0] <= int(match.group(1)) <= RECORD_YEARS[1]:
        raise CellError("period-form")
    return clean


def _plain_text(joined: str, _values: Sequence[str]) -> bool:
    """Whether :func:`text` leaves every one of the lines as it is."""
    flat = joined.replace("\n", "")
    return (
        flat.isprintable()
        and "  " not in joined
        and " \n" not in joined
        and "\n " not in joined
        and "\n'" not in joined
        and not joined.startswith(("'", " "))
        and not joined.endswith(" ")
    )


def _plain_code(joined: str, values: Sequence[str]) -> bool:
    short = max(map(len, values)) <= CODE_LIMIT
    return short and _plain_text(joined, values) and not _SCIENTIFIC_LINE.search(joined)


def _plain_nip(joined: str, values: Sequence[str]) -> bool:
    digits = joined.replace("\n", "")
    return digits.isascii() and digits.isdigit() and set(map(len, values)) == {NIP_DIGITS}


def _plain_email(joined: str, values: Sequence[str]) -> bool:
    lines = f"\n{joined}\n"
    return (
        _plain_text(joined, values)
        and joined.count("@") == len(values)
        and all("@" in value for value in values)
        and not any(mark in lines for mark in (" ", "\n@", "@\n", "@.", ".\n"))
        and _UNDOTTED_DOMAIN.search(lines) is None
    )


_SCIENTIFIC_LINE = re.compile(r"^\d+(?:[.,]\d+)?[eE]\+?\d+$", re.MULTILINE)
_UNDOTTED_DOMAIN = re.compile(r"@[^.\n]*\n")
_PLAIN: Mapping[Parser, Callable[[str, Sequence[str]], bool]] = {
    text: _plain_text,
    code: _plain_code,
    nip: _plain_nip,
    email: _plain_email,
}


def all_plain(parser: Parser, values: Sequence[str]) -> bool:
    """Whether the parser would give back every one of these texts unchanged.

    One look at all of them together instead of a call for each; a column of 80,000 different names or numbers
    costs milliseconds. When in doubt the answer is no, and the parser is called for every value.
    """
    check = _PLAIN.get(parser)
    if check is None or max(map(len, values)) > TEXT_LIMIT:
        return False
    joined = "\n".join(values)
    return joined.count("\n") == len(values) - 1 and check(joined, values)
