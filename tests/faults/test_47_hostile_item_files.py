"""Fault 47: hostile files of items are refused, or read with every item named, soon; nothing is written or run."""

from __future__ import annotations

import contextlib
import io
import json
import time
import zipfile
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from merit import db
from merit.assessment.domain.bank import ItemTags
from merit.assessment.domain.items import ItemContent
from merit.assessment.interchange import ReadResult, UnreadableError
from merit.assessment.interchange.export_package import write_package
from merit.assessment.models.items import Item, Medium
from merit.assessment.services.interchange import import_upload, keep_file, preview_upload
from merit.errors import MeritError
from merit.exchange.models import ImportUpload
from merit.security.permissions import Actor, Role
from merit.web.downloads import Sheet, workbook_bytes
from tests.assessment.interchange.generated import assembled
from tests.assessment.interchange.test_export import export_item
from tests.web_client import make_user

pytestmark = pytest.mark.db

SOON = 20  # seconds; a reader that goes over a file again for every sign of it needs hours
QUIZ = '<?xml version="1.0"?>{head}<quiz>{body}</quiz>'
QUESTION = (
    '<question type="multichoice"><name><text>n</text></name><questiontext format="html">'
    "<text><![CDATA[{text}]]></text>{files}</questiontext><single>true</single>{answers}</question>"
)
ANSWERS = '<answer fraction="100"><text>a</text></answer><answer fraction="0"><text>b</text></answer>'
SCRIPTS = (
    '<p onclick="alert(1)">Halo<script>alert(1)</script><iframe src="//x"></iframe>'
    '<img src="x" onerror="alert(1)"><a href="javascript:alert(1)">b</a><svg onload="alert(1)"></svg></p>'
)


def quiz(text: str = "?", *, head: str = "", files: str = "", answers: str = ANSWERS) -> bytes:
    """Return a Moodle file of one question."""
    return QUIZ.format(head=head, body=QUESTION.format(text=text, files=files, answers=answers)).encode()


def packed(entries: dict[str, bytes]) -> bytes:
    """Return a ZIP."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def formula_book() -> bytes:
    """Return a workbook with a formula in a cell."""
    with zipfile.ZipFile(io.BytesIO(workbook_bytes([Sheet(name="butir", headings=["jenis", "soal"], rows=[])]))) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    cell = b'<row r="2"><c r="A2"><f>HYPERLINK("http://x")</f><v>0</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", cell)
    return packed(parts)


REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "external entity": (
        "items-xml-entities",
        lambda: quiz("&a;", head='<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    ),
    "billion laughs": (
        "items-xml-entities",
        lambda: quiz("&b;", head='<!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'),
    ),
    "elements inside elements": (
        "items-xml-deep",
        lambda: QUIZ.format(head="", body="<question>" * 230 + "</question>" * 230).encode(),
    ),
    "zip bomb": ("items-archive-bomb", lambda: packed({"a.xml": b" " * 60_000_000})),
    "path out of the archive": ("items-archive-unsafe", lambda: packed({"../../evil.xml": b"<quiz/>"})),
    "formula in the workbook": ("items-sheet-formula", formula_book),
    "programme in disguise": ("items-format-unknown", lambda: b"MZ\x90\x00" + b"\x00" * 500),
    "no items at all": ("items-format-unknown", lambda: b"hanya surat biasa\n"),
}

SLOW: dict[str, Callable[[], bytes]] = {
    "braces without end": lambda: b"{" * 200_000,
    "a brace, then a hundred thousand lines": lambda: b"{\n\n" + b"satu\n\n" * 100_000,
    "empty lines": lambda: b"::a::" + b"\n" * 1_000_000 + b"{}",
    "embedded answers without end": lambda: b"{1:MC:=a~b" * 50_000 + b"{1:MC:=a~b}",
    "pictures without end": lambda: quiz("<img " * 100_000),
    "stars": lambda: b"[markdown]" + b"**a" * 100_000 + b"{}",
    "a hundred thousand answers": lambda: b"soal {" + b"~a" * 100_000 + b"=b}",
    "a hundred thousand pairs": lambda: b"soal {" + b"=a->b" * 100_000 + b"}",
    "a hundred thousand choices": lambda: quiz(answers=ANSWERS * 50_000),
}


@pytest.fixture
def author(database: db.Database) -> Actor:
    """Return an author of items."""
    user = make_user("penulis", Role.AUTHOR)
    return Actor(user_id=user, login="penulis", roles=frozenset({Role.AUTHOR}), unit_ids=None)


def counts() -> tuple[int, int, int]:
    """Return how many items, media and uploads there are."""
    with db.reading() as session:
        found = [session.scalar(select(func.count()).select_from(model)) for model in (Item, Medium, ImportUpload)]
        return found[0] or 0, found[1] or 0, found[2] or 0


def found_in(author: Actor, data: bytes, name: str) -> tuple[str, ReadResult]:
    """Upload a file; return its token and what is in it."""
    with db.unit_of_work() as session:
        token = keep_file(session, author, file_name=name, content=data).token
    with db.reading() as session:
        return token, preview_upload(session, author, token=token).result


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_item_file_is_refused_and_nothing_is_kept(author, name):
    reason, build = REFUSED[name]

    with pytest.raises(MeritError) as refusal, db.unit_of_work() as session:
        keep_file(session, author, file_name="soal", content=build())

    assert refusal.value.reason == reason
    assert counts() == (0, 0, 0)


@pytest.mark.parametrize("name", SLOW)
def test_item_file_made_to_be_slow_is_answered_soon(sqlite_database, name):
    user = make_user("penulis", Role.AUTHOR)
    author = Actor(user_id=user, login="penulis", roles=frozenset({Role.AUTHOR}), unit_ids=None)
    data, began = SLOW[name](), time.process_time()

    with contextlib.suppress(UnreadableError):
        found_in(author, data, "soal.gift")

    assert time.process_time() - began < SOON


def test_scripts_and_addresses_of_others_never_reach_the_bank(author):
    token, result = found_in(author, quiz(SCRIPTS), "soal.xml")

    with db.unit_of_work() as session:
        import_upload(session, author, token=token, take={0}, defaults=ItemTags())

    with db.reading() as session:
        item = session.scalars(select(Item)).one()
        [content] = [item_content(session, item.id)]
    assert [problem.code for problem in result.items[0].problems][:3] == [
        "foreign-lost-file",
        "foreign-lost-markup",
        "foreign-lost-markup",
    ]
    assert content.body == '<p>Halo<img>b</p><div data-response="RESPONSE"></div>'


def item_content(session, item_id: int) -> ItemContent:
    """Return what candidates would see of an item."""
    from merit.assessment.models.items import ItemVersion

    tree = session.scalars(select(ItemVersion.content).where(ItemVersion.item_id == item_id)).one()
    return ItemContent.model_validate(tree)


def test_picture_that_is_none_keeps_its_item_out_and_no_other(author):
    evil = '<file name="a.png" encoding="base64">PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+</file>'
    text = '<p>Lihat <img src="@@PLUGINFILE@@/a.png" alt=""></p>'
    second = QUESTION.format(text="?", files="", answers=ANSWERS).encode()
    both = quiz(text, files=evil).replace(b"</quiz>", second + b"</quiz>")
    token, _result = found_in(author, both, "soal.xml")

    with db.unit_of_work() as session:
        outcome = import_upload(session, author, token=token, take={0, 1}, defaults=ItemTags())

    assert [(left.identifier, left.reason) for left in outcome.left] == [("moodle-1", "medium-unknown-type")]
    assert counts() == (1, 0, 1)


def test_key_slipped_beside_a_changed_question_is_not_believed(author):
    """Our package carries a second document; it is believed only where the QTI is what it would write."""
    from hypothesis import find

    from tests.assessment.interchange.generated import single

    pair = find(single("RESPONSE"), lambda made: made[1].rule == "match")
    content, key = assembled("judul", "Soal?", [pair])
    whole = write_package([export_item(content, key)])
    with zipfile.ZipFile(io.BytesIO(whole)) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    own = json.loads(entries["merit/B-1.json"])
    own["key"]["responses"]["RESPONSE"]["points"] = "99"
    own["key"]["maximum"] = "99"
    entries["merit/B-1.json"] = json.dumps(own).encode()

    _token, result = found_in(author, packed(entries), "paket.zip")

    [item] = result.items
    assert item.max_score == key.maximum
    assert "foreign-own-ignored" in [problem.code for problem in item.problems]
