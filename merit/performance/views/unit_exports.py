"""Lists about units as spreadsheets: the board, complaints, satisfaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import NotAllowedError
from merit.i18n import _
from merit.people.queries.units import UnitTree, load_tree
from merit.performance.domain.awards import AWARDS
from merit.performance.domain.satisfaction import find_interval
from merit.performance.queries.board import BoardRow, load_board
from merit.performance.queries.complaints import ComplaintFilter, age_of, case_of, list_complaints
from merit.performance.queries.units import newest_surveys
from merit.security.permissions import Actor, Permission, is_granted
from merit.web.downloads import Sheet
from merit.web.exports import Export, list_export
from merit.web.labels import label
from merit.web.paging import whole

BOARD, COMPLAINTS, SATISFACTION = "unit-board", "complaint-list", "satisfaction-list"


def complaint_filter(choices: Mapping[str, Any], tree: UnitTree, scope: frozenset[int] | None) -> ComplaintFilter:
    """Return the filter of the choices of an address; a unit stands for itself and everything below it."""
    unit = tree.find(str(choices["unit"])) if choices.get("unit") else None
    return ComplaintFilter(
        unit_ids=scope if unit is None else tree.with_descendants(unit.id),
        kind=str(choices.get("jenis", "")),
        channel=str(choices.get("kanal", "")),
        state=str(choices.get("keadaan", "")),
        year=whole(str(choices.get("tahun", ""))),
        text=str(choices.get("cari", "")),
    )


@list_export(BOARD)
def collect_board(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the board of a year, with the source of the figures."""
    _require(actor)
    board = load_board(
        session,
        actor,
        whole(str(choices.get("tahun", ""))),
        text=str(choices.get("cari", "")),
        award=str(choices.get("kategori", "")),
        every="isi" in choices,
    )
    headings = [_("Kode unit"), _("Unit kerja"), _("Tahun"), _("Capaian (persen)"), _("Predikat")]
    for award in AWARDS:
        headings += [label(award, "award"), _("Peringkat %(name)s", name=label(award, "award"))]
    headings.append(_("Sumber"))
    sheet = Sheet(name=_("Kinerja unit"), headings=headings, rows=[_board_cells(row, board.year) for row in board.rows])
    return Export(name=f"kinerja-unit-{board.year}", sheets=[sheet], record=_noting(BOARD, len(board.rows)))


@list_export(COMPLAINTS)
def collect_complaints(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the complaints a filter leaves within the actor's scope, with deadline and state."""
    _require(actor)
    tree = load_tree(session, actor)
    rows = list_complaints(session, complaint_filter(choices, tree, actor.unit_ids))
    ages = age_of(session, rows, clock.today())
    headings = [_("Nomor"), _("Kode unit"), _("Unit kerja"), _("Jenis"), _("Kanal"), _("Diterima"), _("Ditanggapi")]
    headings += [_("Ditutup"), _("Dibuka kembali"), _("Tenggat"), _("Keadaan"), _("Sisa hari kerja"), _("Hasil")]
    cells = []
    for row, age in zip(rows, ages, strict=True):
        unit, case = tree.by_id.get(row.unit_id), case_of(row)
        place = ["", ""] if unit is None else [unit.code, unit.name]
        kind, channel = label(row.kind, "complaint_kind"), label(row.channel, "complaint_channel")
        dates = [row.received, row.answered, row.closed, row.reopened, age.deadline]
        left = age.left if case.is_open else None
        cells.append(
            [row.number, *place, kind, channel, *dates, label(case.state, "complaint_state"), left, row.outcome]
        )
    sheet = Sheet(name=_("Pengaduan"), headings=headings, rows=cells)
    return Export(name="pengaduan", sheets=[sheet], record=_noting(COMPLAINTS, len(cells)))


@list_export(SATISFACTION)
def collect_satisfaction(session: Session, actor: Actor, _choices: Mapping[str, Any]) -> Export:
    """Collect the newest survey of every unit within the actor's scope."""
    _require(actor)
    surveys, cells = newest_surveys(session), []
    for _depth, unit in load_tree(session, actor).walk():
        row = surveys.get(unit.id)
        if row is not None:
            interval = find_interval(row.score, row.respondents, row.deviation)
            ends = [None, None] if interval is None else [round(interval.low, 2), round(interval.high, 2)]
            cells.append([unit.code, unit.name, row.period, row.score, *ends, row.respondents, row.deviation])
    headings = [_("Kode unit"), _("Unit kerja"), _("Periode"), _("SKM"), _("Batas bawah 95 persen")]
    headings += [_("Batas atas 95 persen"), _("Responden"), _("Simpangan")]
    sheet = Sheet(name=_("Kepuasan masyarakat"), headings=headings, rows=cells)
    return Export(name="kepuasan-masyarakat", sheets=[sheet], record=_noting(SATISFACTION, len(cells)))


def _board_cells(row: BoardRow, year: int) -> list[Any]:
    cells: list[Any] = [row.unit.code, row.unit.name, year]
    result = row.result
    if result is None:
        return [*cells, *[None] * (3 + 2 * len(AWARDS))]
    cells += [result.achievement, label(result.predicate, "unit_predicate") if result.predicate else None]
    for award in AWARDS:
        cells += [getattr(result, award), row.ranks.get(award)]
    told = "; ".join(f"{figure_name(figure)}: {source}" for figure, source in (result.sources or {}).items())
    return [*cells, told or row.file_name]


def figure_name(figure: str) -> str:
    """Return the name of a figure of the board."""
    return _("Capaian") if figure == "achievement" else label(figure, "award")


def _noting(kind: str, rows: int) -> Callable[[Session, Actor], None]:
    def note(session: Session, actor: Actor) -> None:
        record(session, actor, action="units:export", subject=kind, details={"rows": rows})

    return note


def _require(actor: Actor) -> None:
    if not is_granted(actor, Permission.UNIT_READ):
        raise NotAllowedError
