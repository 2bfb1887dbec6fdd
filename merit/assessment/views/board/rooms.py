"""The list of rooms, a room's board, its polled state, and what is done for the whole room."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.board import Flag, SeatState
from merit.assessment.forms.board import Typed
from merit.assessment.queries.board import (
    PHASES,
    ROOM_SORTS,
    count_rooms,
    get_room,
    has_late_limit_passed,
    late_counts,
    manages_all,
    people_of,
    room_lines,
    seats_of,
)
from merit.assessment.queries.outages import undecided_outages
from merit.assessment.services import compensation, proctoring
from merit.assessment.views.blueprint import bp
from merit.assessment.views.board import showing
from merit.db import reading, unit_of_work
from merit.errors import InvalidInputError, MeritError, RuleViolationError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Actor, Permission
from merit.web.access import current_actor, requires
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_order, read_text

PER_PAGE = 25
TODAY, ALL = "hari-ini", "semua"
RoomAct = Callable[[Session, Actor, int, Typed], str]


@bp.get("/ruang-ujian")
@requires(Permission.ROOM_WATCH)
def rooms() -> ResponseReturnValue:
    """List the rooms one watches: a proctor's own of today, every room for who manages sittings."""
    actor, search = current_actor(), read_text()
    when = read_choice("waktu", (TODAY, ALL)) or (ALL if manages_all(actor) else TODAY)
    phase, order = read_choice("keadaan", PHASES), read_order(ROOM_SORTS, "-starts_at")
    day = _today() if when == TODAY else None
    with reading() as session:
        paging = Paging.of(count_rooms(session, actor, search=search, phase=phase, day=day), PER_PAGE)
        lines = room_lines(
            session,
            actor,
            search=search,
            phase=phase,
            day=day,
            order=order,
            limit=PER_PAGE,
            offset=(paging.number - 1) * PER_PAGE,
        )
    return render_template(
        "board/rooms.html",
        rows=lines,
        paging=paging,
        search=search,
        phase=phase,
        phases=options("room_phase"),
        when=when,
        order=order,
    )


@bp.get("/ruang-ujian/<int:room_id>")
@requires(Permission.ROOM_WATCH)
def board(room_id: int) -> ResponseReturnValue:
    """Show a room's seats, and what can be done there now."""
    return _board_page(room_id)


@bp.get("/ruang-ujian/<int:room_id>/keadaan")
@requires(Permission.ROOM_WATCH)
def board_state(room_id: int) -> ResponseReturnValue:
    """Answer the board's script: the seats as JSON, 304 when nothing has changed."""
    now = clock.now()
    with reading() as session:
        head = get_room(session, current_actor(), room_id)
        standings = showing.standings_of(seats_of(session, head), now)
    body = json.dumps(showing.polled(head, standings, now), separators=(",", ":")).encode()
    response = Response(body, content_type="application/json")
    response.set_etag(hashlib.sha256(body).hexdigest()[:24])
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Merit-Time"] = str(int(now.timestamp()))
    return response.make_conditional(request)


@bp.post("/ruang-ujian/<int:room_id>/tindakan/<act>")
@requires(Permission.ROOM_WATCH)
def room_act(room_id: int, act: str) -> ResponseReturnValue:
    """Do something for the whole room; a refusal shows the page again with what was typed."""
    do = _ACTS.get(act)
    if do is None:
        abort(404)
    try:
        with unit_of_work() as session:
            message = do(session, current_actor(), room_id, Typed(request.form))
    except (RuleViolationError, InvalidInputError) as refusal:
        return _board_page(room_id, act=act, refusal=refusal)
    flash(message, "success")
    return redirect(url_for(".board", room_id=room_id, tampilan=read_choice("tampilan", showing.VIEWS) or None))


def _board_page(room_id: int, *, act: str = "", refusal: MeritError | None = None) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    chosen = showing.Chosen(
        search=read_text(),
        state=read_choice("keadaan", [state.value for state in SeatState]),
        flag=read_choice("tanda", [flag.value for flag in Flag]),
    )
    with reading() as session:
        head = get_room(session, actor, room_id)
        seats = seats_of(session, head)
        people = people_of(session, room_id)
        proposals = undecided_outages(session, head.sitting_id, room_id=room_id)
        late = late_counts(session, room_id)
    standings = showing.standings_of(seats, now)
    counts = showing.counts_of(standings)
    shown = showing.shown_seats(standings, people, now, chosen)
    by_attempt = {each.seat.attempt_id: each for each in shown}
    page = render_template(
        "board/board.html",
        head=head,
        chosen=chosen,
        view=read_choice("tampilan", showing.VIEWS) or showing.VIEWS[0],
        seats=shown,
        grid=showing.grid(head, shown),
        counts=counts,
        structure=showing.structure_of(head, standings, counts),
        token=showing.token_of(head, now),
        waiting=[each for each in shown if each.state is SeatState.WAITING],
        asking=[each for each in shown if each.seat.has_second_browser and each.state is not SeatState.FINISHED],
        proposals=proposals,
        late=[(row, by_attempt[row[0]]) for row in late if row[0] in by_attempt],
        states=options("seat_state"),
        flags=options("seat_flag"),
        incidents=options("incident_kind"),
        is_early=now < head.starts_at - dt.timedelta(minutes=head.settings.lobby_minutes),
        is_start_early=now < head.starts_at - dt.timedelta(minutes=head.settings.start_early_minutes),
        is_past=now >= head.starts_at + dt.timedelta(minutes=head.minutes),
        is_late_over=has_late_limit_passed(head, now),
        manages_all=manages_all(actor),
        now=now,
        words=showing.script_words(),
        act=act,
        typed=request.form,
        problem="" if refusal is None else phrase(refusal.reason, **refusal.details),
    )
    return page, 200 if refusal is None else refusal.status


def _today() -> tuple[dt.datetime, dt.datetime]:
    start = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + dt.timedelta(days=1)


def _open_lobby(session: Session, actor: Actor, room_id: int, typed: Typed) -> str:
    proctoring.open_lobby(session, actor, room_id=room_id, reason=typed.text("alasan"))
    return _("Lobi dibuka. Peserta dapat masuk dengan token ruang.")


def _admit(session: Session, actor: Actor, room_id: int, typed: Typed) -> str:
    count = proctoring.admit_several(session, actor, room_id=room_id, attempt_ids=typed.numbers("peserta"))
    return _("Identitas %(count)s peserta dicocokkan.", count=count)


def _start(session: Session, actor: Actor, room_id: int, typed: Typed) -> str:
    count = proctoring.start_room(session, actor, room_id=room_id, reason=typed.text("alasan"))
    return _("Ujian dimulai untuk %(count)s peserta.", count=count)


def _pause(session: Session, actor: Actor, room_id: int, typed: Typed) -> str:
    count = proctoring.pause_room(session, actor, room_id=room_id, reason=typed.text("alasan"))
    return _("Waktu %(count)s peserta dihentikan sementara.", count=count)


def _resume(session: Session, actor: Actor, room_id: int, _typed: Typed) -> str:
    return _("Waktu %(count)s peserta berjalan lagi.", count=proctoring.resume_room(session, actor, room_id=room_id))


def _extend(session: Session, actor: Actor, room_id: int, typed: Typed) -> str:
    minutes = typed.number("menit")
    count = proctoring.extend_room(session, actor, room_id=room_id, minutes=minutes, reason=typed.text("alasan"))
    return _("Waktu %(count)s peserta ditambah %(minutes)s menit.", count=count, minutes=minutes)


def _incident(session: Session, actor: Actor, room_id: int, typed: Typed) -> str:
    kind, note = typed.text("jenis"), typed.text("catatan")
    proctoring.note_incident(session, actor, room_id=room_id, kind=kind, text=note)
    return _("Kejadian dicatat di berita acara.")


def _close(session: Session, actor: Actor, room_id: int, typed: Typed) -> str:
    end_all, reason = typed.is_ticked("akhiri"), typed.text("alasan")
    proctoring.close_room(session, actor, room_id=room_id, end_all=end_all, reason=reason)
    return _("Ruang ditutup. Berita acara siap ditandatangani dua pengawas.")


def _compensate(session: Session, actor: Actor, room_id: int, typed: Typed) -> str:
    starts, until = typed.instant("mulai"), typed.instant("sampai")
    if typed.text("lingkup") == "sesi":
        rows = compensation.grant_sitting(session, actor, room_id=room_id, starts=starts, until=until)
    else:
        rows = [compensation.grant_room(session, actor, room_id=room_id, starts=starts, until=until)]
    people = sum(row.attempts for row in rows)
    return _("%(count)s peserta mendapat tambahan %(minutes)s menit.", count=people, minutes=rows[0].seconds // 60)


def _decline(session: Session, actor: Actor, room_id: int, typed: Typed) -> str:
    compensation.decline_outage(
        session,
        actor,
        room_id=room_id,
        starts=typed.instant("mulai"),
        until=typed.instant("sampai"),
        reason=typed.text("alasan"),
    )
    return _("Gangguan dicatat tanpa kompensasi.")


_ACTS: Mapping[str, RoomAct] = {
    "buka-lobi": _open_lobby,
    "cocokkan": _admit,
    "mulai": _start,
    "jeda": _pause,
    "lanjutkan": _resume,
    "tambah-waktu": _extend,
    "kejadian": _incident,
    "tutup": _close,
    "kompensasi": _compensate,
    "tanpa-kompensasi": _decline,
}
