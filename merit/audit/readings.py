"""A chained digest of the log of readings, so that a checkpoint betrays a changed row.

Readings are not chained one by one: two people reading at once would wait for each other. Each checkpoint digests the
rows that came since the last one and are old enough that no transaction can still add one before them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.audit.domain import canonical
from merit.audit.models import AccessEntry, AuditCheckpoint

SETTLED = dt.timedelta(minutes=15)  # far longer than any request that reads a record
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class SealedReadings:
    """Digest over all readings up to an id."""

    up_to: int = 0
    digest: str = ""


def seal_readings(session: Session, now: dt.datetime) -> SealedReadings:
    """Return the digest for the next checkpoint: the last one's, carried on over the rows settled since."""
    before = _last_sealed(session)
    settled = select(func.max(AccessEntry.id)).where(AccessEntry.read_at < now - SETTLED)
    up_to = max(session.scalar(settled) or 0, before.up_to)
    return SealedReadings(up_to, digest_readings(session, before, up_to))


def digest_readings(session: Session, before: SealedReadings, up_to: int) -> str:
    """Return SHA-256(former digest ‖ rows in order of their ids), the former digest where no row was added."""
    if up_to <= before.up_to:
        return before.digest
    rows = select(AccessEntry).where(AccessEntry.id > before.up_to, AccessEntry.id <= up_to).order_by(AccessEntry.id)
    return _digest(before.digest, session.scalars(rows.execution_options(yield_per=_BATCH)))


def read_sealed(payload: str) -> SealedReadings | None:
    """Return what a checkpoint says of the readings, None where it says nothing readable."""
    try:
        said = json.loads(payload)["readings_sealed"]
        return SealedReadings(int(said["up_to"]), str(said["digest"]))
    except (ValueError, KeyError, TypeError):
        return None


def _last_sealed(session: Session) -> SealedReadings:
    last = select(AuditCheckpoint.payload).order_by(AuditCheckpoint.id.desc()).limit(1)
    payload = session.scalar(last)
    return (read_sealed(payload) if payload else None) or SealedReadings()


def _digest(before: str, rows: Iterable[AccessEntry]) -> str:
    digest = hashlib.sha256(before.encode())
    for row in rows:
        line = {
            "at": row.read_at.isoformat(timespec="microseconds"),
            "id": row.id,
            "official": row.official_id,
            "reason": row.reason,
            "user": row.user_id,
            "what": row.what,
        }
        digest.update(canonical(line).encode() + b"\n")
    return digest.hexdigest()
