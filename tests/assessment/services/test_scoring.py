"""Scoring of a closed sitting: what counts, what waits, and the same bytes every time."""

import datetime as dt
from decimal import Decimal
from importlib import import_module

import pytest
from sqlalchemy import select, text, update

from merit.assessment.models.delivery import AttemptEvent, LateResponse
from merit.assessment.models.items import Item, ItemStatistic
from merit.assessment.models.scoring import CandidateResult, EssayMark, ResponseScore, ScoreVersion
from merit.assessment.models.sittings import Candidate, PaperItem, SittingEvent
from merit.assessment.queries.item_results import list_items
from merit.assessment.queries.person_result import load_person
from merit.assessment.queries.result_head import load_head
from merit.assessment.queries.scores import count_late
from merit.assessment.services.scoring import prepare_scores, score_sitting, store_scores
from merit.errors import ConflictError, NotAllowedError, RuleViolationError
from merit.security.permissions import Role
from tests.assessment.scoring_samples import (
    CLOSED,
    STARTS,
    chance_item,
    choice_item,
    essay_item,
    make_hall,
    sjt_item,
    unsupported_item,
)
from tests.factories import make_official, make_position
from tests.ranking.samples import make_actor

pytestmark = pytest.mark.db


@pytest.fixture
def admin(session):
    return make_actor(session, "admin-nilai", Role.ADMIN)


def results(session, version, attempt):
    rows = session.scalars(
        select(CandidateResult).where(
            CandidateResult.score_version_id == version.id, CandidateResult.attempt_id == attempt.id
        )
    )
    return {row.competency: row for row in rows}


def outcomes(session, version, attempt):
    rows = session.scalars(
        select(ResponseScore)
        .where(ResponseScore.score_version_id == version.id, ResponseScore.attempt_id == attempt.id)
        .order_by(ResponseScore.position)
    )
    return [(row.outcome, row.points) for row in rows]


def test_points_are_summed_per_competency_and_the_sitting_is_scored(session, admin):
    versions = [choice_item(session), choice_item(session), sjt_item(session)]
    hall = make_hall(session, versions, {"P-1": (make_official(session), ["A", "B", "B"])})

    version = score_sitting(session, admin, code=hall.code)

    found = results(session, version, hall.attempts["P-1"])
    assert {code: (row.items, row.raw, row.maximum, row.level) for code, row in found.items()} == {
        "M.01": (2, 1, 2, 3),
        "M.02": (1, 4, 5, 5),
        "": (3, 5, 7, 4),
    }
    assert (hall.sitting.state, hall.sitting.scored_at is not None) == ("scored", True)
    assert session.scalars(select(SittingEvent.kind)).all() == ["sitting-scored"]


def test_the_middle_of_the_seconds_is_kept_beside_each_item(session, admin):
    """P-1 looked at the first item for 20 s, P-2 for 30 s; nothing tells how long anybody had the second."""
    items = [choice_item(session), choice_item(session)]
    sheets = {number: (make_official(session), ["A", ""]) for number in ("P-1", "P-2")}
    hall = make_hall(session, items, sheets)
    for attempt, seconds in zip(hall.attempts.values(), (20, 30), strict=True):
        seen = STARTS + dt.timedelta(seconds=seconds)
        details = {"position": 1, "seconds": seconds, "at": seen.isoformat()}
        session.add(AttemptEvent(attempt_id=attempt.id, kind="item-view", details=details, at=seen))
    session.flush()

    score_sitting(session, admin, code=hall.code)

    kept = dict(session.execute(select(ItemStatistic.version_id, ItemStatistic.median_seconds)).all())
    assert kept == {items[0].id: 25, items[1].id: None}


def test_points_drawn_by_an_item_are_the_same_on_every_scoring(session, admin):
    """Twelve people answer alike: chance differs between them and their places, never between two scorings."""
    items = [chance_item(session), chance_item(session)]
    sheets = {f"P-{number}": (make_official(session), ["A", "A"]) for number in range(12)}
    hall = make_hall(session, items, sheets)

    first, again = (prepare_scores(session, admin, code=hall.code) for _time in range(2))

    points = [[place.points for place in scored.sheet.places] for scored in first.sheets]
    assert first.sha256 == again.sha256
    assert len({tuple(row) for row in points}) > 6
    assert any(one != other for one, other in points)


def test_tags_are_those_of_the_sealing(session, admin):
    """Somebody files the item under another competency and level after the sitting was sealed."""
    versions = [choice_item(session), choice_item(session)]
    hall = make_hall(session, versions, {"P-1": (make_official(session), ["A", "B"])})
    item = session.get_one(Item, versions[1].item_id)
    item.competency, item.level = "M.07", 5
    session.flush()

    version = score_sitting(session, admin, code=hall.code)

    found = results(session, version, hall.attempts["P-1"])
    assert {code: (row.items, row.raw) for code, row in found.items()} == {"M.01": (2, 1), "": (2, 1)}
    assert {row.competency for row in list_items(session, hall.sitting.id, version.id)} == {"M.01"}


def test_the_migration_gives_former_places_the_present_tags(session):
    hall = make_hall(session, [choice_item(session)], {"P-1": (make_official(session), ["A"])})
    table = " ON paper_items" if session.get_bind().dialect.name == "postgresql" else ""
    session.execute(text(f"DROP TRIGGER paper_items_no_update{table}"))
    session.execute(update(PaperItem).values(competency="", level=None))

    session.execute(text(import_module("merit.migrations.versions.0009_items_and_statistics").FILL))

    place = session.execute(select(PaperItem.competency, PaperItem.level, PaperItem.version_id)).one()
    assert tuple(place) == ("M.01", 3, hall.versions[0].id)


def test_an_answer_names_the_place_at_which_its_option_was_shown(session, admin):
    """Shown as C, A, D, B: the right option A stood at place B."""
    versions = [choice_item(session), choice_item(session)]
    hall = make_hall(
        session, versions, {"P-1": (make_official(session), ["B", "A"])}, orders={1: {"R": ["C", "A", "D", "B"]}}
    )

    version = score_sitting(session, admin, code=hall.code)

    assert outcomes(session, version, hall.attempts["P-1"]) == [("scored", 1), ("scored", 1)]
    counted = session.scalars(select(ItemStatistic).where(ItemStatistic.version_id == versions[0].id)).one()
    assert counted.options["A"] == 1


def test_blank_is_zero_and_counts(session, admin):
    hall = make_hall(session, [choice_item(session), sjt_item(session)], {"P-1": (make_official(session), ["", ""])})

    version = score_sitting(session, admin, code=hall.code)

    assert outcomes(session, version, hall.attempts["P-1"]) == [("blank", 0), ("blank", 0)]
    assert results(session, version, hall.attempts["P-1"])[""].maximum == 6


def test_trial_items_are_scored_for_statistics_and_never_count(session, admin):
    versions = [choice_item(session), choice_item(session)]
    hall = make_hall(session, versions, {"P-1": (make_official(session), ["A", "A"])}, trial=[2])

    version = score_sitting(session, admin, code=hall.code)

    whole = results(session, version, hall.attempts["P-1"])[""]
    assert (whole.items, whole.maximum) == (1, 1)
    assert session.get(ResponseScore, (version.id, hall.attempts["P-1"].id, 2)).reason == "place-trial"
    assert session.query(ItemStatistic).filter_by(version_id=versions[1].id).one().facility == 1


def test_unsupported_items_leave_points_and_maximum_and_say_why(session, admin):
    hall = make_hall(
        session, [choice_item(session), unsupported_item(session)], {"P-1": (make_official(session), ["A", "A"])}
    )

    version = score_sitting(session, admin, code=hall.code)

    place = session.get(ResponseScore, (version.id, hall.attempts["P-1"].id, 2))
    assert (place.outcome, place.points, place.reason) == ("unsupported", None, "no-response-processing")
    assert results(session, version, hall.attempts["P-1"])[""].maximum == 1


def test_essays_wait_for_marks_and_the_sitting_with_them(session, admin):
    hall = make_hall(
        session,
        [choice_item(session), essay_item(session)],
        {"P-1": (make_official(session), ["A", "Uraian"]), "P-2": (make_official(session), ["A", ""])},
    )

    first = score_sitting(session, admin, code=hall.code)
    waiting = outcomes(session, first, hall.attempts["P-1"]), hall.sitting.state
    for turn, (login, points) in enumerate((("penilai-a", 6), ("penilai-b", 8)), 1):
        marker = make_actor(session, login, Role.AUTHOR)
        mark = EssayMark(
            attempt_id=hall.attempts["P-1"].id, position=2, turn=turn, marker_id=marker.user_id, points=Decimal(points)
        )
        mark.marked_at = CLOSED
        session.add(mark)
    session.flush()
    second = score_sitting(session, admin, code=hall.code)

    assert waiting == ([("scored", 1), ("to_mark", None)], "closed")
    assert outcomes(session, second, hall.attempts["P-1"]) == [("scored", 1), ("scored", 7)]
    assert outcomes(session, second, hall.attempts["P-2"]) == [("scored", 1), ("blank", 0)]
    assert (first.state, second.state, second.number, hall.sitting.state) == ("superseded", "current", 2, "scored")


def test_only_late_answers_that_two_persons_accepted_count(session, admin):
    items = [choice_item(session), choice_item(session)]
    hall = make_hall(session, items, {"P-1": (make_official(session), ["B", "B"])})
    second = make_actor(session, "admin-dua", Role.ADMIN)
    for position, accepted in ((1, second.user_id), (2, None)):
        session.add(
            LateResponse(
                attempt_id=hall.attempts["P-1"].id,
                position=position,
                revision=5,
                value='["A"]',
                saved_at=CLOSED,
                proposed_by=admin.user_id if accepted else None,
                accepted_by=accepted,
                accepted_at=CLOSED if accepted else None,
            )
        )
    session.flush()

    version = score_sitting(session, admin, code=hall.code)

    assert outcomes(session, version, hall.attempts["P-1"]) == [("scored", 1), ("scored", 0)]


def test_nothing_is_scored_while_late_answers_are_proposed(session, admin):
    hall = make_hall(session, [choice_item(session)], {"P-1": (make_official(session), ["B"])})
    late = LateResponse(
        attempt_id=hall.attempts["P-1"].id, position=1, revision=5, value='["A"]', saved_at=CLOSED, proposed_by=None
    )
    session.add(late)
    late.proposed_by = admin.user_id
    session.flush()

    with pytest.raises(RuleViolationError, match="scores-late-proposed"):
        score_sitting(session, admin, code=hall.code)
    assert (count_late(session, hall.sitting.id).undecided, hall.sitting.state) == (1, "closed")

    late.proposed_by = None  # refused
    session.flush()
    score_sitting(session, admin, code=hall.code)
    assert (load_head(session, hall.code).late, hall.sitting.state) == (1, "scored")


def test_match_is_told_for_the_present_and_the_target_position(session, admin):
    # Levels: M.01 5 (1 of 1), M.02 5 (4 of 5 = 80). Present: min(5,4) + min(5,4) = 8 of 8. Target: 5 + 5 of 10.
    present = make_position(session, tier="pengawas", m01=4, m02=4)
    target = make_position(session, tier="administrator", m01=5, m02=5)
    code = session.get(type(target), target.id).code
    official = make_official(session, position=present)
    hall = make_hall(
        session,
        [choice_item(session), sjt_item(session)],
        {"P-1": (official, ["A", "B"])},
        settings={"target_position": code},
    )

    version = score_sitting(session, admin, code=hall.code)

    match = results(session, version, hall.attempts["P-1"])[""].job_person_match
    assert (match["present"]["percent"], match["present"]["filling"], match["present"]["mapping"]) == (
        "100.000000",
        "MS",
        "O",
    )
    assert (match["target"]["position"], match["target"]["required"]) == (code, 10)
    assert "SK.01" in match["target"]["missing"]
    shown = load_person(session, load_head(session, hall.code), "P-1").matches
    assert [(one.which, one.measured, one.required) for one in shown] == [("present", 2, 9), ("target", 2, 9)]


def test_absent_unstarted_and_withdrawn_candidates_get_no_result(session, admin):
    people = {f"P-{number}": (make_official(session), ["A"]) for number in (1, 2, 3)}
    hall = make_hall(session, [choice_item(session)], people)
    hall.attempts["P-2"].started_at = None
    candidate = hall.attempts["P-3"].candidate_id

    session.get(Candidate, candidate).withdrawn_at = CLOSED
    session.flush()

    version = score_sitting(session, admin, code=hall.code)

    scored = session.scalars(select(ResponseScore.attempt_id).where(ResponseScore.score_version_id == version.id)).all()
    assert scored == [hall.attempts["P-1"].id]


def test_scoring_again_changes_nothing(session, admin):
    hall = make_hall(session, [choice_item(session)], {"P-1": (make_official(session), ["A"])})

    first = score_sitting(session, admin, code=hall.code)
    again = score_sitting(session, admin, code=hall.code)

    assert again.id == first.id
    assert session.query(ScoreVersion).count() == 1


def test_scores_computed_before_a_mark_are_not_stored(session, admin):
    hall = make_hall(session, [essay_item(session)], {"P-1": (make_official(session), ["Uraian"])})
    prepared = prepare_scores(session, admin, code=hall.code)
    mark = EssayMark(attempt_id=hall.attempts["P-1"].id, position=1, turn=1, marker_id=admin.user_id, points=Decimal(5))
    mark.marked_at = CLOSED
    session.add(mark)
    session.flush()

    with pytest.raises(ConflictError) as refusal:
        store_scores(session, admin, code=hall.code, prepared=prepared)

    assert refusal.value.reason == "scores-inputs-changed"


@pytest.mark.parametrize("state", ["running", "sealed", "open"])
def test_a_sitting_that_is_not_closed_is_not_scored(session, admin, state):
    hall = make_hall(session, [choice_item(session)], {}, state=state)

    with pytest.raises(RuleViolationError) as refusal:
        score_sitting(session, admin, code=hall.code)

    assert refusal.value.reason == "scores-before-close"


def test_only_who_manages_sittings_scores(session):
    hall = make_hall(session, [choice_item(session)], {})

    with pytest.raises(NotAllowedError):
        score_sitting(session, make_actor(session, "auditor-x", Role.AUDITOR), code=hall.code)
