"""Make items and their immutable versions; keys are sealed before they reach the database."""

from __future__ import annotations

import secrets
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.bank import (
    DraftProblem,
    ItemDraft,
    ItemTags,
    cleaned,
    find_problem,
    find_tag_problem,
    kind_of,
    media_of,
    plain_text,
)
from merit.assessment.domain.clones import find_clone_problem
from merit.assessment.domain.items import ItemContent, canonical, digest
from merit.assessment.domain.reviewing import (
    Move,
    Standing,
    Step,
    StepRefusal,
    find_refusal,
    plan_drop,
    plan_edit,
    plan_move,
    standing_of,
)
from merit.assessment.domain.scoring import key_problems
from merit.assessment.domain.states import ItemState
from merit.assessment.models.items import Item, ItemComment, ItemTransition, ItemVersion
from merit.assessment.queries.items import held_media, key_context, keyring, open_key
from merit.audit.services import record
from merit.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.crypto import encrypt
from merit.security.permissions import Actor, Permission, is_granted

_EXACT = Decimal("0.000001")
_FATAL = frozenset({"key-maximum-zero", "key-response-missing", "key-no-correct", "key-correct-unknown"})
_BY_AUTHORS = frozenset({ItemState.DRAFT, ItemState.REVIEW})


def create_item(session: Session, actor: Actor, *, tags: ItemTags, draft: ItemDraft) -> Item:
    """Put a new item with its first version into the bank, as a draft."""
    require(actor, Permission.ITEM_WRITE)
    draft = check_draft(session, draft)
    check_tags(tags)
    code = tags.code.strip()
    if code and session.scalar(select(Item.id).where(Item.code == code)) is not None:
        raise InvalidInputError(DraftProblem.CODE_TAKEN, code=code)
    item = Item(
        code=code or f"baru-{secrets.token_hex(8)}",
        competency=tags.competency,
        level=tags.level,
        subject=tags.subject.strip(),
        language=tags.language or "id",
        origin=tags.origin.strip(),
        author_id=actor.user_id,
        created_at=clock.now(),
    )
    session.add(item)
    session.flush()
    if not code:
        item.code = _automatic_code(session, item.id)
        session.flush()
    record(session, actor, action="item:create", subject=f"item:{item.id}", details={"code": item.code})
    _add_version(session, actor, item, draft, number=1)
    return item


def save_version(session: Session, actor: Actor, *, item_id: int, row_version: int, draft: ItemDraft) -> ItemVersion:
    """Add a version to an item; what equals the newest one adds nothing. The former versions stay as they are."""
    require(actor, Permission.ITEM_WRITE)
    item = lock_item(session, item_id, row_version)
    if item.state == ItemState.RETIRED:
        raise RuleViolationError("item-retired", code=item.code)
    draft = check_draft(session, draft)
    newest = newest_version(session, item_id)
    if newest.sha256 == digest(draft.content, draft.key) and newest.facility == draft.facility:
        return newest
    standing = load_standing(session, item)
    item.row_version += 1
    version = _add_version(session, actor, item, draft, number=newest.number + 1)
    step = plan_edit(standing, version.id)
    if step is not None:
        take_step(session, actor, item, step, note="")
    return version


def move_item(
    session: Session, actor: Actor, *, item_id: int, to: ItemState, note: str = "", row_version: int | None = None
) -> Item:
    """Take an item, or its open revision, one step further; the step and its note are kept."""
    require(actor, Permission.ITEM_WRITE, Permission.ITEM_REVIEW)
    item = lock_item(session, item_id, row_version)
    step = plan_move(load_standing(session, item), ItemState(to))
    if isinstance(step, StepRefusal):
        raise RuleViolationError(step, code=item.code)
    _check_step(session, actor, item, step, note)
    item.row_version += 1
    take_step(session, actor, item, step, note=note)
    return item


def drop_revision(session: Session, actor: Actor, *, item_id: int, row_version: int | None, note: str) -> Item:
    """Give up the revision of an item in use; its versions stay readable."""
    require(actor, Permission.ITEM_WRITE)
    item = lock_item(session, item_id, row_version)
    step = plan_drop(load_standing(session, item))
    if isinstance(step, StepRefusal):
        raise RuleViolationError(step, code=item.code)
    _check_step(session, actor, item, step, note)
    item.row_version += 1
    take_step(session, actor, item, step, note=note)
    return item


def load_standing(session: Session, item: Item) -> Standing:
    """Return where the item and its revision stand."""
    statement = select(ItemTransition.version_id, ItemTransition.to_state).where(ItemTransition.item_id == item.id)
    steps = [Step(version, ItemState(to)) for version, to in session.execute(statement.order_by(ItemTransition.id))]
    return standing_of(ItemState(item.state), newest_version(session, item.id).id, steps)


def take_step(session: Session, actor: Actor, item: Item, step: Move, *, note: str) -> None:
    """Write a step down and bring the item into its state."""
    session.add(
        ItemTransition(
            item_id=item.id,
            version_id=step.version_id,
            from_state=step.start.value,
            to_state=step.to.value,
            by_id=actor.user_id,
            at=clock.now(),
            note=note.strip(),
        )
    )
    item.state = step.item_state.value
    session.flush()
    details = {"from": step.start.value, "to": step.to.value, "version": step.version_id}
    record(session, actor, action="item:move", subject=f"item:{item.id}", details=details)


def _check_step(session: Session, actor: Actor, item: Item, step: Move, note: str) -> None:
    needed = (
        Permission.ITEM_WRITE if step.to in _BY_AUTHORS or step.start == ItemState.DRAFT else Permission.ITEM_REVIEW
    )
    require(actor, needed, Permission.ITEM_REVIEW)
    version = session.get_one(ItemVersion, step.version_id)
    unsettled = select(func.count()).where(
        ItemComment.version_id == version.id, ItemComment.kind == "review", ItemComment.settled_at.is_(None)
    )
    refusal = find_refusal(
        step,
        note=note,
        actor_id=actor.user_id,
        author_id=version.created_by,
        open_comments=session.scalar(unsettled) or 0,
        key_problems=_count_key_problems(version),
    )
    if refusal is not None:
        raise RuleViolationError(refusal, code=item.code)


def require(actor: Actor, *permissions: Permission) -> None:
    """Refuse actors without any of the permissions."""
    if not any(is_granted(actor, permission) for permission in permissions):
        raise NotAllowedError


def lock_item(session: Session, item_id: int, row_version: int | None) -> Item:
    """Return the item locked for change; somebody else's change in between is a conflict."""
    statement = select(Item).where(Item.id == item_id).with_for_update().execution_options(populate_existing=True)
    item = session.scalars(statement).one_or_none()
    if item is None:
        raise NotFoundError
    if row_version is not None and item.row_version != row_version:
        raise ConflictError("item-changed-meanwhile", code=item.code)
    return item


def newest_version(session: Session, item_id: int) -> ItemVersion:
    """Return the newest version of an item."""
    statement = select(ItemVersion).where(ItemVersion.item_id == item_id).order_by(ItemVersion.number.desc()).limit(1)
    version = session.scalars(statement).one_or_none()
    if version is None:
        raise NotFoundError
    return version


def check_draft(session: Session, draft: ItemDraft) -> ItemDraft:
    """Return the draft cleaned; raise the first thing that is wrong with it."""
    draft = cleaned(draft)
    problem = find_problem(draft)
    if problem is not None:
        raise InvalidInputError(problem)
    clone = find_clone_problem(draft.content, draft.key)
    if clone is not None:
        raise InvalidInputError(clone.problem, name=clone.name)
    named = media_of(draft.content) | media_of(draft.key)
    if named - held_media(session, named):
        raise InvalidInputError(DraftProblem.MEDIUM_UNKNOWN)
    return draft


def check_tags(tags: ItemTags) -> None:
    """Refuse tags that cannot be kept."""
    problem = find_tag_problem(tags)
    if problem is not None:
        raise InvalidInputError(problem)


def _count_key_problems(version: ItemVersion) -> int:
    """Return how many things keep the key from scoring anybody; a text that asks nothing needs none."""
    content = ItemContent.model_validate(version.content)
    return len(_FATAL & set(key_problems(content, open_key(version)))) if content.interactions else 0


def _automatic_code(session: Session, item_id: int) -> str:
    code = f"B{item_id:05d}"
    taken = session.scalar(select(func.count()).select_from(Item).where(Item.code == code))
    return f"{code}-{secrets.token_hex(2)}" if taken else code


def _add_version(session: Session, actor: Actor, item: Item, draft: ItemDraft, *, number: int) -> ItemVersion:
    sealed = encrypt(keyring(), canonical(draft.key), context=key_context(item.id, number))
    version = ItemVersion(
        item_id=item.id,
        number=number,
        kind=kind_of(draft.content),
        title=draft.content.title,
        content=draft.content.model_dump(mode="json"),
        sealed_key=sealed,
        maximum=draft.key.maximum.quantize(_EXACT),
        facility=draft.facility,
        plain_text=plain_text(draft.content),
        sha256=digest(draft.content, draft.key),
        note=draft.note,
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    session.add(version)
    session.flush()
    details = {"version": number, "sha256": version.sha256, "kind": version.kind}
    record(session, actor, action="item:version", subject=f"item:{item.id}", details=details)
    return version
