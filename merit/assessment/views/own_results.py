"""What a candidate sees of the own result: nothing before publication, then the report; practice feedback."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit.assessment.domain.sheets import WHOLE
from merit.assessment.queries.person_result import PersonResult, load_person
from merit.assessment.queries.result_head import ResultHead, load_head, own_number
from merit.assessment.queries.scores import find_sitting
from merit.assessment.services.practice import PRACTICE, score_own_practice
from merit.assessment.views.blueprint import bp
from merit.assessment.views.result_documents import person_pdf
from merit.assessment.views.result_pictures import draw_levels
from merit.db import reading
from merit.errors import NotFoundError
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import pdf_response


@bp.get("/ujian/hasil/<code>")
@requires(Permission.TEST_TAKE)
def own_result(code: str) -> ResponseReturnValue:
    """Show the own published result, or the feedback on an own practice."""
    with reading() as session:
        sitting = find_sitting(session, code)
        if sitting.kind == PRACTICE:
            sheet = score_own_practice(session, current_actor(), code=code)
            counting = [place for place in sheet.places if place.reason != "place-trial"]
            return render_template(
                "results/practice.html", sitting=sitting, sheet=sheet, places=counting, whole=sheet.results[WHOLE]
            )
        head, person = _own(session, code)
    return render_template(
        "results/own.html", head=head, candidate=person, levels=draw_levels(person.results, person.standard)
    )


@bp.get("/ujian/hasil/<code>/laporan.pdf")
@requires(Permission.TEST_TAKE)
def own_report(code: str) -> ResponseReturnValue:
    """Give the own published report as a PDF."""
    with reading() as session:
        head, person = _own(session, code)
    return pdf_response(person_pdf(head, person, own=True), f"laporan-{code}", inline=False)


def _own(session: Session, code: str) -> tuple[ResultHead, PersonResult]:
    """Return the own result; before publication there is nothing, whatever the state of the scoring."""
    actor = current_actor()
    sitting = find_sitting(session, code)
    if sitting.published_at is None or actor.official_id is None:
        raise NotFoundError("result-unknown")
    number = own_number(session, sitting.id, actor.official_id)
    head = load_head(session, code)
    return head, load_person(session, head, number)
