"""Sign in: password, second factor, enrolment, and proving oneself again.

A try is counted and committed before it is judged, and judging a password takes a tenth of a second that must
not hold the database's write lock. So these functions, unlike other services, open their units of work
themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.domain import CODES_PER_SIGN_IN, folded_login
from merit.accounts.models import User, UserRole, UserSession
from merit.accounts.queries import find_session, find_user_by_login
from merit.accounts.services import sessions
from merit.accounts.services.sessions import Started, start
from merit.accounts.services.throttle import Origin, place_of, release, reserve
from merit.audit.services import record
from merit.db import get_database, unit_of_work
from merit.security.crypto import Keyring, decrypt, encrypt, load_keyring, reference
from merit.security.passwords import hash_password, is_password, needs_rehash
from merit.security.permissions import ANONYMOUS, STAFF_ROLES, Actor
from merit.security.sessions import Ending, Stage, find_ending
from merit.security.tokens import matching_step, new_totp_secret, token_hash


class CodeOutcome(StrEnum):
    """What came of a code for the second step."""

    WRONG = "code-wrong"
    OVER = "sign-in-over"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    """A counted try: whose it would be, what is stored, and the counts to give back."""

    user_id: int | None
    stored: str | None
    keys: tuple[str, ...]


def sign_in(login: str, password: str, origin: Origin) -> Started | None:
    """Begin a sign-in if the password is the account's; None says nothing about which of the two was wrong.

    Raises :class:`ThrottledError` when the place has used up its tries.
    """
    folded = folded_login(login)[:128]
    attempt = _count_try(folded, origin)
    if not is_password(attempt.stored, password) or attempt.user_id is None:
        _note_refusal(attempt.user_id, origin, step="password")
        return None
    fresh_hash = hash_password(password) if attempt.stored and needs_rehash(attempt.stored) else None
    with unit_of_work() as session:
        user = session.get(User, attempt.user_id)
        if user is None or user.disabled_at is not None or user.password_hash != attempt.stored:
            return None
        release(session, attempt.keys)
        user.password_hash = fresh_hash or user.password_hash
        stage = _first_stage(session, user)
        if stage is Stage.ENROL:
            _begin_enrolment(session, user)
        started = start(session, user, stage=stage, origin=origin)
        if started.stage is Stage.OPEN:
            _note_success(session, user, origin)
        return started


def pass_factor(pending: str, code: str, origin: Origin) -> Started | CodeOutcome:
    """Finish a sign-in with a code of the second factor; after five wrong ones it begins anew."""
    keys = _count_code(pending, Stage.FACTOR, origin)
    if keys is None:
        return CodeOutcome.OVER
    with unit_of_work() as session:
        row = _pending(session, pending, Stage.FACTOR)
        if row is None:
            return CodeOutcome.OVER
        sign_in_row, user = row
        if not _use_code(session, user, code):
            return _wrong_code(session, sign_in_row, user, origin)
        release(session, keys)
        return _open(session, sign_in_row, user, origin)


def enrolment_secret(pending: str) -> tuple[str, str] | None:
    """Return the secret to enrol and the login it belongs to; None when the sign-in is over."""
    with unit_of_work() as session:
        row = _pending(session, pending, Stage.ENROL)
        if row is None:
            return None
        user = row[1]
        if user.totp_secret is None:
            user.totp_secret = encrypt(_keys(), new_totp_secret(), context=_context(user))
        return decrypt(_keys(), user.totp_secret, context=_context(user)), user.login


def enrol_factor(pending: str, code: str, origin: Origin) -> Started | CodeOutcome:
    """Confirm the shown secret with a first code and finish the sign-in."""
    keys = _count_code(pending, Stage.ENROL, origin)
    if keys is None:
        return CodeOutcome.OVER
    with unit_of_work() as session:
        row = _pending(session, pending, Stage.ENROL)
        if row is None or row[1].totp_secret is None:
            return CodeOutcome.OVER
        sign_in_row, user = row
        if not _use_code(session, user, code):
            return _wrong_code(session, sign_in_row, user, origin)
        release(session, keys)
        user.totp_confirmed_at = clock.now()
        actor = Actor(user_id=user.id, login=user.login)
        record(session, actor, action="factor:enrol", subject=f"user:{user.id}")
        return _open(session, sign_in_row, user, origin)


def confirm_again(actor: Actor, session_id: int, *, password: str, code: str, origin: Origin) -> bool:
    """Let the signed-in user prove who they are again, before a sensitive act."""
    attempt = _count_try(actor.login, origin)
    is_right = is_password(attempt.stored, password)
    with unit_of_work() as session:
        user = session.get(User, actor.user_id)
        if user is None or not is_right or (user.has_factor and not _use_code(session, user, code)):
            record(session, actor, action="sign-in:confirm-refused", subject=f"user:{actor.user_id}")
            return False
        release(session, attempt.keys)
        sessions.confirm(session, session_id)
        record(session, actor, action="sign-in:confirm", subject=f"user:{actor.user_id}")
        return True


def is_own_password(actor: Actor, password: str, origin: Origin) -> bool:
    """Whether the signed-in user knows the present password; wrong ones are counted."""
    attempt = _count_try(actor.login, origin)
    is_right = is_password(attempt.stored, password)
    if is_right:
        with unit_of_work() as session:
            release(session, attempt.keys)
    return is_right


def needs_code(pending: str) -> Stage | None:
    """Return which step a begun sign-in waits for, None when it is over."""
    with get_database().reading() as session:
        row = find_session(session, token_hash(pending))
        is_waiting = row is not None and row[0].stage != Stage.OPEN and clock.now() < row[0].expires_at
        return Stage(row[0].stage) if row is not None and is_waiting else None


def _count_try(login: str, origin: Origin) -> _Try:
    with unit_of_work() as session:
        user = find_user_by_login(session, login)
        place = place_of(session, user.id if user else 0, origin)
        keys = reserve(session, subject=f"password:{user.id if user else login}", place=place, origin=origin)
        may_enter = user is not None and user.disabled_at is None
        return _Try(
            user_id=user.id if user and may_enter else None,
            stored=user.password_hash if user and may_enter else None,
            keys=keys,
        )


def _count_code(pending: str, stage: Stage, origin: Origin) -> tuple[str, ...] | None:
    with unit_of_work() as session:
        row = _pending(session, pending, stage)
        if row is None:
            return None
        user = row[1]
        return reserve(session, subject=f"code:{user.id}", place=place_of(session, user.id, origin), origin=origin)


def _pending(session: Session, token: str, stage: Stage) -> tuple[UserSession, User] | None:
    row = find_session(session, token_hash(token))
    if row is None or row[0].stage != stage:
        return None
    over = find_ending(seen_at=row[0].seen_at, expires_at=row[0].expires_at, now=clock.now(), is_staff=True)
    return None if over else row


def _use_code(session: Session, user: User, code: str) -> bool:
    """Use up the time step of a right code; of two equal codes at once only one wins."""
    if user.totp_secret is None:
        return False
    secret = decrypt(_keys(), user.totp_secret, context=_context(user))
    step = matching_step(secret, code, now=clock.now(), last_step=user.totp_last_step)
    if step is None:
        return False
    unused = or_(User.totp_last_step.is_(None), User.totp_last_step < step)
    taken = update(User).where(User.id == user.id, unused).values(totp_last_step=step).returning(User.id)
    return session.execute(taken.execution_options(synchronize_session=False)).one_or_none() is not None


def _wrong_code(session: Session, row: UserSession, user: User, origin: Origin) -> CodeOutcome:
    row.failed_codes += 1
    details = {"step": "code", "network": _network(origin)}
    record(session, ANONYMOUS, action="sign-in:refused", subject=f"user:{user.id}", details=details)
    if row.failed_codes < CODES_PER_SIGN_IN:
        return CodeOutcome.WRONG
    session.flush()
    sessions.end(session, row.id, Ending.EXPIRED)
    return CodeOutcome.OVER


def _open(session: Session, row: UserSession, user: User, origin: Origin) -> Started:
    sessions.end(session, row.id, Ending.REPLACED)
    _note_success(session, user, origin)
    return start(session, user, stage=Stage.OPEN, origin=origin)


def _first_stage(session: Session, user: User) -> Stage:
    if user.has_factor:
        return Stage.FACTOR
    staff = select(UserRole.id).where(UserRole.user_id == user.id, UserRole.role.in_(STAFF_ROLES)).limit(1)
    return Stage.ENROL if session.scalar(staff) is not None else Stage.OPEN


def _begin_enrolment(session: Session, user: User) -> None:
    """Let only this sign-in see the secret to enrol: whoever was shown an earlier one could know the factor."""
    user.totp_secret = None
    earlier = (UserSession.user_id == user.id, UserSession.stage == Stage.ENROL.value, UserSession.ended_at.is_(None))
    for session_id in session.scalars(select(UserSession.id).where(*earlier)).all():
        sessions.end(session, session_id, Ending.REPLACED)


def _note_success(session: Session, user: User, origin: Origin) -> None:
    actor = Actor(user_id=user.id, login=user.login)
    details = {"network": _network(origin)}
    record(session, actor, action="sign-in:open", subject=f"user:{user.id}", details=details)


def _note_refusal(user_id: int | None, origin: Origin, *, step: str) -> None:
    subject = "user:unknown" if user_id is None else f"user:{user_id}"
    with unit_of_work() as session:
        details = {"step": step, "network": _network(origin)}
        record(session, ANONYMOUS, action="sign-in:refused", subject=subject, details=details)


def _network(origin: Origin) -> str:
    return reference(_keys(), origin.network, purpose="audit-network")


def _keys() -> Keyring:
    return load_keyring(get_database().settings.secret_file)


def _context(user: User) -> str:
    return f"users.totp_secret:{user.id}"
