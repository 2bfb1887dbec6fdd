"""Blind marking: queue, two marks and a third, nobody twice, nothing of the person."""

from dataclasses import asdict
from decimal import Decimal

import pytest

from merit.assessment.models.delivery import LateResponse
from merit.assessment.queries.essays import agreement_of, list_essays
from merit.assessment.services.marking import last_own_mark, list_marking, mark_essay, next_essay, open_essay
from merit.assessment.services.scoring import score_sitting
from merit.errors import InvalidInputError, MeritError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.permissions import Role
from tests.assessment.scoring_samples import CLOSED, essay_item, make_hall
from tests.factories import make_official
from tests.ranking.samples import make_actor

pytestmark = pytest.mark.db


@pytest.fixture
def admin(session):
    return make_actor(session, "admin-esai", Role.ADMIN)


@pytest.fixture
def markers(session):
    return [make_actor(session, f"penilai-{number}", Role.AUTHOR) for number in range(4)]


@pytest.fixture
def hall(session, admin):
    sheets = {f"P-{number}": (make_official(session), [f"Uraian {number}"]) for number in range(3)}
    hall = make_hall(session, [essay_item(session)], sheets)
    score_sitting(session, admin, code=hall.code)
    return hall


def give(session, actor, hall, name, points):
    digest = open_essay(session, actor, code=hall.code, name=name).digest
    return mark_essay(session, actor, code=hall.code, name=name, digest=digest, points=Decimal(points))


def mark_all(session, actor, hall, points):
    marked = []
    while (sheet := next_essay(session, actor, code=hall.code)) is not None:
        give(session, actor, hall, sheet.name, points)
        marked.append(sheet.name)
    return marked


def reason_of(call, **arguments):
    with pytest.raises(MeritError) as refusal:
        call(**arguments)
    return refusal.value.reason


def test_two_markers_settle_every_essay(session, admin, markers, hall):
    first, second = mark_all(session, markers[0], hall, 6), mark_all(session, markers[1], hall, 8)
    third = mark_all(session, markers[2], hall, 1)
    score_sitting(session, admin, code=hall.code)

    assert (len(first), sorted(first) == sorted(second), third) == (3, True, [])
    assert hall.sitting.state == "scored"


def test_disagreement_calls_a_third_marker_and_no_fourth(session, admin, markers, hall):
    for marker, points in zip(markers, (2, 8, 7, 1), strict=True):
        mark_all(session, marker, hall, points)

    essays = list_essays(session, hall.sitting)

    assert [essay.points for essay in essays] == [[2, 8, 7]] * 3
    assert agreement_of(essays).within == 0


def test_nobody_marks_an_essay_twice(session, markers, hall):
    sheet = next_essay(session, markers[0], code=hall.code)
    give(session, markers[0], hall, sheet.name, 4)

    corrected = give(session, markers[0], hall, sheet.name, 5)

    essay = next(one for one in list_essays(session, hall.sitting) if one.name == sheet.name)
    assert (corrected.turn, essay.points) == (1, [5])


def test_a_mark_stands_once_somebody_has_marked_after(session, markers, hall):
    name = next_essay(session, markers[0], code=hall.code).name
    for marker in markers[:2]:
        give(session, marker, hall, name, 4)

    with pytest.raises(RuleViolationError) as refusal:
        give(session, markers[0], hall, name, 9)

    assert refusal.value.reason == "essay-mark-later"
    assert last_own_mark(session, markers[0], code=hall.code) is None
    assert last_own_mark(session, markers[1], code=hall.code)[0] == name


def test_a_third_uncalled_mark_is_refused(session, markers, hall):
    name = next_essay(session, markers[0], code=hall.code).name
    for marker in markers[:2]:
        give(session, marker, hall, name, 4)

    with pytest.raises(RuleViolationError) as refusal:
        give(session, markers[2], hall, name, 4)

    assert refusal.value.reason == "essay-marked-enough"


def test_a_text_that_changed_since_it_was_opened_is_not_marked(session, markers, hall):
    sheet = next_essay(session, markers[0], code=hall.code)
    late = {"revision": 2, "value": '["Uraian yang terlambat"]', "saved_at": CLOSED, "accepted_at": CLOSED}
    for attempt in hall.attempts.values():
        session.add(LateResponse(attempt_id=attempt.id, position=1, **late))
    session.flush()
    shown = {"session": session, "actor": markers[0], "code": hall.code, "name": sheet.name}

    assert reason_of(mark_essay, **shown, digest=sheet.digest, points=Decimal(4)) == "essay-text-changed"
    assert open_essay(**shown).texts == ["Uraian yang terlambat"]
    assert give(session, markers[0], hall, sheet.name, 4).points == 4


def test_points_keep_to_the_steps(session, markers, hall):
    name = next_essay(session, markers[0], code=hall.code).name

    for points in ("3.5", "11", "-1"):
        with pytest.raises(InvalidInputError):
            give(session, markers[0], hall, name, points)


def test_the_sheet_tells_nothing_of_the_person(session, markers, hall):
    sheet = asdict(next_essay(session, markers[0], code=hall.code))
    told = str(sheet)

    assert sheet["rubric"] == "<p>Jelas dan runtut.</p>"
    assert not any(number in told for number in hall.attempts)
    assert not any(str(attempt.token_hash) in told for attempt in hall.attempts.values())


def test_markers_meet_the_essays_in_different_orders(session, admin, markers):
    sheets = {f"P-{number:02d}": (make_official(session), [f"Uraian {number}"]) for number in range(12)}
    hall = make_hall(session, [essay_item(session)], sheets)
    score_sitting(session, admin, code=hall.code)

    orders = [mark_all(session, marker, hall, 5) for marker in markers[:2]]

    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]


def test_only_named_markers_see_a_sitting_that_names_some(session, admin, markers):
    hall = make_hall(
        session,
        [essay_item(session)],
        {"P-1": (make_official(session), ["Uraian"])},
        settings={"markers": [markers[0].user_id]},
    )
    score_sitting(session, admin, code=hall.code)

    assert [one.code for one in list_marking(session, markers[0])] == [hall.code]
    assert list_marking(session, markers[1]) == []
    with pytest.raises(NotFoundError):
        next_essay(session, markers[1], code=hall.code)


def test_who_does_not_mark_sees_nothing(session, admin, hall):
    with pytest.raises(NotAllowedError):
        next_essay(session, admin, code=hall.code)


def test_an_unknown_essay_is_not_found(session, markers, hall):
    assert reason_of(open_essay, session=session, actor=markers[0], code=hall.code, name="0" * 32) == "essay-unknown"
