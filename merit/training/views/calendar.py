"""The calendar of classes: a month on a page, and a private address for other calendars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.db import reading, unit_of_work
from merit.i18n import _
from merit.people.domain import add_months
from merit.security.permissions import Permission
from merit.training.domain.meetings import Meeting, Span, calendar_file
from merit.training.domain.states import ClassState
from merit.training.forms.planning import month_of
from merit.training.models.classes import ClassSession, TrainingClass
from merit.training.queries.classes import meetings_between
from merit.training.services.feeds import end_feed, find_feed, get_owner, make_feed
from merit.training.views.blueprint import bp
from merit.web.access import current_actor, public, requires
from merit.web.downloads import file_response

WEEK = 7
PAST, AHEAD = dt.timedelta(days=90), dt.timedelta(days=400)


@bp.get("/pelatihan/kalender")
@requires(Permission.TRAINING_READ, Permission.SELF_READ)
def calendar() -> ResponseReturnValue:
    """Show the sessions of a month, all of them: what is taught when is no secret."""
    today = clock.today()
    month = month_of(request.args.get("bulan", ""), today)
    following = add_months(month, 1)
    with reading() as session:
        meetings = meetings_between(session, _start(month), _start(following))
        feed = find_feed(session, current_actor())
    return render_template(
        "training/calendar.html",
        month=month,
        before=add_months(month, -1),
        after=following,
        weeks=weeks_of(month, meetings),
        total=len(meetings),
        today=today,
        feed=feed,
        address="",
    )


@bp.post("/pelatihan/kalender/alamat")
@requires(Permission.TRAINING_READ, Permission.SELF_READ)
def calendar_address() -> ResponseReturnValue:
    """Make a private address and show it, once."""
    with unit_of_work() as session:
        token = make_feed(session, current_actor())
    address = url_for(".calendar_feed", token=token, _external=True)
    return render_template("training/calendar_address.html", address=address)


@bp.post("/pelatihan/kalender/alamat/akhiri")
@requires(Permission.TRAINING_READ, Permission.SELF_READ)
def calendar_end() -> ResponseReturnValue:
    """End one's private address."""
    with unit_of_work() as session:
        end_feed(session, current_actor())
    flash(_("Alamat kalender diakhiri. Kalender yang memakainya tidak diperbarui lagi."), "success")
    return redirect(url_for(".calendar"))


@bp.get("/pelatihan/kalender/<token>.ics")
@public
def calendar_feed(token: str) -> ResponseReturnValue:
    """Give a calendar: an official's own classes, for staff all of them; no name of anybody is in it."""
    now = clock.now()
    with reading() as session:
        owner = get_owner(session, token)
        found = meetings_between(session, now - PAST, now + AHEAD, official_id=owner.official_id, with_cancelled=True)
    content = calendar_file(_meetings(found), name=_("Pelatihan"), at=now)
    return file_response(content.encode(), name="pelatihan.ics", kind="text/calendar; charset=utf-8", inline=True)


def weeks_of(
    month: dt.date, meetings: Iterable[tuple[ClassSession, TrainingClass]]
) -> list[list[tuple[dt.date, list[tuple[ClassSession, TrainingClass]]]]]:
    """Return the weeks of a month from Monday on, every day with its sessions."""
    by_day = {day: list(found) for day, found in groupby(meetings, lambda one: clock.local(one[0].starts_at).date())}
    first = month - dt.timedelta(days=month.weekday())
    end = add_months(month, 1)
    weeks = []
    while first < end:
        days = [first + dt.timedelta(days=number) for number in range(WEEK)]
        weeks.append([(day, by_day.get(day, [])) for day in days])
        first += dt.timedelta(days=WEEK)
    return weeks


def _meetings(found: Iterable[tuple[ClassSession, TrainingClass]]) -> Iterable[Meeting]:
    for meeting, course in found:
        yield Meeting(
            uid=f"pertemuan-{meeting.id}@merit",
            title=f"{course.name}: {meeting.title}" if meeting.title else course.name,
            span=Span(meeting.starts_at, meeting.ends_at),
            venue=meeting.venue or course.venue,
            is_cancelled=course.state == ClassState.CANCELLED,
        )


def _start(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=clock.ZONE)
