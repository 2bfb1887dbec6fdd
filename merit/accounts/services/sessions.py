"""Begin, resume and end sign-ins kept in the database."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.domain import DEVICE_LIFETIME
from merit.accounts.models import KnownPlace, User, UserSession
from merit.accounts.queries import actor_of, find_session
from merit.accounts.services.throttle import Origin
from merit.audit.services import record
from merit.errors import NotFoundError
from merit.security.permissions import Actor
from merit.security.policy import is_staff
from merit.security.sessions import ABSOLUTE, PENDING, Ending, Stage, find_ending, is_recent, needs_touch
from merit.security.tokens import new_token, token_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A sign-in that has begun: the reference for the cookie, how far it is, and the device's own secret."""

    reference: str
    stage: Stage
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """What a request learns from its cookie: the actor, the sign-in, and whether its row needs writing."""

    actor: Actor
    session_id: int
    ending: Ending | None
    needs_touch: bool
    is_recent: bool


def start(session: Session, user: User, *, stage: Stage, origin: Origin) -> Started:
    """Begin a sign-in under a fresh reference; an open one also makes the device and network known."""
    now = clock.now()
    token = new_token()
    session.add(
        UserSession(
            user_id=user.id,
            reference_hash=token_hash(token),
            stage=stage.value,
            created_at=now,
            seen_at=now,
            expires_at=now + (ABSOLUTE if stage is Stage.OPEN else PENDING),
            confirmed_at=now,
            network=origin.network,
            device=origin.browser,
        )
    )
    if stage is not Stage.OPEN:
        session.flush()
        return Started(reference=token, stage=stage)
    user.last_sign_in_at = now
    device = origin.device or new_token()
    _remember(session, user, "device", device)
    _remember(session, user, "network", origin.network)
    session.flush()
    return Started(reference=token, stage=stage, device=device)


def resume(session: Session, reference: str) -> Resumed | None:
    """Return who a reference stands for now, None when the sign-in is not open; writes nothing."""
    row = find_session(session, token_hash(reference))
    if row is None or row[0].stage != Stage.OPEN:
        return None
    sign_in, user = row
    now = clock.now()
    actor = actor_of(session, user)
    staff = is_staff(actor.roles)
    ending = find_ending(seen_at=sign_in.seen_at, expires_at=sign_in.expires_at, now=now, is_staff=staff)
    if ending is None and staff and not user.has_factor:
        # A staff role was given meanwhile: the second factor is due before it counts.
        ending = Ending.CREDENTIALS_CHANGED
    return Resumed(
        actor=actor,
        session_id=sign_in.id,
        ending=ending,
        needs_touch=needs_touch(sign_in.seen_at, now),
        is_recent=is_recent(sign_in.confirmed_at, now),
    )


def touch(session: Session, session_id: int) -> None:
    """Keep the time of the latest request."""
    _update_open(session, session_id, seen_at=clock.now())


def confirm(session: Session, session_id: int) -> None:
    """Keep that the user has just proved who they are."""
    _update_open(session, session_id, confirmed_at=clock.now())


def end(session: Session, session_id: int, ending: Ending) -> None:
    """End one sign-in; its reference is worthless from now on."""
    _update_open(session, session_id, ended_at=clock.now(), ending=ending.value)


def end_all(session: Session, *, user_id: int, ending: Ending, keep: int | None = None) -> None:
    """End every sign-in of a user, except the one to keep."""
    statement = update(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
    if keep is not None:
        statement = statement.where(UserSession.id != keep)
    session.execute(statement.values(ended_at=clock.now(), ending=ending.value))


def has_factor(session: Session, actor: Actor) -> bool:
    """Whether the actor has a second factor to prove."""
    user = session.get(User, actor.user_id) if actor.user_id else None
    return user is not None and user.has_factor


def sign_out(session: Session, actor: Actor, *, session_id: int) -> None:
    """End the actor's present sign-in."""
    end(session, session_id, Ending.SIGNED_OUT)
    record(session, actor, action="sign-in:sign-out", subject=f"user:{actor.user_id}")


def end_own(session: Session, actor: Actor, *, session_id: int) -> None:
    """End one of the actor's own sign-ins, on whatever device."""
    row = session.get(UserSession, session_id)
    if row is None or row.user_id != actor.user_id:
        raise NotFoundError
    end(session, session_id, Ending.ENDED_BY_USER)
    record(session, actor, action="sign-in:end", subject=f"user:{actor.user_id}")


def end_others(session: Session, actor: Actor, *, keep: int) -> None:
    """End all of the actor's sign-ins but the present one."""
    if actor.user_id is None:
        raise NotFoundError
    end_all(session, user_id=actor.user_id, ending=Ending.ENDED_BY_USER, keep=keep)
    record(session, actor, action="sign-in:end-others", subject=f"user:{actor.user_id}")


def _update_open(session: Session, session_id: int, **values: object) -> None:
    open_row = (UserSession.id == session_id) & UserSession.ended_at.is_(None)
    session.execute(update(UserSession).where(open_row).values(**values))


def _remember(session: Session, user: User, kind: str, place: str) -> None:
    now = clock.now()
    hashed = token_hash(place)
    statement = select(KnownPlace).where(
        KnownPlace.user_id == user.id, KnownPlace.kind == kind, KnownPlace.place_hash == hashed
    )
    known = session.scalars(statement).one_or_none()
    if known is None:
        session.add(KnownPlace(user_id=user.id, kind=kind, place_hash=hashed, first_seen_at=now, last_seen_at=now))
    elif now - known.last_seen_at > DEVICE_LIFETIME / DEVICE_LIFETIME.days:
        known.last_seen_at = now
