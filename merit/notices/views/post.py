"""The agency's mails: whether they leave, what failed and why, trying again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.config import Settings
from merit.db import reading, unit_of_work
from merit.i18n import _
from merit.notices import queries
from merit.notices.domain import KINDS
from merit.notices.models import Notice
from merit.notices.services.mailing import retry_failed
from merit.notices.services.ordering import order_trial
from merit.notices.services.settings import address_of, find_setting
from merit.notices.views.blueprint import bp
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.labels import options
from merit.web.paging import Paging, read_choice

_WEEK = dt.timedelta(days=7)
TROUBLED = ("failed", "waiting")


@bp.get("/surat")
@requires(Permission.ACCOUNT_MANAGE)
def mails() -> ResponseReturnValue:
    """Show where mails go, how many wait, and those that failed."""
    actor, settings = current_actor(), _settings()
    state = read_choice("keadaan", TROUBLED)
    with reading() as database:
        counts = queries.count_mail(database, clock.now() - _WEEK)
        addresses = queries.count_addresses(database)
        paging = Paging.of(queries.count_troubled(database, state), queries.PAGE_SIZE)
        rows = [_row(*found) for found in queries.list_troubled(database, state, page=paging.number)]
        mine = address_of(find_setting(database, actor.user_id or 0))
    return render_template(
        "notices/mails.html",
        route=settings.mail_route,
        folder=settings.mail_path.name,
        sender=settings.mail_from,
        address=settings.public_url,
        counts=counts,
        addresses=addresses,
        rows=rows,
        paging=paging,
        state=state,
        states=[(code, word) for code, word in options("mail_state") if code in TROUBLED],
        mine=mine,
    )


@bp.post("/surat/ulangi")
@requires(Permission.ACCOUNT_MANAGE)
def retry() -> ResponseReturnValue:
    """Let every failed mail wait again."""
    with unit_of_work() as database:
        count = retry_failed(database, current_actor())
    flash(_("%(count)s surat menunggu dikirim lagi.", count=count), "success")
    return redirect(url_for(".mails"))


@bp.post("/surat/uji")
@requires(Permission.ACCOUNT_MANAGE)
def trial() -> ResponseReturnValue:
    """Have a mail sent to one's own address."""
    with unit_of_work() as database:
        order_trial(database, current_actor())
    flash(_("Surat uji dipesan. Hasilnya tampak di halaman Pekerjaan."), "success")
    return redirect(url_for(".mails"))


def _row(notice: Notice, name: str) -> dict[str, Any]:
    code, _colon, detail = notice.mail_error.partition(":")
    told = phrase(code, detail=detail) if detail else phrase(code)
    # The group alone: what exactly somebody is told is no business of whoever keeps the mails going.
    return {"notice": notice, "name": name, "group": KINDS[notice.kind], "problem": told}


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
