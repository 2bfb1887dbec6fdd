"""Pages of classes: the list with its export, one class, its sessions and trainers, opening and calling off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.training.domain.states import CLASS_STEPS, ClassState
from merit.training.forms.planning import ClassForm, SessionForm, TrainerForm
from merit.training.models.classes import Programme
from merit.training.models.records import TRAINING_KINDS
from merit.training.queries.classes import (
    CLASS_SORTS,
    count_classes,
    get_class,
    list_classes,
    list_sessions,
    list_trainers,
    planned_hours,
    settings_of,
)
from merit.training.queries.enrolments import count_states
from merit.training.queries.programmes import get_programme, list_usable
from merit.training.services import classes as services
from merit.training.views.blueprint import bp
from merit.training.views.exports import CLASSES
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.exports import Order, hand_out
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_order, read_text

PER_PAGE = 25
_UNPROCESSABLE = 422


def _narrowed() -> dict[str, Any]:
    return {
        "text": read_text(),
        "state": read_choice("keadaan", tuple(ClassState)),
        "kind": read_choice("jenis", TRAINING_KINDS),
        "since": _day("dari"),
        "until": _day("sampai"),
    }


def _day(name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(read_text(name))
    except ValueError:
        return None


@bp.get("/pelatihan")
@requires(Permission.TRAINING_READ)
def classes() -> ResponseReturnValue:
    """List classes."""
    narrowed, order = _narrowed(), read_order(CLASS_SORTS, "-starts")
    with reading() as session:
        paging = Paging.of(count_classes(session, **narrowed), PER_PAGE)
        rows = list_classes(session, order=order, limit=PER_PAGE, offset=(paging.number - 1) * PER_PAGE, **narrowed)
    return render_template(
        "training/classes.html",
        rows=rows,
        paging=paging,
        chosen=narrowed,
        order=order,
        states=options("class_state"),
        kinds=options("training_kind"),
    )


@bp.get("/pelatihan/ekspor.<any(xlsx, csv):form>")
@requires(Permission.TRAINING_READ)
def classes_export(form: str) -> ResponseReturnValue:
    """Hand out the list with its present filters."""
    narrowed = _narrowed()
    with reading() as session:
        count = count_classes(session, **narrowed)
    choices = {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in narrowed.items()}
    title = _("Kelas pelatihan: %(count)s baris", count=count)
    return hand_out(current_actor(), Order(kind=CLASSES, form=form, title=title, choices=choices, rows=count))


@bp.route("/pelatihan/kelas/baru", methods=["GET", "POST"])
@requires(Permission.TRAINING_MANAGE)
def class_new() -> ResponseReturnValue:
    """Plan a class; a programme in the address fills in what it says."""
    with reading() as session:
        usable = list_usable(session)
        chosen = read_choice("program", [code for code, _name in usable])
        known = get_programme(session, chosen) if chosen else None
    filled: dict[str, Any] = {}
    if known is not None:
        filled = {"programme": chosen, "name": known.name, "quota": known.quota, "cost": known.cost}
    form = ClassForm(usable, **filled)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                code = services.create_class(session, current_actor(), planned=form.planned()).code
        except MeritError as error:
            form.form_errors = [phrase(error.reason, **error.details)]
        else:
            flash(_("Kelas direncanakan. Tambahkan pertemuannya, lalu buka."), "success")
            return redirect(url_for(".course", code=code))
    status = _UNPROCESSABLE if form.errors else 200
    return render_template("training/class_form.html", form=form, course=None, usable=usable), status


@bp.route("/pelatihan/kelas/<code>/ubah", methods=["GET", "POST"])
@requires(Permission.TRAINING_MANAGE)
def class_edit(code: str) -> ResponseReturnValue:
    """Change a class."""
    with reading() as session:
        found = get_class(session, code)
        programme = session.get_one(Programme, found.programme_id)
    form = ClassForm([(programme.code, programme.name)], found)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                version = form.row_version.data or 0
                services.change_class(session, current_actor(), code=code, row_version=version, planned=form.planned())
        except MeritError as error:
            form.form_errors = [phrase(error.reason, **error.details)]
        else:
            flash(_("Perubahan tersimpan."), "success")
            return redirect(url_for(".course", code=code))
    status = _UNPROCESSABLE if form.errors else 200
    return render_template("training/class_form.html", form=form, course=found, usable=[programme]), status


@bp.get("/pelatihan/kelas/<code>")
@requires(Permission.TRAINING_READ)
def course(code: str) -> ResponseReturnValue:
    """Show a class: when, where, who teaches, how full it is."""
    return _class_page(code, SessionForm(), TrainerForm())


def _class_page(code: str, session_form: SessionForm, trainer_form: TrainerForm) -> ResponseReturnValue:
    with reading() as session:
        found = get_class(session, code)
        content = {
            "programme": session.get_one(Programme, found.programme_id),
            "sessions": list_sessions(session, found.id),
            "trainers": list_trainers(session, found.id),
            "hours": planned_hours(session, found.id),
            "states": count_states(session, current_actor(), found.id),
        }
    status = _UNPROCESSABLE if session_form.errors or trainer_form.errors else 200
    page = render_template(
        "training/class.html",
        course=found,
        rules=settings_of(found),
        is_living=bool(CLASS_STEPS[ClassState(found.state)]),
        session_form=session_form,
        trainer_form=trainer_form,
        **content,
    )
    return page, status


@bp.post("/pelatihan/kelas/<code>/pertemuan")
@requires(Permission.TRAINING_MANAGE)
def session_add(code: str) -> ResponseReturnValue:
    """Add a session."""
    form = SessionForm()
    if not form.validate_on_submit():
        return _class_page(code, form, TrainerForm(formdata=None))
    acted(
        lambda session: services.add_session(session, current_actor(), code=code, planned=form.planned()),
        _("Pertemuan ditambahkan."),
    )
    return redirect(url_for(".course", code=code))


@bp.post("/pelatihan/kelas/<code>/pertemuan/<int:session_id>/hapus")
@requires(Permission.TRAINING_MANAGE)
def session_remove(code: str, session_id: int) -> ResponseReturnValue:
    """Take a session out."""
    acted(
        lambda session: services.remove_session(session, current_actor(), session_id=session_id),
        _("Pertemuan dihapus."),
    )
    return redirect(url_for(".course", code=code))


@bp.post("/pelatihan/kelas/<code>/pengajar")
@requires(Permission.TRAINING_MANAGE)
def trainer_add(code: str) -> ResponseReturnValue:
    """Name a trainer."""
    form = TrainerForm()
    if not form.validate_on_submit():
        return _class_page(code, SessionForm(formdata=None), form)
    name, nip = form.trainer.data or "", form.nip.data or ""
    acted(
        lambda session: services.add_trainer(session, current_actor(), code=code, name=name, nip=nip),
        _("Pengajar ditambahkan."),
    )
    return redirect(url_for(".course", code=code))


@bp.post("/pelatihan/kelas/<code>/pengajar/<int:trainer_id>/hapus")
@requires(Permission.TRAINING_MANAGE)
def trainer_remove(code: str, trainer_id: int) -> ResponseReturnValue:
    """Take a trainer off."""
    acted(
        lambda session: services.remove_trainer(session, current_actor(), code=code, trainer_id=trainer_id),
        _("Pengajar dihapus."),
    )
    return redirect(url_for(".course", code=code))


@bp.post("/pelatihan/kelas/<code>/buka")
@requires(Permission.TRAINING_MANAGE)
def class_open(code: str) -> ResponseReturnValue:
    """Open a class for nominations."""
    acted(
        lambda session: services.open_class(session, current_actor(), code=code),
        _("Kelas dibuka. Unit dapat mengusulkan peserta."),
    )
    return redirect(url_for(".course", code=code))


@bp.post("/pelatihan/kelas/<code>/batal")
@requires(Permission.TRAINING_MANAGE)
def class_cancel(code: str) -> ResponseReturnValue:
    """Call a class off."""
    reason = request.form.get("alasan", "")
    acted(
        lambda session: services.cancel_class(session, current_actor(), code=code, reason=reason),
        _("Kelas dibatalkan."),
    )
    return redirect(url_for(".course", code=code))
