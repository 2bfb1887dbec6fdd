"""More lists of training as spreadsheets: the heat map, what a class came to, ratings due, certificates claimed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import log_download, record_readings
from merit.db import reading
from merit.evidence import COMPETENCIES
from merit.i18n import _
from merit.people.queries.units import get_unit, load_tree
from merit.security.permissions import Actor, Permission
from merit.training.domain.reactions import summarise
from merit.training.domain.states import ClaimState
from merit.training.queries.certificates import count_claims, list_claims
from merit.training.queries.classes import get_class
from merit.training.queries.evaluation import list_asked, list_gains, list_participants, list_reactions
from merit.training.queries.plans import heat_map, newest_count
from merit.training.views.blueprint import bp
from merit.training.views.exports import require_reader, told
from merit.web.access import current_actor, requires
from merit.web.downloads import Sheet
from merit.web.exports import Export, Order, hand_out, list_export
from merit.web.labels import label
from merit.web.paging import read_choice, read_text

HEAT, EVALUATION, DUE, CLAIMS = "training-heat-map", "training-evaluation", "training-transfer-due", "training-claims"


@bp.get("/pelatihan/kesenjangan/ekspor.<any(xlsx, csv):form>")
@requires(Permission.TRAINING_READ)
def gaps_export(form: str) -> ResponseReturnValue:
    """Hand out the heat map of all one's units, or of a unit with everything below it."""
    choices = {"unit": read_text("unit")}
    title = _("Peta kesenjangan kompetensi")
    return hand_out(current_actor(), Order(kind=HEAT, form=form, title=title, choices=choices, rows=0))


@list_export(HEAT)
def collect_heat(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the newest count for every unit within the actor's scope, each with what is below it."""
    require_reader(actor)
    tree, count = load_tree(session, actor), newest_count(session)
    top = get_unit(tree, choices["unit"]) if choices["unit"] else None
    units = ([top] if top else []) + [unit for _depth, unit in tree.walk(top)]
    cells = heat_map(session, tree, count.id, units) if count else {}
    headings = [_("Kode unit"), _("Unit")]
    for code in COMPETENCIES:
        headings += [_("%(code)s: terukur", code=code), _("%(code)s: persen di bawah standar", code=code)]
    rows = [
        [unit.code, unit.name, *(figure for one in cells[unit.id].values() for figure in (one.measured, one.percent))]
        for unit in units
        if cells
    ]
    sheet = Sheet(name=_("Kesenjangan"), headings=headings, rows=rows)
    return Export(name="peta-kesenjangan", sheets=[sheet], record=told("gaps", len(rows)))


@bp.get("/pelatihan/kelas/<code>/evaluasi/ekspor.<any(xlsx, csv):form>")
@requires(Permission.TRAINING_NOMINATE)
def evaluation_export(code: str, form: str) -> ResponseReturnValue:
    """Hand out what a class came to: use at work per participant, gains, reactions."""
    actor = current_actor()
    with reading() as session:
        count = len(list_participants(session, actor, get_class(session, code).id))
    title = _("Evaluasi kelas %(code)s", code=code)
    return hand_out(actor, Order(kind=EVALUATION, form=form, title=title, choices={"code": code}, rows=count))


@list_export(EVALUATION)
def collect_evaluation(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the evaluation of a class, its participants within the actor's units."""
    require_reader(actor)
    course = get_class(session, choices["code"])
    found = list_participants(session, actor, course.id)
    people = [
        [
            *(line.nip, line.name, line.asked, line.answered, line.closes),
            *((line.record.transfer, line.record.transfer_se) if line.record else (None, None)),
        ]
        for line in found
    ]
    gains = [
        [
            *(one.competency, label(one.competency, "competency"), one.scale, one.persons, one.before, one.after),
            *(one.gain, one.se, one.low, one.high),
        ]
        for one in list_gains(session, course.id)
    ]
    reactions = [
        [label(one.question, "reaction_question"), one.mean, one.n]
        for one in summarise([each.marks for each in list_reactions(session, course.id)])
    ]
    sheets = [
        Sheet(
            name=_("Penerapan"),
            headings=[
                *("NIP", _("Nama"), _("Penilai"), _("Sudah menilai"), _("Ditutup"), _("Penerapan (0–100)")),
                _("Galat"),
            ],
            rows=people,
        ),
        Sheet(
            name=_("Kenaikan"),
            headings=[
                *(_("Kode"), _("Kompetensi"), _("Skala"), _("Peserta"), _("Sebelum"), _("Sesudah")),
                *(_("Kenaikan"), _("Galat"), _("Batas bawah 95 %"), _("Batas atas 95 %")),
            ],
            rows=gains,
        ),
        Sheet(name=_("Tanggapan"), headings=[_("Pertanyaan"), _("Rata-rata (1–5)"), _("Jawaban")], rows=reactions),
    ]
    officials = [line.enrolment.official_id for line in found]

    def note(writing: Session, taker: Actor) -> None:
        record_readings(writing, taker, officials=officials, what="reading-transfer", reason=course.code)
        log_download(writing, taker, subject=f"class:{course.code}", rows=len(people))

    return Export(name=f"evaluasi-{course.code}", sheets=sheets, record=note)


@bp.get("/pelatihan/penerapan/ekspor.<any(xlsx, csv):form>")
@requires(Permission.TRAINING_NOMINATE)
def transfer_due_export(form: str) -> ResponseReturnValue:
    """Hand out the ratings still to be given, with the present search."""
    actor, text = current_actor(), read_text()
    with reading() as session:
        count = len(list_asked(session, actor=actor, today=clock.today(), text=text))
    title = _("Penilaian penerapan yang belum dikirim")
    return hand_out(actor, Order(kind=DUE, form=form, title=title, choices={"text": text}, rows=count))


@list_export(DUE)
def collect_due(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the ratings still to be given about officials of the actor's units."""
    require_reader(actor)
    found = list_asked(session, actor=actor, today=clock.today(), text=choices["text"])
    rows = [
        [line.rater, line.nip, line.name, line.course.code, line.course.name, line.asked.opens, line.asked.closes]
        for line in found
    ]

    def note(writing: Session, taker: Actor) -> None:
        officials = [line.official_id for line in found]
        record_readings(writing, taker, officials=officials, what="reading-transfer")
        log_download(writing, taker, subject="transfer-due", rows=len(rows))

    headings = [_("Penilai"), "NIP", _("Tentang"), _("Kode kelas"), _("Kelas"), _("Dibuka"), _("Paling lambat")]
    sheet = Sheet(name=_("Penerapan"), headings=headings, rows=rows)
    return Export(name="penilaian-penerapan", sheets=[sheet], record=note)


@bp.get("/pelatihan/klaim/ekspor.<any(xlsx, csv):form>")
@requires(Permission.TRAINING_NOMINATE)
def claims_export(form: str) -> ResponseReturnValue:
    """Hand out certificates from elsewhere with the present filters."""
    actor = current_actor()
    narrowed = {"state": read_choice("keadaan", tuple(ClaimState)), "text": read_text()}
    with reading() as session:
        count = count_claims(session, actor, **narrowed)
    title = _("Sertifikat dari luar: %(count)s baris", count=count)
    return hand_out(actor, Order(kind=CLAIMS, form=form, title=title, choices=narrowed, rows=count))


@list_export(CLAIMS)
def collect_claims(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect certificates from elsewhere within the actor's units."""
    require_reader(actor)
    found = list_claims(session, actor, **choices)
    rows = [
        [
            *(line.nip, line.name, line.unit, line.claim.name, line.claim.provider, line.claim.starts, line.claim.ends),
            *(line.claim.learning_hours, line.claim.number, label(line.claim.state, "claim_state")),
        ]
        for line in found
    ]

    def note(writing: Session, taker: Actor) -> None:
        officials = [line.claim.official_id for line in found]
        record_readings(writing, taker, officials=officials, what="reading-claims")
        log_download(writing, taker, subject="claims", rows=len(rows))

    headings = [
        *("NIP", _("Nama"), _("Unit kerja"), _("Pelatihan"), _("Penyelenggara"), _("Mulai"), _("Selesai"), "JP"),
        *(_("Nomor"), _("Keadaan")),
    ]
    sheet = Sheet(name=_("Sertifikat"), headings=headings, rows=rows)
    return Export(name="sertifikat-dari-luar", sheets=[sheet], record=note)
