"""The form a marker fills in."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs
from wtforms.validators import InputRequired, Length

from merit.i18n import lazy
from merit.web.filters import number
from merit.web.forms import BaseForm


class MarkForm(BaseForm):
    """Points in steps and a comment, with the digest of the answer that was read."""

    digest = HiddenField()

    points = RadioField(lazy("Nilai"), [InputRequired(message=lazy("Pilih nilai."))])
    comment = TextAreaField(lazy("Catatan penilai"), [Length(max=2000)])

    def offer(self, steps: Sequence[Decimal]) -> None:
        """Offer these points."""
        self.points.choices = [SelectChoice(f"{step:f}", number(step)) for step in steps]
