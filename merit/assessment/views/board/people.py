"""One candidate in a room: what a proctor can do, and what is known of the attempt (never what was answered)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.board import SeatState
from merit.assessment.forms.board import Typed
from merit.assessment.models.sittings import Candidate
from merit.assessment.queries.board import (
    free_seats,
    get_room,
    has_late_limit_passed,
    manages_all,
    people_of,
    seats_of,
    sister_rooms,
)
from merit.assessment.queries.board_attempts import get_story, moments_of_candidate
from merit.assessment.services import entrance, late_answers, proctoring
from merit.assessment.services.proctoring.people import get_attempt_of
from merit.assessment.views.blueprint import bp
from merit.assessment.views.board import showing
from merit.audit.services import log_reading
from merit.db import reading, unit_of_work
from merit.errors import InvalidInputError, MeritError, NotFoundError, RuleViolationError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Actor, Permission
from merit.web.access import current_actor, requires
from merit.web.labels import options

SeatAct = Callable[[Session, Actor, int, int, Typed], str]


@bp.get("/ruang-ujian/<int:room_id>/kursi/<int:candidate_id>")
@requires(Permission.ROOM_WATCH)
def seat(room_id: int, candidate_id: int) -> ResponseReturnValue:
    """Show one candidate's seat and everything that can be done there."""
    return _seat_page(room_id, candidate_id)


@bp.post("/ruang-ujian/<int:room_id>/kursi/<int:candidate_id>/tindakan/<act>")
@requires(Permission.ROOM_WATCH)
def seat_act(room_id: int, candidate_id: int, act: str) -> ResponseReturnValue:
    """Do something for one candidate; a refusal shows the page again with what was typed."""
    do = _ACTS.get(act)
    if do is None:
        abort(404)
    typed = Typed(request.form)
    try:
        with unit_of_work() as session:
            get_room(session, current_actor(), room_id)
            message = do(session, current_actor(), room_id, candidate_id, typed)
            room_id = session.get_one(Candidate, candidate_id).room_id or room_id
    except (RuleViolationError, InvalidInputError) as refusal:
        return _seat_page(room_id, candidate_id, act=act, refusal=refusal)
    flash(message, "success")
    view = typed.text("kembali")
    if view in showing.VIEWS:
        return redirect(url_for(".board", room_id=room_id, tampilan=view))
    return redirect(url_for(".seat", room_id=room_id, candidate_id=candidate_id))


@bp.get("/ruang-ujian/peserta/<int:attempt_id>")
@requires(Permission.ROOM_WATCH, Permission.AUDIT_READ)
def attempt_evidence(attempt_id: int) -> ResponseReturnValue:
    """Show an attempt's course: events, saves, silences and signs; readable by proctor, organiser and auditor."""
    actor = current_actor()
    with reading() as session:
        story = get_story(session, actor, attempt_id)
    log_reading(actor, official_id=story.candidate.official_id, what="reading-attempt")
    return _evidence_page(attempt_id)


@bp.post("/ruang-ujian/peserta/<int:attempt_id>/jawaban-terlambat")
@requires(Permission.ROOM_WATCH)
def decide_late(attempt_id: int) -> ResponseReturnValue:
    """Propose that late answers count, accept what another proposed, or refuse it."""
    typed, actor = Typed(request.form), current_actor()
    decision = typed.text("putusan")
    try:
        with unit_of_work() as session:
            if decision == "usul":
                count = late_answers.propose_late(session, actor, attempt_id=attempt_id, reason=typed.text("alasan"))
                message = _("%(count)s jawaban diusulkan; tunggu orang kedua.", count=count)
            elif decision == "terima":
                count = late_answers.accept_late(session, actor, attempt_id=attempt_id)
                message = _("%(count)s jawaban diterima untuk dinilai.", count=count)
            else:
                count = late_answers.withdraw_late(session, actor, attempt_id=attempt_id, reason=typed.text("alasan"))
                message = _("Usul untuk %(count)s jawaban tidak dilanjutkan.", count=count)
    except (RuleViolationError, InvalidInputError) as refusal:
        return _evidence_page(attempt_id, act=decision, refusal=refusal)
    flash(message, "success")
    return redirect(url_for(".attempt_evidence", attempt_id=attempt_id))


def _evidence_page(attempt_id: int, *, act: str = "", refusal: MeritError | None = None) -> ResponseReturnValue:
    with reading() as session:
        story = get_story(session, current_actor(), attempt_id)
    page = render_template(
        "board/evidence.html",
        story=story,
        most_saves=max((count for _at, count in story.saves), default=0),
        manages_all=manages_all(current_actor()),
        me=current_actor().user_id,
        act=act,
        typed=request.form,
        problem=_words(refusal),
        phrase=phrase,
    )
    return page, 200 if refusal is None else refusal.status


def _seat_page(
    room_id: int, candidate_id: int, *, act: str = "", refusal: MeritError | None = None
) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    with reading() as session:
        head = get_room(session, actor, room_id)
        candidate = session.get(Candidate, candidate_id)
        seats = seats_of(session, head)
        found = next((each for each in seats if each.candidate_id == candidate_id), None)
        if found is None or candidate is None:
            raise NotFoundError
        people = people_of(session, room_id)
        others = [each for each in seats if each.candidate_id != candidate_id]
        sisters = sister_rooms(session, actor, head)
        context = {
            "candidate": candidate,
            "moments": moments_of_candidate(session, candidate),
            "seat_choices": [(number, number) for number in free_seats(session, head)],
            "sisters": sisters,
            "room_choices": [(head.room_id, head.room), *((key, name) for key, name, _seats in sisters)],
            "swap_choices": [(each.candidate_id, f"{each.seat} · {people[each.candidate_id].name}") for each in others],
        }
    shown = showing.shown_seats(showing.standings_of([found], now), people, now, showing.Chosen())[0]
    page = render_template(
        "board/seat.html",
        head=head,
        shown=shown,
        state=shown.state,
        **context,
        incidents=options("incident_kind"),
        may_act=head.closed_at is None,
        is_late_over=has_late_limit_passed(head, now),
        manages_all=manages_all(actor),
        act=act,
        typed=request.form,
        problem=_words(refusal),
    )
    return page, 200 if refusal is None else refusal.status


def _words(refusal: MeritError | None) -> str:
    return "" if refusal is None else phrase(refusal.reason, **refusal.details)


def _attempt(session: Session, room_id: int, candidate_id: int) -> int:
    return get_attempt_of(session, room_id, candidate_id).id


def _admit(session: Session, actor: Actor, room_id: int, candidate_id: int, typed: Typed) -> str:
    attempt_id = _attempt(session, room_id, candidate_id)
    attempt = proctoring.admit(session, actor, attempt_id=attempt_id, reason=typed.text("alasan"))
    started = attempt.state == SeatState.RUNNING
    return _("Identitas cocok; ujian peserta dimulai.") if started else _("Identitas cocok; peserta siap mulai.")


def _undo_admission(session: Session, actor: Actor, room_id: int, candidate_id: int, _typed: Typed) -> str:
    proctoring.undo_admission(session, actor, attempt_id=_attempt(session, room_id, candidate_id))
    return _("Pencocokan identitas dibatalkan.")


def _pause(session: Session, actor: Actor, room_id: int, candidate_id: int, typed: Typed) -> str:
    attempt_id = _attempt(session, room_id, candidate_id)
    proctoring.pause(session, actor, attempt_id=attempt_id, reason=typed.text("alasan"))
    return _("Waktu peserta dihentikan sementara.")


def _resume(session: Session, actor: Actor, room_id: int, candidate_id: int, _typed: Typed) -> str:
    proctoring.resume(session, actor, attempt_id=_attempt(session, room_id, candidate_id))
    return _("Waktu peserta berjalan lagi.")


def _extend(session: Session, actor: Actor, room_id: int, candidate_id: int, typed: Typed) -> str:
    minutes = typed.number("menit")
    attempt_id = _attempt(session, room_id, candidate_id)
    proctoring.extend(session, actor, attempt_id=attempt_id, minutes=minutes, reason=typed.text("alasan"))
    return _("Waktu peserta ditambah %(minutes)s menit.", minutes=minutes)


def _move(session: Session, actor: Actor, room_id: int, candidate_id: int, typed: Typed) -> str:
    proctoring.move_seat(
        session,
        actor,
        room_id=room_id,
        candidate_id=candidate_id,
        seat=typed.number("kursi"),
        to_room_id=typed.optional_number("ruang"),
        reason=typed.text("alasan"),
    )
    return _("Peserta pindah ke kursi %(seat)s.", seat=typed.number("kursi"))


def _swap(session: Session, actor: Actor, room_id: int, candidate_id: int, typed: Typed) -> str:
    proctoring.swap_seats(
        session,
        actor,
        room_id=room_id,
        candidate_id=candidate_id,
        with_id=typed.number("dengan"),
        reason=typed.text("alasan"),
    )
    return _("Kedua peserta bertukar kursi.")


def _consent(session: Session, actor: Actor, room_id: int, candidate_id: int, _typed: Typed) -> str:
    proctoring.consent_lease(session, actor, attempt_id=_attempt(session, room_id, candidate_id))
    return _("Peramban baru disetujui; yang lama tidak dapat menyimpan lagi.")


def _refuse(session: Session, actor: Actor, room_id: int, candidate_id: int, _typed: Typed) -> str:
    proctoring.refuse_lease(session, actor, attempt_id=_attempt(session, room_id, candidate_id))
    return _("Peramban kedua ditolak.")


def _end(session: Session, actor: Actor, room_id: int, candidate_id: int, typed: Typed) -> str:
    proctoring.end_attempt(
        session,
        actor,
        attempt_id=_attempt(session, room_id, candidate_id),
        number=typed.text("nomor"),
        reason=typed.text("alasan"),
    )
    return _("Ujian peserta diakhiri. Jawaban yang tersimpan tetap ada.")


def _incident(session: Session, actor: Actor, room_id: int, candidate_id: int, typed: Typed) -> str:
    kind, note = typed.text("jenis"), typed.text("catatan")
    proctoring.note_incident(session, actor, room_id=room_id, kind=kind, text=note, candidate_id=candidate_id)
    return _("Kejadian dicatat di berita acara.")


def _pin(session: Session, actor: Actor, room_id: int, candidate_id: int, _typed: Typed) -> str:
    candidate = session.get(Candidate, candidate_id)
    if candidate is None or candidate.room_id != room_id:
        raise NotFoundError
    pin = entrance.issue_pin(session, actor, candidate_id=candidate_id)
    return _("PIN baru: %(pin)s. Tunjukkan sekarang; tidak ditampilkan lagi. PIN lama tidak berlaku.", pin=pin)


def _absent(session: Session, actor: Actor, room_id: int, candidate_id: int, _typed: Typed) -> str:
    proctoring.mark_absent(session, actor, room_id=room_id, candidate_id=candidate_id)
    return _("Peserta dicatat tidak hadir.")


def _present(session: Session, actor: Actor, room_id: int, candidate_id: int, _typed: Typed) -> str:
    proctoring.undo_absence(session, actor, room_id=room_id, candidate_id=candidate_id)
    return _("Catatan tidak hadir dibatalkan.")


_ACTS: Mapping[str, SeatAct] = {
    "cocokkan": _admit,
    "batal-cocok": _undo_admission,
    "jeda": _pause,
    "lanjutkan": _resume,
    "tambah-waktu": _extend,
    "pindah": _move,
    "tukar": _swap,
    "setujui-peramban": _consent,
    "tolak-peramban": _refuse,
    "akhiri": _end,
    "kejadian": _incident,
    "pin": _pin,
    "tidak-hadir": _absent,
    "batal-tidak-hadir": _present,
}
