"""Pages of calibrations: the scales, what a calibration would read, its outcome, the decision."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.assessment.calibration_jobs import order_calibration
from merit.assessment.domain.answer_checks import ItemCheck
from merit.assessment.domain.calibration_data import FEWEST_PER_ITEM, FEWEST_PERSONS
from merit.assessment.domain.verdicts import judge_model
from merit.assessment.drift_jobs import DriftReport, drift_reports, order_newest
from merit.assessment.forms.calibration import plan_fields, read_plan
from merit.assessment.queries.calibration_answers import list_sources
from merit.assessment.queries.calibration_pages import (
    CalibrationPage,
    find_calibration,
    list_calibrations,
    list_scales,
    load_calibration,
)
from merit.assessment.queries.calibrations import find_in_force
from merit.assessment.services.calibration.gathering import LINKS, MODELS, gather
from merit.assessment.services.calibration.keeping import put_in_force, refuse_calibration
from merit.assessment.views.analysis import ICONS, TONES
from merit.assessment.views.blueprint import bp
from merit.assessment.views.calibration_files import calibration_document, calibration_sheets
from merit.assessment.views.calibration_pictures import draw_information, draw_movement
from merit.audit.services import log_download
from merit.db import reading, unit_of_work
from merit.errors import MeritError, NotFoundError
from merit.evidence import COMPETENCIES
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import JSON, file_response, workbook_response

DRIFT = "anchor-drift"


@bp.get("/kalibrasi")
@requires(Permission.CALIBRATION_READ)
def calibrations() -> ResponseReturnValue:
    """List the scales of all competencies."""
    with reading() as session:
        scales = list_scales(session)
    return render_template("calibration/scales.html", scales=scales)


@bp.get("/kalibrasi/<competency>")
@requires(Permission.CALIBRATION_READ)
def scale(competency: str) -> ResponseReturnValue:
    """Show a competency's calibrations; with sittings in the address, what a calibration of them would read."""
    plan = read_plan(competency, request.args)
    gathered, problem = None, ""
    with reading() as session:
        sources = list_sources(session, competency)
        standing = find_in_force(session, competency)
        lines = list_calibrations(session, competency)
        if not (competency in COMPETENCIES or sources or lines):
            raise NotFoundError("calibration-unknown")
        if plan.sittings:
            try:
                gathered = gather(session, plan)
            except MeritError as error:
                problem = phrase(error.reason, **error.details)
    return render_template(
        "calibration/scale.html",
        competency=competency,
        plan=plan,
        sources=sources,
        standing=standing,
        lines=lines,
        gathered=gathered,
        anchors=len((set(gathered.scale) & set(gathered.selection.versions)) - gathered.released_ids)
        if gathered
        else 0,
        choices=plan_fields(plan),
        problem=problem,
        least=FEWEST_PER_ITEM,
        least_together=FEWEST_PERSONS,
        models=MODELS,
        links=LINKS,
    )


@bp.post("/kalibrasi/<competency>")
@requires(Permission.CALIBRATION_MAKE)
def order(competency: str) -> ResponseReturnValue:
    """Order a calibration."""
    plan = read_plan(competency, request.form)
    with unit_of_work() as session:
        job = order_calibration(session, current_actor(), plan=plan)
    return redirect(url_for("jobs.show", job_id=job.id))


@bp.get("/kalibrasi/<competency>/<int:number>")
@requires(Permission.CALIBRATION_READ)
def calibration(competency: str, number: int) -> ResponseReturnValue:
    """Show the outcome of a calibration."""
    with reading() as session:
        page = load_calibration(session, competency, number)
        checks = drift_reports(session, page.calibration.id)
    return render_template(
        "calibration/show.html",
        page=page,
        checks=checks,
        alarms=_alarms(page, checks),
        found=page.calibration,
        movement=draw_movement(page),
        information=draw_information(page),
        problems=_problems(page),
        verdict=_verdict(page.calibration.settings.get("whole_fit") or {}),
        mean=fmean,
        drifting=[line for line in page.items if "calibration-drift" in line.item.flags],
        is_maker=page.calibration.made_by == current_actor().user_id,
    )


@bp.get("/kalibrasi/<competency>/<int:number>/unduh.<any(xlsx, json):form>")
@requires(Permission.CALIBRATION_READ)
def calibration_file(competency: str, number: int, form: str) -> ResponseReturnValue:
    """Hand out the parameters of a calibration."""
    with unit_of_work() as session:
        page = load_calibration(session, competency, number)
        log_download(session, current_actor(), subject=f"calibration:{page.calibration.id}", rows=len(page.items))
    name = f"kalibrasi-{competency}-{number}"
    if form == "json":
        content = json.dumps(calibration_document(page), ensure_ascii=False, indent=2)
        return file_response(content.encode(), name=f"{name}.json", kind=JSON)
    return workbook_response(name, calibration_sheets(page))


@bp.post("/kalibrasi/<competency>/<int:number>/periksa")
@requires(Permission.CALIBRATION_MAKE)
def check_drift(competency: str, number: int) -> ResponseReturnValue:
    """Order a check against the newest answers."""
    with unit_of_work() as session:
        job = order_newest(session, current_actor(), calibration=find_calibration(session, competency, number))
    return redirect(url_for("jobs.show", job_id=job.id))


@bp.post("/kalibrasi/<competency>/<int:number>/putusan")
@requires(Permission.CALIBRATION_MAKE)
def decide_calibration(competency: str, number: int) -> ResponseReturnValue:
    """Put a draft in force, or refuse it."""
    actor, note = current_actor(), request.form.get("alasan", "")
    with unit_of_work() as session:
        found = find_calibration(session, competency, number)
        if request.form.get("putusan") == "berlakukan":
            put_in_force(session, actor, calibration_id=found.id, note=note)
            flash(_("Kalibrasi %(number)s berlaku.", number=number))
        else:
            refuse_calibration(session, actor, calibration_id=found.id, note=note)
            flash(_("Kalibrasi %(number)s ditolak.", number=number))
    return redirect(url_for(".calibration", competency=competency, number=number))


def _alarms(page: CalibrationPage, checks: Sequence[DriftReport]) -> list[tuple[str, DriftReport, ItemCheck]]:
    """Return the items whose answers contradict their parameters: code, sitting and figures."""
    return [
        (page.names[one.version_id], check, one)
        for check in checks
        for one in check.alarms
        if one.version_id in page.names
    ]


def _verdict(whole: Mapping[str, Any]) -> dict[str, str]:
    """Return the verdict on the fit of the whole as a sentence with its tone."""
    each = whole.get("persons", 0) / max(whole.get("forms", 0), 1)
    found = judge_model(whole.get("rmsea"), whole.get("srmsr"), persons=each)
    return {"text": phrase(found.code), "tone": TONES[found.weight], "icon": ICONS[found.weight]}


def _problems(page: CalibrationPage) -> list[str]:
    """Return what limits the outcome as sentences, each once."""
    told = [
        phrase(problem["code"], item=page.names.get(problem.get("version_id"), ""), row=0)
        for problem in page.calibration.problems
        if problem["code"] != DRIFT  # told in its own table
    ]
    return list(dict.fromkeys(told))
