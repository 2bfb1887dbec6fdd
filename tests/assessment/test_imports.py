"""The file of competency results."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.imports import competency
from merit.assessment.models.results import CompetencyResult
from merit.exchange.domain import CellError
from tests.exchange.files import BUDI, counts, findings, load, load_city

pytestmark = pytest.mark.db

HEADER = [
    "nip",
    "kompetensi",
    "level",
    "skor",
    "se",
    "penyelenggara",
    "metode",
    "akreditasi",
    "tanggal",
    "berlaku_sampai",
]


def test_result_is_valid_for_three_years(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    rows = [HEADER, [BUDI, "m.1", "3", "", "0,3", "Puspenkom", "asesmen", "A", "29-02-2024", ""]]

    first, second = load(session, tmp_path, "results", rows), load(session, tmp_path, "results", rows)

    result = session.scalars(select(CompetencyResult)).one()
    assert (counts(first), counts(second)) == ((1, 0, 0), (0, 0, 1))
    assert (result.competency, result.level, result.se) == ("M.01", 3, Decimal("0.3"))
    assert result.valid_until == dt.date(2027, 2, 28)


@pytest.mark.parametrize(
    ("level", "score", "found"),
    [
        ("6", "", [("results.csv!C2", "level", "level-range")]),
        ("", "", [("results.csv!C2", "level", "level-or-score")]),
        ("", "72,5", []),
    ],
)
def test_level_or_score(
    session: Session, tmp_path: Path, level: str, score: str, found: list[tuple[str, str, str]]
) -> None:
    load_city(session, tmp_path)
    row = [BUDI, "JPM", level, score, "", "Puspenkom", "asesmen", "", "2024-03-01", ""]

    assert findings(load(session, tmp_path, "results", [HEADER, row])) == found


def test_future_result_only_warns(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    row = [BUDI, "M.02", "3", "", "", "Puspenkom", "cact", "A", "2199-01-01", "2200-01-01"]

    report = load(session, tmp_path, "results", [HEADER, row])

    assert (counts(report), [warning.code for warning in report.warnings]) == ((1, 0, 0), ["date-future"])


@pytest.mark.parametrize(
    ("raw", "code"),
    [("M.01", "M.01"), ("m01", "M.01"), ("SK1", "SK.01"), ("p3", "P.3"), ("ld", "LD"), ("TEK-7", "TEK-7")],
)
def test_competency_codes(raw: str, code: str) -> None:
    assert competency(raw) == code


@pytest.mark.parametrize("raw", ["M.09", "SK.02", "P.9", "!"])
def test_unknown_competencies(raw: str) -> None:
    with pytest.raises(CellError):
        competency(raw)
