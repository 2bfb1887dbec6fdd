"""Essays of a sitting with their marks; who wrote them stays behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain.marking import MARKS, Agreement, agreement, resolve
from merit.assessment.domain.scoring import Outcome
from merit.assessment.domain.sheets import EssayRule, PlaceReason, essay_rule
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.scoring import EssayMark, ResponseScore, ScoreVersion
from merit.assessment.models.sittings import Sitting
from merit.assessment.queries.items import keyring, load_versions
from merit.security.crypto import reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Essay:
    """One essay of a sitting and the marks it has, by turn; ``name`` is its reference in addresses."""

    attempt_id: int
    position: int
    version_id: int
    name: str
    marks: Sequence[tuple[int, Decimal]]  # (marker, points)
    rule: EssayRule

    @property
    def points(self) -> list[Decimal]:
        """The points given so far, in the order of their turns."""
        return [points for _marker, points in self.marks]

    @property
    def is_open(self) -> bool:
        """Whether a mark is still wanted."""
        return len(self.marks) < resolve(self.points, self.rule.tolerance).wanted

    def is_marked_by(self, user_id: int) -> bool:
        """Whether the person has marked it."""
        return any(marker == user_id for marker, _points in self.marks)


def list_essays(session: Session, sitting: Sitting) -> list[Essay]:
    """Return the counting essays of a sitting that somebody wrote, marked or not, by attempt and position.

    They are what any scoring so far found to wait for marks; one that is marked stays in the list.
    """
    places = session.execute(
        select(ResponseScore.attempt_id, ResponseScore.position, ResponseScore.version_id)
        .distinct()
        .join(ScoreVersion, ScoreVersion.id == ResponseScore.score_version_id)
        .where(
            ScoreVersion.sitting_id == sitting.id,
            ResponseScore.outcome == Outcome.TO_MARK.value,
            ResponseScore.reason != PlaceReason.TRIAL.value,
        )
        .order_by(ResponseScore.attempt_id, ResponseScore.position)
    ).all()
    rules = _rules(session, {place.version_id for place in places})
    marks = _marks(session, sitting.id)
    return [
        Essay(
            attempt_id=place.attempt_id,
            position=place.position,
            version_id=place.version_id,
            name=essay_name(sitting.id, place.attempt_id, place.position),
            marks=marks.get((place.attempt_id, place.position), ()),
            rule=rules[place.version_id],
        )
        for place in places
    ]


def essay_name(sitting_id: int, attempt_id: int, position: int) -> str:
    """Return the reference of an essay: nobody can tell from it whose it is."""
    return reference(keyring(), f"{sitting_id}:{attempt_id}:{position}", purpose="essay")


def agreement_of(essays: Iterable[Essay]) -> Agreement:
    """Return how well first and second marks of a sitting agree."""
    both = [essay for essay in essays if len(essay.marks) >= MARKS]
    tolerance = min((essay.rule.tolerance for essay in both), default=Decimal(0))
    return agreement([(essay.points[0], essay.points[1]) for essay in both], tolerance)


def _rules(session: Session, version_ids: set[int]) -> dict[int, EssayRule]:
    return {number: essay_rule(version.key) for number, version in load_versions(session, version_ids).items()}


def _marks(session: Session, sitting_id: int) -> Mapping[tuple[int, int], list[tuple[int, Decimal]]]:
    rows = session.execute(
        select(EssayMark.attempt_id, EssayMark.position, EssayMark.marker_id, EssayMark.points)
        .join(Attempt, Attempt.id == EssayMark.attempt_id)
        .where(Attempt.sitting_id == sitting_id)
        .order_by(EssayMark.turn)
    )
    found: dict[tuple[int, int], list[tuple[int, Decimal]]] = defaultdict(list)
    for row in rows:
        found[row.attempt_id, row.position].append((row.marker_id, row.points))
    return found
