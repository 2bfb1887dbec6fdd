"""Pages of placements and task forces offered, and of leave with its effect on assessed years."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.audit.services import log_reading, log_readings
from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _
from merit.people.links import official_url
from merit.people.models import LEAVE_KINDS
from merit.people.queries.record import get_official
from merit.people.queries.units import load_tree
from merit.performance.domain import YEARS_BACK
from merit.performance.domain.offers import is_assessed, served_days
from merit.performance.forms.offers import AnswerForm, LeaveForm, OfferForm
from merit.performance.person_exports import LEAVE, OFFERS, leave_filter, offer_filter, skipped_years
from merit.performance.queries import offers as queries
from merit.performance.services.offers import (
    answer_offer,
    get_leave,
    get_offer,
    make_offer,
    record_leave,
    withdraw_leave,
    withdraw_offer,
)
from merit.performance.views.blueprint import bp
from merit.performance.views.complaints import unit_options
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires, sending_requires
from merit.web.acting import acted
from merit.web.exports import Order, hand_out
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_number, read_order, read_text

_UNPROCESSABLE = 422


@bp.get("/penugasan")
@requires(Permission.APPRAISAL_READ)
def offers() -> ResponseReturnValue:
    """List what was offered to whom, and the answers; the readings are logged."""
    actor, order, choices = current_actor(), read_order(queries.ORDERS, "-ditawarkan"), _offer_choices()
    with reading() as session:
        tree = load_tree(session, actor)
        chosen = offer_filter(choices, tree, actor.unit_ids)
        paging = Paging.of(queries.count_offers(session, chosen), queries.PAGE_SIZE)
        rows = queries.list_offers(
            session, chosen, order=order, limit=paging.size, offset=(paging.number - 1) * paging.size
        )
    log_readings(actor, officials=[row.official_id for row in rows], what="reading-offers")
    return render_template(
        "performance/offers.html",
        rows=rows,
        paging=paging,
        order=order,
        choices=choices,
        used=_used(choices),
        units=unit_options(tree),
        responses=[("menunggu", _("Belum dijawab")), *options("response")],
    )


@bp.get("/penugasan/ekspor.<any(xlsx, csv, pdf):form>")
@requires(Permission.APPRAISAL_READ)
def export_offers(form: str) -> ResponseReturnValue:
    """Hand out the list with its present filters."""
    actor, choices = current_actor(), _used(_offer_choices())
    with reading() as session:
        count = queries.count_offers(session, offer_filter(choices, load_tree(session, actor), actor.unit_ids))
    told = choices | {"urut": read_order(queries.ORDERS, "-ditawarkan")}
    title = _("Penugasan: %(count)s baris", count=count)
    return hand_out(actor, Order(kind=OFFERS, form=form, title=title, choices=told, rows=count))


@bp.get("/cuti")
@requires(Permission.APPRAISAL_READ)
def leaves() -> ResponseReturnValue:
    """List leave with the years it takes out of the appraisal indicators; the readings are logged."""
    actor, order, choices = current_actor(), read_order(queries.LEAVE_ORDERS, "-mulai"), _leave_choices()
    with reading() as session:
        tree = load_tree(session, actor)
        chosen = leave_filter(choices, tree, actor.unit_ids)
        paging = Paging.of(queries.count_leave(session, chosen), queries.PAGE_SIZE)
        rows = queries.search_leave(
            session, chosen, order=order, limit=paging.size, offset=(paging.number - 1) * paging.size
        )
    log_readings(actor, officials=[row.official_id for row in rows], what="reading-offers")
    return render_template(
        "performance/leaves.html",
        rows=[(row, skipped_years(row)) for row in rows],
        paging=paging,
        order=order,
        choices=choices,
        used=_used(choices),
        units=unit_options(tree),
        kinds=options("leave"),
        states=[(queries.ONGOING, _("Sedang berjalan")), (queries.ENDED, _("Sudah selesai"))],
    )


@bp.get("/cuti/ekspor.<any(xlsx, csv, pdf):form>")
@requires(Permission.APPRAISAL_READ)
def export_leave(form: str) -> ResponseReturnValue:
    """Hand out the list of leave with its present filters."""
    actor, choices = current_actor(), _used(_leave_choices())
    with reading() as session:
        count = queries.count_leave(session, leave_filter(choices, load_tree(session, actor), actor.unit_ids))
    told = choices | {"urut": read_order(queries.LEAVE_ORDERS, "-mulai")}
    title = _("Cuti: %(count)s baris", count=count)
    return hand_out(actor, Order(kind=LEAVE, form=form, title=title, choices=told, rows=count))


@bp.route("/penugasan/catat", methods=["GET", "POST"])
@requires(Permission.APPRAISAL_RECORD)
def new_offer() -> ResponseReturnValue:
    """Record an offer."""
    form, problem = OfferForm(), ""
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                offer_id = make_offer(
                    session,
                    current_actor(),
                    nip=form.nip.data or "",
                    name=form.name.data or "",
                    offered=form.offered.data or clock.today(),
                ).id
            flash(_("Penawaran tercatat. Catat jawabannya di sini."), "success")
            return redirect(url_for(".offer", assignment_id=offer_id))
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
    page = render_template("performance/offer_form.html", form=form, problem=problem, title=_("Catat penawaran"))
    return page, _UNPROCESSABLE if problem or form.errors else 200


@bp.route("/penugasan/<int:assignment_id>", methods=["GET", "POST"])
@requires(Permission.APPRAISAL_READ)
@sending_requires(Permission.APPRAISAL_RECORD)
def offer(assignment_id: int) -> ResponseReturnValue:
    """Show an offer; record its answer. The reading is logged."""
    actor, form, problem = current_actor(), AnswerForm(), ""
    form.offer()
    with reading() as session:
        found, official = get_offer(session, actor, assignment_id)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                answered = answer_offer(session, actor, assignment_id=assignment_id, answer=form.answer).id
            flash(_("Jawaban tercatat."), "success")
            return redirect(url_for(".offer", assignment_id=answered))
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
    log_reading(actor, official_id=official.id, what="reading-offers")
    page = render_template("performance/offer.html", form=form, problem=problem, offer=found, official=official)
    return page, _UNPROCESSABLE if problem or form.errors else 200


@bp.post("/penugasan/<int:assignment_id>/cabut")
@requires(Permission.APPRAISAL_RECORD)
def drop_offer(assignment_id: int) -> ResponseReturnValue:
    """Withdraw an offer recorded by mistake."""
    actor, reason = current_actor(), request.form.get("alasan", "")
    done = acted(
        lambda session: withdraw_offer(session, actor, assignment_id=assignment_id, reason=reason),
        lambda: _("Catatan penugasan dicabut."),
    )
    return redirect(url_for(".offers") if done else url_for(".offer", assignment_id=assignment_id))


@bp.get("/cuti/<int:leave_id>")
@requires(Permission.APPRAISAL_READ)
def leave(leave_id: int) -> ResponseReturnValue:
    """Show a leave with the years that all leaves of the person take out. The reading is logged."""
    actor, today = current_actor(), clock.today()
    with reading() as session:
        found, official = get_leave(session, actor, leave_id)
        spans = queries.leave_spans(session, official.id, today)
    log_reading(actor, official_id=official.id, what="reading-offers")
    effects = [
        {"year": year, "days": served_days(year, spans), "assessed": is_assessed(year, spans)}
        for year in range(today.year, today.year - YEARS_BACK - 1, -1)
    ]
    return render_template("performance/leave.html", leave=found, official=official, effects=effects)


@bp.post("/cuti/<int:leave_id>/cabut")
@requires(Permission.APPRAISAL_RECORD)
def drop_leave(leave_id: int) -> ResponseReturnValue:
    """Withdraw a leave recorded by mistake."""
    actor, reason = current_actor(), request.form.get("alasan", "")
    done = acted(
        lambda session: withdraw_leave(session, actor, leave_id=leave_id, reason=reason),
        lambda: _("Catatan cuti dicabut."),
    )
    return redirect(url_for(".leaves") if done else url_for(".leave", leave_id=leave_id))


@bp.route("/cuti/catat", methods=["GET", "POST"])
@requires(Permission.APPRAISAL_RECORD)
def new_leave() -> ResponseReturnValue:
    """Record a leave; "Lihat akibatnya dulu" shows which years it takes out of the indicators, and keeps nothing."""
    form, problem, effects = LeaveForm(data=_told()), "", None
    form.offer()
    if form.validate_on_submit():
        try:
            if "pratinjau" in request.form:
                effects = _effects(form)
            else:
                with unit_of_work() as session:
                    record_leave(
                        session,
                        current_actor(),
                        nip=form.nip.data or "",
                        kind=form.kind.data or "",
                        starts=form.starts.data or clock.today(),
                        ends=form.ends.data,
                    )
                flash(_("Cuti tercatat."), "success")
                return redirect(f"{official_url(form.nip.data or '')}/penugasan")
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
    page = render_template(
        "performance/offer_form.html", form=form, problem=problem, title=_("Catat cuti"), effects=effects, preview=True
    )
    return page, _UNPROCESSABLE if problem or form.errors else 200


def _told() -> dict[str, Any]:
    """Return the leave that the address asks to correct: person, kind, start and end as they stand."""
    leave_id = read_number("cuti")
    if not leave_id:
        return {}
    with reading() as session:
        found, official = get_leave(session, current_actor(), leave_id)
    return {"nip": official.nip, "kind": found.kind, "starts": found.starts, "ends": found.ends}


def _effects(form: LeaveForm) -> list[dict[str, Any]]:
    actor, today = current_actor(), clock.today()
    with reading() as session:
        official = get_official(session, actor, form.nip.data or "")
        before = queries.leave_spans(session, official.id, today)
    log_reading(actor, official_id=official.id, what="reading-offers")
    starts = form.starts.data or today
    after = [*before, (starts, form.ends.data or max(starts.replace(month=12, day=31), today))]
    years = range(today.year, today.year - YEARS_BACK - 1, -1)
    return [
        {
            "year": year,
            "before": served_days(year, before),
            "after": served_days(year, after),
            "assessed": is_assessed(year, after),
        }
        for year in years
    ]


def _offer_choices() -> dict[str, str]:
    responses = ("menunggu", "diterima", "ditolak")
    return {"cari": read_text(), "unit": read_text("unit"), "jawaban": read_choice("jawaban", responses)}


def _leave_choices() -> dict[str, str]:
    return {
        "cari": read_text(),
        "unit": read_text("unit"),
        "jenis": read_choice("jenis", LEAVE_KINDS),
        "keadaan": read_choice("keadaan", (queries.ONGOING, queries.ENDED)),
    }


def _used(choices: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in choices.items() if value}
