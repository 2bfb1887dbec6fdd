"""What stands before every page: the right host, the right origin, the CSRF token, a bounded request."""

from __future__ import annotations

from urllib.parse import urlsplit

import flask
from flask import Flask, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from merit.config import Settings
from merit.errors import MeritError, NotFoundError
from merit.phrases import phrase
from merit.web import headers, session

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ANYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 -- compared with, never bound to
_MAX_FIELDS_BYTES = 2 * 1024 * 1024
_LARGEST_ID = 2**63 - 1  # what both databases keep

csrf = CSRFProtect()


class ForeignHostError(MeritError):
    """The request names a host that is not ours."""

    default_reason = "foreign-host"


class ForeignOriginError(MeritError):
    """Another site's page sent the request."""

    status = 403
    default_reason = "foreign-origin"


def init_app(app: Flask) -> None:
    """Attach the guards; headers come last, so that refusals carry them too."""
    settings: Settings = app.config["SETTINGS"]
    if settings.proxy_hops:
        hops = settings.proxy_hops
        # Flask's own documented way to wrap the application.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the sign-in
        MAX_FORM_MEMORY_SIZE=_MAX_FIELDS_BYTES,
        MAX_FORM_PARTS=2000,
    )
    session.init_app(app)
    headers.init_app(app)
    app.before_request(_check_host)
    app.before_request(_check_origin)
    app.before_request(_bound_request)
    csrf.init_app(app)
    app.before_request(_check_values)
    app.after_request(_check_download)
    app.register_error_handler(CSRFError, _csrf_page)
    app.register_error_handler(RequestEntityTooLarge, _too_large_page)


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """Return the host names Merit answers to, without port."""
    own = {settings.host} - _ANYWHERE
    return LOOPBACK | own | set(settings.allowed_hosts)


def local_path(address: str, default: str) -> str:
    """Return an address to go back to if it lies on this site, else the default; no open redirect."""
    parts = urlsplit(address)
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    plain = address.isprintable() and "\\" not in address
    return address if is_path and plain and not parts.netloc and not parts.scheme else default


def _check_host() -> None:
    name = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if name.casefold() not in allowed_hosts(current_app.config["SETTINGS"]):
        raise ForeignHostError


def _check_origin() -> None:
    """Refuse what other sites send, except a person following a link; older browsers say nothing."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site in {"none", "same-origin"}:
        return
    follows_link = request.method in _SAFE and request.headers.get("Sec-Fetch-Mode") == "navigate"
    if not follows_link or request.headers.get("Sec-Fetch-Dest", "document") != "document":
        raise ForeignOriginError


def _bound_request() -> None:
    """Allow large requests to uploads of signed-in people only, before anything is read."""
    is_upload = request.mimetype == "multipart/form-data" and "_user_id" in flask.session
    if not is_upload:
        request.max_content_length = _MAX_FIELDS_BYTES
    if request.mimetype == "application/x-www-form-urlencoded":
        try:
            _ = request.form
        except UnicodeDecodeError as error:
            raise BadRequest from error


def _check_values() -> None:
    """Refuse what no database keeps, before one is asked: NUL characters, numbers beyond 64 bits."""
    for value in (request.view_args or {}).values():
        if "\0" in value if isinstance(value, str) else value > _LARGEST_ID:
            raise NotFoundError
    if any("\0" in value for values in request.form.listvalues() for value in values):
        raise BadRequest


def _check_download(response: Response) -> Response:
    foreign = request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}
    if foreign and response.headers.get("Content-Disposition", "").startswith("attachment"):
        message = phrase(ForeignOriginError.default_reason)
        return make_response(render_template("errors/error.html", status=403, message=message), 403)
    return response


def _csrf_page(_error: Exception) -> ResponseReturnValue:
    return render_template("errors/error.html", status=400, message=phrase("csrf-missing")), 400


def _too_large_page(_error: Exception) -> ResponseReturnValue:
    megabytes = (request.max_content_length or 0) // (1024 * 1024)
    message = phrase("request-too-large", megabytes=megabytes)
    return render_template("errors/error.html", status=413, message=message), 413
