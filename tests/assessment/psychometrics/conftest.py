"""Reference data of other programs, read from the shared folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Table = Callable[[str], tuple[list[str], np.ndarray]]


@pytest.fixture
def table(shared: Path) -> Table:
    """Return a reader of response files: the header and integers, -1 where a cell is missing."""

    def read(name: str) -> tuple[list[str], np.ndarray]:
        with (shared / "data" / "psychometrics" / name).open(newline="") as file:
            header, *rows = list(csv.reader(file))
        return header, np.array([[-1 if cell in {"", "NA"} else int(cell) for cell in row] for row in rows])

    return read


@pytest.fixture
def oracle(shared: Path) -> Callable[[str], Any]:
    """Return a reader of expected values."""
    return lambda name: json.loads((shared / "data" / "psychometrics" / name).read_text())
