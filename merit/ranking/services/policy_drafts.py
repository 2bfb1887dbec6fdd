"""Drafting a policy: a new draft from a version, saving revisions, going back to one, discarding and taking back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import ConflictError, NotAllowedError, NotFoundError, RuleViolationError
from merit.ranking.document import Node, PolicyError, Problem, read_yaml
from merit.ranking.life_cycle import Act, Stage, next_stage
from merit.ranking.models import PolicyRevision, PolicyVersion
from merit.ranking.policy import parse_policy
from merit.ranking.policy_text import yaml_of_document
from merit.ranking.services.policies import add_act, get_version, import_policy, subject_of
from merit.security.permissions import Actor, Permission, is_granted


def start_draft(session: Session, actor: Actor, *, code: str, number: int) -> PolicyVersion:
    """Return a new draft with the text of a version, comments included."""
    base = get_version(session, code, number)
    return import_policy(session, actor, text=source_of(session, base), base=base)


def source_of(session: Session, version: PolicyVersion) -> str:
    """Return the YAML of a version as its drafter wrote it; versions of before revisions are written out."""
    found = _find_revision(session, version, version.revision)
    return yaml_of_document(version.document) if found is None else found.source


def list_revisions(session: Session, version: PolicyVersion) -> Sequence[PolicyRevision]:
    """Return the saved revisions of a version, newest first."""
    query = select(PolicyRevision).where(PolicyRevision.version_id == version.id)
    return session.scalars(query.order_by(PolicyRevision.number.desc())).all()


def save_revision(
    session: Session,
    actor: Actor,
    *,
    code: str,
    number: int,
    revision: int,
    text: str,
    origin: str = "text",
    justification: Any = None,
) -> PolicyVersion:
    """Save another text of a draft; the same text twice changes nothing.

    ``revision`` is the one the drafter started from. Raises :class:`PolicyError` naming every line that is wrong,
    :class:`ConflictError` when somebody saved meanwhile, :class:`RuleViolationError` when it is no longer written on.
    """
    version = _get_writable(session, actor, code, number, revision)
    policy = parse_policy(text)
    if policy.code != version.code:
        raise PolicyError([Problem(_line_of_code(text), "policy-code-fixed", {"code": version.code})])
    if text == source_of(session, version) and justification is None:
        return version
    return store_revision(session, actor, version, text=text, origin=origin, justification=justification)


def restore_revision(
    session: Session, actor: Actor, *, code: str, number: int, revision: int, wanted: int
) -> PolicyVersion:
    """Go back to an earlier revision by saving its text once more; nothing is lost."""
    version = _get_writable(session, actor, code, number, revision)
    earlier = _find_revision(session, version, wanted)
    if earlier is None or wanted == version.revision:
        raise NotFoundError("policy-revision-unknown", number=wanted)
    return store_revision(session, actor, version, text=earlier.source, origin="undo")


def store_revision(
    session: Session, actor: Actor, version: PolicyVersion, *, text: str, origin: str, justification: Any = None
) -> PolicyVersion:
    """Write a revision and make it the version's document."""
    policy = parse_policy(text)
    version.revision += 1
    version.title, version.document, version.sha256 = policy.title, policy.document, policy.sha256
    session.add(
        PolicyRevision(
            version_id=version.id,
            number=version.revision,
            source=text,
            sha256=policy.sha256,
            origin=origin,
            justification=justification,
            author_id=actor.user_id,
            recorded_at=clock.now(),
        )
    )
    session.flush()
    record(
        session,
        actor,
        action="policy:revise",
        subject=subject_of(version),
        details={"revision": version.revision, "origin": origin, "sha256": policy.sha256},
    )
    return version


def discard_draft(session: Session, actor: Actor, *, code: str, number: int, revision: int) -> PolicyVersion:
    """Set a draft aside; it stays readable and can be taken back."""
    version = _get_writable(session, actor, code, number, revision)
    return _turn(session, actor, version, Act.DISCARD)


def restore_draft(session: Session, actor: Actor, *, code: str, number: int, revision: int) -> PolicyVersion:
    """Take a discarded draft back."""
    if not is_granted(actor, Permission.POLICY_DRAFT):
        raise NotAllowedError
    version = lock_version(session, code, number, revision)
    return _turn(session, actor, version, Act.RESTORE)


def lock_version(session: Session, code: str, number: int, revision: int) -> PolicyVersion:
    """Return a version for changing; a form about another revision is refused."""
    get_version(session, code, number)
    version = session.scalars(
        select(PolicyVersion)
        .where(PolicyVersion.code == code, PolicyVersion.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if version.revision != revision:
        raise ConflictError("policy-stale", revision=version.revision)
    return version


def _turn(session: Session, actor: Actor, version: PolicyVersion, act: Act) -> PolicyVersion:
    stage = next_stage(Stage(version.stage), act) if version.state == "draft" else None
    if stage is None:
        raise RuleViolationError("policy-act-closed")
    version.stage = stage
    add_act(session, actor, version, act)
    record(session, actor, action=f"policy:{act.value}", subject=subject_of(version), details={})
    return version


def _get_writable(session: Session, actor: Actor, code: str, number: int, revision: int) -> PolicyVersion:
    if not is_granted(actor, Permission.POLICY_DRAFT):
        raise NotAllowedError
    version = lock_version(session, code, number, revision)
    if version.state != "draft" or version.stage != Stage.WRITING:
        raise RuleViolationError("policy-not-writing", code=code, number=number)
    return version


def _find_revision(session: Session, version: PolicyVersion, number: int) -> PolicyRevision | None:
    query = select(PolicyRevision).where(PolicyRevision.version_id == version.id, PolicyRevision.number == number)
    return session.scalars(query).one_or_none()


def _line_of_code(text: str) -> int:
    root = read_yaml(text).value
    return root["code"].line if isinstance(root, dict) and isinstance(root.get("code"), Node) else 1
