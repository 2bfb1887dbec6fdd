"""What the integrity page of a closed sitting looks at: answers side by side, seats, and signs of single attempts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.assessment.domain.copying import Answers, Pair, Seat, encode, find_pairs, seat_of
from merit.assessment.domain.integrity_flags import Finding, find_signs
from merit.assessment.models.delivery import Attempt, AttemptEvent, Response
from merit.assessment.models.items import ItemVersion
from merit.assessment.models.scoring import ResponseScore
from merit.assessment.models.sittings import Candidate, SittingRoom
from merit.assessment.queries.item_times import answers_by_attempt, views_by_attempt
from merit.assessment.queries.scores import load_sheets
from merit.db import known
from merit.people.models import OfficialRecord

RAPID_SECONDS = 3.0
LEAST_RAPID = 5
RAPID_SHARE = 0.25
_NETWORK = "network-changed"
_NOT_COMPARED = frozenset({"essay", "information"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A candidate on the integrity page."""

    attempt_id: int
    official_id: int
    number: str
    name: str
    room: str
    seat: int | None
    signs: Sequence[Finding]
    answers: int
    rapid: int

    @property
    def is_rapid(self) -> bool:
        """Whether many answers came within three seconds of the one before."""
        return self.rapid >= max(LEAST_RAPID, RAPID_SHARE * self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPair:
    """Two candidates whose answers agree beyond chance."""

    copier: Person
    source: Person
    found: Pair


def load_people(session: Session, sitting_id: int) -> dict[int, Person]:
    """Return everybody who worked in a sitting, by attempt."""
    rows = session.execute(
        select(
            *(Attempt.id, Candidate.official_id, Candidate.number, OfficialRecord.name, SittingRoom.name.label("room")),
            *(Candidate.seat, Attempt.focus_losses, Attempt.items),
        )
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .outerjoin(SittingRoom, SittingRoom.id == Candidate.room_id)
        .outerjoin(OfficialRecord, (OfficialRecord.official_id == Candidate.official_id) & known(OfficialRecord))
        .where(Attempt.sitting_id == sitting_id, Attempt.started_at.is_not(None))
        .order_by(Candidate.number)
    ).all()
    times, networks = _times(session, sitting_id), _network_changes(session, sitting_id)
    views, answered = views_by_attempt(session, sitting_id), answers_by_attempt(session, sitting_id)
    return {
        row.id: Person(
            attempt_id=row.id,
            official_id=row.official_id,
            number=row.number,
            name=row.name or "",
            room=row.room or "",
            seat=row.seat,
            signs=find_signs(
                focus_losses=row.focus_losses,
                network_changes=networks.get(row.id, 0),
                views=views.get(row.id, ()),
                answers=answered.get(row.id, {}),
                items=row.items,
            ),
            answers=len(times[row.id]),
            rapid=count_rapid(times[row.id]),
        )
        for row in rows
    }


def list_pairs(session: Session, sitting_id: int, version_id: int, people: Mapping[int, Person]) -> list[PersonPair]:
    """Return the pairs worth a look, the strongest first."""
    attempts, answers = load_answers(session, sitting_id, version_id)
    return [
        PersonPair(copier=people[attempts[pair.copier]], source=people[attempts[pair.source]], found=pair)
        for pair in find_pairs(answers)
        if attempts[pair.copier] in people and attempts[pair.source] in people
    ]


def load_answers(session: Session, sitting_id: int, version_id: int) -> tuple[list[int], Answers]:
    """Return the attempts and their answers side by side, one column per version that both could be given.

    Templated items are left out: everybody had other numbers, so that equal answers say nothing.
    """
    sheets = load_sheets(session, sitting_id)
    compared = {placing.version_id for sheet in sheets for placing in sheet.placings if not placing.drawn}
    kinds = _kinds(session, compared)
    columns = {number: at for at, number in enumerate(sorted(kinds))}
    values: list[list[str | None]] = [[None] * len(columns) for _sheet in sheets]
    right = np.zeros((len(sheets), len(columns)), dtype=np.bool_)
    full = _full_scores(session, version_id)
    for row, sheet in enumerate(sheets):
        for placing in sheet.placings:
            column = columns.get(placing.version_id)
            if column is not None:
                value = sheet.answers.get(placing.position, "[]")
                values[row][column] = None if value in {"[]", "{}"} else value
                right[row, column] = (sheet.attempt_id, placing.position) in full
    seats = load_seats(session, sitting_id)
    attempts = [sheet.attempt_id for sheet in sheets]
    return attempts, Answers(codes=encode(values), right=right, seats=[seats.get(number) for number in attempts])


def count_rapid(saved: Sequence[dt.datetime]) -> int:
    """Return how many answers were stored within three seconds of the one before; those sent together are one."""
    ordered = sorted(set(saved))
    gaps = [(after - before).total_seconds() for before, after in pairwise(ordered)]
    return sum(gap < RAPID_SECONDS for gap in gaps)


def _kinds(session: Session, version_ids: set[int]) -> set[int]:
    rows = session.execute(select(ItemVersion.id, ItemVersion.kind).where(ItemVersion.id.in_(sorted(version_ids))))
    return {row.id for row in rows if row.kind not in _NOT_COMPARED}


def _full_scores(session: Session, version_id: int) -> set[tuple[int, int]]:
    rows = session.execute(
        select(ResponseScore.attempt_id, ResponseScore.position).where(
            ResponseScore.score_version_id == version_id,
            ResponseScore.points.is_not(None),
            ResponseScore.points >= ResponseScore.maximum,
        )
    )
    return {(row.attempt_id, row.position) for row in rows}


def load_seats(session: Session, sitting_id: int) -> dict[int, Seat]:
    """Return where everybody sat, by attempt."""
    rows = session.execute(
        select(Attempt.id, Candidate.room_id, Candidate.seat, SittingRoom.columns)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(SittingRoom, SittingRoom.id == Candidate.room_id)
        .where(Attempt.sitting_id == sitting_id, Candidate.seat.is_not(None))
    )
    return {row.id: seat_of(row.room_id, row.seat, row.columns) for row in rows}


def _times(session: Session, sitting_id: int) -> dict[int, list[dt.datetime]]:
    rows = session.execute(
        select(Response.attempt_id, Response.saved_at)
        .join(Attempt, Attempt.id == Response.attempt_id)
        .where(Attempt.sitting_id == sitting_id)
    )
    found: dict[int, list[dt.datetime]] = defaultdict(list)
    for row in rows:
        found[row.attempt_id].append(row.saved_at)
    return found


def _network_changes(session: Session, sitting_id: int) -> dict[int, int]:
    rows = session.execute(
        select(AttemptEvent.attempt_id, func.count())
        .join(Attempt, Attempt.id == AttemptEvent.attempt_id)
        .where(Attempt.sitting_id == sitting_id, AttemptEvent.kind == _NETWORK)
        .group_by(AttemptEvent.attempt_id)
    )
    return {row[0]: row[1] for row in rows}
