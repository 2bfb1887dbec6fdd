"""The page of imports: upload, problems with their cells, correction, confirmation, undo."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from merit import db
from merit.people.models import OrgUnitRecord
from merit.security.permissions import Role
from tests.exchange.files import UNITS
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
