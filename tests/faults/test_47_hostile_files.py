"""Fault 47: hostile files are refused with one sentence, and nothing is written; the readers' own tests name each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.exchange.models import ImportBatch
from merit.exchange.services import import_file
from merit.people.models import OrgUnit
from merit.security.permissions import SYSTEM
from tests.exchange.files import sheet_xml, write_csv, write_sheet_xml

pytestmark = pytest.mark.db

ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
CELLS = '<row r="1"><c r="A1" t="inlineStr"><is><t>kode</t></is></c></row>'
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

FILES: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "zip bomb": ("file-bomb", lambda f: write_sheet_xml(f / "a.xlsx", sheet_xml(" " * 8_000_000))),
    "million rows": ("file-too-many-rows", lambda f: write_sheet_xml(f / "a.xlsx", sheet_xml(FAR))),
    "external entity": (
        "file-corrupt",
        lambda f: write_sheet_xml(f / "a.xlsx", sheet_xml(CELLS).replace("?>", f"?>{ENTITY}", 1)),
    ),
    "macros": (
        "file-macro",
        lambda f: write_sheet_xml(f / "a.xlsx", sheet_xml(CELLS), extra={"xl/vbaProject.bin": b"x"}),
    ),
    "path out of the archive": (
        "file-no-rows",
        lambda f: write_sheet_xml(f / "a.xlsx", sheet_xml(CELLS), extra={"../../evil.xml": b"<x/>"}),
    ),
    "ten thousand columns": (
        "file-too-many-columns",
        lambda f: write_csv(f / "a.csv", [[f"k{number}" for number in range(10_000)], ["1"]]),
    ),
    "wrong encoding": (
        "file-encoding",
        lambda f: write_csv(f / "a.csv", [["kode", "nama"], ["A", "José"]], encoding="windows-1252"),
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_hostile_file_writes_nothing(session: Session, tmp_path: Path, name: str) -> None:
    reason, build = FILES[name]

    report = import_file(session, SYSTEM, kind="units", path=build(tmp_path))

    assert (report.refused, [problem.code for problem in report.problems]) == (True, [reason])
    assert not (tmp_path.parent / "evil.xml").exists()
    left = [session.scalar(select(func.count()).select_from(model)) for model in (OrgUnit, ImportBatch)]
    assert left == [0, 0]
