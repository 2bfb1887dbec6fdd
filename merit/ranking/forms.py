"""Forms of vacancies and policies; shape only, the rules live in the services."""

from __future__ import annotations

from flask_wtf.file import FileAllowed, FileField, FileRequired
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from merit.i18n import lazy
from merit.web.forms import BaseForm, DateField

_CODE = Regexp(r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", message=lazy("Pakai huruf, angka, titik, garis, atau garis miring."))


class VacancyForm(BaseForm):
    """A vacancy as announced."""

    code = StringField(
        lazy("Kode lowongan"),
        [InputRequired(message=lazy("Isi kode lowongan.")), Length(max=60), _CODE],
        description=lazy("Misalnya LOWONGAN-2026-07."),
    )
    position_code = StringField(
        lazy("Kode jabatan"),
        [InputRequired(message=lazy("Isi kode jabatan yang lowong.")), Length(max=60)],
        description=lazy("Kode pada halaman Jabatan."),
        render_kw={"list": "jabatan-pilihan"},
    )
    as_of = DateField(
        lazy("Tanggal penilaian"),
        [InputRequired(message=lazy("Isi tanggal seperti 01-03-2026."))],
        description=lazy("Syarat dan bukti dibaca menurut keadaan pada tanggal ini."),
    )
    pathway = SelectField(lazy("Jalur"))
    inauguration = DateField(lazy("Tanggal pelantikan"), [Optional()])
    size = IntegerField(
        lazy("Jumlah nama untuk PPK"),
        [Optional(), NumberRange(1, 50, message=lazy("Isi 1 sampai 50."))],
        description=lazy("Kosong berarti mengikuti kebijakan."),
    )
    policy_code = SelectField(
        lazy("Kebijakan"), description=lazy("Versi yang berlaku hari ini dibekukan untuk lowongan ini.")
    )


class PolicyForm(BaseForm):
    """A policy document to be recorded as a draft."""

    document = FileField(
        lazy("Dokumen kebijakan (YAML)"),
        [
            FileRequired(message=lazy("Pilih berkas kebijakan.")),
            FileAllowed(["yaml", "yml"], message=lazy("Pilih berkas .yaml.")),
        ],
    )
