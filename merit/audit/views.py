"""Pages for auditors: the chain, its check, the log of readings."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.audit import queries
from merit.audit.exports import ENTRIES, as_choices
from merit.audit.forms import read_filter
from merit.audit.verification import verify_chain
from merit.db import reading
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.exports import Order, hand_out
from merit.web.paging import Paging

bp = Blueprint("audit", __name__)

PER_PAGE = 50


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def entries() -> ResponseReturnValue:
    """List the chain, searched and filtered."""
    chosen = read_filter()
    with reading() as database:
        total = queries.count_entries(database, chosen)
        page = Paging.of(total, PER_PAGE)
        statement = queries.entries(chosen).limit(PER_PAGE).offset((page.number - 1) * PER_PAGE)
        return render_template(
            "audit/entries.html",
            rows=queries.entry_lines(database, statement),
            actions=[(code, _action_name(code)) for code in queries.actions(database)],
            action_name=_action_name,
            chosen=chosen,
            page=page,
        )


@bp.get("/audit/ekspor")
@requires(Permission.AUDIT_READ)
def export() -> ResponseReturnValue:
    """Export the entries that fit, oldest first, as CSV."""
    chosen = read_filter()
    with reading() as database:
        count = queries.count_entries(database, chosen)
    title = _("Jejak audit: %(count)s baris", count=count)
    return hand_out(
        current_actor(), Order(kind=ENTRIES, form="csv", title=title, choices=as_choices(chosen), rows=count)
    )


@bp.post("/audit/periksa")
@requires(Permission.AUDIT_READ)
def verify() -> ResponseReturnValue:
    """Check the chain against itself and the checkpoints, and show the outcome."""
    with reading() as database:
        report = verify_chain(database)
    problems = [phrase(problem.reason, entry=problem.entry) for problem in report.problems]
    return render_template("audit/verification.html", report=report, problems=problems, checked_at=clock.now())


@bp.get("/audit/periksa")
@requires(Permission.AUDIT_READ)
def verify_again() -> ResponseReturnValue:
    """Send whoever opens the outcome's address back to the list with its button."""
    flash(_("Tekan «Periksa rantai» untuk memeriksa keadaan sekarang."), "info")
    return redirect(url_for(".entries"))


@bp.get("/audit/pembacaan")
@requires(Permission.AUDIT_READ)
def readings() -> ResponseReturnValue:
    """List who read whose record."""
    chosen = read_filter()
    with reading() as database:
        total = queries.count_readings(database, chosen)
        page = Paging.of(total, PER_PAGE)
        statement = queries.readings(chosen).limit(PER_PAGE).offset((page.number - 1) * PER_PAGE)
        return render_template(
            "audit/readings.html",
            rows=queries.reading_lines(database, statement),
            reading_name=phrase,
            chosen=chosen,
            page=page,
        )


def _action_name(action: str) -> str:
    return phrase(f"did-{action.replace(':', '-')}")
