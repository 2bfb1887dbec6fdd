"""What the PDFs of a room print: plain words and numbers in the order of the page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import current_app, url_for

from merit.assessment.models.sittings import Sitting
from merit.assessment.queries.board import RoomHead
from merit.assessment.queries.board_attempts import AttemptStory
from merit.assessment.queries.minutes import Line, MinutesOfRoom
from merit.assessment.services.cards import Card
from merit.assessment.views.board.words import event_details, event_title, length, time_of_day
from merit.i18n import _
from merit.web.filters import long_date, moment, nip
from merit.web.labels import label
from merit.web.pdf import frame_of, qr_svg, render_pdf

_NONE = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a card says of the sitting."""

    code: str
    name: str
    starts_at: dt.datetime
    minutes: int

    @classmethod
    def of_room(cls, head: RoomHead) -> Occasion:
        """Return the occasion of a room."""
        return cls(code=head.code, name=head.sitting, starts_at=head.starts_at, minutes=head.minutes)

    @classmethod
    def of_sitting(cls, sitting: Sitting) -> Occasion:
        """Return the occasion of a sitting."""
        return cls(code=sitting.code, name=sitting.name, starts_at=sitting.starts_at, minutes=sitting.minutes)


def minutes_pdf(record: MinutesOfRoom) -> bytes:
    """Return the minutes of a room."""
    head = record.head
    data = {
        "terms": _terms(record),
        "draft": "" if head.closed_at else _("Rancangan: ruang belum ditutup, isi masih dapat bertambah."),
        "opening": _opening(record),
        "tables": [table for table in _tables(record) if table["rows"]],
        "nothing": _("Tidak ada"),
        "signed": [
            [_("Pengawas ruang"), each["name"], moment(dt.datetime.fromisoformat(each["at"]), seconds=True)]
            for each in head.minutes_signed
        ]
        or [[_("Pengawas ruang"), "", ""], [_("Pengawas ruang"), "", ""]],
        "seal": _seal(record),
    }
    return render_pdf("minutes", data, record.instant, frame=_frame(head, _("Berita acara pelaksanaan ujian")))


def attendance_pdf(record: MinutesOfRoom) -> bytes:
    """Return the list to be signed by those who come."""
    head = record.head
    data = {
        "terms": [
            [_("Sesi uji"), f"{head.sitting} ({head.code})"],
            [_("Waktu"), moment(head.starts_at)],
            [_("Ruang"), head.room],
            [_("Peserta"), str(len([each for each in record.attendance if not each.is_withdrawn]))],
        ],
        "headings": [_("Kursi"), _("Nomor"), _("Nama dan NIP"), _("Tanda tangan")],
        "rows": [
            [str(each.seat), each.number, f"{each.name}\n{nip(each.nip)}", ""]
            for each in record.attendance
            if not each.is_withdrawn
        ],
        "signed": [[_("Pengawas ruang"), name, ""] for _user, name in record.proctors[:2]]
        or [[_("Pengawas ruang"), "", ""]],
    }
    return render_pdf("attendance", data, head.starts_at, frame=_frame(head, _("Daftar hadir peserta")))


def cards_pdf(occasion: Occasion, cards: Sequence[Card]) -> bytes:
    """Return candidates' cards, eight on a page; the only place their PINs stand."""
    settings = current_app.config["SETTINGS"]
    data = {
        "agency": settings.agency_name,
        "sitting": occasion.name,
        "code": occasion.code,
        "when": f"{long_date(occasion.starts_at)}, {time_of_day(occasion.starts_at)[:5]} WITA",
        "length": _("%(minutes)s menit", minutes=occasion.minutes),
        "words": {
            "title": _("Kartu peserta"),
            "number": _("Nomor"),
            "room": _("Ruang"),
            "seat": _("Kursi"),
            "pin": _("PIN (satu kali pakai)"),
        },
        "rules": [
            _("Datang 30 menit sebelum mulai dengan KTP atau kartu pegawai."),
            _("Masuk di /ujian/masuk dengan nomor peserta, PIN, dan token ruang dari pengawas."),
            _("Telepon genggam dan catatan ditinggalkan di luar. PIN tidak diberikan kepada siapa pun."),
        ],
        "cards": [
            {
                "number": card.number,
                "name": card.name,
                "nip": nip(card.nip),
                "room": card.room,
                "seat": str(card.seat),
                "pin": card.pin,
            }
            for card in cards
        ],
    }
    frame = frame_of(settings, title=_("Kartu peserta"), subtitle=occasion.name, number=occasion.code)
    return render_pdf("cards", data, occasion.starts_at, frame=frame)


def slip_pdf(story: AttemptStory) -> bytes:
    """Return what a candidate takes home: counts, times and the end of the chain of receipts; no answers."""
    attempt, head = story.attempt, story.head
    instant = attempt.finished_at or attempt.last_save_at or attempt.started_at or attempt.created_at
    data = {
        "terms": [
            *([_("Nama"), story.person.name], [_("NIP"), nip(story.person.nip)]),
            *([_("Nomor peserta"), story.person.number], [_("Kursi"), f"{head.room}, {story.candidate.seat}"]),
            *([_("Mulai"), moment(attempt.started_at, seconds=True)],),
            *([_("Selesai"), moment(attempt.finished_at, seconds=True)],),
            [_("Cara selesai"), label(attempt.ending, "attempt_ending") if attempt.ending else _NONE],
            [_("Dijawab"), _("%(answered)s dari %(items)s", answered=attempt.answered, items=attempt.items)],
            [_("Simpanan diterima"), str(attempt.saves)],
            [_("Simpanan terakhir"), moment(attempt.last_save_at, seconds=True)],
        ],
        "receipt": {
            "title": _("Ujung rantai tanda terima"),
            "text": attempt.receipt or _NONE,
            "note": _(
                "Setiap simpanan yang diterima server mengubah rangkaian ini. Bila satu jawaban saja diganti kemudian, "
                "rangkaiannya tidak akan sama lagi. Simpan lembar ini."
            ),
            "qr": qr_svg(f"{story.person.number} {attempt.receipt}") if attempt.receipt else "",
            "qr_text": _("Kode QR rangkaian tanda terima"),
        },
    }
    return render_pdf("slip", data, instant, frame=_frame(head, _("Tanda terima ujian")))


def event_rows(lines: Iterable[Line]) -> list[list[str]]:
    """Return events as rows: time, whom, what, details, by whom; the same done to many in a row is one row."""
    return [_event_row(list(group)) for _key, group in groupby(lines, key=_alike)]


def _alike(line: Line) -> tuple[object, ...]:
    """Return what makes neighbouring lines one: bare events of one kind by one person within a minute."""
    one = line.moment
    if one.note or one.details or not line.who:
        return (id(line),)
    return (one.kind, one.by, one.at.replace(second=0, microsecond=0))


def _event_row(lines: Sequence[Line]) -> list[str]:
    first = lines[0]
    who = first.who or _("Ruang")
    words = [event_details(first.moment.kind, first.moment.details), first.moment.note]
    if len(lines) > 1:
        words = [", ".join(line.who for line in lines)]
    return [
        time_of_day(first.moment.at),
        who if len(lines) == 1 else _("%(n)s peserta", n=len(lines)),
        event_title(first.moment.kind),
        ". ".join(part for part in words if part)
        or (", ".join(line.who for line in lines) if len(lines) > 1 else _NONE),
        first.moment.by or _NONE,
    ]


def _frame(head: RoomHead, title: str) -> Any:
    return frame_of(
        current_app.config["SETTINGS"],
        title=title,
        subtitle=f"{head.sitting} · {head.room}",
        number=f"{head.code}/{head.room_id}",
        verify_url=url_for("assessment.minutes", room_id=head.room_id, _external=True),
    )


def _terms(record: MinutesOfRoom) -> list[list[str]]:
    head = record.head
    return [
        [_("Penyelenggara"), head.organiser],
        [_("Kode sesi"), head.code],
        [_("Jadwal"), moment(head.starts_at)],
        [_("Lama"), _("%(minutes)s menit", minutes=head.minutes)],
        [_("Lobi dibuka"), time_of_day(head.opened_at)],
        [_("Ujian dimulai"), time_of_day(head.started_at)],
        [_("Ruang ditutup"), time_of_day(head.closed_at)],
        [_("Pengawas"), ", ".join(name for _user, name in record.proctors) or _NONE],
        [_("Terdaftar"), str(len(record.attendance))],
        [_("Hadir"), str(len(record.present))],
        [_("Tidak hadir"), str(len(record.absent))],
        [_("Terlambat"), str(len(record.of_kinds("late-admitted", "late-admitted-exception")))],
    ]


def _opening(record: MinutesOfRoom) -> str:
    head = record.head
    return _(
        "Pada tanggal %(date)s telah dilaksanakan %(sitting)s di %(room)s dengan %(present)s dari %(expected)s peserta "
        "hadir. Jalannya ujian tercatat sebagai berikut.",
        date=long_date(head.started_at or head.starts_at),
        sitting=head.sitting,
        room=head.room,
        present=len(record.present),
        expected=len(record.attendance),
    )


def _tables(record: MinutesOfRoom) -> list[dict[str, Any]]:
    events = [_("Waktu"), _("Peserta"), _("Kejadian"), _("Keterangan"), _("Oleh")]
    titled = [
        (_("Kejadian"), record.of_kinds("incident")),
        (_("Peserta terlambat"), record.of_kinds("late-admitted", "late-admitted-exception")),
        (_("Tambahan waktu dan jeda"), record.of_kinds(*_CLOCK_KINDS)),
        (_("Pindah kursi dan ganti peramban"), record.of_kinds("moved", "moved-in", "swapped", "lease-granted")),
        (_("Jawaban darurat"), record.emergencies),
    ]
    return [
        _attendance_table(record),
        _table(
            _("Tidak hadir"),
            [_("Kursi"), _("Nomor"), _("Nama"), _("NIP")],
            [[str(each.seat), each.number, each.name, nip(each.nip)] for each in record.absent],
        ),
        _table(
            _("Penyesuaian yang disetujui"),
            [_("Nomor"), _("Nama"), _("Tambahan waktu"), _("Istirahat"), _("Pembaca")],
            [
                [each.number, each.name, *_accommodation(each.extra_minutes, each.break_minutes), _yes(each.has_reader)]
                for each in record.accommodated
            ],
        ),
        *(_table(title, events, event_rows(lines), _EVENT_WIDTHS) for title, lines in titled),
        _table(
            _("Gangguan dan kompensasi"),
            [_("Dari"), _("Sampai"), _("Diberikan"), _("Peserta"), _("Oleh")],
            [
                [time_of_day(each.starts), time_of_day(each.until), length(each.seconds), str(each.attempts), each.by]
                for each in record.granted
            ],
        ),
        _table(
            _("Jawaban setelah waktu habis"),
            [_("Nomor"), _("Jawaban"), _("Diterima untuk dinilai")],
            [[number, str(count), str(accepted)] for number, count, accepted in record.late],
        ),
        _table(_("Semua catatan"), events, event_rows(record.lines), _EVENT_WIDTHS),
    ]


_EVENT_WIDTHS = ["auto", "auto", "1fr", "1.3fr", "auto"]
_CLOCK_KINDS = ("extended", "room-extended", "paused", "resumed", "room-paused", "room-resumed")


def _attendance_table(record: MinutesOfRoom) -> dict[str, Any]:
    return _table(
        _("Peserta hadir"),
        [_("Kursi"), _("Nomor"), _("Nama dan NIP"), _("Mulai"), _("Selesai"), _("Dijawab"), _("Tanda terima")],
        [
            [
                str(each.seat),
                each.number,
                f"{each.name}\n{nip(each.nip)}",
                time_of_day(each.started_at),
                time_of_day(each.finished_at),
                f"{each.answered}/{each.items}",
                each.receipt[:12] or _NONE,
            ]
            for each in record.present
        ],
        ["auto", "auto", "1fr", "auto", "auto", "auto", "auto"],
    )


def _table(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[str] = ()
) -> dict[str, Any]:
    return {"title": title, "headings": headings, "rows": rows, "widths": widths}


def _accommodation(*minutes: int) -> list[str]:
    return [_("%(n)s menit", n=each) if each else _NONE for each in minutes]


def _yes(is_so: bool) -> str:
    return _("ya") if is_so else _NONE


def _seal(record: MinutesOfRoom) -> dict[str, str]:
    """Return the seal of the audit chain as text and QR, empty while the sitting is not closed."""
    seal = record.checkpoint
    if seal is None:
        return {"title": "", "text": "", "note": "", "qr": "", "qr_text": ""}
    text = json.dumps({name: seal[name] for name in ("key", "payload", "signature")}, separators=(",", ":"))
    payload = json.loads(seal["payload"])
    return {
        "title": _("Titik periksa jejak audit"),
        "text": f"{payload['entry']} · {payload['hash']}",
        "note": _(
            "Dibuat dan ditandatangani saat sesi ditutup. Bila catatan sebelum titik ini diubah atau dihapus, "
            "rantainya tidak akan cocok lagi dengan kode ini."
        ),
        "qr": qr_svg(text),
        "qr_text": _("Kode QR titik periksa jejak audit"),
    }
