"""Addresses of static files that change with their content, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, url_for

from merit.web import compression

YEAR_SECONDS = 31_536_000


@lru_cache(maxsize=256)
def _digest(path: str, _modified: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def asset(filename: str) -> str:
    """Return the address of a static file with a mark of its content."""
    path = Path(str(current_app.static_folder)) / filename
    return url_for("static", filename=filename, v=_digest(str(path), path.stat().st_mtime_ns))


def init_app(app: Flask) -> None:
    """Give templates ``asset`` and let browsers keep static files."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR_SECONDS
    app.jinja_env.globals["asset"] = asset
    compression.init_app(app)
