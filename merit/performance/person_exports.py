"""Lists about officials as files: placements offered, leave, awards, the disciplinary register."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record, record_readings
from merit.errors import NotAllowedError
from merit.i18n import _
from merit.people.queries.units import UnitTree, load_tree
from merit.performance.domain.offers import is_assessed
from merit.performance.queries.awards import AwardFilter, AwardRow, search_awards
from merit.performance.queries.discipline import CaseFilter, CaseRow, list_cases
from merit.performance.queries.offers import (
    LeaveFilter,
    LeaveRow,
    OfferFilter,
    OfferRow,
    list_offers,
    search_leave,
)
from merit.security.permissions import Actor, Permission, is_granted
from merit.web.downloads import Sheet
from merit.web.exports import Export, list_export
from merit.web.labels import label

OFFERS, LEAVE, DISCIPLINE, AWARDS = "offers", "leave", "discipline", "awards"


def offer_filter(choices: Mapping[str, Any], tree: UnitTree, scope: frozenset[int] | None) -> OfferFilter:
    """Return the filter of the choices of an address; a unit stands for itself and everything below it."""
    return OfferFilter(
        text=str(choices.get("cari", "")),
        unit_ids=_units(choices, tree, scope),
        response=str(choices.get("jawaban", "")),
    )


def leave_filter(choices: Mapping[str, Any], tree: UnitTree, scope: frozenset[int] | None) -> LeaveFilter:
    """Return the filter of the choices of an address; whether a leave goes on is asked today."""
    return LeaveFilter(
        today=clock.today(),
        text=str(choices.get("cari", "")),
        unit_ids=_units(choices, tree, scope),
        kind=str(choices.get("jenis", "")),
        state=str(choices.get("keadaan", "")),
    )


def case_filter(choices: Mapping[str, Any], tree: UnitTree, scope: frozenset[int] | None) -> CaseFilter:
    """Return the filter of the choices of an address."""
    return CaseFilter(
        text=str(choices.get("cari", "")),
        unit_ids=_units(choices, tree, scope),
        level=str(choices.get("tingkat", "")),
        standing=str(choices.get("kedudukan", "")),
    )


def award_filter(choices: Mapping[str, Any], tree: UnitTree, scope: frozenset[int] | None) -> AwardFilter:
    """Return the filter of the choices of an address."""
    return AwardFilter(
        text=str(choices.get("cari", "")),
        unit_ids=_units(choices, tree, scope),
        kind=str(choices.get("jenis", "")),
        year=int(choices.get("tahun") or 0),
    )


@list_export(OFFERS)
def collect_offers(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the offers a filter leaves within the actor's scope."""
    _require(actor, Permission.APPRAISAL_READ)
    chosen = offer_filter(choices, load_tree(session, actor), actor.unit_ids)
    rows = list_offers(session, chosen, order=str(choices.get("urut", "")) or "-ditawarkan")
    headings = [*_who(), _("Penugasan"), _("Ditawarkan"), _("Jawaban"), _("Alasan sah")]
    headings += [_("Mulai"), _("Selesai"), _("Nomor surat keputusan")]
    sheet = Sheet(name=_("Penugasan"), headings=headings, rows=map(_offer_cells, rows))
    return Export(name="penugasan", sheets=[sheet], record=_noting("offer:export", "assignments", rows, choices))


@list_export(LEAVE)
def collect_leave(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the leaves a filter leaves within the actor's scope."""
    _require(actor, Permission.APPRAISAL_READ)
    chosen = leave_filter(choices, load_tree(session, actor), actor.unit_ids)
    rows = search_leave(session, chosen, order=str(choices.get("urut", "")) or "-mulai")
    headings = [*_who(), _("Jenis cuti"), _("Mulai"), _("Selesai"), _("Tahun yang tidak dinilai karenanya")]
    sheet = Sheet(name=_("Cuti"), headings=headings, rows=map(_leave_cells, rows))
    return Export(name="cuti", sheets=[sheet], record=_noting("leave:export", "leave_periods", rows, choices))


@list_export(AWARDS)
def collect_awards(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the awards a filter leaves within the actor's scope."""
    _require(actor, Permission.APPRAISAL_READ)
    chosen = award_filter(choices, load_tree(session, actor), actor.unit_ids)
    rows = search_awards(session, chosen, order=str(choices.get("urut", "")) or "-tanggal")
    headings = [*_who(), _("Jenis"), _("Penghargaan"), _("Pemberi"), _("Nomor keputusan atau piagam")]
    headings += [_("Tanggal"), _("Penjelasan"), _("Sumber")]
    sheet = Sheet(name=_("Penghargaan"), headings=headings, rows=map(_award_cells, rows))
    note = _noting("award:export", "official_awards", rows, choices)
    return Export(name="penghargaan", sheets=[sheet], record=note)


@list_export(DISCIPLINE)
def collect_discipline(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the disciplinary cases a filter leaves within the actor's scope."""
    _require(actor, Permission.DISCIPLINE_READ)
    chosen = case_filter(choices, load_tree(session, actor), actor.unit_ids)
    order = str(choices.get("urut", "")) or "-tanggal"
    rows = list_cases(session, chosen, today=clock.today(), order=order)
    headings = [*_who(), _("Hukuman"), _("Keadaan"), _("Kedudukan hari ini"), _("Nomor surat"), _("Tanggal surat")]
    headings += [_("Mulai berlaku"), _("Berakhir"), _("Sumber")]
    sheet = Sheet(name=_("Disiplin"), headings=headings, rows=map(_case_cells, rows))
    note = _noting("discipline:export", "discipline_findings", rows, choices)
    return Export(name="disiplin", sheets=[sheet], record=note)


def skipped_years(row: LeaveRow) -> list[int]:
    """Return the years this leave alone takes out of the appraisal indicators; one that lasts runs until today."""
    starts, ends = row.leave.starts, row.leave.ends or max(row.leave.starts, clock.today())
    return [year for year in range(starts.year, ends.year + 1) if not is_assessed(year, [(starts, ends)])]


def _units(choices: Mapping[str, Any], tree: UnitTree, scope: frozenset[int] | None) -> frozenset[int] | None:
    unit = tree.find(str(choices["unit"])) if choices.get("unit") else None
    return scope if unit is None else tree.with_descendants(unit.id)


def _who() -> list[str]:
    return ["NIP", _("Nama"), _("Unit kerja")]


def _noting(
    action: str, subject: str, rows: Sequence[OfferRow | LeaveRow | AwardRow | CaseRow], choices: Mapping[str, Any]
) -> Callable[[Session, Actor], None]:
    details = {"rows": len(rows), "filters": sorted(name for name, value in choices.items() if value)}
    officials = [row.official_id for row in rows]

    def note(session: Session, actor: Actor) -> None:
        record(session, actor, action=action, subject=subject, details=details)
        record_readings(session, actor, officials=officials, what="reading-download")

    return note


def _offer_cells(row: OfferRow) -> list[Any]:
    offer = row.offer
    lawful = "" if offer.lawful_reason is None else label(offer.lawful_reason, "yes_no")
    answer = label(offer.response, "response") if offer.response else _("Belum dijawab")
    told = [offer.name, offer.offered, answer, lawful, offer.starts, offer.ends, offer.decree_number]
    return [row.nip, row.name, row.unit_name, *told]


def _leave_cells(row: LeaveRow) -> list[Any]:
    leave, years = row.leave, ", ".join(map(str, skipped_years(row)))
    return [row.nip, row.name, row.unit_name, label(leave.kind, "leave"), leave.starts, leave.ends, years]


def _award_cells(row: AwardRow) -> list[Any]:
    award = row.award
    told = [award.name, award.issuer, award.decree_number, award.dated, award.note]
    source = _("Dicatat di sini") if award.batch_id is None else _("Impor")
    return [row.nip, row.name, row.unit_name, label(award.kind, "award_kind"), *told, source]


def _case_cells(row: CaseRow) -> list[Any]:
    return [
        row.nip,
        row.name,
        row.unit_name,
        label(row.code, "finding"),
        label(row.state, "finding_state"),
        label(row.standing, "finding_standing"),
        row.number,
        row.dated,
        row.starts,
        row.ends,
        _("Impor") if row.is_imported else _("Dicatat di sini"),
    ]


def _require(actor: Actor, permission: Permission) -> None:
    if not is_granted(actor, permission):
        raise NotAllowedError
