"""Batches in the audit chain."""

from __future__ import annotations

from sqlalchemy.orm import Session

from merit.audit import services as audit
from merit.exchange.models import ImportBatch
from merit.security.permissions import Actor


def record_batch(session: Session, actor: Actor, batch: ImportBatch, *, action: str) -> None:
    """Note an import or an undo in the audit chain, without anything about persons."""
    details = {
        "kind": batch.kind,
        "sha256": batch.file_sha256,
        "rows": batch.rows,
        "created": batch.created,
        "updated": batch.updated,
        "unchanged": batch.unchanged,
        "rejected": batch.rejected,
    }
    if batch.undoes_id is not None:
        details["undoes"] = batch.undoes_id
    audit.record(session, actor, action=action, subject=f"import-batch:{batch.id}", details=details)
