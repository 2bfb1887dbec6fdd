"""What the pages of standard setting read: a new workshop, a judgement, cuts and their date."""

from __future__ import annotations

import math
from collections.abc import Sequence

from flask import request
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs
from wtforms.validators import InputRequired, Length, NumberRange

from merit.assessment.domain.workshops import CUT_LEVELS, MOST_ITEMS, Method, WorkshopProblem
from merit.assessment.forms.fields import ChecksField
from merit.errors import InvalidInputError
from merit.i18n import lazy
from merit.web.forms import BaseForm
from merit.web.labels import options

PERCENT = 100


class WorkshopForm(BaseForm):
    """A new workshop; competencies and raters are offered by the page."""

    name = StringField(lazy("Nama lokakarya"), [InputRequired(message=lazy("Tulis nama lokakarya.")), Length(max=200)])
    competency = SelectField(lazy("Kompetensi"), [InputRequired(message=lazy("Pilih kompetensi."))])
    method = SelectField(lazy("Metode"), [InputRequired(message=lazy("Pilih metode."))])
    items = IntegerField(
        lazy("Banyak butir"),
        [InputRequired(message=lazy("Isi banyak butir.")), NumberRange(1, MOST_ITEMS)],
        default=30,
        description=lazy(
            "Dipilih merata menurut kesukaran dari butir aktif yang terkalibrasi; butir SJT menurut kode."
        ),
    )
    probability = SelectField(
        lazy("Peluang menjawab (bookmark)"),
        [InputRequired(message=lazy("Pilih peluang."))],
        choices=[SelectChoice("0.5", "1/2"), SelectChoice("0.666667", "2/3"), SelectChoice("0.8", "4/5")],
        default="0.666667",
        description=lazy("Biasanya 2/3. Hanya dipakai metode bookmark."),
    )
    raters = ChecksField(
        lazy("Penilai"),
        [InputRequired(message=lazy("Pilih penilai."))],
        coerce=int,
        description=lazy("Sebaiknya lima orang atau lebih."),
    )

    def offer(self, *, competencies: Sequence[tuple[str, str]], raters: Sequence[tuple[int, str]]) -> None:
        """Offer these choices."""
        self.competency.choices = [SelectChoice(code, word) for code, word in competencies]
        self.method.choices = [SelectChoice(code, word) for code, word in options("workshop_method")]
        self.raters.choices = [SelectChoice(user_id, name) for user_id, name in raters]


class ProposeForm(BaseForm):
    """Why cuts are proposed, and from which day they shall hold."""

    valid_from = DateField(
        lazy("Berlaku sejak"),
        [InputRequired(message=lazy("Isi tanggal mulai berlaku."))],
        description=lazy(
            "Sesi pada atau setelah tanggal ini memakai batas ini; hasil yang sudah terbit tidak berubah."
        ),
    )
    reason = TextAreaField(
        lazy("Dasar penetapan"), [InputRequired(message=lazy("Tulis dasar penetapan.")), Length(max=2000)]
    )


def read_answer(method: Method, *, options: Sequence[str] = ()) -> list[float]:
    """Return the numbers of a judgement: shares 0-1 (given in percent), pages, or values of the options in order."""
    if method is Method.EXPERT_KEYS:
        return [_number(f"nilai-{name}", WorkshopProblem.VALUE) for name in options]
    problem = WorkshopProblem.SHARE if method is Method.ANGOFF else WorkshopProblem.PAGE
    numbers = [_number(f"batas-{level}", problem) for level in CUT_LEVELS]
    return [number / PERCENT for number in numbers] if method is Method.ANGOFF else numbers


def read_cuts() -> list[float]:
    """Return four abilities as they were written."""
    return [_number(f"batas-{level}", WorkshopProblem.CUTS) for level in CUT_LEVELS]


def read_probability() -> float:
    """Return the probability asked for in the address, one half where none or none sensible is given."""
    try:
        wanted = float(request.values.get("peluang", "50").replace(",", ".")) / PERCENT
    except ValueError:
        return 0.5
    return wanted if math.isfinite(wanted) and 0.05 <= wanted <= 0.95 else 0.5  # noqa: PLR2004 -- where curves are


def _number(name: str, problem: WorkshopProblem) -> float:
    try:
        number = float(request.form.get(name, "").strip().replace(",", "."))
    except ValueError:
        raise InvalidInputError(problem, size="") from None
    if not math.isfinite(number):
        raise InvalidInputError(problem, size="")
    return number
