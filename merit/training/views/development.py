"""Pages of development: gaps of the city and of units as heat maps, of a unit's officials, of one official."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import log_reading, log_readings
from merit.db import reading, unit_of_work
from merit.errors import NotFoundError
from merit.evidence import COMPETENCIES
from merit.people.queries.positions import PositionFilter, list_positions
from merit.people.queries.record import get_official, get_official_by_id
from merit.people.queries.units import Unit, UnitTree, get_unit, load_tree
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.training.jobs import order_count
from merit.training.queries.classes import open_by_programme
from merit.training.queries.gap_list import find_gaps
from merit.training.queries.person_plan import person_lines
from merit.training.queries.plans import heat_map, newest_count
from merit.training.queries.targets import Against, list_targets
from merit.training.views.blueprint import bp
from merit.training.views.gap_lists import READING, listed_page, read_asked, told_suggestion
from merit.web.access import current_actor, requires
from merit.web.paging import read_text

SHOWN_MATCHES = 10


@bp.get("/pelatihan/kesenjangan")
@requires(Permission.TRAINING_READ)
def gaps() -> ResponseReturnValue:
    """Show the gaps of the units at the top of one's scope, each with those below it; one alone shows its parts."""
    with reading() as session:
        tree = load_tree(session, current_actor())
        count = newest_count(session)
        tops = [unit for depth, unit in tree.walk() if depth == 0]
        units = tops if len(tops) > 1 else [unit for top in tops for unit in (top, *_below(tree, top))]
        cells = heat_map(session, tree, count.id, units) if count else {}
    return render_template(
        "training/gaps.html", units=units, cells=cells, count=count, competencies=COMPETENCIES, at_unit=None
    )


@bp.post("/pelatihan/kesenjangan/hitung")
@requires(Permission.TRAINING_MANAGE)
def gaps_count() -> ResponseReturnValue:
    """Order a new count."""
    with unit_of_work() as session:
        job_id = order_count(session, current_actor()).id
    return redirect(url_for("jobs.show", job_id=job_id))


@bp.get("/pelatihan/kesenjangan/unit/<code>")
@requires(Permission.TRAINING_READ)
def unit_gaps(code: str) -> ResponseReturnValue:
    """Show a unit: the heat map of the units in it, and its own officials with the best programme for each."""
    actor, asked = current_actor(), read_asked()
    with reading() as session:
        tree = load_tree(session, actor)
        unit = get_unit(tree, code)
        count = newest_count(session)
        units = [unit, *_below(tree, unit)]
        cells = heat_map(session, tree, count.id, units) if count else {}
        found = find_gaps(session, asked.choice(frozenset({unit.id})), as_of=clock.today())
        listed = listed_page(session, found, asked)
    log_readings(actor, officials=[row.official_id for row in listed["rows"]], what=READING)
    return render_template(
        "training/gaps.html", units=units, cells=cells, count=count, competencies=COMPETENCIES, at_unit=unit, **listed
    )


def _below(tree: UnitTree, unit: Unit) -> tuple[Unit, ...]:
    return tuple(tree.children.get(unit.id, ()))


@bp.get("/pelatihan/kesenjangan/pegawai/<nip>")
@requires(Permission.TRAINING_READ)
def person_gaps(nip: str) -> ResponseReturnValue:
    """Show the development plan of an official of one's units."""
    actor = current_actor()
    with reading() as session:
        head = get_official(session, actor, nip)
        page = _content(session, head.id)
    log_reading(actor, official_id=head.id, what=READING)
    ends = {line.target.id: url_for(".target_end", nip=head.nip, target_id=line.target.id) for line in page["present"]}
    return render_template("training/person_gaps.html", official=head, page=page, ends=ends)


@bp.get("/saya/pengembangan")
@requires(Permission.SELF_READ)
def own_gaps() -> ResponseReturnValue:
    """Show one's own development plan."""
    actor = current_actor()
    if actor.official_id is None:
        raise NotFoundError("portal-no-official")
    with reading() as session:
        head = get_official_by_id(session, actor, actor.official_id)
        page = _content(session, head.id)
    ends = {line.target.id: url_for(".own_target_end", target_id=line.target.id) for line in page["present"]}
    return render_template("training/own_gaps.html", official=head, page=page, ends=ends)


def _content(session: Session, official_id: int) -> dict[str, Any]:
    """Return the gaps against the post held, every target post, and the post the address names."""
    target, search, today, problem = read_text("jabatan"), read_text("cari_jabatan"), clock.today(), ""
    targets = list_targets(session, official_id)
    present = [line for line in targets if line.target.ended_at is None]
    try:
        lines = person_lines(session, official_id, as_of=today, target=target)
    except NotFoundError as error:
        lines, problem = person_lines(session, official_id, as_of=today), phrase(error.reason, **error.details)
        target = ""
    beside = [(line, person_lines(session, official_id, as_of=today, target=line.code)) for line in present]
    return {
        "lines": lines,
        "beside": [
            (line.name, {each.competency: each for each in found}) for line, found in beside if line.code != target
        ],
        "present": present,
        "ended": [line for line in targets if line.target.ended_at is not None],
        "classes": open_by_programme(session, today),
        "target": target,
        "against": Against.TARGET.value if target else Against.POST.value,
        "is_stored": not target or target in {line.code for line in present},  # else no nomination can name it
        "problem": problem,
        "search": search,
        "matches": list_positions(session, PositionFilter(text=search), size=SHOWN_MATCHES) if search else [],
        "told": told_suggestion,
        "phrase": phrase,
        "action": request.path,
    }
