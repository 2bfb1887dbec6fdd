"""Policies: import a draft, put a version in force with two signatures, find the one in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import NotAllowedError, NotFoundError, RuleViolationError
from merit.ranking.engine.types import Policy
from merit.ranking.life_cycle import Act, Dated, PolicyStanding, Stage, in_force, standings
from merit.ranking.models import PolicyAct, PolicyRevision, PolicyVersion
from merit.ranking.policy import parse_policy, policy_from_document, shipped_policies
from merit.security.permissions import SYSTEM, Actor, Permission, is_granted


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """A version put in force, and the local rules that still lack the decree which lets them block."""

    version: PolicyVersion
    missing_decrees: tuple[str, ...]


def import_policy(session: Session, actor: Actor, *, text: str, base: PolicyVersion | None = None) -> PolicyVersion:
    """Record a policy document as a draft version; a newest draft with the same document is returned as it is.

    ``base``: the version it was copied from. Raises :class:`merit.errors.InvalidInputError` naming every line that is
    wrong.
    """
    if not is_granted(actor, Permission.POLICY_DRAFT):
        raise NotAllowedError
    policy = parse_policy(text)
    newest = session.scalars(
        select(PolicyVersion).where(PolicyVersion.code == policy.code).order_by(PolicyVersion.number.desc()).limit(1)
    ).one_or_none()
    if newest is not None and base is None and _is_open(newest) and newest.sha256 == policy.sha256:
        return newest
    version = PolicyVersion(
        code=policy.code,
        number=1 if newest is None else newest.number + 1,
        title=policy.title,
        document=policy.document,
        sha256=policy.sha256,
        recorded_at=clock.now(),
        author_id=actor.user_id,
        stage=Stage.WRITING,
        revision=1,
    )
    session.add(version)
    session.flush()
    session.add(
        PolicyRevision(
            version_id=version.id,
            number=1,
            source=text,
            sha256=policy.sha256,
            origin="upload" if base is None else "copy",
            base_id=None if base is None else base.id,
            author_id=actor.user_id,
            recorded_at=version.recorded_at,
        )
    )
    session.flush()
    record(
        session,
        actor,
        action="policy:draft",
        subject=subject_of(version),
        details={"sha256": version.sha256, "base": None if base is None else base.number},
    )
    return version


def activate_policy(
    session: Session,
    actor_by: Actor,
    actor_second: Actor,
    *,
    code: str,
    number: int | None = None,
    from_date: dt.date | None = None,
) -> Activation:
    """Review and approve a draft in one act, in force from a date (today); the former version ends that day.

    Two persons sign: one who may activate, and the PPK. Whoever drafted the version signs neither line.
    """
    version = _lock_draft(session, code, number)
    _check_signatures(session, version, actor_by, actor_second)
    former = find_active_policy(session, code)
    put_in_force(version, reviewer_id=actor_by.user_id, approver_id=actor_second.user_id, begins=from_date)
    for act, signer in ((Act.REVIEW, actor_by), (Act.APPROVE, actor_second)):
        add_act(session, signer, version, act, in_force_from=version.in_force_from if act is Act.APPROVE else None)
    missing = load_policy(version).missing_decrees
    record(
        session,
        actor_by,
        action="policy:activate",
        subject=subject_of(version),
        details={
            "sha256": version.sha256,
            "in_force_from": begins_on(version),
            "seconded_by": actor_second.user_id,
            "supersedes": former.number if former else None,
            "missing_decrees": list(missing),
        },
    )
    return Activation(version=version, missing_decrees=missing)


def put_in_force(
    version: PolicyVersion, *, reviewer_id: int | None, approver_id: int | None, begins: dt.date | None
) -> None:
    """Make a draft an approved version; from now on nothing about it changes."""
    version.state = "active"
    version.stage = Stage.REVIEWED
    version.activated_at = clock.now()
    version.activated_by_id = reviewer_id
    version.seconded_by_id = approver_id
    version.in_force_from = begins or clock.today()


def add_act(session: Session, actor: Actor, version: PolicyVersion, act: Act, **details: Any) -> PolicyAct:
    """Note in the version's own history what somebody did with its present revision."""
    entry = PolicyAct(
        version_id=version.id,
        revision=version.revision,
        sha256=version.sha256,
        act=act.value,
        user_id=actor.user_id,
        acted_at=clock.now(),
        **details,
    )
    session.add(entry)
    session.flush()
    return entry


def authors_of(session: Session, version: PolicyVersion) -> frozenset[int]:
    """Return everybody who wrote on a version; the PPK's own decree numbers do not make an author.

    Writing is also a judgement of pairs that became its weights, and a text it was copied from that nobody approved.
    """
    query = select(PolicyRevision).where(PolicyRevision.version_id == version.id, PolicyRevision.origin != "decree")
    found = {version.author_id}
    for revision in session.scalars(query):
        found.add(revision.author_id)
        for topic in (revision.justification or {}).get("topics", ()):
            found.update(drafter["user"] for drafter in topic["drafters"])
        base = None if revision.base_id is None else session.get(PolicyVersion, revision.base_id)
        if base is not None and base.state == "draft":  # copies are younger than their base: this ends
            found |= authors_of(session, base)
    return frozenset(number for number in found if number is not None)


def begins_on(version: PolicyVersion) -> str | None:
    """Return the written day from which an approved version is in force, as ISO text."""
    return version.in_force_from.isoformat() if version.in_force_from else None


def find_active_policy(session: Session, code: str, *, on: dt.date | None = None) -> PolicyVersion | None:
    """Return the version in force on a date (today); its rule is :func:`merit.ranking.life_cycle.in_force`."""
    approved = _approved(session, code).get(code, {})
    number = in_force([_dated(version) for version in approved.values()], on or clock.today())
    return None if number is None else approved[number]


def standings_of(session: Session, code: str | None = None) -> dict[int, PolicyStanding]:
    """Return what every version is today, by id: where a draft stands, or what the dates say of an approved one."""
    found = {
        version.id: PolicyStanding(version.stage)
        for version in list_versions(session, code)
        if version.state == "draft"
    }
    for versions in _approved(session, code).values():
        for number, standing in standings([_dated(one) for one in versions.values()], clock.today()).items():
            found[versions[number].id] = standing
    return found


def get_active_policy(session: Session, code: str) -> PolicyVersion:
    """Return the version in force today; say what to do when there is none."""
    if (version := find_active_policy(session, code)) is not None:
        return version
    if session.scalars(select(PolicyVersion.id).where(PolicyVersion.code == code).limit(1)).one_or_none() is None:
        raise NotFoundError("policy-unknown", code=code)
    raise RuleViolationError("policy-not-active", code=code)


def list_in_force(session: Session) -> list[PolicyVersion]:
    """Return the version in force today of every policy that has one, by code."""
    found = []
    for _code, versions in sorted(_approved(session).items()):
        number = in_force([_dated(version) for version in versions.values()], clock.today())
        if number is not None:
            found.append(versions[number])
    return found


def get_version(session: Session, code: str, number: int | None = None) -> PolicyVersion:
    """Return one version; without a number the one in force, else the newest."""
    if number is None and (active := find_active_policy(session, code)) is not None:
        return active
    query = select(PolicyVersion).where(PolicyVersion.code == code).order_by(PolicyVersion.number.desc()).limit(1)
    if number is not None:
        query = query.where(PolicyVersion.number == number)
    version = session.scalars(query).one_or_none()
    if version is None and number is not None:
        raise NotFoundError("policy-version-unknown", code=code, number=number)
    if version is None:
        raise NotFoundError("policy-unknown", code=code)
    return version


def list_versions(session: Session, code: str | None = None) -> Sequence[PolicyVersion]:
    """Return all versions, by code and newest first."""
    query = select(PolicyVersion).order_by(PolicyVersion.code, PolicyVersion.number.desc())
    return session.scalars(query if code is None else query.where(PolicyVersion.code == code)).all()


def load_policy(version: PolicyVersion) -> Policy:
    """Return the policy of a stored version."""
    return _parsed(version.document)


@lru_cache(maxsize=64)
def _parsed(document: str) -> Policy:
    return policy_from_document(document)


def load_shipped_policies(session: Session) -> list[PolicyVersion]:
    """Record every shipped document that is not there yet as a draft; return the new drafts."""
    added = []
    for code, text in shipped_policies().items():
        query = select(PolicyVersion.id).where(PolicyVersion.code == code)
        stands = query.where(PolicyVersion.sha256 == parse_policy(text).sha256).limit(1)
        if session.scalars(stands).one_or_none() is None:
            added.append(import_policy(session, SYSTEM, text=text))
    return added


def subject_of(version: PolicyVersion) -> str:
    """Return how the audit chain names a version."""
    return f"policy:{version.code}:{version.number}"


def _is_open(version: PolicyVersion) -> bool:
    return version.state == "draft" and version.stage != Stage.DISCARDED


def _approved(session: Session, code: str | None = None) -> dict[str, dict[int, PolicyVersion]]:
    """Return every approved version by code and number."""
    query = select(PolicyVersion).where(PolicyVersion.state != "draft", PolicyVersion.in_force_from.is_not(None))
    found: dict[str, dict[int, PolicyVersion]] = {}
    for version in session.scalars(query if code is None else query.where(PolicyVersion.code == code)):
        found.setdefault(version.code, {})[version.number] = version
    return found


def _dated(version: PolicyVersion) -> Dated:
    approved_at = version.activated_at or version.recorded_at
    return Dated(
        number=version.number,
        in_force_from=version.in_force_from or dt.date.max,
        approved_on=clock.local(approved_at).date(),
        approved_at=approved_at,
    )


def _lock_draft(session: Session, code: str, number: int | None) -> PolicyVersion:
    """Return an open draft for changing (the newest); nobody saves or signs it meanwhile."""
    chosen = _get_draft(session, code, number)
    query = select(PolicyVersion).where(PolicyVersion.id == chosen.id)
    version = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
    if not _is_open(version):
        raise RuleViolationError("policy-not-draft", code=code, number=version.number)
    return version


def _get_draft(session: Session, code: str, number: int | None) -> PolicyVersion:
    if number is not None:
        version = get_version(session, code, number)
        if not _is_open(version):
            raise RuleViolationError("policy-not-draft", code=code, number=number)
        return version
    query = select(PolicyVersion).where(
        PolicyVersion.code == code, PolicyVersion.state == "draft", PolicyVersion.stage != Stage.DISCARDED
    )
    newest = session.scalars(query.order_by(PolicyVersion.number.desc()).limit(1)).one_or_none()
    if newest is not None:
        return newest
    if list_versions(session, code):
        raise RuleViolationError("policy-no-draft", code=code)
    raise NotFoundError("policy-unknown", code=code)


def _check_signatures(session: Session, version: PolicyVersion, actor_by: Actor, actor_second: Actor) -> None:
    """Two different people, the second a PPK, neither an author."""
    if actor_by.user_id is None or actor_second.user_id is None:
        raise NotAllowedError("policy-signatures-missing")
    if actor_by.user_id == actor_second.user_id:
        raise RuleViolationError("policy-same-signer")
    if not is_granted(actor_by, Permission.POLICY_ACTIVATE):
        raise NotAllowedError("policy-first-signer", login=actor_by.login)
    if not is_granted(actor_second, Permission.POLICY_SECOND):
        raise NotAllowedError("policy-second-signer", login=actor_second.login)
    if authors_of(session, version) & {actor_by.user_id, actor_second.user_id}:
        raise RuleViolationError("policy-own-draft")
