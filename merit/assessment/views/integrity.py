"""The integrity report of a sitting: signs with their evidence, filtered, exported, printed; each reading logged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.assessment.queries.result_head import ResultHead, load_head
from merit.assessment.views.blueprint import bp
from merit.assessment.views.integrity_lines import Line, Report, load_report, looked_at, narrowed
from merit.audit.services import log_download, log_readings, record_readings
from merit.db import reading, unit_of_work
from merit.i18n import _
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import Sheet, csv_response, pdf_response, workbook_response
from merit.web.filters import long_date, number
from merit.web.labels import label, options
from merit.web.paging import Paging, read_choice, read_text
from merit.web.pdf import frame_of, render_pdf

READING = "reading-integrity"
PAGE_SIZE = 50
SMALLEST_P = 0.0001


def _chosen() -> dict[str, str]:
    return {"sign": read_choice("tanda", [code for code, _word in options("integrity_sign")]), "text": read_text()}


@bp.get("/sesi-uji/<code>/integritas")
@requires(Permission.TEST_RESULT_READ)
def integrity(code: str) -> ResponseReturnValue:
    """Show signs that somebody should look at, never verdicts."""
    chosen = _chosen()
    with reading() as session:
        head = load_head(session, code)
        report = load_report(session, head.id, head.version.id if head.version else None)
    lines = narrowed(report.lines, **chosen)
    paging = Paging.of(len(lines), PAGE_SIZE)
    shown = lines[(paging.number - 1) * PAGE_SIZE : paging.number * PAGE_SIZE]
    log_readings(current_actor(), officials=_officials(shown), what=READING, reason=code)
    return render_template(
        "results/integrity.html",
        head=head,
        lines=shown,
        paging=paging,
        persons=report.persons,
        pairs=sum(line.other is not None for line in report.lines),
        flagged=len(set(_officials(report.lines))),
        kinds=options("integrity_sign"),
        chosen=chosen,
        notes=looked_at(report),
    )


@bp.get("/sesi-uji/<code>/integritas/unduh.<any(xlsx, csv, pdf):form>")
@requires(Permission.TEST_RESULT_READ)
def integrity_file(code: str, form: str) -> ResponseReturnValue:
    """Hand out the report with its present filters; the audit chain keeps who took it."""
    actor, chosen = current_actor(), _chosen()
    with unit_of_work() as session:
        head = load_head(session, code)
        report = load_report(session, head.id, head.version.id if head.version else None)
        lines = narrowed(report.lines, **chosen)
        log_download(session, actor, subject=f"sitting:{head.id}", rows=len(lines))
        record_readings(session, actor, officials=_officials(lines), what=READING, reason=code)
    name = f"integritas-{code}"
    if form == "csv":
        return csv_response(name, _headings(), [_cells(line) for line in lines])
    if form == "pdf":
        return pdf_response(_pdf(head, report, lines), name, inline=False)
    notes = Sheet(
        name=_("Catatan"), headings=[_("Catatan")], rows=[(note,) for note in (_warning(), *looked_at(report))]
    )
    signs = Sheet(name=_("Tanda"), headings=_headings(), rows=[_cells(line) for line in lines])
    return workbook_response(name, [signs, notes])


def _officials(lines: Sequence[Line]) -> list[int]:
    return [person.official_id for line in lines for person in line.people]


def _headings() -> list[str]:
    fixed = [_("Jenis tanda"), _("Nomor peserta"), _("Nama"), _("Ruang"), _("Meja")]
    other = [_("Nomor peserta lain"), _("Nama peserta lain"), _("Jarak meja")]
    return [*fixed, *other, _("Keterangan"), _("Diamati"), _("Diharapkan"), "z", _("p terkoreksi")]


def _cells(line: Line) -> list[Any]:
    person, other = line.person, line.other
    first = [label(line.sign, "integrity_sign"), person.number, person.name, person.room, person.seat]
    second = [other.number if other else None, other.name if other else None, line.apart]
    return [*first, *second, line.text, line.observed, line.expected, line.z, line.p]


def _warning() -> str:
    return _(
        "Ini tanda untuk diperiksa orang, bukan putusan. Bandingkan dengan berita acara, denah, dan keterangan "
        "peserta. Nilai tidak berubah karena tanda ini."
    )


def _pdf(head: ResultHead, report: Report, lines: Sequence[Line]) -> bytes:
    frame = frame_of(
        current_app.config["SETTINGS"],
        title=_("Laporan integritas"),
        subtitle=head.name,
        number=head.code,
        verify_url=url_for("assessment.integrity", code=head.code, _external=True),
    )
    made_at = head.published_at or (head.version.made_at if head.version else head.starts_at)
    data = {
        "warning": _warning(),
        "terms": [
            [_("Sesi"), f"{head.code} · {head.name}"],
            [_("Tanggal uji"), long_date(clock.local(head.starts_at).date())],
            [_("Peserta diperiksa"), number(report.persons)],
            [_("Tanda dalam laporan ini"), number(len(lines))],
        ],
        "headings": [_("Tanda"), _("Peserta"), _("Keterangan"), "z", "p"],
        "rows": [_printed(line) for line in lines],
        "notes": looked_at(report),
    }
    return render_pdf("integrity", data, made_at, frame=frame)


def _printed(line: Line) -> list[str]:
    people = " / ".join(f"{person.number} {person.name}" for person in line.people)
    z = "–" if line.z is None else number(line.z, 2)
    p = "–" if line.p is None else f"< {number(SMALLEST_P, 4)}" if line.p < SMALLEST_P else number(line.p, 4)
    return [label(line.sign, "integrity_sign"), people, line.text, z, p]
