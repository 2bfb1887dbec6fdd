"""Rosters: looked at before taken in, withdrawn with a reason, moved to another sitting, never deleted."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.models.items import Blueprint
from merit.assessment.models.sittings import Candidate, SittingEvent
from merit.assessment.queries.rosters import (
    RosterFilter,
    candidate_clashes,
    count_roster,
    list_roster,
    officials_matching,
    proctor_clashes,
)
from merit.assessment.services import proctoring
from merit.assessment.services.accommodations import approve_accommodation, propose_accommodation
from merit.assessment.services.checks import check_sitting
from merit.assessment.services.rosters import (
    add_candidates,
    preview_roster,
    reschedule_candidate,
    restore_candidate,
    withdraw_candidate,
)
from merit.assessment.services.sealing import seal_sitting
from merit.assessment.services.sittings import copy_sitting
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.people.models import Official
from merit.phrases import all_sentences
from tests.assessment import plan_samples as samples
from tests.assessment.board_samples import make_hall
from tests.factories import make_leave, make_official, make_position, make_result, make_unit

pytestmark = pytest.mark.db


def planned(session: Session, admin, **details):
    return samples.plan_sitting(session, admin, samples.make_blueprint(session, admin), **details)


def nip_of(session: Session, official_id: int) -> str:
    return session.get_one(Official, official_id).nip


def test_a_list_is_looked_at_and_nothing_happens(session: Session):
    admin = samples.make_staff(session)
    sitting = planned(session, admin)
    [present] = samples.enrol(session, admin, sitting, 1)
    fresh, ill, valid = (make_official(session) for _ in range(3))
    day = clock.local(sitting.starts_at).date()
    make_leave(session, ill, kind="sakit", starts=(day - dt.timedelta(days=2)).isoformat(), ends=None)
    make_result(session, valid, "M.01", 3, dated=(day - dt.timedelta(days=400)).isoformat())
    nips = [nip_of(session, present.official_id), fresh.nip, ill.nip, valid.nip, "199001012020011999"]
    preview = preview_roster(session, admin, code=sitting.code, nips=nips)
    assert preview.unknown == ("199001012020011999",)
    assert [entry.is_present for entry in preview.entries] == [True, False, False, False]
    notes = {entry.nip: [code for code, _details in entry.notes] for entry in preview.entries}
    assert notes[fresh.nip] == []
    assert notes[ill.nip] == ["roster-note-leave"]
    assert notes[valid.nip] == ["roster-note-valid"]
    assert session.scalar(select(func.count()).select_from(Candidate)) == 1


def test_numbers_are_given_in_order_and_never_again(session: Session):
    admin = samples.make_staff(session)
    sitting = planned(session, admin)
    first, second = samples.enrol(session, admin, sitting, 2)
    assert (first.number, second.number) == (f"{sitting.id}-001", f"{sitting.id}-002")
    withdraw_candidate(session, admin, code=sitting.code, candidate_id=second.id, reason="Salah masuk")
    [_one, _two, third] = samples.enrol(session, admin, sitting, 1)
    assert third.number == f"{sitting.id}-003"
    assert add_candidates(session, admin, code=sitting.code, officials=[first.official_id]) == 0


def test_somebody_withdrawn_comes_back_with_the_same_number(session: Session):
    admin = samples.make_staff(session)
    sitting = planned(session, admin)
    [one] = samples.enrol(session, admin, sitting, 1)
    with pytest.raises(InvalidInputError, match="roster-withdraw-reason"):
        withdraw_candidate(session, admin, code=sitting.code, candidate_id=one.id, reason="")
    withdraw_candidate(session, admin, code=sitting.code, candidate_id=one.id, reason="Sakit")
    assert (count_roster(session, sitting.id, RosterFilter()), one.withdrawn_reason) == (0, "Sakit")
    restore_candidate(session, admin, code=sitting.code, candidate_id=one.id)
    assert count_roster(session, sitting.id, RosterFilter()) == 1
    withdraw_candidate(session, admin, code=sitting.code, candidate_id=one.id, reason="Sakit lagi")
    assert add_candidates(session, admin, code=sitting.code, officials=[one.official_id]) == 1
    assert session.scalar(select(func.count()).select_from(Candidate)) == 1


def test_who_sits_elsewhere_at_the_same_time_is_told_and_hinders_sealing(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin, people=2)
    # The clash is the same people and proctors, half an hour later.
    other = copy_sitting(
        session, admin, code=sitting.code, starts_at=sitting.starts_at + dt.timedelta(minutes=30), with_roster=True
    )
    officials = set(session.scalars(select(Candidate.official_id).where(Candidate.sitting_id == sitting.id)))
    clashes = candidate_clashes(session, sitting, officials)
    assert {(clash.person_id, clash.other) for clash in clashes} == {(one, other.code) for one in officials}
    assert len(proctor_clashes(session, sitting)) == 2
    hinders = {check.code for check in check_sitting(session, admin, sitting).checks if check.hinders}
    assert hinders == {"check-clashes", "check-proctors"}
    other.starts_at = sitting.starts_at + dt.timedelta(minutes=75)
    session.flush()
    assert candidate_clashes(session, sitting, officials) == []
    preview = preview_roster(session, admin, code=sitting.code, officials=sorted(officials))
    assert not any(entry.has_clash for entry in preview.entries)


def test_moving_to_another_sitting_keeps_both_lines(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin, people=2)
    seal_sitting(session, admin, code=sitting.code)
    target = samples.plan_sitting(
        session, admin, session.get_one(Blueprint, sitting.blueprint_id), starts_at=clock.now() + dt.timedelta(days=40)
    )
    [one, two] = session.scalars(select(Candidate).where(Candidate.sitting_id == sitting.id)).all()
    with pytest.raises(InvalidInputError, match="roster-same-sitting"):
        reschedule_candidate(
            session, admin, code=sitting.code, candidate_id=one.id, to_code=sitting.code, reason="Sakit"
        )
    moved = reschedule_candidate(
        session, admin, code=sitting.code, candidate_id=one.id, to_code=target.code, reason="Sakit"
    )
    assert (one.moved_to_id, one.room_id, moved.sitting_id) == (moved.id, None, target.id)
    assert one.withdrawn_at is not None
    with pytest.raises(RuleViolationError, match="roster-moved-away"):
        reschedule_candidate(session, admin, code=sitting.code, candidate_id=one.id, to_code=target.code, reason="Lagi")
    sitting.settings = sitting.settings | {"may_reschedule": False}
    session.flush()
    with pytest.raises(RuleViolationError, match="roster-no-reschedule"):
        reschedule_candidate(
            session, admin, code=sitting.code, candidate_id=two.id, to_code=target.code, reason="Sakit"
        )


def test_who_is_admitted_is_not_taken_off_until_the_tick_is_taken_back(session: Session):
    hall = make_hall(session, states=("admitted", "admitted"), settings={"may_reschedule": True})
    hall.sitting.state = "open"
    hall.room.opened_at = clock.now()
    target = planned(session, hall.admin)
    one, two = hall.candidates
    off = {"code": hall.sitting.code, "candidate_id": one.id, "reason": "Sakit"}
    for act, more in ((withdraw_candidate, {}), (reschedule_candidate, {"to_code": target.code})):
        with pytest.raises(RuleViolationError, match="roster-admitted"):
            act(session, hall.admin, **off, **more)
    assert "roster-admitted" in all_sentences()

    proctoring.undo_admission(session, hall.proctor, attempt_id=hall.attempts[0].id)
    withdraw_candidate(session, hall.admin, **off)
    with pytest.raises(RuleViolationError, match="candidate-is-withdrawn"):
        proctoring.admit(session, hall.proctor, attempt_id=hall.attempts[0].id)
    assert proctoring.start_room(session, hall.proctor, room_id=hall.room.id) == 1
    assert [attempt.state for attempt in hall.attempts] == ["waiting", "running"]
    with pytest.raises(RuleViolationError, match="roster-begun"):
        withdraw_candidate(session, hall.admin, code=hall.sitting.code, candidate_id=two.id, reason="Sakit")


def test_a_room_starts_nobody_who_is_off_the_roster(session: Session):
    hall = make_hall(session, states=("admitted", "admitted"))
    hall.sitting.state, hall.room.opened_at = "open", clock.now()
    hall.candidates[0].withdrawn_at = clock.now()
    session.flush()
    assert proctoring.start_room(session, hall.proctor, room_id=hall.room.id) == 1
    assert [attempt.state for attempt in hall.attempts] == ["admitted", "running"]


def test_who_was_admitted_to_a_cancelled_sitting_may_be_moved(session: Session):
    hall = make_hall(session, states=("admitted",), state="cancelled", cancelled_at=clock.now())
    target = planned(session, hall.admin)
    moved = reschedule_candidate(
        session,
        hall.admin,
        code=hall.sitting.code,
        candidate_id=hall.candidates[0].id,
        to_code=target.code,
        reason="Batal",
    )
    assert moved.sitting_id == target.id


def approved(session: Session, admin, second, sitting) -> Candidate:
    """Return a candidate of a draft with thirty minutes more."""
    [one] = samples.enrol(session, admin, sitting, 1)
    asked = {"extra_minutes": 30, "break_minutes": 5, "has_reader": True, "reason": "Rendah penglihatan"}
    propose_accommodation(session, admin, code=sitting.code, candidate_id=one.id, **asked)
    return approve_accommodation(session, second, code=sitting.code, candidate_id=one.id)


def undecided(session: Session, admin, sitting) -> tuple:
    """Return what the check of the accommodations finds."""
    checks = check_sitting(session, admin, sitting).checks
    return next(check.findings for check in checks if check.code == "check-accommodations")


@pytest.mark.parametrize("way", ["moved", "copied"])
def test_an_accommodation_comes_along_and_is_asked_again(session: Session, way: str):
    admin, second = samples.make_staff(session), samples.make_staff(session)
    sitting = planned(session, admin)
    one = approved(session, admin, second, sitting)
    later = clock.now() + dt.timedelta(days=40)
    if way == "moved":
        target = planned(session, admin, starts_at=later)
        here = {"code": sitting.code, "candidate_id": one.id}
        reschedule_candidate(session, admin, **here, to_code=target.code, reason="Sakit")
    else:
        target = copy_sitting(session, admin, code=sitting.code, starts_at=later, with_roster=True)
    [there] = session.scalars(select(Candidate).where(Candidate.sitting_id == target.id)).all()

    told = (there.extra_minutes, there.break_minutes, there.has_reader, there.accommodation_reason)
    assert told == (30, 5, True, "Rendah penglihatan")
    assert (there.accommodation_asked_by, there.accommodation_approved_at) == (admin.user_id, None)
    assert undecided(session, admin, target) == (("accommodations-undecided", {"count": 1}),)
    with pytest.raises(RuleViolationError, match="accommodation-same-person"):
        approve_accommodation(session, admin, code=target.code, candidate_id=there.id)
    approve_accommodation(session, second, code=target.code, candidate_id=there.id)
    assert undecided(session, admin, target) == ()
    kinds = session.scalars(select(SittingEvent.kind).where(SittingEvent.candidate_id == there.id))
    assert {"accommodation-asked", "accommodation-approved"} <= set(kinds)


def test_what_was_decided_in_the_other_sitting_stands(session: Session):
    admin, second = samples.make_staff(session), samples.make_staff(session)
    sitting, target = planned(session, admin), planned(session, admin, starts_at=clock.now() + dt.timedelta(days=40))
    one = approved(session, admin, second, sitting)
    add_candidates(session, admin, code=target.code, officials=[one.official_id])
    there = session.scalars(select(Candidate).where(Candidate.sitting_id == target.id)).one()
    asked = {"extra_minutes": 10, "break_minutes": 0, "has_reader": False, "reason": "Menurut surat baru"}
    propose_accommodation(session, admin, code=target.code, candidate_id=there.id, **asked)
    approve_accommodation(session, second, code=target.code, candidate_id=there.id)
    reschedule_candidate(session, admin, code=sitting.code, candidate_id=one.id, to_code=target.code, reason="Sakit")
    assert (there.extra_minutes, there.accommodation_approved_by) == (10, second.user_id)


def test_a_candidate_of_another_sitting_does_not_exist_here(session: Session):
    admin = samples.make_staff(session)
    first, second = planned(session, admin), planned(session, admin)
    [one] = samples.enrol(session, admin, first, 1)
    with pytest.raises(NotFoundError):
        withdraw_candidate(session, admin, code=second.code, candidate_id=one.id, reason="Salah")


def test_people_are_found_by_unit_tier_position_and_lapsed_results(session: Session):
    day = dt.date(2026, 5, 1)
    unit, other = make_unit(session), make_unit(session)
    position = make_position(session, unit=unit, tier="pengawas", code="J-CARI")
    inside = make_official(session, position=position)
    lapsed = make_official(session, position=position)
    outside = make_official(session, position=make_position(session, unit=other, tier="administrator"))
    make_result(session, inside, "M.01", 3, dated="2026-01-10")
    make_result(session, lapsed, "M.01", 3, dated="2021-01-10")
    assert set(officials_matching(session, unit_ids={unit.id}, expired_on=None)) == {inside.id, lapsed.id}
    assert officials_matching(session, tier="administrator", expired_on=None) == [outside.id]
    assert set(officials_matching(session, position="J-CARI", expired_on=None)) == {inside.id, lapsed.id}
    assert officials_matching(session, position="TIDAK-ADA", expired_on=None) == []
    assert set(officials_matching(session, unit_ids={unit.id}, expired_on=day)) == {lapsed.id}
    assert outside.id in officials_matching(session, expired_on=day)


def test_the_roster_is_searched_narrowed_and_sorted(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin, people=3)
    rows = list_roster(session, sitting.id, RosterFilter(), order="-number")
    assert [row.candidate.number[-3:] for row in rows] == ["003", "002", "001"]
    nip = rows[0].nip
    assert [row.nip for row in list_roster(session, sitting.id, RosterFilter(text=nip[8:]))] == [nip]
    assert list_roster(session, sitting.id, RosterFilter(text="100% bohong")) == []
    assert len(list_roster(session, sitting.id, RosterFilter(room_id=rows[0].candidate.room_id or 0))) == 3
    assert list_roster(session, sitting.id, RosterFilter(show="unseated")) == []
