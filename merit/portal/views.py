"""The official's own pages: what is recorded about me, how I stand, why, and what would change it."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.queries import Filter, count_readings, reading_lines
from merit.audit.queries import readings as readings_select
from merit.db import reading
from merit.errors import NotFoundError
from merit.people.queries.record import OfficialHead, get_official_by_id
from merit.performance.appraisal_pictures import draw_history
from merit.phrases import phrase
from merit.portal.queries import get_own_run, list_own_runs
from merit.profiles import pictures
from merit.profiles.queries import SECTIONS
from merit.profiles.views import SECTION_NAMES
from merit.ranking.report.explanation import Explanation, explain_own
from merit.ranking.views.documents import explanation_pdf
from merit.ranking.views.pictures import draw_competencies, draw_waterfall
from merit.security.permissions import Actor, Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import pdf_response
from merit.web.paging import Paging

bp = Blueprint("portal", __name__, url_prefix="/saya")

PER_PAGE = 25


@bp.get("")
@requires(Permission.SELF_READ)
def home() -> ResponseReturnValue:
    """Show the own record in brief and every run one was considered in."""
    actor, today = current_actor(), clock.today()
    with reading() as session:
        head = _own(session, actor)
        content = SECTIONS["ringkasan"](session, head, today)
        runs = list_own_runs(session, head.id)
        readings = count_readings(session, Filter(), official_id=head.id)
    return render_template("portal/home.html", official=head, runs=runs, readings=readings, today=today, **content)


@bp.get("/catatan", defaults={"section": "ringkasan"})
@bp.get("/catatan/<section>")
@requires(Permission.SELF_READ)
def records(section: str) -> ResponseReturnValue:
    """Show one part of everything recorded about oneself."""
    if section not in SECTIONS:
        raise NotFoundError
    actor, today = current_actor(), clock.today()
    with reading() as session:
        head = _own(session, actor)
        content = SECTIONS[section](session, head, today)
    if section == "kompetensi":
        content["picture"] = pictures.draw_competencies(content["lines"])
    elif section == "kinerja":
        content["pictures"] = draw_history(content["appraisals"])
    tabs = [
        {"label": str(name), "url": url_for(".records", section=code), "current": code == section}
        for code, name in SECTION_NAMES.items()
    ]
    return render_template(
        f"profiles/official_{section}.html",
        official=head,
        tabs=tabs,
        today=today,
        section=section,
        section_url=lambda name: url_for(".records", section=name),
        **content,
    )


@bp.get("/penjelasan")
@requires(Permission.SELF_READ)
def runs() -> ResponseReturnValue:
    """List the runs one was considered in."""
    with reading() as session:
        head = _own(session, current_actor())
        return render_template("portal/runs.html", runs=list_own_runs(session, head.id))


@bp.get("/penjelasan/<code>")
@requires(Permission.SELF_READ)
def explanation(code: str) -> ResponseReturnValue:
    """Explain the own score against the pool's means; nobody else's name or number is shown."""
    shown = _explain(code)
    return render_template(
        "portal/explanation.html",
        explanation=shown,
        waterfall=draw_waterfall(shown, own=True),
        competencies=draw_competencies(shown),
    )


@bp.get("/penjelasan/<code>/penjelasan.pdf")
@requires(Permission.SELF_READ)
def explanation_file(code: str) -> ResponseReturnValue:
    """Give the own explanation as a PDF."""
    return pdf_response(explanation_pdf(_explain(code), own=True), f"penjelasan-{code}", inline=False)


@bp.get("/pembacaan")
@requires(Permission.SELF_READ)
def readings() -> ResponseReturnValue:
    """Show who read one's record, when and why."""
    with reading() as session:
        head = _own(session, current_actor())
        paging = Paging.of(count_readings(session, Filter(), official_id=head.id), PER_PAGE)
        statement = readings_select(Filter(), official_id=head.id)
        lines = reading_lines(session, statement.limit(PER_PAGE).offset((paging.number - 1) * PER_PAGE))
    rows = [
        {"read_at": line.read_at, "reader": line.reader, "what_text": phrase(line.what), "reason": line.reason}
        for line in lines
    ]
    return render_template("portal/readings.html", rows=rows, paging=paging)


def _own(session: Session, actor: Actor) -> OfficialHead:
    if actor.official_id is None:
        raise NotFoundError("portal-no-official")
    return get_official_by_id(session, actor, actor.official_id)


def _explain(code: str) -> Explanation:
    with reading() as session:
        head = _own(session, current_actor())
        return explain_own(session, get_own_run(session, head.id, code), nip=head.nip)
