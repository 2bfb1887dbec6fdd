"""Count failed tries in a table, before the try is judged, so that parallel guesses cannot outrun it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, delete, exists, literal, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.domain import (
    DEVICE_LIFETIME,
    WINDOW,
    Place,
    Scope,
    is_inside,
    limits_for,
)
from merit.accounts.models import Throttle
from merit.accounts.queries import is_known_place
from merit.db import Instant, get_database
from merit.errors import ThrottledError
from merit.security.crypto import load_keyring, reference
from merit.security.tokens import token_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request comes from: network, device cookie ("" when none) and a short browser name."""

    network: str
    device: str = ""
    browser: str = ""


def place_of(session: Session, user_id: int, origin: Origin) -> Place:
    """Tell how well the account knows where the try comes from; unknown accounts ask the same questions."""
    since = clock.now() - DEVICE_LIFETIME
    has_device = is_known_place(session, user_id, "device", token_hash(origin.device), since)
    has_network = is_known_place(session, user_id, "network", token_hash(origin.network), since)
    if has_device and origin.device:
        return Place.DEVICE
    if has_network:
        return Place.NETWORK
    return Place.INSIDE if is_inside(origin.network) else Place.STRANGER


def reserve(session: Session, *, subject: str, place: Place, origin: Origin) -> tuple[str, ...]:
    """Count one try by every limit of the place; raise :class:`ThrottledError` when one is used up.

    Returns the keys counted, for :func:`release` once the try has succeeded. The count stands whatever
    becomes of the try, so the caller commits it before judging.
    """
    limits = limits_for(place)
    keys = tuple(_key(limit.scope, subject, origin) for limit in limits)
    rows = [(limit, _count(session, key)) for limit, key in zip(limits, keys, strict=True)]
    waits = [_wait(started) for limit, (tries, started) in rows if tries > limit.tries]
    if waits:
        raise ThrottledError(seconds=max(waits))
    return keys


def release(session: Session, keys: Sequence[str]) -> None:
    """Take a successful try out of the counts again."""
    for key in keys:
        row = session.get(Throttle, key, with_for_update=True)
        if row is not None:
            row.tries = max(0, row.tries - 1)
    session.flush()


def has_old(session: Session) -> bool:
    """Whether there are counts whose window has passed long ago."""
    return session.scalar(select(exists(select(Throttle.key).where(_is_old())))) or False


def forget_old(session: Session) -> int:
    """Remove counts whose window has passed long ago; return how many."""
    return len(session.scalars(delete(Throttle).where(_is_old()).returning(Throttle.key)).all())


def _is_old() -> ColumnElement[bool]:
    return Throttle.window_started_at < clock.now() - 2 * WINDOW


def _wait(started: dt.datetime) -> int:
    return max(1, int((started + WINDOW - clock.now()).total_seconds()))


def _key(scope: Scope, subject: str, origin: Origin) -> str:
    parts = {
        Scope.ACCOUNT_DEVICE: (subject, origin.device),
        Scope.ACCOUNT_NETWORK: (subject, origin.network),
        Scope.NETWORK: (origin.network,),
        Scope.STRANGERS: (subject,),
    }[scope]
    keyring = load_keyring(get_database().settings.secret_file)
    return f"{scope}:{reference(keyring, '|'.join(parts), purpose='throttle')}"


def _count(session: Session, key: str) -> tuple[int, dt.datetime]:
    """Add one try atomically; a window that has passed begins anew."""
    now = clock.now()
    beginning = literal(now, Instant())
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite_insert if is_sqlite else postgresql_insert
    statement = insert(Throttle).values(key=key, window_started_at=now, tries=1)
    is_over = Throttle.window_started_at <= now - WINDOW
    counted = statement.on_conflict_do_update(
        index_elements=[Throttle.key],
        set_={
            "tries": case((is_over, 1), else_=Throttle.tries + 1),
            "window_started_at": case((is_over, beginning), else_=Throttle.window_started_at),
        },
    ).returning(Throttle.tries, Throttle.window_started_at)
    tries, started = session.execute(counted).one()
    return tries, started
