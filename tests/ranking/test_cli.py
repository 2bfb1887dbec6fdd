"""``merit policy``, ``merit rank``, ``merit explain``, ``merit verify`` as people and programs call them."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from merit.cli import cli, main
from merit.ranking.models import RankingRun
from merit.security.permissions import Role
from tests.ranking.samples import POLICY, make_actor, make_town

pytestmark = pytest.mark.db


@pytest.fixture
def call(database, monkeypatch, capfd):
    """Return a function that runs one command on the test's database: exit code, stdout, stderr."""
    settings = database.settings
    monkeypatch.setenv("MERIT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("MERIT_INSTANCE_PATH", str(settings.instance_path))
    monkeypatch.setenv("MERIT_SECRET_FILE", str(settings.secret_file))

    def run(*arguments):
        try:
            main(list(arguments))
        except SystemExit as leaving:
            code = leaving.code or 0
        else:
            code = 0
        out, err = capfd.readouterr()
        return code, out, err

    return run


@pytest.fixture
def town(database):
    with database.unit_of_work() as session:
        return make_town(
            session, make_actor(session, "admin-uji", Role.ADMIN), make_actor(session, "ppk-uji", Role.PPK)
        )


def test_policy_travels_from_file_to_force(call, database, tmp_path):
    file = tmp_path / "contoh.yaml"
    file.write_text(POLICY, encoding="utf-8")
    with database.unit_of_work() as session:
        make_actor(session, "admin-uji", Role.ADMIN)
        make_actor(session, "ppk-uji", Role.PPK)

    imported = call("policy", "import", str(file))
    assert imported[0] == 0
    with database.unit_of_work() as session:
        from merit.accounts.models import User, UserRole
        from merit.clock import now

        for user in session.scalars(select(User)):
            role = "admin" if user.login == "admin-uji" else "ppk"
            session.add(UserRole(user_id=user.id, role=role, granted_at=now()))
    activated = call("policy", "activate", "contoh", "--by", "admin-uji", "--second-by", "PPK-Uji", "--json")
    shown = call("policy", "show", "contoh", "--json")
    listed = call("policy", "list", "--json")

    words = [call("policy", *arguments)[1] for arguments in (("show", "contoh"), ("list",))]
    again = call("policy", "import", str(file), "--json")
    renewed = call("policy", "activate", "contoh", "2", "--by", "admin-uji", "--second-by", "ppk-uji")

    assert words[0].splitlines()[0] == "contoh v1 · Kebijakan contoh · berlaku"
    assert "appraisal.behaviour" in words[0]
    assert words[1].startswith("contoh ")
    assert json.loads(again[1])["version"] == 2
    assert "Aturan setempat tanpa keputusan PPK" in renewed[1]
    assert activated[0] == 0
    assert json.loads(activated[1])["missing_decrees"] == ["LHK"]
    assert json.loads(shown[1])["document"]["code"] == "contoh"
    assert [(row["version"], row["state"]) for row in json.loads(listed[1])] == [(1, "active")]
    assert call("policy", "activate", "contoh", "--by", "admin-uji", "--second-by", "siapa")[0] == 1


def test_policy_import_names_file_and_line(call, tmp_path):
    file = tmp_path / "salah.yaml"
    file.write_text(POLICY.replace("weight: 0.2", "weight: 0.19"), encoding="utf-8")

    code, out, err = call("policy", "import", str(file))

    assert (code, out) == (1, "")
    assert err.startswith("salah.yaml: Baris ")
    assert call("policy", "import", str(tmp_path / "tiada.yaml"))[0] == 1


def test_rank_prints_only_json_and_repeats_its_hash(call, town):
    first, second = (call("rank", town.vacancy, "--json") for _time in range(2))
    reports = [json.loads(out) for _code, out, _err in (first, second)]

    assert (first[0], second[0]) == (0, 0)
    assert reports[0]["result_sha256"] == reports[1]["result_sha256"]
    assert reports[0]["run"] != reports[1]["run"]
    assert [candidate["name"] for candidate in reports[0]["candidates"]] == [
        "Budi Santoso",
        "Andi Rahman",
        "Citra Lestari",
    ]


def test_rank_prints_a_table_and_writes_csv(call, town, tmp_path):
    file = tmp_path / "peringkat.csv"

    table = call("rank", town.vacancy, "--limit", "2")
    written = call("rank", town.vacancy, "--csv", str(file))

    assert table[0] == written[0] == 0
    assert "Versi kebijakan ini dibekukan saat lowongan diumumkan." in table[1]
    assert "Budi Santoso" in table[1]
    assert "… dan 1 lainnya" in table[1]
    assert len(file.read_text(encoding="utf-8-sig").splitlines()) == 4
    assert call("rank", town.vacancy, "--csv", str(tmp_path / "tiada" / "a.csv"))[0] == 1


def test_rank_on_another_date_says_that_it_is_a_simulation(call, town):
    code, out, err = call("rank", town.vacancy, "--as-of", "2026-03-01", "--json")

    assert (code, json.loads(out)["as_of"]) == (0, "2026-03-01")
    assert err.startswith("Simulasi: dihitung per 2026-03-01")


def test_rank_explains_why_nobody_is_eligible(call, town):
    code, out, _err = call("rank", town.vacancy, "--as-of", "2023-01-01")

    assert code == 0
    assert "Tidak ada yang memenuhi syarat dari 6 pegawai yang dipertimbangkan." in out
    assert "EDU: 1 tidak memenuhi" in out
    assert "menunggu kepastian" in out


def test_explain_in_words_and_as_json(call, town):
    run = json.loads(call("rank", town.vacancy, "--json")[1])["run"]
    pair = ("explain", run, town.nips["andi"], "--against", town.nips["budi"])

    words = call(*pair)
    document = json.loads(call(*pair, "--json")[1])

    assert words[0] == 0
    assert "Budi Santoso (nilai 89,50) di atas Andi Rahman" in words[1]
    assert (document["rank"], document["score"], len(document["pairs"])) == (2, "86.00", 4)
    assert call("explain", run, town.nips["eka"])[0] == 0


def test_verify_answers_by_its_exit_code(call, town, database):
    run = json.loads(call("rank", town.vacancy, "--json")[1])["run"]
    sound = call("verify", run, "--json")
    with database.unit_of_work() as session:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE ranking_runs DISABLE TRIGGER ranking_runs_no_update")
        else:
            connection.exec_driver_sql("DROP TRIGGER ranking_runs_no_update")
        row = session.scalars(select(RankingRun)).one()
        row.inputs = row.inputs[:-1] + b"\x00"

    damaged = call("verify", run)

    assert (sound[0], json.loads(sound[1])["equal"]) == (0, True)
    assert damaged[0] == 1
    assert "tidak sama dengan hitung ulangnya" in damaged[2]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("rank", "TIADA"), "Lowongan «TIADA» tidak ada."),
        (("rank", "LOWONGAN-A", "--policy", "tiada"), "Kebijakan «tiada» tidak ada."),
        (("explain", "RUN-999999", "1" * 18), "Peringkat «RUN-999999» tidak ada."),
        (("verify", "RUN-999999"), "Peringkat «RUN-999999» tidak ada."),
        (("policy", "show", "tiada"), "Kebijakan «tiada» tidak ada."),
    ],
)
@pytest.mark.usefixtures("town")
def test_what_does_not_exist_is_a_sentence(call, arguments, sentence):
    code, out, err = call(*arguments)

    assert (code, out) == (1, "")
    assert err.startswith(sentence)
    assert len(err.splitlines()) == 1


def test_every_command_has_help():
    for name in ("policy", "rank", "explain", "verify"):
        assert CliRunner().invoke(cli, [name, "--help"]).exit_code == 0


def test_policy_list_of_nothing_says_what_to_do(call):
    assert call("policy", "list")[1].startswith("Belum ada kebijakan.")


def test_policy_file_that_is_no_text_is_refused(call, tmp_path):
    file = tmp_path / "biner.yaml"
    file.write_bytes(b"\xff\xfe\x00")

    assert call("policy", "import", str(file))[2].startswith("Berkas biner.yaml bukan teks UTF-8.")
