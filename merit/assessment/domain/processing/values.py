"""Values of item processing: numbers are exact fractions, containers are tuples, NULL is None."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from fractions import Fraction
from typing import TypeAlias

Pair: TypeAlias = tuple[str, str]
Point: TypeAlias = tuple[Fraction, Fraction]
Atom: TypeAlias = bool | Fraction | str | Pair | Point
NUMERIC = frozenset({"integer", "float", "duration"})
TEXTS = frozenset({"string", "identifier", "uri", "file", "intOrIdentifier"})
BASES = frozenset({*NUMERIC, *TEXTS, "boolean", "pair", "directedPair", "point"})
CONTAINERS = frozenset({"multiple", "ordered"})
MAX_BITS = 1_024
MAX_DIGITS = 300
_PRECISION = 28
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?\Z")


class UnsupportedError(Exception):
    """Something that cannot be evaluated; ``name`` is what the source calls it."""

    def __init__(self, name: str) -> None:
        """Keep the name."""
        self.name = name
        super().__init__(name)


@dataclass(frozen=True, slots=True)
class Value:
    """A value that is not NULL: one atom, several atoms, or the named fields of a record."""

    base: str
    cardinality: str
    atoms: tuple[Atom, ...]
    fields: tuple[tuple[str, Value | None], ...] = ()

    @property
    def is_numeric(self) -> bool:
        """Tell whether every atom is a number."""
        return all(isinstance(atom, Fraction) for atom in self.atoms)


def single(base: str, atom: Atom) -> Value:
    """Return one atom as a value."""
    return Value(base, "single", (atom,))


def container(base: str, cardinality: str, atoms: Sequence[Atom]) -> Value | None:
    """Return atoms as a container; an empty one is NULL."""
    return Value(base, cardinality, tuple(atoms)) if atoms else None


def truth(value: bool) -> Value:
    """Return a boolean as a value."""
    return single("boolean", value)


def number(amount: Fraction | int, *, integral: bool = False) -> Value:
    """Return a number as a value, kept from growing without end."""
    exact = Fraction(amount)
    above, below = exact.numerator.bit_length(), exact.denominator.bit_length()
    if abs(above - below) > MAX_BITS:
        raise UnsupportedError("number-out-of-range")
    if max(above, below) > MAX_BITS:
        exact = Fraction(to_decimal(exact))
    return single("integer" if integral and exact.denominator == 1 else "float", exact)


def to_decimal(amount: Fraction) -> Decimal:
    """Return a fraction as a decimal of 28 digits without trailing zeros."""
    with localcontext() as context:
        context.prec = _PRECISION
        quotient = Decimal(amount.numerator) / Decimal(amount.denominator)
        plain = quotient.normalize()
        return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() and abs(plain) < 10**20 else plain


def parse_number(text: str) -> Fraction | None:
    """Return the number a text means, with dot or decimal comma; None when it is none."""
    tidy = text.strip().replace("\u2212", "-")
    if "," in tidy and "." not in tidy:
        tidy = tidy.replace(",", ".", 1)
    try:
        amount = Decimal(tidy) if len(tidy) <= MAX_DIGITS and "_" not in tidy else Decimal("nan")
    except InvalidOperation:
        return None
    return Fraction(amount) if amount.is_finite() and abs(amount.adjusted()) <= MAX_DIGITS else None


def _parse_integer(text: str) -> Fraction | None:
    amount = parse_number(text)
    return amount if amount is not None and amount.denominator == 1 else None


def _parse_boolean(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.strip().lower())


def _parse_duration(text: str) -> Fraction | None:
    match = _DURATION.match(text.strip())
    if match is None or not any(match.groups()):
        return parse_number(text)
    days, hours, minutes, seconds = (Fraction(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _parse_point(text: str) -> Point | None:
    parts = [parse_number(part) for part in re.split(r"[\s,;]+", text.strip())]
    if len(parts) != 2 or parts[0] is None or parts[1] is None:  # noqa: PLR2004 - x and y
        return None
    return parts[0], parts[1]


def _parse_pair(text: str, *, directed: bool) -> Pair | None:
    parts = text.split()
    if len(parts) != 2:  # noqa: PLR2004 - source and target
        return None
    first, second = parts if directed else sorted(parts)
    return first, second


def parse_atom(base: str, text: str) -> Atom | None:
    """Return the atom a text stands for in a base type; None when it is none of it."""
    atom: Atom | None
    match base:
        case "integer":
            atom = _parse_integer(text)
        case "float":
            atom = parse_number(text)
        case "boolean":
            atom = _parse_boolean(text)
        case "duration":
            atom = _parse_duration(text)
        case "point":
            atom = _parse_point(text)
        case "pair" | "directedPair":
            atom = _parse_pair(text, directed=base == "directedPair")
        case "string":
            atom = text or None
        case _:
            atom = " ".join(text.split()) or None
    return atom


def parse_value(base: str, cardinality: str, texts: Sequence[str]) -> Value | None:
    """Return the value a list of texts stands for; what is none of the base type is left out."""
    atoms = [atom for text in texts if (atom := parse_atom(base, text)) is not None]
    if cardinality in CONTAINERS:
        return container(base, cardinality, atoms)
    distinct = list(dict.fromkeys(atoms))
    return single(base, distinct[0]) if len(distinct) == 1 else None


def format_atom(atom: Atom) -> str:
    """Return an atom as text, the inverse of :func:`parse_atom`."""
    if isinstance(atom, bool):
        return "true" if atom else "false"
    if isinstance(atom, Fraction):
        return format(to_decimal(atom), "f")
    if isinstance(atom, str):
        return atom
    first, second = atom
    return f"{format_atom(first)} {format_atom(second)}"


def coerce(value: Value | None, base: str, cardinality: str) -> Value | None:
    """Return the value as what a variable is declared to hold; NULL when it cannot be."""
    if value is None or cardinality == "record" or value.cardinality == "record":
        return value
    if value.base == base or {value.base, base} <= NUMERIC:
        atoms: Sequence[Atom | None] = value.atoms
    else:
        atoms = [parse_atom(base, format_atom(atom)) for atom in value.atoms]
    kept = tuple(atom for atom in atoms if atom is not None)
    if cardinality in CONTAINERS:
        return container(base, cardinality, kept)
    return Value(base, "single", kept) if len(kept) == 1 else None


def same(first: Value, second: Value) -> bool:
    """Tell whether two values are equal: as bags, in order when either is ordered."""
    if first.cardinality == "record" or second.cardinality == "record":
        return sorted(first.fields, key=lambda field: field[0]) == sorted(second.fields, key=lambda field: field[0])
    ours, theirs = comparable(first, second), comparable(second, first)
    if "ordered" in {first.cardinality, second.cardinality}:
        return ours == theirs
    return sorted(ours, key=repr) == sorted(theirs, key=repr)


def comparable(value: Value, other: Value) -> tuple[Atom, ...]:
    """Return the atoms as the more telling of both types: pairs beat texts, numbers beat texts."""
    if value.base == other.base or value.base not in TEXTS or other.base in TEXTS:
        return value.atoms
    parsed = (parse_atom(other.base, str(atom)) for atom in value.atoms)
    return tuple(atom if new is None else new for atom, new in zip(value.atoms, parsed, strict=True))
