"""Pages of the disciplinary register: cases, what a case would touch, recording and taking one on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock, db
from merit.audit.services import log_reading, record_readings
from merit.errors import MeritError
from merit.i18n import _
from merit.people.queries.units import load_tree
from merit.performance.domain.discipline import NEXT, Standing
from merit.performance.forms.discipline import CaseForm
from merit.performance.person_exports import DISCIPLINE, case_filter
from merit.performance.queries.discipline import ORDERS, CaseRow, list_cases
from merit.performance.services.discipline import get_case, move_case, record_case
from merit.phrases import phrase
from merit.profiles.discipline_effects import Effect, preview_effects
from merit.security.permissions import Actor, Permission
from merit.web.access import current_actor, requires, sending_requires
from merit.web.exports import Order, hand_out
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_order, read_text

bp = Blueprint("discipline", __name__)

PAGE_SIZE = 25
_UNPROCESSABLE = 422


@bp.get("/disiplin")
@requires(Permission.DISCIPLINE_READ)
def register() -> ResponseReturnValue:
    """List the cases within reach; the readings are logged."""
    actor = current_actor()
    with db.reading() as session:
        rows, choices, units = _found(session, actor)
    paging = Paging.of(len(rows), PAGE_SIZE)
    shown = paging.cut(rows)
    with db.unit_of_work() as session:
        record_readings(session, actor, officials=[row.official_id for row in shown], what="reading-discipline")
    return render_template(
        "performance/discipline.html",
        rows=shown,
        paging=paging,
        choices=choices,
        used={name: value for name, value in choices.items() if value},
        order=read_order(ORDERS, "-tanggal"),
        units=units,
        levels=options("finding_level"),
        standings=options("finding_standing"),
    )


@bp.get("/disiplin/ekspor.<any(xlsx, csv, pdf):form>")
@requires(Permission.DISCIPLINE_READ)
def export(form: str) -> ResponseReturnValue:
    """Hand out the register with its present filters."""
    actor = current_actor()
    with db.reading() as session:
        rows, choices, _units = _found(session, actor)
    told = {name: value for name, value in choices.items() if value} | {"urut": read_order(ORDERS, "-tanggal")}
    title = _("Disiplin: %(count)s baris", count=len(rows))
    return hand_out(actor, Order(kind=DISCIPLINE, form=form, title=title, choices=told, rows=len(rows)))


@bp.route("/disiplin/catat", methods=["GET", "POST"])
@requires(Permission.DISCIPLINE_RECORD)
def new_case() -> ResponseReturnValue:
    """Record a case; "Lihat akibatnya" shows first what it would touch, and keeps nothing."""
    form = CaseForm()
    form.offer(("proses", "final"))
    problem, effects = "", None
    if form.validate_on_submit():
        try:
            if "pratinjau" in request.form:
                effects = _preview(form)
            else:
                with db.unit_of_work() as session:
                    record_case(session, current_actor(), nip=form.nip.data or "", case=form.case)
                flash(_("Catatan disiplin tersimpan."), "success")
                return redirect(url_for(".register"))
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
    page = render_template("performance/discipline_form.html", form=form, problem=problem, effects=effects, row=None)
    return page, _UNPROCESSABLE if problem or form.errors else 200


@bp.route("/disiplin/<int:finding_id>", methods=["GET", "POST"])
@requires(Permission.DISCIPLINE_READ)
@sending_requires(Permission.DISCIPLINE_RECORD)
def case(finding_id: int) -> ResponseReturnValue:
    """Show a case with the gates it touches; take it on to its next state. The reading is logged."""
    actor, problem = current_actor(), ""
    with db.reading() as session:
        finding, official = get_case(session, actor, finding_id)
        known: dict[str, Any] = {"code": finding.code, "state": finding.state, "dated": finding.dated}
        known |= {"starts": finding.starts, "ends": finding.ends}
        effects = preview_effects(session, **known)
    form = CaseForm(**(known | {"number": finding.decree_number, "nip": official.nip}))
    form.offer(NEXT[finding.state])
    if form.validate_on_submit():
        try:
            if "pratinjau" in request.form:
                effects = _preview(form)
            else:
                with db.unit_of_work() as session:
                    move_case(session, actor, finding_id=finding_id, case=form.case)
                flash(_("Keadaan perkara diperbarui."), "success")
                return redirect(url_for(".register"))
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
    log_reading(actor, official_id=official.id, what="reading-discipline")
    page = render_template(
        "performance/discipline_form.html", form=form, problem=problem, effects=effects, row=finding, official=official
    )
    return page, _UNPROCESSABLE if problem or form.errors else 200


def _preview(form: CaseForm) -> list[Effect]:
    told = form.case
    with db.reading() as session:
        return preview_effects(
            session, code=told.code, state=told.state, dated=told.dated, starts=told.starts, ends=told.ends
        )


def _found(session: Session, actor: Actor) -> tuple[list[CaseRow], dict[str, str], list[tuple[str, str]]]:
    tree = load_tree(session, actor)
    choices = {
        "cari": read_text(),
        "unit": read_text("unit"),
        "tingkat": read_choice("tingkat", ("ringan", "sedang", "berat")),
        "kedudukan": read_choice("kedudukan", tuple(Standing)),
    }
    chosen = case_filter(choices, tree, actor.unit_ids)
    rows = list_cases(session, chosen, today=clock.today(), order=read_order(ORDERS, "-tanggal"))
    return rows, choices, [(each.code, "\u2003" * depth + each.name) for depth, each in tree.walk()]
