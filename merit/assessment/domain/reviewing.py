"""Where an item and its revision stand, and which step comes next (ADR 0086).

An item in use is never changed under the candidates: editing it starts a *revision*, a newer version that goes
through draft, review and trial on its own while the version in use stays in use. The step of the revision to
"active" puts it in place of the former version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from merit.assessment.domain.states import ITEM_STEPS, ItemState

_IN_USE = frozenset({ItemState.ACTIVE, ItemState.SUSPENDED})
_NOTE_NEEDED = frozenset({ItemState.DRAFT, ItemState.SUSPENDED, ItemState.RETIRED})
_OF_REVISION = frozenset({ItemState.DRAFT, ItemState.REVIEW, ItemState.TRIAL, ItemState.ACTIVE})


class StepRefusal(StrEnum):
    """Why a step is refused; each has a sentence."""

    NO_STEP = "item-no-such-step"
    NOTE = "item-step-needs-note"
    OWN_WORK = "item-own-review"
    COMMENTS = "item-comments-open"
    KEY = "item-key-incomplete"
    NO_REVISION = "item-no-revision"


@dataclass(frozen=True, slots=True)
class Step:
    """A step taken: with which version, into which state."""

    version_id: int
    to: ItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an item stands; ``revision`` is the state of the newer version that is not in use yet, if there is one."""

    state: ItemState
    newest_id: int
    in_use_id: int
    revision: ItemState | None = None

    @property
    def next_states(self) -> frozenset[ItemState]:
        """States that a step may lead to now."""
        return ITEM_STEPS[self.state] | self.revision_steps

    @property
    def revision_steps(self) -> frozenset[ItemState]:
        """States the revision may go to."""
        return frozenset() if self.revision is None else ITEM_STEPS[self.revision] & _OF_REVISION


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A step to take: which version goes from where to where, and the item's own state after it."""

    version_id: int
    start: ItemState
    to: ItemState
    item_state: ItemState


def standing_of(state: ItemState, newest_id: int, steps: Sequence[Step]) -> Standing:
    """Work out where an item stands from its state, its newest version and its steps, oldest first."""
    into = [step.version_id for step in steps if step.to == state]
    in_use = into[-1] if into and state in _IN_USE else newest_id
    revision = None
    if state == ItemState.ACTIVE and newest_id > in_use:
        revision = _revision_state(newest_id, [step for step in steps if step.version_id > in_use])
    return Standing(state=state, newest_id=newest_id, in_use_id=in_use, revision=revision)


def _revision_state(newest_id: int, steps: Sequence[Step]) -> ItemState | None:
    if not steps:
        return ItemState.DRAFT
    last = steps[-1]
    if last.to != ItemState.RETIRED:
        return last.to
    return ItemState.DRAFT if newest_id > last.version_id else None


def plan_move(standing: Standing, to: ItemState) -> Move | StepRefusal:
    """Return the step to take, or why there is none."""
    if standing.revision is not None and to in standing.revision_steps:
        return Move(version_id=standing.newest_id, start=standing.revision, to=to, item_state=standing.state)
    if to not in ITEM_STEPS[standing.state]:
        return StepRefusal.NO_STEP
    goes_back = standing.state == ItemState.SUSPENDED and to == ItemState.REVIEW
    version_id = standing.newest_id if goes_back else standing.in_use_id
    return Move(version_id=version_id, start=standing.state, to=to, item_state=to)


def plan_drop(standing: Standing) -> Move | StepRefusal:
    """Return the step that gives a revision up, or why there is none."""
    if standing.revision is None:
        return StepRefusal.NO_REVISION
    return Move(version_id=standing.newest_id, start=standing.revision, to=ItemState.RETIRED, item_state=standing.state)


def plan_edit(standing: Standing, new_version_id: int) -> Move | None:
    """Return the step that a new version brings about: work in trial goes back to review."""
    start = standing.revision or standing.state
    if start != ItemState.TRIAL:
        return None
    item_state = standing.state if standing.revision else ItemState.REVIEW
    return Move(version_id=new_version_id, start=start, to=ItemState.REVIEW, item_state=item_state)


def find_refusal(
    move: Move, *, note: str, actor_id: int | None, author_id: int | None, open_comments: int, key_problems: int
) -> StepRefusal | None:
    """Return why the step must not be taken: a missing reason, one's own work, unsettled comments, an unfit key."""
    if move.to in _NOTE_NEEDED and not note.strip():
        return StepRefusal.NOTE
    passes = move.start == ItemState.REVIEW and move.to == ItemState.TRIAL
    if passes and actor_id == author_id:
        return StepRefusal.OWN_WORK
    if passes and open_comments:
        return StepRefusal.COMMENTS
    if key_problems and move.to in {ItemState.REVIEW, ItemState.TRIAL, ItemState.ACTIVE}:
        return StepRefusal.KEY
    return None
