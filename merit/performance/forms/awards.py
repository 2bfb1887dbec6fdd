"""The form of an award."""

from __future__ import annotations

import datetime as dt

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from merit.i18n import lazy
from merit.performance.services.awards import AwardInput
from merit.web.forms import BaseForm, DateField, NIPField
from merit.web.labels import options


class AwardForm(BaseForm):
    """An award; the NIP is asked for new ones only."""

    nip = NIPField(lazy("NIP"), [InputRequired(lazy("Isi NIP."))])
    kind = SelectField(lazy("Jenis"), [InputRequired(lazy("Pilih jenis penghargaan."))])
    name = StringField(
        lazy("Nama penghargaan"),
        [InputRequired(lazy("Isi nama penghargaan.")), Length(max=200, message=lazy("Paling panjang 200 huruf."))],
    )
    issuer = StringField(
        lazy("Pemberi"),
        [InputRequired(lazy("Isi pemberi penghargaan.")), Length(max=200, message=lazy("Paling panjang 200 huruf."))],
        description=lazy("Pejabat atau lembaga yang memberi, misalnya Presiden Republik Indonesia."),
    )
    number = StringField(
        lazy("Nomor keputusan atau piagam"),
        [InputRequired(lazy("Isi nomornya.")), Length(max=120, message=lazy("Paling panjang 120 huruf."))],
    )
    dated = DateField(lazy("Tanggal keputusan atau piagam"), [InputRequired(lazy("Isi tanggal."))])
    note = TextAreaField(
        lazy("Penjelasan"),
        [Optional(), Length(max=500, message=lazy("Paling panjang 500 huruf."))],
        render_kw={"rows": 3},
    )

    def offer(self) -> None:
        """Fill the choices in the language of the page."""
        self.kind.choices = [("", "–"), *options("award_kind")]

    @property
    def award(self) -> AwardInput:
        """The award as told."""
        return AwardInput(
            kind=self.kind.data or "",
            name=self.name.data or "",
            issuer=self.issuer.data or "",
            number=self.number.data or "",
            dated=self.dated.data or dt.date.max,  # a missing date is refused by the form
            note=self.note.data or "",
        )
