"""Key changes of a sitting for pages; keys themselves are not among them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from merit.accounts.models import User
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.models.scoring import KeyChange, ScoreVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One proposal with its effects and its decision."""

    id: int
    item: str
    kind: str
    reason: str
    preview: Mapping[str, Any]
    proposed_by: int
    proposer: str
    proposed_at: dt.datetime
    decider: str
    decided_at: dt.datetime | None
    approved: bool | None
    score_number: int | None

    @property
    def state(self) -> str:
        """Where the proposal stands: waiting, approved or refused."""
        if self.approved is None:
            return "waiting"
        return "approved" if self.approved else "refused"


def list_changes(session: Session, sitting_id: int) -> list[ChangeRow]:
    """Return the key changes of a sitting, those that wait first, then the newest."""
    proposer, decider = aliased(User), aliased(User)
    rows = session.execute(
        select(KeyChange, Item.code, proposer.name, decider.name, ScoreVersion.number)
        .join(ItemVersion, ItemVersion.id == KeyChange.version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(proposer, proposer.id == KeyChange.proposed_by)
        .outerjoin(decider, decider.id == KeyChange.decided_by)
        .outerjoin(ScoreVersion, ScoreVersion.id == KeyChange.score_version_id)
        .where(KeyChange.sitting_id == sitting_id)
        .order_by(KeyChange.decided_at.is_not(None), KeyChange.id.desc())
    )
    return [
        ChangeRow(
            id=change.id,
            item=item,
            kind=change.kind,
            reason=change.reason,
            preview=change.preview,
            proposed_by=change.proposed_by,
            proposer=proposed,
            proposed_at=change.proposed_at,
            decider=decided or "",
            decided_at=change.decided_at,
            approved=change.approved,
            score_number=number,
        )
        for change, item, proposed, decided, number in rows
    ]
