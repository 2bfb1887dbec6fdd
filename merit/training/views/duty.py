"""The yearly learning duty: city, unit, person, each leading to the next."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from merit import clock
from merit.audit.services import log_readings
from merit.db import reading
from merit.i18n import _
from merit.people.queries.units import get_unit, load_tree
from merit.security.permissions import Permission
from merit.training.domain.duty import DUTY_HOURS
from merit.training.queries import duty as queries
from merit.training.views.blueprint import bp
from merit.training.views.exports import DUTY
from merit.web.access import current_actor, requires
from merit.web.exports import Order, hand_out
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_number, read_text

PER_PAGE = 50
_OLDEST = 10


@bp.get("/pelatihan/kewajiban")
@requires(Permission.TRAINING_READ)
def duty() -> ResponseReturnValue:
    """Show how far units are with the yearly duty, and the people of the unit chosen; the reading is logged."""
    actor, year = current_actor(), _year()
    code, show = read_text("unit"), read_choice("keadaan", queries.DUTY_SHOWS)
    with reading() as session:
        tree = load_tree(session, actor)
        unit = get_unit(tree, code) if code else None
        totals = queries.total_by_unit(tree, queries.count_by_unit(session, year))
        below = queries.children_of(tree, unit)
        inside = tree.with_descendants(unit.id) if unit else frozenset()
        paging = Paging.of(queries.count_people(session, year, inside, show) if unit else 0, PER_PAGE)
        offset = (paging.number - 1) * PER_PAGE
        people = queries.list_people(session, year, inside, show, limit=PER_PAGE, offset=offset) if unit else []
    log_readings(actor, officials=[line.official_id for line in people], what="reading-duty")
    whole = totals[unit.id] if unit else queries.together(totals[each.id] for each in below)
    return render_template(
        "training/duty.html",
        year=year,
        years=[str(clock.today().year - back) for back in range(_OLDEST)],
        unit=unit,
        path=tree.path(unit.id) if unit else [],
        whole=whole,
        below=[(each, totals[each.id]) for each in below],
        people=people,
        unit_names={each.id: each.name for each in tree.by_id.values()},
        paging=paging,
        show=show,
        shows=options("duty_show"),
        duty_hours=DUTY_HOURS,
    )


@bp.get("/pelatihan/kewajiban/ekspor.<any(xlsx, csv):form>")
@requires(Permission.TRAINING_NOMINATE)
def duty_export(form: str) -> ResponseReturnValue:
    """Hand out the people of a unit, or of everything within reach, with their hours."""
    actor, year = current_actor(), _year()
    code, show = read_text("unit"), read_choice("keadaan", queries.DUTY_SHOWS)
    with reading() as session:
        tree = load_tree(session, actor)
        inside = tree.with_descendants(get_unit(tree, code).id) if code else frozenset(tree.by_id)
        count = queries.count_people(session, year, inside, show)
    choices = {"unit": code, "year": year, "show": show}
    title = _("Kewajiban belajar %(year)s: %(count)s baris", year=year, count=count)
    return hand_out(actor, Order(kind=DUTY, form=form, title=title, choices=choices, rows=count))


def _year() -> int:
    present = clock.today().year
    chosen = read_number("tahun", present)
    return chosen if present - _OLDEST < chosen <= present else present
