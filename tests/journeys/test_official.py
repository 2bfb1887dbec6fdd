"""What an official sees: the own part, and nobody else's name, NIP or address."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.journey

_LINKS = "() => [...document.querySelectorAll('a[href]')].map(link => link.href)"
_FULL_NAMES = "SELECT o.nip, r.name FROM officials o JOIN official_records r ON r.official_id = o.id"
# Who appraises one, and whom one is asked to appraise or rate, is named on the pages for that and nowhere else.
_DUTIES = ("/saya/penilaian", "/saya/umpan-balik", "/saya/penerapan")
_MET = """
WITH me AS (SELECT id FROM officials WHERE nip = ?)
SELECT o.nip, r.name FROM officials o JOIN official_records r ON r.official_id = o.id WHERE o.id IN (
  SELECT assessor_id FROM appraisal_sheets WHERE official_id IN me
  UNION SELECT reviewer_id FROM appraisal_sheets WHERE official_id IN me
  UNION SELECT official_id FROM appraisal_sheets WHERE assessor_id IN me OR reviewer_id IN me
  UNION SELECT subject_official_id FROM feedback_invitations WHERE rater_id IN me
  UNION SELECT e.official_id FROM training_transfer_raters t
    JOIN training_enrolments e ON e.id = t.enrolment_id WHERE t.official_id IN me)
"""


def spaced(nip: str) -> str:
    """Return a NIP as pages write it."""
    return f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}"


@pytest.mark.parametrize("place", [0, 1])
def test_an_official_sees_the_own_part_only(arrive_as, installation, place):
    me = [account for account in installation.accounts.values() if account.role == "official"][place]
    people = dict(installation.rows(_FULL_NAMES))
    own_name = people.pop(me.nip)
    others = {name for name in people.values() if name not in own_name}
    met = dict(installation.rows(_MET, me.nip))
    visitor = arrive_as(me.login)
    waiting, seen = ["/"], set()

    while waiting:
        path = waiting.pop()
        seen.add(path)
        visitor.visit(path)
        html = visitor.page.content()
        shown = met if path.startswith(_DUTIES) else {}
        strangers = [nip for nip in people if nip not in shown]
        assert [nip for nip in strangers if nip in html or spaced(nip) in html] == [], path
        assert [name for name in others - set(shown.values()) if name in html] == [], path
        links = [urlsplit(link) for link in visitor.page.evaluate(_LINKS) if link.startswith(installation.url)]
        waiting += {link.path for link in links if not link.path.endswith((".pdf", "/berkas"))} - seen - set(waiting)

    assert len(seen) > 40
    assert sum(path.startswith("/saya/penjelasan/RUN-") for path in seen) >= 2


def test_an_official_reads_why_and_takes_it_home(arrive_as, tmp_path):
    visitor = arrive_as("official")
    visitor.visit("/")
    assert visitor.page.url.endswith("/saya")

    visitor.page.get_by_role("link", name="Penjelasan saya").first.click()
    visitor.page.wait_for_url("**/saya/penjelasan")
    visitor.page.get_by_role("link", name="Mengapa? ").first.click()
    visitor.page.wait_for_url("**/saya/penjelasan/RUN-*")

    for words in ("Nilai saya", "Rata-rata yang memenuhi syarat", "Apa yang akan mengubahnya", "Syarat"):
        assert words in visitor.main
    assert visitor.download("Unduh PDF", tmp_path).read_bytes().startswith(b"%PDF-")


def test_addresses_of_others_do_not_exist_for_an_official(arrive_as, installation):
    me = installation.of_role("official")
    other = installation.rows("SELECT id, nip FROM officials WHERE nip <> ? LIMIT 1", me.nip)[0]
    fact = installation.rows("SELECT id FROM appraisals WHERE official_id = ? LIMIT 1", other[0])
    fact = fact or installation.rows(
        "SELECT id FROM appraisals WHERE official_id <> (SELECT id FROM officials WHERE nip = ?) LIMIT 1", me.nip
    )
    visitor = arrive_as("official")
    paths = [
        f"/pegawai/{other[1]}",
        f"/pegawai/{me.nip}",
        f"/bukti/appraisals/{fact[0][0]}",
        "/pegawai",
        "/lowongan",
        "/lowongan/LOWONGAN-1/peringkat",
        f"/lowongan/LOWONGAN-1/peringkat/RUN-000001/pegawai/{me.nip}",
        "/lowongan/LOWONGAN-1/peringkat/RUN-000001/unduh.xlsx",
        "/saya/penjelasan/RUN-000004",
        "/saya/penjelasan/RUN-999999",
        "/saya/penjelasan/RUN-000004/penjelasan.pdf",
        "/impor",
        "/pengguna",
        "/audit",
    ]

    assert {path: visitor.page.request.get(installation.url + path).status for path in paths} == dict.fromkeys(
        paths, 404
    )
