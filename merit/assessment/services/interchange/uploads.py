"""Files of items that came through the page: kept sealed, tried, taken, taken back.

A file of items holds keys, so it is encrypted until it is taken or forgotten (two days, like every upload).
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.bank import ItemTags, plain_text
from merit.assessment.domain.duplicates import find_pairs
from merit.assessment.domain.states import ItemState
from merit.assessment.interchange import ReadItem, ReadResult, UnreadableError, read
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.queries.items import keyring, newest_texts
from merit.assessment.services.interchange.importing import Intake, Outcome, Progress, take_items
from merit.assessment.services.items import move_item, require
from merit.audit.services import record
from merit.errors import NotAllowedError, NotFoundError, RuleViolationError
from merit.exchange.models import ImportUpload
from merit.exchange.uploads import discard_upload, get_upload
from merit.jobs.models import Job
from merit.security.crypto import decrypt, encrypt
from merit.security.permissions import Actor, Permission

KIND = "items"
MOST_ITEMS = 500
MOST_BYTES = 32 * 1024 * 1024
TWIN = 0.95  # from here on an item is not ticked by itself
_MOST_PAIRS = 2_000


@dataclass(frozen=True, slots=True)
class Twin:
    """Something in the bank, or earlier in the file, that reads much the same."""

    code: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Preview:
    """An upload with what was found in it; ``made`` are the items of an upload that was taken."""

    upload: ImportUpload
    result: ReadResult
    twins: Mapping[int, Twin]
    made: Sequence[Item]

    @property
    def is_undone(self) -> bool:
        """Whether the items were taken back."""
        return bool((self.upload.report or {}).get("undone"))

    @property
    def counts(self) -> dict[str, int]:
        """Return how many items can be taken, are of an unknown kind, or broken; together they are all items."""
        kinds = [state_of(item) for item in self.result.items]
        return {name: kinds.count(name) for name in ("supported", "unsupported", "broken")}


def state_of(item: ReadItem) -> str:
    """Return whether an item is supported, unsupported or broken."""
    if item.supported:
        return "supported"
    return "broken" if any("-broken" in problem.code for problem in item.problems) else "unsupported"


def keep_file(session: Session, actor: Actor, *, file_name: str, content: bytes) -> ImportUpload:
    """Keep a file of items and try it; one that cannot be read is refused and not kept."""
    require(actor, Permission.ITEM_WRITE)
    if actor.user_id is None:
        raise NotAllowedError
    name = "".join(filter(str.isprintable, file_name))[-200:] or "berkas"
    if len(content) > MOST_BYTES:
        raise UnreadableError("items-file-large", name=name, limit=MOST_BYTES // 1024 // 1024)
    result = _read(name, content)
    if len(result.items) > MOST_ITEMS:
        raise UnreadableError("items-file-many", name=name, count=len(result.items), most=MOST_ITEMS)
    token = secrets.token_urlsafe(18)
    twins = _find_twins(session, result)
    upload = ImportUpload(
        token=token,
        kind=KIND,
        file_name=name,
        content=_seal(token, content),
        user_id=actor.user_id,
        uploaded_at=clock.now(),
        state="ready",
        report={"twins": {str(index): [twin.code, twin.similarity] for index, twin in twins.items()}},
    )
    session.add(upload)
    session.flush()
    return upload


def preview_upload(session: Session, actor: Actor, *, token: str) -> Preview:
    """Return one's own upload with everything found in it."""
    require(actor, Permission.ITEM_WRITE)
    upload = _get(session, actor, token)
    report: dict[str, Any] = upload.report or {}
    if upload.state != "ready":
        ids = report.get("items", [])
        made = session.scalars(select(Item).where(Item.id.in_(ids)).order_by(Item.id)).all()
        return Preview(upload, ReadResult(), {}, made)
    twins = {int(index): Twin(code, similarity) for index, (code, similarity) in report.get("twins", {}).items()}
    return Preview(upload, _read(upload.file_name, _content(session, upload)), twins, ())


def claim_upload(session: Session, actor: Actor, *, token: str, job_id: int | None = None) -> ImportUpload:
    """Return one's own upload, locked, that nobody has taken and no other job than ``job_id`` is working on."""
    require(actor, Permission.ITEM_WRITE)
    upload = _get(session, actor, token, lock=True)
    if upload.state != "ready" or (upload.job_id != job_id and is_busy(session, upload)):
        raise RuleViolationError("import-upload-not-ready")
    return upload


def is_busy(session: Session, upload: ImportUpload) -> bool:
    """Tell whether a job is waiting or working on an upload."""
    state = None if upload.job_id is None else session.scalar(select(Job.state).where(Job.id == upload.job_id))
    return upload.state == "ready" and state in {"queued", "running"}


def import_upload(
    session: Session,
    actor: Actor,
    *,
    token: str,
    take: Collection[int],
    defaults: ItemTags,
    job_id: int | None = None,
    progress: Progress = lambda _done: None,
) -> Outcome:
    """Make drafts of the chosen items of an upload; its file is forgotten then."""
    upload = claim_upload(session, actor, token=token, job_id=job_id)
    data = _content(session, upload)
    items = _read(upload.file_name, data).items
    chosen = [items[index] for index in sorted(set(take)) if 0 <= index < len(items)]
    if not chosen:
        raise RuleViolationError("items-none-chosen")
    digest = hashlib.sha256(data).hexdigest()
    intake = Intake(items=chosen, defaults=defaults, file_name=upload.file_name, file_sha256=digest)
    outcome = take_items(session, actor, intake=intake, progress=progress)
    if not outcome.made:
        return outcome
    upload.state, upload.content = "imported", b""
    upload.report = {
        "items": [item.id for item in outcome.made],
        "left": [[left.identifier, left.reason, dict(left.details)] for left in outcome.left],
        "recoded": list(outcome.recoded),
    }
    session.flush()
    return outcome


def undo_import(session: Session, actor: Actor, *, token: str) -> tuple[int, int]:
    """Retire the drafts of an import that nobody has touched since; return how many, and how many were kept."""
    require(actor, Permission.ITEM_WRITE)
    upload = _get(session, actor, token, lock=True)
    report: dict[str, Any] = dict(upload.report or {})
    if upload.state != "imported" or report.get("undone"):
        raise RuleViolationError("import-upload-not-ready")
    newest = func.max(ItemVersion.number)
    versions = (
        select(Item.id)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .where(Item.id.in_(report["items"]), Item.state == ItemState.DRAFT.value, Item.row_version == 1)
        .group_by(Item.id)
        .having(newest == 1)
    )
    untouched = session.scalars(versions.order_by(Item.id)).all()
    for item_id in untouched:
        move_item(session, actor, item_id=item_id, to=ItemState.RETIRED, note="Impor dibatalkan")
    kept = len(report["items"]) - len(untouched)
    upload.report = {**report, "undone": True}
    session.flush()
    record(session, actor, action="bank:undo", subject="bank", details={"retired": len(untouched), "kept": kept})
    return len(untouched), kept


def discard_file(session: Session, actor: Actor, *, token: str) -> None:
    """Forget an upload that was not taken."""
    claim_upload(session, actor, token=token)
    discard_upload(session, actor, token=token)


def _get(session: Session, actor: Actor, token: str, *, lock: bool = False) -> ImportUpload:
    upload = get_upload(session, actor, token, lock=lock)
    if upload.kind != KIND:
        raise NotFoundError("import-upload-unknown")
    return upload


def _read(name: str, content: bytes) -> ReadResult:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "unggahan"
        path.write_bytes(content)
        return read(path, name=name)


def _context(token: str) -> str:
    return f"import_uploads.content:{token}"


def _seal(token: str, content: bytes) -> bytes:
    return encrypt(keyring(), b64encode(content).decode(), context=_context(token)).encode()


def _content(session: Session, upload: ImportUpload) -> bytes:
    sealed = session.scalar(select(ImportUpload.content).where(ImportUpload.id == upload.id)) or b""
    return b64decode(decrypt(keyring(), sealed.decode(), context=_context(upload.token)))


def _find_twins(session: Session, result: ReadResult) -> dict[int, Twin]:
    """Return the most similar text of the bank, or of an earlier item of the file, for every item read."""
    fresh = [plain_text(item.content) if item.content is not None else "" for item in result.items]
    bank = newest_texts(session)
    names = [item.identifier for item in result.items] + [text.code for text in bank]
    found: dict[int, Twin] = {}
    for pair in find_pairs([*fresh, *(text.text for text in bank)], most=_MOST_PAIRS):
        newer, other = (pair.second, pair.first) if pair.second < len(fresh) else (pair.first, pair.second)
        if newer < len(fresh) and fresh[newer]:
            best = found.get(newer)
            if best is None or best.similarity < pair.similarity:
                found[newer] = Twin(names[other], pair.similarity)
    return found
