"""How sturdy the order of a run is: under other weights, and for everybody at once."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from merit.audit.services import log_readings
from merit.db import reading
from merit.ranking.report.robustness import robustness_page
from merit.ranking.services.vacancies import get_vacancy_view
from merit.ranking.views.blueprint import bp
from merit.ranking.views.runs import open_vacancy_run
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires

SHOWN = 50


@bp.get("/lowongan/<path:code>/peringkat/<run>/ketahanan")
@requires(Permission.RUN_READ)
def robustness(code: str, run: str) -> ResponseReturnValue:
    """Show how often each official stays within the names under other weights, and the ranks that hold together."""
    with reading() as session:
        loaded = open_vacancy_run(session, code, run)
        page = robustness_page(session, loaded, most=SHOWN)
        vacancy = get_vacancy_view(session, current_actor(), code)
    officials = [row.official_id for row in page.rows]
    log_readings(current_actor(), officials=officials, what="reading-shortlist", reason=loaded.code)
    return render_template("ranking/robustness.html", page=page, vacancy=vacancy)
