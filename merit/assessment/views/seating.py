"""Rooms and proctors of a sitting, and its rehearsals."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.assessment.forms.sittings import RehearsalForm
from merit.assessment.models.items import Blueprint
from merit.assessment.queries.blueprints import list_usable
from merit.assessment.queries.rehearsals import judge_rehearsal
from merit.assessment.queries.sittings import get_sitting, rehearsals_of
from merit.assessment.services.seating import add_room, assign_proctor, change_room, release_proctor
from merit.assessment.services.sittings import plan_rehearsal
from merit.assessment.views.blueprint import bp
from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.paging import whole

_UNPROCESSABLE = 422


@bp.post("/sesi-uji/<code>/ruang")
@requires(Permission.SITTING_MANAGE)
def sitting_room_add(code: str) -> ResponseReturnValue:
    """Add a room."""
    name, seats, columns = _room_fields()
    acted(
        lambda session: add_room(session, current_actor(), code=code, name=name, seats=seats, columns=columns),
        _("Ruang ditambahkan. Tugaskan dua pengawas."),
    )
    return _rooms(code)


@bp.post("/sesi-uji/<code>/ruang/<int:room_id>")
@requires(Permission.SITTING_MANAGE)
def sitting_room_change(code: str, room_id: int) -> ResponseReturnValue:
    """Change a room."""
    name, seats, columns = _room_fields()
    acted(
        lambda session: change_room(
            session, current_actor(), code=code, room_id=room_id, name=name, seats=seats, columns=columns
        ),
        _("Ruang diubah."),
    )
    return _rooms(code)


@bp.post("/sesi-uji/<code>/ruang/<int:room_id>/pengawas")
@requires(Permission.SITTING_MANAGE)
def sitting_proctor_add(code: str, room_id: int) -> ResponseReturnValue:
    """Let somebody watch a room."""
    user_id = _whole("pengawas")
    acted(
        lambda session: assign_proctor(session, current_actor(), code=code, room_id=room_id, user_id=user_id),
        _("Pengawas ditugaskan."),
    )
    return _rooms(code)


@bp.post("/sesi-uji/<code>/ruang/<int:room_id>/pengawas/lepas")
@requires(Permission.SITTING_MANAGE)
def sitting_proctor_release(code: str, room_id: int) -> ResponseReturnValue:
    """End somebody's watch."""
    user_id = _whole("pengawas")
    acted(
        lambda session: release_proctor(session, current_actor(), code=code, room_id=room_id, user_id=user_id),
        _("Pengawas dilepas dari ruang ini."),
    )
    return _rooms(code)


@bp.route("/sesi-uji/<code>/gladi", methods=["GET", "POST"])
@requires(Permission.SITTING_READ)
def sitting_rehearsals(code: str) -> ResponseReturnValue:
    """Show the rehearsals of a sitting with their verdicts, or one rehearsal's own; plan a new one."""
    form = RehearsalForm()
    with reading() as session:
        found = get_sitting(session, code)
        own = session.get_one(Blueprint, found.blueprint_id).code
        form.blueprint.choices = [(one, f"{name} ({one})") for one, name in list_usable(session) if one != own]
        shown = [found] if found.kind == "rehearsal" else rehearsals_of(session, found.id)
        verdicts = [(one, judge_rehearsal(session, one.id)) for one in shown]
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                made = plan_rehearsal(
                    session,
                    current_actor(),
                    code=code,
                    blueprint_code=form.blueprint.data,
                    starts_at=form.starts_at(),
                    with_roster=form.with_roster.data,
                ).code
        except MeritError as error:
            form.form_errors = [phrase(error.reason, **error.details)]
        else:
            flash(_("Gladi bersih direncanakan. Segel lalu jalankan seperti ujian."), "success")
            return redirect(url_for(".sitting", code=made))
    return render_template(
        "sittings/rehearsals.html", sitting=found, verdicts=verdicts, form=form, reason=phrase
    ), _UNPROCESSABLE if form.errors else 200


def _rooms(code: str) -> ResponseReturnValue:
    return redirect(url_for(".sitting", code=code, _anchor="ruang"))


def _room_fields() -> tuple[str, int, int]:
    return request.form.get("nama", "")[:100], _whole("kursi"), _whole("kolom")


def _whole(name: str) -> int:
    return whole(request.form.get(name, "").strip())
