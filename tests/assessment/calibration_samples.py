"""Scored sittings with many simulated answers, made of real rows in a few inserts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from merit.assessment.models.delivery import Attempt, Response
from merit.assessment.models.items import ItemVersion
from merit.assessment.models.scoring import ResponseScore, ScoreVersion
from merit.assessment.models.sittings import Candidate, Paper, PaperItem
from merit.people.models import Official
from tests.assessment.scoring_samples import CLOSED, STARTS, make_sitting

_numbers = count(1)
DIFFICULTIES = (-1.2, -0.6, -0.2, 0.1, 0.5, 0.9, 1.3)


def simulate(
    difficulties: Sequence[float], persons: int, *, seed: int = 1, mean: float = 0.0, slope: float = 1.3
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return right and wrong answers of simulated persons, (persons, items)."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(mean, 1.0, persons)
    chance = 1 / (1 + np.exp(-slope * (theta[:, None] - np.asarray(difficulties))))
    return (rng.random(chance.shape) < chance).astype(np.int64)


def make_scored(
    session: Session, versions: Sequence[ItemVersion], points: Any, *, code: str = "", answers: bool = False
) -> str:
    """Add a scored sitting in which person i got ``points[i, j]`` on version j (-1: not given); return its code.

    With ``answers`` the option A stands for a right answer and B to D, in turn, for a wrong one.
    """
    details: dict[str, Any] = {"state": "scored"} | ({"code": code} if code else {})
    hall = make_sitting(session, versions, **details)
    sitting = hall.sitting
    score = ScoreVersion(
        sitting_id=sitting.id,
        number=1,
        state="current",
        sha256=hashlib.sha256(sitting.code.encode()).hexdigest(),
        made_at=CLOSED,
    )
    session.add(score)
    officials = [Official(nip=f"{next(_numbers):018d}") for _person in range(len(points))]
    session.add_all(officials)
    session.flush()
    people = [
        Candidate(sitting_id=sitting.id, official_id=one.id, number=f"P-{n}", room_id=hall.room.id, seat=n + 1)
        for n, one in enumerate(officials)
    ]
    session.add_all(people)
    session.flush()
    papers = [
        Paper(
            sitting_id=sitting.id,
            candidate_id=one.id,
            items=len(versions),
            packed=b"",
            sha256="0" * 64,
            sealed_at=STARTS,
        )
        for one in people
    ]
    session.add_all(papers)
    session.flush()
    attempts = [_attempt(hall, one.id, paper.id, len(versions)) for one, paper in zip(people, papers, strict=True)]
    session.add_all(attempts)
    session.flush()
    ids = ([attempt.id for attempt in attempts], [paper.id for paper in papers])
    _store(session, score.id, ids, versions, np.asarray(points), answers=answers)
    return sitting.code


def _attempt(hall: Any, candidate_id: int, paper_id: int, items: int) -> Attempt:
    return Attempt(
        sitting_id=hall.sitting.id,
        room_id=hall.room.id,
        candidate_id=candidate_id,
        paper_id=paper_id,
        items=items,
        token_hash=hashlib.sha256(f"{hall.code}:{candidate_id}".encode()).hexdigest(),
        state="finished",
        created_at=STARTS,
        started_at=STARTS,
        allotted_seconds=5400,
        finished_at=CLOSED,
        ending="candidate",
    )


def _store(
    session: Session,
    score_id: int,
    ids: tuple[list[int], list[int]],
    versions: Sequence[ItemVersion],
    points: Any,
    *,
    answers: bool,
) -> None:
    scores, given, places = [], [], []
    for row, (attempt_id, paper_id) in enumerate(zip(*ids, strict=True)):
        for column, version in enumerate(versions):
            value, position = int(points[row, column]), column + 1
            if value < 0:
                continue
            places.append({"paper_id": paper_id, "position": position, "version_id": version.id, "orders": {}})
            scores.append(
                {
                    "score_version_id": score_id,
                    "attempt_id": attempt_id,
                    "position": position,
                    "version_id": version.id,
                    "points": Decimal(value),
                    "maximum": version.maximum,
                    "outcome": "scored",
                }
            )
            letter = "A" if value else "BCD"[(row + column) % 3]
            given.append(
                {
                    "attempt_id": attempt_id,
                    "position": position,
                    "revision": 1,
                    "value": f'["{letter}"]',
                    "saved_at": CLOSED,
                }
            )
    session.execute(insert(PaperItem), places)
    session.execute(insert(ResponseScore), scores)
    if answers:
        session.execute(insert(Response), given)
