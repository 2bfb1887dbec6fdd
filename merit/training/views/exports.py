"""Lists of training as spreadsheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from merit.audit.services import log_download, record_readings
from merit.errors import NotAllowedError
from merit.i18n import _
from merit.people.queries.units import get_unit, load_tree
from merit.security.permissions import Actor, Permission, is_granted
from merit.training.models.planning import NominationNeed
from merit.training.queries.classes import get_class, list_classes
from merit.training.queries.duty import list_people
from merit.training.queries.enrolments import list_enrolments, needs_behind
from merit.training.queries.programmes import list_programmes
from merit.web.downloads import Sheet
from merit.web.exports import Export, list_export
from merit.web.labels import label

PROGRAMMES = "training-programmes"
CLASSES = "training-classes"
PARTICIPANTS = "training-participants"
DUTY = "training-duty"


def told_need(need: NominationNeed) -> str:
    """Return the gap behind a nomination in words."""
    return _(
        "%(code)s level %(level)s ± %(se)s, standar %(standard)s, peluang di bawahnya %(below)s %%",
        code=need.competency,
        level=need.level,
        se=f"{need.se:.1f}".replace(".", ","),
        standard=need.standard,
        below=f"{need.below * 100:.0f}",
    )


def require_reader(actor: Actor) -> None:
    """Refuse whoever may not read training."""
    if not is_granted(actor, Permission.TRAINING_READ):
        raise NotAllowedError


def told(subject: str, rows: int) -> Callable[[Session, Actor], None]:
    """Return what notes in the chain that so many rows were taken."""

    def note(session: Session, actor: Actor) -> None:
        log_download(session, actor, subject=subject, rows=rows)

    return note


@list_export(PROGRAMMES)
def collect_programmes(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the programmes the filters leave."""
    require_reader(actor)
    headings = [
        *(_("Kode"), _("Program"), _("Jenis"), _("Jalur"), _("Kode syarat"), _("Penyelenggara"), "JP"),
        *(_("Kuota"), _("Biaya per peserta (Rp)"), _("Kompetensi yang dituju"), _("Kelas"), _("Keadaan")),
    ]
    rows = [
        [
            *(each.code, each.name, label(each.kind, "training_kind"), label(each.path, "training_path")),
            *(each.training_code, each.provider, each.learning_hours, each.quota, each.cost),
            ", ".join(f"{aim['competency']} {aim['level']}" for aim in each.aims),
            line.classes,
            label("retired" if each.retired_at else "used", "programme_state"),
        ]
        for line in list_programmes(session, **choices)
        for each in (line.programme,)
    ]
    sheet = Sheet(name=_("Program pelatihan"), headings=headings, rows=rows)
    return Export(name="program-pelatihan", sheets=[sheet], record=told("programmes", len(rows)))


@list_export(CLASSES)
def collect_classes(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the classes the filters leave."""
    require_reader(actor)
    narrowed: dict[str, Any] = {
        name: _day(value) if name in {"since", "until"} else value for name, value in choices.items()
    }
    headings = [
        *(_("Kode"), _("Kelas"), _("Program"), _("Jenis"), _("Mulai"), _("Selesai"), _("Tempat")),
        *(_("Pertemuan"), _("Kuota"), _("Peserta"), _("Daftar tunggu"), _("Biaya per peserta (Rp)"), _("Keadaan")),
    ]
    rows = [
        [
            *(each.code, each.name, line.programme.name, label(line.programme.kind, "training_kind")),
            *(each.starts, each.ends, each.venue, line.sessions, each.quota, line.placed, line.waiting, each.cost),
            label(each.state, "class_state"),
        ]
        for line in list_classes(session, **narrowed)
        for each in (line.course,)
    ]
    sheet = Sheet(name=_("Kelas"), headings=headings, rows=rows)
    return Export(name="kelas-pelatihan", sheets=[sheet], record=told("classes", len(rows)))


@list_export(PARTICIPANTS)
def collect_participants(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect who takes part in a class, within the actor's units."""
    if not is_granted(actor, Permission.TRAINING_NOMINATE):
        raise NotAllowedError
    found = list_enrolments(session, actor, get_class(session, choices["code"]).id)
    needs = needs_behind(session, [line.enrolment.id for line in found])
    rows = [
        [
            *(line.nip, line.name, line.employment, line.unit, label(line.enrolment.state, "enrolment_state")),
            "; ".join(told_need(need) for need in needs.get(line.enrolment.id, [])),
        ]
        for line in found
    ]
    headings = ["NIP", _("Nama"), _("Status"), _("Unit kerja"), _("Keadaan"), _("Kesenjangan yang menjadi alasan")]
    officials = [line.enrolment.official_id for line in found]

    def note(writing: Session, taker: Actor) -> None:
        record_readings(writing, taker, officials=officials, what="reading-enrolments", reason=choices["code"])
        log_download(writing, taker, subject=f"class:{choices['code']}", rows=len(rows))

    sheet = Sheet(name=_("Peserta"), headings=headings, rows=rows)
    return Export(name=f"peserta-{choices['code']}", sheets=[sheet], record=note)


@list_export(DUTY)
def collect_duty(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect officials within the actor's units with their hours of a year."""
    if not is_granted(actor, Permission.TRAINING_NOMINATE):
        raise NotAllowedError
    tree = load_tree(session, actor)
    code, year = choices["unit"], choices["year"]
    inside = tree.with_descendants(get_unit(tree, code).id) if code else frozenset(tree.by_id)
    found = list_people(session, year, inside, choices["show"])
    headings = ["NIP", _("Nama"), _("Status"), _("Unit kerja"), _("Pelatihan"), "JP", _("Kurang JP")]
    rows = [
        [
            *(line.nip, line.name, line.employment, tree.name_of(line.unit_id), line.trainings, line.hours),
            line.short if line.is_bound else _("tidak diwajibkan"),
        ]
        for line in found
    ]
    officials = [line.official_id for line in found]

    def note(writing: Session, taker: Actor) -> None:
        record_readings(writing, taker, officials=officials, what="reading-duty")
        log_download(writing, taker, subject=f"learning-duty:{year}", rows=len(rows))

    sheet = Sheet(name=_("Kewajiban belajar"), headings=headings, rows=rows)
    return Export(name=f"kewajiban-belajar-{year}", sheets=[sheet], record=note)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
