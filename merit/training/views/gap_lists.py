"""Pages of who has a gap: officials of all one's units as a list, its export."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import log_download, log_readings, record_readings
from merit.db import reading
from merit.errors import NotAllowedError
from merit.evidence import COMPETENCIES
from merit.i18n import _
from merit.people.queries.units import get_unit, load_tree, unit_choices
from merit.phrases import phrase
from merit.security.permissions import Actor, Permission, is_granted
from merit.training.domain.suggestions import Suggestion
from merit.training.queries.gap_list import (
    GAP_SHOWN,
    GAP_SORTS,
    LISTED_AT_MOST,
    GapChoice,
    GapRows,
    count_chosen,
    find_gaps,
    list_gaps,
)
from merit.training.queries.targets import Against
from merit.training.views.blueprint import bp
from merit.web.access import current_actor, requires
from merit.web.downloads import Sheet
from merit.web.exports import FEW, Export, Order, hand_out, list_export
from merit.web.labels import label, options
from merit.web.paging import Paging, read_choice, read_order, read_text

GAPS = "training-gap-people"
PER_PAGE = 50
READING = "reading-development"


def told_suggestion(one: Suggestion) -> str:
    """Return the reason of a suggestion as a sentence."""
    figures = {
        "closes": f"{one.closes:.1f}".replace(".", ","),
        "expected": f"{one.need.expected:.1f}".replace(".", ","),
    }
    details = dict(one.details)
    if "gain" in details:
        details["gain"] = f"{details['gain']:.2f}".replace(".", ",")
    return phrase(one.reason, **details, **figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address of a gap list asks for; unknown values are left out."""

    unit: str
    competency: str
    shown: str
    text: str
    against: str
    order: str

    def choice(self, unit_ids: Collection[int] | None) -> GapChoice:
        """Return the choice for the query."""
        return GapChoice(
            unit_ids=unit_ids,
            competency=self.competency,
            shown=self.shown,
            text=self.text,
            against=self.against,
            order=self.order,
        )


def read_asked() -> Asked:
    """Return what the address asks for."""
    return Asked(
        unit=read_text("unit"),
        competency=read_choice("kompetensi", COMPETENCIES),
        shown=read_choice("tampil", GAP_SHOWN),
        text=read_text(),
        against=read_choice("terhadap", tuple(Against)) or Against.POST.value,
        order=read_order(GAP_SORTS, "-gap"),
    )


def listed_page(session: Session, found: GapRows, asked: Asked) -> dict[str, Any]:
    """Return what the template of a gap list needs: one page of it, and what it is narrowed by."""
    paging = Paging.of(len(found), PER_PAGE)
    return {
        "rows": list_gaps(session, found, asked.competency, limit=PER_PAGE, offset=(paging.number - 1) * PER_PAGE),
        "paging": paging,
        "asked": asked,
        "told": told_suggestion,
        "shown_options": options("gap_shown"),
        "against_options": options("gap_against"),
        "competency_options": [(code, f"{code} {label(code, 'competency')}") for code in COMPETENCIES],
    }


@bp.get("/pelatihan/kesenjangan/pegawai")
@requires(Permission.TRAINING_READ)
def gap_people() -> ResponseReturnValue:
    """List who has a gap in one's units; the reading is logged."""
    actor, asked = current_actor(), read_asked()
    with reading() as session:
        tree = load_tree(session, actor)
        chosen = asked.choice(_inside(session, actor, asked.unit))
        many = count_chosen(session, chosen)
        too_many = many > LISTED_AT_MOST
        found = find_gaps(session, replace(chosen, unit_ids=()) if too_many else chosen, as_of=clock.today())
        listed = listed_page(session, found, asked)
    log_readings(actor, officials=[row.official_id for row in listed["rows"]], what=READING)
    return render_template(
        "training/gap_people.html",
        unit_options=unit_choices(tree),
        too_many=many if too_many else 0,
        most=LISTED_AT_MOST,
        **listed,
    )


@bp.get("/pelatihan/kesenjangan/pegawai/ekspor.<any(xlsx, csv):form>")
@requires(Permission.TRAINING_NOMINATE)
def gap_people_export(form: str) -> ResponseReturnValue:
    """Hand out the list with its present filters."""
    actor, asked = current_actor(), read_asked()
    with reading() as session:
        chosen = asked.choice(_inside(session, actor, asked.unit))
        count = count_chosen(session, chosen)
        if count <= LISTED_AT_MOST:
            count = len(find_gaps(session, chosen, as_of=clock.today()))
    choices = {name: getattr(asked, name) for name in Asked.__slots__}
    title = _("Kesenjangan kompetensi: %(count)s pegawai", count=count)
    rows = count if count <= LISTED_AT_MOST else max(count, FEW + 1)  # a long reading is a job's, not a request's
    return hand_out(actor, Order(kind=GAPS, form=form, title=title, choices=choices, rows=rows))


@list_export(GAPS)
def collect_gaps(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect who has a gap, within the actor's units."""
    if not is_granted(actor, Permission.TRAINING_NOMINATE):
        raise NotAllowedError
    asked = Asked(**choices)
    found = find_gaps(session, asked.choice(_inside(session, actor, asked.unit)), as_of=clock.today())
    lines = list_gaps(session, found, asked.competency)
    headings = [
        *("NIP", _("Nama"), _("Unit kerja"), _("Terukur (dari 9)"), _("Di bawah standar"), _("Kompetensi")),
        *(_("Level"), _("Galat"), _("Standar"), _("Kesenjangan (level)"), _("Peluang di bawah standar")),
        *(_("Saran"), _("Alasan saran")),
    ]
    rows = [
        [
            *(one.nip, one.name, one.unit, one.measured, one.needs, one.competency),
            *(one.level or None, round(one.se, 2) if one.level else None, one.standard or None),
            *(round(one.expected, 2), round(one.below, 3)),
            one.suggestion.offer.name if one.suggestion else "",
            told_suggestion(one.suggestion) if one.suggestion else "",
        ]
        for one in lines
    ]

    def note(writing: Session, taker: Actor) -> None:
        record_readings(writing, taker, officials=[one.official_id for one in lines], what="reading-download")
        log_download(writing, taker, subject="gap-people", rows=len(rows))

    sheet = Sheet(name=_("Kesenjangan"), headings=headings, rows=rows)
    return Export(name="kesenjangan-pegawai", sheets=[sheet], record=note)


def _inside(session: Session, actor: Actor, code: str) -> frozenset[int] | None:
    tree = load_tree(session, actor)
    if code:
        return tree.with_descendants(get_unit(tree, code).id)
    return None if actor.unit_ids is None else frozenset(tree.by_id)
