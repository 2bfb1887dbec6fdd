"""The index of the city and of each unit: mean, categories, what is missing, units below; ordering a computation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import log_readings
from merit.db import reading, unit_of_work
from merit.errors import RuleViolationError
from merit.people.queries.units import Unit, UnitTree, get_unit, load_tree, search
from merit.phrases import phrase
from merit.ranking.professionalism.domain.rules import CATEGORIES, DIMENSIONS, Rules
from merit.ranking.professionalism.domain.tally import Tally
from merit.ranking.professionalism.forms import ComputeForm
from merit.ranking.professionalism.jobs import order_run
from merit.ranking.professionalism.models import ProfessionalismRun
from merit.ranking.professionalism.queries import runs as queries
from merit.ranking.professionalism.services.runs import rules_of_run
from merit.ranking.professionalism.views.blueprint import bp
from merit.ranking.professionalism.views.people import people_content
from merit.ranking.professionalism.words import MISSING, bounds_text
from merit.security.permissions import Actor, Permission
from merit.web.access import current_actor, requires
from merit.web.filters import long_date, moment, url_with
from merit.web.labels import label, options
from merit.web.paging import Paging, read_choice, read_number, read_text

UNIT_ORDERS = ("nama", "pegawai", "indeks", "lengkap")
UNITS_PER_PAGE = 25
_UNPROCESSABLE = 422
_OPEN = "terbuka"


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit with the sums of everybody in it and below it."""

    unit: Unit
    tally: Tally


@bp.get("/indeks-profesionalitas")
@requires(Permission.PROFESSIONALISM_READ)
def city() -> ResponseReturnValue:
    """Show the index of everybody within reach, and of the units directly below."""
    actor, text = current_actor(), read_text("cari_unit")
    with reading() as session:
        run = queries.find_run(session, read_number("perhitungan") or None)
        if run is None:
            return render_template("professionalism/none.html", form=_compute_form())
        tree = load_tree(session, actor)
        content = _figures(session, run, tree, None, actor)
    found = search(tree, text) if text else _first_units(tree)
    content |= _unit_table(content["totals"], found)
    return render_template("professionalism/city.html", form=_compute_form(), text=text, **content)


@bp.get("/indeks-profesionalitas/unit/<path:code>")
@requires(Permission.PROFESSIONALISM_READ)
def unit(code: str) -> ResponseReturnValue:
    """Show a unit's index, the units below it and its people; the readings are logged."""
    actor = current_actor()
    with reading() as session:
        run = queries.get_run(session, read_number("perhitungan") or None)
        tree = load_tree(session, actor)
        shown = get_unit(tree, code)
        content = _figures(session, run, tree, shown, actor)
        content |= people_content(session, actor, run, tree, unit=shown)
    log_readings(actor, officials=[row.official_id for row in content["rows"]], what="reading-professionalism")
    content |= _unit_table(content["totals"], tree.children.get(shown.id, ()))
    return render_template("professionalism/unit.html", unit=shown, path=tree.path(shown.id), **content)


@bp.post("/indeks-profesionalitas/hitung")
@requires(Permission.PROFESSIONALISM_MANAGE)
def compute() -> ResponseReturnValue:
    """Order the index of a date; the page of the job tells how far it is."""
    form = ComputeForm()
    if form.validate() and form.as_of.data is not None:
        try:
            with unit_of_work() as session:
                job_id = order_run(session, current_actor(), as_of=form.as_of.data).id
            return redirect(url_for("jobs.show", job_id=job_id))
        except RuleViolationError as refusal:
            form.as_of.errors = [phrase(refusal.reason, **refusal.details)]
    return render_template("professionalism/none.html", form=form), _UNPROCESSABLE


def run_options(session: Session) -> list[tuple[str, str]]:
    """Return the computations one may look at: by date, an older one of the same date with its instant."""
    found, seen = [], set()
    for head in queries.list_runs(session):
        name = long_date(head.as_of)
        found.append((str(head.id), f"{name} ({moment(head.computed_at)})" if head.as_of in seen else name))
        seen.add(head.as_of)
    return found


def _compute_form() -> ComputeForm:
    return ComputeForm(formdata=None, as_of=clock.today())


def _figures(
    session: Session, run: ProfessionalismRun, tree: UnitTree, shown: Unit | None, actor: Actor
) -> dict[str, Any]:
    """Return the figures of everybody within reach or of one unit, PNS and PPPK apart as well."""
    who = read_choice("status", queries.CLASSES)
    each = queries.tallies_by_class(run)
    inside = actor.unit_ids if shown is None else tree.with_descendants(shown.id)
    tallies = {group: queries.whole_tally(own, inside) for group, own in each.items()}
    rules = rules_of_run(run)
    return {
        "run": run,
        "runs": run_options(session),
        "chosen": str(run.id) if read_number("perhitungan") else "",
        "who": who,
        "who_options": options("ipasn_who"),
        "whole": tallies[who],
        "tallies": tallies,
        "totals": queries.total_tallies(tree, each[who]),
        "categories": _distribution(tallies[who], rules),
        "dimensions": _dimensions(tallies[who], rules),
        "missing": _missing(tallies[who]),
        "bounds": bounds_text,
        "rules": rules,
    }


def _first_units(tree: UnitTree) -> Iterable[Unit]:
    """Return the topmost units; below a single one (the city itself) its children are what one looks for."""
    top = tree.children.get(None, ())
    return tree.children.get(top[0].id, top) if len(top) == 1 else top


def _unit_table(totals: dict[int, Tally], units: Iterable[Unit]) -> dict[str, Any]:
    order = read_choice("urut_unit", [*UNIT_ORDERS, *(f"-{key}" for key in UNIT_ORDERS)]) or "nama"
    lines = [UnitLine(each, totals.get(each.id, Tally())) for each in units]
    key = order.removeprefix("-")
    lines.sort(key=_unit_key(key), reverse=order.startswith("-"))
    if key == "indeks":  # units without people have no index: they stay behind in either direction
        lines.sort(key=lambda line: not line.tally.people)
    paging = Paging.of(len(lines), UNITS_PER_PAGE, "halaman_unit")
    first = (paging.number - 1) * UNITS_PER_PAGE
    return {
        "units": lines[first : first + UNITS_PER_PAGE],
        "unit_order": order,
        "unit_paging": paging,
        "unit_link": _unit_link,
    }


def _unit_link(*, urut: str | None = None, halaman: int | None = None) -> str:
    """Return the present address with another order or page of the units; the people's own stay."""
    return url_with(halaman_unit=halaman, **({} if urut is None else {"urut_unit": urut}))


def _unit_key(key: str) -> Callable[[UnitLine], Any]:
    def name(line: UnitLine) -> tuple[str, str]:
        return line.unit.name.lower(), line.unit.code

    keys: dict[str, Callable[[UnitLine], Any]] = {
        "nama": name,
        "pegawai": lambda line: (line.tally.people, name(line)),
        "indeks": lambda line: (line.tally.mean or (0, 0), name(line)),
        "lengkap": lambda line: (line.tally.people - line.tally.incomplete, name(line)),
    }
    return keys[key]


def _distribution(tally: Tally, rules: Rules) -> list[dict[str, Any]]:
    codes = (*CATEGORIES, _OPEN)
    ceilings = (100, *(int(rules.above[code]) for code in CATEGORIES[:-1]), None)
    return [
        {
            "code": code,
            "count": count,
            "share": count / tally.people if tally.people else 0,
            "above": max(int(rules.above[code]), 0) if code in rules.above else None,
            "to": ceiling,
        }
        for code, count, ceiling in zip(codes, tally.categories, ceilings, strict=True)
    ]


def _dimensions(tally: Tally, rules: Rules) -> list[dict[str, Any]]:
    return [
        {"code": code, "bounds": bounds, "maximum": rules.weights[code]}
        for code, bounds in zip(DIMENSIONS, tally.dimension_means, strict=True)
    ]


def _missing(tally: Tally) -> list[dict[str, Any]]:
    return [
        {"code": code, "name": label(code, "ipasn_missing"), "count": count}
        for code, count in zip(MISSING, tally.missing, strict=True)
    ]
