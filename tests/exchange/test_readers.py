"""Files that can be read, and every kind of file that cannot."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from merit.exchange.domain import FileRefusedError
from merit.exchange.readers import archive
from merit.exchange.readers.reading import read_table
from merit.exchange.reporting import describe_refusal
from tests.exchange.files import sheet_xml, write_csv, write_sheet_xml, write_xlsx

pytestmark = pytest.mark.unit

ROWS = [["nip", "nama"], ["1", "Ägidius ≥"], ["2", "Budi"]]


def refusal(path: Path, *, name: str = "") -> tuple[str, str]:
    """Return the reason and the sentence of a refused file."""
    with pytest.raises(FileRefusedError) as error:
        read_table(path, kind="officials", name=name)
    return error.value.reason, describe_refusal(error.value).message


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_is_read(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS, delimiter=delimiter, encoding=encoding)

    table = read_table(path, kind="officials")

    assert (table.header, list(table.columns), list(table.rows)) == (
        ("nip", "nama"),
        [("1", "2"), ("Ägidius ≥", "Budi")],
        [2, 3],
    )


def test_rows_count_as_the_spreadsheet_does(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["nip"], ["1"], [""], ["2"]])

    table = read_table(path, kind="officials")

    assert (list(table.rows), list(table.columns)) == ([2, 4], [("1", "2")])


def test_sheet_named_as_the_kind_is_preferred(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Petunjuk").write_row(0, 0, ["baca dahulu"])
        page = book.add_worksheet("Officials")
        page.write_row(0, 0, ["nip"])
        page.write_row(1, 0, ["1"])

    assert read_table(path, kind="officials").sheet == "Officials"


def test_empty_files(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    (tmp_path / "b.csv").write_bytes(b"\xef\xbb\xbf\n\n")
    write_csv(tmp_path / "c.csv", [["nip", "nama"]])
    with xlsxwriter.Workbook(str(tmp_path / "d.xlsx")) as book:
        book.add_worksheet()

    reasons = [refusal(tmp_path / name)[0] for name in ("a.csv", "b.csv", "c.csv", "d.xlsx")]

    assert reasons == ["file-empty", "file-empty", "file-no-rows", "file-empty"]


def test_wrong_encoding_names_the_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("nip,nama\n1,Budi\n2,José\n".encode("windows-1252"))

    reason, sentence = refusal(path)

    assert reason == "file-encoding"
    assert sentence.startswith("a.csv!3:3: Huruf pada baris 3 tidak tersimpan sebagai UTF-8 (kemungkinan windows-1252)")


def test_utf16_and_binary_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("nip,nama\n".encode("utf-16"))
    (tmp_path / "b.csv").write_bytes(b"nip\n\x00\x01\n")

    assert [refusal(tmp_path / "a.csv")[0], refusal(tmp_path / "b.csv")[0]] == ["file-encoding", "file-not-text"]


@pytest.mark.parametrize("head", [b"%PDF-1.7", b"<html>", b"\x89PNG"])
def test_other_kinds_of_files_are_named(tmp_path: Path, head: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(head + b"\nnip,nama\n1,Budi\n")

    assert refusal(tmp_path / "a.csv")[0] == "file-not-text"


def test_unbalanced_quotes_name_the_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('nip,nama\n1,"Budi\n')

    assert refusal(tmp_path / "a.csv")[0] == "file-quotes"


def test_cells_beyond_the_header_are_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["nip", "alamat"], ["1", "Jl. Mawar", " No. 5"]])

    reason, sentence = refusal(path)

    assert (reason, sentence.split(":")[0]) == ("row-beyond-header", "a.csv!C2")


@pytest.mark.parametrize(
    ("marker", "reason"), [(b"", "file-xls"), ("EncryptedPackage".encode("utf-16-le"), "file-password")]
)
def test_old_excel_and_passwords(tmp_path: Path, marker: bytes, reason: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(archive.OLE2 + b"\0" * 512 + marker + b"\0" * 512)

    assert refusal(path)[0] == reason


def test_corrupt_archives(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "whole.xlsx", ROWS).read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.xlsx").write_text("bukan excel")
    damaged = bytearray(whole)
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as source:
        start = source.getinfo("xl/worksheets/sheet1.xml").header_offset
    damaged[start + 60 : start + 160] = b"\xff" * 100
    (tmp_path / "damaged.xlsx").write_bytes(bytes(damaged))

    assert {refusal(tmp_path / name)[0] for name in ("cut.xlsx", "text.xlsx", "damaged.xlsx")} == {"file-corrupt"}


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("mimetype", "file-ods"),
        ("xl/workbook.bin", "file-xlsb"),
        ("xl/vbaProject.bin", "file-macro"),
        ("xl/macrosheets/sheet1.xml", "file-macro"),
    ],
)
def test_foreign_workbooks(tmp_path: Path, entry: str, reason: str) -> None:
    path = write_sheet_xml(tmp_path / "a.xlsx", sheet_xml(""), extra={entry: b"x"})

    assert refusal(path)[0] == reason


def test_formula_names_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Data")
        page.write_row(0, 0, ["nip", "nama"])
        page.write_formula("B3", "=A1&A2", None, "Budi")

    reason, sentence = refusal(path)

    assert reason == "file-formula"
    assert sentence == "Data!B3: Sel ini berisi rumus. Salin lalu «Tempel sebagai nilai», simpan, dan unggah lagi."


def test_conditional_formats_are_no_formulas(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Data")
        page.write_row(0, 0, ["nip"])
        page.write_row(1, 0, ["1"])
        page.conditional_format("A1:A9", {"type": "formula", "criteria": "=$A1>5", "format": book.add_format()})
        page.data_validation("A2", {"validate": "list", "source": ["a", "b"]})

    assert read_table(path, kind="officials").height == 1


def test_merged_cells_name_their_place(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Data")
        page.write_row(0, 0, ["nip", "nama"])
        page.merge_range("B3:B5", "Budi")

    reason, sentence = refusal(path)

    assert (reason, sentence.split(":")[0]) == ("file-merged", "Data!B3")


@pytest.mark.parametrize(
    ("reference", "reason", "cell"),
    [
        ("A1048576", "file-too-many-rows", "Sheet1!1048576:1048576"),
        ("A500000", "file-too-many-rows", "Sheet1!500000:500000"),
        ("XFD1048576", "file-too-many-rows", "Sheet1!1048576:1048576"),
        ("NTP2", "file-too-many-columns", "Sheet1!NTP2"),
        ("DA2", "file-too-many-columns", "Sheet1!DA2"),
    ],
)
@pytest.mark.parametrize("quote", ['"', "'"])
def test_far_cells_never_reach_the_reader(tmp_path: Path, reference: str, reason: str, cell: str, quote: str) -> None:
    xml = sheet_xml(f'<row r="1"><c r="A1"><v>1</v></c><c r={quote}{reference}{quote}><v>1</v></c></row>')
    path = write_sheet_xml(tmp_path / "a.xlsx", xml)

    found, sentence = refusal(path)

    assert (found, sentence.split(": ")[0]) == (reason, cell)


@pytest.mark.parametrize("reference", ["CZ2", "A499999", "CZ99999"])
def test_near_cells_are_read(tmp_path: Path, reference: str) -> None:
    xml = sheet_xml(f'<row r="1"><c r="A1"><v>1</v></c><c r="{reference}"><v>1</v></c></row>')
    path = write_sheet_xml(tmp_path / "a.xlsx", xml)

    assert archive.inspect(path, name="a.xlsx", wanted="x").name == "Sheet1"


def test_lookalikes_in_texts_are_no_cells(tmp_path: Path) -> None:
    xml = sheet_xml(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>r="ABC1" "1234567"</t></is></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c></row>'
    )

    assert read_table(write_sheet_xml(tmp_path / "a.xlsx", xml), kind="x").height == 1


def test_ten_thousand_columns_of_csv(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [[f"k{number}" for number in range(10_000)], ["1"]])

    assert refusal(path)[0] == "file-too-many-columns"


def test_million_rows_of_csv(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("nip\n" + "1\n" * 1_000_000)

    assert refusal(tmp_path / "a.csv")[0] == "file-too-many-rows"


def test_zip_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steep = write_sheet_xml(tmp_path / "steep.xlsx", sheet_xml(" " * 8_000_000))
    many = write_sheet_xml(tmp_path / "many.xlsx", sheet_xml(""), extra={f"x/{n}.xml": b"" for n in range(2_100)})

    assert (refusal(steep)[0], refusal(many)[0]) == ("file-bomb", "file-bomb")


def test_bomb_that_lies_about_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 1_000_000)
    path = write_sheet_xml(tmp_path / "a.xlsx", sheet_xml(" " * 2_000_000))
    content = bytearray(path.read_bytes())
    lie = struct.pack("<I", 1_000)
    place = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/worksheets/sheet1.xml"))
    content[place + 24 : place + 28] = lie
    path.write_bytes(bytes(content))

    assert refusal(path)[0] == "file-bomb"


def test_document_types_are_refused(tmp_path: Path) -> None:
    entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    xml = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>').replace("?>", f"?>{entity}", 1)

    assert refusal(write_sheet_xml(tmp_path / "a.xlsx", xml))[0] == "file-corrupt"
