"""Papers of a room: minutes on a page and as PDF, attendance list, cards, a candidate's slip."""

from __future__ import annotations

import datetime as dt

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.accounts.login import recent_sign_in
from merit.assessment.models.sittings import Sitting
from merit.assessment.queries.board import get_room
from merit.assessment.queries.board_attempts import get_story
from merit.assessment.queries.minutes import MinutesOfRoom, collect_minutes
from merit.assessment.services.cards import issue_room_cards, issue_sitting_cards
from merit.assessment.services.minutes import SIGNATURES, sign_minutes
from merit.assessment.views.blueprint import bp
from merit.assessment.views.board import papers
from merit.audit.services import log_download
from merit.db import reading, unit_of_work
from merit.errors import NotFoundError, RuleViolationError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import pdf_response
from merit.web.filters import moment


@bp.get("/ruang-ujian/<int:room_id>/berita-acara")
@requires(Permission.ROOM_WATCH, Permission.AUDIT_READ)
def minutes(room_id: int) -> ResponseReturnValue:
    """Show a room's minutes, and let its proctors sign them."""
    return _minutes_page(room_id)


@bp.post("/ruang-ujian/<int:room_id>/berita-acara/tanda-tangan")
@requires(Permission.ROOM_WATCH)
@recent_sign_in
def sign(room_id: int) -> ResponseReturnValue:
    """Sign the minutes, with a fresh proof of who one is."""
    try:
        with unit_of_work() as session:
            sign_minutes(session, current_actor(), room_id=room_id)
    except RuleViolationError as refusal:
        return _minutes_page(room_id, problem=phrase(refusal.reason, **refusal.details), status=refusal.status)
    flash(_("Berita acara ditandatangani."), "success")
    return redirect(url_for(".minutes", room_id=room_id))


@bp.get("/ruang-ujian/<int:room_id>/berita-acara.pdf")
@requires(Permission.ROOM_WATCH, Permission.AUDIT_READ)
def minutes_pdf(room_id: int) -> ResponseReturnValue:
    """Return the minutes as a PDF; the same bytes as long as the record does not change."""
    with unit_of_work() as session:
        record = _record(room_id, session)
        log_download(session, current_actor(), subject=f"minutes:room:{room_id}", rows=len(record.attendance))
    return pdf_response(papers.minutes_pdf(record), f"berita-acara-{record.head.code}-{room_id}")


@bp.get("/ruang-ujian/<int:room_id>/daftar-hadir.pdf")
@requires(Permission.ROOM_WATCH)
def attendance_pdf(room_id: int) -> ResponseReturnValue:
    """Return the attendance list of a room, to be signed by hand."""
    with unit_of_work() as session:
        record = _record(room_id, session)
        log_download(session, current_actor(), subject=f"attendance:room:{room_id}", rows=len(record.attendance))
    return pdf_response(papers.attendance_pdf(record), f"daftar-hadir-{record.head.code}-{room_id}")


@bp.post("/ruang-ujian/<int:room_id>/kartu.pdf")
@requires(Permission.ROOM_WATCH)
def cards_pdf(room_id: int) -> ResponseReturnValue:
    """Give a room's candidates fresh PINs and return their cards; the PINs are nowhere else."""
    try:
        with unit_of_work() as session:
            head = get_room(session, current_actor(), room_id)
            cards = issue_room_cards(session, current_actor(), room_id=room_id)
            content = papers.cards_pdf(papers.Occasion.of_room(head), cards)
    except RuleViolationError as refusal:
        flash(phrase(refusal.reason, **refusal.details), "danger")
        return redirect(url_for(".board", room_id=room_id))
    return pdf_response(content, f"kartu-{head.code}-{room_id}", inline=False)


@bp.post("/sesi-uji/<code>/kartu.pdf")
@requires(Permission.SITTING_MANAGE)
def sitting_cards_pdf(code: str) -> ResponseReturnValue:
    """Give all candidates of a sitting fresh PINs and return their cards, room by room."""
    with unit_of_work() as session:
        sitting = session.scalars(select(Sitting).where(Sitting.code == code)).one_or_none()
        if sitting is None:
            raise NotFoundError
        cards = issue_sitting_cards(session, current_actor(), sitting_id=sitting.id)
        content = papers.cards_pdf(papers.Occasion.of_sitting(sitting), cards)
    return pdf_response(content, f"kartu-{code}", inline=False)


@bp.get("/ruang-ujian/peserta/<int:attempt_id>/tanda-terima.pdf")
@requires(Permission.ROOM_WATCH, Permission.AUDIT_READ)
def slip_pdf(attempt_id: int) -> Response:
    """Return a candidate's slip: times, counts and the end of the receipt chain."""
    with unit_of_work() as session:
        story = get_story(session, current_actor(), attempt_id)
        log_download(session, current_actor(), subject=f"slip:attempt:{attempt_id}", rows=1)
    return pdf_response(papers.slip_pdf(story), f"tanda-terima-{story.person.number}")


def _record(room_id: int, session: Session) -> MinutesOfRoom:
    return collect_minutes(session, get_room(session, current_actor(), room_id, may_audit=True))


def _minutes_page(room_id: int, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as session:
        record = _record(room_id, session)
    signed = {each["user"] for each in record.head.minutes_signed}
    page = render_template(
        "board/minutes.html",
        record=record,
        head=record.head,
        may_sign=record.head.closed_at is not None
        and len(signed) < SIGNATURES
        and actor.user_id in {user_id for user_id, _name in record.proctors} - signed,
        left=SIGNATURES - len(signed),
        events=papers.event_rows(record.lines),
        signed_at=[moment(dt.datetime.fromisoformat(each["at"]), seconds=True) for each in record.head.minutes_signed],
        problem=problem,
    )
    return page, status
