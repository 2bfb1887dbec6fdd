"""Pages of appraisal for staff: cycles, progress, sheets, superiors, exports, manual entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import log_reading, log_readings
from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _
from merit.people.links import official_url
from merit.people.queries.units import UnitTree, load_tree
from merit.performance.appraisal_exports import SHEETS, filter_of
from merit.performance.appraisal_pictures import draw_history
from merit.performance.domain.cycle import SheetState, last_day_to_object
from merit.performance.domain.distribution import advise
from merit.performance.forms.appraisals import CycleForm, RecordForm, SuperiorsForm, predicate_choices
from merit.performance.queries import appraisals as queries
from merit.performance.queries import list_appraisals
from merit.performance.queries.appraisals import SheetFilter
from merit.performance.services.cycles import assign_superiors, close_cycle, fill_cycle, open_cycle
from merit.performance.services.sheets import finish_lapsed, record_appraisal
from merit.performance.views.blueprint import bp
from merit.phrases import phrase
from merit.reference import load_document
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires, sending_requires
from merit.web.exports import Order, hand_out
from merit.web.filters import url_with
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_order, read_text

UNITS_PAGE = "halaman_unit"
_UNPROCESSABLE = 422


@bp.route("/penilaian-kinerja", methods=["GET", "POST"])
@requires(Permission.APPRAISAL_READ)
@sending_requires(Permission.APPRAISAL_MANAGE)
def cycles() -> ResponseReturnValue:
    """List the cycles; open one."""
    form, problem = CycleForm(), ""
    form.offer()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                cycle_id = open_cycle(
                    session,
                    current_actor(),
                    year=form.year.data or 0,
                    quarter=int(form.quarter.data),
                    due=form.due.data or clock.today(),
                ).id
            flash(_("Periode dibuka dan lembar penilaian dibuat untuk setiap pegawai."), "success")
            return redirect(url_for(".cycle", cycle_id=cycle_id))
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
    with reading() as session:
        found = queries.list_cycles(session)
    page = render_template("performance/cycles.html", cycles=found, form=form, problem=problem)
    return page, _UNPROCESSABLE if problem or form.errors else 200


@bp.get("/penilaian-kinerja/<int:cycle_id>")
@requires(Permission.APPRAISAL_READ)
def cycle(cycle_id: int) -> ResponseReturnValue:
    """Show how far a cycle is, how predicates are spread, and its sheets; the readings are logged."""
    actor, choices = current_actor(), _read_choices()
    with reading() as session:
        found = queries.get_cycle(session, cycle_id)
        tree = load_tree(session, actor)
        chosen = filter_of(choices, cycle_id=cycle_id, tree=tree, scope=actor.unit_ids)
        paging = Paging.of(queries.count_sheets(session, chosen), queries.PAGE_SIZE)
        order = read_order(queries.ORDERS, "nama")
        rows = queries.list_sheets(
            session, chosen, order=order, limit=paging.size, offset=(paging.number - 1) * paging.size
        )
        progress = queries.list_progress(session, cycle_id, chosen.unit_ids)
        guidance = _guidance(session, tree, choices["unit"], chosen, found.year)
    units_paging = Paging.of(len(progress), queries.PAGE_SIZE, UNITS_PAGE)
    log_readings(actor, officials=[row.official_id for row in rows], what="reading-appraisal")
    return render_template(
        "performance/cycle.html",
        cycle=found,
        rows=rows,
        paging=paging,
        order=order,
        choices=choices,
        used={name: value for name, value in choices.items() if value},
        units=[(unit.code, "\u2003" * depth + unit.name) for depth, unit in tree.walk()],
        states=options("appraisal_state"),
        predicates=predicate_choices(),
        progress=units_paging.cut(progress),
        units_paging=units_paging,
        units_link=lambda halaman: url_with(**{UNITS_PAGE: halaman}),
        totals={state.value: sum(getattr(line, state.value) for line in progress) for state in SheetState},
        unassigned=sum(line.unassigned for line in progress),
        guidance=guidance,
        today=clock.today(),
    )


@bp.post("/penilaian-kinerja/<int:cycle_id>/<any(perbarui, finalkan, tutup):act>")
@requires(Permission.APPRAISAL_MANAGE)
def cycle_act(cycle_id: int, act: str) -> ResponseReturnValue:
    """Complete the list of officials, make final what nobody objected to, or close the cycle."""
    try:
        with unit_of_work() as session:
            told = _do(session, act, cycle_id)
        flash(told, "success")
    except MeritError as error:
        flash(phrase(error.reason, **error.details), "danger")
    return redirect(url_for(".cycle", cycle_id=cycle_id))


@bp.get("/penilaian-kinerja/<int:cycle_id>/ekspor.<any(xlsx, csv, pdf):form>")
@requires(Permission.APPRAISAL_READ)
def export_sheets(cycle_id: int, form: str) -> ResponseReturnValue:
    """Hand out the sheets with the present filters."""
    actor, choices = current_actor(), _read_choices()
    with reading() as session:
        queries.get_cycle(session, cycle_id)
        chosen = filter_of(choices, cycle_id=cycle_id, tree=load_tree(session, actor), scope=actor.unit_ids)
        count = queries.count_sheets(session, chosen)
    told = {name: value for name, value in choices.items() if value}
    told |= {"periode": str(cycle_id), "urut": read_order(queries.ORDERS, "nama")}
    title = _("Penilaian kinerja: %(count)s baris", count=count)
    return hand_out(actor, Order(kind=SHEETS, form=form, title=title, choices=told, rows=count))


@bp.route("/penilaian-kinerja/lembar/<int:sheet_id>", methods=["GET", "POST"])
@requires(Permission.APPRAISAL_READ)
@sending_requires(Permission.APPRAISAL_RECORD)
def sheet(sheet_id: int) -> ResponseReturnValue:
    """Show one sheet with its steps and the years before; choose the superiors. The reading is logged."""
    actor, form, problem = current_actor(), SuperiorsForm(), ""
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                assign_superiors(
                    session,
                    actor,
                    sheet_id=sheet_id,
                    row_version=int(form.row_version.data or 0),
                    assessor_nip=form.assessor.data or "",
                    reviewer_nip=form.reviewer.data or "",
                )
            flash(_("Penilai dan pemutus keberatan tersimpan."), "success")
            return redirect(url_for(".sheet", sheet_id=sheet_id))
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
    with reading() as session:
        row = queries.get_sheet_in_scope(session, actor, sheet_id)
        steps = queries.list_steps(session, sheet_id)
        years = list_appraisals(session, row.official_id)
    log_reading(actor, official_id=row.official_id, what="reading-appraisal")
    form.row_version.data = str(row.row_version)
    page = render_template(
        "performance/sheet.html",
        row=row,
        steps=steps,
        years=years,
        pictures=draw_history(years),
        form=form,
        problem=problem,
        last_day=last_day_to_object(row.handed_over) if row.handed_over else None,
    )
    return page, _UNPROCESSABLE if problem or form.errors else 200


@bp.route("/penilaian-kinerja/catat", methods=["GET", "POST"])
@requires(Permission.APPRAISAL_RECORD)
def record_result() -> ResponseReturnValue:
    """Record a final appraisal made elsewhere, under the rules of the import."""
    form, problem = RecordForm(), ""
    form.offer()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                record_appraisal(
                    session,
                    current_actor(),
                    nip=form.nip.data or "",
                    year=form.year.data or 0,
                    result=int(form.result.data),
                    behaviour=int(form.behaviour.data),
                    told=int(form.predicate.data) if form.predicate.data else None,
                    assessor=form.assessor.data or "",
                )
            flash(_("Hasil penilaian tercatat."), "success")
            return redirect(f"{official_url(form.nip.data or '')}/kinerja")
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
    page = render_template(
        "performance/record.html",
        form=form,
        problem=problem,
        citation=load_document("performance")["matrix"]["citation"],
    )
    return page, _UNPROCESSABLE if problem or form.errors else 200


def _do(session: Session, act: str, cycle_id: int) -> str:
    actor = current_actor()
    if act == "perbarui":
        return _("%(count)s pegawai ditambahkan.", count=fill_cycle(session, actor, cycle_id=cycle_id))
    if act == "finalkan":
        return _("%(count)s penilaian difinalkan.", count=finish_lapsed(session, actor, cycle_id=cycle_id))
    close_cycle(session, actor, cycle_id=cycle_id)
    return _("Periode ditutup.")


def _read_choices() -> dict[str, str]:
    return {
        "cari": read_text(),
        "unit": read_text("unit"),
        "keadaan": read_choice("keadaan", tuple(SheetState)),
        "predikat": read_choice("predikat", [code for code, _word in predicate_choices()]),
        "penilai": read_choice("penilai", ("belum",)),
    }


def _guidance(
    session: Session, tree: UnitTree, unit_code: str, chosen: SheetFilter, year: int
) -> Mapping[str, Any] | None:
    """Return the spread of predicates in the unit chosen beside what its own predicate suggests."""
    counts = queries.count_predicates(session, chosen.cycle_id, chosen.unit_ids)
    if not counts:
        return None
    unit = tree.find(unit_code) if unit_code else None
    path = [] if unit is None else [step.id for step in load_tree(session).path(unit.id)]
    found = queries.find_unit_predicate(session, path, year) if path else None
    return {
        "counts": counts,
        "total": sum(counts.values()),
        "unit": unit,
        "from": None if found is None else load_tree(session).name_of(found[0]),
        "predicate": "" if found is None else found[1],
        "advice": [] if found is None else advise(found[1], counts),
        "citation": load_document("appraisal")["distribution"]["citation"],
        "status": load_document("appraisal")["distribution"]["status"],
    }
