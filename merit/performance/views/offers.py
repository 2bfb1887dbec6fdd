"""Pages of placements and task forces offered, and of leave with its effect on assessed years."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import log_reading, record, record_readings
from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _
from merit.people.links import official_url
from merit.people.queries.record import get_official
from merit.people.queries.units import load_tree
from merit.performance.domain import YEARS_BACK
from merit.performance.domain.offers import is_assessed, served_days
from merit.performance.forms.offers import AnswerForm, LeaveForm, OfferForm
from merit.performance.queries import offers as queries
from merit.performance.queries.offers import OfferFilter, OfferRow
from merit.performance.services.offers import answer_offer, get_offer, make_offer, record_leave
from merit.performance.views.blueprint import bp
from merit.phrases import phrase
from merit.security.permissions import Actor, Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import Sheet, file_response
from merit.web.exports import Export, kind_of, written
from merit.web.labels import label, options
from merit.web.paging import Paging, read_choice, read_order, read_text

_UNPROCESSABLE = 422


@bp.get("/penugasan")
@requires(Permission.APPRAISAL_READ)
def offers() -> ResponseReturnValue:
    """List what was offered to whom, and the answers."""
    actor, order = current_actor(), read_order(queries.ORDERS, "-ditawarkan")
    with reading() as session:
        chosen, choices, units = _chosen(session, actor)
        paging = Paging.of(queries.count_offers(session, chosen), queries.PAGE_SIZE)
        rows = queries.list_offers(
            session, chosen, order=order, limit=paging.size, offset=(paging.number - 1) * paging.size
        )
    return render_template(
        "performance/offers.html",
        rows=rows,
        paging=paging,
        order=order,
        choices=choices,
        used={name: value for name, value in choices.items() if value},
        units=units,
        responses=[("menunggu", _("Belum dijawab")), *options("response")],
    )


@bp.get("/penugasan/ekspor.<any(xlsx, csv):form>")
@requires(Permission.APPRAISAL_READ)
def export_offers(form: str) -> ResponseReturnValue:
    """Hand out the list with its present filters."""
    actor = current_actor()
    with reading() as session:
        chosen, choices, _units = _chosen(session, actor)
        rows = queries.list_offers(session, chosen)

    def note(writing: Session, taker: Actor) -> None:
        details = {"rows": len(rows), "filters": sorted(name for name, value in choices.items() if value)}
        record(writing, taker, action="offer:export", subject="assignments", details=details)
        record_readings(writing, taker, officials=[row.official_id for row in rows], what="reading-download")

    headings = ["NIP", _("Nama"), _("Unit kerja"), _("Penugasan"), _("Ditawarkan"), _("Jawaban"), _("Alasan sah")]
    headings += [_("Mulai"), _("Selesai"), _("Nomor surat keputusan")]
    sheet = Sheet(name=_("Penugasan"), headings=headings, rows=map(_cells, rows))
    content = written(Export(name="penugasan", sheets=[sheet], record=note), form)
    with unit_of_work() as session:
        note(session, actor)
    return file_response(content, name=f"penugasan.{form}", kind=kind_of(form))


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


@bp.route("/cuti/catat", methods=["GET", "POST"])
@requires(Permission.APPRAISAL_RECORD)
def new_leave() -> ResponseReturnValue:
    """Record a leave; "Lihat akibatnya dulu" shows which years it takes out of the indicators, and keeps nothing."""
    form, problem, effects = LeaveForm(), "", None
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


def _chosen(session: Session, actor: Actor) -> tuple[OfferFilter, dict[str, str], list[tuple[str, str]]]:
    tree = load_tree(session, actor)
    choices = {
        "cari": read_text(),
        "unit": read_text("unit"),
        "jawaban": read_choice("jawaban", ("menunggu", "diterima", "ditolak")),
    }
    unit = tree.find(choices["unit"]) if choices["unit"] else None
    chosen = OfferFilter(
        text=choices["cari"],
        unit_ids=actor.unit_ids if unit is None else tree.with_descendants(unit.id),
        response=choices["jawaban"],
    )
    return chosen, choices, [(each.code, "\u2003" * depth + each.name) for depth, each in tree.walk()]


def _cells(row: OfferRow) -> list[Any]:
    offer = row.offer
    lawful = "" if offer.lawful_reason is None else label(offer.lawful_reason, "yes_no")
    answer = label(offer.response, "response")
    told = [offer.name, offer.offered, answer, lawful, offer.starts, offer.ends, offer.decree_number]
    return [row.nip, row.name, row.unit_name, *told]
