"""Pages of the awards of officials: the list, one award, recording, correcting, withdrawing."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.audit.services import log_reading, log_readings
from merit.db import reading, unit_of_work
from merit.errors import MeritError, NotFoundError
from merit.i18n import _
from merit.people.queries.units import load_tree
from merit.performance.forms.awards import AwardForm
from merit.performance.models import AWARD_KINDS
from merit.performance.person_exports import AWARDS, award_filter
from merit.performance.queries import awards as queries
from merit.performance.services.awards import correct_award, get_award, record_award, withdraw_award
from merit.performance.views.blueprint import bp
from merit.performance.views.complaints import unit_options
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.exports import Order, hand_out
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_number, read_order, read_text

_UNPROCESSABLE = 422
_FIRST_YEAR, _LAST_YEAR = 1950, 2200


@bp.get("/penghargaan")
@requires(Permission.APPRAISAL_READ)
def awards() -> ResponseReturnValue:
    """List who received which award; the readings are logged."""
    actor, order, choices = current_actor(), read_order(queries.ORDERS, "-tanggal"), _choices()
    with reading() as session:
        tree = load_tree(session, actor)
        chosen = award_filter(choices, tree, actor.unit_ids)
        paging = Paging.of(queries.count_awards(session, chosen), queries.PAGE_SIZE)
        rows = queries.search_awards(
            session, chosen, order=order, limit=paging.size, offset=(paging.number - 1) * paging.size
        )
        years = queries.award_years(session, actor.unit_ids)
    log_readings(actor, officials=[row.official_id for row in rows], what="reading-awards")
    return render_template(
        "performance/awards.html",
        rows=rows,
        paging=paging,
        order=order,
        choices=choices,
        used=_used(choices),
        units=unit_options(tree),
        kinds=options("award_kind"),
        years=[(str(year), str(year)) for year in years],
    )


@bp.get("/penghargaan/ekspor.<any(xlsx, csv, pdf):form>")
@requires(Permission.APPRAISAL_READ)
def export_awards(form: str) -> ResponseReturnValue:
    """Hand out the list with its present filters."""
    actor, choices = current_actor(), _used(_choices())
    with reading() as session:
        count = queries.count_awards(session, award_filter(choices, load_tree(session, actor), actor.unit_ids))
    told = choices | {"urut": read_order(queries.ORDERS, "-tanggal")}
    title = _("Penghargaan: %(count)s baris", count=count)
    return hand_out(actor, Order(kind=AWARDS, form=form, title=title, choices=told, rows=count))


@bp.get("/penghargaan/<int:award_id>")
@requires(Permission.APPRAISAL_READ)
def award(award_id: int) -> ResponseReturnValue:
    """Show an award. The reading is logged."""
    actor = current_actor()
    with reading() as session:
        found, official = get_award(session, actor, award_id)
    log_reading(actor, official_id=official.id, what="reading-awards")
    return render_template("performance/award.html", award=found, official=official)


@bp.route("/penghargaan/catat", methods=["GET", "POST"])
@requires(Permission.APPRAISAL_RECORD)
def new_award() -> ResponseReturnValue:
    """Record an award."""
    form, problem = AwardForm(), ""
    form.offer()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                kept = record_award(session, current_actor(), nip=form.nip.data or "", award=form.award).id
            flash(_("Penghargaan tercatat."), "success")
            return redirect(url_for(".award", award_id=kept))
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
    page = render_template("performance/award_form.html", form=form, problem=problem, official=None)
    return page, _UNPROCESSABLE if problem or form.errors else 200


@bp.route("/penghargaan/<int:award_id>/perbaiki", methods=["GET", "POST"])
@requires(Permission.APPRAISAL_RECORD)
def edit_award(award_id: int) -> ResponseReturnValue:
    """Correct an award; whose it is cannot be changed."""
    actor, problem = current_actor(), ""
    with reading() as session:
        found, official = get_award(session, actor, award_id)
    form = AwardForm(obj=found, number=found.decree_number)
    del form.nip
    form.offer()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                kept = correct_award(session, actor, award_id=award_id, award=form.award).id
            flash(_("Catatan penghargaan diperbaiki."), "success")
            return redirect(url_for(".award", award_id=kept))
        except NotFoundError:
            raise
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
    log_reading(actor, official_id=official.id, what="reading-awards")
    page = render_template(
        "performance/award_form.html", form=form, problem=problem, official=official, award_id=award_id
    )
    return page, _UNPROCESSABLE if problem or form.errors else 200


@bp.post("/penghargaan/<int:award_id>/cabut")
@requires(Permission.APPRAISAL_RECORD)
def drop_award(award_id: int) -> ResponseReturnValue:
    """Withdraw an award recorded by mistake."""
    actor, reason = current_actor(), request.form.get("alasan", "")
    done = acted(
        lambda session: withdraw_award(session, actor, award_id=award_id, reason=reason),
        lambda: _("Catatan penghargaan dicabut."),
    )
    return redirect(url_for(".awards") if done else url_for(".award", award_id=award_id))


def _choices() -> dict[str, str]:
    year = read_number("tahun")
    return {
        "cari": read_text(),
        "unit": read_text("unit"),
        "jenis": read_choice("jenis", AWARD_KINDS),
        "tahun": str(year) if _FIRST_YEAR <= year <= _LAST_YEAR else "",
    }


def _used(choices: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in choices.items() if value}
