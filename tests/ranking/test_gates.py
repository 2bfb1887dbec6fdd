"""Gates: every kind, its outcomes, facts, dates and standing."""

import datetime as dt

import numpy as np
import pytest

from merit.evidence import EDUCATION, TIERS, Status
from merit.ranking.domain import Ground, Outcome, Standing, Unit, grade_ordinal
from tests.ranking.builders import TRANSFER, column, datum, days, gate, policy, ranked, table, vacancy

pytestmark = pytest.mark.unit

PASS, VERIFY, HOLD, FAIL = "PASS", "VERIFY", "HOLD", "FAIL"


def judged(kind, params, n, *, status="confirmed", terms=None, columns=None, **topics):
    """Return the gate's column for n officials about whom only these topics are special."""
    rules = policy([TRANSFER], gates=[gate(kind, params, status)])
    everything = {"training.transfer": column([50.0] * n), **(columns or {})}
    return ranked(rules, everything, n=n, terms=terms, **topics).gates[0]


def outcomes(judgement):
    return [Outcome(outcome).name for outcome in judgement.outcome]


def dates(judgement):
    return [None if np.isnat(date) else str(date) for date in judgement.met_from]


def test_employment_status():
    said = judged("employment_status", "{any_of: [PNS, CPNS]}", 4, employment=datum([0, 1, 2, None]))

    assert outcomes(said) == [PASS, PASS, FAIL, HOLD]
    assert said.source.tolist() == [100, 101, 102, 0]
    assert said.known.tolist() == [True, True, True, False]


def test_education_at_least():
    levels = [EDUCATION.index(level) for level in ("D3", "S1/D4", "S3")]

    said = judged("education_at_least", "{level: S1/D4}", 4, education=datum([*levels, None]))

    assert outcomes(said) == [FAIL, PASS, PASS, HOLD]
    assert (said.unit, said.threshold) == (Unit.EDUCATION, 6)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ("{min: III/d, max: IV/b}", [FAIL, PASS, PASS, FAIL, FAIL]),
        ("{min: III/d, max: IV/b, one_below: true}", [PASS, PASS, PASS, FAIL, FAIL]),
        ("{min: III/d}", [FAIL, PASS, PASS, PASS, FAIL]),
        ("{max: III/d}", [PASS, PASS, FAIL, FAIL, FAIL]),
        ("{min: IX}", [FAIL, FAIL, FAIL, FAIL, PASS]),
        ("{min: IX, max: X, one_below: true}", [FAIL, FAIL, FAIL, FAIL, PASS]),
        ("{min: I, one_below: true}", [FAIL, FAIL, FAIL, FAIL, PASS]),
    ],
)
def test_grade_between_compares_within_one_series(params, expected):
    grades = datum([grade_ordinal(code) for code in ("III/c", "III/d", "IV/b", "IV/c", "IX")])

    assert outcomes(judged("grade_between", params, 5, grade=grades)) == expected


def test_tenure_adds_up_days_once_and_tells_the_date():
    # As of 2026-11-22; three years need 1,096 days (1095.75 rounded up).
    # 0: 2023-11-22 … now = 1,096 days exactly. 1: one day less. 2: twice the same years, 730 days + nothing more.
    # 3: former post of 1,500 days, now something else. 4: never. 5: overlapping posts, 2019-01-01 … 2022-06-30.
    posts = table(
        [
            (0, "pengawas", 0, "2023-11-22", None, None, "", ""),
            (1, "pengawas", 0, "2023-11-23", "9999-12-31", None, "", ""),
            (2, "pengawas", 0, "2020-01-01", "2021-12-31", None, "", ""),
            (2, "jf_ahli_muda", 0, "2020-06-01", "2021-06-01", None, "", ""),
            (3, "pengawas", 0, "2015-01-01", "2019-02-09", None, "", ""),
            (4, "pelaksana", 0, "2010-01-01", None, None, "", ""),
            (5, "pengawas", 0, "2020-05-01", "2022-06-30", None, "", ""),
            (5, "pengawas", 0, "2019-01-01", "2021-01-01", None, "", ""),
            (5, "pengawas", 0, "2027-01-01", None, None, "", ""),
        ]
    )
    present = datum(
        [TIERS.index(tier) for tier in ("pengawas", "pengawas", "pelaksana", "pelaksana", "pelaksana")] + [6]
    )

    said = judged("tenure", "{any_of: [pengawas, jf_ahli_muda], years: 3}", 6, posts=posts, tier=present)

    assert said.fact.tolist() == [1096, 1095, 730, 1500, 0, 1276]
    assert outcomes(said) == [PASS, FAIL, FAIL, PASS, FAIL, PASS]
    assert dates(said) == [None, "2026-11-23", None, None, None, None]
    assert said.threshold == 1096


def test_tenure_without_any_post_waits():
    said = judged("tenure", "{any_of: [pengawas], years: 3}", 1, tier=datum([None]))

    assert (outcomes(said), dates(said)) == ([HOLD], [None])


def test_related_field_counts_posts_of_the_field_and_waits_for_unnamed_ones():
    posts = table(
        [
            (0, "pengawas", 0, "2020-01-01", None, None, "", "Kepegawaian"),
            (1, "pengawas", 0, "2020-01-01", None, None, "", "keuangan"),
            (2, "pengawas", 0, "2020-01-01", None, None, "", ""),
            (3, "pengawas", 0, "2025-11-22", None, None, "", "kepegawaian"),
        ]
    )

    said = judged("related_field", "{years: 5}", 5, posts=posts)

    assert outcomes(said) == [PASS, FAIL, HOLD, FAIL, HOLD]
    assert said.ground.tolist() == [Ground.MET, Ground.NOT_MET, Ground.FIELD_UNKNOWN, Ground.NOT_MET, Ground.MISSING]
    # 365 days by now, 1,827 needed (1826.25 rounded up): 1,462 more days.
    assert dates(said)[3] == str(dt.date(2026, 11, 22) + dt.timedelta(days=1462))


def test_related_field_waits_when_the_vacancy_has_none():
    said = judged("related_field", "{years: 5}", 1, terms=vacancy(related_field=""))

    assert (outcomes(said), said.ground.tolist()) == ([HOLD], [Ground.POSITION_WITHOUT_FIELD])


def test_time_in_position_tells_the_date():
    since = datum([days(dt.date(2024, 11, 21)), days(dt.date(2025, 4, 1)), None])

    said = judged("time_in_position", "{years: 2}", 3, position_since=since)

    # Two years are 731 days (730.5 rounded up): 2024-11-21 + 731 = 2026-11-22; 2025-04-01 + 731 = 2027-04-02.
    assert outcomes(said) == [PASS, FAIL, HOLD]
    assert dates(said) == [None, "2027-04-02", None]
    assert said.source.tolist() == [100, 101, 0]


@pytest.mark.parametrize(
    ("params", "terms", "expected"),
    [
        ("{years: 56}", {}, [PASS, PASS, FAIL, HOLD]),
        ("{years: 56}", {"inauguration": dt.date(2027, 3, 1)}, [PASS, FAIL, FAIL, HOLD]),
        ("{years: 56, at: tanggal}", {"inauguration": dt.date(2027, 3, 1)}, [PASS, PASS, FAIL, HOLD]),
    ],
)
def test_age_at_most_counts_completed_years_on_the_day(params, terms, expected):
    # As of 2026-11-22: 56 on the day; 56 until 2027-02-28; 57 today.
    births = [dt.date(1970, 11, 22), dt.date(1970, 2, 28), dt.date(1969, 11, 22)]

    said = judged("age_at_most", params, 4, terms=vacancy(**terms), birth=datum([*map(days, births), None]))

    assert outcomes(said) == expected


def test_born_on_29_february_ages_on_1_march():
    births = datum([days(dt.date(1968, 2, 29))])

    said = judged("age_at_most", "{years: 57}", 1, terms=vacancy(as_of=dt.date(2026, 2, 28)), birth=births)

    assert said.fact.tolist() == [57]


def test_performance_needs_each_year():
    def row(official, year, predicate):
        return (official, str(year), predicate, None, None, None, "", "")

    predicates = table(
        [
            *(row(0, 2025, 4), row(0, 2024, 5), row(0, 2023, 1)),
            *(row(1, 2025, 5), row(1, 2024, 3)),
            *(row(2, 2025, 4), row(3, 2024, 2)),
        ]
    )

    said = judged("performance_at_least", "{predicate: Baik, years: 2}", 5, predicates=predicates)

    assert outcomes(said) == [PASS, FAIL, HOLD, FAIL, HOLD]
    assert said.fact.tolist() == [4, 3, 4, 2, 0]
    assert said.known.tolist() == [True, True, True, True, False]


def test_jpm_at_least_by_status():
    statuses = [Status.MEASURED, Status.MEASURED, Status.MISSING, Status.EXPIRED, Status.DISPUTED, Status.DISPUTED]
    contested = np.full((6, 2), np.nan)
    contested[4], contested[5] = (60, 70), (70, 90)
    jpm = column(
        [68.0, 67.999999, None, None, None, None],
        status=statuses,
        alternative=contested,
        internal=np.array([True, True, False, False, False, False]),
    )

    said = judged("jpm_at_least", "{percent: 68}", 6, columns={"competency.jpm": jpm})

    assert outcomes(said) == [VERIFY, FAIL, HOLD, HOLD, VERIFY, PASS]
    assert said.ground.tolist()[0] == Ground.INTERNAL_ONLY
    assert said.ground.tolist()[2:5] == [Ground.MISSING, Ground.EXPIRED, Ground.DISPUTED]


def test_jpm_without_internal_results():
    said = judged("jpm_at_least", "{percent: 80}", 2, columns={"competency.jpm": column([80.0, 2200 / 27])})

    assert outcomes(said) == [PASS, PASS]


def test_learning_duty_spares_those_it_does_not_bind():
    duty = column([1.0, 0.95, None], status=[Status.MEASURED, Status.MEASURED, Status.NOT_APPLICABLE])

    said = judged("learning_duty", "{}", 3, columns={"learning.duty": duty})

    assert outcomes(said) == [PASS, FAIL, PASS]
    assert said.fact.tolist()[:2] == [1_000_000, 950_000]


def test_technical_at_least():
    def row(official, code, level, tag="accredited", dated="2026-01-01"):
        return (official, code, level, None, None, dated, "", tag)

    results = table(
        [
            *(row(0, "T1", 3), row(0, "T2", 4)),
            *(row(1, "T1", 2), row(1, "T2", 4), row(1, "T1", 5, "internal")),
            row(2, "T1", 3),
            *(row(3, "T1", 3, "internal"), row(3, "T2", 3)),
            *(row(4, "T1", 2, dated="2025-01-01"), row(4, "T1", 3), row(4, "T2", 3)),
            *(row(5, "T1", 1),),
        ]
    )

    said = judged("technical_at_least", "{codes: [T1, T2], level: 3}", 7, technical=results)

    assert outcomes(said) == [PASS, FAIL, HOLD, VERIFY, PASS, FAIL, HOLD]
    assert said.fact.tolist() == [3, 2, 3, 3, 3, 1, 0]


def test_training_any():
    trainings = table([(0, "PKA", 0, None, "2024-01-01", None, "", ""), (1, "SEMINAR", 0, None, None, None, "", "")])

    said = judged("training_any", "{codes: [PKA, DIKLATPIM_III]}", 3, trainings=trainings)

    assert outcomes(said) == [PASS, FAIL, FAIL]
    assert said.source.tolist() == [500, 0, 0]


def test_attested_needs_a_valid_document():
    documents = table(
        [
            (0, "SEHAT", 0, None, None, "2026-01-01", "", ""),
            (1, "sehat", 0, None, "2026-11-22", "2025-01-01", "", ""),
            (2, "sehat", 0, None, "2026-11-21", "2025-01-01", "", ""),
            (3, "lhkpn", 0, None, None, "2026-01-01", "", ""),
            (4, "sehat", 0, None, None, "2026-11-23", "", ""),
        ]
    )

    said = judged("attested", "{fact: sehat}", 5, attestations=documents)

    assert outcomes(said) == [PASS, PASS, HOLD, HOLD, HOLD]
    assert said.ground.tolist()[2:4] == [Ground.EXPIRED, Ground.MISSING]


def finding(official, level, state, dated, *period):
    start, end = period or (None, None)
    return (official, "X", level, start, end, dated, state, "")


def test_discipline_in_force():
    findings = table(
        [
            finding(0, 2, "final", "2026-06-01", "2026-07-01", "2026-12-31"),
            finding(1, 2, "final", "2025-06-01", "2025-07-01", "2026-11-21"),
            finding(2, 1, "final", "2026-06-01", "2026-07-01", "2026-12-31"),
            finding(3, 3, "proses", "2026-06-01"),
            finding(4, 3, "banding", "2026-06-01", "2026-07-01", "2027-06-30"),
            finding(5, 3, "keberatan", "2024-06-01", "2024-07-01", "2025-06-30"),
            finding(6, 3, "dibatalkan", "2026-06-01", "2026-07-01", None),
            finding(7, 3, "final", "2026-06-01"),
            finding(8, 3, "final", "2027-06-01", "2027-06-01", "2027-12-31"),
            finding(9, 2, "final", "2026-06-01", "2026-07-01", "2026-11-22"),
            finding(9, 3, "proses", "2026-06-01"),
        ]
    )

    said = judged("no_discipline", "{levels: [sedang, berat], in_force: true}", 11, findings=findings)

    assert outcomes(said) == [FAIL, PASS, PASS, HOLD, HOLD, PASS, PASS, FAIL, PASS, FAIL, PASS]
    # the tenth is free of the punishment on 2026-11-23, but another case of theirs is still open
    assert dates(said) == ["2027-01-01", *[None] * 10]


def test_discipline_lookback():
    findings = table(
        [
            finding(0, 3, "final", "2021-11-22"),
            finding(1, 3, "final", "2021-11-21"),
            finding(2, 3, "keberatan", "2022-01-01"),
            finding(3, 3, "banding", "2020-01-01"),
            finding(4, 3, "final", None),
            finding(5, 3, "final", "2022-03-31"),
            finding(5, 3, "final", "2022-01-31"),
        ]
    )

    said = judged("no_discipline", "{levels: [berat], lookback_years: 5}", 6, findings=findings)

    assert outcomes(said) == [FAIL, PASS, HOLD, PASS, PASS, FAIL]
    assert dates(said) == ["2026-11-23", None, None, None, None, "2027-04-01"]
    assert said.fact.tolist() == [1, 0, 1, 0, 0, 2]


def test_lookback_from_29_february_begins_on_1_march():
    findings = table([finding(0, 3, "final", "2023-02-28"), finding(1, 3, "final", "2023-03-01")])
    terms = vacancy(as_of=dt.date(2028, 2, 29))

    said = judged("no_discipline", "{levels: [berat], lookback_years: 5}", 2, findings=findings, terms=terms)

    assert outcomes(said) == [PASS, FAIL]


@pytest.mark.parametrize("status", ["needs_verification", "local"])
def test_unestablished_rule_informs_and_never_blocks(status):
    rules = policy([TRANSFER], gates=[gate("education_at_least", "{level: S2}", status)])

    result = ranked(rules, {"training.transfer": column([50.0] * 2)}, education=datum([6, 7]))

    assert outcomes(result.gates[0]) == [VERIFY, VERIFY]
    assert [Outcome(verdict).name for verdict in result.gates[0].verdict] == [FAIL, PASS]
    assert result.standing.tolist() == [Standing.RANKED, Standing.RANKED]


def test_local_rule_with_a_decree_blocks():
    decree = "{number: 800/1/2026, date: 2026-01-02}"
    rules = policy([TRANSFER], gates=[gate("education_at_least", "{level: S2}", "local", decree=decree)])

    result = ranked(rules, {"training.transfer": column([50.0] * 2)}, education=datum([6, 7]))

    assert result.standing.tolist() == [Standing.FAILED, Standing.RANKED]


def test_failing_goes_before_waiting_before_ranking():
    gates = [
        gate("education_at_least", "{level: S1/D4}"),
        gate("employment_status", "{any_of: [PNS]}").replace("id: G", "id: H"),
    ]
    held = "{code: appraisal.result, weight: 1, points: [[1, 0], [3, 100]], missing: hold}"

    result = ranked(
        policy([held], gates=gates),
        {"appraisal.result": column([2.0, 2.0, None, None])},
        education=datum([5, 6, 6, 5]),
        employment=datum([None, None, 0, 0]),
    )

    assert result.standing.tolist() == [Standing.FAILED, Standing.HOLD, Standing.HOLD, Standing.FAILED]
    assert outcomes(result.gates[1])[:2] == [HOLD, HOLD]
