"""The one text of a result, and its hash: what two runs, machines or databases must agree on.

Canonical JSON of the policy hash, the as-of date, the engine version and, sorted by NIP, each official's outcome and,
where ranked, rank, rounded score and points. No row ids, run codes, instants or intervals (FILES.md "Reports").
"""

from __future__ import annotations

import hashlib

import numpy as np

from merit.evidence import IntArray
from merit.ranking.document import canonical_json
from merit.ranking.domain import STANDING_NAMES, Standing
from merit.ranking.engine.types import ENGINE_VERSION, SCORE_DIGITS, Ranking


def result_sha256(ranking: Ranking) -> str:
    """Return the SHA-256 of the result's canonical JSON."""
    return hashlib.sha256(result_text(ranking).encode()).hexdigest()


def result_text(ranking: Ranking) -> str:
    """Return the result's canonical JSON; written piecewise, because a pool may hold 100,000 officials."""
    head = {"as_of": ranking.vacancy.as_of.isoformat(), "engine": ENGINE_VERSION}
    officials = ",".join(_official_texts(ranking))
    return f'{canonical_json(head)[:-1]},"officials":[{officials}],"policy":"{ranking.policy.sha256}"}}'


def decimal_texts(units: IntArray, digits: int) -> list[str]:
    """Return ``units / 10**digits`` as exact decimals without needless zeros; equal numbers are written once."""
    distinct, index = np.unique(units, return_inverse=True)
    written = np.array([decimal_text(int(value), digits) for value in distinct.tolist()], dtype=object)
    texts: list[str] = written[index].tolist() if distinct.size else []
    return texts


def decimal_text(units: int, digits: int) -> str:
    """Return ``units / 10**digits`` as an exact decimal without needless zeros."""
    whole, rest = divmod(abs(units), 10**digits)
    text = f"{whole}.{rest:0{digits}d}".rstrip("0") if rest else str(whole)
    return f"-{text}" if units < 0 else text


def fixed_text(units: int, digits: int) -> str:
    """Return ``units / 10**digits`` with exactly ``digits`` decimals."""
    whole, rest = divmod(abs(units), 10**digits)
    text = f"{whole}.{rest:0{digits}d}" if digits else str(whole)
    return f"-{text}" if units < 0 else text


def _official_texts(ranking: Ranking) -> list[str]:
    nips: list[str] = ranking.nip.tolist()
    ranked = np.flatnonzero(ranking.standing == Standing.RANKED)
    points = (ranking.slots.utility[ranked] * ranking.policy.weights).T
    columns = [decimal_texts(column, SCORE_DIGITS) for column in points]
    tails = [""] * len(nips)
    for row, rank, score, *parts in zip(
        ranked.tolist(), ranking.rank[ranked].tolist(), ranking.score[ranked].tolist(), *columns, strict=True
    ):
        listed = '","'.join(parts)
        tails[row] = f',"points":["{listed}"],"rank":{rank},"score":"{fixed_text(score, ranking.policy.precision)}"'
    names = {int(standing): name for standing, name in STANDING_NAMES.items()}
    outcomes = ranking.standing.tolist()
    order = sorted(range(len(nips)), key=nips.__getitem__)
    return [f'{{"nip":"{nips[row]}","outcome":"{names[outcomes[row]]}"{tails[row]}}}' for row in order]
