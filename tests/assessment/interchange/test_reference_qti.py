"""Scores that other QTI engines state for their own items: every one is compared, every difference has a reason."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from merit.assessment.domain.clones import clone_item, draw_values
from merit.assessment.domain.processing import ItemRecord, plain, run, run_test
from merit.assessment.domain.scoring import score_item
from merit.assessment.interchange import ReadItem, ReadResult, UnreadableError, read
from tests.assessment.interchange.reference import Tally, evaluate, item_of, results_of, texts

pytestmark = pytest.mark.unit
Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def data(shared: Path) -> Path:
    folder = shared / "data" / "items"
    if not folder.is_dir():
        pytest.skip("reference data absent: no items/ in the shared data")
    return folder


LOST = "the case states no response (point responses were not transcribed)"
ABSENT = "the result file named in the case is not in the data"
CITOLAB_DIFFERENCES = {
    "PositionObjectInteractionTests.cs::IMS_ExamplePositionObjectResponseProcessing_Correct 0": LOST,
    "PositionObjectInteractionTests.cs::IMS_ExamplePositionObjectProcessing_Partly_Correct 0": LOST,
    "SelectPointTests.cs::IMS_ExampleSelectPointResponseProcessing_Correct 0": LOST,
    "ChoiceInterationTests.cs::ChoiceInteraction_Multiple_Keys 0": ABSENT,
}


def test_citolab_scores(data: Path, record_property: Record):
    folder = data / "citolab-scoring-engine"
    tally = Tally("citolab-scoring-engine")
    for case in json.loads((folder / "EXPECTED_SCORES.json").read_text())["cases"]:
        found = item_of(folder / case["item"])
        path = folder / (case["assessmentResult"] or "-")
        result = results_of(path).get(found.identifier) if path.is_file() else None
        for place, vector in enumerate(case["vectors"]):
            responses = {**(result.responses if result else {}), **vector["responses"]}
            marked = result.outcomes if result and found.program and not found.program["rules"] else None

            def outcome(found=found, responses=responses, marked=marked, name=vector["outcome"]):
                return evaluate(found, responses, marked)[name]

            tally.compare(f"{case['test']} {place}", outcome, vector["expected"])

    tally.report(record_property, CITOLAB_DIFFERENCES)
    assert set(tally.differences) == set(CITOLAB_DIFFERENCES)
    assert tally.matched == 73


DIALECT = "not QTI: an element or form only PIE's player knows; unsupported by name"
NULLS = "QTI leaves NULL members of a container out; PIE's player makes the whole NULL"
CHANCE = "drawn by chance; their number comes from their own generator"
NAMED = "unregistered operator: unsupported by name, never NULL or 0"
MISUSED = "mapResponse where only an areaMapping is declared: unsupported by name, never 0"
NO_RULES = "no response processing at all: nothing says the score, so it is not 0"
ITEM_LEVEL = "a test's expression inside an item, which PIE's player rejects (their expected failure)"
INCLUDED = "xi:include of a file that is not there (their expected failure)"
PIE_DIFFERENCES = {
    "outcomeProcessing_outcomeMaximum 0": ITEM_LEVEL,
    "positionObject_mapResponse_wrong 0": MISUSED,
    "positionObject_mapResponse_wrong 1": MISUSED,
    "responseProcessing_customOperator 0": NAMED,
    "responseProcessing_inside_duration_statsOperator 0": NULLS,
    **{f"responseProcessing_lookupTable_interpolationTable {place}": DIALECT for place in range(4)},
    **{f"responseProcessing_lookupTable_matchTable {place}": DIALECT for place in range(3)},
    **{f"responseProcessing_mapOutcome_basic {place}": DIALECT for place in range(4)},
    "responseProcessing_misc_math_string_stats 0": DIALECT,
    **{f"responseProcessing_patternMatch_caseSensitive {place}": DIALECT for place in range(3)},
    **{f"responseProcessing_template_match_nothing {place}": DIALECT for place in range(2)},
    "responseProcessing_xiInclude 0": INCLUDED,
    "templateProcessing_templateConstraint 0": CHANCE,
    "template_randomInteger_printedVariable 0": NO_RULES,
}


def test_pie_conformance_cases(data: Path, record_property: Record):
    tally = Tally("pie-qti-conformance")
    for folder in sorted((data / "pie-qti-conformance").iterdir()):
        found = item_of(folder / "item.xml")
        for place, case in enumerate(json.loads((folder / "cases.json").read_text())["cases"]):
            expected = dict(case["expect"].get("outcomes", {}))
            if "score" in case["expect"]:
                expected["SCORE"] = case["expect"]["score"]

            def outcomes(found=found, responses=case["responses"]):
                return evaluate(found, responses)

            tally.compare(f"{folder.name} {place}", outcomes, expected)

    tally.report(record_property, PIE_DIFFERENCES)
    assert set(tally.differences) == set(PIE_DIFFERENCES)
    assert tally.matched == 127


NO_PACKAGE = "the package named in the case (Mock_test.zip) is not in the data"


def test_opal_results(data: Path, record_property: Record):
    """Items and whole tests, from real result files: the item's own variables and the test's outcome processing."""
    folder = data / "rqti"
    tally, skipped = Tally("rqti (OPAL/ONYX)"), []
    for case in json.loads((folder / "EXPECTED_SCORES_OPAL.json").read_text())["cases"]:
        path = data / case["file"]
        package = path.parent / case["test"][0]
        if not package.is_file():
            skipped.append(path.name)
            continue
        result = read(package)
        items = {found.identifier: found for found in result.items}
        for stated in case["items"]:

            def outcomes(found=items[stated["item"]], stated=stated):
                return evaluate(found, stated["responses"])

            expected = {name: values[0] for name, values in stated["outcomes"].items()}
            tally.compare(f"{path.name} {stated['item']}", outcomes, expected)
        expected = {name: values[0] for name, values in case["testOutcomes"].items()}
        tally.compare(f"{path.name} test", lambda case=case, result=result: test_outcomes(result, case), expected)

    tally.report(record_property, {})
    record_property("reference", f"  {len(skipped)} not compared: {NO_PACKAGE}")
    assert tally.differences == {}
    assert len(skipped) == 2
    assert tally.matched == 68


def test_outcomes(result: ReadResult, case: dict) -> dict:
    """Return the outcomes of a test from the responses of its items."""
    stated = {one["item"]: one["responses"] for one in case["items"]}
    (test,) = result.tests
    assert test.program is not None
    records = []
    for found in result.items:
        assert found.program is not None
        values = run(found.program, {name: texts(value) for name, value in stated[found.identifier].items()}).values
        records.append(ItemRecord(found.identifier, values, {}, weights={"": Fraction(1)}))
    return {name: plain(value) for name, value in run_test(test.program, records).items()}


test_outcomes.__test__ = False  # type: ignore[attr-defined]

KENNISNET_VERDICTS = {
    "complex-response-processing": ("adaptive",),
    "default-value-empty-value": ("MAXSCORE",),
    "default-value-without-value": ("MAXSCORE",),
    "default-value-wrong-tag": ("MAXSCORE",),
    "else-if-after-else": ("responseElseIf after responseElse",),
    "empty-correct-response-value": ("RESPONSE",),
    "non-existing-outcome": ("NON-EXISTING",),
    "number-comparison-expressions": ("textEntryInteraction (multiple)",),
    "wrong-expression-element": ("wrongElement",),
    "wrong-processing-element": ("wrongElement",),
}
ABOUT_FILES = {"items-medium-missing", "items-medium-foreign", "items-lost"}


def test_kennisnet_verdicts(data: Path, record_property: Record):
    """The verdict is in the name of the file: what is wrong is named, what is right is without a problem."""
    folder = data / "kennisnet-php-qti3" / "tests" / "Unit" / "AssessmentItem" / "Service" / "resources"
    verdicts = {}
    for path in sorted(folder.glob("*.xml")):
        found = item_of(path)
        names = tuple(
            str(one.details["name"])
            for one in found.problems
            if one.code not in ABOUT_FILES and one.details.get("name")
        )
        if names:
            verdicts[path.stem] = names
    packages = {path.name: read(path) for path in sorted((data / "kennisnet-php-qti3" / "fixtures").glob("*.zip"))}

    record_property("reference", f"kennisnet-php-qti3: {len(list(folder.glob('*.xml')))} edge cases as their names say")
    for name, result in packages.items():
        supported = sum(found.supported for found in result.items)
        record_property("reference", f"  {name}: {len(result.items)} items, {supported} supported")
    assert verdicts == KENNISNET_VERDICTS
    assert {name: len(result.items) for name, result in packages.items()} == {
        "no-max-score-all-items.zip": 10,
        "no-metadata.zip": 46,
    }


TAO_REFUSED = {
    "authoring/loadWrongQtiXml.xml": "items-xml-broken",
    "package/wrong/InvalidArchive.zip": "items-format-unknown",
    "package/wrong/MalformedItemXml.zip": "items-xml-broken",
    "package/wrong/MalformedManifest.zip": "items-manifest-broken",
    "package/wrong/WrongManifestFileItemHref.zip": "items-package-missing",
    "parser/wrong/package.zip": "items-manifest-absent",
}


def test_tao_verdicts(data: Path, record_property: Record):
    """Every package TAO refuses has a problem of the file here; every one it imports is read without."""
    folder = data / "tao-itemqti-samples"
    refused = {}
    for name in TAO_REFUSED:
        try:
            result = read(folder / name)
            refused[name] = result.problems[0].code if result.problems else ""
        except UnreadableError as error:
            refused[name] = error.reason
    imported = {path.name: read(path) for path in sorted((folder / "package" / "QTI").glob("*.zip"))}

    total = sum(len(result.items) for result in imported.values())
    record_property(
        "reference", f"tao-itemqti-samples: {len(refused)} refused, {len(imported)} packages of {total} items read"
    )
    assert refused == TAO_REFUSED
    assert all(result.items and not result.problems for result in imported.values())


def test_the_standard_templates_are_those_built_in(data: Path, record_property: Record):
    """The published templates, evaluated from their files, give what the built-in ones give."""
    from lxml import etree

    from merit.assessment.interchange.qti.programs import read_program
    from merit.assessment.interchange.qti.templates import template_form, template_rules

    declared = {
        "base": "identifier",
        "cardinality": "multiple",
        "correct": ["A", "B"],
        "mapping": {"entries": [{"key": "A", "value": "2", "case": True}], "default": "-1", "lower": "0"},
        "areas": {"entries": [{"shape": "rect", "coords": ["0", "0", "9", "9"], "value": "3"}]},
    }
    number = {"base": "float", "cardinality": "single"}
    outcomes = {
        "SCORE": number,
        "MAXSCORE": {**number, "default": ["2"]},
        "FEEDBACK": {"base": "identifier", "cardinality": "single"},
        "FEEDBACKBASIC": {"base": "identifier", "cardinality": "single"},
    }
    compared = 0
    for path in sorted((data / "pie-qti-rptemplates").glob("*.xml")):
        root = etree.Element("assessmentItem")
        root.append(etree.parse(str(path)).getroot())
        rules = read_program(root)["rules"]
        base = "point" if path.stem == "map_response_point" else "identifier"
        for given in ([], ["A"], ["A", "B"], ["C"], ["5 5"], ["20 5"]):
            shown = [
                {name: plain(value) for name, value in run(program, {"RESPONSE": given}).values.items()}
                for program in (
                    {"responses": {"RESPONSE": {**declared, "base": base}}, "outcomes": outcomes, "rules": either}
                    for either in (rules, template_rules(template_form(path.name), "RESPONSE"))
                )
            ]
            assert shown[0] == shown[1], (path.name, given)
            compared += 1

    record_property(
        "reference", f"pie-qti-rptemplates: {compared} of {compared} evaluations equal the built-in templates"
    )
    assert compared == 30


ADAPTIVE = "adaptive: several attempts, each answered by feedback"
UNSCORED = "no response processing: nothing says how it is scored"
WORTHLESS = "no right answer: nothing says what it is worth"
SILENT = "it draws but asks nothing"
TEMPLATED_LEFT = {
    "instructure-qti Example03-feedbackBlock-solution": ADAPTIVE,
    "instructure-qti Example04-feedbackBlock-templateBlock": ADAPTIVE,
    "pie-qti-conformance template-example": UNSCORED,
    "pie-qti-conformance templateConstraint-example": SILENT,
    "pie-qti-conformance templateProcessing_exitTemplate": WORTHLESS,
    "pie-qti-conformance templateProcessing_templateCondition_toBoolean": SILENT,
    "tao-itemqti-samples Example03-feedbackBlock-solution": ADAPTIVE,
    "tao-itemqti-samples Example04-feedbackBlock-templateBlock": ADAPTIVE,
}


def test_templated_items_are_drawn_and_their_right_answers_earn_everything(data: Path, record_property: Record):
    """Every item with template processing: given and scored with what was drawn, or left with its reason."""
    drawn, left = 0, []
    for path in sorted(data.rglob("*.xml")):
        if b"emplateProcessing" not in path.read_bytes() or path.name == "assessment.xml":
            continue
        found = item_of(path)
        if not found.supported:
            left.append(f"{path.relative_to(data).parts[0]} {found.identifier}")
            continue
        drawn += 1
        for number in range(20):
            drawing = draw_values(found.content, found.key, seed=str(number))
            content, key = clone_item(found.content, found.key, drawing)
            assert "data-variable" not in content.model_dump_json()
            assert score_item(content, key, drawing["corrects"]).points == found.max_score, (path, number)

    record_property("reference", f"items with template processing: {drawn} of {drawn + len(left)} can be given")
    for reason, count in Counter(TEMPLATED_LEFT[name] for name in left).items():
        record_property("reference", f"  {count} left: {reason}")
    assert set(left) == set(TEMPLATED_LEFT)
    assert (drawn, len(left)) == (4, 10)


def answers_for(found: ReadItem, chance: random.Random) -> dict[str, list[str]]:
    """Return a response such as a candidate could give, now and then a right or a strange one."""
    given: dict[str, list[str]] = {}
    assert found.content is not None
    for interaction in found.content.interactions:
        correct = list(found.correct.get(interaction.id, ()))
        groups = [[one.id for one in getattr(interaction, name, ())] for name in ("choices", "spots")]
        pool = [one for group in groups for one in group]
        pool += [
            f"{source.id} {target.id}"
            for source in getattr(interaction, "sources", ())
            for target in getattr(interaction, "targets", ())
        ]
        pool += [f"{chance.randrange(300)} {chance.randrange(300)}"] if interaction.kind == "hotspot" else []
        typed = [*correct, "salah", "12"] if interaction.kind in {"text_entry", "slider"} else []
        choices = [
            correct,
            [],
            chance.sample(pool, min(len(pool), chance.randrange(4))),
            typed and [chance.choice(typed)],
        ]
        given[interaction.id] = list(chance.choice([one for one in choices if isinstance(one, list)]))
        single = interaction.kind in {"text_entry", "slider", "inline_choice"} or getattr(interaction, "most", 0) == 1
        given[interaction.id] = given[interaction.id][:1] if single else given[interaction.id]
    return given


def test_rules_of_the_bank_score_as_the_program_they_replace(data: Path, record_property: Record):
    """Wherever a program became a rule of the bank, both give the same points, over all the data."""
    chance = random.Random(2026)
    compared = items = 0
    for path in sorted(data.rglob("*")):
        if path.suffix not in {".xml", ".zip"} or not path.is_file():
            continue
        try:
            result = read(path, folder=data)
        except UnreadableError:
            continue
        for found in result.items:
            if not (found.supported and found.program and found.program["rules"]) or found.key.processing is not None:
                continue
            items += 1
            for _turn in range(12):
                given = answers_for(found, chance)
                program = plain(run(found.program, given).values["SCORE"])
                rules = score_item(found.content, found.key, given).points
                assert rules == max(min(program, found.key.maximum), program if program < 0 else Decimal(0)), (
                    path,
                    given,
                )
                compared += 1

    record_property("reference", f"rules of the bank against programs: {items} items, {compared} responses, all equal")
    assert items > 100


def test_every_folder_can_be_checked(data: Path, record_property: Record):
    """``merit items check`` over all the data: exit code 0, one JSON document, nothing dropped without a word."""
    from click.testing import CliRunner

    from merit.cli import cli

    for folder in sorted(path for path in data.iterdir() if path.is_dir()):
        result = CliRunner().invoke(cli, ["items", "check", str(folder), "--json"])
        assert result.exit_code == 0, (folder, result.stderr)
        answer = json.loads(result.stdout)
        supported = sum(one["supported"] for one in answer["items"])
        silent = [one["identifier"] for one in answer["items"] if not one["supported"] and not one["problems"]]
        record_property("reference", f"{folder.name}: {len(answer['items'])} items read, {supported} supported")
        assert silent == []
