"""The form of a blueprint: a table of counts per competency and level for every section, and rows with more to say.

What was typed is kept as texts (:class:`BlueprintDraft`), so that nothing is lost when something is wrong and
sections and rows can be added without JavaScript.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from merit.assessment.domain.blueprints import (
    ITEM_KINDS,
    MAX_FORMS,
    BlueprintDocument,
    BlueprintRow,
    BlueprintSection,
    document_problems,
)
from merit.assessment.domain.items import MAX_LEVEL
from merit.assessment.forms.adaptive_part import read_typed, to_rules, typed_of
from merit.evidence import COMPETENCIES
from merit.i18n import _
from merit.phrases import phrase

LEVELS = (1, 2, 3, 4, 5, 0)  # 0: every level
MAX_SECTIONS = 20
MAX_ROWS = 40
_MOST = 200
Posted: TypeAlias = MultiDict[str, str]


@dataclass(slots=True)
class RowDraft:
    """A row as typed."""

    count: str = ""
    competency: str = ""
    level: str = ""
    subject: str = ""
    kind: str = ""
    pool: str = ""
    trial: bool = False


@dataclass(slots=True)
class SectionDraft:
    """A section as typed; ``cells`` are the counts of the table by (competency, level)."""

    name: str = ""
    minutes: str = ""
    shuffle_items: bool = True
    shuffle_options: bool = True
    fixed: str = ""
    cells: dict[tuple[str, int], str] = field(default_factory=dict)
    rows: list[RowDraft] = field(default_factory=list)
    adaptive: dict[str, str] = field(default_factory=lambda: typed_of(None))


@dataclass(slots=True)
class BlueprintDraft:
    """A blueprint as typed."""

    code: str = ""
    name: str = ""
    language: str = "id"
    minutes: str = "90"
    navigation: str = "free"
    forms: str = "1"
    row_version: int = 1
    sections: list[SectionDraft] = field(default_factory=lambda: [SectionDraft()])
    errors: list[tuple[str, str]] = field(default_factory=list)  # (id of the control, sentence)


def draft_of(document: BlueprintDocument, *, code: str, name: str, row_version: int) -> BlueprintDraft:
    """Return a stored plan as it stands in the form."""
    return BlueprintDraft(
        code=code,
        name=name,
        language=document.language,
        minutes=str(document.minutes),
        navigation=document.navigation,
        forms=str(document.forms),
        row_version=row_version,
        sections=[_section_draft(section) for section in document.sections],
    )


def read_draft(form: Posted) -> BlueprintDraft:
    """Return what was typed."""
    sections = min(_whole(form.get("sections", "1"), 1), MAX_SECTIONS)
    return BlueprintDraft(
        code=form.get("code", "").strip(),
        name=form.get("name", "").strip(),
        language=form.get("language", "id").strip(),
        minutes=form.get("minutes", "").strip(),
        navigation="forward" if form.get("navigation") == "forward" else "free",
        forms=form.get("forms", "").strip(),
        row_version=_whole(form.get("row_version", "1"), 1),
        sections=[_read_section(form, f"s{number}-") for number in range(sections)],
    )


def change_shape(draft: BlueprintDraft, act: str) -> bool:
    """Add or take away a section or row as the pressed button says; False when the button is another one."""
    word, _sep, number = act.partition(":")
    at = _whole(number, -1)
    if word == "add-section" and len(draft.sections) < MAX_SECTIONS:
        draft.sections.append(SectionDraft())
    elif word == "add-row" and 0 <= at < len(draft.sections) and len(draft.sections[at].rows) < MAX_ROWS:
        draft.sections[at].rows.append(RowDraft())
    elif word == "drop-section" and 0 <= at < len(draft.sections) and len(draft.sections) > 1:
        del draft.sections[at]
    else:
        return word in {"add-section", "add-row", "drop-section"}
    return True


def to_document(draft: BlueprintDraft) -> BlueprintDocument | None:
    """Return the plan, or None with sentences in ``draft.errors``."""
    draft.errors = []
    if not draft.name:
        draft.errors.append(("name", phrase("blueprint-unnamed")))
    tree = {
        "language": draft.language,
        "minutes": _number(draft, "minutes", draft.minutes, (1, 600), _("Lama ujian")),
        "navigation": draft.navigation,
        "forms": _number(draft, "forms", draft.forms, (0, MAX_FORMS), _("Jumlah paket")),
        "sections": tuple(_section(draft, number, section) for number, section in enumerate(draft.sections)),
    }
    if draft.errors:
        return None
    try:
        document = BlueprintDocument.model_validate(tree)
    except ValidationError as error:
        draft.errors.extend(("sections", f"{'.'.join(map(str, one['loc']))}: {one['msg']}") for one in error.errors())
        return None
    draft.errors.extend(("sections", phrase(code)) for code in document_problems(document))
    return None if draft.errors else document


def _section(draft: BlueprintDraft, number: int, section: SectionDraft) -> BlueprintSection | Mapping[str, Any]:
    prefix, name = f"s{number}-", section.name or _("Bagian %(number)s", number=number + 1)
    if not section.name:
        draft.errors.append((f"{prefix}name", phrase("blueprint-section-unnamed", number=number + 1)))
    rows: list[Mapping[str, Any]] = []
    for (competency, level), text in section.cells.items():
        count = _number(draft, f"{prefix}c-{competency}-{level}", text or "0", (0, _MOST), f"{name}, {competency}")
        if count:
            rows.append({"competency": competency, "level": level or None, "count": count})
    for at, row in enumerate(section.rows):
        count = _number(draft, f"{prefix}r{at}-count", row.count or "0", (0, _MOST), name)
        if count:
            rows.append(_row(row, count))
    return {
        "name": section.name[:200],
        "minutes": _number(draft, f"{prefix}minutes", section.minutes, (1, 600), name) if section.minutes else None,
        "shuffle_items": section.shuffle_items,
        "shuffle_options": section.shuffle_options,
        "fixed": tuple(section.fixed.replace(",", " ").split()),
        "rows": tuple(rows),
        "adaptive": to_rules(section.adaptive, prefix, lambda control, text: draft.errors.append((control, text))),
    }


def _row(row: RowDraft, count: int) -> Mapping[str, Any]:
    return {
        "competency": row.competency,
        "level": _whole(row.level, 0) or None,
        "subject": row.subject,
        "kinds": (row.kind,) if row.kind else (),
        "count": count,
        "pool": tuple(row.pool.replace(",", " ").split()),
        "trial": row.trial,
    }


def _section_draft(section: BlueprintSection) -> SectionDraft:
    cells: dict[tuple[str, int], str] = {}
    rows: list[RowDraft] = []
    for row in section.rows:
        cell = (row.competency, row.level or 0)
        if _is_plain(row) and cell not in cells:
            cells[cell] = str(row.count)
        else:
            rows.append(_row_draft(row))
    return SectionDraft(
        name=section.name,
        minutes=str(section.minutes or ""),
        shuffle_items=section.shuffle_items,
        shuffle_options=section.shuffle_options,
        fixed=" ".join(section.fixed),
        cells=cells,
        rows=rows,
        adaptive=typed_of(section.adaptive),
    )


def _is_plain(row: BlueprintRow) -> bool:
    return row.competency in COMPETENCIES and not (row.subject or row.kinds or row.pool or row.trial)


def _row_draft(row: BlueprintRow) -> RowDraft:
    return RowDraft(
        count=str(row.count),
        competency=row.competency,
        level=str(row.level or ""),
        subject=row.subject,
        kind=row.kinds[0] if row.kinds else "",
        pool=" ".join(row.pool),
        trial=row.trial,
    )


def _read_section(form: Posted, prefix: str) -> SectionDraft:
    cells = {
        (competency, level): form.get(f"{prefix}c-{competency}-{level}", "").strip()
        for competency in COMPETENCIES
        for level in LEVELS
    }
    rows = min(_whole(form.get(f"{prefix}rows", "0"), 0), MAX_ROWS)
    return SectionDraft(
        name=form.get(f"{prefix}name", "").strip(),
        minutes=form.get(f"{prefix}minutes", "").strip(),
        shuffle_items=f"{prefix}shuffle_items" in form,
        shuffle_options=f"{prefix}shuffle_options" in form,
        fixed=form.get(f"{prefix}fixed", "").strip(),
        cells={cell: text for cell, text in cells.items() if text},
        rows=[_read_row(form, f"{prefix}r{number}-") for number in range(rows)],
        adaptive=read_typed(form, prefix),
    )


def _read_row(form: Posted, prefix: str) -> RowDraft:
    level, kind = form.get(f"{prefix}level", ""), form.get(f"{prefix}kind", "")
    return RowDraft(
        count=form.get(f"{prefix}count", "").strip(),
        competency=form.get(f"{prefix}competency", "").strip(),
        level=level if level.isdigit() and int(level) <= MAX_LEVEL else "",
        subject=form.get(f"{prefix}subject", "").strip(),
        kind=kind if kind in ITEM_KINDS else "",
        pool=form.get(f"{prefix}pool", "").strip(),
        trial=f"{prefix}trial" in form,
    )


def _whole(text: str, default: int) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= 6  # noqa: PLR2004 -- far above every bound
    return int(text) if is_number else default


def _number(draft: BlueprintDraft, control: str, text: str, bounds: tuple[int, int], where: str) -> int | None:
    value, (low, high) = _whole(text, -1), bounds
    if low <= value <= high:
        return value
    draft.errors.append((control, phrase("blueprint-number", where=where, low=low, high=high)))
    return None
