"""The page where a proctor brings in a file of emergency answers."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.assessment.forms.board import Typed
from merit.assessment.forms.candidates import EmergencyForm
from merit.assessment.queries.board import get_room
from merit.assessment.queries.displaced import get_displaced
from merit.assessment.services.displaced import review_displaced
from merit.assessment.services.emergency import Imported, import_emergency
from merit.assessment.views.blueprint import bp
from merit.audit.services import log_reading
from merit.db import reading, unit_of_work
from merit.errors import InvalidInputError, RuleViolationError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires

_UNPROCESSABLE = 422


@bp.route("/ruang-ujian/<int:room_id>/jawaban-darurat", methods=["GET", "POST"])
@requires(Permission.ROOM_WATCH)
def emergency(room_id: int) -> ResponseReturnValue:
    """Take in the answers a candidate's browser could not send."""
    form = EmergencyForm()
    if not form.validate_on_submit():
        return _page(form, room_id, _UNPROCESSABLE if form.errors else 200)
    try:
        imported = import_emergency(current_actor(), room_id=room_id, data=form.document.data.read())
    except (InvalidInputError, RuleViolationError) as error:
        return _page(form, room_id, error.status, phrase(error.reason, **error.details))
    flash(_told(imported), "warning" if imported.is_late else "success")
    if imported.displaced:
        return redirect(url_for(".displaced", attempt_id=imported.attempt_id))
    return redirect(url_for(".emergency", room_id=room_id))


@bp.route("/ruang-ujian/peserta/<int:attempt_id>/jawaban-disisihkan", methods=["GET", "POST"])
@requires(Permission.ROOM_WATCH)
def displaced(attempt_id: int) -> ResponseReturnValue:
    """Show what a browser had set aside beside what the server holds; each of two persons says what follows."""
    actor, typed = current_actor(), Typed(request.form)
    problem, status = "", 200
    if request.method == "POST":
        try:
            with unit_of_work() as session:
                review_displaced(session, actor, attempt_id=attempt_id, opinion=typed.text("pendapat"))
        except (InvalidInputError, RuleViolationError) as error:
            problem, status = phrase(error.reason, **error.details), error.status
        else:
            flash(_("Pendapat Anda masuk berita acara."), "success")
            return redirect(url_for(".displaced", attempt_id=attempt_id))
    with reading() as session:
        story = get_displaced(session, actor, attempt_id)
    log_reading(actor, official_id=story.official_id, what="reading-answers")
    return render_template("board/displaced.html", story=story, typed=typed, problem=problem), status


def _page(form: EmergencyForm, room_id: int, status: int, message: str = "") -> ResponseReturnValue:
    with reading() as session:
        room = get_room(session, current_actor(), room_id)
    return render_template("exam/emergency.html", form=form, room=room, message=message), status


def _told(imported: Imported) -> str:
    if not imported.new:
        return _("Semua jawaban peserta %(number)s sudah ada di server.", number=imported.number)
    if imported.is_late:
        return _(
            "%(new)s jawaban peserta %(number)s diterima sebagai jawaban terlambat; "
            "dua orang memutuskan apakah dihitung.",
            new=imported.new,
            number=imported.number,
        )
    return _("%(new)s jawaban peserta %(number)s tersimpan.", new=imported.new, number=imported.number)
