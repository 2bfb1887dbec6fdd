"""The statement that goes to the ministry with the results (Peraturan BKN 8/2019 art. 18)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.db import reading, unit_of_work
from merit.errors import NotFoundError
from merit.i18n import _
from merit.people.queries.record import OfficialHead, get_official
from merit.phrases import phrase
from merit.ranking.professionalism.domain.rules import CATEGORIES
from merit.ranking.professionalism.domain.tally import Tally
from merit.ranking.professionalism.forms import StatementForm
from merit.ranking.professionalism.models import ProfessionalismRun
from merit.ranking.professionalism.queries.runs import CLASSES, get_run, own_tallies
from merit.ranking.professionalism.queries.runs import whole_tally as whole
from merit.ranking.professionalism.views.blueprint import bp
from merit.ranking.professionalism.words import bounds_text
from merit.reference import load_document
from merit.security.permissions import Actor, Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import pdf_response
from merit.web.filters import long_date, moment, nip, number, percent
from merit.web.labels import label
from merit.web.paging import read_number
from merit.web.pdf import frame_of, render_pdf

_UNPROCESSABLE = 422
_DIGITS = 2


@bp.route("/indeks-profesionalitas/surat-pernyataan", methods=["GET", "POST"])
@requires(Permission.PROFESSIONALISM_MANAGE)
def statement() -> ResponseReturnValue:
    """Make the statement letter of a computation as PDF; whoever signs must stand high enough."""
    actor, form = current_actor(), StatementForm()
    with reading() as session:
        run = get_run(session, read_number("perhitungan") or None)
        signer = _signer(session, actor, form) if form.validate_on_submit() else None
    if signer is not None:
        with unit_of_work() as session:
            details = {
                "as_of": run.as_of.isoformat(),
                "result_sha256": run.result_sha256,
                "number": form.number.data or "",
                "signer": signer.id,
            }
            record(session, actor, action="professionalism:state", subject=f"ipasn:{run.id}", details=details)
        content = _statement_pdf(run, signer, form.number.data or "", form.dated.data or clock.today())
        return pdf_response(content, f"surat-pernyataan-ip-asn-{run.as_of}", inline=False)
    if not form.is_submitted():
        form.dated.data = clock.today()
    page = render_template("professionalism/statement.html", form=form, run=run)
    return page, _UNPROCESSABLE if form.errors else 200


def _signer(session: Session, actor: Actor, form: StatementForm) -> OfficialHead | None:
    """Return who signs, or leave with the form why not: the rule is confirmed, so it holds."""
    try:
        head = get_official(session, actor, form.nip.data or "")
    except NotFoundError:
        form.nip.errors = [phrase("ipasn-signer-unknown")]
        return None
    if head.tier in load_document("ip_asn")["reporting"]["signers"]:
        return head
    form.nip.errors = [phrase("ipasn-signer-tier", tier=label(head.tier, "tier"))]
    return None


def _statement_pdf(run: ProfessionalismRun, signer: OfficialHead, letter: str, dated: dt.date) -> bytes:
    settings = current_app.config["SETTINGS"]
    groups = [(label(group, "ipasn_who"), whole(own_tallies(run, group), None)) for group in CLASSES]
    everybody = whole(own_tallies(run), None)
    data: dict[str, Any] = {
        "opening": _("Yang bertanda tangan di bawah ini:"),
        "signer": [
            [_("Nama"), signer.full_name],
            ["NIP", nip(signer.nip)],
            [_("Jabatan"), signer.position_name],
            [_("Unit kerja"), signer.unit_name],
        ],
        "body": _(
            "menyatakan bahwa hasil pengukuran Indeks Profesionalitas ASN per %(day)s berikut dihitung dari data "
            "kepegawaian yang tercatat, dan bertanggung jawab atas kebenarannya sesuai Peraturan BKN 8/2019 pasal 18.",
            day=long_date(run.as_of),
        ),
        "headings": [_("Kelompok"), _("Pegawai"), _("Indeks rata-rata"), _("Datanya lengkap")],
        "rows": [_summary(name, tally) for name, tally in [*groups, (_("Seluruhnya"), everybody)]],
        "category_headings": [_("Kategori"), _("Pegawai"), _("Persen")],
        "categories": _categories(everybody),
        "provenance": _(
            "Dihitung %(moment)s. Sidik hasil (SHA-256): %(result)s. Sidik aturan: %(rules)s.",
            moment=moment(run.computed_at),
            result=run.result_sha256,
            rules=run.rules_sha256,
        ),
        "place_date": f"{settings.city_name}, {long_date(dated)}",
        "signed": [["", "", ""], [signer.position_name, signer.full_name, nip(signer.nip)]],
    }
    title = _("Surat pernyataan hasil pengukuran Indeks Profesionalitas ASN")
    frame = frame_of(settings, title=title, subtitle=_("Nomor %(number)s", number=letter), number=letter)
    return render_pdf("ip-asn-statement", data, run.computed_at, frame=frame)


def _summary(name: str, tally: Tally) -> list[str]:
    complete = tally.people - tally.incomplete
    return [name, number(tally.people), bounds_text(tally.mean, _DIGITS), number(complete)]


def _categories(tally: Tally) -> list[list[str]]:
    return [
        [label(code, "ipasn_category"), number(count), percent(count / tally.people) if tally.people else "–"]
        for code, count in zip((*CATEGORIES, "terbuka"), tally.categories, strict=True)
    ]
