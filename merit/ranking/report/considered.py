"""The page of gates: everybody who was considered, with every gate, fact and threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from merit.ranking.domain import Outcome, RuleStatus, Standing
from merit.ranking.engine.types import Ranking
from merit.ranking.report.document import held_codes
from merit.ranking.report.gates import GateLine, gate_lines
from merit.ranking.report.head import RunHead, run_head
from merit.ranking.report.scene import Scene, matching, page_of
from merit.ranking.store.loading import LoadedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSummary:
    """One gate of the policy and how many were stopped by it; ``only_this``: failed by it alone."""

    id: str
    title: str
    citation: str
    status: RuleStatus
    decree: str
    passed: int
    failed: int
    held: int
    to_verify: int
    only_this: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """Gates of one official who was considered; ``waiting``: indicators that keep the official on hold."""

    official_id: int
    nip: str
    name: str
    unit: str
    standing: Standing
    lines: tuple[GateLine, ...]
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GateQuery:
    """Which of the considered to show: a standing ("ranked", "hold", "failed", "" for all), one gate's FAIL, a text."""

    standing: str = ""
    gate: str = ""
    text: str = ""
    page: int = 1
    per_page: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePage:
    """Gates of everybody who was considered."""

    head: RunHead
    query: GateQuery
    summaries: tuple[GateSummary, ...]
    rows: tuple[GateRow, ...]
    total: int
    pages: int


def gate_page(session: Session, run: LoadedRun, query: GateQuery) -> GatePage:
    """Return the gates of everybody who was considered, as asked for."""
    scene = Scene(session, run)
    rows = _considered(scene, query)
    page_rows, pages = page_of(rows, query.page, query.per_page)
    scene.look_up(page_rows)
    return GatePage(
        head=run_head(run),
        query=query,
        summaries=gate_summaries(run.ranking),
        rows=tuple(_gate_row(scene, row) for row in page_rows),
        total=len(rows),
        pages=pages,
    )


def gate_summaries(ranking: Ranking) -> tuple[GateSummary, ...]:
    """Return every gate with its counts; where nobody is eligible they say why."""
    fails = np.stack([gate.outcome == Outcome.FAIL for gate in ranking.gates], axis=1) if ranking.gates else None
    alone = fails.sum(axis=1) == 1 if fails is not None else None
    summaries = []
    for index, gate in enumerate(ranking.gates):
        counts = np.bincount(gate.outcome, minlength=len(Outcome)).tolist()
        decree = gate.rule.decree
        summaries.append(
            GateSummary(
                id=gate.rule.id,
                title=gate.rule.title,
                citation=gate.rule.citation,
                status=gate.rule.status,
                decree="" if decree is None else decree.number,
                passed=counts[Outcome.PASS],
                failed=counts[Outcome.FAIL],
                held=counts[Outcome.HOLD],
                to_verify=counts[Outcome.VERIFY],
                only_this=0 if fails is None or alone is None else int((fails[:, index] & alone).sum()),
            )
        )
    return tuple(summaries)


def _considered(scene: Scene, query: GateQuery) -> list[int]:
    ranking = scene.ranking
    rows = np.lexsort((ranking.nip, ranking.rank, ranking.standing))
    names = {"ranked": Standing.RANKED, "hold": Standing.HOLD, "failed": Standing.FAILED}
    if (standing := names.get(query.standing)) is not None:
        rows = rows[ranking.standing[rows] == standing]
    for gate in ranking.gates:
        if gate.rule.id == query.gate:
            rows = rows[np.isin(gate.outcome[rows], (Outcome.FAIL, Outcome.HOLD))]
    return matching(scene, rows, query.text)


def _gate_row(scene: Scene, row: int) -> GateRow:
    ranking, person = scene.ranking, scene.person(row)
    return GateRow(
        official_id=int(ranking.officials[row]),
        nip=str(ranking.nip[row]),
        name=person.name if person else "",
        unit=person.unit if person else "",
        standing=Standing(ranking.standing[row]),
        lines=tuple(gate_lines(ranking, row)),
        waiting=tuple(held_codes(ranking, row)),
    )
