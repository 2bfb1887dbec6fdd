"""The shortlist page: filtered, sorted and cut into pages here, never in a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from merit.evidence import IntArray
from merit.ranking.domain import grade_code
from merit.ranking.engine.result import score_text
from merit.ranking.engine.types import Ranking
from merit.ranking.queries import Person
from merit.ranking.report.considered import GateSummary, gate_summaries
from merit.ranking.report.drawn import drawn_of, places_of
from merit.ranking.report.head import RunHead, run_head
from merit.ranking.report.scene import Scene, matching, page_of
from merit.ranking.store.loading import LoadedRun

SORTS = ("rank", "name", "score", "p_top", "unit", "grade")
SHOWS = ("all", "top", "band", "tied", "flagged")
FOREST_ROWS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortlistQuery:
    """What a reader asked to see. ``show``: one of SHOWS; ``sort``: one of SORTS; anything else is the default."""

    text: str = ""
    unit_ids: tuple[int, ...] = ()
    show: str = "all"
    sort: str = "rank"
    is_descending: bool = False
    page: int = 1
    per_page: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortlistRow:
    """One ranked official. Intervals and ``p_top`` are None where nothing was drawn.

    ``is_top``: rank within k. ``is_flagged``: a value is disputed or missing under "bounds", so that the score is an
    interval. ``jpm``: job person match in percent, None where the policy does not use it.
    """

    official_id: int
    nip: str
    name: str
    unit: str
    position: str
    grade: str
    rank: int
    tied: bool
    score: str
    score_interval: tuple[float, float] | None
    rank_interval: tuple[int, int] | None
    p_top: float | None
    in_band: bool
    is_top: bool
    is_flagged: bool
    jpm: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """The plot of rank intervals: ``rows`` best first, the cut after place ``size``, the band l + 1 … m shaded.

    ``left_out``: ranked officials beyond the last row drawn. ``worst``: the largest rank on the axis.
    """

    rows: tuple[ShortlistRow, ...]
    size: int
    band: tuple[int, int]
    worst: int
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortlistPage:
    """Everything the shortlist page shows; ``total`` rows after filters on ``pages`` pages."""

    head: RunHead
    query: ShortlistQuery
    rows: tuple[ShortlistRow, ...]
    total: int
    pages: int
    forest: Forest | None
    gates: tuple[GateSummary, ...]


def shortlist_page(session: Session, run: LoadedRun, query: ShortlistQuery) -> ShortlistPage:
    """Return the shortlist as asked for."""
    scene = Scene(session, run)
    places = places_of(run.uncertainty)
    rows = _sorted(scene, _filtered(scene, query, places), query, places)
    page_rows, pages = page_of(rows, query.page, query.per_page)
    forest_rows = run.ranking.order[:FOREST_ROWS].tolist() if run.uncertainty is not None else []
    scene.look_up([*page_rows, *forest_rows])
    return ShortlistPage(
        head=run_head(run),
        query=query,
        rows=tuple(shortlist_row(run, row, scene.person(row), places) for row in page_rows),
        total=len(rows),
        pages=pages,
        forest=_forest(scene, forest_rows, places),
        gates=gate_summaries(run.ranking),
    )


def shortlist_row(run: LoadedRun, row: int, person: Person | None, places: Mapping[int, int]) -> ShortlistRow:
    """Return one ranked official as the table shows it."""
    ranking = run.ranking
    drawn = drawn_of(run, row, places)
    return ShortlistRow(
        official_id=int(ranking.officials[row]),
        nip=str(ranking.nip[row]),
        name=person.name if person else "",
        unit=person.unit if person else "",
        position=person.position if person else "",
        grade=grade_code(person.grade) if person else "",
        rank=int(ranking.rank[row]),
        tied=bool(ranking.tied[row]),
        score=score_text(ranking, row),
        score_interval=drawn.score_interval if drawn else None,
        rank_interval=drawn.rank_interval if drawn else None,
        p_top=drawn.p_top if drawn else None,
        in_band=drawn.in_band if drawn else False,
        is_top=int(ranking.rank[row]) <= ranking.size,
        is_flagged=bool(ranking.flagged[row]),
        jpm=_jpm(ranking, row),
    )


def _filtered(scene: Scene, query: ShortlistQuery, places: Mapping[int, int]) -> list[int]:
    ranking, known = scene.ranking, scene.run.uncertainty
    rows: IntArray = ranking.order
    if query.show == "top":
        rows = rows[ranking.rank[rows] <= ranking.size]
    elif query.show == "tied":
        rows = rows[ranking.tied[rows]]
    elif query.show == "flagged":
        rows = rows[ranking.flagged[rows]]
    elif query.show == "band" and known is not None:
        rows = np.array([row for row in rows.tolist() if known.in_band[places[row]]], dtype=np.int64)
    return matching(scene, rows, query.text, query.unit_ids)


def _sorted(scene: Scene, rows: list[int], query: ShortlistQuery, places: Mapping[int, int]) -> list[int]:
    """Order the rows; equal ones stay in the order of rank."""
    ranking, known = scene.ranking, scene.run.uncertainty
    if query.sort in {"name", "unit", "grade"}:
        scene.look_up(rows)
        people = {row: scene.person(row) for row in rows}
        rows = sorted(rows, key=lambda row: _person_key(people[row], query.sort), reverse=query.is_descending)
    elif query.sort == "p_top" and known is not None:
        rows = sorted(rows, key=lambda row: float(known.p_top[places[row]]), reverse=query.is_descending)
    elif query.sort == "score":
        rows = sorted(rows, key=lambda row: int(ranking.score[row]), reverse=query.is_descending)
    elif query.is_descending:
        rows = rows[::-1]
    return rows


def _person_key(person: Person | None, sort: str) -> tuple[int, str]:
    if person is None:
        return 0, ""
    return (person.grade, "") if sort == "grade" else (0, str(getattr(person, sort)).casefold())


def _forest(scene: Scene, rows: Sequence[int], places: Mapping[int, int]) -> Forest | None:
    known = scene.run.uncertainty
    if known is None or not rows:
        return None
    drawn = tuple(shortlist_row(scene.run, row, scene.person(row), places) for row in rows)
    return Forest(
        rows=drawn,
        size=scene.ranking.size,
        band=known.band,
        worst=max(row.rank_interval[1] for row in drawn if row.rank_interval),
        left_out=len(scene.ranking.order) - len(drawn),
    )


def _jpm(ranking: Ranking, row: int) -> float | None:
    for index, slot in enumerate(ranking.policy.slots):
        if slot.options[int(ranking.slots.option[row, index])].code == "competency.jpm":
            value = float(ranking.slots.value[row, index])
            return None if np.isnan(value) else value
    return None


def units_of(session: Session, run: LoadedRun) -> list[tuple[int, str]]:
    """Return the units of the ranked officials, by name, for the filter; what was known then does not change."""
    if run.units is None:
        scene = Scene(session, run)
        scene.look_up(run.ranking.order)
        units = {(person.unit_id, person.unit) for person in scene.people.values()}
        run.units = sorted(units, key=lambda unit: unit[1])
    return run.units


def neighbours_of(session: Session, run: LoadedRun, row: int, *, reach: int = 5) -> list[ShortlistRow]:
    """Return the ranked officials just above and below a row (the first ones for somebody not ranked)."""
    order = run.ranking.order.tolist()
    at = order.index(row) if row in order else 0
    start = max(0, min(at - reach, len(order) - 2 * reach - 1))
    near = [other for other in order[start : start + 2 * reach + 1] if other != row]
    scene = Scene(session, run)
    scene.look_up(near)
    places = places_of(run.uncertainty)
    return [shortlist_row(run, other, scene.person(other), places) for other in near]
