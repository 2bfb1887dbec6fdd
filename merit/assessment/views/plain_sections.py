"""Sections taken one after the other, without JavaScript: which question is open, and the step to the next section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.assessment.domain.papers import unpack_paper
from merit.assessment.domain.seb import HEADER
from merit.assessment.domain.states import AttemptState
from merit.assessment.forms.candidates import FinishForm
from merit.assessment.services import delivery
from merit.assessment.services.delivery import SectionClock, Standing
from merit.assessment.services.sections import enter_section
from merit.assessment.views.blueprint import bp
from merit.assessment.views.candidates import lease_of_cookie
from merit.db import unit_of_work
from merit.i18n import _
from merit.web.access import public


@bp.route("/ujian/<token>/bagian", methods=["GET", "POST"])
@public
def plain_section(token: str) -> ResponseReturnValue:
    """Ask before a section is left for good, and enter the next one."""
    standing = delivery.standing_of(token, lease_of_cookie())
    present = standing.section
    if standing.lease != "mine" or standing.state != AttemptState.RUNNING or present is None:
        return redirect(url_for(".plain_question", token=token, position=1))
    paper = _paper(token)
    if paper.get("adaptive"):  # its parts follow one another by themselves
        return redirect(url_for(".plain_question", token=token, position=1))
    form = FinishForm()
    wanted = request.form.get("bagian", "")
    if form.validate_on_submit() and wanted.isdecimal() and len(wanted) < 4:  # noqa: PLR2004
        with unit_of_work() as session:
            attempt = enter_section(session, token, lease_of_cookie(), number=int(wanted))
        flash(_("Bagian berikutnya dimulai."), "info")
        return redirect(url_for(".plain_question", token=token, position=attempt.open_from))
    return _page(token, standing, present, paper, form)


def open_address(token: str, standing: Standing, position: int) -> str:
    """Return where a candidate belongs who asks for a question that is not open; "" where it is."""
    present = standing.section
    if present is None:
        return ""
    if present.remaining == 0:
        return url_for(".plain_section", token=token)
    inside = min(max(position, present.open_from), present.open_to)
    return "" if inside == position else url_for(".plain_question", token=token, position=inside)


def is_last_open(standing: Standing, position: int, items: int) -> bool:
    """Whether a question is the last of its section and another section follows."""
    present = standing.section
    return present is not None and position == present.open_to and present.open_to < items


def _paper(token: str) -> dict[str, Any]:
    sent = request.headers.get(HEADER, "")
    return unpack_paper(delivery.paper_of(token, lease_of_cookie(), address=request.url, seb_sent=sent).packed)


def _page(
    token: str, standing: Standing, present: SectionClock, paper: Mapping[str, Any], form: FinishForm
) -> ResponseReturnValue:
    section, first = paper["sections"][present.number], paper["sections"][present.number]["first"]
    asking = {item["position"] for item in paper["items"] if item["interactions"]}
    given = {position for position, _revision, value, _marked in standing.responses if value not in {"[]", "{}"}}
    return render_template(
        "exam/plain_section.html",
        head=standing.row,
        token=token,
        name=section["name"],
        position=present.open_to,
        is_over=present.remaining == 0,
        following=present.number + 1 if present.number + 1 < len(paper["sections"]) else None,
        blank=len([at for at in range(first, present.open_to + 1) if at in asking - given]),
        form=form,
    )
