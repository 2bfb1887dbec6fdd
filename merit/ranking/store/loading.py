"""A stored run as the engine's own objects, unpacked when needed and kept while it is looked at."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from functools import cached_property
from threading import Lock
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.errors import InvalidInputError
from merit.ranking.engine.types import Policy, Ranking, Uncertainty, VacancyTerms
from merit.ranking.models import PolicyVersion, RankingRun
from merit.ranking.policy import policy_from_document
from merit.ranking.store.archive import Archive
from merit.ranking.store.freeze import Inputs, thaw_inputs, thaw_ranking, thaw_uncertainty

_MAX_RUNS = 16
_MAX_OFFICIALS = 250_000

_kept: OrderedDict[tuple[int, str, str], LoadedRun] = OrderedDict()
_lock = Lock()


class LoadedRun:
    """What a run holds. ``code``, ``header`` and ``counts`` cost nothing, the rest is unpacked when first asked for."""

    def __init__(self, run: RankingRun, version: PolicyVersion) -> None:
        """Copy what is needed from the rows, so that the object outlives its session."""
        self.id = run.id
        self.code = run.code
        self.vacancy_id = run.vacancy_id
        self.as_of = run.as_of
        self.known_at = run.known_at
        self.computed_at = run.computed_at
        self.engine = run.engine
        self.seed = run.seed
        self.result_sha256 = run.result_sha256
        self.uncertainty_sha256 = run.uncertainty_sha256
        self.counts = {
            "considered": run.considered,
            "eligible": run.eligible,
            "hold": run.held,
            "failed": run.failed,
        }
        self.header: Mapping[str, Any] = json.loads(run.header)
        self.policy_version = version.number
        self.units: list[tuple[int, str]] | None = None  # of the ranked; looked up when a page first asks
        self._document = version.document
        self._inputs = run.inputs
        self._outcome = run.outcome
        self._uncertainty = run.uncertainty

    @cached_property
    def policy(self) -> Policy:
        """The policy the run was made under."""
        return policy_from_document(self._document)

    @cached_property
    def vacancy(self) -> VacancyTerms:
        """What the engine knew about the vacancy."""
        return terms_from_json(self.header["terms"])

    @cached_property
    def frozen(self) -> Archive:
        """The archive of the inputs."""
        return Archive(self._checked("inputs", self._inputs))

    @cached_property
    def inputs(self) -> Inputs:
        """Pool, facts and columns as they were."""
        return thaw_inputs(self.frozen)

    @cached_property
    def ranking(self) -> Ranking:
        """The outcome as stored."""
        archive = Archive(self._checked("outcome", self._outcome))
        return thaw_ranking(archive, self.frozen, self.policy, self.vacancy)

    @cached_property
    def uncertainty(self) -> Uncertainty | None:
        """How sure the order is; None when it was not computed (``header["uncertainty"]`` says why)."""
        if self._uncertainty is None:
            return None
        return thaw_uncertainty(Archive(self._checked("uncertainty", self._uncertainty)))

    def _checked(self, name: str, data: bytes) -> bytes:
        if hashlib.sha256(data).hexdigest() != self.header["archives"].get(name):
            raise InvalidInputError("run-archive-damaged")
        return data


def load_run(session: Session, run: RankingRun) -> LoadedRun:
    """Return the run's contents, from memory where it was looked at lately."""
    key = (run.id, run.result_sha256, hashlib.sha256(run.header.encode()).hexdigest())
    with _lock:
        if (kept := _kept.get(key)) is not None:
            _kept.move_to_end(key)
            return kept
    loaded = read_run(session, run)
    with _lock:
        _kept[key] = loaded
        while len(_kept) > _MAX_RUNS or (_officials_kept() > _MAX_OFFICIALS and len(_kept) > 1):
            _kept.popitem(last=False)
    return loaded


def read_run(session: Session, run: RankingRun) -> LoadedRun:
    """Return the run's contents as they stand in the database, whatever is kept in memory."""
    session.refresh(run, ["inputs", "outcome", "uncertainty"])
    version = session.scalars(select(PolicyVersion).where(PolicyVersion.id == run.policy_version_id)).one()
    return LoadedRun(run, version)


def terms_to_json(terms: VacancyTerms) -> dict[str, Any]:
    """Return what the engine knew about the vacancy, as JSON values."""
    return {
        "code": terms.code,
        "as_of": terms.as_of.isoformat(),
        "tier": terms.tier,
        "related_field": terms.related_field,
        "standard": dict(sorted(terms.standard.items())),
        "inauguration": terms.inauguration.isoformat() if terms.inauguration else None,
        "size": terms.size,
        "pathway": terms.pathway,
    }


def terms_from_json(value: Mapping[str, Any]) -> VacancyTerms:
    """Return the terms written by :func:`terms_to_json`."""
    inauguration = value["inauguration"]
    return VacancyTerms(
        code=value["code"],
        as_of=dt.date.fromisoformat(value["as_of"]),
        tier=value["tier"],
        related_field=value["related_field"],
        standard=dict(value["standard"]),
        inauguration=dt.date.fromisoformat(inauguration) if inauguration else None,
        size=value["size"],
        pathway=value["pathway"],
    )


def _officials_kept() -> int:
    return sum(run.counts["considered"] for run in _kept.values())
