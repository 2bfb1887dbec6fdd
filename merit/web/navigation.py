"""The menu as data, and what the layouts ask about the person signed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import LazyString

from merit.i18n import current_locale, lazy, lazy_as
from merit.security.permissions import STAFF_ROLES, Actor, Permission, is_granted
from merit.web.access import can, current_actor
from merit.web.filters import initials
from merit.web.labels import label

LANGUAGE_NAMES = (("id", "Bahasa Indonesia"), ("en", "English"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One place the menu may lead to; without a permission everybody signed in may see it.

    ``staff_only`` hides it from people who are nothing but officials.
    """

    label: LazyString
    endpoint: str
    icon: str
    permission: Permission | None = None
    staff_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry as the present person sees it."""

    label: str
    url: str
    icon: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Links that belong together."""

    label: str
    items: list[Link]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is signed in, for the corner of the page; ``links`` are (label, address, icon)."""

    name: str
    initials: str
    roles: str
    links: list[tuple[str, str, str]]
    sign_out: str


P = Permission
MENU: tuple[tuple[LazyString | None, tuple[Entry, ...]], ...] = (
    (
        None,
        (
            Entry(label=lazy("Beranda"), endpoint="profiles.home", icon="home", staff_only=True),
            Entry(label=lazy("Beranda saya"), endpoint="portal.home", icon="user-circle", permission=P.SELF_READ),
            Entry(label=lazy("Catatan saya"), endpoint="portal.records", icon="id", permission=P.SELF_READ),
            Entry(
                label=lazy("Penjelasan saya"), endpoint="portal.runs", icon="report-analytics", permission=P.SELF_READ
            ),
            Entry(
                label=lazy("Penilaian saya"),
                endpoint="performance.own_appraisals",
                icon="star",
                permission=P.APPRAISAL_RATE,
            ),
            Entry(label=lazy("Ujian saya"), endpoint="assessment.my_tests", icon="writing", permission=P.TEST_TAKE),
            Entry(label=lazy("Pelatihan saya"), endpoint="training.mine", icon="school", permission=P.SELF_READ),
            Entry(
                label=lazy("Pengembangan saya"), endpoint="training.own_gaps", icon="chart-bar", permission=P.SELF_READ
            ),
            Entry(
                label=lazy("Indeks profesionalitas saya"),
                endpoint="professionalism.own",
                icon="gauge",
                permission=P.SELF_READ,
            ),
            Entry(
                label=lazy("Penilaian penerapan"),
                endpoint="training.own_ratings",
                icon="clipboard-check",
                permission=P.SELF_READ,
            ),
            Entry(
                label=lazy("Umpan balik saya"),
                endpoint="performance.own_feedback",
                icon="users",
                permission=P.SELF_READ,
            ),
            Entry(label=lazy("Pembaca data saya"), endpoint="portal.readings", icon="eye", permission=P.SELF_READ),
        ),
    ),
    (
        lazy("Pegawai dan jabatan"),
        (
            Entry(label=lazy("Pegawai"), endpoint="people.officials", icon="users", permission=P.OFFICIAL_LIST),
            Entry(label=lazy_as("list", "Unit kerja"), endpoint="people.units", icon="sitemap", permission=P.UNIT_READ),
            Entry(
                label=lazy_as("list", "Jabatan"),
                endpoint="people.positions",
                icon="briefcase",
                permission=P.POSITION_READ,
            ),
            Entry(
                label=lazy_as("list", "Kompetensi"),
                endpoint="people.competencies",
                icon="target",
                permission=P.POSITION_READ,
            ),
        ),
    ),
    (
        lazy("Uji kompetensi"),
        (
            Entry(label=lazy("Bank soal"), endpoint="assessment.items", icon="books", permission=P.ITEM_READ),
            Entry(
                label=lazy("Kisi-kisi"),
                endpoint="assessment.blueprints",
                icon="layout-grid",
                permission=P.BLUEPRINT_READ,
            ),
            Entry(
                label=lazy("Sesi uji"), endpoint="assessment.sittings", icon="calendar-event", permission=P.SITTING_READ
            ),
            Entry(
                label=lazy("Kalibrasi"),
                endpoint="assessment.calibrations",
                icon="ruler-measure",
                permission=P.CALIBRATION_READ,
            ),
            Entry(
                label=lazy("Penetapan batas"),
                endpoint="assessment.standards",
                icon="adjustments",
                permission=P.STANDARD_READ,
            ),
            Entry(label=lazy("Ruang ujian"), endpoint="assessment.rooms", icon="armchair", permission=P.ROOM_WATCH),
            Entry(
                label=lazy("Penilaian esai"), endpoint="assessment.marking", icon="checklist", permission=P.ESSAY_MARK
            ),
        ),
    ),
    (
        lazy("Pelatihan"),
        (
            Entry(label=lazy("Kelas"), endpoint="training.classes", icon="school", permission=P.TRAINING_READ),
            Entry(
                label=lazy("Program pelatihan"),
                endpoint="training.programmes",
                icon="books",
                permission=P.TRAINING_READ,
            ),
            Entry(
                label=lazy("Sertifikat dari luar"),
                endpoint="training.claims",
                icon="certificate",
                permission=P.TRAINING_READ,
            ),
            Entry(
                label=lazy("Kewajiban belajar"),
                endpoint="training.duty",
                icon="clipboard-check",
                permission=P.TRAINING_READ,
            ),
            Entry(label=lazy("Kalender"), endpoint="training.calendar", icon="calendar", permission=P.TRAINING_READ),
            Entry(
                label=lazy("Kesenjangan kompetensi"),
                endpoint="training.gaps",
                icon="chart-bar",
                permission=P.TRAINING_READ,
            ),
            Entry(
                label=lazy("Rencana tahunan"), endpoint="training.plans", icon="list-check", permission=P.TRAINING_READ
            ),
            Entry(
                label=lazy("Pengingat penerapan"),
                endpoint="training.transfer_due",
                icon="hourglass",
                permission=P.TRAINING_READ,
            ),
        ),
    ),
    (
        lazy("Kinerja"),
        (
            Entry(
                label=lazy("Penilaian kinerja"),
                endpoint="performance.cycles",
                icon="checklist",
                permission=P.APPRAISAL_READ,
            ),
            Entry(
                label=lazy("Umpan balik 360"),
                endpoint="performance.campaigns",
                icon="users",
                permission=P.CAMPAIGN_READ,
            ),
            Entry(label=lazy("Disiplin"), endpoint="discipline.register", icon="gavel", permission=P.DISCIPLINE_READ),
            Entry(
                label=lazy("Indeks profesionalitas"),
                endpoint="professionalism.city",
                icon="gauge",
                permission=P.PROFESSIONALISM_READ,
            ),
            Entry(
                label=lazy("Penugasan dan cuti"),
                endpoint="performance.offers",
                icon="briefcase",
                permission=P.APPRAISAL_READ,
            ),
            Entry(label=lazy("Penghargaan"), endpoint="performance.awards", icon="award", permission=P.APPRAISAL_READ),
        ),
    ),
    (
        lazy("Unit dan layanan"),
        (
            Entry(label=lazy("Kinerja unit"), endpoint="performance.unit_board", icon="trophy", permission=P.UNIT_READ),
            Entry(
                label=lazy("Pengaduan masyarakat"),
                endpoint="performance.complaints",
                icon="message-2",
                permission=P.UNIT_READ,
            ),
            Entry(
                label=lazy("Kepuasan masyarakat"),
                endpoint="performance.satisfaction",
                icon="heart-handshake",
                permission=P.UNIT_READ,
            ),
            Entry(
                label=lazy("Hari libur"), endpoint="performance.holidays", icon="calendar-due", permission=P.UNIT_READ
            ),
        ),
    ),
    (
        lazy("Promosi"),
        (
            Entry(label=lazy("Lowongan"), endpoint="ranking.vacancies", icon="target-arrow", permission=P.VACANCY_READ),
            Entry(
                label=lazy_as("list", "Kebijakan"), endpoint="ranking.policies", icon="scale", permission=P.POLICY_READ
            ),
        ),
    ),
    (
        lazy("Data"),
        (
            Entry(label=lazy("Impor data"), endpoint="exchange.index", icon="database-import", permission=P.IMPORT_RUN),
            Entry(label=lazy("Pekerjaan"), endpoint="jobs.index", icon="progress", permission=P.JOB_READ),
        ),
    ),
    (
        lazy("Tata kelola"),
        (
            Entry(label=lazy("Pengguna"), endpoint="accounts.users", icon="user-cog", permission=P.ACCOUNT_MANAGE),
            Entry(label=lazy("Surat keluar"), endpoint="notices.mails", icon="mail", permission=P.ACCOUNT_MANAGE),
            Entry(label=lazy("Jejak audit"), endpoint="audit.entries", icon="shield-check", permission=P.AUDIT_READ),
            Entry(label=lazy("Log pembacaan"), endpoint="audit.readings", icon="eye", permission=P.AUDIT_READ),
            Entry(label=lazy("Komponen"), endpoint="develop.components", icon="stack-2", permission=P.DEVELOP),
        ),
    ),
)
PERSONAL = (Entry(label=lazy("Akun saya"), endpoint="accounts.account", icon="user-cog"),)


def _is_registered(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def _visible(entries: tuple[Entry, ...], actor: Actor) -> Iterator[Entry]:
    for entry in entries:
        granted = entry.permission is None or is_granted(actor, entry.permission)
        meant = not entry.staff_only or bool(actor.roles & STAFF_ROLES)
        if granted and meant and _is_registered(entry.endpoint):
            yield entry


def _current_address(addresses: list[str], path: str) -> str:
    """Return the longest address that is the path or a parent of it, "" when none is."""
    parents = (address for address in addresses if path == address or path.startswith(address.rstrip("/") + "/"))
    return max((address for address in parents if address != "/" or path == "/"), key=len, default="")


def navigation() -> list[Section]:
    """Return the menu of the present person; entries without a page or without permission are left out."""
    actor = current_actor()
    shown = [(name, list(_visible(entries, actor))) for name, entries in MENU]
    addresses = {entry.endpoint: url_for(entry.endpoint) for _, entries in shown for entry in entries}
    here = _current_address(list(addresses.values()), request.path)
    return [
        Section(
            label=str(name or ""),
            items=[
                Link(
                    label=str(entry.label),
                    url=addresses[entry.endpoint],
                    icon=entry.icon,
                    current=addresses[entry.endpoint] == here,
                )
                for entry in entries
            ],
        )
        for name, entries in shown
        if entries
    ]


def signed_in_person() -> Person | None:
    """Return who is signed in, None when nobody is."""
    actor = current_actor()
    if actor.user_id is None:
        return None
    name = actor.name or actor.login
    personal = _visible(PERSONAL, actor)
    return Person(
        name=name,
        initials=initials(name),
        roles=", ".join(label(role, "role") for role in sorted(actor.roles)),
        links=[(str(entry.label), url_for(entry.endpoint), entry.icon) for entry in personal],
        sign_out=url_for("accounts.sign_out") if _is_registered("accounts.sign_out") else "",
    )


def home_url() -> str:
    """Return where "home" leads: the first page of the menu, else the top of the site."""
    if current_actor().user_id is None:
        return "/"
    return next((item.url for section in navigation() for item in section.items), "/")


def language_url(code: str) -> str:
    """Return the address that keeps the chosen language."""
    return url_for("web.language", code=code) if _is_registered("web.language") else ""


def language() -> str:
    """Return the language of the page."""
    return str(current_locale().language)


def here() -> str:
    """Return the present address without the host."""
    return request.full_path.rstrip("?")


def init_app(app: Flask) -> None:
    """Give the layouts what they ask for."""
    app.jinja_env.globals.update(
        navigation=navigation,
        signed_in_person=signed_in_person,
        home_url=home_url,
        language=language,
        language_url=language_url,
        languages=lambda: LANGUAGE_NAMES,
        here=here,
        can=can,
    )
