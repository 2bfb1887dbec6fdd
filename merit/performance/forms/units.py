"""Forms of agreements, yearly figures, satisfaction, complaints and holidays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import TextInput

from merit.db import MICRO
from merit.exchange.domain import CellError
from merit.exchange.fields import decimal
from merit.i18n import _, lazy
from merit.performance.domain.awards import AWARDS, load_awards
from merit.performance.domain.complaints import Step
from merit.performance.domain.satisfaction import HIGHEST_MARK, LOWEST_MARK, SKM_ELEMENTS
from merit.performance.models import UNIT_PREDICATES
from merit.phrases import phrase
from merit.web.forms import BaseForm, DateField
from merit.web.labels import LABELS, label, options
from merit.web.paging import whole

QUARTERS = (1, 2, 3, 4)
_TEXT = Length(max=300, message=lazy("Paling panjang 300 huruf."))
_REQUIRED = InputRequired(lazy("Isi bagian ini."))
_LARGEST = 10**11


class FigureField(Field):
    """A number with decimal comma or point and at most six places."""

    widget = TextInput()
    data: Decimal | None

    def __init__(self, text: Any, validators: Any = (), *, low: int = 0, high: int = _LARGEST, **rest: Any) -> None:
        """Keep the range."""
        super().__init__(text, validators, **rest)
        self.parser = decimal(low, high)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data.normalize():f}".replace(".", ",")

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the number; say what is wrong with it."""
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            self.data = Decimal(self.parser(text)) / MICRO
        except CellError as error:
            raise ValueError(phrase(error.code, **{"value": text} | dict(error.details))) from error


class TargetForm(BaseForm):
    """An indicator of an agreement with its cumulative targets."""

    name = StringField(lazy("Indikator"), [_REQUIRED, _TEXT])
    measure = StringField(lazy("Satuan"), [_REQUIRED, _TEXT], description=lazy("Misalnya persen, hari, dokumen."))
    source = StringField(
        lazy("Sumber"), [_REQUIRED, _TEXT], description=lazy("Dokumen perjanjian kinerja dan nomornya.")
    )
    lower = BooleanField(
        lazy("Makin rendah makin baik"), description=lazy("Misalnya lama layanan atau angka stunting.")
    )
    q1 = FigureField(lazy("Target s.d. triwulan 1"))
    q2 = FigureField(lazy("Target s.d. triwulan 2"))
    q3 = FigureField(lazy("Target s.d. triwulan 3"))
    q4 = FigureField(lazy("Target s.d. triwulan 4"), description=lazy("Target setahun penuh."))
    row = HiddenField()

    @property
    def quarters(self) -> dict[int, Decimal]:
        """The targets given."""
        fields = zip(QUARTERS, (self.q1, self.q2, self.q3, self.q4), strict=True)
        return {quarter: field.data for quarter, field in fields if field.data is not None}


class AchievementForm(BaseForm):
    """What was reached by the end of a quarter."""

    realised = FigureField(lazy("Realisasi s.d. akhir triwulan"), [_REQUIRED], low=-_LARGEST)
    note = TextAreaField(lazy("Penjelasan"), [_TEXT], description=lazy("Wajib bila capaiannya di atas 150 persen."))


class FiguresForm(BaseForm):
    """The figures of a unit's year, each with its source; the fields of the categories are added below."""

    achievement = FigureField(lazy("Capaian perjanjian kinerja (persen)"), [_REQUIRED], high=150)
    achievement_source = StringField(lazy("Sumber capaian"), [_REQUIRED, _TEXT])
    predicate = SelectField(lazy("Predikat kinerja unit"))
    row = HiddenField()

    def offer(self) -> None:
        """Fill the choices in the language of the page."""
        self.predicate.choices = [
            ("", _("Belum ada")),
            *((code, label(code, "unit_predicate")) for code in UNIT_PREDICATES),
        ]

    @property
    def awards(self) -> dict[str, Decimal | None]:
        """The figures of the categories."""
        return {code: self[code].data for code in AWARDS}

    @property
    def sources(self) -> dict[str, str]:
        """The source of each figure."""
        return {code: self[f"{code}_source"].data or "" for code in ("achievement", *AWARDS)}


class SurveyForm(BaseForm):
    """A satisfaction survey; the fields of the nine elements are added below."""

    period = StringField(
        lazy("Periode"),
        [_REQUIRED, Regexp(re.compile(r"^(19|20|21)\d\d(-(0[1-9]|1[0-2]))?$"), message=lazy("Isi TTTT atau TTTT-BB."))],
        description=lazy("TTTT untuk setahun, TTTT-BB untuk satu bulan."),
    )
    respondents = IntegerField(
        lazy("Jumlah responden"),
        [_REQUIRED, NumberRange(1, 10_000_000, message=lazy("Isi jumlah responden, paling sedikit 1."))],
    )
    deviation = FigureField(
        lazy("Simpangan baku"),
        description=lazy("Simpangan nilai para responden pada skala 25–100. Tanpa ini selang tidak dapat dihitung."),
    )
    row = HiddenField()

    @property
    def means(self) -> dict[str, Decimal]:
        """The element means given."""
        return {code: self[code].data for code in SKM_ELEMENTS if self[code].data is not None}


class AnswersForm(BaseForm):
    """A file with the answers of respondents."""

    file = FileField(
        lazy("Berkas CSV atau XLSX"),
        [FileRequired(message=lazy("Pilih berkas CSV atau XLSX."))],
        description=lazy("Diperiksa dahulu; tidak ada yang disimpan sebelum Anda menyetujui."),
    )


class ComplaintForm(BaseForm):
    """A complaint with all its dates; its text is not asked for, it may name people."""

    number = StringField(lazy("Nomor pengaduan"), [_REQUIRED, Length(max=80, message=lazy("Paling panjang 80 huruf."))])
    unit = SelectField(lazy("Unit kerja"))
    kind = SelectField(lazy("Jenis"))
    channel = SelectField(lazy("Kanal"))
    received = DateField(lazy("Diterima"), [_REQUIRED])
    answered = DateField(lazy("Ditanggapi pertama kali"), [Optional()])
    closed = DateField(lazy("Ditutup"), [Optional()])
    reopened = DateField(lazy("Dibuka kembali"), [Optional()])
    outcome = TextAreaField(
        lazy("Hasil penanganan"), [_TEXT], description=lazy("Tanpa nama pelapor dan tanpa data pribadi.")
    )
    row = HiddenField()

    def offer(self, units: list[tuple[str, str]]) -> None:
        """Fill the choices: units within reach, classes with their deadlines, channels."""
        self.unit.choices = units
        self.kind.choices = options("complaint_kind")
        self.channel.choices = [("", _("Tidak tercatat")), *options("complaint_channel")]


class StepForm(BaseForm):
    """The next step of handling a complaint."""

    step = SelectField(lazy("Langkah"))
    on = DateField(lazy("Tanggal"), [_REQUIRED])
    outcome = TextAreaField(
        lazy("Hasil penanganan"),
        [_TEXT],
        description=lazy("Wajib saat menutup. Tanpa nama pelapor dan tanpa data pribadi."),
    )
    row = HiddenField()

    def offer(self, *, is_open: bool, is_answered: bool) -> None:
        """Fill the steps that can follow."""
        steps = [Step.REOPEN] if not is_open else [Step.CLOSE] if is_answered else [Step.ANSWER, Step.CLOSE]
        self.step.choices = [(step.value, label(step.value, "complaint_step")) for step in steps]


class HolidayForm(BaseForm):
    """A day on which the agency does not work."""

    day = DateField(lazy("Tanggal"), [_REQUIRED])
    name = StringField(lazy("Nama hari libur"), [_REQUIRED, _TEXT])
    basis = StringField(lazy("Dasar"), [_REQUIRED, _TEXT], description=lazy("Nomor keputusan atau surat edaran."))


def seen_in(form: BaseForm) -> int | None:
    """Return which row a form was opened with (0 for none), None where the form does not tell."""
    told = form["row"].data
    return whole(told) if told else None


def _add_fields() -> None:
    for code in AWARDS:
        award = load_awards()[code]
        setattr(FiguresForm, code, FigureField(LABELS["award"][code], high=award.highest))
        source = StringField(lazy("Sumber angka di atas"), [_TEXT], description=award.measured_by)
        setattr(FiguresForm, f"{code}_source", source)
    for element in SKM_ELEMENTS:
        mean = FigureField(LABELS["skm_element"][element], [_REQUIRED], low=LOWEST_MARK, high=HIGHEST_MARK)
        setattr(SurveyForm, element, mean)


_add_fields()
