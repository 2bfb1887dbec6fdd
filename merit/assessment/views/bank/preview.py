"""The item exactly as candidates see it; its author may answer and see what the answer earns."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue

from merit.assessment.domain.items import ItemContent
from merit.assessment.domain.key_lines import ResponseLines, key_lines
from merit.assessment.domain.printing import variables_in
from merit.assessment.domain.scoring import score_item
from merit.assessment.domain.showing import moved, read_form
from merit.assessment.queries.item_history import get_item, list_versions
from merit.assessment.services.clones import example_clone
from merit.assessment.views.bank.reading import example_of, read_key, seed_of, shown_item
from merit.assessment.views.blueprint import bp
from merit.db import reading
from merit.errors import NotFoundError
from merit.security.permissions import Permission
from merit.web.access import can, requires
from merit.web.paging import read_number


@bp.route("/bank-soal/<code>/pratinjau", methods=["GET", "POST"])
@requires(Permission.ITEM_READ)
def preview_item(code: str) -> ResponseReturnValue:
    """Show the item on the candidate's screen; an answer sent is scored and not kept."""
    with reading() as session:
        item = get_item(session, code)
        versions = [line.version for line in list_versions(session, item.id)]
    wanted = read_number("versi") or versions[0].number
    version = next((one for one in versions if one.number == wanted), None)
    if version is None:
        raise NotFoundError
    content, example = ItemContent.model_validate(version.content), read_number("contoh") or 1
    shown = shown_item(example_of(version, example))
    given: dict[str, list[str]] = {}
    score, key = None, None
    lines: Sequence[ResponseLines] = ()
    if request.method == "POST":
        fields = {name: request.form.getlist(name) for name in request.form}
        given = read_form(shown.interactions, fields)
        if "geser" in fields:
            given = moved(given, shown.interactions, fields)
        elif can("item:write"):
            key = read_key(item, version, purpose="try")
            drawn, key = example_clone(content, key, seed_of(example))
            score, lines = score_item(drawn, key, given), key_lines(drawn, key)
    return render_template(
        "bank/preview.html",
        item=item,
        version=version,
        versions=versions,
        shown=shown,
        given=given,
        score=score,
        lines=lines,
        example=example if variables_in(content) else 0,
        rationale=key.rationale if key else "",
    )
