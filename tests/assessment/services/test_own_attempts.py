"""Nobody acts on their own test: not in the room, not as a marker, not as a proctor of what they sit."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from sqlalchemy import select

from merit import clock
from merit.accounts.models import User
from merit.assessment.models.sittings import Candidate, RoomProctor, SittingEvent
from merit.assessment.queries.essays import essay_name
from merit.assessment.services import proctoring
from merit.assessment.services.accommodations import approve_accommodation, propose_accommodation
from merit.assessment.services.checks import check_sitting
from merit.assessment.services.marking import list_marking, mark_essay, next_essay, open_essay
from merit.assessment.services.scoring import score_sitting
from merit.assessment.services.seating import assign_proctor, release_proctor
from merit.errors import NotAllowedError, NotFoundError, RuleViolationError
from merit.phrases import all_sentences
from merit.security.permissions import Actor, Role
from tests.assessment import plan_samples
from tests.assessment.board_samples import START, make_hall, make_running_hall
from tests.assessment.scoring_samples import essay_item
from tests.assessment.scoring_samples import make_hall as make_closed
from tests.factories import make_official
from tests.ranking.samples import make_actor

pytestmark = pytest.mark.db


def being(session, actor: Actor, official_id: int) -> Actor:
    """Return the actor as the account of an official."""
    session.get_one(User, actor.user_id).official_id = official_id
    session.flush()
    return dataclasses.replace(actor, official_id=official_id)


def test_a_proctor_does_nothing_for_their_own_attempt(session):
    hall = make_hall(session, states=("waiting", "waiting"))
    own, other = hall.attempts
    proctor = being(session, hall.proctor, hall.candidates[0].official_id)
    act = {"session": session, "actor": proctor}

    for do in (proctoring.admit, proctoring.consent_lease, proctoring.undo_admission):
        with pytest.raises(NotAllowedError, match="own-attempt"):
            do(**act, attempt_id=own.id)
    with pytest.raises(NotAllowedError, match="own-attempt"):
        proctoring.extend(**act, attempt_id=own.id, minutes=5, reason="Saya")
    mine = {"room_id": hall.room.id, "candidate_id": hall.candidates[0].id}
    with pytest.raises(NotAllowedError, match="own-attempt"):
        proctoring.note_incident(**act, **mine, kind="power", text="Padam")
    with pytest.raises(NotAllowedError, match="own-attempt"):
        proctoring.move_seat(**act, **mine, seat=9, reason="Ingin")
    assert proctoring.admit_several(**act, room_id=hall.room.id, attempt_ids=[own.id, other.id]) == 1

    assert (own.state, other.state) == ("waiting", "admitted")
    assert "own-attempt" in all_sentences()


def test_an_act_for_the_whole_room_tells_that_the_actor_sits_in_it(session):
    hall = make_running_hall(session, candidates=2)
    proctor = being(session, hall.proctor, hall.candidates[0].official_id)

    with clock.frozen(START):
        proctoring.extend_room(session, proctor, room_id=hall.room.id, minutes=5, reason="Padam")
        proctoring.extend_room(session, hall.other_proctor, room_id=hall.room.id, minutes=5, reason="Padam")

    lines = session.scalars(select(SittingEvent.details).where(SittingEvent.kind == "room-extended"))
    assert [line.get("own", False) for line in lines] == [True, False]


def test_a_writer_never_meets_their_own_essay(session):
    admin = make_actor(session, "admin-esai-sendiri", Role.ADMIN)
    writer, reader = make_official(session), make_official(session)
    hall = make_closed(session, [essay_item(session)], {"P-1": (writer, ["Milik saya"]), "P-2": (reader, ["Lain"])})
    score_sitting(session, admin, code=hall.code)
    marker = being(session, make_actor(session, "penilai-peserta", Role.AUTHOR), writer.id)
    own = essay_name(hall.sitting.id, hall.attempts["P-1"].id, 1)

    assert list_marking(session, marker)[0].left == 1
    assert next_essay(session, marker, code=hall.code).texts == ["Lain"]
    with pytest.raises(NotFoundError, match="essay-unknown"):
        open_essay(session, marker, code=hall.code, name=own)
    with pytest.raises(NotFoundError, match="essay-unknown"):
        mark_essay(session, marker, code=hall.code, name=own, digest="", points=Decimal(10))
    other = next_essay(session, marker, code=hall.code)
    mark_essay(session, marker, code=hall.code, name=other.name, digest=other.digest, points=Decimal(4))
    assert next_essay(session, marker, code=hall.code) is None


def test_a_candidate_does_not_watch_the_sitting_and_hinders_its_sealing(session):
    admin = plan_samples.make_staff(session)
    sitting = plan_samples.make_ready(session, admin, people=2)
    candidate = session.scalars(select(Candidate).where(Candidate.sitting_id == sitting.id)).first()
    watching = session.scalars(select(RoomProctor)).first()
    user, room = session.get_one(User, watching.user_id), watching.room_id
    user.official_id = candidate.official_id
    session.flush()

    [check] = [one for one in check_sitting(session, admin, sitting).checks if one.hinders]
    assert check.code == "check-proctors"
    assert check.findings == (("proctor-sits", {"name": user.name, "room": "Lab 1"}),)
    release_proctor(session, admin, code=sitting.code, room_id=room, user_id=user.id)
    with pytest.raises(RuleViolationError, match="proctor-is-candidate"):
        assign_proctor(session, admin, code=sitting.code, room_id=room, user_id=user.id)
    assert {"proctor-sits", "proctor-is-candidate"} <= all_sentences().keys()
    candidate.withdrawn_at = clock.now()
    session.flush()
    assert assign_proctor(session, admin, code=sitting.code, room_id=room, user_id=user.id).user_id == user.id
    assert check_sitting(session, admin, sitting).may_seal


def test_nobody_approves_their_own_accommodation(session):
    admin, second = plan_samples.make_staff(session), plan_samples.make_staff(session)
    sitting = plan_samples.make_ready(session, admin, people=1)
    candidate = session.scalars(select(Candidate).where(Candidate.sitting_id == sitting.id)).one()
    asked = {"extra_minutes": 30, "break_minutes": 0, "has_reader": False, "reason": "Rendah penglihatan"}
    propose_accommodation(session, admin, code=sitting.code, candidate_id=candidate.id, **asked)

    with pytest.raises(NotAllowedError, match="own-attempt"):
        approve_accommodation(
            session, being(session, second, candidate.official_id), code=sitting.code, candidate_id=candidate.id
        )
