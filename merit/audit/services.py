"""Keep the chain of what was done, and the log of whose records were read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import event, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, SessionTransaction

from merit import clock
from merit.audit import checkpoints
from merit.audit.domain import GENESIS, canonical, chain_hash, is_due, scrubbed
from merit.audit.models import HEAD_ID, AccessEntry, AuditEntry, AuditHead
from merit.db import get_database
from merit.security.crypto import load_keyring, reference
from merit.security.permissions import Actor

SAME_READING = dt.timedelta(minutes=15)
_PENDING = "audit_pending"
_Pending = list[tuple[AuditEntry, dict[str, Any], SessionTransaction | None]]


def record(
    session: Session,
    actor: Actor,
    *,
    action: str,
    subject: str,
    details: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Note what the actor does; the entry joins the chain when the unit of work commits.

    ``action`` is ``resource:verb`` ("vacancy:open"), ``subject`` a reference without personal data
    ("vacancy:12"). NIPs in texts become keyed references by themselves; names must not be passed. The chain's
    end is locked only at the commit, so that a long unit of work holds up nobody. The entry's ``id`` and
    ``hash`` are set then, or by :func:`append_pending`.
    """
    now = clock.now()
    entry = AuditEntry(
        recorded_at=now,
        action=action,
        actor_id=actor.user_id,
        subject=scrubbed(subject, _refer),
    )
    payload = {
        "action": action,
        "actor": actor.user_id,
        "at": now.isoformat(timespec="microseconds"),
        "details": scrubbed(details or {}, _refer),
        "subject": entry.subject,
        "system": actor.is_system,
    }
    _pending(session).append((entry, payload, session.get_nested_transaction()))
    return entry


def record_reading(
    session: Session, actor: Actor, *, official_id: int, what: str, reason: str = ""
) -> AccessEntry | None:
    """Note that the actor reads an official's record; reading one's own is not noted.

    ``what`` is a code with a sentence in phrases (``reading-record``, ``reading-explanation``…).
    """
    if actor.official_id == official_id:
        return None
    entry = AccessEntry(read_at=clock.now(), user_id=actor.user_id, official_id=official_id, what=what, reason=reason)
    session.add(entry)
    session.flush()
    return entry


def record_readings(session: Session, actor: Actor, *, officials: Iterable[int], what: str, reason: str = "") -> int:
    """Note that the actor reads the records of many officials at once; return how many readings are new.

    The same reader, record, kind and reason within :data:`SAME_READING` is the same reading: turning pages and
    sorting a list adds nothing. One's own record is not noted.
    """
    wanted = {int(number) for number in officials} - {actor.official_id}
    now = clock.now()
    same = select(AccessEntry.official_id).where(
        AccessEntry.user_id.is_not_distinct_from(actor.user_id),
        AccessEntry.what == what,
        AccessEntry.reason == reason,
        AccessEntry.read_at > now - SAME_READING,
    )
    fresh = sorted(wanted.difference(session.scalars(same)))
    common = {"read_at": now, "user_id": actor.user_id, "what": what, "reason": reason}
    if fresh:
        session.execute(insert(AccessEntry), [common | {"official_id": number} for number in fresh])
    return len(fresh)


def log_readings(actor: Actor, *, officials: Iterable[int], what: str, reason: str = "") -> None:
    """Note readings of many records in a unit of work of its own, for pages that otherwise only read."""
    with get_database().unit_of_work() as session:
        record_readings(session, actor, officials=officials, what=what, reason=reason)


def log_download(session: Session, actor: Actor, *, subject: str, rows: int) -> AuditEntry:
    """Note that the actor takes many records away at once."""
    return record(session, actor, action="export:download", subject=subject, details={"rows": rows})


def log_reading(actor: Actor, *, official_id: int, what: str, reason: str = "") -> None:
    """Note a reading in a unit of work of its own, for pages that otherwise only read."""
    if actor.official_id == official_id:
        return
    with get_database().unit_of_work() as session:
        record_reading(session, actor, official_id=official_id, what=what, reason=reason)


def append_pending(session: Session) -> None:
    """Append what was recorded in this session to the chain, and seal the chain where that is due."""
    pending: _Pending = session.info.get(_PENDING, [])
    if not pending:
        return
    session.info[_PENDING] = []
    head = _lock_head(session)
    for entry, payload, _transaction in pending:
        entry.id = head.entry_id + 1
        entry.payload = canonical({**payload, "id": entry.id})
        entry.hash = chain_hash(head.hash, entry.payload)
        head.entry_id, head.hash = entry.id, entry.hash
        session.add(entry)
    head.sealed_at = head.sealed_at or clock.now()
    session.flush()
    if _is_due(head):
        checkpoints.seal(session, head)


def checkpoint(session: Session) -> int | None:
    """Sign where the chain stands now; return the last entry sealed, None when the chain is empty."""
    append_pending(session)
    head = _lock_head(session)
    if head.entry_id == 0:
        return None
    checkpoints.seal(session, head)
    return head.entry_id


def is_checkpoint_due(session: Session) -> bool:
    """Whether ten minutes or 500 entries have passed since the last checkpoint."""
    head = session.get(AuditHead, HEAD_ID)
    return head is not None and _is_due(head)


def checkpoint_if_due(session: Session) -> bool:
    """Sign where the chain stands if that is due; return whether it was."""
    head = _lock_head(session)
    due = _is_due(head)
    if due:
        checkpoints.seal(session, head)
    return due


def _is_due(head: AuditHead) -> bool:
    unsealed = head.entry_id - head.sealed_entry_id
    return head.sealed_at is not None and is_due(unsealed=unsealed, sealed_at=head.sealed_at, now=clock.now())


def _refer(nip: str) -> str:
    keyring = load_keyring(get_database().settings.secret_file)
    return reference(keyring, nip, purpose="audit-nip")


def _lock_head(session: Session) -> AuditHead:
    locked = select(AuditHead).where(AuditHead.id == HEAD_ID).with_for_update()
    statement = locked.execution_options(populate_existing=True)
    head = session.scalars(statement).one_or_none()
    if head is None:
        # Two first writers may come at once; the later one waits here and then finds the earlier one's row.
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        insert = sqlite_insert(AuditHead) if is_sqlite else postgresql_insert(AuditHead)
        row = {"id": HEAD_ID, "entry_id": 0, "hash": GENESIS, "sealed_entry_id": 0}
        session.execute(insert.values(row).on_conflict_do_nothing())
        head = session.scalars(statement).one()
    return head


def _pending(session: Session) -> _Pending:
    if _PENDING not in session.info:
        session.info[_PENDING] = []
        event.listen(session, "before_commit", _before_commit)
        event.listen(session, "after_soft_rollback", _after_rollback)
    pending: _Pending = session.info[_PENDING]
    return pending


def _before_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        append_pending(session)


def _after_rollback(session: Session, ended: SessionTransaction) -> None:
    """Forget what was recorded inside the part that was rolled back."""
    session.info[_PENDING] = [
        kept for kept in session.info.get(_PENDING, []) if ended.nested and not _is_within(kept[2], ended)
    ]


def _is_within(transaction: SessionTransaction | None, ended: SessionTransaction) -> bool:
    while transaction is not None:
        if transaction is ended:
            return True
        transaction = transaction.parent
    return False
