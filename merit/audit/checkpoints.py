"""Signed checkpoints of the chain, kept in the database and copied to a file outside it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.domain import canonical
from merit.audit.models import AccessEntry, AuditCheckpoint, AuditHead
from merit.audit.readings import seal_readings
from merit.db import get_database
from merit.security.crypto import load_keyring, public_key, sign

FILE_NAME = "checkpoints.jsonl"
_COPIES = "audit_checkpoint_copies"

log = structlog.get_logger()


def seal(session: Session, head: AuditHead) -> AuditCheckpoint:
    """Sign where the chain and the log of readings stand; the copy is written once it is committed."""
    keyring = load_keyring(get_database().settings.secret_file)
    now = clock.now()
    last_reading = session.scalar(select(func.max(AccessEntry.id))) or 0
    payload = canonical(
        {
            "at": now.isoformat(timespec="microseconds"),
            "entry": head.entry_id,
            "hash": head.hash,
            "last_reading": last_reading,
            "readings": session.scalar(select(func.count()).where(AccessEntry.id <= last_reading)),
            "readings_sealed": asdict(seal_readings(session, now)),
        }
    )
    row = AuditCheckpoint(
        entry_id=head.entry_id,
        made_at=now,
        payload=payload,
        signature=sign(keyring, payload.encode()),
        key_id=keyring.signing_id,
    )
    session.add(row)
    head.sealed_entry_id, head.sealed_at = head.entry_id, now
    session.flush()
    copy = {
        "key_id": row.key_id,
        "payload": payload,
        "public_key": public_key(keyring, row.key_id),
        "signature": row.signature,
    }
    _copy_after_commit(session, copy)
    return row


def copies_path() -> Path:
    """Return the file of checkpoint copies; it belongs on another machine as well."""
    return get_database().settings.instance_path / "checkpoints" / FILE_NAME


def read_copies(path: Path) -> list[dict[str, Any]]:
    """Return the copied checkpoints; a line cut off by a crash is left out."""
    if not path.exists():
        return []
    copies = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            copies.append(json.loads(line))
        except ValueError:
            continue
    return copies


def _copy_after_commit(session: Session, copy: dict[str, str]) -> None:
    if _COPIES not in session.info:
        event.listen(session, "after_commit", _write_copies)
        event.listen(session, "after_rollback", lambda ended: ended.info[_COPIES].clear())
    session.info.setdefault(_COPIES, []).append(copy)


def _write_copies(session: Session) -> None:
    path = copies_path()
    while session.info[_COPIES]:
        _append_copy(path, session.info[_COPIES].pop(0))


def _append_copy(path: Path, copy: dict[str, str]) -> None:
    # The checkpoint itself is committed already: a full disk must not undo or hide that.
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(copy, sort_keys=True) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        log.exception("checkpoint copy not written", path=str(path))
