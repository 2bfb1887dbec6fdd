"""PDFs of a run: the shortlist for the panel, and one official's explanation."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from merit.i18n import _
from merit.ranking.domain import Outcome
from merit.ranking.report.explanation import Explanation
from merit.ranking.report.head import RunHead
from merit.ranking.report.shortlist import ShortlistPage
from merit.ranking.views.pictures import Figure, draw_forest, draw_waterfall
from merit.ranking.views.words import fact_text, ground_text, threshold_text
from merit.web.filters import long_date, moment, nip, number, percent, signed
from merit.web.labels import label
from merit.web.pdf import frame_of, render_pdf


def shortlist_pdf(page: ShortlistPage) -> bytes:
    """Return the shortlist with its uncertainty, gates and provenance."""
    head, forest = page.head, draw_forest(page)
    data: dict[str, Any] = {
        "terms": _head_terms(head),
        "band": _band_sentence(head),
        "forest": _picture(forest),
        "order": {
            "title": _("Urutan"),
            "headings": [
                _("No."),
                _("Nama dan NIP"),
                _("Gol."),
                _("Unit kerja"),
                _("Nilai"),
                _("Rentang"),
                _("Peluang"),
            ],
            "rows": [
                [
                    number(row.rank) + ("*" if row.in_band else ""),
                    f"{row.name}\n{nip(row.nip)}",
                    row.grade,
                    row.unit,
                    number(row.score, 2),
                    "–".join(number(end) for end in row.rank_interval) if row.rank_interval else "–",
                    percent(row.p_top) if row.p_top is not None else "–",
                ]
                for row in page.rows
            ],
            "shaded": [at for at, row in enumerate(page.rows, start=1) if row.in_band],
            "cut": sum(row.is_top for row in page.rows),
        },
        "gates": {
            "title": _("Syarat"),
            "headings": [
                *(_("Syarat"), _("Dasar"), _("Memenuhi"), _("Belum"), _("Menunggu")),
                _("Hanya memberi tahu"),
            ],
            "rows": [
                [gate.title or gate.id, gate.citation]
                + [number(count) if count else "–" for count in (gate.passed, gate.failed, gate.held, gate.to_verify)]
                for gate in page.gates
            ],
        },
        "note": _(
            "Tanda * dan bidang kuning: tidak dapat dibedakan di sekitar batas. Garis merah: batas %(size)s nama. "
            "Program menghitung; manusia memutuskan.",
            size=head.size,
        ),
    }
    return render_pdf("shortlist", data, head.computed_at, frame=_frame(head, _("Daftar pendek calon")))


def explanation_pdf(shown: Explanation, *, own: bool = False) -> bytes:
    """Return one official's explanation: numbers, evidence, gates and what would change it."""
    head = shown.head
    data: dict[str, Any] = {
        "terms": [
            [_("Nama"), shown.name],
            [_("NIP"), nip(shown.nip)],
            [_("Jabatan"), shown.position],
            [_("Unit kerja"), shown.unit],
            [_("Kedudukan"), label(int(shown.standing), "standing")],
            [_("Peringkat"), f"{number(shown.rank)} / {number(head.eligible)}" if shown.rank else "–"],
            [_("Nilai"), number(shown.score, 2) if shown.score else "–"],
            [_("Acuan"), number(shown.reference, 2) if shown.reference else "–"],
        ],
        "reason": shown.standing_reason,
        "waterfall": _picture(draw_waterfall(shown, own=own)),
        "parts": {
            "title": _("Rincian"),
            "headings": [_("Indikator"), _("Bukti"), _("Nilai 0–100"), _("Bobot"), _("Poin"), _("Terhadap acuan")],
            "rows": [
                [
                    part.label,
                    f"{part.value} {part.unit}" if part.value else label(int(part.status), "value_status"),
                    number(part.utility, 1),
                    percent(part.weight, 2),
                    number(part.points, 2) if part.points else "–",
                    signed(part.contribution, 2) if part.contribution else "–",
                ]
                for part in shown.parts
            ],
        },
        "gates": {
            "title": _("Syarat"),
            "headings": [_("Syarat"), _("Hasil"), _("Tercatat"), _("Diminta"), _("Dasar")],
            "rows": [
                [
                    line.title or line.id,
                    label(int(line.outcome), "gate_outcome")
                    + (_(" (mulai %(date)s)", date=long_date(line.met_from)) if line.met_from else ""),
                    fact_text(line) + (f" ({ground_text(line)})" if line.outcome is Outcome.HOLD else ""),
                    threshold_text(line),
                    line.citation,
                ]
                for line in shown.gates
            ],
        },
        "changes": {"title": _("Apa yang akan mengubahnya"), "lines": [item.sentence for item in shown.suggestions]},
    }
    return render_pdf("explanation", data, head.computed_at, frame=_frame(head, _("Penjelasan nilai")))


def _frame(head: RunHead, title: str) -> Any:
    return frame_of(
        current_app.config["SETTINGS"],
        title=title,
        subtitle=f"{head.position} · {head.vacancy}",
        number=head.code,
        verify_url=url_for("ranking.shortlist", code=head.vacancy, run=head.code, _external=True),
    )


def _head_terms(head: RunHead) -> list[list[str]]:
    return [
        [_("Per tanggal"), long_date(head.as_of)],
        [_("Disusun"), moment(head.computed_at)],
        [_("Dipertimbangkan"), number(head.considered)],
        [_("Memenuhi syarat"), number(head.eligible)],
        [_("Menunggu"), number(head.held)],
        [_("Belum memenuhi"), number(head.failed)],
        [_("Kebijakan"), _("%(code)s versi %(number)s", code=head.policy_code, number=head.policy_version)],
        [_("Sidik hasil"), head.result_sha256[:16] + "…"],
    ]


def _band_sentence(head: RunHead) -> str:
    if not head.has_intervals or not head.band_size or head.band is None:
        return head.uncertainty_note
    return _(
        "Urutan %(first)s sampai %(last)s tidak dapat dibedakan oleh bukti yang ada.",
        first=head.band[0] + 1,
        last=head.band[1],
    )


def _picture(figure: Figure | None) -> dict[str, str] | None:
    return None if figure is None else {"svg": figure.svg, "caption": figure.caption}
