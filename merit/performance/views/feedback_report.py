"""The result of 360 feedback about one person as a PDF."""

from __future__ import annotations

from flask import current_app, url_for

from merit.i18n import _
from merit.people.queries.record import OfficialHead
from merit.performance.domain.rater_agreement import GroupMean
from merit.performance.domain.sheets import load_values
from merit.performance.models import Campaign
from merit.performance.queries.campaign_results import SubjectResult
from merit.web.filters import number
from merit.web.labels import label
from merit.web.pdf import frame_of, render_pdf


def feedback_pdf(campaign: Campaign, official: OfficialHead, result: SubjectResult) -> bytes:
    """Return the PDF of a published result; the same bytes every time."""
    frame = frame_of(
        current_app.config["SETTINGS"],
        title=_("Hasil umpan balik 360"),
        subtitle=official.full_name,
        number=f"{campaign.id}/{campaign.year}",
        verify_url=url_for("performance.feedback_result", campaign_id=campaign.id, nip=official.nip, _external=True),
    )
    data = {
        "terms": [
            [_("Pegawai"), f"{official.full_name} · {official.nip}"],
            [_("Jabatan"), official.position_name],
            [_("Kampanye"), campaign.name],
            [_("Tahun yang dinilai"), str(campaign.year)],
            [_("Minimum penilai setiap kelompok"), str(campaign.minimum)],
        ],
        "headings": [
            _("Nilai"),
            _("Semua kelompok"),
            _("Galat baku"),
            *(label(group, "rater_group") for group in result.groups),
            _("Diri sendiri"),
        ],
        "rows": [_row(value.code, result) for value in load_values()],
        "notes": [
            _("Skala 1 sampai 5. Kelompok berbobot sama; penilaian diri sendiri tidak dihitung."),
            _(
                "Kelompok di bawah minimum tidak ditampilkan dan tidak dihitung. Jawaban seorang tidak tersimpan "
                "bersama namanya."
            ),
            _(
                "Loyal berarti setia kepada Pancasila, UUD 1945, NKRI, dan pemerintahan yang sah, bukan kepada "
                "seseorang."
            ),
        ],
    }
    assert campaign.published_at is not None  # noqa: S101 -- only published results come here
    return render_pdf("feedback-report", data, campaign.published_at, frame=frame)


def _row(value: str, result: SubjectResult) -> list[str]:
    overall = result.overall.get(value)
    return [
        label(value, "aspect"),
        "–" if overall is None else number(overall[0], 2),
        "–" if overall is None else number(overall[1], 2),
        *(_mean(means.get(value)) for means in result.groups.values()),
        "–" if value not in result.own else number(result.own[value], 2),
    ]


def _mean(mean: GroupMean | None) -> str:
    return "–" if mean is None else f"{number(mean.mean, 2)} ({mean.raters})"
