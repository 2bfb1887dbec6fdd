"""The page of unit results before and after a class, and its export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import log_download
from merit.db import reading
from merit.errors import NotAllowedError
from merit.i18n import _
from merit.people.queries.units import load_tree
from merit.profiles.unit_results import INDICATORS, MONTHS, Figure, UnitResults, unit_results
from merit.security.permissions import Actor, Permission, is_granted
from merit.training.models.classes import TrainingClass
from merit.training.queries.classes import get_class
from merit.web.access import current_actor, requires
from merit.web.downloads import Sheet
from merit.web.exports import Export, Order, hand_out, list_export
from merit.web.labels import label
from merit.web.paging import Paging, read_choice

bp = Blueprint("training_results", __name__)

RESULTS = "training-unit-results"
PER_PAGE = 50
USUAL_MONTHS = 6


@bp.get("/pelatihan/kelas/<code>/evaluasi/unit")
@requires(Permission.TRAINING_READ)
def class_units(code: str) -> ResponseReturnValue:
    """Show what the units of a class's participants came to before and after it, beside units without."""
    months = _months()
    with reading() as session:
        course, found = _load(session, current_actor(), code, months)
    paging = Paging.of(len(found.lines), PER_PAGE)
    return render_template(
        "profiles/class_units.html",
        course=course,
        found=found,
        rows=found.lines[(paging.number - 1) * PER_PAGE : paging.number * PER_PAGE],
        paging=paging,
        indicators=INDICATORS,
        months=months,
        choices=MONTHS,
    )


@bp.get("/pelatihan/kelas/<code>/evaluasi/unit/ekspor.<any(xlsx, csv):form>")
@requires(Permission.TRAINING_READ)
def class_units_export(code: str, form: str) -> ResponseReturnValue:
    """Hand out the units' figures and the comparison."""
    actor, months = current_actor(), _months()
    with reading() as session:
        _course, found = _load(session, actor, code, months)
    title = _("Hasil unit sebelum dan sesudah kelas %(code)s", code=code)
    choices = {"code": code, "months": months}
    return hand_out(actor, Order(kind=RESULTS, form=form, title=title, choices=choices, rows=len(found.lines)))


@list_export(RESULTS)
def collect_results(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the units within the actor's scope, and the comparison of all of them."""
    if not is_granted(actor, Permission.TRAINING_READ):
        raise NotAllowedError
    course, found = _load(session, actor, choices["code"], int(choices["months"]))
    headings = [_("Kode unit"), _("Unit"), _("Peserta"), _("Pegawai")]
    for name in INDICATORS:
        for when in (_("sebelum"), _("sesudah")):
            headings += [f"{label(name, 'unit_indicator')}, {when}", "n", _("Batas bawah"), _("Batas atas")]
    rows = [
        [
            *(line.code, line.name, line.participants, line.staff),
            *(cell for name in INDICATORS for figure in line.figures[name] for cell in _cells(figure)),
        ]
        for line in found.lines
    ]
    compared = [
        [label(one.indicator, "unit_indicator"), who, change.units, round(change.mean, 2), change.low, change.high]
        for one in found.changes
        for who, change in (
            (_("Unit dengan peserta"), one.inside),
            (_("Unit sejenis tanpa peserta"), one.beside),
            (_("Selisih keduanya"), one.difference),
        )
        if change is not None
    ]

    def note(writing: Session, taker: Actor) -> None:
        log_download(writing, taker, subject=f"class:{course.code}", rows=len(rows))

    told = [_("Indikator"), _("Kelompok"), _("Unit"), _("Perubahan"), _("Batas bawah 95 %"), _("Batas atas 95 %")]
    sheets = [
        Sheet(name=_("Unit"), headings=headings, rows=rows),
        Sheet(name=_("Perbandingan"), headings=told, rows=compared),
    ]
    return Export(name=f"hasil-unit-{course.code}", sheets=sheets, record=note)


def _load(session: Session, actor: Actor, code: str, months: int) -> tuple[TrainingClass, UnitResults]:
    course = get_class(session, code)
    found = unit_results(session, load_tree(session), course, months=months, today=clock.today(), within=actor.unit_ids)
    return course, found


def _months() -> int:
    return int(read_choice("bulan", [str(each) for each in MONTHS]) or USUAL_MONTHS)


def _cells(figure: Figure | None) -> list[float | int | None]:
    if figure is None:
        return [None, None, None, None]
    low, high = (None if each is None else round(each, 2) for each in (figure.low, figure.high))
    return [round(figure.value, 2), figure.n, low, high]
