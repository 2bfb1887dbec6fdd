"""The page of pairwise judgements: compare, see how far it holds together, put the weights into the draft."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit.assessment.queries.sittings import user_names
from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _
from merit.phrases import phrase
from merit.ranking.document import PolicyError
from merit.ranking.engine.ahp import SCALE
from merit.ranking.life_cycle import Stage
from merit.ranking.models import PolicyVersion
from merit.ranking.services.policies import get_version
from merit.ranking.services.weighting import apply_weights, judge_pairs, weight_board
from merit.ranking.views.blueprint import bp
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.paging import whole

_PREFIX = "p."


@bp.get("/kebijakan/<code>/<int:number>/bobot")
@requires(Permission.POLICY_READ)
def policy_weights(code: str, number: int) -> ResponseReturnValue:
    """Show all judgements with their weights and consistency."""
    with reading() as session:
        return _page(session, get_version(session, code, number))


@bp.post("/kebijakan/<code>/<int:number>/bobot")
@requires(Permission.POLICY_DRAFT)
def judge_policy(code: str, number: int) -> ResponseReturnValue:
    """Record one's own judgements of a topic; an incomplete form keeps what was chosen."""
    topic = request.form.get("kelompok", "")
    given = {name.removeprefix(_PREFIX): value for name, value in request.form.items() if name.startswith(_PREFIX)}
    try:
        with unit_of_work() as session:
            judge_pairs(session, current_actor(), code=code, number=number, topic_key=topic, ratios=given)
    except MeritError as error:
        if error.status not in {409, 422}:
            raise
        with reading() as session:
            version = get_version(session, code, number)
            refusal = phrase(error.reason, **error.details)
            return _page(session, version, refusal=refusal, topic=topic, given=given), error.status
    flash(_("Perbandingan Anda tersimpan."), "success")
    return redirect(url_for(".policy_weights", code=code, number=number, _anchor=_anchor(topic)))


@bp.post("/kebijakan/<code>/<int:number>/bobot/pakai")
@requires(Permission.POLICY_DRAFT)
def use_weights(code: str, number: int) -> ResponseReturnValue:
    """Put the weights of all judged topics into the draft."""
    revision = whole(request.form.get("revisi", ""))
    try:
        with unit_of_work() as session:
            apply_weights(session, current_actor(), code=code, number=number, revision=revision)
    except PolicyError as error:
        problems = [phrase(one.code, line=one.line, **one.details).partition(": ")[2] for one in error.problems]
        flash(_("Bobot tidak dapat dipakai: %(problems)s", problems=" ".join(problems)), "danger")
    except MeritError as error:
        if error.status not in {409, 422}:
            raise
        flash(phrase(error.reason, **error.details), "danger")
    else:
        flash(_("Bobot masuk ke rancangan sebagai revisi baru, beserta perbandingannya."), "success")
        return redirect(url_for(".policy", code=code, number=number))
    return redirect(url_for(".policy_weights", code=code, number=number))


def _page(
    session: Session,
    version: PolicyVersion,
    *,
    refusal: str = "",
    topic: str = "",
    given: Mapping[str, str] | None = None,
) -> str:
    boards = weight_board(session, version)
    drafters = [opinion.user_id for board in boards for opinion in board.opinions]
    return render_template(
        "ranking/policy_weights.html",
        version=version,
        boards=boards,
        names=user_names(session, drafters),
        is_open=version.state == "draft" and version.stage == Stage.WRITING,
        scale=list(reversed(SCALE)),
        me=current_actor().user_id,
        refusal=refusal,
        refused_topic=topic,
        given=given or {},
        anchor=_anchor,
        can_use=any(board.together for board in boards),
    )


def _anchor(topic: str) -> str:
    return "kelompok-" + topic.replace(":", "-")
