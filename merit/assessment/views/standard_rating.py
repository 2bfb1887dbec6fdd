"""A rater's own pages: the items one by one, blind, and between rounds the spread of all."""

from __future__ import annotations

import math

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.assessment.domain.workshops import CUT_LEVELS, WHOLE_BOOKLET, Method, WorkshopState
from merit.assessment.forms.standards import read_answer
from merit.assessment.queries.standards import PlaceLine, WorkshopPage, load_workshop, own_ratings
from merit.assessment.services.standards import rate_place
from merit.assessment.services.standards.rating import note_opening
from merit.assessment.views.bank.reading import shown_item
from merit.assessment.views.blueprint import bp
from merit.assessment.views.standards import Feedback, feedback_of
from merit.db import reading, unit_of_work
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires

_AFTER_A_ROUND = frozenset({WorkshopState.FEEDBACK, WorkshopState.FINISHED})


@bp.get("/penetapan-batas/lokakarya/<int:workshop_id>/nilai")
@requires(Permission.STANDARD_RATE)
def own_ratings_page(workshop_id: int) -> ResponseReturnValue:
    """Show what the rater still has to judge, or what the last round came to."""
    actor = current_actor()
    with reading() as session:
        page = load_workshop(session, workshop_id)
        given = own_ratings(session, page, actor.user_id or 0)
        feedback = feedback_of(session, page) if page.state in _AFTER_A_ROUND else None
    return render_template(
        "standards/rate.html",
        page=page,
        given=given.get(page.row.round, {}),
        before=given.get(page.row.round - 1, {}),
        feedback=feedback,
        own=_own_cuts(feedback, actor.user_id),
        levels=CUT_LEVELS,
    )


@bp.post("/penetapan-batas/lokakarya/<int:workshop_id>/nilai")
@requires(Permission.STANDARD_RATE)
def rate_booklet(workshop_id: int) -> ResponseReturnValue:
    """Keep the four bookmarks of the open round."""
    try:
        with unit_of_work() as session:
            answer = read_answer(Method.BOOKMARK)
            rate_place(session, current_actor(), workshop_id=workshop_id, place=WHOLE_BOOKLET, answer=answer)
        flash(_("Penilaian tersimpan."), "success")
    except (InvalidInputError, RuleViolationError) as error:
        flash(phrase(error.reason, **error.details), "danger")
    return redirect(url_for(".own_ratings_page", workshop_id=workshop_id))


@bp.route("/penetapan-batas/lokakarya/<int:workshop_id>/nilai/<int:place>", methods=["GET", "POST"])
@requires(Permission.STANDARD_RATE)
def rate_item(workshop_id: int, place: int) -> ResponseReturnValue:
    """Show one item as candidates see it, and keep the judgement of it."""
    actor = current_actor()
    with unit_of_work() as session:
        page = load_workshop(session, workshop_id)
        given = own_ratings(session, page, actor.user_id or 0)
        line = _line(page, place)
        note_opening(session, actor, page, item_id=line.item_id)
    problem = ""
    if request.method == "POST":
        try:
            with unit_of_work() as session:
                answer = read_answer(page.method, options=[name for name, _html in line.options])
                rate_place(session, actor, workshop_id=workshop_id, place=place, answer=answer)
            flash(_("Penilaian tersimpan."), "success")
            return redirect(_next_address(page, given.get(page.row.round, {}).keys() | {place}))
        except (InvalidInputError, RuleViolationError) as error:
            problem = phrase(error.reason, **error.details)
    return render_template(
        "standards/item.html",
        page=page,
        line=line,
        shown=shown_item(line.content),
        given=given.get(page.row.round, {}).get(place),
        before=given.get(page.row.round - 1, {}).get(place),
        problem=problem,
        levels=CUT_LEVELS,
    ), 422 if problem else 200


def _line(page: WorkshopPage, place: int) -> PlaceLine:
    found = next((one for one in page.places if one.place == place), None)
    if found is None:
        raise NotFoundError("workshop-place-unknown")
    return found


def _next_address(page: WorkshopPage, done: set[int]) -> str:
    """Return the page of the next item to judge, or the overview where none is left."""
    following = next((one.place for one in page.places if one.place not in done), None)
    if following is None:
        return url_for(".own_ratings_page", workshop_id=page.row.id)
    return url_for(".rate_item", workshop_id=page.row.id, place=following)


def _own_cuts(feedback: Feedback | None, user_id: int | None) -> list[float] | None:
    """Return the rater's own cuts beside the panel's, None where there are none."""
    if feedback is None or feedback.result is None or user_id not in feedback.result.raters:
        return None
    row = feedback.result.raters.index(user_id)
    own = [float(cut.rater_cuts[row]) for cut in feedback.result.cuts]
    return None if any(map(math.isnan, own)) else own
