"""The analysis of one item in one sitting, in words, pictures and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit.assessment.domain.bank import choices_of
from merit.assessment.domain.item_analysis import SittingPoints
from merit.assessment.domain.richtext import plain
from merit.assessment.domain.verdicts import Action, Verdict
from merit.assessment.queries.item_results import ItemRow, list_items
from merit.assessment.queries.items import LoadedVersion, load_versions
from merit.assessment.queries.result_head import ResultHead, load_head
from merit.assessment.services.item_analysis import SittingFigures, analyse_sitting, curve_figures
from merit.assessment.views.analysis_pictures import draw_curve, draw_item_information, draw_options
from merit.assessment.views.blueprint import bp
from merit.db import reading
from merit.errors import NotFoundError
from merit.i18n import _
from merit.phrases import phrase
from merit.phrases.verdicts import group_words, verdict_words
from merit.security.permissions import Permission
from merit.web.access import can, requires

_WORDS_OF_OPTION = 40
TONES = {"act": "danger", "look": "warning", "fine": "success"}
ICONS = {"act": "alert-triangle", "look": "info-circle", "fine": "check"}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictLine:
    """A verdict as a page shows it: its sentence, colour, icon, and where to act (both empty for none)."""

    text: str
    tone: str
    icon: str
    url: str = ""
    action: str = ""


def verdict_lines(verdicts: tuple[Verdict, ...], *, code: str, sitting: str, version_id: int) -> list[VerdictLine]:
    """Return the verdicts on an item as lines, with the action the reader may take."""
    lines = []
    for verdict in verdicts:
        url, action = _action(verdict.action, code=code, sitting=sitting, version_id=version_id)
        lines.append(
            VerdictLine(
                text=phrase(verdict.code, **verdict_words(verdict.details)),
                tone=TONES[verdict.weight],
                icon=ICONS[verdict.weight],
                url=url,
                action=action,
            )
        )
    return lines


def _action(action: Action, *, code: str, sitting: str, version_id: int) -> tuple[str, str]:
    if action is Action.KEY and can("key:change"):
        return url_for("assessment.key_change", code=sitting, version_id=version_id), _("Koreksi kunci")
    if action is Action.KEY and can("item:write"):
        return url_for("assessment.item", code=code), _("Periksa kuncinya")
    if action is Action.REVISE and can("item:write"):
        return url_for("assessment.edit_item", code=code), _("Perbaiki butir")
    if action is Action.SUSPEND and can("item:write"):
        return url_for("assessment.item", code=code), _("Tangguhkan")
    return "", ""


def sitting_figures(session: Session, head: ResultHead) -> tuple[SittingPoints, SittingFigures] | None:
    """Return points and figures of a sitting, None before its scoring."""
    if head.version is None:
        return None
    return analyse_sitting(session, sitting_id=head.id, score_version_id=head.version.id, sha256=head.version.sha256)


def sitting_verdicts(
    figures: SittingFigures, items: Sequence[ItemRow], *, sitting: str
) -> dict[int, list[VerdictLine]]:
    """Return the verdicts on the items of a sitting, by version."""
    return {
        row.version_id: verdict_lines(
            figures.items[row.version_id].verdicts, code=row.code, sitting=sitting, version_id=row.version_id
        )
        for row in items
        if row.version_id in figures.items
    }


@bp.get("/sesi-uji/<code>/hasil/butir/<int:version_id>")
@requires(Permission.TEST_RESULT_READ, Permission.ITEM_READ)
def item_analysis(code: str, version_id: int) -> ResponseReturnValue:
    """Show what a sitting tells about one item; no person is named."""
    with reading() as session:
        head = load_head(session, code)
        found = sitting_figures(session, head)
        if found is None or head.version is None or version_id not in found[1].items:
            raise NotFoundError("key-change-item-unknown")
        test, figures = found
        row = next(one for one in list_items(session, head.id, head.version.id) if one.version_id == version_id)
        version = load_versions(session, [version_id])[version_id]
        curve = curve_figures(session, test, version_id)
    own = figures.items[version_id]
    return render_template(
        "results/item.html",
        head=head,
        row=row,
        own=own,
        adaptive=figures.is_adaptive,
        verdicts=verdict_lines(own.verdicts, code=row.code, sitting=code, version_id=version_id),
        groups=[(group_words(one.group), one) for one in own.evidence.groups],
        options=draw_options(own.options, option_names(version)),
        curve=curve,
        curve_figure=draw_curve(curve) if curve else None,
        information=draw_item_information(curve) if curve else None,
    )


def option_names(version: LoadedVersion) -> Mapping[str, str]:
    """Return the options of an item in words, by identifier; "" is a blank answer."""
    names = {"": _("kosong")}
    for interaction in version.content.interactions:
        for choice in choices_of(interaction):
            text = plain(choice.html)
            short = text if len(text) <= _WORDS_OF_OPTION else f"{text[: _WORDS_OF_OPTION - 1]}…"
            names[choice.id] = f"{choice.id}. {short}"
    return names
