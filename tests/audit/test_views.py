from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from merit import db
from merit.audit.models import AuditEntry
from merit.audit.services import checkpoint, record, record_reading
from merit.security.permissions import SYSTEM, Actor, Role
from tests import factories
from tests.audit.test_verification import drop_triggers
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web


@pytest.fixture
def auditor(client):
    """A client whose user is an auditor."""
    make_user("auditor", Role.AUDITOR)
    sign_in(client, "auditor")
    return client


def test_only_auditors_see_the_chain(client):
    make_user("admin", Role.ADMIN)
    sign_in(client, "admin")

    for path in ("/audit", "/audit/ekspor", "/audit/periksa", "/audit/pembacaan"):
        assert client.get(path).status_code == 404


def test_list_filters(auditor):
    with db.unit_of_work() as session:
        record(session, SYSTEM, action="test:one", subject="thing:satu")
        record(session, SYSTEM, action="test:two", subject="thing:dua")

    everything = auditor.get("/audit").text
    one = auditor.get("/audit?tindakan=test:one").text
    found = auditor.get("/audit?cari=THING:DUA").text
    mine = auditor.get("/audit?pelaku=auditor").text
    before = auditor.get("/audit?sampai=2020-01-01").text
    broken = auditor.get("/audit?sejak=kemarin&halaman=x")

    assert ("thing:satu" in everything, "thing:dua" in everything) == (True, True)
    assert ("thing:satu" in one, "thing:dua" in one) == (True, False)
    assert ("thing:satu" in found, "thing:dua" in found) == (False, True)
    assert ("thing:satu" in mine, "Nama auditor" in mine) == (False, True)
    assert "Tidak ada catatan yang cocok" in before
    assert broken.status_code == 200


def test_export_is_complete_neutral_and_noted(auditor):
    with db.unit_of_work() as session:
        record(session, SYSTEM, action="test:one", subject="=HYPERLINK(1)")

    answer = auditor.get("/audit/ekspor?tindakan=test:one")

    header, row = csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
    assert header == ["Nomor", "Waktu", "Pelaku", "Tindakan", "Objek", "Isi", "Hash"]
    assert row[2:5] == ["Sistem", "test:one", "'=HYPERLINK(1)"]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="jejak-audit-')
    with db.reading() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last.action == "export:download"


def test_verify_button_shows_an_intact_chain(auditor):
    with db.unit_of_work() as session:
        checkpoint(session)

    page = post(auditor, "/audit/periksa", page="/audit")

    assert page.status_code == 200
    assert "Rantai utuh" in page.text


def test_verify_button_names_the_first_bad_entry(auditor, database):
    drop_triggers(database)
    with db.unit_of_work() as session:
        first = session.get(AuditEntry, 1)
        first.payload += " "

    page = post(auditor, "/audit/periksa", page="/audit").text

    assert "Rantai tidak utuh mulai catatan 1" in page
    assert "Catatan 1 berubah" in page


def test_outcome_address_leads_back_to_the_button(auditor):
    assert auditor.get("/audit/periksa").headers["Location"] == "/audit"


def test_readings_are_listed_and_searched(auditor):
    with db.unit_of_work() as session:
        one, other = factories.make_official(session), factories.make_official(session)
        nips = [one.nip, other.nip]
        for official in (one, other):
            record_reading(session, Actor(user_id=1), official_id=official.id, what="reading-record", reason="rapat")

    everything = auditor.get("/audit/pembacaan").text
    found = auditor.get(f"/audit/pembacaan?cari={nips[0]}").text

    grouped = [f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}" for nip in nips]
    assert [text in everything for text in grouped] == [True, True]
    assert [text in found for text in grouped] == [True, False]
    assert "Catatan kepegawaian" in everything
