"""What is written out of the bank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from merit.assessment.domain.items import ItemContent, ItemKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportItem:
    """An item to write: its documents, what the bank says about it, its media by SHA-256 as (file name, bytes)."""

    code: str
    content: ItemContent
    key: ItemKey
    competency: str = ""
    level: int | None = None
    subject: str = ""
    language: str = "id"
    facility: Decimal | None = None
    media: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
