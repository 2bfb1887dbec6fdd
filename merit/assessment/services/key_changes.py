"""Correct a key after the sitting: proposed with its effects, decided by a second person, never overwriting."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Date, column, select, table
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.items import canonical
from merit.assessment.domain.key_effects import Effects, compare
from merit.assessment.domain.scoring import key_problems
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.domain.sheets import Correction, CorrectionKind
from merit.assessment.domain.states import SittingState
from merit.assessment.models.scoring import KeyChange, ScoreVersion
from merit.assessment.models.sittings import Paper, PaperItem, Sitting
from merit.assessment.queries.item_times import seconds_per_place
from merit.assessment.queries.items import LoadedVersion, keyring, load_versions
from merit.assessment.queries.scores import correction_of, current_version, find_sitting, key_change_context
from merit.assessment.services.publication import sitting_date, write_facts
from merit.assessment.services.scoring import (
    Prepared,
    Progress,
    check_unchanged,
    compute_scores,
    keep_version,
    note_event,
)
from merit.db import Instant
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.people.domain import add_months
from merit.security.crypto import encrypt
from merit.security.permissions import Actor, Permission, is_granted

INTERNAL_ALLOWED = "internal_allowed"
_TOLERATED = frozenset({"key-maximum-unreachable", "key-maximum-exceeded"})
# Rankings lie above this slice, so their tables are named here by the few columns needed.
_runs = table(
    "ranking_runs",
    *(column(name) for name in ("id", "code", "vacancy_id", "policy_version_id")),
    column("as_of", Date()),
    column("computed_at", Instant()),
)
_vacancies = table("vacancies", column("id"), column("code"))
_policies = table("policy_versions", column("id"), column("document"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedRun:
    """A ranking that may have used the sitting's results."""

    code: str
    vacancy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a correction would do, before anybody decides."""

    effects: Effects
    runs: Sequence[TouchedRun]

    def document(self) -> dict[str, Any]:
        """Return the preview as it is stored with the proposal."""
        return {**self.effects.document(), "runs": [[run.code, run.vacancy] for run in self.runs]}


def open_version(session: Session, actor: Actor, *, code: str, version_id: int) -> LoadedVersion:
    """Return a version that a scored sitting used, key included, to somebody who may change keys."""
    sitting = _correctable(session, actor, code)
    return _version_of(session, sitting, version_id)


def preview_change(session: Session, actor: Actor, *, code: str, version_id: int, correction: Correction) -> Preview:
    """Return what a correction would do to points, levels, places and rankings; nothing is stored."""
    sitting = _correctable(session, actor, code)
    _check(_version_of(session, sitting, version_id), correction)
    return _preview(session, sitting, version_id, correction)


def propose_change(
    session: Session, actor: Actor, *, code: str, version_id: int, correction: Correction, reason: str
) -> KeyChange:
    """Propose a correction with its reason and its effects; a second person decides."""
    sitting = _correctable(session, actor, code, lock=True)
    _check(_version_of(session, sitting, version_id), correction)
    if not reason.strip():
        raise InvalidInputError("key-change-reason")
    if _open_proposal(session, sitting.id, version_id):
        raise RuleViolationError("key-change-open")
    change = KeyChange(
        sitting_id=sitting.id,
        version_id=version_id,
        kind=correction.kind.value,
        sealed_key=_sealed(sitting.id, version_id, correction),
        reason=reason.strip(),
        preview=_preview(session, sitting, version_id, correction).document(),
        proposed_by=_person(actor),
        proposed_at=clock.now(),
    )
    session.add(change)
    session.flush()
    details = {"change": change.id, "version": version_id, "kind": change.kind}
    note_event(session, actor, sitting, kind="sitting-key-change-proposed", details=details)
    return change


def refuse_change(session: Session, actor: Actor, *, code: str, change_id: int) -> KeyChange:
    """Refuse another person's proposal."""
    sitting = _correctable(session, actor, code, lock=True)
    return _decide(session, actor, sitting, _decidable(session, actor, sitting, change_id), approve=False)


def check_change(session: Session, actor: Actor, *, code: str, change_id: int) -> KeyChange:
    """Return a proposal this person may decide on now; refuse with the reason otherwise."""
    return _decidable(session, actor, _correctable(session, actor, code), change_id)


def prepare_change(
    session: Session, actor: Actor, *, code: str, change_id: int, progress: Progress | None = None
) -> Prepared:
    """Compute the scores another person's proposal leads to; nothing is stored."""
    sitting = _correctable(session, actor, code)
    change = _decidable(session, actor, sitting, change_id)
    corrections = {change.version_id: correction_of(change)}
    prepared = compute_scores(session, sitting, corrections=corrections, keep_scales=True, progress=progress)
    return replace(prepared, seconds=seconds_per_place(session, sitting.id))


def approve_change(session: Session, actor: Actor, *, code: str, change_id: int, prepared: Prepared) -> ScoreVersion:
    """Approve another person's proposal and make the scores it leads to the standing ones, in one unit of work.

    Published facts that change are superseded. Refused when anything the scores were computed from has changed since.
    """
    sitting = _correctable(session, actor, code, lock=True)
    change = _decidable(session, actor, sitting, change_id)
    check_unchanged(session, prepared)
    version = keep_version(session, actor, sitting, prepared, reason=change.reason)
    change.score_version_id = version.id
    _decide(session, actor, sitting, change, approve=True)
    if sitting.state == SittingState.PUBLISHED.value:
        write_facts(session, actor, sitting, version)
    return version


def _decidable(session: Session, actor: Actor, sitting: Sitting, change_id: int) -> KeyChange:
    change = session.get(KeyChange, change_id)
    if change is None or change.sitting_id != sitting.id:
        raise NotFoundError("key-change-unknown")
    if change.decided_at is not None:
        raise RuleViolationError("key-change-decided")
    if change.proposed_by == _person(actor):
        raise RuleViolationError("key-change-second-person")
    return change


def _decide(session: Session, actor: Actor, sitting: Sitting, change: KeyChange, *, approve: bool) -> KeyChange:
    change.decided_by, change.decided_at, change.approved = actor.user_id, clock.now(), approve
    session.flush()
    details = {"change": change.id, "version": change.version_id, "approved": approve}
    note_event(session, actor, sitting, kind="sitting-key-change-decided", details=details)
    return change


def _preview(session: Session, sitting: Sitting, version_id: int, correction: Correction) -> Preview:
    before = compute_scores(session, sitting, keep_scales=True)
    after = compute_scores(session, sitting, corrections={version_id: correction}, keep_scales=True)
    effects = compare([one.sheet for one in before.sheets], [one.sheet for one in after.sheets])
    return Preview(effects=effects, runs=touched_runs(session, sitting))


def touched_runs(session: Session, sitting: Sitting) -> list[TouchedRun]:
    """Return the rankings computed since publication for a day on which the results held, newest first.

    Those whose policy looks at accredited results only are left out unless the sitting's are.
    """
    if sitting.published_at is None:
        return []
    settings = SittingSettings.model_validate(sitting.settings or {})
    dated = sitting_date(sitting)
    rows = session.execute(
        select(_runs.c.code, _vacancies.c.code.label("vacancy"), _policies.c.document)
        .join(_vacancies, _vacancies.c.id == _runs.c.vacancy_id)
        .join(_policies, _policies.c.id == _runs.c.policy_version_id)
        .where(
            _runs.c.computed_at >= sitting.published_at,
            _runs.c.as_of >= dated,
            _runs.c.as_of <= add_months(dated, 12 * settings.result_validity_years),
        )
        .order_by(_runs.c.id.desc())
    )
    return [
        TouchedRun(code=row.code, vacancy=row.vacancy)
        for row in rows
        if sitting.accreditation or json.loads(row.document).get("results") == INTERNAL_ALLOWED
    ]


def _check(version: LoadedVersion, correction: Correction) -> None:
    if (correction.kind is CorrectionKind.KEY) != (correction.key is not None):
        raise InvalidInputError("key-change-key")
    if correction.key is not None and set(key_problems(version.content, correction.key)) - _TOLERATED:
        raise InvalidInputError("key-change-key")


def _sealed(sitting_id: int, version_id: int, correction: Correction) -> str | None:
    if correction.key is None:
        return None
    return encrypt(keyring(), canonical(correction.key), context=key_change_context(sitting_id, version_id))


def _open_proposal(session: Session, sitting_id: int, version_id: int) -> bool:
    statement = select(KeyChange.id).where(
        KeyChange.sitting_id == sitting_id, KeyChange.version_id == version_id, KeyChange.decided_at.is_(None)
    )
    return session.scalar(statement.limit(1)) is not None


def _version_of(session: Session, sitting: Sitting, version_id: int) -> LoadedVersion:
    used = (
        select(PaperItem.version_id)
        .join(Paper, Paper.id == PaperItem.paper_id)
        .where(Paper.sitting_id == sitting.id, PaperItem.version_id == version_id)
    )
    if session.scalar(used.limit(1)) is None:
        raise NotFoundError("key-change-item-unknown")
    return load_versions(session, [version_id])[version_id]


def _correctable(session: Session, actor: Actor, code: str, *, lock: bool = False) -> Sitting:
    if not is_granted(actor, Permission.KEY_CHANGE):
        raise NotAllowedError
    sitting = find_sitting(session, code, lock=lock)
    if current_version(session, sitting.id) is None:
        raise RuleViolationError("key-change-before-scores")
    return sitting


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotAllowedError
    return actor.user_id
