"""Answers of respondents to satisfaction surveys: read from a file, checked, summed up, and never kept.

A respondent is a running number within the survey. What is stored are the figures of the survey, the same facts the
form and the import write; the rows are forgotten with the request.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session

from merit.audit.services import record
from merit.errors import ConflictError, NotAllowedError, RuleViolationError
from merit.exchange.domain import FileRefusedError, Problem
from merit.exchange.fields import integer, period
from merit.exchange.readers.reading import read_table
from merit.exchange.readers.table import Table
from merit.exchange.reporting import describe, describe_refusal
from merit.exchange.schema import Context, Kind, Rows
from merit.exchange.validation import validate
from merit.i18n import lazy
from merit.people.imports.lookups import required
from merit.people.queries.facts import FactRow
from merit.people.queries.units import load_tree
from merit.performance.domain.respondents import Summary, summarise
from merit.performance.domain.satisfaction import HIGHEST_MARK, LOWEST_MARK, SKM_ELEMENTS, index_of
from merit.performance.imports import UNIT_COLUMN
from merit.performance.queries import list_surveys
from merit.performance.queries.units import element_means
from merit.performance.services.units import Survey, record_survey
from merit.security.permissions import Actor, Permission, is_granted

MOST_ROWS = 20_000  # answers in one file; a city's quarter is about half of it
MOST_SURVEYS = 200  # units and periods in one file
SURELY_THE_SAME = 10  # respondents from which nine equal means and deviation are no coincidence
HIGHEST_NUMBER = 1_000_000  # short enough that neither NIK nor telephone number fits


def _refuse_future(context: Context, rows: Rows) -> None:
    for row, told in enumerate(rows["periode"]):
        if told is not None and told > context.today.isoformat()[: len(told)]:
            rows.fail(row, "periode", "survey-period-future")


ANSWERS = Kind(
    name="responden",
    title=lazy("Jawaban responden survei kepuasan"),
    columns=(
        UNIT_COLUMN,
        required("periode", period, lazy("TTTT atau TTTT-BB."), "2025-06"),
        required(
            "responden",
            integer(1, HIGHEST_NUMBER),
            lazy("Nomor urut responden dalam survei, mulai 1. Jangan isi NIK, telepon, atau nama."),
            "1",
        ),
        *(
            required(element, integer(LOWEST_MARK, HIGHEST_MARK), lazy("Jawaban 1 sampai 4."), "4")
            for element in SKM_ELEMENTS
        ),
    ),
    key=("unit", "periode", "responden"),
    facts=(),
    check=_refuse_future,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a file says about one unit and period, beside what stands; ``standing_id`` 0 where nothing does."""

    unit_id: int
    unit_code: str
    unit_name: str
    summary: Summary
    period: str
    score: Decimal
    standing_id: int = 0
    standing_score: Decimal | None = None
    is_same: bool = False

    @property
    def survey(self) -> Survey:
        """The survey as the form would have it."""
        told = self.summary
        return Survey(period=self.period, means=told.means, respondents=told.respondents, deviation=told.deviation)


@dataclass(slots=True, kw_only=True)
class Checked:
    """The dry run of a file: what it comes to, or every cell that hinders it."""

    file_name: str
    sha256: str = ""
    rows: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        """Whether everything in the file is recorded already: the same file again, or the same answers."""
        return bool(self.outcomes) and all(outcome.is_same for outcome in self.outcomes)


def check_answers(session: Session, actor: Actor, *, path: Path, name: str) -> Checked:
    """Read a file of answers and sum it up per unit and period; nothing is written."""
    if not is_granted(actor, Permission.UNIT_RECORD):
        raise NotAllowedError
    checked = Checked(file_name=name)
    try:
        table = _read(path, name)
        rows, checked.ignored = validate(Context(session, actor), ANSWERS, table)
    except FileRefusedError as error:
        checked.problems = [describe_refusal(error)]
        return checked
    checked.rows, checked.sha256 = table.height, table.sha256
    groups = _group(rows)
    if not rows.problems:
        checked.outcomes = _outcomes(session, actor, rows, groups)
    checked.problems = describe(table, ANSWERS, rows.problems)
    if checked.problems:
        checked.outcomes = []
    return checked


def record_answers(session: Session, actor: Actor, *, outcomes: list[Outcome], sha256: str) -> int:
    """Record the surveys of a checked file, all or none; return how many changed something.

    Raises
    ------
    RuleViolationError
        All of it is recorded already.
    ConflictError
        One of the surveys was recorded anew since the file was checked.
    """
    fresh = [outcome for outcome in outcomes if not outcome.is_same]
    if not fresh:
        raise RuleViolationError("respondents-known")
    for outcome in fresh:
        standing = _standing(session, outcome.unit_id).get(outcome.period)
        if (0 if standing is None else standing.id) != outcome.standing_id:
            raise ConflictError("changed-meanwhile")
        record_survey(session, actor, unit_id=outcome.unit_id, survey=outcome.survey)
    details = {"surveys": len(fresh), "respondents": sum(one.summary.respondents for one in fresh), "sha256": sha256}
    record(session, actor, action="survey:upload", subject="satisfaction_surveys", details=details)
    return len(fresh)


def _read(path: Path, name: str) -> Table:
    table = read_table(path, kind=ANSWERS.name, name=name)
    if table.height > MOST_ROWS:
        raise FileRefusedError("respondents-many", sheet=table.sheet, rows=table.height, most=MOST_ROWS)
    return table


def _group(rows: Rows) -> dict[tuple[int, str], list[int]]:
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for row in rows.good():
        unit_id = rows.ids["unit"][row]
        if unit_id is not None:
            found[unit_id, rows["periode"][row]].append(row)
    return found


def _outcomes(session: Session, actor: Actor, rows: Rows, groups: dict[tuple[int, str], list[int]]) -> list[Outcome]:
    if len(groups) > MOST_SURVEYS:
        rows.fail(0, "unit", "respondents-surveys", most=MOST_SURVEYS)
        return []
    tree, found = load_tree(session, actor), []
    columns = [rows[element] for element in SKM_ELEMENTS]
    for (unit_id, told), places in sorted(groups.items(), key=lambda item: min(item[1])):
        summary = summarise([[column[row] for column in columns] for row in places])
        standing, means = _standing(session, unit_id), element_means(session, unit_id)
        same = [one for one, row in standing.items() if _is_same(row, means.get(one, {}), summary)]
        elsewhere = [one for one in same if one != told]
        if elsewhere and summary.respondents >= SURELY_THE_SAME:
            rows.fail(min(places), "periode", "respondents-other-period", period=elsewhere[0])
        now = standing.get(told)
        found.append(
            Outcome(
                unit_id=unit_id,
                unit_code=tree.by_id[unit_id].code,
                unit_name=tree.by_id[unit_id].name,
                summary=summary,
                period=told,
                score=index_of(summary.means),
                standing_id=0 if now is None else now.id,
                standing_score=None if now is None else now.score,
                is_same=told in same,
            )
        )
    return found


def _standing(session: Session, unit_id: int) -> dict[str, FactRow]:
    return {row.period: row for row in list_surveys(session, unit_id)}


def _is_same(row: FactRow, means: dict[str, Decimal], summary: Summary) -> bool:
    return (row.respondents, row.deviation, means) == (summary.respondents, summary.deviation, summary.means)
