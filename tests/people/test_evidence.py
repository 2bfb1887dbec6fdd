import datetime as dt

import numpy as np
import pytest

from merit.evidence import OPEN_END, TIERS, EvidenceRequest, Status
from merit.people.evidence import (
    load_active,
    load_assignment_accepted,
    load_attendance_unexcused,
    load_careers,
    load_discipline_record,
    load_leaders,
    load_leave_days,
    load_person_facts,
)
from tests import factories as make

pytestmark = pytest.mark.db

AS_OF = make.day("2026-06-01")
LATER = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def request(*officials, as_of=AS_OF, **parameters):
    ids = np.array([official.id for official in officials], dtype=np.int64)
    return EvidenceRequest(as_of=as_of, officials=ids, **parameters)


def test_discipline_record_adds_up_severities_of_five_years(session):
    official, clean = make.make_official(session), make.make_official(session)
    make.make_finding(session, official, "R2", dated="2021-06-01")  # 2, first day of the look-back
    newest = make.make_finding(session, official, "S1", dated="2024-02-10")  # 6
    make.make_finding(session, official, "B2", dated="2021-05-31")  # a day too old

    column = load_discipline_record(session, request(clean, official))

    assert column.value.tolist() == [0.0, 8.0]
    assert column.status.tolist() == [Status.MEASURED, Status.MEASURED]
    assert column.source.tolist() == [0, newest.id]
    assert column.as_of[1] == np.datetime64("2024-02-10")


@pytest.mark.parametrize("state", ["proses", "keberatan", "banding", "dibatalkan"])
def test_discipline_record_leaves_out_what_is_not_final(session, state):
    official = make.make_official(session)
    make.make_finding(session, official, "S3", dated="2025-02-10", state=state)

    assert load_discipline_record(session, request(official)).value.tolist() == [0.0]


def test_discipline_record_leaves_out_dismissal_and_what_came_later(session):
    official = make.make_official(session)
    make.make_finding(session, official, "B3", dated="2025-02-10")
    make.make_finding(session, official, "S1", dated="2026-06-02")

    assert load_discipline_record(session, request(official)).value.tolist() == [0.0]


def test_discipline_record_replays_what_was_known_before_a_finding_was_set_aside(session):
    official = make.make_official(session)
    finding = make.make_finding(session, official, "R3", dated="2025-02-10")
    make.supersede(session, finding, at=LATER)

    before = load_discipline_record(session, request(official, known_at=LATER - dt.timedelta(days=1)))
    after = load_discipline_record(session, request(official, known_at=LATER))
    now = load_discipline_record(session, request(official))

    assert (before.value[0], after.value[0], now.value[0]) == (3.0, 0.0, 0.0)


def test_attendance_counts_the_days_of_the_year_before(session):
    official, unrecorded = make.make_official(session), make.make_official(session)
    row = make.make_attendance(session, official, 2025, 2)
    make.make_attendance(session, official, 2024, 9)

    column = load_attendance_unexcused(session, request(official, unrecorded))

    assert column.value[0] == 2.0
    assert np.isnan(column.value[1])
    assert column.status.tolist() == [Status.MEASURED, Status.MISSING]
    assert column.source.tolist() == [row.id, 0]


@pytest.mark.parametrize(
    ("days", "code", "left"),
    [
        (5, "R2", 0.0),  # 4-6 days lead to R2: all of them were punished
        (8, "R2", 2.0),  # two more after the bracket ended
        (5, "S1", 5.0),  # 11-13 days lead to S1: five days cannot have
        (30, "B3", 0.0),  # from 28 days without an upper bound
    ],
)
def test_attendance_leaves_out_days_that_led_to_a_finding(session, days, code, left):
    official = make.make_official(session)
    make.make_attendance(session, official, 2025, days)
    make.make_finding(session, official, code, dated="2026-01-20")

    column = load_attendance_unexcused(session, request(official))

    assert column.value.tolist() == [left]
    assert column.note.tolist() == ["absence-punished" if left < days else ""]


def test_assignment_accepted_is_accepted_over_offered(session):
    official, never = make.make_official(session), make.make_official(session)
    make.make_assignment(session, official, offered="2024-06-01")
    make.make_assignment(session, official, offered="2025-06-01")
    make.make_assignment(session, official, offered="2026-05-01", response="ditolak")
    make.make_assignment(session, official, offered="2025-09-01", response="ditolak", lawful_reason=True)
    make.make_assignment(session, official, offered="2026-05-20", response=None)
    make.make_assignment(session, official, offered="2024-05-31", response="ditolak")

    column = load_assignment_accepted(session, request(official, never))

    # Two of three count as accepted: lawful refusal, no answer yet and an older offer are left out.
    assert column.value[0] == 2 / 3
    assert column.status.tolist() == [Status.MEASURED, Status.NOT_APPLICABLE]
    assert column.note.tolist() == ["", "none-offered"]


def held_titles(session, official, as_of):
    careers = load_careers(session, as_of=make.day(as_of), officials=np.array([official.id]))
    return [
        (TIERS[tier], str(start))
        for tier, start in zip(careers.tier[careers.held], careers.starts[careers.held], strict=True)
    ]


def test_post_held_is_the_newest_present_one_begun_by_the_date(session):
    official = make.make_official(session, tier="pengawas", since="2020-01-01")
    make.make_post(session, official, position=make.make_position(session, tier="administrator"), starts="2026-07-01")

    assert held_titles(session, official, "2026-06-30") == [("pengawas", "2020-01-01")]
    assert held_titles(session, official, "2026-07-01") == [("administrator", "2026-07-01")]


def test_post_held_before_the_present_one_comes_from_the_career(session):
    official = make.make_official(session, tier="pengawas", since="2020-01-01")
    make.make_post(session, official, tier="pelaksana", starts="2012-01-01", ends=make.day("2019-12-31"))

    assert held_titles(session, official, "2019-12-31") == [("pelaksana", "2012-01-01")]
    assert held_titles(session, official, "2011-12-31") == []


def test_post_of_the_career_wins_when_it_covers_the_date_and_is_newer(session):
    official = make.make_official(session, tier="pengawas", since="2020-01-01")
    make.make_post(session, official, tier="jf_ahli_muda", starts="2023-01-01", ends=make.day("2024-12-31"))

    assert held_titles(session, official, "2024-12-31") == [("jf_ahli_muda", "2023-01-01")]
    assert held_titles(session, official, "2025-01-01") == [("pengawas", "2020-01-01")]


def test_leaders_lead_through_the_post_held_only(session):
    unit, other = make.make_unit(session), make.make_unit(session)
    leader = make.make_official(session, position=make.make_position(session, leads=unit), since="2021-02-01")
    former = make.make_official(session, position=make.make_position(session, leads=other), since="2021-02-01")
    moved = make.make_post(session, former, position=make.make_position(session), starts="2025-01-01")
    staff = make.make_official(session)

    leaders = load_leaders(session, request(staff, leader, former))

    assert moved.position_id is not None
    assert leaders.leads.tolist() == [False, True, False]
    assert leaders.code.tolist() == ["", unit.code, ""]
    assert leaders.since[1] == np.datetime64("2021-02-01")


def test_active_officials_exclude_those_dismissed_by_the_date(session):
    official, dismissed, later, appealing = (make.make_official(session) for _ in range(4))
    make.make_finding(session, dismissed, "B3", dated="2026-06-01")
    make.make_finding(session, later, "B3", dated="2026-06-02")
    make.make_finding(session, appealing, "B3", dated="2025-01-01", state="banding")

    active = load_active(session, as_of=AS_OF)

    assert active.officials.tolist() == [official.id, later.id, appealing.id]
    assert active.nip.tolist() == sorted(active.nip.tolist())


def test_leave_days_count_overlapping_days_once(session):
    official = make.make_official(session)
    make.make_leave(session, official, "sakit", "2024-12-25", "2025-01-10")  # 10 days of 2025
    make.make_leave(session, official, "melahirkan", "2025-01-06", "2025-01-20")  # 10 more: 11-20 January
    make.make_leave(session, official, "besar", "2025-01-07", "2025-01-08")  # wholly inside
    make.make_leave(session, official, "luar_tanggungan", "2025-12-30", None)  # 2 days, still lasting

    assert load_leave_days(session, request(official), [2025, 2024]).tolist() == [[22, 7]]


def test_person_facts_read_record_grade_and_post(session):
    official = make.make_official(
        session, grade="III/c", grade_since="2019-04-01", education="S2", birth="1985-04-17", since="2020-01-01"
    )
    newer = make.make_official(session, grade="III/d", grade_since="2026-10-01", employment="PPPK")

    facts = load_person_facts(session, request(newer, official))

    assert facts.nip.tolist() == [newer.nip, official.nip]
    assert facts.employment.value.tolist() == [2, 0]
    assert facts.education.value.tolist() == [6, 7]
    assert facts.grade.value.tolist() == [0, 11]
    assert facts.grade.known.tolist() == [False, True]
    # 15 years of 365 days with 4 leap days (1972 … 1984) and 106 days from 1 January to 17 April.
    assert facts.birth.value[1] == 15 * 365 + 4 + 106
    assert facts.tier.value.tolist() == [TIERS.index("pengawas")] * 2
    assert facts.position_since.value[1] == (make.day("2020-01-01") - make.day("1970-01-01")).days


def test_person_facts_end_posts_where_the_next_begins(session):
    official = make.make_official(session, tier="administrator", since="2024-01-01")
    make.make_post(session, official, tier="pelaksana", field="umum", starts="2010-01-01", ends=make.day("2014-12-31"))
    make.make_post(session, official, tier="pengawas", field="sosial", starts="2015-01-01", ends=None)
    make.make_post(session, official, position=make.make_position(session, tier="pengawas"), starts="2020-01-01")

    posts = load_person_facts(session, request(official)).posts

    assert posts.code.tolist() == ["pelaksana", "pengawas", "pengawas", "administrator"]
    assert posts.tag.tolist() == ["umum", "sosial", "", ""]
    assert posts.end.astype(str).tolist() == ["2014-12-31", "2020-01-01", "2024-01-01", "2026-06-01"]


def test_person_facts_work_out_the_end_of_a_punishment(session):
    official = make.make_official(session)
    make.make_finding(session, official, "S1", dated="2026-03-10", state="keberatan")
    make.make_finding(session, official, "B1", dated="2025-01-01", ends=make.day("2025-12-31"))
    make.make_finding(session, official, "R1", dated="2026-06-02")

    findings = load_person_facts(session, request(official)).findings

    assert findings.code.tolist() == ["B1", "S1"]
    assert findings.value.tolist() == [3, 2]
    assert findings.state.tolist() == ["final", "keberatan"]
    assert findings.end.astype(str).tolist() == ["2025-12-31", "2026-09-09"]


def test_person_facts_list_attestations_with_their_validity(session):
    official = make.make_official(session)
    make.make_attestation(session, official, "sehat", dated="2026-01-05", until="2026-12-31")
    make.make_attestation(session, official, "lhkpn", dated="2026-03-01")
    make.make_attestation(session, official, "spt", dated="2026-07-01")

    attestations = load_person_facts(session, request(official)).attestations

    assert attestations.code.tolist() == ["sehat", "lhkpn"]
    assert attestations.end.tolist() == [make.day("2026-12-31"), OPEN_END.item()]
