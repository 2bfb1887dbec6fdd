"""The component page: every macro in every state, for developers and for the checks of the look."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, current_app, flash, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from merit.config import Settings
from merit.i18n import _, _as, lazy
from merit.security.permissions import Permission
from merit.web import charts, pdf
from merit.web.access import requires
from merit.web.downloads import Sheet, pdf_response, workbook_response
from merit.web.filters import nip, number
from merit.web.forms import BaseForm, DateField, NIPField
from merit.web.labels import options

bp = Blueprint("develop", __name__, url_prefix="/komponen")
INSTANT = dt.datetime(2026, 3, 1, 1, 48, 31, tzinfo=dt.UTC)


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


def _pictures() -> dict[str, str]:
    rows = sample_rows()
    title = _("Contoh gambar")
    parts = [(_("Hasil kerja SKP"), 4.5), (_("Kesesuaian kompetensi (JPM)"), 2.81), (_("Catatan disiplin"), -1.8)]
    levels = [(_("Integritas"), 4, 3), (_("Kerjasama"), 3, 3), (_("Komunikasi"), 2, 3)]
    intervals = [charts.RankInterval(name=row.name, rank=row.rank, low=row.low, high=row.high) for row in rows]
    return {
        "forest": charts.forest(intervals, cut=3, band=(2, 4), title=title),
        "waterfall": charts.waterfall(
            [charts.Part(label=label, value=value) for label, value in parts],
            reference=62.4,
            total=67.91,
            title=title,
            width=charts.NARROW,
        ),
        "pairs": charts.mirrored_bars(
            [charts.Pair(label=label, first=12 + value, second=12 - value / 2) for label, value in parts],
            name_a=rows[0].name,
            name_b=rows[1].name,
            title=title,
            width=charts.NARROW,
        ),
        "levels": charts.dots_against_standard(
            [
                charts.LevelRow(label=label, level=level, standard=standard, low=level - 0.6, high=level + 0.6)
                for label, level, standard in levels
            ],
            title=title,
            width=charts.NARROW,
        ),
        "history": charts.line_history(
            [
                charts.Point(when=str(2021 + at), value=70 + 2.5 * at, low=68 + 2.5 * at, high=72 + 2.5 * at)
                for at in range(5)
            ],
            title=title,
            unit="JPM (%)",
            width=charts.NARROW,
        ),
    }


def sample_pdf(settings: Settings, instant: dt.datetime) -> bytes:
    """Return the sample document: every shape of ``base.typ``, invented people."""
    rows = sample_rows()
    frame = pdf.frame_of(
        settings,
        title=_("Daftar pendek calon"),
        subtitle=_("Contoh dokumen dengan nama karangan"),
        number="800/1234/BKPSDM/2026",
        verify_url="https://merit.example.go.id/periksa/CONTOH",
    )
    data = {
        "terms": [
            [_as("one", "Lowongan"), "LOWONGAN-1"],
            [_("Tanggal acuan"), "1 Maret 2026"],
            [_("Kebijakan"), "loyalitas-hasil"],
        ],
        "table": {
            "title": _("Peringkat"),
            "headings": [_("Peringkat"), _("Nama"), _("NIP"), _("Nilai")],
            "rows": [[str(row.rank), row.name, nip(row.nip), number(row.score, 2)] for row in rows],
        },
        "picture": {
            "title": _("Seberapa pasti"),
            "svg": _pictures()["forest"],
            "caption": _("Rentang peringkat 90 persen"),
        },
        "note": _("Tanda seperti #bintang*, $rumus$ dan @acuan tetap tulisan biasa."),
        "people": [
            [_("Ketua panitia"), rows[0].name, nip(rows[0].nip)],
            [_("Sekretaris"), rows[1].name, nip(rows[1].nip)],
        ],
    }
    return pdf.render_pdf("sample", data, instant, frame=frame)


@bp.get("/contoh.pdf")
@requires(Permission.DEVELOP)
def sample_document() -> ResponseReturnValue:
    """Show the sample document."""
    return pdf_response(sample_pdf(current_app.config["SETTINGS"], INSTANT), "contoh")


@bp.get("/contoh.xlsx")
@requires(Permission.DEVELOP)
def sample_workbook() -> ResponseReturnValue:
    """Give the sample list as a workbook."""
    rows = [(row.rank, row.name, row.nip, Decimal(row.score)) for row in sample_rows()]
    return workbook_response(
        "contoh", [Sheet(name="Daftar", headings=[_("Peringkat"), _("Nama"), "NIP", _("Nilai")], rows=rows)]
    )


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
        pictures=_pictures(),
        today=INSTANT.date(),
        instant=INSTANT,
    )
