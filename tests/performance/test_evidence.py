import datetime as dt

import numpy as np
import pytest

from merit.errors import RuleViolationError
from merit.evidence import EvidenceRequest, Status
from merit.performance.evidence import (
    load_appraisal_behaviour,
    load_appraisal_result,
    load_feedback_loyal,
    load_feedback_service,
    load_predicates,
    load_service_complaints,
    load_service_response,
    load_service_satisfaction,
    load_unit_achievement,
)
from tests import factories as make

pytestmark = pytest.mark.db

AS_OF = make.day("2026-06-01")


def request(*officials, **parameters):
    ids = np.array([official.id for official in officials], dtype=np.int64)
    return EvidenceRequest(as_of=AS_OF, officials=ids, **parameters)


def make_leader(session, unit, since="2020-01-01"):
    return make.make_official(session, position=make.make_position(session, leads=unit), since=since)


def test_appraisal_is_the_mean_of_the_two_years_before(session):
    official = make.make_official(session)
    newest = make.make_appraisal(session, official, 2025, result=3, behaviour=2)
    make.make_appraisal(session, official, 2024, result=2, behaviour=1)
    make.make_appraisal(session, official, 2023, result=1, behaviour=1)

    result = load_appraisal_result(session, request(official))
    behaviour = load_appraisal_behaviour(session, request(official))

    # (3 + 2) / 2 and (2 + 1) / 2
    assert (result.value.tolist(), behaviour.value.tolist()) == ([2.5], [1.5])
    assert result.source.tolist() == [newest.id]
    assert result.as_of.astype(str).tolist() == ["2025-12-31"]


def test_appraisal_with_a_year_missing_is_missing(session):
    official = make.make_official(session)
    make.make_appraisal(session, official, 2025)
    make.make_appraisal(session, official, 2023)

    column = load_appraisal_result(session, request(official))

    assert column.status.tolist() == [Status.MISSING]
    assert np.isnan(column.value[0])


def test_appraisal_skips_a_year_shortened_by_leave(session):
    official = make.make_official(session)
    make.make_leave(session, official, "luar_tanggungan", "2025-03-01", "2025-12-31")
    make.make_appraisal(session, official, 2025, result=1)
    newest = make.make_appraisal(session, official, 2024, result=3)
    make.make_appraisal(session, official, 2023, result=2)

    column = load_appraisal_result(session, request(official))

    assert column.value.tolist() == [2.5]
    assert column.source.tolist() == [newest.id]
    assert column.note.tolist() == ["leave-year-skipped"]


def test_appraisal_goes_back_to_the_fourth_year_and_no_further(session):
    back, gone = make.make_official(session), make.make_official(session)
    make.make_leave(session, back, "tugas_belajar", "2024-01-01", "2025-12-31")
    make.make_leave(session, gone, "tugas_belajar", "2023-01-01", None)
    for official in (back, gone):
        for year in (2021, 2022, 2023):
            make.make_appraisal(session, official, year, result=2)

    column = load_appraisal_result(session, request(back, gone))

    # back: 2023 and 2022; gone: only 2022 is left within Y-4.
    assert column.value[0] == 2.0
    assert column.status.tolist() == [Status.MEASURED, Status.MISSING]


def test_appraisal_replays_what_was_known_before_a_correction(session):
    official = make.make_official(session)
    make.make_appraisal(session, official, 2024, result=2)
    wrong = make.make_appraisal(session, official, 2025, result=1)
    corrected = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    make.supersede(session, wrong, at=corrected)
    make.make_appraisal(session, official, 2025, result=3, recorded_at=corrected)

    before = load_appraisal_result(session, request(official, known_at=corrected - dt.timedelta(seconds=1)))
    at_once = load_appraisal_result(session, request(official, known_at=corrected))

    assert (before.value.tolist(), at_once.value.tolist()) == ([1.5], [2.5])


def test_predicates_list_the_years_before(session):
    official, other = make.make_official(session), make.make_official(session)
    make.make_appraisal(session, official, 2026)
    make.make_appraisal(session, official, 2025, result=3, behaviour=3)
    make.make_appraisal(session, official, 2024, result=1, behaviour=1)

    table = load_predicates(session, request(other, official))

    assert table.row.tolist() == [1, 1]
    assert table.code.tolist() == ["2024", "2025"]
    assert table.value.tolist() == [1, 5]
    assert table.dated.astype(str).tolist() == ["2024-12-31", "2025-12-31"]


def test_feedback_loyal_averages_superior_peers_and_staff(session):
    official = make.make_official(session)
    make.make_feedback(session, official, "atasan", 5)
    make.make_feedback(session, official, "rekan", 4, 4, 5, 3)
    *_, newest = make.make_feedback(session, official, "bawahan", 3, 4, 5)
    make.make_feedback(session, official, "masyarakat", 1, 1, 1)
    make.make_feedback(session, official, "rekan", 1, 1, 1, year=2024)
    make.make_feedback(session, official, "rekan", 1, 1, 1, aspect="adaptif")

    column = load_feedback_loyal(session, request(official, default_se={"rater_sd": 0.8}))

    # The working is in tests/performance/test_domain.py.
    assert column.value.tolist() == [13 / 3]
    assert column.noise.se == pytest.approx([0.343943], abs=1e-6)
    assert column.source.tolist() == [newest.id]


def test_feedback_needs_a_group_besides_the_superior(session):
    official, unrated = make.make_official(session), make.make_official(session)
    make.make_feedback(session, official, "atasan", 5)
    make.make_feedback(session, official, "rekan", 4, 4)

    column = load_feedback_loyal(session, request(official, unrated))

    assert column.status.tolist() == [Status.NOT_APPLICABLE, Status.NOT_APPLICABLE]
    assert column.note.tolist() == ["group-too-small", "not-rated"]


def test_feedback_service_includes_citizens(session):
    official = make.make_official(session)
    make.make_feedback(session, official, "atasan", 4, aspect="berorientasi_pelayanan")
    make.make_feedback(session, official, "rekan", 4, 4, 4, aspect="berorientasi_pelayanan")
    make.make_feedback(session, official, "bawahan", 3, 3, 3, aspect="berorientasi_pelayanan")
    make.make_feedback(session, official, "masyarakat", "2.5", "2.5", "2.5", aspect="berorientasi_pelayanan")

    # (4 + 4 + 3 + 2.5) / 4
    assert load_feedback_service(session, request(official)).value.tolist() == [3.375]


def test_unit_achievement_belongs_to_those_who_led_for_six_months(session):
    unit, unmeasured = make.make_unit(session), make.make_unit(session)
    row = make.make_unit_result(session, unit, 2025, "98.75")
    leader = make_leader(session, unit, since="2025-07-01")
    late = make_leader(session, unit, since="2025-07-02")
    blank = make_leader(session, unmeasured)
    staff = make.make_official(session)

    column = load_unit_achievement(session, request(leader, late, blank, staff))

    assert column.value[0] == 98.75
    assert column.status.tolist() == [
        Status.MEASURED,
        Status.NOT_APPLICABLE,
        Status.MISSING,
        Status.NOT_APPLICABLE,
    ]
    assert column.source.tolist() == [row.id, 0, 0, 0]
    assert column.stream.tolist() == [unit.code, "", unmeasured.code, ""]
    assert column.note.tolist() == ["", "led-too-short", "", "leads-none"]


def test_service_complaints_counts_closings_within_the_deadline(session):
    unit = make.make_unit(session)
    below = make.make_unit(session, parent=make.make_unit(session, parent=unit))
    leader = make_leader(session, unit)
    make.make_complaint(session, unit, "2026-03-13", closed="2026-03-23")  # last of five days (Nyepi between)
    make.make_complaint(session, unit, "2026-03-13", closed="2026-03-24")  # late
    newest = make.make_complaint(session, below, "2026-05-05", closed="2026-05-06")  # in time, two units below
    make.make_complaint(session, unit, "2026-04-06", closed="2026-04-08", reopened="2026-04-20")  # late
    make.make_complaint(session, unit, "2026-05-04")  # open past its deadline: late
    make.make_complaint(session, unit, "2026-05-06", kind="pengawasan")  # 60 days: open within, left out
    make.make_complaint(session, unit, "2026-05-28", closed="2026-06-03")  # still open within on 1 June, left out
    make.make_complaint(session, unit, "2025-05-31", closed="2025-06-02")  # older than twelve months
    make.make_complaint(session, unit, "2026-06-01", closed="2026-06-01")  # on the as-of date itself
    make.make_complaint(session, make.make_unit(session), "2026-04-06", closed="2026-04-07")  # another unit

    column = load_service_complaints(session, request(leader))

    assert column.value.tolist() == [2 / 5]
    assert (column.noise.k.tolist(), column.noise.n.tolist()) == ([2], [5])
    assert column.stream.tolist() == [unit.code]
    assert column.source.tolist() == [newest.id]


def test_service_complaints_counts_only_while_the_official_led(session):
    unit = make.make_unit(session)
    earlier, since_november = make_leader(session, unit), make_leader(session, unit, since="2025-11-01")
    for received in ("2025-09-01", "2025-09-02", "2025-09-03"):
        make.make_complaint(session, unit, received)
    for received in ("2026-02-02", "2026-02-03", "2026-02-04", "2026-02-05", "2026-02-06"):
        make.make_complaint(session, unit, received, closed="2026-02-09")

    column = load_service_complaints(session, request(earlier, since_november))

    assert column.value.tolist() == [5 / 8, 1.0]


def test_service_complaints_does_not_apply_to_few_cases_or_short_leads(session):
    unit, busy = make.make_unit(session), make.make_unit(session)
    leader, new = make_leader(session, unit), make_leader(session, busy, "2025-12-02")
    staff = make.make_official(session)
    for received in ("2026-02-02", "2026-02-03", "2026-02-04", "2026-02-05"):
        make.make_complaint(session, unit, received, closed="2026-02-09")
        make.make_complaint(session, busy, received, closed="2026-02-09")
        make.make_complaint(session, busy, received, closed="2026-02-09")

    column = load_service_complaints(session, request(leader, new, staff))

    assert column.status.tolist() == [Status.NOT_APPLICABLE] * 3
    assert column.note.tolist() == ["few-cases", "led-too-short", "leads-none"]
    assert column.noise.n.tolist() == [0, 0, 0]


def test_service_response_counts_first_answers_on_digital_channels(session):
    unit = make.make_unit(session)
    leader = make_leader(session, unit)
    for answered in ("2026-04-06", "2026-04-07", "2026-04-08"):  # same day, next working day, a day late
        make.make_complaint(session, unit, "2026-04-06", channel="digital", answered=answered)
    make.make_complaint(session, unit, "2026-04-10", channel="SP4N-LAPOR", answered="2026-04-13")  # over a weekend
    make.make_complaint(session, unit, "2026-04-10", channel="digital")  # never answered
    make.make_complaint(session, unit, "2026-05-29", channel="digital")  # Friday before a holiday: still in time
    make.make_complaint(session, unit, "2026-04-10", channel="langsung")
    make.make_complaint(session, unit, "2026-04-10")

    column = load_service_response(session, request(leader))
    two_days = load_service_response(session, request(leader, response_working_days=2))

    assert (column.noise.k.tolist(), column.noise.n.tolist()) == ([3], [5])
    assert two_days.value.tolist() == [4 / 5]


def test_service_satisfaction_takes_the_newest_period_of_the_year_before(session):
    unit = make.make_unit(session)
    leader = make_leader(session, unit)
    make.make_survey(session, unit, "2025-03", "70", respondents=100, deviation="10")
    newest = make.make_survey(session, unit, "2025-11", "82.5", respondents=400, deviation="9")
    make.make_survey(session, unit, "2026-01", "90", respondents=400, deviation="9")
    make.make_survey(session, unit, "2024", "60", respondents=400, deviation="9")

    column = load_service_satisfaction(session, request(leader))

    # 9 / sqrt(400)
    assert column.value.tolist() == [82.5]
    assert column.noise.se.tolist() == [0.45]
    assert column.noise.is_default.tolist() == [False]
    assert column.source.tolist() == [newest.id]
    assert column.as_of.astype(str).tolist() == ["2025-11-30"]


def test_service_satisfaction_takes_the_policy_error_where_none_is_recorded(session):
    unit = make.make_unit(session)
    leader = make_leader(session, unit)
    make.make_survey(session, unit, "2025-12", "70", respondents=100, deviation="10")
    make.make_survey(session, unit, "2025", "80", respondents=100)

    column = load_service_satisfaction(session, request(leader, default_se={"service.satisfaction": 2}))

    assert column.value.tolist() == [80.0]
    assert column.noise.se.tolist() == [2.0]
    assert column.noise.is_default.tolist() == [True]


def test_service_satisfaction_asks_only_whether_the_official_leads(session):
    unit, unmeasured = make.make_unit(session), make.make_unit(session)
    make.make_survey(session, unit, "2025-03", "70", respondents=100, deviation="10")
    during, after = make_leader(session, unit, "2025-05-01"), make_leader(session, unit, "2026-01-01")
    blank, staff = make_leader(session, unmeasured), make.make_official(session)

    column = load_service_satisfaction(session, request(during, after, blank, staff))

    assert column.value.tolist()[:2] == [70.0, 70.0]
    assert column.status.tolist() == [
        Status.MEASURED,
        Status.MEASURED,
        Status.MISSING,
        Status.NOT_APPLICABLE,
    ]


def test_service_satisfaction_without_any_error_is_refused_and_not_taken_for_exact(session):
    unit = make.make_unit(session)
    make.make_survey(session, unit, "2025", "80", respondents=100)

    with pytest.raises(RuleViolationError, match="satisfaction-error-unknown"):
        load_service_satisfaction(session, request(make_leader(session, unit)))
