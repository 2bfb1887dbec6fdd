"""Templated items of QTI, invented: sums with drawn numbers, a constraint, a formula, text that depends on a draw."""

from __future__ import annotations

from pathlib import Path

from merit.assessment.domain.items import ItemContent, ItemKey
from merit.assessment.interchange import ReadItem, read

SUM = """
<templateDeclaration identifier="A" cardinality="single" baseType="integer" mathVariable="true"/>
<templateDeclaration identifier="B" cardinality="single" baseType="integer"/>
<templateDeclaration identifier="TOTAL" cardinality="single" baseType="integer"/>
<templateDeclaration identifier="SIZE" cardinality="single" baseType="identifier">
  <defaultValue><value>small</value></defaultValue>
</templateDeclaration>
<templateProcessing>
  <setTemplateValue identifier="A"><randomInteger min="2" max="90"/></setTemplateValue>
  <setTemplateValue identifier="B"><randomInteger min="2" max="90"/></setTemplateValue>
  <templateConstraint><not><equal toleranceMode="exact">
    <variable identifier="A"/><variable identifier="B"/></equal></not></templateConstraint>
  <setTemplateValue identifier="TOTAL">
    <sum><variable identifier="A"/><variable identifier="B"/></sum></setTemplateValue>
  <templateCondition><templateIf>
    <gt><variable identifier="TOTAL"/><baseValue baseType="integer">90</baseValue></gt>
    <setTemplateValue identifier="SIZE"><baseValue baseType="identifier">large</baseValue></setTemplateValue>
  </templateIf></templateCondition>
  <setCorrectResponse identifier="RESPONSE"><variable identifier="TOTAL"/></setCorrectResponse>
</templateProcessing>"""
QUESTION = """
<p>Loket satu melayani <printedVariable identifier="A"/> orang, loket dua
<printedVariable identifier="B" format="%i"/> orang. Berapa seluruhnya?
<m:math><m:mi>A</m:mi><m:mo>+</m:mo><m:mi>x</m:mi></m:math></p>
<templateBlock templateIdentifier="SIZE" identifier="large" showHide="show"><p>Ramai sekali.</p></templateBlock>
<p><textEntryInteraction responseIdentifier="RESPONSE" expectedLength="5"/></p>"""
MATCH = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"/>'


def item_xml(
    *, declarations: str = SUM, question: str = QUESTION, processing: str = MATCH, identifier: str = "jumlah"
) -> str:
    """Return an item of QTI 2.2 with one integer response."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" xmlns:m="http://www.w3.org/1998/Math/MathML"
  identifier="{identifier}" title="Jumlah" adaptive="false" timeDependent="false" xml:lang="id">
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="integer"/>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
{declarations}
<itemBody>{question}</itemBody>
{processing}
</assessmentItem>"""


def read_text(folder: Path, text: str) -> ReadItem:
    """Return the item that a text holds."""
    path = folder / "butir.xml"
    path.write_text(text)
    (found,) = read(path).items
    return found


def sum_item(folder: Path) -> tuple[ItemContent, ItemKey]:
    """Return the sum of two drawn numbers."""
    found = read_text(folder, item_xml())
    assert found.content is not None
    assert found.key is not None
    return found.content, found.key
