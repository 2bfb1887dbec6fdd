"""Pages of attendance: the list of a session, its code on the wall, the sheet to sign, an official's own entry."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from merit import clock
from merit.assessment.domain.roster import read_nips
from merit.audit.services import log_download, log_readings
from merit.db import reading, unit_of_work
from merit.i18n import _
from merit.security.permissions import Permission
from merit.training.domain.attendance import seconds_left, session_code
from merit.training.domain.states import ClassState
from merit.training.models.attendance import MARK_STATUSES
from merit.training.queries.attendance import hours_attended, list_attendance
from merit.training.services import attendance as services
from merit.training.views.blueprint import bp
from merit.training.views.documents import attendance_pdf
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.downloads import pdf_response
from merit.web.labels import options
from merit.web.paging import Paging, whole
from merit.web.pdf import qr_svg

PER_PAGE = 100


@bp.get("/pelatihan/pertemuan/<int:session_id>")
@requires(Permission.TRAINING_MANAGE, Permission.SELF_READ)
def attendance(session_id: int) -> ResponseReturnValue:
    """Show who is in a session, to tick; the reading is logged."""
    actor = current_actor()
    with reading() as session:
        meeting, course = services.get_markable(session, actor, session_id)
        everybody = list_attendance(session, meeting)
        paging = Paging.of(len(everybody), PER_PAGE)
        rows = everybody[(paging.number - 1) * PER_PAGE : paging.number * PER_PAGE]
        hours = hours_attended(session, course.id)
    log_readings(actor, officials=[row.official_id for row in rows], what="reading-enrolments", reason=course.code)
    return render_template(
        "training/attendance.html",
        meeting=meeting,
        course=course,
        rows=rows,
        paging=paging,
        hours=hours,
        length=services.length_of(meeting),
        statuses=options("mark_status"),
        noted=sum(1 for row in everybody if row.mark is not None),
        is_open=course.state == ClassState.OPEN,
    )


@bp.post("/pelatihan/pertemuan/<int:session_id>/daftar")
@requires(Permission.TRAINING_MANAGE, Permission.SELF_READ)
def attendance_list(session_id: int) -> ResponseReturnValue:
    """Note what was ticked."""
    marks = []
    for name, status in request.form.items():
        number = whole(name.removeprefix("hadir-")) if name.startswith("hadir-") else 0
        if number and status in MARK_STATUSES:
            given = request.form.get(f"menit-{number}", "").strip()
            minutes = whole(given, -1) if given else None
            marks.append(services.Mark(enrolment_id=number, status=status, minutes=minutes))
    acted(
        lambda session: services.mark_list(session, current_actor(), session_id=session_id, marks=marks),
        _("Kehadiran tersimpan."),
    )
    return redirect(url_for(".attendance", session_id=session_id, halaman=request.args.get("halaman")))


@bp.post("/pelatihan/pertemuan/<int:session_id>/tempel")
@requires(Permission.TRAINING_MANAGE, Permission.SELF_READ)
def attendance_paste(session_id: int) -> ResponseReturnValue:
    """Note the officials of a pasted list as present."""
    pasted = read_nips(request.form.get("nips", "")[:500_000])
    count: list[int] = []
    acted(
        lambda session: count.append(
            services.mark_present(session, current_actor(), session_id=session_id, nips=pasted.nips)
        ),
        lambda: _("%(count)s peserta dicatat hadir.", count=count[0]),
    )
    return redirect(url_for(".attendance", session_id=session_id))


@bp.get("/pelatihan/pertemuan/<int:session_id>/kode")
@requires(Permission.TRAINING_MANAGE, Permission.SELF_READ)
def attendance_code(session_id: int) -> ResponseReturnValue:
    """Show the code of the next minutes large enough for a wall; the page comes again when the code changes."""
    now = clock.now()
    with reading() as session:
        meeting, course = services.get_markable(session, current_actor(), session_id)
    code = session_code(services.refer(), meeting.id, now)
    address = url_for(".arrive", kode=code, _external=True)
    return render_template(
        "training/code.html",
        meeting=meeting,
        course=course,
        code=code,
        square=Markup(qr_svg(address, scales=True)),  # noqa: S704 -- drawn here from a code and our own address
        seconds=seconds_left(now),
    )


@bp.get("/pelatihan/pertemuan/<int:session_id>/daftar-hadir.pdf")
@requires(Permission.TRAINING_MANAGE, Permission.SELF_READ)
def attendance_sheet(session_id: int) -> ResponseReturnValue:
    """Return the sheet of a session, to be signed by hand."""
    actor = current_actor()
    with unit_of_work() as session:
        meeting, course = services.get_markable(session, actor, session_id)
        rows = list_attendance(session, meeting)
        log_download(session, actor, subject=f"training-session:{meeting.id}", rows=len(rows))
    log_readings(actor, officials=[row.official_id for row in rows], what="reading-enrolments", reason=course.code)
    return pdf_response(attendance_pdf(meeting, course, rows), f"daftar-hadir-{course.code}-{meeting.id}")


@bp.route("/saya/pelatihan/hadir", methods=["GET", "POST"])
@requires(Permission.SELF_READ)
def arrive() -> ResponseReturnValue:
    """Type the code on the wall, or confirm the one from the QR picture."""
    if request.method == "GET":
        return render_template("training/arrive.html", code=request.args.get("kode", "")[:12])
    noted: list[str] = []
    code = request.form.get("kode", "")[:64]

    def arrived() -> str:
        return _("Kehadiran Anda tercatat: %(hours)s JP.", hours=noted[0])

    if not acted(
        lambda session: noted.append(str(services.mark_by_code(session, current_actor(), code=code)[1].hours)), arrived
    ):
        return redirect(url_for(".arrive"))
    flash(_("Kehadiran pertama yang berlaku; mengisi kode lagi tidak mengubahnya."), "info")
    return redirect(url_for(".mine"))
