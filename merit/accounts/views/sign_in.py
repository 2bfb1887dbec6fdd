"""Sign-in, second step, enrolment, activation, proving oneself again, sign-out."""

from __future__ import annotations

import segno
from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.accounts import login
from merit.accounts.forms import CodeForm, ConfirmForm, NewPasswordForm, SignInForm
from merit.accounts.services import links, sessions
from merit.accounts.services import sign_in as services
from merit.accounts.services.sessions import Started
from merit.accounts.services.sign_in import CodeOutcome
from merit.accounts.views.blueprint import bp
from merit.db import reading, unit_of_work
from merit.errors import InvalidInputError, ThrottledError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.sessions import Stage
from merit.security.tokens import enrolment_address
from merit.web.access import current_actor, public, signed_in
from merit.web.guard import local_path

_UNPROCESSABLE = 422
_STEPS = {Stage.FACTOR: "accounts.factor", Stage.ENROL: "accounts.enrol"}


@bp.route("/masuk", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for login and password."""
    following = request.args.get("lanjut", "/")
    if current_actor().user_id is not None:
        return redirect(local_path(following, "/"))
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, _UNPROCESSABLE if form.errors else 200)
    try:
        started = services.sign_in(form.login.data or "", form.password.data or "", login.request_origin())
    except ThrottledError as error:
        return _sign_in_page(form, error.status, phrase(error.reason, **error.details))
    if started is None:
        return _sign_in_page(form, _UNPROCESSABLE, phrase("sign-in-refused"))
    return _go_on(started, following)


def _sign_in_page(form: SignInForm, status: int, message: str = "") -> ResponseReturnValue:
    return render_template("accounts/sign_in.html", form=form, message=message), status


def _go_on(started: Started, following: str) -> ResponseReturnValue:
    if started.stage is Stage.OPEN:
        login.keep_following(following)
        return redirect(login.begin(started))
    login.keep_pending(started, following)
    return redirect(url_for(_STEPS[started.stage]))


@bp.route("/masuk/faktor", methods=["GET", "POST"])
@public
def factor() -> ResponseReturnValue:
    """Ask for the code of the second factor."""
    if services.needs_code(login.pending_reference()) is not Stage.FACTOR:
        return redirect(url_for(".sign_in"))
    form = CodeForm()
    status = 200
    if form.validate_on_submit():
        outcome = services.pass_factor(login.pending_reference(), form.kode.data or "", login.request_origin())
        if answer := _after_code(form, outcome):
            return answer
    if form.errors:
        status = _UNPROCESSABLE
    return render_template("accounts/factor.html", form=form), status


@bp.route("/masuk/pasang-faktor", methods=["GET", "POST"])
@public
def enrol() -> ResponseReturnValue:
    """Show the secret as QR code and text, and take the first code."""
    shown = services.enrolment_secret(login.pending_reference())
    if shown is None:
        return redirect(url_for(".sign_in"))
    form = CodeForm()
    if form.validate_on_submit():
        outcome = services.enrol_factor(login.pending_reference(), form.kode.data or "", login.request_origin())
        if answer := _after_code(form, outcome):
            return answer
    secret, name = shown
    address = enrolment_address(secret, login=name, issuer=_issuer())
    status = _UNPROCESSABLE if form.errors else 200
    code = segno.make(address, error="m").svg_data_uri(scale=5, border=2, dark="#15212f")
    grouped = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return render_template("accounts/enrol.html", form=form, code=code, secret=grouped, login=name), status


def _after_code(form: CodeForm, outcome: Started | CodeOutcome) -> Response | None:
    if isinstance(outcome, Started):
        return make_response(redirect(login.begin(outcome)))
    if outcome is CodeOutcome.OVER:
        login.forget()
        flash(phrase(outcome), "warning")
        return make_response(redirect(url_for(".sign_in")))
    form.kode.errors = [phrase(outcome)]
    return None


def _issuer() -> str:
    return f"Merit {current_app.config['SETTINGS'].city_name}"


@bp.route("/aktivasi/<token>", methods=["GET", "POST"])
@public
def activate(token: str) -> ResponseReturnValue:
    """Choose a password by a one-time link; looking at the page does not use the link up."""
    with reading() as database:
        user = links.get_link_user(database, token)
        name, login_name = user.name, user.login
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as database:
                links.use_link(database, token=token, password=form.password.data or "")
        except InvalidInputError as error:
            form.password.errors = [phrase(error.reason, **error.details)]
        else:
            login.forget()
            flash(_("Kata sandi tersimpan. Silakan masuk."), "success")
            return redirect(url_for(".sign_in"))
    status = _UNPROCESSABLE if form.errors else 200
    return render_template("accounts/activate.html", form=form, name=name, login=login_name), status


@bp.route("/masuk/ulang", methods=["GET", "POST"])
@signed_in
def confirm() -> ResponseReturnValue:
    """Ask the signed-in user for the password again before a sensitive act."""
    form = ConfirmForm()
    with reading() as database:
        has_factor = sessions.has_factor(database, current_actor())
    if not has_factor:
        del form.kode
    message = ""
    status = _UNPROCESSABLE if form.is_submitted() else 200
    if form.validate_on_submit():
        is_right = services.confirm_again(
            current_actor(),
            login.present_session().session_id,
            password=form.password.data or "",
            code=(form.kode.data or "") if has_factor else "",
            origin=login.request_origin(),
        )
        if is_right:
            return redirect(local_path(request.args.get("lanjut", "/"), "/"))
        message = phrase("confirm-refused")
    page = render_template("accounts/confirm.html", form=form, login=current_actor().login, message=message)
    return page, status


@bp.post("/keluar")
@public
def sign_out() -> ResponseReturnValue:
    """End the sign-in; the browser forgets what it has kept of Merit."""
    if current_actor().user_id is not None:
        with unit_of_work() as database:
            sessions.sign_out(database, current_actor(), session_id=login.present_session().session_id)
    login.forget()
    flash(_("Anda sudah keluar."), "success")
    response = make_response(redirect(url_for(".sign_in")))
    # Not "cookies": the device's own cookie must survive, it protects its owner from being locked out.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
