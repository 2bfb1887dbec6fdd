"""The list of officials as a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from merit.errors import NotAllowedError
from merit.i18n import _
from merit.people.domain import format_grade
from merit.people.forms import choice_of
from merit.people.queries.officials import OfficialRow, iterate_officials
from merit.people.queries.units import load_tree
from merit.people.services import record_export
from merit.security.permissions import Actor, Permission, is_granted
from merit.web.downloads import Sheet
from merit.web.exports import Export, list_export
from merit.web.labels import label

OFFICIALS = "officials"


@list_export(OFFICIALS)
def collect_officials(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the officials a filter leaves within the actor's scope; ``choices`` as the list's address has them."""
    if not is_granted(actor, Permission.OFFICIAL_EXPORT):
        raise NotAllowedError
    choice = choice_of(choices)
    chosen = choice.filter(load_tree(session, actor), actor.unit_ids)
    found = list(iterate_officials(session, chosen, order=choice.order))
    ids = [row.id for row in found]
    return Export(
        name="pegawai",
        sheets=[Sheet(name=_("Pegawai"), headings=headings(), rows=map(cells, found))],
        record=lambda writing, taker: record_export(writing, taker, officials=ids, choices=choice.used),
    )


def headings() -> list[str]:
    """Return the headings of the spreadsheet."""
    return [
        "NIP",
        _("Nama"),
        _("Golongan"),
        _("TMT golongan"),
        _("Status"),
        _("Jenjang"),
        _("Kode jabatan"),
        _("Jabatan"),
        _("TMT jabatan"),
        _("Kode unit"),
        _("Unit kerja"),
    ]


def cells(row: OfficialRow) -> list[Any]:
    """Return one official's cells, in the order of the headings."""
    return [
        row.nip,
        row.full_name,
        format_grade(row.grade),
        row.grade_since,
        row.employment,
        label(row.tier, "tier"),
        row.position_code,
        row.position_name,
        row.position_since,
        row.unit_code,
        row.unit_name,
    ]
