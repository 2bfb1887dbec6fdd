"""The pages of the index as people use them, the job behind a computation, and the command."""

import csv
import io
import json
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from merit import db
from merit.accounts.domain import Grant
from merit.audit.models import AuditEntry
from merit.audit.services import append_pending
from merit.cli import cli
from merit.jobs.models import Job
from merit.jobs.runner import Runner
from merit.phrases import phrase
from merit.ranking.professionalism.models import ProfessionalismRun
from merit.security.permissions import Role
from tests.factories import make_nip, make_official, make_position
from tests.ranking.professionalism.samples import AS_OF, keep_run, make_town
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web


@pytest.fixture
def town(sqlite_database):
    with db.unit_of_work() as session:
        town = make_town(session)
        high = make_position(session, tier="jpt_pratama", unit=town.office, name="Kepala BKPSDM")
        chief = make_official(session, position=high, nip=make_nip(number=904), name="Dewi Pimpinan")
        return {name: who.nip for name, who in town.people.items()} | {"chief": chief.nip}


@pytest.fixture
def client(sqlite_database):
    from merit.app import create_app

    return create_app(sqlite_database.settings, sqlite_database).test_client()


def keep():
    with db.unit_of_work() as session:
        return keep_run(session).id


def test_a_computation_is_ordered_done_and_shown(sqlite_database, town, client):
    make_user("admin", Role.ADMIN)
    sign_in(client, "admin")
    empty = client.get("/indeks-profesionalitas").text
    late = post(client, "/indeks-profesionalitas/hitung", {"as_of": "01-01-2200"})
    ordered = post(client, "/indeks-profesionalitas/hitung", {"as_of": "01-03-2026"})
    runner = Runner(sqlite_database, describe=phrase)
    with db.reading() as session:
        job_id = session.scalars(select(Job.id)).one()
    runner.run(job_id)
    runner.close()
    with db.reading() as session:
        result = session.get_one(Job, job_id).result

    assert "Indeks semua pegawai pada satu tanggal disimpan" in empty
    assert (late.status_code, "Tanggal ini belum tiba" in late.text) == (422, True)
    assert ordered.location == f"/pekerjaan/{job_id}"
    assert result["text"] == "Indeks 4 pegawai dihitung."
    # 80 + 45 + S-1 15, no training, no predicate 1 to 30, 5 = 21 to 50; and 31.5 to 60.5: 44,38 to 58,88
    city = client.get(result["url"]).text
    assert "44,38–58,88" in city
    unit = client.get("/indeks-profesionalitas/unit/DIN?urut=-indeks&urut_unit=-indeks").text
    assert unit.index("Ani Kepala") < unit.index("Budi Pelaksana") < unit.index("Dewi Pimpinan")
    assert "31,5–60,5" in unit
    of_pns = client.get("/indeks-profesionalitas/unit/DIN?status=pns").text
    assert "menunggu=predikat&amp;unit=DIN&amp;status=pns" in of_pns  # the list shows whom the number counted
    person = client.get(f"/indeks-profesionalitas/pegawai/{town['clerk']}").text
    assert "Predikat kinerja tahun 2025 belum tercatat" in person
    assert "/bukti/training_records/" in person
    assert "Perlu verifikasi" in person


def test_the_list_and_the_statement_are_taken_away(town, client):
    make_user("admin", Role.ADMIN)
    run_id = keep()
    sign_in(client, "admin")
    letter = {"number": "800/1/2026", "dated": "02-03-2026"}

    rows = list(csv.reader(io.StringIO(client.get("/indeks-profesionalitas/ekspor.csv").data.decode("utf-8-sig"))))
    page = f"/indeks-profesionalitas/surat-pernyataan?perhitungan={run_id}"
    refused = post(client, page, letter | {"nip": town["head"]})
    made = post(client, page, letter | {"nip": town["chief"]})
    newest = client.get("/indeks-profesionalitas/surat-pernyataan").text
    with db.unit_of_work() as session:
        append_pending(session)
        noted = session.scalars(select(AuditEntry.payload).where(AuditEntry.action == "professionalism:state")).one()

    told = {row[1]: row[7:15] for row in rows[1:]}
    assert rows[0][7:15] == [
        "Kualifikasi",
        "Kompetensi",
        "Kinerja",
        "Disiplin",
        "Indeks",
        "Indeks paling rendah",
        "Indeks paling tinggi",
        "Kategori",
    ]
    assert told["Ani Kepala"] == ["20", "30", "25", "5", "80", "80", "80", "Sedang"]
    assert told["Budi Pelaksana"] == ["5", "22.5", "", "3", "", "31.5", "60.5", "Belum pasti"]
    assert (refused.status_code, "paling rendah oleh JPT pratama" in refused.text) == (422, True)
    assert (made.status_code, made.data[:5]) == (200, b"%PDF-")
    assert f'action="{page}"' in newest  # a computation made meanwhile is not what was read here
    assert '"number":"800/1/2026"' in noted
    assert '"signer":' in noted


def test_an_official_sees_the_own_index_and_a_unit_admin_the_own_unit(town, client):
    make_user("pegawai", Role.OFFICIAL, nip=town["contract"], secret=None)
    make_user("opd", grants=[Grant(role=Role.OPD_ADMIN, unit_code="DIN")])
    keep()
    sign_in(client, "pegawai")
    own = client.get("/saya/indeks-profesionalitas").text
    foreign = client.get(f"/indeks-profesionalitas/pegawai/{town['head']}").status_code
    client.post("/keluar")
    other = client.application.test_client()
    sign_in(other, "opd")
    listed = other.get("/indeks-profesionalitas/pegawai").text

    assert "belum ada seminar" not in own
    assert "Belum tercatat seminar, lokakarya" in own
    assert "PPPK dihitung dengan cara yang sama" in own
    assert "Ani Kepala" not in own
    assert foreign == 404
    assert "Ani Kepala" in listed
    assert "Citra Kontrak" not in listed
    assert other.get("/indeks-profesionalitas/unit/LAIN").status_code == 404


def test_figures_go_from_proposal_to_force_on_pages(town, client):
    make_user("admin", Role.ADMIN)
    make_user("ppk", Role.PPK)
    sign_in(client, "admin")
    page = client.get("/indeks-profesionalitas/aturan/baru").text
    filled = dict(re.findall(r'name="([a-z0-9_]+)" (?:required )?type="text" value="([^"]+)"', page))
    given = filled | {"valid_from": "01-01-2026", "basis": "Kep. 7/2026", "discipline_light": "4,5"}

    wrong = post(client, "/indeks-profesionalitas/aturan/baru", given | {"seminar": "9"})
    made = post(client, "/indeks-profesionalitas/aturan/baru", given)
    second = client.application.test_client()
    sign_in(second, "ppk")
    post(second, "/indeks-profesionalitas/aturan/1/putusan", {"putusan": "setuju"}, page="/akun")

    assert (wrong.status_code, "jumlah nilai pelatihan" in wrong.text) == (422, True)
    assert made.location == "/indeks-profesionalitas/aturan/1"
    rules = second.get("/indeks-profesionalitas/aturan").text
    assert "Versi 1 berlaku hari ini" in rules
    assert "4,5" in rules


def test_the_command_computes_shows_and_writes(sqlite_database, town, monkeypatch, tmp_path):
    settings = sqlite_database.settings
    monkeypatch.setenv("MERIT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("MERIT_INSTANCE_PATH", str(settings.instance_path))
    monkeypatch.setenv("MERIT_SECRET_FILE", str(settings.secret_file))
    call = CliRunner().invoke
    file = tmp_path / "ipasn.csv"
    day = ["ipasn", "--as-of", AS_OF.isoformat()]

    shown = call(cli, [*day, "--unit", "DIN"])
    document = json.loads(call(cli, [*day, "--json"]).stdout)
    written = call(cli, [*day, "--unit", "DIN", "--csv", str(file)])
    unknown = call(cli, [*day, "--unit", "TIDAKADA"])
    both = call(cli, [*day, "--json", "--csv", str(file)])

    assert "3 pegawai, rata-rata 44,17–63,50" in shown.stdout
    assert (document["people"], document["mean"]) == (4, {"low": 44.375, "high": 58.875})
    assert document["missing"] == {"predikat": 2, "jenis": 0, "jabatan": 0}
    assert written.exit_code == 0
    assert len(file.read_text(encoding="utf-8-sig").splitlines()) == 1 + 3
    assert (unknown.exit_code, both.exit_code) == (1, 2)
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(ProfessionalismRun)) == 1
