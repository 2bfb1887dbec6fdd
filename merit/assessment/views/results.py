"""Results of a sitting: the list, its exports, scoring, publication."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.assessment.domain.sheets import WHOLE
from merit.assessment.drift_jobs import order_after_publication
from merit.assessment.forms.results import LEVELS, read_result_choice
from merit.assessment.queries import test_results
from merit.assessment.queries.result_head import ResultHead, load_head
from merit.assessment.queries.test_results import ResultRow
from merit.assessment.scoring_jobs import order_scoring
from merit.assessment.services.publication import ask_publication, publish_results, withdraw_publication
from merit.assessment.views.blueprint import bp
from merit.assessment.views.result_pictures import draw_spread
from merit.audit.services import log_download, log_readings, record_readings
from merit.db import reading, unit_of_work
from merit.i18n import _
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.downloads import Sheet, csv_response, workbook_response
from merit.web.labels import label
from merit.web.paging import Paging, whole

READING = "reading-test-results"


@bp.get("/sesi-uji/<code>/hasil")
@requires(Permission.TEST_RESULT_READ)
def sitting_results(code: str) -> ResponseReturnValue:
    """List the candidates of a closed sitting with their results."""
    actor = current_actor()
    with reading() as session:
        head = load_head(session, code)
        if head.version is None:
            return render_template("results/unscored.html", head=head)
        version_id, scope = head.version.id, actor.unit_ids
        codes = test_results.competency_codes(session, version_id)
        choice = read_result_choice(scope, codes)
        paging = Paging.of(test_results.count_results(session, version_id, choice.filter), test_results.PAGE_SIZE)
        rows = test_results.list_results(session, version_id, choice.filter, order=choice.order, page=paging.number)
        means = test_results.list_means(session, version_id)
        scores = test_results.list_scores(session, version_id, choice.filter.competency)
        units = test_results.unit_choices(session, version_id, unit_ids=scope)
    log_readings(actor, officials=[row.official_id for row in rows], what=READING, reason=code)
    return render_template(
        "results/list.html",
        head=head,
        rows=rows,
        paging=paging,
        choice=choice,
        means=means,
        units=units,
        levels=[(level, _("Tingkat %(level)s", level=level)) for level in LEVELS],
        competencies=[(name, label(name, "competency")) for name in codes],
        spread=draw_spread(scores, () if choice.filter.competency in head.version.on_theta else head.settings.cuts),
        is_asker=head.publish_asked_by == actor.user_id,
    )


@bp.get("/sesi-uji/<code>/hasil/unduh.<any(xlsx, csv):form>")
@requires(Permission.TEST_RESULT_READ)
def results_file(code: str, form: str) -> ResponseReturnValue:
    """Hand out the list with its present filters; the audit chain keeps who took how many rows."""
    actor = current_actor()
    with unit_of_work() as session:
        head = load_head(session, code)
        codes = test_results.competency_codes(session, head.version.id) if head.version else []
        choice = read_result_choice(actor.unit_ids, codes)
        rows = (
            test_results.list_results(session, head.version.id, choice.filter, order=choice.order, size=None)
            if head.version
            else []
        )
        found = (
            test_results.results_by_competency(session, head.version.id, [row.attempt_id for row in rows])
            if head.version
            else {}
        )
        log_download(session, actor, subject=f"sitting:{head.id}", rows=len(rows))
        record_readings(session, actor, officials=[row.official_id for row in rows], what=READING, reason=code)
    table = list(_table(rows, codes, found))
    name = f"hasil-{code}"
    if form == "csv":
        return csv_response(name, _headings(codes), table)
    origin = Sheet(name=_("Asal-usul"), headings=[_("Hal"), _("Isi")], rows=_origin(head))
    return workbook_response(name, [Sheet(name=_("Hasil"), headings=_headings(codes), rows=table), origin])


@bp.post("/sesi-uji/<code>/hasil/hitung")
@requires(Permission.SITTING_MANAGE)
def order_scores(code: str) -> ResponseReturnValue:
    """Order the scoring."""
    with unit_of_work() as session:
        job = order_scoring(session, current_actor(), code=code)
    return redirect(url_for("jobs.show", job_id=job.id))


@bp.post("/sesi-uji/<code>/hasil/minta-terbit")
@requires(Permission.SITTING_PUBLISH)
def ask_to_publish(code: str) -> ResponseReturnValue:
    """Ask another person to publish."""
    with unit_of_work() as session:
        ask_publication(session, current_actor(), code=code)
    flash(_("Penerbitan diminta. Yang menerbitkan: admin BKPSDM lain."))
    return redirect(url_for(".sitting_results", code=code))


@bp.post("/sesi-uji/<code>/hasil/tarik-terbit")
@requires(Permission.SITTING_PUBLISH)
def withdraw_request(code: str) -> ResponseReturnValue:
    """Take the request back."""
    with unit_of_work() as session:
        withdraw_publication(session, current_actor(), code=code)
    flash(_("Permintaan penerbitan ditarik."))
    return redirect(url_for(".sitting_results", code=code))


@bp.post("/sesi-uji/<code>/hasil/terbitkan")
@requires(Permission.SITTING_PUBLISH)
def publish(code: str) -> ResponseReturnValue:
    """Publish what another person asked to publish."""
    number = whole(request.form.get("versi", ""))
    with unit_of_work() as session:
        written = publish_results(session, current_actor(), code=code, version_number=number)
        order_after_publication(session, current_actor(), code=code)
    flash(_("Hasil diterbitkan: %(count)s catatan kompetensi ditulis.", count=written.created + written.updated))
    if written.held_back:
        flash(
            _(
                "%(count)s hasil tidak ditulis karena sudah ada hasil impor dengan tanggal, penyelenggara, dan metode "
                "yang sama. Hasil impor tidak pernah ditimpa.",
                count=written.held_back,
            ),
            "warning",
        )
    return redirect(url_for(".sitting_results", code=code))


def _headings(codes: Sequence[str]) -> list[str]:
    fixed = [_("Nomor peserta"), _("NIP"), _("Nama"), _("Unit kerja"), _("Jabatan"), _("Poin"), _("Maksimum")]
    fixed += [_("Nilai"), _("Galat baku"), _("Tingkat"), _("JPM jabatan kini (persen)"), _("Pengisian"), _("Pemetaan")]
    parts = [(_("%(code)s nilai", code=code), _("%(code)s tingkat", code=code)) for code in codes]
    return [*fixed, *(heading for pair in parts for heading in pair)]


def _table(rows: Sequence[ResultRow], codes: Sequence[str], found: Any) -> Iterator[list[Any]]:
    for row in rows:
        results = found.get(row.attempt_id, {})
        whole = results.get(WHOLE)
        match = ((whole.job_person_match if whole else None) or {}).get("present") or {}
        cells: list[Any] = [row.number, row.nip, row.name, row.unit, row.position]
        cells += [getattr(whole, name, None) for name in ("raw", "maximum", "scaled", "scaled_se", "level")]
        percent = match.get("percent")
        named = [_("sebagian")] * 2 if match.get("missing") else [match.get("filling"), match.get("mapping")]
        cells += [float(percent) if percent else None, *named]
        for code in codes:
            result = results.get(code)
            cells += [getattr(result, "scaled", None), getattr(result, "level", None)]
        yield cells


def _origin(head: ResultHead) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = [(_("Sesi"), head.code), (_("Nama"), head.name), (_("Penyelenggara"), head.organiser)]
    rows += [(_("Metode"), label(head.method, "sitting_method")), (_("Akreditasi"), head.accreditation)]
    if head.version:
        rows += [(_("Versi nilai"), head.version.number), (_("Sidik nilai (SHA-256)"), head.version.sha256)]
    rows.append((_("Diterbitkan"), head.published_at))
    return rows
