"""The shortlist as files that leave Merit: XLSX and PDF."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit.audit.services import log_download, record_readings
from merit.db import unit_of_work
from merit.i18n import _, _as
from merit.ranking.report.considered import GatePage, GateQuery, gate_page
from merit.ranking.report.document import code_of
from merit.ranking.report.sentences import indicator_label
from merit.ranking.report.shortlist import ShortlistPage, ShortlistQuery, shortlist_page
from merit.ranking.store.loading import LoadedRun
from merit.ranking.views.blueprint import bp
from merit.ranking.views.documents import shortlist_pdf
from merit.ranking.views.runs import open_vacancy_run
from merit.ranking.views.words import fact_text, threshold_text
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import Sheet, pdf_response, workbook_response
from merit.web.filters import number
from merit.web.labels import label

_EVERYBODY = 10**6


@bp.get("/lowongan/<path:code>/peringkat/<run>/unduh.xlsx")
@requires(Permission.RUN_EXPORT)
def shortlist_xlsx(code: str, run: str) -> ResponseReturnValue:
    """Give the whole run as a workbook: order, points, gates of everybody, and where it comes from."""
    with unit_of_work() as session:
        loaded = open_vacancy_run(session, code, run)
        page = shortlist_page(session, loaded, ShortlistQuery(per_page=_EVERYBODY))
        gates = gate_page(session, loaded, GateQuery(per_page=_EVERYBODY))
        _log(session, loaded, [row.official_id for row in gates.rows])
    sheets = [_order_sheet(page), _points_sheet(page, loaded), _gates_sheet(gates), _origin_sheet(page)]
    return workbook_response(f"daftar-pendek-{loaded.code}", sheets)


@bp.get("/lowongan/<path:code>/peringkat/<run>/unduh.pdf")
@requires(Permission.RUN_EXPORT)
def shortlist_pdf_file(code: str, run: str) -> ResponseReturnValue:
    """Give the shortlist as a PDF with the agency's letterhead."""
    with unit_of_work() as session:
        loaded = open_vacancy_run(session, code, run)
        page = shortlist_page(session, loaded, ShortlistQuery(per_page=_EVERYBODY))
        drawn = page.forest.rows if page.forest else ()
        _log(session, loaded, [row.official_id for row in (*page.rows, *drawn)])
    return pdf_response(shortlist_pdf(page), f"daftar-pendek-{loaded.code}", inline=False)


def _log(session: Session, run: LoadedRun, officials: Collection[int]) -> None:
    """Note the download in the chain, and for each official that the own record was in it."""
    actor = current_actor()
    log_download(session, actor, subject=f"run:{run.code}", rows=len(set(officials)))
    record_readings(session, actor, officials=officials, what="reading-download", reason=run.code)


def _order_sheet(page: ShortlistPage) -> Sheet:
    headings = [
        _("Peringkat"),
        _("Seri"),
        _("NIP"),
        _("Nama"),
        _("Golongan"),
        _("Unit kerja"),
        _("Jabatan"),
        _("Nilai"),
    ]
    headings += [_("Nilai terendah"), _("Nilai tertinggi"), _("Peringkat terbaik"), _("Peringkat terburuk")]
    headings += [_("Peluang masuk %(size)s nama", size=page.head.size), _("Tidak dapat dibedakan"), _("JPM")]
    rows = [
        [
            *(row.rank, row.tied, row.nip, row.name, row.grade, row.unit, row.position, float(row.score)),
            *(row.score_interval or (None, None)),
            *(row.rank_interval or (None, None)),
            *(row.p_top, row.in_band, row.jpm),
        ]
        for row in page.rows
    ]
    return Sheet(name=_("Urutan"), headings=headings, rows=rows)


def _points_sheet(page: ShortlistPage, run: LoadedRun) -> Sheet:
    slots = run.policy.slots
    headings = [_("NIP"), _("Nama")]
    for slot in slots:
        name = indicator_label(slot.code)
        headings += [name, _("%(name)s: nilai 0–100", name=name), _("%(name)s: poin", name=name)]
    return Sheet(name=_("Poin"), headings=headings, rows=_point_rows(page, run))


def _point_rows(page: ShortlistPage, run: LoadedRun) -> Iterator[Sequence[Any]]:
    ranking = run.ranking
    rows = {str(nip): at for at, nip in enumerate(ranking.nip.tolist())}
    for shown in page.rows:
        row = rows[shown.nip]
        cells: list[Any] = [shown.nip, shown.name]
        for index, slot in enumerate(ranking.policy.slots):
            value, utility = float(ranking.slots.value[row, index]), int(ranking.slots.utility[row, index])
            used = code_of(ranking, row, index)
            text = "" if used == slot.code else f" ({indicator_label(used)})"
            cells.append((f"{number(value, 2)}{text}" if text else value) if value == value else None)  # noqa: PLR0124 -- NaN
            cells += [utility / 10**6, utility * slot.weight_units / 10**15]
        yield cells


def _gates_sheet(page: GatePage) -> Sheet:
    headings = [
        _("NIP"),
        _("Nama"),
        _("Unit kerja"),
        _("Kedudukan"),
        _("Syarat"),
        _("Hasil"),
        _("Tercatat"),
        _("Diminta"),
    ]
    headings += [_("Memenuhi mulai"), _("Dasar")]
    rows = (
        [
            *(row.nip, row.name, row.unit, label(int(row.standing), "standing"), line.title or line.id),
            *(
                label(int(line.outcome), "gate_outcome"),
                fact_text(line),
                threshold_text(line),
                line.met_from,
                line.citation,
            ),
        ]
        for row in page.rows
        for line in row.lines
    )
    return Sheet(name=_("Syarat"), headings=headings, rows=rows)


def _origin_sheet(page: ShortlistPage) -> Sheet:
    head = page.head
    rows = [
        (_as("one", "Lowongan"), head.vacancy),
        (_("Jabatan"), head.position),
        (_("Peringkat"), head.code),
        (_("Per tanggal"), head.as_of),
        (_("Kebijakan"), f"{head.policy_code} {head.policy_version}"),
        (_("Sidik kebijakan (SHA-256)"), head.policy_sha256),
        (_("Mesin"), head.engine),
        (_("Sidik hasil (SHA-256)"), head.result_sha256),
        (_("Undian"), head.draws),
    ]
    return Sheet(name=_("Asal-usul"), headings=[_("Hal"), _("Isi")], rows=rows)
