"""The figures of the index: those in force with citation and standing, proposals, the second person's decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.db import reading, unit_of_work
from merit.errors import InvalidInputError, RuleViolationError
from merit.i18n import _
from merit.phrases import phrase
from merit.ranking.professionalism.domain.rules import DIMENSIONS, Rules, shipped_rules
from merit.ranking.professionalism.forms import ProposalForm, proposal_form
from merit.ranking.professionalism.models import ProfessionalismRules
from merit.ranking.professionalism.services import rules as services
from merit.ranking.professionalism.views.blueprint import bp
from merit.reference import load_document
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires

_UNPROCESSABLE = 422
_REASON_LENGTH = 300


@bp.get("/indeks-profesionalitas/aturan")
@requires(Permission.PROFESSIONALISM_READ)
def rules() -> ResponseReturnValue:
    """Show the figures in force today and every version."""
    with reading() as session:
        shown = services.rules_on(session, clock.today())
        versions = services.list_versions(session)
        names = _names(session, *versions)
    return render_template("professionalism/rules.html", versions=versions, names=names, **_rules_content(shown))


@bp.get("/indeks-profesionalitas/aturan/<int:number>")
@requires(Permission.PROFESSIONALISM_READ)
def version(number: int) -> ResponseReturnValue:
    """Show one version, what it changes, and the decision about it."""
    with reading() as session:
        shown = services.get_version(session, number)
        names = _names(session, shown)
        before = services.rules_on(session, shown.valid_from - dt.timedelta(days=1))
    return render_template(
        "professionalism/version.html",
        version=shown,
        names=names,
        before=before,
        is_own=shown.author_id == current_actor().user_id,
        **_rules_content(services.rules_of(shown)),
    )


@bp.route("/indeks-profesionalitas/aturan/baru", methods=["GET", "POST"])
@requires(Permission.PROFESSIONALISM_MANAGE)
def propose() -> ResponseReturnValue:
    """Propose a set of figures; another person puts it in force."""
    with reading() as session:
        present = services.rules_on(session, clock.today())
    form = proposal_form(present)
    if request.method == "GET":
        form.valid_from.data = clock.today()
    elif form.validate() and (number := _propose(form)) is not None:
        flash(_("Usulan tersimpan. Orang lain memutusnya."), "success")
        return redirect(url_for(".version", number=number))
    page = render_template("professionalism/propose.html", form=form, **_rules_content(present))
    return page, _UNPROCESSABLE if form.errors else 200


@bp.post("/indeks-profesionalitas/aturan/<int:number>/putusan")
@requires(Permission.PROFESSIONALISM_DECIDE)
def decide(number: int) -> ResponseReturnValue:
    """Put a proposal in force, or refuse it with a reason."""
    approve = request.form.get("putusan") == "setuju"
    note = request.form.get("alasan", "")[:_REASON_LENGTH]
    try:
        with unit_of_work() as session:
            services.decide_rules(session, current_actor(), number=number, approve=approve, note=note)
    except (InvalidInputError, RuleViolationError) as refusal:
        flash(phrase(refusal.reason, **refusal.details), "danger")
    else:
        flash(_("Angka ini berlaku mulai tanggalnya.") if approve else _("Usulan ditolak."), "success")
    return redirect(url_for(".version", number=number))


@bp.post("/indeks-profesionalitas/aturan/<int:number>/tarik")
@requires(Permission.PROFESSIONALISM_MANAGE)
def withdraw(number: int) -> ResponseReturnValue:
    """Take one's own proposal back."""
    try:
        with unit_of_work() as session:
            services.withdraw_rules(session, current_actor(), number=number)
    except RuleViolationError as refusal:
        flash(phrase(refusal.reason, **refusal.details), "danger")
    else:
        flash(_("Usulan ditarik."), "success")
    return redirect(url_for(".version", number=number))


def _propose(form: ProposalForm) -> int | None:
    proposal = services.Proposal(
        figures=form.figures,
        valid_from=form.valid_from.data or clock.today(),
        basis=form.basis.data or "",
        note=form.note.data or "",
    )
    try:
        with unit_of_work() as session:
            return services.propose_rules(session, current_actor(), proposal=proposal).number
    except (InvalidInputError, RuleViolationError) as refusal:
        form.form_errors.append(phrase(refusal.reason, **refusal.details))
        return None


def _names(session: Session, *versions: ProfessionalismRules) -> dict[int, str]:
    wanted = {number for each in versions for number in (each.author_id, each.decided_by_id) if number is not None}
    return {number: session.get_one(User, number).name for number in wanted}


def _rules_content(shown: Rules) -> dict[str, Any]:
    document = load_document("ip_asn")
    return {
        "rules": shown,
        "dimensions": [(code, shown.weights[code], shown.of(code)) for code in DIMENSIONS],
        "shipped": shipped_rules(),
        "citations": [
            (_("Bobot dimensi"), document["weights"]),
            (_("Kategori"), document["categories"]),
            (_("PPPK dihitung dengan cara yang sama"), document["pppk"]),
            (_("Pelaporan ke KemenPANRB melalui BKN"), document["reporting"]),
        ],
    }
