"""Judge blind: one judgement per rater, place and round, written once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.workshops import WHOLE_BOOKLET, Method, WorkshopState, answer_problem
from merit.assessment.models.standards import WorkshopRating
from merit.assessment.queries.standards import WorkshopPage, load_workshop, size_of
from merit.audit.services import record
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor, Permission, is_granted


def rate_place(
    session: Session, actor: Actor, *, workshop_id: int, place: int, answer: Sequence[float]
) -> WorkshopRating:
    """Keep the actor's judgement of a place in the open round; it cannot be changed afterwards."""
    if not is_granted(actor, Permission.STANDARD_RATE) or actor.user_id is None:
        raise NotAllowedError
    workshop = load_workshop(session, workshop_id, lock=True)
    if all(rater.user_id != actor.user_id for rater in workshop.raters):
        raise NotFoundError("workshop-unknown")
    if workshop.state is not WorkshopState.RATING:
        raise RuleViolationError("rating-closed")
    if (place == WHOLE_BOOKLET) != (workshop.method is Method.BOOKMARK):
        raise NotFoundError("workshop-place-unknown")
    size = size_of(workshop, place)
    problem = answer_problem(workshop.method, answer, size=size)
    if problem is not None:
        raise InvalidInputError(problem, size=size)
    number = workshop.row.round
    given = select(WorkshopRating.id).where(
        WorkshopRating.workshop_id == workshop_id,
        WorkshopRating.rater_id == actor.user_id,
        WorkshopRating.round == number,
        WorkshopRating.place == place,
    )
    if session.scalar(given) is not None:
        raise RuleViolationError("rating-given")
    rating = WorkshopRating(
        workshop_id=workshop_id,
        rater_id=actor.user_id,
        round=number,
        place=place,
        answer=list(answer),
        rated_at=clock.now(),
    )
    session.add(rating)
    session.flush()
    details = {"round": number, "place": place}
    record(session, actor, action="standard:rate", subject=f"workshop:{workshop_id}", details=details)
    return rating


def note_opening(session: Session, actor: Actor, workshop: WorkshopPage, *, item_id: int) -> None:
    """Note that a rater saw an item of the bank; once the workshop is over nobody sees it there."""
    if not is_granted(actor, Permission.STANDARD_RATE):
        raise NotAllowedError
    if workshop.is_over:
        raise RuleViolationError("workshop-over")
    details = {"workshop": workshop.row.id}
    record(session, actor, action="standard:open-item", subject=f"item:{item_id}", details=details)
