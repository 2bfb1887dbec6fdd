"""Choosing the posts somebody prepares for: one's own page, and the page of an official of one's units."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from merit.db import reading
from merit.errors import NotFoundError
from merit.i18n import _
from merit.people.queries.record import get_official
from merit.security.permissions import Permission
from merit.training.services.targets import choose_target, end_target
from merit.training.views.blueprint import bp
from merit.web.access import current_actor, requires
from merit.web.acting import acted


@bp.post("/pelatihan/kesenjangan/pegawai/<nip>/sasaran")
@requires(Permission.TRAINING_NOMINATE)
def target_choose(nip: str) -> ResponseReturnValue:
    """Choose a post an official of one's units prepares for."""
    _choose(_official(nip))
    return redirect(url_for(".person_gaps", nip=nip))


@bp.post("/pelatihan/kesenjangan/pegawai/<nip>/sasaran/<int:target_id>/akhiri")
@requires(Permission.TRAINING_NOMINATE)
def target_end(nip: str, target_id: int) -> ResponseReturnValue:
    """End a choice for an official of one's units."""
    _end(_official(nip), target_id)
    return redirect(url_for(".person_gaps", nip=nip))


@bp.post("/saya/pengembangan/sasaran")
@requires(Permission.SELF_READ)
def own_target_choose() -> ResponseReturnValue:
    """Choose a post one prepares for."""
    _choose(_self())
    return redirect(url_for(".own_gaps"))


@bp.post("/saya/pengembangan/sasaran/<int:target_id>/akhiri")
@requires(Permission.SELF_READ)
def own_target_end(target_id: int) -> ResponseReturnValue:
    """End a choice of one's own."""
    _end(_self(), target_id)
    return redirect(url_for(".own_gaps"))


def _official(nip: str) -> int:
    with reading() as session:
        return get_official(session, current_actor(), nip).id


def _self() -> int:
    official_id = current_actor().official_id
    if official_id is None:
        raise NotFoundError("portal-no-official")
    return official_id


def _choose(official_id: int) -> None:
    code, note = request.form.get("kode", "")[:100].strip(), request.form.get("catatan", "")
    acted(
        lambda session: choose_target(session, current_actor(), official_id=official_id, code=code, note=note),
        _("Jabatan sasaran disimpan. Ini arah belajar, bukan janji jabatan."),
    )


def _end(official_id: int, target_id: int) -> None:
    acted(
        lambda session: end_target(session, current_actor(), official_id=official_id, target_id=target_id),
        _("Jabatan sasaran diakhiri; riwayatnya tetap tersimpan."),
    )
