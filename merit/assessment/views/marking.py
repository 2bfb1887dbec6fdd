"""Blind marking of essays."""

from __future__ import annotations

from decimal import Decimal

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from merit.assessment.forms.marking import MarkForm
from merit.assessment.services.marking import (
    Sheet,
    last_own_mark,
    list_marking,
    mark_essay,
    next_essay,
    open_essay,
)
from merit.assessment.views.blueprint import bp
from merit.assessment.views.item_texts import with_media
from merit.db import reading, unit_of_work
from merit.errors import ConflictError, RuleViolationError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Actor, Permission
from merit.web.access import current_actor, requires


@bp.get("/penilaian-esai")
@requires(Permission.ESSAY_MARK)
def marking() -> ResponseReturnValue:
    """List the sittings with essays to mark."""
    with reading() as session:
        queues = list_marking(session, current_actor())
    return render_template("marking/queues.html", queues=queues)


@bp.get("/penilaian-esai/<code>")
@requires(Permission.ESSAY_MARK)
def mark_next(code: str) -> ResponseReturnValue:
    """Show the next essay of the marker's own order."""
    actor = current_actor()
    with reading() as session:
        sheet = next_essay(session, actor, code=code)
        last = last_own_mark(session, actor, code=code)
    if sheet is None:
        return render_template("marking/done.html", code=code, last=last)
    form = MarkForm(formdata=None)
    form.offer(sheet.steps)
    return _page(code, sheet, form, last_name=last[0] if last else "")


@bp.route("/penilaian-esai/<code>/<name>", methods=["GET", "POST"])
@requires(Permission.ESSAY_MARK)
def mark_one(code: str, name: str) -> ResponseReturnValue:
    """Show one essay, and keep the mark given to it."""
    actor = current_actor()
    with reading() as session:
        sheet = open_essay(session, actor, code=code, name=name)
        last = last_own_mark(session, actor, code=code)
    form = MarkForm()
    form.offer(sheet.steps)
    if form.validate_on_submit():
        refusal = _keep(actor, code, name, form)
        if not refusal:
            flash(_("Nilai tersimpan."))
            return redirect(url_for(".mark_next", code=code))
        with reading() as session:
            sheet = open_essay(session, actor, code=code, name=name)
        return _page(code, sheet, form, last_name="", refusal=refusal), RuleViolationError.status
    own = last[1] if last and last[0] == name else None
    if own is not None and not form.is_submitted():
        form.points.data = next((f"{step:f}" for step in sheet.steps if step == own.points), None)
        form.comment.data = own.comment
    return _page(code, sheet, form, last_name="")


def _keep(actor: Actor, code: str, name: str, form: MarkForm) -> str:
    """Keep the mark; return the sentence of the refusal, "" when it is kept."""
    points, comment = Decimal(str(form.points.data)), form.comment.data or ""
    try:
        with unit_of_work() as session:
            mark_essay(
                session, actor, code=code, name=name, digest=form.digest.data or "", points=points, comment=comment
            )
    except (ConflictError, RuleViolationError) as error:
        return phrase(error.reason, **error.details)
    return ""


def _page(code: str, sheet: Sheet, form: MarkForm, *, last_name: str, refusal: str = "") -> str:
    form.digest.data = sheet.digest
    return render_template(
        "marking/essay.html",
        code=code,
        sheet=sheet,
        form=form,
        last_name=last_name,
        refusal=refusal,
        question=with_media(sheet.question + sheet.interaction_html),
        rubric=with_media(sheet.rubric),
    )
