"""Forms of candidates: shape only; whether they fit together is asked by the entrance."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired, FileSize
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from merit.i18n import lazy as _
from merit.web.forms import BaseForm

_PLAIN = {"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
_MOST_FILE = 4 * 1024 * 1024


class RoomForm(BaseForm):
    """The token the proctor's screen shows."""

    token = StringField(
        _("Token ruang"),
        [
            InputRequired(_("Isi token dari layar pengawas.")),
            Length(max=20, message=_("Token terdiri dari 6 huruf atau angka.")),
        ],
        description=_("Enam huruf atau angka di layar pengawas; berganti setiap lima menit."),
        render_kw={**_PLAIN, "maxlength": "20"},
    )


class EntranceForm(RoomForm):
    """Who one is, what proves it, and the room."""

    who = StringField(
        _("Nomor peserta atau NIP"),
        [InputRequired(_("Isi nomor peserta dari kartu, atau NIP.")), Length(max=40, message=_("Terlalu panjang."))],
        description=_("Nomor peserta tercetak di kartu. NIP boleh ditulis dengan spasi."),
        render_kw={**_PLAIN, "maxlength": "40"},
    )
    secret = PasswordField(
        _("PIN kartu atau kata sandi"),
        [InputRequired(_("Isi PIN dari kartu, atau kata sandi akun Anda.")), Length(max=256)],
        description=_("PIN kartu seperti ABCD-2345, sekali pakai. Tanpa kartu, pakai kata sandi akun Merit."),
        render_kw={"autocomplete": "off"},
    )


class FinishForm(BaseForm):
    """The end of a test, without a script."""


class EmergencyForm(BaseForm):
    """A file of emergency answers."""

    document = FileField(
        _("Berkas jawaban darurat"),
        [
            FileRequired(_("Pilih berkas yang diunduh di komputer peserta.")),
            FileSize(_MOST_FILE, message=_("Berkas lebih dari 4 MB bukan jawaban darurat.")),
        ],
        description=_("Berkas jawaban-darurat-….json dari komputer peserta; isinya hanya terbaca oleh server ini."),
    )
