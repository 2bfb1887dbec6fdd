"""Forms of appraisal: shape only, rules live in the services."""

from __future__ import annotations

from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from merit.evidence import PREDICATES
from merit.i18n import lazy
from merit.web.forms import BaseForm, DateField, NIPField
from merit.web.labels import label

_TEXT = [Length(max=4_000, message=lazy("Teks paling panjang 4.000 huruf."))]
_YEAR = [InputRequired(lazy("Isi tahun.")), NumberRange(1950, 2200, lazy("Isi tahun empat angka."))]


def rating_choices() -> list[tuple[str, str]]:
    """Return the three ratings, none chosen first."""
    return [("", "–"), *((str(number), label(number, "rating")) for number in (1, 2, 3))]


def predicate_choices() -> list[tuple[str, str]]:
    """Return the predicates from the best down."""
    return [(str(number), label(number, "predicate")) for number in range(len(PREDICATES), 0, -1)]


class CycleForm(BaseForm):
    """A period of appraisal."""

    year = IntegerField(lazy("Tahun"), _YEAR)
    quarter = SelectField(lazy("Periode"))
    due = DateField(lazy("Batas waktu menilai"), [InputRequired(lazy("Isi tanggal."))])

    def offer(self) -> None:
        """Fill the choices in the language of the page."""
        self.quarter.choices = [(str(number), label(number, "appraisal_period")) for number in range(5)]


class RatingForm(BaseForm):
    """The two ratings with their reason; also the decision on an objection."""

    row_version = HiddenField()
    result = SelectField(lazy("Hasil kerja"), [InputRequired(lazy("Pilih satu rating."))])
    behaviour = SelectField(lazy("Perilaku kerja"), [InputRequired(lazy("Pilih satu rating."))])
    text = TextAreaField(lazy("Alasan"), [Optional(), *_TEXT])

    def offer(self) -> None:
        """Fill the choices in the language of the page."""
        self.result.choices = rating_choices()
        self.behaviour.choices = rating_choices()


class ObjectionForm(BaseForm):
    """An objection to one's own appraisal."""

    row_version = HiddenField()
    text = TextAreaField(lazy("Alasan keberatan"), [InputRequired(lazy("Tulis alasan keberatan.")), *_TEXT])


class AcceptForm(BaseForm):
    """Accepting one's own appraisal."""

    row_version = HiddenField()


class SuperiorsForm(BaseForm):
    """Who appraises and who decides on an objection."""

    row_version = HiddenField()
    assessor = NIPField(lazy("NIP penilai"), [Optional()])
    reviewer = NIPField(lazy("NIP pemutus keberatan"), [Optional()])


class RecordForm(BaseForm):
    """A final appraisal made elsewhere."""

    nip = NIPField(lazy("NIP"), [InputRequired(lazy("Isi NIP."))])
    year = IntegerField(lazy("Tahun"), _YEAR)
    result = SelectField(lazy("Hasil kerja"), [InputRequired(lazy("Pilih satu rating."))])
    behaviour = SelectField(lazy("Perilaku kerja"), [InputRequired(lazy("Pilih satu rating."))])
    predicate = SelectField(lazy("Predikat"), [Optional()])
    assessor = StringField(lazy("Penilai"), [Optional(), Length(max=200, message=lazy("Paling panjang 200 huruf."))])

    def offer(self) -> None:
        """Fill the choices in the language of the page."""
        self.result.choices = rating_choices()
        self.behaviour.choices = rating_choices()
        self.predicate.choices = [("", "–"), *predicate_choices()]
