"""What goes out comes back: the same content, key and scores, for every kind of item."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merit.assessment.domain.items import ItemContent, ItemKey, Responses
from merit.assessment.domain.scoring import Outcome, score_item
from merit.assessment.interchange.archive import Archive
from merit.assessment.interchange.export_items import ExportItem
from merit.assessment.interchange.export_keys import program_of
from merit.assessment.interchange.export_normal import normal
from merit.assessment.interchange.export_package import DOCUMENTS, write_package
from merit.assessment.interchange.export_xlsx import row_of
from merit.assessment.interchange.formats import read_source
from merit.assessment.interchange.reading import ReadItem, ReadResult, Source
from merit.assessment.interchange.xlsx_columns import HEADINGS, SHEET
from merit.web.downloads import Sheet, workbook_bytes
from tests.assessment.interchange.generated import PICTURE, REFERENCE, answers, items

pytestmark = pytest.mark.unit

MEDIA = {REFERENCE.removeprefix("media:"): ("peta.png", PICTURE)}


def export_item(content: ItemContent, key: ItemKey, code: str = "B-1") -> ExportItem:
    """Return an item to write, with its picture where it has one."""
    media = MEDIA if REFERENCE in content.model_dump_json() else {}
    return ExportItem(
        code=code, content=content, key=key, competency="M.05", level=3, subject="Angka & <huruf>", media=media
    )


def read_bytes(data: bytes, name: str) -> ReadResult:
    """Read an archive."""
    return read_source(Source(name, files=Archive(data, name=name), archive=True))


def read_package(data: bytes) -> ReadItem:
    """Read a package of one item."""
    [item] = read_bytes(data, "paket.zip").items
    return item


def without_own_documents(data: bytes) -> bytes:
    """Return the package as another program would have written it: QTI alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            if not name.startswith(DOCUMENTS):
                new.writestr(name, old.read(name))
    return buffer.getvalue()


def points(content: ItemContent, key: ItemKey, responses: Responses) -> tuple[Decimal | None, Outcome]:
    """Return points and how they came about, blank counted as scored."""
    score = score_item(content, key, responses)
    return score.points, Outcome.SCORED if score.outcome is Outcome.BLANK else score.outcome


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_program_of_a_key_scores_as_the_key(data: st.DataObject) -> None:
    content, key = data.draw(items(most=3))
    responses = data.draw(answers(content))
    expected = score_item(content, key, responses)

    if expected.points is not None and any(responses.values()):
        program = program_of(content, key)
        whole = ItemKey(maximum=key.maximum, lower=None, processing=program_with_rules(program))
        assert score_item(content, whole, responses).points == expected.points


def program_with_rules(program):
    """Return a program whose standard template is written out, as reading does."""
    from merit.assessment.interchange.qti.templates import template_rules

    if "template" not in program:
        return program | {"template_rules": [], "outcome_rules": []}
    rules = template_rules(program["template"]["form"], program["template"]["response"])
    return {**program, "rules": rules, "template_rules": [], "outcome_rules": []}


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_package_round_trip_keeps_content_and_key(data: st.DataObject) -> None:
    content, key = data.draw(items(most=3))

    item = read_package(write_package([export_item(content, key)]))

    assert (item.content, item.key, item.supported) == (content, key, True)
    assert dict(item.media.items()) == (
        {REFERENCE.removeprefix("media:"): PICTURE} if REFERENCE in content.model_dump_json() else {}
    )
    assert item.tags == {
        "code": "B-1",
        "competency": "M.05",
        "level": "3",
        "subject": "Angka & <huruf>",
        "language": "id",
    }


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_qti_alone_shows_and_scores_the_same(data: st.DataObject) -> None:
    content, key = data.draw(items())
    responses = data.draw(answers(content))

    item = read_package(without_own_documents(write_package([export_item(content, key)])))

    assert item.content is not None
    assert item.key is not None
    assert item.max_score == key.maximum
    assert points(item.content, item.key, responses) == points(content, key, responses)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_workbook_round_trip_keeps_content_and_key(data: st.DataObject) -> None:
    content, key = data.draw(items())

    row = row_of(export_item(content, key))

    if row is not None:
        book = workbook_bytes([Sheet(name=SHEET, headings=HEADINGS, rows=[row])])
        result = read_bytes(book, "butir.xlsx")
        [item] = result.items
        assert item.content is not None
        assert item.key is not None
        assert normal(item.content, item.key) == normal(content, key)
