"""Forms of the index: a date to compute, the statement, a set of figures."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation

from wtforms import Field, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextInput

from merit.i18n import _, lazy
from merit.ranking.professionalism.domain.rules import Rules, shipped_rules
from merit.web.forms import BaseForm, DateField, NIPField
from merit.web.labels import label

_REQUIRED = InputRequired(lazy("Isi bagian ini."))
_TEXT = Length(max=300, message=lazy("Paling panjang 300 huruf."))
_LONGEST = 12


class FigureField(Field):
    """A number with decimal comma or point."""

    widget = TextInput()
    data: Decimal | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data.normalize():f}".replace(".", ",")

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the number; say what is wrong with it."""
        text = str(valuelist[0]).strip().replace(",", ".") if valuelist else ""
        self.data = None
        with suppress(InvalidOperation):
            self.data = Decimal(text) if 0 < len(text) <= _LONGEST else None
        if self.data is None or not self.data.is_finite():
            raise ValueError(_("Isi angka, misalnya 22,5."))


class ComputeForm(BaseForm):
    """The date an index is computed for."""

    as_of = DateField(lazy("Per tanggal"), [_REQUIRED], description=lazy("Misalnya 31-12-2025; paling akhir hari ini."))


class StatementForm(BaseForm):
    """What the statement letter needs beside the numbers."""

    number = StringField(lazy("Nomor surat"), [_REQUIRED, _TEXT])
    dated = DateField(lazy("Tanggal surat"), [_REQUIRED])
    nip = NIPField(
        lazy("NIP penanda tangan"),
        [_REQUIRED],
        description=lazy("Paling rendah JPT pratama yang membidangi kepegawaian."),
    )


class ProposalForm(BaseForm):
    """A set of figures; one field per figure is added by :func:`proposal_form`."""

    valid_from = DateField(
        lazy("Berlaku mulai"), [_REQUIRED], description=lazy("Perhitungan per tanggal ini dan sesudahnya memakainya.")
    )
    basis = StringField(lazy("Dasar"), [_REQUIRED, _TEXT], description=lazy("Nama dan nomor peraturan atau keputusan."))
    note = TextAreaField(lazy("Catatan"), [_TEXT])

    @property
    def figures(self) -> dict[str, Decimal]:
        """The figures entered, by code."""
        return {code: self[code].data for code in shipped_rules().figures}


def proposal_form(rules: Rules) -> ProposalForm:
    """Return the form with one field per figure, filled with the figures that hold."""

    class Form(ProposalForm):
        pass

    for code, figure in rules.figures.items():
        name = f"{label(code, 'ipasn_figure')} ({label(figure.unit, 'ipasn_unit')})"
        setattr(Form, code, FigureField(name, [_REQUIRED], default=figure.value))
    return Form()
