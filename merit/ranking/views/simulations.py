"""Simulations of a run: change weights, neutral values and gates, see who moves; everything is logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit.assessment.queries.sittings import user_names
from merit.audit.services import log_download, log_readings, record_readings
from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _, current_locale
from merit.phrases import phrase
from merit.ranking.gate_params import known_params
from merit.ranking.report.head import run_head
from merit.ranking.report.simulation import SHOWS, simulation_page
from merit.ranking.services.simulations import (
    MAX_CONSIDERED,
    PreparedSimulation,
    check_simulation,
    compute_simulation,
    list_simulations,
    open_simulation,
    runs_of,
    store_simulation,
)
from merit.ranking.services.vacancies import get_vacancy_view
from merit.ranking.sheet import FLAGS, nest
from merit.ranking.sheet_figures import sheet_figures
from merit.ranking.simulation import BLOCKING, OFF, Changes, open_fields, real_changes
from merit.ranking.store.loading import LoadedRun
from merit.ranking.views.blueprint import bp
from merit.ranking.views.runs import open_vacancy_run
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import csv_response
from merit.web.paging import Paging, read_choice, read_number

PER_PAGE = 25
_PREFIX, _GATE = "f.", "g."
_UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The form of a simulation as typed, with what is wrong at which field."""

    fields: Mapping[str, str]
    neutral: str = "0"
    gates: Mapping[str, str] = field(default_factory=dict)
    purpose: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[tuple[str, str], ...] = ()


@bp.get("/lowongan/<path:code>/peringkat/<run>/simulasi")
@requires(Permission.RUN_READ)
def simulations(code: str, run: str) -> ResponseReturnValue:
    """List the simulations on a run and offer the form for another one."""
    with reading() as session:
        loaded = open_vacancy_run(session, code, run)
        typed = Typed(fields=open_fields(loaded.policy.document, comma=current_locale().language == "id"))
        return _page(session, loaded, code, typed)


@bp.post("/lowongan/<path:code>/peringkat/<run>/simulasi")
@requires(Permission.POLICY_SIMULATE)
def simulate(code: str, run: str) -> ResponseReturnValue:
    """Compute and log a simulation; a form with problems comes back as it was typed."""
    typed = _read()
    with reading() as session:
        loaded = open_vacancy_run(session, code, run)
        try:
            typed, prepared = _compute(loaded, typed)
        except MeritError as error:
            typed = _with_problem(typed, _place(error.reason), phrase(error.reason, **error.details))
            prepared = None
        if prepared is None:
            return _page(session, loaded, code, typed), _UNPROCESSABLE
    with unit_of_work() as session:
        name = store_simulation(session, current_actor(), prepared=prepared).code
    flash(_("Simulasi %(code)s dihitung dan dicatat.", code=name), "success")
    return redirect(url_for(".simulation", code=code, run=run, name=name))


@bp.get("/lowongan/<path:code>/peringkat/<run>/simulasi/<name>")
@requires(Permission.RUN_READ)
def simulation(code: str, run: str, name: str) -> ResponseReturnValue:
    """Show what a simulation moves; it is computed again and compared with the logged hash."""
    show = read_choice("tampil", SHOWS) or SHOWS[0]
    with reading() as session:
        loaded = open_vacancy_run(session, code, run)
        simulated = open_simulation(session, current_actor(), run=loaded, code=name)
        page = simulation_page(session, loaded, simulated, show=show, page=read_number("halaman", 1), per_page=PER_PAGE)
        vacancy = get_vacancy_view(session, current_actor(), code)
        names = user_names(session, [simulated.row.user_id])
    log_readings(current_actor(), officials=page.shown, what="reading-simulation", reason=name)
    return render_template(
        "ranking/simulation.html",
        page=page,
        simulation=simulated.row,
        vacancy=vacancy,
        names=names,
        show=show,
        paging=Paging.of(page.total, PER_PAGE),
    )


@bp.get("/lowongan/<path:code>/peringkat/<run>/simulasi/<name>/unduh.csv")
@requires(Permission.RUN_EXPORT)
def simulation_csv(code: str, run: str, name: str) -> Response:
    """Hand out everybody ranked before or after, marked as a simulation on every line; the download is logged."""
    with reading() as session:
        loaded = open_vacancy_run(session, code, run)
        simulated = open_simulation(session, current_actor(), run=loaded, code=name)
        page = simulation_page(session, loaded, simulated, show="semua", page=1, per_page=MAX_CONSIDERED)
    with unit_of_work() as session:
        log_download(session, current_actor(), subject=f"simulation:{simulated.row.code}", rows=page.total)
        officials = [row.official_id for row in page.rows]
        record_readings(session, current_actor(), officials=officials, what="reading-download", reason=name)
    headings = [
        *(_("Keterangan"), _("NIP"), _("Nama"), _("Peringkat semula"), _("Peringkat simulasi")),
        *(_("Skor semula"), _("Skor simulasi"), _("Mengapa")),
    ]
    marked = _("SIMULASI %(code)s", code=simulated.row.code)
    rows = [
        (
            *(marked, row.nip, row.name, row.rank_before, row.rank_after),
            *(row.score_before, row.score_after, "; ".join(row.reasons)),
        )
        for row in page.rows
    ]
    return csv_response(f"simulasi-{simulated.row.code}", headings, rows)


def _compute(run: LoadedRun, typed: Typed) -> tuple[Typed, PreparedSimulation | None]:
    """Return the form and the computed simulation, None when fields are wrong."""
    changes = Changes(
        fields=real_changes(run.policy.document, typed.fields),
        neutral=_neutral(typed.neutral),
        gates={identity: mode for identity, mode in typed.gates.items() if mode},
    )
    checked = check_simulation(run, changes)
    if checked.policy is None:
        for path, code, details in checked.problems:
            sentence = phrase(code, line=0, **details).partition(": ")[2]
            typed = _with_problem(typed, path, sentence[:1].upper() + sentence[1:])
        return typed, None
    prepared = compute_simulation(
        current_actor(), run=run, changes=changes, policy=checked.policy, purpose=typed.purpose
    )
    return typed, prepared


def _read() -> Typed:
    form = request.form
    return Typed(
        fields={name.removeprefix(_PREFIX): text for name, text in form.items() if name.startswith(_PREFIX)},
        neutral=form.get("netral", "0").strip() or "0",
        gates={name.removeprefix(_GATE): mode for name, mode in form.items() if name.startswith(_GATE)},
        purpose=form.get("untuk", ""),
    )


def _neutral(text: str) -> int:
    """Return the shift; what is no whole number is far out of bounds and therefore refused."""
    try:
        return int(text.replace("−", "-"))
    except ValueError:
        return 1_000


def _place(reason: str) -> str:
    return {"simulation-neutral": "netral", "simulation-purpose": "untuk", "simulation-purpose-long": "untuk"}.get(
        reason, ""
    )


def _with_problem(typed: Typed, path: str, sentence: str) -> Typed:
    return Typed(
        fields=typed.fields,
        neutral=typed.neutral,
        gates=typed.gates,
        purpose=typed.purpose,
        errors={**typed.errors, path: typed.errors.get(path, sentence)},
        problems=(*typed.problems, (path, sentence)),
    )


def _page(session: Session, run: LoadedRun, code: str, typed: Typed) -> str:
    rows = list_simulations(session, run_id=run.id)
    nested: dict[str, Any] = nest(typed.fields)
    sheet = [pillar if isinstance(pillar, dict) else {} for pillar in nested.get("pillars") or []]
    return render_template(
        "ranking/simulations.html",
        vacancy=get_vacancy_view(session, current_actor(), code),
        head=run_head(run),
        policy=run.policy,
        typed=typed,
        figures=sheet_figures({"pillars": sheet}),
        rows=rows,
        runs=runs_of(session, rows),
        names=user_names(session, [row.user_id for row in rows]),
        params={gate.id: known_params(gate.kind) for gate in run.policy.gates},
        flags=FLAGS,
        modes=[("", _("seperti kebijakan")), (OFF, _("tidak dipakai")), (BLOCKING, _("menggugurkan"))],
    )
