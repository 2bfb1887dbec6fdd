"""``merit demo``: files only, sizes, and an empty database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from merit.cli import cli
from merit.demo.files import file_name
from merit.demo.tables import KINDS

pytestmark = pytest.mark.unit


def _run(*arguments: str, instance: Path) -> Result:
    return CliRunner().invoke(cli, ["demo", *arguments], env={"MERIT_INSTANCE_PATH": str(instance)})


def test_files_only_needs_no_database(tmp_path):
    result = _run("--officials", "300", "--files", str(tmp_path / "city"), instance=tmp_path / "absent")

    assert result.exit_code == 0
    assert result.stdout == ""
    assert sorted(path.name for path in (tmp_path / "city").iterdir()) == [file_name(kind) for kind in KINDS]
    assert not (tmp_path / "absent").exists()


def test_files_as_json(tmp_path):
    result = _run("--officials", "300", "--files", str(tmp_path / "city"), "--json", instance=tmp_path)

    assert list(json.loads(result.stdout)) == list(KINDS)


@pytest.mark.parametrize("count", ["10", "100001"])
def test_other_sizes_are_refused_with_the_range(tmp_path, count):
    result = _run("--officials", count, "--files", str(tmp_path), instance=tmp_path)

    assert result.exit_code == 1
    assert "antara 300 dan 100000" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "city").write_text("a file, not a folder")

    result = _run("--officials", "300", "--files", str(tmp_path / "city" / "inside"), instance=tmp_path)

    assert result.exit_code == 1
    assert "tidak dapat ditulisi" in result.stderr


def test_database_must_be_set_up_first(tmp_path):
    result = _run("--officials", "300", instance=tmp_path)

    assert result.exit_code == 1
    assert "merit init" in result.stderr
