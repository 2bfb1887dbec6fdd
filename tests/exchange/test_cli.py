"""``merit import`` as people and programs call it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from merit import db
from merit.cli import main
from tests.exchange.files import UNITS, write_csv

pytestmark = pytest.mark.db

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(database: db.Database, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Return a function that runs one command on the test's database: exit code, stdout, stderr."""
    monkeypatch.setenv("MERIT_DATABASE_URL", database.settings.database_url)
    monkeypatch.setenv("MERIT_INSTANCE_PATH", str(database.settings.instance_path))
    monkeypatch.setenv("MERIT_SECRET_FILE", str(database.settings.secret_file))

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            main([str(argument) for argument in ("import", *arguments)])
        except SystemExit as leaving:
            code = leaving.code
        else:
            code = 0
        out, err = capfd.readouterr()
        return int(code or 0), out, err

    return run


def test_import_then_undo(call: Call, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "units.csv", UNITS)

    code, out, _err = call("units", path)
    undone = call("--undo", 1, "--json")
    twice = call("--undo", 1)

    assert (code, out) == (0, "3 baris: 3 baru, 0 berubah, 0 tetap.\nTersimpan sebagai impor nomor 1.\n")
    assert json.loads(undone[1]) == {"kind": "units", "undone": 1, "batch": 2, "records": 3}
    assert (twice[0], twice[2]) == (1, "Impor nomor 1 sudah dibatalkan.\n")


def test_dry_run_answers_json_only_and_exits_one(call: Call, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "units.csv", [*UNITS, ["X", "", "", ""]])

    code, out, err = call("units", path, "--dry-run", "--json")

    answer = json.loads(out)
    assert (code, answer["rows"], answer["created"]) == (1, 4, 3)
    assert answer["problems"] == [
        {
            "sheet": "units.csv",
            "row": 5,
            "column": "nama",
            "value": "",
            "code": "cell-required",
            "message": "units.csv!B5: Kolom «nama» wajib diisi. Isi sel ini.",
        }
    ]
    assert err.startswith("units.csv!B5: ")


def test_unreadable_file_answers_json_too(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("bukan excel")

    code, out, err = call("units", tmp_path / "a.xlsx", "--dry-run", "--json")

    assert (code, json.loads(out)["problems"][0]["code"]) == (1, "file-corrupt")
    assert "Traceback" not in err


def test_skip_invalid_writes_the_rejected_rows(call: Call, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "units.csv", [*UNITS, ["X", "", "", ""]])

    code, _out, err = call("units", path, "--skip-invalid")

    lines = (tmp_path / "units.csv.rejected.csv").read_text("utf-8-sig").splitlines()
    assert (code, lines[0], len(lines)) == (0, "kode,nama,induk,jenis,alasan", 2)
    assert "1 baris ditolak" in err


def test_template_can_be_filled_and_read(call: Call, tmp_path: Path) -> None:
    assert call("officials", "--template", tmp_path / "a.xlsx")[0] == 0

    header = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_name("officials").to_python()[0]
    assert header[:2] == ["nip", "nama"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("apa", "x.csv"), 1, "Jenis berkas «apa» tidak dikenal."),
        (("units", "tidak-ada.csv"), 1, "Berkas tidak dapat dibuka."),
        ((), 2, "Sebutkan jenis dan berkasnya"),
        (("--undo", "7"), 1, "Impor nomor 7 tidak ada."),
    ],
)
def test_refusals_are_sentences(call: Call, arguments: tuple[str, ...], code: int, sentence: str) -> None:
    found, _out, err = call(*arguments)

    assert found == code
    assert sentence in err
