"""The base form speaks Indonesian; shared fields read what the exchange files accept."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path

import flask_wtf
import pytest
import wtforms
from flask import session
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, Optional

from merit.web.forms import BaseForm, DateField, NIPField
from merit.web.paging import whole, whole_numbers
from merit.web.wtforms_id import INDONESIAN

pytestmark = pytest.mark.unit


class Sample(BaseForm):
    class Meta(BaseForm.Meta):
        csrf = False

    nip = NIPField("NIP", [Optional()])
    name = StringField("Nama", [InputRequired(), Length(min=3)])
    score = IntegerField("Nilai", [Optional()])
    starts = DateField("Mulai", [Optional()])


def submit(**values: str) -> Sample:
    form = Sample(MultiDict(values))
    form.validate()
    return form


def test_every_builtin_message_has_an_indonesian_one():
    missing = set()
    for package in (wtforms, flask_wtf):
        for path in Path(str(package.__file__)).parent.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"gettext", "ngettext"}:
                    texts = [item.value for item in node.args if isinstance(item, ast.Constant)]
                    missing |= set(texts[-1:]) - set(INDONESIAN)

    assert missing == set()


def test_builtin_messages_are_indonesian(page):
    form = submit(name="", score="x")

    assert form.errors == {"name": ["Isi bagian ini."], "score": ["Isi dengan bilangan bulat."]}
    assert submit(name="ab").errors == {"name": ["Isi paling sedikit 3 karakter."]}


def test_builtin_messages_follow_the_page_into_english(look):
    with look.test_request_context("/"):
        session["language"] = "en"
        assert submit(name="").errors == {"name": ["This field is required."]}


@pytest.mark.parametrize("text", ["198504122010011003", "19850412 201001 1 003", "'198504122010011003"])
def test_nip_is_read_as_people_paste_it(page, text):
    form = submit(name="Siti", nip=text)

    assert form.errors == {}
    assert form.nip.data == "198504122010011003"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1985", "Isi NIP dengan 18 angka."),
        ("19850412201001100X", "Isi NIP dengan 18 angka."),
        ("1,98504E+17", "NIP ini sudah dibulatkan oleh Excel. Ketik 18 angkanya sebagai teks."),
    ],
)
def test_nip_refuses_with_what_to_do(page, text, message):
    assert submit(name="Siti", nip=text).errors["nip"][0] == message


@pytest.mark.parametrize("text", ["2026-03-01", "01-03-2026", "01/03/2026", " 01-03-2026 "])
def test_date_is_read_in_every_accepted_form(page, text):
    assert submit(name="Siti", starts=text).starts.data == dt.date(2026, 3, 1)


def test_date_refuses_the_impossible(page):
    form = submit(name="Siti", starts="31-02-2026")

    assert form.errors == {"starts": ["Isi tanggal seperti 01-03-2026."]}
    assert form.starts.data is None


def test_whole_numbers_are_ascii_and_bounded():
    """A superscript two is a digit to Python and no number; ten digits and more would not fit a key."""
    assert [whole(text, -1) for text in ("12", "007", "", "²", "-1", "1.5", "9" * 10, "٣")] == [12, 7] + [-1] * 6
    assert whole_numbers(["3", "x", "0", "5"]) == [3, 5]
