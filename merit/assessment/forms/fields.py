"""Fields used by the forms of sittings."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import Field, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from merit.i18n import _

_TIME = re.compile(r"^([01]?\d|2[0-3])[.:]([0-5]\d)$")


class TimeField(Field):
    """A time of day on the agency's wall clock: ``08.30`` or ``08:30``."""

    widget = TextInput()
    data: dt.time | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%H.%M") if self.data else ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read hours and minutes."""
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not text:
            return
        found = _TIME.match(text)
        if found is None:
            raise ValueError(_("Isi jam seperti 08.30."))
        self.data = dt.time(int(found.group(1)), int(found.group(2)))


class CutField(Field):
    """A number with decimals, comma or point."""

    widget = TextInput()
    data: Decimal | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data.normalize():f}".replace(".", ",") if self.data is not None else ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the number."""
        text = str(valuelist[0]).strip().replace(",", ".") if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            self.data = Decimal(text)
        except InvalidOperation as error:
            raise ValueError(_("Isi angka seperti 62,5.")) from error


class ChecksField(SelectMultipleField):
    """Several choices as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
