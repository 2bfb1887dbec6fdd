"""The list pages as their readers get them: contents, scope, saved filters, exports, number of queries."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from merit.evidence import COMPETENCIES
from merit.people.models import SavedFilter
from merit.security.permissions import Role
from tests.factories import make_official, make_position, make_unit
from tests.people.conftest import BUDI, SITI, counted_queries
from tests.web_client import post

pytestmark = pytest.mark.web


def test_the_list_shows_everybody_to_staff(signed_in):
    page = signed_in(Role.ADMIN).get("/pegawai")

    assert page.status_code == 200
    assert "Siti Aminah" in page.text
    assert "19700203 199503 2 007" in page.text
    assert "Menampilkan 1–2 dari 2" in page.text


def test_the_list_is_narrowed_by_the_address_and_ignores_what_it_does_not_know(signed_in):
    client = signed_in(Role.ADMIN)

    found = client.get("/pegawai?cari=budi&urut=;DROP&halaman=99999999999&golongan=99&jenjang=raja")
    nobody = client.get("/pegawai?cari=tidakada")

    assert ("Budi Santoso" in found.text, "Siti Aminah" in found.text) == (True, False)
    assert "Tidak ada pegawai yang cocok" in nobody.text


def test_lists_show_only_the_scope(signed_in):
    client = signed_in(Role.OPD_ADMIN, unit="DIK")

    people, positions, units = (client.get(path).text for path in ("/pegawai", "/jabatan", "/unit"))

    assert ("Budi Santoso" in people, "Siti Aminah" in people) == (True, False)
    assert ("DIK.1" in positions, "KES.1" in positions) == (True, False)
    assert ("Dinas Pendidikan" in units, "Dinas Kesehatan" in units) == (True, False)
    assert client.get("/pegawai?unit=KES").text.count("Siti Aminah") == 0


@pytest.mark.parametrize("path", ["/pegawai", "/unit", "/jabatan", "/jabatan/KES.1", "/pegawai/ekspor.csv"])
def test_an_official_finds_no_staff_pages(signed_in, path):
    client = signed_in(Role.OFFICIAL, nip=BUDI)

    assert client.get(path).status_code == 404


def test_the_position_shows_standard_and_holder(signed_in):
    page = signed_in(Role.ADMIN).get("/jabatan/KES.1")

    assert "Siti Aminah" in page.text
    assert "Bawaan jenjang" in page.text


def test_a_position_outside_the_scope_does_not_exist(signed_in):
    client = signed_in(Role.OPD_ADMIN, unit="DIK")

    assert [client.get(f"/jabatan/{code}").status_code for code in ("DIK.1", "KES.1", "TIDAKADA")] == [200, 404, 404]


def test_the_csv_holds_the_filtered_list_and_no_formula(signed_in, database):
    with database.unit_of_work() as session:
        make_official(session, name="=SUM(A1)")
    client = signed_in(Role.ADMIN)

    lines = client.get("/pegawai/ekspor.csv?cari=sum").get_data().decode("utf-8-sig").splitlines()

    assert len(lines) == 2
    assert lines[0].startswith("NIP,Nama,Golongan")
    assert lines[1].split(",")[1] == "'=SUM(A1)"


def test_the_workbook_keeps_the_nip_as_text(signed_in):
    content = signed_in(Role.ADMIN).get("/pegawai/ekspor.xlsx?cari=siti").data

    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()

    assert (rows[0][0], rows[1][0], rows[1][1]) == ("NIP", SITI, "Siti Aminah")


def test_a_panel_member_may_not_export(signed_in):
    client = signed_in(Role.PANEL)

    assert "ekspor" not in client.get("/pegawai").text
    assert client.get("/pegawai/ekspor.csv").status_code == 404


def test_filters_are_kept_under_a_name_and_forgotten(signed_in, database):
    client = signed_in(Role.ADMIN)
    post(client, "/pegawai/saringan", {"name": "Muda", "query": "jenjang=jf_ahli_muda&jahat=1"}, page="/pegawai")
    with database.reading() as session:
        saved = session.execute(select(SavedFilter.id, SavedFilter.query)).one()
    shown = client.get("/pegawai").text
    post(client, f"/pegawai/saringan/{saved.id}/hapus", page="/pegawai")

    assert saved.query == "jenjang=jf_ahli_muda"
    assert "/pegawai?jenjang=jf_ahli_muda" in shown
    assert "/pegawai?jenjang=jf_ahli_muda" not in client.get("/pegawai").text


@pytest.mark.parametrize("path", ["/pegawai", "/jabatan", "/unit"])
def test_lists_make_as_many_queries_for_three_rows_as_for_one(signed_in, city, database, path):
    client = signed_in(Role.OPD_ADMIN, unit="DIK")
    client.get(path)
    with counted_queries(database) as few:
        client.get(path)
    with database.unit_of_work() as session:
        schools = session.get_one(type(make_unit(session, code="X")), city.schools)
        for number in range(2):
            make_official(session, position=make_position(session, unit=schools, code=f"D.{number}"))
            make_unit(session, parent=schools)
    with counted_queries(database) as more:
        page = client.get(path)

    assert page.status_code == 200
    assert len(more) == len(few)


def test_competencies_page_lists_nine_and_the_default_standards(signed_in):
    page = signed_in(Role.ADMIN).get("/kompetensi").text

    assert [f'id="{code}"' in page for code in COMPETENCIES] == [True] * 9
    assert "Menjadi teladan keadilan dan etika tingkat nasional" in page
