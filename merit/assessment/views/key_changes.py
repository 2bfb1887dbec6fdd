"""Pages of key changes: what was proposed and decided, and a proposal with its effects."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.assessment.domain.bank import choices_of
from merit.assessment.domain.richtext import plain
from merit.assessment.forms.results import KeyChangeForm, key_fields, read_correction
from merit.assessment.queries.items import LoadedVersion
from merit.assessment.queries.key_changes import list_changes
from merit.assessment.queries.result_head import load_head
from merit.assessment.scoring_jobs import KEY_KIND, key_change_prefix, order_key_change
from merit.assessment.services.key_changes import open_version, preview_change, propose_change, refuse_change
from merit.assessment.views.blueprint import bp
from merit.assessment.views.item_texts import with_media
from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _
from merit.jobs.queries import find_newest
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires


@bp.get("/sesi-uji/<code>/hasil/kunci")
@requires(Permission.TEST_RESULT_READ)
def key_changes(code: str) -> ResponseReturnValue:
    """List what was proposed and decided about keys."""
    with reading() as session:
        head = load_head(session, code)
        changes = list_changes(session, head.id)
        waiting = [one.id for one in changes if one.state == "waiting"]
        jobs = {number: find_newest(session, kind=KEY_KIND, key_prefix=key_change_prefix(number)) for number in waiting}
    return render_template("results/keys.html", head=head, changes=changes, jobs=jobs, user_id=current_actor().user_id)


@bp.route("/sesi-uji/<code>/hasil/kunci/<int:version_id>", methods=["GET", "POST"])
@requires(Permission.KEY_CHANGE)
def key_change(code: str, version_id: int) -> ResponseReturnValue:
    """Show an item with its key, preview a correction, and propose it."""
    actor, form = current_actor(), KeyChangeForm()
    with reading() as session:
        head = load_head(session, code)
        version = open_version(session, actor, code=code, version_id=version_id)
    problem, preview = "", None
    if form.validate_on_submit():
        try:
            correction = read_correction(form, version)
            if "usulkan" not in request.form:
                with reading() as session:
                    preview = preview_change(session, actor, code=code, version_id=version_id, correction=correction)
            else:
                with unit_of_work() as session:
                    propose_change(
                        session,
                        actor,
                        code=code,
                        version_id=version_id,
                        correction=correction,
                        reason=form.reason.data or "",
                    )
                flash(_("Perubahan diusulkan. Orang lain yang berwenang memutuskannya."))
                return redirect(url_for(".key_changes", code=code))
        except MeritError as error:
            problem = phrase(error.reason, **error.details)
    return render_template(
        "results/key.html",
        head=head,
        version=version,
        question=with_media(version.content.body),
        fields=key_fields(version, _words(version)),
        form=form,
        problem=problem,
        preview=preview,
        given=request.form,
    )


@bp.post("/sesi-uji/<code>/hasil/kunci/<int:change_id>/putusan")
@requires(Permission.KEY_CHANGE)
def decide_key_change(code: str, change_id: int) -> ResponseReturnValue:
    """Refuse another person's proposal, or order the scoring that approves it."""
    actor, approve = current_actor(), request.form.get("putusan") == "setuju"
    with unit_of_work() as session:
        if approve:
            order_key_change(session, actor, code=code, change_id=change_id)
        else:
            refuse_change(session, actor, code=code, change_id=change_id)
    flash(_("Nilai sedang dihitung ulang; perubahan berlaku setelah selesai.") if approve else _("Perubahan ditolak."))
    return redirect(url_for(".key_changes", code=code))


def _words(version: LoadedVersion) -> dict[str, dict[str, str]]:
    return {
        interaction.id: {choice.id: plain(choice.html) for choice in choices_of(interaction)}
        for interaction in version.content.interactions
    }
