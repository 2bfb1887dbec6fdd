"""The form of a disciplinary case."""

from __future__ import annotations

import datetime as dt

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from merit.i18n import lazy
from merit.people.models import FINDING_CODES
from merit.performance.services.discipline import CaseInput
from merit.web.forms import BaseForm, DateField, NIPField
from merit.web.labels import label


class CaseForm(BaseForm):
    """A case as it stands; the NIP is asked for new ones only."""

    nip = NIPField(lazy("NIP"), [Optional()])
    code = SelectField(lazy("Hukuman"), [InputRequired(lazy("Pilih hukuman."))])
    state = SelectField(lazy("Keadaan"), [InputRequired(lazy("Pilih keadaan."))])
    number = StringField(
        lazy("Nomor surat"),
        [InputRequired(lazy("Isi nomor surat.")), Length(max=120, message=lazy("Paling panjang 120 huruf."))],
    )
    dated = DateField(lazy("Tanggal surat"), [InputRequired(lazy("Isi tanggal."))])
    starts = DateField(lazy("Mulai berlaku"), [Optional()])
    ends = DateField(lazy("Berakhir"), [Optional()])

    def offer(self, states: tuple[str, ...]) -> None:
        """Fill the choices in the language of the page."""
        self.code.choices = [("", "–"), *((code, f"{code} · {label(code, 'finding')}") for code in FINDING_CODES)]
        self.state.choices = [(state, label(state, "finding_state")) for state in states]

    @property
    def case(self) -> CaseInput:
        """The case as told."""
        return CaseInput(
            code=self.code.data or "",
            number=self.number.data or "",
            dated=self.dated.data or dt.date.max,  # a missing date is refused by the form
            state=self.state.data or "",
            starts=self.starts.data,
            ends=self.ends.data,
        )
