"""The roster of a sitting: the list, adding to it with a look before, seats."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.roster import is_rounded, read_nips
from merit.assessment.forms.sittings import RosterForm
from merit.assessment.queries.rosters import (
    ROSTER_SHOWS,
    ROSTER_SORTS,
    RosterFilter,
    RosterLine,
    count_roster,
    count_roster_states,
    list_roster,
    officials_matching,
)
from merit.assessment.queries.sittings import get_sitting, list_rooms, settings_of
from merit.assessment.services.rosters import (
    add_candidates,
    preview_roster,
)
from merit.assessment.services.seating import seat_everybody
from merit.assessment.views.blueprint import bp
from merit.audit.services import log_download, log_readings
from merit.db import reading, unit_of_work
from merit.errors import InvalidInputError
from merit.exchange.domain import FileRefusedError
from merit.exchange.readers.reading import read_table
from merit.i18n import _
from merit.people.queries.units import load_tree
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.downloads import Sheet, workbook_response
from merit.web.labels import label, options
from merit.web.paging import Paging, read_choice, read_number, read_order, read_text, whole_numbers

PER_PAGE = 50
_UNPROCESSABLE = 422


@bp.get("/sesi-uji/<code>/peserta")
@requires(Permission.SITTING_READ)
def sitting_roster(code: str) -> ResponseReturnValue:
    """List the candidates of a sitting."""
    chosen = RosterFilter(
        text=read_text(), room_id=read_number("ruang"), show=read_choice("tampil", ROSTER_SHOWS) or "present"
    )
    order = read_order(ROSTER_SORTS, "number")
    with reading() as session:
        found = get_sitting(session, code)
        paging = Paging.of(count_roster(session, found.id, chosen), PER_PAGE)
        rows = list_roster(
            session, found.id, chosen, order=order, limit=PER_PAGE, offset=(paging.number - 1) * PER_PAGE
        )
        form = _roster_form(session)
        rooms, counts = list_rooms(session, found.id), count_roster_states(session, found.id)
    log_readings(
        current_actor(), officials=[row.candidate.official_id for row in rows], what="reading-roster", reason=code
    )
    return render_template(
        "sittings/roster.html",
        sitting=found,
        rows=rows,
        paging=paging,
        chosen=chosen,
        order=order,
        rooms=rooms,
        room_choices=[(line.room.id, line.room.name) for line in rooms],
        seating=label(settings_of(found).seating, "seating"),
        counts=counts,
        shows=options("roster_show"),
        form=form,
    )


@bp.get("/sesi-uji/<code>/peserta.xlsx")
@requires(Permission.SITTING_MANAGE)
def sitting_roster_file(code: str) -> ResponseReturnValue:
    """Give the roster as a workbook."""
    with unit_of_work() as session:
        found = get_sitting(session, code)
        rows = list_roster(session, found.id, RosterFilter())
        log_download(session, current_actor(), subject=f"sitting:{found.id}", rows=len(rows))
    log_readings(
        current_actor(), officials=[row.candidate.official_id for row in rows], what="reading-download", reason=code
    )
    headings = [_("Nomor peserta"), "NIP", _("Nama"), _("Unit kerja"), _("Jabatan"), _("Ruang"), _("Kursi")]
    sheet = Sheet(name=_("Peserta"), headings=headings, rows=[_cells(row) for row in rows])
    return workbook_response(f"peserta-{code}", [sheet])


@bp.post("/sesi-uji/<code>/peserta/periksa")
@requires(Permission.SITTING_MANAGE)
def sitting_roster_preview(code: str) -> ResponseReturnValue:
    """Show what a list would do to the roster before anything is changed."""
    with reading() as session:
        form = _roster_form(session)
        found = get_sitting(session, code)
        try:
            nips, unread = _listed(form)
            officials = [] if nips else _matching(session, form, code)
            preview = preview_roster(session, current_actor(), code=code, nips=nips, officials=officials)
        except InvalidInputError as error:
            flash(phrase(error.reason, **error.details), "danger")
            return redirect(url_for(".sitting_roster", code=code, _anchor="tambah"))
    log_readings(
        current_actor(),
        officials=[entry.official_id for entry in preview.entries],
        what="reading-roster",
        reason=code,
    )
    return render_template(
        "sittings/roster_preview.html", sitting=found, preview=preview, unread=unread, note=_note_text
    )


@bp.post("/sesi-uji/<code>/peserta/tambah")
@requires(Permission.SITTING_MANAGE)
def sitting_roster_add(code: str) -> ResponseReturnValue:
    """Take the officials looked at into the roster."""
    wanted = whole_numbers(request.form.getlist("pegawai"))
    added: list[int] = []
    if (
        acted(
            lambda session: added.append(add_candidates(session, current_actor(), code=code, officials=wanted)),
            _("Peserta ditambahkan. Bagikan kursinya."),
        )
        and not added[0]
    ):
        flash(_("Tidak ada peserta baru; semuanya sudah terdaftar."), "info")
    return redirect(url_for(".sitting_roster", code=code))


@bp.post("/sesi-uji/<code>/peserta/kursi")
@requires(Permission.SITTING_MANAGE)
def sitting_seats(code: str) -> ResponseReturnValue:
    """Give seats to those without one, or to all afresh."""
    afresh = request.form.get("ulang") == "ya"
    left: list[int] = []
    if (
        acted(
            lambda session: left.append(seat_everybody(session, current_actor(), code=code, afresh=afresh)[1]),
            _("Kursi dibagikan."),
        )
        and left[0]
    ):
        flash(phrase("candidates-unseated", count=left[0]), "warning")
    return redirect(url_for(".sitting_roster", code=code))


def _roster_form(session: Session) -> RosterForm:
    form = RosterForm()
    tree = load_tree(session)
    form.unit.choices = [
        ("", _("Semua unit")),
        *((unit.code, f"{'— ' * deep}{unit.name}") for deep, unit in tree.walk()),
    ]
    form.tier.choices = [("", _("Semua jenjang")), *options("tier")]
    return form


def _listed(form: RosterForm) -> tuple[list[str], list[tuple[int, str]]]:
    text = form.nips.data or ""
    file = form.file.data
    if file is not None and bool(getattr(file, "filename", None)):
        text = f"{text}\n{_file_text(file)}"
    if is_rounded(text):
        raise InvalidInputError("roster-file-rounded")
    read = read_nips(text)
    if text.strip() and not read.nips:
        raise InvalidInputError("roster-nothing-read")
    return list(read.nips), list(read.unread)


def _file_text(file: Any) -> str:
    """Return the cells of an uploaded file as lines, through the readers of the exchange."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "peserta"
        file.save(path)
        try:
            table = read_table(path, kind="candidates", name=file.filename or "peserta")
        except FileRefusedError as error:
            if error.reason == "file-no-rows":
                return path.read_text(encoding="utf-8", errors="replace")
            raise
    lines = [" ".join(table.header), *(" ".join(map(str, row)) for row in zip(*table.columns, strict=True))]
    return "\n".join(line for line in lines if any(letter.isdigit() for letter in line))


def _matching(session: Session, form: RosterForm, code: str) -> list[int]:
    unit_code, tier, position = form.unit.data or "", form.tier.data or "", (form.position.data or "").strip()
    if not (unit_code or tier or position or form.expired.data):
        raise InvalidInputError("roster-nothing-read")
    tree = load_tree(session)
    unit = tree.find(unit_code) if unit_code else None
    day = clock.local(get_sitting(session, code).starts_at).date()
    found = officials_matching(
        session,
        unit_ids=tree.with_descendants(unit.id) if unit else (),
        tier=tier,
        position=position,
        expired_on=day if form.expired.data else None,
    )
    if not found:
        raise InvalidInputError("roster-nobody-fits")
    return found


def _note_text(code: str, details: dict[str, Any]) -> str:
    words = dict(details)
    if "kind" in words:
        words["kind"] = label(words["kind"], "leave")
    if "until" in words:
        words["until"] = words["until"].strftime("%d-%m-%Y")
    return phrase(code, **words)


def _cells(row: RosterLine) -> list[Any]:
    return [row.candidate.number, row.nip, row.name, row.unit, row.position, row.room, row.candidate.seat]
