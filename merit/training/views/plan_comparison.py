"""The page of two yearly plans side by side, and its export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit.audit.services import log_download, log_readings, record_readings
from merit.db import reading
from merit.errors import NotAllowedError, RuleViolationError
from merit.i18n import _
from merit.security.permissions import Actor, Permission, is_granted
from merit.training.queries.plan_comparison import Compared, compare_plans
from merit.training.queries.plans import PlanLine, list_plans, plan_line
from merit.training.views.blueprint import bp
from merit.training.views.gap_lists import READING
from merit.web.access import current_actor, requires
from merit.web.downloads import Sheet
from merit.web.exports import Export, Order, hand_out, list_export
from merit.web.paging import Paging, read_number

COMPARISON = "training-plan-comparison"
PER_PAGE = 50


@bp.get("/pelatihan/rencana-tahunan/<int:plan_id>/banding")
@requires(Permission.TRAINING_READ)
def plan_compare(plan_id: int) -> ResponseReturnValue:
    """Show what another plan gives instead: the one named, else the newest."""
    actor = current_actor()
    with reading() as session:
        first, second, found = _found(session, actor, plan_id, read_number("dengan"))
    paging = Paging.of(len(found.people), PER_PAGE)
    rows = found.people[(paging.number - 1) * PER_PAGE : paging.number * PER_PAGE]
    log_readings(actor, officials=[row.official_id for row in rows], what=READING)
    return render_template(
        "training/plan_compare.html", first=first.plan, second=second.plan, found=found, rows=rows, paging=paging
    )


@bp.get("/pelatihan/rencana-tahunan/<int:plan_id>/banding/ekspor.<any(xlsx, csv):form>")
@requires(Permission.OFFICIAL_EXPORT)
def plan_compare_export(plan_id: int, form: str) -> ResponseReturnValue:
    """Hand out who gains, loses or changes a class."""
    actor, other = current_actor(), read_number("dengan")
    with reading() as session:
        first, second, found = _found(session, actor, plan_id, other)
    title = _("Perbandingan rencana %(first)s dan %(second)s", first=first.plan.name, second=second.plan.name)
    choices = {"first": plan_id, "second": other}
    return hand_out(actor, Order(kind=COMPARISON, form=form, title=title, choices=choices, rows=len(found.people)))


@list_export(COMPARISON)
def collect_comparison(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the people within the actor's units whose place differs between two plans."""
    if not is_granted(actor, Permission.OFFICIAL_EXPORT):
        raise NotAllowedError
    first, second, found = _found(session, actor, int(choices["first"]), int(choices["second"]))
    headings = ["NIP", _("Nama"), _("Unit"), first.plan.name, second.plan.name]
    rows = [[one.nip, one.name, one.unit, one.first, one.second] for one in found.people]
    officials = [one.official_id for one in found.people]

    def note(writing: Session, taker: Actor) -> None:
        record_readings(writing, taker, officials=officials, what="reading-download")
        log_download(writing, taker, subject=f"plan:{first.plan.id}", rows=len(rows))

    sheet = Sheet(name=_("Perbandingan"), headings=headings, rows=rows)
    return Export(name=f"banding-rencana-{first.plan.id}-{second.plan.id}", sheets=[sheet], record=note)


def _found(session: Session, actor: Actor, first_id: int, second_id: int) -> tuple[PlanLine, PlanLine, Compared]:
    first = plan_line(session, first_id)
    if not second_id:
        others = [line.plan.id for line in list_plans(session) if line.plan.summary and line.plan.id != first_id]
        second_id = others[0] if others else first_id
    second = plan_line(session, second_id)
    if first.plan.id == second.plan.id or not (first.plan.summary and second.plan.summary):
        raise RuleViolationError("plan-two")
    return first, second, compare_plans(session, actor, first.plan.id, second.plan.id)
