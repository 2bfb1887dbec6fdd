"""Gates on the person and the career, and the one door to all kinds (RANKING.md 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from merit.evidence import EDUCATION, EMPLOYMENT, TIERS, BoolArray, Column, Facts, IntArray
from merit.ranking.domain import PPPK_OFFSET, GateKind, Ground, Outcome, Unit, grade_ordinal
from merit.ranking.engine import gates_records
from merit.ranking.engine.calendar import (
    as_dates,
    as_days,
    completed_years,
    day_number,
    days_of_years,
    open_ended,
    union_days,
)
from merit.ranking.engine.types import GateColumn, GateRule, VacancyTerms
from merit.ranking.engine.verdict import Case, Verdict, from_datum, grounds, marked, newest, no_dates, take

NO_GRADE = 10**6


def evaluate(rule: GateRule, facts: Facts, columns: Mapping[str, Column], vacancy: VacancyTerms, n: int) -> GateColumn:
    """Return one gate for n officials; a rule that may not block reports VERIFY and keeps its verdict beside."""
    said = _KINDS[rule.kind](Case(facts=facts, columns=columns, rule=rule, vacancy=vacancy, n=n))
    verdict = said.verdict
    outcome = verdict if rule.may_block else np.full(n, Outcome.VERIFY, dtype=np.int8)
    return GateColumn(
        rule=rule,
        unit=said.unit,
        outcome=outcome,
        verdict=verdict,
        ground=said.ground,
        fact=said.fact,
        known=said.known,
        threshold=said.threshold,
        met_from=said.met_from,
        source=said.source,
    )


def employment_status(case: Case) -> Verdict:
    """Check that employment is one of the named kinds."""
    allowed = [EMPLOYMENT.index(name) for name in case.rule.params["any_of"]]
    datum = case.facts.employment
    return from_datum(datum, np.isin(datum.value, allowed), Unit.EMPLOYMENT, None, case.n)


def education_at_least(case: Case) -> Verdict:
    """Check that the highest education reaches the level."""
    level = EDUCATION.index(case.rule.params["level"])
    datum = case.facts.education
    return from_datum(datum, datum.value >= level, Unit.EDUCATION, level, case.n)


def grade_between(case: Case) -> Verdict:
    """Check the grade against a range of its own series (PNS or PPPK); one below the least may do."""
    params = case.rule.params
    low = grade_ordinal(params["min"]) if params["min"] else None
    high = grade_ordinal(params["max"]) if params["max"] else None
    offset = PPPK_OFFSET if (low or high or 0) > PPPK_OFFSET else 0
    datum = case.facts.grade
    least = max((low or offset + 1) - int(params["one_below"]), offset + 1)
    met = (datum.value >= least) & (datum.value <= (high or NO_GRADE))
    met &= (datum.value > PPPK_OFFSET) == (offset > 0)
    return from_datum(datum, met, Unit.GRADE, least if low else high, case.n)


def tenure(case: Case) -> Verdict:
    """Check the days in the named tiers, overlaps once: days · 4 ≥ years · 1461."""
    names = case.rule.params["any_of"]
    posts = case.facts.posts
    chosen = np.zeros(posts.row.shape, dtype=bool)
    for name in names:
        chosen |= posts.code == name
    present = case.facts.tier
    ongoing = present.known & np.isin(present.value, [TIERS.index(name) for name in names])
    known = present.known | marked(posts, np.ones(posts.row.shape, dtype=bool), case.n)
    days = union_days(posts, chosen, case.vacancy.as_of, case.n)
    return _days_verdict(case, days, known, ongoing, chosen)


def related_field(case: Case) -> Verdict:
    """Check the days in posts of the vacancy's field; where posts without a field may decide, it waits."""
    posts = case.facts.posts
    wanted = case.vacancy.related_field.casefold()
    tags = np.strings.lower(posts.tag)
    chosen = tags == wanted
    all_known = np.ones(case.n, dtype=bool)
    if not wanted:
        nothing = np.zeros(case.n, dtype=np.int64)
        said = _days_verdict(case, nothing, ~all_known, ~all_known, np.zeros_like(chosen))
        return _with_ground(said, all_known, Ground.POSITION_WITHOUT_FIELD)
    unnamed = tags == ""
    days = union_days(posts, chosen, case.vacancy.as_of, case.n)
    possible = union_days(posts, chosen | unnamed, case.vacancy.as_of, case.n)
    known = marked(posts, np.ones(posts.row.shape, dtype=bool), case.n)
    still = marked(posts, chosen & (as_days(open_ended(posts.end)) >= day_number(case.vacancy.as_of)), case.n)
    said = _days_verdict(case, days, known, still, chosen)
    least = days_of_years(case.rule.params["years"])
    return _with_ground(said, known & (days < least) & (possible >= least), Ground.FIELD_UNKNOWN)


def time_in_position(case: Case) -> Verdict:
    """Check the days since taking up the present post."""
    since = case.facts.position_since
    days = np.where(since.known, day_number(case.vacancy.as_of) - since.value, 0)
    said = _days_verdict(case, days, since.known, since.known, None)
    return replace(said, source=since.source)


def age_at_most(case: Case) -> Verdict:
    """Check the completed years of age on the day of inauguration, or on the as-of date."""
    vacancy, params = case.vacancy, case.rule.params
    on = vacancy.inauguration if params["at"] == "tanggal_pelantikan" and vacancy.inauguration else vacancy.as_of
    birth = case.facts.birth
    age = completed_years(np.where(birth.known, birth.value, 0), on)
    ground = np.where(birth.known, grounds(age <= params["years"]), np.int8(Ground.MISSING)).astype(np.int8)
    return Verdict(
        unit=Unit.AGE,
        ground=ground,
        fact=age,
        known=birth.known,
        threshold=params["years"],
        met_from=no_dates(case.n),
        source=birth.source,
    )


def _days_verdict(
    case: Case, days: IntArray, known: BoolArray, ongoing: BoolArray, chosen: BoolArray | None
) -> Verdict:
    """Compare days with the years of the rule; where the days go on counting, tell from when they suffice."""
    least = days_of_years(case.rule.params["years"])
    met = days >= least
    waits = known & ongoing & ~met
    source = np.zeros(case.n, dtype=np.int64)
    if chosen is not None:
        posts = case.facts.posts
        source = take(posts.source, newest(posts, chosen, open_ended(posts.end), case.n))
    return Verdict(
        unit=Unit.DAYS,
        ground=np.where(known, grounds(met), np.int8(Ground.MISSING)).astype(np.int8),
        fact=days,
        known=known,
        threshold=least,
        met_from=as_dates(day_number(case.vacancy.as_of) + least - days, waits),
        source=source,
    )


def _with_ground(said: Verdict, where: BoolArray, ground: Ground) -> Verdict:
    return replace(said, ground=np.where(where, np.int8(ground), said.ground).astype(np.int8))


_KINDS: Mapping[GateKind, Callable[[Case], Verdict]] = {
    GateKind.EMPLOYMENT_STATUS: employment_status,
    GateKind.EDUCATION_AT_LEAST: education_at_least,
    GateKind.GRADE_BETWEEN: grade_between,
    GateKind.TENURE: tenure,
    GateKind.RELATED_FIELD: related_field,
    GateKind.TIME_IN_POSITION: time_in_position,
    GateKind.AGE_AT_MOST: age_at_most,
    GateKind.PERFORMANCE_AT_LEAST: gates_records.performance_at_least,
    GateKind.JPM_AT_LEAST: gates_records.jpm_at_least,
    GateKind.TECHNICAL_AT_LEAST: gates_records.technical_at_least,
    GateKind.LEARNING_DUTY: gates_records.learning_duty,
    GateKind.TRAINING_ANY: gates_records.training_any,
    GateKind.NO_DISCIPLINE: gates_records.no_discipline,
    GateKind.ATTESTED: gates_records.attested,
}
