"""The page of imports: upload, problems with their cells, correction, confirmation, undo."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from merit import db
from merit.exchange.registry import all_kinds
from merit.people.models import OrgUnitRecord
from merit.security.permissions import Role
from tests.exchange.files import UNITS
from tests.people.conftest import counted_queries
from tests.web_client import make_user, post, sign_in, token_of

pytestmark = pytest.mark.web


@pytest.fixture
def admin(client: FlaskClient) -> FlaskClient:
    make_user("impor-admin", Role.ADMIN)
    sign_in(client, "impor-admin")
    return client


def upload(client: FlaskClient, rows: list[list[str]], *, kind: str = "units") -> str:
    """Upload rows as CSV; return the address of the dry run."""
    content = "\n".join(",".join(row) for row in rows).encode()
    data = {
        "kind": kind,
        "format": "",
        "file": (io.BytesIO(content), "unit kerja.csv"),
        "csrf_token": token_of(client.get("/impor")),
    }
    answer = client.post("/impor", data=data, content_type="multipart/form-data")
    assert answer.status_code == 302
    return answer.headers["Location"]


def known_units() -> int:
    with db.reading() as session:
        query = select(func.count()).select_from(OrgUnitRecord).where(OrgUnitRecord.superseded_at.is_(None))
        return session.scalar(query) or 0


def test_problem_is_shown_with_its_cell_and_nothing_is_written(admin: FlaskClient) -> None:
    place = upload(admin, [*UNITS, ["X", "Bagian X", "TIDAK-ADA", ""]])

    page = admin.get(place)
    listed = admin.get(f"{place}/masalah.csv")

    assert "unit kerja.csv!C5" in page.text
    assert "Unit induk «TIDAK-ADA» tidak ada di berkas maupun catatan" in page.text
    assert "unit kerja.csv!C5" in listed.get_data(as_text=True)
    assert known_units() == 0


def test_corrected_file_is_confirmed_and_undone(admin: FlaskClient) -> None:
    place = upload(admin, UNITS)

    saved = post(admin, f"{place}/simpan", page=place)
    batch = saved.headers["Location"]
    assert re.fullmatch(r"/impor/\d+", batch)
    assert known_units() == 3

    undone = post(admin, f"{batch}/batal", page=batch)
    assert undone.status_code == 302
    assert known_units() == 0


def test_same_upload_is_saved_once(admin: FlaskClient) -> None:
    place = upload(admin, UNITS)
    post(admin, f"{place}/simpan", page=place)

    again = post(admin, f"{place}/simpan", page="/impor")

    assert again.status_code == 409
    assert known_units() == 3


def test_upload_of_somebody_else_does_not_exist(admin: FlaskClient) -> None:
    place = upload(admin, UNITS)
    post(admin, "/keluar", page="/impor")
    make_user("impor-lain", Role.ADMIN)
    sign_in(admin, "impor-lain")

    assert admin.get(place).status_code == 404


def test_template_is_given_for_every_kind(admin: FlaskClient) -> None:
    page = admin.get("/impor/templat")
    book = admin.get("/impor/templat/officials.xlsx")

    assert "officials.xlsx" in page.text
    assert (book.status_code, book.data[:2]) == (200, b"PK")


def test_nobody_without_permission_sees_imports(client: FlaskClient) -> None:
    make_user("pemeriksa", Role.AUDITOR)
    sign_in(client, "pemeriksa")

    assert client.get("/impor").status_code == 404


def send(client: FlaskClient, content: bytes, *, name: str = "data.csv", **fields: str) -> TestResponse:
    """Send any bytes as a file; return the answer."""
    data = {"kind": "units", "format": "", "csrf_token": token_of(client.get("/impor"))} | fields
    return client.post("/impor", data=data | {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def test_problems_have_pages(admin: FlaskClient) -> None:
    wrong = [[f"X{number}", f"Bagian {number}", "TIDAK-ADA", ""] for number in range(60)]
    place = upload(admin, [*UNITS, *wrong])

    first, second, beyond = (admin.get(f"{place}?halaman={number}").text for number in (1, 2, 99))

    assert "60 masalah ditemukan" in first
    assert ("data" in first, "kerja.csv!C5" in first, "kerja.csv!C64" in first) == (True, True, False)
    assert ("kerja.csv!C5<" in second, "kerja.csv!C64" in second) == (False, True)
    assert "kerja.csv!C64" in beyond


def test_problems_are_agreed_to_before_the_good_rows_are_saved(admin: FlaskClient) -> None:
    place = upload(admin, [*UNITS, ["X", "Bagian X", "TIDAK-ADA", ""]])

    refused = post(admin, f"{place}/simpan", page=place)
    assert refused.status_code == 422
    assert "Lewati baris yang bermasalah" in refused.text
    assert known_units() == 0

    saved = post(admin, f"{place}/simpan", {"skip_invalid": "y"}, page=place)
    assert saved.status_code == 302
    assert known_units() == 3


def test_a_large_change_is_agreed_to_twice(admin: FlaskClient) -> None:
    many = [["kode", "nama"], *([f"U{number:03d}", f"Unit {number}"] for number in range(40))]
    place = upload(admin, many)
    post(admin, f"{place}/simpan", page=place)
    renamed = upload(admin, [many[0], *([code, f"{name} baru"] for code, name in many[1:])])

    page = admin.get(renamed).text
    refused = post(admin, f"{renamed}/simpan", page=renamed)
    saved = post(admin, f"{renamed}/simpan", {"confirm_large": "y"}, page=renamed)

    assert "Ya, perubahan sebanyak ini memang dimaksud" in page
    assert "Unit 0 baru" in page
    assert refused.status_code == 422
    assert "Centang persetujuan untuk perubahan sebanyak ini" in refused.text
    assert saved.status_code == 302


def test_a_discarded_upload_is_gone(admin: FlaskClient) -> None:
    place = upload(admin, UNITS)

    answer = post(admin, f"{place}/buang", page=place)

    assert answer.location == "/impor"
    assert "tidak ada yang disimpan" in admin.get("/impor").text
    assert admin.get(place).status_code == 404
    assert post(admin, f"{place}/simpan", page="/impor").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "kosong.csv", "kosong"),
        (b"PK\x03\x04rusak", "rusak.xlsx", "XLSX"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\x00", "surat.pdf", "surat.pdf"),
        (b"nama,warna\nA,merah\n", "kolom.csv", "kode"),
        (b"kode,nama\n\xff\xfe,\xe9\xe8\n", "sandi.csv", "UTF-8"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(
    admin: FlaskClient, content: bytes, name: str, sentence: str
) -> None:
    answer = send(admin, content, name=name)

    assert answer.status_code in {302, 422}
    page = admin.get(answer.location).text if answer.location else answer.text
    assert sentence in page
    assert "Traceback" not in page
    assert known_units() == 0


def test_a_wrong_kind_or_no_file_is_said_beside_its_field(admin: FlaskClient) -> None:
    unknown = send(admin, b"kode,nama\nA,B\n", kind="raja")
    missing = post(admin, "/impor", {"kind": "units", "format": ""}, page="/impor")
    foreign = send(admin, b"kode,nama\nA,B\n", format="siasn")

    assert [answer.status_code for answer in (unknown, missing, foreign)] == [422] * 3
    assert "Pilih berkas CSV atau XLSX." in missing.text
    assert "Format siasn tidak ada untuk berkas Unit kerja." in foreign.text


def test_names_of_files_and_values_are_only_text(admin: FlaskClient) -> None:
    answer = send(admin, b"kode,nama,induk\nA,=1+1,=EVIL()\n", name="<script>alert(1)</script>.csv")

    page, listed = admin.get(answer.location).text, admin.get(f"{answer.location}/masalah.csv")

    assert "<script>alert" not in page
    assert "'=EVIL()" in listed.get_data(as_text=True)


def test_every_template_opens_with_its_headings(admin: FlaskClient) -> None:
    for kind in all_kinds():
        book = CalamineWorkbook.from_filelike(io.BytesIO(admin.get(f"/impor/templat/{kind.name}.xlsx").data))
        filled, guide = (book.get_sheet_by_index(number).to_python() for number in (0, 1))
        assert filled == [[column.name for column in kind.columns]]
        assert [row[0] for row in guide[1:]] == filled[0]


def test_the_history_is_filtered_and_asks_as_often_for_three(admin: FlaskClient, database: db.Database) -> None:
    counts = []
    for round_ in range(2):
        for number in range(1 + round_):
            place = upload(admin, [*UNITS, [f"N{round_}{number}", "Unit", "", ""]])
            post(admin, f"{place}/simpan", page=place)
        with counted_queries(database) as statements:
            page = admin.get("/impor").text
        counts.append(len(statements))
    batch = re.findall(r'href="(/impor/\d+)"', page)[0]
    post(admin, f"{batch}/batal", page=batch)

    assert counts[0] == counts[1]
    assert (
        admin.get("/impor?keadaan=undone").text.count('href="/impor/')
        - admin.get("/impor?jenis=officials").text.count('href="/impor/')
        == 1
    )
    assert post(admin, f"{batch}/batal", page="/impor").status_code == 409
