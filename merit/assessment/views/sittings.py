"""Pages of sittings: the list, planning one, its hub, checks, sealing, cancelling, copying."""

from __future__ import annotations

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.states import SITTING_STEPS, SittingState
from merit.assessment.forms.sittings import CopyForm, SittingForm, settings_problem
from merit.assessment.jobs import order_sealing
from merit.assessment.models.items import Blueprint
from merit.assessment.models.sittings import SITTING_KINDS, Sitting
from merit.assessment.queries.blueprints import document_of, list_usable
from merit.assessment.queries.rosters import count_roster_states
from merit.assessment.queries.sittings import (
    SITTING_SORTS,
    count_sittings,
    get_sitting,
    list_events,
    list_rooms,
    list_sittings,
    rehearsals_of,
    settings_of,
    user_names,
    users_with,
)
from merit.assessment.services.checks import Check, Checked, check_sitting
from merit.assessment.services.sittings import cancel_sitting, change_sitting, copy_sitting, create_sitting
from merit.assessment.views.blueprint import bp
from merit.assessment.views.blueprints import row_text
from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_order, read_text

PER_PAGE = 25
_UNPROCESSABLE = 422
STEPS = ("draft", "sealed", "open", "running", "closed", "scored", "published")


@bp.get("/sesi-uji")
@requires(Permission.SITTING_READ)
def sittings() -> ResponseReturnValue:
    """List sittings."""
    narrowed = {
        "search": read_text(),
        "state": read_choice("keadaan", tuple(SittingState)),
        "kind": read_choice("jenis", SITTING_KINDS),
        "since": _day("dari"),
        "until": _day("sampai"),
    }
    order = read_order(SITTING_SORTS, "-starts")
    with reading() as session:
        paging = Paging.of(count_sittings(session, **narrowed), PER_PAGE)
        rows = list_sittings(session, order=order, limit=PER_PAGE, offset=(paging.number - 1) * PER_PAGE, **narrowed)
    return render_template(
        "sittings/index.html",
        rows=rows,
        paging=paging,
        chosen=narrowed,
        states=options("sitting_state"),
        kinds=options("sitting_kind"),
        order=order,
    )


@bp.route("/sesi-uji/baru", methods=["GET", "POST"])
@requires(Permission.SITTING_MANAGE)
def sitting_new() -> ResponseReturnValue:
    """Plan a sitting."""
    form = SittingForm()
    with reading() as session:
        _fill_choices(form, session)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                code = create_sitting(session, current_actor(), planned=form.planned()).code
        except (MeritError, ValidationError) as error:
            form.form_errors = [_sentence(error)]
        else:
            flash(_("Sesi direncanakan. Lengkapi ruang, pengawas, dan peserta, lalu segel."), "success")
            return redirect(url_for(".sitting", code=code))
    return render_template("sittings/form.html", form=form, sitting=None), _UNPROCESSABLE if form.errors else 200


@bp.route("/sesi-uji/<code>/ubah", methods=["GET", "POST"])
@requires(Permission.SITTING_MANAGE)
def sitting_edit(code: str) -> ResponseReturnValue:
    """Change a draft."""
    form = SittingForm()
    with reading() as session:
        found = get_sitting(session, code)
        blueprint = session.get_one(Blueprint, found.blueprint_id)
        _fill_choices(form, session, keep=(blueprint.code, blueprint.name))
    if not form.is_submitted():
        form.fill(found, blueprint.code)
    form.kind.choices = [(found.kind, dict(options("sitting_kind"))[found.kind])]
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                version = form.row_version.data or 0
                change_sitting(session, current_actor(), code=code, row_version=version, planned=form.planned())
        except (MeritError, ValidationError) as error:
            form.form_errors = [_sentence(error)]
        else:
            flash(_("Perubahan tersimpan."), "success")
            return redirect(url_for(".sitting", code=code))
    return render_template("sittings/form.html", form=form, sitting=found), _UNPROCESSABLE if form.errors else 200


@bp.get("/sesi-uji/<code>")
@requires(Permission.SITTING_READ)
def sitting(code: str) -> ResponseReturnValue:
    """Show a sitting: where it stands, what is missing, rooms, roster, minutes."""
    with reading() as session:
        found = get_sitting(session, code)
        blueprint = session.get_one(Blueprint, found.blueprint_id)
        is_draft = found.state == SittingState.DRAFT
        checked = check_sitting(session, current_actor(), found) if is_draft else None
        people = user_names(session, (found.created_by, found.sealed_by, found.published_by))
        return render_template(
            "sittings/show.html",
            sitting=found,
            rules=settings_of(found),
            blueprint=blueprint,
            document=document_of(blueprint),
            steps=STEPS,
            may_cancel=SittingState.CANCELLED in SITTING_STEPS[SittingState(found.state)],
            checks=check_lines(checked),
            may_seal=checked is not None and checked.may_seal,
            rooms=list_rooms(session, found.id),
            proctors=users_with(session, Permission.ROOM_WATCH),
            roster=count_roster_states(session, found.id),
            events=list_events(session, found.id, limit=30),
            rehearsals=rehearsals_of(session, found.id),
            rehearses=session.get(Sitting, found.rehearses_id) if found.rehearses_id else None,
            people=people,
            copy_form=CopyForm(),
            event_text=event_text,
        )


@bp.post("/sesi-uji/<code>/segel")
@requires(Permission.SITTING_MANAGE)
def sitting_seal(code: str) -> ResponseReturnValue:
    """Seal a sitting; a big one goes to the worker."""
    ordered: list[int] = []

    def seal(session: Session) -> None:
        job = order_sealing(session, current_actor(), code=code)
        ordered.extend([] if job is None else [job.id])

    done = _("Sesi disegel. Setiap peserta sudah punya naskahnya.")
    later = _("Penyegelan berjalan di latar belakang; keadaannya tampak pada halaman ini.")
    acted(seal, lambda: later if ordered else done)
    return redirect(url_for("jobs.show", job_id=ordered[0]) if ordered else url_for(".sitting", code=code))


@bp.post("/sesi-uji/<code>/batal")
@requires(Permission.SITTING_MANAGE)
def sitting_cancel(code: str) -> ResponseReturnValue:
    """Call a sitting off."""
    reason = request.form.get("alasan", "")
    acted(lambda session: cancel_sitting(session, current_actor(), code=code, reason=reason), _("Sesi dibatalkan."))
    return redirect(url_for(".sitting", code=code))


@bp.post("/sesi-uji/<code>/salin")
@requires(Permission.SITTING_MANAGE)
def sitting_copy(code: str) -> ResponseReturnValue:
    """Plan the same sitting at another time."""
    form = CopyForm()
    if not form.validate_on_submit():
        flash(next(iter(form.errors.values()))[0], "danger")
        return redirect(url_for(".sitting", code=code))
    with unit_of_work() as session:
        copied = copy_sitting(
            session, current_actor(), code=code, starts_at=form.starts_at(), with_roster=form.with_roster.data
        ).code
    flash(_("Sesi disalin. Periksa tanggal, peserta, dan pengawasnya."), "success")
    return redirect(url_for(".sitting", code=copied))


def check_lines(checked: Checked | None) -> list[tuple[Check, str, list[str]]]:
    """Return every check with its title and what was found, in sentences."""
    if checked is None:
        return []
    lines = []
    for check in checked.checks:
        found = [phrase(code, **details) for code, details in check.findings]
        found += [
            phrase("blueprint-shortage", what=row_text(one.asked), missing=one.missing, available=one.available)
            for one in check.shortages
        ]
        lines.append((check, phrase(check.code), found))
    return lines


def event_text(kind: str, details: object) -> str:
    """Return a line of the minutes in words; a kind nobody has words for is shown as an event."""
    code = f"event-{kind}"
    try:
        text = phrase(code, **(details if isinstance(details, dict) else {}))
    except (KeyError, TypeError, ValueError):
        text = code
    return _("Peristiwa tercatat.") if text == code else text


def _fill_choices(form: SittingForm, session: Session, keep: tuple[str, str] | None = None) -> None:
    usable = list_usable(session)
    if keep is not None and keep not in usable:
        usable.insert(0, keep)
    form.blueprint.choices = [(code, f"{name} ({code})") for code, name in usable]
    form.kind.choices = [entry for entry in options("sitting_kind") if entry[0] != "rehearsal"]
    form.purpose.choices = options("sitting_purpose")
    form.navigation.choices = [("", _("Seperti kisi-kisi")), *options("paper_navigation")]
    form.seating.choices = options("seating")
    form.markers.choices = users_with(session, Permission.ESSAY_MARK)
    if not form.is_submitted():
        form.organiser.data = form.organiser.data or "BKPSDM"
        form.minutes.data = form.minutes.data or 90


def _sentence(error: MeritError | ValidationError) -> str:
    return settings_problem(error) if isinstance(error, ValidationError) else phrase(error.reason, **error.details)


def _day(name: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(read_text(name), "%Y-%m-%d").replace(tzinfo=clock.ZONE).date()
    except ValueError:
        return None
