"""Workshops of standard setting: the list, a new one, its rounds and what they came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.workshops import CUT_LEVELS, Method, RoundChange, RoundResult, WorkshopState
from merit.assessment.forms.standards import ProposeForm, WorkshopForm
from merit.assessment.psychometrics import Consequences, ExpertKey, consequences
from merit.assessment.queries.abilities import past_abilities
from merit.assessment.queries.cuts import find_cut_sets, find_waiting, standard_codes
from merit.assessment.queries.standards import (
    WorkshopPage,
    list_workshops,
    load_ratings,
    load_workshop,
    rater_choices,
)
from merit.assessment.services.standards import (
    create_workshop,
    hand_over_key,
    invite_rater,
    propose_workshop_cuts,
    take_workshop_step,
)
from merit.assessment.views.blueprint import bp
from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.labels import label

_UNPROCESSABLE = 422
_AFTER_A_ROUND = frozenset({WorkshopState.FEEDBACK, WorkshopState.FINISHED})


@bp.get("/penetapan-batas")
@requires(Permission.STANDARD_READ)
def standards() -> ResponseReturnValue:
    """List workshops and the cuts in force, the workshops one is invited to first."""
    actor = current_actor()
    with reading() as session:
        own = list_workshops(session, rater_id=actor.user_id)
        workshops = list_workshops(session)
        codes = standard_codes(session)
        in_force, waiting = find_cut_sets(session, codes, clock.today()), find_waiting(session)
    return render_template(
        "standards/index.html",
        own=own,
        workshops=workshops,
        competencies=codes,
        in_force=in_force,
        waiting=waiting,
        levels=CUT_LEVELS,
    )


@bp.route("/penetapan-batas/baru", methods=["GET", "POST"])
@requires(Permission.STANDARD_MANAGE)
def standard_new() -> ResponseReturnValue:
    """Make a workshop."""
    form = WorkshopForm()
    with reading() as session:
        codes = [(code, f"{code} {label(code, 'competency')}") for code in standard_codes(session)]
        form.offer(competencies=codes, raters=rater_choices(session))
    problem = ""
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                workshop_id = create_workshop(
                    session,
                    current_actor(),
                    name=form.name.data or "",
                    competency=form.competency.data or "",
                    method=form.method.data or "",
                    items=form.items.data or 0,
                    rater_ids=form.raters.data or (),
                    probability=Decimal(form.probability.data or 0),
                ).id
            flash(_("Lokakarya dibuat. Buka putaran pertama setelah penilai diberi tahu."), "success")
            return redirect(url_for(".workshop", workshop_id=workshop_id))
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
    page = render_template("standards/new.html", form=form, problem=problem)
    return page, _UNPROCESSABLE if problem or form.errors else 200


@bp.get("/penetapan-batas/lokakarya/<int:workshop_id>")
@requires(Permission.STANDARD_READ)
def workshop(workshop_id: int) -> ResponseReturnValue:
    """Show a workshop: who has judged, and after a round what it came to; no judgement of an open round."""
    with reading() as session:
        page = load_workshop(session, workshop_id)
        feedback = feedback_of(session, page) if page.state in _AFTER_A_ROUND else None
        choices = rater_choices(session) if page.state is WorkshopState.PREPARED else []
    invited = {rater.user_id for rater in page.raters}
    return render_template(
        "standards/workshop.html",
        page=page,
        feedback=feedback,
        candidates=[(user_id, name) for user_id, name in choices if user_id not in invited],
        form=ProposeForm(formdata=None, valid_from=clock.today()),
        levels=CUT_LEVELS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What the last closed round came to and changed; ``problem`` is the code why it came to nothing."""

    result: RoundResult | None = None
    problem: str = ""
    consequences: Consequences | None = None
    keys: dict[int, ExpertKey] = field(default_factory=dict)
    changes: tuple[RoundChange, ...] = ()


def feedback_of(session: Session, page: WorkshopPage) -> Feedback:
    """Compute the last round's cuts with what they would have meant, or the keys of the experts."""
    ratings = load_ratings(session, page.row.id, page.row.round)
    before = load_ratings(session, page.row.id, page.row.round - 1) if page.row.round > 1 else {}
    changes = page.changes(before, ratings)
    if page.method is Method.EXPERT_KEYS:
        return Feedback(keys=page.keys(ratings), changes=changes)
    found = page.result(ratings)
    if not isinstance(found, RoundResult):
        return Feedback(problem=str(found), changes=changes)
    past = past_abilities(session, page.row.competency) if found.can_propose else []
    if not past:
        return Feedback(result=found, changes=changes)
    theta, errors = [one.theta for one in past], [one.error for one in past]
    meant = consequences(theta, found.theta, standard_error=errors, cut_errors=found.errors)
    return Feedback(result=found, consequences=meant, changes=changes)


@bp.post("/penetapan-batas/lokakarya/<int:workshop_id>/langkah")
@requires(Permission.STANDARD_MANAGE)
def workshop_step(workshop_id: int) -> ResponseReturnValue:
    """Open or close a round, end or cancel the workshop."""
    step, leave_out = request.form.get("langkah", ""), request.form.get("tanpa") == "ya"
    acted(
        lambda session: take_workshop_step(
            session, current_actor(), workshop_id=workshop_id, step=step, leave_out=leave_out
        ),
        lambda: _("Keadaan lokakarya berubah."),
    )
    return redirect(url_for(".workshop", workshop_id=workshop_id))


@bp.post("/penetapan-batas/lokakarya/<int:workshop_id>/penilai")
@requires(Permission.STANDARD_MANAGE)
def workshop_invite(workshop_id: int) -> ResponseReturnValue:
    """Invite one more rater."""
    user_id = request.form.get("penilai", type=int) or 0
    acted(
        lambda session: invite_rater(session, current_actor(), workshop_id=workshop_id, user_id=user_id),
        lambda: _("Penilai diundang."),
    )
    return redirect(url_for(".workshop", workshop_id=workshop_id))


@bp.post("/penetapan-batas/lokakarya/<int:workshop_id>/usul")
@requires(Permission.STANDARD_MANAGE)
def workshop_propose(workshop_id: int) -> ResponseReturnValue:
    """Propose the cuts of a finished workshop."""
    form = ProposeForm()
    if not form.validate() or form.valid_from.data is None:
        flash(_("Isi tanggal mulai berlaku dan dasar penetapan."), "danger")
        return redirect(url_for(".workshop", workshop_id=workshop_id))
    since, reason = form.valid_from.data, form.reason.data or ""
    with reading() as session:
        competency = load_workshop(session, workshop_id).row.competency
    is_done = acted(
        lambda session: propose_workshop_cuts(
            session, current_actor(), workshop_id=workshop_id, reason=reason, valid_from=since
        ),
        lambda: _("Batas diusulkan. Orang lain yang berwenang memberlakukannya."),
    )
    if is_done:
        return redirect(url_for(".cuts", competency=competency))
    return redirect(url_for(".workshop", workshop_id=workshop_id))


@bp.post("/penetapan-batas/lokakarya/<int:workshop_id>/kunci/<int:place>")
@requires(Permission.ITEM_WRITE)
def workshop_key(workshop_id: int, place: int) -> ResponseReturnValue:
    """Hand proposed values to the item as a new version."""
    acted(
        lambda session: hand_over_key(session, current_actor(), workshop_id=workshop_id, place=place),
        lambda: _("Nilai pilihan menjadi versi baru butir. Versi itu menunggu telaah seperti biasa."),
    )
    return redirect(url_for(".workshop", workshop_id=workshop_id))
