"""One's own account: roles, password, sign-ins."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from merit.accounts import login, queries
from merit.accounts.forms import ChangePasswordForm
from merit.accounts.services import links, sessions
from merit.accounts.services.sign_in import is_own_password
from merit.accounts.services.users import get_user
from merit.accounts.views.blueprint import bp
from merit.db import reading, unit_of_work
from merit.errors import InvalidInputError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.policy import is_staff
from merit.web.access import current_actor, signed_in

_UNPROCESSABLE = 422


@bp.get("/akun")
@signed_in
def account() -> ResponseReturnValue:
    """Show the own account and where it is signed in."""
    actor = current_actor()
    user_id = actor.user_id or 0
    with reading() as database:
        return render_template(
            "accounts/account.html",
            user=get_user(database, user_id),
            nip=queries.find_nip(database, actor.official_id),
            roles=queries.role_lines(database, user_id),
            sessions=queries.open_sessions(database, user_id),
            present=login.present_session().session_id,
            layout="layouts/staff.html" if is_staff(actor.roles) else "layouts/portal.html",
        )


@bp.post("/akun/sesi/<int:session_id>/akhiri")
@signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of the own sign-ins."""
    with unit_of_work() as database:
        sessions.end_own(database, current_actor(), session_id=session_id)
    flash(_("Sesi itu sudah diakhiri."), "success")
    return redirect(url_for(".account"))


@bp.post("/akun/sesi/akhiri-lain")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    """End all own sign-ins but the present one."""
    with unit_of_work() as database:
        sessions.end_others(database, current_actor(), keep=login.present_session().session_id)
    flash(_("Semua sesi lain sudah diakhiri."), "success")
    return redirect(url_for(".account"))


@bp.route("/akun/kata-sandi", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """Change the own password; other sign-ins end."""
    actor = current_actor()
    form = ChangePasswordForm()
    if form.validate_on_submit():
        if not is_own_password(actor, form.present.data or "", login.request_origin()):
            form.present.errors = [phrase("password-wrong")]
        elif fault := _change(form.password.data or ""):
            form.password.errors = [fault]
        else:
            flash(_("Kata sandi berganti. Sesi di perangkat lain sudah diakhiri."), "success")
            return redirect(url_for(".account"))
    layout = "layouts/staff.html" if is_staff(actor.roles) else "layouts/portal.html"
    status = _UNPROCESSABLE if form.errors else 200
    return render_template("accounts/password.html", form=form, login=actor.login, layout=layout), status


def _change(password: str) -> str:
    """Store the new password; return why it is refused, "" when it was stored."""
    try:
        with unit_of_work() as database:
            keep = login.present_session().session_id
            links.change_password(database, current_actor(), password=password, keep=keep)
    except InvalidInputError as error:
        return phrase(error.reason, **error.details)
    return ""
