"""Check the chain against itself and against the signed checkpoints in the table and in the copied file."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.audit.checkpoints import copies_path, read_copies
from merit.audit.domain import CHECKPOINT_ENTRIES, GENESIS, chain_hash
from merit.audit.models import HEAD_ID, AccessEntry, AuditCheckpoint, AuditEntry, AuditHead
from merit.audit.readings import SealedReadings, digest_readings, read_sealed
from merit.db import get_database
from merit.security.crypto import Keyring, is_signed, load_keyring

_BATCH = 2_000
_MAX_PROBLEMS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that does not fit; ``reason`` is a code with a sentence in phrases."""

    reason: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A checkpoint: what was signed, by which key, and whether it comes from the copied file."""

    payload: str
    signature: str
    key_id: str
    is_copy: bool

    def read(self) -> Mapping[str, Any]:
        """Return what was signed; an unreadable one counts as saying nothing."""
        try:
            document = json.loads(self.payload)
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}


@dataclass(slots=True, kw_only=True)
class Report:
    """The outcome: how far the chain was read and sealed, and what is wrong, the first bad row first."""

    entries: int = 0
    last_hash: str = GENESIS
    checkpoints: int = 0
    copies: int = 0
    sealed_entry: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    @property
    def first_bad_entry(self) -> int | None:
        """Number of the first entry that does not fit."""
        return min((problem.entry for problem in self.problems), default=None)

    def add(self, reason: str, entry: int) -> None:
        """Keep a problem once; after twenty the rest would tell nothing new."""
        problem = Problem(reason=reason, entry=entry)
        if problem not in self.problems and len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(problem)


def verify_chain(session: Session) -> Report:
    """Read the whole chain and compare it with every checkpoint."""
    report = Report()
    statements = list(_statements(session))
    wanted = {entry for entry in (_entry_of(one) for one in statements) if entry is not None}
    hashes = _walk(session, report, wanted)
    _check_head(session, report)
    _check_statements(session, report, statements, hashes)
    if report.entries - report.sealed_entry >= CHECKPOINT_ENTRIES:
        report.add("audit-unsealed", report.sealed_entry + 1)
    report.problems.sort(key=lambda problem: problem.entry)
    return report


def _walk(session: Session, report: Report, wanted: set[int]) -> dict[int, str]:
    """Recompute the chain; return the stored hashes at the sealed entries."""
    hashes: dict[int, str] = {}
    statement = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=_BATCH)
    for entry in session.scalars(statement):
        report.entries += 1
        if entry.id != report.entries:
            report.add("audit-entry-missing", report.entries)
            report.entries = entry.id
        elif entry.hash != chain_hash(report.last_hash, entry.payload):
            report.add("audit-entry-changed", entry.id)
        elif not _columns_agree(entry):
            report.add("audit-columns-changed", entry.id)
        report.last_hash = entry.hash
        if entry.id in wanted:
            hashes[entry.id] = entry.hash
    return hashes


def _columns_agree(entry: AuditEntry) -> bool:
    try:
        payload = json.loads(entry.payload)
        recorded_at = dt.datetime.fromisoformat(payload["at"])
    except (ValueError, KeyError, TypeError):
        return False
    said = (payload.get("id"), payload.get("action"), payload.get("actor"), payload.get("subject"), recorded_at)
    return said == (entry.id, entry.action, entry.actor_id, entry.subject, entry.recorded_at)


def _check_head(session: Session, report: Report) -> None:
    head = session.get(AuditHead, HEAD_ID)
    if head is None:
        if report.entries:
            report.add("audit-head-changed", report.entries)
    elif head.entry_id > report.entries:
        report.add("audit-truncated", report.entries + 1)
    elif (head.entry_id, head.hash) != (report.entries, report.last_hash):
        report.add("audit-head-changed", report.entries)


def _statements(session: Session) -> Iterator[Statement]:
    for row in session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.id)):
        yield Statement(payload=row.payload, signature=row.signature, key_id=row.key_id, is_copy=False)
    for copy in read_copies(copies_path()):
        yield Statement(
            payload=str(copy.get("payload", "")),
            signature=str(copy.get("signature", "")),
            key_id=str(copy.get("key_id", "")),
            is_copy=True,
        )


def _entry_of(statement: Statement) -> int | None:
    entry = statement.read().get("entry")
    return entry if isinstance(entry, int) else None


def _check_statements(session: Session, report: Report, statements: list[Statement], hashes: Mapping[int, str]) -> None:
    keyring = load_keyring(get_database().settings.secret_file)
    in_table = {statement.payload for statement in statements if not statement.is_copy}
    for statement in statements:
        report.copies += statement.is_copy
        report.checkpoints += not statement.is_copy
        reason = _find_fault(report, statement, hashes, keyring)
        entry = _entry_of(statement) or 0
        if reason is None and statement.is_copy and statement.payload not in in_table:
            reason = "audit-checkpoint-removed"
        if reason is not None:
            report.add(reason, min(entry, report.entries + 1) if reason == "audit-truncated" else entry)
        else:
            report.sealed_entry = max(report.sealed_entry, entry)
    _check_readings(session, report, statements)


def _find_fault(report: Report, statement: Statement, hashes: Mapping[int, str], keyring: Keyring) -> str | None:
    entry = _entry_of(statement)
    message = statement.payload.encode()
    if entry is None or not is_signed(keyring, statement.key_id, message, statement.signature):
        return "audit-checkpoint-forged"
    if entry > report.entries:
        return "audit-truncated"
    return None if hashes.get(entry) == statement.read().get("hash") else "audit-rewritten"


def _check_readings(session: Session, report: Report, statements: list[Statement]) -> None:
    """Compare the log of readings, which only grows, with the latest count that was signed."""
    latest = max(statements, key=lambda one: (_entry_of(one) or 0, one.read().get("last_reading", 0)), default=None)
    if latest is None:
        return
    said = latest.read()
    kept = session.scalar(select(func.count()).where(AccessEntry.id <= said.get("last_reading", 0))) or 0
    if kept < said.get("readings", 0):
        report.add("audit-readings-missing", _entry_of(latest) or 0)
        return
    _check_digests(session, report, statements)


def _check_digests(session: Session, report: Report, statements: list[Statement]) -> None:
    """Digest the readings anew from one signed boundary to the next; name the first that differs."""
    sealed = {
        (one.up_to, _entry_of(each) or 0, one.digest) for each in statements if (one := read_sealed(each.payload))
    }
    now = SealedReadings()
    for up_to, entry, digest in sorted(sealed):
        now = SealedReadings(up_to, digest_readings(session, now, up_to))
        if now.digest != digest:
            report.add("audit-readings-changed", entry)
            return
