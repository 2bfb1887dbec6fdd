"""Lists about units as files: the board, complaints and their age, satisfaction, one unit's agreement and surveys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import NotAllowedError
from merit.i18n import _
from merit.people.queries.facts import FactRow
from merit.people.queries.units import UnitTree, get_unit, load_tree
from merit.performance.domain.awards import AWARDS
from merit.performance.domain.satisfaction import SKM_ELEMENTS, class_of, find_interval
from merit.performance.queries import list_surveys
from merit.performance.queries.board import BoardRow, load_board
from merit.performance.queries.complaints import ComplaintFilter, age_of, case_of, list_complaints, list_open
from merit.performance.queries.units import (
    Indicator,
    element_means,
    line_of,
    list_indicators,
    list_newest,
    period_key,
)
from merit.security.permissions import Actor, Permission, is_granted
from merit.web.downloads import Sheet
from merit.web.exports import Export, list_export
from merit.web.labels import label
from merit.web.paging import whole

BOARD, COMPLAINTS, SATISFACTION = "unit-board", "complaint-list", "satisfaction-list"
AGES, AGREEMENT, SURVEYS = "complaint-ages", "unit-agreement", "unit-surveys"
QUARTERS = (1, 2, 3, 4)


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
    chosen = complaint_filter(choices, tree, actor.unit_ids)
    rows = list_complaints(session, chosen, order=str(choices.get("urut", "")))
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


@list_export(AGES)
def collect_ages(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the open complaints within the actor's scope with their age in working days."""
    _require(actor)
    tree = load_tree(session, actor)
    reached = complaint_filter({"unit": choices.get("unit")}, tree, actor.unit_ids).unit_ids
    found = list_open(session, reached, clock.today(), order=str(choices.get("urut", "")))
    headings = [_("Nomor"), _("Unit kerja"), _("Jenis"), _("Diterima"), _("Umur (hari kerja)"), _("Tenggat")]
    headings += [_("Sisa hari kerja"), _("Keadaan")]
    cells = [
        [
            item.row.number,
            tree.name_of(item.row.unit_id),
            label(item.row.kind, "complaint_kind"),
            item.row.received,
            item.age.days,
            item.age.deadline,
            item.age.left,
            label(item.age.state, "deadline_state"),
        ]
        for item in found
    ]
    sheet = Sheet(name=_("Umur pengaduan"), headings=headings, rows=cells)
    return Export(name="umur-pengaduan", sheets=[sheet], record=_noting(AGES, len(cells)))


@list_export(SATISFACTION)
def collect_satisfaction(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the newest survey of the units a search leaves within the actor's scope."""
    _require(actor)
    rows = list_newest(session, actor, text=str(choices.get("cari", "")), order=str(choices.get("urut", "")))
    cells = [[unit.code, unit.name, *_survey_cells(row)] for unit, row in rows]
    headings = [_("Kode unit"), _("Unit kerja"), *_survey_headings()]
    sheet = Sheet(name=_("Kepuasan masyarakat"), headings=headings, rows=cells)
    return Export(name="kepuasan-masyarakat", sheets=[sheet], record=_noting(SATISFACTION, len(cells)))


@list_export(SURVEYS)
def collect_surveys(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect all surveys of one unit, newest first, with the means of the elements where they are known."""
    _require(actor)
    unit = get_unit(load_tree(session, actor), str(choices.get("kode", "")))
    surveys = sorted(list_surveys(session, unit.id), key=lambda row: period_key(row.period), reverse=True)
    means = element_means(session, unit.id)
    cells = [
        [*_survey_cells(row), *(means.get(row.period, {}).get(element) for element in SKM_ELEMENTS)] for row in surveys
    ]
    headings = [*_survey_headings(), *(label(element, "skm_element") for element in SKM_ELEMENTS)]
    name = _("Survei kepuasan %(unit)s", unit=unit.name)
    return Export(
        name=f"survei-{unit.code}",
        sheets=[Sheet(name=name, headings=headings, rows=cells)],
        record=_noting(SURVEYS, len(cells)),
    )


@list_export(AGREEMENT)
def collect_agreement(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect one unit's agreement of a year: every indicator with target, achievement and percent by quarter."""
    _require(actor)
    unit = get_unit(load_tree(session, actor), str(choices.get("kode", "")))
    year = whole(str(choices.get("tahun", "")))
    headings = [_("Indikator"), _("Satuan"), _("Arah"), _("Sumber")]
    for quarter in QUARTERS:
        told = {"quarter": quarter}
        headings += [_("Target TW%(quarter)s", **told), _("Realisasi TW%(quarter)s", **told)]
        headings += [_("Persen TW%(quarter)s", **told), _("Penjelasan TW%(quarter)s", **told)]
    cells = [_indicator_cells(indicator) for indicator in list_indicators(session, unit.id, year)]
    name = _("Perjanjian kinerja %(year)s %(unit)s", year=year, unit=unit.name)
    return Export(
        name=f"perjanjian-kinerja-{unit.code}-{year}",
        sheets=[Sheet(name=name, headings=headings, rows=cells)],
        record=_noting(AGREEMENT, len(cells)),
    )


def _indicator_cells(indicator: Indicator) -> list[Any]:
    way = _("turun") if indicator.lower_is_better else _("naik")
    cells: list[Any] = [indicator.name, indicator.measure, way, indicator.source]
    for quarter in QUARTERS:
        row = indicator.quarters.get(quarter)
        cells += [None] * 4 if row is None else [row.target, row.realised, line_of(row).percent, row.note]
    return cells


def _survey_headings() -> list[str]:
    headings = [_("Periode"), _("SKM"), _("Mutu"), _("Batas bawah 95 persen"), _("Batas atas 95 persen")]
    return [*headings, _("Responden"), _("Simpangan")]


def _survey_cells(row: FactRow) -> list[Any]:
    interval = find_interval(row.score, row.respondents, row.deviation)
    ends = [None, None] if interval is None else [round(interval.low, 2), round(interval.high, 2)]
    return [row.period, row.score, label(class_of(row.score), "skm_class"), *ends, row.respondents, row.deviation]


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
