"""Policies: import a draft, put a version in force with two signatures, find the one in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import NotAllowedError, NotFoundError, RuleViolationError
from merit.ranking.engine.types import Policy
from merit.ranking.models import PolicyVersion
from merit.ranking.policy import parse_policy, policy_from_document, shipped_policies
from merit.security.permissions import SYSTEM, Actor, Permission, is_granted


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """A version put in force, and the local rules that still lack the decree which lets them block."""

    version: PolicyVersion
    missing_decrees: tuple[str, ...]


def import_policy(session: Session, actor: Actor, *, text: str) -> PolicyVersion:
    """Record a policy document as a draft version; a newest draft with the same document is returned as it is.

    Raises :class:`merit.errors.InvalidInputError` naming every line that is wrong.
    """
    if not is_granted(actor, Permission.POLICY_DRAFT):
        raise NotAllowedError
    policy = parse_policy(text)
    newest = session.scalars(
        select(PolicyVersion).where(PolicyVersion.code == policy.code).order_by(PolicyVersion.number.desc()).limit(1)
    ).one_or_none()
    if newest is not None and newest.state == "draft" and newest.sha256 == policy.sha256:
        return newest
    version = PolicyVersion(
        code=policy.code,
        number=1 if newest is None else newest.number + 1,
        title=policy.title,
        document=policy.document,
        sha256=policy.sha256,
        recorded_at=clock.now(),
        author_id=actor.user_id,
    )
    session.add(version)
    session.flush()
    record(
        session,
        actor,
        action="policy:draft",
        subject=_subject(version),
        details={"sha256": version.sha256},
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
    """Put a draft in force from a date (today); the former version is superseded.

    Two persons sign: one who may activate, and the PPK. Whoever drafted the version signs neither line.
    """
    version = _get_draft(session, code, number)
    _check_signatures(version, actor_by, actor_second)
    instant = clock.now()
    former = session.scalars(
        select(PolicyVersion).where(PolicyVersion.code == code, PolicyVersion.state == "active").with_for_update()
    ).one_or_none()
    if former is not None:
        former.state = "superseded"
        former.superseded_at = instant
        session.flush()
    version.state = "active"
    version.activated_at = instant
    version.activated_by_id = actor_by.user_id
    version.seconded_by_id = actor_second.user_id
    version.in_force_from = from_date or clock.today()
    session.flush()
    missing = load_policy(version).missing_decrees
    record(
        session,
        actor_by,
        action="policy:activate",
        subject=_subject(version),
        details={
            "sha256": version.sha256,
            "in_force_from": version.in_force_from.isoformat(),
            "seconded_by": actor_second.user_id,
            "supersedes": former.number if former else None,
            "missing_decrees": list(missing),
        },
    )
    return Activation(version=version, missing_decrees=missing)


def find_active_policy(session: Session, code: str, *, on: dt.date | None = None) -> PolicyVersion | None:
    """Return the version in force on a date (today): the one activated last among those that have begun by then."""
    return session.scalars(
        select(PolicyVersion)
        .where(PolicyVersion.code == code, PolicyVersion.in_force_from <= (on or clock.today()))
        .order_by(PolicyVersion.activated_at.desc(), PolicyVersion.number.desc())
        .limit(1)
    ).one_or_none()


def get_active_policy(session: Session, code: str) -> PolicyVersion:
    """Return the version in force today; say what to do when there is none."""
    if (version := find_active_policy(session, code)) is not None:
        return version
    if session.scalars(select(PolicyVersion.id).where(PolicyVersion.code == code).limit(1)).one_or_none() is None:
        raise NotFoundError("policy-unknown", code=code)
    raise RuleViolationError("policy-not-active", code=code)


def list_in_force(session: Session) -> list[PolicyVersion]:
    """Return the version in force today of every policy that has one, by code."""
    codes = session.scalars(
        select(PolicyVersion.code).where(PolicyVersion.state != "draft").distinct().order_by(PolicyVersion.code)
    )
    found = (find_active_policy(session, code) for code in codes)
    return [version for version in found if version is not None]


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


def _get_draft(session: Session, code: str, number: int | None) -> PolicyVersion:
    if number is not None:
        version = get_version(session, code, number)
        if version.state != "draft":
            raise RuleViolationError("policy-not-draft", code=code, number=number)
        return version
    query = select(PolicyVersion).where(PolicyVersion.code == code, PolicyVersion.state == "draft")
    newest = session.scalars(query.order_by(PolicyVersion.number.desc()).limit(1)).one_or_none()
    if newest is not None:
        return newest
    if list_versions(session, code):
        raise RuleViolationError("policy-no-draft", code=code)
    raise NotFoundError("policy-unknown", code=code)


def _check_signatures(version: PolicyVersion, actor_by: Actor, actor_second: Actor) -> None:
    """Two different people, the second a PPK, neither the author."""
    if actor_by.user_id is None or actor_second.user_id is None:
        raise NotAllowedError("policy-signatures-missing")
    if actor_by.user_id == actor_second.user_id:
        raise RuleViolationError("policy-same-signer")
    if not is_granted(actor_by, Permission.POLICY_ACTIVATE):
        raise NotAllowedError("policy-first-signer", login=actor_by.login)
    if not is_granted(actor_second, Permission.POLICY_SECOND):
        raise NotAllowedError("policy-second-signer", login=actor_second.login)
    if version.author_id in {actor_by.user_id, actor_second.user_id}:
        raise RuleViolationError("policy-own-draft")


def _subject(version: PolicyVersion) -> str:
    return f"policy:{version.code}:{version.number}"
