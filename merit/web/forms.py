"""The base of every form and the fields used more than once.

WTForms ships no Indonesian; ``merit.web.wtforms_id`` holds its messages, so forms speak the page's language.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.i18n import get_translations
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from merit.i18n import _, current_locale
from merit.web.wtforms_id import INDONESIAN

NIP_LENGTH = 18
_DATE_FORMATS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y")
_TIME = re.compile(r"^([01]?\d|2[0-3])[.:]([0-5]\d)$")
_SCIENTIFIC = re.compile(r"^\d+([.,]\d+)?E\+?\d+$", re.IGNORECASE)


class Indonesian:
    """WTForms' messages in Indonesian, by its English source."""

    def gettext(self, string: str) -> str:
        """Return the translation of a message."""
        return INDONESIAN.get(string, string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the translation for a number of things; Indonesian has one form."""
        return INDONESIAN.get(plural, singular if n == 1 else plural)


class BaseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Form with CSRF protection whose built-in messages follow the language of the page."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF ships no types
        """Where the messages come from."""

        def get_translations(self, form: Any) -> Any:
            """Return the catalogue of the page's language."""
            return Indonesian() if current_locale().language == "id" else get_translations(["en"])


class NIPField(StringField):
    """A NIP as people type or paste it; spaces and a leading apostrophe are taken off."""

    widget = TextInput()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Keep the digits, refuse what Excel has rounded."""
        if not valuelist:
            return
        text = re.sub(r"\s", "", str(valuelist[0])).lstrip("'\u2019")
        self.data = text
        if _SCIENTIFIC.match(text):
            raise ValueError(_("NIP ini sudah dibulatkan oleh Excel. Ketik 18 angkanya sebagai teks."))

    def pre_validate(self, form: Any) -> None:
        """Refuse anything but 18 digits."""
        if self.data and not (self.data.isascii() and self.data.isdigit() and len(self.data) == NIP_LENGTH):
            raise ValidationError(_("Isi NIP dengan 18 angka."))


class DateField(Field):
    """A civil date as ``2026-03-01``, ``01-03-2026`` or ``01/03/2026``, the forms the exchange files accept."""

    widget = TextInput()
    data: dt.date | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%d-%m-%Y") if self.data else ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the first form that fits."""
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not text:
            return
        for form in _DATE_FORMATS:
            try:
                self.data = dt.datetime.strptime(text, form).date()  # noqa: DTZ007 -- a civil date has no zone
            except ValueError:
                continue
            return
        raise ValueError(_("Isi tanggal seperti 01-03-2026."))


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


class NumberField(Field):
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
