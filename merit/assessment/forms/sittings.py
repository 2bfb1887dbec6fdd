"""Forms of sittings; shape only, the rules live in the services."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation

from flask_wtf.file import FileField, FileSize
from pydantic import ValidationError
from wtforms import BooleanField, Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.validators import ValidationError as FieldError

from merit import clock
from merit.assessment.domain.seb import MOST_BYTES, config_key
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.forms.fields import ChecksField
from merit.assessment.models.sittings import SITTING_KINDS, SITTING_PURPOSES, Sitting
from merit.assessment.services.sittings import SittingInput
from merit.errors import InvalidInputError
from merit.evidence import COMPETENCIES
from merit.i18n import _, lazy
from merit.phrases import phrase
from merit.web.forms import BaseForm, DateField, NumberField, TimeField

_MINUTES = NumberRange(0, 600, message=lazy("Isi 0 sampai 600."))
_CUT = InputRequired(message=lazy("Isi angka di antara 0 dan 100."))
_REQUIRED_DATE = InputRequired(message=lazy("Isi tanggal seperti 01-03-2026."))
_REQUIRED_TIME = InputRequired(message=lazy("Isi jam seperti 08.30."))


class WhenForm(BaseForm):
    """A day and a time of day."""

    date = DateField(lazy("Tanggal"), [_REQUIRED_DATE], description=lazy("Misalnya 01-03-2026."))
    time = TimeField(lazy("Jam mulai (WITA)"), [_REQUIRED_TIME], description=lazy("Misalnya 08.30."))

    def starts_at(self) -> dt.datetime:
        """Return the instant meant."""
        day, time = self.date.data or clock.today(), self.time.data or dt.time()
        return dt.datetime.combine(day, time, tzinfo=clock.ZONE).astimezone(dt.UTC)


class CopyForm(WhenForm):
    """The same sitting again."""

    with_roster = BooleanField(lazy("Salin juga daftar peserta dan kursinya"))


class RehearsalForm(WhenForm):
    """A rehearsal."""

    blueprint = SelectField(lazy("Kisi-kisi naskah latihan"))
    with_roster = BooleanField(lazy("Ajak semua peserta, di kursi yang sama"), default=True)


class RosterForm(BaseForm):
    """People for a roster: pasted, from a file, or found by filter."""

    nips = TextAreaField(
        lazy("Tempel daftar NIP"),
        [Optional(), Length(max=500_000)],
        description=lazy("Satu per baris; teks lain di baris itu diabaikan."),
        render_kw={"rows": 5},
    )
    file = FileField(lazy("Atau unggah berkas"), description=lazy("CSV atau XLSX yang memuat kolom NIP."))
    unit = SelectField(lazy("Unit kerja"))
    tier = SelectField(lazy("Jenjang"))
    position = StringField(lazy("Kode jabatan"), [Optional(), Length(max=60)])
    expired = BooleanField(lazy("Hanya yang hasil ujinya kedaluwarsa atau belum ada pada hari ujian"))


class SittingForm(WhenForm):
    """A sitting as planned, with its settings."""

    name = StringField(
        lazy("Nama sesi"),
        [InputRequired(message=lazy("Isi nama sesi.")), Length(max=200)],
        filters=[lambda v: (v or "").strip()],
    )
    code = StringField(
        lazy("Kode sesi"),
        [Optional(), Length(max=60)],
        description=lazy("Kosong: diberi nomor otomatis, misalnya UJI-2026-001."),
    )
    kind = SelectField(lazy("Jenis sesi"))
    blueprint = SelectField(lazy("Kisi-kisi"))
    minutes = IntegerField(
        lazy("Lama ujian (menit)"),
        [InputRequired(message=lazy("Isi lama ujian.")), NumberRange(1, 600, message=lazy("Isi 1 sampai 600."))],
    )
    purpose = SelectField(lazy("Tujuan"))
    organiser = StringField(
        lazy("Penyelenggara"), [InputRequired(message=lazy("Isi nama penyelenggara.")), Length(max=200)]
    )
    accreditation = StringField(
        lazy("Akreditasi BKN penyelenggara"),
        [Optional(), Length(max=120)],
        description=lazy(
            "Isi nomornya bila penyelenggara terakreditasi; hasilnya dihitung sebagai asesmen. Kosong: uji internal."
        ),
    )
    target_position = StringField(
        lazy("Kode jabatan sasaran"),
        [Optional(), Length(max=60)],
        description=lazy("Untuk pengisian jabatan: JPM juga dihitung terhadapnya."),
    )
    late_arrival_minutes = IntegerField(lazy("Terlambat paling lama (menit)"), [InputRequired(), _MINUTES], default=15)
    lobby_minutes = IntegerField(lazy("Lobi dibuka sebelum mulai (menit)"), [InputRequired(), _MINUTES], default=30)
    start_early_minutes = IntegerField(
        lazy("Mulai paling awal sebelum jadwal (menit)"),
        [InputRequired(), _MINUTES],
        default=15,
        description=lazy("Lebih awal dari itu hanya dengan alasan, yang masuk ke berita acara."),
    )
    grace_seconds = IntegerField(
        lazy("Toleransi simpan sesudah waktu habis (detik)"), [InputRequired(), _MINUTES], default=5
    )
    navigation = SelectField(lazy("Perpindahan soal"))
    seating = SelectField(lazy("Pembagian kursi"))
    may_reschedule = BooleanField(lazy("Peserta boleh pindah jadwal sesudah sesi disegel"), default=True)
    show_practice_feedback = BooleanField(lazy("Tampilkan kunci sesudah latihan"), default=True)
    result_validity_years = IntegerField(
        lazy("Hasil berlaku (tahun)"),
        [InputRequired(), NumberRange(1, 10, message=lazy("Isi 1 sampai 10."))],
        default=3,
    )
    cut_1 = NumberField(lazy("Batas level 2"), [_CUT], default=Decimal(20))
    cut_2 = NumberField(lazy("Batas level 3"), [_CUT], default=Decimal(40))
    cut_3 = NumberField(lazy("Batas level 4"), [_CUT], default=Decimal(60))
    cut_4 = NumberField(lazy("Batas level 5"), [_CUT], default=Decimal(80))
    weights = TextAreaField(
        lazy("Bobot kompetensi"),
        [Optional(), Length(max=1000)],
        description=lazy("Satu per baris, misalnya «M.01 2». Yang tidak disebut berbobot 1."),
        render_kw={"rows": 3},
    )
    seb_config_keys = TextAreaField(
        lazy("Config key Safe Exam Browser"),
        [Optional(), Length(max=4000)],
        description=lazy("Satu kunci 64 karakter per baris. Kosong: semua peramban boleh."),
        render_kw={"rows": 3, "spellcheck": "false"},
    )
    seb_file = FileField(
        lazy("Atau unggah berkas setelan Safe Exam Browser"),
        [FileSize(MOST_BYTES, message=lazy("Berkas setelan paling besar 2 MB."))],
        description=lazy("Berkas .seb tanpa enkripsi; config key-nya dihitung dan ditambahkan ke daftar di atas."),
    )
    markers = ChecksField(lazy("Penilai esai"), coerce=int)
    row_version = IntegerField(render_kw={"hidden": True}, default=1)

    def validate_cut_4(self, _field: Field) -> None:
        """Refuse cuts that do not rise within 0-100."""
        cuts = [field.data for field in (self.cut_1, self.cut_2, self.cut_3, self.cut_4)]
        values = [cut for cut in cuts if cut is not None]
        rising = values == sorted(set(values)) and all(0 < cut < 100 for cut in values)  # noqa: PLR2004 -- percent
        if len(values) != len(cuts) or not rising:
            raise FieldError(_("Isi empat batas yang naik, di antara 0 dan 100."))

    def validate_weights(self, _field: Field) -> None:
        """Refuse lines without a competency and a number."""
        read_weights(self.weights.data or "")

    def validate_seb_config_keys(self, _field: Field) -> None:
        """Refuse what is no SHA-256."""
        keys = (self.seb_config_keys.data or "").lower().split()
        if not all(re.fullmatch(r"[0-9a-f]{64}", key) for key in keys):
            raise FieldError(_("Setiap kunci terdiri atas 64 karakter 0–9 dan a–f."))

    def validate_seb_file(self, _field: Field) -> None:
        """Refuse a settings file that cannot be read; add its config key to the list, where the page shows it."""
        if not self.seb_file.data:
            return
        try:
            key = config_key(self.seb_file.data.read())
        except InvalidInputError as error:
            raise FieldError(phrase(error.reason)) from error
        keys = (self.seb_config_keys.data or "").lower().split()
        self.seb_config_keys.data = "\n".join(dict.fromkeys([*keys, key]))

    def planned(self) -> SittingInput:
        """Return what was typed; raises ``ValidationError`` of pydantic where a bound above was missed."""
        settings = SittingSettings.model_validate(
            {
                "late_arrival_minutes": self.late_arrival_minutes.data,
                "lobby_minutes": self.lobby_minutes.data,
                "start_early_minutes": self.start_early_minutes.data,
                "navigation": self.navigation.data or None,
                "seating": self.seating.data,
                "seb_config_keys": tuple((self.seb_config_keys.data or "").lower().split()),
                "cuts": (self.cut_1.data, self.cut_2.data, self.cut_3.data, self.cut_4.data),
                "weights": read_weights(self.weights.data or ""),
                "markers": tuple(self.markers.data or ()),
                "target_position": (self.target_position.data or "").strip(),
                "result_validity_years": self.result_validity_years.data,
                "show_practice_feedback": self.show_practice_feedback.data,
                "may_reschedule": self.may_reschedule.data,
            }
        )
        return SittingInput(
            name=self.name.data or "",
            code=(self.code.data or "").strip(),
            kind=self.kind.data if self.kind.data in SITTING_KINDS else "exam",
            blueprint_code=self.blueprint.data,
            starts_at=self.starts_at(),
            minutes=self.minutes.data or 0,
            purpose=self.purpose.data if self.purpose.data in SITTING_PURPOSES else "mapping",
            organiser=self.organiser.data or "",
            accreditation=self.accreditation.data or "",
            grace_seconds=self.grace_seconds.data or 0,
            settings=settings,
        )

    def fill(self, sitting: Sitting, blueprint_code: str) -> None:
        """Put a stored sitting into the fields."""
        settings = SittingSettings.model_validate(sitting.settings)
        starts = clock.local(sitting.starts_at)
        self.date.data, self.time.data = starts.date(), starts.time()
        self.blueprint.data = blueprint_code
        for name in (
            "name",
            "code",
            "kind",
            "minutes",
            "purpose",
            "organiser",
            "accreditation",
            "grace_seconds",
            "row_version",
        ):
            self[name].data = getattr(sitting, name)
        for name in (
            "late_arrival_minutes",
            "lobby_minutes",
            "start_early_minutes",
            "seating",
            "target_position",
            "result_validity_years",
        ):
            self[name].data = getattr(settings, name)
        self.show_practice_feedback.data, self.may_reschedule.data = (
            settings.show_practice_feedback,
            settings.may_reschedule,
        )
        self.navigation.data = settings.navigation or ""
        self.cut_1.data, self.cut_2.data, self.cut_3.data, self.cut_4.data = settings.cuts
        self.weights.data = "\n".join(f"{code} {weight.normalize():f}" for code, weight in settings.weights.items())
        self.seb_config_keys.data = "\n".join(settings.seb_config_keys)
        self.markers.data = list(settings.markers)


def read_weights(text: str) -> dict[str, Decimal]:
    """Read lines such as ``M.01 2``; raise with a sentence on a line that says something else."""
    weights: dict[str, Decimal] = {}
    for line in text.splitlines():
        words = line.replace(",", ".").replace(":", " ").replace("=", " ").split()
        if not words:
            continue
        try:
            code, weight = words[0], Decimal(words[1])
            known = code in COMPETENCIES and len(words) == 2 and 0 <= weight <= 1000  # noqa: PLR2004 -- code and number
        except (IndexError, InvalidOperation):
            known = False
        if not known:
            raise FieldError(
                _(
                    "Baris «%(line)s» tidak terbaca. Tulis kode kompetensi dan bobotnya, misalnya «M.01 2».",
                    line=line.strip(),
                )
            )
        weights[code] = weight
    return weights


def settings_problem(error: ValidationError) -> str:
    """Return one sentence for a bound that the fields did not catch."""
    fields = ", ".join(str(one["loc"][0]) for one in error.errors() if one["loc"])
    return _("Setelan ini di luar batas: %(fields)s.", fields=fields)
