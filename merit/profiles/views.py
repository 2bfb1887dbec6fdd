"""The first page, an official's page, a unit's page, and the page of one recorded fact."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from merit import clock, db
from merit.audit.services import log_reading
from merit.errors import NotFoundError
from merit.i18n import lazy, lazy_as
from merit.people.queries.record import get_official
from merit.people.queries.units import get_unit, load_tree
from merit.performance.appraisal_pictures import draw_history
from merit.performance.queries import list_feedback
from merit.performance.queries.campaigns import find_published
from merit.profiles import evidence as evidence_queries
from merit.profiles import facts, pictures, queries
from merit.profiles.home import load_home
from merit.security.permissions import Permission, Role, is_granted
from merit.training.models import TrainingRecord
from merit.training.queries.certificates import source_of
from merit.web.access import current_actor, requires, signed_in

bp = Blueprint("profiles", __name__)

SECTION_NAMES = {
    "ringkasan": lazy("Ringkasan"),
    "jabatan": lazy("Jabatan dan golongan"),
    "kompetensi": lazy_as("list", "Kompetensi"),
    "pelatihan": lazy("Pelatihan"),
    "kinerja": lazy("Kinerja"),
    "disiplin": lazy("Disiplin dan kehadiran"),
    "penugasan": lazy("Penugasan, cuti, dokumen"),
}


@bp.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Show staff what stands and what to do next; send officials to their own page."""
    actor = current_actor()
    if actor.roles <= {Role.OFFICIAL}:
        return redirect(url_for("portal.home"))
    with db.reading() as session:
        content = load_home(session, actor)
    return render_template("profiles/home.html", home=content, actor=actor, today=clock.today())


@bp.get("/pegawai/<nip>", defaults={"section": "ringkasan"})
@bp.get("/pegawai/<nip>/<section>")
@requires(Permission.OFFICIAL_READ)
def official(nip: str, section: str) -> ResponseReturnValue:
    """Show one part of everything recorded about an official; the reading is logged."""
    if section not in queries.SECTIONS:
        raise NotFoundError("official-not-found")
    actor, today = current_actor(), clock.today()
    with db.reading() as session:
        head = get_official(session, actor, nip)
        content = queries.SECTIONS[section](session, head, today)
    if section == "kompetensi":
        content["picture"] = pictures.draw_competencies(content["lines"])
    elif section == "kinerja":
        content["pictures"] = draw_history(content["appraisals"])
    log_reading(actor, official_id=head.id, what="reading-record", reason=section)
    tabs = [
        {
            "label": str(name),
            "url": url_for(".official", nip=nip, section=None if code == "ringkasan" else code),
            "current": code == section,
        }
        for code, name in SECTION_NAMES.items()
    ]
    return render_template(
        f"profiles/official_{section}.html",
        official=head,
        tabs=tabs,
        today=today,
        section=section,
        section_url=lambda name: url_for(".official", nip=nip, section=name),
        **content,
    )


@bp.get("/unit/<path:code>")
@requires(Permission.UNIT_READ)
def unit(code: str) -> ResponseReturnValue:
    """Show a unit: its place, its head, its figures."""
    actor = current_actor()
    with db.reading() as session:
        tree = load_tree(session, actor)
        shown = get_unit(tree, code)
        content = queries.load_unit(session, tree, shown.id)
    return render_template("profiles/unit.html", unit=shown, tree=tree, path=tree.path(shown.id), **content)


@bp.get("/bukti/<table>/<int:row_id>")
@requires(Permission.OFFICIAL_READ, Permission.SELF_READ)
def evidence(table: str, row_id: int) -> ResponseReturnValue:
    """Show one recorded fact, where it came from and what replaced it; the reading is logged."""
    actor = current_actor()
    with db.reading() as session:
        found = evidence_queries.get_evidence(session, actor, table=table, row_id=row_id)
        tree = load_tree(session)
        is_feedback = table == evidence_queries.FEEDBACK
        made_here = source_of(session, found.row) if table == TrainingRecord.__tablename__ else ("", "")
        official = found.official
        feedback = list_feedback(session, official.id) if is_feedback and official else []
        campaign_id = find_published(session, official.id, found.row["year"]) if is_feedback and official else None
    if official is not None:
        log_reading(actor, official_id=official.id, what="reading-evidence", reason=table)
    return render_template(
        "profiles/evidence.html",
        evidence=found,
        title=facts.TITLES[table],
        items=[] if is_feedback else facts.readable(table, found.row, tree),
        history=facts.history(table, found.versions, tree),
        feedback=[group for group in feedback if group.year == found.row.get("year")],
        may_open_official=is_granted(actor, Permission.OFFICIAL_READ),
        made_here=made_here,
        campaign_id=campaign_id,
    )
