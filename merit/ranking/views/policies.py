"""Policies: the versions, one document in words, a new draft."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _
from merit.phrases import phrase
from merit.ranking.catalogue import CATALOGUE
from merit.ranking.forms import PolicyForm
from merit.ranking.services.policies import get_version, import_policy, list_versions, load_policy
from merit.ranking.views.blueprint import bp
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires

_UNPROCESSABLE = 422


@bp.get("/kebijakan")
@requires(Permission.POLICY_READ)
def policies() -> ResponseReturnValue:
    """List every version of every policy."""
    with reading() as session:
        return render_template("ranking/policies.html", versions=list_versions(session))


@bp.get("/kebijakan/<code>/<int:number>")
@requires(Permission.POLICY_READ)
def policy(code: str, number: int) -> ResponseReturnValue:
    """Show one version: gates with citation and standing, pillars, weights and knots."""
    with reading() as session:
        version = get_version(session, code, number)
        never_missing = [code for code, indicator in CATALOGUE.items() if not indicator.may_be_missing]
        return render_template(
            "ranking/policy.html", version=version, policy=load_policy(version), never_missing=never_missing
        )


@bp.route("/kebijakan/baru", methods=["GET", "POST"])
@requires(Permission.POLICY_DRAFT)
def draft() -> ResponseReturnValue:
    """Record an uploaded document as a draft; every problem names its line."""
    form = PolicyForm()
    if form.validate_on_submit():
        try:
            text = form.document.data.read().decode("utf-8")
            with unit_of_work() as session:
                version = import_policy(session, current_actor(), text=text)
                address = url_for(".policy", code=version.code, number=version.number)
        except UnicodeDecodeError:
            form.form_errors = [_("Berkas bukan teks UTF-8. Simpan ulang sebagai UTF-8.")]
        except MeritError as error:
            form.form_errors = phrase(error.reason, **error.details).splitlines()
        else:
            flash(_("Rancangan kebijakan tercatat. Pengaktifan memerlukan dua orang."), "success")
            return redirect(address)
    return render_template("ranking/policy_form.html", form=form), _UNPROCESSABLE if form.errors else 200
