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
from merit.training.jobs import order_plan, retry_plan
from merit.training.models.classes import TrainingClass
from merit.training.models.planning import PLAN_OUTCOMES, SHOWN_PLAN_STATES
from merit.training.queries.plans import (
    PLAN_SORTS,
    PlanLine,
    count_places,
    count_plans,
    count_undecided,
    get_plan,
    list_places,
    list_plans,
    places_per_class,
    plan_line,
    plan_years,
)
from merit.training.services.plans import HandedOver, TakenBack, hand_over, take_back
from merit.training.views.blueprint import bp
from merit.training.views.exports import require_reader, told
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.downloads import Sheet
from merit.web.exports import Export, Order, hand_out, list_export
from merit.web.labels import label, options
from merit.web.paging import Paging, read_choice, read_number, read_order, read_text

PLAN, PLANS = "training-plan", "training-plans"
PER_PAGE = 50
_UNPROCESSABLE = 422
_READING = "reading-development"


def _narrowed() -> dict[str, Any]:
    return {
        "text": read_text(),
        "year": read_number("tahun"),
        "state": read_choice("keadaan", SHOWN_PLAN_STATES),
    }


@bp.get("/pelatihan/rencana-tahunan")
@requires(Permission.TRAINING_READ)
def plans() -> ResponseReturnValue:
    """List yearly plans."""
    narrowed, order = _narrowed(), read_order(PLAN_SORTS, "-id")
    with reading() as session:
        paging = Paging.of(count_plans(session, **narrowed), PER_PAGE)
        rows = list_plans(session, order=order, limit=PER_PAGE, offset=(paging.number - 1) * PER_PAGE, **narrowed)
        years = plan_years(session)
    return render_template(
        "training/plans.html",
        rows=rows,
        paging=paging,
        order=order,
        chosen=narrowed,
        states=options("plan_state"),
        years=[(str(year), str(year)) for year in years],
    )


@bp.get("/pelatihan/rencana-tahunan/ekspor.<any(xlsx, csv):form>")
@requires(Permission.TRAINING_READ)
def plans_export(form: str) -> ResponseReturnValue:
    """Hand out the list of plans with its present filters."""
    narrowed = _narrowed()
    with reading() as session:
        count = count_plans(session, **narrowed)
    title = _("Rencana tahunan: %(count)s baris", count=count)
    return hand_out(current_actor(), Order(kind=PLANS, form=form, title=title, choices=narrowed, rows=count))


@list_export(PLANS)
def collect_plans(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the plans the filters leave."""
    require_reader(actor)
    headings = [
        *(_("Rencana"), _("Tahun"), _("Anggaran (Rp)"), _("Biaya (Rp)"), _("Tempat"), _("Menunggu")),
        *(_("Level yang ditutup"), _("Jarak dari yang terbaik"), _("Keadaan"), _("Sebab gagal")),
    ]
    rows = [
        [
            *(line.plan.name, line.plan.year, line.plan.budget),
            *(line.plan.summary.get(name) for name in ("cost", "places", "waiting", "value", "gap")),
            *(label(line.state, "plan_state"), told_failure(line)),
        ]
        for line in list_plans(session, **choices)
    ]
    sheet = Sheet(name=_("Rencana"), headings=headings, rows=rows)
    return Export(name="rencana-tahunan", sheets=[sheet], record=told("plans", len(rows)))


def told_failure(line: PlanLine) -> str:
    """Return why a plan failed, "" where it did not."""
    if line.state != "failed":
        return ""
    return line.error or phrase("plan-cancelled")


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
        line = plan_line(session, plan_id)
        row = line.plan
        paging = Paging.of(count_places(session, actor, plan_id, outcome), PER_PAGE)
        rows = list_places(session, actor, plan_id, outcome, limit=PER_PAGE, offset=(paging.number - 1) * PER_PAGE)
        given = places_per_class(session, plan_id)
        wanted = {*given, *(int(each) for each in row.summary.get("prices", {}))}
        courses = session.scalars(
            select(TrainingClass).where(TrainingClass.id.in_(wanted)).order_by(TrainingClass.code)
        ).all()
        nominated = count_undecided(session, plan_id)
        others = [(each.plan.id, each.plan.name) for each in list_plans(session) if _comparable(each, plan_id)]
    log_readings(actor, officials=[line.place.official_id for line in rows], what=_READING)
    return render_template(
        "training/plan.html",
        plan=row,
        shown_state=line.state,
        failure=told_failure(line),
        others=others,
        nominated=nominated,
        paging=paging,
        rows=rows,
        outcome=outcome,
        courses=courses,
        given=given,
        phrase=phrase,
    )


def _comparable(line: PlanLine, plan_id: int) -> bool:
    return bool(line.plan.summary) and line.plan.id != plan_id


@bp.post("/pelatihan/rencana-tahunan/<int:plan_id>/ulang")
@requires(Permission.TRAINING_MANAGE)
def plan_retry(plan_id: int) -> ResponseReturnValue:
    """Order the solution of a failed plan again; its job is shown next."""
    jobs: list[int | None] = []
    acted(
        lambda session: jobs.append(retry_plan(session, current_actor(), plan_id=plan_id).job_id),
        _("Rencana disusun ulang."),
    )
    if jobs:
        return redirect(url_for("jobs.show", job_id=jobs[0]))
    return redirect(url_for(".plan", plan_id=plan_id))


@bp.post("/pelatihan/rencana-tahunan/<int:plan_id>/tarik")
@requires(Permission.TRAINING_MANAGE)
def plan_take_back(plan_id: int) -> ResponseReturnValue:
    """Withdraw what the plan nominated and nobody has decided on."""
    done: list[TakenBack] = []
    acted(
        lambda session: done.append(take_back(session, current_actor(), plan_id=plan_id)),
        lambda: _("%(n)s usulan ditarik; %(m)s tetap karena sudah diputuskan.", n=done[0].withdrawn, m=done[0].decided),
    )
    return redirect(url_for(".plan", plan_id=plan_id))


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
    made: list[HandedOver] = []
    is_done = acted(
        lambda session: made.append(hand_over(session, current_actor(), plan_id=plan_id)),
        lambda: _("%(n)s pegawai diusulkan; unit dan BKPSDM memutuskan seperti biasa.", n=made[0].nominated),
    )
    if is_done and made[0].left_out:
        for code, nip, reason, details in made[0].left_out[:10]:
            flash(f"{nip}, {code}: {phrase(reason, **details)}", "warning")
    if is_done and made[0].closed:
        flash(
            _("Kelas yang belum dibuka: %(codes)s. Usulkan lagi setelah dibuka.", codes=", ".join(made[0].closed)),
            "info",
        )
    return redirect(url_for(".plan", plan_id=plan_id))
