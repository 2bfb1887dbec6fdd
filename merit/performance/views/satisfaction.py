"""Public satisfaction: units side by side, one unit with its elements, entering a survey."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.db import reading
from merit.i18n import _
from merit.people.queries.units import get_unit, load_tree
from merit.performance.domain.satisfaction import SKM_ELEMENTS, class_of, find_interval
from merit.performance.forms.units import SurveyForm, seen_in
from merit.performance.queries import list_surveys
from merit.performance.queries import units as queries
from merit.performance.services.units import Survey, record_survey
from merit.performance.unit_exports import SATISFACTION, SURVEYS
from merit.performance.views.blueprint import bp
from merit.performance.views.filling import saved, status_of
from merit.performance.views.unit_pictures import draw_satisfaction
from merit.reference import load_document
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.exports import Order, hand_out
from merit.web.paging import Paging, read_order, read_text

PAGE_SIZE = 50


@bp.get("/kepuasan")
@requires(Permission.UNIT_READ)
def satisfaction() -> ResponseReturnValue:
    """List units with their newest survey, lowest index first."""
    text, order = read_text(), read_order(queries.SURVEY_ORDERS, "skm")
    with reading() as session:
        found = queries.list_newest(session, current_actor(), text=text, order=order)
    paging = Paging.of(len(found), PAGE_SIZE)
    return render_template(
        "units/satisfaction.html",
        rows=[
            (unit, row, find_interval(row.score, row.respondents, row.deviation), class_of(row.score))
            for unit, row in paging.cut(found)
        ],
        paging=paging,
        text=text,
        order=order,
        document=load_document("satisfaction"),
    )


@bp.get("/kepuasan/ekspor.<any(xlsx, csv, pdf):form>")
@requires(Permission.UNIT_READ)
def export_satisfaction(form: str) -> ResponseReturnValue:
    """Hand out the newest survey of the units listed."""
    actor, told = current_actor(), {"cari": read_text(), "urut": read_order(queries.SURVEY_ORDERS, "skm")}
    with reading() as session:
        count = len(queries.list_newest(session, actor, text=told["cari"]))
    title = _("Kepuasan masyarakat")
    return hand_out(actor, Order(kind=SATISFACTION, form=form, title=title, choices=told, rows=count))


@bp.get("/kepuasan/riwayat.<any(xlsx, csv, pdf):form>/<path:code>")
@requires(Permission.UNIT_READ)
def export_surveys(form: str, code: str) -> ResponseReturnValue:
    """Hand out every survey of one unit."""
    actor = current_actor()
    with reading() as session:
        unit = get_unit(load_tree(session, actor), code)
        count = len(list_surveys(session, unit.id))
    title = _("Survei kepuasan %(unit)s", unit=unit.name)
    return hand_out(actor, Order(kind=SURVEYS, form=form, title=title, choices={"kode": code}, rows=count))


@bp.get("/kepuasan/unit/<path:code>")
@requires(Permission.UNIT_READ)
def satisfaction_unit(code: str) -> ResponseReturnValue:
    """Show a unit's surveys: index with interval per period, and the elements of the newest."""
    with reading() as session:
        unit = get_unit(load_tree(session, current_actor()), code)
        surveys = sorted(list_surveys(session, unit.id), key=lambda row: queries.period_key(row.period))
        means = queries.element_means(session, unit.id)
        files = queries.list_file_names(session, [row.batch_id for row in surveys])
    told = [row.period for row in surveys if row.period in means]
    return render_template(
        "units/satisfaction_unit.html",
        unit=unit,
        surveys=[
            (row, find_interval(row.score, row.respondents, row.deviation), class_of(row.score))
            for row in reversed(surveys)
        ],
        picture=draw_satisfaction(unit.name, surveys),
        files=files,
        period=told[-1] if told else "",
        elements=sorted(means[told[-1]].items(), key=lambda item: item[1]) if told else [],
        document=load_document("satisfaction"),
    )


@bp.route("/kepuasan/isi/<path:code>", methods=["GET", "POST"])
@requires(Permission.UNIT_RECORD)
def edit_survey(code: str) -> ResponseReturnValue:
    """Enter a unit's survey of a period."""
    actor = current_actor()
    with reading() as session:
        unit = get_unit(load_tree(session, actor), code)
        period = read_text("periode")
        standing = queries.find_survey(session, unit.id, period)
        means = queries.element_means(session, unit.id).get(period, {})
    given = {"period": period, **means} | ({} if standing is None else standing._asdict())
    form = SurveyForm(data={**given, "row": str(0 if standing is None else standing.id)})
    if request.method == "POST" and saved(
        form,
        lambda session: record_survey(
            session,
            actor,
            unit_id=unit.id,
            survey=Survey(
                period=form.period.data or "",
                means=form.means,
                respondents=form.respondents.data or 0,
                deviation=form.deviation.data,
            ),
            seen=seen_in(form),
        ),
        _("Survei tersimpan."),
    ):
        return redirect(url_for(".satisfaction_unit", code=code))
    return render_template("units/survey_form.html", form=form, unit=unit, elements=SKM_ELEMENTS), status_of(form)
