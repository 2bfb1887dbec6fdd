"""Pictures and sounds: served by an address nobody can guess, taken in from the editor."""

from __future__ import annotations

from flask import Response, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from merit.assessment.services.media import get_medium, keep_medium, medium_path
from merit.assessment.services.unused_media import delete_unused, list_unused, sweep_files
from merit.assessment.views.blueprint import bp
from merit.db import reading, unit_of_work
from merit.errors import MeritError, NotFoundError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, public, requires
from merit.web.paging import whole_numbers

_YEAR = 365 * 24 * 3600
_UPLOAD = "berkas"


@bp.get("/media/<address>")
@public
def medium(address: str) -> ResponseReturnValue:
    """Send a picture or sound; candidates have no sign-in cookie, the address is the secret."""
    with reading() as session:
        found = get_medium(session, address)
    path = medium_path(found.sha256)
    if not path.is_file():
        raise NotFoundError
    response: Response = send_file(path, mimetype=found.media_type, conditional=True, etag=found.sha256, max_age=_YEAR)
    response.cache_control.public = True
    response.cache_control.immutable = True
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.get("/bank-soal/media")
@requires(Permission.ITEM_WRITE)
def unused_media() -> ResponseReturnValue:
    """List the pictures and sounds no item names."""
    with reading() as session:
        media = list_unused(session, current_actor())
    fields = [("media", one.id) for one in media]
    return render_template("bank/media.html", media=media, fields=fields)


@bp.post("/bank-soal/media/hapus")
@requires(Permission.ITEM_WRITE)
def delete_media() -> ResponseReturnValue:
    """Delete those of the listed media that still no item names."""
    ids = whole_numbers(request.form.getlist("media"))
    with unit_of_work() as session:
        count = delete_unused(session, current_actor(), ids=ids)
    with reading() as session:
        sweep_files(session)
    flash(_("%(count)s media dihapus.", count=count))
    return redirect(url_for(".unused_media"))


@bp.post("/bank-soal/media")
@requires(Permission.ITEM_WRITE)
def upload_medium() -> ResponseReturnValue:
    """Take in a picture or sound from the editor and answer its reference."""
    file = request.files.get(_UPLOAD)
    if file is None:
        return jsonify(error="medium-missing", message=phrase("medium-missing")), 422
    try:
        with unit_of_work() as session:
            kept = keep_medium(session, current_actor(), data=file.read(), name=file.filename or "")
    except MeritError as error:
        return jsonify(error=error.reason, message=phrase(error.reason, **error.details)), error.status
    return jsonify(
        reference=f"media:{kept.sha256}",
        address=f"/media/{kept.address}",
        type=kept.media_type,
        width=kept.width,
        height=kept.height,
    )
