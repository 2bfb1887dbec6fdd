"""What people do with a version: copy, hand in, review, return, approve, discard, go back to a revision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from sqlalchemy.orm import Session

from merit import clock
from merit.db import reading, unit_of_work
from merit.errors import MeritError, NotFoundError
from merit.i18n import _, lazy
from merit.phrases import phrase
from merit.ranking.forms import ApprovalForm
from merit.ranking.models import PolicyVersion
from merit.ranking.services.policies import get_version
from merit.ranking.services.policy_acts import (
    DecreeInput,
    Form,
    approve_policy,
    get_decree_file,
    return_policy,
    review_policy,
    submit_policy,
    withdraw_policy,
)
from merit.ranking.services.policy_drafts import discard_draft, restore_draft, restore_revision, start_draft
from merit.ranking.views.blueprint import bp
from merit.ranking.views.policies import policy_page
from merit.security.permissions import Actor, Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import PDF, file_response
from merit.web.paging import whole

_UNPROCESSABLE = 422
Turn = Callable[[Session, Actor, Form], PolicyVersion]


def _discard(session: Session, actor: Actor, form: Form) -> PolicyVersion:
    return discard_draft(session, actor, code=form.code, number=form.number, revision=form.revision)


def _restore(session: Session, actor: Actor, form: Form) -> PolicyVersion:
    return restore_draft(session, actor, code=form.code, number=form.number, revision=form.revision)


_TURNS: Mapping[str, tuple[Turn, LazyString]] = {
    "submit": (
        lambda session, actor, form: submit_policy(session, actor, form=form),
        lazy("Rancangan diajukan. Orang kedua dapat menelaahnya sekarang."),
    ),
    "withdraw": (
        lambda session, actor, form: withdraw_policy(session, actor, form=form),
        lazy("Rancangan ditarik kembali dan dapat diubah lagi."),
    ),
    "review": (
        lambda session, actor, form: review_policy(session, actor, form=form),
        lazy("Telaah tercatat. PPK dapat menyetujuinya sekarang."),
    ),
    "return": (
        lambda session, actor, form: return_policy(session, actor, form=form),
        lazy("Rancangan dikembalikan kepada penyusun dengan catatan Anda."),
    ),
    "discard": (_discard, lazy("Rancangan dibuang. Rancangan ini dapat diambil lagi dari halamannya.")),
    "restore": (_restore, lazy("Rancangan diambil lagi.")),
}


@bp.post("/kebijakan/<code>/<int:number>/langkah/<act>")
@requires(Permission.POLICY_DRAFT, Permission.POLICY_ACTIVATE, Permission.POLICY_SECOND)
def turn_policy(code: str, number: int, act: str) -> ResponseReturnValue:
    """Take one step in the life of a draft; the service says who may."""
    if act not in _TURNS:
        raise NotFoundError
    turn, done = _TURNS[act]
    form = Form(
        code=code,
        number=number,
        revision=whole(request.form.get("revisi", "")),
        comment=request.form.get("catatan", ""),
    )
    return _answer(code, number, lambda session: turn(session, current_actor(), form), str(done))


@bp.post("/kebijakan/<code>/<int:number>/salin")
@requires(Permission.POLICY_DRAFT)
def copy_policy(code: str, number: int) -> ResponseReturnValue:
    """Start a new draft from a version and open its editor."""
    with unit_of_work() as session:
        version = start_draft(session, current_actor(), code=code, number=number)
        address = url_for(".edit_policy", code=version.code, number=version.number)
    flash(_("Rancangan baru dibuat dari versi %(number)s.", number=number), "success")
    return redirect(address)


@bp.post("/kebijakan/<code>/<int:number>/revisi/<int:wanted>")
@requires(Permission.POLICY_DRAFT)
def restore_policy_revision(code: str, number: int, wanted: int) -> ResponseReturnValue:
    """Go back to an earlier revision of a draft."""
    revision = whole(request.form.get("revisi", ""))

    def restore(session: Session) -> PolicyVersion:
        return restore_revision(session, current_actor(), code=code, number=number, revision=revision, wanted=wanted)

    return _answer(code, number, restore, _("Isi revisi %(number)s dipakai lagi.", number=wanted))


@bp.post("/kebijakan/<code>/<int:number>/setujui")
@requires(Permission.POLICY_SECOND)
def approve(code: str, number: int) -> ResponseReturnValue:
    """Approve a reviewed version as PPK; what was typed stays when something is wrong."""
    form = ApprovalForm()
    revision = whole(form.revision.data or "")
    form.gates.choices = [(identity, identity) for identity in request.form.getlist("gates")]
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                approve_policy(
                    session,
                    current_actor(),
                    form=Form(code=code, number=number, revision=revision, comment=form.comment.data or ""),
                    from_date=form.in_force_from.data or clock.today(),
                    decree=_decree(form),
                )
        except MeritError as error:
            form.form_errors = [phrase(error.reason, **error.details)]
        else:
            flash(_("Kebijakan disetujui dan berlaku pada tanggal yang ditetapkan."), "success")
            return redirect(url_for(".policy", code=code, number=number))
    with reading() as session:
        version = get_version(session, code, number)
        return policy_page(session, version, form), _UNPROCESSABLE


@bp.get("/kebijakan/<code>/<int:number>/keputusan/<int:act_id>")
@requires(Permission.POLICY_READ)
def decree_file(code: str, number: int, act_id: int) -> Response:
    """Hand out the decree filed with an approval."""
    with reading() as session:
        name, content = get_decree_file(session, get_version(session, code, number), act_id)
    return file_response(content, name=name, kind=PDF)


def _decree(form: ApprovalForm) -> DecreeInput | None:
    upload: Any = form.decree_file.data
    content = upload.read() if upload else b""
    gates = tuple(form.gates.data or ())
    if not (form.decree_number.data or form.decree_date.data or gates or content):
        return None
    return DecreeInput(
        number=form.decree_number.data or "",
        date=form.decree_date.data,
        gates=gates,
        file_name=(upload.filename or "") if content else "",
        content=content,
    )


def _answer(code: str, number: int, act: Callable[[Session], PolicyVersion], done: str) -> ResponseReturnValue:
    """Do one act; a refusal is said on the version's page, where the comment still stands."""
    try:
        with unit_of_work() as session:
            act(session)
    except MeritError as error:
        if error.status not in {409, _UNPROCESSABLE}:
            raise
        refusal = phrase(error.reason, **error.details)
        with reading() as session:
            version = get_version(session, code, number)
            comment = request.form.get("catatan", "")
            page = policy_page(session, version, ApprovalForm(formdata=None), refusal=refusal, comment=comment)
            return page, error.status
    flash(done, "success")
    return redirect(url_for(".policy", code=code, number=number))
