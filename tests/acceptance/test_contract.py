"""The contract of files and reports, from the outside: hand-made files in, hand-worked numbers out."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from statistics import NormalDist
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select

from merit.cli import main
from merit.db import Base
from tests.acceptance import data
from tests.acceptance.data import ANI, BUDI, CITRA, DEDI, EKA, FAJAR, GITA, IVAN, JOKO

pytestmark = pytest.mark.db


class Answer(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def merit(database, monkeypatch, capfd):
    """Return a function that runs ``merit …`` on the test's database."""
    settings = database.settings
    monkeypatch.setenv("MERIT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("MERIT_INSTANCE_PATH", str(settings.instance_path))
    monkeypatch.setenv("MERIT_SECRET_FILE", str(settings.secret_file))

    def run(*arguments: object) -> Answer:
        capfd.readouterr()
        try:
            main([str(argument) for argument in arguments])
            code = 0
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        return Answer(code, *capfd.readouterr())

    return run


@pytest.fixture
def city(merit, tmp_path):
    """Import the city through the command line; return the folder of its files."""
    for login, role in (("bu.admin", "admin"), ("pak.ppk", "ppk")):
        assert merit("user", "add", login, "--role", role, "--name", login).code == 0
    policy = tmp_path / "uji.yaml"
    policy.write_text(data.POLICY, encoding="utf-8")
    assert merit("policy", "import", policy).code == 0
    assert merit("policy", "activate", "uji", "--by", "bu.admin", "--second-by", "pak.ppk").code == 0
    for kind, lines in data.FILES.items():
        answer = merit("import", kind, write(tmp_path, kind, lines), "--json")
        assert (answer.code, answer.json["problems"], answer.json["created"]) == (0, [], len(lines) - 1), kind
    return tmp_path


def write(folder: Path, kind: str, lines: tuple[str, ...]) -> Path:
    path = folder / f"{kind}.csv"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def numbers_of(candidate: dict[str, Any], name: str) -> dict[str, Any]:
    return {part["indicator"]: part[name] for part in candidate["contributions"]}


def gates_of(entry: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {gate["id"]: gate for gate in entry["gates"]}


def test_ranking_gives_the_numbers_worked_out_by_hand(merit, city):
    answer = merit("rank", "LOWONGAN-UJI", "--json")
    report = answer.json
    first, second = report["candidates"]

    assert (answer.code, answer.err) == (0, "")
    # Joko stands level with the vacancy and is not considered
    assert report["counts"] == {"considered": 8, "eligible": 2, "hold": 2, "failed": 4}
    assert JOKO not in answer.out
    assert [(one["nip"], one["rank"], one["tied"], one["score"]) for one in (first, second)] == [
        # 0.5 (0.6 x 82.5 + 0.4 x 100) + 0.5 (0.4 x 80 + 0.3 x 100 + 0.1 x 75 + 0.2 x 65)
        (BUDI, 1, False, "86.00"),
        # 0.5 (0.6 x 65 + 0.4 x 87.5) + 0.5 (0.4 x 73 + 0.3 x 94.444444 + 0.1 x 65 + 0.2 x 80)
        (ANI, 2, False, "77.02"),
    ]
    assert numbers_of(first, "value") == {
        "appraisal.behaviour": 2.5,  # 2025 spent on study leave: (di_atas 3 + sesuai 2) / 2 of 2024 and 2023
        "discipline.record": 0.0,  # the finding of 2021-03-01 is one day too old
        "appraisal.result": 2.5,
        "competency.jpm": 100.0,  # level 5 counts as 3
        "training.transfer": 75.0,  # (80 + 70) / 2; the one that ended on 2023-03-01 is out
        "service.complaints": None,
    }
    assert numbers_of(second, "value") == {
        "appraisal.behaviour": 2.0,
        "discipline.record": 3.0,  # R3 of 2021-03-02, the first day of the look-back
        "unit.achievement": 96.5,
        "competency.jpm": pytest.approx(2600 / 27),
        "training.transfer": None,
        "service.complaints": 0.8,
    }
    assert numbers_of(second, "points") == {
        "appraisal.behaviour": "19.5000000000",
        "discipline.record": "17.5000000000",  # 0.2 x (100 - 3 x 100 / 24)
        "unit.achievement": "14.6000000000",  # 0.2 x 80 x 36.5 / 40
        "competency.jpm": "14.1666666000",  # 0.15 x (70 + 30 x 16.296296 / 20), utility to a millionth
        "training.transfer": "3.2500000000",
        "service.complaints": "8.0000000000",
    }
    assert numbers_of(second, "status")["training.transfer"] == "NOT_APPLICABLE"


def test_standard_errors_follow_their_formulas(merit, city):
    first, second = merit("rank", "LOWONGAN-UJI", "--json").json["candidates"]
    tail = NormalDist().cdf(-1)  # level 2, se 0.5: P(1) = P(3 or more) = cdf((1.5 - 2) / 0.5)

    assert numbers_of(second, "standard_error")["competency.jpm"] == pytest.approx(100 / 27 * math.sqrt(2 * tail))
    # 3 as recorded, 8 from the policy
    assert numbers_of(first, "standard_error")["training.transfer"] == pytest.approx(math.sqrt(9 + 64) / 2)
    # sqrt(0.8 x 0.2 / 10)
    assert numbers_of(second, "standard_error")["service.complaints"] == pytest.approx(0.4 / math.sqrt(10))
    assert first["p_top"] + second["p_top"] == pytest.approx(1, abs=1e-5)


def test_gates_say_outcome_fact_and_when_time_will_have_met_them(merit, city):
    report = merit("rank", "LOWONGAN-UJI", "--json").json
    failed = {entry["nip"]: gates_of(entry) for entry in report["failed"]}
    held = {entry["nip"]: entry for entry in report["hold"]}

    assert set(failed) == {CITRA, EKA, FAJAR, IVAN}
    assert (failed[CITRA]["DISIPLIN"]["outcome"], failed[CITRA]["DISIPLIN"]["met_from"]) == ("FAIL", "2026-06-01")
    # 730.5 days after 2024-05-01 are complete on day 731
    assert (failed[EKA]["MASA"]["outcome"], failed[EKA]["MASA"]["met_from"]) == ("FAIL", "2026-05-02")
    assert failed[FAJAR]["STATUS"]["outcome"] == "FAIL"
    # 56 on the vacancy's date, 57 on the day of inauguration
    assert (failed[IVAN]["USIA"]["outcome"], failed[IVAN]["USIA"]["fact"]) == ("FAIL", 57)
    assert (gates_of(held[DEDI])["DISIPLIN"]["outcome"], held[DEDI]["indicators"]) == ("HOLD", ["competency.jpm"])
    # tests of 2023-03-01 were valid until 2026-03-01
    assert held[GITA]["indicators"] == ["competency.jpm"]
    best, second = report["candidates"]
    assert (gates_of(best)["SEHAT"]["outcome"], gates_of(best)["SEHAT"]["verdict"]) == ("VERIFY", "HOLD")
    assert (gates_of(second)["SEHAT"]["outcome"], gates_of(second)["SEHAT"]["verdict"]) == ("VERIFY", "PASS")


def test_result_hash_can_be_recomputed_by_hand_and_the_run_verified(merit, city):
    report = merit("rank", "LOWONGAN-UJI", "--json").json
    officials = [
        {
            "nip": one["nip"],
            "outcome": "ranked",
            "points": [part["points"] for part in one["contributions"]],
            "rank": one["rank"],
            "score": one["score"],
        }
        for one in report["candidates"]
    ]
    for outcome in ("hold", "failed"):
        officials += [
            {"nip": one["nip"], "outcome": outcome, "points": [], "rank": None, "score": None}
            for one in report[outcome]
        ]
    covered = {
        "policy": report["policy"]["sha256"],
        "as_of": report["as_of"],
        "engine": report["engine"],
        "officials": sorted(officials, key=lambda one: one["nip"]),
    }
    canonical = json.dumps(covered, sort_keys=True, separators=(",", ":"))

    assert hashlib.sha256(canonical.encode()).hexdigest() == report["result_sha256"]
    assert merit("rank", "LOWONGAN-UJI", "--json").json["result_sha256"] == report["result_sha256"]
    assert merit("verify", report["run"], "--json").json["equal"] is True
    assert merit("audit", "verify").code == 0


def test_pairs_sum_to_the_difference_of_the_scores(merit, city):
    run = merit("rank", "LOWONGAN-UJI", "--json").json["run"]
    explained = merit("explain", run, BUDI, "--against", ANI, "--json").json

    # 86 - 77.0166666
    assert sum(float(pair["difference"]) for pair in explained["pairs"]) == pytest.approx(8.9833334)
    assert {tuple(one)[:5] for one in explained["counterfactuals"]} <= {("indicator", "from", "to", "rank", "gate")}


def test_same_files_again_change_nothing(merit, city):
    for kind, lines in data.FILES.items():
        answer = merit("import", kind, city / f"{kind}.csv", "--json").json

        assert (answer["unchanged"], answer["created"], answer["updated"]) == (len(lines) - 1, 0, 0), kind


def test_vacancy_keeps_its_policy_version(merit, city):
    changed = city / "baru.yaml"
    changed.write_text(data.POLICY.replace("precision: 2", "precision: 0"), encoding="utf-8")
    before = merit("rank", "LOWONGAN-UJI", "--json").json

    merit("policy", "import", changed)
    assert merit("policy", "activate", "uji", "--by", "bu.admin", "--second-by", "pak.ppk").code == 0

    after = merit("rank", "LOWONGAN-UJI", "--json").json
    assert (after["policy"]["version"], after["result_sha256"]) == (1, before["result_sha256"])


def test_bad_files_are_refused_at_their_cell_and_nothing_is_written(merit, city, database):
    before = count_rows(database)

    for kind, lines, row, column in data.REFUSED:
        answer = merit("import", kind, write(city, kind, lines), "--json", "--confirm-large")
        problem = answer.json["problems"][0]

        assert answer.code == 1, (kind, lines)
        assert (problem["row"], problem["column"]) == (row, column), (kind, lines)
        assert problem["message"] in answer.err
        assert "Traceback" not in answer.err
    assert count_rows(database) == before


def test_undo_brings_back_what_stood_and_the_file_can_come_again(merit, city):
    before = merit("rank", "LOWONGAN-UJI", "--json").json
    file = write(city, "unit-results", ("unit,tahun,capaian", "A,2025,60"))

    assert merit("import", "unit-results", file).code == 1  # one of two records: more than 30 %
    batch = merit("import", "unit-results", file, "--confirm-large", "--json").json["batch"]
    lower = merit("rank", "LOWONGAN-UJI", "--json").json
    assert lower["candidates"][1]["score"] == "62.42"  # 77.0166666 - 14.6
    assert merit("import", "--undo", batch).code == 0
    assert merit("rank", "LOWONGAN-UJI", "--json").json["result_sha256"] == before["result_sha256"]
    assert merit("import", "unit-results", file, "--confirm-large", "--json").json["updated"] == 1


def count_rows(database) -> dict[str, int]:
    with database.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }
