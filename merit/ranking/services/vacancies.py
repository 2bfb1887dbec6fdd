"""Vacancies: announce one under a frozen policy version; refuse what could not be ranked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.db import known
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.evidence import COMPETENCIES
from merit.people.models import Position, PositionRecord
from merit.ranking.engine.types import Policy
from merit.ranking.models import PATHWAYS, PolicyVersion, Vacancy, VacancyRecord
from merit.ranking.queries import VacancyView, get_vacancy, standard_of
from merit.ranking.services.policies import get_active_policy, list_in_force, load_policy
from merit.security.permissions import Actor, Permission, is_granted
from merit.web.labels import label

JPM = "competency.jpm"
RESERVED_CODES = frozenset({"baru"})  # the address of the form for a new one


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyInput:
    """A vacancy as announced. ``policy_code`` empty: the policy in force for the position's tier."""

    code: str
    position_code: str
    as_of: dt.date
    pathway: str = "seleksi_internal"
    inauguration: dt.date | None = None
    size: int | None = None
    policy_code: str = ""


def announce_vacancy(session: Session, actor: Actor, *, vacancy: VacancyInput) -> VacancyRecord:
    """Record a new vacancy; a code that is taken is refused, so that nobody changes another one unawares."""
    if session.scalar(select(Vacancy.id).where(Vacancy.code == vacancy.code)) is not None:
        raise RuleViolationError("vacancy-code-taken", code=vacancy.code)
    return record_vacancy(session, actor, vacancy=vacancy)


def record_vacancy(
    session: Session, actor: Actor, *, vacancy: VacancyInput, batch_id: int | None = None
) -> VacancyRecord:
    """Record a vacancy, or supersede what was recorded; the policy version stays the one of the first record.

    The same announcement twice changes nothing. Raises an error of :mod:`merit.errors` with the reason when the
    vacancy could not be ranked (see :func:`check_vacancy`).
    """
    if not is_granted(actor, Permission.VACANCY_MANAGE):
        raise NotAllowedError
    position = _get_position(session, vacancy.position_code)
    identity = session.scalars(select(Vacancy).where(Vacancy.code == vacancy.code)).one_or_none()
    current = _find_current(session, identity)
    version = freeze_policy(session, position, vacancy, current)
    check_vacancy(position, load_policy(version), vacancy)
    if identity is None:
        identity = Vacancy(code=vacancy.code)
        session.add(identity)
        session.flush()
    fresh = VacancyRecord(
        vacancy_id=identity.id,
        position_id=position.position_id,
        as_of=vacancy.as_of,
        pathway=vacancy.pathway,
        inauguration=vacancy.inauguration,
        size=vacancy.size,
        policy_version_id=version.id,
        recorded_at=clock.now(),
        batch_id=batch_id,
    )
    if current is not None:
        if _same(current, fresh):
            return current
        current.superseded_at = fresh.recorded_at
        current.superseding_batch_id = batch_id
        session.flush()
    session.add(fresh)
    session.flush()
    record(session, actor, action="vacancy:record", subject=f"vacancy:{vacancy.code}", details=_details(fresh, version))
    return fresh


def check_vacancy(position: PositionRecord, policy: Policy, vacancy: VacancyInput) -> None:
    """Raise with the reason why a vacancy could not be ranked under the policy.

    The policy must be meant for the position's tier, and where it uses the job person match the position needs a
    standard for all nine competencies, its own or its tier's default.
    """
    if vacancy.code.casefold() in RESERVED_CODES:
        raise InvalidInputError("vacancy-code-reserved", code=vacancy.code)
    if vacancy.pathway not in PATHWAYS:
        raise InvalidInputError("vacancy-pathway", value=vacancy.pathway, known=", ".join(PATHWAYS))
    if vacancy.inauguration is not None and vacancy.inauguration < vacancy.as_of:
        raise InvalidInputError("vacancy-inauguration-early")
    if vacancy.size is not None and vacancy.size < 1:
        raise InvalidInputError("vacancy-size")
    check_tier(position, policy)
    check_standard(position, policy)


def check_tier(position: PositionRecord, policy: Policy) -> None:
    """Raise when the policy is not meant for the position's tier."""
    if position.tier not in policy.tiers:
        tiers = ", ".join(label(tier, "tier") for tier in policy.tiers)
        raise RuleViolationError(
            "vacancy-tier", policy=policy.code, tiers=tiers, position=position.name, tier=label(position.tier, "tier")
        )


def check_standard(position: PositionRecord, policy: Policy) -> None:
    """Raise when the policy uses the job person match and a competency has no level to compare with."""
    if JPM not in policy.indicator_codes:
        return
    lacking = [code for code in COMPETENCIES if code not in standard_of(position)]
    if lacking:
        raise RuleViolationError(
            "vacancy-without-standard",
            position=position.name,
            tier=label(position.tier, "tier"),
            competencies=", ".join(lacking),
        )


def freeze_policy(
    session: Session, position: PositionRecord, vacancy: VacancyInput, current: VacancyRecord | None
) -> PolicyVersion:
    """Return the policy version of a vacancy: the frozen one, else the one in force now."""
    if current is not None:
        frozen = session.get_one(PolicyVersion, current.policy_version_id)
        if vacancy.policy_code and vacancy.policy_code != frozen.code:
            raise RuleViolationError("vacancy-policy-frozen", code=vacancy.code, policy=frozen.code)
        return frozen
    if vacancy.policy_code:
        return get_active_policy(session, vacancy.policy_code)
    fitting = [version for version in list_in_force(session) if position.tier in load_policy(version).tiers]
    if not fitting:
        raise RuleViolationError("vacancy-no-policy", tier=label(position.tier, "tier"))
    if len(fitting) > 1:
        codes = ", ".join(version.code for version in fitting)
        raise RuleViolationError("vacancy-several-policies", tier=label(position.tier, "tier"), codes=codes)
    return fitting[0]


def get_vacancy_view(session: Session, actor: Actor, code: str) -> VacancyView:
    """Return a vacancy for somebody who may read vacancies."""
    if not is_granted(actor, Permission.VACANCY_READ):
        raise NotFoundError("vacancy-unknown", code=code)
    return get_vacancy(session, code)


def _get_position(session: Session, code: str) -> PositionRecord:
    query = select(PositionRecord).join(Position, Position.id == PositionRecord.position_id)
    position = session.scalars(query.where(Position.code == code, known(PositionRecord))).one_or_none()
    if position is None:
        raise NotFoundError("vacancy-position-unknown", code=code)
    return position


def _find_current(session: Session, identity: Vacancy | None) -> VacancyRecord | None:
    if identity is None:
        return None
    query = select(VacancyRecord).where(VacancyRecord.vacancy_id == identity.id, known(VacancyRecord))
    return session.scalars(query).one_or_none()


def _same(left: VacancyRecord, right: VacancyRecord) -> bool:
    names = ("position_id", "as_of", "pathway", "inauguration", "size", "policy_version_id")
    return all(getattr(left, name) == getattr(right, name) for name in names)


def _details(vacancy: VacancyRecord, version: PolicyVersion) -> dict[str, object]:
    return {
        "as_of": vacancy.as_of.isoformat(),
        "pathway": vacancy.pathway,
        "inauguration": vacancy.inauguration.isoformat() if vacancy.inauguration else None,
        "size": vacancy.size,
        "position": vacancy.position_id,
        "policy": f"{version.code}:{version.number}",
        "policy_sha256": version.sha256,
    }
