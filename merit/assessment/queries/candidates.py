"""What a candidate may know: the own sittings, and the slip of an attempt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain.settings import SittingSettings
from merit.assessment.domain.states import AttemptState, SittingState
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import Candidate, Paper, Sitting, SittingRoom

_KNOWN = tuple(state.value for state in SittingState if state is not SittingState.DRAFT)
_ENTERED = (SittingState.OPEN.value, SittingState.RUNNING.value)
_PRACTISED = (SittingState.SEALED.value, *_ENTERED)
_OVER = (SittingState.CLOSED.value, SittingState.SCORED.value, SittingState.PUBLISHED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTest:
    """One sitting of an official, as that official may see it; nothing of scores or papers."""

    candidate_id: int
    number: str
    code: str
    name: str
    kind: str
    state: str
    starts_at: dt.datetime
    minutes: int
    extra_minutes: int
    break_minutes: int
    lobby_minutes: int
    late_minutes: int
    needs_safe_browser: bool
    room: str
    seat: int | None
    items: int | None
    attempt_state: str
    receipt: str
    finished_at: dt.datetime | None
    has_started: bool

    @property
    def is_practice(self) -> bool:
        """Whether it is taken alone, without room and proctor."""
        return self.kind == "practice"

    @property
    def is_finished(self) -> bool:
        """Whether the own attempt has ended."""
        return self.attempt_state == AttemptState.FINISHED

    @property
    def can_enter(self) -> bool:
        """Whether the lobby is open for it now."""
        return not self.is_practice and self.state in _ENTERED and not self.is_finished

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do."""
        return self.is_finished or self.state in _OVER or self.state == SittingState.CANCELLED

    def can_practise(self, now: dt.datetime) -> bool:
        """Whether the practice can be started or continued now."""
        return self.is_practice and self.state in _PRACTISED and now >= self.starts_at and not self.is_finished


def list_own_tests(session: Session, official_id: int) -> Sequence[OwnTest]:
    """Return an official's sittings from the next to the oldest; drafts and withdrawn places are not theirs yet."""
    statement = (
        select(
            Candidate,
            Sitting,
            SittingRoom.name,
            Attempt.state,
            Attempt.receipt,
            Attempt.finished_at,
            Paper.items,
            Attempt.started_at,
        )
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .outerjoin(SittingRoom, SittingRoom.id == Candidate.room_id)
        .outerjoin(Attempt, Attempt.candidate_id == Candidate.id)
        .outerjoin(Paper, Paper.candidate_id == Candidate.id)
        .where(
            Candidate.official_id == official_id,
            Candidate.withdrawn_at.is_(None),
            Candidate.moved_to_id.is_(None),
            Sitting.state.in_(_KNOWN),
        )
        .order_by(Sitting.starts_at.desc(), Sitting.id)
    )
    return [_own_test(row) for row in session.execute(statement)]


def _own_test(row: Any) -> OwnTest:
    candidate, sitting, room, attempt_state, receipt, finished_at, items, started_at = row
    settings = SittingSettings.model_validate(sitting.settings or {})
    is_approved = candidate.accommodation_approved_at is not None
    return OwnTest(
        candidate_id=candidate.id,
        number=candidate.number,
        code=sitting.code,
        name=sitting.name,
        kind=sitting.kind,
        state=sitting.state,
        starts_at=sitting.starts_at,
        minutes=sitting.minutes,
        extra_minutes=candidate.extra_minutes if is_approved else 0,
        break_minutes=candidate.break_minutes if is_approved else 0,
        lobby_minutes=settings.lobby_minutes,
        late_minutes=settings.late_arrival_minutes,
        needs_safe_browser=bool(settings.seb_config_keys),
        room=room or "",
        seat=candidate.seat,
        items=items,
        attempt_state=attempt_state or "",
        receipt=receipt or "",
        finished_at=finished_at,
        has_started=started_at is not None,
    )
