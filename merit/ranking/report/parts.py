"""One official's score in parts: indicators with evidence, the waterfall, competencies against the standard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from merit.evidence import IntArray, Levels, Status
from merit.i18n import _
from merit.phrases import all_sentences, phrase
from merit.ranking.catalogue import CATALOGUE
from merit.ranking.domain import Standing
from merit.ranking.engine.explanation import parts, reference_score
from merit.ranking.engine.result import fixed, score_text
from merit.ranking.engine.types import Part, Ranking
from merit.ranking.report.evidence import EvidenceLink, indicator_link
from merit.ranking.report.sentences import indicator_label, number_text, value_text
from merit.ranking.store.loading import LoadedRun
from merit.web.labels import label

_LEVELS = np.arange(1, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One indicator in the explanation.

    ``value`` and ``error`` are texts with the unit's usual decimals, "" where there is none; ``is_default_error``:
    the policy's default standard error was used. ``points`` sum to the score as shown; ``contribution`` is "" where
    no reference may be shown, else reference + Σ contributions = score as shown. ``note``: a sentence or "".
    """

    indicator: str
    label: str
    pillar: str
    unit: str
    legal_source: str
    status: Status
    value: str
    error: str
    is_default_error: bool
    utility: str
    weight: str
    points: str
    contribution: str
    evidence: EvidenceLink | None
    evidence_date: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of the waterfall, in points; ``kind``: reference, up, down or score."""

    label: str
    start: float
    end: float
    shown: str
    kind: Literal["reference", "up", "down", "score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencyLine:
    """One competency against the standard of the position; ``level`` is the expected level, ``error`` its spread."""

    code: str
    name: str
    standard: int
    level: float
    error: float


def part_lines(run: LoadedRun, row: int, reference: IntArray) -> tuple[PartLine, ...]:
    """Return every slot of one official in words and numbers as shown."""
    return tuple(_part_line(run, row, part) for part in parts(run.ranking, row, reference))


def _part_line(run: LoadedRun, row: int, part: Part) -> PartLine:
    ranking, indicator = run.ranking, CATALOGUE[part.indicator]
    date = ranking.slots.as_of[row, part.slot]
    is_ranked = ranking.standing[row] == Standing.RANKED
    error = part.standard_error if part.status == Status.MEASURED else None
    return PartLine(
        indicator=part.indicator,
        label=indicator_label(part.indicator),
        pillar=part.pillar,
        unit=label(indicator.unit, "measure"),
        legal_source=indicator.legal_source,
        status=Status(part.status),
        value="" if part.value is None else value_text(part.indicator, part.value),
        error="" if not error else number_text(round(error, 2), 2),
        is_default_error=part.se_default,
        utility=part.utility,
        weight=part.weight,
        points=part.shown_points if is_ranked else "",
        contribution=part.shown_contribution if is_ranked else "",
        evidence=indicator_link(part.indicator, part.source),
        evidence_date="" if np.isnat(date) else str(date),
        note=_note(run, row, part.indicator),
    )


def _note(run: LoadedRun, row: int, code: str) -> str:
    name = f"column/{code}/note"
    if name not in run.frozen:
        return ""
    note = str(run.frozen[name][row])
    return phrase(note) if note in all_sentences() else ""


def waterfall(ranking: Ranking, row: int, reference: IntArray, lines: tuple[PartLine, ...]) -> tuple[Bar, ...]:
    """Return the waterfall from the reference to the score, through the contributions as shown."""
    digits = ranking.policy.precision
    level = float(fixed(reference_score(ranking, reference), digits))
    bars = [
        Bar(
            label=_("Rata-rata yang memenuhi syarat"),
            start=0.0,
            end=level,
            shown=number_text(level, digits),
            kind="reference",
        )
    ]
    for line in lines:
        step = float(line.contribution)
        end = round(level + step, digits)
        shown = number_text(line.contribution, digits, signed=True)
        bars.append(Bar(label=line.label, start=level, end=end, shown=shown, kind="up" if step >= 0 else "down"))
        level = end
    score = score_text(ranking, row)
    bars.append(Bar(label=_("Nilai"), start=0.0, end=float(score), shown=number_text(score, digits), kind="score"))
    return tuple(bars)


def competency_lines(run: LoadedRun, row: int) -> tuple[CompetencyLine, ...]:
    """Return each competency of the job person match against the standard; empty where it was not measured."""
    column = run.inputs.columns.get("competency.jpm")
    if column is None or not isinstance(column.noise, Levels) or column.status[row] != Status.MEASURED:
        return ()
    chances = column.noise.p[row]
    means = chances @ _LEVELS
    spreads = np.sqrt(np.maximum(chances @ (_LEVELS * _LEVELS) - means * means, 0.0))
    return tuple(
        CompetencyLine(
            code=code,
            name=label(code, "competency"),
            standard=int(column.noise.standard[index]),
            level=float(means[index]),
            error=float(spreads[index]),
        )
        for index, code in enumerate(column.noise.codes)
    )
