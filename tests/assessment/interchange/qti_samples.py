"""Small items of QTI, written by hand."""

from __future__ import annotations

import zipfile
from pathlib import Path

NAMESPACES = {
    "2.0": "http://www.imsglobal.org/xsd/imsqti_v2p0",
    "2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "2.2": "http://www.imsglobal.org/xsd/imsqti_v2p2",
}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
MATCH_CORRECT = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
MAP_RESPONSE = (
    '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response.xml"/>'
)
SCORE = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
CHOICES = "".join(f'<simpleChoice identifier="{letter}">Pilihan {letter}</simpleChoice>' for letter in "ABC")
CHOICE_BODY = (
    f'<p>Ibu kota?</p><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1">{CHOICES}</choiceInteraction>'
)


def declaration(correct: str = "A", *, cardinality: str = "single", base: str = "identifier", inside: str = "") -> str:
    values = "".join(f"<value>{one}</value>" for one in correct.split("|") if one)
    stated = f"<correctResponse>{values}</correctResponse>" if values else ""
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">'
        f"{stated}{inside}</responseDeclaration>"
    )


def item(
    body: str = CHOICE_BODY,
    *,
    declared: str | None = None,
    processing: str = MATCH_CORRECT,
    outcomes: str = SCORE,
    identifier: str = "butir-1",
    version: str = "2.1",
    attributes: str = "",
) -> str:
    declared = declaration() if declared is None else declared
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem xmlns="{NAMESPACES[version]}" '
        f'identifier="{identifier}" title="Contoh" adaptive="false" timeDependent="false" {attributes}>'
        f"{declared}{outcomes}<itemBody>{body}</itemBody>{processing}</assessmentItem>"
    )


QTI3 = """<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="tiga" title="Tiga" xml:lang="id"
    adaptive="false" time-dependent="false">
  <qti-response-declaration identifier="RESPONSE" cardinality="multiple" base-type="identifier">
    <qti-correct-response><qti-value>H</qti-value><qti-value>O</qti-value></qti-correct-response>
    <qti-mapping lower-bound="0" upper-bound="2" default-value="-2">
      <qti-map-entry map-key="H" mapped-value="1"/><qti-map-entry map-key="O" mapped-value="1"/>
    </qti-mapping>
  </qti-response-declaration>
  <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
  <qti-item-body>
    <qti-choice-interaction response-identifier="RESPONSE" max-choices="0" shuffle="true">
      <qti-prompt>Unsur <ruby>air<rt>H2O</rt></ruby>?</qti-prompt>
      <qti-simple-choice identifier="H">Hidrogen</qti-simple-choice>
      <qti-simple-choice identifier="O">Oksigen</qti-simple-choice>
      <qti-simple-choice identifier="N" fixed="true">Nitrogen</qti-simple-choice>
    </qti-choice-interaction>
  </qti-item-body>
  <qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml"/>
</qti-assessment-item>"""


def write(folder: Path, text: str | bytes, name: str = "butir.xml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def pack(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def manifest(*files: str) -> str:
    resources = "".join(
        f'<resource identifier="r{place}" type="imsqti_item_xmlv2p1" href="{name}"><file href="{name}"/></resource>'
        for place, name in enumerate(files)
    )
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m">'
        f"<organizations/><resources>{resources}</resources></manifest>"
    )
