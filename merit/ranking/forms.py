"""Forms of vacancies and policies; shape only, the rules live in the services."""

from __future__ import annotations

from flask_wtf.file import FileAllowed, FileField
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from merit.i18n import _, lazy
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
    """A policy document to be recorded as a draft: a file, or the text itself."""

    document = FileField(
        lazy("Dokumen kebijakan (YAML)"),
        [Optional(), FileAllowed(["yaml", "yml"], message=lazy("Pilih berkas .yaml."))],
    )
    text = TextAreaField(
        lazy("Atau tempel teksnya"),
        description=lazy("Isi berkas yang keliru muncul di sini, sehingga dapat langsung diperbaiki."),
        render_kw={"rows": 16, "spellcheck": "false"},
    )

    def validate_text(self, field: TextAreaField) -> None:
        """Want one of both."""
        if not self.document.data and not (field.data or "").strip():
            raise StopValidation(_("Pilih berkas kebijakan, atau tempel teksnya."))

    def read(self) -> str:
        """Return the document; an uploaded file goes into the text field, so that it can be mended there."""
        if self.document.data:
            self.text.data = self.document.data.read().decode("utf-8-sig")
        return str(self.text.data).replace("\r\n", "\n")


class ChecksField(SelectMultipleField):
    """Several choices, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ApprovalForm(BaseForm):
    """The PPK's approval: from when, and the decree that adopts local rules."""

    revision = HiddenField()
    in_force_from = DateField(
        lazy("Berlaku mulai"),
        [InputRequired(message=lazy("Isi tanggal mulai berlaku seperti 01-03-2026."))],
        description=lazy("Hari ini atau sesudahnya. Pergantian terjadi sendiri pada tanggal itu."),
    )
    gates = ChecksField(
        lazy("Aturan setempat yang diadopsi"),
        description=lazy("Yang tidak dicentang hanya memberi tahu dan tidak menggugurkan siapa pun."),
    )
    decree_number = StringField(lazy("Nomor keputusan PPK"), [Optional(), Length(max=120)])
    decree_date = DateField(lazy("Tanggal keputusan"), [Optional()])
    decree_file = FileField(
        lazy("Naskah keputusan (PDF)"), [Optional(), FileAllowed(["pdf"], message=lazy("Pilih berkas PDF."))]
    )
    comment = TextAreaField(lazy("Catatan"), [Optional(), Length(max=2000)], render_kw={"rows": 3})
