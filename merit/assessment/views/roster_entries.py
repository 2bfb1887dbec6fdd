"""One candidate of a sitting: seat, accommodation, withdrawal, another sitting."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.assessment.queries.rosters import RosterFilter, list_roster
from merit.assessment.queries.sittings import get_sitting, list_rooms, settings_of, user_names
from merit.assessment.services.accommodations import approve_accommodation, propose_accommodation, refuse_accommodation
from merit.assessment.services.rosters import (
    draft_sittings,
    get_candidate,
    reschedule_candidate,
    restore_candidate,
    withdraw_candidate,
)
from merit.assessment.services.seating import move_candidate
from merit.assessment.views.blueprint import bp
from merit.audit.services import log_readings
from merit.db import reading
from merit.errors import NotFoundError
from merit.i18n import _
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.paging import whole


@bp.get("/sesi-uji/<code>/peserta/<int:candidate_id>")
@requires(Permission.SITTING_MANAGE)
def sitting_candidate(code: str, candidate_id: int) -> ResponseReturnValue:
    """Show one candidate: seat, accommodation, withdrawal, another sitting."""
    with reading() as session:
        found = get_sitting(session, code)
        candidate = get_candidate(session, found, candidate_id)
        [line] = list_roster(session, found.id, RosterFilter(candidate_id=candidate_id, show="all"))
        names = user_names(session, (candidate.accommodation_asked_by, candidate.accommodation_approved_by))
        rooms = list_rooms(session, found.id)
        others = draft_sittings(session, beside=found.id, since=clock.now())
    log_readings(current_actor(), officials=[candidate.official_id], what="reading-roster", reason=code)
    return render_template(
        "sittings/candidate.html",
        sitting=found,
        rules=settings_of(found),
        line=line,
        candidate=candidate,
        names=names,
        rooms=rooms,
        others=others,
    )


@bp.post("/sesi-uji/<code>/peserta/<int:candidate_id>/<act>")
@requires(Permission.SITTING_MANAGE)
def sitting_candidate_act(code: str, candidate_id: int, act: str) -> ResponseReturnValue:
    """Do one thing to a candidate."""
    handler = _ACTS.get(act)
    if handler is None:
        raise NotFoundError
    handler(code, candidate_id)
    return redirect(url_for(".sitting_candidate", code=code, candidate_id=candidate_id))


def _move(code: str, candidate_id: int) -> None:
    room_id, seat = _whole("ruang"), _whole("kursi")
    acted(
        lambda session: move_candidate(
            session, current_actor(), code=code, candidate_id=candidate_id, room_id=room_id, seat=seat
        ),
        _("Peserta pindah kursi."),
    )


def _withdraw(code: str, candidate_id: int) -> None:
    acted(
        lambda session: withdraw_candidate(
            session, current_actor(), code=code, candidate_id=candidate_id, reason=_text("alasan")
        ),
        _("Peserta dikeluarkan dari daftar."),
    )


def _restore(code: str, candidate_id: int) -> None:
    acted(
        lambda session: restore_candidate(session, current_actor(), code=code, candidate_id=candidate_id),
        _("Peserta kembali terdaftar, belum punya kursi."),
    )


def _reschedule(code: str, candidate_id: int) -> None:
    acted(
        lambda session: reschedule_candidate(
            session,
            current_actor(),
            code=code,
            candidate_id=candidate_id,
            to_code=_text("sesi"),
            reason=_text("alasan"),
        ),
        _("Peserta dipindahkan ke sesi lain."),
    )


def _propose(code: str, candidate_id: int) -> None:
    acted(
        lambda session: propose_accommodation(
            session,
            current_actor(),
            code=code,
            candidate_id=candidate_id,
            extra_minutes=_whole("tambahan"),
            break_minutes=_whole("istirahat"),
            has_reader="pembaca" in request.form,
            reason=_text("alasan"),
        ),
        _("Usulan penyesuaian tercatat dan menunggu persetujuan orang kedua."),
    )


def _approve(code: str, candidate_id: int) -> None:
    acted(
        lambda session: approve_accommodation(session, current_actor(), code=code, candidate_id=candidate_id),
        _("Penyesuaian disetujui."),
    )


def _refuse(code: str, candidate_id: int) -> None:
    acted(
        lambda session: refuse_accommodation(session, current_actor(), code=code, candidate_id=candidate_id),
        _("Usulan penyesuaian ditolak atau dicabut."),
    )


_ACTS = {
    "pindah": _move,
    "keluar": _withdraw,
    "kembali": _restore,
    "jadwal": _reschedule,
    "usul": _propose,
    "setuju": _approve,
    "tolak": _refuse,
}


def _whole(name: str) -> int:
    return whole(_text(name))


def _text(name: str) -> str:
    return request.form.get(name, "").strip()[:500]
