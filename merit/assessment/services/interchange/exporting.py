"""Write items out of the bank: with keys, so by few, in bounded numbers, and into the audit chain."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.bank import media_of
from merit.assessment.domain.items import ItemContent
from merit.assessment.interchange.export_items import ExportItem
from merit.assessment.interchange.export_package import write_package
from merit.assessment.interchange.export_xlsx import row_of
from merit.assessment.interchange.xlsx_columns import COLUMNS, EXAMPLES, GUIDE, HEADINGS, SHEET
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.queries.bank import BankFilter, count_items, list_items
from merit.assessment.queries.items import media_by_hash, open_key
from merit.assessment.services.items import require
from merit.assessment.services.media import medium_bytes
from merit.audit.models import AuditEntry
from merit.audit.services import record
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor, Permission
from merit.web.downloads import Sheet, workbook_bytes

QTI, XLSX = "qti3", "xlsx"
FORMATS = (QTI, XLSX)
MOST_ITEMS = 500
MOST_PER_DAY = 10
ACTION = "bank:export"
LEFT_OUT = "Tidak ikut"
_SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A file of items; ``left_out`` are the codes of items the format cannot hold."""

    data: bytes
    name: str
    count: int
    left_out: Sequence[str]


def export_items(session: Session, actor: Actor, *, chosen: BankFilter, form: str) -> Exported:
    """Return the newest versions of the chosen items as a file, and note how many were taken by whom."""
    require(actor, Permission.ITEM_EXPORT)
    if form not in FORMATS:
        raise InvalidInputError("export-format-unknown", formats=", ".join(FORMATS))
    _refuse_bulk(session, actor, count_items(session, chosen))
    ids = [row.id for row in list_items(session, chosen, order="kode", size=MOST_ITEMS)]
    items = _load(session, ids)
    stem = f"bank-soal-{clock.today():%Y-%m-%d}"
    if form == QTI:
        exported = Exported(write_package(items), f"{stem}.zip", len(items), ())
    else:
        exported = _workbook(items, f"{stem}.xlsx")
    details = {
        "count": exported.count,
        "format": form,
        "left_out": len(exported.left_out),
        "file_sha256": hashlib.sha256(exported.data).hexdigest(),
        "first": items[0].code,
        "last": items[-1].code,
    }
    record(session, actor, action=ACTION, subject="bank", details=details)
    return exported


def _refuse_bulk(session: Session, actor: Actor, count: int) -> None:
    if not count:
        raise NotFoundError("export-nothing")
    if count > MOST_ITEMS:
        raise RuleViolationError("export-too-large", count=count, most=MOST_ITEMS)
    if actor.is_system:
        return
    since = clock.now() - dt.timedelta(days=1)
    recent = select(func.count(AuditEntry.id)).where(
        AuditEntry.action == ACTION, AuditEntry.actor_id == actor.user_id, AuditEntry.recorded_at > since
    )
    if (session.scalar(recent) or 0) >= MOST_PER_DAY:
        raise RuleViolationError("export-too-often", most=MOST_PER_DAY)


def _load(session: Session, ids: Sequence[int]) -> list[ExportItem]:
    other = select(func.max(ItemVersion.number)).where(ItemVersion.item_id == Item.id).correlate(Item)
    statement = (
        select(Item, ItemVersion)
        .join(ItemVersion, (ItemVersion.item_id == Item.id) & (ItemVersion.number == other.scalar_subquery()))
        .where(Item.id.in_(ids))
        .order_by(Item.code)
    )
    return [_export_item(session, item, version) for item, version in session.execute(statement)]


def _export_item(session: Session, item: Item, version: ItemVersion) -> ExportItem:
    content, key = ItemContent.model_validate(version.content), open_key(version)
    media = {
        digest: (f"{digest[:16]}{_SUFFIXES.get(medium.media_type, '')}", medium_bytes(digest))
        for digest, medium in media_by_hash(session, media_of(content) | media_of(key)).items()
    }
    return ExportItem(
        code=item.code,
        content=content,
        key=key,
        competency=item.competency,
        level=item.level,
        subject=item.subject,
        language=item.language,
        facility=version.facility,
        media=media,
    )


def _workbook(items: Sequence[ExportItem], name: str) -> Exported:
    rows, left_out = [], []
    for item in items:
        row = row_of(item)
        if row is None:
            left_out.append(item.code)
        else:
            rows.append(row)
    if not rows:
        raise RuleViolationError("export-not-in-workbook")
    sheets = [Sheet(name=SHEET, headings=HEADINGS, rows=rows), _guide()]
    if left_out:
        missing = [[code, "Tidak dapat ditulis utuh ke XLSX; pakai paket QTI 3.0."] for code in left_out]
        sheets.insert(1, Sheet(name=LEFT_OUT, headings=["kode", "alasan"], rows=missing))
    return Exported(workbook_bytes(sheets), name, len(rows), left_out)


def template_workbook() -> bytes:
    """Return the template: filled with an example of every kind, and a sheet that explains the columns."""
    rows = [[example.get(name, "") for name in HEADINGS] for example in EXAMPLES]
    return workbook_bytes([Sheet(name=SHEET, headings=HEADINGS, rows=rows), _guide()])


def _guide() -> Sheet:
    rows = [[column.name, "wajib" if column.required else "boleh kosong", column.hint] for column in COLUMNS]
    return Sheet(name=GUIDE, headings=["Kolom", "Wajib", "Isi"], rows=rows, widths=[24, 16, 110])
