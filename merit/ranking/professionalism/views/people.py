"""People and their indices: the list, one person with the evidence of every part, and one's own page."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit.audit.services import log_reading, log_readings
from merit.db import reading
from merit.i18n import _
from merit.people.queries.units import Unit, UnitTree, load_tree
from merit.ranking.professionalism import exports
from merit.ranking.professionalism.choices import LineChoice, choice_of
from merit.ranking.professionalism.domain.rules import CATEGORIES
from merit.ranking.professionalism.models import ProfessionalismRun
from merit.ranking.professionalism.queries import lines as queries
from merit.ranking.professionalism.queries import runs as run_queries
from merit.ranking.professionalism.services.persons import Measured, PersonView, view_official, view_own
from merit.ranking.professionalism.services.runs import rules_of_run
from merit.ranking.professionalism.views.blueprint import bp
from merit.ranking.professionalism.words import bounds_text, notes_of, todo_of, todos_of
from merit.security.permissions import Actor, Permission
from merit.web.access import current_actor, requires
from merit.web.exports import Order, hand_out
from merit.web.filters import long_date
from merit.web.labels import label, options
from merit.web.paging import Paging, read_number, read_text


def read_choices(unit: Unit | None = None) -> LineChoice:
    """Read what the address narrows the people to; a page of a unit has its own unit."""
    given = {name: request.args.get(name, "") for name in LineChoice.__dataclass_fields__}
    given |= {"cari": read_text(), "unit": unit.code if unit else read_text("unit")}
    return choice_of(given)


def people_content(
    session: Session, actor: Actor, run: ProfessionalismRun, tree: UnitTree, *, unit: Unit | None = None
) -> dict[str, Any]:
    """Return one page of people with everything their table shows."""
    choice = read_choices(unit)
    chosen = choice.filter(run.id, tree, actor.unit_ids)
    paging = Paging.of(queries.count_lines(session, chosen), queries.PAGE_SIZE)
    rows = queries.list_lines(session, chosen, order=choice.urut, page=paging.number)
    rules = rules_of_run(run)
    return {
        "rows": rows,
        "notes": {row.official_id: notes_of(row.line, run.as_of, rules) for row in rows},
        "paging": paging,
        "choice": choice,
        "categories_options": [(code, label(code, "ipasn_category")) for code in (*CATEGORIES, queries.OPEN_CATEGORY)],
        "group_options": options("ipasn_group"),
        "missing_options": options("ipasn_missing"),
        "gap_options": options("ipasn_gap"),
        "who_options": options("ipasn_who"),
        "bounds": bounds_text,
    }


@bp.get("/indeks-profesionalitas/pegawai")
@requires(Permission.PROFESSIONALISM_READ)
def people() -> ResponseReturnValue:
    """List everybody within reach; the readings are logged."""
    actor = current_actor()
    with reading() as session:
        run = run_queries.get_run(session, read_number("perhitungan") or None)
        tree = load_tree(session, actor)
        content = people_content(session, actor, run, tree)
    log_readings(actor, officials=[row.official_id for row in content["rows"]], what="reading-professionalism")
    units = [(each.code, each.name) for _depth, each in tree.walk()]
    return render_template("professionalism/people.html", run=run, units=units, **content)


@bp.get("/indeks-profesionalitas/ekspor.<any(xlsx, csv):form>")
@requires(Permission.OFFICIAL_EXPORT)
def export(form: str) -> ResponseReturnValue:
    """Hand out the people as narrowed, or the page of the job that writes them."""
    actor, choice = current_actor(), read_choices()
    with reading() as session:
        run = run_queries.get_run(session, read_number("perhitungan") or None)
        rows = queries.count_lines(session, choice.filter(run.id, load_tree(session, actor), actor.unit_ids))
    title = _("Indeks profesionalitas per %(day)s", day=long_date(run.as_of))
    choices = {**choice.used, "perhitungan": run.id}
    return hand_out(actor, Order(kind=exports.INDICES, form=form, title=title, choices=choices, rows=rows))


@bp.get("/indeks-profesionalitas/pegawai/<nip>")
@requires(Permission.PROFESSIONALISM_READ)
def person(nip: str) -> ResponseReturnValue:
    """Show one official's index with its evidence; the reading is logged."""
    actor = current_actor()
    with reading() as session:
        view = view_official(session, actor, nip=nip, run_id=read_number("perhitungan") or None)
    log_reading(actor, official_id=view.official.id, what="reading-professionalism")
    return render_template("professionalism/person.html", **_person_content(view))


@bp.get("/saya/indeks-profesionalitas")
@requires(Permission.SELF_READ)
def own() -> ResponseReturnValue:
    """Show one's own index as the records say today, and what would raise it."""
    with reading() as session:
        view = view_own(session, current_actor())
    return render_template("professionalism/own.html", **_person_content(view))


def _person_content(view: PersonView) -> dict[str, Any]:
    return {
        "view": view,
        "official": view.official,
        "shown": view.shown,
        "dimensions": _dimensions(view.shown) if view.shown else [],
        "changed": _changed(view),
        "bounds": bounds_text,
    }


def _dimensions(shown: Measured) -> list[dict[str, Any]]:
    todos = todos_of(shown.index, shown.as_of)
    return [
        {
            "dimension": each,
            "todo": todos.get(each.code, ""),
            "parts": [(part, todo_of(part, shown.as_of, shown.rules)) for part in each.parts],
        }
        for each in shown.index.dimensions
    ]


def _changed(view: PersonView) -> bool:
    """Whether today's records say something else than the computation shown."""
    if view.shown is None or view.today is None:
        return False
    then, now = view.shown.index, view.today.index
    return (then.low, then.high) != (now.low, now.high)
