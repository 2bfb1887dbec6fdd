"""The explanation of one official: parts that sum as shown, evidence, gates, a pair, what would change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy.orm import Session

from merit.errors import NotFoundError
from merit.ranking.domain import Outcome, Standing, grade_code
from merit.ranking.engine.explanation import cut_line, reference_score
from merit.ranking.engine.result import fixed, score_text
from merit.ranking.queries import Person, load_people
from merit.ranking.report.comparison import PairView, Suggestion, pair_view, suggestions
from merit.ranking.report.document import held_codes
from merit.ranking.report.drawn import Drawn, drawn_of, places_of
from merit.ranking.report.gates import GateLine, gate_lines
from merit.ranking.report.head import RunHead, run_head
from merit.ranking.report.parts import Bar, CompetencyLine, PartLine, competency_lines, part_lines, waterfall
from merit.ranking.report.sentences import indicator_label, standing_sentence
from merit.ranking.store.loading import LoadedRun

Reference = Literal["mean", "cut"]
LEAST_POOL = 5  # smaller pools would show an official the others' values (RANKING 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything a page or a program shows of one official in one run.

    ``rank``, ``score`` are None where the official is not ranked, and ``standing_reason`` says why.
    ``other_id``: whom the official is compared with. ``drawn``: intervals and probabilities, None where nothing was
    drawn. ``reference``: the score everything is compared with, "" where it may not be shown.
    """

    run: LoadedRun
    row: int
    head: RunHead
    official_id: int
    other_id: int | None
    nip: str
    name: str
    unit: str
    position: str
    grade: str
    standing: Standing
    standing_reason: str
    rank: int | None
    tied: bool
    score: str | None
    drawn: Drawn | None
    reference_kind: Reference
    reference: str
    parts: tuple[PartLine, ...]
    bars: tuple[Bar, ...]
    gates: tuple[GateLine, ...]
    waiting: tuple[str, ...]
    competencies: tuple[CompetencyLine, ...]
    pair: PairView | None
    suggestions: tuple[Suggestion, ...]


def explain_official(
    session: Session, run: LoadedRun, *, nip: str, against: str = "", reference: Reference = "mean"
) -> Explanation:
    """Return the explanation of one official, beside another one where ``against`` names a NIP.

    The reference is the mean of the eligible, or the cut line (the last within the announced number).
    """
    row = row_of(run, nip)
    other = row_of(run, against) if against else None
    ids = [int(run.ranking.officials[one]) for one in (row, other) if one is not None]
    people = load_people(session, ids, at=run.computed_at)
    return _explain(run, row, people, other=other, reference=reference)


def explain_own(session: Session, run: LoadedRun, *, nip: str) -> Explanation:
    """Return what an official may see: the own part, against the pool's means where at least five are eligible."""
    row = row_of(run, nip)
    people = load_people(session, [int(run.ranking.officials[row])], at=run.computed_at)
    whole = _explain(run, row, people, other=None, reference="mean")
    if run.counts["eligible"] >= LEAST_POOL:
        return whole
    bare = tuple(replace(part, contribution="") for part in whole.parts)
    return replace(whole, reference="", parts=bare, bars=())


def row_of(run: LoadedRun, nip: str) -> int:
    """Return the row of an official; raise :class:`NotFoundError` for somebody who was not considered."""
    row = run.ranking.row_of(nip)
    if row is None:
        raise NotFoundError("run-official-unknown", nip=nip, run=run.code)
    return row


def _explain(
    run: LoadedRun, row: int, people: dict[int, Person], *, other: int | None, reference: Reference
) -> Explanation:
    ranking = run.ranking
    standing = Standing(ranking.standing[row])
    is_ranked = standing is Standing.RANKED
    person = people.get(int(ranking.officials[row]))
    against = cut_line(ranking) if reference == "cut" and ranking.order.size else ranking.reference
    lines = part_lines(run, row, against)
    gates = tuple(gate_lines(ranking, row))
    waiting = tuple(held_codes(ranking, row))
    return Explanation(
        run=run,
        row=row,
        head=run_head(run),
        official_id=int(ranking.officials[row]),
        other_id=None if other is None else int(ranking.officials[other]),
        nip=str(ranking.nip[row]),
        name=person.name if person else "",
        unit=person.unit if person else "",
        position=person.position if person else "",
        grade=grade_code(person.grade) if person else "",
        standing=standing,
        standing_reason=_reason(standing, gates, waiting),
        rank=int(ranking.rank[row]) if is_ranked else None,
        tied=bool(ranking.tied[row]),
        score=score_text(ranking, row) if is_ranked else None,
        drawn=drawn_of(run, row, places_of(run.uncertainty)),
        reference_kind=reference,
        reference=fixed(reference_score(ranking, against), ranking.policy.precision) if is_ranked else "",
        parts=lines,
        bars=waterfall(ranking, row, against, lines) if is_ranked else (),
        gates=gates,
        waiting=waiting,
        competencies=competency_lines(run, row),
        pair=None if other is None else pair_view(run, row, other, people),
        suggestions=suggestions(run, row),
    )


def _reason(standing: Standing, gates: tuple[GateLine, ...], waiting: tuple[str, ...]) -> str:
    failed = [gate.title or gate.id for gate in gates if gate.outcome is Outcome.FAIL]
    held = [gate.title or gate.id for gate in gates if gate.outcome is Outcome.HOLD]
    return standing_sentence(standing, failed, [*held, *(indicator_label(code) for code in waiting)])
