"""Forms for programmes, classes, sessions and trainers."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.validators import ValidationError as FieldError
from wtforms.widgets import HiddenInput

from merit import clock
from merit.evidence import COMPETENCIES
from merit.i18n import _, lazy
from merit.training.domain.settings import ClassSettings
from merit.training.models.classes import Programme, TrainingClass
from merit.training.services.classes import ClassInput, SessionInput
from merit.training.services.programmes import ProgrammeInput
from merit.web.forms import BaseForm, DateField, NIPField, NumberField, TimeField
from merit.web.labels import options
from merit.web.paging import whole

_AIM = re.compile(r"^([A-Z]{1,4}\.?\d{0,3}|[A-Z0-9._-]{2,30})[\s,:=]+([1-5])$")
_COST = NumberRange(0, 10**12, message=lazy("Isi rupiah, mulai dari 0."))
_QUOTA = NumberRange(1, 10_000, message=lazy("Isi 1 sampai 10.000."))
_DATE = InputRequired(message=lazy("Isi tanggal seperti 01-03-2026."))
_TIME = InputRequired(message=lazy("Isi jam seperti 08.30."))
_PERCENT = NumberRange(0, 100, message=lazy("Isi 0 sampai 100."))


def _trimmed(value: str | None) -> str:
    return (value or "").strip()


class HoursField(NumberField):
    """Learning hours (JP), above 0 and with at most two decimals."""

    def pre_validate(self, form: object) -> None:
        """Refuse what is no number of hours."""
        value = self.data
        if value is None or not value.is_finite() or not 0 < value <= Decimal(2000) or value != round(value, 2):
            raise FieldError(_("Isi JP di atas 0 sampai 2.000, misalnya 30 atau 7,5."))


class ProgrammeForm(BaseForm):
    """A programme."""

    name = StringField(
        lazy("Nama program"),
        [InputRequired(message=lazy("Isi nama program.")), Length(max=200)],
        filters=[_trimmed],
    )
    code = StringField(
        lazy("Kode program"),
        [InputRequired(message=lazy("Isi kode program.")), Length(max=60)],
        filters=[_trimmed],
        description=lazy("Huruf, angka, titik, garis; misalnya PKA atau TEK-ANGGARAN."),
    )
    kind = SelectField(lazy("Jenis"))
    path = SelectField(lazy("Jalur"))
    training_code = StringField(
        lazy("Kode syarat"),
        [Optional(), Length(max=60)],
        filters=[_trimmed],
        description=lazy("Yang diminta syarat kebijakan, misalnya PKA. Kosong: tidak dipakai syarat."),
    )
    provider = StringField(
        lazy("Penyelenggara"),
        [InputRequired(message=lazy("Isi nama penyelenggara.")), Length(max=200)],
        filters=[_trimmed],
    )
    learning_hours = HoursField(lazy("Jam pelajaran (JP)"), [InputRequired(message=lazy("Isi jumlah JP."))])
    quota = IntegerField(lazy("Kuota biasa"), [InputRequired(message=lazy("Isi kuota.")), _QUOTA], default=30)
    cost = IntegerField(lazy("Biaya per peserta (Rp)"), [InputRequired(message=lazy("Isi biaya.")), _COST], default=0)
    aims = TextAreaField(
        lazy("Kompetensi yang dituju"),
        [Optional(), Length(max=2000)],
        description=lazy("Satu per baris dengan level tujuannya, misalnya «M.02 3»."),
        render_kw={"rows": 4},
    )
    description = TextAreaField(lazy("Uraian"), [Optional(), Length(max=4000)], render_kw={"rows": 4})
    row_version = IntegerField(default=1, widget=HiddenInput())

    def __init__(self, programme: Programme | None = None) -> None:
        """Fill the choices, and the fields from a programme."""
        super().__init__(obj=programme if programme is not None else None)
        self.kind.choices, self.path.choices = options("training_kind"), options("training_path")
        if programme is not None and not self.is_submitted():
            self.aims.data = "\n".join(f"{aim['competency']} {aim['level']}" for aim in programme.aims)

    def validate_aims(self, field: TextAreaField) -> None:
        """Refuse a line that names no competency and level."""
        for line in (field.data or "").splitlines():
            if line.strip() and _AIM.match(line.strip().upper()) is None:
                raise FieldError(_("Baris «%(line)s»: isi kode kompetensi dan level 1–5.", line=line.strip()[:40]))
        codes = [code for code, _level in self.read_aims()]
        if len(codes) != len(set(codes)):
            raise FieldError(_("Ada kompetensi yang disebut dua kali."))

    def read_aims(self) -> tuple[tuple[str, int], ...]:
        """Return the (competency, level) pairs."""
        lines = (_AIM.match(line.strip().upper()) for line in (self.aims.data or "").splitlines())
        return tuple((found.group(1), int(found.group(2))) for found in lines if found)

    def planned(self, code: str = "") -> ProgrammeInput:
        """Return what was filled in."""
        return ProgrammeInput(
            code=code or self.code.data or "",
            name=self.name.data or "",
            kind=self.kind.data,
            path=self.path.data,
            provider=self.provider.data or "",
            learning_hours=self.learning_hours.data or Decimal(0),
            quota=self.quota.data or 1,
            cost=self.cost.data or 0,
            training_code=self.training_code.data or "",
            aims=self.read_aims(),
            description=_trimmed(self.description.data),
        )


class ClassForm(BaseForm):
    """A class."""

    programme = SelectField(lazy("Program"))
    name = StringField(
        lazy("Nama kelas"), [InputRequired(message=lazy("Isi nama kelas.")), Length(max=200)], filters=[_trimmed]
    )
    code = StringField(
        lazy("Kode kelas"),
        [Optional(), Length(max=60)],
        filters=[_trimmed],
        description=lazy("Kosong: diberi nomor otomatis dari kode program."),
    )
    starts = DateField(lazy("Hari pertama"), [_DATE], description=lazy("Misalnya 01-03-2026."))
    venue = StringField(lazy("Tempat"), [InputRequired(message=lazy("Isi tempat.")), Length(max=200)])
    quota = IntegerField(lazy("Kuota"), [InputRequired(message=lazy("Isi kuota.")), _QUOTA], default=30)
    cost = IntegerField(lazy("Biaya per peserta (Rp)"), [InputRequired(message=lazy("Isi biaya.")), _COST], default=0)
    late_minutes = IntegerField(
        lazy("Toleransi terlambat (menit)"),
        [InputRequired(), NumberRange(0, 240, message=lazy("Isi 0 sampai 240."))],
        default=15,
    )
    late_rule = SelectField(lazy("Lebih terlambat dari itu dihitung"))
    least_percent = IntegerField(
        lazy("Kehadiran sebagian dihitung mulai (persen pertemuan)"), [InputRequired(), _PERCENT], default=50
    )
    minimum_percent = IntegerField(
        lazy("Syarat sertifikat (persen JP)"),
        [InputRequired(), NumberRange(1, 100, message=lazy("Isi 1 sampai 100."))],
        default=80,
    )
    validity_years = IntegerField(
        lazy("Sertifikat berlaku (tahun)"),
        [InputRequired(), NumberRange(0, 20, message=lazy("Isi 0 sampai 20."))],
        default=0,
        description=lazy("0: tanpa batas."),
    )
    row_version = IntegerField(default=1, widget=HiddenInput())

    def __init__(
        self, programmes: list[tuple[str, str]], course: TrainingClass | None = None, **chosen: object
    ) -> None:
        """Fill the choices, and the fields from a class."""
        super().__init__(obj=course, data=None if course is None else dict(course.settings), **chosen)
        self.programme.choices = programmes
        self.late_rule.choices = options("late_rule")

    def planned(self) -> ClassInput:
        """Return what was filled in."""
        return ClassInput(
            programme_code=self.programme.data,
            name=self.name.data or "",
            code=self.code.data or "",
            starts=self.starts.data or clock.today(),
            venue=self.venue.data or "",
            quota=self.quota.data or 1,
            cost=self.cost.data or 0,
            settings=ClassSettings(
                late_minutes=self.late_minutes.data or 0,
                late_rule=self.late_rule.data,
                least_percent=self.least_percent.data or 0,
                minimum_percent=self.minimum_percent.data or 1,
                validity_years=self.validity_years.data or 0,
            ),
        )


class SessionForm(BaseForm):
    """A session of a class."""

    date = DateField(lazy("Tanggal"), [_DATE], description=lazy("Misalnya 01-03-2026."))
    starts = TimeField(lazy("Mulai (WITA)"), [_TIME], description=lazy("Misalnya 08.30."))
    ends = TimeField(lazy("Selesai (WITA)"), [_TIME])
    learning_hours = HoursField(lazy("JP"), [InputRequired(message=lazy("Isi jumlah JP."))])
    title = StringField(lazy("Materi"), [Optional(), Length(max=200)])
    venue = StringField(lazy("Tempat lain"), [Optional(), Length(max=200)])

    def planned(self) -> SessionInput:
        """Return what was filled in."""
        day = self.date.data or clock.today()
        starts, ends = self.starts.data or dt.time(), self.ends.data or dt.time()
        return SessionInput(
            starts_at=dt.datetime.combine(day, starts, tzinfo=clock.ZONE).astimezone(dt.UTC),
            ends_at=dt.datetime.combine(day, ends, tzinfo=clock.ZONE).astimezone(dt.UTC),
            learning_hours=self.learning_hours.data or Decimal(0),
            title=self.title.data or "",
            venue=self.venue.data or "",
        )


class TrainerForm(BaseForm):
    """A trainer of a class."""

    nip = NIPField(lazy("NIP pengajar"), [Optional()], description=lazy("Pegawai kota ini; boleh menayangkan kode."))
    trainer = StringField(lazy("Atau nama pengajar dari luar"), [Optional(), Length(max=200)])


def month_of(text: str, today: dt.date) -> dt.date:
    """Return the first day of a month written ``2026-03``, else of the present month."""
    year, _dash, month = text.partition("-")
    number = whole(month)
    in_range = 2000 <= whole(year) <= 2100 and 1 <= number <= 12  # noqa: PLR2004 -- years and months people plan in
    return dt.date(whole(year), number, 1) if in_range else today.replace(day=1)


def competency_options() -> list[tuple[str, str]]:
    """Return (code, name) of the competencies programmes can be narrowed to."""
    named = dict(options("competency"))
    return [(code, named.get(code, code)) for code in COMPETENCIES]
