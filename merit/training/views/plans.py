"""Pages of yearly plans: the list, a new one, its places and who waits, the export, handing over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import log_download, log_readings, record_readings
from merit.db import reading, unit_of_work
from merit.errors import MeritError, NotAllowedError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Actor, Permission, is_granted
from merit.training.forms.evaluation import PlanForm
from merit.training.jobs import order_plan
from merit.training.models.classes import TrainingClass
from merit.training.models.planning import PLAN_OUTCOMES
from merit.training.queries.plans import count_places, get_plan, list_places, list_plans, places_per_class
from merit.training.services.development import HandedOver, hand_over
from merit.training.views.blueprint import bp
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.downloads import Sheet
from merit.web.exports import Export, Order, hand_out, list_export
from merit.web.paging import Paging, read_choice

PLAN = "training-plan"
PER_PAGE = 50
_UNPROCESSABLE = 422
_READING = "reading-development"


@bp.get("/pelatihan/rencana-tahunan")
@requires(Permission.TRAINING_READ)
def plans() -> ResponseReturnValue:
    """List yearly plans."""
    with reading() as session:
        return render_template("training/plans.html", rows=list_plans(session))


@bp.route("/pelatihan/rencana-tahunan/baru", methods=["GET", "POST"])
@requires(Permission.TRAINING_MANAGE)
def plan_new() -> ResponseReturnValue:
    """Order a plan; its job is shown next."""
    form, problem = PlanForm(year=clock.today().year), ""
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                job_id = order_plan(session, current_actor(), planned=form.planned()).job_id
            return redirect(url_for("jobs.show", job_id=job_id))
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
    page = render_template("training/plan_new.html", form=form, problem=problem)
    return page, _UNPROCESSABLE if problem or form.errors else 200


@bp.get("/pelatihan/rencana-tahunan/<int:plan_id>")
@requires(Permission.TRAINING_READ)
def plan(plan_id: int) -> ResponseReturnValue:
    """Show what a plan came to: its classes with their prices, places, and who waits and why."""
    actor, outcome = current_actor(), read_choice("tampil", PLAN_OUTCOMES) or "chosen"
    with reading() as session:
        row = get_plan(session, plan_id)
        paging = Paging.of(count_places(session, actor, plan_id, outcome), PER_PAGE)
        rows = list_places(session, actor, plan_id, outcome, limit=PER_PAGE, offset=(paging.number - 1) * PER_PAGE)
        given = places_per_class(session, plan_id)
        wanted = {*given, *(int(each) for each in row.summary.get("prices", {}))}
        courses = session.scalars(
            select(TrainingClass).where(TrainingClass.id.in_(wanted)).order_by(TrainingClass.code)
        ).all()
    log_readings(actor, officials=[line.place.official_id for line in rows], what=_READING)
    return render_template(
        "training/plan.html",
        plan=row,
        paging=paging,
        rows=rows,
        outcome=outcome,
        courses=courses,
        given=given,
        phrase=phrase,
    )


@bp.get("/pelatihan/rencana-tahunan/<int:plan_id>/ekspor.<any(xlsx, csv):form>")
@requires(Permission.OFFICIAL_EXPORT)
def plan_export(plan_id: int, form: str) -> ResponseReturnValue:
    """Hand out places and people waiting."""
    actor = current_actor()
    with reading() as session:
        row = get_plan(session, plan_id)
        count = sum(count_places(session, actor, plan_id, outcome) for outcome in PLAN_OUTCOMES)
    title = _("Rencana pelatihan %(year)s: %(name)s", year=row.year, name=row.name)
    return hand_out(actor, Order(kind=PLAN, form=form, title=title, choices={"plan": plan_id}, rows=count))


@list_export(PLAN)
def collect_plan(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect a plan within the actor's units."""
    if not is_granted(actor, Permission.OFFICIAL_EXPORT):
        raise NotAllowedError
    plan_id = int(choices["plan"])
    row = get_plan(session, plan_id)
    lines = [line for outcome in PLAN_OUTCOMES for line in list_places(session, actor, plan_id, outcome)]
    headings = [
        "NIP",
        _("Nama"),
        _("Unit"),
        _("Kode kelas"),
        _("Kelas"),
        _("Hasil"),
        _("Level yang ditutup"),
        _("Alasan"),
    ]
    rows = [
        [
            *(line.nip, line.name, line.unit, line.course.code, line.course.name),
            _("Mendapat tempat") if line.place.outcome == "chosen" else _("Menunggu"),
            line.place.value,
            phrase(line.place.reason) if line.place.reason else "",
        ]
        for line in lines
    ]

    def note(writing: Session, taker: Actor) -> None:
        record_readings(writing, taker, officials=[line.place.official_id for line in lines], what="reading-download")
        log_download(writing, taker, subject=f"plan:{plan_id}", rows=len(lines))

    sheet = Sheet(name=_("Rencana"), headings=headings, rows=rows)
    return Export(name=f"rencana-pelatihan-{row.year}-{plan_id}", sheets=[sheet], record=note)


@bp.post("/pelatihan/rencana-tahunan/<int:plan_id>/usulkan")
@requires(Permission.TRAINING_MANAGE)
def plan_hand_over(plan_id: int) -> ResponseReturnValue:
    """Nominate the chosen into the classes that are open."""
    told: list[HandedOver] = []
    is_done = acted(
        lambda session: told.append(hand_over(session, current_actor(), plan_id=plan_id)),
        lambda: _("%(n)s pegawai diusulkan; unit dan BKPSDM memutuskan seperti biasa.", n=told[0].nominated),
    )
    if is_done and told[0].left_out:
        for code, nip, reason, details in told[0].left_out[:10]:
            flash(f"{nip}, {code}: {phrase(reason, **details)}", "warning")
    if is_done and told[0].closed:
        flash(
            _("Kelas yang belum dibuka: %(codes)s. Usulkan lagi setelah dibuka.", codes=", ".join(told[0].closed)),
            "info",
        )
    return redirect(url_for(".plan", plan_id=plan_id))
