"""A simulation as a page: what was changed, who moves and why, and what it does to groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from merit.evidence import EMPLOYMENT, BoolArray, StrArray
from merit.i18n import _
from merit.ranking.domain import Outcome, Standing
from merit.ranking.engine.result import score_text
from merit.ranking.engine.selection import GroupRate, group_rate
from merit.ranking.engine.types import Ranking
from merit.ranking.queries import load_group_marks
from merit.ranking.report.changes import ChangeGroup, change_groups
from merit.ranking.report.head import RunHead, run_head
from merit.ranking.report.scene import Scene, page_of
from merit.ranking.report.sentences import indicator_label, number_text
from merit.ranking.services.simulations import Simulated
from merit.ranking.simulation import Moves, compare, contribution_changes, points
from merit.ranking.store.loading import LoadedRun
from merit.web.labels import label

SHOWS = ("berubah", "nama", "semua")
_MOST_REASONS = 3
_AGES = ((0, 35, "<35"), (35, 45, "35–44"), (45, 55, "45–54"), (55, 200, "≥55"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRow:
    """One official before and after: rank and score (None where not ranked), and why in a few words."""

    official_id: int
    nip: str
    name: str
    rank_before: int | None
    rank_after: int | None
    score_before: str | None
    score_after: str | None
    has_entered: bool
    has_left: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """One group: who meets the gates among the considered, and who is among the names, before and after."""

    topic: str
    group: str
    eligible_before: GroupRate
    eligible_after: GroupRate
    named_before: GroupRate
    named_after: GroupRate


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationPage:
    """Everything the page of a simulation shows; ``shown``: the ids of all whose names stand on it."""

    head: RunHead
    changes: tuple[ChangeGroup, ...]
    rows: tuple[MoveRow, ...]
    total: int
    moved: int
    entered: tuple[str, ...]
    left: tuple[str, ...]
    shown: tuple[int, ...]
    eligible: int
    rates: tuple[RateRow, ...]


def simulation_page(
    session: Session, run: LoadedRun, simulated: Simulated, *, show: str, page: int, per_page: int
) -> SimulationPage:
    """Return one page of a simulation; ``show``: those who move, those around the names, or everybody ranked."""
    before, after = run.ranking, simulated.ranking
    moves = compare(before, after)
    wanted = moves.order[_wanted(moves, before, after, show)[moves.order]]
    shown, _pages = page_of(wanted.tolist(), page, per_page)
    changed = np.flatnonzero(moves.entered | moves.left).tolist()
    scene = Scene(session, run)
    scene.look_up([*shown, *changed])
    return SimulationPage(
        head=run_head(run),
        changes=change_groups(run.policy, simulated.policy),
        rows=tuple(_row(scene, after, moves, row) for row in shown),
        total=len(wanted),
        moved=int(moves.moved.sum()),
        entered=_names(scene, np.flatnonzero(moves.entered).tolist()),
        left=_names(scene, np.flatnonzero(moves.left).tolist()),
        shown=tuple(int(before.officials[row]) for row in dict.fromkeys((*shown, *changed))),
        eligible=int((after.standing == Standing.RANKED).sum()),
        rates=tuple(_rates(session, run, after)),
    )


def _wanted(moves: Moves, before: Ranking, after: Ranking, show: str) -> BoolArray:
    if show == "semua":
        return np.ones(before.nip.shape, dtype=bool)
    if show == "nama":
        return np.asarray(_named(before) | _named(after))
    return moves.moved


def _named(ranking: Ranking) -> BoolArray:
    return np.asarray((ranking.standing == Standing.RANKED) & (ranking.rank <= ranking.size))


def _names(scene: Scene, rows: list[int]) -> tuple[str, ...]:
    return tuple(person.name if (person := scene.person(row)) else str(scene.ranking.nip[row]) for row in rows)


def _row(scene: Scene, after: Ranking, moves: Moves, row: int) -> MoveRow:
    before = scene.ranking
    person = scene.person(row)
    was, now = before.standing[row] == Standing.RANKED, after.standing[row] == Standing.RANKED
    return MoveRow(
        official_id=int(before.officials[row]),
        nip=str(before.nip[row]),
        name=person.name if person else "",
        rank_before=int(before.rank[row]) if was else None,
        rank_after=int(after.rank[row]) if now else None,
        score_before=score_text(before, row) if was else None,
        score_after=score_text(after, row) if now else None,
        has_entered=bool(moves.entered[row]),
        has_left=bool(moves.left[row]),
        reasons=tuple(_reasons(before, after, row)),
    )


def _reasons(before: Ranking, after: Ranking, row: int) -> Iterator[str]:
    """Yield why somebody moves: gates that say something else first, then the contributions that changed most."""
    old = {gate.rule.id: int(gate.outcome[row]) for gate in before.gates}
    new = {gate.rule.id: int(gate.outcome[row]) for gate in after.gates}
    titles = {gate.rule.id: gate.rule.title or gate.rule.id for gate in before.gates}
    for identity, title in titles.items():
        first, second = old[identity], new.get(identity)
        if _blocks(first) != _blocks(second):
            word = _("tidak diperiksa") if second is None else label(Outcome(second).name, "gate_outcome").lower()
            yield f"{title}: {label(Outcome(first).name, 'gate_outcome').lower()} → {word}"
    for slot, units in contribution_changes(before, after, row)[:_MOST_REASONS]:
        code = before.policy.slots[slot].options[int(before.slots.option[row, slot])].code
        yield f"{indicator_label(code)} {number_text(points(units), 2, signed=True)}"


def _blocks(outcome: int | None) -> bool:
    return outcome in {Outcome.FAIL, Outcome.HOLD}


def _rates(session: Session, run: LoadedRun, after: Ranking) -> Iterator[RateRow]:
    before = run.ranking
    eligible = before.standing == Standing.RANKED, after.standing == Standing.RANKED
    named = _named(before), _named(after)
    for topic, marks in _groups(session, run):
        for group in sorted({mark for mark in marks.tolist() if mark}, key=_place):
            members = marks == group
            yield RateRow(
                topic=topic,
                group=label(group, "sex") if topic == "sex" else _group_word(topic, group),
                eligible_before=_rate(members, eligible[0], np.ones_like(members)),
                eligible_after=_rate(members, eligible[1], np.ones_like(members)),
                named_before=_rate(members, named[0], eligible[0]),
                named_after=_rate(members, named[1], eligible[1]),
            )


def _place(group: str) -> tuple[int, str]:
    """Return where a group stands: bands of age from young to old, others by name."""
    bands = [word for _low, _high, word in _AGES]
    return (bands.index(group) if group in bands else 0, group)


def _group_word(topic: str, group: str) -> str:
    if topic == "unit":
        return label(group, "unit_kind")
    return label(group, "leads") if topic == "lead" else group


def _rate(members: BoolArray, selected: BoolArray, pool: BoolArray) -> GroupRate:
    inside = members & pool
    return group_rate(
        selected=int((inside & selected).sum()),
        size=int(inside.sum()),
        all_selected=int((pool & selected).sum()),
        all_size=int(pool.sum()),
    )


def _groups(session: Session, run: LoadedRun) -> Iterator[tuple[str, StrArray]]:
    """Yield (topic, group of each official or "" where unknown), as things were known when the run was made."""
    officials = run.inputs.officials
    marks = load_group_marks(session, officials.tolist(), at=run.known_at or run.computed_at)
    nobody = ("", "", "")
    rows = [marks.get(int(number), nobody) for number in officials]
    yield "sex", np.array([row[0] for row in rows], dtype=np.str_)
    yield "age", _ages(run)
    yield "unit", np.array([row[1] for row in rows], dtype=np.str_)
    yield "lead", np.array([row[2] for row in rows], dtype=np.str_)
    employment = run.inputs.facts.employment
    words = np.array([*EMPLOYMENT, ""])
    yield "employment", words[np.where(employment.known, employment.value, len(EMPLOYMENT))]


def _ages(run: LoadedRun) -> StrArray:
    """Return the age band on the as-of date; ages are completed years, to the day."""
    birth = run.inputs.facts.birth
    born = birth.value.astype("datetime64[D]")
    today = np.datetime64(run.as_of, "D")
    months = (today.astype("datetime64[M]") - born.astype("datetime64[M]")).astype(np.int64)
    day_of = (born - born.astype("datetime64[M]")).astype(np.int64)
    months -= day_of > (today - today.astype("datetime64[M]")).astype(np.int64)
    years = months // 12
    bands = np.full(years.shape, "", dtype="<U5")
    for low, high, word in _AGES:
        bands[birth.known & (years >= low) & (years < high)] = word
    return bands
