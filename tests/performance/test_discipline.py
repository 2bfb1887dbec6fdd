"""The register of disciplinary cases: its rules, its services, and the gates a case would touch."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.people.models import DisciplineFinding
from merit.performance.domain.discipline import Standing, check_case, period_of, standing_of
from merit.performance.queries.discipline import CaseFilter, list_cases
from merit.performance.services.discipline import CaseInput, move_case, record_case
from merit.profiles.discipline_effects import preview_effects
from merit.ranking.services.policies import activate_policy, import_policy
from merit.security.permissions import SYSTEM, Role
from tests.factories import day, make_official
from tests.performance.appraisal_samples import act_as, as_self
from tests.ranking.samples import POLICY, make_actor

TODAY = dt.date(2026, 6, 1)


@pytest.mark.unit
def test_period_follows_from_the_punishment_where_none_is_told():
    # S1 lasts six months from the day of the decree, a reprimand its day, a dismissal has no end.
    assert period_of("S1", day("2026-01-10"), None, None) == (day("2026-01-10"), day("2026-07-09"))
    assert period_of("R1", day("2026-01-10"), None, None) == (day("2026-01-10"), day("2026-01-10"))
    assert period_of("B3", day("2026-01-10"), None, None) == (day("2026-01-10"), None)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("state", "period", "standing"),
    [
        ("proses", ("2026-01-01", None), Standing.OPEN),
        ("final", ("2026-07-01", "2026-12-31"), Standing.AHEAD),
        ("final", ("2026-01-01", "2026-06-01"), Standing.RUNNING),
        ("final", ("2025-01-01", "2026-05-31"), Standing.SERVED),
        ("dibatalkan", ("2026-01-01", None), Standing.VOID),
    ],
)
def test_standing_on_a_day(state, period, standing):
    starts, ends = day(period[0]), day(period[1]) if period[1] else None

    assert standing_of(state, (starts, ends), TODAY) is standing


@pytest.mark.unit
def test_impossible_dates_are_refused():
    assert check_case("final", day("2026-06-02"), None, None, TODAY) == "discipline-dated-ahead"
    assert check_case("final", TODAY, TODAY, day("2026-05-31"), TODAY) == "discipline-period"
    assert check_case("proses", TODAY, None, day("2026-12-31"), TODAY) == "discipline-open-ends"
    assert check_case("final", TODAY, None, None, TODAY) is None


@pytest.mark.db
def test_a_case_goes_from_examination_to_a_decree_and_keeps_its_history(session):
    official = make_official(session)
    admin = act_as(session, "disiplin", Role.ADMIN)
    summons = CaseInput(code="S1", number="PGL-1", dated=day("2026-01-05"), state="proses")
    opened = record_case(session, admin, nip=official.nip, case=summons)

    decree = CaseInput(code="S2", number="SK-9", dated=day("2026-02-01"), state="final")
    final = move_case(session, admin, finding_id=opened.id, case=decree)

    rows = session.scalars(select(DisciplineFinding).where(DisciplineFinding.official_id == official.id)).all()
    assert [(row.code, row.state, row.superseded_at is None) for row in rows] == [
        ("S1", "proses", False),
        ("S2", "final", True),
    ]
    assert (final.starts, final.ends, final.batch_id) == (day("2026-02-01"), day("2026-10-31"), None)
    with pytest.raises(RuleViolationError, match="discipline-step"):
        move_case(session, admin, finding_id=final.id, case=summons)
    with pytest.raises(NotFoundError):
        move_case(session, admin, finding_id=opened.id, case=decree)


@pytest.mark.db
def test_recording_refuses_doubles_other_units_and_ones_own_case(session):
    official, other = make_official(session), make_official(session)
    admin = act_as(session, "disiplin", Role.ADMIN)
    case = CaseInput(code="R2", number="SK-1", dated=day("2026-01-05"), state="final")
    record_case(session, admin, nip=official.nip, case=case)

    with pytest.raises(RuleViolationError, match="discipline-twice"):
        record_case(session, admin, nip=official.nip, case=case)
    with pytest.raises(InvalidInputError, match="discipline-number"):
        record_case(session, admin, nip=other.nip, case=CaseInput(code="R2", number=" ", dated=TODAY, state="final"))
    elsewhere = act_as(session, "opd", Role.OPD_ADMIN, units=frozenset({0}))
    with pytest.raises(NotFoundError):
        record_case(session, elsewhere, nip=other.nip, case=case)
    own = act_as(session, "opd-sendiri", Role.OPD_ADMIN, official=other, units=None)
    with pytest.raises(RuleViolationError, match="discipline-own"):
        record_case(session, own, nip=other.nip, case=case)
    assert as_self(session, other).unit_ids == frozenset()
    assert [row.number for row in list_cases(session, CaseFilter(), today=TODAY)] == ["SK-1"]
    assert list_cases(session, CaseFilter(unit_ids=frozenset({0})), today=TODAY) == []
    assert list_cases(session, CaseFilter(level="berat"), today=TODAY) == []


@pytest.mark.db
def test_a_case_does_not_take_the_number_of_another(session):
    official = make_official(session)
    admin = act_as(session, "disiplin", Role.ADMIN)
    decree = CaseInput(code="S1", number="SK-1", dated=day("2026-01-05"), state="final")
    record_case(session, admin, nip=official.nip, case=decree)
    summons = CaseInput(code="S1", number="PGL-2", dated=day("2026-02-05"), state="proses")
    second = record_case(session, admin, nip=official.nip, case=summons)

    with pytest.raises(RuleViolationError, match="discipline-twice"):
        move_case(session, admin, finding_id=second.id, case=replace(decree, dated=day("2026-03-05")))
    moved = move_case(session, admin, finding_id=second.id, case=replace(decree, number="SK-2"))

    assert (second.superseded_at, moved.recorded_at) == (moved.recorded_at, second.superseded_at)
    known = select(DisciplineFinding.decree_number).where(DisciplineFinding.superseded_at.is_(None))
    assert sorted(session.scalars(known)) == ["SK-1", "SK-2"]


@pytest.mark.db
def test_preview_names_the_gates_of_policies_in_force(session):
    admin, ppk = make_actor(session, "satu", Role.ADMIN), make_actor(session, "dua", Role.PPK)
    import_policy(session, SYSTEM, text=POLICY)
    activate_policy(session, admin, ppk, code="contoh")
    told = {"dated": day("2026-01-10"), "starts": None, "ends": None}

    running = preview_effects(session, code="S1", state="final", **told)
    waiting = preview_effects(session, code="S1", state="proses", **told)

    assert [(each.gate, each.outcome, each.starts, each.ends) for each in running] == [
        ("DIS", "FAIL", day("2026-01-10"), day("2026-07-09"))
    ]
    assert [(each.outcome, each.ends) for each in waiting] == [("HOLD", None)]
    assert preview_effects(session, code="R1", state="final", **told) == []
    assert preview_effects(session, code="S1", state="dibatalkan", **told) == []
