"""Vacancies: the list, one of them, a new one, and the order to rank."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.queries.sittings import user_names
from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _
from merit.phrases import phrase
from merit.ranking.forms import VacancyForm
from merit.ranking.jobs import order_run
from merit.ranking.models import PATHWAYS
from merit.ranking.queries import (
    VACANCY_SORTS,
    count_vacancies,
    list_positions_for_choice,
    list_runs,
    own_standard,
    standard_of,
    vacancy_lines,
)
from merit.ranking.services.policies import list_in_force, load_policy
from merit.ranking.services.simulations import list_simulations, runs_of
from merit.ranking.services.vacancies import VacancyInput, announce_vacancy, get_vacancy_view
from merit.ranking.views.blueprint import bp
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_order, read_text

PER_PAGE = 25
_UNPROCESSABLE = 422


@bp.get("/lowongan")
@requires(Permission.VACANCY_READ)
def vacancies() -> ResponseReturnValue:
    """List vacancies, searched, filtered and sorted."""
    search, pathway = read_text(), read_choice("jalur", PATHWAYS)
    order = read_order(VACANCY_SORTS, "-as_of")
    with reading() as session:
        paging = Paging.of(count_vacancies(session, search=search, pathway=pathway), PER_PAGE)
        rows = vacancy_lines(
            session,
            search=search,
            pathway=pathway,
            order=order,
            limit=PER_PAGE,
            offset=(paging.number - 1) * PER_PAGE,
        )
    return render_template(
        "ranking/vacancies.html",
        rows=rows,
        paging=paging,
        search=search,
        pathway=pathway,
        pathways=options("pathway"),
        order=order,
    )


@bp.route("/lowongan/baru", methods=["GET", "POST"])
@requires(Permission.VACANCY_MANAGE)
def create() -> ResponseReturnValue:
    """Announce a vacancy."""
    form = VacancyForm()
    with reading() as session:
        _fill_choices(form, session)
        positions = list_positions_for_choice(session)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                announce_vacancy(session, current_actor(), vacancy=_input(form))
        except MeritError as error:
            form.form_errors = [phrase(error.reason, **error.details)]
        else:
            flash(_("Lowongan tercatat. Kebijakan yang berlaku dibekukan untuknya."), "success")
            return redirect(url_for(".vacancy", code=form.code.data))
    status = _UNPROCESSABLE if form.errors else 200
    return render_template("ranking/vacancy_form.html", form=form, positions=positions), status


@bp.get("/lowongan/<path:code>")
@requires(Permission.VACANCY_READ)
def vacancy(code: str) -> ResponseReturnValue:
    """Show a vacancy with its frozen policy, standard and runs."""
    with reading() as session:
        view = get_vacancy_view(session, current_actor(), code)
        runs = list_runs(session, vacancy_id=view.vacancy.id)
        own = own_standard(view.position)
        standard = [
            {"code": code, "level": level, "own": code in own} for code, level in standard_of(view.position).items()
        ]
        simulations = list_simulations(session, vacancy_id=view.vacancy.id)
        return render_template(
            "ranking/vacancy.html",
            vacancy=view,
            runs=runs,
            standard=standard,
            policy=load_policy(view.version),
            simulations=simulations,
            simulated_runs=runs_of(session, simulations),
            names=user_names(session, [row.user_id for row in simulations]),
        )


@bp.post("/lowongan/<path:code>/peringkat")
@requires(Permission.RUN_CREATE)
def rank(code: str) -> ResponseReturnValue:
    """Order a run; long ones go to the worker and show their progress."""
    with unit_of_work() as session:
        job = order_run(session, current_actor(), vacancy_code=code)
        job_id = job.id
    flash(_("Peringkat sedang disusun. Halaman ini boleh ditinggalkan."), "info")
    return redirect(url_for("jobs.show", job_id=job_id))


def _fill_choices(form: VacancyForm, session: Session) -> None:
    form.pathway.choices = options("pathway")
    if not form.is_submitted():
        form.pathway.data = "seleksi_internal"
    automatic = ("", _("Yang berlaku untuk jenjang jabatan"))
    form.policy_code.choices = [automatic, *((v.code, f"{v.title} ({v.code})") for v in list_in_force(session))]


def _input(form: VacancyForm) -> VacancyInput:
    return VacancyInput(
        code=(form.code.data or "").strip(),
        position_code=(form.position_code.data or "").strip(),
        as_of=form.as_of.data or clock.today(),
        pathway=form.pathway.data,
        inauguration=form.inauguration.data,
        size=form.size.data,
        policy_code=form.policy_code.data,
    )
