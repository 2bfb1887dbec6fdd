"""Mark essays blind: everybody's own queue, two marks and a third on disagreement, nobody twice.

Who marks sees the question, the rubric and the text, and nothing of the person, the other marks or their number.
An essay is named in addresses by a keyed reference that leads nowhere else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.answers import parse_value
from merit.assessment.domain.items import EssayKey, ItemContent
from merit.assessment.domain.marking import (
    MarkRefusal,
    queue_key,
    steps_of,
)
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.domain.states import SittingState
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.scoring import EssayMark
from merit.assessment.models.sittings import Candidate, Sitting
from merit.assessment.queries.essays import Essay, essay_name, list_essays
from merit.assessment.queries.items import LoadedVersion, load_versions
from merit.assessment.queries.scores import Placing, find_sitting, load_sheets
from merit.assessment.services.clones import cloned
from merit.audit.services import record
from merit.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor, Permission, is_granted


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One sitting's essays as one marker sees them: marked by oneself, and left for oneself."""

    code: str
    name: str
    done: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a marker sees of one essay; ``digest`` is that of the answer shown, and goes back with the mark."""

    name: str
    question: str
    interaction_html: str
    rubric: str
    texts: Sequence[str]
    digest: str
    steps: Sequence[Decimal]
    maximum: Decimal
    done: int
    left: int


def list_marking(session: Session, actor: Actor) -> list[Progress]:
    """Return the sittings with essays for this marker, those with work left first."""
    user_id = _marker(actor)
    sittings = session.scalars(select(Sitting).where(Sitting.state == SittingState.CLOSED.value).order_by(Sitting.code))
    found = []
    for sitting in sittings:
        if not _is_named(sitting, user_id):
            continue
        essays = _essays(session, actor, sitting)
        if essays:
            found.append(_progress(sitting, essays, user_id))
    return sorted(found, key=lambda one: (one.left == 0, one.code))


def next_essay(session: Session, actor: Actor, *, code: str) -> Sheet | None:
    """Return the next essay of the marker's own order, None when nothing is left for them."""
    user_id = _marker(actor)
    sitting = _open_sitting(session, user_id, code)
    essays = _essays(session, actor, sitting)
    waiting = [one for one in essays if one.is_open and not one.is_marked_by(user_id)]
    if not waiting:
        return None
    first = min(waiting, key=lambda one: queue_key(one.name, user_id))
    return _sheet(session, sitting, first, _progress(sitting, essays, user_id))


def last_own_mark(session: Session, actor: Actor, *, code: str) -> tuple[str, EssayMark] | None:
    """Return the marker's newest mark in a sitting, with the essay's reference, while it may still be changed."""
    user_id = _marker(actor)
    sitting = _open_sitting(session, user_id, code)
    mark = session.scalars(
        select(EssayMark)
        .join(Attempt, Attempt.id == EssayMark.attempt_id)
        .where(Attempt.sitting_id == sitting.id, EssayMark.marker_id == user_id)
        .order_by(EssayMark.marked_at.desc(), EssayMark.id.desc())
        .limit(1)
    ).one_or_none()
    if mark is None or _has_later(session, mark):
        return None
    return essay_name(sitting.id, mark.attempt_id, mark.position), mark


def open_essay(session: Session, actor: Actor, *, code: str, name: str) -> Sheet:
    """Return one essay by its reference."""
    user_id = _marker(actor)
    sitting = _open_sitting(session, user_id, code)
    essays = _essays(session, actor, sitting)
    return _sheet(session, sitting, _named(essays, name), _progress(sitting, essays, user_id))


def mark_essay(
    session: Session, actor: Actor, *, code: str, name: str, digest: str, points: Decimal, comment: str = ""
) -> EssayMark:
    """Give an essay one marker's points, or correct them while nobody has marked after.

    ``digest`` is that of the answer the marker read; when another one counts by now, the mark is refused.
    """
    user_id = _marker(actor)
    sitting = _open_sitting(session, user_id, code)
    essay = _named(_essays(session, actor, sitting), name)
    if points not in steps_of(essay.rule.points, essay.rule.step):
        raise InvalidInputError(MarkRefusal.STEPS, step=essay.rule.step, maximum=essay.rule.points)
    # Whoever decides on late answers locks the attempt too, and sees this mark or is seen by it.
    session.execute(select(Attempt.id).where(Attempt.id == essay.attempt_id).with_for_update(key_share=True))
    if _digest(_answer(session, sitting, essay)[0]) != digest:
        raise ConflictError("essay-text-changed")
    mark = _own_mark(session, essay, user_id) or _new_mark(essay, user_id)
    mark.points, mark.comment, mark.marked_at = points, comment.strip(), clock.now()
    try:
        with session.begin_nested():
            session.add(mark)
    except IntegrityError as error:
        raise ConflictError("essay-marked-meanwhile") from error
    record(session, actor, action="essay:mark", subject=f"sitting:{sitting.id}", details={"turn": mark.turn})
    return mark


def _essays(session: Session, actor: Actor, sitting: Sitting) -> list[Essay]:
    """Return the essays of a sitting for this marker: all but what they wrote themselves."""
    own = set(
        session.scalars(
            select(Attempt.id)
            .join(Candidate, Candidate.id == Attempt.candidate_id)
            .where(Attempt.sitting_id == sitting.id, Candidate.official_id == (actor.official_id or 0))
        )
    )
    return [essay for essay in list_essays(session, sitting) if essay.attempt_id not in own]


def _sheet(session: Session, sitting: Sitting, essay: Essay, progress: Progress) -> Sheet:
    version = load_versions(session, [essay.version_id])[essay.version_id]
    value, placings = _answer(session, sitting, essay)
    content = _as_given(version, placings, essay.position)
    return Sheet(
        name=essay.name,
        question=content.body,
        interaction_html="".join(interaction.prompt for interaction in content.interactions),
        rubric=_rubric(version),
        texts=_texts(version, value),
        digest=_digest(value),
        steps=steps_of(essay.rule.points, essay.rule.step),
        maximum=essay.rule.points,
        done=progress.done,
        left=progress.left,
    )


def _answer(session: Session, sitting: Sitting, essay: Essay) -> tuple[str, Sequence[Placing]]:
    """Return the answer that counts now, and the places of its paper."""
    raw = load_sheets(session, sitting.id, attempt_ids=[essay.attempt_id])
    return (raw[0].answers.get(essay.position, "[]"), raw[0].placings) if raw else ("[]", ())


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _as_given(version: LoadedVersion, placings: Sequence[Placing], position: int) -> ItemContent:
    """Return the item as the candidate had it, with the values of a templated one."""
    drawn = next((placing.drawn for placing in placings if placing.position == position), "")
    return cloned(version.content, version.key, drawn)[0]


def _rubric(version: LoadedVersion) -> str:
    rubrics = [rule.rubric for rule in version.key.responses.values() if isinstance(rule, EssayKey)]
    return "".join(rubrics) or version.key.rationale


def _texts(version: LoadedVersion, value: str) -> list[str]:
    names = [interaction.id for interaction in version.content.interactions]
    responses = parse_value(value, names)
    essays = [name for name in names if isinstance(version.key.responses.get(name), EssayKey)] or names
    return [text for name in essays for text in responses.get(name, ())]


def _own_mark(session: Session, essay: Essay, user_id: int) -> EssayMark | None:
    mark = session.scalars(
        select(EssayMark).where(
            EssayMark.attempt_id == essay.attempt_id,
            EssayMark.position == essay.position,
            EssayMark.marker_id == user_id,
        )
    ).one_or_none()
    if mark is not None and _has_later(session, mark):
        raise RuleViolationError(MarkRefusal.LATER_MARK)
    return mark


def _has_later(session: Session, mark: EssayMark) -> bool:
    later = select(EssayMark.id).where(
        EssayMark.attempt_id == mark.attempt_id, EssayMark.position == mark.position, EssayMark.turn > mark.turn
    )
    return session.scalar(later.limit(1)) is not None


def _new_mark(essay: Essay, user_id: int) -> EssayMark:
    if not essay.is_open:
        raise RuleViolationError(MarkRefusal.ENOUGH)
    return EssayMark(attempt_id=essay.attempt_id, position=essay.position, turn=len(essay.marks) + 1, marker_id=user_id)


def _named(essays: Sequence[Essay], name: str) -> Essay:
    found = next((essay for essay in essays if essay.name == name), None)
    if found is None:
        raise NotFoundError("essay-unknown")
    return found


def _progress(sitting: Sitting, essays: Sequence[Essay], user_id: int) -> Progress:
    done = sum(essay.is_marked_by(user_id) for essay in essays)
    left = sum(essay.is_open and not essay.is_marked_by(user_id) for essay in essays)
    return Progress(code=sitting.code, name=sitting.name, done=done, left=left)


def _marker(actor: Actor) -> int:
    if actor.user_id is None or not is_granted(actor, Permission.ESSAY_MARK):
        raise NotAllowedError
    return actor.user_id


def _open_sitting(session: Session, user_id: int, code: str) -> Sitting:
    sitting = find_sitting(session, code)
    if not _is_named(sitting, user_id):
        raise NotFoundError(MarkRefusal.STRANGER)
    if sitting.state != SittingState.CLOSED.value:
        raise RuleViolationError(MarkRefusal.CLOSED)
    return sitting


def _is_named(sitting: Sitting, user_id: int) -> bool:
    """Whether the sitting names this marker; one that names nobody is open to everybody who marks essays."""
    markers = SittingSettings.model_validate(sitting.settings or {}).markers
    return not markers or user_id in markers
