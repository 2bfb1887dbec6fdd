"""Pages of adaptive tests: the pool and its use, one candidate's log, shadow runs over sittings of the past."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.assessment.adaptive_jobs import order_replay
from merit.assessment.domain.adaptive import AdaptiveRules
from merit.assessment.forms.adaptive_part import read_typed, to_rules, typed_of
from merit.assessment.queries.adaptive_log import StepLine, list_attempts, list_pools, load_steps
from merit.assessment.queries.adaptive_replays import competencies_of, list_replays
from merit.assessment.queries.person_result import load_person
from merit.assessment.queries.result_head import ResultHead, load_head
from merit.assessment.services.adaptive.verifying import differing_steps
from merit.assessment.views.blueprint import bp
from merit.audit.services import log_reading, log_readings
from merit.db import reading, unit_of_work
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.charts import PHONE, WIDTH
from merit.web.curves import Curve, curves
from merit.web.labels import label
from merit.web.paging import Paging

READING, LISTING = "reading-adaptive-log", "reading-test-results"
PER_PAGE = 50
_UNPROCESSABLE = 422
_BAND = 1.96  # standard errors: 95 %


@bp.get("/sesi-uji/<code>/adaptif")
@requires(Permission.TEST_RESULT_READ)
def adaptive(code: str) -> ResponseReturnValue:
    """Show what an adaptive sitting chose from, or what one would have saved in a sitting of the past."""
    return _page(code, typed_of(None), {})


@bp.post("/sesi-uji/<code>/adaptif/bayangan")
@requires(Permission.SITTING_MANAGE)
def adaptive_replay(code: str) -> ResponseReturnValue:
    """Order a shadow run."""
    typed, wrong = read_typed(request.form, ""), dict[str, str]()
    rules = to_rules(typed, "", lambda control, text: wrong.update({control: text}))
    if rules is None:
        wrong["a-competency"] = phrase("adaptive-competency-missing")
    elif not wrong and rules["least"] > rules["most"]:
        wrong["a-least"] = phrase("adaptive-least-above-most")
    if wrong or rules is None:
        return _page(code, typed, wrong), _UNPROCESSABLE
    with unit_of_work() as session:
        job = order_replay(session, current_actor(), code=code, rules=AdaptiveRules.model_validate(rules))
    return redirect(url_for("jobs.show", job_id=job.id))


@bp.get("/sesi-uji/<code>/adaptif/peserta/<number>")
@requires(Permission.TEST_RESULT_READ)
def adaptive_log(code: str, number: str) -> ResponseReturnValue:
    """Show why each item came to one candidate."""
    actor = current_actor()
    with reading() as session:
        head = load_head(session, code)
        person = load_person(session, head, number, unit_ids=actor.unit_ids)
        steps = load_steps(session, head.id, person.row.attempt_id)
        differing = differing_steps(session, head.id, person.row.attempt_id)
    log_reading(actor, official_id=person.row.official_id, what=READING, reason=code)
    return render_template(
        "adaptive/log.html",
        head=head,
        candidate=person,
        steps=steps,
        differing=differing,
        pictures=[_path(head, steps, part) for part in dict.fromkeys(step.competency for step in steps)],
        why=why,
        sentence_of=lambda code, words: phrase(code, **words),
    )


def _page(code: str, typed: dict[str, str], wrong: dict[str, str]) -> str:
    actor = current_actor()
    with reading() as session:
        head = load_head(session, code)
        pools = list_pools(session, head.id)
        attempts = list_attempts(session, head.id, unit_ids=actor.unit_ids) if pools else []
        replays = list_replays(session, head.id)
        known = competencies_of(session, head.id)
    paging = Paging.of(len(attempts), PER_PAGE)
    first = (paging.number - 1) * PER_PAGE
    shown = attempts[first : first + PER_PAGE]
    log_readings(actor, officials=[line.official_id for line in shown], what=LISTING, reason=code)
    return render_template(
        "adaptive/sitting.html",
        head=head,
        pools=pools,
        attempts=shown,
        paging=paging,
        replays=replays,
        competencies=[(one, f"{one} {label(one, 'competency')}") for one in known],
        typed=typed,
        wrong=wrong,
    )


def why(step: StepLine) -> str:
    """Return in words why a step came out as it did."""
    details = step.details
    words: dict[str, Any] = {
        "count": len(step.candidates),
        "level": details.get("level", ""),
        "probability": f"{details.get('probability', 0) or 0:.2f}".replace(".", ","),
    }
    return phrase(step.reason, **words)


def _path(head: ResultHead, steps: list[StepLine], competency: str) -> dict[str, Any]:
    """Draw how the ability settled: the estimate before each decision, between its bounds."""
    mine = [step for step in steps if step.competency == competency]
    title = f"{competency} {label(competency, 'competency')}"
    names = (_("Kemampuan"), _("Batas bawah 95 persen"), _("Batas atas 95 persen"))
    lines = [
        tuple((float(place), step.theta + sign * _BAND * step.error) for place, step in enumerate(mine))
        for sign in (0, -1, 1)
    ]
    shown = [Curve(name=name, line=line) for name, line in zip(names, lines, strict=True)]
    svg, narrow = (
        curves(shown, title=f"{head.code} {title}", across=_("Butir dijawab"), up=_("Kemampuan"), width=width)
        for width in (WIDTH, PHONE + 60)
    )
    return {
        "title": title,
        "svg": svg,
        "narrow": narrow,
        "caption": _("Kemampuan sementara %(title)s setelah setiap jawaban, dengan rentang 95 persen.", title=title),
    }
