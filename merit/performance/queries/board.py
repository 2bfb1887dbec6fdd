"""All units of a year side by side, ranked per award category."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from merit.people.queries.facts import FactRow
from merit.people.queries.units import Unit, load_tree
from merit.performance.domain.awards import AWARDS, rank_units
from merit.performance.queries.units import count_agreements, list_file_names, list_results_of, newest_surveys
from merit.security.permissions import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One unit in a year: its figures, their ranks per category among all units, and where they come from."""

    unit: Unit
    result: FactRow | None
    ranks: dict[str, int]
    indicators: int
    survey: FactRow | None
    file_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Units within reach in a year; ``ranked`` is how many units have the figure of each category."""

    year: int
    rows: list[BoardRow]
    ranked: dict[str, int]


def load_board(session: Session, actor: Actor, year: int, *, text: str = "", award: str = "", every: bool) -> Board:
    """Return the board of a year: by rank where a category is chosen, else by name.

    Ranks are among all units of the agency; rows are those within the actor's reach. ``every`` adds units without
    any figure of the year.
    """
    tree = load_tree(session, actor)
    results = list_results_of(session, year)
    ranks = {code: rank_units(_figures(results, code)) for code in AWARDS}
    indicators, surveys = count_agreements(session, year), newest_surveys(session)
    files = list_file_names(session, [row.batch_id for row in results.values()])
    words = text.lower().split()
    rows = []
    for _depth, unit in tree.walk():
        result = results.get(unit.id)
        has_any = result is not None or unit.id in indicators
        if (every or has_any) and all(word in f"{unit.name} {unit.code}".lower() for word in words):
            rows.append(
                BoardRow(
                    unit=unit,
                    result=result,
                    ranks={code: ranked[unit.id] for code, ranked in ranks.items() if unit.id in ranked},
                    indicators=indicators.get(unit.id, 0),
                    survey=surveys.get(unit.id),
                    file_name="" if result is None or result.batch_id is None else files[result.batch_id],
                )
            )
    last = len(results) + 1
    rows.sort(key=lambda row: (row.ranks.get(award, last), row.unit.name.lower(), row.unit.code))
    return Board(year=year, rows=rows, ranked={code: len(ranked) for code, ranked in ranks.items()})


def _figures(results: dict[int, FactRow], code: str) -> dict[int, Decimal | None]:
    return {unit_id: getattr(row, code) for unit_id, row in results.items()}
