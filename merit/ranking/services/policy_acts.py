"""From draft to version in force: hand in, review by a second person, return with comments, approval by the PPK."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from merit import clock
from merit.audit.services import record
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.ranking.life_cycle import Act, Stage, next_stage
from merit.ranking.models import PolicyAct, PolicyVersion
from merit.ranking.policy_text import with_decree, write_yaml
from merit.ranking.services.policies import (
    add_act,
    authors_of,
    begins_on,
    find_active_policy,
    load_policy,
    put_in_force,
    subject_of,
)
from merit.ranking.services.policy_drafts import lock_version, store_revision
from merit.security.permissions import Actor, Permission, is_granted

MAX_FILE = 5_000_000
MAX_COMMENT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Which version an act is about, as its page showed it, and what the person says to it."""

    code: str
    number: int
    revision: int
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecreeInput:
    """The PPK decree that adopts local rules: ``gates`` are their ids, ``content`` the optional PDF."""

    number: str
    date: dt.date | None
    gates: tuple[str, ...] = ()
    file_name: str = ""
    content: bytes = b""


def submit_policy(session: Session, actor: Actor, *, form: Form) -> PolicyVersion:
    """Hand a draft in for review."""
    return _turn(session, actor, form, Act.SUBMIT, Permission.POLICY_DRAFT)


def withdraw_policy(session: Session, actor: Actor, *, form: Form) -> PolicyVersion:
    """Take a draft back before it was reviewed."""
    return _turn(session, actor, form, Act.WITHDRAW, Permission.POLICY_DRAFT)


def review_policy(session: Session, actor: Actor, *, form: Form) -> PolicyVersion:
    """Put the second person's name to a draft; nobody reviews a text they wrote on."""
    version = lock_version(session, form.code, form.number, form.revision)
    if actor.user_id is None:
        raise NotAllowedError("policy-signatures-missing")
    if actor.user_id in authors_of(session, version):
        raise RuleViolationError("policy-own-review")
    return _turn(session, actor, form, Act.REVIEW, Permission.POLICY_ACTIVATE)


def return_policy(session: Session, actor: Actor, *, form: Form) -> PolicyVersion:
    """Send a draft back to its drafters; what has to change is said in words."""
    if not form.comment.strip():
        raise InvalidInputError("policy-return-comment")
    return _turn(session, actor, form, Act.RETURN, Permission.POLICY_ACTIVATE, Permission.POLICY_SECOND)


def approve_policy(
    session: Session, actor: Actor, *, form: Form, from_date: dt.date, decree: DecreeInput | None = None
) -> PolicyVersion:
    """Approve a reviewed version as PPK, in force from a day that has not passed.

    A decree adopts the local rules it names: it is written into the document, which thereby gets its final hash.
    The approver is neither author nor reviewer.
    """
    if not is_granted(actor, Permission.POLICY_SECOND) or actor.user_id is None:
        raise NotAllowedError
    version = lock_version(session, form.code, form.number, form.revision)
    if next_stage(Stage(version.stage), Act.APPROVE) is None or version.state != "draft":
        raise RuleViolationError("policy-act-closed")
    reviewer_id = _reviewer(session, version)
    if actor.user_id in authors_of(session, version) or actor.user_id == reviewer_id:
        raise RuleViolationError("policy-own-approval")
    if from_date < clock.today():
        raise InvalidInputError("policy-from-past")
    reviewed_sha256, former = version.sha256, find_active_policy(session, version.code)
    if decree is not None:
        _adopt(session, actor, version, decree)
    put_in_force(version, reviewer_id=reviewer_id, approver_id=actor.user_id, begins=from_date)
    add_act(session, actor, version, Act.APPROVE, comment=form.comment.strip(), **_decree_columns(version, decree))
    record(
        session,
        actor,
        action="policy:approve",
        subject=subject_of(version),
        details={
            "sha256": version.sha256,
            "reviewed_sha256": reviewed_sha256,
            "in_force_from": begins_on(version),
            "reviewed_by": reviewer_id,
            "replaces": former.number if former else None,
            "decree": decree.number if decree else None,
            "missing_decrees": list(load_policy(version).missing_decrees),
        },
    )
    return version


def list_acts(session: Session, version: PolicyVersion) -> Sequence[PolicyAct]:
    """Return what was done with a version, oldest first."""
    return session.scalars(select(PolicyAct).where(PolicyAct.version_id == version.id).order_by(PolicyAct.id)).all()


def get_decree_file(session: Session, version: PolicyVersion, act_id: int) -> tuple[str, bytes]:
    """Return name and content of the decree filed with an approval."""
    query = select(PolicyAct).where(PolicyAct.id == act_id, PolicyAct.version_id == version.id)
    act = session.scalars(query.options(undefer(PolicyAct.file_content))).one_or_none()
    if act is None or act.file_name is None or act.file_content is None:
        raise NotFoundError
    return act.file_name, act.file_content


def _turn(session: Session, actor: Actor, form: Form, act: Act, *permissions: Permission) -> PolicyVersion:
    if not any(is_granted(actor, permission) for permission in permissions):
        raise NotAllowedError
    if len(form.comment) > MAX_COMMENT:
        raise InvalidInputError("policy-comment-long", limit=MAX_COMMENT)
    version = lock_version(session, form.code, form.number, form.revision)
    stage = next_stage(Stage(version.stage), act) if version.state == "draft" else None
    if stage is None:
        raise RuleViolationError("policy-act-closed")
    version.stage = stage
    add_act(session, actor, version, act, comment=form.comment.strip())
    record(
        session,
        actor,
        action=f"policy:{act.value}",
        subject=subject_of(version),
        details={"revision": version.revision, "sha256": version.sha256},
    )
    return version


def _reviewer(session: Session, version: PolicyVersion) -> int | None:
    query = select(PolicyAct.user_id).where(PolicyAct.version_id == version.id, PolicyAct.act == Act.REVIEW)
    return session.scalars(query.order_by(PolicyAct.id.desc()).limit(1)).one_or_none()


def _adopt(session: Session, actor: Actor, version: PolicyVersion, decree: DecreeInput) -> None:
    """Write the decree into the local rules it adopts; refuse half a decree and what is no PDF."""
    waiting = load_policy(version).missing_decrees
    if decree.date is None or not decree.number.strip():
        raise InvalidInputError("policy-decree-incomplete")
    if decree.date > clock.today():
        raise InvalidInputError("policy-decree-later")
    if decree.content and (len(decree.content) > MAX_FILE or not decree.content.startswith(b"%PDF-")):
        raise InvalidInputError("policy-decree-file")
    if not decree.gates:
        return
    if not set(decree.gates) <= set(waiting):
        raise InvalidInputError("policy-decree-gates")
    changed = with_decree(
        json.loads(version.document),
        decree.gates,
        number=decree.number.strip(),
        date=decree.date.isoformat(),
        file=decree.file_name,
    )
    store_revision(session, actor, version, text=write_yaml(changed), origin="decree")


def _decree_columns(version: PolicyVersion, decree: DecreeInput | None) -> dict[str, object]:
    columns: dict[str, object] = {"in_force_from": version.in_force_from}
    if decree is None:
        return columns
    columns |= {"decree_number": decree.number.strip(), "decree_date": decree.date}
    if decree.content:
        columns |= {"file_name": decree.file_name or "keputusan.pdf", "file_content": decree.content}
    return columns
