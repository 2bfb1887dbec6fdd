"""Decisions of a frozen pool: made again they are the same, rows are kept, enemies never meet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from merit.assessment.domain.adaptive_pool import Answered, Pool
from merit.assessment.services.adaptive import simulating
from merit.assessment.services.adaptive.engine import Decision, decide
from merit.assessment.services.adaptive.exposure import with_exposure
from merit.assessment.services.adaptive.simulating import simulate_pools
from tests.assessment.adaptive_samples import make_pool

pytestmark = pytest.mark.unit


def run(pool: Pool, *, seed: str = "benih", category: int = 1) -> tuple[list[Answered], Decision]:
    """Answer everything alike until the part ends."""
    answers: list[Answered] = []
    while (decision := decide(pool, answers, seed=seed)).version_id is not None:
        answers.append(Answered(position=len(answers) + 1, version_id=decision.version_id, category=category))
    return answers, decision


def test_the_same_seed_gives_the_same_test_and_another_one_another():
    pool = make_pool(first_among=5)
    assert run(pool) == run(pool)
    assert len({run(pool, seed=f"peserta-{number}")[0][0].version_id for number in range(20)}) > 1


def test_a_test_ends_when_it_is_precise_and_not_before_its_least():
    answers, end = run(make_pool(precision="0.9"))
    assert (len(answers), end.code) == (5, "stopped-precise")
    answers, end = run(make_pool(precision=None))
    assert (len(answers), end.code) == (10, "stopped-longest")


def test_a_level_is_decided_by_its_probability():
    answers, end = run(make_pool(60, most=40, precision=None, certainty="0.8"))
    assert (end.code, end.details["level"]) == ("stopped-decided", 5)
    assert end.details["probability"] >= 0.8
    assert len(answers) < 40


def test_every_test_keeps_the_rows_wherever_it_stops():
    pool = make_pool(rows=(3,), precision="0.9")
    served = {item.version_id for item in pool.items if item.rows}
    answers, _end = run(pool)
    assert sum(one.version_id in served for one in answers) >= 3


def test_enemies_never_meet():
    pool = make_pool(first_among=1)
    first, second = run(pool)[0][:2]
    apart = replace(pool, enemies=((first.version_id, second.version_id),))
    answers, _end = run(apart)
    assert second.version_id not in {one.version_id for one in answers}
    reasons = decide(apart, answers[:1], seed="benih").details["passed_over"]
    assert ("excluded-enemy", second.version_id) in {(one["code"], one["version"]) for one in reasons}


def test_a_pool_of_other_items_or_rules_has_another_digest():
    pool = make_pool()
    assert pool.sha256 == make_pool().sha256
    assert len({pool.sha256, make_pool(29).sha256, make_pool(least=6).sha256, make_pool(rows=(1,)).sha256}) == 4


def test_a_simulation_reports_what_the_rows_and_bounds_will_do(monkeypatch):
    monkeypatch.setattr(simulating, "PERSONS", 20)
    pool = with_exposure(make_pool(30, rows=(3,), exposure="0.6", most=8, precision="0.5"), seed="K/0")

    told: list[tuple[int, int]] = []
    [found] = simulate_pools((pool,), seed="K", timer=lambda: 0.0, progress=lambda *at: told.append(at))
    [again] = simulate_pools((pool,), seed="K", timer=lambda: 0.0)

    assert found == again
    assert told == [(10, 20), (20, 20)]
    assert (found["persons"], found["items"], found["rows"], found["short"]) == (20, 30, 1, 0)
    assert sum(found["ends"].values()) == 20
    assert 5 <= found["length"]["least"] <= found["length"]["mean"] <= found["length"]["most"] <= 8
    assert found["exposure"][0][2] == found["largest"]


def test_a_simulation_whose_time_is_over_reports_as_far_as_it_came():
    seconds = iter(range(0, 10_000, 50))

    [found] = simulate_pools((make_pool(12, most=5),), seed="K", timer=lambda: float(next(seconds)))

    assert (found["persons"], found["planned"]) == (20, 300)
