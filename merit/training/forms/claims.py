"""The form of a certificate from elsewhere."""

from __future__ import annotations

from decimal import Decimal

from flask_wtf.file import FileField
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from merit import clock
from merit.i18n import lazy
from merit.training.forms.planning import HoursField
from merit.training.services.claims import ClaimInput
from merit.web.forms import BaseForm, DateField
from merit.web.labels import options

_DATE = InputRequired(message=lazy("Isi tanggal seperti 01-03-2026."))


def _trimmed(value: str | None) -> str:
    return (value or "").strip()


class ClaimForm(BaseForm):
    """A certificate from elsewhere."""

    name = StringField(
        lazy("Nama pelatihan"),
        [InputRequired(message=lazy("Isi nama pelatihan.")), Length(max=200)],
        filters=[_trimmed],
    )
    kind = SelectField(lazy("Jenis"))
    path = SelectField(lazy("Jalur"))
    provider = StringField(
        lazy("Penyelenggara"),
        [InputRequired(message=lazy("Isi nama penyelenggara.")), Length(max=200)],
        filters=[_trimmed],
    )
    starts = DateField(lazy("Mulai"), [_DATE], description=lazy("Misalnya 01-03-2026."))
    ends = DateField(lazy("Selesai"), [_DATE])
    learning_hours = HoursField(lazy("Jam pelajaran (JP)"), [InputRequired(message=lazy("Isi jumlah JP."))])
    number = StringField(
        lazy("Nomor sertifikat"),
        [InputRequired(message=lazy("Isi nomor sertifikat.")), Length(max=120)],
        filters=[_trimmed],
    )
    file = FileField(lazy("Berkas sertifikat"), description=lazy("PDF, JPEG, atau PNG, paling besar 5 MB."))

    def __init__(self) -> None:
        """Fill the choices."""
        super().__init__()
        self.kind.choices, self.path.choices = options("training_kind"), options("training_path")

    def claimed(self) -> ClaimInput:
        """Return what was filled in."""
        return ClaimInput(
            name=self.name.data or "",
            kind=self.kind.data,
            path=self.path.data,
            provider=self.provider.data or "",
            starts=self.starts.data or clock.today(),
            ends=self.ends.data or clock.today(),
            learning_hours=self.learning_hours.data or Decimal(0),
            number=self.number.data or "",
        )
