"""Tell people something once; read it, keep it unread, and forget what was read long ago."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import NotFoundError
from merit.notices.domain import KINDS, MAX_KEY, Recipient, is_inside, is_mailed
from merit.notices.models import Notice
from merit.notices.queries import accounts_reached, get_own, keys_of_users, own
from merit.security.permissions import SYSTEM, Actor

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice to one person; ``params`` fill its sentence and are plain JSON, ``link`` stays in the application."""

    recipient: Recipient
    kind: str
    key: str
    params: Mapping[str, Any]
    link: str = ""


def notify(
    session: Session,
    actor: Actor | None,
    *,
    recipients: Iterable[Recipient],
    kind: str,
    params: Mapping[str, Any],
    link: str,
    key: str,
) -> int:
    """Tell people something; whoever was told under the same key, or does it themselves, is left out.

    Returns how many were told now. Their mails wait in the same transaction, so that what is rolled back is not told.
    """
    told = [Told(recipient=each, kind=kind, key=key, params=params, link=link) for each in recipients]
    return store(session, told, but=actor)


def store(session: Session, told: Sequence[Told], *, but: Actor | None = None) -> int:
    """Store notices that are not there yet; return how many are new."""
    for each in {(one.kind, one.key, one.link) for one in told}:
        _require_sound(*each)
    return sum(_store(session, told[start : start + _CHUNK], but) for start in range(0, len(told), _CHUNK))


def open_notice(session: Session, actor: Actor, *, notice_id: int) -> Notice:
    """Mark one's own notice as read and return it."""
    notice = get_own(session, actor, notice_id)
    notice.read_at = notice.read_at or clock.now()
    session.flush()
    return notice


def keep_unread(session: Session, actor: Actor, *, notice_id: int) -> Notice:
    """Take back that a notice was read."""
    notice = get_own(session, actor, notice_id)
    notice.read_at = None
    session.flush()
    return notice


def read_all(session: Session, actor: Actor) -> tuple[int, dt.datetime]:
    """Mark all one's notices as read; return how many, and the instant by which it can be taken back."""
    at = clock.now()
    statement = update(Notice).where(own(actor), Notice.read_at.is_(None)).values(read_at=at)
    return _changed(session, statement), at


def unread_again(session: Session, actor: Actor, *, at: dt.datetime) -> int:
    """Take back that all were read at an instant; return how many are unread again."""
    count = _changed(session, update(Notice).where(own(actor), Notice.read_at == at).values(read_at=None))
    if not count:
        raise NotFoundError("notice-unknown")
    return count


def forget_read(session: Session, *, before: dt.datetime) -> int:
    """Remove what was read before an instant; the chain keeps how many, never what."""
    old = delete(Notice).where(Notice.read_at < before, Notice.mail_state != "waiting")
    count = _changed(session, old)
    if count:
        details = {"count": count, "before": before.date().isoformat()}
        record(session, SYSTEM, action="notices:forget", subject="notices", details=details)
    return count


def _require_sound(kind: str, key: str, link: str) -> None:
    if kind not in KINDS:
        raise ValueError(f"No notice of kind {kind!r}.")
    if not 0 < len(key) <= MAX_KEY:
        raise ValueError("The key of a notice has 1 to 120 letters.")
    if not is_inside(link):
        raise ValueError("The link of a notice is a path of this application.")


def _store(session: Session, told: Sequence[Told], but: Actor | None) -> int:
    users = [each.recipient.user_id for each in told if each.recipient.user_id is not None]
    keys = keys_of_users(session, users) if users else {}
    found = [(_key(each.recipient, keys), each) for each in told]
    fresh = [(key, each) for key, each in found if key is not None and not _is(but, key)]
    if not fresh:
        return 0
    reached = accounts_reached(session, [key for key, _each in fresh])
    rows = [_row(key, each, reached) for key, each in fresh]
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    statement = insert(Notice).values(rows).on_conflict_do_nothing().returning(Notice.id)
    return len(session.scalars(statement).all())


def _row(key: Recipient, each: Told, reached: Mapping[Recipient, Any]) -> dict[str, Any]:
    now = clock.now()
    setting = reached[key][1] if key in reached else None
    mailed = setting is not None and is_mailed(each.kind) and KINDS[each.kind].value not in setting.muted
    return {
        "official_id": key.official_id,
        "user_id": key.user_id,
        "kind": each.kind,
        "params": dict(each.params),
        "link": each.link,
        "key": each.key,
        "created_at": now,
        "mail_state": "waiting" if mailed else "none",
        "mail_attempts": 0,
        "mail_after": now if mailed else None,
        "mail_error": "",
    }


def _key(recipient: Recipient, keys: Mapping[int, Recipient]) -> Recipient | None:
    return recipient if recipient.official_id is not None else keys.get(recipient.user_id or 0)


def _is(actor: Actor | None, key: Recipient) -> bool:
    if actor is None:
        return False
    if key.official_id is not None:
        return key.official_id == actor.official_id
    return key.user_id == actor.user_id


def _changed(session: Session, statement: Any) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)  # noqa: S101 -- a change always answers with a cursor
    return result.rowcount
