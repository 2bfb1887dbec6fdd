"""Pages of evaluation: a class, one's own reaction, ratings of use at work, reminders."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.assessment.models.sittings import Sitting
from merit.audit.services import log_readings
from merit.db import reading, unit_of_work
from merit.errors import MeritError, NotFoundError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.training.domain.reactions import MARKS as REACTION_MARKS
from merit.training.domain.reactions import QUESTIONS, summarise
from merit.training.domain.transfer import MARKS, window
from merit.training.forms.evaluation import EvaluationForm, read_marks, read_reaction
from merit.training.queries.classes import get_class
from merit.training.queries.evaluation import (
    find_evaluation,
    has_reacted,
    list_asked,
    list_gains,
    list_participants,
    list_published_sittings,
    list_reactions,
)
from merit.training.services import evaluation as services
from merit.training.views.blueprint import bp
from merit.web.access import current_actor, requires, sending_requires
from merit.web.acting import acted
from merit.web.paging import Paging, read_text

_UNPROCESSABLE = 422
PER_PAGE = 50
_READING = "reading-transfer"


@bp.route("/pelatihan/kelas/<code>/evaluasi", methods=["GET", "POST"])
@requires(Permission.TRAINING_READ)
@sending_requires(Permission.TRAINING_MANAGE)
def evaluation(code: str) -> ResponseReturnValue:
    """Show tests, gain, reactions and use at work of a class; whoever plans training sets how it is evaluated."""
    actor, form, problem = current_actor(), EvaluationForm(), ""
    with reading() as session:
        course = get_class(session, code)
        row = find_evaluation(session, course.id)
        linked = tuple(
            session.get_one(Sitting, each).code if each else ""
            for each in ((row.before_id, row.after_id) if row else (None, None))
        )
        form.offer(list_published_sittings(session), row, (linked[0], linked[1]))
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                services.set_evaluation(
                    session,
                    actor,
                    code=code,
                    before=form.before.data or "",
                    after=form.after.data or "",
                    anchors=form.read_anchors(),
                )
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
        else:
            flash(_("Cara evaluasi disimpan."), "success")
            return redirect(url_for(".evaluation", code=code))
    page = render_template(
        "training/evaluation.html", form=form, problem=problem, row=row, linked=linked, **_shown(code)
    )
    return page, _UNPROCESSABLE if problem or form.errors else 200


def _shown(code: str) -> dict[str, Any]:
    actor = current_actor()
    with reading() as session:
        course = get_class(session, code)
        reactions = list_reactions(session, course.id)
        participants = list_participants(session, actor, course.id)
        shown = {
            "course": course,
            "gains": list_gains(session, course.id),
            "reactions": summarise([each.marks for each in reactions]),
            "forms": len(reactions),
            "comments": [each.comment for each in reactions if each.comment],
            "participants": participants,
            "window": window(course.ends),
            "ended": services.has_ended(course),
        }
    log_readings(
        actor, officials=[line.enrolment.official_id for line in participants], what=_READING, reason=course.code
    )
    return shown


@bp.post("/pelatihan/kelas/<code>/evaluasi/kenaikan")
@requires(Permission.TRAINING_MANAGE)
def evaluation_gain(code: str) -> ResponseReturnValue:
    """Compute the gain of a class."""
    acted(lambda session: services.compute_gains(session, current_actor(), code=code), lambda: _("Kenaikan dihitung."))
    return redirect(url_for(".evaluation", code=code))


@bp.post("/pelatihan/kelas/<code>/evaluasi/penilai")
@requires(Permission.TRAINING_MANAGE)
def evaluation_raters(code: str) -> ResponseReturnValue:
    """Ask superiors and colleagues about the participants."""
    acted(
        lambda session: services.ask_raters(session, current_actor(), code=code),
        lambda: _("Atasan dan rekan yang diundi diminta menilai."),
    )
    return redirect(url_for(".evaluation", code=code))


@bp.post("/pelatihan/kelas/<code>/evaluasi/penerapan")
@requires(Permission.TRAINING_MANAGE)
def evaluation_transfer(code: str) -> ResponseReturnValue:
    """Record the use at work of participants whose ratings are complete or closed."""
    told: list[services.Concluded] = []
    acted(
        lambda session: told.append(services.conclude_transfer(session, current_actor(), code=code)),
        lambda: _(
            "Penerapan dicatat untuk %(recorded)s peserta; %(waiting)s menunggu penilai, %(few)s terlalu sedikit "
            "penilai, %(none)s belum punya catatan pelatihan, %(kept)s sudah bernilai dari berkas resmi.",
            recorded=told[0].recorded,
            waiting=told[0].waiting,
            few=told[0].too_few,
            none=told[0].unrecorded,
            kept=told[0].imported,
        ),
    )
    return redirect(url_for(".evaluation", code=code))


@bp.get("/pelatihan/penerapan")
@requires(Permission.TRAINING_READ)
def transfer_due() -> ResponseReturnValue:
    """List the ratings of use at work still to be given about officials of one's units."""
    text = read_text()
    with reading() as session:
        found = list_asked(session, actor=current_actor(), today=clock.today(), text=text)
    paging = Paging.of(len(found), PER_PAGE)
    rows = found[(paging.number - 1) * PER_PAGE : paging.number * PER_PAGE]
    log_readings(current_actor(), officials=[row.official_id for row in rows], what=_READING)
    return render_template("training/transfer_due.html", rows=rows, paging=paging, text=text)


@bp.route("/saya/pelatihan/<int:enrolment_id>/tanggapan", methods=["GET", "POST"])
@requires(Permission.SELF_READ)
def reaction(enrolment_id: int) -> ResponseReturnValue:
    """Give one's reaction to a class that is over, without one's name."""
    actor = current_actor()
    with reading() as session:
        _row, course = services.own_place(session, actor, enrolment_id)
        given = has_reacted(session, enrolment_id)
    marks = read_reaction(request.form)
    comment = request.form.get("saran", "")
    if request.method == "POST":
        is_done = acted(
            lambda session: services.give_reaction(
                session, actor, enrolment_id=enrolment_id, marks=marks, comment=comment
            ),
            lambda: _("Terima kasih. Tanggapan Anda diterima tanpa nama."),
        )
        if is_done:
            return redirect(url_for(".mine"))
    page = render_template(
        "training/reaction.html",
        course=course,
        given=given,
        ended=services.has_ended(course),
        questions=QUESTIONS,
        choices=REACTION_MARKS,
        marks=marks,
        comment=comment,
    )
    return page, _UNPROCESSABLE if request.method == "POST" else 200


@bp.get("/saya/penerapan")
@requires(Permission.SELF_READ)
def own_ratings() -> ResponseReturnValue:
    """List what one is asked to rate."""
    actor = current_actor()
    if actor.official_id is None:
        raise NotFoundError("portal-no-official")
    with reading() as session:
        rows = list_asked(session, rater_id=actor.official_id, today=clock.today())
    return render_template("training/own_ratings.html", rows=rows)


@bp.route("/saya/penerapan/<int:rater_id>", methods=["GET", "POST"])
@requires(Permission.SELF_READ)
def rate_transfer(rater_id: int) -> ResponseReturnValue:
    """Rate how a colleague uses a training at work."""
    actor = current_actor()
    with reading() as session:
        asked, _row, course, anchors = services.get_asked(session, actor, rater_id)
        lines = [
            line
            for line in list_asked(session, rater_id=actor.official_id, today=clock.today())
            if line.asked.id == asked.id
        ]
    if request.method == "POST":
        is_done = acted(
            lambda session: services.answer_rating(
                session, actor, rater_id=rater_id, marks=read_marks(request.form, len(anchors))
            ),
            lambda: _("Penilaian diterima. Terima kasih."),
        )
        if is_done:
            return redirect(url_for(".own_ratings"))
    page = render_template(
        "training/rate_transfer.html",
        asked=asked,
        line=lines[0] if lines else None,
        course=course,
        anchors=anchors,
        choices=MARKS,
        given=request.form,
    )
    return page, _UNPROCESSABLE if request.method == "POST" else 200
