"""Uploading the answers of respondents: check, see what they come to, save; the answers themselves are not kept."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from merit.db import reading, unit_of_work
from merit.errors import ConflictError, InvalidInputError, RuleViolationError
from merit.exchange.blanks import template_csv, template_workbook
from merit.i18n import _
from merit.performance.domain.respondents import Summary
from merit.performance.domain.satisfaction import find_interval
from merit.performance.forms.units import AnswersForm
from merit.performance.respondents import ANSWERS, MOST_ROWS, Checked, Outcome, check_answers, record_answers
from merit.performance.views.blueprint import bp
from merit.performance.views.filling import UNPROCESSABLE
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import CSV, XLSX, file_response

_PROBLEMS_SHOWN = 200
_SECONDS = 3_600  # between checking and saving


@bp.route("/kepuasan/responden", methods=["GET", "POST"])
@requires(Permission.UNIT_RECORD)
def respondents() -> ResponseReturnValue:
    """Take a file of answers, show every problem with its cell, or what the answers come to."""
    form, checked = AnswersForm(), None
    if form.validate_on_submit():
        file = form.file.data
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "jawaban"
            file.save(path)
            with reading() as session:
                checked = check_answers(session, current_actor(), path=path, name=file.filename or "berkas")
    refused = bool(form.errors) or (checked is not None and bool(checked.problems))
    page = render_template(
        "units/respondents.html",
        form=form,
        checked=checked,
        problems=checked.problems[:_PROBLEMS_SHOWN] if checked else [],
        outcomes=[(one, _interval(one)) for one in checked.outcomes] if checked else [],
        token=_seal(checked) if checked and checked.outcomes and not checked.is_known else "",
        most=MOST_ROWS,
    )
    return page, UNPROCESSABLE if refused else 200


@bp.post("/kepuasan/responden/simpan")
@requires(Permission.UNIT_RECORD)
def save_respondents() -> ResponseReturnValue:
    """Save what was checked: the figures travelled sealed with the page, the answers are gone."""
    actor = current_actor()
    try:
        outcomes, sha256 = _unseal(request.form.get("hasil", ""))
        with unit_of_work() as session:
            count = record_answers(session, actor, outcomes=outcomes, sha256=sha256)
    except (RuleViolationError, InvalidInputError, ConflictError) as error:
        flash(phrase(error.reason, **error.details), "danger")
        return redirect(url_for(".respondents"))
    flash(_("%(count)s survei tersimpan. Jawaban responden tidak disimpan.", count=count), "success")
    if len(outcomes) == 1:
        return redirect(url_for(".satisfaction_unit", code=outcomes[0].unit_code))
    return redirect(url_for(".satisfaction"))


@bp.get("/kepuasan/responden/templat.<any(xlsx, csv):form>")
@requires(Permission.UNIT_RECORD)
def respondents_template(form: str) -> ResponseReturnValue:
    """Give the file to fill in."""
    if form == "csv":
        return file_response(template_csv(ANSWERS), name="jawaban-responden.csv", kind=CSV)
    return file_response(template_workbook(ANSWERS), name="jawaban-responden.xlsx", kind=XLSX)


def _interval(outcome: Outcome) -> Any:
    return find_interval(outcome.score, outcome.summary.respondents, outcome.summary.deviation)


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="satisfaction-respondents")


def _seal(checked: Checked) -> str:
    told = [_plain(asdict(outcome)) for outcome in checked.outcomes]
    return str(_sealer().dumps({"user": current_actor().user_id, "sha256": checked.sha256, "outcomes": told}))


def _unseal(token: str) -> tuple[list[Outcome], str]:
    try:
        told = _sealer().loads(token, max_age=_SECONDS)
    except BadSignature:
        raise InvalidInputError("respondents-check-again") from None
    if told["user"] != current_actor().user_id:
        raise InvalidInputError("respondents-check-again")
    return [_outcome(one) for one in told["outcomes"]], told["sha256"]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return str(value) if isinstance(value, Decimal) else value


def _outcome(told: dict[str, Any]) -> Outcome:
    inner = told.pop("summary")
    means = {element: Decimal(mean) for element, mean in inner["means"].items()}
    summary = Summary(means, inner["respondents"], _figure(inner["deviation"]))
    score, standing = Decimal(told.pop("score")), _figure(told.pop("standing_score"))
    return Outcome(summary=summary, score=score, standing_score=standing, **told)


def _figure(told: str | None) -> Decimal | None:
    return None if told is None else Decimal(told)
