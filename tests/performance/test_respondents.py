"""From the answers of respondents to the facts of a survey: by hand, from files, and through the page."""

from __future__ import annotations

import csv
import io
import random
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy import select

from merit import db
from merit.accounts.domain import Grant
from merit.app import create_app
from merit.errors import ConflictError, RuleViolationError
from merit.performance import respondents
from merit.performance.domain.respondents import summarise
from merit.performance.domain.satisfaction import SKM_ELEMENTS, index_of
from merit.performance.models import SatisfactionElement, SatisfactionSurvey
from merit.performance.respondents import check_answers, record_answers
from merit.performance.services.units import Survey, record_survey
from merit.security.permissions import Role
from tests.factories import make_survey, make_unit
from tests.ranking.samples import make_actor
from tests.web_client import make_user, sign_in, token_of

HEADINGS = ["unit", "periode", "responden", *SKM_ELEMENTS]


def file_of(folder, rows, headings=HEADINGS):
    """Write a CSV and return its path."""
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    path = folder / "jawaban.csv"
    path.write_text(text.getvalue())
    return path


def sheets(*marks, unit="DIK", period="2025"):
    """Return one row per respondent, each with the same mark throughout."""
    return [[unit, period, number, *[mark] * 9] for number, mark in enumerate(marks, 1)]


@pytest.mark.unit
def test_three_respondents_by_hand():
    summary = summarise([[4] * 9, [3] * 9, [2] * 9])

    # Indices 100, 75, 50: mean 75, s² = (25² + 0 + 25²) / 2 = 625.
    assert index_of(summary.means) == Decimal(75)
    assert (summary.respondents, summary.deviation) == (3, Decimal(25))


@pytest.mark.unit
def test_the_figures_are_those_of_another_way_to_compute_them():
    draw = random.Random(7)
    answers = [[draw.randint(1, 4) for _element in range(9)] for _one in range(157)]

    summary = summarise(answers)

    own = 25 * np.array(answers).mean(axis=1)
    assert float(index_of(summary.means)) == pytest.approx(own.mean(), abs=0.005)
    assert float(summary.deviation) == pytest.approx(own.std(ddof=1), abs=1e-6)


@pytest.mark.unit
def test_one_respondent_has_no_spread_and_odd_marks_are_no_answers():
    assert summarise([[3] * 9]).deviation is None
    for odd in ([], [[3] * 8], [[5, *[3] * 8]]):
        with pytest.raises(ValueError, match=r"[mM]arks"):
            summarise(odd)


@pytest.fixture
def town(database):
    with database.unit_of_work() as session:
        make_unit(session, code="DIK", name="Dinas Pendidikan")
        make_unit(session, code="KES", name="Dinas Kesehatan")
        return make_actor(session, "admin", Role.ADMIN)


def check(actor, path):
    with db.reading() as session:
        return check_answers(session, actor, path=path, name=path.name)


def save(actor, checked):
    with db.unit_of_work() as session:
        return record_answers(session, actor, outcomes=checked.outcomes, sha256=checked.sha256)


@pytest.mark.db
def test_a_file_becomes_the_facts_the_form_writes_and_twice_changes_nothing(town, tmp_path):
    path = file_of(tmp_path, sheets(4, 3, 2) + sheets(3, 3, unit="KES", period="2025-03"))

    saved = save(town, check(town, path))
    again = check(town, path)

    assert saved == 2
    with db.reading() as session:
        rows = session.scalars(select(SatisfactionSurvey).order_by(SatisfactionSurvey.period)).all()
        assert [(row.period, row.score, row.respondents, row.deviation) for row in rows] == [
            ("2025", Decimal(75), 3, Decimal(25)),
            ("2025-03", Decimal(75), 2, Decimal(0)),
        ]
        assert len(session.scalars(select(SatisfactionElement)).all()) == 18
    assert again.is_known
    with pytest.raises(RuleViolationError, match="respondents-known"):
        save(town, again)


@pytest.mark.db
def test_every_problem_names_its_cell_and_nothing_is_written(town, tmp_path, monkeypatch):
    rows = sheets(4, 3)
    rows[0][3] = 5
    rows[1][2] = 6471012345678901
    rows += [["TIDAKADA", "2025", 3, *[4] * 9], ["DIK", "2990", 4, *[4] * 9], ["DIK", "2025", 5, *[4] * 8, ""]]
    rows += [["DIK", "2025", 9, *[4] * 9], ["DIK", "2025", 9, *[1] * 9]]

    checked = check(town, file_of(tmp_path, rows))

    assert [(one.row, one.column) for one in checked.problems] == [
        (2, "persyaratan"),
        (3, "responden"),
        (4, "unit"),
        (5, "periode"),
        (6, "pengaduan"),
        (8, "unit"),
    ]
    assert checked.outcomes == []
    monkeypatch.setattr(respondents, "MOST_ROWS", 1)
    assert [one.code for one in check(town, file_of(tmp_path, sheets(4, 3))).problems] == ["respondents-many"]


@pytest.mark.db
def test_the_same_answers_under_another_period_are_refused(town, tmp_path):
    marks = [1 + place % 4 for place in range(12)]
    save(town, check(town, file_of(tmp_path, sheets(*marks))))

    checked = check(town, file_of(tmp_path, sheets(*marks, period="2024")))

    assert [one.code for one in checked.problems] == ["respondents-other-period"]


@pytest.mark.db
def test_what_somebody_recorded_meanwhile_is_not_overwritten(town, tmp_path):
    checked = check(town, file_of(tmp_path, sheets(4, 3, 2)))
    means = dict.fromkeys(SKM_ELEMENTS, Decimal(2))
    with db.unit_of_work() as session:
        unit_id = checked.outcomes[0].unit_id
        record_survey(session, town, unit_id=unit_id, survey=Survey(period="2025", means=means, respondents=9))

    with pytest.raises(ConflictError, match="changed-meanwhile"):
        save(town, checked)


@pytest.mark.web
def test_a_unit_uploads_sees_the_outcome_and_saves_for_its_own_unit_only(sqlite_database, tmp_path):
    with sqlite_database.unit_of_work() as session:
        make_survey(session, make_unit(session, code="DIK", name="Dinas Pendidikan"), "2025", "81")
        make_unit(session, code="KES")
    make_user("opd", grants=[Grant(role=Role.OPD_ADMIN, unit_code="DIK")])
    client = create_app(sqlite_database.settings, sqlite_database).test_client()
    sign_in(client, "opd")
    address = "/kepuasan/responden"

    def upload(rows):
        path = file_of(tmp_path, rows, [*HEADINGS, "nama"])
        with path.open("rb") as file:
            data = {"csrf_token": token_of(client.get(address)), "file": (file, "jawaban.csv")}
            return client.post(address, data=data)

    other = upload([[*row, "Ana"] for row in sheets(4, unit="KES")])
    mine = upload([[*row, "Ana"] for row in sheets(4, 3, 2)])
    sealed = mine.text.split('name="hasil" value="')[1].split('"')[0]
    token = token_of(mine)
    forged = client.post(f"{address}/simpan", data={"csrf_token": token, "hasil": sealed[:-2]}, follow_redirects=True)
    kept = client.post(f"{address}/simpan", data={"csrf_token": token, "hasil": sealed}, follow_redirects=True)

    assert (other.status_code, "Jawaban ini" in other.text) == (422, False)
    assert "menggantikan" in mine.text
    assert "nama" in mine.text
    assert "sekali lagi" in forged.text
    assert "Jawaban responden tidak disimpan" in kept.text
    assert "46,7–100" in kept.text
    assert client.get(f"{address}/templat.csv").text.startswith("\ufeffunit,periode,responden,persyaratan")
    history = client.get("/kepuasan/riwayat.csv/DIK").text
    assert ("2025,75" in history, client.get("/kepuasan/riwayat.csv/KES").status_code) == (True, 404)
