"""Levels on theta from scoring to the interval of a rank, and scorings that later calibrations do not change."""

import datetime as dt
from math import log

import pytest
from sqlalchemy import select

from merit.assessment.domain.sheets import Correction, CorrectionKind
from merit.assessment.models.scoring import CandidateResult
from merit.assessment.models.standards import ScoreScale
from merit.assessment.queries.cuts import cuts_in_force
from merit.assessment.queries.result_head import load_head
from merit.assessment.services.publication import ask_publication, publish_results
from merit.assessment.services.scoring import compute_scores, prepare_scores, score_sitting, store_scores
from merit.audit.services import append_pending
from merit.errors import ConflictError
from merit.evidence import COMPETENCIES
from merit.ranking.services.policies import activate_policy, import_policy
from merit.ranking.services.runs import create_run, open_run
from merit.ranking.services.vacancies import VacancyInput, record_vacancy
from merit.security.permissions import SYSTEM, Role
from tests.assessment.scoring_samples import choice_item, make_hall
from tests.assessment.standard_samples import CUTS, calibrate_rows, keep_cuts
from tests.factories import make_appraisal, make_official, make_position
from tests.ranking.samples import POLICY, make_actor

pytestmark = pytest.mark.db

DIFFICULTIES = (-1.0, -0.5, 0.0, 0.5, 1.0)


@pytest.fixture
def admins(session):
    return [make_actor(session, name, Role.ADMIN) for name in ("admin-satu", "admin-dua")]


def make_exam(session, *, answers="AAABB", items=5):
    versions = [choice_item(session) for _item in range(items)]
    return versions, make_hall(session, versions, {"P-1": (make_official(session), list(answers))})


def result_of(session, version):
    return session.scalars(
        select(CandidateResult).where(
            CandidateResult.score_version_id == version.id, CandidateResult.competency == "M.01"
        )
    ).one()


def basis_of(session, hall):
    (basis,) = load_head(session, hall.code).version.bases.values()
    return basis


def test_without_calibration_or_cuts_the_page_says_why_it_is_classical(session, admins):
    versions, hall = make_exam(session)
    score_sitting(session, admins[0], code=hall.code)
    first = basis_of(session, hall).reason

    calibrate_rows(session, versions, DIFFICULTIES)
    keep_cuts(session, *admins, valid_from=dt.date(2026, 3, 3))  # the day after the sitting
    prepared = prepare_scores(session, admins[0], code=hall.code)

    assert (first, prepared.bases["M.01"].reason) == ("measure-uncalibrated", "measure-no-cuts")
    assert cuts_in_force(session, "M.01", dt.date(2026, 3, 2)) is None
    assert cuts_in_force(session, "M.01", dt.date(2026, 3, 3)) == CUTS


def test_calibrated_items_and_cuts_give_theta_levels_with_their_scale_kept(session, admins):
    versions, hall = make_exam(session, answers="AAAAA")
    calibration = calibrate_rows(session, versions, [0.0] * 5)
    cuts = keep_cuts(session, *admins)

    version = score_sitting(session, admins[0], code=hall.code)

    # Five Rasch items at 0, all right: Warm's estimate is ln(5.5 / 0.5) = 2.398, level 5.
    result = result_of(session, version)
    assert float(result.ability) == pytest.approx(log(11), abs=1e-5)
    assert (result.level, result.scaled) == (5, 100)
    kept = session.scalars(select(ScoreScale)).one()
    assert (kept.measure, kept.cut_set_id, kept.document["calibrations"]) == ("theta", cuts.id, [calibration.id])
    assert basis_of(session, hall).scale.cuts == CUTS


def test_scoring_again_is_the_same_bytes_and_another_calibration_is_not(session, admins):
    versions, hall = make_exam(session)
    calibration = calibrate_rows(session, versions, DIFFICULTIES)
    keep_cuts(session, *admins)
    first = score_sitting(session, admins[0], code=hall.code)
    again = score_sitting(session, admins[0], code=hall.code)
    prepared = prepare_scores(session, admins[0], code=hall.code)

    calibration.state = "superseded"
    session.flush()
    calibrate_rows(session, versions, [b + 0.5 for b in DIFFICULTIES], number=2)

    with pytest.raises(ConflictError):
        store_scores(session, admins[0], code=hall.code, prepared=prepared)
    fresh = prepare_scores(session, admins[0], code=hall.code)
    kept = compute_scores(session, hall.sitting, keep_scales=True)
    assert (again.id, kept.sha256) == (first.id, first.sha256)
    assert fresh.sha256 != first.sha256
    assert result_of(session, first).ability != fresh.sheets[0].sheet.results["M.01"].ability


def test_a_key_change_measures_as_the_standing_scoring_did(session, admins):
    versions, hall = make_exam(session, answers="AAABBB", items=6)
    calibration = calibrate_rows(session, versions, (*DIFFICULTIES, 1.5))
    keep_cuts(session, *admins)
    standing = score_sitting(session, admins[0], code=hall.code)
    calibration.state = "superseded"
    session.flush()

    after = compute_scores(
        session,
        hall.sitting,
        corrections={versions[5].id: Correction(kind=CorrectionKind.EVERYBODY)},
        keep_scales=True,
    )

    result = after.sheets[0].sheet.results["M.01"]
    assert after.bases["M.01"].scale.calibrations == (calibration.id,)
    assert (result.raw, len(after.bases["M.01"].scale.items)) == (4, 5)  # points given, ability from the other five
    assert result.ability > result_of(session, standing).ability


def rank_interval(session, admins, *, slope):
    text = POLICY.replace("asesmen: 0.3", "asesmen: 0.3, internal: 0.5") + "results: internal_allowed\n"
    import_policy(session, SYSTEM, text=text)
    activate_policy(session, admins[0], make_actor(session, "ppk-uji", Role.PPK), code="contoh")
    position = make_position(session, tier="administrator")
    vacancy = VacancyInput(
        code="LOWONGAN-T", position_code=position.code, as_of=dt.date(2026, 6, 1), policy_code="contoh"
    )
    record_vacancy(session, admins[0], vacancy=vacancy)
    people = [make_official(session), make_official(session)]
    for official in people:
        for year in (2024, 2025):
            make_appraisal(session, official, year, result=2, behaviour=2)
    versions = []
    for code in COMPETENCIES:
        own = [choice_item(session, competency=code) for _item in range(5)]
        calibrate_rows(session, own, DIFFICULTIES, competency=code, slope=slope)
        keep_cuts(session, *admins, competency=code)
        versions += own
    hall = make_hall(
        session,
        versions,
        {"P-1": (people[0], list("AAABB") * 9), "P-2": (people[1], list("ABBBB") + list("AAABB") * 8)},
    )
    version = score_sitting(session, admins[0], code=hall.code)
    ask_publication(session, admins[0], code=hall.code)
    publish_results(session, admins[1], code=hall.code, version_number=version.number)
    run = create_run(session, admins[0], vacancy_code="LOWONGAN-T")
    session.flush()
    append_pending(session)
    known = open_run(session, admins[0], run.code).uncertainty
    ranks = list(zip(known.rank_low.tolist(), known.rank_high.tolist(), strict=True))
    return ranks, float(known.score_high[0] - known.score_low[0])


def test_a_short_vague_test_leaves_the_ranks_open(session, admins):
    ranks, width = rank_interval(session, admins, slope=0.7)

    assert ranks == [(1, 2), (1, 2)]
    assert width > 3  # points of the score of the first


def test_a_sharp_test_settles_the_score(session, admins):
    # With steep items three of five right put the first between 0 and 0.5, on level 3 for certain.
    _ranks, width = rank_interval(session, admins, slope=30.0)

    assert width == 0
