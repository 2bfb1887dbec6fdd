"""What a certificate needs, and when one from elsewhere is the same as another."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

MAX_BYTES = 5 * 1024 * 1024
_ALL = 100
_KINDS = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


@dataclass(frozen=True, slots=True)
class Held:
    """A training somebody has on record."""

    name: str
    starts: dt.date
    ends: dt.date
    number: str


def is_earned(attended: Decimal, planned: Decimal, minimum_percent: int) -> bool:
    """Whether the hours attended reach the share of the planned ones a class asks for."""
    return planned > 0 and attended > 0 and attended * _ALL >= planned * minimum_percent


def certificate_number(class_code: str, place: int) -> str:
    """Return the number of the certificate at a place of a class."""
    return f"SERT/{class_code}/{place:04d}"


def valid_until(dated: dt.date, years: int) -> dt.date | None:
    """Return the last day of validity, None for no end; the 29th of February becomes the 28th."""
    if years == 0:
        return None
    try:
        return dated.replace(year=dated.year + years)
    except ValueError:
        return dated.replace(year=dated.year + years, day=28)


def folded(text: str) -> str:
    """Return a number or name as it is compared: small letters and digits only."""
    return re.sub(r"[\W_]+", "", text.lower())


def media_type_of(data: bytes) -> str:
    """Return what a file is by its first bytes: PDF, JPEG or PNG; "" for anything else."""
    return next((kind for start, kind in _KINDS if data.startswith(start)), "")


def same_as(name: str, starts: dt.date, ends: dt.date, number: str, held: list[Held]) -> bool:
    """Whether a training is on record already: the same number, or the same name on the same days."""
    key = folded(number)
    return any(
        (key != "" and folded(each.number) == key)
        or (folded(each.name) == folded(name) and (each.starts, each.ends) == (starts, ends))
        for each in held
    )


def overlapping(starts: dt.date, ends: dt.date, held: list[Held]) -> list[Held]:
    """Return the trainings on record that share days with another."""
    return [each for each in held if each.starts <= ends and starts <= each.ends]
