"""A run as pages: the shortlist, the gates of everybody considered, and the recomputation."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit.audit.services import log_readings
from merit.db import reading, unit_of_work
from merit.errors import NotFoundError
from merit.i18n import _
from merit.ranking.queries import find_latest_run, get_run
from merit.ranking.report.considered import GateQuery, gate_page
from merit.ranking.report.shortlist import SHOWS, SORTS, ShortlistQuery, shortlist_page, units_of
from merit.ranking.services.runs import open_run
from merit.ranking.services.vacancies import get_vacancy_view
from merit.ranking.services.verification import record_verification, verify_run
from merit.ranking.store.loading import LoadedRun
from merit.ranking.views.blueprint import bp
from merit.ranking.views.pictures import draw_forest
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.paging import Paging, read_choice, read_number, read_order, read_text

PER_PAGE = 25


@bp.get("/lowongan/<path:code>/peringkat")
@bp.get("/lowongan/<path:code>/peringkat/<run>")
@requires(Permission.RUN_READ)
def shortlist(code: str, run: str = "") -> ResponseReturnValue:
    """Show the ranked list: what cannot be told apart first, then the order."""
    query, order = _shortlist_query()
    with reading() as session:
        loaded = open_vacancy_run(session, code, run)
        page = shortlist_page(session, loaded, query)
        vacancy = get_vacancy_view(session, current_actor(), code)
        units = units_of(session, loaded)
    drawn = page.forest.rows if page.forest else ()
    _log(loaded, [row.official_id for row in (*page.rows, *drawn)], "reading-shortlist")
    return render_template(
        "ranking/shortlist.html",
        page=page,
        vacancy=vacancy,
        units=units,
        order=order,
        paging=Paging.of(page.total, PER_PAGE),
        forest=draw_forest(page),
    )


@bp.get("/lowongan/<path:code>/peringkat/<run>/syarat")
@requires(Permission.RUN_READ)
def considered(code: str, run: str) -> ResponseReturnValue:
    """Show every gate of everybody who was considered."""
    with reading() as session:
        loaded = open_vacancy_run(session, code, run)
        query = GateQuery(
            standing=read_choice("kedudukan", ("ranked", "hold", "failed")),
            gate=read_choice("syarat", [gate.rule.id for gate in loaded.ranking.gates]),
            text=read_text(),
            page=read_number("halaman", 1),
            per_page=PER_PAGE,
        )
        page = gate_page(session, loaded, query)
        vacancy = get_vacancy_view(session, current_actor(), code)
    _log(loaded, [row.official_id for row in page.rows], "reading-gates")
    return render_template(
        "ranking/considered.html",
        page=page,
        vacancy=vacancy,
        paging=Paging.of(page.total, PER_PAGE),
        gate_options=[(gate.id, gate.title or gate.id) for gate in page.summaries],
    )


@bp.post("/lowongan/<path:code>/peringkat/<run>/periksa")
@requires(Permission.RUN_READ)
def verify(code: str, run: str) -> ResponseReturnValue:
    """Recompute the run from its frozen inputs and say whether it is the same."""
    with unit_of_work() as session:
        open_vacancy_run(session, code, run)
        outcome = verify_run(session, current_actor(), code=run, compare_today=False)
        record_verification(session, current_actor(), verification=outcome)
    if outcome.is_equal:
        flash(
            _("Peringkat dihitung ulang dan hasilnya sama persis. Sidik: %(hash)s", hash=outcome.result_sha256),
            "success",
        )
    else:
        flash(
            _("Hasil hitung ulang BERBEDA dari yang tersimpan. Jangan dipakai; laporkan kepada Inspektorat."), "danger"
        )
    return redirect(url_for(".shortlist", code=code, run=run))


def open_vacancy_run(session: Session, code: str, run: str = "") -> LoadedRun:
    """Return the named run of a vacancy, or its newest; raise :class:`NotFoundError`."""
    vacancy = get_vacancy_view(session, current_actor(), code)
    latest = get_run(session, run) if run else find_latest_run(session, vacancy.vacancy.id)
    if latest is None or latest.vacancy_id != vacancy.vacancy.id:
        raise NotFoundError("run-none-yet", code=code)
    return open_run(session, current_actor(), latest.code)


def _log(run: LoadedRun, officials: Iterable[int], what: str) -> None:
    log_readings(current_actor(), officials=officials, what=what, reason=run.code)


def _shortlist_query() -> tuple[ShortlistQuery, str]:
    order = read_order(SORTS, "rank")
    unit = read_number("unit")
    query = ShortlistQuery(
        text=read_text(),
        unit_ids=(unit,) if unit else (),
        show=read_choice("tampil", SHOWS) or "all",
        sort=order.removeprefix("-"),
        is_descending=order.startswith("-"),
        page=read_number("halaman", 1),
        per_page=PER_PAGE,
    )
    return query, order
