"""Files of points through ``merit items equate``: what is printed and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from merit.assessment.psychometrics import equate
from merit.cli.items import items

pytestmark = pytest.mark.unit
NEW = "score,anchor,n\n0,0,4\n1,0,9\n2,1,12\n3,2,6\n4,2,2\n"
OLD = "score,anchor,n\n0,0,2\n1,0,7\n2,1,13\n3,1,8\n4,2,5\n"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = [tmp_path / "baru.csv", tmp_path / "lama.csv"]
    for path, text in zip(paths, (NEW, OLD), strict=True):
        path.write_text(text)
    return [str(path) for path in paths]


def run(*arguments):
    return CliRunner().invoke(items, ["equate", *arguments])


def test_random_groups_are_equated_by_their_counts(files):
    told = json.loads(run(*files, "--weights", "n", "--json").stdout)

    expected = equate([4, 9, 12, 6, 2], [2, 7, 13, 8, 5])
    assert told["method"] == "equipercentile"
    np.testing.assert_allclose([row["equivalent"] for row in told["scores"]], expected.equivalents, atol=1e-6)
    np.testing.assert_allclose([row["standard_error"] for row in told["scores"]], expected.standard_error, atol=1e-6)


def test_groups_with_common_items_are_equated_by_tucker(files):
    answer = run(*files, "--weights", "n", "--common", "anchor", "--json")

    told = json.loads(answer.stdout)
    assert told["method"] == "tucker"
    assert [row["score"] for row in told["scores"]] == [0, 1, 2, 3, 4]
    assert told["scores"][0]["standard_error"] is None


def test_lines_and_a_workbook_are_written(files, tmp_path):
    out = tmp_path / "setara.xlsx"

    answer = run(*files, "--weights", "n", "--smooth", "2", "--out", str(out))

    assert len([line for line in answer.stdout.splitlines() if line.strip()]) == 5
    assert out.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--score", "nilai"], "tidak mempunyai kolom «nilai»"),
        (["--method", "tucker"], "memerlukan --common"),
        (["--method", "linear", "--common", "anchor"], "memerlukan --common"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(files, options, sentence):
    answer = run(*files, *options)

    assert answer.exit_code == 1
    assert sentence in answer.stderr


def test_forms_without_spread_or_with_wild_scores_are_refused(files, tmp_path):
    flat, wild = tmp_path / "rata.csv", tmp_path / "liar.csv"
    flat.write_text("score\n3\n3\n3\n3\n")
    wild.write_text("score\n3\n900001\n")

    assert "tidak dapat disetarakan" in run(files[0], str(flat)).stderr
    assert run(files[0], str(wild)).exit_code == 1
