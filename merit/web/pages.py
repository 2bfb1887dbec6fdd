"""Pages that belong to no slice: health and language."""

from __future__ import annotations

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from merit import db
from merit.i18n import LANGUAGES
from merit.web.access import public
from merit.web.guard import local_path

bp = Blueprint("web", __name__)


@bp.get("/sehat")
@public
def health() -> ResponseReturnValue:
    """Answer whether the process serves and its database answers."""
    with db.reading() as database:
        database.execute(select(1))
    return {"status": "ok"}


@bp.post("/bahasa/<code>")
@public
def language(code: str) -> ResponseReturnValue:
    """Keep the chosen language and go back."""
    if code in LANGUAGES:
        session["language"] = code
    return redirect(local_path(request.form.get("kembali", ""), url_for("profiles.home")))
