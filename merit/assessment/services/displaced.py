"""Answers a browser had set aside because the server held others: kept as brought, for two persons to look at both."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.receipts import Answer
from merit.assessment.models.delivery import DisplacedAnswer, DisplacedReview
from merit.assessment.queries.displaced import get_displaced
from merit.assessment.services.proctoring.reach import checked_note, lock_room, note
from merit.errors import RuleViolationError
from merit.security.permissions import Actor


def keep_displaced(session: Session, actor: Actor, *, attempt_id: int, answers: Sequence[Answer]) -> int:
    """Keep what an emergency file brings as set aside; return how many are new. Never scored."""
    statement = select(DisplacedAnswer.position, DisplacedAnswer.revision).where(
        DisplacedAnswer.attempt_id == attempt_id
    )
    known = {(row.position, row.revision) for row in session.execute(statement)}
    fresh = [answer for answer in answers if (answer.position, answer.revision) not in known]
    now = clock.now()
    session.add_all(
        DisplacedAnswer(
            attempt_id=attempt_id,
            position=answer.position,
            revision=answer.revision,
            value=answer.value,
            marked=answer.marked,
            client_at=answer.at,
            brought_by=actor.user_id,
            brought_at=now,
        )
        for answer in fresh
    )
    session.flush()
    return len(fresh)


def review_displaced(session: Session, actor: Actor, *, attempt_id: int, opinion: str) -> int:
    """Write down what one person thinks of both answers, once each; return how many persons have looked.

    Raises
    ------
    RuleViolationError
        ``displaced-said-already``.
    InvalidInputError
        ``reason-missing``, ``note-too-long``.
    """
    story = get_displaced(session, actor, attempt_id)
    text = checked_note(opinion)
    if story.has_said or actor.user_id is None:
        raise RuleViolationError("displaced-said-already")
    place = lock_room(session, actor, story.head.room_id)
    session.add(
        DisplacedReview(attempt_id=attempt_id, reviewed_by=actor.user_id, opinion=text, reviewed_at=clock.now())
    )
    candidate_id = story.person.candidate_id
    note(session, actor, place, "displaced-reviewed", candidate_id=candidate_id, text=text)
    return len(story.opinions) + 1
