"""One official in one run: why this score, beside whom, and what would change it."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from merit.audit.services import log_reading
from merit.db import reading
from merit.ranking.report.explanation import Explanation, Reference, explain_official
from merit.ranking.report.shortlist import neighbours_of
from merit.ranking.services.vacancies import get_vacancy_view
from merit.ranking.views.blueprint import bp
from merit.ranking.views.documents import explanation_pdf
from merit.ranking.views.pictures import draw_competencies, draw_pair, draw_waterfall
from merit.ranking.views.runs import open_vacancy_run
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import pdf_response


@bp.get("/lowongan/<path:code>/peringkat/<run>/pegawai/<nip>")
@requires(Permission.RUN_READ)
def explanation(code: str, run: str, nip: str) -> ResponseReturnValue:
    """Explain one official, beside another one where ``lawan`` names a NIP."""
    against = request.args.get("lawan", "").replace(" ", "")
    reference: Reference = "cut" if request.args.get("acuan") == "batas" else "mean"
    with reading() as session:
        loaded = open_vacancy_run(session, code, run)
        shown = explain_official(session, loaded, nip=nip, against=against, reference=reference)
        vacancy = get_vacancy_view(session, current_actor(), code)
        others = neighbours_of(session, loaded, shown.row)
    _log(shown)
    return render_template(
        "ranking/explanation.html",
        explanation=shown,
        vacancy=vacancy,
        others=others,
        against=against,
        waterfall=draw_waterfall(shown),
        pair=draw_pair(shown),
        competencies=draw_competencies(shown),
    )


@bp.get("/lowongan/<path:code>/peringkat/<run>/pegawai/<nip>/penjelasan.pdf")
@requires(Permission.RUN_EXPORT)
def explanation_file(code: str, run: str, nip: str) -> ResponseReturnValue:
    """Give the explanation as a PDF."""
    with reading() as session:
        loaded = open_vacancy_run(session, code, run)
        shown = explain_official(session, loaded, nip=nip)
    _log(shown)
    return pdf_response(explanation_pdf(shown), f"penjelasan-{shown.head.code}-{shown.row + 1}", inline=False)


def _log(shown: Explanation) -> None:
    log_reading(current_actor(), official_id=shown.official_id, what="reading-explanation", reason=shown.head.code)
    if shown.other_id is not None:
        log_reading(current_actor(), official_id=shown.other_id, what="reading-comparison", reason=shown.head.code)
