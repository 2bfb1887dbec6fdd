import datetime as dt

import numpy as np
import pytest

from merit.assessment.evidence import load_competency_jpm, load_technical
from merit.evidence import COMPETENCIES, EvidenceRequest, Status, Surplus
from tests import factories as make

pytestmark = pytest.mark.db

AS_OF = make.day("2026-06-01")
STANDARD = dict.fromkeys(COMPETENCIES, 3)


def request(*officials, **parameters):
    ids = np.array([official.id for official in officials], dtype=np.int64)
    return EvidenceRequest(as_of=AS_OF, officials=ids, **{"standard": STANDARD, **parameters})


def jpm(session, official, **parameters):
    return load_competency_jpm(session, request(official, **parameters))


def test_jpm_compares_levels_with_the_standard(session):
    official = make.make_official(session)
    make.make_results(session, official, 3)
    newest = make.make_result(session, official, "M.04", 2, dated="2026-02-01")

    column = jpm(session, official)

    # Eight threes and one two against nine threes: 26 / 27.
    assert column.value.tolist() == [2600 / 27]
    assert column.status.tolist() == [Status.MEASURED]
    assert column.source.tolist() == [newest.id]
    assert column.as_of.astype(str).tolist() == ["2026-02-01"]
    assert column.noise.codes == COMPETENCIES
    assert column.noise.p[0, 3].tolist() == [0, 1, 0, 0, 0]


def test_jpm_caps_a_surplus_unless_the_policy_offsets_it(session):
    official = make.make_official(session)
    make.make_results(session, official, 3)
    make.make_result(session, official, "M.01", 5, dated="2026-02-01")
    make.make_result(session, official, "M.02", 2, dated="2026-02-01")

    # capped: 3 + 2 + 21 = 26; offset: 5 + 2 + 21 = 28, at most 27.
    assert jpm(session, official).value.tolist() == [2600 / 27]
    assert jpm(session, official, surplus=Surplus.OFFSET).value.tolist() == [100.0]


def test_jpm_without_a_result_for_one_competency_is_missing(session):
    official = make.make_official(session)
    for code in COMPETENCIES[:-1]:
        make.make_result(session, official, code, 3)

    column = jpm(session, official)

    assert np.isnan(column.value[0])
    assert column.status.tolist() == [Status.MISSING]


def test_jpm_with_only_expired_results_for_one_is_expired(session):
    official = make.make_official(session)
    for code in COMPETENCIES[:-1]:
        make.make_result(session, official, code, 3)
    make.make_result(session, official, "SK.01", 3, dated="2023-05-31")  # until 2026-05-31, a day too short

    assert jpm(session, official).status.tolist() == [Status.EXPIRED]


def test_jpm_result_holds_on_its_last_day(session):
    official = make.make_official(session)
    make.make_results(session, official, 3, dated="2023-06-01")

    assert jpm(session, official).value.tolist() == [100.0]


def test_jpm_ignores_scores_without_level_and_tests_to_come(session):
    official = make.make_official(session)
    make.make_results(session, official, 2)
    make.make_result(session, official, "M.01", None, dated="2026-03-01", score="88.5")
    make.make_result(session, official, "M.02", 5, dated="2026-06-02")

    # Nine twos of nine threes: 18 / 27.
    assert jpm(session, official).value.tolist() == [1800 / 27]


def test_jpm_counts_unaccredited_organisers_never(session):
    official = make.make_official(session)
    make.make_results(session, official, 3, accreditation="")

    assert jpm(session, official).status.tolist() == [Status.MISSING]
    assert jpm(session, official, internal_allowed=True).status.tolist() == [Status.MISSING]


def test_jpm_counts_internal_results_where_the_policy_allows_them(session):
    official = make.make_official(session)
    make.make_results(session, official, 3, method="internal", accreditation="")

    forbidden, allowed = jpm(session, official), jpm(session, official, internal_allowed=True)

    assert forbidden.status.tolist() == [Status.MISSING]
    assert allowed.value.tolist() == [100.0]
    assert allowed.internal.tolist() == [True]
    assert allowed.note.tolist() == ["internal-results"]


def test_jpm_internal_result_displaces_no_valid_accredited_one(session):
    official = make.make_official(session)
    make.make_results(session, official, 2, dated="2024-06-01")
    make.make_results(session, official, 5, dated="2026-03-01", method="internal", accreditation="")

    column = jpm(session, official, internal_allowed=True)

    assert column.value.tolist() == [1800 / 27]
    assert column.internal.tolist() == [False]


def test_jpm_takes_the_policy_error_where_none_is_recorded(session):
    official, recorded = make.make_official(session), make.make_official(session)
    make.make_results(session, official, 3)
    make.make_results(session, recorded, 3, se="0")

    request_both = request(official, recorded, default_se={"competency.jpm": {"asesmen": 0.4, "cact": 0.3}})
    column = load_competency_jpm(session, request_both)

    assert column.noise.p[0, 0] == pytest.approx([0.000088, 0.105561, 0.788700, 0.105561, 0.000088], abs=1e-6)
    assert column.noise.p[1, 0].tolist() == [0, 0, 1, 0, 0]
    assert column.noise.is_default.tolist() == [True, False]
    assert column.note.tolist() == ["default-error", ""]


def test_jpm_replays_what_was_known_before_a_correction(session):
    official = make.make_official(session)
    make.make_results(session, official, 3)
    corrected = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    wrong = make.make_result(session, official, "M.01", 1, dated="2026-01-10")
    make.supersede(session, wrong, at=corrected)
    make.make_result(session, official, "M.01", 2, dated="2026-01-10", recorded_at=corrected)

    before = jpm(session, official, known_at=corrected - dt.timedelta(seconds=1))
    now = jpm(session, official)

    assert before.value.tolist() == [2500 / 27]
    assert now.value.tolist() == [2600 / 27]


def test_technical_lists_the_newest_valid_level_per_code_and_standing(session):
    official, other = make.make_official(session), make.make_official(session)
    make.make_result(session, official, "TK.PENGADAAN", 2, dated="2024-06-01")
    newest = make.make_result(session, official, "TK.PENGADAAN", 3, dated="2025-06-01")
    internal = make.make_result(
        session, official, "TK.PENGADAAN", 4, dated="2026-01-01", method="internal", accreditation=""
    )
    make.make_result(session, official, "TK.PENGADAAN", 5, dated="2026-02-01", accreditation="")
    make.make_result(session, other, "TK.ARSIP", 4, dated="2022-01-01")
    make.make_result(session, other, "M.01", 4)

    table = load_technical(session, request(other, official, internal_allowed=True))
    accredited_only = load_technical(session, request(other, official))

    assert accredited_only.source.tolist() == [newest.id]
    assert table.row.tolist() == [1, 1]
    assert table.source.tolist() == [newest.id, internal.id]
    assert table.value.tolist() == [3, 4]
    assert table.tag.tolist() == ["accredited", "internal"]
    assert table.code.tolist() == ["TK.PENGADAAN", "TK.PENGADAAN"]
