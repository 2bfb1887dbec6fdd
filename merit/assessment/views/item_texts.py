"""Rich text of items on the pages of scoring."""

from __future__ import annotations

from merit.assessment.domain.items import ItemContent
from merit.assessment.queries.items import media_addresses
from merit.db import reading


def with_media(html: str) -> str:
    """Return rich text whose pictures and sounds have their addresses."""
    with reading() as session:
        addresses = media_addresses(session, [ItemContent(body=html)])
    for sha256, address in addresses.items():
        html = html.replace(f"media:{sha256}", f"/media/{address}")
    return html
