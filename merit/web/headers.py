"""Headers of every answer, errors and static files included."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from merit.web.session import is_secure

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Same-origin, not no-referrer: the CSRF check under TLS compares the referrer.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}
TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"


def init_app(app: Flask) -> None:
    """Add the headers to every answer."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # Only what can never change says so itself: static files, media, sealed papers.
    if request.endpoint != "static" and not response.cache_control.immutable:
        response.headers["Cache-Control"] = "no-store"
    if is_secure(current_app.config["SETTINGS"]):
        response.headers["Strict-Transport-Security"] = TRANSPORT_SECURITY
    return response
