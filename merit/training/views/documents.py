"""What the PDFs of training print."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app

from merit.i18n import _
from merit.training.models.classes import ClassSession, TrainingClass
from merit.training.queries.attendance import AttendanceLine
from merit.training.queries.certificates import CertificateLine
from merit.web.filters import long_date, moment, nip, number
from merit.web.pdf import frame_of, render_pdf


def attendance_pdf(meeting: ClassSession, course: TrainingClass, rows: Sequence[AttendanceLine]) -> bytes:
    """Return the list of a session to be signed by those who come."""
    data = {
        "terms": [
            [_("Kelas"), f"{course.name} ({course.code})"],
            [_("Waktu"), moment(meeting.starts_at)],
            [_("Tempat"), meeting.venue or course.venue],
            [_("Peserta"), str(len(rows))],
        ],
        "headings": [_("No."), "NIP", _("Nama dan unit kerja"), _("Tanda tangan")],
        "rows": [[str(n), nip(row.nip), f"{row.name}\n{row.unit}", ""] for n, row in enumerate(rows, 1)],
        "signed": [[_("Pengajar"), "", ""], [_("Penyelenggara"), "", ""]],
    }
    settings = current_app.config["SETTINGS"]
    frame = frame_of(settings, title=_("Daftar hadir pelatihan"), subtitle=meeting.title, number=course.code)
    return render_pdf("attendance", data, meeting.starts_at, frame=frame)


def certificate_pdf(line: CertificateLine, address: str) -> bytes:
    """Return a certificate; the picture in its head leads to the page that checks it."""
    given = line.certificate
    data = {
        "given_to": _("Diberikan kepada"),
        "name": line.name,
        "for": _("yang telah mengikuti"),
        "programme": line.programme.name,
        "terms": [
            [_("Kelas"), line.course.name],
            [_("Waktu"), f"{long_date(line.course.starts)} – {long_date(line.course.ends)}"],
            [_("Penyelenggara"), line.programme.provider],
            [_("Jam pelajaran"), _("%(hours)s JP", hours=number(given.learning_hours))],
            [_("Berlaku sampai"), long_date(given.valid_until) if given.valid_until else _("tanpa batas")],
        ],
        "revoked": _("DICABUT: %(reason)s", reason=given.revoke_reason) if given.revoked_at else "",
        "place_date": f"{current_app.config['SETTINGS'].city_name}, {long_date(given.dated)}",
        "check": _("Keaslian sertifikat ini diperiksa pada alamat di kaki halaman atau melalui kode QR."),
        "signed": [[_("Penyelenggara"), "", ""]],
    }
    settings = current_app.config["SETTINGS"]
    frame = frame_of(settings, title=_("Sertifikat"), subtitle=given.number, number=given.number, verify_url=address)
    return render_pdf("training-certificate", data, given.issued_at, frame=frame)
