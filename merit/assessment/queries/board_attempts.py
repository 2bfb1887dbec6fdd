"""One candidate's attempt as evidence: when what was heard and saved; never what was answered."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.accounts.models import User
from merit.assessment.domain.integrity_flags import Finding, View, find_signs
from merit.assessment.models.delivery import (
    Attempt,
    AttemptEvent,
    AttemptSection,
    ContactGap,
    DisplacedAnswer,
    LateResponse,
    ResponseSave,
)
from merit.assessment.models.sittings import Candidate, SittingEvent
from merit.assessment.queries.board import Person, RoomHead, get_room
from merit.db import known
from merit.errors import NotFoundError
from merit.people.models import Official, OfficialRecord
from merit.security.permissions import Actor

BUCKET_MINUTES = 5
LONGEST_VIEW = 86_400
_VIEW, _NETWORK = "item-view", "network-changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened in an attempt."""

    at: dt.datetime
    kind: str
    by: str = ""
    note: str = ""
    details: dict[str, Any]
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LateAnswers:
    """What came after the time, counted; why some of it was accepted, and who proposed what waits for a decision."""

    count: int
    unproposed: int
    accepted: int
    accepted_reason: str
    first: dt.datetime
    last: dt.datetime
    reason: str
    proposed_by: int | None
    proposer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStory:
    """Everything a proctor or auditor may know of an attempt."""

    head: RoomHead
    person: Person
    candidate: Candidate
    attempt: Attempt
    moments: Sequence[Moment]
    signs: Sequence[Finding]
    saves: Sequence[tuple[dt.datetime, int]]  # (start of five minutes, accepted saves)
    late: LateAnswers | None
    displaced: int  # answers a browser had set aside


def get_story(session: Session, actor: Actor, attempt_id: int) -> AttemptStory:
    """Return an attempt of a room the actor watches or audits."""
    attempt = session.get(Attempt, attempt_id)
    if attempt is None:
        raise NotFoundError
    head = get_room(session, actor, attempt.room_id, may_audit=True)
    saves = session.execute(
        select(ResponseSave.payload, ResponseSave.saved_at)
        .where(ResponseSave.attempt_id == attempt_id)
        .order_by(ResponseSave.number)
    ).all()
    events = session.execute(
        select(AttemptEvent.kind, AttemptEvent.details, AttemptEvent.at)
        .where(AttemptEvent.attempt_id == attempt_id)
        .order_by(AttemptEvent.id)
    ).all()
    return AttemptStory(
        head=head,
        person=get_person(session, attempt.candidate_id),
        candidate=session.get_one(Candidate, attempt.candidate_id),
        attempt=attempt,
        moments=sorted(_moments(session, attempt, events), key=lambda moment: moment.at),
        signs=find_signs(
            focus_losses=attempt.focus_losses,
            network_changes=sum(row.kind == _NETWORK for row in events),
            views=_views(events),
            answers=_answers(saves),
            items=attempt.items,
        ),
        saves=_by_minutes(row.saved_at for row in saves),
        late=_late(session, attempt_id),
        displaced=count_displaced(session, attempt_id),
    )


def count_displaced(session: Session, attempt_id: int) -> int:
    """Return how many answers of an attempt a browser had set aside."""
    return session.scalar(select(func.count()).where(DisplacedAnswer.attempt_id == attempt_id)) or 0


def get_person(session: Session, candidate_id: int) -> Person:
    """Return who a candidate is."""
    row = session.execute(
        select(Candidate.id, Candidate.number, OfficialRecord.name, Official.nip)
        .join(Official, Official.id == Candidate.official_id)
        .join(OfficialRecord, (OfficialRecord.official_id == Official.id) & known(OfficialRecord), isouter=True)
        .where(Candidate.id == candidate_id)
    ).one()
    return Person(candidate_id=row.id, number=row.number, name=row.name or row.number, nip=row.nip)


def moments_of_candidate(session: Session, candidate: Candidate) -> list[Moment]:
    """Return the lines of the minutes about a candidate, oldest first."""
    rows = session.execute(
        select(SittingEvent.at, SittingEvent.kind, SittingEvent.note, SittingEvent.details, User.name)
        .join(User, User.id == SittingEvent.by_id, isouter=True)
        .where(SittingEvent.candidate_id == candidate.id)
        .order_by(SittingEvent.id)
    )
    return [
        Moment(at=row.at, kind=row.kind, by=row.name or "", note=row.note, details=row.details or {}) for row in rows
    ]


def _moments(session: Session, attempt: Attempt, events: Sequence[Any]) -> Iterator[Moment]:
    yield from moments_of_candidate(session, session.get_one(Candidate, attempt.candidate_id))
    for row in events:
        if row.kind != _VIEW:
            yield Moment(at=row.at, kind=row.kind, details=row.details or {})
    gaps = select(ContactGap).where(ContactGap.attempt_id == attempt.id)
    for gap in session.scalars(gaps):
        yield Moment(at=gap.from_at, until=gap.until_at, kind="contact-gap", details={})
    entered = select(AttemptSection).where(
        AttemptSection.attempt_id == attempt.id, AttemptSection.entered_at.is_not(None)
    )
    for section in session.scalars(entered):
        if section.entered_at is not None:
            yield Moment(at=section.entered_at, kind="section-entered", details={"section": section.number + 1})
    if attempt.started_at is not None:
        yield Moment(at=attempt.started_at, kind="attempt-started", details={})
    if attempt.finished_at is not None:
        yield Moment(at=attempt.finished_at, kind=f"attempt-ended-{attempt.ending}", details={})


def _views(events: Sequence[Any]) -> list[View]:
    """Return when which question was on the screen, by the browser's own clock, as the answers' times are.

    The browser tells of a view when it is over: ``at`` is its end and ``seconds`` its length.
    """
    views = []
    for row in events:
        position, seconds = row.details.get("position"), row.details.get("seconds")
        at = _instant(row.details.get("at"))
        if row.kind != _VIEW or not isinstance(position, int) or not isinstance(seconds, int | float) or at is None:
            continue
        length = dt.timedelta(seconds=min(max(seconds, 0), LONGEST_VIEW))
        views.append(View(position=position, starts=at - length, until=at))
    return views


def _answers(saves: Sequence[Any]) -> dict[int, list[dt.datetime]]:
    """Return when each position was answered (not merely marked), by the browser's clock."""
    found: dict[int, list[dt.datetime]] = {}
    for row in saves:
        for entry in json.loads(row.payload)["responses"]:
            at = _instant(entry.get("at"))
            if at is not None and entry.get("value"):
                found.setdefault(entry["position"], []).append(at)
    return found


def _instant(text: object) -> dt.datetime | None:
    if not isinstance(text, str):
        return None
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=dt.UTC)


def _by_minutes(instants: Iterator[dt.datetime]) -> list[tuple[dt.datetime, int]]:
    counted = Counter(
        at.replace(minute=at.minute - at.minute % BUCKET_MINUTES, second=0, microsecond=0) for at in instants
    )
    return sorted(counted.items())


def _late(session: Session, attempt_id: int) -> LateAnswers | None:
    rows = session.scalars(select(LateResponse).where(LateResponse.attempt_id == attempt_id)).all()
    if not rows:
        return None
    accepted = [row for row in rows if row.accepted_by is not None]
    proposed = next((row for row in rows if row.proposed_by is not None and row.accepted_by is None), None)
    proposer = session.get(User, proposed.proposed_by) if proposed else None
    return LateAnswers(
        count=len(rows),
        unproposed=sum(row.proposed_by is None for row in rows),
        accepted=len(accepted),
        accepted_reason=accepted[0].proposed_reason if accepted else "",
        first=min(row.saved_at for row in rows),
        last=max(row.saved_at for row in rows),
        reason=proposed.proposed_reason if proposed else "",
        proposed_by=proposed.proposed_by if proposed else None,
        proposer=proposer.name if proposer else "",
    )
