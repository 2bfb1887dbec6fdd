"""The component page: every macro in every state, for developers and for the checks of the look."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from merit.i18n import _, lazy
from merit.security.permissions import Permission
from merit.web.access import requires
from merit.web.forms import BaseForm, DateField, NIPField
from merit.web.labels import options

bp = Blueprint("develop", __name__, url_prefix="/komponen")


class SampleForm(BaseForm):
    """One field of every kind."""

    nip = NIPField(lazy("NIP"), [InputRequired()], description=lazy("18 angka, spasi boleh dipakai."))
    name = StringField(lazy("Nama lengkap"), [InputRequired()])
    password = PasswordField(lazy("Kata sandi"), [Optional()])
    starts = DateField(lazy("TMT jabatan"), [Optional()], description=lazy("Seperti 01-03-2026."))
    tier = SelectField(lazy("Jenjang"), [InputRequired()])
    score = IntegerField(lazy("Nilai"), [Optional(), NumberRange(1, 5)])
    sex = RadioField(lazy("Jenis kelamin"), [InputRequired()])
    reason = TextAreaField(lazy("Alasan"), [Optional()])
    agreed = BooleanField(lazy("Saya yakin data ini benar"), [Optional()])
    document = FileField(lazy("Berkas"), description=lazy("XLSX atau CSV, paling besar 64 MB."))


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRow:
    """A row of the sample list; the names are invented."""

    rank: int
    name: str
    nip: str
    grade: int
    unit: str
    score: str
    jpm: str
    low: int
    high: int
    standing: str


_NAMES = (
    ("Siti Rahmawati", "198003122005012001", 12, "Badan Kepegawaian dan Pengembangan SDM", "ranked"),
    ("Budi Santoso", "197102032006012002", 13, "Dinas Pendidikan", "ranked"),
    ("Ni Luh Ayu Pratiwi", "197203052007012003", 14, "Dinas Kesehatan", "ranked"),
    ("Andi Kurniawan", "197304072008011004", 11, "Sekretariat Daerah", "hold"),
    ("Maria Tampubolon", "197405092009012005", 12, "Badan Perencanaan Pembangunan Daerah", "ranked"),
    ("Hendra Wijaya", "197506112010011006", 13, "Dinas Pekerjaan Umum", "failed"),
)


def sample_rows() -> list[SampleRow]:
    """Return an invented shortlist."""
    return [
        SampleRow(
            rank=rank,
            name=name,
            nip=nip,
            grade=grade,
            unit=unit,
            score=f"{87.9 - 1.7 * rank:.2f}",
            jpm=f"{94.1 - 2.1 * rank:.1f}",
            low=max(1, rank - 1),
            high=min(6, rank + 2),
            standing=standing,
        )
        for rank, (name, nip, grade, unit, standing) in enumerate(_NAMES, start=1)
    ]


def _filled_form(*, with_errors: bool) -> SampleForm:
    form = SampleForm(formdata=None, meta={"csrf": False}, prefix="galat-" if with_errors else "")
    form.tier.choices = options("tier")
    form.sex.choices = options("sex")
    if with_errors:
        form.validate()
    return form


@bp.get("")
@requires(Permission.DEVELOP)
def components() -> ResponseReturnValue:
    """Show every macro in every state."""
    flash(_("Contoh pemberitahuan setelah menyimpan."))
    return render_template(
        "develop/components.html",
        rows=sample_rows(),
        form=_filled_form(with_errors=False),
        wrong=_filled_form(with_errors=True),
        today=dt.date(2026, 3, 1),
        instant=dt.datetime(2026, 3, 1, 1, 48, 31, tzinfo=dt.UTC),
    )
