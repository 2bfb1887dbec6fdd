"""Answers a browser had set aside, beside what the server holds at the same place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.accounts.models import User
from merit.assessment.models.delivery import Attempt, DisplacedAnswer, DisplacedReview, LateResponse, Response
from merit.assessment.models.sittings import Candidate
from merit.assessment.queries.board import Person, RoomHead, get_room
from merit.assessment.queries.board_attempts import get_person
from merit.errors import NotAllowedError, NotFoundError
from merit.security.permissions import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """One place: what the browser had set aside, what counts now ("" for nothing), what came late."""

    position: int
    aside: str
    aside_at: str
    counted: str
    counted_at: dt.datetime | None
    late: str
    brought_at: dt.datetime
    brought_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one person said after looking at both."""

    by: str
    text: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplacedStory:
    """Everything set aside in one attempt, and who has looked at it."""

    head: RoomHead
    person: Person
    official_id: int
    attempt_id: int
    rows: Sequence[Both]
    opinions: Sequence[Opinion]
    has_said: bool


def get_displaced(session: Session, actor: Actor, attempt_id: int) -> DisplacedStory:
    """Return what was set aside in an attempt of a room the actor watches; nobody sees their own."""
    attempt = session.get(Attempt, attempt_id)
    if attempt is None:
        raise NotFoundError
    head = get_room(session, actor, attempt.room_id)
    candidate = session.get_one(Candidate, attempt.candidate_id)
    if candidate.official_id == actor.official_id:
        raise NotAllowedError("own-attempt")
    rows = _rows(session, attempt_id)
    if not rows:
        raise NotFoundError
    said = session.execute(
        select(DisplacedReview, User.name)
        .join(User, User.id == DisplacedReview.reviewed_by)
        .where(DisplacedReview.attempt_id == attempt_id)
        .order_by(DisplacedReview.reviewed_at)
    ).all()
    return DisplacedStory(
        head=head,
        person=get_person(session, candidate.id),
        official_id=candidate.official_id,
        attempt_id=attempt_id,
        rows=rows,
        opinions=[Opinion(by=name, text=row.opinion, at=row.reviewed_at) for row, name in said],
        has_said=any(row.reviewed_by == actor.user_id for row, _name in said),
    )


def _rows(session: Session, attempt_id: int) -> list[Both]:
    counted = {row.position: row for row in session.scalars(select(Response).where(Response.attempt_id == attempt_id))}
    late = {
        row.position: row for row in session.scalars(select(LateResponse).where(LateResponse.attempt_id == attempt_id))
    }
    found = session.execute(
        select(DisplacedAnswer, User.name)
        .join(User, User.id == DisplacedAnswer.brought_by, isouter=True)
        .where(DisplacedAnswer.attempt_id == attempt_id)
        .order_by(DisplacedAnswer.position, DisplacedAnswer.revision)
    )
    return [
        Both(
            position=row.position,
            aside=_words(row.value),
            aside_at=row.client_at,
            counted=_words(counted[row.position].value) if row.position in counted else "",
            counted_at=counted[row.position].saved_at if row.position in counted else None,
            late=_words(late[row.position].value) if row.position in late else "",
            brought_at=row.brought_at,
            brought_by=name or "",
        )
        for row, name in found
    ]


def _words(value: str) -> str:
    """Return an answer as it was given: options by the letters of the candidate's own paper."""
    given: Any = json.loads(value)
    if isinstance(given, dict):
        return "; ".join(f"{name}: {', '.join(each)}" for name, each in given.items() if each)
    return ", ".join(given)
