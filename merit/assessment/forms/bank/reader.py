"""Reading what was typed: texts, numbers, flags; a sentence for everything that cannot be read."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from merit.assessment.domain import richtext
from merit.assessment.forms.bank.editor import Editor, Row
from merit.i18n import _

_PLACES = 6
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>")
_MOST = Decimal(10) ** 9


@dataclass(slots=True)
class Reader:
    """Reads the fields of an editor and notes what is wrong in it."""

    editor: Editor

    def text(self, name: str) -> str:
        """Return a field without blanks around it."""
        return self.editor.values[name].strip()

    def wrong(self, name: str, sentence: str) -> None:
        """Note a sentence about a field; the first one stays."""
        self.editor.errors.setdefault(name, sentence)

    def number(self, name: str, *, low: Decimal = Decimal(0), default: Decimal | None = None) -> Decimal:
        """Return a number; one that cannot be read, or is below ``low``, is noted."""
        value = parse_number(self.text(name)) if self.text(name) else default
        if value is None or value < low:
            self.wrong(name, _("Isi angka, paling kecil %(low)s.", low=low))
            return low
        return value

    def whole(self, name: str, default: int = 0) -> int:
        """Return a whole number."""
        value = self.number(name, default=Decimal(default))
        if value != int(value):
            self.wrong(name, _("Isi bilangan bulat."))
        return int(value)

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.text(name))

    def filled(self) -> list[Row]:
        """Return the rows in which something was typed."""
        return [row for row in self.editor.rows if not row.is_blank]

    def points_of(self, row: Row) -> Decimal:
        """Return a row's points; none typed is 0."""
        value = parse_number(row.points) if row.points.strip() else Decimal(0)
        if value is None:
            self.wrong("rows", _("Poin diisi angka, misalnya 1 atau 0,5."))
        return value or Decimal(0)


def as_html(text: str) -> str:
    """Return clean HTML; plain text becomes paragraphs."""
    text = text.strip().replace("\r\n", "\n")
    if not text:
        return ""
    if _TAG.search(text):
        return richtext.clean(text)
    paragraphs = (html.escape(part, quote=False).replace("\n", "<br>") for part in re.split(r"\n{2,}", text))
    return richtext.clean("".join(f"<p>{part}</p>" for part in paragraphs))


def short_html(text: str) -> str:
    """Return clean HTML of one choice: a single line needs no paragraph."""
    text = text.strip()
    return as_html(text) if "\n" in text or _TAG.search(text) else html.escape(text, quote=False)


def parse_number(text: str) -> Decimal | None:
    """Return the number typed with a comma or a point, None when it is none."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and value == round(value, _PLACES) and abs(value) < _MOST else None
