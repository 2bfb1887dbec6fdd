"""Pages of nominating out of gaps: who of those ticked can be nominated into which class, and doing it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.audit.services import log_readings
from merit.db import reading
from merit.errors import InvalidInputError, RuleViolationError
from merit.evidence import COMPETENCIES
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.training.queries.targets import Against
from merit.training.services.nominations import (
    MOST_AT_ONCE,
    Preview,
    helpful_classes,
    nominate_for_gaps,
    preview_nominations,
    reachable,
)
from merit.training.views.blueprint import bp
from merit.training.views.gap_lists import READING
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.paging import read_choice, read_text, whole_numbers


@bp.get("/pelatihan/kesenjangan/usul")
@requires(Permission.TRAINING_NOMINATE)
def gap_nominees() -> ResponseReturnValue:
    """Show who of those ticked can be nominated into a class and who cannot; nothing is written."""
    actor, code = current_actor(), read_text("kelas")
    ticked = whole_numbers(request.args.getlist("pilih"))[: MOST_AT_ONCE + 1]
    competency = read_choice("kompetensi", COMPETENCIES)
    against = read_choice("terhadap", tuple(Against)) or Against.POST.value
    shown: Preview | None = None
    problem = ""
    with reading() as session:
        officials = reachable(session, actor, ticked)
        classes = helpful_classes(
            session, officials, as_of=clock.today(), competency=competency, against=against, also=code
        )
        code = code or (classes[0].course.code if classes else "")
        if officials and code:
            try:
                shown = preview_nominations(
                    session, actor, code=code, officials=officials, as_of=clock.today(), against=against
                )
            except (RuleViolationError, InvalidInputError) as error:
                problem = phrase(error.reason, **error.details)
    log_readings(actor, officials=[one.official_id for one in shown.nominees] if shown else [], what=READING)
    return render_template(
        "training/gap_nominees.html",
        shown=shown,
        problem=problem,
        classes=classes,
        code=code,
        ticked=officials,
        outside=len(ticked) - len(officials),
        competency=competency,
        against=against,
        phrase=phrase,
    )


@bp.post("/pelatihan/kesenjangan/usul")
@requires(Permission.TRAINING_NOMINATE)
def gap_nominate() -> ResponseReturnValue:
    """Nominate those shown as possible, all or nobody."""
    code = request.form.get("kelas", "")[:100]
    ticked = whole_numbers(request.form.getlist("pilih"))
    against = Against.TARGET if request.form.get("terhadap") == Against.TARGET else Against.POST
    told: list[int] = []
    is_done = acted(
        lambda session: told.append(
            nominate_for_gaps(
                session, current_actor(), code=code, officials=ticked, as_of=clock.today(), against=against
            )
        ),
        lambda: _("%(count)s pegawai diusulkan dengan alasan kesenjangannya.", count=told[0]),
    )
    if is_done:
        return redirect(url_for(".participants", code=code))
    return redirect(url_for(".gap_nominees", kelas=code, pilih=ticked, terhadap=against.value))
