"""Taking one import back: its facts end, and what it had ended is recorded again."""

from __future__ import annotations

from sqlalchemy import Table, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from merit import clock
from merit.db import Base
from merit.errors import ConflictError, NotAllowedError, NotFoundError, RuleViolationError
from merit.exchange import storage
from merit.exchange.batches import record_batch
from merit.exchange.differences import table_of
from merit.exchange.models import ImportBatch
from merit.exchange.registry import KIND_NAMES, get_kind
from merit.exchange.schema import Kind
from merit.security.permissions import Actor, Permission, is_granted


def undo_batch(session: Session, actor: Actor, *, batch_id: int) -> ImportBatch:
    """Take one import back: end its facts, and record again what it had ended.

    Raises
    ------
    RuleViolationError
        The batch was undone before, is itself an undo, a later import changed the same facts, or records of other
        imports refer to what would no longer be known.
    """
    storage.hold_imports(session)
    batch = find_undoable(session, actor, batch_id=batch_id)
    undo = ImportBatch(
        kind=batch.kind,
        format=batch.format,
        file_name=batch.file_name,
        file_sha256=batch.file_sha256,
        rows=batch.rows,
        created=0,
        updated=0,
        unchanged=0,
        state="undo",
        recorded_at=clock.now(),
        user_id=actor.user_id,
        undoes_id=batch.id,
    )
    session.add(undo)
    session.flush()
    tables = list(dict.fromkeys(table_of(spec.model) for spec in get_kind(batch.kind).facts))
    try:
        # What is restored refers to what the original already refers to: nothing is left to check.
        with storage.deferred_references(session, [], batch=undo.id, height=undo.rows):
            counts = [_undo_table(session, table, batch, undo) for table in tables]
    except IntegrityError as error:
        raise ConflictError("undo-changed-since", batch=batch_id) from error
    _refuse_orphans(session, batch, undo)
    undo.updated = counts[0][0]
    batch.state = "undone"
    session.flush()
    record_batch(session, actor, undo, action="import:undo")
    return undo


def find_undoable(session: Session, actor: Actor, *, batch_id: int) -> ImportBatch:
    """Return a batch that can be undone; refuse with the reason otherwise."""
    batch = session.get(ImportBatch, batch_id, with_for_update=True)
    if batch is None:
        raise NotFoundError("import-batch-unknown", batch=batch_id)
    own = batch.user_id is not None and batch.user_id == actor.user_id and is_granted(actor, Permission.IMPORT_RUN)
    if not (own or is_granted(actor, Permission.IMPORT_UNDO)):
        raise NotAllowedError
    if batch.state != "applied":
        raise RuleViolationError("undo-is-undo" if batch.state == "undo" else "undo-done", batch=batch_id)
    if batch.kind not in KIND_NAMES:
        raise RuleViolationError("undo-not-a-file", batch=batch_id)
    for spec in get_kind(batch.kind).facts:
        table = table_of(spec.model)
        ended = or_(
            table.c.superseding_batch_id.is_(None),
            exists().where(ImportBatch.id == table.c.superseding_batch_id, ImportBatch.state == "applied"),
        )
        later = select(table.c.id, table.c.superseding_batch_id).where(
            table.c.batch_id == batch_id, table.c.superseded_at.is_not(None), ended
        )
        if (found := session.execute(later.limit(1)).first()) is not None:
            raise RuleViolationError("undo-changed-since", batch=batch_id, later=found[1] or 0)
    return batch


def _refuse_orphans(session: Session, batch: ImportBatch, undo: ImportBatch) -> None:
    """Refuse where a standing record refers to something of which the undo leaves no record at all."""
    kind = get_kind(batch.kind)
    if kind.identity is None:
        return
    identities, own = table_of(kind.identity.model), table_of(kind.facts[0].model)
    link = next(
        key.parent for key in own.foreign_keys if key.column.table is identities and key.parent.name in _keys(kind)
    )
    gone = select(link).where(own.c.superseding_batch_id == undo.id)
    standing = select(link).where(own.c.superseded_at.is_(None), link.is_not(None))
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is not identities or "superseded_at" not in table.c:
                continue
            refers = select(table.c.id).where(
                table.c.superseded_at.is_(None), key.parent.in_(gone), key.parent.not_in(standing)
            )
            if session.scalar(refers.limit(1)) is not None:
                raise RuleViolationError("undo-referred-to", batch=batch.id)


def _keys(kind: Kind) -> frozenset[str]:
    return frozenset(kind.facts[0].key)


def _undo_table(session: Session, table: Table, batch: ImportBatch, undo: ImportBatch) -> tuple[int, int]:
    """Return how many facts were ended and how many restored."""
    written = update(table).where(table.c.batch_id == batch.id, table.c.superseded_at.is_(None))
    session.execute(written.values(superseded_at=undo.recorded_at, superseding_batch_id=undo.id))
    ended = select(func.count()).where(table.c.superseding_batch_id == undo.id)
    restored = storage.restore(session, table, undone=batch.id, at=undo.recorded_at)
    return session.scalar(ended) or 0, restored
