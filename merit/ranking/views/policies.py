"""Policies: the versions, one document in words, its life, what it rests on, and what differs between two."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit.assessment.queries.sittings import user_names
from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _
from merit.phrases import phrase
from merit.ranking.catalogue import CATALOGUE
from merit.ranking.forms import ApprovalForm, PolicyForm
from merit.ranking.life_cycle import Act, Stage
from merit.ranking.models import PolicyVersion
from merit.ranking.report.changes import ChangeGroup, change_groups, citations, params_text
from merit.ranking.services.policies import (
    authors_of,
    find_active_policy,
    get_version,
    import_policy,
    list_versions,
    load_policy,
    standings_of,
)
from merit.ranking.services.policy_acts import list_acts
from merit.ranking.services.policy_drafts import list_revisions, source_of
from merit.ranking.views.blueprint import bp
from merit.security.permissions import Actor, Permission, is_granted
from merit.web.access import current_actor, requires
from merit.web.downloads import file_response
from merit.web.paging import read_number

_UNPROCESSABLE = 422
_YAML = "application/yaml; charset=utf-8"


@bp.get("/kebijakan")
@requires(Permission.POLICY_READ)
def policies() -> ResponseReturnValue:
    """List every version of every policy with what it is today."""
    with reading() as session:
        return render_template(
            "ranking/policies.html", versions=list_versions(session), standings=standings_of(session)
        )


@bp.get("/kebijakan/<code>/<int:number>")
@requires(Permission.POLICY_READ)
def policy(code: str, number: int) -> ResponseReturnValue:
    """Show one version: gates with citation and standing, pillars, weights and knots, and its life so far."""
    with reading() as session:
        version = get_version(session, code, number)
        return policy_page(session, version, ApprovalForm(formdata=None))


def policy_page(
    session: Session, version: PolicyVersion, approval: ApprovalForm, *, refusal: str = "", comment: str = ""
) -> str:
    """Return the page of a version, with the approval form and the comment as they were typed."""
    parsed = load_policy(version)
    base = _base(session, version)
    acts, revisions = list_acts(session, version), list_revisions(session, version)
    approval.gates.choices = [
        (gate.id, f"{gate.title or gate.id} ({gate.id})") for gate in parsed.gates if gate.id in parsed.missing_decrees
    ]
    approval.revision.data = str(version.revision)
    return render_template(
        "ranking/policy.html",
        version=version,
        policy=parsed,
        standing=standings_of(session, version.code)[version.id],
        never_missing=[code for code, indicator in CATALOGUE.items() if not indicator.may_be_missing],
        params={gate.id: params_text(gate) for gate in parsed.gates},
        base=base,
        changes=_changes(base, version),
        acts=acts,
        revisions=revisions,
        names=user_names(session, [one.user_id for one in acts] + [one.author_id for one in revisions]),
        open_acts=_open_acts(session, version, current_actor()),
        others=[one for one in list_versions(session, version.code) if one.id != version.id],
        open_sources=sum(source.is_open for source in citations(parsed)),
        approval=approval,
        refusal=refusal,
        comment=comment,
    )


@bp.get("/kebijakan/<code>/<int:number>/yaml")
@requires(Permission.POLICY_READ)
def policy_yaml(code: str, number: int) -> Response:
    """Hand out a version as the YAML its drafter wrote."""
    with reading() as session:
        version = get_version(session, code, number)
        text = source_of(session, version)
    return file_response(text.encode(), name=f"{code}-v{number}.yaml", kind=_YAML)


@bp.get("/kebijakan/<code>/<int:number>/beda")
@requires(Permission.POLICY_READ)
def policy_changes(code: str, number: int) -> ResponseReturnValue:
    """Say in words what differs between a version and another one of the same policy."""
    with reading() as session:
        version = get_version(session, code, number)
        others = [one for one in list_versions(session, code) if one.id != version.id]
        wanted = read_number("dengan")
        other = next((one for one in others if one.number == wanted), None) or _base(session, version)
        return render_template(
            "ranking/policy_changes.html",
            version=version,
            other=other,
            others=others,
            standings=standings_of(session, code),
            changes=_changes(other, version),
        )


@bp.get("/kebijakan/<code>/<int:number>/dasar")
@requires(Permission.POLICY_READ)
def policy_sources(code: str, number: int) -> ResponseReturnValue:
    """List what a version rests on in law, what needs verification and which decrees are missing."""
    with reading() as session:
        version = get_version(session, code, number)
        found = citations(load_policy(version))
    wanted = request.args.get("tampil", "")
    shown = [one for one in found if one.is_open] if wanted == "terbuka" else found
    return render_template(
        "ranking/policy_sources.html",
        version=version,
        sources=shown,
        wanted=wanted,
        missing=[one for one in found if one.status == "local" and not one.decree],
        unverified=[one for one in found if one.status == "needs_verification"],
        total=len(found),
        open_count=sum(one.is_open for one in found),
    )


@bp.route("/kebijakan/baru", methods=["GET", "POST"])
@requires(Permission.POLICY_DRAFT)
def draft() -> ResponseReturnValue:
    """Record an uploaded or pasted document as a draft; every problem names its line and the text stays."""
    form = PolicyForm()
    if form.validate_on_submit():
        try:
            text = form.read()
            with unit_of_work() as session:
                version = import_policy(session, current_actor(), text=text)
                address = url_for(".policy", code=version.code, number=version.number)
        except UnicodeDecodeError:
            form.form_errors = [_("Berkas bukan teks UTF-8. Simpan ulang sebagai UTF-8.")]
        except MeritError as error:
            form.form_errors = _sentences(error)
        else:
            flash(_("Rancangan kebijakan tercatat. Pengaktifan memerlukan dua orang."), "success")
            return redirect(address)
    return render_template("ranking/policy_form.html", form=form), _UNPROCESSABLE if form.errors else 200


def _sentences(error: MeritError) -> list[str]:
    problems: Any = getattr(error, "problems", ())
    if problems:
        return [phrase(one.code, line=one.line, **one.details) for one in problems]
    return phrase(error.reason, **error.details).splitlines()


def _base(session: Session, version: PolicyVersion) -> PolicyVersion | None:
    """Return what a version is compared with: for a draft the one in force, else the one before it."""
    if version.state == "draft" and (active := find_active_policy(session, version.code)) is not None:
        return active
    earlier = [one for one in list_versions(session, version.code) if one.number < version.number]
    approved = [one for one in earlier if one.state != "draft"]
    return next(iter(approved or earlier), None)


def _changes(base: PolicyVersion | None, version: PolicyVersion) -> tuple[ChangeGroup, ...]:
    return () if base is None else change_groups(load_policy(base), load_policy(version))


def _open_acts(session: Session, version: PolicyVersion, actor: Actor) -> frozenset[str]:
    """Return the acts the reader may do now; the services check each again."""
    if version.state != "draft":
        return frozenset()
    drafts, reviews, seconds = (
        is_granted(actor, permission)
        for permission in (Permission.POLICY_DRAFT, Permission.POLICY_ACTIVATE, Permission.POLICY_SECOND)
    )
    is_author = actor.user_id in authors_of(session, version)
    last_review = next((one.user_id for one in reversed(list_acts(session, version)) if one.act == Act.REVIEW), None)
    allowed = {
        Act.SUBMIT: version.stage == Stage.WRITING and drafts,
        Act.DISCARD: version.stage == Stage.WRITING and drafts,
        Act.RESTORE: version.stage == Stage.DISCARDED and drafts,
        Act.WITHDRAW: version.stage == Stage.SUBMITTED and drafts,
        Act.REVIEW: version.stage == Stage.SUBMITTED and reviews and not is_author,
        Act.RETURN: version.stage in {Stage.SUBMITTED, Stage.REVIEWED} and (reviews or seconds),
        Act.APPROVE: version.stage == Stage.REVIEWED and seconds and not is_author and actor.user_id != last_review,
    }
    return frozenset(act.value for act, is_open in allowed.items() if is_open)
