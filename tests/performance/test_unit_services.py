"""What units record: the same facts as imports write, so that evidence sees them at once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.models import AuditEntry
from merit.audit.services import append_pending
from merit.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.evidence import EvidenceRequest
from merit.performance.domain.complaints import Case, Step
from merit.performance.domain.satisfaction import SKM_ELEMENTS
from merit.performance.evidence import (
    load_service_complaints,
    load_service_satisfaction,
    load_unit_achievement,
)
from merit.performance.models import AgencyHoliday, AgreementTarget, Complaint, SatisfactionElement, UnitResult
from merit.performance.queries.complaints import (
    ComplaintFilter,
    count_complaints,
    get_complaint,
    list_complaints,
    list_open,
    measure_handling,
)
from merit.performance.queries.units import get_target, list_indicators, year_so_far
from merit.performance.services.complaints import (
    ComplaintInput,
    correct_complaint,
    record_complaint,
    take_step,
)
from merit.performance.services.holidays import add_holiday, remove_holiday
from merit.performance.services.units import (
    Survey,
    Target,
    YearFigures,
    record_achievement,
    record_figures,
    record_survey,
    record_target,
)
from merit.security.permissions import Actor, Role
from tests.factories import day, make_complaint, make_official, make_position, make_unit

pytestmark = pytest.mark.db

NOON = dt.datetime(2026, 6, 30, 4, 0, tzinfo=dt.UTC)
ADMIN = Actor(login="a", roles=frozenset({Role.ADMIN}), unit_ids=None)
MEANS = dict.fromkeys(SKM_ELEMENTS, Decimal("3.4"))


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def unit(session: Session):
    return make_unit(session)


def unit_admin(*unit_ids: int) -> Actor:
    return Actor(login="o", roles=frozenset({Role.OPD_ADMIN}), unit_ids=frozenset(unit_ids))


def target(name: str = "Sekolah terakreditasi A", *, lower: bool = False, **quarters: int) -> Target:
    figures = {int(quarter[1:]): Decimal(figure) for quarter, figure in quarters.items()}
    return Target(name=name, measure="persen", source="PK 2026", lower_is_better=lower, quarters=figures)


def complaint(number: str, unit_id: int, received: str, **dates: dt.date) -> ComplaintInput:
    return ComplaintInput(
        number=number, unit_id=unit_id, kind="normatif", channel="digital", case=Case(received=day(received), **dates)
    )


def test_a_unit_reaches_its_target_by_quarter(session, unit):
    actor = unit_admin(unit.id)
    record_target(session, actor, unit_id=unit.id, year=2026, target=target(q1=20, q2=40))
    (indicator,) = list_indicators(session, unit.id, 2026)

    record_achievement(session, actor, target_id=indicator.quarters[2].id, realised=Decimal(36))

    (indicator,) = list_indicators(session, unit.id, 2026)
    assert (indicator.quarters[2].realised, indicator.quarters[1].realised) == (Decimal(36), None)
    assert year_so_far([indicator]).percent == Decimal("90.00")
    rows = session.scalar(select(func.count()).select_from(AgreementTarget))
    assert rows == 3
    append_pending(session)
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == [
        "agreement:target",
        "agreement:achieve",
    ]


def test_an_achievement_of_900_percent_is_refused_and_one_of_200_wants_a_reason(session, unit):
    actor = unit_admin(unit.id)
    record_target(session, actor, unit_id=unit.id, year=2026, target=target(q1=20))
    row = list_indicators(session, unit.id, 2026)[0].quarters[1]

    for realised, note, reason in (
        (180, "Anggaran tambahan dari pusat.", "achievement-impossible"),
        (40, "", "achievement-needs-reason"),
        (-1, "", "achievement-negative"),
    ):
        with pytest.raises(InvalidInputError) as refusal:
            record_achievement(session, actor, target_id=row.id, realised=Decimal(realised), note=note)
        assert refusal.value.reason == reason
    assert get_target(session, row.id).realised is None

    written = record_achievement(
        session, actor, target_id=row.id, realised=Decimal(40), note="Anggaran tambahan dari pusat."
    )
    assert (written.realised, written.note) == (Decimal(40), "Anggaran tambahan dari pusat.")


def test_a_new_target_keeps_what_was_achieved(session, unit):
    record_target(session, ADMIN, unit_id=unit.id, year=2026, target=target(q1=20))
    row = list_indicators(session, unit.id, 2026)[0].quarters[1]
    record_achievement(session, ADMIN, target_id=row.id, realised=Decimal(10))

    record_target(session, ADMIN, unit_id=unit.id, year=2026, target=target(q1=10, lower=True))

    row = list_indicators(session, unit.id, 2026)[0].quarters[1]
    assert (row.target, row.realised, row.lower_is_better) == (Decimal(10), Decimal(10), True)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (target(), "agreement-target-empty"),
        (target(" ", q1=1), "agreement-target-empty"),
        (target(q1=0), "agreement-target-not-positive"),
    ],
)
def test_a_target_needs_name_and_a_figure_above_zero(session, unit, asked, reason):
    with pytest.raises(InvalidInputError) as refusal:
        record_target(session, ADMIN, unit_id=unit.id, year=2026, target=asked)

    assert refusal.value.reason == reason


def test_units_record_their_own_and_never_assess_themselves(session, unit):
    stranger = unit_admin(make_unit(session).id)
    figures = YearFigures(achievement=Decimal(90), sources={"achievement": "LKjIP"})

    with pytest.raises(NotFoundError):
        record_target(session, stranger, unit_id=unit.id, year=2026, target=target(q1=1))
    with pytest.raises(NotFoundError):
        record_complaint(session, stranger, complaint=complaint("1", unit.id, "2026-06-01"))
    with pytest.raises(NotAllowedError):
        record_figures(session, unit_admin(unit.id), unit_id=unit.id, year=2025, figures=figures)
    with pytest.raises(NotAllowedError):
        add_holiday(session, unit_admin(unit.id), day=day("2026-06-10"), name="A", basis="B")


def led(session, unit):
    head = make_official(session, position=make_position(session, tier="jpt_pratama", unit=unit, leads=unit))
    return EvidenceRequest(
        officials=np.array([head.id]), as_of=dt.date(2026, 7, 1), known_at=NOON + dt.timedelta(hours=1)
    )


def test_figures_of_a_year_become_evidence(session, unit):
    request = led(session, unit)
    figures = YearFigures(
        achievement=Decimal("97.5"),
        predicate="baik",
        awards={"accountability": Decimal("81.2")},
        sources={"achievement": "LKjIP 2025", "accountability": "LHE 700/1/2026", "maturity": "tanpa angka"},
    )

    row = record_figures(session, ADMIN, unit_id=unit.id, year=2025, figures=figures)

    assert row.sources == {"achievement": "LKjIP 2025", "accountability": "LHE 700/1/2026"}
    assert load_unit_achievement(session, request).value.tolist() == [97.5]


def figures_of(sources: dict[str, str], **awards: str) -> YearFigures:
    figures = {code: Decimal(figure) for code, figure in awards.items()}
    return YearFigures(achievement=Decimal(90), awards=figures, sources=sources)


@pytest.mark.parametrize(
    ("year", "figures", "reason"),
    [
        (2027, figures_of({"achievement": "A"}), "unit-year-future"),
        (2025, figures_of({}), "unit-figure-source"),
        (2025, figures_of({"achievement": "A"}, service_index="5.1"), "unit-figure-range"),
        (2025, figures_of({"achievement": "A"}, maturity="50"), "unit-figure-source"),
        (2025, YearFigures(achievement=Decimal(900), sources={"achievement": "A"}), "unit-figure-range"),
    ],
)
def test_a_figure_has_a_scale_and_a_source(session, unit, year, figures, reason):
    with pytest.raises(InvalidInputError) as refusal:
        record_figures(session, ADMIN, unit_id=unit.id, year=year, figures=figures)

    assert refusal.value.reason == reason
    assert session.scalars(select(UnitResult)).all() == []


def test_a_survey_becomes_evidence_with_its_error(session, unit):
    request = led(session, unit)
    survey = Survey(period="2025", means=MEANS, respondents=100, deviation=Decimal(10))

    row = record_survey(session, unit_admin(unit.id), unit_id=unit.id, survey=survey)

    column = load_service_satisfaction(session, request)
    assert (row.score, column.value.tolist(), column.noise.se.tolist()) == (Decimal(85), [85.0], [1.0])
    assert session.scalar(select(func.count()).select_from(SatisfactionElement)) == 9


@pytest.mark.parametrize(
    ("survey", "reason"),
    [
        (Survey(period="2026-07", means=MEANS, respondents=5), "survey-period-future"),
        (Survey(period="2025-13", means=MEANS, respondents=5), "survey-period"),
        (Survey(period="2025", means=MEANS, respondents=0), "survey-respondents"),
        (Survey(period="2026", means=MEANS, respondents=5, deviation=Decimal(42)), "survey-deviation-range"),
        (Survey(period="2026", means={"biaya": Decimal(3)}, respondents=5), "survey-elements"),
    ],
)
def test_an_impossible_survey_is_refused(session, unit, survey, reason):
    with pytest.raises(InvalidInputError) as refusal:
        record_survey(session, ADMIN, unit_id=unit.id, survey=survey)

    assert refusal.value.reason == reason
    assert session.scalars(select(SatisfactionElement)).all() == []


def test_two_forms_open_at_once_do_not_overwrite_each_other(session, unit):
    survey = Survey(period="2025", means=MEANS, respondents=100)
    first = record_survey(session, ADMIN, unit_id=unit.id, survey=survey, seen=0)
    figures = figures_of({"achievement": "A"})
    record_figures(session, ADMIN, unit_id=unit.id, year=2025, figures=figures, seen=0)
    target = Target(name="Lulusan", measure="%", source="PK", lower_is_better=False, quarters={1: Decimal(80)})
    record_target(session, ADMIN, unit_id=unit.id, year=2026, target=target, seen=0)

    stale = [
        (lambda: record_survey(session, ADMIN, unit_id=unit.id, survey=survey, seen=0), "survey-exists"),
        (lambda: record_survey(session, ADMIN, unit_id=unit.id, survey=survey, seen=first.id + 9), "changed-meanwhile"),
        (
            lambda: record_figures(session, ADMIN, unit_id=unit.id, year=2025, figures=figures, seen=0),
            "changed-meanwhile",
        ),
        (lambda: record_target(session, ADMIN, unit_id=unit.id, year=2026, target=target, seen=0), "changed-meanwhile"),
    ]

    for act, reason in stale:
        with pytest.raises(ConflictError) as refusal:
            act()
        assert refusal.value.reason == reason


def step(session, number, which, on, outcome="Sudah diperbaiki"):
    row = get_complaint(session, number)
    return take_step(session, ADMIN, number=number, row_id=row.id, step=which, on=day(on), outcome=outcome)


def test_a_complaint_goes_its_way_and_opens_again(session, unit):
    record_complaint(session, unit_admin(unit.id), complaint=complaint("LAPOR 1", unit.id, "2026-06-08"))
    step(session, "LAPOR 1", Step.ANSWER, "2026-06-09")
    step(session, "LAPOR 1", Step.CLOSE, "2026-06-10")
    step(session, "LAPOR 1", Step.REOPEN, "2026-06-12")

    assert [item.row.number for item in list_open(session, {unit.id}, day("2026-06-30"))] == ["LAPOR 1"]

    row = step(session, "LAPOR 1", Step.CLOSE, "2026-06-15", "Selesai kedua kali")

    dates = (row.answered, row.closed, row.reopened)
    assert dates == (day("2026-06-09"), day("2026-06-15"), day("2026-06-12"))
    assert row.outcome == "Selesai kedua kali"
    assert session.scalar(select(func.count()).select_from(Complaint)) == 5


def test_a_complaint_closed_before_received_is_refused(session, unit):
    record_complaint(session, ADMIN, complaint=complaint("9", unit.id, "2026-06-08"))

    with pytest.raises(RuleViolationError) as refusal:
        step(session, "9", Step.CLOSE, "2026-06-07")
    with pytest.raises(RuleViolationError) as silent:
        step(session, "9", Step.CLOSE, "2026-06-09", " ")
    with pytest.raises(InvalidInputError) as twice:
        record_complaint(session, ADMIN, complaint=complaint("9", unit.id, "2026-06-08"))
    with pytest.raises(InvalidInputError) as whole:
        record_complaint(session, ADMIN, complaint=complaint("8", unit.id, "2026-06-08", closed=day("2026-06-01")))

    reasons = [refused.value.reason for refused in (refusal, silent, twice, whole)]
    assert reasons == [
        "complaint-before-received",
        "complaint-outcome-missing",
        "complaint-number-taken",
        "complaint-before-received",
    ]
    assert session.scalar(select(func.count()).select_from(Complaint)) == 1


def test_a_correction_of_what_somebody_changed_since_is_refused(session, unit):
    first = record_complaint(session, ADMIN, complaint=complaint("7", unit.id, "2026-06-08"))
    other = complaint("7", unit.id, "2026-06-05")
    second = correct_complaint(session, ADMIN, row_id=first.id, complaint=other)

    with pytest.raises(ConflictError):
        correct_complaint(session, ADMIN, row_id=first.id, complaint=other)

    assert (second.received, get_complaint(session, "7").id) == (day("2026-06-05"), second.id)


def test_own_holidays_move_the_deadline_of_lists_and_evidence(session, unit):
    # Received Monday 8 June 2026, five working days: 15 June; closed on the 17th (16 June is a national holiday).
    request = led(session, unit)
    for number in range(5):
        make_complaint(
            session,
            unit,
            "2026-06-08",
            number=f"A{number}",
            channel="digital",
            answered="2026-06-09",
            closed="2026-06-17",
        )
    window = {"since": day("2026-01-01"), "until": day("2026-07-01"), "as_of": day("2026-06-30")}
    before = measure_handling(session, {unit.id}, **window)

    holiday = add_holiday(session, ADMIN, day=day("2026-06-10"), name="Hari jadi kota", basis="SE 1/2026")
    during = measure_handling(session, {unit.id}, **window)
    seen = load_service_complaints(session, request).value.tolist()
    remove_holiday(session, ADMIN, holiday_id=holiday.id)
    after = measure_handling(session, {unit.id}, **window)

    closing = [(found.closing.good, found.closing.total) for found in (before, during, after)]
    assert closing == [(0, 5), (5, 5), (0, 5)]
    assert seen == [1.0]
    assert (before.answering.good, before.kinds[0].share.total, before.kinds[2].share.value) == (5, 5, None)


@pytest.mark.parametrize(
    ("date", "name", "reason"),
    [
        ("2026-08-17", "A", "holiday-national"),
        ("2026-06-13", "A", "holiday-weekend"),
        ("2026-06-10", " ", "holiday-unfounded"),
    ],
)
def test_a_holiday_must_be_a_working_day_with_a_basis(session, date, name, reason):
    with pytest.raises(InvalidInputError) as refusal:
        add_holiday(session, ADMIN, day=day(date), name=name, basis="SE")

    assert refusal.value.reason == reason
    assert session.scalars(select(AgencyHoliday)).all() == []


def test_complaints_are_found_by_what_narrows_the_list(session, unit):
    make_complaint(session, unit, "2026-05-04", number="SATU", channel="langsung")
    make_complaint(session, unit, "2025-05-05", number="DUA", answered="2025-05-06", kind="pengawasan")
    make_complaint(session, unit, "2026-05-06", number="TIGA", closed="2026-05-07")
    make_complaint(session, unit, "2026-05-06", number="EMPAT", closed="2026-05-07", reopened="2026-05-07")
    own = frozenset({unit.id})
    asked = {
        "waiting": ComplaintFilter(unit_ids=own, state="waiting"),
        "answered": ComplaintFilter(unit_ids=own, state="answered", kind="pengawasan"),
        "closed": ComplaintFilter(unit_ids=own, state="closed"),
        "reopened": ComplaintFilter(unit_ids=own, state="reopened", year=2026),
        "open": ComplaintFilter(unit_ids=own, state="open", channel="langsung"),
        "text": ComplaintFilter(unit_ids=own, text="mpa"),
    }

    found = {name: [row.number for row in list_complaints(session, chosen)] for name, chosen in asked.items()}

    assert found == {
        "waiting": ["SATU"],
        "answered": ["DUA"],
        "closed": ["TIGA"],
        "reopened": ["EMPAT"],
        "open": ["SATU"],
        "text": ["EMPAT"],
    }
    assert count_complaints(session, ComplaintFilter(unit_ids=frozenset())) == 0
