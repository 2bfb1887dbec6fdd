"""From scored sittings to parameters in force: what enters, the scale kept across sittings, who decides."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from merit import clock, db
from merit.assessment.models.calibration import Calibration, CalibrationItem
from merit.assessment.models.scoring import KeyChange
from merit.assessment.models.sittings import Sitting
from merit.assessment.psychometrics import calibrate
from merit.assessment.queries.calibrations import parameters_in_force, scale_in_force
from merit.assessment.services.calibration import estimating
from merit.assessment.services.calibration.estimating import estimate
from merit.assessment.services.calibration.gathering import CalibrationPlan, gather
from merit.assessment.services.calibration.keeping import keep_calibration, put_in_force, refuse_calibration
from merit.errors import ConflictError, InvalidInputError, NotAllowedError, RuleViolationError
from merit.security.permissions import Role
from tests.assessment.calibration_samples import DIFFICULTIES, make_scored, simulate
from tests.assessment.scoring_samples import choice_item, sjt_item
from tests.factories import add
from tests.ranking.samples import make_actor

pytestmark = pytest.mark.db


@pytest.fixture
def lite(sqlite_database):
    """Return a session on SQLite alone, where the database is not the point."""
    with db.unit_of_work() as session:
        yield session


def make_makers(session):
    return [make_actor(session, name, Role.AUTHOR) for name in ("pengkalibrasi", "pemutus")]


def run(session, actor, **plan):
    gathered = gather(session, CalibrationPlan(competency="M.01", **plan))
    return keep_calibration(session, actor, gathered=gathered, outcome=estimate(gathered))


def calibrated(session, calibration):
    rows = session.scalars(select(CalibrationItem).where(CalibrationItem.calibration_id == calibration.id))
    return {row.version_id: row for row in rows}


def test_a_scale_is_made_kept_and_carried_into_another_sitting(session):
    maker, decider = make_makers(session)
    versions = [choice_item(session) for _difficulty in DIFFICULTIES]
    first = make_scored(session, versions, simulate(DIFFICULTIES, 400))

    calibration = run(session, maker, sittings=(first,))

    rows = calibrated(session, calibration)
    found = [rows[version.id].thresholds[0] for version in versions]
    assert np.abs(np.array(found) - DIFFICULTIES).max() < 0.35  # errors of 400 persons are near 0.12
    assert (calibration.state, calibration.link, calibration.persons) == ("draft", None, 400)
    assert parameters_in_force(session, [versions[0].id]) == {}
    with pytest.raises(RuleViolationError) as refusal:
        put_in_force(session, maker, calibration_id=calibration.id)
    assert refusal.value.reason == "calibration-second-person"

    put_in_force(session, decider, calibration_id=calibration.id)
    standing = parameters_in_force(session, [version.id for version in versions])
    assert [standing[version.id].parameters.thresholds[0] for version in versions] == found

    # Two years later an abler group answers five old items and two new ones: the scale stays.
    new = [choice_item(session), choice_item(session)]
    later = (*DIFFICULTIES[:5], -0.5, 0.7)
    second = make_scored(session, [*versions[:5], *new], simulate(later, 400, seed=2, mean=0.8))
    again = run(session, maker, sittings=(second,))
    put_in_force(session, decider, calibration_id=again.id)

    assert again.link["intercept"] == pytest.approx(0.8, abs=0.25)
    scale = scale_in_force(session, "M.01")
    assert set(scale) == {version.id for version in (*versions, *new)}
    assert [scale[one.id].parameters.difficulty for one in new] == [
        pytest.approx(-0.5, abs=0.4),
        pytest.approx(0.7, abs=0.4),
    ]
    origins = {row.version_id: row.origin for row in calibrated(session, again).values()}
    assert [origins[version.id] for version in versions] == ["estimated"] * 5 + ["carried"] * 2
    assert calibration.state == "superseded"


def test_an_anchor_that_leaked_raises_the_alarm_and_fixed_anchors_keep_their_parameters(lite):
    session, (maker, decider) = lite, make_makers(lite)
    versions = [choice_item(session) for _difficulty in DIFFICULTIES]
    put_in_force(
        session,
        decider,
        calibration_id=run(session, maker, sittings=(make_scored(session, versions, simulate(DIFFICULTIES, 500)),)).id,
    )
    leaked = (*DIFFICULTIES[:6], -1.5)  # the hardest item is suddenly the easiest
    new = choice_item(session)
    code = make_scored(session, [*versions, new], simulate((*leaked, 0.2), 500, seed=3))

    drifting = run(session, maker, sittings=(code,))

    row = calibrated(session, drifting)[versions[6].id]
    assert "calibration-drift" in row.flags
    assert row.displacement > 1.5
    assert versions[6].id not in drifting.link["anchors"]
    released = session.get_one(type(versions[6]), versions[6].id)
    fixed = run(session, maker, sittings=(code,), link="fixed", released=(_code(session, released),))
    origins = {row.version_id: row.origin for row in calibrated(session, fixed).values()}
    assert [origins[version.id] for version in versions] == ["fixed"] * 6 + ["estimated"]


def _code(session, version):
    return session.scalar(text("SELECT code FROM items WHERE id = :id").bindparams(id=version.item_id))


def test_what_cannot_be_calibrated_stays_outside_with_its_reason(lite):
    session, makers = lite, make_makers(lite)
    points = simulate(DIFFICULTIES, 150)
    points[:, 5] = 1  # everybody right
    points[25:, 6] = -1  # hardly anybody was given it
    points[:, 0] = 1 - points[:, 0]  # keyed the wrong way round
    versions = [choice_item(session) for _difficulty in DIFFICULTIES]
    code = make_scored(session, versions, points)

    calibration = run(session, makers[0], sittings=(code,))

    reasons = {entry["version_id"]: entry["reason"] for entry in calibration.left_out}
    assert reasons == {
        versions[0].id: "calibration-item-negative",
        versions[5].id: "calibration-item-same",
        versions[6].id: "calibration-item-few",
    }
    assert {problem["code"] for problem in calibration.problems} == {"few-persons"}


def test_no_item_with_a_falling_curve_is_left_after_the_others_went(lite, monkeypatch):
    session, makers = lite, make_makers(lite)
    versions = [choice_item(session) for _difficulty in DIFFICULTIES]
    code = make_scored(session, versions, simulate(DIFFICULTIES, 150))

    def turned(responses, *arguments, **options):  # each time the first item of those left runs the wrong way
        found = calibrate(responses, *arguments, **options)
        sign = np.ones(responses.shape[1])
        sign[0] = -1 if responses.shape[1] > len(DIFFICULTIES) - 2 else 1
        return replace(found, discrimination=found.discrimination * sign)

    monkeypatch.setattr(estimating, "calibrate", turned)
    calibration = run(session, makers[0], sittings=(code,))

    assert [entry["version_id"] for entry in calibration.left_out] == [versions[0].id, versions[1].id]
    assert all(row.discrimination > 0 for row in calibrated(session, calibration).values())


@pytest.mark.parametrize("kind", ["key", "everybody"])
def test_answers_scored_by_another_key_say_nothing_about_the_item(lite, kind):
    session, makers = lite, make_makers(lite)
    versions = [choice_item(session) for _difficulty in DIFFICULTIES]
    code = make_scored(session, versions, simulate(DIFFICULTIES, 150))
    sitting = session.scalars(select(Sitting).where(Sitting.code == code)).one()
    session.add(
        KeyChange(
            sitting_id=sitting.id,
            version_id=versions[2].id,
            kind=kind,
            sealed_key="tersegel" if kind == "key" else None,
            reason="Kunci salah cetak",
            preview={},
            proposed_by=makers[0].user_id,
            proposed_at=clock.now(),
            decided_by=makers[1].user_id,
            decided_at=clock.now(),
            approved=True,
        )
    )
    session.flush()

    calibration = run(session, makers[0], sittings=(code,))

    assert set(calibrated(session, calibration)) == {one.id for one in versions} - {versions[2].id}


def test_situational_items_become_partial_credit_with_their_categories(lite):
    session, makers = lite, make_makers(lite)
    rng = np.random.default_rng(5)
    steps = np.array([1, 2, 4, 5])
    theta = rng.normal(size=(300, 1, 1))
    edges = np.array([[-1.0, 0.0, 1.0]]) + np.linspace(-0.5, 0.5, 4)[:, None]
    rank = (theta + rng.logistic(size=(300, 4, 1)) * 0.6 > edges[None]).sum(axis=2)
    versions = [sjt_item(session) for _item in range(4)]
    code = make_scored(session, versions, steps[rank])
    gathered = gather(session, CalibrationPlan(competency="M.02", sittings=(code,)))

    calibration = keep_calibration(session, makers[0], gathered=gathered, outcome=estimate(gathered))

    rows = calibrated(session, calibration)
    assert calibration.model == "gpcm"
    assert {tuple(row.steps) for row in rows.values()} == {("0", "2", "4", "5")}  # nobody was blank: 0 and 1 are one
    assert {tuple(row.flags) for row in rows.values()} == {("calibration-merged",)}


def test_sittings_without_a_common_item_need_fixed_anchors_in_each(lite):
    session, (maker, decider) = lite, make_makers(lite)
    versions = [choice_item(session) for _difficulty in DIFFICULTIES]
    base = make_scored(session, versions, simulate(DIFFICULTIES, 300))
    put_in_force(session, decider, calibration_id=run(session, maker, sittings=(base,)).id)
    able, weak = choice_item(session), choice_item(session)
    codes = (
        make_scored(session, [*versions[:3], able], simulate((*DIFFICULTIES[:3], 0.5), 300, seed=4, mean=1.0)),
        make_scored(session, [*versions[3:6], weak], simulate((*DIFFICULTIES[3:6], 0.5), 300, seed=5, mean=-1.0)),
    )

    with pytest.raises(RuleViolationError) as refusal:
        run(session, maker, sittings=codes)
    fixed = calibrated(session, run(session, maker, sittings=codes, link="fixed"))

    assert refusal.value.reason == "calibration-islands-anchors"
    found = [fixed[one.id].thresholds[0] for one in (able, weak)]
    assert found == [pytest.approx(0.5, abs=0.45)] * 2  # the groups lie two units apart, the items do not


def test_a_calibration_is_refused_where_it_would_say_nothing(lite):
    session, makers = lite, make_makers(lite)
    versions = [choice_item(session) for _difficulty in DIFFICULTIES]
    small = make_scored(session, versions, simulate(DIFFICULTIES, 60))

    with pytest.raises(RuleViolationError) as refusal:
        run(session, makers[0], sittings=(small,))
    assert refusal.value.reason == "calibration-few-persons"
    with pytest.raises(InvalidInputError) as refusal:
        run(session, makers[0], sittings=("TIDAK-ADA",))
    assert refusal.value.reason == "calibration-source-unknown"
    with pytest.raises(NotAllowedError):
        keep_calibration(session, make_actor(session, "auditor-k", Role.AUDITOR), gathered=None, outcome=None)


def test_a_decided_calibration_never_changes(session):
    makers = make_makers(session)
    versions = [choice_item(session) for _difficulty in DIFFICULTIES]
    code = make_scored(session, versions, simulate(DIFFICULTIES, 200))
    first, second = (run(session, makers[0], sittings=(code,)) for _time in range(2))
    put_in_force(session, makers[1], calibration_id=first.id)

    assert first.sha256 == second.sha256
    with pytest.raises(ConflictError) as refusal:
        put_in_force(session, makers[1], calibration_id=second.id)
    assert refusal.value.reason == "calibration-scale-moved"
    refuse_calibration(session, makers[1], calibration_id=second.id, note="Sudah ada yang berlaku")
    assert session.get_one(Calibration, second.id).state == "refused"
    for statement in (
        "UPDATE calibrations SET persons = 1",
        "UPDATE calibration_items SET discrimination = 9",
        "DELETE FROM calibration_sources",
    ):
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(text(statement))


@pytest.mark.parametrize("is_first", [True, False])
def test_two_decisions_at_once_put_one_scale_in_force(database: db.Database, is_first):
    plain = {"competency": "M.01", "model": "2pl", "persons": 500, "items": 5, "log_likelihood": -1.0, "iterations": 1}
    plain |= {"converged": True, "settings": {}, "left_out": [], "problems": [], "inputs_sha256": "0" * 64}
    plain |= {"sha256": "0" * 64, "made_at": clock.now()}
    with database.unit_of_work() as session:
        decider = make_makers(session)[1]
        before = None
        if not is_first:
            before = add(session, Calibration(number=1, state="in_force", decided_at=clock.now(), **plain)).id
        drafts = [
            add(session, Calibration(number=number, state="draft", previous_id=before, **plain)).id for number in (2, 3)
        ]

    def decide(calibration_id: int) -> str:
        try:
            with database.unit_of_work() as session:
                put_in_force(session, decider, calibration_id=calibration_id)
                time.sleep(0.2)  # the other one is at work by now
        except ConflictError as error:
            return error.reason
        return "in-force"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, drafts)) == ["calibration-scale-moved", "in-force"]
