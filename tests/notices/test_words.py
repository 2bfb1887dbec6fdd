from __future__ import annotations

import datetime as dt
import re
import string
from pathlib import Path

import pytest

from merit.config import load_settings
from merit.errors import SetupError
from merit.i18n import speaking
from merit.mail_route import is_mail_address, read_mail_url
from merit.notices import words
from merit.notices.domain import KINDS, MAX_ATTEMPTS, Group, is_inside, is_mailed, next_try, stage_of, week_of
from merit.notices.letters import code_letter, message_id, notice_letter, write
from merit.phrases import all_sentences

pytestmark = pytest.mark.unit

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
_FILLED = re.compile(r"%\((\w+)\)s")


def settings(**changes: object):
    return load_settings({}, instance_path="/tmp/tidak-ada", **changes)


def letter(headings: list[str], address: str = "ani@kota.test", **changes: object):
    chosen = settings(site_url="https://merit.kota.test", **changes)
    return write(chosen, notice_letter(chosen, address, headings, "notices 1 2"))


def test_every_kind_has_a_heading_without_blanks_and_a_sentence():
    known = all_sentences()

    missing = [kind for kind in KINDS if f"notice-{kind}" not in known or f"told-{kind}" not in known]
    told = {code.partition("-")[2] for code in known if code.startswith("told-")}

    assert missing == []
    assert told == set(KINDS)
    assert [kind for kind in KINDS if _FILLED.search(words.heading(kind))] == []


def test_a_sentence_writes_days_and_counts_the_way_of_the_language():
    params = {"count": 1200, "due": "2026-11-05"}

    assert words.sentence("appraisal-to-give", params) == (
        "1.200 pegawai menunggu penilaian Anda, paling lambat 5 November 2026."
    )


def test_discipline_never_leaves_by_mail():
    assert [kind for kind, group in KINDS.items() if not is_mailed(kind)] == ["discipline-recorded"]
    assert KINDS["discipline-recorded"] == Group.DISCIPLINE


@pytest.mark.parametrize(
    ("left", "stage"),
    [(20, None), (14, 14), (9, 14), (3, 3), (1, 3), (0, 3), (-1, None)],
)
def test_a_stage_is_reached_even_when_a_day_was_missed(left, stage):
    assert stage_of(left, (14, 3)) == stage


def test_the_week_of_the_turn_of_the_year_is_one():
    assert week_of(dt.date(2026, 12, 31)) == week_of(dt.date(2027, 1, 3)) == "2026W53"


def test_a_refused_mail_waits_longer_each_time_and_not_for_ever():
    waits = [next_try(attempt, NOON) for attempt in range(1, MAX_ATTEMPTS + 1)]

    # 1, 5, 15 minutes, 1, 4, 12 hours, and then never again
    assert [None if at is None else (at - NOON).total_seconds() / 60 for at in waits] == [1, 5, 15, 60, 240, 720, None]


@pytest.mark.parametrize(
    ("link", "inside"),
    [("", True), ("/saya", True), ("//jahat.test", False), ("/\\jahat", False), ("https://a", False), ("/a\nb", False)],
)
def test_links_stay_inside(link, inside):
    assert is_inside(link) is inside


def test_a_mail_tells_headings_and_a_link_and_nothing_more():
    mail = letter(["Penilaian kinerja Anda sudah diserahkan"])

    plain = mail.get_body(("plain",)).get_content()

    assert mail["Subject"] == "Penilaian kinerja Anda sudah diserahkan"
    assert plain.startswith("- Penilaian kinerja Anda sudah diserahkan\n\nMasuk ke Merit untuk membacanya:\n")
    assert "https://merit.kota.test/pemberitahuan" in plain
    assert 'href="https://merit.kota.test/pemberitahuan"' in mail.get_body(("html",)).get_content()
    assert mail["Auto-Submitted"] == "auto-generated"


def test_several_notices_are_one_mail_that_counts_them():
    many = [f"Hal {letter}" for letter in string.ascii_uppercase]

    mail = letter(["Sama", "Sama", *many])
    plain = mail.get_body(("plain",)).get_content()

    assert mail["Subject"] == "28 pemberitahuan baru di Merit"
    assert "- Sama (2×)\n" in plain
    assert "- Hal S\n- … dan 7 hal lain\n" in plain  # 27 different lines, 20 of them shown


def test_the_language_of_a_mail_is_its_readers():
    with speaking("en"):
        mail = letter(["X"])

    assert mail["Content-Language"] == "en"


@pytest.mark.parametrize("address", ["a@b.test\r\nBcc: c@d.test", "a@b.test, c@d.test", "Ani <a@b.test>", "", "a@b..c"])
def test_an_address_slips_nothing_into_the_headers(address):
    with pytest.raises(ValueError, match="address"):
        letter(["X"], address)


def test_a_line_break_in_a_subject_is_refused():
    with pytest.raises(ValueError, match="linefeed"):
        letter(["Satu\r\nBcc: jahat@kota.test"])


def test_markup_in_a_heading_stays_words():
    html = letter(["<script>x</script>"]).get_body(("html",)).get_content()

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_every_try_of_a_letter_has_the_same_id():
    chosen = settings(site_url="https://merit.kota.test")

    first, again, other = (message_id(chosen, text) for text in ("notices 1 2", "notices 1 2", "notices 1 3"))

    assert first == again != other
    assert first.endswith("@merit.kota.test>")


def test_the_code_stands_in_its_mail():
    chosen = settings()

    mail = write(chosen, code_letter(chosen, "ani@kota.test", "012345", "code 1 1"))

    assert "- Kode: 012345\n" in mail.get_body(("plain",)).get_content()


def test_a_server_is_read_with_user_password_and_port():
    route = read_mail_url("smtp+starttls://merit%40kota:ra%2Fha%3Asia@surat.kota.test:2525")

    assert (route.scheme, route.host, route.port) == ("smtp+starttls", "surat.kota.test", 2525)
    assert (route.user, route.password) == ("merit@kota", "ra/ha:sia")
    assert "sia" not in repr(route) + route.shown
    assert read_mail_url("smtps://surat.test").port == 465
    assert read_mail_url("file:").is_file


@pytest.mark.parametrize(
    "url",
    [
        "http://surat.test",
        "smtp://",
        "smtp://surat.test/jalur",
        "smtp://surat.test:99999",
        "smtps://ani@surat.test",
        "smtp://ani:rahasia@surat.test",
        "smtps://ani:rah%C3%A1sia@surat.test",
        "smtps://surat..test",
        "file:relatif",
    ],
)
def test_a_wrong_mail_setting_names_the_variable_and_keeps_the_password(url):
    with pytest.raises(SetupError) as refusal:
        load_settings({"MERIT_MAIL_URL": url, "MERIT_MAIL_FROM": "a@b.test"}, instance_path="/tmp/tidak-ada")

    assert refusal.value.details["variable"] == "MERIT_MAIL_URL"
    assert "rahasia" not in f"{refusal.value} {refusal.value.__cause__}"  # a traceback writes both


@pytest.mark.parametrize(
    ("variable", "value"),
    [("MERIT_MAIL_FROM", "x\ny@z.test"), ("MERIT_SITE_URL", "https://a.test/jalur"), ("MERIT_REMIND_HOUR", "24")],
)
def test_other_wrong_settings_are_named(variable, value):
    with pytest.raises(SetupError) as refusal:
        load_settings({variable: value}, instance_path="/tmp/tidak-ada")

    assert refusal.value.details["variable"] == variable


def test_a_server_needs_a_sender():
    with pytest.raises(SetupError) as refusal:
        load_settings({"MERIT_MAIL_URL": "smtps://surat.test"}, instance_path="/tmp/tidak-ada")

    assert refusal.value.details["variable"] == "MERIT_MAIL_FROM"


def test_settings_show_no_password_and_have_a_public_address():
    chosen = settings(mail_url="smtps://ani:rahasia@surat.test", mail_from="m@k.test", site_url="https://m.test/")

    assert "rahasia" not in repr(chosen)
    assert chosen.public_url == "https://m.test"
    assert settings().public_url == "http://127.0.0.1:8000"
    assert settings().mail_path == Path("/tmp/tidak-ada/mail")


@pytest.mark.parametrize(
    ("text", "good"),
    [("ani.s+merit@kota.go.id", True), ("ani@localhost", True), (".a@b.c", False), ("a b@c.d", False), ("é@b", False)],
)
def test_addresses(text, good):
    assert is_mail_address(text) is good
