"""Indices in words: bounds, what is missing, what to do, and the parameters a page may be narrowed by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from merit.phrases import phrase
from merit.ranking.professionalism.domain.index import Gap, Index, Missing, Outcome, Part
from merit.ranking.professionalism.domain.rules import Rules
from merit.ranking.professionalism.models import ProfessionalismLine
from merit.web.filters import number

# Codes of the address (Indonesian, they are seen) and the flags they stand for.
MISSING: Mapping[str, Missing] = {
    "predikat": Missing.PREDICATE,
    "jenis": Missing.KIND,
    "jabatan": Missing.GROUP,
}
GAPS: Mapping[str, Gap] = {
    "kepemimpinan": Gap.LEADERSHIP,
    "fungsional": Gap.FUNCTIONAL,
    "teknis": Gap.TECHNICAL,
    "seminar": Gap.SEMINAR,
    "hukuman": Gap.FINDING,
}

_MISSING_NOTES = {
    Missing.PREDICATE: "ipasn-missing-predicate",
    Missing.KIND: "ipasn-missing-kind",
    Missing.GROUP: "ipasn-missing-group",
}
_GAP_NOTES = {
    Gap.LEADERSHIP: "ipasn-gap-leadership",
    Gap.FUNCTIONAL: "ipasn-gap-functional",
    Gap.TECHNICAL: "ipasn-gap-technical",
    Gap.SEMINAR: "ipasn-gap-seminar",
    Gap.FINDING: "ipasn-gap-finding",
}
_TODO = {
    "kualifikasi": "ipasn-todo-education",
    "kinerja": "ipasn-todo-appraisal",
    "disiplin": "ipasn-todo-finding",
    "leadership": "ipasn-todo-leadership",
    "functional": "ipasn-todo-functional",
    "technical": "ipasn-todo-technical",
    "technical_staff": "ipasn-todo-technical",
    "seminar": "ipasn-todo-seminar",
    "seminar_staff": "ipasn-todo-seminar",
}


def bounds_text(bounds: tuple[Decimal, Decimal] | None, digits: int | None = None) -> str:
    """Return bounds as one number where they are equal, else as ``72,5–87,5``; a dash for nothing."""
    if bounds is None:
        return "–"
    low, high = (number(value, digits) for value in bounds)
    return low if low == high else f"{low}–{high}"


def notes_of(line: ProfessionalismLine, as_of: dt.date, rules: Rules) -> list[str]:
    """Return what is missing of an official's index, then what lowers it, in short words."""
    details = _details(rules, as_of) | {"hours": number(line.hours)}
    missing = [code for flag, code in _MISSING_NOTES.items() if flag in Missing(line.missing)]
    gaps = [code for flag, code in _GAP_NOTES.items() if flag in Gap(line.gaps)]
    return [phrase(code, **details) for code in (*missing, *gaps)]


def todo_of(part: Part, as_of: dt.date, rules: Rules) -> str:
    """Return what can be done about a part that is not full, "" where nothing need be."""
    if part.outcome is Outcome.MET:
        return ""
    details = _details(rules, as_of) | {"hours": number(part.hours)}
    if part.figure.months:
        details["months"] = rules.whole(part.figure.months)
    code = "ipasn-todo-kind"
    if part.outcome is Outcome.UNMET:
        code = _TODO.get(part.figure.code) or _TODO[part.figure.dimension]
    return phrase(code, **details)


def todos_of(index: Index, as_of: dt.date) -> dict[str, str]:
    """Return, by dimension, what to do where the dimension as a whole is not known."""
    found = {}
    if Missing.PREDICATE in index.missing:
        found["kinerja"] = phrase("ipasn-todo-predicate", year=as_of.year - 1)
    if Missing.GROUP in index.missing:
        found["kompetensi"] = phrase("ipasn-todo-group")
    return found


def _details(rules: Rules, as_of: dt.date) -> dict[str, Any]:
    return {
        "year": as_of.year - 1,
        "wanted": rules.whole("hours_technical"),
        "months": rules.whole("months_seminar"),
        "years": rules.whole("years_discipline"),
    }
