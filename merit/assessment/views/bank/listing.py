"""The list of the bank, work on many items at once, and near-duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from merit.assessment.domain.states import ITEM_STEPS, ItemState
from merit.assessment.forms.bank import KINDS
from merit.assessment.models.items import KINDS as ALL_KINDS
from merit.assessment.queries.bank import (
    ORDERS,
    PAGE_SIZE,
    REVISION,
    TO_REVIEW,
    BankFilter,
    count_by_state,
    count_items,
    filter_values,
    list_items,
)
from merit.assessment.queries.items import enemy_pairs
from merit.assessment.services.bank import BulkOutcome, all_pairs, move_items, retag_items
from merit.assessment.views.blueprint import bp
from merit.db import reading, unit_of_work
from merit.errors import InvalidInputError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.guard import local_path
from merit.web.labels import label, options
from merit.web.paging import Paging, read_choice, read_number, read_order, read_text, whole_numbers

_UNDO = "bank_undo"
_BULK_TAGS = ("competency", "level", "subject")
_SHOWN_REFUSALS = 5


@bp.get("/bank-soal")
@requires(Permission.ITEM_READ)
def items() -> ResponseReturnValue:
    """List the items of the bank, searched, filtered and sorted."""
    chosen, order = _read_filter(), read_order(ORDERS, "-diubah")
    with reading() as session:
        paging = Paging.of(count_items(session, chosen), PAGE_SIZE)
        rows = list_items(session, chosen, order=order, page=paging.number)
        values = filter_values(session)
        counts = count_by_state(session, current_actor().user_id)
    return render_template(
        "bank/items.html",
        rows=rows,
        paging=paging,
        chosen=chosen,
        order=order,
        selects=_selects(chosen, values),
        counts=counts,
        kinds=[(kind, label(kind, "item_kind")) for kind in KINDS],
        competencies=options("competency"),
        undo=cookie.get(_UNDO),
        links={"import": _address("item_imports"), "export": _address("export_items")},
    )


@bp.post("/bank-soal/massal")
@requires(Permission.ITEM_WRITE, Permission.ITEM_REVIEW)
def bulk_items() -> ResponseReturnValue:
    """Tag or move the ticked items; what may not go stays, with the reason."""
    ids = whole_numbers(request.form.getlist("butir"))
    action = request.form.get("tindakan", "")
    with unit_of_work() as session:
        if action in _BULK_TAGS:
            value = request.form.get(f"nilai-{action}", "")
            outcome = retag_items(session, current_actor(), values=dict.fromkeys(ids, value), tag=action)
        elif action in set(ItemState):
            note = request.form.get("catatan", "")
            outcome = move_items(session, current_actor(), moves=dict.fromkeys(ids, action), note=note)
        else:
            raise InvalidInputError("item-bulk-action")
    _tell(outcome)
    _remember(action, outcome)
    return redirect(local_path(request.form.get("kembali", ""), url_for(".items")))


@bp.post("/bank-soal/massal/urungkan")
@requires(Permission.ITEM_WRITE, Permission.ITEM_REVIEW)
def undo_bulk() -> ResponseReturnValue:
    """Give the items of the last bulk action back what they had."""
    undo: Mapping[str, Any] = cookie.pop(_UNDO, None) or {}
    former = {int(item_id): value for value, ids in undo.get("former", ()) for item_id in ids}
    if not former:
        raise InvalidInputError("item-bulk-action")
    with unit_of_work() as session:
        if undo["action"] in _BULK_TAGS:
            outcome = retag_items(session, current_actor(), values=former, tag=undo["action"])
        else:
            note = _("Tindakan massal diurungkan")
            outcome = move_items(session, current_actor(), moves=former, note=note)
    _tell(outcome)
    return redirect(local_path(request.form.get("kembali", ""), url_for(".items")))


@bp.get("/bank-soal/kembar")
@requires(Permission.ITEM_READ)
def item_pairs() -> ResponseReturnValue:
    """List the close pairs of the whole bank."""
    with reading() as session:
        pairs, compared = all_pairs(session)
        enemies = set(enemy_pairs(session))
    paging = Paging.of(len(pairs), PAGE_SIZE)
    start = (paging.number - 1) * PAGE_SIZE
    shown = [(one, two, (one.item_id, two.item_id) in enemies) for one, two in pairs[start : start + PAGE_SIZE]]
    return render_template("bank/pairs.html", pairs=shown, paging=paging, compared=compared)


def _read_filter() -> BankFilter:
    return BankFilter(
        text=read_text(),
        competency=read_text("kompetensi"),
        level=read_number("level") or None,
        state=read_choice("status", {*ItemState, REVISION, TO_REVIEW}),
        kind=read_choice("jenis", ALL_KINDS),
        subject=read_text("materi"),
        language=read_text("bahasa"),
        author_id=read_number("penulis") or None,
        used=read_choice("dipakai", ("ya", "tidak")),
        reader_id=current_actor().user_id,
    )


def _address(endpoint: str) -> str:
    """Return the address of a neighbour's page, "" in an installation without it."""
    return url_for(f".{endpoint}") if f"assessment.{endpoint}" in current_app.view_functions else ""


def _selects(chosen: BankFilter, values: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    def select(name: str, text: str, every: str, value: object, choices: list[Any]) -> dict[str, Any]:
        return {"name": name, "label": text, "all": every, "value": value or "", "options": choices}

    competencies = [(code, f"{code} {label(code, 'competency')}") for code in values["competency"]]
    states = [*options("item_state"), (REVISION, _("Ada revisi")), (TO_REVIEW, _("Menunggu telaah Anda"))]
    return [
        select("kompetensi", _("Kompetensi"), _("Semua kompetensi"), chosen.competency, competencies),
        select("level", _("Level"), _("Semua level"), chosen.level, [(n, _("Level %(n)s", n=n)) for n in range(1, 6)]),
        select("status", _("Status"), _("Semua status"), chosen.state, states),
        select("jenis", _("Jenis"), _("Semua jenis"), chosen.kind, options("item_kind")),
        select("materi", _("Materi"), _("Semua materi"), chosen.subject, [(one, one) for one in values["subject"]]),
        select("bahasa", _("Bahasa"), _("Semua bahasa"), chosen.language, [(one, one) for one in values["language"]]),
        select("penulis", _("Penulis"), _("Semua penulis"), chosen.author_id, values["author"]),
        select(
            *("dipakai", _("Pemakaian"), _("Terpakai atau belum"), chosen.used),
            [("ya", _("Pernah dipakai")), ("tidak", _("Belum pernah dipakai"))],
        ),
    ]


def _tell(outcome: BulkOutcome) -> None:
    if outcome.done:
        flash(_("%(number)s butir diubah.", number=len(outcome.done)), "success")
    for refusal in outcome.refused[:_SHOWN_REFUSALS]:
        flash(f"{refusal.code}: {phrase(refusal.reason, **refusal.details)}", "warning")
    if len(outcome.refused) > _SHOWN_REFUSALS:
        rest = len(outcome.refused) - _SHOWN_REFUSALS
        flash(_("%(number)s butir lain juga tidak diubah.", number=rest), "warning")


def _remember(action: str, outcome: BulkOutcome) -> None:
    """Keep in the sign-in cookie what the items had, grouped by value, where going back is a step that exists."""
    grouped: dict[str, list[int]] = {}
    for item_id, value in outcome.done.items():
        if action in _BULK_TAGS or ItemState(value) in ITEM_STEPS[ItemState(action)]:
            grouped.setdefault(value, []).append(item_id)
    if grouped:
        cookie[_UNDO] = {"action": action, "former": sorted(grouped.items())}
    else:
        cookie.pop(_UNDO, None)
