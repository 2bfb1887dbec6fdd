"""The file of trainings."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.training.models import TrainingRecord
from tests.exchange.files import BUDI, counts, findings, load, load_city

pytestmark = pytest.mark.db

HEADER = ["nip", "nama", "kode", "jenis", "penyelenggara", "mulai", "selesai", "jp", "nomor_sertifikat", "transfer"]
PKA = [BUDI, "Pelatihan Kepemimpinan", "pka", "Kepemimpinan", "BPSDM", "2024-02-05", "2024-06-14", "120,5", "S-1", "81"]


def test_training(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)

    first, second = (load(session, tmp_path, "training", [HEADER, PKA]) for _ in range(2))

    record = session.scalars(select(TrainingRecord)).one()
    assert (counts(first), counts(second)) == ((1, 0, 0), (0, 0, 1))
    assert (record.code, record.kind, record.learning_hours, record.transfer) == (
        "PKA",
        "kepemimpinan",
        Decimal("120.5"),
        Decimal(81),
    )


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        (6, "2024-01-01", "period-order"),
        (7, "-1", "decimal-low"),
        (9, "101", "decimal-range"),
        (3, "kuliah", "choice-unknown"),
    ],
)
def test_training_problems(session: Session, tmp_path: Path, place: int, value: str, code: str) -> None:
    load_city(session, tmp_path)
    row = [*PKA[:place], value, *PKA[place + 1 :]]

    report = load(session, tmp_path, "training", [HEADER, row])

    assert [(found[1], found[2]) for found in findings(report)] == [(HEADER[place], code)]
