"""Pages of appraisal for people themselves: one's own, those one gives, objections one decides on."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.audit.services import log_reading
from merit.db import reading, unit_of_work
from merit.errors import MeritError, NotFoundError
from merit.i18n import _
from merit.performance.appraisal_pictures import draw_history
from merit.performance.domain.cycle import last_day_to_object
from merit.performance.forms.appraisals import AcceptForm, ObjectionForm, RatingForm
from merit.performance.queries import appraisals as queries
from merit.performance.queries import list_appraisals
from merit.performance.queries.appraisals import SheetRow
from merit.performance.services.sheets import (
    accept_appraisal,
    decide_objection,
    object_to_appraisal,
    rate_official,
)
from merit.performance.views.blueprint import bp
from merit.phrases import phrase
from merit.reference import load_document
from merit.security.permissions import Actor, Permission
from merit.web.access import current_actor, requires
from merit.web.paging import whole

_UNPROCESSABLE = 422


@bp.get("/saya/penilaian")
@requires(Permission.APPRAISAL_RATE)
def own_appraisals() -> ResponseReturnValue:
    """List one's own appraisals, those one gives, and objections that wait for one's decision."""
    official_id = _own_id(current_actor())
    with reading() as session:
        parts = {part: queries.list_own(session, official_id, part) for part in ("self", "assessor", "reviewer")}
    return render_template(
        "performance/own_appraisals.html",
        parts=parts,
        today=clock.today(),
        last_days={row.id: last_day_to_object(row.handed_over) for row in parts["self"] if row.handed_over},
    )


@bp.get("/saya/penilaian/<int:sheet_id>")
@requires(Permission.APPRAISAL_RATE)
def own_sheet(sheet_id: int) -> ResponseReturnValue:
    """Show a sheet in which one has a part, with the form for that part."""
    return _page(sheet_id)


@bp.post("/saya/penilaian/<int:sheet_id>/nilai")
@requires(Permission.APPRAISAL_RATE)
def rate(sheet_id: int) -> ResponseReturnValue:
    """Rate an official and hand the appraisal over."""
    return _rated(sheet_id, rate_official, "reason", _("Penilaian diserahkan kepada yang dinilai."))


@bp.post("/saya/penilaian/<int:sheet_id>/putusan")
@requires(Permission.APPRAISAL_RATE)
def decide(sheet_id: int) -> ResponseReturnValue:
    """Decide on an objection."""
    return _rated(sheet_id, decide_objection, "text", _("Keberatan diputus; penilaian final."))


@bp.post("/saya/penilaian/<int:sheet_id>/terima")
@requires(Permission.APPRAISAL_RATE)
def accept(sheet_id: int) -> ResponseReturnValue:
    """Accept one's own appraisal."""
    form = AcceptForm()

    def act() -> None:
        with unit_of_work() as session:
            version = whole(form.row_version.data or "")
            accept_appraisal(session, current_actor(), sheet_id=sheet_id, row_version=version)

    return _acted(act, sheet_id, _("Hasil penilaian Anda terima; penilaian final."))


@bp.post("/saya/penilaian/<int:sheet_id>/keberatan")
@requires(Permission.APPRAISAL_RATE)
def contest(sheet_id: int) -> ResponseReturnValue:
    """Object to one's own appraisal."""
    form = ObjectionForm()
    if not form.validate():
        return _page(sheet_id, objection=form)

    def act() -> None:
        with unit_of_work() as session:
            version = whole(form.row_version.data or "")
            object_to_appraisal(
                session, current_actor(), sheet_id=sheet_id, row_version=version, text=form.text.data or ""
            )

    return _acted(act, sheet_id, _("Keberatan diajukan kepada atasan pejabat penilai."), objection=form)


def _rated(sheet_id: int, service: Callable[..., object], words: str, told: str) -> ResponseReturnValue:
    """Set both ratings by a service that takes the written reason as ``words``."""
    form = RatingForm()
    form.offer()
    if not form.validate():
        return _page(sheet_id, rating=form)

    def act() -> None:
        with unit_of_work() as session:
            service(
                session,
                current_actor(),
                sheet_id=sheet_id,
                row_version=whole(form.row_version.data or ""),
                result=int(form.result.data),
                behaviour=int(form.behaviour.data),
                **{words: form.text.data or ""},
            )

    return _acted(act, sheet_id, told, rating=form)


def _acted(
    act: Callable[[], None],
    sheet_id: int,
    told: str,
    *,
    rating: RatingForm | None = None,
    objection: ObjectionForm | None = None,
) -> ResponseReturnValue:
    try:
        act()
    except NotFoundError:
        raise
    except MeritError as error:
        problem = phrase(error.reason, **error.details)
        return _page(sheet_id, rating=rating, objection=objection, problem=problem)
    flash(told, "success")
    return redirect(url_for(".own_sheet", sheet_id=sheet_id))


def _page(
    sheet_id: int, *, rating: RatingForm | None = None, objection: ObjectionForm | None = None, problem: str = ""
) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as session:
        row = queries.get_sheet_row(session, sheet_id)
        part = _part(row, _own_id(actor))
        steps = queries.list_steps(session, sheet_id)
        years = list_appraisals(session, row.official_id)
    if part != "self":
        # Who appraised somebody once does not read what others wrote later.
        years = [year for year in years if year.year <= row.year]
    log_reading(actor, official_id=row.official_id, what="reading-appraisal")
    failed = bool(problem or (rating and rating.errors) or (objection and objection.errors))
    page = render_template(
        "performance/own_sheet.html",
        row=row,
        part=part,
        steps=steps,
        years=years,
        pictures=draw_history(years),
        rating=rating or _rating_form(row),
        objection=objection or ObjectionForm(row_version=str(row.row_version)),
        problem=problem,
        last_day=last_day_to_object(row.handed_over) if row.handed_over else None,
        today=clock.today(),
        extremes=load_document("appraisal")["extremes"]["predicates"],
        citation=load_document("appraisal")["objection"]["citation"],
    )
    return page, _UNPROCESSABLE if failed else 200


def _rating_form(row: SheetRow) -> RatingForm:
    form = RatingForm(
        formdata=None,
        row_version=str(row.row_version),
        result=str(row.result_rating or ""),
        behaviour=str(row.behaviour_rating or ""),
    )
    form.offer()
    return form


def _part(row: SheetRow, official_id: int) -> str:
    parts = {row.official_id: "self", row.reviewer_id: "reviewer", row.assessor_id: "assessor"}
    if official_id not in parts:
        raise NotFoundError("appraisal-sheet-unknown")
    return parts[official_id]


def _own_id(actor: Actor) -> int:
    if actor.official_id is None:
        raise NotFoundError("portal-no-official")
    return actor.official_id
