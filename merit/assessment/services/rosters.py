"""Who sits a test: look at a list before taking it in, add, withdraw, take back, move to another sitting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.roster import candidate_number, place_of
from merit.assessment.domain.states import AttemptState, SittingState
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import Candidate, Sitting
from merit.assessment.queries.rosters import (
    candidate_clashes,
    officials_by_nip,
    on_leave,
    people_of,
    present_candidates,
    valid_results,
)
from merit.assessment.queries.sittings import get_sitting, settings_of
from merit.assessment.services.sittings import add_event, ask_again, lock_sitting, require_draft, require_manage
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor

MAX_CANDIDATES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry:
    """Somebody on a list that is looked at; ``notes`` are (code, details), none of them forbids anything."""

    official_id: int
    nip: str
    name: str
    unit: str
    is_present: bool
    notes: tuple[tuple[str, dict[str, object]], ...] = ()

    @property
    def has_clash(self) -> bool:
        """Whether the official sits elsewhere at the same time."""
        return any(code == "roster-note-clash" for code, _details in self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPreview:
    """What a list would do to a roster."""

    entries: tuple[RosterEntry, ...]
    unknown: tuple[str, ...] = ()

    @property
    def fresh(self) -> list[RosterEntry]:
        """Return those who are not on the roster yet."""
        return [entry for entry in self.entries if not entry.is_present]


def preview_roster(
    session: Session, actor: Actor, *, code: str, nips: Sequence[str] = (), officials: Sequence[int] = ()
) -> RosterPreview:
    """Say who of a list is known, on the roster already, sits elsewhere, is on leave or has a valid result."""
    require_manage(actor)
    sitting = get_sitting(session, code)
    known = officials_by_nip(session, nips)
    wanted = list(dict.fromkeys([*(known[nip] for nip in nips if nip in known), *officials]))
    if len(wanted) > MAX_CANDIDATES:
        raise InvalidInputError("roster-too-long", limit=MAX_CANDIDATES)
    present = {candidate.official_id for candidate in present_candidates(session, sitting.id)}
    people, notes = people_of(session, wanted), find_notes(session, sitting, wanted)
    entries = tuple(
        RosterEntry(
            official_id=official,
            nip=people[official][0],
            name=people[official][1],
            unit=people[official][3],
            is_present=official in present,
            notes=tuple(notes.get(official, ())),
        )
        for official in wanted
        if official in people
    )
    return RosterPreview(entries=entries, unknown=tuple(nip for nip in nips if nip not in known))


def find_notes(
    session: Session, sitting: Sitting, officials: Collection[int]
) -> dict[int, list[tuple[str, dict[str, object]]]]:
    """Return what is worth knowing before somebody is taken in."""
    day = clock.local(sitting.starts_at).date()
    notes: dict[int, list[tuple[str, dict[str, object]]]] = {}
    for clash in candidate_clashes(session, sitting, officials):
        notes.setdefault(clash.person_id, []).append(("roster-note-clash", {"code": clash.other}))
    for official, kind in on_leave(session, officials, day).items():
        notes.setdefault(official, []).append(("roster-note-leave", {"kind": kind}))
    for official, until in valid_results(session, officials, day).items():
        notes.setdefault(official, []).append(("roster-note-valid", {"until": until}))
    return notes


def add_candidates(session: Session, actor: Actor, *, code: str, officials: Iterable[int]) -> int:
    """Take officials into a draft's roster; those withdrawn come back, those present stay. Return how many are new."""
    require_manage(actor)
    sitting = lock_sitting(session, code)
    require_draft(sitting)
    wanted = list(dict.fromkeys(int(official) for official in officials))
    rows = session.scalars(select(Candidate).where(Candidate.sitting_id == sitting.id)).all()
    former = {candidate.official_id: candidate for candidate in rows}
    back = [former[one] for one in wanted if one in former and former[one].withdrawn_at is not None]
    fresh = [one for one in wanted if one not in former]
    if len(rows) + len(fresh) > MAX_CANDIDATES:
        raise InvalidInputError("roster-too-long", limit=MAX_CANDIDATES)
    if len(people_of(session, fresh)) != len(fresh):
        raise InvalidInputError("roster-official-unknown")
    for candidate in back:
        candidate.withdrawn_at, candidate.withdrawn_reason, candidate.moved_to_id = None, "", None
    place = max((place_of(candidate.number) for candidate in rows), default=0)
    if fresh:
        session.execute(insert(Candidate), [_new_row(sitting.id, one, place + n) for n, one in enumerate(fresh, 1)])
    if fresh or back:
        sitting.row_version += 1
        session.flush()
        add_event(session, actor, sitting, "roster-added", audit="roster:add", count=len(fresh) + len(back))
    return len(fresh) + len(back)


def withdraw_candidate(session: Session, actor: Actor, *, code: str, candidate_id: int, reason: str) -> Candidate:
    """Take somebody off the roster before the test begins; the line and its reason stay, the seat becomes free."""
    require_manage(actor)
    if not reason.strip():
        raise InvalidInputError("roster-withdraw-reason")
    sitting = lock_sitting(session, code)
    candidate = get_candidate(session, sitting, candidate_id)
    _require_not_begun(session, sitting, candidate)
    _withdraw(sitting, candidate, reason.strip())
    session.flush()
    add_event(
        session,
        actor,
        sitting,
        "candidate-withdrawn",
        audit="roster:withdraw",
        candidate_id=candidate.id,
        note=reason.strip(),
    )
    return candidate


def restore_candidate(session: Session, actor: Actor, *, code: str, candidate_id: int) -> Candidate:
    """Take somebody withdrawn from a draft back in, without a seat."""
    require_manage(actor)
    sitting = lock_sitting(session, code)
    require_draft(sitting)
    candidate = get_candidate(session, sitting, candidate_id)
    if candidate.withdrawn_at is None:
        return candidate
    if candidate.moved_to_id is not None:
        raise RuleViolationError("roster-moved-away")
    candidate.withdrawn_at, candidate.withdrawn_reason = None, ""
    sitting.row_version += 1
    session.flush()
    add_event(session, actor, sitting, "candidate-restored", audit="roster:restore", candidate_id=candidate.id)
    return candidate


def reschedule_candidate(
    session: Session, actor: Actor, *, code: str, candidate_id: int, to_code: str, reason: str
) -> Candidate:
    """Move somebody who cannot come, or did not come, to another sitting that is still a draft."""
    require_manage(actor)
    if not reason.strip():
        raise InvalidInputError("roster-withdraw-reason")
    sitting, target = lock_sitting(session, code), lock_sitting(session, to_code)
    candidate = get_candidate(session, sitting, candidate_id)
    _check_reschedule(session, sitting, target, candidate)
    add_candidates(session, actor, code=to_code, officials=[candidate.official_id])
    statement = select(Candidate).where(
        Candidate.sitting_id == target.id, Candidate.official_id == candidate.official_id
    )
    moved = session.scalars(statement).one()
    _withdraw(sitting, candidate, reason.strip())
    candidate.moved_to_id = moved.id
    session.flush()
    ask_again(session, actor, target, source=candidate, candidate=moved)
    for one, person, kind in ((sitting, candidate, "candidate-moved-away"), (target, moved, "candidate-moved-here")):
        add_event(
            session,
            actor,
            one,
            kind,
            audit="roster:reschedule",
            candidate_id=person.id,
            note=reason.strip(),
            other=target.code if one is sitting else sitting.code,
        )
    return moved


def get_candidate(session: Session, sitting: Sitting, candidate_id: int) -> Candidate:
    """Return a candidate of a sitting; one of another sitting does not exist here."""
    candidate = session.get(Candidate, candidate_id)
    if candidate is None or candidate.sitting_id != sitting.id:
        raise NotFoundError("candidate-unknown")
    return candidate


def draft_sittings(session: Session, *, beside: int, since: dt.datetime) -> list[tuple[str, str]]:
    """Return code and name of the drafts a candidate may be moved to."""
    statement = select(Sitting.code, Sitting.name).where(
        Sitting.state == SittingState.DRAFT,
        Sitting.kind == "exam",
        Sitting.id != beside,
        Sitting.starts_at > since,
    )
    return [(code, name) for code, name in session.execute(statement.order_by(Sitting.starts_at))]


def _check_reschedule(session: Session, sitting: Sitting, target: Sitting, candidate: Candidate) -> None:
    if sitting.id == target.id:
        raise InvalidInputError("roster-same-sitting")
    if sitting.state == SittingState.CANCELLED:
        pass  # whoever was to sit a cancelled test may always be moved
    elif sitting.state != SittingState.DRAFT and not settings_of(sitting).may_reschedule:
        raise RuleViolationError("roster-no-reschedule", code=sitting.code)
    require_draft(target)
    if candidate.moved_to_id is not None or candidate.withdrawn_at is not None:
        raise RuleViolationError("roster-moved-away")
    _require_not_begun(session, sitting, candidate)


def _require_not_begun(session: Session, sitting: Sitting, candidate: Candidate) -> None:
    """Refuse who has started, and who is admitted and starts with the room; locked, so that no tick comes between."""
    attempt = session.scalars(
        select(Attempt)
        .where(Attempt.candidate_id == candidate.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if attempt is None:
        return
    if attempt.started_at is not None:
        raise RuleViolationError("roster-begun")
    if attempt.state == AttemptState.ADMITTED and sitting.state != SittingState.CANCELLED:
        raise RuleViolationError("roster-admitted")


def _withdraw(sitting: Sitting, candidate: Candidate, reason: str) -> None:
    if candidate.withdrawn_at is not None:
        raise RuleViolationError("roster-moved-away")
    candidate.withdrawn_at, candidate.withdrawn_reason = clock.now(), reason
    candidate.room_id = candidate.seat = None
    sitting.row_version += 1


def _new_row(sitting_id: int, official_id: int, place: int) -> dict[str, object]:
    return {"sitting_id": sitting_id, "official_id": official_id, "number": candidate_number(sitting_id, place)}
