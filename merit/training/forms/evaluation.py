"""Forms of evaluation and of yearly plans; reaction and rating sheets are lists of radio buttons read here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from merit import clock
from merit.i18n import lazy
from merit.training.domain.reactions import QUESTIONS
from merit.training.models.evaluation import ClassEvaluation
from merit.training.services.development import PlanInput
from merit.web.forms import BaseForm

_UNSEEN = "x"


class EvaluationForm(BaseForm):
    """Which sittings test a class, and by which anchors its use at work is rated."""

    before = SelectField(lazy("Uji awal"), description=lazy("Sesi dengan hasil terbit."))
    after = SelectField(lazy("Uji akhir"))
    anchors = TextAreaField(
        lazy("Perilaku di tempat kerja"),
        [InputRequired(message=lazy("Tulis 3 sampai 8 perilaku, satu per baris."))],
        description=lazy("Satu per baris, 3 sampai 8: apa yang tampak bila pelatihan dipakai bekerja."),
        render_kw={"rows": 5},
    )

    def offer(self, sittings: list[tuple[str, str]], row: ClassEvaluation | None, codes: tuple[str, str]) -> None:
        """Fill the choices, and the fields from what is set."""
        choices = [("", lazy("Tidak ada")), *((code, f"{code} {name}") for code, name in sittings)]
        self.before.choices = self.after.choices = choices
        if not self.is_submitted():
            self.before.data, self.after.data = codes
            self.anchors.data = "\n".join(row.anchors) if row else ""

    def read_anchors(self) -> list[str]:
        """Return the anchors, one a line."""
        return [line.strip() for line in (self.anchors.data or "").splitlines() if line.strip()]


class PlanForm(BaseForm):
    """What a yearly plan is asked."""

    name = StringField(lazy("Nama rencana"), [InputRequired(message=lazy("Isi nama rencana.")), Length(max=120)])
    year = IntegerField(
        lazy("Tahun"), [InputRequired(), NumberRange(2000, 2100, message=lazy("Isi tahun 2000 sampai 2100."))]
    )
    budget = IntegerField(
        lazy("Anggaran (Rp)"),
        [
            InputRequired(message=lazy("Isi anggaran.")),
            NumberRange(0, 10**13, message=lazy("Isi rupiah, mulai dari 0.")),
        ],
    )
    most = IntegerField(
        lazy("Kelas per pegawai paling banyak"),
        [InputRequired(), NumberRange(1, 5, message=lazy("Isi 1 sampai 5."))],
        default=1,
    )
    share_percent = IntegerField(
        lazy("Jatah merata per unit (persen)"),
        [InputRequired(), NumberRange(0, 100, message=lazy("Isi 0 sampai 100."))],
        default=30,
        description=lazy("Bagian tempat yang dibagi menurut jumlah pegawai; sisanya menurut kesenjangan."),
    )
    unit_code = StringField(
        lazy("Hanya unit"),
        [Optional(), Length(max=60)],
        description=lazy("Kode unit beserta bawahannya; kosong: semua."),
    )

    def planned(self) -> PlanInput:
        """Return what was filled in."""
        return PlanInput(
            name=self.name.data or "",
            year=self.year.data or clock.today().year,
            budget=self.budget.data or 0,
            most=self.most.data or 1,
            share_percent=self.share_percent.data or 0,
            unit_code=(self.unit_code.data or "").strip(),
        )


def read_reaction(fields: Mapping[str, str]) -> dict[str, int]:
    """Return the marks given, without the questions left open or answered with no number."""
    return {name: int(fields[name]) for name in QUESTIONS if fields.get(name, "").isdecimal()}


def read_marks(fields: Mapping[str, str], anchors: int) -> Sequence[int | None]:
    """Return one mark per anchor; "could not be seen" is None, and an anchor left open ends the list."""
    marks: list[int | None] = []
    for number in range(anchors):
        given = fields.get(f"perilaku-{number}", "")
        if given == _UNSEEN:
            marks.append(None)
        elif given.isdecimal():
            marks.append(int(given))
        else:
            break
    return marks
