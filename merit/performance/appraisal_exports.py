"""The list of appraisal sheets as a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from merit.audit.services import record, record_readings
from merit.errors import NotAllowedError
from merit.i18n import _
from merit.people.queries.units import UnitTree, load_tree
from merit.performance.queries.appraisals import SheetFilter, SheetRow, list_sheets
from merit.security.permissions import Actor, Permission, is_granted
from merit.web.downloads import Sheet
from merit.web.exports import Export, list_export
from merit.web.labels import label
from merit.web.paging import whole

SHEETS = "appraisal-sheets"


def filter_of(
    choices: Mapping[str, str], *, cycle_id: int, tree: UnitTree, scope: frozenset[int] | None
) -> SheetFilter:
    """Return the filter of the choices of an address; the unit stands for itself and everything below it."""
    unit = tree.find(choices["unit"]) if choices.get("unit") else None
    return SheetFilter(
        cycle_id=cycle_id,
        text=choices.get("cari", ""),
        unit_ids=scope if unit is None else tree.with_descendants(unit.id),
        state=choices.get("keadaan", ""),
        predicate=whole(choices.get("predikat", "")),
        unassigned=choices.get("penilai") == "belum",
    )


@list_export(SHEETS)
def collect_sheets(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the sheets a filter leaves within the actor's scope."""
    if not is_granted(actor, Permission.APPRAISAL_READ):
        raise NotAllowedError
    cycle_id = whole(str(choices.get("periode", "")))
    chosen = filter_of(choices, cycle_id=cycle_id, tree=load_tree(session, actor), scope=actor.unit_ids)
    found = list_sheets(session, chosen, order=str(choices.get("urut", "")) or "nama")
    headings = ["NIP", _("Nama"), _("Unit kerja"), _("Penilai"), _("Pemutus keberatan"), _("Keadaan")]
    headings += [_("Hasil kerja"), _("Perilaku kerja"), _("Predikat"), _("Diserahkan"), _("Batas waktu")]

    def note(writing: Session, taker: Actor) -> None:
        details = {"rows": len(found), "filters": sorted(choices)}
        record(writing, taker, action="appraisal:export", subject=f"appraisal_cycle:{cycle_id}", details=details)
        record_readings(writing, taker, officials=[row.official_id for row in found], what="reading-download")

    sheet = Sheet(name=_("Penilaian kinerja"), headings=headings, rows=map(_cells, found))
    return Export(name="penilaian-kinerja", sheets=[sheet], record=note)


def _cells(row: SheetRow) -> list[Any]:
    return [
        row.nip,
        row.name,
        row.unit_name,
        row.assessor,
        row.reviewer,
        label(row.state, "appraisal_state"),
        label(row.result_rating, "rating"),
        label(row.behaviour_rating, "rating"),
        label(row.predicate, "predicate"),
        row.handed_over,
        row.due,
    ]
