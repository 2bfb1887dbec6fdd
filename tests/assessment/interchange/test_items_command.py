"""``merit items check`` and ``score``: JSON and nothing else on stdout, a sentence on stderr, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from merit.cli import cli
from tests.assessment.interchange.qti_samples import QTI3, declaration, item, manifest, pack, write
from tests.assessment.template_samples import item_xml

pytestmark = pytest.mark.unit


def merit(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(cli, ["items", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def score(path: Path, responses: Any, *more: str, identifier: str = "butir-1") -> Result:
    return merit("score", path, "--item", identifier, "--responses", json.dumps(responses), *more)


def test_check_answers_in_json(tmp_path: Path):
    result = merit("check", write(tmp_path, item()), "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "items": [
            {
                "identifier": "butir-1",
                "type": "choice",
                "supported": True,
                "max_score": 1,
                "correct": {"RESPONSE": ["A"]},
                "problems": [],
            }
        ],
        "problems": [],
    }
    assert result.stderr == ""


def test_check_in_words(tmp_path: Path):
    path = pack(tmp_path / "p.zip", {"imsmanifest.xml": manifest("a.xml", "b.xml"), "a.xml": item(), "b.xml": QTI3})
    result = merit("check", path)

    assert result.exit_code == 0
    assert "butir-1: choice, maksimum 1, didukung\n  RESPONSE = A" in result.stdout
    assert "2 butir terbaca, 2 dapat diujikan." in result.stdout


def test_problems_of_items_do_not_fail_the_check(tmp_path: Path):
    result = merit("check", write(tmp_path, item('<uploadInteraction responseIdentifier="RESPONSE"/>')), "--json")
    (found,) = json.loads(result.stdout)["items"]

    assert result.exit_code == 0
    assert (found["supported"], found["type"]) == (False, "uploadInteraction")
    assert [(one["code"], one["name"]) for one in found["problems"]] == [("items-unsupported", "uploadInteraction")]
    assert "uploadInteraction" in found["problems"][0]["message"]


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path):
    result = merit("check", write(tmp_path, b"\x7fELF\x02\x01"), "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["items"] == []
    assert json.loads(result.stdout)["problems"][0]["code"] == "items-format-unknown"
    assert "Format berkas butir.xml tidak dikenal" in result.stderr
    assert merit("check", tmp_path / "tidak-ada.xml").exit_code == 1


def test_a_folder_is_read_file_by_file(tmp_path: Path):
    write(tmp_path, item(identifier="satu"), "1.xml")
    write(tmp_path, "<assessmentItem", "2.xml")
    (tmp_path / "dalam").mkdir()
    write(tmp_path / "dalam", QTI3, "3.xml")
    result = merit("check", tmp_path, "--json")
    answer = json.loads(result.stdout)

    assert result.exit_code == 0
    assert [one["identifier"] for one in answer["items"]] == ["satu", "tiga"]
    assert [(one["code"], one["where"]) for one in answer["problems"]] == [("items-xml-broken", "2.xml")]


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ({"RESPONSE": ["H", "O"]}, 2),
        ({"RESPONSE": ["H", "H", "H"]}, 1),
        ({"RESPONSE": "O"}, 1),
        ({"RESPONSE": ["N", "O"]}, 0),
        ({"RESPONSE": []}, 0),
        ({"RESPONSE": None}, 0),
        ({}, 0),
    ],
)
def test_score_answers_in_json(tmp_path: Path, responses: Any, expected: float):
    result = score(write(tmp_path, QTI3), responses, "--json", identifier="tiga")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"SCORE": expected, "MAXSCORE": 2}


def test_score_of_points_and_fractions(tmp_path: Path):
    areas = (
        '<areaMapping defaultValue="0"><areaMapEntry shape="circle" coords="10,10,5" mappedValue="0.5"/></areaMapping>'
    )
    declared = declaration("10 10", cardinality="multiple", base="point", inside=areas)
    template = (
        '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/map_response_point"/>'
    )
    path = write(tmp_path, item("<p>Tunjuk.</p>", declared=declared, processing=template))

    assert json.loads(score(path, {"RESPONSE": ["12 12"]}, "--json").stdout) == {"SCORE": 0.5, "MAXSCORE": 0.5}
    assert json.loads(score(path, {"RESPONSE": [[12, 12]]}, "--json").stdout)["SCORE"] == 0.5
    assert score(path, {"RESPONSE": ["90 90"]}).stdout == "SCORE = 0\nMAXSCORE = 0.5\n"


def test_all_outcomes_when_asked(tmp_path: Path):
    outcomes = (
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        '<outcomeDeclaration identifier="UMPAN" cardinality="single" baseType="identifier"/>'
    )
    processing = (
        '<responseProcessing><setOutcomeValue identifier="UMPAN"><variable identifier="RESPONSE"/></setOutcomeValue>'
        "</responseProcessing>"
    )
    path = write(tmp_path, item(outcomes=outcomes, processing=processing))

    assert json.loads(score(path, {"RESPONSE": "B"}, "--json", "--outcomes").stdout) == {
        "SCORE": 0,
        "MAXSCORE": None,
        "UMPAN": "B",
    }


def test_what_a_templated_item_draws_is_shown_when_asked(tmp_path: Path):
    path = write(tmp_path, item_xml())
    drawn = json.loads(score(path, {}, "--json", "--outcomes", "--seed", "7", identifier="jumlah").stdout)

    right = score(path, {"RESPONSE": drawn["TOTAL"]}, "--json", "--seed", "7", identifier="jumlah")

    assert int(drawn["A"][0]) + int(drawn["B"][0]) == int(drawn["TOTAL"][0])
    assert json.loads(right.stdout) == {"SCORE": 1, "MAXSCORE": 1}


@pytest.mark.parametrize(
    ("path_text", "name"),
    [
        (
            item(
                processing='<responseProcessing><setOutcomeValue identifier="SCORE"><customOperator class="a.B"/>'
                "</setOutcomeValue></responseProcessing>"
            ),
            "customOperator a.B",
        ),
        (item(processing='<responseProcessing template="http://example.org/x"/>'), "template http://example.org/x"),
    ],
)
def test_what_cannot_be_scored_is_named_and_fails(tmp_path: Path, path_text: str, name: str):
    result = score(write(tmp_path, path_text), {"RESPONSE": ["A"]}, "--json")

    assert (result.exit_code, result.stdout) == (1, "")
    assert name in result.stderr


def test_wrong_use_is_told(tmp_path: Path):
    path = write(tmp_path, item())

    assert score(path, {}, identifier="lain").exit_code == 1
    assert "Tidak ada butir lain" in score(path, {}, identifier="lain").stderr
    assert score(path, ["A"]).exit_code == 1
    assert "objek JSON" in score(path, ["A"]).stderr
