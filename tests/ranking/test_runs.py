"""Runs: equal inputs give equal hashes, stored bytes cannot change unseen, and nothing is rewritten."""

import datetime as dt
import json

import pytest
from sqlalchemy import event, update
from sqlalchemy.exc import DatabaseError

from merit import clock
from merit.audit.services import append_pending
from merit.errors import MeritError
from merit.ranking.models import RankingRun
from merit.ranking.queries import get_run
from merit.ranking.report.head import run_head
from merit.ranking.services import runs
from merit.ranking.services.policies import activate_policy, import_policy
from merit.ranking.services.runs import create_run, open_run
from merit.ranking.services.verification import verify_run
from merit.ranking.store.archive import Archive, pack
from merit.security.permissions import SYSTEM, Role
from tests.conftest import _fresh
from tests.factories import make_appraisal, make_finding
from tests.ranking.samples import POLICY, make_actor, make_town

pytestmark = pytest.mark.db


@pytest.fixture
def admin(session):
    return make_actor(session, "admin-uji", Role.ADMIN)


@pytest.fixture
def town(session, admin):
    return make_town(session, admin, make_actor(session, "ppk-uji", Role.PPK))


@pytest.fixture
def run(session, admin, town):
    run = create_run(session, admin, vacancy_code=town.vacancy)
    append_pending(session)
    return run


def standings(session, actor, run):
    ranking = open_run(session, actor, run.code).ranking
    return dict(zip(ranking.nip.tolist(), ranking.standing.tolist(), strict=True))


def test_run_ranks_the_pool(session, admin, town, run):
    # Andi: 0.4·65 + 0.1·100 + 0.3·100 + 0.2·100 = 86; Budi: 0.4·100 + 10 + 0.3·65 + 20 = 89.5;
    # Citra: 26 + 0.1·(100 − 2·100/24) + 19.5 + 0.2·(2/3·100·65/80) = 65.5.
    ranking = open_run(session, admin, run.code).ranking
    scores = dict(zip(ranking.nip.tolist(), ranking.score.tolist(), strict=True))

    assert [str(ranking.nip[row]) for row in ranking.order] == [town.nips[name] for name in ("budi", "andi", "citra")]
    assert [scores[town.nips[name]] for name in ("budi", "andi", "citra")] == [8950, 8600, 6550]
    assert (run.considered, run.eligible, run.held, run.failed) == (6, 3, 1, 2)


def test_two_runs_of_the_same_records_have_one_hash_and_two_codes(session, admin, town, run):
    again = create_run(session, admin, vacancy_code=town.vacancy)

    assert (again.result_sha256, again.uncertainty_sha256, again.seed) == (
        run.result_sha256,
        run.uncertainty_sha256,
        run.seed,
    )
    assert again.code != run.code == f"RUN-{run.id:06d}"
    assert again.inputs == get_run(session, run.code).inputs


def test_both_databases_give_one_hash_whatever_their_ids(request, tmp_path):
    hashes = []
    for shift, kind in enumerate(("sqlite", "postgresql")):
        (tmp_path / kind).mkdir()
        with _fresh(kind, request, tmp_path / kind) as database, database.unit_of_work() as session:
            admin = make_actor(session, "admin-uji", Role.ADMIN)
            town = make_town(session, admin, make_actor(session, "ppk-uji", Role.PPK), shift=shift)
            run = create_run(session, admin, vacancy_code=town.vacancy)
            hashes.append((town.ids["andi"], run.result_sha256, run.uncertainty_sha256, run.seed))

    assert hashes[0][0] != hashes[1][0]
    assert hashes[0][1:] == hashes[1][1:]


def test_run_uses_the_frozen_policy_and_a_simulation_says_so(session, admin, town, run):
    import_policy(session, SYSTEM, text=POLICY.replace("size: 2", "size: 1"))
    activate_policy(session, admin, make_actor(session, "ppk-dua", Role.PPK), code="contoh")

    frozen = create_run(session, admin, vacancy_code=town.vacancy)
    simulated = create_run(session, admin, vacancy_code=town.vacancy, policy_code="contoh")

    assert (frozen.size, json.loads(frozen.header)["simulation"]) == (2, False)
    assert (simulated.size, json.loads(simulated.header)["simulation"]) == (1, True)
    assert frozen.result_sha256 == run.result_sha256 != simulated.result_sha256


def test_run_of_an_earlier_state_of_knowledge(session, admin, town):
    yesterday = clock.now() - dt.timedelta(days=1)
    with clock.frozen(clock.now() + dt.timedelta(hours=1)):
        before = clock.now()
    with clock.frozen(before + dt.timedelta(hours=1)):
        first = create_run(session, admin, vacancy_code=town.vacancy)
        finding = make_finding(session, _official(session, town, "budi"), "R1", dated="2026-01-05")
        finding.recorded_at = before + dt.timedelta(minutes=30)
        session.flush()
        now = create_run(session, admin, vacancy_code=town.vacancy)
        then = create_run(session, admin, vacancy_code=town.vacancy, known_at=before)

    assert now.result_sha256 != first.result_sha256 == then.result_sha256
    with pytest.raises(MeritError):
        create_run(session, admin, vacancy_code=town.vacancy, known_at=yesterday)


def _official(session, town, name):
    from merit.people.models import Official

    return session.get_one(Official, town.ids[name])


def test_verify_finds_an_untouched_run_equal(session, admin, run):
    verification = verify_run(session, admin, code=run.code)

    assert [check.code for check in verification.checks if not check.is_equal] == []
    assert verification.is_equal
    assert verification.today.is_equal


def test_verify_tells_that_records_have_changed_since(session, admin, town, run):
    make_finding(session, _official(session, town, "budi"), "R1", dated="2026-01-05")
    for year in (2024, 2025):
        make_appraisal(session, _official(session, town, "fajar"), year)

    verification = verify_run(session, admin, code=run.code)

    assert verification.is_equal
    assert (verification.today.is_equal, verification.today.changed, verification.today.considered) == (False, 2, 6)


def tamper(session, run, **values):
    """Write past the triggers, as somebody with the database in hands could."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE ranking_runs DISABLE TRIGGER ranking_runs_no_update")
    else:
        connection.exec_driver_sql("DROP TRIGGER ranking_runs_no_update")
    connection.execute(update(RankingRun).where(RankingRun.id == run.id).values(**values))
    session.expire_all()


def changed(data, name, row, value):
    archive = Archive(data)
    arrays = {key: archive[key].copy() for key in archive}
    arrays[name][row] = value
    return pack(arrays, archive.meta)


def test_verify_notices_changed_inputs(session, admin, run):
    data = changed(get_run(session, run.code).inputs, "column/appraisal.result/value", 0, 1.0)
    tamper(session, run, inputs=data)

    verification = verify_run(session, admin, code=run.code)

    assert not verification.is_equal


def test_verify_notices_one_flipped_bit_of_the_outcome(session, admin, run):
    data = bytearray(get_run(session, run.code).outcome)
    data[-1] ^= 1
    tamper(session, run, outcome=bytes(data))

    assert not verify_run(session, admin, code=run.code).is_equal


@pytest.mark.parametrize("column", ["result_sha256", "uncertainty_sha256", "seed", "as_of", "eligible"])
def test_verify_notices_a_changed_column(session, admin, run, column):
    values = {
        "result_sha256": {"result_sha256": "0" * 64},
        "uncertainty_sha256": {"uncertainty_sha256": "0" * 64},
        "seed": {"seed": "0" * 16},
        "as_of": {"as_of": dt.date(2026, 1, 1)},
        "eligible": {"eligible": run.eligible + 1, "held": run.held - 1},
    }
    tamper(session, run, **values[column])

    assert not verify_run(session, admin, code=run.code).is_equal


def test_verify_notices_a_run_rewritten_with_matching_hashes(session, admin, town, run):
    make_finding(session, _official(session, town, "budi"), "R1", dated="2026-01-05")
    other = create_run(session, admin, vacancy_code=town.vacancy)
    names = ("inputs", "outcome", "uncertainty", "header", "result_sha256", "uncertainty_sha256", "seed")
    tamper(session, run, **{name: getattr(other, name) for name in names})

    verification = verify_run(session, admin, code=run.code)

    assert [check.code for check in verification.checks if not check.is_equal] == ["verify-audit"]


@pytest.mark.parametrize("statement", ["UPDATE ranking_runs SET seed = ''", "DELETE FROM ranking_runs"])
def test_database_refuses_to_change_a_run(session, run, statement):
    with pytest.raises(DatabaseError), session.begin_nested():
        session.connection().exec_driver_sql(statement)


def test_looking_at_a_run_twice_reads_its_archives_once(session, admin, run):
    statements = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))

    rankings = [open_run(session, admin, run.code).ranking for _time in range(2)]

    assert rankings[0] is rankings[1]
    assert sum("ranking_runs.outcome" in statement for statement in statements) <= 1


def test_run_needs_the_permission_and_a_known_vacancy(session, admin, town):
    official = make_actor(session, "pegawai", Role.OFFICIAL)

    with pytest.raises(MeritError) as forbidden:
        create_run(session, official, vacancy_code=town.vacancy)
    with pytest.raises(MeritError) as unknown:
        create_run(session, admin, vacancy_code="TIADA")

    assert (forbidden.value.reason, unknown.value.reason) == ("not-allowed", "vacancy-unknown")


def test_run_under_a_policy_for_another_tier_is_refused(session, admin, town):
    other = POLICY.replace("code: contoh", "code: lain").replace("tier: administrator", "tier: pengawas")
    import_policy(session, SYSTEM, text=other)

    with pytest.raises(MeritError) as refusal:
        create_run(session, admin, vacancy_code=town.vacancy, policy_code="lain")

    assert refusal.value.reason == "vacancy-tier"


def test_large_pools_are_not_simulated_and_say_so(session, admin, town, monkeypatch):
    monkeypatch.setattr(runs, "MAX_SIMULATED", 2)
    run = create_run(session, admin, vacancy_code=town.vacancy)
    append_pending(session)

    loaded = open_run(session, admin, run.code)

    assert (run.uncertainty, run.uncertainty_sha256, loaded.uncertainty) == (None, None, None)
    assert run_head(loaded).uncertainty_note == (
        "Rentang ketidakpastian tidak dihitung karena 3 pegawai memenuhi syarat, lebih dari batas 2."
    )
    assert verify_run(session, admin, code=run.code).is_equal
