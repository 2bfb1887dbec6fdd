"""Pages of those who run 360 feedback: campaigns, subjects, raters, results; never a single answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from statistics import fmean

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import log_reading, log_readings
from merit.db import reading, unit_of_work
from merit.errors import MeritError, NotFoundError, RuleViolationError
from merit.i18n import _
from merit.people.queries.record import OfficialHead, get_official
from merit.people.queries.units import get_unit, load_tree
from merit.performance.campaign_exports import CAMPAIGNS, READING, RESULTS, campaign_filter
from merit.performance.domain.campaigns import ANONYMOUS_GROUPS, CampaignState
from merit.performance.domain.sheets import load_values
from merit.performance.forms.campaigns import CampaignForm
from merit.performance.models import Campaign
from merit.performance.queries.campaign_results import CampaignResults, SubjectResult, load_published
from merit.performance.queries.campaigns import (
    ORDERS,
    PAGE_SIZE,
    SubjectLine,
    count_campaigns,
    list_campaign_years,
    list_campaigns,
    list_raters,
    list_subjects,
)
from merit.performance.services.campaigns import (
    cancel_campaign,
    close_campaign,
    create_campaign,
    draw_raters,
    get_campaign,
    open_campaign,
    remind_raters,
    replace_rater,
)
from merit.performance.services.publication import propose_publication, publish_campaign, refuse_publication
from merit.performance.views.blueprint import bp
from merit.performance.views.feedback_report import feedback_pdf
from merit.phrases import phrase
from merit.security.permissions import Actor, Permission
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.downloads import pdf_response
from merit.web.exports import Order, hand_out
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_number, read_order, read_text

SUBJECTS_PER_PAGE = 50
_SUBJECT_ORDERS = ("nama", "unit", "terkirim")
_UNPROCESSABLE = 422
_STEPS: dict[str, Callable[..., object]] = {
    "draw": draw_raters,
    "open": open_campaign,
    "close": close_campaign,
    "remind": remind_raters,
    "propose": propose_publication,
    "cancel": cancel_campaign,
}
_SECOND_STEPS: dict[str, Callable[..., object]] = {"publish": publish_campaign, "refuse": refuse_publication}


@bp.get("/umpan-balik")
@requires(Permission.CAMPAIGN_READ)
def campaigns() -> ResponseReturnValue:
    """List campaigns."""
    choices, order = _choices(), read_order(ORDERS, "")
    chosen = campaign_filter(choices)
    with reading() as session:
        paging = Paging.of(count_campaigns(session, chosen), PAGE_SIZE)
        lines = list_campaigns(session, chosen, order=order, page=paging.number)
        years = list_campaign_years(session)
    return render_template(
        "performance/campaigns.html",
        lines=lines,
        paging=paging,
        order=order,
        choices=choices,
        states=options("campaign_state"),
        years=[(str(year), str(year)) for year in years],
    )


@bp.get("/umpan-balik/ekspor.<any(xlsx, csv, pdf):form>")
@requires(Permission.CAMPAIGN_READ)
def export_campaigns(form: str) -> ResponseReturnValue:
    """Hand out the list of campaigns with its present filters."""
    choices = _choices()
    with reading() as session:
        count = count_campaigns(session, campaign_filter(choices))
    told = choices | {"urut": read_order(ORDERS, "")}
    title = _("Kampanye umpan balik 360: %(count)s baris", count=count)
    return hand_out(current_actor(), Order(kind=CAMPAIGNS, form=form, title=title, choices=told, rows=count))


@bp.route("/umpan-balik/baru", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def campaign_new() -> ResponseReturnValue:
    """Make a campaign."""
    form = CampaignForm(year=clock.today().year)
    actor = current_actor()
    with reading() as session:
        tree = load_tree(session, actor)
    form.offer([(unit.code, f"{'— ' * depth}{unit.name}") for depth, unit in tree.walk()])
    problem = ""
    if form.validate_on_submit():
        try:
            units = sorted(tree.with_descendants(get_unit(tree, form.unit.data or "").id))
            with unit_of_work() as session:
                campaign_id = create_campaign(
                    session,
                    actor,
                    terms=form.terms(),
                    unit_ids=units,
                    tier=form.tier.data or "",
                    drops_careless=bool(form.drops_careless.data),
                ).id
            flash(_("Kampanye dibuat. Undi penilai, periksa, lalu buka pengisian."), "success")
            return redirect(url_for(".campaign", campaign_id=campaign_id))
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
    page = render_template("performance/campaign_new.html", form=form, problem=problem)
    return page, _UNPROCESSABLE if problem or form.errors else 200


@bp.get("/umpan-balik/<int:campaign_id>")
@requires(Permission.CAMPAIGN_READ)
def campaign(campaign_id: int) -> ResponseReturnValue:
    """Show a campaign: how far it is, and once published what it came to."""
    actor = current_actor()
    with reading() as session:
        row = get_campaign(session, campaign_id)
        subjects = list_subjects(session, actor, campaign_id)
        results = load_published(session, row) if row.state == CampaignState.PUBLISHED else None
    if results is not None:
        officials = results.shown_among(subjects)
        log_readings(actor, officials=officials, what=READING, reason=f"campaign:{campaign_id}")
    text, order = read_text(), read_order(_SUBJECT_ORDERS, "nama")
    found = _searched(subjects, text, order)
    paging = Paging.of(len(found), SUBJECTS_PER_PAGE)
    return render_template(
        "performance/campaign.html",
        row=row,
        subjects=subjects,
        lines=paging.cut(found),
        paging=paging,
        text=text,
        order=order,
        results=results,
        units=_unit_means(subjects, results) if results is not None else [],
        values=load_values(),
        is_second=row.proposed_by is not None and row.proposed_by != actor.user_id,
    )


@bp.post("/umpan-balik/<int:campaign_id>/langkah")
@requires(Permission.CAMPAIGN_MANAGE)
def campaign_step(campaign_id: int) -> ResponseReturnValue:
    """Draw, open, remind, close, propose or cancel."""
    return _stepped(campaign_id, _STEPS)


@bp.post("/umpan-balik/<int:campaign_id>/keputusan")
@requires(Permission.CAMPAIGN_PUBLISH)
def campaign_decision(campaign_id: int) -> ResponseReturnValue:
    """Publish or refuse what somebody else proposed."""
    return _stepped(campaign_id, _SECOND_STEPS)


@bp.get("/umpan-balik/<int:campaign_id>/penilai/<nip>")
@requires(Permission.CAMPAIGN_MANAGE)
def campaign_raters(campaign_id: int, nip: str) -> ResponseReturnValue:
    """Show who is asked about a subject, so that conflicts can be replaced; never about oneself."""
    actor = current_actor()
    with reading() as session:
        row, head = get_campaign(session, campaign_id), get_official(session, actor, nip)
        if head.id == actor.official_id:
            raise NotFoundError("campaign-own-raters")
        raters = list_raters(session, campaign_id, head.id)
    log_reading(actor, official_id=head.id, what="reading-feedback-raters", reason=f"campaign:{campaign_id}")
    return render_template("performance/campaign_raters.html", row=row, official=head, raters=raters)


@bp.post("/umpan-balik/<int:campaign_id>/penilai/<nip>/ganti")
@requires(Permission.CAMPAIGN_MANAGE)
def campaign_replace(campaign_id: int, nip: str) -> ResponseReturnValue:
    """Have another rater drawn."""
    invitation, reason = request.form.get("undangan", type=int) or 0, request.form.get("alasan", "")
    acted(
        lambda session: replace_rater(session, current_actor(), invitation_id=invitation, reason=reason),
        lambda: _("Penilai diganti menurut undian."),
    )
    return redirect(url_for(".campaign_raters", campaign_id=campaign_id, nip=nip))


@bp.get("/umpan-balik/<int:campaign_id>/hasil/<nip>")
@requires(Permission.CAMPAIGN_READ)
def feedback_result(campaign_id: int, nip: str) -> ResponseReturnValue:
    """Show what a published campaign came to for one person."""
    row, head, result = _result(campaign_id, nip)
    return render_template(
        "performance/feedback_result.html",
        row=row,
        official=head,
        result=result,
        values=load_values(),
        pdf=url_for(".feedback_result_file", campaign_id=campaign_id, nip=nip),
        is_own=False,
    )


@bp.get("/umpan-balik/<int:campaign_id>/hasil/<nip>/laporan.pdf")
@requires(Permission.CAMPAIGN_READ)
def feedback_result_file(campaign_id: int, nip: str) -> ResponseReturnValue:
    """Give the result of one person as a PDF."""
    row, head, result = _result(campaign_id, nip)
    return pdf_response(feedback_pdf(row, head, result), f"umpan-balik-{row.year}-{head.nip}", inline=False)


@bp.get("/umpan-balik/<int:campaign_id>/ekspor.<any(xlsx, csv, pdf):form>")
@requires(Permission.CAMPAIGN_READ)
def campaign_export(campaign_id: int, form: str) -> ResponseReturnValue:
    """Hand out the published means of groups; the taking is in the chain."""
    actor = current_actor()
    with reading() as session:
        row = get_campaign(session, campaign_id)
        results = load_published(session, row)
        shown = results.shown_among(list_subjects(session, actor, campaign_id))
    most = len(shown) * len(load_values()) * (len(ANONYMOUS_GROUPS) + 1)
    title = _("Hasil umpan balik 360: %(name)s", name=row.name)
    return hand_out(
        actor, Order(kind=RESULTS, form=form, title=title, choices={"kampanye": str(campaign_id)}, rows=most)
    )


def _stepped(campaign_id: int, steps: dict[str, Callable[..., object]]) -> ResponseReturnValue:
    act = steps.get(request.form.get("langkah", ""))

    def take(session: Session) -> None:
        if act is None:
            raise RuleViolationError("campaign-step")
        act(session, current_actor(), campaign_id=campaign_id)

    acted(take, lambda: _("Keadaan kampanye berubah."))
    return redirect(url_for(".campaign", campaign_id=campaign_id))


def _result(campaign_id: int, nip: str) -> tuple[Campaign, OfficialHead, SubjectResult]:
    actor = current_actor()
    with reading() as session:
        row, head = get_campaign(session, campaign_id), get_official(session, actor, nip)
        result = published_result(session, row, head.id)
    log_reading(actor, official_id=head.id, what=READING, reason=f"campaign:{campaign_id}")
    return row, head, result


def published_result(session: Session, row: Campaign, official_id: int) -> SubjectResult:
    """Return a person's published result; raise :class:`NotFoundError` where nothing may be shown."""
    result = load_published(session, row).subjects.get(official_id)
    if result is None or not result.is_shown:
        raise NotFoundError("campaign-no-result")
    return result


def _choices() -> dict[str, str]:
    found = {
        "cari": read_text(),
        "keadaan": read_choice("keadaan", tuple(CampaignState)),
        "tahun": str(read_number("tahun") or ""),
    }
    return {name: value for name, value in found.items() if value}


def _searched(subjects: Sequence[SubjectLine], text: str, order: str) -> list[SubjectLine]:
    """Return the subjects a search leaves, in an order; a campaign has few enough to do it here."""
    words = text.lower().split()
    found = [one for one in subjects if all(word in f"{one.name} {one.nip} {one.unit_name}".lower() for word in words)]
    keys: dict[str, Callable[[SubjectLine], tuple[object, ...]]] = {
        "unit": lambda one: (one.unit_name.lower(), one.name.lower()),
        "terkirim": lambda one: (one.submitted, one.name.lower()),
    }
    key = keys.get(order.removeprefix("-"), lambda one: (one.name.lower(), one.nip))
    return sorted(found, key=key, reverse=order.startswith("-"))


def _unit_means(subjects: list[SubjectLine], results: CampaignResults) -> list[tuple[str, int, dict[str, float]]]:
    """Return per unit: name, subjects shown, mean over them of every value."""
    units: dict[tuple[str, int], list[SubjectResult]] = defaultdict(list)
    for one in subjects:
        result = results.subjects.get(one.official_id)
        if result is not None and result.is_shown:
            units[one.unit_name, one.unit_id].append(result)
    found = []
    for (name, _unit_id), members in sorted(units.items()):
        means = {}
        for value in load_values():
            marks = [one.overall[value.code][0] for one in members if value.code in one.overall]
            if marks:
                means[value.code] = fmean(marks)
        found.append((name, len(members), means))
    return found


def own_result(session: Session, actor: Actor, campaign_id: int) -> tuple[Campaign, SubjectResult]:
    """Return one's own published result; raise :class:`NotFoundError`."""
    row = get_campaign(session, campaign_id)
    return row, published_result(session, row, actor.official_id or 0)
