"""Fault 60: extra time that nobody but one person wanted, or that comes after the papers are sealed."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from merit.assessment.domain.roster import Accommodation, granted
from merit.assessment.models.sittings import Candidate, SittingEvent
from merit.assessment.services.accommodations import approve_accommodation, propose_accommodation, refuse_accommodation
from merit.assessment.services.checks import check_sitting
from merit.assessment.services.sealing import seal_sitting
from merit.audit.models import AuditEntry
from merit.audit.services import append_pending
from merit.errors import InvalidInputError, NotAllowedError, RuleViolationError
from merit.security.permissions import Role
from tests.assessment import plan_samples as samples

pytestmark = pytest.mark.db


def first_of(session: Session, sitting) -> Candidate:
    return session.scalars(select(Candidate).where(Candidate.sitting_id == sitting.id).order_by(Candidate.id)).first()


def ask(session: Session, actor, sitting, candidate: Candidate, **details) -> Candidate:
    values = {"extra_minutes": 30, "break_minutes": 10, "has_reader": False, "reason": "Hamil"} | details
    return propose_accommodation(session, actor, code=sitting.code, candidate_id=candidate.id, **values)


def granted_to(candidate: Candidate) -> Accommodation:
    return granted(
        extra_minutes=candidate.extra_minutes,
        break_minutes=candidate.break_minutes,
        has_reader=candidate.has_reader,
        approved_by=candidate.accommodation_approved_by,
    )


def test_nobody_approves_what_they_asked_for_themselves(session: Session):
    admin, second = samples.make_staff(session), samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    candidate = ask(session, admin, sitting, first_of(session, sitting))
    assert granted_to(candidate) == Accommodation()
    with pytest.raises(RuleViolationError, match="accommodation-same-person"):
        approve_accommodation(session, admin, code=sitting.code, candidate_id=candidate.id)
    approve_accommodation(session, second, code=sitting.code, candidate_id=candidate.id)
    assert granted_to(candidate) == Accommodation(30, 10, False)


def test_the_database_refuses_one_person_as_both(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    candidate = ask(session, admin, sitting, first_of(session, sitting))
    same = update(Candidate).where(Candidate.id == candidate.id).values(accommodation_approved_by=admin.user_id)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(same)


def test_asking_for_more_after_the_approval_needs_a_new_one(session: Session):
    admin, second = samples.make_staff(session), samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    candidate = ask(session, admin, sitting, first_of(session, sitting))
    approve_accommodation(session, second, code=sitting.code, candidate_id=candidate.id)
    ask(session, second, sitting, candidate, extra_minutes=200)
    assert granted_to(candidate) == Accommodation()
    with pytest.raises(RuleViolationError, match="accommodation-same-person"):
        approve_accommodation(session, second, code=sitting.code, candidate_id=candidate.id)


def test_an_open_proposal_stops_sealing_and_a_refused_one_leaves_nothing(session: Session):
    admin, second = samples.make_staff(session), samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    candidate = ask(session, admin, sitting, first_of(session, sitting))
    hinders = [check.code for check in check_sitting(session, admin, sitting).checks if check.hinders]
    assert hinders == ["check-accommodations"]
    with pytest.raises(RuleViolationError, match="sealing-hindered"):
        seal_sitting(session, admin, code=sitting.code)
    refuse_accommodation(session, second, code=sitting.code, candidate_id=candidate.id)
    assert (candidate.extra_minutes, candidate.break_minutes, candidate.accommodation_reason) == (0, 0, "")
    seal_sitting(session, admin, code=sitting.code)


def test_nothing_is_asked_approved_or_refused_after_sealing(session: Session):
    admin, second = samples.make_staff(session), samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    candidate = ask(session, admin, sitting, first_of(session, sitting))
    approve_accommodation(session, second, code=sitting.code, candidate_id=candidate.id)
    seal_sitting(session, admin, code=sitting.code)
    with pytest.raises(RuleViolationError, match="accommodation-after-sealing"):
        ask(session, admin, sitting, candidate, extra_minutes=300)
    for act in (approve_accommodation, refuse_accommodation):
        with pytest.raises(RuleViolationError, match="accommodation-after-sealing"):
            act(session, second, code=sitting.code, candidate_id=candidate.id)
    assert granted_to(candidate) == Accommodation(30, 10, False)


def test_a_copy_takes_no_extra_time_along(session: Session):
    from merit import clock
    from merit.assessment.services.sittings import copy_sitting

    admin, second = samples.make_staff(session), samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    candidate = ask(session, admin, sitting, first_of(session, sitting))
    approve_accommodation(session, second, code=sitting.code, candidate_id=candidate.id)
    copied = copy_sitting(
        session, admin, code=sitting.code, starts_at=clock.now() + samples.STARTS * 3, with_roster=True
    )
    assert granted_to(first_of(session, copied)) == Accommodation()


def test_bounds_and_permissions_hold(session: Session):
    admin, proctor = samples.make_staff(session), samples.make_staff(session, Role.PROCTOR)
    sitting = samples.make_ready(session, admin)
    candidate = first_of(session, sitting)
    with pytest.raises(InvalidInputError, match="accommodation-range"):
        ask(session, admin, sitting, candidate, extra_minutes=301)
    with pytest.raises(InvalidInputError, match="accommodation-empty"):
        ask(session, admin, sitting, candidate, extra_minutes=0, break_minutes=0)
    with pytest.raises(InvalidInputError, match="accommodation-reason"):
        ask(session, admin, sitting, candidate, reason=" ")
    with pytest.raises(NotAllowedError):
        ask(session, proctor, sitting, candidate)


def test_minutes_tell_the_minutes_and_nobody_reads_the_reason_in_the_chain(session: Session):
    admin, second = samples.make_staff(session), samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    candidate = ask(session, admin, sitting, first_of(session, sitting), reason="Hamil delapan bulan")
    approve_accommodation(session, second, code=sitting.code, candidate_id=candidate.id)
    statement = select(SittingEvent).where(SittingEvent.candidate_id == candidate.id).order_by(SittingEvent.id)
    asked, approved = session.scalars(statement).all()
    assert (asked.kind, approved.kind) == ("accommodation-asked", "accommodation-approved")
    assert approved.details["extra_minutes"] == 30
    assert (asked.by_id, approved.by_id) == (admin.user_id, second.user_id)
    append_pending(session)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("accommodation:"))).all()
    assert [entry.action for entry in entries] == ["accommodation:asked", "accommodation:approved"]
    assert not any("Hamil" in entry.payload for entry in entries)
