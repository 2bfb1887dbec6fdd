"""Pages that bring items in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.accounts.login import recent_sign_in
from merit.assessment.domain.bank import kind_of
from merit.assessment.domain.richtext import plain
from merit.assessment.forms.interchange import ExportForm, ItemFileForm, TakeForm
from merit.assessment.import_jobs import order_import
from merit.assessment.interchange import UnreadableError
from merit.assessment.interchange.xlsx_columns import COLUMNS
from merit.assessment.services import interchange as services
from merit.assessment.services.interchange.exporting import MOST_ITEMS, MOST_PER_DAY
from merit.assessment.services.interchange.uploads import MOST_ITEMS as MOST_TAKEN
from merit.assessment.services.interchange.uploads import TWIN, Preview
from merit.assessment.views.blueprint import bp
from merit.db import reading, unit_of_work
from merit.errors import MeritError, NotFoundError, RuleViolationError
from merit.i18n import _
from merit.jobs.models import Job
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import XLSX, file_response

_ZIP = "application/zip"
_UNPROCESSABLE = 422
_DIGITS = 5


@bp.route("/bank-soal/impor", methods=["GET", "POST"])
@requires(Permission.ITEM_WRITE)
def import_items() -> ResponseReturnValue:
    """Take a file of items and try it."""
    form = ItemFileForm()
    if form.validate_on_submit():
        file = form.file.data
        try:
            with unit_of_work() as session:
                upload = services.keep_file(
                    session, current_actor(), file_name=file.filename or "", content=file.read()
                )
                token = upload.token
        except UnreadableError as error:
            form.file.errors = [phrase(error.reason, **error.details)]
        else:
            return redirect(url_for(".item_upload", token=token))
    page = render_template("interchange/index.html", form=form, columns=COLUMNS, most=MOST_TAKEN)
    return page, _UNPROCESSABLE if form.errors else 200


@bp.get("/bank-soal/impor/templat.xlsx")
@requires(Permission.ITEM_WRITE)
def item_template() -> ResponseReturnValue:
    """Give the workbook to fill in, with an example of every kind."""
    return file_response(services.template_workbook(), name="templat-butir.xlsx", kind=XLSX)


@bp.get("/bank-soal/impor/<token>")
@requires(Permission.ITEM_WRITE)
def item_upload(token: str) -> ResponseReturnValue:
    """Show what was found in a file, or what became of it."""
    with reading() as session:
        preview = services.preview_upload(session, current_actor(), token=token)
        is_busy = services.is_busy(session, preview.upload)
    if is_busy:
        return redirect(url_for("jobs.show", job_id=preview.upload.job_id))
    if preview.upload.state != "ready":
        report = preview.upload.report or {}
        return render_template("interchange/taken.html", preview=preview, report=report, sentence=_sentence)
    return _preview_page(preview, TakeForm(), None)


def _preview_page(preview: Preview, form: TakeForm, ticked: set[int] | None) -> str:
    rows = [
        {
            "index": index,
            "item": item,
            "kind": kind_of(item.content) if item.content is not None else "",
            "excerpt": plain(item.content.body) if item.content is not None else "",
            "state": services.state_of(item),
            "twin": preview.twins.get(index),
            "is_ticked": item.supported and not _is_twin(preview, index) if ticked is None else index in ticked,
        }
        for index, item in enumerate(preview.result.items)
    ]
    return render_template("interchange/preview.html", preview=preview, rows=rows, form=form, sentence=_sentence)


def _sentence(code: str, details: Mapping[str, Any]) -> str:
    return phrase(code, **details)


def _is_twin(preview: Preview, index: int) -> bool:
    twin = preview.twins.get(index)
    return twin is not None and twin.similarity >= TWIN


def _ticked(texts: list[str]) -> set[int]:
    return {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= _DIGITS}


@bp.post("/bank-soal/impor/<token>/simpan")
@requires(Permission.ITEM_WRITE)
def take_items(token: str) -> ResponseReturnValue:
    """Make drafts of the chosen items."""
    actor, form = current_actor(), TakeForm()
    take = _ticked(request.form.getlist("butir"))
    if not form.validate_on_submit() or not take:
        with reading() as session:
            preview = services.preview_upload(session, actor, token=token)
        if not take:
            form.form_errors.append(phrase("items-none-chosen"))
        return _preview_page(preview, form, take), _UNPROCESSABLE
    with unit_of_work() as session:
        outcome = order_import(session, actor, token=token, take=take, defaults=form.tags)
        if isinstance(outcome, Job):
            return redirect(url_for("jobs.show", job_id=outcome.id))
        made, left = len(outcome.made), len(outcome.left)
    if left:
        flash(_("%(count)s butir tidak dapat dibuat; alasannya ada di halaman ini.", count=left), "warning")
    if made:
        flash(_("%(count)s rancangan dibuat. Bila keliru, impor ini dapat dibatalkan dari halaman ini.", count=made))
    return redirect(url_for(".item_upload", token=token))


@bp.post("/bank-soal/impor/<token>/buang")
@requires(Permission.ITEM_WRITE)
def discard_items(token: str) -> ResponseReturnValue:
    """Forget a file that was not taken."""
    with unit_of_work() as session:
        services.discard_file(session, current_actor(), token=token)
    flash(_("Unggahan dibuang; tidak ada yang disimpan."), "info")
    return redirect(url_for(".import_items"))


@bp.post("/bank-soal/impor/<token>/batal")
@requires(Permission.ITEM_WRITE)
def undo_items(token: str) -> ResponseReturnValue:
    """Retire the drafts of an import."""
    with unit_of_work() as session:
        retired, kept = services.undo_import(session, current_actor(), token=token)
    flash(_("Impor dibatalkan: %(count)s rancangan dihentikan.", count=retired))
    if kept:
        flash(_("%(count)s butir sudah diubah atau ditelaah dan tetap di bank soal.", count=kept), "warning")
    return redirect(url_for(".item_upload", token=token))


@bp.route("/bank-soal/ekspor", methods=["GET", "POST"])
@requires(Permission.ITEM_EXPORT)
@recent_sign_in
def export_bank() -> ResponseReturnValue:
    """Choose items and take them out with their keys."""
    form = ExportForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                exported = services.export_items(session, current_actor(), chosen=form.chosen, form=form.format.data)
        except (RuleViolationError, NotFoundError) as error:
            _explain(form, error)
        else:
            return file_response(exported.data, name=exported.name, kind=XLSX if form.format.data == "xlsx" else _ZIP)
    page = render_template("interchange/export.html", form=form, most=MOST_ITEMS, per_day=MOST_PER_DAY)
    return page, _UNPROCESSABLE if form.errors else 200


def _explain(form: ExportForm, error: MeritError) -> None:
    form.form_errors.append(phrase(error.reason, **error.details))
