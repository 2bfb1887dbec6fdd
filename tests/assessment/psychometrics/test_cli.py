"""Response files through the command: what is printed, and what is refused with the cell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyarrow import table
from pyarrow.parquet import write_table
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from merit import db
from merit.assessment.models.calibration import Calibration
from merit.assessment.psychometrics import calibrate
from merit.assessment.services.calibration import fitting
from merit.cli.items import items
from tests.assessment.calibration_samples import DIFFICULTIES, make_scored, simulate
from tests.assessment.scoring_samples import choice_item

pytestmark = pytest.mark.unit
ROWS = "A,B,C,n\n0,0,1,10\n1,0,1,12\n1,1,0,9\n0,1,1,7\n1,1,1,11\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "jawaban.csv"
    path.write_text(ROWS)
    return path


def test_calibrate_tells_every_item_with_its_error(file):
    answer = CliRunner().invoke(items, ["calibrate", str(file), "--model", "1pl", "--weights", "n", "--json"])

    told = json.loads(answer.stdout)
    assert (told["model"], told["persons"], told["converged"]) == ("1pl", 49, True)
    assert [entry["item"] for entry in told["items"]] == ["A", "B", "C"]
    assert len({entry["discrimination"] for entry in told["items"]}) == 1
    assert [problem["code"] for problem in told["problems"]] == ["few-persons"]
    assert (told["fit"]["m2"], told["fit"]["reasons"]) == (None, ["fit-persons-left-out", "fit-too-few-moments"])


def test_calibrate_tells_how_the_whole_fits(tmp_path):
    path = tmp_path / "jawaban.csv"
    rows = simulate(DIFFICULTIES, 400)
    path.write_text("\n".join([",".join("ABCDEFG"), *(",".join(map(str, row)) for row in rows)]))

    told = json.loads(CliRunner().invoke(items, ["calibrate", str(path), "--json"]).stdout)["fit"]
    lines = CliRunner().invoke(items, ["calibrate", str(path)]).stdout

    assert (told["degrees"], told["persons"], told["forms"]) == (14, 400, 1)
    assert (told["rmsea"] < 0.05, 0 < told["srmsr"] < 0.08) == (True, True)
    assert f"marginal {told['marginal']:.3f}, empiris {told['empirical']:.3f}" in lines


def test_a_fit_that_would_take_too_long_is_left_out_with_its_reason(monkeypatch):
    rows = simulate(DIFFICULTIES, 400)
    found = calibrate(rows)
    monkeypatch.setattr(fitting, "MOST_CELLS", 28 * 14 - 1)  # 28 moments, seven items of two categories

    whole = fitting.fit_whole(rows, found)

    assert (whole.m2, whole.reasons) == (None, ("fit-too-large",))
    assert whole.marginal is not None


def test_a_person_without_an_answer_is_named_and_not_dropped(tmp_path):
    path = tmp_path / "jawaban.csv"
    path.write_text("A,B,C\n,,\n" + "0,0,1\n1,0,1\n1,1,0\n0,1,1\n1,1,1\n" * 4)

    told = json.loads(CliRunner().invoke(items, ["calibrate", str(path), "--model", "1pl", "--json"]).stdout)

    assert told["persons"] == 21
    assert [problem["row"] for problem in told["problems"] if problem["code"] == "person-silent"] == [2]


def test_analyse_tells_facility_by_the_counts(file):
    answer = CliRunner().invoke(items, ["analyse", str(file), "--weights", "n", "--json"])

    assert [round(entry["facility"], 6) for entry in json.loads(answer.stdout)["items"]] == [
        round(32 / 49, 6),
        round(27 / 49, 6),
        round(40 / 49, 6),
    ]


def test_parquet_says_the_same_as_csv(file, tmp_path):
    parquet = tmp_path / "jawaban.parquet"
    header, *rows = [line.split(",") for line in ROWS.split()]
    columns = zip(*rows, strict=True)
    write_table(table({name: [int(v) for v in column] for name, column in zip(header, columns, strict=True)}), parquet)

    answers = [
        CliRunner().invoke(items, ["calibrate", str(path), "--model", "1pl", "--weights", "n", "--json"])
        for path in (file, parquet)
    ]

    assert answers[0].stdout == answers[1].stdout


def test_the_answer_is_written_as_a_workbook_or_json(file, tmp_path):
    for name in ("hasil.xlsx", "hasil.json"):
        CliRunner().invoke(items, ["analyse", str(file), "--weights", "n", "--out", str(tmp_path / name)])

    book = CalamineWorkbook.from_path(str(tmp_path / "hasil.xlsx"))
    rows = book.get_sheet_by_name("Butir").to_python()
    kept = json.loads((tmp_path / "hasil.json").read_text())
    assert [row[0] for row in rows] == ["Butir", "A", "B", "C"]
    assert rows[1][2] == pytest.approx(kept["items"][0]["facility"])
    assert kept["items"][1]["verdicts"][0]["code"].startswith("verdict-")


def test_a_distractor_that_draws_the_able_is_named(tmp_path):
    path = tmp_path / "jawaban.csv"
    lines = ["X,A,B,C"] + ["2,1,1,1"] * 30 + ["1,0,0,0"] * 30 + ["1,1,0,1", "2,0,1,1"] * 5
    path.write_text("\n".join(lines))

    answer = CliRunner().invoke(items, ["analyse", str(path), "--key", "1,1,1,1", "--json"])

    verdicts = json.loads(answer.stdout)["items"][0]["verdicts"]
    assert "Pengecoh 2 lebih menarik bagi peserta pandai: periksa kunci." in [one["message"] for one in verdicts]


def test_groups_of_the_verbal_data_get_the_figures_of_difr_and_no_class_below_the_guard(shared, tmp_path):
    folder = shared / "data" / "psychometrics"
    asked = ["analyse", str(folder / "verbal_difR.csv"), "--without", "Anger", "--group", "Gender"]
    expected = json.loads((folder / "verbal_dif.json").read_text())

    told = json.loads(CliRunner().invoke(items, [*asked, "--json"]).stdout)["groups"]
    out = tmp_path / "kelompok.xlsx"
    lenient = CliRunner().invoke(items, [*asked, "--least", "50", "--out", str(out)]).output

    rows = told["groups"][0]["items"]
    assert (told["reference"], told["persons"], told["groups"][0]["group"]) == ("0", {"0": 243, "1": 73}, "1")
    assert [row["mantel_haenszel"]["chi2"] for row in rows] == pytest.approx(expected["MH"]["stat"], abs=1e-6)
    assert [row["mantel_haenszel"]["delta"] for row in rows] == pytest.approx(expected["MH"]["delta"], abs=1e-6)
    assert [row["logistic"]["chi2"] for row in rows] == pytest.approx(expected["logistic_both"]["stat"], abs=1e-4)
    assert [row["standardisation"]["difference"] for row in rows] == pytest.approx(expected["std_pdif"], abs=1e-6)
    assert ({row["verdict"] for row in rows}, [one["code"] for one in told["problems"]]) == ({None}, ["dif-group-few"])
    assert "S2WantShout          C   lebih sulit" in lenient
    sheet = CalamineWorkbook.from_path(str(out)).get_sheet_by_name("Kelompok").to_python()
    assert [row[1] for row in sheet if row[4] == "C"] == ["S2WantShout", "S2DoCurse"]


def test_groups_come_from_a_column_or_from_another_file(tmp_path):
    rows = simulate(DIFFICULTIES, 240)
    rows[::2, 0] = 0  # nobody of the group w gets the first item right
    path, other = tmp_path / "jawaban.csv", tmp_path / "Jenis.csv"
    sides = ["w" if line % 2 == 0 else "NA" if line == 1 else "m" for line in range(len(rows))]
    path.write_text(
        "\n".join(["A,B,C,D,E,F,G,J", *(f"{','.join(map(str, r))},{s}" for r, s in zip(rows, sides, strict=True))])
    )
    other.write_text("\n".join(["J", *sides]))

    whole = [
        json.loads(CliRunner().invoke(items, ["analyse", str(path), *asked, "--json"]).stdout)["groups"]
        for asked in (
            ["--group", "J", "--reference", "m"],
            ["--without", "J", "--group", str(other), "--reference", "m"],
        )
    ]

    assert (whole[0]["persons"], whole[1]["column"]) == ({"w": 120, "m": 119}, "Jenis")
    assert whole[0]["groups"] == whole[1]["groups"]
    assert whole[0]["groups"][0]["items"][0]["standardisation"]["class"] == "C"


@pytest.mark.parametrize(
    ("text", "arguments", "sentence"),
    [
        ("A,B\n1,x\n", ["calibrate"], "baris 2 kolom 2: «x» bukan angka"),
        ("A,B\n1\n", ["calibrate"], "baris 2 kurang sel"),
        ("A,B\n1,1\n1,1\n", ["calibrate"], "tidak ada butir dengan dua jawaban"),
        ("A,B\n1,2\n0,1\n2,0\n", ["calibrate"], "Pakai model grm, gpcm, atau pcm"),
        (ROWS, ["calibrate", "--weights", "m"], "tidak mempunyai kolom «m»"),
        (ROWS, ["analyse", "--key", "1,0"], "banyaknya kunci"),
        (ROWS, ["analyse", "--key", "A,B"], "Kunci harus angka"),
        (ROWS, ["analyse", "--sitting", "UJI"], "salah satu saja"),
        (ROWS, ["analyse", "--group", "Z"], "tidak mempunyai kolom «Z»"),
        (ROWS, ["analyse", "--group", "A", "--reference", "7"], "tidak mempunyai nilai «7»"),
        ("A,B,G\n1,0,x\n0,1,x\n", ["analyse", "--group", "G"], "G mempunyai 1 nilai"),
        ("A,B,G,n\n1,0,x,1.5\n0,1,y,2\n", ["analyse", "--group", "G", "--weights", "n"], "harus bilangan bulat"),
        (ROWS, ["calibrate", "--out", "hasil.doc"], "ditulis sebagai .xlsx atau .json"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_do(tmp_path, text, arguments, sentence):
    path = tmp_path / "jawaban.csv"
    path.write_text(text)

    answer = CliRunner().invoke(items, [arguments[0], str(path), *arguments[1:]])

    assert answer.exit_code == 1
    assert sentence in answer.stderr


@pytest.mark.db
def test_the_bank_is_calibrated_and_analysed_from_the_command(sqlite_database, monkeypatch, tmp_path):
    monkeypatch.setenv("MERIT_INSTANCE_PATH", str(sqlite_database.settings.instance_path))
    with db.unit_of_work() as session:
        versions = [choice_item(session) for _difficulty in DIFFICULTIES]
        make_scored(session, versions, simulate(DIFFICULTIES, 150), code="UJI-CLI", answers=True)
    out = tmp_path / "kalibrasi.xlsx"

    made = CliRunner().invoke(items, ["calibrate", "--competency", "M.01", "--keep", "--out", str(out), "--json"])
    analysed = CliRunner().invoke(items, ["analyse", "--sitting", "UJI-CLI", "--json"])
    absent = CliRunner().invoke(items, ["analyse", "--sitting", "UJI-LAIN"])

    told = json.loads(made.stdout)
    assert (told["number"], told["model"], told["persons"], len(told["items"])) == (1, "2pl", 150, 7)
    assert out.stat().st_size > 4_000
    with db.reading() as session:
        assert session.scalars(select(Calibration.state)).all() == ["draft"]
    figures = json.loads(analysed.stdout)
    assert {verdict["code"] for entry in figures["items"] for verdict in entry["verdicts"]} == {"verdict-good"}
    assert sorted(option["value"] for option in figures["items"][0]["options"]) == ["A", "B", "C", "D"]
    assert (absent.exit_code, "Sesi uji itu tidak ada" in absent.output) == (1, True)
