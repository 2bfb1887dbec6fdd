"""Placements offered and answered, and leave that takes a year out of the indicators."""

import numpy as np
import pytest

from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.evidence import EvidenceRequest
from merit.people.evidence import load_assignment_accepted
from merit.performance.domain.offers import check_answer, is_assessed, served_days
from merit.performance.queries.offers import LeaveFilter, OfferFilter, list_offers, search_leave
from merit.performance.services.offers import (
    AnswerInput,
    answer_offer,
    make_offer,
    record_leave,
    withdraw_leave,
    withdraw_offer,
)
from merit.security.permissions import Role
from tests.factories import day, make_official
from tests.performance.appraisal_samples import act_as

ACCEPTED = AnswerInput(response="diterima", starts=day("2025-03-01"), decree_number="SK-1")


@pytest.mark.unit
def test_days_of_overlapping_leaves_count_once():
    # March and 15 March to 15 April: 31 + 15 days of 365.
    leaves = [(day("2025-03-01"), day("2025-03-31")), (day("2025-03-15"), day("2025-04-15"))]

    assert served_days(2025, leaves) == 365 - 46
    assert is_assessed(2025, leaves)


@pytest.mark.unit
def test_a_year_with_less_than_six_months_served_is_not_assessed():
    # 181 days served (to 30 June) still count, 180 do not.
    assert is_assessed(2025, [(day("2025-07-01"), day("2026-01-31"))])
    assert not is_assessed(2025, [(day("2025-06-30"), day("2025-12-31"))])


@pytest.mark.unit
@pytest.mark.parametrize(
    ("response", "lawful", "starts", "ends", "problem"),
    [
        ("ditolak", None, None, None, "offer-refusal-reason"),
        ("ditolak", True, None, None, None),
        ("diterima", None, None, None, "offer-start"),
        ("diterima", None, "2025-01-31", None, "offer-before"),
        ("diterima", None, "2025-03-01", "2025-02-28", "offer-period"),
        ("diterima", None, "2025-03-01", "2025-12-31", None),
    ],
)
def test_answers_that_cannot_stand_are_refused(response, lawful, starts, ends, problem):
    starts, ends = (day(each) if each else None for each in (starts, ends))

    assert check_answer(day("2025-02-01"), response, lawful_reason=lawful, starts=starts, ends=ends) == problem


@pytest.mark.db
def test_answers_move_the_indicator(session):
    official = make_official(session)
    admin = act_as(session, "tugas", Role.ADMIN)
    names = ("Satgas stunting", "Penempatan kecamatan", "Satgas banjir")
    first, second, third = (
        make_offer(session, admin, nip=official.nip, name=name, offered=day("2025-02-01")) for name in names
    )

    answer_offer(session, admin, assignment_id=first.id, answer=ACCEPTED)
    answer_offer(session, admin, assignment_id=second.id, answer=AnswerInput(response="ditolak", lawful_reason=False))
    answer_offer(session, admin, assignment_id=third.id, answer=AnswerInput(response="ditolak", lawful_reason=True))

    # The lawful refusal is left out: 1 of 2.
    request = EvidenceRequest(as_of=day("2026-06-01"), officials=np.array([official.id]))
    assert load_assignment_accepted(session, request).value.tolist() == [0.5]
    assert first.superseded_at is not None
    assert [row.offer.response for row in list_offers(session, OfferFilter(response="diterima"))] == ["diterima"]


@pytest.mark.db
def test_offers_refuse_doubles_missing_decrees_and_other_units(session):
    official = make_official(session)
    admin = act_as(session, "tugas", Role.ADMIN)
    offer = make_offer(session, admin, nip=official.nip, name="Satgas", offered=day("2025-02-01"))

    with pytest.raises(RuleViolationError, match="offer-twice"):
        make_offer(session, admin, nip=official.nip, name="Satgas", offered=day("2025-02-01"))
    with pytest.raises(InvalidInputError, match="offer-decree"):
        answer_offer(
            session,
            admin,
            assignment_id=offer.id,
            answer=AnswerInput(response="diterima", starts=day("2025-03-01")),
        )
    elsewhere = act_as(session, "opd", Role.OPD_ADMIN, units=frozenset({0}))
    with pytest.raises(NotFoundError):
        answer_offer(session, elsewhere, assignment_id=offer.id, answer=ACCEPTED)
    with pytest.raises(InvalidInputError, match="leave-period"):
        record_leave(session, admin, nip=official.nip, kind="sakit", starts=day("2025-03-01"), ends=day("2025-02-01"))
    assert (
        record_leave(session, admin, nip=official.nip, kind="sakit", starts=day("2025-03-01"), ends=None).ends is None
    )


@pytest.mark.db
def test_what_was_recorded_by_mistake_is_withdrawn_with_a_reason_and_counts_no_more(session):
    official = make_official(session)
    admin = act_as(session, "admin", Role.ADMIN)
    other = act_as(session, "opd", Role.OPD_ADMIN, units=frozenset({official.id + 999}))
    offer = make_offer(session, admin, nip=official.nip, name="Satgas", offered=day("2025-02-01"))
    leave = record_leave(session, admin, nip=official.nip, kind="sakit", starts=day("2025-01-01"), ends=None)

    with pytest.raises(InvalidInputError, match="withdraw-reason"):
        withdraw_offer(session, admin, assignment_id=offer.id, reason=" ")
    with pytest.raises(NotFoundError):
        withdraw_leave(session, other, leave_id=leave.id, reason="Salah orang.")
    withdraw_offer(session, admin, assignment_id=offer.id, reason="Salah orang.")
    withdraw_leave(session, admin, leave_id=leave.id, reason="Salah orang.")

    assert list_offers(session, OfferFilter()) == []
    assert search_leave(session, LeaveFilter(today=day("2026-01-01"))) == []
    assert offer.superseded_at is not None
    with pytest.raises(NotFoundError):
        withdraw_offer(session, admin, assignment_id=offer.id, reason="Dua kali.")
