"""Recompute a stored run from its own frozen inputs and say whether everything still agrees."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.audit.models import AuditEntry
from merit.audit.services import record
from merit.errors import MeritError, NotFoundError
from merit.ranking.document import canonical_json, sha256
from merit.ranking.engine.core import rank
from merit.ranking.engine.result import result_sha256
from merit.ranking.engine.types import ENGINE_VERSION, Ranking, Uncertainty
from merit.ranking.engine.uncertainty import simulate, uncertainty_sha256
from merit.ranking.models import RankingRun
from merit.ranking.queries import get_run
from merit.ranking.services.runs import SEED_DIGITS, counts_of, load_inputs
from merit.ranking.store.archive import digest
from merit.ranking.store.freeze import (
    Inputs,
    freeze_inputs,
    freeze_ranking,
    inputs_digest,
)
from merit.ranking.store.loading import LoadedRun, read_run, terms_to_json
from merit.security.permissions import Actor, Permission, is_granted

TOLERANCE = 0.005
_INTERVALS = ("score_low", "score_high", "rank_low", "rank_high", "p_top")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One comparison; ``code`` has a sentence in phrases for each answer (``CODE-equal``, ``CODE-differs``)."""

    code: str
    is_equal: bool
    stored: str = ""
    recomputed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Whether the records as known now would give the same inputs, and how many officials differ."""

    is_equal: bool
    considered: int
    joined: int
    left: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What came of recomputing a run; ``today`` is information, never a reason to fail."""

    code: str
    engine: str
    result_sha256: str
    recomputed_sha256: str
    checks: tuple[Check, ...]
    today: Today | None

    @property
    def is_equal(self) -> bool:
        """Whether the stored run is what its inputs give."""
        return all(check.is_equal for check in self.checks)


def verify_run(session: Session, actor: Actor, *, code: str, compare_today: bool = True) -> Verification:
    """Recompute a run from its frozen inputs; nothing is written (see :func:`record_verification`).

    The result's hash must be equal, probabilities and intervals within 0.005.
    """
    if not is_granted(actor, Permission.RUN_READ):
        raise NotFoundError("run-unknown", code=code)
    run = get_run(session, code)
    stored = read_run(session, run)
    checks = [*_check_row(session, run, stored)]
    recomputed = ""
    try:
        inputs = stored.inputs
        checks.append(_check_inputs(stored, inputs))
        ranking = rank(inputs.facts, inputs.columns, stored.policy, officials=inputs.officials, vacancy=stored.vacancy)
        recomputed = result_sha256(ranking)
        checks.append(_equal("verify-result", run.result_sha256, recomputed))
        checks.extend(_check_outcome(stored, ranking))
        checks.extend(_check_uncertainty(stored, ranking, inputs))
    except (MeritError, ValueError, KeyError, TypeError, IndexError) as error:
        reason = error.reason if isinstance(error, MeritError) else type(error).__name__
        checks.append(Check(code="verify-readable", is_equal=False, recomputed=reason))
    is_sound = all(check.is_equal for check in checks)
    return Verification(
        code=run.code,
        engine=ENGINE_VERSION,
        result_sha256=run.result_sha256,
        recomputed_sha256=recomputed,
        checks=tuple(checks),
        today=compare_with_today(session, stored) if is_sound and compare_today else None,
    )


def record_verification(session: Session, actor: Actor, *, verification: Verification) -> None:
    """Note in the audit chain that a run was verified and what came of it."""
    record(
        session,
        actor,
        action="run:verify",
        subject=f"run:{verification.code}",
        details={
            "equal": verification.is_equal,
            "result_sha256": verification.result_sha256,
            "recomputed_sha256": verification.recomputed_sha256,
            "differing": [check.code for check in verification.checks if not check.is_equal],
        },
    )


def compare_with_today(session: Session, stored: LoadedRun) -> Today:
    """Say whether the records as known now give the same inputs as the run's frozen ones."""
    now = load_inputs(session, stored.policy, stored.vacancy, vacancy_id=stored.vacancy_id, known_at=None)
    if _seed(now, stored) == stored.header["inputs_sha256"]:
        return Today(is_equal=True, considered=len(now.officials), joined=0, left=0, changed=0)
    ranking = rank(now.facts, now.columns, stored.policy, officials=now.officials, vacancy=stored.vacancy)
    then, present = _entries(stored.ranking), _entries(ranking)
    return Today(
        is_equal=False,
        considered=len(present),
        joined=len(present.keys() - then.keys()),
        left=len(then.keys() - present.keys()),
        changed=sum(1 for nip in then.keys() & present.keys() if then[nip] != present[nip]),
    )


def _entries(ranking: Ranking) -> dict[str, bytes]:
    rows = np.concatenate(
        [
            ranking.slots.utility,
            ranking.standing[:, None].astype(np.int64),
            *(gate.outcome[:, None].astype(np.int64) for gate in ranking.gates),
        ],
        axis=1,
    )
    return {nip: row.tobytes() for nip, row in zip(ranking.nip.tolist(), rows, strict=True)}


def _seed(inputs: Inputs, stored: LoadedRun) -> str:
    return inputs_digest(*freeze_inputs(inputs), terms_to_json(stored.vacancy))


def _check_row(session: Session, run: RankingRun, stored: LoadedRun) -> list[Check]:
    """Compare the row with its header, its policy's document and the audit chain."""
    header = stored.header
    policy_sha256 = sha256(stored.policy.document)
    checks = [
        _equal("verify-engine", run.engine, ENGINE_VERSION),
        _equal("verify-policy", str(header["policy"]["sha256"]), policy_sha256),
        _equal("verify-date", run.as_of.isoformat(), str(header["terms"]["as_of"])),
    ]
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "run:create", AuditEntry.subject == f"run:{run.code}").limit(1)
    ).one_or_none()
    noted: dict[str, Any] = {} if entry is None else json.loads(entry.payload)["details"]
    expected = [noted.get("result_sha256", ""), noted.get("header_sha256", "")]
    present = [run.result_sha256, hashlib.sha256(run.header.encode()).hexdigest()]
    checks.append(_equal("verify-audit", "·".join(present), "·".join(map(str, expected))))
    return checks


def _check_inputs(stored: LoadedRun, inputs: Inputs) -> Check:
    found = _seed(inputs, stored)
    if stored.seed != found[:SEED_DIGITS]:
        return _equal("verify-inputs", stored.seed, found[:SEED_DIGITS])
    return _equal("verify-inputs", str(stored.header["inputs_sha256"]), found)


def _check_outcome(stored: LoadedRun, ranking: Ranking) -> list[Check]:
    """Compare every stored array and count with the recomputed one."""
    kept, found = freeze_ranking(stored.ranking), freeze_ranking(ranking)
    return [
        _equal("verify-outcome", digest(*kept), digest(*found)),
        _equal("verify-counts", canonical_json(stored.counts), canonical_json(counts_of(ranking))),
    ]


def _check_uncertainty(stored: LoadedRun, ranking: Ranking, inputs: Inputs) -> list[Check]:
    kept = stored.uncertainty
    if kept is None:
        return []
    checks = [_equal("verify-draws", stored.uncertainty_sha256 or "", uncertainty_sha256(kept))]
    gap = largest_gap(kept, simulate(ranking, inputs.columns))
    checks.append(
        Check(
            code="verify-intervals",
            is_equal=gap <= TOLERANCE,
            stored=f"≤ {TOLERANCE}",
            recomputed=f"{gap:.6f}",
        )
    )
    return checks


def largest_gap(kept: Uncertainty, found: Uncertainty) -> float:
    """Return the largest difference of a probability or an interval's end; infinite where the shapes differ."""
    if not np.array_equal(kept.rows, found.rows) or kept.draws != found.draws or kept.band != found.band:
        return float("inf")
    gaps = [np.abs(getattr(kept, name) - getattr(found, name)).max(initial=0.0) for name in _INTERVALS]
    return float(max(gaps))


def _equal(code: str, stored: str, recomputed: str) -> Check:
    return Check(code=code, is_equal=stored == recomputed, stored=stored, recomputed=recomputed)
