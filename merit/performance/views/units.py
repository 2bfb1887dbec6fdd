"""The board of units, a unit's figures over the years, its agreement by quarter."""

from __future__ import annotations

from decimal import Decimal

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.db import reading
from merit.i18n import _
from merit.people.queries.units import get_unit, load_tree
from merit.performance.domain.awards import AWARDS, load_awards, rank_units
from merit.performance.forms.units import AchievementForm, FiguresForm, TargetForm, seen_in
from merit.performance.queries import list_unit_results
from merit.performance.queries import units as queries
from merit.performance.queries.board import load_board
from merit.performance.services.units import (
    Target,
    YearFigures,
    newest_id,
    record_achievement,
    record_figures,
    record_target,
    require_unit,
)
from merit.performance.unit_exports import AGREEMENT, BOARD
from merit.performance.views.blueprint import bp
from merit.performance.views.filling import saved, status_of
from merit.performance.views.unit_pictures import draw_trends
from merit.reference import load_document
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.exports import Order, hand_out
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_number, read_text

PAGE_SIZE = 50
_YEARS = (1950, 2200)


def read_year(default: int) -> int:
    """Return the year of the address, else the default."""
    year = read_number("tahun", default)
    return year if _YEARS[0] <= year <= _YEARS[1] else default


def board_choices() -> dict[str, str]:
    """Return what the address of the board asks for."""
    found = {"cari": read_text(), "kategori": read_choice("kategori", AWARDS), "isi": read_choice("isi", ("semua",))}
    return {name: value for name, value in found.items() if value}


@bp.get("/kinerja-unit")
@requires(Permission.UNIT_READ)
def unit_board() -> ResponseReturnValue:
    """Show units side by side with their figures of a year, ranked by one award category."""
    choices = board_choices()
    award = choices.get("kategori", "")
    with reading() as session:
        years = queries.list_result_years(session) or [clock.today().year - 1]
        year = read_year(years[0])
        board = load_board(
            session, current_actor(), year, text=choices.get("cari", ""), award=award, every="isi" in choices
        )
    paging = Paging.of(len(board.rows), PAGE_SIZE)
    return render_template(
        "units/board.html",
        board=board,
        rows=paging.cut(board.rows),
        paging=paging,
        years=[(str(each), str(each)) for each in sorted({*years, year}, reverse=True)],
        choices=choices,
        award=load_awards().get(award),
        awards=options("award"),
    )


@bp.get("/kinerja-unit/ekspor.<any(xlsx, csv, pdf):form>")
@requires(Permission.UNIT_READ)
def export_board(form: str) -> ResponseReturnValue:
    """Hand out the board as it is shown."""
    actor, choices = current_actor(), board_choices()
    with reading() as session:
        years = queries.list_result_years(session) or [clock.today().year - 1]
        year = read_year(years[0])
        rows = len(load_board(session, actor, year, every="isi" in choices).rows)
    title = _("Kinerja unit %(year)s", year=year)
    return hand_out(actor, Order(kind=BOARD, form=form, title=title, choices={**choices, "tahun": year}, rows=rows))


@bp.get("/kinerja-unit/papan/<path:code>")
@requires(Permission.UNIT_READ)
def unit_figures(code: str) -> ResponseReturnValue:
    """Show a unit's figures over the years, with their sources and ranks."""
    actor = current_actor()
    with reading() as session:
        unit = get_unit(load_tree(session, actor), code)
        results = list_unit_results(session, unit.id)
        files = queries.list_file_names(session, [row.batch_id for row in results])
        standing = queries.list_results_of(session, results[0].year) if results else {}
        agreement_years = queries.list_agreement_years(session, unit.id)
    ranks = {
        award: (rank_units({each: getattr(row, award) for each, row in standing.items()}), len(standing))
        for award in AWARDS
    }
    return render_template(
        "units/figures.html",
        unit=unit,
        results=results,
        files=files,
        awards=[(load_awards()[award], ranks[award][0].get(unit.id), len(ranks[award][0])) for award in AWARDS],
        trends=draw_trends(unit.name, results),
        agreement_years=agreement_years,
        this_year=clock.today().year,
    )


@bp.route("/kinerja-unit/angka/<path:code>", methods=["GET", "POST"])
@requires(Permission.UNIT_ASSESS)
def edit_figures(code: str) -> ResponseReturnValue:
    """Enter a unit's figures of a year."""
    actor = current_actor()
    with reading() as session:
        unit = get_unit(load_tree(session, actor), code)
        year = read_year(clock.today().year - 1)
        standing = queries.find_result(session, unit.id, year)
        so_far = queries.year_so_far(queries.list_indicators(session, unit.id, year))
    given = {}
    if standing is not None:
        sources = standing.sources or {}
        given = {**standing._asdict(), **{f"{figure}_source": told for figure, told in sources.items()}}
    form = FiguresForm(data={**given, "row": str(0 if standing is None else standing.id)})
    form.offer()
    if request.method == "GET" and standing is None:
        form.achievement.data = so_far.percent
    if request.method == "POST" and saved(
        form,
        lambda session: record_figures(
            session,
            actor,
            unit_id=unit.id,
            year=year,
            figures=YearFigures(
                achievement=form.achievement.data or Decimal(0),
                predicate=form.predicate.data or None,
                awards=form.awards,
                sources=form.sources,
            ),
            seen=seen_in(form),
        ),
        _("Angka tahun %(year)s tersimpan.", year=year),
    ):
        return redirect(url_for(".unit_figures", code=code))
    page = render_template("units/figures_form.html", form=form, unit=unit, year=year, so_far=so_far, awards=AWARDS)
    return page, status_of(form)


@bp.get("/kinerja-unit/perjanjian/<path:code>")
@requires(Permission.UNIT_READ)
def agreement(code: str) -> ResponseReturnValue:
    """Show a unit's agreement of a year: targets, what was reached by quarter, what it makes of the year."""
    actor = current_actor()
    with reading() as session:
        unit = get_unit(load_tree(session, actor), code)
        years = queries.list_agreement_years(session, unit.id)
        year = read_year(years[0] if years else clock.today().year)
        indicators = queries.list_indicators(session, unit.id, year)
    return render_template(
        "units/agreement.html",
        unit=unit,
        year=year,
        years=sorted({*years, year, clock.today().year}, reverse=True),
        indicators=indicators,
        percents={
            row.id: queries.line_of(row).percent for indicator in indicators for row in indicator.quarters.values()
        },
        so_far=queries.year_so_far(indicators),
        limits=load_document("agreements"),
    )


@bp.get("/kinerja-unit/unduh-perjanjian.<any(xlsx, csv, pdf):form>/<path:code>")
@requires(Permission.UNIT_READ)
def export_agreement(form: str, code: str) -> ResponseReturnValue:
    """Hand out one unit's agreement of a year, by quarter."""
    actor, year = current_actor(), read_year(clock.today().year)
    with reading() as session:
        unit = get_unit(load_tree(session, actor), code)
        count = len(queries.list_indicators(session, unit.id, year))
    title = _("Perjanjian kinerja %(year)s %(unit)s", year=year, unit=unit.name)
    return hand_out(
        actor, Order(kind=AGREEMENT, form=form, title=title, choices={"kode": code, "tahun": year}, rows=count)
    )


@bp.route("/kinerja-unit/indikator/<path:code>", methods=["GET", "POST"])
@requires(Permission.UNIT_RECORD)
def edit_indicator(code: str) -> ResponseReturnValue:
    """Enter an indicator of a unit's agreement with its targets."""
    actor = current_actor()
    with reading() as session:
        unit = get_unit(load_tree(session, actor), code)
        year = read_year(clock.today().year)
        standing = queries.find_indicator(session, unit.id, year, request.args.get("indikator", ""))
    given: dict[str, object] = {}
    if standing is not None:
        given = {"name": standing.name, "measure": standing.measure, "source": standing.source}
        given |= {"lower": standing.lower_is_better}
        given |= {f"q{quarter}": row.target for quarter, row in standing.quarters.items()}
    form = TargetForm(data={**given, "row": str(newest_id(standing))})
    if request.method == "POST" and saved(
        form,
        lambda session: record_target(
            session,
            actor,
            unit_id=unit.id,
            year=year,
            target=Target(
                name=form.name.data or "",
                measure=form.measure.data or "",
                source=form.source.data or "",
                lower_is_better=bool(form.lower.data),
                quarters=form.quarters,
            ),
            seen=seen_in(form),
        ),
        _("Target tersimpan."),
    ):
        return redirect(url_for(".agreement", code=code, tahun=year))
    return render_template("units/indicator_form.html", form=form, unit=unit, year=year), status_of(form)


@bp.route("/kinerja-unit/realisasi/<int:target_id>", methods=["GET", "POST"])
@requires(Permission.UNIT_RECORD)
def edit_achievement(target_id: int) -> ResponseReturnValue:
    """Enter what was reached of one indicator by the end of a quarter."""
    actor = current_actor()
    with reading() as session:
        row = queries.get_target(session, target_id)
        require_unit(actor, Permission.UNIT_RECORD, row.unit_id)
        unit = load_tree(session, actor).by_id[row.unit_id]
    form = AchievementForm(data={"realised": row.realised, "note": row.note})
    if request.method == "POST" and saved(
        form,
        lambda session: record_achievement(
            session, actor, target_id=target_id, realised=form.realised.data or Decimal(0), note=form.note.data or ""
        ),
        _("Realisasi tersimpan."),
    ):
        return redirect(url_for(".agreement", code=unit.code, tahun=row.year))
    page = render_template("units/achievement_form.html", form=form, unit=unit, row=row)
    return page, status_of(form)
