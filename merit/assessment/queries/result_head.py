"""What stands above every page of a sitting's results: where it stands, what still waits, who asked to publish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.accounts.models import User
from merit.assessment.domain.measurement import Basis
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.domain.states import SittingState
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.scoring import CandidateResult, KeyChange, ScoreVersion
from merit.assessment.models.sittings import Candidate, Sitting
from merit.assessment.queries.adaptive import is_adaptive
from merit.assessment.queries.item_results import count_outcomes
from merit.assessment.queries.score_scales import kept_bases
from merit.assessment.queries.scores import count_late, current_version, find_sitting, started_but_left_out
from merit.errors import NotFoundError

BEFORE_RESULTS = frozenset(
    state.value
    for state in (
        SittingState.DRAFT,
        SittingState.SEALED,
        SittingState.OPEN,
        SittingState.RUNNING,
        SittingState.CANCELLED,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionHead:
    """The scoring that stands."""

    id: int
    number: int
    sha256: str
    made_at: dt.datetime
    reason: str
    bases: Mapping[str, Basis]  # by competency

    @property
    def on_theta(self) -> list[str]:
        """The competencies measured by calibrated items and cuts on theta."""
        return [code for code, basis in self.bases.items() if basis.scale]

    @property
    def classical(self) -> list[tuple[str, str]]:
        """The competencies with provisional classical estimates, each with the code of the reason."""
        return [(code, basis.reason or "") for code, basis in self.bases.items() if not basis.scale]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultHead:
    """A sitting as its result pages see it."""

    id: int
    code: str
    name: str
    kind: str
    state: str
    purpose: str
    organiser: str
    method: str
    accreditation: str
    starts_at: dt.datetime
    closed_at: dt.datetime | None
    published_at: dt.datetime | None
    publish_asked_by: int | None
    publish_asked_at: dt.datetime | None
    asked_by: str
    settings: SittingSettings
    version: VersionHead | None
    persons: int
    left_out: int
    outcomes: Mapping[str, int]
    open_changes: int
    is_adaptive: bool
    late: int  # answers after the end that nobody has accepted

    @property
    def waiting(self) -> int:
        """How many essays wait for marks."""
        return self.outcomes.get("to_mark", 0)

    @property
    def unsupported(self) -> int:
        """How many places nothing can evaluate."""
        return self.outcomes.get("unsupported", 0)

    @property
    def is_published(self) -> bool:
        """Whether the results are official."""
        return self.published_at is not None


def load_head(session: Session, code: str) -> ResultHead:
    """Return the head of a sitting; one that is not closed yet has no results to show."""
    sitting = find_sitting(session, code)
    if sitting.state in BEFORE_RESULTS:
        raise NotFoundError("results-before-close")
    version = current_version(session, sitting.id)
    return ResultHead(
        id=sitting.id,
        code=sitting.code,
        name=sitting.name,
        kind=sitting.kind,
        state=sitting.state,
        purpose=sitting.purpose,
        organiser=sitting.organiser,
        method=sitting.method,
        accreditation=sitting.accreditation,
        starts_at=sitting.starts_at,
        closed_at=sitting.closed_at,
        published_at=sitting.published_at,
        publish_asked_by=sitting.publish_asked_by,
        publish_asked_at=sitting.publish_asked_at,
        asked_by=_name(session, sitting.publish_asked_by),
        settings=SittingSettings.model_validate(sitting.settings or {}),
        version=None if version is None else _version(session, version),
        persons=0 if version is None else _persons(session, version.id),
        left_out=started_but_left_out(session, sitting.id),
        outcomes={} if version is None else count_outcomes(session, version.id),
        open_changes=_open_changes(session, sitting.id),
        is_adaptive=is_adaptive(session, sitting.id),
        late=count_late(session, sitting.id).undecided,
    )


def own_number(session: Session, sitting_id: int, official_id: int) -> str:
    """Return an official's candidate number in a sitting; raise :class:`NotFoundError` for who was not there."""
    number = session.scalar(
        select(Candidate.number).where(Candidate.sitting_id == sitting_id, Candidate.official_id == official_id)
    )
    if number is None:
        raise NotFoundError("result-unknown")
    return number


def own_attempt(session: Session, sitting: Sitting, official_id: int) -> int:
    """Return an official's finished attempt at a sitting; raise :class:`NotFoundError` where there is none."""
    attempt_id = session.scalar(
        select(Attempt.id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .where(Attempt.sitting_id == sitting.id, Candidate.official_id == official_id, Attempt.finished_at.is_not(None))
    )
    if attempt_id is None:
        raise NotFoundError("result-unknown")
    return attempt_id


def _version(session: Session, version: ScoreVersion) -> VersionHead:
    return VersionHead(
        id=version.id,
        number=version.number,
        sha256=version.sha256,
        made_at=version.made_at,
        reason=version.reason,
        bases=kept_bases(session, version.id),
    )


def _persons(session: Session, version_id: int) -> int:
    statement = select(func.count()).where(
        CandidateResult.score_version_id == version_id, CandidateResult.competency == ""
    )
    return session.scalar(statement) or 0


def _open_changes(session: Session, sitting_id: int) -> int:
    statement = select(func.count()).where(KeyChange.sitting_id == sitting_id, KeyChange.decided_at.is_(None))
    return session.scalar(statement) or 0


def _name(session: Session, user_id: int | None) -> str:
    if user_id is None:
        return ""
    return session.scalar(select(User.name).where(User.id == user_id)) or ""
