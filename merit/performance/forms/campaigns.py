"""What the pages of 360 feedback read: a new campaign, and marks on behaviours."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs
from wtforms.validators import InputRequired, Length

from merit.errors import InvalidInputError
from merit.i18n import lazy
from merit.performance.domain.campaigns import Terms
from merit.performance.domain.sheets import SheetProblem, Value
from merit.web.forms import BaseForm
from merit.web.labels import options


class CampaignForm(BaseForm):
    """A new campaign; units are offered by the page."""

    name = StringField(lazy("Nama kampanye"), [InputRequired(message=lazy("Tulis nama kampanye.")), Length(max=200)])
    year = IntegerField(lazy("Tahun yang dinilai"), [InputRequired(message=lazy("Isi tahun yang dinilai."))])
    starts = DateField(lazy("Mulai diisi"), [InputRequired(message=lazy("Isi tanggal mulai."))])
    ends = DateField(lazy("Terakhir diisi"), [InputRequired(message=lazy("Isi tanggal selesai."))])
    unit = SelectField(
        lazy("Unit"),
        [InputRequired(message=lazy("Pilih unit."))],
        description=lazy("Pegawai unit ini dan semua unit di bawahnya."),
    )
    tier = SelectField(lazy("Jenjang"), default="")
    minimum = IntegerField(
        lazy("Minimum penilai setiap kelompok"),
        [InputRequired(message=lazy("Isi minimum penilai."))],
        default=3,
        description=lazy("Paling sedikit 3. Kelompok yang lebih kecil tidak ditanya, ditampilkan, atau dihitung."),
    )
    peers = IntegerField(
        lazy("Banyak rekan yang diundi"), [InputRequired(message=lazy("Isi banyak rekan."))], default=5
    )
    staff = IntegerField(
        lazy("Banyak bawahan yang diundi"), [InputRequired(message=lazy("Isi banyak bawahan."))], default=5
    )
    drops_careless = BooleanField(
        lazy("Jangan hitung penilaian dengan dua tanda ceroboh atau lebih"),
        description=lazy("Tanda: semua jawaban sama, terlalu cepat, atau berjauhan dalam satu nilai."),
    )

    def offer(self, units: Sequence[tuple[str, str]]) -> None:
        """Offer these units, and every tier."""
        self.unit.choices = [SelectChoice(code, name) for code, name in units]
        tiers = [SelectChoice(code, word) for code, word in options("tier")]
        self.tier.choices = [SelectChoice("", str(lazy("Semua jenjang"))), *tiers]

    def terms(self) -> Terms:
        """Return what was filled in; call after validation."""
        assert self.starts.data is not None  # noqa: S101 -- required
        assert self.ends.data is not None  # noqa: S101 -- required
        return Terms(
            name=(self.name.data or "").strip(),
            year=self.year.data or 0,
            starts=self.starts.data,
            ends=self.ends.data,
            peers=self.peers.data or 0,
            staff=self.staff.data or 0,
            minimum=self.minimum.data or 0,
        )


def read_marks(value: Value) -> dict[str, int]:
    """Return the marks given on one value's behaviours; what was left open is left out."""
    found = {}
    for key in value.keys:
        text = request.form.get(key, "")
        if text and not (text.isascii() and text.isdigit()):
            raise InvalidInputError(SheetProblem.MARK)
        if text:
            found[key] = int(text)
    return found
