"""Pages of programmes: the list with its export, one programme, adding and changing it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.training.forms.planning import ProgrammeForm, competency_options
from merit.training.models.records import TRAINING_KINDS, TRAINING_PATHS
from merit.training.queries.classes import list_classes
from merit.training.queries.programmes import PROGRAMME_SORTS, count_programmes, get_programme, list_programmes
from merit.training.services.programmes import change_programme, create_programme, retire_programme
from merit.training.views.blueprint import bp
from merit.training.views.exports import PROGRAMMES
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.exports import Order, hand_out
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_order, read_text

PER_PAGE = 25
_UNPROCESSABLE = 422


def _narrowed() -> dict[str, str]:
    return {
        "text": read_text(),
        "kind": read_choice("jenis", TRAINING_KINDS),
        "path": read_choice("jalur", TRAINING_PATHS),
        "competency": read_choice("kompetensi", [code for code, _name in competency_options()]),
        "state": read_choice("keadaan", ("used", "retired")),
    }


@bp.get("/pelatihan/program")
@requires(Permission.TRAINING_READ)
def programmes() -> ResponseReturnValue:
    """List programmes."""
    narrowed, order = _narrowed(), read_order(PROGRAMME_SORTS, "name")
    with reading() as session:
        paging = Paging.of(count_programmes(session, **narrowed), PER_PAGE)
        rows = list_programmes(session, order=order, limit=PER_PAGE, offset=(paging.number - 1) * PER_PAGE, **narrowed)
    return render_template(
        "training/programmes.html",
        rows=rows,
        paging=paging,
        chosen=narrowed,
        order=order,
        kinds=options("training_kind"),
        paths=options("training_path"),
        states=options("programme_state"),
        competencies=competency_options(),
    )


@bp.get("/pelatihan/program/ekspor.<any(xlsx, csv):form>")
@requires(Permission.TRAINING_READ)
def programmes_export(form: str) -> ResponseReturnValue:
    """Hand out the list with its present filters."""
    narrowed = _narrowed()
    with reading() as session:
        count = count_programmes(session, **narrowed)
    title = _("Program pelatihan: %(count)s baris", count=count)
    return hand_out(current_actor(), Order(kind=PROGRAMMES, form=form, title=title, choices=narrowed, rows=count))


@bp.route("/pelatihan/program/baru", methods=["GET", "POST"])
@requires(Permission.TRAINING_MANAGE)
def programme_new() -> ResponseReturnValue:
    """Add a programme."""
    form = ProgrammeForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                code = create_programme(session, current_actor(), planned=form.planned()).code
        except MeritError as error:
            form.form_errors = [phrase(error.reason, **error.details)]
        else:
            flash(_("Program tersimpan. Rencanakan kelasnya."), "success")
            return redirect(url_for(".programme", code=code))
    status = _UNPROCESSABLE if form.errors else 200
    return render_template("training/programme_form.html", form=form, programme=None), status


@bp.get("/pelatihan/program/<code>")
@requires(Permission.TRAINING_READ)
def programme(code: str) -> ResponseReturnValue:
    """Show a programme with its classes."""
    with reading() as session:
        found = get_programme(session, code)
        classes = list_classes(session, programme_id=found.id, limit=50)
    return render_template("training/programme.html", programme=found, classes=classes)


@bp.route("/pelatihan/program/<code>/ubah", methods=["GET", "POST"])
@requires(Permission.TRAINING_MANAGE)
def programme_edit(code: str) -> ResponseReturnValue:
    """Change a programme."""
    with reading() as session:
        found = get_programme(session, code)
    form = ProgrammeForm(found)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                version = form.row_version.data or 0
                change_programme(session, current_actor(), code=code, row_version=version, planned=form.planned(code))
        except MeritError as error:
            form.form_errors = [phrase(error.reason, **error.details)]
        else:
            flash(_("Perubahan tersimpan."), "success")
            return redirect(url_for(".programme", code=code))
    status = _UNPROCESSABLE if form.errors else 200
    return render_template("training/programme_form.html", form=form, programme=found), status


@bp.post("/pelatihan/program/<code>/<any(henti, pakai):act>")
@requires(Permission.TRAINING_MANAGE)
def programme_use(code: str, act: str) -> ResponseReturnValue:
    """Take a programme out of use, or back into it."""
    used = act == "pakai"
    acted(
        lambda session: retire_programme(session, current_actor(), code=code, used=used),
        _("Program dipakai lagi.") if used else _("Program tidak dipakai lagi."),
    )
    return redirect(url_for(".programme", code=code))
