"""Static text travels compressed: packed once per file and kept, so that a slow line carries a third."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request

_TEXTS = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
_LEAST_BYTES = 1024


@lru_cache(maxsize=64)
def _packed(path: str, _modified: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), compresslevel=9, mtime=0)


def init_app(app: Flask) -> None:
    """Compress static text for browsers that take it.

    Pages are left alone: they carry secrets beside what a visitor wrote, and their length must not tell.
    """
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if request.endpoint != "static" or response.mimetype not in _TEXTS or response.status_code != 200:  # noqa: PLR2004
        return response
    response.vary.add("Accept-Encoding")
    path = Path(str(current_app.static_folder)) / (request.view_args or {}).get("filename", "")
    state = path.stat()
    if state.st_size < _LEAST_BYTES or not request.accept_encodings.best_match(["gzip"]) or "Range" in request.headers:
        return response
    response.response.close()  # type: ignore[union-attr] # the file that is not sent
    response.direct_passthrough = False
    response.set_data(_packed(str(path), state.st_mtime_ns))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("ETag", None)  # it names the plain bytes; the address itself changes with the content
    return response
