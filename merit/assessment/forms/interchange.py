"""Forms of bringing items in and out."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs
from wtforms.validators import Length

from merit.assessment.domain.bank import ItemTags
from merit.assessment.domain.items import MAX_LEVEL
from merit.assessment.domain.states import ItemState
from merit.assessment.queries.bank import BankFilter
from merit.i18n import lazy
from merit.web.forms import BaseForm
from merit.web.labels import label, options

_LANGUAGES = ("id", "en")


class ItemFileForm(BaseForm):
    """A file of items."""

    file = FileField(
        lazy("Berkas butir"),
        [FileRequired(message=lazy("Pilih berkas butir."))],
        description=lazy(
            "QTI 1.2, 2.1, 2.2, 3.0 atau paket ZIP-nya, Moodle XML, GIFT, Aiken, atau templat XLSX. Diperiksa dahulu; "
            "tidak ada yang disimpan sebelum Anda memilih butirnya."
        ),
    )


class _TagForm(BaseForm):
    competency = SelectField(lazy("Kompetensi"), default="")
    level = SelectField(lazy("Level"), default="")
    subject = StringField(lazy("Materi"), [Length(max=100, message=lazy("Materi paling panjang 100 huruf."))])
    language = SelectField(lazy("Bahasa"), default="")

    def offer(self, empty: str) -> None:
        """Fill the choices; ``empty`` is the word for none."""
        competencies = [SelectChoice(code, f"{code} {word}") for code, word in options("competency")]
        levels = [SelectChoice(str(number), str(number)) for number in range(1, MAX_LEVEL + 1)]
        self.competency.choices = [SelectChoice("", empty), *competencies]
        self.level.choices = [SelectChoice("", empty), *levels]

    @property
    def chosen_level(self) -> int | None:
        """Return the level, None for none."""
        return int(self.level.data) if self.level.data else None


class TakeForm(_TagForm):
    """Tags for items whose file says nothing."""

    language = SelectField(lazy("Bahasa"), default="id")

    def __init__(self) -> None:
        """Offer every competency, level and language."""
        super().__init__()
        self.offer("–")
        self.language.choices = [SelectChoice(code, label(code, "item_language")) for code in _LANGUAGES]

    @property
    def tags(self) -> ItemTags:
        """Return what was chosen."""
        return ItemTags(
            competency=self.competency.data or "",
            level=self.chosen_level,
            subject=(self.subject.data or "").strip(),
            language=self.language.data or "id",
        )


class ExportForm(_TagForm):
    """Which items, in which format."""

    state = SelectField(lazy("Keadaan"), default="")
    format = SelectField(
        lazy("Format"),
        choices=[
            SelectChoice("qti3", lazy("Paket QTI 3.0 (lengkap, dapat dibaca sistem lain)")),
            SelectChoice("xlsx", lazy("Lembar kerja XLSX (dapat disunting; tanpa gambar)")),
        ],
    )

    def __init__(self) -> None:
        """Offer everything the bank can be narrowed to."""
        super().__init__()
        self.offer(lazy("Semua"))
        languages = [SelectChoice(code, label(code, "item_language")) for code in _LANGUAGES]
        self.language.choices = [SelectChoice("", lazy("Semua")), *languages]
        states = [SelectChoice(state.value, label(state.value, "item_state")) for state in ItemState]
        self.state.choices = [SelectChoice("", lazy("Semua")), *states]

    @property
    def chosen(self) -> BankFilter:
        """Return the filter."""
        return BankFilter(
            competency=self.competency.data or "",
            level=self.chosen_level,
            subject=(self.subject.data or "").strip(),
            language=self.language.data or "",
            state=self.state.data or "",
        )
