"""Give an adaptive test item by item: the choice is committed before the item is shown, and made once.

A step back does not exist: with the next item the answers before it stand. What a browser asks twice, it gets twice:
the same item after a crash, from a second browser, or when an answer was lost on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.adaptive_pool import Answered, Pool
from merit.assessment.domain.answers import is_blank, parse_value
from merit.assessment.domain.drawing import draw_orders, stream
from merit.assessment.domain.items import ItemContent, ItemKey
from merit.assessment.domain.papers import arrange, authors_value, prepare_item
from merit.assessment.domain.scoring import score_item
from merit.assessment.domain.states import AttemptState
from merit.assessment.domain.timing import is_late
from merit.assessment.models.adaptive import AdaptivePool, AdaptiveStep
from merit.assessment.models.delivery import Attempt, Response
from merit.assessment.models.sittings import Candidate, Paper, PaperItem, Sitting
from merit.assessment.queries.adaptive import load_pool, pools_of, steps_of
from merit.assessment.queries.delivery import find_attempt
from merit.assessment.queries.items import LoadedVersion, drawing_context, keyring, load_versions, media_addresses
from merit.assessment.services.adaptive.engine import Decision, decide
from merit.assessment.services.clones import cloned, draw_clone
from merit.assessment.services.delivery import check_browser
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.security.crypto import decrypt, reference
from merit.security.tokens import token_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Where an adaptive test stands: the item to answer, or None when it is over.

    ``given`` items have been shown, ``most`` can be; ``item`` is the public form with its position and part.
    """

    item: Mapping[str, Any] | None
    given: int
    most: int

    @property
    def is_over(self) -> bool:
        """Whether no item follows."""
        return self.item is None


def next_turn(session: Session, token: str, lease: str, *, done: int, address: str = "", seb_sent: str = "") -> Turn:
    """Return the item to answer now; ``done`` is the position the browser has finished with, 0 for none.

    An item is chosen only when the newest one is done and answered. Raises :class:`RuleViolationError` where the test
    does not run, another browser holds the lease, or the answer is missing.
    """
    attempt = find_attempt(session, token_hash(token), for_update=True)
    if attempt is None:
        raise NotFoundError("attempt-unknown")
    _require_working(session, attempt, lease, address, seb_sent)
    rows = pools_of(session, attempt.sitting_id)
    if not rows:
        raise RuleViolationError("adaptive-not-here")
    steps = list(steps_of(session, attempt.id))
    given = max((step.position or 0 for step in steps), default=0)
    if done > given:
        raise InvalidInputError("answer-position-unknown", position=done)
    is_over = len([step for step in steps if step.position is None]) == len(rows)
    if done == given and not is_over:
        _require_time(attempt)
        if given:
            _require_answer(session, attempt, given)
        steps = _go_on(session, attempt, rows, steps)
    return _turn(session, attempt, steps)


def _require_working(session: Session, attempt: Attempt, lease: str, address: str, seb_sent: str) -> None:
    if attempt.lease_hash is None or token_hash(lease) != attempt.lease_hash:
        raise RuleViolationError("lease-ended")
    if attempt.state in {AttemptState.WAITING, AttemptState.ADMITTED}:
        raise RuleViolationError("attempt-not-started")
    if attempt.state == AttemptState.FINISHED:
        raise RuleViolationError("attempt-finished")
    check_browser(session.get_one(Sitting, attempt.sitting_id).settings, address, seb_sent)


def _require_time(attempt: Attempt) -> None:
    """Refuse a new item while the clock stands or after it has run out; the present one may still be seen."""
    if attempt.state == AttemptState.PAUSED:
        raise RuleViolationError("adaptive-paused")
    if is_late(attempt.deadline, attempt.grace_seconds, clock.now()):
        raise RuleViolationError("adaptive-time-over")


def _require_answer(session: Session, attempt: Attempt, position: int) -> None:
    response = session.get(Response, (attempt.id, position), populate_existing=True)
    if response is None or is_blank(response.value):
        raise RuleViolationError("adaptive-unanswered", position=position)


def _go_on(
    session: Session, attempt: Attempt, rows: Sequence[AdaptivePool], steps: list[AdaptiveStep]
) -> list[AdaptiveStep]:
    """Take the steps up to the next item, or to the end of the last part."""
    candidate = session.get_one(Candidate, attempt.candidate_id)
    sitting = session.get_one(Sitting, attempt.sitting_id)
    for row in rows:
        mine = [step for step in steps if step.pool_id == row.id]
        if any(step.position is None for step in mine):
            continue
        pool = load_pool(session, row)
        seed = reference(keyring(), f"{sitting.code}/{candidate.number}/{row.section}", purpose="adaptive")
        decision = decide(pool, answers_of(session, attempt, pool, mine), seed=seed)
        position = None if decision.version_id is None else 1 + max((one.position or 0 for one in steps), default=0)
        step = _keep(session, attempt, row, decision, number=len(steps) + 1, position=position, seed=seed)
        steps.append(step)
        if step.version_id is not None:
            _place(session, attempt, pool, step, code=sitting.code, candidate=candidate)
            break
    else:  # nothing follows: the last answer stands as well
        attempt.section, attempt.is_forward = 0, True
        attempt.open_from = attempt.open_to = attempt.items + 1
    session.flush()
    return steps


def answers_of(session: Session, attempt: Attempt, pool: Pool, steps: Sequence[AdaptiveStep]) -> list[Answered]:
    """Return the answers to the items of a part as score categories, by the keys they were sealed with."""
    versions = load_versions(session, [step.version_id for step in steps if step.version_id is not None])
    places = _places(session, attempt)
    values = _values(session, attempt)
    number = session.get_one(Candidate, attempt.candidate_id).number
    items = {item.version_id: item for item in pool.items}
    found = []
    for step in steps:
        if step.version_id is None or step.position is None:
            continue
        place = places[step.position]
        content, key = _as_given(attempt, versions[step.version_id], place)
        value = authors_value(values.get(step.position, "[]"), place.orders)
        given = parse_value(value, [interaction.id for interaction in content.interactions])
        points = score_item(content, key, given, seed=f"{number}/{step.position}").points  # as the scoring draws
        category = items[step.version_id].category(points)
        found.append(Answered(position=step.position, version_id=step.version_id, category=category))
    return found


def _values(session: Session, attempt: Attempt) -> dict[int, str]:
    statement = select(Response.position, Response.value).where(Response.attempt_id == attempt.id)
    return {row.position: row.value for row in session.execute(statement)}


def _places(session: Session, attempt: Attempt) -> dict[int, PaperItem]:
    statement = select(PaperItem).where(PaperItem.paper_id == attempt.paper_id)
    return {place.position: place for place in session.scalars(statement)}


def _as_given(attempt: Attempt, version: LoadedVersion, place: PaperItem) -> tuple[ItemContent, ItemKey]:
    """Return an item as this candidate has it: what a templated one drew is part of it."""
    if place.template_values is None:
        return version.content, version.key
    context = drawing_context(attempt.candidate_id, place.position)
    return cloned(version.content, version.key, decrypt(keyring(), place.template_values, context=context))


def _keep(
    session: Session,
    attempt: Attempt,
    row: AdaptivePool,
    decision: Decision,
    *,
    number: int,
    position: int | None,
    seed: str,
) -> AdaptiveStep:
    step = AdaptiveStep(
        attempt_id=attempt.id,
        number=number,
        pool_id=row.id,
        position=position,
        version_id=decision.version_id,
        reason=decision.code,
        theta=decision.theta,
        error=decision.error,
        information=decision.information,
        seed=seed,
        details=decision.details,
        chosen_at=clock.now(),
    )
    session.add(step)
    return step


def _place(
    session: Session, attempt: Attempt, pool: Pool, step: AdaptiveStep, *, code: str, candidate: Candidate
) -> None:
    """Add the item of a step to the candidate's paper; what came before can no longer be answered."""
    item = next(item for item in pool.items if item.version_id == step.version_id)
    version, position = load_versions(session, [item.version_id])[item.version_id], step.position or 0
    clone = draw_clone(version, code=code, candidate=candidate, position=position)
    name = f"{code}/{candidate.number}/{position}"
    secret = bytes.fromhex(reference(keyring(), name, purpose="paper-draw"))
    session.add(
        PaperItem(
            paper_id=attempt.paper_id,
            position=position,
            version_id=item.version_id,
            section=pool.section,
            orders=draw_orders(version.content, stream(secret, name)),
            is_scored=True,
            template_values=None if clone is None else clone.sealed,
            competency=pool.competency,
            level=item.level,
        )
    )
    attempt.items = position
    attempt.section, attempt.is_forward = 0, True
    attempt.open_from = attempt.open_to = position


def _turn(session: Session, attempt: Attempt, steps: Sequence[AdaptiveStep]) -> Turn:
    paper = session.get_one(Paper, attempt.paper_id)
    last = steps[-1]
    if last.position is None or last.version_id is None:
        return Turn(item=None, given=attempt.items, most=paper.items)
    place = session.get_one(PaperItem, (paper.id, last.position))
    content, _key = _as_given(attempt, load_versions(session, [last.version_id])[last.version_id], place)
    shown = arrange(prepare_item(content, media_addresses(session, [content])), place.orders)
    item = {"position": place.position, "section": place.section, **shown}
    return Turn(item=item, given=attempt.items, most=paper.items)
