"""Who is signed in: the cookie's reference looked up in the session table on every request (Flask-Login)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import flask_login
import structlog
from flask import Flask, Response, after_this_request, current_app, g, redirect, request, session, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden

from merit.accounts.domain import DEVICE_LIFETIME, browser_name, network_of
from merit.accounts.services import sessions
from merit.accounts.services.sessions import Resumed, Started
from merit.accounts.services.throttle import Origin
from merit.audit.services import record
from merit.config import Settings
from merit.db import get_database, unit_of_work
from merit.errors import NotAllowedError
from merit.security import passwords
from merit.security.permissions import ANONYMOUS
from merit.web.access import current_actor
from merit.web.guard import local_path
from merit.web.session import cookie_name, is_secure

View = Callable[..., Any]
log = structlog.get_logger()

_NOTED_PATH = 200
_PENDING = "pending"
_FOLLOWING = "following"


class SignedIn:
    """What Flask-Login keeps in the cookie: the sign-in's reference, nothing about the person."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, reference: str, resumed: Resumed | None = None) -> None:
        """Keep the reference and what it stood for."""
        self.reference = reference
        self.resumed = resumed

    def get_id(self) -> str:
        """Return the reference."""
        return self.reference


def init_app(app: Flask) -> None:
    """Load the actor before every request and note denials after it."""
    manager = flask_login.LoginManager()
    manager.session_protection = None  # the table decides; addresses change while people move about
    manager.init_app(app)
    manager.user_loader(_load_user)
    app.before_request(_load_actor)
    app.after_request(_note_denial)
    passwords.prepare()


def request_origin() -> Origin:
    """Return where the present request comes from."""
    settings: Settings = current_app.config["SETTINGS"]
    return Origin(
        network=network_of(request.remote_addr or ""),
        device=request.cookies.get(cookie_name(settings, "device"), "")[:128],
        browser=browser_name(request.headers.get("User-Agent", "")),
    )


def begin(started: Started) -> str:
    """Put a finished sign-in into a fresh cookie; return the address to go to."""
    following = session.get(_FOLLOWING, "")
    _fresh_cookie()
    flask_login.login_user(SignedIn(started.reference))
    device = started.device
    after_this_request(lambda response: _set_device(response, device))
    return local_path(following, "/")


def keep_pending(started: Started, following: str) -> None:
    """Put a sign-in that still waits for its second step into a fresh cookie."""
    _fresh_cookie()
    session[_PENDING] = started.reference
    session[_FOLLOWING] = local_path(following, "/")


def keep_following(following: str) -> None:
    """Remember where to go once the sign-in is finished."""
    session[_FOLLOWING] = local_path(following, "/")


def pending_reference() -> str:
    """Return the reference of the sign-in that waits for its second step, "" when there is none."""
    return str(session.get(_PENDING, ""))


def forget() -> None:
    """Empty the cookie."""
    flask_login.logout_user()
    _fresh_cookie()


def present_session() -> Resumed:
    """Return the sign-in of the present request; only for views that ask for one."""
    resumed: Resumed | None = g.get("sign_in")
    if resumed is None:
        raise NotAllowedError
    return resumed


def recent_sign_in(view: View) -> View:
    """Ask for the password again before a sensitive act when the last proof is older than a quarter hour.

    Put it under ``@requires``. A POST is not repeated by itself: the person comes back to the page before.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if present_session().is_recent:
            return view(*args, **kwargs)
        back = request.full_path.rstrip("?") if request.method == "GET" else _page_before()
        return redirect(url_for("accounts.confirm", lanjut=back))

    return guarded


def _page_before() -> str:
    parts = urlsplit(request.referrer or "")
    same_site = parts.netloc == request.host
    return local_path(f"{parts.path}?{parts.query}".rstrip("?"), "/") if same_site else "/"


def _fresh_cookie() -> None:
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def _set_device(response: Response, device: str) -> Response:
    settings: Settings = current_app.config["SETTINGS"]
    response.set_cookie(
        cookie_name(settings, "device"),
        device,
        max_age=DEVICE_LIFETIME,
        secure=is_secure(settings),
        httponly=True,
        samesite="Lax",
    )
    return response


def _load_user(reference: str) -> SignedIn | None:
    with get_database().reading() as database:
        resumed = sessions.resume(database, reference)
    if resumed is None:
        return None
    if resumed.ending is not None:
        with unit_of_work() as database:
            sessions.end(database, resumed.session_id, resumed.ending)
        return None
    if resumed.needs_touch:
        with unit_of_work() as database:
            sessions.touch(database, resumed.session_id)
    return SignedIn(reference, resumed)


def _load_actor() -> None:
    g.actor = ANONYMOUS
    if request.endpoint == "static":
        return
    resumed = getattr(flask_login.current_user, "resumed", None)
    if resumed is not None:
        g.actor = resumed.actor
        g.sign_in = resumed


def _note_denial(response: Response) -> Response:
    """Note in the chain that a signed-in user asked for what the roles do not give."""
    actor = current_actor()
    is_denied = g.get("access_denied", False) or response.status_code == Forbidden.code
    if actor.user_id is not None and is_denied:
        details = {"path": request.path[:_NOTED_PATH], "method": request.method}
        try:
            with unit_of_work() as database:
                record(database, actor, action="access:denied", subject=f"page:{request.endpoint}", details=details)
        except SQLAlchemyError as error:  # the answer is no, noted or not
            log.warning("denial not noted", user=actor.user_id, error=type(error).__name__)
    return response
