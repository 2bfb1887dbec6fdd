"""One person's index from recorded facts, in exact decimals, with bounds where a datum is missing.

IP = kualifikasi (25) + kompetensi (40) + kinerja (30) + disiplin (5); Peraturan BKN 8/2019. Every part is a sum of
figures of the rules, so the index needs no division and no rounding. Two numbers are kept for each part: the least
and the most it can be given what is recorded. They are equal unless something is missing; a missing datum never
counts as zero. A training that is simply not in the register counts as not followed: the register is the record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntFlag, StrEnum

from merit.people.domain import MONTHS, add_months
from merit.ranking.professionalism.domain.rules import DIMENSIONS, GROUPS, Figure, Rules, category_of

ZERO = Decimal(0)


class Missing(IntFlag):
    """What is not recorded and widens the index."""

    PREDICATE = 1
    KIND = 2
    GROUP = 4


class Gap(IntFlag):
    """What the person could add, or what was taken off."""

    LEADERSHIP = 1
    FUNCTIONAL = 2
    TECHNICAL = 4
    SEMINAR = 8
    FINDING = 16


class Outcome(StrEnum):
    """Whether a rule gave its points."""

    MET = "met"
    UNMET = "unmet"
    OPEN = "open"


_GAPS = {
    "leadership": Gap.LEADERSHIP,
    "functional": Gap.FUNCTIONAL,
    "technical": Gap.TECHNICAL,
    "technical_staff": Gap.TECHNICAL,
    "seminar": Gap.SEMINAR,
    "seminar_staff": Gap.SEMINAR,
}


@dataclass(frozen=True, slots=True)
class Training:
    """A training ended on ``ends``; ``kind`` None: the record does not say which kind it was."""

    kind: str | None
    code: str
    hours: Decimal
    ends: dt.date
    source: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """A disciplinary decision that is final; ``severity`` 1 ringan, 2 sedang, 3 berat."""

    severity: int
    dated: dt.date
    source: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is recorded about one official on the as-of date.

    ``group`` "" and ``predicate`` None: not recorded. ``predicate`` is that of the year before the as-of date.
    """

    education: str
    group: str
    predicate: int | None = None
    trainings: Sequence[Training] = ()
    findings: Sequence[Finding] = ()
    education_source: int = 0
    predicate_source: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One rule applied: between ``low`` and ``high`` of ``maximum`` points, by the facts of ``sources``.

    ``hours`` are the hours counted where the rule asks for hours. ``figure`` names the rule whose citation holds.
    """

    figure: Figure
    outcome: Outcome
    low: Decimal
    high: Decimal
    maximum: Decimal
    table: str
    sources: tuple[int, ...] = ()
    hours: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One of the four dimensions with its parts; without parts nothing is known of it but its bounds."""

    code: str
    low: Decimal
    high: Decimal
    maximum: Decimal
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A person's index: dimensions in the order of the law, bounds of the sum, and what is missing or lacking.

    ``category`` is "" while the bounds lie in different categories. ``hours`` are the technical hours counted.
    """

    dimensions: tuple[Dimension, ...]
    low: Decimal
    high: Decimal
    category: str
    missing: Missing
    gaps: Gap
    hours: Decimal

    @property
    def is_known(self) -> bool:
        """Whether nothing that matters is missing."""
        return self.low == self.high


def compute_index(person: Person, rules: Rules, as_of: dt.date) -> Index:
    """Return the index of one person on a date."""
    competence, gaps, missing, hours = _competence(person, rules, as_of)
    performance = _performance(person, rules)
    discipline = _discipline(person, rules, as_of)
    if person.predicate is None:
        missing |= Missing.PREDICATE
    if discipline.low < discipline.maximum:
        gaps |= Gap.FINDING
    dimensions = (_qualification(person, rules), competence, performance, discipline)
    low = sum((each.low for each in dimensions), ZERO)
    high = sum((each.high for each in dimensions), ZERO)
    lowest, highest = category_of(low, rules), category_of(high, rules)
    return Index(
        dimensions=dimensions,
        low=low,
        high=high,
        category=lowest if lowest == highest else "",
        missing=missing,
        gaps=gaps,
        hours=hours,
    )


def _qualification(person: Person, rules: Rules) -> Dimension:
    figure = next(each for each in rules.of(DIMENSIONS[0]) if person.education in each.levels)
    part = _fixed(figure, rules, "official_records", (person.education_source,) if person.education_source else ())
    return _dimension(DIMENSIONS[0], (part,), rules)


def _performance(person: Person, rules: Rules) -> Dimension:
    code, figures = DIMENSIONS[2], rules.of(DIMENSIONS[2])
    if person.predicate is None:
        values = [figure.value for figure in figures]
        return Dimension(code=code, low=min(values), high=max(values), maximum=rules.weights[code], parts=())
    figure = next(each for each in figures if each.predicate == person.predicate)
    part = _fixed(figure, rules, "appraisals", (person.predicate_source,) if person.predicate_source else ())
    return _dimension(code, (part,), rules)


def _discipline(person: Person, rules: Rules, as_of: dt.date) -> Dimension:
    since = add_months(as_of, -rules.whole("years_discipline") * MONTHS)
    counted = [each for each in person.findings if since <= each.dated <= as_of]
    severity = max((each.severity for each in counted), default=0)
    figure = next(each for each in rules.of(DIMENSIONS[3]) if each.severity == severity)
    part = _fixed(figure, rules, "discipline_findings", tuple(each.source for each in counted if each.source))
    return _dimension(DIMENSIONS[3], (part,), rules)


def _competence(person: Person, rules: Rules, as_of: dt.date) -> tuple[Dimension, Gap, Missing, Decimal]:
    ended = [each for each in person.trainings if each.ends <= as_of]
    hours = _technical_hours(ended, rules, as_of)
    if not person.group:
        each_group = [_parts(group, ended, rules, as_of) for group in GROUPS]
        dimension = Dimension(
            code=DIMENSIONS[1],
            low=min(_total(part.low for part in parts) for parts in each_group),
            high=max(_total(part.high for part in parts) for parts in each_group),
            maximum=rules.weights[DIMENSIONS[1]],
            parts=(),
        )
        return dimension, Gap(0), Missing.GROUP, hours
    parts = _parts(person.group, ended, rules, as_of)
    gaps, missing = Gap(0), Missing(0)
    for part in parts:
        if part.outcome is Outcome.UNMET:
            gaps |= _GAPS[part.figure.code]
        elif part.outcome is Outcome.OPEN:
            missing |= Missing.KIND
    return _dimension(DIMENSIONS[1], parts, rules), gaps, missing, hours


def _parts(group: str, ended: Sequence[Training], rules: Rules, as_of: dt.date) -> tuple[Part, ...]:
    return tuple(_training_part(figure, ended, rules, as_of) for figure in rules.trainings_of(group))


def _training_part(figure: Figure, ended: Sequence[Training], rules: Rules, as_of: dt.date) -> Part:
    """Apply one rule: trainings of its kinds that ended within its months, enough hours where it asks for them."""
    inside = _within(figure, ended, rules, as_of)
    sure = [each for each in inside if each.kind in figure.kinds and each.code.upper() not in figure.not_codes]
    unsure = [each for each in inside if each.kind is None and each.code.upper() not in figure.not_codes]
    wanted = Decimal(rules.whole(figure.hours)) if figure.hours else ZERO
    hours = _total(each.hours for each in sure)
    if sure and hours >= wanted:
        outcome = Outcome.MET
    elif unsure and hours + _total(each.hours for each in unsure) >= wanted:
        outcome = Outcome.OPEN
    else:
        outcome = Outcome.UNMET
    shown = sure if outcome is not Outcome.OPEN else [*sure, *unsure]
    return Part(
        figure=figure,
        outcome=outcome,
        low=figure.value if outcome is Outcome.MET else ZERO,
        high=ZERO if outcome is Outcome.UNMET else figure.value,
        maximum=figure.value,
        table="training_records",
        sources=tuple(each.source for each in shown if each.source),
        hours=hours if figure.hours else None,
    )


def _within(figure: Figure, ended: Sequence[Training], rules: Rules, as_of: dt.date) -> list[Training]:
    if not figure.months:
        return list(ended)
    before = add_months(as_of, -rules.whole(figure.months))
    return [each for each in ended if each.ends > before]


def _technical_hours(ended: Sequence[Training], rules: Rules, as_of: dt.date) -> Decimal:
    figure = rules.figures["technical"]
    return _total(each.hours for each in _within(figure, ended, rules, as_of) if each.kind in figure.kinds)


def _fixed(figure: Figure, rules: Rules, table: str, sources: tuple[int, ...]) -> Part:
    maximum = rules.weights[figure.dimension]
    outcome = Outcome.MET if figure.value == maximum else Outcome.UNMET
    return Part(
        figure=figure,
        outcome=outcome,
        low=figure.value,
        high=figure.value,
        maximum=maximum,
        table=table,
        sources=sources,
    )


def _dimension(code: str, parts: tuple[Part, ...], rules: Rules) -> Dimension:
    return Dimension(
        code=code,
        low=_total(part.low for part in parts),
        high=_total(part.high for part in parts),
        maximum=rules.weights[code],
        parts=parts,
    )


def _total(values: Iterable[Decimal]) -> Decimal:
    return sum(values, ZERO)
