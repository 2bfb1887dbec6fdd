"""Pages of long work: what waits, runs and has ended, and how far it is."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit import db
from merit.errors import NotFoundError
from merit.i18n import _
from merit.jobs import queries
from merit.jobs.models import JOB_STATES
from merit.jobs.services import cancel_job
from merit.security.permissions import Actor, Permission, is_granted, sees_every_job
from merit.web.access import current_actor, requires
from merit.web.downloads import file_response
from merit.web.exports import read_file
from merit.web.labels import options
from merit.web.paging import Paging, read_choice

bp = Blueprint("jobs", __name__)


@bp.get("/pekerjaan")
@requires(Permission.JOB_READ)
def index() -> ResponseReturnValue:
    """List jobs: one's own, everybody's for those who read every unit."""
    owner = _owner(current_actor())
    state = read_choice("keadaan", JOB_STATES)
    with db.reading() as session:
        paging = Paging.of(queries.count_jobs(session, owner, state=state), queries.PAGE_SIZE)
        jobs = queries.list_jobs(session, owner, state=state, page=paging.number)
    return render_template(
        "jobs/index.html",
        jobs=jobs,
        paging=paging,
        state=state,
        states=options("job_state"),
        of_everybody=owner is None,
    )


@bp.get("/pekerjaan/<int:job_id>")
@requires(Permission.JOB_READ)
def show(job_id: int) -> ResponseReturnValue:
    """Show one job; htmx asks for its progress alone."""
    with db.reading() as session:
        job = queries.get_job(session, job_id, _owner(current_actor()))
    if request.headers.get("HX-Request") and job.is_open:
        return render_template("jobs/progress.html", job=job)
    if request.headers.get("HX-Request"):
        return "", 200, {"HX-Refresh": "true"}
    return render_template("jobs/show.html", job=job, is_own=job.user_id == current_actor().user_id)


@bp.get("/pekerjaan/<int:job_id>/berkas")
@requires(Permission.JOB_READ)
def file(job_id: int) -> ResponseReturnValue:
    """Hand the file a job wrote to the person who ordered it, and to nobody else."""
    with db.reading() as session:
        job = queries.get_job(session, job_id, current_actor().user_id)
    if job.file is None:
        raise NotFoundError("export-expired")
    return file_response(read_file(job.file["token"]), name=job.file["name"], kind=job.file["kind"])


@bp.post("/pekerjaan/<int:job_id>/batal")
@requires(Permission.JOB_READ)
def cancel(job_id: int) -> ResponseReturnValue:
    """Stop a job that waits or runs."""
    actor = current_actor()
    with db.unit_of_work() as session:
        cancel_job(session, actor, job_id=job_id, of_everybody=_owner(actor) is None and _may_stop_all(actor))
    flash(_("Pekerjaan dibatalkan."))
    return redirect(url_for(".show", job_id=job_id))


def _owner(actor: Actor) -> int | None:
    """Return whose jobs the actor sees: everybody's (None) for those who keep or audit the records of every unit."""
    return None if sees_every_job(actor) else actor.user_id


def _may_stop_all(actor: Actor) -> bool:
    return is_granted(actor, Permission.IMPORT_UNDO)
