"""Lists of officials, units and positions, and the page of a position."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from merit import db
from merit.i18n import _
from merit.people import forms, services
from merit.people.exports import OFFICIALS
from merit.people.queries import officials as official_queries
from merit.people.queries import positions as position_queries
from merit.people.queries import units as unit_queries
from merit.reference import load_competencies, load_document, load_tier_standards
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.exports import Order, hand_out
from merit.web.labels import options
from merit.web.paging import Paging, read_text

bp = Blueprint("people", __name__)

PAGE = "officials"


@bp.get("/pegawai")
@requires(Permission.OFFICIAL_LIST)
def officials() -> ResponseReturnValue:
    """List officials: search, filters, order, one page."""
    actor, choice = current_actor(), forms.read_official_choice()
    with db.reading() as session:
        tree = unit_queries.load_tree(session, actor)
        found = official_queries.find_officials(session, choice.filter(tree, actor.unit_ids), order=choice.order)
        paging = Paging.of(found.total, official_queries.PAGE_SIZE)
        rows = official_queries.list_officials(session, found, page=paging.number)
        saved = services.list_saved_filters(session, actor, page=PAGE)
    return render_template(
        "people/officials.html",
        rows=rows,
        paging=paging,
        choice=choice,
        saved=saved,
        form=forms.SavedFilterForm(query=choice.query),
        units=forms.unit_options(tree),
        tiers=options("tier"),
        grades=forms.grade_options(),
        employments=options("employment"),
    )


@bp.post("/pegawai/saringan")
@requires(Permission.OFFICIAL_LIST)
def save_filter() -> ResponseReturnValue:
    """Keep the present filters under a name."""
    form = forms.SavedFilterForm()
    query = urlencode({name: text[:100] for name, text in parse_qsl(form.query.data or "") if name in forms.KEPT})
    if not form.validate():
        flash("; ".join(str(message) for message in form.name.errors), "danger")
        return redirect(f"{url_for('.officials')}?{query}")
    with db.unit_of_work() as session:
        services.save_filter(session, current_actor(), page=PAGE, name=form.name.data or "", query=query)
    flash(_("Saringan tersimpan."))
    return redirect(f"{url_for('.officials')}?{query}")


@bp.post("/pegawai/saringan/<int:filter_id>/hapus")
@requires(Permission.OFFICIAL_LIST)
def forget_filter(filter_id: int) -> ResponseReturnValue:
    """Delete one of one's own filters."""
    with db.unit_of_work() as session:
        services.forget_filter(session, current_actor(), filter_id=filter_id)
    flash(_("Saringan dihapus."))
    return redirect(url_for(".officials"))


@bp.get("/pegawai/ekspor.<any(xlsx, csv):form>")
@requires(Permission.OFFICIAL_EXPORT)
def export(form: str) -> ResponseReturnValue:
    """Hand out the list with its present filters; the audit chain keeps who took how many rows."""
    actor, choice = current_actor(), forms.read_official_choice()
    with db.reading() as session:
        chosen = choice.filter(unit_queries.load_tree(session, actor), actor.unit_ids)
        count = official_queries.count_officials(session, chosen)
    title = _("Daftar pegawai: %(count)s baris", count=count)
    return hand_out(actor, Order(kind=OFFICIALS, form=form, title=title, choices=choice.used, rows=count))


@bp.get("/unit")
@requires(Permission.UNIT_READ)
def units() -> ResponseReturnValue:
    """Show the tree of units with the number of officials, or those whose name matches a search."""
    text = read_text()
    with db.reading() as session:
        tree = unit_queries.load_tree(session, current_actor())
        totals = unit_queries.total_officials(tree, unit_queries.count_officials(session))
    found = unit_queries.search(tree, text) if text else []
    return render_template("people/units.html", tree=tree, totals=totals, text=text, found=found)


@bp.get("/kompetensi")
@requires(Permission.POSITION_READ)
def competencies() -> ResponseReturnValue:
    """Show the nine competencies with their levels, and the default standard of every tier."""
    return render_template(
        "people/competencies.html",
        competencies=list(load_competencies().values()),
        standards=list(load_tier_standards().items()),
        citation=load_document("competencies")["citation"],
    )


@bp.get("/jabatan")
@requires(Permission.POSITION_READ)
def positions() -> ResponseReturnValue:
    """List positions with their holders."""
    actor, choice = current_actor(), forms.read_position_choice()
    with db.reading() as session:
        tree = unit_queries.load_tree(session, actor)
        chosen = choice.filter(tree, actor.unit_ids)
        paging = Paging.of(position_queries.count_positions(session, chosen), position_queries.PAGE_SIZE)
        rows = position_queries.list_positions(session, chosen, order=choice.order, page=paging.number)
    return render_template(
        "people/positions.html",
        rows=rows,
        paging=paging,
        choice=choice,
        units=forms.unit_options(tree),
        tiers=options("tier"),
    )


@bp.get("/jabatan/<path:code>")
@requires(Permission.POSITION_READ)
def position(code: str) -> ResponseReturnValue:
    """Show a position: its record, its standard, who holds it."""
    actor = current_actor()
    with db.reading() as session:
        head = position_queries.get_position(session, actor, code)
        tree = unit_queries.load_tree(session)
        holders = position_queries.list_holders(session, head.id)
    return render_template(
        "people/position.html",
        position=head,
        holders=holders,
        lines=position_queries.standard_lines(head),
        path=tree.path(head.unit_id),
        leads=tree.by_id.get(head.leads_unit_id) if head.leads_unit_id else None,
    )
