from __future__ import annotations

import json
import stat

import pytest
from click.testing import CliRunner

from merit import db
from merit.accounts.queries import find_user_by_login
from merit.cli import cli, main
from merit.security.passwords import is_password
from tests import factories

pytestmark = pytest.mark.db


@pytest.fixture
def run(database, monkeypatch):
    """Run a command against the test's database; the answer carries output and exit code."""
    settings = database.settings
    monkeypatch.setenv("MERIT_INSTANCE_PATH", str(settings.instance_path))
    monkeypatch.setenv("MERIT_DATABASE_URL", settings.database_url)

    def run(*arguments: str):
        db.get_database().dispose()
        return CliRunner().invoke(_guarded, arguments)

    return run


class _Guarded:
    """The console script as a process sees it: refusals become exit code 1."""

    name = "merit"

    def main(self, args, prog_name, **_options):
        main(list(args))


_guarded = _Guarded()


def test_init_is_idempotent_and_prints_one_link_at_a_time(run, database):
    first, second = run("init"), run("init")

    links = [answer.output.strip().splitlines()[-1] for answer in (first, second)]
    assert [answer.exit_code for answer in (first, second)] == [0, 0]
    assert links[0] != links[1]
    assert all(link.startswith("http://127.0.0.1:8000/aktivasi/") for link in links)
    assert stat.S_IMODE(database.settings.secret_file.stat().st_mode) == 0o600
    assert run("audit", "verify").exit_code == 0


def test_init_never_replaces_lost_keys(run, database):
    run("init")
    database.settings.secret_file.unlink()

    answer = run("init")

    assert answer.exit_code == 1
    assert "Pulihkan berkas kunci lama" in answer.stderr
    assert not database.settings.secret_file.exists()


def test_init_prints_no_link_once_an_admin_is_there(run, tmp_path):
    password = tmp_path / "password"
    password.write_text("tikus putih melompat jauh\n")
    run("user", "add", "kepala", "--role", "admin", "--password-file", str(password))

    assert "aktivasi" not in run("init").output


def test_add_with_password_file(run, tmp_path):
    path = tmp_path / "password"
    path.write_text("tikus putih melompat jauh\n")

    answer = run("user", "add", "Rina", "--role", "panel", "--password-file", str(path))

    assert (answer.exit_code, answer.output) == (0, "Akun rina dibuat.\n")
    with db.reading() as session:
        assert is_password(find_user_by_login(session, "rina").password_hash, "tikus putih melompat jauh")


def test_add_for_an_official_and_a_unit(run):
    with db.unit_of_work() as session:
        nip, unit = factories.make_official(session).nip, factories.make_unit(session).code

    answer = run("user", "add", nip, "--nip", nip, "--role", "official", "--role", "opd_admin", "--unit", unit)

    assert answer.exit_code == 0
    assert run("user", "roles", nip).output.split() == ["official", "opd_admin", unit]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["user", "add", "rina", "--role", "opd_admin"], "Pilih unitnya"),
        (["user", "add", "rina", "--role", "opd_admin", "--unit", "ZZZ"], "Unit «ZZZ» tidak ada"),
        (["user", "add", "rina", "--role", "official"], "memerlukan NIP"),
        (["user", "roles", "siapa"], "Pengguna tidak ditemukan"),
        (["user", "disable", "siapa"], "Pengguna tidak ditemukan"),
    ],
)
def test_refusals_are_one_sentence_and_exit_one(run, arguments, sentence):
    answer = run(*arguments)

    assert answer.exit_code == 1
    assert sentence in answer.stderr
    assert answer.stdout == ""


def test_unknown_role_is_a_usage_error(run):
    assert run("user", "add", "rina", "--role", "raja").exit_code == 2


def test_roles_disable_link_and_list(run):
    run("user", "add", "satu", "--role", "admin")
    run("user", "add", "dua", "--role", "admin")

    assert run("user", "roles", "dua", "--add", "panel").output.split() == ["admin", "panel"]
    assert run("user", "roles", "dua", "--remove", "panel").output.split() == ["admin"]
    assert run("user", "roles", "dua", "--remove", "panel").exit_code == 1
    assert run("user", "disable", "dua").exit_code == 0
    assert run("user", "link", "dua").exit_code == 1
    assert run("user", "disable", "satu").exit_code == 1
    assert run("user", "disable", "dua", "--undo").exit_code == 0
    assert "/aktivasi/" in run("user", "link", "dua").output
    listed = json.loads(run("user", "list", "--json").output)
    assert [(user["login"], user["roles"], user["enabled"]) for user in listed] == [
        ("dua", ["admin"], True),
        ("satu", ["admin"], True),
    ]
    assert "satu\tsatu\tadmin\taktif" in run("user", "list").output


def test_audit_verify_tells_an_intact_chain(run):
    run("user", "add", "rina", "--role", "panel")

    assert run("audit", "checkpoint").output == "Titik periksa dibuat sampai catatan 3.\n"
    assert run("audit", "verify").output.startswith("Rantai utuh: 3 catatan, 1 titik periksa")


def test_audit_verify_names_the_first_bad_row(run, database):
    from tests.audit.test_verification import drop_triggers

    run("user", "add", "rina", "--role", "panel")
    drop_triggers(db.get_database())
    with db.unit_of_work() as session:
        session.connection().exec_driver_sql("UPDATE audit_entries SET subject = 'user:9' WHERE id = 2")

    answer = run("audit", "verify", "--json")

    report = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert (report["intact"], report["first_bad_entry"]) == (False, 2)
    assert report["problems"][0]["reason"] == "audit-columns-changed"


def test_commands_explain_themselves():
    for command in (["user", "add"], ["user"], ["audit", "verify"], ["init"]):
        answer = CliRunner().invoke(cli, [*command, "--help"])
        assert answer.exit_code == 0
        assert "Usage" in answer.output
