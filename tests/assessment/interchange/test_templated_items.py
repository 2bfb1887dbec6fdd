"""Templated items out and in again: QTI 3.0 keeps what is drawn, printed and shown."""

import zipfile
from pathlib import Path

import pytest
from lxml import etree

from merit.assessment.domain.clones import clone_item, draw_values
from merit.assessment.domain.scoring import score_item
from merit.assessment.interchange import read
from merit.assessment.interchange.export_items import ExportItem
from merit.assessment.interchange.export_package import write_package
from merit.assessment.interchange.export_qti import write_item
from tests.assessment.template_samples import QUESTION, item_xml, read_text, sum_item

pytestmark = pytest.mark.unit


def test_the_document_alone_draws_shows_and_scores_the_same(tmp_path: Path):
    content, key = sum_item(tmp_path)
    path = tmp_path / "keluar.xml"
    path.write_bytes(write_item("JUMLAH", content, key, {}))

    (again,) = read(path).items

    names = {etree.QName(one).localname for one in etree.parse(str(path)).iter() if isinstance(one.tag, str)}
    assert {"qti-template-declaration", "qti-template-processing", "qti-printed-variable"} <= names
    assert {"qti-template-block", "qti-template-condition", "qti-template-if"} <= names
    assert again.supported
    for number in range(6):
        ours, theirs = (
            clone_item(*item, draw_values(*item, seed=str(number)))
            for item in ((content, key), (again.content, again.key))
        )
        total = draw_values(content, key, seed=str(number))["templates"]["TOTAL"]
        assert theirs[0].body == ours[0].body
        assert score_item(*theirs, {"RESPONSE": total}).points == 1


def test_the_package_keeps_the_item_byte_for_byte(tmp_path: Path):
    content, key = sum_item(tmp_path)
    path = tmp_path / "paket.zip"
    path.write_bytes(write_package([ExportItem(code="JUMLAH", content=content, key=key)]))

    (again,) = read(path).items

    assert (again.content, again.key, again.problems) == (content, key, ())
    with zipfile.ZipFile(path) as archive:
        assert b"qti-template-processing" in archive.read("items/JUMLAH.xml")


CHOICE = '<choiceInteraction responseIdentifier="RESPONSE"{}><simpleChoice identifier="x"{}>x</simpleChoice>'
CHOICE += "</choiceInteraction>"
BLOCK = '<templateBlock templateIdentifier="SIZE" identifier="x" showHide="show">'
BLOCK += '<p><textEntryInteraction responseIdentifier="RESPONSE"/></p></templateBlock>'


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ('<printedVariable identifier="LAIN"/>', "printedVariable LAIN"),
        ('<printedVariable identifier="A" format="%q"/>', "printedVariable format %q"),
        (BLOCK, "templateBlock (interaction)"),
        (CHOICE.format(' maxChoices="A"', ""), "choiceInteraction maxChoices"),
        (CHOICE.format("", ' templateIdentifier="SIZE" showHide="show"'), "simpleChoice templateIdentifier"),
    ],
)
def test_what_a_variable_cannot_do_here_is_named(tmp_path: Path, question: str, name: str):
    found = read_text(tmp_path, item_xml(question=question))

    assert not found.supported
    assert name in {one.details.get("name") for one in found.problems}


def test_every_printed_value_is_drawn_for_an_essay_too(tmp_path: Path):
    essay = QUESTION.replace("textEntryInteraction", "extendedTextInteraction")
    found = read_text(
        tmp_path, item_xml(question=essay, processing="").replace('baseType="integer"/>', 'baseType="string"/>', 1)
    )

    content, key = clone_item(found.content, found.key, draw_values(found.content, found.key, seed="1"))

    assert "data-variable" not in content.body
    assert key.processing is None
    assert score_item(content, key, {"RESPONSE": ["Uraian"]}).outcome == "to_mark"
    assert score_item(content, key, {"RESPONSE": []}).points == 0


CALCULATED = """<?xml version="1.0" encoding="UTF-8"?>
<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><item ident="rumus" title="Rumus">
<itemmetadata><qtimetadata>
<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>calculated_question</fieldentry></qtimetadatafield>
<qtimetadatafield><fieldlabel>points_possible</fieldlabel><fieldentry>2</fieldentry></qtimetadatafield>
</qtimetadata></itemmetadata>
<presentation><material>
<mattext texttype="text/html">&lt;p title="[x]"&gt;Hitung [x] × [y] + [z].&lt;/p&gt;</mattext></material>
<response_str ident="response1" rcardinality="Single"><render_fib fibtype="Decimal"><response_label ident="answer1"/>
</render_fib></response_str></presentation>
<itemproc_extension><calculated><answer_tolerance>TOLERANCE</answer_tolerance>
<vars><var name="x" scale="0"/><var name="y" scale="1"/></vars><var_sets>SETS</var_sets>
</calculated></itemproc_extension>
</item></questestinterop>"""


def calculated(tolerance: str, *sets: tuple[str, str, str]) -> str:
    written = "".join(
        f'<var_set ident="{at}"><var name="x">{x}</var><var name="y">{y}</var><answer>{answer}</answer></var_set>'
        for at, (x, y, answer) in enumerate(sets)
    )
    return CALCULATED.replace("TOLERANCE", tolerance).replace("SETS", written)


@pytest.mark.parametrize(("tolerance", "near", "far"), [("0.5", "0.4", "0.6"), ("10%", "1.9", "2.1")])
def test_sets_of_numbers_are_drawn_with_their_answers(tmp_path: Path, tolerance: str, near: str, far: str):
    sets = (("5.0", "4", "20"), ("3.0", "2.5", "20"))
    found = read_text(tmp_path, calculated(tolerance, *sets))

    seen = set()
    for number in range(8):
        drawing = draw_values(found.content, found.key, seed=str(number))
        content, key = clone_item(found.content, found.key, drawing)
        seen.add(content.body.split("<p><span")[0])
        for answer, points in (("20", 2), (f"{20 + float(near):g}", 2), (f"{20 + float(far):g}", 0)):
            assert score_item(content, key, {"response1": [answer]}).points == points

    assert (found.supported, found.type, found.max_score) == (True, "numeric_entry", 2)
    assert seen == {'<p title="[x]">Hitung 5 × 4,0 + [z].</p>', '<p title="[x]">Hitung 3 × 2,5 + [z].</p>'}


@pytest.mark.parametrize("sets", [(), (("5", "4", "dua puluh"),), (("5", "", "20"),)])
def test_sets_that_say_nothing_keep_the_question_from_being_given(
    tmp_path: Path, sets: tuple[tuple[str, str, str], ...]
):
    found = read_text(tmp_path, calculated("0", *sets))

    assert not found.supported
    assert found.problems
