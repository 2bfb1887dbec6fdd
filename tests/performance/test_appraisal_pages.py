"""Appraisal through the pages: open a cycle, rate, object, decide, and what lists and exports show."""

import pytest
from sqlalchemy import select

from merit import db
from merit.app import create_app
from merit.audit.models import AccessEntry
from merit.people.models import DisciplineFinding, LeavePeriod
from merit.performance.models import Appraisal, AppraisalSheet
from merit.security.permissions import Role
from tests.factories import make_appraisal, make_assignment
from tests.performance.appraisal_samples import make_office
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web


@pytest.fixture
def site(sqlite_database):
    with db.unit_of_work() as session:
        office = make_office(session)
    make_user("admin", Role.ADMIN)
    for login, official in (("clerk", office.clerk), ("chief", office.chief), ("head", office.head)):
        make_user(login, Role.OFFICIAL, nip=official.nip)
    app = create_app(sqlite_database.settings, sqlite_database)

    def enter(login):
        client = app.test_client()
        sign_in(client, login)
        return client

    return office, enter


def sheet_of(office, official):
    with db.reading() as session:
        return session.scalars(select(AppraisalSheet).where(AppraisalSheet.official_id == official.id)).one()


def test_appraisal_goes_from_rating_over_objection_to_a_final_fact(site):
    office, enter = site
    sheet = sheet_of(office, office.clerk)
    address = f"/saya/penilaian/{sheet.id}"
    chief, clerk, head = enter("chief"), enter("clerk"), enter("head")
    ratings = {"row_version": sheet.row_version, "result": "1", "behaviour": "1"}

    silent = post(chief, f"{address}/nilai", ratings, page=address)
    rated = post(chief, f"{address}/nilai", ratings | {"text": "Sering tidak selesai."}, page=address)
    assert (silent.status_code, rated.status_code) == (422, 302)
    assert "perlu alasan tertulis" in silent.text
    assert "Ajukan keberatan" in clerk.get(address).text
    version = sheet_of(office, office.clerk).row_version
    post(clerk, f"{address}/keberatan", {"row_version": version, "text": "Target berubah."}, page=address)
    assert "Keberatan yang menunggu putusan saya" in head.get("/saya/penilaian").text
    version = sheet_of(office, office.clerk).row_version
    verdict = {"row_version": version, "result": "2", "behaviour": "2", "text": "Target semula tercapai."}
    assert post(head, f"{address}/putusan", verdict, page=address).status_code == 302

    with db.reading() as session:
        assert [fact.predicate for fact in session.scalars(select(Appraisal))] == [4]
        assert "reading-appraisal" in set(session.scalars(select(AccessEntry.what)))
    assert "Keberatan dikabulkan" in clerk.get(address).text


def test_a_sheet_is_nobody_elses_business(site):
    office, enter = site
    address = f"/saya/penilaian/{sheet_of(office, office.chief).id}"

    assert enter("clerk").get(address).status_code == 404


def test_lists_that_show_how_people_were_judged_are_noted_as_readings(site):
    office, enter = site
    with db.unit_of_work() as session:
        make_assignment(session, office.chief, offered="2026-05-01", response="ditolak")
    admin = enter("admin")

    admin.get(f"/penilaian-kinerja/{office.cycle_id}")
    admin.get("/penugasan")

    with db.reading() as session:
        read = session.execute(select(AccessEntry.what, AccessEntry.official_id)).all()
    assert {tuple(row) for row in read} == {
        *(("reading-appraisal", one.id) for one in (office.clerk, office.chief, office.head)),
        ("reading-offers", office.chief.id),
    }


def test_staff_see_progress_choose_superiors_and_take_the_list_out(site):
    office, enter = site
    admin = enter("admin")
    cycle, sheet = f"/penilaian-kinerja/{office.cycle_id}", sheet_of(office, office.chief)
    address = f"/penilaian-kinerja/lembar/{sheet.id}"

    chosen = post(
        admin,
        address,
        {"row_version": sheet.row_version, "assessor": office.head.nip, "reviewer": office.chief.nip},
        page=address,
    )
    narrowed = admin.get(f"{cycle}?penilai=belum&urut=-unit")

    assert (chosen.status_code, "menilai atau mengatur penilaiannya sendiri" in chosen.text) == (422, True)
    assert office.head.nip[-3:] in narrowed.text
    assert "Menampilkan 1–1 dari 1" in narrowed.text
    assert admin.get(f"{cycle}/ekspor.csv").text.count("Belum dinilai") == 3
    assert (
        "Periode ini sudah pernah dibuka"
        in post(
            admin,
            "/penilaian-kinerja",
            {"year": "2025", "quarter": "0", "due": "31-01-2026"},
            page="/penilaian-kinerja",
        ).text
    )


def test_discipline_is_previewed_recorded_listed_and_taken_out(site):
    office, enter = site
    admin, page = enter("admin"), "/disiplin/catat"
    case = {"nip": office.clerk.nip, "code": "S1", "state": "proses", "number": "PGL-7", "dated": "05-01-2026"}

    preview = post(admin, page, case | {"pratinjau": "1"}, page=page)
    empty = admin.get("/disiplin")
    saved = post(admin, page, case, page=page)
    listed = admin.get("/disiplin?kedudukan=open&urut=nama")

    assert "Tidak ada syarat yang tersentuh" in preview.text
    assert "Belum ada perkara" in empty.text
    assert (saved.status_code, "PGL-7" in listed.text) == (302, True)
    assert "PGL-7" in admin.get("/disiplin/ekspor.csv").text
    with db.reading() as session:
        found = session.scalars(select(DisciplineFinding)).one()
    address = f"/disiplin/{found.id}"
    decree = {"code": "S1", "state": "final", "number": "SK-7", "dated": "05-02-2026"}
    assert post(admin, address, decree, page=address).status_code == 302
    assert admin.get(address).status_code == 404
    assert enter("clerk").get("/disiplin").status_code == 404


def test_offers_are_recorded_answered_and_listed_and_leave_is_previewed(site):
    office, enter = site
    admin, page = enter("admin"), "/penugasan/catat"
    told = {"nip": office.clerk.nip, "name": "Satgas banjir", "offered": "05-01-2026"}

    made = post(admin, page, told, page=page)
    address = made.headers["Location"]
    unread = post(admin, address, {"response": "ditolak"}, page=address)
    answer = {"response": "diterima", "starts": "01-02-2026", "decree": "SK-12"}
    answered = post(admin, address, answer, page=address)
    leave = {"nip": office.clerk.nip, "kind": "sakit", "starts": "01-01-2025", "ends": "31-12-2025", "pratinjau": "1"}
    preview = post(admin, "/cuti/catat", leave, page="/cuti/catat")
    del leave["pratinjau"]
    kept = post(admin, "/cuti/catat", leave, page="/cuti/catat")

    assert (unread.status_code, "alasan penolakannya sah" in unread.text) == (422, True)
    assert "SK-12" in admin.get(answered.headers["Location"]).text
    assert "Satgas banjir" in admin.get("/penugasan?jawaban=diterima").text
    assert "SK-12" in admin.get("/penugasan/ekspor.csv").text
    assert "dilewati" in preview.text
    assert kept.headers["Location"].endswith("/penugasan")
    listed = admin.get("/cuti?jenis=sakit&urut=-selesai").text
    assert ("2025 dilewati" in listed, "Belum ada" in admin.get("/cuti?keadaan=berjalan").text) == (True, False)
    assert "Cuti sakit,2025-01-01,2025-12-31,2025" in admin.get("/cuti/ekspor.csv").text
    with db.reading() as session:
        leave_id = session.scalars(select(LeavePeriod.id)).one()
    assert 'value="31-12-2025"' in admin.get(f"/cuti/catat?cuti={leave_id}").text
    assert "dilewati" in admin.get(f"/cuti/{leave_id}").text
    gone = post(admin, f"/cuti/{leave_id}/cabut", {"alasan": "Salah orang."}, page=f"/cuti/{leave_id}")
    assert (gone.headers["Location"], admin.get(f"/cuti/{leave_id}").status_code) == ("/cuti", 404)


def test_manual_entry_against_the_matrix_is_refused_with_a_sentence(site):
    office, enter = site
    admin, page = enter("admin"), "/penilaian-kinerja/catat"
    entry = {"nip": office.clerk.nip, "year": "2024", "result": "2", "behaviour": "1", "predicate": "4"}

    refused = post(admin, page, entry, page=page)
    kept = post(admin, page, entry | {"predicate": "2"}, page=page)

    assert (refused.status_code, "bertentangan dengan matriks" in refused.text) == (422, True)
    assert kept.headers["Location"].endswith("/kinerja")


def test_the_history_is_drawn_for_the_official_the_superior_and_the_agency(site):
    office, enter = site
    with db.unit_of_work() as session:
        for year, result in ((2022, 1), (2023, 3)):
            make_appraisal(session, office.clerk, year, result=result, behaviour=2)
    sheet = sheet_of(office, office.clerk)
    ways = (
        ("clerk", f"/saya/penilaian/{sheet.id}"),
        ("clerk", "/saya/catatan/kinerja"),
        ("chief", f"/saya/penilaian/{sheet.id}"),
        ("admin", f"/penilaian-kinerja/lembar/{sheet.id}"),
        ("admin", f"/pegawai/{office.clerk.nip}/kinerja"),
    )

    clients = {login: enter(login) for login in ("clerk", "chief", "admin")}
    pages = [clients[login].get(address).text for login, address in ways]

    with db.unit_of_work() as session:
        make_appraisal(session, office.clerk, 2031)
    later = [clients[login].get(f"/saya/penilaian/{sheet.id}").text for login in ("clerk", "chief")]

    assert ["2031" in page for page in later] == [True, False]
    for page in pages:
        assert "Predikat kinerja per tahun" in page
        assert "Hasil kerja dan perilaku kerja per tahun" in page
        assert "2022" in page[page.index("Penilaian kinerja per tahun") :]
