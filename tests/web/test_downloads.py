"""Downloads: safe headers, and cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from merit.i18n import speaking
from merit.web.downloads import Sheet, csv_bytes, file_response, neutral, workbook_bytes

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("text", ["=1+1", "+62", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_neutral_puts_an_apostrophe_before_what_could_be_a_formula(text):
    assert neutral(text) == f"'{text}"


def test_neutral_leaves_ordinary_text_alone():
    assert neutral("Siti = Rahmawati") == "Siti = Rahmawati"


def test_csv_keeps_numbers_and_neutralises_text():
    content = csv_bytes(["nama", "nilai"], [("=cmd|' /C calc'!A0", Decimal("-1.5")), ('Budi "B"', None)])

    expected = '\ufeffnama,nilai\r\n\'=cmd|\' /C calc\'!A0,-1.5\r\n"Budi ""B""",\r\n'
    assert content.decode("utf-8") == expected


def test_workbook_keeps_types_and_has_no_formulas():
    rows = [("'=A1+1".lstrip("'"), 12, Decimal("86.25"), dt.date(2026, 3, 1), "198504122010011003", True)]
    sheet = Sheet(name="Daftar [2026]/1", headings=["a", "b", "c", "d", "e", "f"], rows=rows)

    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook_bytes([sheet])))

    assert book.sheet_names == ["Daftar  2026  1"]
    assert book.get_sheet_by_index(0).to_python() == [
        ["a", "b", "c", "d", "e", "f"],
        ["'=A1+1", 12.0, 86.25, dt.date(2026, 3, 1), "198504122010011003", "ya"],
    ]


def test_workbook_writes_a_number_excel_would_round_as_text():
    sheet = Sheet(name="x", headings=["nip"], rows=[(198504122010011003,), (float("nan"),)])

    values = CalamineWorkbook.from_filelike(io.BytesIO(workbook_bytes([sheet]))).get_sheet_by_index(0).to_python()

    assert values == [["nip"], ["198504122010011003"], ["nan"]]


def test_workbook_keeps_a_calculated_number_a_number():
    sheet = Sheet(name="x", headings=["jpm"], rows=[(220 / 3,)])

    values = CalamineWorkbook.from_filelike(io.BytesIO(workbook_bytes([sheet]))).get_sheet_by_index(0).to_python()

    assert values[1][0] == pytest.approx(73.333333333)


def test_yes_and_no_follow_the_language():
    with speaking("en"):
        assert csv_bytes(["a", "b"], [(True, False)]).decode("utf-8-sig").splitlines()[1] == "yes,no"


def test_file_response_is_a_download_that_nobody_sniffs_or_keeps():
    response = file_response(b"x", name='daftar "pendek" – 2026.csv', kind="text/csv")

    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=\"daftar-pendek-2026.csv\"; filename*=UTF-8''daftar%20")
