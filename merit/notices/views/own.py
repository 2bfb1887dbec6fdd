"""One's own notices: the list, opening one, marking as read and back."""

from __future__ import annotations

import datetime as dt

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.db import reading, unit_of_work
from merit.errors import NotFoundError
from merit.i18n import _
from merit.notices import queries, words
from merit.notices.domain import KINDS, Group
from merit.notices.queries import Choice
from merit.notices.services import notices as services
from merit.notices.views.blueprint import bp
from merit.notices.views.frame import layout
from merit.web.access import current_actor, signed_in
from merit.web.guard import local_path
from merit.web.labels import options
from merit.web.paging import Paging, read_choice

_UNDO = "notices_read_at"
_UNDO_FOR = dt.timedelta(minutes=10)
SHOWS = ("baru",)


@bp.get("/pemberitahuan")
@signed_in
def index() -> ResponseReturnValue:
    """List one's own notices, newest first."""
    actor = current_actor()
    choice = Choice(unread=bool(read_choice("tampil", SHOWS)), group=read_choice("bagian", tuple(Group)))
    with reading() as database:
        paging = Paging.of(queries.count_own(database, actor, choice), queries.PAGE_SIZE)
        notices = queries.list_own(database, actor, choice, page=paging.number)
        unread = queries.count_unread(database, actor)
    rows = [
        {
            "notice": notice,
            "heading": words.heading(notice.kind),
            "sentence": words.sentence(notice.kind, notice.params),
            "group": KINDS[notice.kind],
        }
        for notice in notices
    ]
    return render_template(
        "notices/index.html",
        rows=rows,
        paging=paging,
        choice=choice,
        unread=unread,
        groups=options("notice_group"),
        undo=_can_undo(),
        layout=layout(),
    )


@bp.post("/pemberitahuan/<int:notice_id>/buka")
@signed_in
def open_notice(notice_id: int) -> ResponseReturnValue:
    """Mark a notice as read and lead to what it is about."""
    with unit_of_work() as database:
        notice = services.open_notice(database, current_actor(), notice_id=notice_id)
    return redirect(local_path(notice.link, url_for(".index")))


@bp.post("/pemberitahuan/<int:notice_id>/<any(dibaca, belum):act>")
@signed_in
def mark(notice_id: int, act: str) -> ResponseReturnValue:
    """Mark a notice as read, or as unread again."""
    change = services.open_notice if act == "dibaca" else services.keep_unread
    with unit_of_work() as database:
        change(database, current_actor(), notice_id=notice_id)
    return redirect(_back())


@bp.post("/pemberitahuan/semua-dibaca")
@signed_in
def read_all() -> ResponseReturnValue:
    """Mark all as read; the page then offers to take it back."""
    with unit_of_work() as database:
        count, at = services.read_all(database, current_actor())
    if count:
        session[_UNDO] = at.isoformat()
        flash(_("%(count)s pemberitahuan ditandai sudah dibaca.", count=count), "success")
    return redirect(_back())


@bp.post("/pemberitahuan/semua-batal")
@signed_in
def unread_again() -> ResponseReturnValue:
    """Take back that all were marked as read."""
    told = session.pop(_UNDO, "")
    if not told:
        raise NotFoundError("notice-unknown")
    with unit_of_work() as database:
        count = services.unread_again(database, current_actor(), at=dt.datetime.fromisoformat(told))
    flash(_("%(count)s pemberitahuan kembali belum dibaca.", count=count), "success")
    return redirect(_back())


def _can_undo() -> bool:
    """Whether all were marked as read a short while ago; later the offer would only puzzle."""
    told = session.get(_UNDO, "")
    return bool(told) and clock.now() - dt.datetime.fromisoformat(told) <= _UNDO_FOR


def _back() -> str:
    return local_path(request.form.get("kembali", ""), url_for(".index"))
