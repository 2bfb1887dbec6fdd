"""Pages of complaints: the list, the ageing list with shares in time, one complaint, the agency's holidays."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.db import reading
from merit.errors import NotFoundError
from merit.i18n import _, current_language
from merit.people.domain import MONTHS, add_months
from merit.people.queries.units import UnitTree, load_tree
from merit.performance.domain import national_holidays
from merit.performance.domain.complaints import Case, Step
from merit.performance.forms.units import ComplaintForm, HolidayForm, StepForm
from merit.performance.models import COMPLAINT_CHANNELS, COMPLAINT_KINDS
from merit.performance.queries import complaints as queries
from merit.performance.queries.holidays import list_own_holidays
from merit.performance.services.complaints import ComplaintInput, correct_complaint, record_complaint, take_step
from merit.performance.services.holidays import add_holiday, remove_holiday
from merit.performance.unit_exports import AGES, COMPLAINTS, complaint_filter
from merit.performance.views.blueprint import bp
from merit.performance.views.filling import UNPROCESSABLE, saved, status_of
from merit.reference import load_document
from merit.security.permissions import Permission
from merit.security.policy import reaches_unit
from merit.web.access import current_actor, requires, sending_requires
from merit.web.acting import acted
from merit.web.exports import Order, hand_out
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_number, read_order, read_text, whole

STATES = ("open", "waiting", "answered", "reopened", "closed")


def complaint_choices() -> dict[str, str]:
    """Return what the address of the list asks for."""
    found = {
        "cari": read_text(),
        "unit": read_text("unit"),
        "jenis": read_choice("jenis", COMPLAINT_KINDS),
        "kanal": read_choice("kanal", COMPLAINT_CHANNELS),
        "keadaan": read_choice("keadaan", STATES),
        "tahun": str(read_number("tahun") or ""),
    }
    return {name: value for name, value in found.items() if value}


def unit_options(tree: UnitTree) -> list[tuple[str, str]]:
    """Return (code, name) of every unit within reach, deeper ones indented."""
    return [(unit.code, "\u2003" * depth + unit.name) for depth, unit in tree.walk()]


@bp.get("/pengaduan")
@requires(Permission.UNIT_READ)
def complaints() -> ResponseReturnValue:
    """List complaints, newest first."""
    actor, choices, today = current_actor(), complaint_choices(), clock.today()
    order = read_order(queries.ORDERS, "-diterima")
    with reading() as session:
        tree = load_tree(session, actor)
        chosen = complaint_filter(choices, tree, actor.unit_ids)
        paging = Paging.of(queries.count_complaints(session, chosen), queries.PAGE_SIZE)
        rows = queries.list_complaints(session, chosen, page=paging.number, order=order)
        ages = queries.age_of(session, rows, today)
        years = queries.list_years(session)
    return render_template(
        "units/complaints.html",
        rows=[(row, queries.case_of(row), age) for row, age in zip(rows, ages, strict=True)],
        paging=paging,
        order=order,
        tree=tree,
        choices=choices,
        units=unit_options(tree),
        kinds=options("complaint_kind"),
        channels=options("complaint_channel"),
        states=[("open", _("Semua yang terbuka")), *options("complaint_state")],
        years=[(str(year), str(year)) for year in years],
    )


@bp.get("/pengaduan/ekspor.<any(xlsx, csv, pdf):form>")
@requires(Permission.UNIT_READ)
def export_complaints(form: str) -> ResponseReturnValue:
    """Hand out the list with its present filters."""
    actor, choices = current_actor(), complaint_choices()
    with reading() as session:
        chosen = complaint_filter(choices, load_tree(session, actor), actor.unit_ids)
        count = queries.count_complaints(session, chosen)
    title = _("Daftar pengaduan: %(count)s baris", count=count)
    told = {**choices, "urut": read_order(queries.ORDERS, "-diterima")}
    return hand_out(actor, Order(kind=COMPLAINTS, form=form, title=title, choices=told, rows=count))


@bp.get("/pengaduan/umur")
@requires(Permission.UNIT_READ)
def complaint_ages() -> ResponseReturnValue:
    """Show open complaints by the working days left, and the shares handled in time in twelve months."""
    actor, today = current_actor(), clock.today()
    with reading() as session:
        tree = load_tree(session, actor)
        unit, order = read_text("unit"), read_order(queries.AGE_ORDERS, "sisa")
        reached = complaint_filter({"unit": unit}, tree, actor.unit_ids).unit_ids
        found = queries.list_open(session, reached, today, order=order)
        handling = queries.measure_handling(
            session, reached, since=add_months(today, -MONTHS), until=today, as_of=today
        )
    paging = Paging.of(len(found), queries.PAGE_SIZE)
    return render_template(
        "units/complaint_ages.html",
        rows=paging.cut(found),
        paging=paging,
        order=order,
        late=sum(1 for item in found if item.age.state == "late"),
        soon=sum(1 for item in found if item.age.state == "soon"),
        handling=handling,
        tree=tree,
        unit=unit,
        units=unit_options(tree),
        deadlines=load_document("complaints"),
    )


@bp.get("/pengaduan/umur/ekspor.<any(xlsx, csv, pdf):form>")
@requires(Permission.UNIT_READ)
def export_ages(form: str) -> ResponseReturnValue:
    """Hand out the open complaints with their age."""
    actor, unit = current_actor(), read_text("unit")
    with reading() as session:
        tree = load_tree(session, actor)
        chosen = complaint_filter({"unit": unit, "keadaan": "open"}, tree, actor.unit_ids)
        count = queries.count_complaints(session, chosen)
    told = {"unit": unit, "urut": read_order(queries.AGE_ORDERS, "sisa")}
    title = _("Umur pengaduan: %(count)s baris", count=count)
    return hand_out(actor, Order(kind=AGES, form=form, title=title, choices=told, rows=count))


@bp.route("/pengaduan/baru", methods=["GET", "POST"])
@requires(Permission.UNIT_RECORD)
def new_complaint() -> ResponseReturnValue:
    """Record a complaint that came in."""
    actor = current_actor()
    with reading() as session:
        tree = load_tree(session, actor)
    form = ComplaintForm(data={"received": clock.today()})
    form.offer(unit_options(tree))
    if request.method == "POST" and saved(
        form,
        lambda session: record_complaint(session, actor, complaint=_given(form, tree, form.number.data or "")),
        _("Pengaduan tercatat."),
    ):
        return redirect(url_for(".complaint", number=" ".join((form.number.data or "").split())))
    return render_template("units/complaint_form.html", form=form, number=""), status_of(form)


@bp.route("/pengaduan/nomor/<path:number>", methods=["GET", "POST"])
@requires(Permission.UNIT_READ)
@sending_requires(Permission.UNIT_RECORD)
def complaint(number: str) -> ResponseReturnValue:
    """Show a complaint; take the next step of handling it."""
    actor = current_actor()
    with reading() as session:
        row = queries.get_complaint(session, number)
        if not reaches_unit(actor, row.unit_id):
            raise NotFoundError("complaint-not-found")
        tree = load_tree(session, actor)
        (age,) = queries.age_of(session, [row], clock.today())
    case = queries.case_of(row)
    form = StepForm(data={"on": clock.today(), "row": str(row.id)})
    form.offer(is_open=case.is_open, is_answered=case.answered is not None)
    if request.method == "POST" and saved(
        form,
        lambda session: take_step(
            session,
            actor,
            number=number,
            row_id=whole(form.row.data or ""),
            step=Step(form.step.data),
            on=form.on.data,  # type: ignore[arg-type]  # a valid form has a date
            outcome=form.outcome.data or "",
        ),
        _("Langkah tercatat."),
    ):
        return redirect(url_for(".complaint", number=number))
    page = render_template("units/complaint.html", row=row, case=case, age=age, form=form, unit=tree.by_id[row.unit_id])
    return page, status_of(form)


@bp.route("/pengaduan/perbaiki/<path:number>", methods=["GET", "POST"])
@requires(Permission.UNIT_RECORD)
def edit_complaint(number: str) -> ResponseReturnValue:
    """Correct what was written down wrongly."""
    actor = current_actor()
    with reading() as session:
        row = queries.get_complaint(session, number)
        if not reaches_unit(actor, row.unit_id):
            raise NotFoundError("complaint-not-found")
        tree = load_tree(session, actor)
    form = ComplaintForm(data={**row._asdict(), "unit": tree.by_id[row.unit_id].code, "row": str(row.id)})
    form.offer(unit_options(tree))
    if request.method == "POST" and saved(
        form,
        lambda session: correct_complaint(
            session, actor, row_id=whole(form.row.data or ""), complaint=_given(form, tree, number)
        ),
        _("Perbaikan tersimpan; catatan lama tetap dapat dibaca pada bukti."),
    ):
        return redirect(url_for(".complaint", number=number))
    return render_template("units/complaint_form.html", form=form, number=number), status_of(form)


@bp.get("/hari-libur")
@requires(Permission.UNIT_READ)
def holidays() -> ResponseReturnValue:
    """Show the national holidays of a year and the agency's own."""
    return _holiday_page(HolidayForm(formdata=None))


@bp.post("/hari-libur")
@requires(Permission.UNIT_ASSESS)
def new_holiday() -> ResponseReturnValue:
    """Add one of the agency's own holidays."""
    form = HolidayForm()
    if saved(
        form,
        lambda session: add_holiday(
            session,
            current_actor(),
            day=form.day.data,  # type: ignore[arg-type]  # a valid form has a date
            name=form.name.data or "",
            basis=form.basis.data or "",
        ),
        _("Hari libur ditambahkan; tenggat pengaduan dihitung ulang."),
    ):
        return redirect(url_for(".holidays", tahun=form.day.data.year if form.day.data else None))
    return _holiday_page(form), UNPROCESSABLE


@bp.post("/hari-libur/<int:holiday_id>/hapus")
@requires(Permission.UNIT_ASSESS)
def drop_holiday(holiday_id: int) -> ResponseReturnValue:
    """Remove one of the agency's own holidays."""
    actor = current_actor()
    acted(lambda session: remove_holiday(session, actor, holiday_id=holiday_id), _("Hari libur dihapus."))
    return redirect(url_for(".holidays"))


def _holiday_page(form: HolidayForm) -> str:
    this_year = clock.today().year
    year = read_number("tahun", this_year)
    year = year if abs(year - this_year) <= MONTHS else this_year
    with reading() as session:
        own = list_own_holidays(session, year)
    return render_template(
        "units/holidays.html",
        form=form,
        year=year,
        years=range(this_year - 2, this_year + 3),
        own=own,
        national=list(national_holidays(year, year, current_language()).items()),
    )


def _given(form: ComplaintForm, tree: UnitTree, number: str) -> ComplaintInput:
    unit = tree.find(form.unit.data or "")
    if unit is None or form.received.data is None:
        raise NotFoundError("unit-not-found")
    return ComplaintInput(
        number=number,
        unit_id=unit.id,
        kind=form.kind.data or "",
        channel=form.channel.data or "",
        case=Case(
            received=form.received.data,
            answered=form.answered.data,
            closed=form.closed.data,
            reopened=form.reopened.data,
        ),
        outcome=form.outcome.data or "",
    )
