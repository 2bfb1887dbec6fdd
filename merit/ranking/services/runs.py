"""Runs: compute a ranking from today's records, keep it for ever, hand it out."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError
from merit.evidence import EvidenceRequest
from merit.ranking.document import canonical_json
from merit.ranking.domain import Standing
from merit.ranking.engine.core import rank
from merit.ranking.engine.result import result_sha256
from merit.ranking.engine.types import ENGINE_VERSION, Policy, Ranking, Uncertainty, VacancyTerms
from merit.ranking.engine.uncertainty import simulate, uncertainty_sha256
from merit.ranking.facts import load_facts, load_pool
from merit.ranking.indicators import load_columns
from merit.ranking.models import PolicyVersion, RankingRun
from merit.ranking.queries import VacancyView, get_run, get_vacancy, standard_of
from merit.ranking.services.policies import get_version, load_policy
from merit.ranking.services.vacancies import check_standard, check_tier
from merit.ranking.store.archive import pack
from merit.ranking.store.freeze import Inputs, freeze_inputs, freeze_ranking, freeze_uncertainty, inputs_digest
from merit.ranking.store.loading import LoadedRun, load_run, terms_to_json
from merit.security.permissions import Actor, Permission, is_granted

MAX_SIMULATED = 5_000
SEED_DIGITS = 16  # first eight bytes, in hexadecimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOrder:
    """What is asked for. Empty: the vacancy's own date and frozen policy, everything known now."""

    vacancy_code: str
    as_of: dt.date | None = None
    policy_code: str = ""
    known_at: dt.datetime | None = None
    monte_carlo: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRun:
    """A computed run that is not stored yet: every column of its row, and the objects it was made from."""

    row: dict[str, Any]
    inputs: Inputs
    ranking: Ranking
    uncertainty: Uncertainty | None


def create_run(
    session: Session,
    actor: Actor,
    *,
    vacancy_code: str,
    as_of: dt.date | None = None,
    policy_code: str = "",
    known_at: dt.datetime | None = None,
    monte_carlo: bool = True,
) -> RankingRun:
    """Compute and store a run in one unit of work; see :func:`compute_run` for doing it in two."""
    order = RunOrder(
        vacancy_code=vacancy_code, as_of=as_of, policy_code=policy_code, known_at=known_at, monte_carlo=monte_carlo
    )
    return store_run(session, actor, prepared=compute_run(session, actor, order=order))


def compute_run(session: Session, actor: Actor, *, order: RunOrder) -> PreparedRun:
    """Read the pool, its facts and columns, rank and simulate. Nothing is written.

    Large pools take seconds: compute inside ``reading()`` and store in a short unit of work afterwards.
    """
    if not is_granted(actor, Permission.RUN_CREATE):
        raise NotAllowedError
    if order.known_at is not None and order.known_at > clock.now():
        raise InvalidInputError("run-known-at-later")
    vacancy = get_vacancy(session, order.vacancy_code, known_at=order.known_at)
    version = get_version(session, order.policy_code) if order.policy_code else vacancy.version
    policy = load_policy(version)
    check_tier(vacancy.position, policy)
    check_standard(vacancy.position, policy)
    terms = terms_of(vacancy, as_of=order.as_of)
    inputs = load_inputs(session, policy, terms, vacancy_id=vacancy.vacancy.id, known_at=order.known_at)
    ranking = rank(inputs.facts, inputs.columns, policy, officials=inputs.officials, vacancy=terms)
    uncertainty, note = simulate_within_limits(ranking, inputs, wanted=order.monte_carlo)
    notes = _notes(vacancy, version, terms, order)
    header = _header(vacancy, version, terms) | {
        "notes": notes,
        "uncertainty": note,
        "simulation": _is_simulation(notes),
    }
    return PreparedRun(
        row=_row(vacancy, version, order, actor) | _contents(header, terms, inputs, ranking, uncertainty),
        inputs=inputs,
        ranking=ranking,
        uncertainty=uncertainty,
    )


def store_run(session: Session, actor: Actor, *, prepared: PreparedRun) -> RankingRun:
    """Write a computed run; its row can never be changed or deleted afterwards."""
    number = _next_number(session)
    run = RankingRun(id=number, code=f"RUN-{number:06d}", computed_at=clock.now(), **prepared.row)
    session.add(run)
    session.flush()
    record(
        session,
        actor,
        action="run:create",
        subject=f"run:{run.code}",
        details={
            "vacancy": prepared.ranking.vacancy.code,
            "as_of": run.as_of.isoformat(),
            "result_sha256": run.result_sha256,
            "uncertainty_sha256": run.uncertainty_sha256,
            "header_sha256": hashlib.sha256(run.header.encode()).hexdigest(),
            "considered": run.considered,
            "eligible": run.eligible,
        },
    )
    return run


def open_run(session: Session, actor: Actor, code: str) -> LoadedRun:
    """Return a run's contents for somebody who may read runs; others learn nothing."""
    if not is_granted(actor, Permission.RUN_READ):
        raise NotFoundError("run-unknown", code=code)
    return load_run(session, get_run(session, code))


def counts_of(ranking: Ranking) -> dict[str, int]:
    """Return how many were considered, and how they stand."""
    counts = np.bincount(ranking.standing, minlength=len(Standing)).tolist()
    return {
        "considered": sum(counts),
        "eligible": counts[Standing.RANKED],
        "hold": counts[Standing.HOLD],
        "failed": counts[Standing.FAILED],
    }


def terms_of(vacancy: VacancyView, *, as_of: dt.date | None = None) -> VacancyTerms:
    """Return what the engine must know about a vacancy, on its own date or another one."""
    return VacancyTerms(
        code=vacancy.code,
        as_of=as_of or vacancy.record.as_of,
        tier=vacancy.position.tier,
        related_field=vacancy.position.field,
        standard=standard_of(vacancy.position),
        inauguration=vacancy.record.inauguration,
        size=vacancy.record.size,
        pathway=vacancy.record.pathway,
    )


def load_inputs(
    session: Session, policy: Policy, terms: VacancyTerms, *, vacancy_id: int, known_at: dt.datetime | None
) -> Inputs:
    """Read the pool of a vacancy with the facts and columns its policy looks at."""
    officials = load_pool(session, terms=terms, vacancy_id=vacancy_id, known_at=known_at)
    request = EvidenceRequest(
        as_of=terms.as_of,
        officials=officials,
        known_at=known_at,
        standard=terms.standard,
        surplus=policy.surplus,
        internal_allowed=policy.internal_allowed,
        default_se=policy.default_se,
        response_working_days=policy.response_working_days,
        related_field=terms.related_field,
    )
    facts = load_facts(session, request)
    return Inputs(officials=officials, facts=facts, columns=load_columns(session, policy.indicator_codes, request))


def simulate_within_limits(
    ranking: Ranking, inputs: Inputs, *, wanted: bool = True
) -> tuple[Uncertainty | None, dict[str, Any]]:
    """Draw, or say why not: nobody is eligible, nobody asked, or the pool is beyond :data:`MAX_SIMULATED`."""
    eligible = int(np.count_nonzero(ranking.standing == Standing.RANKED))
    if not eligible:
        return None, {"code": "run-draws-nobody", "details": {}}
    if not wanted:
        return None, {"code": "run-draws-declined", "details": {}}
    if eligible > MAX_SIMULATED:
        return None, {"code": "run-draws-skipped", "details": {"eligible": eligible, "limit": MAX_SIMULATED}}
    uncertainty = simulate(ranking, inputs.columns)
    return uncertainty, {"code": "", "details": {"draws": uncertainty.draws}}


def _header(vacancy: VacancyView, version: PolicyVersion, terms: VacancyTerms) -> dict[str, Any]:
    return {
        "terms": terms_to_json(terms),
        "position": {"code": vacancy.position_code, "name": vacancy.position.name},
        "policy": {
            "code": version.code,
            "version": version.number,
            "sha256": version.sha256,
            "title": version.title,
            "in_force_from": version.in_force_from.isoformat() if version.in_force_from else None,
        },
    }


def _notes(vacancy: VacancyView, version: PolicyVersion, terms: VacancyTerms, order: RunOrder) -> list[dict[str, Any]]:
    """Return what a reader must know before the numbers: another policy, another date, an earlier state."""
    notes: list[dict[str, Any]] = []
    if version.id != vacancy.version.id:
        details = {"policy": version.code, "number": version.number}
        notes.append({"code": "run-simulation-policy", "details": details})
    if terms.as_of != vacancy.record.as_of:
        dates = {"as_of": terms.as_of.isoformat(), "announced": vacancy.record.as_of.isoformat()}
        notes.append({"code": "run-simulation-date", "details": dates})
    if order.known_at is not None:
        notes.append({"code": "run-replay", "details": {"known_at": order.known_at.isoformat(timespec="seconds")}})
    return notes


def _is_simulation(notes: list[dict[str, Any]]) -> bool:
    return any(note["code"].startswith("run-simulation") for note in notes)


def _row(vacancy: VacancyView, version: PolicyVersion, order: RunOrder, actor: Actor) -> dict[str, Any]:
    return {
        "vacancy_id": vacancy.vacancy.id,
        "policy_version_id": version.id,
        "known_at": order.known_at,
        "user_id": actor.user_id,
        "engine": ENGINE_VERSION,
    }


def _contents(
    header: dict[str, Any], terms: VacancyTerms, inputs: Inputs, ranking: Ranking, uncertainty: Uncertainty | None
) -> dict[str, Any]:
    arrays, meta = freeze_inputs(inputs)
    seed = inputs_digest(arrays, meta, terms_to_json(terms))
    archives = {"inputs": pack(arrays, meta), "outcome": pack(*freeze_ranking(ranking))}
    if uncertainty is not None:
        archives["uncertainty"] = pack(*freeze_uncertainty(uncertainty))
    header["inputs_sha256"] = seed
    header["archives"] = {name: hashlib.sha256(data).hexdigest() for name, data in archives.items()}
    counts = counts_of(ranking)
    return {
        "as_of": terms.as_of,
        "size": ranking.size,
        "seed": seed[:SEED_DIGITS],
        "considered": counts["considered"],
        "eligible": counts["eligible"],
        "held": counts["hold"],
        "failed": counts["failed"],
        "result_sha256": result_sha256(ranking),
        "uncertainty_sha256": None if uncertainty is None else uncertainty_sha256(uncertainty),
        "header": canonical_json(header),
        "inputs": archives["inputs"],
        "outcome": archives["outcome"],
        "uncertainty": archives.get("uncertainty"),
    }


def _next_number(session: Session) -> int:
    """Return a number no other run has or will get; the row cannot be corrected after it is written."""
    if session.get_bind().dialect.name == "postgresql":
        return int(session.scalar(select(func.nextval("ranking_runs_id_seq"))) or 0)
    return int(session.scalar(select(func.coalesce(func.max(RankingRun.id), 0) + 1)) or 0)
