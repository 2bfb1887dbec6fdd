"""A rater's own pages: whom one is asked about, the form value by value, and one's own results."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.db import reading, unit_of_work
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.i18n import _
from merit.people.queries.record import get_official_by_id
from merit.performance.domain.sheets import Value, load_scale, load_values
from merit.performance.forms.campaigns import read_marks
from merit.performance.queries.campaigns import get_own_invitation, list_own_invitations, list_published
from merit.performance.services.feedback import decline, hand_in, open_sheet, save_answers
from merit.performance.views.blueprint import bp
from merit.performance.views.campaigns import own_result
from merit.performance.views.feedback_report import feedback_pdf
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.downloads import pdf_response

_UNPROCESSABLE = 422


@bp.get("/saya/umpan-balik")
@requires(Permission.SELF_READ)
def own_feedback() -> ResponseReturnValue:
    """Show whom one is asked about and what came out about oneself."""
    actor = current_actor()
    if actor.official_id is None:
        raise NotFoundError("portal-no-official")
    with reading() as session:
        asked = list_own_invitations(session, actor.official_id)
        results = list_published(session, actor.official_id)
    return render_template("performance/own_feedback.html", asked=asked, results=results)


@bp.route("/saya/umpan-balik/<int:invitation_id>/<int:place>", methods=["GET", "POST"])
@requires(Permission.SELF_READ)
def feedback_sheet(invitation_id: int, place: int) -> ResponseReturnValue:
    """Show the behaviours of one value and keep the marks; after the last value comes the page to hand in."""
    actor, value = current_actor(), _value(place)
    with reading() as session:
        asked = get_own_invitation(session, actor.official_id, invitation_id)
    problem = ""
    try:
        with unit_of_work() as session:
            answers = open_sheet(session, actor, invitation_id=invitation_id)
            if request.method == "POST":
                save_answers(session, actor, invitation_id=invitation_id, answers=read_marks(value))
        if request.method == "POST":
            following = place + 1
            if following > len(load_values()):
                return redirect(url_for(".feedback_hand_in", invitation_id=invitation_id))
            return redirect(url_for(".feedback_sheet", invitation_id=invitation_id, place=following))
    except InvalidInputError as error:
        problem = phrase(error.reason, **error.details)
    return render_template(
        "performance/feedback_sheet.html",
        asked=asked,
        value=value,
        place=place,
        places=len(load_values()),
        scale=load_scale(),
        answers=answers,
        problem=problem,
    ), _UNPROCESSABLE if problem else 200


@bp.route("/saya/umpan-balik/<int:invitation_id>/kirim", methods=["GET", "POST"])
@requires(Permission.SELF_READ)
def feedback_hand_in(invitation_id: int) -> ResponseReturnValue:
    """Show what is missing, and hand the sheet in once."""
    actor = current_actor()
    with reading() as session:
        asked = get_own_invitation(session, actor.official_id, invitation_id)
    with unit_of_work() as session:
        answers = open_sheet(session, actor, invitation_id=invitation_id)
    problem, sign = "", ""
    if request.method == "POST":
        try:
            with unit_of_work() as session:
                is_confirmed = request.form.get("tegas") == "ya"
                hand_in(session, actor, invitation_id=invitation_id, is_confirmed=is_confirmed)
            flash(_("Penilaian terkirim. Nama Anda tidak tersimpan bersama jawabannya."), "success")
            return redirect(url_for(".own_feedback"))
        except InvalidInputError as error:
            problem = phrase(error.reason, **error.details)
        except RuleViolationError as error:
            sign = phrase(error.reason, **error.details)
    open_places = [
        (place, value) for place, value in enumerate(load_values(), 1) if not set(value.keys) <= set(answers)
    ]
    return render_template(
        "performance/feedback_hand_in.html", asked=asked, missing=open_places, problem=problem, sign=sign
    ), _UNPROCESSABLE if problem or sign else 200


@bp.post("/saya/umpan-balik/<int:invitation_id>/berhalangan")
@requires(Permission.SELF_READ)
def feedback_decline(invitation_id: int) -> ResponseReturnValue:
    """Keep that one should not rate this person."""
    reason = request.form.get("alasan", "")
    acted(
        lambda session: decline(session, current_actor(), invitation_id=invitation_id, reason=reason),
        lambda: _("Pernyataan berhalangan tersimpan. Penilai lain akan diundi."),
    )
    return redirect(url_for(".own_feedback"))


@bp.get("/saya/umpan-balik/hasil/<int:campaign_id>")
@requires(Permission.SELF_READ)
def own_feedback_result(campaign_id: int) -> ResponseReturnValue:
    """Show what a published campaign came to for oneself."""
    actor = current_actor()
    with reading() as session:
        row, result = own_result(session, actor, campaign_id)
        head = get_official_by_id(session, actor, result.official_id)
    return render_template(
        "performance/feedback_result.html",
        row=row,
        official=head,
        result=result,
        values=load_values(),
        pdf=url_for(".own_feedback_file", campaign_id=campaign_id),
        is_own=True,
    )


@bp.get("/saya/umpan-balik/hasil/<int:campaign_id>/laporan.pdf")
@requires(Permission.SELF_READ)
def own_feedback_file(campaign_id: int) -> ResponseReturnValue:
    """Give one's own result as a PDF."""
    actor = current_actor()
    with reading() as session:
        row, result = own_result(session, actor, campaign_id)
        head = get_official_by_id(session, actor, result.official_id)
    return pdf_response(feedback_pdf(row, head, result), f"umpan-balik-{row.year}", inline=False)


def _value(place: int) -> Value:
    values = load_values()
    if not 1 <= place <= len(values):
        raise NotFoundError
    return values[place - 1]
