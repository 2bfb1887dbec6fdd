"""Pages of who takes part: nominating, approving, inviting, withdrawing; an official's own invitations."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.assessment.domain.roster import is_rounded, read_nips
from merit.assessment.queries.rosters import people_of
from merit.audit.services import log_readings
from merit.db import reading
from merit.errors import NotFoundError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.training.domain.states import LIVING, EnrolmentState
from merit.training.queries.classes import get_class
from merit.training.queries.enrolments import (
    count_enrolments,
    count_states,
    get_enrolment,
    list_enrolments,
    list_steps,
    needs_behind,
)
from merit.training.services import enrolments as services
from merit.training.services.nominations import nominate_self_for_gap
from merit.training.views.blueprint import bp
from merit.training.views.exports import PARTICIPANTS
from merit.web.access import current_actor, requires
from merit.web.acting import acted
from merit.web.exports import Order, hand_out
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_text, whole_numbers

PER_PAGE = 50
TOLD = 20


@bp.get("/pelatihan/kelas/<code>/peserta")
@requires(Permission.TRAINING_READ)
def participants(code: str) -> ResponseReturnValue:
    """List who is nominated, invited or waiting, within the actor's units; the reading is logged."""
    actor, state = current_actor(), read_choice("keadaan", tuple(EnrolmentState))
    narrowed = {"states": (state,) if state else tuple(LIVING), "text": read_text()}
    with reading() as session:
        found = get_class(session, code)
        paging = Paging.of(count_enrolments(session, actor, found.id, **narrowed), PER_PAGE)
        offset = (paging.number - 1) * PER_PAGE
        rows = list_enrolments(session, actor, found.id, limit=PER_PAGE, offset=offset, **narrowed)
        states = count_states(session, actor, found.id)
        needs = needs_behind(session, [row.enrolment.id for row in rows])
    log_readings(actor, officials=[row.enrolment.official_id for row in rows], what="reading-enrolments", reason=code)
    return render_template(
        "training/participants.html",
        course=found,
        rows=rows,
        paging=paging,
        state=state,
        text=narrowed["text"],
        states=options("enrolment_state"),
        counts=states,
        needs=needs,
    )


@bp.get("/pelatihan/kelas/<code>/peserta/ekspor.<any(xlsx, csv):form>")
@requires(Permission.TRAINING_NOMINATE)
def participants_export(code: str, form: str) -> ResponseReturnValue:
    """Hand out the list of participants."""
    actor = current_actor()
    with reading() as session:
        found = get_class(session, code)
        count = count_enrolments(session, actor, found.id)
    title = _("Peserta kelas %(code)s", code=code)
    return hand_out(actor, Order(kind=PARTICIPANTS, form=form, title=title, choices={"code": code}, rows=count))


@bp.get("/pelatihan/kelas/<code>/peserta/<int:enrolment_id>")
@requires(Permission.TRAINING_READ)
def participant(code: str, enrolment_id: int) -> ResponseReturnValue:
    """Show every step of one enrolment."""
    actor = current_actor()
    with reading() as session:
        row, found = get_enrolment(session, actor, enrolment_id)
        if found.code != code:
            raise NotFoundError("enrolment-unknown")
        nip, name, _unit, unit_name = people_of(session, [row.official_id])[row.official_id]
        steps = list_steps(session, row.id)
        needs = needs_behind(session, [row.id]).get(row.id, [])
    log_readings(actor, officials=[row.official_id], what="reading-enrolments", reason=code)
    return render_template(
        "training/participant.html",
        course=found,
        enrolment=row,
        nip=nip,
        name=name,
        unit=unit_name,
        steps=steps,
        needs=needs,
    )


@bp.post("/pelatihan/kelas/<code>/usul")
@requires(Permission.TRAINING_NOMINATE)
def nominate(code: str) -> ResponseReturnValue:
    """Nominate the officials of a pasted list."""
    text = request.form.get("nips", "")[:500_000]
    pasted = read_nips(text)
    if not pasted.nips:
        rounded = is_rounded(text)
        flash(
            _("NIP sudah dibulatkan oleh Excel. Tempel 18 angkanya sebagai teks.")
            if rounded
            else _("Tempel sedikitnya satu NIP, 18 angka."),
            "danger",
        )
        return redirect(url_for(".participants", code=code))
    told: list[services.Nominated] = []
    acted(
        lambda session: told.append(services.nominate(session, current_actor(), code=code, nips=pasted.nips)),
        lambda: _("%(count)s pegawai diusulkan.", count=told[0].count),
    )
    for nip, (reason, details) in told[0].left_out[:TOLD] if told else ():
        flash(f"{nip}: {phrase(reason, **details)}", "warning")
    if told and len(told[0].left_out) > TOLD:
        flash(_("dan %(count)s lainnya tidak diusulkan.", count=len(told[0].left_out) - TOLD), "warning")
    if pasted.unread:
        flash(_("%(count)s baris tanpa NIP dilewati.", count=len(pasted.unread)), "warning")
    return redirect(url_for(".participants", code=code))


@bp.post("/pelatihan/kelas/<code>/putus")
@requires(Permission.TRAINING_NOMINATE)
def decide(code: str) -> ResponseReturnValue:
    """Approve, invite, refuse or withdraw those ticked."""
    act, reason = request.form.get("tindakan", ""), request.form.get("alasan", "")
    chosen = whole_numbers(request.form.getlist("pilih"))
    actor = current_actor()
    if act == "panggil":
        return _invite(code, chosen)
    if act == "setujui":
        acted(lambda session: services.endorse(session, actor, enrolment_ids=chosen), _("Usulan disetujui unit."))
    elif act == "tolak":
        acted(
            lambda session: services.refuse(session, actor, enrolment_ids=chosen, reason=reason),
            _("Usulan ditolak dengan alasan."),
        )
    elif act == "tarik":
        acted(
            lambda session: services.withdraw_all(session, actor, enrolment_ids=chosen, reason=reason),
            _("Peserta ditarik; tempatnya untuk yang pertama di daftar tunggu."),
        )
    elif act == "isi":
        acted(
            lambda session: services.fill_places(session, actor, code=code),
            _("Tempat kosong diisi dari daftar tunggu sesuai urutan."),
        )
    return redirect(url_for(".participants", code=code))


def _invite(code: str, chosen: list[int]) -> ResponseReturnValue:
    told: list[services.Decided] = []
    acted(
        lambda session: told.append(services.decide(session, current_actor(), code=code, enrolment_ids=chosen)),
        lambda: _("%(n)s dipanggil, %(w)s masuk daftar tunggu.", n=told[0].invited, w=told[0].waiting),
    )
    if told and told[0].left_out:
        with reading() as session:
            people = people_of(session, [official for official, _note in told[0].left_out])
        for official, (reason, details) in told[0].left_out[:TOLD]:
            flash(f"{people[official][1]}: {phrase(reason, **details)}", "warning")
    return redirect(url_for(".participants", code=code))


@bp.post("/saya/pelatihan/<int:enrolment_id>/bersedia")
@requires(Permission.SELF_READ)
def accept(enrolment_id: int) -> ResponseReturnValue:
    """Say that one comes."""
    acted(
        lambda session: services.accept(session, current_actor(), enrolment_id=enrolment_id),
        _("Terima kasih. Anda tercatat bersedia ikut."),
    )
    return redirect(url_for(".mine"))


@bp.post("/saya/pelatihan/<int:enrolment_id>/tolak")
@requires(Permission.SELF_READ)
def decline(enrolment_id: int) -> ResponseReturnValue:
    """Say that one does not come."""
    reason = request.form.get("alasan", "")
    acted(
        lambda session: services.decline(session, current_actor(), enrolment_id=enrolment_id, reason=reason),
        _("Jawaban Anda tercatat."),
    )
    return redirect(url_for(".mine"))


@bp.post("/saya/pelatihan/usul")
@requires(Permission.SELF_READ)
def nominate_self() -> ResponseReturnValue:
    """Put oneself forward for an open class."""
    code = request.form.get("kelas", "")[:60]
    with reading() as session:
        get_class(session, code)
    acted(
        lambda session: nominate_self_for_gap(session, current_actor(), code=code, as_of=clock.today()),
        _("Usulan Anda diteruskan kepada unit kerja Anda."),
    )
    return redirect(url_for(".mine"))
