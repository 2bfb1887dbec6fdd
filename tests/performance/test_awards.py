"""Awards of officials: recorded, corrected, withdrawn, imported, undone, listed and shown to their owner."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from merit import clock, db
from merit.app import create_app
from merit.audit.models import AccessEntry, AuditEntry
from merit.audit.services import append_pending
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.exchange.undoing import undo_batch
from merit.performance.models import OfficialAward
from merit.performance.queries.awards import AwardFilter, award_years, count_awards, search_awards
from merit.performance.services.awards import AwardInput, correct_award, record_award, withdraw_award
from merit.profiles.timeline import load_events
from merit.security.permissions import SYSTEM, Role
from tests.exchange.files import BUDI, SITI, counts, findings, load, load_city
from tests.factories import day, make_official
from tests.performance.appraisal_samples import act_as
from tests.web_client import make_user, post, sign_in

HEADER = ["nip", "jenis", "nama", "pemberi", "nomor_sk", "tanggal", "keterangan"]


def told(**changes):
    award = {"kind": "inovasi", "name": "Inovasi Kota", "issuer": "Wali Kota", "number": "003/7"}
    return AwardInput(**({**award, "dated": day("2024-08-12")} | changes))


def row(nip=BUDI, kind="karya_satya_10", number="88/TK/2024", dated="2024-08-12"):
    return [nip, kind, "Satyalancana Karya Satya 10 Tahun", "Presiden", number, dated, ""]


@pytest.mark.unit
def test_texts_are_freed_of_superfluous_blanks():
    award = told(name="  Inovasi \n Kota ", number=" 003/7 ", issuer="Wali  Kota", note=" a ").trimmed()

    assert award == told(note="a")


@pytest.mark.db
def test_an_award_is_corrected_and_withdrawn_and_stays_in_the_chain(session):
    official = make_official(session)
    admin = act_as(session, "admin", Role.ADMIN)
    first = record_award(session, admin, nip=official.nip, award=told())

    renamed = correct_award(session, admin, award_id=first.id, award=told(name="Inovasi Kota Terbaik"))
    moved = correct_award(session, admin, award_id=renamed.id, award=told(number="003/8", kind="instansi"))
    titles = [event.title for event in load_events(session, official.id) if event.table == "official_awards"]
    with pytest.raises(NotFoundError):
        correct_award(session, admin, award_id=first.id, award=told())
    with pytest.raises(InvalidInputError, match="withdraw-reason"):
        withdraw_award(session, admin, award_id=moved.id, reason="  ")
    withdraw_award(session, admin, award_id=moved.id, reason="Salah orang.")
    append_pending(session)

    assert titles == ["Inovasi Kota"]
    assert count_awards(session, AwardFilter()) == 0
    assert [fact.name for fact in session.scalars(select(OfficialAward).order_by(OfficialAward.id))] == [
        *("Inovasi Kota", "Inovasi Kota Terbaik", "Inovasi Kota"),
    ]
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("award:")))
    assert sorted(actions) == ["award:correct", "award:correct", "award:record", "award:withdraw"]


@pytest.mark.db
def test_what_cannot_be_recorded_is_refused(session):
    official = make_official(session)
    admin = act_as(session, "admin", Role.ADMIN)
    record_award(session, admin, nip=official.nip, award=told())
    other = record_award(session, admin, nip=official.nip, award=told(number="003/8"))
    refusals = (
        (InvalidInputError, "award-kind", told(kind="medali")),
        (InvalidInputError, "award-incomplete", told(issuer=" ")),
        (InvalidInputError, "award-ahead", told(dated=clock.today() + dt.timedelta(days=1))),
        (RuleViolationError, "award-twice", told()),
    )

    for kind, reason, award in refusals:
        with pytest.raises(kind, match=reason):
            record_award(session, admin, nip=official.nip, award=award)
    with pytest.raises(RuleViolationError, match="award-twice"):
        correct_award(session, admin, award_id=other.id, award=told())
    elsewhere = act_as(session, "opd", Role.OPD_ADMIN, units=frozenset({0}))
    with pytest.raises(NotFoundError):
        withdraw_award(session, elsewhere, award_id=other.id, reason="Salah.")
    with pytest.raises(NotAllowedError):
        record_award(session, act_as(session, "aud", Role.AUDITOR), nip=official.nip, award=told(number="9"))
    self_admin = act_as(session, "sendiri", Role.ADMIN, official=official)
    with pytest.raises(RuleViolationError, match="award-own"):
        record_award(session, self_admin, nip=official.nip, award=told(number="9"))
    with pytest.raises(RuleViolationError, match="award-own"):
        withdraw_award(session, self_admin, award_id=other.id, reason="Salah.")
    assert count_awards(session, AwardFilter()) == 2


@pytest.mark.db
def test_the_list_is_searched_narrowed_and_sorted(session):
    admin = act_as(session, "admin", Role.ADMIN)
    ani, budi = make_official(session, name="Ani"), make_official(session, name="Budi")
    record_award(session, admin, nip=ani.nip, award=told(kind="karya_satya_10", number="1", dated=day("2023-12-31")))
    record_award(session, admin, nip=budi.nip, award=told(dated=day("2024-01-01"), issuer="Gubernur"))

    def found(order="-tanggal", **chosen):
        return [one.name for one in search_awards(session, AwardFilter(**chosen), order=order)]

    assert (found(), found(order="tanggal"), found(order="-nama")) == (
        *(["Budi", "Ani"], ["Ani", "Budi"], ["Budi", "Ani"]),
    )
    assert (found(text="gubernur"), found(kind="karya_satya_10"), found(year=2023)) == (["Budi"], ["Ani"], ["Ani"])
    assert (found(unit_ids=frozenset({0})), found(text="ani gubernur")) == ([], [])
    assert award_years(session, None) == [2024, 2023]
    assert award_years(session, frozenset({0})) == []


@pytest.mark.db
def test_a_file_of_awards_is_checked_imported_and_undone(session, tmp_path):
    load_city(session, tmp_path)
    ahead = (clock.today() + dt.timedelta(days=1)).isoformat()
    bad = [HEADER, row(), row(), row(SITI, dated=ahead), row("199912312024011001"), row(SITI, kind="medali")]

    refused = load(session, tmp_path, "awards", bad)
    tried = load(session, tmp_path, "awards", [HEADER, row(), row(SITI)], dry_run=True)
    assert session.scalar(select(func.count(OfficialAward.id))) == 0
    kept = load(session, tmp_path, "awards", [HEADER, row(), row(SITI, kind="Karya Satya 10")])
    again = load(session, tmp_path, "awards", [HEADER, row(), row(SITI)])
    undo_batch(session, SYSTEM, batch_id=kept.batch)

    assert findings(refused) == [
        ("awards.csv!A3", "nip", "row-duplicate"),
        ("awards.csv!F4", "tanggal", "award-ahead"),
        ("awards.csv!A5", "nip", "official-unknown"),
        ("awards.csv!B6", "jenis", "choice-unknown"),
    ]
    assert (counts(tried), counts(kept), counts(again)) == ((2, 0, 0), (2, 0, 0), (0, 0, 2))
    assert count_awards(session, AwardFilter()) == 0


@pytest.mark.web
def test_an_award_goes_through_the_pages_to_its_owner(sqlite_database):
    with db.unit_of_work() as session:
        official = make_official(session)
    make_user("admin", Role.ADMIN)
    make_user("pegawai", Role.OFFICIAL, nip=official.nip)
    app = create_app(sqlite_database.settings, sqlite_database)
    admin, owner = app.test_client(), app.test_client()
    sign_in(admin, "admin")
    sign_in(owner, "pegawai")
    award = {"nip": official.nip, "kind": "inovasi", "name": "Inovasi Kota", "issuer": "Wali Kota", "number": "003/7"}
    page = "/penghargaan/catat"

    empty = admin.get("/penghargaan").text
    ahead = post(admin, page, award | {"dated": "2190-01-01"}, page=page)
    kept = post(admin, page, award | {"dated": "12-08-2024"}, page=page)
    address = kept.headers["Location"]
    changed = award | {"dated": "12-08-2024", "name": "Inovasi <Terbaik>", "nip": "1"}
    shown = admin.get(f"{address}/perbaiki").text
    fixed = post(admin, f"{address}/perbaiki", changed, page=f"{address}/perbaiki").headers["Location"]
    listed = admin.get("/penghargaan?cari=inovasi&tahun=2024&jenis=inovasi&urut=-nama").text
    record = owner.get("/saya/catatan/kinerja").text
    evidence = f"/bukti/official_awards/{fixed.rsplit('/', 1)[-1]}"

    assert ("Belum ada penghargaan" in empty, "tidak ikut dihitung" in empty) == (True, True)
    assert (ahead.status_code, "belum tiba" in ahead.text) == (422, True)
    assert ('value="003/7"' in shown, 'value="12-08-2024"' in shown) == (True, True)
    assert admin.get(address).status_code == 404
    assert ("Inovasi &lt;Terbaik&gt;" in listed, "Tidak ada penghargaan yang cocok" in listed) == (True, False)
    assert "Tidak ada penghargaan yang cocok" in admin.get("/penghargaan?tahun=1999").text
    assert "Penghargaan inovasi,Inovasi <Terbaik>,Wali Kota,003/7,2024-08-12" in (
        admin.get("/penghargaan/ekspor.csv?tahun=2024").text
    )
    assert ("Inovasi &lt;Terbaik&gt;" in record, evidence in record) == (True, True)
    assert "Nama: Inovasi Kota menjadi Inovasi &lt;Terbaik&gt;" in owner.get(evidence).text
    gone = post(admin, f"{fixed}/cabut", {"alasan": "Salah orang."}, page=fixed)
    assert (gone.headers["Location"], "Belum ada penghargaan" in admin.get("/penghargaan").text) == (
        *("/penghargaan", True),
    )
    with db.reading() as session:
        assert "reading-awards" in set(session.scalars(select(AccessEntry.what)))
