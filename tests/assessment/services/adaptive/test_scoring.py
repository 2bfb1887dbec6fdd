"""Results of adaptive tests: ability from the sealed parameters, the pool's expected share as the scaled score."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.items import ItemKey
from merit.assessment.domain.sheets import Correction, CorrectionKind
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.scoring import CandidateResult
from merit.assessment.models.sittings import PaperItem, Sitting
from merit.assessment.models.standards import ScoreScale
from merit.assessment.queries.adaptive import load_pool, pools_of, steps_of
from merit.assessment.services.adaptive.delivery import next_turn
from merit.assessment.services.scoring import compute_scores, score_sitting
from merit.security.permissions import Actor
from tests.assessment import adaptive_samples as samples
from tests.assessment.plan_samples import make_staff
from tests.assessment.services.adaptive.test_delivery import answer, letter_of, walk

pytestmark = pytest.mark.db


def close(session: Session, sitting: Sitting, *attempts: int) -> None:
    for attempt_id in attempts:
        attempt = session.get_one(Attempt, attempt_id)
        attempt.state, attempt.finished_at, attempt.ending = "finished", clock.now(), "candidate"
    sitting.state, sitting.closed_at = "closed", clock.now()
    session.flush()


def results(session: Session, admin: Actor, code: str) -> dict[tuple[int, str], CandidateResult]:
    version = score_sitting(session, admin, code=code)
    rows = session.query(CandidateResult).filter_by(score_version_id=version.id)
    return {(row.attempt_id, row.competency): row for row in rows}


def test_results_come_from_theta_and_tell_the_share_of_the_whole_pool(session: Session):
    admin = make_staff(session)
    sitting = samples.make_adaptive(session, admin, people=3, first_among=1, precision="0.9")
    able, unable, gone = (samples.sit_down(session, sitting, place) for place in range(3))
    walk(session, able, right=True)
    walk(session, unable, right=False)
    turn = next_turn(session, gone.token, gone.lease, done=0)
    answer(session, gone, 1, letter_of(turn, right=True))
    samples.retire_calibration(session)  # what holds is what was sealed
    close(session, sitting, able.attempt_id, unable.attempt_id, gone.attempt_id)

    found = results(session, admin, sitting.code)
    scale = session.query(ScoreScale).filter_by(competency="M.01").one()
    best, least, short = (found[seat.attempt_id, "M.01"] for seat in (able, unable, gone))

    assert (scale.measure, scale.reason) == ("theta", "")
    assert (best.items, least.items, short.items) == (5, 5, 1)
    assert best.ability > short.ability > least.ability
    assert short.ability_se > best.ability_se
    assert best.level > least.level
    pool = load_pool(session, pools_of(session, sitting.id)[0])
    assert len(pool.items) == 24
    assert 80 < best.scaled < 100  # the whole pool, of which 5 of 5 were answered rightly
    assert 0 < least.scaled < 20
    assert (short.level, short.level_se, short.level_probabilities) == (None, None, [])  # stopped when ahead
    assert found[gone.attempt_id, ""].level is None
    whole = found[able.attempt_id, ""]
    assert (whole.scaled, whole.ability, whole.level) == (best.scaled, best.ability, best.level)


def test_points_that_chance_draws_are_the_same_in_the_choice_and_in_the_score(session: Session, monkeypatch):
    drawn = {"op": "randomInteger", "attrs": {"min": "0", "max": "1"}}
    program = {
        "outcomes": {"SCORE": {"base": "float", "cardinality": "single"}},
        "rules": [{"op": "setOutcomeValue", "attrs": {"identifier": "SCORE"}, "args": [drawn]}],
    }
    key = ItemKey(maximum=Decimal(1), processing=program)
    monkeypatch.setattr(samples, "put_item", partial(samples.put_item, key=key))
    admin = make_staff(session)
    sitting = samples.make_adaptive(session, admin, precision=None)
    seat = samples.sit_down(session, sitting)
    walk(session, seat)
    close(session, sitting, seat.attempt_id)

    places = compute_scores(session, sitting).sheets[0].sheet.places
    chosen_by = steps_of(session, seat.attempt_id)[-1].details["basis"]
    assert [category for _position, _version, category in chosen_by] == [place.points for place in places]


def test_points_given_to_everybody_make_no_level_of_a_test_of_one_item(session: Session):
    """Nothing is left to measure with; a level by the share of the points would be the highest."""
    admin = make_staff(session)
    sitting = samples.make_adaptive(session, admin, first_among=1)
    seat = samples.sit_down(session, sitting)
    turn = next_turn(session, seat.token, seat.lease, done=0)
    answer(session, seat, 1, letter_of(turn, right=False))
    close(session, sitting, seat.attempt_id)
    score_sitting(session, admin, code=sitting.code)
    place = session.query(PaperItem).join(Attempt, Attempt.paper_id == PaperItem.paper_id).one()
    gift = {place.version_id: Correction(kind=CorrectionKind.EVERYBODY)}

    (scored,) = compute_scores(session, sitting, corrections=gift, keep_scales=True).sheets

    for code in ("M.01", ""):
        result = scored.sheet.results[code]
        assert (result.raw, result.maximum, result.scaled, result.ability, result.level) == (1, 1, None, None, None)


def test_scoring_again_gives_the_same(session: Session):
    admin = make_staff(session)
    sitting = samples.make_adaptive(session, admin)
    seat = samples.sit_down(session, sitting)
    walk(session, seat)
    close(session, sitting, seat.attempt_id)
    first = score_sitting(session, admin, code=sitting.code)
    assert score_sitting(session, admin, code=sitting.code).id == first.id
