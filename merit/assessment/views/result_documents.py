"""PDFs of test results: one candidate's report, and that of the whole group."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.items import MAX_LEVEL
from merit.assessment.domain.sheets import WHOLE
from merit.assessment.queries import test_results
from merit.assessment.queries.person_result import Line, PersonMatch, PersonResult
from merit.assessment.queries.result_head import ResultHead
from merit.assessment.queries.test_results import CompetencyMean
from merit.assessment.views.result_pictures import Figure, draw_levels, draw_spread
from merit.i18n import _
from merit.people.domain import add_months
from merit.phrases import phrase
from merit.web.filters import long_date, moment, nip, number, percent
from merit.web.labels import label
from merit.web.pdf import Frame, frame_of, render_pdf

_LEAST_GROUP = 5


def person_pdf(head: ResultHead, person: PersonResult, *, own: bool = False) -> bytes:
    """Return the individual report."""
    row = person.row
    dated = clock.local(head.starts_at).date()
    until = add_months(dated, 12 * head.settings.result_validity_years)
    data: dict[str, Any] = {
        "terms": [
            [_("Nama"), row.name],
            [_("NIP"), nip(row.nip)],
            [_("Jabatan"), row.position or "–"],
            [_("Unit kerja"), row.unit or "–"],
            [_("Sesi"), f"{head.code} · {head.name}"],
            [_("Tanggal uji"), long_date(dated)],
            [_("Penyelenggara"), head.organiser],
            [_("Metode"), _method(head)],
            [_("Berlaku sampai"), long_date(until)],
            [_("Versi nilai"), _version(head)],
        ],
        "status": "" if head.is_published else _("RANCANGAN: hasil ini belum diterbitkan."),
        "whole": _whole(person),
        "levels": _picture(draw_levels(person.results, person.standard)),
        "matches": {
            "title": _("Kesesuaian dengan jabatan (JPM)"),
            "headings": [_("Jabatan"), _("JPM"), _("Pengisian jabatan"), _("Pemetaan"), _("Catatan")],
            "rows": [_match(match) for match in person.matches],
        },
        "lines": {
            "title": _("Rincian per kompetensi"),
            "headings": [_("Kompetensi"), _("Nilai"), _("Tingkat"), _("Standar"), _("Peluang memenuhi"), _("Artinya")],
            "rows": [_line(line) for line in person.lines],
        },
        "meanings": [
            [
                f"{line.code} {label(line.code, 'competency')}",
                _("Tingkat %(level)s: %(text)s", level=line.result.level, text=line.meaning),
            ]
            for line in person.lines
            if line.meaning
        ],
        "notes": {"title": _("Cara membaca"), "lines": _notes(head)},
    }
    title = _("Laporan hasil uji kompetensi")
    return render_pdf("competency-report", data, _instant(head), frame=_frame(head, title, row.number, own=own))


def group_pdf(session: Session, head: ResultHead, *, unit_ids: frozenset[int] | None) -> bytes:
    """Return the report of a group: spread, competencies, units of at least five people; no names."""
    version_id = head.version.id if head.version else 0
    rows = test_results.list_results(
        session, version_id, test_results.ResultFilter(unit_ids=unit_ids), order="unit", size=None
    )
    attempts = [row.attempt_id for row in rows]
    means = test_results.list_means(session, version_id, attempt_ids=attempts)
    scores = [float(row.scaled) for row in rows if row.scaled is not None]
    units: dict[str, list[int]] = {}
    for row in rows:
        units.setdefault(row.unit or "–", []).append(row.attempt_id)
    large = {unit: found for unit, found in units.items() if len(found) >= _LEAST_GROUP}
    codes = [mean.competency for mean in means if mean.competency != WHOLE]
    by_unit = {
        unit: {mean.competency: mean for mean in test_results.list_means(session, version_id, attempt_ids=found)}
        for unit, found in large.items()
    }
    data: dict[str, Any] = {
        "terms": [
            [_("Sesi"), f"{head.code} · {head.name}"],
            [_("Tanggal uji"), long_date(clock.local(head.starts_at).date())],
            [_("Peserta dinilai"), number(len(rows))],
            [_("Tanpa hasil"), number(head.left_out)],
            [_("Penyelenggara"), head.organiser],
            [_("Versi nilai"), _version(head)],
        ],
        "status": "" if head.is_published else _("RANCANGAN: hasil ini belum diterbitkan."),
        "spread": _picture(draw_spread(scores, head.settings.cuts)),
        "competencies": {
            "title": _("Per kompetensi"),
            "headings": [
                _("Kompetensi"),
                _("Rata-rata"),
                _("Simpangan"),
                *(_("Tk. %(level)s", level=level) for level in range(1, MAX_LEVEL + 1)),
            ],
            "rows": [_mean_row(mean) for mean in means],
        },
        "units": {
            "title": _("Rata-rata per unit kerja"),
            "headings": [_("Unit kerja"), _("Peserta"), _("Nilai"), *codes],
            "rows": [
                [
                    unit,
                    number(len(large[unit])),
                    *(number(found[code].mean, 1) if code in found else "–" for code in (WHOLE, *codes)),
                ]
                for unit, found in by_unit.items()
            ],
        },
        "note": _("Unit dengan kurang dari lima peserta tidak ditampilkan agar hasil perorangan tidak terbaca."),
    }
    return render_pdf(
        "group-report", data, _instant(head), frame=_frame(head, _("Laporan kelompok uji kompetensi"), "")
    )


def _whole(person: PersonResult) -> str:
    row = person.row
    if row.scaled is None:
        return _("Tidak ada butir yang dapat dihitung.")
    return _(
        "Nilai keseluruhan %(score)s dari 100 (galat baku %(error)s): %(raw)s dari %(maximum)s poin pada %(items)s "
        "butir.",
        score=number(row.scaled, 1),
        error=number(row.scaled_se, 1),
        raw=number(row.raw),
        maximum=number(row.maximum),
        items=number(row.items),
    )


def _match(match: PersonMatch) -> list[str]:
    """Return a row of the table; a match over a part of the standard has no category."""
    which, kept = _("Jabatan sekarang") if match.which == "present" else _("Jabatan sasaran"), match.kept
    percentage = f"{number(kept['percent'], 2)} %" + (f" ± {number(kept['se'], 1)}" if kept.get("se") else "")
    title = f"{which}: {kept['name']}"
    if not match.missing:
        return [title, percentage, label(kept["filling"], "jpm_category"), label(kept["mapping"], "jpm_mapping"), ""]
    partial = _("sebagian: %(n)s dari %(m)s kompetensi diukur", n=match.measured, m=match.required)
    return [title, percentage, "–", "–", f"{partial}. " + _("Tidak diukur: %(codes)s", codes=", ".join(match.missing))]


def _line(line: Line) -> list[str]:
    result = line.result
    return [
        f"{line.code} {label(line.code, 'competency')}",
        _with_error(result.scaled, result.scaled_se, 1),
        _with_error(result.level, result.level_se, 0),
        number(line.standard) if line.standard else "–",
        percent(line.chance, 0) if line.chance is not None else "–",
        phrase(line.verdict) if line.verdict else "–",
    ]


def _with_error(value: Any, error: Any, digits: int) -> str:
    """Return a figure with its standard error; without one the figure alone."""
    return number(value, digits) + (f" ± {number(error, 1)}" if error is not None else "")


def _notes(head: ResultHead) -> list[str]:
    return [
        *_measures(head),
        _("Titik adalah tingkat yang diukur, garis adalah kisarannya (satu galat baku), garis tegak adalah standar."),
        _(
            "JPM: jumlah tingkat yang dicapai, paling banyak setinggi standarnya, dibagi jumlah standar; galatnya dari "
            "peluang setiap tingkat."
        ),
        _("Satu uji tidak menentukan apa pun sendirian; manusia memutuskan."),
    ]


def _measures(head: ResultHead) -> list[str]:
    """Say what the levels rest on, competency by competency."""
    theta = head.version.on_theta if head.version else []
    classical = [code for code, _reason in head.version.classical] if head.version else []
    found = []
    if theta:
        found.append(
            _(
                "%(codes)s: kemampuan theta (WLE) dari butir terkalibrasi; tingkat menurut batas yang berlaku pada "
                "tanggal sesi, galat baku dari informasi butir.",
                codes=", ".join(theta),
            )
        )
    if classical or not theta:
        cuts = ", ".join(number(cut) for cut in head.settings.cuts)
        found.append(
            _(
                "%(codes)s: perkiraan sementara menurut teori tes klasik dengan model galat binomial; tingkat 2, 3, 4, "
                "dan 5 dimulai pada nilai %(cuts)s.",
                codes=", ".join([*classical, _("Keseluruhan")]),
                cuts=cuts,
            )
        )
    return found


def _mean_row(mean: CompetencyMean) -> list[str]:
    name = _("Keseluruhan") if mean.competency == WHOLE else f"{mean.competency} {label(mean.competency, 'competency')}"
    shares = [percent(count / mean.persons, 0) for count in mean.levels]
    return [name, number(mean.mean, 1), number(mean.deviation, 1), *shares]


def _method(head: ResultHead) -> str:
    method = label(head.method, "sitting_method")
    return f"{method} ({head.accreditation})" if head.accreditation else method


def _version(head: ResultHead) -> str:
    if head.version is None:
        return "–"
    return f"{head.version.number} · {moment(head.version.made_at)} · {head.version.sha256[:12]}"


def _instant(head: ResultHead) -> Any:
    return head.published_at or (head.version.made_at if head.version else head.starts_at)


def _frame(head: ResultHead, title: str, candidate: str, *, own: bool = False) -> Frame:
    page = "assessment.own_result" if own else "assessment.sitting_results"
    return frame_of(
        current_app.config["SETTINGS"],
        title=title,
        subtitle=head.name,
        number=f"{head.code} {candidate}".strip(),
        verify_url=url_for(page, code=head.code, _external=True),
    )


def _picture(figure: Figure | None) -> dict[str, str] | None:
    return None if figure is None else {"svg": figure.svg, "caption": figure.caption}
