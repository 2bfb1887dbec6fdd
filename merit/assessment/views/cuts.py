"""Cuts of a competency: in force, proposed and past; a curve from outcomes; the decision of a second person."""

from __future__ import annotations

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.assessment.domain.outcome_cuts import OutcomeCurve, OutcomeCuts, calibrate_cuts
from merit.assessment.domain.workshops import CUT_LEVELS
from merit.assessment.forms.standards import ProposeForm, read_cuts, read_probability
from merit.assessment.queries.abilities import load_outcomes
from merit.assessment.queries.cuts import find_cut_sets, list_cut_sets
from merit.assessment.services.standards import decide_cuts, propose_cuts
from merit.assessment.services.standards.cuts import CutProposal
from merit.assessment.views.blueprint import bp
from merit.assessment.views.result_pictures import Figure
from merit.db import reading
from merit.errors import InvalidInputError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web import charts
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.curves import Curve, curves
from merit.web.filters import number


@bp.get("/penetapan-batas/kompetensi/<competency>")
@requires(Permission.STANDARD_READ)
def cuts(competency: str) -> ResponseReturnValue:
    """Show every set of cuts of a competency, and what outcomes say."""
    probability = read_probability()
    with reading() as session:
        sets = list_cut_sets(session, competency)
        in_force = find_cut_sets(session, [competency], clock.today()).get(competency)
        outcomes = load_outcomes(session, competency)
    found = calibrate_cuts(outcomes.theta, outcomes.levels, probability=probability)
    return render_template(
        "standards/cuts.html",
        competency=competency,
        sets=sets,
        in_force=in_force,
        outcomes=outcomes,
        found=found,
        figures=[draw_outcome(curve, probability) for curve in found.curves],
        user_id=current_actor().user_id,
        form=ProposeForm(formdata=None, valid_from=clock.today()),
        levels=CUT_LEVELS,
    )


@bp.post("/penetapan-batas/kompetensi/<competency>/usul")
@requires(Permission.STANDARD_MANAGE)
def cuts_propose(competency: str) -> ResponseReturnValue:
    """Propose cuts that were written down, or those of the curve."""
    form = ProposeForm()
    back = redirect(url_for(".cuts", competency=competency))
    if not form.validate() or form.valid_from.data is None:
        flash(_("Isi tanggal mulai berlaku dan dasar penetapan."), "danger")
        return back
    since, reason = form.valid_from.data, form.reason.data or ""
    try:
        proposal = _from_outcomes(competency) if request.form.get("dari") == "hasil" else CutProposal(cuts=read_cuts())
    except InvalidInputError as error:
        flash(phrase(error.reason, **error.details), "danger")
        return back
    acted(
        lambda session: propose_cuts(
            session, current_actor(), competency=competency, proposal=proposal, reason=reason, valid_from=since
        ),
        lambda: _("Batas diusulkan. Orang lain yang berwenang memberlakukannya."),
    )
    return back


@bp.post("/penetapan-batas/putusan/<int:cut_set_id>")
@requires(Permission.STANDARD_MANAGE)
def cuts_decide(cut_set_id: int) -> ResponseReturnValue:
    """Put another person's proposal in force, or refuse it."""
    approve = request.form.get("putusan") == "setuju"
    acted(
        lambda session: decide_cuts(session, current_actor(), cut_set_id=cut_set_id, approve=approve),
        lambda: _("Batas berlaku sejak tanggalnya.") if approve else _("Usulan batas ditolak."),
    )
    return redirect(url_for(".cuts", competency=request.form.get("kompetensi", "")))


def _from_outcomes(competency: str) -> CutProposal:
    with reading() as session:
        outcomes = load_outcomes(session, competency)
    found = calibrate_cuts(outcomes.theta, outcomes.levels, probability=read_probability())
    if not found.cuts:
        raise InvalidInputError("cuts-outcomes")
    return CutProposal(cuts=found.cuts, errors=found.errors, source="outcomes", evidence=_evidence(found))


def _evidence(found: OutcomeCuts) -> dict[str, float]:
    return {"persons": found.persons, "probability": found.probability}


def draw_outcome(curve: OutcomeCurve, probability: float) -> Figure:
    """Draw the rising curve of a level between its interval, with the probability that makes the cut."""
    at = curve.theta.tolist()
    ends = (at[0], at[-1])
    lines = [
        Curve(name=_("Kurva naik"), line=tuple(zip(at, curve.share.tolist(), strict=True))),
        Curve(name=_("Batas bawah (persentil 5)"), line=tuple(zip(at, curve.low.tolist(), strict=True))),
        Curve(name=_("Batas atas (persentil 95)"), line=tuple(zip(at, curve.high.tolist(), strict=True))),
        Curve(name=_("Peluang yang diminta"), line=tuple((end, probability) for end in ends)),
    ]
    caption = _("Bagian orang yang dinilai asesor mencapai level %(level)s, menurut kemampuannya.", level=curve.level)
    draw = partial(curves, lines, title=caption, across=_("Kemampuan (theta)"), up=_("Bagian yang mencapai"), top=1.0)
    return Figure(
        svg=draw(),
        narrow=draw(width=charts.PHONE + 60),
        caption=caption,
        columns=[_("Kemampuan"), _("Kurva"), _("Persentil 5"), _("Persentil 95")],
        rows=[
            [number(one, 2), number(share, 2), number(low, 2), number(high, 2)]
            for one, share, low, high in zip(at[::5], curve.share[::5], curve.low[::5], curve.high[::5], strict=True)
        ],
    )
