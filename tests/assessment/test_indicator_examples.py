"""The job person match worked by hand, from results a file brought and from results published here.

The numbers in the comments are worked out on paper from the definitions of FILES, never from the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session

from merit.assessment.evidence import load_competency_jpm
from merit.assessment.services.publication import ask_publication, publish_results
from merit.assessment.services.scoring import score_sitting
from merit.db import Database
from merit.evidence import COMPETENCIES, Column, EvidenceRequest, Status
from merit.people.models import Official
from merit.security.permissions import Role
from tests.assessment.scoring_samples import choice_item, make_hall, sjt_item
from tests.exchange.files import load
from tests.factories import day, make_official
from tests.ranking.samples import make_actor

pytestmark = pytest.mark.db

FILE = ["nip", "kompetensi", "level", "se", "penyelenggara", "metode", "akreditasi", "tanggal"]
STANDARD = dict.fromkeys(COMPETENCIES, 3)  # sum 27


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """Return a session on SQLite; the loader itself is tested on both databases next door."""
    with sqlite_database.unit_of_work() as session:
        yield session


def jpm(session: Session, official: Official, *, internal_allowed: bool = False) -> Column:
    ids = np.array([official.id], dtype=np.int64)
    asked = EvidenceRequest(
        as_of=day("2026-06-01"), officials=ids, standard=STANDARD, internal_allowed=internal_allowed
    )
    return load_competency_jpm(session, asked)


def standard_error(column: Column) -> float:
    """(100 / sum of standards) x root of the summed variances of min(L, s), by the words of FILES."""
    levels = np.arange(1, 6)
    variance = 0.0
    for p, standard in zip(column.noise.p[0], column.noise.standard, strict=True):
        met = np.minimum(levels, standard)
        variance += float((p * met**2).sum() - (p * met).sum() ** 2)
    return float(100 / column.noise.standard.sum() * variance**0.5)


def test_results_of_a_file(session: Session, tmp_path: Path):
    """competency.jpm: eight threes exactly, M.04 at 2 with SE 0.5; a five elsewhere is capped: 26 / 27 = 96.2963 %.

    Cut at half-levels P(1), P(2), P(3 and more) = Phi(-1), 1 - 2 Phi(-1), Phi(-1) = 0.158655, 0.682689, 0.158655:
    mean 2, variance 2 x 0.158655 = 0.317311; SE = 100 / 27 x sqrt(0.317311) = 2.086308.
    """
    official = make_official(session)
    rows = [[official.nip, code, "3", "0", "Puspenkom", "asesmen", "A", "2025-06-01"] for code in COMPETENCIES]
    rows[3] = [official.nip, "M.04", "2", "0,5", "Puspenkom", "asesmen", "A", "2025-06-01"]
    rows[0][2] = "5"
    # Not counted: a result after the day asked for.
    rows.append([official.nip, "M.04", "5", "0", "Puspenkom", "asesmen", "A", "2026-06-02"])
    load(session, tmp_path, "results", [FILE, *rows])

    column = jpm(session, official)
    assert column.value.tolist() == [2600 / 27]
    assert standard_error(column) == pytest.approx(2.086308, abs=1e-6)


def test_results_published_here(session: Session, tmp_path: Path):
    """competency.jpm: M.01 at 5 (capped to 3) and M.02 at 3 from a sitting here, seven twos filed: 20 / 27 = 74.07 %.

    A result made here is internal: it counts only where the policy allows it, and the value is marked as such.
    """
    official = make_official(session)
    rows = [[official.nip, code, "2", "0", "Puspenkom", "asesmen", "A", "2025-06-01"] for code in COMPETENCIES[2:]]
    load(session, tmp_path, "results", [FILE, *rows])
    admin, second = (make_actor(session, f"admin-{name}", Role.ADMIN) for name in ("satu", "dua"))
    # M.01: 1 of 1 is level 5; M.02: C earns 2 of 5 = 40, level 3 (the working is in services/test_publication.py).
    hall = make_hall(session, [choice_item(session), sjt_item(session)], {"P-1": (official, ["A", "C"])})
    version = score_sitting(session, admin, code=hall.code)
    ask_publication(session, admin, code=hall.code)
    publish_results(session, second, code=hall.code, version_number=version.number)

    assert jpm(session, official).status.tolist() == [Status.MISSING]
    column = jpm(session, official, internal_allowed=True)
    assert (column.value.tolist(), column.internal.tolist()) == ([2000 / 27], [True])
