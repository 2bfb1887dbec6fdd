"""Imports as pages: upload, dry run, difference, confirmation, undo."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs

from merit.db import reading, unit_of_work
from merit.exchange import queries, uploads
from merit.exchange.blanks import template_workbook
from merit.exchange.forms import ConfirmForm, UploadForm
from merit.exchange.models import BATCH_STATES, ImportUpload
from merit.exchange.registry import KIND_NAMES, all_kinds, get_kind
from merit.exchange.undoing import undo_batch
from merit.i18n import _
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import XLSX, csv_response, file_response
from merit.web.labels import label, options
from merit.web.paging import Paging, read_choice

bp = Blueprint("exchange", __name__)

PER_PAGE = 25
SHOWN = 50
_UNPROCESSABLE = 422


@bp.route("/impor", methods=["GET", "POST"])
@requires(Permission.IMPORT_RUN)
def index() -> ResponseReturnValue:
    """List imports and take a new file."""
    actor, form = current_actor(), UploadForm()
    form.kind.choices = [SelectChoice(name, label(name, "import_kind")) for name in KIND_NAMES]
    if form.validate_on_submit():
        file = form.file.data
        with unit_of_work() as session:
            upload = uploads.keep_upload(
                session,
                actor,
                kind=form.kind.data,
                file_name=file.filename or "",
                content=file.read(),
                format=form.format.data,
            )
            if upload.job_id is None:
                uploads.check_upload(session, actor, token=upload.token)
            token = upload.token
        return redirect(url_for(".upload", token=token))
    kind, state = read_choice("jenis", KIND_NAMES), read_choice("keadaan", BATCH_STATES)
    with reading() as session:
        paging = Paging.of(queries.count_batches(session, actor, kind=kind, state=state), PER_PAGE)
        rows = queries.list_batches(
            session, actor, kind=kind, state=state, limit=PER_PAGE, offset=(paging.number - 1) * PER_PAGE
        )
    return render_template(
        "exchange/index.html",
        form=form,
        rows=rows,
        paging=paging,
        kind=kind,
        state=state,
        kinds=[(name, label(name, "import_kind")) for name in KIND_NAMES],
        states=options("batch_state"),
    ), _UNPROCESSABLE if form.errors else 200


@bp.get("/impor/templat")
@requires(Permission.IMPORT_RUN)
def templates() -> ResponseReturnValue:
    """List every kind with its columns and template."""
    return render_template("exchange/templates.html", kinds=all_kinds())


@bp.get("/impor/templat/<kind>.xlsx")
@requires(Permission.IMPORT_RUN)
def template(kind: str) -> ResponseReturnValue:
    """Give the template of a kind."""
    return file_response(template_workbook(get_kind(kind)), name=f"templat-{kind}.xlsx", kind=XLSX)


@bp.get("/impor/berkas/<token>")
@requires(Permission.IMPORT_RUN)
def upload(token: str) -> ResponseReturnValue:
    """Show the dry run of an upload: every problem with its cell, the difference, what may be agreed to."""
    with reading() as session:
        shown = uploads.get_upload(session, current_actor(), token)
    if shown.state in {"checking", "importing"} and shown.job_id is not None:
        return redirect(url_for("jobs.show", job_id=shown.job_id))
    return _upload_page(shown, ConfirmForm())


def _upload_page(shown: ImportUpload, form: ConfirmForm) -> str:
    report = shown.report or {}
    paging = Paging.of(len(report.get("problems", ())), SHOWN)
    start = (paging.number - 1) * SHOWN
    return render_template(
        "exchange/upload.html",
        upload=shown,
        report=report,
        problems=report.get("problems", [])[start : start + SHOWN],
        paging=paging,
        form=form,
    )


@bp.post("/impor/berkas/<token>/simpan")
@requires(Permission.IMPORT_RUN)
def confirm(token: str) -> ResponseReturnValue:
    """Import what was checked."""
    form = ConfirmForm()
    with reading() as session:
        shown = uploads.get_upload(session, current_actor(), token)
    if shown.state == "ready" and not form.agrees_to(shown.report or {}):
        return _upload_page(shown, form), _UNPROCESSABLE
    agreed = uploads.Confirmation(skip_invalid=form.skip_invalid.data, confirm_large=form.confirm_large.data)
    with unit_of_work() as session:
        job = uploads.confirm_upload(session, current_actor(), token=token, confirmation=agreed)
        shown = uploads.get_upload(session, current_actor(), token)
        job_id, batch_id, state = job.id if job else None, shown.batch_id, shown.state
    if job_id is not None:
        return redirect(url_for("jobs.show", job_id=job_id))
    if state != "imported":
        flash(
            _("Keadaan data berubah sejak pemeriksaan. Tidak ada yang disimpan; periksa lagi masalah di bawah."),
            "warning",
        )
        return redirect(url_for(".upload", token=token))
    if batch_id is None:
        flash(_("Isi berkas sama dengan yang sudah tercatat; tidak ada yang berubah."), "info")
        return redirect(url_for(".index"))
    flash(_("Impor tersimpan. Bila keliru, impor ini dapat dibatalkan dari halaman ini."), "success")
    return redirect(url_for(".batch", batch_id=batch_id))


@bp.post("/impor/berkas/<token>/buang")
@requires(Permission.IMPORT_RUN)
def discard(token: str) -> ResponseReturnValue:
    """Forget an upload."""
    with unit_of_work() as session:
        uploads.discard_upload(session, current_actor(), token=token)
    flash(_("Unggahan dibuang; tidak ada yang disimpan."), "info")
    return redirect(url_for(".index"))


@bp.get("/impor/berkas/<token>/masalah.csv")
@requires(Permission.IMPORT_RUN)
def problems(token: str) -> ResponseReturnValue:
    """Give the problems of an upload as CSV."""
    with reading() as session:
        shown = uploads.get_upload(session, current_actor(), token)
    rows = [
        [item["cell"], item["column"], item["value"], item["message"]]
        for item in (shown.report or {}).get("problems", [])
    ]
    return csv_response("masalah-impor", [_("Sel"), _("Kolom"), _("Isi"), _("Yang perlu dilakukan")], rows)


@bp.get("/impor/<int:batch_id>")
@requires(Permission.IMPORT_RUN)
def batch(batch_id: int) -> ResponseReturnValue:
    """Show one import and offer to take it back."""
    with reading() as session:
        shown = queries.get_batch(session, current_actor(), batch_id)
        undone_by = queries.find_undo(session, batch_id)
    return render_template("exchange/batch.html", batch=shown, undone_by=undone_by)


@bp.post("/impor/<int:batch_id>/batal")
@requires(Permission.IMPORT_RUN, Permission.IMPORT_UNDO)
def undo(batch_id: int) -> ResponseReturnValue:
    """Take one import back."""
    with unit_of_work() as session:
        queries.get_batch(session, current_actor(), batch_id)
        undone = undo_batch(session, current_actor(), batch_id=batch_id)
        number = undone.id
    flash(_("Impor nomor %(batch)s dibatalkan; catatan kembali seperti sebelumnya.", batch=batch_id), "success")
    return redirect(url_for(".batch", batch_id=number))
