"""Fault 4: a worker killed in the middle of an import leaves no half record, and the next try is whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from merit import db
from merit.exchange.models import ImportBatch
from merit.exchange.services import import_file
from merit.people.models import OrgUnit
from merit.security.permissions import SYSTEM
from tests.exchange.files import UNITS, counts, write_csv

pytestmark = pytest.mark.db

KILLED = """
import os, signal, sys
from pathlib import Path
from merit import db
from merit.config import load_settings
from merit.exchange.services import import_file
from merit.migrations import load_models
from merit.security.permissions import SYSTEM

def progress(done, stage):
    if stage == "stored":
        os.kill(os.getpid(), signal.SIGKILL)

load_models()
db.configure(load_settings())
with db.unit_of_work() as session:
    import_file(session, SYSTEM, kind="units", path=Path(sys.argv[1]), progress=progress)
"""


def test_killed_import_leaves_nothing_and_can_be_repeated(database: db.Database, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "units.csv", UNITS)
    settings = database.settings
    environment = os.environ | {
        "MERIT_DATABASE_URL": settings.database_url,
        "MERIT_INSTANCE_PATH": str(settings.instance_path),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }

    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], env=environment, check=False)

    assert killed.returncode == -signal.SIGKILL
    with database.reading() as session:
        left = [session.scalar(select(func.count()).select_from(model)) for model in (OrgUnit, ImportBatch)]
    assert left == [0, 0]
    with database.unit_of_work() as session:
        assert counts(import_file(session, SYSTEM, kind="units", path=path)) == (3, 0, 0)
