"""Past exams of the demonstration: calibrated scales, findings planted in the answers, a draft that alarms."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from merit import db
from merit.assessment.models.calibration import Calibration
from merit.assessment.models.items import Item
from merit.assessment.models.results import CompetencyResult
from merit.assessment.models.sittings import Sitting
from merit.assessment.queries.calibration_pages import load_calibration
from merit.assessment.queries.calibrations import scale_in_force
from merit.assessment.queries.items import load_versions
from merit.assessment.queries.scores import current_version
from merit.assessment.services.item_analysis import analyse_sitting
from merit.demo.accounts import create_staff
from merit.demo.history import FIRST, LEAKED, MISLEADING, prepare_history
from merit.people.models import Official, OfficialRecord
from merit.security.permissions import STAFF_ROLES, Role
from tests.factories import make_official

pytestmark = pytest.mark.db
PERSONS = 260


def _people(session):
    first = make_official(session)
    record = session.scalars(select(OfficialRecord).where(OfficialRecord.official_id == first.id)).one()
    copied = {column.name: getattr(record, column.name) for column in OfficialRecord.__table__.columns}
    others = [Official(nip=f"{number:018d}") for number in range(1, PERSONS)]
    session.add_all(others)
    session.flush()
    rows = [copied | {"id": None, "official_id": one.id, "sex": "LP"[number % 2]} for number, one in enumerate(others)]
    session.execute(insert(OfficialRecord), [{k: v for k, v in row.items() if k != "id"} for row in rows])


def test_the_city_has_scales_findings_and_an_alarm(sqlite_database):
    with db.unit_of_work() as session:
        create_staff(session, STAFF_ROLES - {Role.OPD_ADMIN})
        _people(session)
        assert prepare_history(session).sittings == ()
        made = prepare_history(session, fewest=PERSONS)

    with db.reading() as session:
        states = session.execute(select(Calibration.competency, Calibration.state).order_by(Calibration.id)).all()
        waiting = load_calibration(session, "M.08", 2)
        scale = scale_in_force(session, "M.08")
        sitting = session.scalars(select(Sitting).where(Sitting.code == FIRST)).one()
        version = current_version(session, sitting.id)
        figures = analyse_sitting(session, sitting_id=sitting.id, score_version_id=version.id, sha256=version.sha256)[1]
        names = {one.code: number for number, one in load_versions(session, figures.items).items()}
        published = session.scalars(select(CompetencyResult.id)).all()
        codes = set(session.scalars(select(Item.code)))
    assert made.scales == ("M.08", "M.05")
    assert [account.login for account in made.accounts] == ["demo-admin-2", "demo-penulis-2", "demo-pengawas-2"]
    assert [tuple(row) for row in states] == [("M.08", "in_force"), ("M.05", "in_force"), ("M.08", "draft")]
    assert len(scale) >= 34
    assert "calibration-drift" in next(line.item.flags for line in waiting.items if line.code == LEAKED)
    misleading = {verdict.code for verdict in figures.items[names[MISLEADING]].verdicts}
    assert "verdict-able-distractor" in misleading
    assert published == []
    assert {MISLEADING, LEAKED} <= codes
