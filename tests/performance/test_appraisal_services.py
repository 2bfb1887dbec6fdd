import datetime as dt

import numpy as np
import pytest
from sqlalchemy import select

from merit import clock
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.evidence import EvidenceRequest
from merit.performance.evidence import load_appraisal_result
from merit.performance.models import Appraisal
from merit.performance.queries.appraisals import (
    SheetFilter,
    count_predicates,
    count_sheets,
    find_unit_predicate,
    list_own,
    list_progress,
    list_sheets,
    list_steps,
)
from merit.performance.services.cycles import assign_superiors, close_cycle, fill_cycle, open_cycle
from merit.performance.services.sheets import (
    accept_appraisal,
    decide_objection,
    finish_lapsed,
    object_to_appraisal,
    rate_official,
    record_appraisal,
)
from merit.security.permissions import Role
from tests.factories import RECORDED, day, make_appraisal, make_official, make_unit_result
from tests.performance.appraisal_samples import act_as, as_self, make_office

pytestmark = pytest.mark.db


def rate(session, office, result=2, behaviour=2, reason=""):
    sheet = office.sheet(session, office.clerk)
    chief = as_self(session, office.chief)
    return rate_official(
        session,
        chief,
        sheet_id=sheet.id,
        row_version=sheet.row_version,
        result=result,
        behaviour=behaviour,
        reason=reason,
    )


def current(session, official):
    rows = session.scalars(
        select(Appraisal).where(Appraisal.official_id == official.id, Appraisal.superseded_at.is_(None))
    )
    return [(row.year, row.result_rating, row.behaviour_rating, row.predicate, row.assessor) for row in rows]


def test_opening_makes_a_sheet_for_everybody_with_superiors_from_the_lines(session):
    office = make_office(session)

    clerk, chief, head = (office.sheet(session, each) for each in (office.clerk, office.chief, office.head))

    assert (clerk.assessor_id, clerk.reviewer_id) == (office.chief.id, office.head.id)
    assert (chief.assessor_id, chief.reviewer_id) == (office.head.id, None)
    assert (head.assessor_id, head.reviewer_id) == (None, None)


def test_opening_refuses_the_same_period_a_future_one_and_a_day_before_its_end(session):
    make_office(session, year=2024)
    admin = act_as(session, "buka", Role.ADMIN)

    with pytest.raises(RuleViolationError, match="appraisal-cycle-twice"):
        open_cycle(session, admin, year=2024, quarter=0, due=day("2025-01-31"))
    with pytest.raises(InvalidInputError, match="appraisal-cycle-future"):
        open_cycle(session, admin, year=2100, quarter=0, due=day("2101-01-31"))
    with pytest.raises(InvalidInputError, match="appraisal-cycle-due"):
        open_cycle(session, admin, year=2023, quarter=0, due=day("2023-06-30"))
    with pytest.raises(NotAllowedError):
        open_cycle(session, act_as(session, "opd", Role.OPD_ADMIN), year=2023, quarter=0, due=day("2024-01-31"))


def test_filling_adds_who_came_later(session):
    office = make_office(session)
    make_official(session)

    assert fill_cycle(session, act_as(session, "isi", Role.ADMIN), cycle_id=office.cycle_id) == 1


def test_accepted_appraisal_becomes_the_fact_that_evidence_reads(session):
    office = make_office(session)
    make_appraisal(session, office.clerk, 2024, result=3)
    imported = make_appraisal(session, office.clerk, 2025, result=1)
    sheet = rate(session, office, result=3, behaviour=2)

    accept_appraisal(session, as_self(session, office.clerk), sheet_id=sheet.id, row_version=sheet.row_version)

    # The imported row is superseded, not overwritten; (3 + 3) / 2 from 2025 and 2024.
    assert imported.superseded_at is not None
    assert (2025, 3, 2, 4, f"Pegawai {office.chief.nip[-3:]}") in current(session, office.clerk)
    asked = EvidenceRequest(as_of=day("2026-06-01"), officials=np.array([office.clerk.id]))
    column = load_appraisal_result(session, asked)
    assert (column.value.tolist(), column.source.tolist()) == ([3.0], [sheet.fact_id])


def test_extreme_predicate_needs_a_reason(session):
    office = make_office(session)

    with pytest.raises(InvalidInputError, match="appraisal-reason-needed"):
        rate(session, office, result=3, behaviour=3)

    assert rate(session, office, result=3, behaviour=3, reason="Menuntaskan arsip sepuluh tahun.").predicate == 5


def test_only_the_superior_rates(session):
    office = make_office(session)
    sheet = office.sheet(session, office.clerk)

    for outsider in (office.clerk, office.head):
        with pytest.raises(NotFoundError):
            rate_official(session, as_self(session, outsider), sheet_id=sheet.id, row_version=1, result=2, behaviour=2)


def test_objection_is_decided_by_the_superiors_superior(session):
    office = make_office(session)
    sheet = rate(session, office, result=1, behaviour=2)
    clerk, head = as_self(session, office.clerk), as_self(session, office.head)
    object_to_appraisal(
        session, clerk, sheet_id=sheet.id, row_version=sheet.row_version, text="Target diubah di tengah tahun."
    )
    assert [row.id for row in list_own(session, office.head.id, "reviewer")] == [sheet.id]

    decide_objection(
        session,
        head,
        sheet_id=sheet.id,
        row_version=sheet.row_version,
        result=2,
        behaviour=2,
        text="Target semula tercapai.",
    )

    assert (sheet.state, sheet.predicate) == ("final", 4)
    assert [(step.step, step.result_rating) for step in list_steps(session, sheet.id)] == [
        ("rate", 1),
        ("object", 1),
        ("change", 2),
    ]
    assert [row[:4] for row in current(session, office.clerk)] == [(2025, 2, 2, 4)]


def test_late_objection_is_refused_and_the_appraisal_lapses_into_final(session):
    office = make_office(session)
    sheet = rate(session, office)
    admin = act_as(session, "final", Role.ADMIN)
    assert finish_lapsed(session, admin, cycle_id=office.cycle_id) == 0
    clerk = as_self(session, office.clerk)

    with clock.frozen(clock.now() + dt.timedelta(days=15)):
        with pytest.raises(RuleViolationError, match="appraisal-objection-late"):
            object_to_appraisal(session, clerk, sheet_id=sheet.id, row_version=sheet.row_version, text="Terlambat.")
        assert finish_lapsed(session, admin, cycle_id=office.cycle_id) == 1

    assert sheet.state == "final"
    assert sheet.fact_id is not None


def test_what_nobody_objected_to_in_time_is_not_rated_again(session, monkeypatch):
    office = make_office(session)
    handed = rate(session, office).handed_over
    monkeypatch.setattr(clock, "today", lambda: handed + dt.timedelta(days=14))
    rate(session, office, result=3)
    monkeypatch.setattr(clock, "today", lambda: handed + dt.timedelta(days=29))

    with pytest.raises(RuleViolationError, match="appraisal-lapsed"):
        rate(session, office, result=1)


def test_who_rated_does_not_choose_who_decides_on_the_objection(session):
    office = make_office(session)
    rate(session, office)
    friend = make_official(session)
    sheet = office.sheet(session, office.clerk)
    units = frozenset({office.division.id})
    chief = act_as(session, "kepala", Role.OPD_ADMIN, official=office.chief, units=units)

    with pytest.raises(RuleViolationError, match="appraisal-own-reviewer"):
        assign_superiors(
            session,
            chief,
            sheet_id=sheet.id,
            row_version=sheet.row_version,
            assessor_nip=office.chief.nip,
            reviewer_nip=friend.nip,
        )
    assert sheet.reviewer_id == office.head.id


def test_quarter_guides_and_writes_no_yearly_fact(session):
    office = make_office(session, quarter=3)
    sheet = rate(session, office)

    accept_appraisal(session, as_self(session, office.clerk), sheet_id=sheet.id, row_version=sheet.row_version)

    assert (sheet.state, sheet.fact_id, current(session, office.clerk)) == ("final", None, [])


def test_unit_admin_chooses_superiors_of_the_own_unit_only(session):
    office = make_office(session)
    chief, head = office.sheet(session, office.chief), office.sheet(session, office.head)
    own = act_as(session, "opd", Role.OPD_ADMIN, units=frozenset({office.division.id}))
    boss = make_official(session)

    assign_superiors(
        session, own, sheet_id=chief.id, row_version=1, assessor_nip=office.head.nip, reviewer_nip=boss.nip
    )

    assert chief.reviewer_id == boss.id
    with pytest.raises(NotFoundError):
        assign_superiors(session, own, sheet_id=head.id, row_version=1, assessor_nip=boss.nip, reviewer_nip="")
    with pytest.raises(RuleViolationError, match="appraisal-own"):
        assign_superiors(session, own, sheet_id=chief.id, row_version=2, assessor_nip=office.chief.nip, reviewer_nip="")
    with pytest.raises(RuleViolationError, match="appraisal-one-person"):
        assign_superiors(session, own, sheet_id=chief.id, row_version=2, assessor_nip=boss.nip, reviewer_nip=boss.nip)


def test_nobody_makes_themselves_the_superior_of_others(session):
    office = make_office(session)
    clerk = office.sheet(session, office.clerk)
    opd = act_as(session, "opd", Role.OPD_ADMIN, official=office.head, units=frozenset({office.division.id}))
    asked = {"sheet_id": clerk.id, "row_version": 1}

    with pytest.raises(RuleViolationError, match="appraisal-chooses-oneself"):
        assign_superiors(session, opd, **asked, assessor_nip=office.head.nip, reviewer_nip="")
    # Whom the lines of command made the reviewer may stay it.
    assign_superiors(session, opd, **asked, assessor_nip=make_official(session).nip, reviewer_nip=office.head.nip)

    assert clerk.reviewer_id == office.head.id


def test_what_became_final_here_is_not_written_over_by_a_unit(session):
    office = make_office(session)
    sheet = rate(session, office)
    accept_appraisal(session, as_self(session, office.clerk), sheet_id=sheet.id, row_version=sheet.row_version)
    opd = act_as(session, "opd", Role.OPD_ADMIN, units=frozenset({office.division.id}))
    entry = {"nip": office.clerk.nip, "year": 2025, "result": 3, "behaviour": 3}

    with pytest.raises(RuleViolationError, match="appraisal-final-here"):
        record_appraisal(session, opd, **entry)
    assert [row[:3] for row in current(session, office.clerk)] == [(2025, 2, 2)]

    record_appraisal(session, act_as(session, "bkpsdm", Role.ADMIN), **entry)
    assert [row[:3] for row in current(session, office.clerk)] == [(2025, 3, 3)]


def test_closing_waits_for_what_was_handed_over(session):
    office = make_office(session)
    sheet = rate(session, office)
    admin = act_as(session, "tutup", Role.ADMIN)
    with pytest.raises(RuleViolationError, match="appraisal-cycle-unfinished"):
        close_cycle(session, admin, cycle_id=office.cycle_id)
    clerk = as_self(session, office.clerk)
    accept_appraisal(session, clerk, sheet_id=sheet.id, row_version=sheet.row_version)

    assert close_cycle(session, admin, cycle_id=office.cycle_id).closed_at is not None

    with pytest.raises(RuleViolationError, match="appraisal-cycle-closed"):
        rate(session, office)


def test_manual_entry_obeys_the_matrix_as_the_import_does(session):
    official = make_official(session)
    admin = act_as(session, "catat", Role.ADMIN)
    entry = {"nip": official.nip, "year": 2024, "result": 2, "behaviour": 1}

    with pytest.raises(RuleViolationError, match="appraisal-against-matrix"):
        record_appraisal(session, admin, **entry, told=4)
    with pytest.raises(RuleViolationError, match="appraisal-year-open"):
        record_appraisal(session, admin, **(entry | {"year": clock.today().year}))
    assert current(session, official) == []

    record_appraisal(session, admin, **entry, told=2, assessor="Camat")

    assert current(session, official) == [(2024, 2, 1, 2, "Camat")]


def test_recording_the_same_again_changes_nothing(session):
    official = make_official(session)
    admin = act_as(session, "catat", Role.ADMIN)
    entry = {"nip": official.nip, "year": 2024, "result": 2, "behaviour": 2}

    assert record_appraisal(session, admin, **entry).id == record_appraisal(session, admin, **entry).id


def test_lists_progress_and_predicates_stay_within_the_units_asked_for(session):
    office = make_office(session)
    rate(session, office)
    units = frozenset({office.division.id})
    chosen = SheetFilter(cycle_id=office.cycle_id, unit_ids=units)

    rows = list_sheets(session, chosen, order="-predikat")
    progress = list_progress(session, office.cycle_id, units)

    assert count_sheets(session, chosen) == 2
    assert {row.official_id for row in rows} == {office.clerk.id, office.chief.id}
    assert [(line.total, line.waiting, line.rated, line.unassigned) for line in progress] == [(2, 1, 1, 0)]
    assert count_predicates(session, office.cycle_id, units) == {4: 1}
    assert count_sheets(session, SheetFilter(cycle_id=office.cycle_id, text=office.clerk.nip)) == 1


def test_unit_predicate_is_that_of_the_nearest_unit_above(session):
    office = make_office(session)
    make_unit_result(session, office.agency, 2025, "90", predicate="baik", recorded_at=RECORDED)

    path = [office.agency.id, office.division.id]

    assert find_unit_predicate(session, path, 2025) == (office.agency.id, "baik")
    assert find_unit_predicate(session, path, 2024) is None
