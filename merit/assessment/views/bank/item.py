"""One item: what it asks, where it stands, what happened to it; its key on a page of its own."""

from __future__ import annotations

from typing import TypeAlias

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit.assessment.domain.answer_checks import ItemCheck
from merit.assessment.domain.clones import is_templated
from merit.assessment.domain.items import ItemContent
from merit.assessment.domain.key_lines import key_lines
from merit.assessment.domain.wording import content_changes
from merit.assessment.drift_jobs import drift_reports
from merit.assessment.models.calibration import Calibration, CalibrationItem
from merit.assessment.queries.bank import BankFilter, count_items, rows_of
from merit.assessment.queries.calibration_pages import find_calibrated
from merit.assessment.queries.item_history import (
    get_item,
    get_version,
    list_comments,
    list_statistics,
    list_steps,
    list_uses,
    list_versions,
)
from merit.assessment.services.bank import alike_to, enemies_of
from merit.assessment.services.clones import example_clone
from merit.assessment.services.items import load_standing
from merit.assessment.views.bank.reading import example_of, read_key, seed_of, shown_item
from merit.assessment.views.blueprint import bp
from merit.db import reading
from merit.security.permissions import Permission
from merit.web.access import requires
from merit.web.labels import options

Seen: TypeAlias = tuple[tuple[str, str], int]
_SHOWN_ALIKE = 5
_QUICKLY_COMPARED = 2000  # in a larger bank near-duplicates are looked for when asked
_STEP_ORDER = ("review", "trial", "active", "draft", "suspended", "retired")


@bp.get("/bank-soal/<code>")
@requires(Permission.ITEM_READ)
def item(code: str) -> ResponseReturnValue:
    """Show an item with everything but its key."""
    with reading() as session:
        found = get_item(session, code)
        versions = list_versions(session, found.id)
        newest = versions[0].version
        standing = load_standing(session, found)
        enemies = enemies_of(session, found.id)
        known = {enemy.id for enemy, _reason in enemies}
        looks = "mirip" in request.args or count_items(session, BankFilter()) <= _QUICKLY_COMPARED
        alike = []
        if looks:
            alike = alike_to(session, newest.plain_text, language=found.language, but=found.id, most=_SHOWN_ALIKE)
        page = {
            "row": rows_of(session, [found.id])[0],
            "steps": list_steps(session, found.id),
            "comments": list_comments(session, found.id),
            "uses": list_uses(session, found.id),
        }
        calibrated = find_calibrated(session, standing.in_use_id)
        figures = list_statistics(session, found.id)
        drift = _drift(session, calibrated)
    return render_template(
        "bank/item.html",
        item=found,
        versions=versions,
        newest=newest,
        in_use=next(line.version for line in versions if line.version.id == standing.in_use_id),
        standing=standing,
        next_states=[state for state in _STEP_ORDER if state in standing.next_states],
        enemies=enemies,
        looks=looks,
        alike=[one for one in alike if one.item_id not in known],
        shown=shown_item(example_of(newest)),
        competencies=options("competency"),
        statistics=[line for line in figures if not line.is_adaptive],
        adaptive=[line for line in figures if line.is_adaptive],
        calibrated=calibrated,
        drift=drift,
        alarms=[
            (*sitting, one)
            for (sitting, version_id), one in drift.items()
            if one.is_alarm and version_id == standing.in_use_id
        ],
        **page,
    )


def _drift(session: Session, calibrated: tuple[CalibrationItem, Calibration] | None) -> dict[Seen, ItemCheck]:
    """Return what sittings say about the parameters in force, by sitting (code, name) and item version."""
    if calibrated is None:
        return {}
    return {
        ((report.sitting, report.name), version_id): one
        for report in drift_reports(session, calibrated[1].id)
        for version_id, one in report.items.items()
    }


@bp.get("/bank-soal/<code>/versi/<int:number>")
@requires(Permission.ITEM_READ)
def item_version(code: str, number: int) -> ResponseReturnValue:
    """Show one version and what it changed."""
    with reading() as session:
        found = get_item(session, code)
        version = get_version(session, found.id, number)
        versions = list_versions(session, found.id)
        former = get_version(session, found.id, number - 1) if number > 1 else None
    content = ItemContent.model_validate(version.content)
    changes = content_changes(ItemContent.model_validate(former.content), content) if former else ()
    return render_template(
        "bank/version.html",
        item=found,
        line=next(line for line in versions if line.version.id == version.id),
        former=former,
        changes=changes,
        newest=versions[0].version.number,
        shown=shown_item(example_of(version)),
    )


@bp.get("/bank-soal/<code>/versi/<int:number>/kunci")
@requires(Permission.ITEM_WRITE, Permission.ITEM_REVIEW)
def item_key(code: str, number: int) -> ResponseReturnValue:
    """Show the key of a version; that it was read is in the audit chain."""
    with reading() as session:
        found = get_item(session, code)
        version = get_version(session, found.id, number)
    key = read_key(found, version, purpose="show")
    content, clone = example_clone(ItemContent.model_validate(version.content), key, seed_of(1))
    return render_template(
        "bank/key.html",
        item=found,
        version=version,
        key=key,
        lines=key_lines(content, clone),
        shown=shown_item(content),
        is_drawn=is_templated(key),
    )
