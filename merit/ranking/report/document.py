"""The report of a run as JSON (FILES.md "Reports") and as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from merit.evidence import Status
from merit.ranking.domain import Standing
from merit.ranking.engine.result import points_text, score_text
from merit.ranking.engine.types import UTILITY_SCALE, WEIGHT_SCALE, Ranking
from merit.ranking.queries import Person
from merit.ranking.report.drawn import drawn_of, places_of
from merit.ranking.report.evidence import indicator_link
from merit.ranking.report.gates import gate_lines
from merit.ranking.store.loading import LoadedRun

_PROBABILITY_DIGITS = 6
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def shown_rows(ranking: Ranking, limit: int | None = None) -> dict[Standing, list[int]]:
    """Return the rows a report shows: the ranked best first, the others by NIP, each at most ``limit``."""
    listed = {Standing.RANKED: ranking.order[:limit].tolist()}
    for standing in (Standing.HOLD, Standing.FAILED):
        rows = np.flatnonzero(ranking.standing == standing)
        by_nip = rows[np.argsort(ranking.nip[rows], kind="stable")]
        listed[standing] = by_nip[:limit].tolist()
    return listed


def report_document(run: LoadedRun, people: Mapping[int, Person], *, limit: int | None = None) -> dict[str, Any]:
    """Return the whole report; ``people`` must hold the ranked ones shown (see :func:`shown_rows`)."""
    ranking = run.ranking
    rows = shown_rows(ranking, limit)
    places = places_of(run.uncertainty)
    return {
        **report_head(run),
        "candidates": [candidate_document(run, row, people, places) for row in rows[Standing.RANKED]],
        "hold": [
            {
                "nip": str(ranking.nip[row]),
                "gates": gates_document(ranking, row),
                "indicators": held_codes(ranking, row),
            }
            for row in rows[Standing.HOLD]
        ],
        "failed": [
            {"nip": str(ranking.nip[row]), "gates": gates_document(ranking, row)} for row in rows[Standing.FAILED]
        ],
    }


def report_head(run: LoadedRun) -> dict[str, Any]:
    """Return what the report says of the run itself."""
    policy = run.header["policy"]
    return {
        "run": run.code,
        "vacancy": run.vacancy.code,
        "as_of": run.as_of.isoformat(),
        "policy": {name: policy[name] for name in ("code", "version", "sha256")},
        "engine": run.engine,
        "seed": run.seed,
        "result_sha256": run.result_sha256,
        "counts": dict(run.counts),
    }


def candidate_document(
    run: LoadedRun, row: int, people: Mapping[int, Person], places: Mapping[int, int]
) -> dict[str, Any]:
    """Return one ranked official."""
    ranking = run.ranking
    person = people.get(int(ranking.officials[row]))
    return {
        "nip": str(ranking.nip[row]),
        "name": person.name if person else "",
        "rank": int(ranking.rank[row]),
        "tied": bool(ranking.tied[row]),
        "score": score_text(ranking, row),
        **uncertainty_document(run, row, places),
        "gates": gates_document(ranking, row),
        "contributions": contributions_document(ranking, row),
    }


def uncertainty_document(run: LoadedRun, row: int, places: Mapping[int, int]) -> dict[str, Any]:
    """Return intervals and probabilities of one ranked official, None where nothing was drawn."""
    drawn = drawn_of(run, row, places)
    if drawn is None:
        return {"score_interval": None, "rank_interval": None, "p_top": None, "in_band": None}
    return {
        "score_interval": list(drawn.score_interval),
        "rank_interval": list(drawn.rank_interval),
        "p_top": round(drawn.p_top, _PROBABILITY_DIGITS),
        "in_band": drawn.in_band,
    }


def gates_document(ranking: Ranking, row: int) -> list[dict[str, Any]]:
    """Return every gate outcome of one official."""
    return [line.as_json() for line in gate_lines(ranking, row)]


def held_codes(ranking: Ranking, row: int) -> list[str]:
    """Return the indicators that keep an official waiting."""
    return [code_of(ranking, row, slot) for slot in np.flatnonzero(ranking.slots.held[row]).tolist()]


def code_of(ranking: Ranking, row: int, slot: int) -> str:
    """Return the indicator that fills a slot for one official."""
    return ranking.policy.slots[slot].options[int(ranking.slots.option[row, slot])].code


def contributions_document(ranking: Ranking, row: int) -> list[dict[str, Any]]:
    """Return every slot of one official; the exact points sum to the unrounded score."""
    slots = ranking.slots
    entries = []
    for index, slot in enumerate(ranking.policy.slots):
        code = code_of(ranking, row, index)
        utility = int(slots.utility[row, index])
        link = indicator_link(code, int(slots.source[row, index]))
        entries.append(
            {
                "indicator": code,
                "value": _number(slots.value[row, index]),
                "standard_error": _number(slots.se[row, index]),
                "status": Status(slots.status[row, index]).name,
                "utility": utility / UTILITY_SCALE,
                "weight": slot.weight_units / WEIGHT_SCALE,
                "points": points_text(slot.weight_units * utility),
                "contribution": points_text(slot.weight_units * (utility - int(ranking.reference[index]))),
                "evidence": link.as_json() if link else None,
            }
        )
    return entries


def report_csv(run: LoadedRun, people: Mapping[int, Person], *, limit: int | None = None) -> str:
    """Return the ranked officials as CSV (UTF-8, decimal point), one line each; formulas are neutralised."""
    ranking = run.ranking
    places = places_of(run.uncertainty)
    codes = [slot.code for slot in ranking.policy.slots]
    head = ["peringkat", "seri", "nip", "nama", "nilai", "nilai_bawah", "nilai_atas", "peringkat_bawah"]
    head += ["peringkat_atas", "peluang", "dalam_pita", *(f"poin {code}" for code in codes)]
    lines: list[Sequence[Any]] = [head]
    for row in shown_rows(ranking, limit)[Standing.RANKED]:
        entry = candidate_document(run, row, people, places)
        score_range = entry["score_interval"] or ("", "")
        rank_range = entry["rank_interval"] or ("", "")
        lines.append(
            [
                entry["rank"],
                int(entry["tied"]),
                entry["nip"],
                entry["name"],
                entry["score"],
                *score_range,
                *rank_range,
                "" if entry["p_top"] is None else entry["p_top"],
                "" if entry["in_band"] is None else int(entry["in_band"]),
                *(part["points"] for part in entry["contributions"]),
            ]
        )
    return _written(lines)


def _written(lines: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([[_neutral(cell) for cell in line] for line in lines])
    return text.getvalue()


def _neutral(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
