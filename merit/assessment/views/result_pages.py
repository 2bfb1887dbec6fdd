"""Behind the list of results: one candidate, the items, the essays."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from merit.assessment.domain.marking import MARKS
from merit.assessment.queries.adaptive import is_adaptive
from merit.assessment.queries.essays import agreement_of, list_essays
from merit.assessment.queries.item_results import list_items
from merit.assessment.queries.person_result import load_person
from merit.assessment.queries.result_head import load_head
from merit.assessment.queries.scores import find_sitting
from merit.assessment.services.item_analysis import sitting_precision
from merit.assessment.views.analysis import sitting_figures, sitting_verdicts
from merit.assessment.views.analysis_pictures import draw_precision
from merit.assessment.views.blueprint import bp
from merit.assessment.views.result_documents import group_pdf, person_pdf
from merit.assessment.views.result_pictures import draw_levels
from merit.audit.services import log_download, log_reading
from merit.db import reading, unit_of_work
from merit.errors import NotFoundError
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import pdf_response

READING, REPORT = "reading-test-results", "reading-test-report"

bp.add_app_template_filter(phrase, "sentence")


@bp.get("/sesi-uji/<code>/hasil/peserta/<number>")
@requires(Permission.TEST_RESULT_READ)
def candidate_result(code: str, number: str) -> ResponseReturnValue:
    """Show one candidate's result."""
    actor = current_actor()
    with reading() as session:
        head = load_head(session, code)
        person = load_person(session, head, number, unit_ids=actor.unit_ids)
        grown = is_adaptive(session, head.id)
    log_reading(actor, official_id=person.row.official_id, what=READING, reason=code)
    return render_template(
        "results/person.html",
        head=head,
        candidate=person,
        levels=draw_levels(person.results, person.standard),
        is_adaptive=grown,
    )


@bp.get("/sesi-uji/<code>/hasil/peserta/<number>/laporan.pdf")
@requires(Permission.TEST_RESULT_READ)
def candidate_report(code: str, number: str) -> ResponseReturnValue:
    """Give one candidate's report as a PDF."""
    actor = current_actor()
    with reading() as session:
        head = load_head(session, code)
        person = load_person(session, head, number, unit_ids=actor.unit_ids)
    log_reading(actor, official_id=person.row.official_id, what=REPORT, reason=code)
    return pdf_response(person_pdf(head, person), f"laporan-{code}-{number}", inline=False)


@bp.get("/sesi-uji/<code>/hasil/kelompok.pdf")
@requires(Permission.TEST_RESULT_READ)
def group_report(code: str) -> ResponseReturnValue:
    """Give the report of the whole group, without names."""
    actor = current_actor()
    with unit_of_work() as session:
        head = load_head(session, code)
        if head.version is None:
            raise NotFoundError("result-unknown")
        content = group_pdf(session, head, unit_ids=actor.unit_ids)
        log_download(session, actor, subject=f"sitting:{head.id}", rows=head.persons)
    return pdf_response(content, f"laporan-kelompok-{code}", inline=False)


@bp.get("/sesi-uji/<code>/hasil/butir")
@requires(Permission.TEST_RESULT_READ)
def result_items(code: str) -> ResponseReturnValue:
    """Show the items with their figures, and those that could not be scored."""
    with reading() as session:
        head = load_head(session, code)
        items = list_items(session, head.id, head.version.id) if head.version else []
        found = sitting_figures(session, head)
        precision = sitting_precision(session, found[0]) if found else []
    lines = sitting_verdicts(found[1], items, sitting=code) if found else {}
    return render_template(
        "results/items.html",
        head=head,
        items=items,
        verdicts=lines,
        urgent=sum(any(line.tone == "danger" for line in own) for own in lines.values()),
        whole=found[1].reliability if found else None,
        adaptive=bool(found and found[1].is_adaptive),
        precision=draw_precision(precision),
    )


@bp.get("/sesi-uji/<code>/hasil/esai")
@requires(Permission.TEST_RESULT_READ)
def result_essays(code: str) -> ResponseReturnValue:
    """Show how far the marking is, and how well markers agree; no text and no name."""
    with reading() as session:
        head = load_head(session, code)
        essays = list_essays(session, find_sitting(session, code))
    disputed = [essay for essay in essays if len(essay.marks) == MARKS and essay.is_open]
    return render_template(
        "results/essays.html",
        head=head,
        essays=essays,
        done=sum(not essay.is_open for essay in essays),
        disputed=len(disputed),
        thirds=sum(len(essay.marks) > MARKS for essay in essays),
        agreement=agreement_of(essays),
    )
