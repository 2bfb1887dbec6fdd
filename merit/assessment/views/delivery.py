"""The save protocol: JSON under ``/api/v1/attempts/<token>``, answered in front of Flask (ADR 0092).

A save comes every few seconds from every candidate, and most of what Flask does for a page (cookie session, sign-in,
language, forms) is nothing to it: the secrets are the token in the address and the lease in the body, never a cookie.
What protects pages holds here too: the host check, refusal of other sites, bounded bodies, JSON only, the headers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.middleware.proxy_fix import ProxyFix

from merit.assessment.saving import StoreBusyError
from merit.assessment.services.clock_steps import StepGuard
from merit.assessment.views import delivery_routes as routes
from merit.assessment.views.adaptive_routes import next_item
from merit.assessment.views.blueprint import bp
from merit.config import Settings
from merit.errors import MeritError
from merit.i18n import speaking
from merit.phrases import phrase
from merit.web.guard import allowed_hosts
from merit.web.headers import HEADERS, TRANSPORT_SECURITY
from merit.web.session import is_secure

PREFIX = "/api/v1/attempts/"
MOST_BYTES = 1024 * 1024
_LONGEST_TOKEN = 64
_STATUS = {
    200: "200 OK",
    304: "304 Not Modified",
    400: "400 Bad Request",
    403: "403 Forbidden",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    409: "409 Conflict",
    411: "411 Length Required",
    413: "413 Content Too Large",
    415: "415 Unsupported Media Type",
    422: "422 Unprocessable Content",
    429: "429 Too Many Requests",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}
_RETRY_SECONDS = "2"

Environ = Mapping[str, Any]
Start = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[Any, Any], Iterable[bytes]]
Route = Callable[[routes.Asked], routes.Reply]
log = structlog.get_logger()

_ROUTES: Mapping[tuple[str, str], Route] = {
    ("GET", ""): routes.standing,
    ("POST", "lease"): routes.lease,
    ("GET", "paper"): routes.paper,
    ("POST", "responses"): routes.responses,
    ("POST", "heartbeat"): routes.heartbeat,
    ("POST", "section"): routes.section,
    ("POST", "finish"): routes.finish,
    ("POST", "next"): next_item,
}
_TAILS = frozenset(tail for _method, tail in _ROUTES)


class Gate:
    """Answers the save protocol and hands everything else on."""

    def __init__(self, following: Application, settings: Settings) -> None:
        """Prepare what every answer carries."""
        self._following = following
        self._hosts = allowed_hosts(settings)
        self._headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store"), *HEADERS.items()]
        if is_secure(settings):
            self._headers.append(("Strict-Transport-Security", TRANSPORT_SECURITY))
        hops = settings.proxy_hops
        self.guard = None if settings.testing else StepGuard()
        self._answer: Application = ProxyFix(self._own, x_for=hops, x_proto=hops, x_host=hops) if hops else self._own

    def __call__(self, environ: Any, start: Any) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"].startswith(PREFIX):
            return self._answer(environ, start)
        return self._following(environ, start)

    def _own(self, environ: Any, start: Any) -> Iterable[bytes]:
        try:
            if self.guard is not None:
                self.guard.check()
            reply = self._reply(environ)
        except MeritError as error:
            reply = _refusal(error, environ)
        except Exception as error:  # noqa: BLE001 -- the one place that turns a fault into an answer
            reply = _refusal(_fault(error), environ)
        headers = [*self._headers, ("Content-Length", str(len(reply.body)))]
        if reply.headers:
            replaced = {name for name, _value in reply.headers}
            headers = [*(pair for pair in headers if pair[0] not in replaced), *reply.headers]
        start(_STATUS[reply.status], headers)
        return (reply.body,)

    def _reply(self, environ: Environ) -> routes.Reply:
        host = environ.get("HTTP_HOST", "")
        name = host if host.endswith("]") else host.rsplit(":", 1)[0]
        if name.casefold() not in self._hosts:
            raise _BadRequestError("foreign-host")
        if environ.get("HTTP_SEC_FETCH_SITE", "none") not in {"none", "same-origin"}:
            raise _ForeignError
        token, _slash, tail = environ["PATH_INFO"][len(PREFIX) :].partition("/")
        route = _ROUTES.get((environ["REQUEST_METHOD"], tail))
        if route is None:
            raise _MethodError if tail in _TAILS else _AddressError
        if not (token.isascii() and token.isalnum() and len(token) <= _LONGEST_TOKEN):
            raise _AddressError("attempt-unknown")
        body = _read_body(environ) if environ["REQUEST_METHOD"] == "POST" else {}
        return route(routes.Asked(token, body, environ))


def _read_body(environ: Environ) -> dict[str, Any]:
    if not environ.get("CONTENT_TYPE", "").lower().startswith("application/json"):
        raise _NotJsonError
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        raise _LengthError
    if len(length) > len(str(MOST_BYTES)) or int(length) > MOST_BYTES:
        raise _TooLongError
    try:
        body = json.loads(environ["wsgi.input"].read(int(length)))
    except (ValueError, RecursionError) as error:
        raise _BadRequestError from error
    if not isinstance(body, dict):
        raise _BadRequestError
    return body


def _refusal(error: MeritError, environ: Environ) -> routes.Reply:
    with speaking(routes.language_of(environ)):
        body = {"error": error.reason, "message": phrase(error.reason, **error.details)}
    extra = {name: value for name, value in error.details.items() if isinstance(value, int | str | list | bool)}
    is_busy = error.status in {429, 503}
    headers = [("Retry-After", str(error.details.get("seconds", _RETRY_SECONDS)))] if is_busy else []
    status = error.status if error.status in _STATUS else 400
    return routes.Reply(status, json.dumps({**extra, **body}, ensure_ascii=False).encode(), headers)


def _fault(error: Exception) -> MeritError:
    """Return what a browser is told of a fault: to send again, whatever it was."""
    if isinstance(error, OperationalError | InterfaceError | InternalError | PoolTimeoutError):
        log.error("database unavailable", route="attempts", error=type(error).__name__)
        return StoreBusyError()
    log.error("unexpected failure", route="attempts", error=type(error).__name__, exc_info=error)
    return _FailedError()


class _BadRequestError(MeritError):
    default_reason = "request-malformed"


class _ForeignError(MeritError):
    status = 403
    default_reason = "foreign-origin"


class _AddressError(MeritError):
    status = 404
    default_reason = "no-such-address"


class _MethodError(MeritError):
    status = 405
    default_reason = "method-unknown"


class _LengthError(MeritError):
    status = 411
    default_reason = "request-malformed"


class _TooLongError(MeritError):
    status = 413
    default_reason = "request-too-long"


class _NotJsonError(MeritError):
    status = 415
    default_reason = "request-not-json"


class _FailedError(MeritError):
    status = 500
    default_reason = "storage-failed"


def _install(state: BlueprintSetupState) -> None:
    app: Any = state.app
    app.wsgi_app = Gate(app.wsgi_app, app.config["SETTINGS"])  # Flask's own documented way to wrap the application


bp.record(_install)
