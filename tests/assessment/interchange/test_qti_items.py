"""Items of QTI become contents and keys of the bank; what cannot is named."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from merit.assessment.domain.items import (
    ChoiceInteraction,
    EssayKey,
    HotspotInteraction,
    MapKey,
    MatchInteraction,
    MatchKey,
    NumericKey,
    TextEntryInteraction,
)
from merit.assessment.domain.scoring import score_item
from merit.assessment.interchange import ReadItem, read
from tests.assessment.interchange.qti_samples import (
    CHOICE_BODY,
    MAP_RESPONSE,
    MATCH_CORRECT,
    PIXEL,
    QTI3,
    SCORE,
    declaration,
    item,
    pack,
    write,
)

pytestmark = pytest.mark.unit


def read_one(folder: Path, text: str | bytes) -> ReadItem:
    (found,) = read(write(folder, text)).items
    return found


def named(found: ReadItem, code: str = "items-unsupported") -> list[str]:
    return [problem.details["name"] for problem in found.problems if problem.code == code]


@pytest.mark.parametrize("version", ["2.0", "2.1", "2.2"])
def test_a_single_choice_becomes_a_rule_of_the_bank(tmp_path: Path, version: str):
    found = read_one(tmp_path, item(version=version))

    assert (found.identifier, found.type, found.supported, found.max_score) == ("butir-1", "choice", True, 1)
    assert found.correct == {"RESPONSE": ["A"]}
    assert found.problems == ()
    assert found.key is not None
    assert found.key.responses == {"RESPONSE": MatchKey(correct=("A",))}
    assert found.key.processing is None
    assert found.content is not None
    assert found.content.body == '<p>Ibu kota?</p><div data-response="RESPONSE"></div>'
    (interaction,) = found.content.interactions
    assert isinstance(interaction, ChoiceInteraction)
    assert [choice.html for choice in interaction.choices] == ["Pilihan A", "Pilihan B", "Pilihan C"]


def test_qti_3_with_mapping_ruby_and_language(tmp_path: Path):
    found = read_one(tmp_path, QTI3)

    assert (found.type, found.max_score, found.tags) == ("multiple_choice", 2, {"language": "id"})
    assert found.key is not None
    assert found.content is not None
    rule = found.key.responses["RESPONSE"]
    assert isinstance(rule, MapKey)
    assert (rule.default, rule.lower, rule.upper) == (Decimal(-2), Decimal(0), Decimal(2))
    (interaction,) = found.content.interactions
    assert isinstance(interaction, ChoiceInteraction)
    assert interaction.prompt == "Unsur <ruby>air<rt>H2O</rt></ruby>?"
    assert (interaction.most, interaction.shuffle, interaction.choices[2].fixed) == (0, True, True)
    scores = [score_item(found.content, found.key, {"RESPONSE": given}).points for given in (["H"], ["H", "O"], ["N"])]
    assert scores == [1, 2, 0]


@pytest.mark.parametrize(
    "address",
    [
        "http://www.imsglobal.org/question/qti_v2p0/rptemplates/match_correct",
        "http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct.xml",
        "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml",
        "/templates/RPTEMPLATES/match_correct.xml",
    ],
)
def test_templates_are_known_by_any_address(tmp_path: Path, address: str):
    found = read_one(tmp_path, item(processing=f'<responseProcessing template="{address}"/>'))

    assert found.supported
    assert found.max_score == 1


def test_an_unknown_template_is_named(tmp_path: Path):
    found = read_one(tmp_path, item(processing='<responseProcessing template="http://example.org/own"/>'))

    assert not found.supported
    assert named(found) == ["template http://example.org/own"]


def test_rules_written_out_like_a_template_become_a_rule_of_the_bank(tmp_path: Path):
    processing = """<responseProcessing><responseCondition><responseIf>
      <match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
      <setOutcomeValue identifier="SCORE"><baseValue baseType="integer">1.0</baseValue></setOutcomeValue>
      </responseIf><responseElse>
      <setOutcomeValue identifier="SCORE"><baseValue baseType="float">0</baseValue></setOutcomeValue>
      </responseElse></responseCondition></responseProcessing>"""
    found = read_one(tmp_path, item(processing=processing))

    assert found.key is not None
    assert found.key.processing is None
    assert found.key.responses == {"RESPONSE": MatchKey(correct=("A",))}


def test_other_rules_stay_a_program(tmp_path: Path):
    processing = """<responseProcessing><setOutcomeValue identifier="SCORE"><sum>
      <mapResponse identifier="RESPONSE"/><baseValue baseType="float">1</baseValue></sum>
      </setOutcomeValue></responseProcessing>"""
    mapping = '<mapping><mapEntry mapKey="A" mappedValue="2"/></mapping>'
    found = read_one(tmp_path, item(declared=declaration(inside=mapping), processing=processing))

    assert found.content is not None
    assert found.key is not None
    assert found.key.processing == found.program
    assert found.max_score == 3
    assert score_item(found.content, found.key, {"RESPONSE": ["A"]}).points == 3
    assert score_item(found.content, found.key, {"RESPONSE": ["B"]}).points == 1


def test_numbers_and_texts(tmp_path: Path):
    body = '<p>Hasil <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="4"/> meter</p>'
    number = read_one(tmp_path, item(body, declared=declaration("0.5", base="float")))
    text = read_one(tmp_path, item(body, declared=declaration("York", base="string")))

    assert (number.type, text.type) == ("numeric", "text_entry")
    assert number.key is not None
    assert number.key.responses == {"RESPONSE": NumericKey(value=Decimal("0.5"))}
    assert number.content is not None
    assert number.content.interactions == (TextEntryInteraction(id="RESPONSE", numeric=True, expected_length=4),)
    assert number.content.body == '<p>Hasil <span data-response="RESPONSE"></span> meter</p>'


def test_whitespace_in_pairs_means_nothing(tmp_path: Path):
    def match_set(letters: str) -> str:
        tag = "simpleAssociableChoice"
        choices = (f'<{tag} identifier="{one}" matchMax="1">{one}</{tag}>' for one in letters)
        return f"<simpleMatchSet>{''.join(choices)}</simpleMatchSet>"

    sets = match_set("AB") + match_set("XY")
    body = f'<matchInteraction responseIdentifier="RESPONSE" maxAssociations="2">{sets}</matchInteraction>'
    declared = declaration("A     X|B\n Y", cardinality="multiple", base="directedPair")
    found = read_one(tmp_path, item(body, declared=declared))

    assert found.correct == {"RESPONSE": ["A X", "B Y"]}
    assert found.content is not None
    assert found.key is not None
    assert score_item(found.content, found.key, {"RESPONSE": ["B Y", "A    X"]}).points == 1
    assert score_item(found.content, found.key, {"RESPONSE": ["X A", "B Y"]}).points == 0


def test_gaps_become_numbers_to_match(tmp_path: Path):
    body = """<gapMatchInteraction responseIdentifier="RESPONSE"><prompt>Isilah.</prompt>
      <gapText identifier="W" matchMax="1">dingin</gapText><gapText identifier="S" matchMax="1">panas</gapText>
      <p>Es itu <gap identifier="G1"/>, api itu <gap identifier="G2"/>.</p></gapMatchInteraction>"""
    found = read_one(
        tmp_path, item(body, declared=declaration("W G1|S G2", cardinality="multiple", base="directedPair"))
    )

    assert found.content is not None
    (interaction,) = found.content.interactions
    assert isinstance(interaction, MatchInteraction)
    assert interaction.prompt == "Isilah.<p>Es itu  <b>(1)</b> , api itu  <b>(2)</b> .</p>"
    assert [(target.id, target.html) for target in interaction.targets] == [("G1", "(1)"), ("G2", "(2)")]


def test_pictures_are_kept_by_their_digest(tmp_path: Path):
    body = """<hotspotInteraction responseIdentifier="RESPONSE" maxChoices="1">
      <object type="image/png" data="../gambar/peta%20kota.png" width="100" height="80">Peta</object>
      <hotspotChoice identifier="A" shape="circle" coords="10,20,5"/></hotspotInteraction>"""
    package = pack(tmp_path / "paket.zip", {"soal/butir.xml": item(body), "gambar/peta kota.png": PIXEL})
    (found,) = read(package).items

    assert found.content is not None
    (interaction,) = found.content.interactions
    assert isinstance(interaction, HotspotInteraction)
    (digest,) = found.media
    assert found.media[digest] == PIXEL
    assert found.media_names == {digest: "peta kota.png"}
    assert (interaction.image, interaction.width, interaction.height) == (f"media:{digest}", 100, 80)
    assert interaction.spots[0].area.coords == (10, 20, 5)


def test_pictures_that_are_missing_or_elsewhere_are_named(tmp_path: Path):
    body = '<p><img src="tidak-ada.png" alt="x"/><img src="https://example.org/a.png" alt="y"/></p>' + CHOICE_BODY
    found = read_one(tmp_path, item(body))

    assert named(found, "items-medium-missing") == ["tidak-ada.png"]
    assert named(found, "items-medium-foreign") == ["https://example.org/a.png"]
    assert found.content is not None
    assert "example.org" not in found.content.body


def test_essays_go_to_people_with_their_rubric(tmp_path: Path):
    body = """<extendedTextInteraction responseIdentifier="RESPONSE" expectedLines="4"><prompt>Jelaskan.</prompt>
      </extendedTextInteraction><rubricBlock view="scorer"><p>Sebut dua alasan.</p></rubricBlock>"""
    outcomes = SCORE.replace('"float"/>', '"float" normalMaximum="8"/>')
    found = read_one(tmp_path, item(body, declared=declaration("", base="string"), processing="", outcomes=outcomes))

    assert (found.type, found.max_score) == ("essay", 8)
    assert found.key is not None
    assert found.key.responses == {"RESPONSE": EssayKey(points=Decimal(8), rubric="<p>Sebut dua alasan.</p>")}
    assert found.content is not None
    assert "alasan" not in found.content.body


@pytest.mark.parametrize("name", ["uploadInteraction", "drawingInteraction", "customInteraction", "mediaInteraction"])
def test_interactions_without_a_counterpart_are_named_and_still_scored(tmp_path: Path, name: str):
    found = read_one(tmp_path, item(f'<{name} responseIdentifier="RESPONSE"/>'))

    assert (found.supported, found.type, found.content) == (False, name, None)
    assert named(found) == [name]
    assert found.program is not None
    assert found.max_score == 1


def test_scripts_and_handlers_never_reach_the_content(tmp_path: Path):
    body = f'<p onclick="x()">Halo<script>alert(1)</script><a href="javascript:x()">y</a></p>{CHOICE_BODY}'
    found = read_one(tmp_path, item(body))

    assert found.content is not None
    assert "script" not in found.content.body
    assert "onclick" not in found.content.body


def test_right_to_left_and_mathematics_stay(tmp_path: Path):
    body = (
        '<p dir="rtl" xml:lang="ar">مرحبا</p>'
        '<p><m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:msup><m:mi>x</m:mi><m:mn>2</m:mn></m:msup></m:math></p>'
    )
    found = read_one(tmp_path, item(body + CHOICE_BODY))

    assert found.content is not None
    assert '<p dir="rtl" lang="ar">مرحبا</p>' in found.content.body
    assert "<math><msup><mi>x</mi><mn>2</mn></msup></math>" in found.content.body


def test_scoring_that_is_not_stated_is_inferred_aloud(tmp_path: Path):
    found = read_one(tmp_path, item(processing=""))

    assert found.supported
    assert [problem.code for problem in found.problems] == ["items-scoring-assumed"]
    assert found.key is not None
    assert found.key.responses == {"RESPONSE": MatchKey(correct=("A",))}


def test_without_key_and_scoring_nothing_is_guessed(tmp_path: Path):
    found = read_one(tmp_path, item(declared=declaration(""), processing=""))

    assert (found.supported, found.max_score) == (False, None)
    assert [problem.code for problem in found.problems] == ["items-unscored"]


@pytest.mark.parametrize(
    ("changes", "code", "name"),
    [
        (
            {"declared": declaration().replace("</correctResponse>", "<value/></correctResponse>")},
            "items-declaration-empty",
            "RESPONSE",
        ),
        (
            {
                "processing": '<responseProcessing><setOutcomeValue identifier="HASIL"><baseValue baseType="float">1'
                "</baseValue></setOutcomeValue></responseProcessing>"
            },
            "items-outcome-undeclared",
            "HASIL",
        ),
        (
            {
                "processing": "<responseProcessing><responseCondition><responseElse/><responseElseIf/>"
                "</responseCondition></responseProcessing>"
            },
            "items-unsupported",
            "responseElseIf after responseElse",
        ),
        (
            {
                "processing": '<responseProcessing><setOutcomeValue identifier="SCORE"><customOperator class="a.B"/>'
                "</setOutcomeValue></responseProcessing>"
            },
            "items-unsupported",
            "customOperator a.B",
        ),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, changes: dict[str, str], code: str, name: str):
    assert name in named(read_one(tmp_path, item(**changes)), code)


def test_items_that_want_several_attempts_are_named(tmp_path: Path):
    text = item().replace('adaptive="false"', 'adaptive="true"')

    assert named(read_one(tmp_path, text)) == ["adaptive"]


def test_a_key_that_names_no_choice_is_doubted(tmp_path: Path):
    found = read_one(tmp_path, item(declared=declaration("Z")))

    assert [problem.code for problem in found.problems] == ["key-correct-unknown"]


def test_map_response_of_typed_text(tmp_path: Path):
    mapping = """<mapping defaultValue="0"><mapEntry mapKey="York" mappedValue="1"/>
      <mapEntry mapKey="york" mappedValue="0.5" caseSensitive="false"/></mapping>"""
    body = '<p><textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    found = read_one(
        tmp_path, item(body, declared=declaration("York", base="string", inside=mapping), processing=MAP_RESPONSE)
    )

    assert found.content is not None
    assert found.key is not None
    scores = [score_item(found.content, found.key, {"RESPONSE": [typed]}).points for typed in ("York", "YORK", "new")]
    assert scores == [1, Decimal("0.5"), 0]
    assert found.max_score == 1


PLACES = (("A", "circle", "20,20,10"), ("B", "rect", "60,10,90,30"), ("C", "poly", "10,50,40,50,25,70"))


def graphic(name: str, place: str, inside: str = "") -> str:
    places = "".join(
        f'<{place} identifier="{one}" shape="{shape}" coords="{coords}" matchMax="1"/>' for one, shape, coords in PLACES
    )
    picture = '<object type="image/png" data="peta.png" width="100" height="80">Peta</object>'
    return f'<{name} responseIdentifier="RESPONSE">{picture}{inside}{places}</{name}>'


@pytest.mark.parametrize(
    ("body", "declared", "kind", "answers"),
    [
        (
            graphic("graphicOrderInteraction", "hotspotChoice"),
            declaration("B|A|C", cardinality="ordered"),
            "order",
            (["B", "A", "C"], ["A", "B", "C"]),
        ),
        (
            graphic("graphicAssociateInteraction", "associableHotspot"),
            declaration("A B", cardinality="multiple", base="pair"),
            "match",
            (["B A"], ["A C"]),
        ),
        (
            graphic(
                "graphicGapMatchInteraction",
                "associableHotspot",
                '<gapText identifier="T" matchMax="1">Taman</gapText>',
            ),
            declaration("T A", cardinality="multiple", base="directedPair"),
            "match",
            (["T A"], ["T B"]),
        ),
    ],
)
def test_places_of_a_picture_become_numbered_choices(
    tmp_path: Path, body: str, declared: str, kind: str, answers: tuple[list[str], list[str]]
):
    plain = BytesIO()
    Image.new("RGB", (200, 160), "white").save(plain, "PNG")
    path = pack(tmp_path / "p.zip", {"a.xml": item(body, declared=declared), "peta.png": plain.getvalue()})
    (found,) = read(path).items

    assert (found.type, found.supported) == (kind, True)
    assert [problem.code for problem in found.problems] == ["items-picture-numbered"]
    assert found.content is not None
    assert found.key is not None
    assert [score_item(found.content, found.key, {"RESPONSE": given}).points for given in answers] == [1, 0]
    (digest,) = found.media
    assert f"media:{digest}" in found.content.interactions[0].prompt
    with Image.open(BytesIO(found.media[digest])) as drawn:
        assert drawn.size == (200, 160)
        assert drawn.getpixel((40, 20)) == (200, 0, 0)  # the top of circle A, at twice its stated size
        assert drawn.getpixel((120, 20)) == (200, 0, 0)  # a corner of rectangle B
        assert drawn.getpixel((190, 150)) == (255, 255, 255)


def test_a_picture_that_cannot_be_numbered_is_named(tmp_path: Path):
    body = graphic("graphicOrderInteraction", "hotspotChoice")
    path = pack(tmp_path / "p.zip", {"a.xml": item(body), "peta.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>"})

    assert named(read(path).items[0]) == ["graphicOrderInteraction (picture cannot be numbered)"]


POINTS = (
    '<areaMapping defaultValue="0"><areaMapEntry shape="circle" coords="10,20,5" mappedValue="1"/>'
    '<areaMapEntry shape="circle" coords="50,20,5" mappedValue="1"/></areaMapping>'
)
STAGE = (
    '<p>Letakkan.</p><positionObjectStage><object type="image/png" data="peta.png" width="90" height="60"/>'
    '<positionObjectInteraction responseIdentifier="RESPONSE" maxChoices="2">'
    '<object type="image/png" data="tanda.png" width="9" height="9"/></positionObjectInteraction></positionObjectStage>'
)


def test_objects_on_a_stage_become_points_on_its_picture(tmp_path: Path):
    processing = MAP_RESPONSE.replace("map_response", "map_response_point")
    declared = declaration("", cardinality="multiple", base="point", inside=POINTS)
    text = item(STAGE, declared=declared, processing=processing)

    (found,) = read(pack(tmp_path / "p.zip", {"a.xml": text, "peta.png": PIXEL, "tanda.png": PIXEL + b" "})).items

    (shown,) = found.content.interactions
    assert (shown.kind, shown.width, shown.height, shown.most, shown.spots) == ("hotspot", 90, 60, 2, ())
    assert found.media_names[shown.image.removeprefix("media:")] == "peta.png"
    assert shown.prompt.count("<img") == 1
    assert "<img" not in found.content.body
    assert score_item(found.content, found.key, {"RESPONSE": ["11 21", "0 0"]}).points == 1


def test_a_page_that_asks_nothing_is_information_without_marks(tmp_path: Path):
    found = read_one(tmp_path, item("<p>Bacalah petunjuk ini.</p>", declared="", processing="", outcomes=""))

    assert (found.supported, found.type, found.max_score) == (True, "information", 0)
    assert [problem.code for problem in found.problems] == ["items-information"]


@pytest.mark.parametrize(
    ("outcomes", "processing", "declared"),
    [
        (SCORE.replace("/>", ' normalMaximum="2"/>'), "", ""),
        (SCORE, MATCH_CORRECT, None),
        (SCORE, "", None),
    ],
)
def test_what_earns_marks_without_a_question_is_named(
    tmp_path: Path, outcomes: str, processing: str, declared: str | None
):
    found = read_one(tmp_path, item("<p>Teks.</p>", outcomes=outcomes, processing=processing, declared=declared))

    assert not found.supported
    assert "itemBody (no interaction)" in named(found)


def rewarded(*values: tuple[str, str]) -> str:
    """Return rules that give points for single choices, without naming a right answer."""
    asked = '<match><variable identifier="RESPONSE"/><baseValue baseType="identifier">{}</baseValue></match>'
    given = '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">{}</baseValue></setOutcomeValue>'
    branches = "".join(
        f"<responseCondition><responseIf>{asked.format(value)}{given.format(points)}</responseIf></responseCondition>"
        for value, points in values
    )
    return f"<responseProcessing>{branches}</responseProcessing>"


def test_an_unstated_maximum_is_the_best_of_all_answers(tmp_path: Path):
    found = read_one(tmp_path, item(declared=declaration(""), processing=rewarded(("A", "1"), ("B", "3"))))
    nothing = read_one(tmp_path, item(declared=declaration(""), processing=rewarded(("A", "0"))))

    assert (found.supported, found.max_score) == (True, 3)
    assert [one.code for one in found.problems] == ["items-maximum-assumed"]
    assert score_item(found.content, found.key, {"RESPONSE": ["B"]}).points == 3
    assert not nothing.supported
    assert [one.code for one in nothing.problems] == ["items-maximum-unknown"]


@pytest.mark.parametrize(("count", "most"), [(11, 0), (1100, 1)])
def test_answers_too_many_to_count_leave_the_maximum_unknown(tmp_path: Path, count: int, most: int):
    choices = "".join(f'<simpleChoice identifier="c{number}">x</simpleChoice>' for number in range(count))
    body = f'<choiceInteraction responseIdentifier="RESPONSE" maxChoices="{most}">{choices}</choiceInteraction>'
    cardinality = "multiple" if most == 0 else "single"
    declared = declaration("", cardinality=cardinality)

    found = read_one(tmp_path, item(body, declared=declared, processing=rewarded(("c1", "1"))))

    assert not found.supported
    assert "items-maximum-unknown" in {one.code for one in found.problems}
