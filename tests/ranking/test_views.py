"""Pages of vacancies, policies and runs as their readers get them."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from merit import db
from merit.audit.models import AccessEntry, AuditEntry
from merit.audit.services import append_pending
from merit.jobs.models import Job
from merit.jobs.runner import Runner
from merit.people.models import Official, OfficialRecord
from merit.phrases import phrase
from merit.ranking.models import PolicyVersion, RankingRun, Vacancy, VacancyRecord
from merit.ranking.services.runs import create_run
from merit.ranking.services.vacancies import VacancyInput, record_vacancy
from merit.security.permissions import SYSTEM, Role
from tests.factories import day, make_application, make_appraisal, make_official, make_position, make_results
from tests.people.conftest import counted_queries
from tests.ranking.samples import POLICY, Town, make_actor, make_town
from tests.web_client import make_user, post, sign_in, token_of

pytestmark = pytest.mark.web

LIST = "/lowongan/LOWONGAN-A/peringkat"


@pytest.fixture
def town(database: db.Database) -> Town:
    """Commit a vacancy with three who are ranked, one on hold and two who fail."""
    with db.unit_of_work() as session:
        make_position(session, tier="administrator", code="KABAG", name="Kepala Bagian Umum")
        return make_town(session, make_actor(session, "a", Role.ADMIN), make_actor(session, "k", Role.PPK))


@pytest.fixture
def admin(client: FlaskClient, town: Town) -> FlaskClient:
    """Return a client signed in as an admin."""
    make_user("admin", Role.ADMIN)
    sign_in(client, "admin")
    return client


def run_town(town: Town) -> str:
    """Rank the town's vacancy and return the run's code."""
    with db.unit_of_work() as session:
        return create_run(session, SYSTEM, vacancy_code=town.vacancy).code


@pytest.fixture
def run(town: Town) -> str:
    """Return the code of a run of the town's vacancy."""
    return run_town(town)


def announce(code: str, *, pathway: str = "seleksi_internal", as_of: str = "2026-06-01") -> None:
    with db.unit_of_work() as session:
        terms = VacancyInput(code=code, position_code="KABAG", as_of=day(as_of), pathway=pathway, policy_code="contoh")
        record_vacancy(session, SYSTEM, vacancy=terms)


def add_ranked(count: int) -> None:
    """Add officials who meet every gate, each a little better than the one before."""
    with db.unit_of_work() as session:
        for number in range(count):
            official = make_official(session, birth="1980-03-04", name=f"Tambahan {number:02d}")
            for year in (2024, 2025):
                make_appraisal(session, official, year, result=2, behaviour=2 + number % 2)
            make_results(session, official, 3 + number % 3)


def order_of(text: str, *words: str) -> list[str]:
    """Return those words that a page holds, in the order of their first place in its last table."""
    body = text[text.rindex("<tbody") :]
    return sorted((word for word in words if word in body), key=body.index)


FORM = {
    "code": "LOWONGAN-Z",
    "position_code": "KABAG",
    "as_of": "01-06-2026",
    "pathway": "suksesi",
    "inauguration": "",
    "size": "",
    "policy_code": "contoh",
}


def test_a_vacancy_is_announced_with_its_policy_frozen(admin, database):
    answer = post(admin, "/lowongan/baru", FORM, page="/lowongan/baru")

    assert answer.location == "/lowongan/LOWONGAN-Z"
    page = admin.get(answer.location).text
    assert "Kepala Bagian Umum" in page
    assert "1 Juni 2026" in page
    with db.reading() as session:
        record = session.scalars(select(VacancyRecord).order_by(VacancyRecord.id.desc()).limit(1)).one()
        assert session.get_one(PolicyVersion, record.policy_version_id).code == "contoh"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"code": ""}, "Isi kode lowongan."),
        ({"code": "LOWONGAN 7"}, "Pakai huruf, angka, titik, garis, atau garis miring."),
        ({"code": "LOWONGAN-A"}, "Lowongan «LOWONGAN-A» sudah ada."),
        ({"position_code": "TIDAKADA"}, "Jabatan «TIDAKADA» tidak ada."),
        ({"as_of": "31-02-2026"}, "31-02-2026"),
        ({"inauguration": "01-05-2026"}, "Tanggal pelantikan tidak boleh mendahului tanggal lowongan."),
        ({"size": "0"}, "Isi 1 sampai 50."),
        ({"pathway": "lewat-belakang"}, "error"),
        ({"policy_code": "tidak-ada"}, "error"),
    ],
)
def test_a_wrong_vacancy_is_refused_with_a_sentence_and_nothing_is_written(admin, change, sentence):
    answer = post(admin, "/lowongan/baru", FORM | change, page="/lowongan/baru")

    assert answer.status_code == 422
    assert sentence in answer.text
    with db.reading() as session:
        assert len(session.scalars(select(VacancyRecord)).all()) == 1


def test_codes_with_a_slash_have_pages(admin, town):
    announce("800/12/BKPSDM")

    page = admin.get("/lowongan").text

    assert 'href="/lowongan/800/12/BKPSDM"' in page
    assert admin.get("/lowongan/800/12/BKPSDM").status_code == 200
    assert admin.get("/lowongan/800/12/BKPSDM/peringkat").status_code == 404


def test_vacancies_are_searched_filtered_and_sorted(admin, town):
    announce("LOWONGAN-B", pathway="suksesi", as_of="2026-07-01")
    announce("LOWONGAN-C", pathway="suksesi", as_of="2026-05-01")
    codes = ("LOWONGAN-A", "LOWONGAN-B", "LOWONGAN-C")

    def shown(query: str) -> list[str]:
        return order_of(admin.get(f"/lowongan?{query}").text, *codes)

    assert shown("") == ["LOWONGAN-B", "LOWONGAN-A", "LOWONGAN-C"]
    assert shown("urut=code") == list(codes)
    assert shown("urut=-code") == list(reversed(codes))
    assert shown("urut=rahasia&jalur=lewat-belakang") == ["LOWONGAN-B", "LOWONGAN-A", "LOWONGAN-C"]
    assert shown("jalur=suksesi&urut=as_of") == ["LOWONGAN-C", "LOWONGAN-B"]
    assert shown("cari=umum+-b") == ["LOWONGAN-B"]
    assert "Belum ada lowongan yang cocok" in admin.get("/lowongan?cari=%25").text


def test_lists_ask_the_database_as_often_for_one_row_as_for_three(admin, town, database, run):
    pages = ("/lowongan", "/kebijakan", "/lowongan/LOWONGAN-A")
    counts = []
    for _round in range(2):
        for page in pages:
            with counted_queries(database) as statements:
                assert admin.get(page).status_code == 200
            counts.append(len(statements))
        announce(f"LOWONGAN-{len(counts)}")
        announce(f"LOWONGAN-{len(counts) + 1}")
        run_town(town)
        run_town(town)

    assert counts[:3] == counts[3:]


def test_a_run_is_ordered_and_its_page_leads_to_the_result(admin, town, database):
    answer = post(admin, LIST, page="/lowongan/LOWONGAN-A")

    assert answer.location.startswith("/pekerjaan/")
    runner = Runner(database, describe=phrase)
    try:
        runner.run(int(answer.location.rsplit("/", 1)[1]))
    finally:
        runner.close()
    with db.reading() as session:
        assert session.scalars(select(Job)).one().state == "done"
        code = session.scalars(select(RankingRun)).one().code
    assert f'href="{LIST}/{code}"' in admin.get(answer.location).text


def test_the_shortlist_gives_the_order_and_says_first_what_cannot_be_told_apart(admin, town, run):
    clear = admin.get(LIST).text
    add_ranked(8)
    run_town(town)
    close = admin.get(LIST).text

    # Budi 19.5 + 40 + 10 + 20 = 89.5; Andi 30 + 26 + 10 + 20 = 86; Citra less on every one of them.
    assert order_of(clear, "Andi", "Budi", "Citra") == ["Budi", "Andi", "Citra"]
    assert "Dedi Kurniawan" not in clear
    assert "Sebelum melihat urutan" not in clear
    assert close.index("Sebelum melihat urutan") < close.index("<tbody")


def test_the_shortlist_is_filtered_and_sorted(admin, town, run):
    def shown(query: str) -> list[str]:
        return order_of(admin.get(f"{LIST}?{query}").text, "Andi", "Budi", "Citra")

    assert shown("urut=-name") == ["Citra", "Budi", "Andi"]
    assert shown("urut=score") == ["Citra", "Andi", "Budi"]
    assert shown("urut=rahasia&tampil=rahasia&unit=abc") == ["Budi", "Andi", "Citra"]
    assert shown("tampil=top") == ["Budi", "Andi"]
    assert shown(f"cari={town.nips['budi']}") == ["Budi"]
    assert "Tidak ada yang cocok dengan saringan" in admin.get(f"{LIST}?cari=zzz").text
    assert "Tidak ada yang cocok dengan saringan" in admin.get(f"{LIST}?tampil=tied").text


def test_the_shortlist_has_pages_and_the_nearest_one_is_given(admin, town):
    add_ranked(30)
    run_town(town)

    first, second = admin.get(LIST), admin.get(f"{LIST}?halaman=2")
    beyond = [admin.get(f"{LIST}?halaman={number}") for number in ("99", "-5", "9" * 40, "x")]

    assert "Menampilkan 1–25 dari 33" in first.text
    assert "Menampilkan 26–33 dari 33" in second.text
    assert [page.status_code for page in beyond] == [200] * 4
    assert "Menampilkan 26–33 dari 33" in beyond[0].text
    assert all("Menampilkan 1–25 dari 33" in page.text for page in beyond[1:])


def test_pages_of_a_run_ask_as_often_for_three_as_for_thirty_three(admin, town, database):
    pages = (LIST, f"{LIST}/{{}}/syarat", f"{LIST}/{{}}/pegawai/{town.nips['andi']}")
    counts = []
    for _round in range(2):
        code = run_town(town)
        for page in pages:
            with counted_queries(database) as statements:
                assert admin.get(page.format(code)).status_code == 200
            counts.append(len(statements))
        add_ranked(30)

    assert counts[:3] == counts[3:]


def test_everybody_considered_is_shown_with_the_gates(admin, town, run):
    address = f"{LIST}/{run}/syarat"

    everybody, failed, held = (
        admin.get(f"{address}{query}").text for query in ("", "?kedudukan=failed", "?kedudukan=hold")
    )
    by_gate = admin.get(f"{address}?syarat=EDU&halaman=77").text

    names = ("Budi Santoso", "Andi Rahman", "Citra Lestari", "Dedi Kurniawan", "Eka Putri", "Fajar Nugroho")
    assert order_of(everybody, *names) == [*names[:3], names[5], *names[3:5]]
    assert order_of(failed, *names) == ["Dedi Kurniawan", "Eka Putri"]
    assert order_of(held, *names) == ["Fajar Nugroho"]
    assert order_of(by_gate, *names) == ["Eka Putri"]
    assert "paling rendah S1/D4" in by_gate
    assert "Tidak ada yang cocok" in admin.get(f"{address}?cari=zzz").text


def test_an_explanation_compares_and_is_logged(admin, town, run):
    address = f"{LIST}/{run}/pegawai/{town.nips['andi']}"

    page = admin.get(f"{address}?lawan={town.nips['budi']}&acuan=batas").text
    held = admin.get(f"{LIST}/{run}/pegawai/{town.nips['fajar']}").text

    assert "Andi Rahman" in page
    assert "Budi Santoso" in page[page.index('class="pair-sentence"') :]
    assert "nilai pada batas nama" in page
    assert "Menunggu" in held
    assert "Apa yang menaikkan dan menurunkan nilai" not in held
    assert admin.get(f"{address}?lawan=1").status_code == 404
    assert "tidak diperingkat, jadi tidak dapat dibandingkan" in admin.get(f"{address}?lawan={town.nips['fajar']}").text
    with db.unit_of_work() as session:
        append_pending(session)
        read = select(AccessEntry.official_id).where(AccessEntry.what == "reading-explanation")
        assert set(session.scalars(read)) == {town.ids["andi"], town.ids["fajar"]}


def test_a_run_is_recomputed_on_request(admin, run):
    answer = post(admin, f"{LIST}/{run}/periksa", page=LIST)

    assert answer.location == f"{LIST}/{run}"
    assert "hasilnya sama persis" in admin.get(answer.location).text
    with db.unit_of_work() as session:
        append_pending(session)
        actions = select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)
        assert session.scalars(actions).one() == "run:verify"


def test_a_run_of_another_vacancy_does_not_exist(admin, run):
    announce("LOWONGAN-B")

    for tail in ("", "/syarat", "/unduh.xlsx", "/unduh.pdf"):
        assert admin.get(f"/lowongan/LOWONGAN-B/peringkat/{run}{tail}").status_code == 404
        assert admin.get(f"{LIST}/RUN-999999{tail}").status_code == 404


def test_where_nobody_is_eligible_the_page_says_why(admin, town):
    announce("LOWONGAN-T", pathway="seleksi_terbuka")
    with db.unit_of_work() as session:
        vacancy = session.scalars(select(Vacancy).where(Vacancy.code == "LOWONGAN-T")).one()
        make_application(session, session.get_one(Official, town.ids["eka"]), vacancy)
    run_town(Town("LOWONGAN-T", {}, {}))

    page = admin.get("/lowongan/LOWONGAN-T/peringkat").text

    assert "Tidak ada pegawai yang memenuhi semua syarat" in page
    assert "EDU: 1 belum memenuhi (1 hanya karena ini), 0 menunggu." in page


def test_the_workbook_holds_the_run_and_no_formula(admin, town):
    with db.unit_of_work() as session:
        record = select(OfficialRecord).where(OfficialRecord.official_id == town.ids["budi"])
        session.scalars(record).one().name = "=HYPERLINK(1)"
    code = run_town(town)

    answer = admin.get(f"{LIST}/{code}/unduh.xlsx")

    assert answer.headers["Content-Disposition"] == f'attachment; filename="daftar-pendek-{code}.xlsx"'
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    order, points, gates, origin = (book.get_sheet_by_index(number).to_python() for number in range(4))
    assert [row[:4:3] for row in order[1:]] == [[1, "'=HYPERLINK(1)"], [2, "Andi Rahman"], [3, "Citra Lestari"]]
    assert order[1][2] == town.nips["budi"]
    assert order[1][7] == 89.5
    assert sum(points[1][4::3]) == pytest.approx(89.5)
    assert len(gates) == 1 + 6 * 3
    assert ["Peringkat", code] in origin


def test_pdfs_are_given_with_the_run_in_their_names(admin, town, run):
    shortlist = admin.get(f"{LIST}/{run}/unduh.pdf")
    explanations = [
        admin.get(f"{LIST}/{run}/pegawai/{town.nips[name]}/penjelasan.pdf") for name in ("budi", "fajar", "dedi")
    ]

    for answer in (shortlist, *explanations):
        assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert run in answer.headers["Content-Disposition"]
        assert "no-store" in answer.headers["Cache-Control"]
    assert admin.get(f"{LIST}/{run}/unduh.pdf").data == shortlist.data


def send_policy(client: FlaskClient, content: bytes, name: str = "kebijakan.yaml") -> TestResponse:
    token = token_of(client.get("/kebijakan/baru"))
    data = {"document": (io.BytesIO(content), name), "csrf_token": token}
    return client.post("/kebijakan/baru", data=data, content_type="multipart/form-data")


def test_a_policy_is_shown_with_gates_weights_and_standing(admin):
    page = admin.get("/kebijakan/contoh/1").text

    for words in ("PP 94/2021", "Menunggu keputusan PPK", "LHK", "40,00 %", "2 → 65"):
        assert words in page
    assert "Kebijakan contoh" in admin.get("/kebijakan").text


def test_a_draft_is_kept_and_names_the_line_of_every_fault(admin):
    wrong = send_policy(admin, POLICY.replace("weight: 0.8", "weight: 0.79").encode())
    draft = send_policy(admin, POLICY.replace("size: 2", "size: 4").encode())

    assert wrong.status_code == 422
    assert re.search(r"[Bb]aris \d+", wrong.text)
    assert draft.location == "/kebijakan/contoh/2"
    assert "Rancangan" in admin.get(draft.location).text


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"\xff\xfe\x00", "kebijakan.yaml", "UTF-8"),
        (b"", "kebijakan.yaml", "kebijakan"),
        (b"- [", "kebijakan.yaml", "aris"),
        (b"code: x", "kebijakan.pdf", "Pilih berkas .yaml."),
    ],
)
def test_a_document_that_is_none_is_refused_with_a_sentence(admin, content, name, sentence):
    answer = send_policy(admin, content, name)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Traceback" not in answer.text
