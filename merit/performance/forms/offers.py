"""Forms of placements offered, answers and leave."""

from __future__ import annotations

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from merit.i18n import lazy
from merit.performance.services.offers import AnswerInput
from merit.web.forms import BaseForm, DateField, NIPField
from merit.web.labels import label, options

_NIP = [InputRequired(lazy("Isi NIP."))]
_DATE = [InputRequired(lazy("Isi tanggal."))]


class OfferForm(BaseForm):
    """A placement or task force offered."""

    nip = NIPField(lazy("NIP"), _NIP)
    name = StringField(
        lazy("Nama penugasan"),
        [InputRequired(lazy("Isi nama penugasan.")), Length(max=200, message=lazy("Paling panjang 200 huruf."))],
    )
    offered = DateField(lazy("Tanggal ditawarkan"), _DATE)


class AnswerForm(BaseForm):
    """The answer to an offer."""

    response = SelectField(lazy("Jawaban"), [InputRequired(lazy("Pilih jawaban."))])
    lawful = SelectField(lazy("Alasan penolakan sah"), [Optional()])
    decree = StringField(
        lazy("Nomor surat keputusan"), [Optional(), Length(max=120, message=lazy("Paling panjang 120 huruf."))]
    )
    starts = DateField(lazy("Mulai"), [Optional()])
    ends = DateField(lazy("Selesai"), [Optional()])

    def offer(self) -> None:
        """Fill the choices in the language of the page."""
        self.response.choices = [("", "–"), *options("response")]
        self.lawful.choices = [("", "–"), *((code, label(code, "yes_no")) for code in ("ya", "tidak"))]

    @property
    def answer(self) -> AnswerInput:
        """The answer as told."""
        return AnswerInput(
            response=self.response.data or "",
            lawful_reason={"ya": True, "tidak": False}.get(self.lawful.data or ""),
            starts=self.starts.data,
            ends=self.ends.data,
            decree_number=self.decree.data or "",
        )


class LeaveForm(BaseForm):
    """A leave, or the end of one that was open."""

    nip = NIPField(lazy("NIP"), _NIP)
    kind = SelectField(lazy("Jenis cuti"), [InputRequired(lazy("Pilih jenis cuti."))])
    starts = DateField(lazy("Mulai"), _DATE)
    ends = DateField(lazy("Selesai"), [Optional()])

    def offer(self) -> None:
        """Fill the choices in the language of the page."""
        self.kind.choices = [("", "–"), *options("leave")]
