"""The cookies: their names and guards depend on whether the browser comes over TLS."""

from __future__ import annotations

from flask import Flask

from merit.config import Settings
from merit.security.crypto import load_keyring


def is_secure(settings: Settings) -> bool:
    """Whether browsers reach Merit over TLS: its own, a declared proxy's, or by declaration."""
    return settings.secure_cookies or settings.tls_cert is not None or settings.proxy_hops > 0


def site_address(settings: Settings) -> str:
    """Return the address people open, for links printed by commands."""
    if settings.allowed_hosts and is_secure(settings):
        return f"https://{min(settings.allowed_hosts)}"
    scheme = "https" if is_secure(settings) else "http"
    return f"{scheme}://{settings.host}:{settings.port}"


def cookie_name(settings: Settings, suffix: str = "") -> str:
    """Return a cookie's name; the ``__Host-`` prefix needs Secure and so cannot be used on plain loopback."""
    name = f"merit-{suffix}" if suffix else "merit"
    return f"__Host-{name}" if is_secure(settings) else name


def init_app(app: Flask) -> None:
    """Set how Flask signs and sends its session cookie."""
    settings: Settings = app.config["SETTINGS"]
    app.config.update(
        SECRET_KEY=load_keyring(settings.secret_file).sign_in,
        SESSION_COOKIE_NAME=cookie_name(settings),
        SESSION_COOKIE_SECURE=is_secure(settings),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
