"""The way into a sitting: the room's token, the card's PIN or the account's password, and the seat's attempt.

A try is counted and committed before it is judged, and judging a password takes time that must hold no lock. So the
``enter_*`` functions, like :mod:`merit.accounts.services.sign_in`, open their units of work themselves. Whoever enters
is only *waiting*: the proctor's tick at the seat admits (fault 32).
"""

from __future__ import annotations

import datetime as dt
import hmac
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.domain import Place, folded_login
from merit.accounts.services.sign_in import is_own_password
from merit.accounts.services.throttle import Origin, release, reserve
from merit.assessment.domain import seb, tokens
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.domain.states import AttemptState
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import Candidate, Sitting, SittingEvent, SittingRoom
from merit.assessment.queries import delivery as queries
from merit.assessment.services import starting
from merit.audit.services import record
from merit.db import get_database, unit_of_work
from merit.errors import MeritError, NotAllowedError, NotFoundError, RuleViolationError, ThrottledError
from merit.security.crypto import load_keyring, reference
from merit.security.permissions import ANONYMOUS, Actor, Permission, is_granted

DOORS = 6  # people let in at once; the other threads of the server keep saving answers
DOOR_PATIENCE = 1.5
PIN_AGAIN = dt.timedelta(minutes=10)
_BUCKETS = 32
_doors = threading.BoundedSemaphore(DOORS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Where somebody knocks from: the origin, the address asked for, and what Safe Exam Browser sent with it."""

    origin: Origin
    address: str = ""
    seb_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Somebody stands in the room: the secret for the address ``/ujian/<token>``, and how far they are."""

    token: str
    attempt_id: int
    state: AttemptState


class EntranceRefusedError(MeritError):
    """Number, PIN, password or room do not fit together; which of them is not told."""

    status = 403
    default_reason = "entrance-refused"


def room_token(room_id: int, at: dt.datetime | None = None) -> str:
    """Return the six letters a room's board shows at an instant (now)."""
    return tokens.room_code(_refer, room_id, at or clock.now())


def attempt_token(attempt: Attempt) -> str:
    """Return the secret of an attempt's address; derived, for only its hash is stored."""
    return tokens.attempt_token(_refer, attempt.candidate_id, attempt.created_at)


def issue_pins(session: Session, actor: Actor, *, sitting_id: int) -> dict[int, str]:
    """Give every candidate of a sitting a fresh card PIN; return them once, earlier ones are worthless."""
    if not is_granted(actor, Permission.SITTING_MANAGE):
        raise NotAllowedError
    pins = {row.id: _give_pin(row) for row in queries.candidates_to_seat(session, sitting_id)}
    session.flush()
    details = {"cards": len(pins)}
    record(session, actor, action="sitting:cards", subject=f"sitting:{sitting_id}", details=details)
    _note(session, actor, kind="cards-issued", sitting_id=sitting_id, details=details)
    return pins


def issue_pin(session: Session, actor: Actor, *, candidate_id: int) -> str:
    """Give one candidate a fresh card PIN, by a proctor of the room or who manages sittings."""
    candidate = session.get(Candidate, candidate_id)
    if candidate is None or candidate.withdrawn_at is not None:
        raise NotFoundError
    if not _may_issue(session, actor, candidate):
        raise NotAllowedError
    pin = _give_pin(candidate)
    session.flush()
    record(session, actor, action="sitting:card", subject=f"candidate:{candidate.id}")
    _note(session, actor, kind="card-reissued", sitting_id=candidate.sitting_id, candidate=candidate)
    return pin


def enter_with_card(*, who: str, pin: str, room_token: str, visit: Visit) -> Entered:
    """Enter with candidate number or NIP, the PIN of the card and the room's token.

    Raises
    ------
    EntranceRefusedError
        They do not fit together.
    ThrottledError
        Too many tries from this place, or too many people at the door: ``seconds`` says how long to wait.
    RuleViolationError
        ``room-token-wrong``, ``late-arrival``, ``room-closed``, ``seb-required``.
    """
    with _door(), _refusals_noted(visit):
        knock = _knock(who, room_token, visit)
        with unit_of_work() as session:
            candidate = queries.lock_candidate(session, knock.candidate_id)
            if candidate is None or not _use_pin(session, candidate, pin, visit.origin):
                raise EntranceRefusedError
            return _enter(session, ANONYMOUS, candidate, visit, knock, by="card")


def enter_with_account(*, who: str, password: str, room_token: str, visit: Visit) -> Entered:
    """Enter with candidate number or NIP, the account's password and the room's token; raises as with a card."""
    with _door(), _refusals_noted(visit):
        knock = _knock(who, room_token, visit)
        if not is_own_password(Actor(login=knock.login or "-"), password, visit.origin):
            raise EntranceRefusedError
        with unit_of_work() as session:
            candidate = queries.lock_candidate(session, knock.candidate_id)
            if candidate is None:
                raise EntranceRefusedError
            return _enter(session, ANONYMOUS, candidate, visit, knock, by="account")


def enter_signed_in(actor: Actor, *, candidate_id: int, room_token: str, visit: Visit) -> Entered:
    """Enter one's own sitting from a signed-in account, with the room's token."""
    with _door(), _refusals_noted(visit):
        if not is_granted(actor, Permission.TEST_TAKE):
            raise NotAllowedError
        knock = _knock(f"account {actor.user_id}", room_token, visit, official_id=actor.official_id or 0)
        if knock.candidate_id != candidate_id:
            raise EntranceRefusedError
        with unit_of_work() as session:
            candidate = queries.lock_candidate(session, candidate_id)
            if candidate is None:
                raise EntranceRefusedError
            return _enter(session, actor, candidate, visit, knock, by="signed-in")


def start_practice(session: Session, actor: Actor, *, candidate_id: int, visit: Visit | None = None) -> Entered:
    """Start one's own practice sitting at once, or come back to it: no room, no proctor."""
    if not is_granted(actor, Permission.TEST_TAKE):
        raise NotAllowedError
    candidate = queries.lock_candidate(session, candidate_id)
    if candidate is None or candidate.official_id != actor.official_id or candidate.withdrawn_at is not None:
        raise NotFoundError
    attempt = starting.start_practice(session, candidate, origin=visit.origin if visit else Origin(network=""))
    record(session, actor, action="attempt:practice", subject=f"attempt:{attempt.id}")
    return _entered(attempt)


def check_safe_browser(sitting: Sitting, *, address: str, sent: str) -> None:
    """Raise where the sitting demands Safe Exam Browser and the request does not come from it (fault 36)."""
    keys = SittingSettings.model_validate(sitting.settings or {}).seb_config_keys
    if not seb.is_allowed(keys, address, sent):
        raise RuleViolationError("seb-required" if not sent else "seb-wrong")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Knock:
    """A counted try: the candidate it may be (0: nobody), the account's login, the counts to give back."""

    candidate_id: int
    room_id: int
    login: str
    keys: tuple[str, ...]


def _knock(who: str, typed: str, visit: Visit, *, official_id: int | None = None) -> _Knock:
    """Count the try, find the room by its token and in it the candidate; unknown ones are refused like wrong ones."""
    name = folded_login(who)[:64]
    origin = Origin(network=visit.origin.network, device=visit.origin.network)
    with unit_of_work() as session:
        keys = reserve(session, subject=f"entrance:{name}", place=Place.DEVICE, origin=origin)
        # Guesses of room tokens under ever new names meet a count of the network, in parts: one typist locks no hall.
        part = zlib.crc32(name.encode()) % _BUCKETS
        keys += reserve(session, subject=f"room-token:{part}", place=Place.DEVICE, origin=origin)
    with unit_of_work() as session:
        now = clock.now()
        rooms = [room for room in queries.open_rooms(session) if tokens.is_room_code(_refer, room, typed, now)]
        if not rooms:
            raise RuleViolationError("room-token-wrong")
        found = queries.find_in_rooms(session, rooms, name=name, official_id=official_id)
        release(session, keys[1:])
    if found is None:
        return _Knock(candidate_id=0, room_id=rooms[0], login="", keys=keys[:1])
    return _Knock(candidate_id=found.candidate_id, room_id=found.room_id, login=found.login, keys=keys[:1])


def _enter(session: Session, actor: Actor, candidate: Candidate, visit: Visit, knock: _Knock, *, by: str) -> Entered:
    sitting = session.get_one(Sitting, candidate.sitting_id)
    if candidate.withdrawn_at is not None or candidate.room_id != knock.room_id:
        raise EntranceRefusedError
    check_safe_browser(sitting, address=visit.address, sent=visit.seb_hash)
    room = session.get_one(SittingRoom, knock.room_id)
    attempt = starting.seat_candidate(session, sitting, room, candidate, origin=visit.origin)
    release(session, knock.keys)
    where = reference(load_keyring(get_database().settings.secret_file), visit.origin.network, purpose="audit-network")
    details = {"by": by, "network": where}
    record(session, actor, action="attempt:enter", subject=f"attempt:{attempt.id}", details=details)
    _note(session, actor, kind="entered", sitting_id=sitting.id, candidate=candidate, details={"by": by})
    return _entered(attempt)


def _entered(attempt: Attempt) -> Entered:
    return Entered(token=attempt_token(attempt), attempt_id=attempt.id, state=AttemptState(attempt.state))


def _give_pin(candidate: Candidate) -> str:
    pin = tokens.new_pin()
    candidate.pin_hash = tokens.pin_reference(_refer, candidate.id, pin)
    candidate.pin_used_at = None
    return pin


def _use_pin(session: Session, candidate: Candidate, pin: str, origin: Origin) -> bool:
    """Use up a right PIN; one whose reply was lost may be given again until a browser has opened the test."""
    given = tokens.pin_reference(_refer, candidate.id, pin)
    if not hmac.compare_digest(candidate.pin_hash or "", given):
        return False
    now = clock.now()
    if candidate.pin_used_at is None:
        candidate.pin_used_at = now
        return True
    attempt = queries.find_attempt_of(session, candidate.id)
    is_unopened = attempt is not None and attempt.lease_hash is None and attempt.network == origin.network
    return is_unopened and now - candidate.pin_used_at < PIN_AGAIN


def _may_issue(session: Session, actor: Actor, candidate: Candidate) -> bool:
    if is_granted(actor, Permission.SITTING_MANAGE):
        return True
    is_proctor = is_granted(actor, Permission.ROOM_WATCH) and actor.user_id is not None
    return is_proctor and queries.watches_room(session, actor.user_id or 0, candidate.room_id or 0)


def _note(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    sitting_id: int,
    candidate: Candidate | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    session.add(
        SittingEvent(
            sitting_id=sitting_id,
            room_id=candidate.room_id if candidate else None,
            candidate_id=candidate.id if candidate else None,
            kind=kind,
            details=details or {},
            by_id=actor.user_id,
            at=clock.now(),
        )
    )
    session.flush()


@contextmanager
def _door() -> Iterator[None]:
    """Let a few people in at a time: three hundred at once must not take every thread from those who save."""
    if not _doors.acquire(timeout=DOOR_PATIENCE):
        raise ThrottledError("entrance-busy", seconds=2)
    try:
        yield
    finally:
        _doors.release()


@contextmanager
def _refusals_noted(visit: Visit) -> Iterator[None]:
    """Write refused entrances into the audit chain, without saying whose they were."""
    try:
        yield
    except (EntranceRefusedError, RuleViolationError) as refusal:
        with unit_of_work() as session:
            keyring = load_keyring(get_database().settings.secret_file)
            where = reference(keyring, visit.origin.network, purpose="audit-network")
            details = {"reason": refusal.reason, "network": where}
            record(session, ANONYMOUS, action="attempt:enter-refused", subject="sitting:entrance", details=details)
        raise


def _refer(text: str, purpose: str) -> str:
    return reference(load_keyring(get_database().settings.secret_file), text, purpose=purpose)
