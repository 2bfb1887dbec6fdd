"""Templated items: drawn the same again, printed, scored with what was drawn."""

import re
from fractions import Fraction

import pytest

from merit.assessment.domain.clones import (
    CloneError,
    CloneProblem,
    clone_item,
    clone_seed,
    draw_values,
    drawing_of,
    drawing_text,
    find_clone_problem,
    is_templated,
    unknown_variables,
)
from merit.assessment.domain.items import ItemContent, ItemKey
from merit.assessment.domain.printing import MissingValueError, print_value, printed, variables_in
from merit.assessment.domain.processing.values import Value
from merit.assessment.domain.richtext import clean
from merit.assessment.domain.scoring import Outcome, score_item
from tests.assessment.template_samples import item_xml, read_text, sum_item

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def item(tmp_path_factory):
    return sum_item(tmp_path_factory.mktemp("butir"))


def drawn_numbers(drawing):
    return [int(drawing["templates"][name][0]) for name in ("A", "B", "TOTAL")]


def test_the_same_seed_draws_the_same_and_others_differ(item):
    drawings = [drawing_text(draw_values(*item, seed=clone_seed(b"rahasia", f"S-1/P-{n}/7"))) for n in range(20)]

    assert drawings[3] == drawing_text(draw_values(*item, seed=clone_seed(b"rahasia", "S-1/P-3/7")))
    assert len(set(drawings)) == 20
    assert clone_seed(b"lain", "S-1/P-3/7") != clone_seed(b"rahasia", "S-1/P-3/7")


def test_a_draw_is_written_down_once_and_for_all(item):
    """Another version of the programme must draw the same: a sealed paper can be checked years later."""
    assert drawn_numbers(draw_values(*item, seed="tetap")) == [44, 74, 118]


def test_values_stand_in_the_text_and_score_the_answer(item):
    for number in range(12):
        drawing = draw_values(*item, seed=str(number))
        first, second, total = drawn_numbers(drawing)
        content, key = clone_item(*item, drawing_of(drawing_text(drawing)))

        assert first + second == total
        assert first != second
        assert f"melayani {first} orang" in content.body
        assert f"<mn>{first}</mn><mo>+</mo><mi>x</mi>" in content.body
        assert ("Ramai sekali." in content.body) == (total > 90)
        assert "data-variable" not in content.body
        assert "data-template" not in content.body
        assert score_item(content, key, {"RESPONSE": [str(total)]}).points == 1
        assert score_item(content, key, {"RESPONSE": [str(total + 1)]}).points == 0
        assert score_item(content, key, {"RESPONSE": []}).outcome is Outcome.BLANK


def test_a_clone_draws_nothing_and_the_original_stays(item):
    content, key = item
    _content, clone = clone_item(content, key, draw_values(content, key, seed="1"))

    assert is_templated(key)
    assert clone.processing["template_rules"] == []
    assert key.processing["template_rules"]
    assert variables_in(content) == {"A", "B", "SIZE"}
    assert "{A}" in content.body


NEVER = """<templateDeclaration identifier="A" cardinality="single" baseType="integer"/>
<templateProcessing><setTemplateValue identifier="A"><randomInteger min="1" max="3"/></setTemplateValue>
<templateConstraint><gt><variable identifier="A"/><baseValue baseType="integer">3</baseValue></gt></templateConstraint>
<setCorrectResponse identifier="RESPONSE"><variable identifier="A"/></setCorrectResponse></templateProcessing>"""
NO_VALUE = """<templateDeclaration identifier="A" cardinality="single" baseType="integer"/>
<templateProcessing><setCorrectResponse identifier="RESPONSE"><baseValue baseType="integer">1</baseValue>
</setCorrectResponse></templateProcessing>"""
NO_CORRECT = """<templateDeclaration identifier="A" cardinality="single" baseType="integer">
<defaultValue><value>1</value></defaultValue></templateDeclaration>
<templateProcessing><setCorrectResponse identifier="RESPONSE"><divide>
<baseValue baseType="integer">1</baseValue><baseValue baseType="integer">0</baseValue></divide>
</setCorrectResponse></templateProcessing>"""
PRINTED = '<p><printedVariable identifier="A"/> <textEntryInteraction responseIdentifier="RESPONSE"/></p>'


@pytest.mark.parametrize(
    ("declarations", "problem"),
    [
        (NEVER, CloneProblem.CONSTRAINT),
        (NO_VALUE, CloneProblem.VALUE),
        (NO_CORRECT, CloneProblem.CORRECT),
    ],
)
def test_what_cannot_be_drawn_is_named(tmp_path, declarations, problem):
    maximum = '<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float"><defaultValue>'
    maximum += "<value>1</value></defaultValue></outcomeDeclaration>"
    found = read_text(tmp_path, item_xml(declarations=maximum + declarations, question=PRINTED))

    assert not found.supported
    assert problem in {one.code for one in found.problems}


def test_a_draw_that_fails_raises(item):
    content, key = item
    broken = ItemKey.model_validate(
        {**key.model_dump(), "processing": {**key.processing, "template_rules": [{"op": "madeUp"}]}}
    )

    with pytest.raises(CloneError) as refusal:
        draw_values(content, broken, seed="1")

    assert (refusal.value.problem, refusal.value.name) == (CloneProblem.UNSUPPORTED, "madeUp")
    assert find_clone_problem(content, broken) is not None
    assert find_clone_problem(content, ItemKey(maximum=1)) is None


def test_marks_nobody_declared_are_found():
    content = ItemContent(body='<p>Umur <span data-variable="X">{X}</span></p>')

    assert unknown_variables(content, ItemKey(maximum=1)) == {"X"}
    with pytest.raises(MissingValueError):
        printed(content, {})


def number_value(text, base="float"):
    return Value(base, "single", (Fraction(text),))


@pytest.mark.parametrize(
    ("value", "mark", "language", "shown"),
    [
        (number_value("7", "integer"), {}, "id", "7"),
        (number_value("-7", "integer"), {"data-base": "2"}, "id", "-111"),
        (number_value("2.5"), {}, "id", "2,5"),
        (number_value("2.5"), {}, "en", "2.5"),
        (number_value("2.345"), {"data-format": "%.2f"}, "en", "2.35"),
        (number_value("-0.125"), {"data-format": "%.2f"}, "en", "-0.13"),
        (number_value("7"), {"data-format": "%03i"}, "en", "007"),
        (number_value("2.5"), {"data-format": "%d"}, "en", "3"),
        (number_value("7"), {"data-format": "%+i"}, "en", "+7"),
        (number_value("1500"), {"data-format": "%.1e"}, "en", "1.5e+3"),
        (number_value("1500"), {"data-format": "%.1e", "data-power": "true"}, "id", "1,5 × 10<sup>3</sup>"),
        (number_value("255", "integer"), {"data-format": "%X"}, "en", "FF"),
        (number_value("0.1"), {"data-format": "%g"}, "en", "0.1"),
        (Value("string", "single", ("<b>&",)), {}, "id", "&lt;b&gt;&amp;"),
        (Value("integer", "ordered", (Fraction(3), Fraction(-4))), {}, "id", "3; -4"),
        (Value("integer", "ordered", (Fraction(3), Fraction(-4))), {"data-delimiter": " < "}, "id", "3 &lt; -4"),
        (Value("integer", "ordered", (Fraction(3), Fraction(-4))), {"data-index": "2"}, "id", "-4"),
        (Value("integer", "ordered", (Fraction(3), Fraction(-4))), {"data-index": "N"}, "id", "3"),
    ],
)
def test_values_are_printed(value, mark, language, shown):
    mark = {"data-variable": "X", **mark}

    assert print_value(value, mark, {"N": number_value("1", "integer")}, language=language) == shown


def test_an_index_outside_the_container_is_a_missing_value():
    with pytest.raises(MissingValueError):
        print_value(number_value("1"), {"data-variable": "X", "data-index": "2"}, {}, language="id")


def test_marks_survive_cleaning_and_nothing_else_comes_with_them():
    text = (
        '<p><span data-variable="A" data-format="%.1f" onclick="x()">{A}</span>'
        '<div data-template="T" data-identifier="a&amp;b" data-show="hide">x<br>&nbsp;<img alt="y"></div></p>'
    )

    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert "onclick" not in cleaned
    content = printed(
        ItemContent(body=cleaned), {"A": number_value("1.25"), "T": Value("identifier", "single", ("c",))}
    )
    assert re.sub(r"\s+", " ", content.body.replace("\xa0", " ").replace("&nbsp;", " ")) == (
        '<p>1,3</p><div>x<br> <img alt="y"></div><p></p>'
    )
    hidden = printed(ItemContent(body=cleaned), {"A": number_value("1"), "T": Value("identifier", "single", ("a&b",))})
    assert hidden.body == "<p>1,0</p><p></p>"
