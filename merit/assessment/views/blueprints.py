"""Pages of blueprints (kisi-kisi): the list, one of them, the table of counts, a drawn paper to look at."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.assessment.adaptive_jobs import SIMULATION_KIND, order_simulation, simulation_prefix
from merit.assessment.domain.blueprints import ITEM_KINDS, MAX_FORMS, BlueprintDocument, BlueprintRow
from merit.assessment.domain.showing import show_item
from merit.assessment.forms.blueprints import LEVELS, BlueprintDraft, change_shape, draft_of, read_draft, to_document
from merit.assessment.queries.blueprints import (
    BLUEPRINT_SORTS,
    count_blueprints,
    count_by_cell,
    document_of,
    get_blueprint,
    list_blueprints,
    list_subjects,
    load_bank,
    sittings_of,
)
from merit.assessment.services.blueprints import (
    Feasibility,
    change_blueprint,
    check_blueprint,
    copy_blueprint,
    create_blueprint,
    preview_paper,
    retire_blueprint,
)
from merit.assessment.views.blueprint import bp
from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.evidence import COMPETENCIES
from merit.i18n import _
from merit.jobs.queries import find_newest
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.labels import label, options
from merit.web.paging import Paging, read_choice, read_number, read_order, read_text

PER_PAGE = 25
_UNPROCESSABLE = 422


@bp.get("/kisi-kisi")
@requires(Permission.BLUEPRINT_READ)
def blueprints() -> ResponseReturnValue:
    """List blueprints."""
    search, state = read_text(), read_choice("keadaan", ("used", "retired"))
    order = read_order(BLUEPRINT_SORTS, "-changed")
    with reading() as session:
        paging = Paging.of(count_blueprints(session, search=search, state=state), PER_PAGE)
        rows = list_blueprints(
            session, search=search, state=state, order=order, limit=PER_PAGE, offset=(paging.number - 1) * PER_PAGE
        )
    return render_template(
        "blueprints/index.html",
        rows=rows,
        paging=paging,
        search=search,
        state=state,
        states=options("blueprint_state"),
        order=order,
    )


@bp.route("/kisi-kisi/baru", methods=["GET", "POST"])
@requires(Permission.BLUEPRINT_WRITE)
def blueprint_new() -> ResponseReturnValue:
    """Make a blueprint."""
    draft = read_draft(request.form) if request.method == "POST" else BlueprintDraft()
    return _edit(draft, code="")


@bp.get("/kisi-kisi/<code>")
@requires(Permission.BLUEPRINT_READ)
def blueprint(code: str) -> ResponseReturnValue:
    """Show a blueprint, what the bank lacks for it, and how alike its forms are."""
    with reading() as session:
        found = get_blueprint(session, code)
        document = document_of(found)
        _plan, feasibility = check_blueprint(session, document, name=code)
        prefix = simulation_prefix(found.id)
        return render_template(
            "blueprints/show.html",
            blueprint=found,
            simulation=find_newest(session, kind=SIMULATION_KIND, key_prefix=prefix) if document.is_adaptive else None,
            document=document,
            feasibility=feasibility,
            problems=problems_of(document, feasibility),
            sittings=sittings_of(session, found.id),
            what=row_text,
        )


@bp.route("/kisi-kisi/<code>/ubah", methods=["GET", "POST"])
@requires(Permission.BLUEPRINT_WRITE)
def blueprint_edit(code: str) -> ResponseReturnValue:
    """Change a blueprint."""
    with reading() as session:
        found = get_blueprint(session, code)
        stored = draft_of(document_of(found), code=found.code, name=found.name, row_version=found.row_version)
    draft = read_draft(request.form) if request.method == "POST" else stored
    return _edit(draft, code=code)


@bp.post("/kisi-kisi/<code>/salin")
@requires(Permission.BLUEPRINT_WRITE)
def blueprint_copy(code: str) -> ResponseReturnValue:
    """Make a copy and open it."""
    with unit_of_work() as session:
        copied = copy_blueprint(session, current_actor(), code=code).code
    flash(_("Salinan dibuat. Ubah nama dan isinya bila perlu."), "success")
    return redirect(url_for(".blueprint_edit", code=copied))


@bp.post("/kisi-kisi/<code>/simulasi")
@requires(Permission.BLUEPRINT_WRITE)
def blueprint_simulate(code: str) -> ResponseReturnValue:
    """Order a simulation of the adaptive parts."""
    with unit_of_work() as session:
        job = order_simulation(session, current_actor(), code=code)
    return redirect(url_for("jobs.show", job_id=job.id))


@bp.post("/kisi-kisi/<code>/pensiun")
@requires(Permission.BLUEPRINT_WRITE)
def blueprint_retire(code: str) -> ResponseReturnValue:
    """Take a blueprint out of use, or back into it."""
    retire = request.form.get("tindakan") != "pakai"
    with unit_of_work() as session:
        retire_blueprint(session, current_actor(), code=code, retire=retire)
    flash(_("Kisi-kisi tidak dipakai lagi.") if retire else _("Kisi-kisi dipakai kembali."), "success")
    return redirect(url_for(".blueprint", code=code))


@bp.get("/kisi-kisi/<code>/contoh")
@requires(Permission.ITEM_READ)
def blueprint_preview(code: str) -> ResponseReturnValue:
    """Show one drawn paper, item by item as candidates see it."""
    number, position = max(read_number("nomor", 1), 1), max(read_number("posisi", 1), 1)
    with reading() as session:
        found = get_blueprint(session, code)
        items = preview_paper(session, current_actor(), code=code, number=number)
    chosen = items[min(position, len(items)) - 1]
    return render_template(
        "blueprints/preview.html",
        blueprint=found,
        document=document_of(found),
        items=items,
        chosen=chosen,
        shown=show_item(chosen.shown),
        number=number,
    )


def row_text(row: BlueprintRow) -> str:
    """Return in words what a row asks for: ``Pelayanan publik level 3``."""
    parts = [f"{row.competency} {label(row.competency, 'competency')}" if row.competency else _("semua kompetensi")]
    if row.level:
        parts.append(_("level %(level)s", level=row.level))
    if row.subject:
        parts.append(_("topik %(subject)s", subject=row.subject))
    parts.extend(label(kind, "item_kind") for kind in row.kinds)
    if row.pool:
        parts.append(_("dari %(count)s butir pilihan", count=len(row.pool)))
    if row.trial:
        parts.append(_("uji coba"))
    return ", ".join(parts)


def problems_of(document: BlueprintDocument, feasibility: Feasibility) -> list[str]:
    """Return what is wrong or short, in sentences."""
    sentences = [phrase(code, **details) for code, details in feasibility.problems]
    for one in feasibility.shortages:
        text = phrase("blueprint-shortage", what=row_text(one.asked), missing=one.missing, available=one.available)
        where = document.sections[one.section].name
        sentences.append(f"{where}: {text}" if len(document.sections) > 1 else text)
    return sentences


def _edit(draft: BlueprintDraft, *, code: str) -> ResponseReturnValue:
    feasibility = None
    document = None
    if request.method == "POST" and not change_shape(draft, request.form.get("act", "")):
        document = to_document(draft)
        if document is not None and request.form.get("act") == "check":
            with reading() as session:
                _plan, feasibility = check_blueprint(session, document, name=code)
        elif document is not None and _save(draft, document, code):
            return redirect(url_for(".blueprint", code=code or draft.code))
    with reading() as session:
        counts, subjects = count_by_cell(load_bank(session)), list_subjects(session)
    return render_template(
        "blueprints/form.html",
        draft=draft,
        code=code,
        counts=counts,
        subjects=subjects,
        competencies=COMPETENCIES,
        any_competency=[("", _("Semua")), *((one, f"{one} {label(one, 'competency')}") for one in COMPETENCIES)],
        adaptive_competencies=[
            ("", _("Bukan bagian adaptif")),
            *((one, f"{one} {label(one, 'competency')}") for one in COMPETENCIES),
        ],
        forms=_form_choices(),
        levels=LEVELS,
        kinds=[(kind, label(kind, "item_kind")) for kind in ITEM_KINDS],
        navigations=options("paper_navigation"),
        feasibility=feasibility,
        problems=problems_of(document, feasibility) if document and feasibility else [],
    ), _UNPROCESSABLE if draft.errors else 200


def _form_choices() -> list[tuple[str, str]]:
    same, own = _("Butir sama untuk semua peserta"), _("Undian sendiri untuk tiap peserta")
    several = ((str(n), _("%(n)s paket paralel", n=n)) for n in range(2, MAX_FORMS + 1))
    return [("1", same), ("0", own), *several]


def _save(draft: BlueprintDraft, document: BlueprintDocument, code: str) -> bool:
    actor = current_actor()
    try:
        with unit_of_work() as session:
            if code:
                change_blueprint(
                    session, actor, code=code, row_version=draft.row_version, name=draft.name, document=document
                )
            else:
                create_blueprint(session, actor, code=draft.code, name=draft.name, document=document)
    except MeritError as error:
        draft.errors = [("code" if not code else "name", phrase(error.reason, **error.details))]
        return False
    flash(_("Kisi-kisi tersimpan."), "success")
    return True
