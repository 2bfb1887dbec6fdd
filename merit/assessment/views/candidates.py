"""What a candidate sees: the own tests, the way in, the exam, the slip."""

from __future__ import annotations

import gzip
from pathlib import Path

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.accounts.login import request_origin
from merit.assessment.domain import seb, showing
from merit.assessment.domain.emergency import public_point
from merit.assessment.domain.states import AttemptState
from merit.assessment.forms.candidates import EntranceForm, FinishForm, RoomForm
from merit.assessment.queries.adaptive import is_too_short
from merit.assessment.queries.candidates import list_own_tests
from merit.assessment.saving import AttemptRow
from merit.assessment.services import delivery, entrance
from merit.assessment.services.entrance import Entered, Visit
from merit.assessment.views.blueprint import bp
from merit.assessment.views.exam_words import client_words
from merit.db import reading, unit_of_work
from merit.errors import MeritError, NotFoundError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.crypto import load_keyring
from merit.security.permissions import Permission
from merit.web.access import current_actor, public, requires
from merit.web.session import is_secure

_UNPROCESSABLE = 422
_PIN_LENGTH = 10  # a card's PIN with its dash; passwords have at least 12 characters
_LEASE_COOKIE = "merit-ujian"
_LEASE_SECONDS = 24 * 60 * 60
RECEIPT_GROUPS = 5

for _name in ("letter", "lively", "plain", "ordered", "matches_by_lists", "words_in", "spot_shape", "point_rows"):
    bp.add_app_template_filter(getattr(showing, _name), _name)
bp.add_app_template_filter(showing.short_number, "short_number")
bp.add_app_template_filter(lambda at: clock.local(at).strftime("%H.%M.%S") if at else "–", "jam_detik")


@bp.get("/ujian")
@requires(Permission.TEST_TAKE)
def my_tests() -> ResponseReturnValue:
    """Show the own sittings: when, where, which seat, what to bring, and the practice."""
    return _my_tests(RoomForm(), 200)


def _my_tests(form: RoomForm, status: int, message: str = "", candidate_id: int = 0) -> ResponseReturnValue:
    with reading() as session:
        tests = list_own_tests(session, current_actor().official_id or 0)
    page = render_template(
        "exam/my_tests.html",
        present=sorted((test for test in tests if not test.is_over), key=lambda test: test.starts_at),
        past=[test for test in tests if test.is_over],
        now=clock.now(),
        form=form,
        message=message,
        tried=candidate_id,
    )
    return page, status


@bp.post("/ujian/peserta/<int:candidate_id>/masuk")
@requires(Permission.TEST_TAKE)
def enter_own(candidate_id: int) -> ResponseReturnValue:
    """Enter an own sitting with the room's token."""
    form = RoomForm()
    if not form.validate_on_submit():
        return _my_tests(form, _UNPROCESSABLE, candidate_id=candidate_id)
    try:
        entered = entrance.enter_signed_in(
            current_actor(), candidate_id=candidate_id, room_token=form.token.data or "", visit=_visit()
        )
    except MeritError as error:
        return _my_tests(form, error.status, phrase(error.reason, **error.details), candidate_id)
    return _to_exam(entered)


@bp.post("/ujian/peserta/<int:candidate_id>/latihan")
@requires(Permission.TEST_TAKE)
def practise(candidate_id: int) -> ResponseReturnValue:
    """Start the own practice, or come back to it."""
    with unit_of_work() as session:
        entered = entrance.start_practice(session, current_actor(), candidate_id=candidate_id, visit=_visit())
    return _to_exam(entered)


@bp.route("/ujian/masuk", methods=["GET", "POST"])
@public
def enter() -> ResponseReturnValue:
    """Let a candidate into the room: number or NIP, card PIN or password, and the room's token."""
    form = EntranceForm()
    if not form.validate_on_submit():
        return _entrance_page(form, _UNPROCESSABLE if form.errors else 200)
    who, secret, token = form.who.data or "", (form.secret.data or "").strip(), form.token.data or ""
    try:
        if len(secret) <= _PIN_LENGTH:
            entered = entrance.enter_with_card(who=who, pin=secret, room_token=token, visit=_visit())
        else:
            password = form.secret.data or ""
            entered = entrance.enter_with_account(who=who, password=password, room_token=token, visit=_visit())
    except MeritError as error:
        return _entrance_page(form, error.status, phrase(error.reason, **error.details))
    return _to_exam(entered)


def _entrance_page(form: EntranceForm, status: int, message: str = "") -> ResponseReturnValue:
    return render_template("exam/enter.html", form=form, message=message), status


def _to_exam(entered: Entered) -> ResponseReturnValue:
    return redirect(url_for(".exam", token=entered.token))


def _visit() -> Visit:
    return Visit(origin=request_origin(), address=request.url, seb_hash=request.headers.get(seb.HEADER, ""))


@bp.get("/ujian/sw.js")
@public
def service_worker() -> ResponseReturnValue:
    """Give the service worker of the exam pages; its address decides that it sees no other page."""
    script = (Path(str(current_app.static_folder)) / "exam" / "sw.js").read_bytes()
    return Response(script, mimetype="text/javascript")


@bp.get("/ujian/<token>")
@public
def exam(token: str) -> ResponseReturnValue:
    """Show lobby and exam; the client does the rest, without a script the plain form.

    After the end as well: only the client can send what this browser still holds; it goes on to the slip by itself.
    """
    row = row_of(token)
    settings = current_app.config["SETTINGS"]
    page = render_template(
        "exam/exam.html",
        head=row,
        token=token,
        minutes=(row.allotted_seconds + row.extended_seconds) // 60,
        zone=clock.ZONE.key,
        key=public_point(load_keyring(settings.secret_file)),
        words=client_words(),
    )
    return _packed(page)


def _packed(page: str) -> Response:
    """Compress the exam's page: it repeats nothing a visitor wrote and has no form, so its length tells nothing."""
    response = make_response(page)
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.best_match(["gzip"]):
        response.set_data(gzip.compress(page.encode(), compresslevel=6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


@bp.route("/ujian/<token>/selesai", methods=["GET", "POST"])
@public
def finished(token: str) -> ResponseReturnValue:
    """Show the slip of a finished test; before that, without a script, ask once more and end it."""
    standing = delivery.standing_of(token, lease_of_cookie())
    row = standing.row
    if standing.state == AttemptState.FINISHED:
        return _slip(token, row)
    if standing.lease != "mine" or standing.state != AttemptState.RUNNING:
        return redirect(url_for(".exam", token=token))
    form = FinishForm()
    is_sure = request.form.get("yakin") == "ya"
    if form.validate_on_submit() and is_sure:
        delivery.finish_attempt(token, lease_of_cookie(), ending="plain_form")
        return redirect(url_for(".finished", token=token))
    marked = sum(1 for response in standing.responses if response[3])
    with reading() as session:
        is_short = is_too_short(session, row.id)
    page = render_template("exam/plain_finish.html", head=row, token=token, form=form, marked=marked, is_short=is_short)
    if request.method == "POST" and not is_sure:
        flash(_("Beri centang pada “Saya yakin” lebih dahulu."), "warning")
        return redirect(url_for(".finished", token=token))
    return page


def _slip(token: str, row: AttemptRow) -> Response:
    groups = [row.receipt[start : start + 4].upper() for start in range(0, 4 * RECEIPT_GROUPS, 4)]
    is_practice = row.sitting_kind == "practice"
    page = render_template(
        "exam/finished.html", head=row, groups=groups if row.receipt else [], is_practice=is_practice
    )
    response = make_response(page)
    # What the browser's own cache holds of the paper goes; what other candidates of this computer could not send stays.
    response.headers["Clear-Site-Data"] = '"cache"'
    response.delete_cookie(_LEASE_COOKIE, path=f"/ujian/{token}")
    return response


def row_of(token: str) -> AttemptRow:
    """Return the attempt of an address; any other address does not exist."""
    if not (token.isascii() and token.isalnum()):
        raise NotFoundError("attempt-unknown")
    return delivery.standing_of(token).row


def lease_of_cookie() -> str:
    """Return the lease of a browser that works without a script."""
    return request.cookies.get(_LEASE_COOKIE, "")[:128]


def keep_lease(response: Response, token: str, lease: str) -> Response:
    """Put the lease into a cookie which only this attempt's pages get and no script reads."""
    response.set_cookie(
        _LEASE_COOKIE,
        lease,
        max_age=_LEASE_SECONDS,
        path=f"/ujian/{token}",
        secure=is_secure(current_app.config["SETTINGS"]),
        httponly=True,
        samesite="Strict",
    )
    return response
