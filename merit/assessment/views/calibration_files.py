"""A calibration as files: a document of numbers, a workbook for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from merit.assessment.queries.calibration_pages import CalibratedItem, CalibrationPage
from merit.i18n import _
from merit.phrases import phrase
from merit.web.downloads import Sheet
from merit.web.labels import label


def calibration_document(page: CalibrationPage) -> dict[str, Any]:
    """Return everything about a calibration as JSON."""
    found = page.calibration
    return {
        "competency": found.competency,
        "number": found.number,
        "state": found.state,
        "model": found.model,
        "previous": page.previous,
        "persons": found.persons,
        "items": found.items,
        "log_likelihood": found.log_likelihood,
        "iterations": found.iterations,
        "converged": found.converged,
        "settings": found.settings,
        "link": found.link,
        "problems": [_named(entry, page) for entry in found.problems],
        "left_out": [_named(entry, page) for entry in found.left_out],
        "inputs_sha256": found.inputs_sha256,
        "sha256": found.sha256,
        "made_at": found.made_at.isoformat(),
        "decided_at": None if found.decided_at is None else found.decided_at.isoformat(),
        "sources": [
            {"sitting": one.code, "score_version": one.version, "persons": one.persons, "items": one.items}
            for one in page.sources
        ],
        "parameters": [_item(line) for line in page.items],
    }


def _item(line: CalibratedItem) -> dict[str, Any]:
    item = line.item
    return {
        "item": line.code,
        "version": line.number,
        "origin": item.origin,
        "model": item.model,
        "is_anchor": item.is_anchor,
        "discrimination": item.discrimination,
        "thresholds": item.thresholds,
        "guessing": item.guessing,
        "steps": item.steps,
        "standard_errors": item.standard_errors,
        "own_metric": item.own,
        "fit": item.fit,
        "displacement": item.displacement,
        "persons": item.persons,
        "flags": item.flags,
    }


def _named(entry: dict[str, Any], page: CalibrationPage) -> dict[str, Any]:
    version = entry.get("version_id")
    return {name: value for name, value in entry.items() if name != "version_id"} | (
        {} if version is None else {"item": page.names.get(version, "")}
    )


def calibration_sheets(page: CalibrationPage) -> list[Sheet]:
    """Return the sheets of the workbook: parameters, items left out, where it comes from."""
    most = max((len(line.item.thresholds) for line in page.items), default=1)
    headings = [_("Butir"), _("Versi"), _("Asal"), _("Jangkar"), _("Peserta")]
    headings += [_("Kemiringan (a)"), _("Galat kemiringan")]
    for place in range(1, most + 1):
        headings += [_("Ambang %(number)s", number=place), _("Galat ambang %(number)s", number=place)]
    headings += [_("Tebakan"), _("Nilai kategori"), _("Pergeseran"), _("p kecocokan"), _("Tanda")]
    left_out = [
        (page.names.get(entry["version_id"], ""), entry["answers"], phrase(entry["reason"]))
        for entry in page.calibration.left_out
    ]
    return [
        Sheet(name=_("Parameter"), headings=headings, rows=[list(_cells(line, most)) for line in page.items]),
        Sheet(name=_("Tidak ikut"), headings=[_("Butir"), _("Jawaban"), _("Alasan")], rows=left_out),
        Sheet(name=_("Asal-usul"), headings=[_("Hal"), _("Isi")], rows=_origin(page)),
    ]


def _cells(line: CalibratedItem, most: int) -> Iterator[Any]:
    item, errors = line.item, line.item.standard_errors
    yield from (line.code, line.number, label(item.origin, "calibration_origin"), item.is_anchor, item.persons)
    yield from (item.discrimination, errors.get("discrimination"))
    spreads = errors.get("thresholds", [])
    for place in range(most):
        yield item.thresholds[place] if place < len(item.thresholds) else None
        yield spreads[place] if place < len(spreads) else None
    yield from (item.guessing, " ".join(item.steps), item.displacement, item.fit.get("p_value"))
    yield " ".join(phrase(flag) for flag in item.flags)


def _origin(page: CalibrationPage) -> list[tuple[str, Any]]:
    found = page.calibration
    rows: list[tuple[str, Any]] = [
        (_("Kompetensi"), found.competency),
        (_("Kalibrasi"), found.number),
        (_("Keadaan"), label(found.state, "calibration_state")),
        (_("Model"), label(found.model, "irt_model")),
        (_("Peserta"), found.persons),
        (_("Log-likelihood"), found.log_likelihood),
        *_whole_fit(found.settings.get("whole_fit") or {}),
        (_("Sidik masukan (SHA-256)"), found.inputs_sha256),
        (_("Sidik parameter (SHA-256)"), found.sha256),
        (_("Dibuat"), f"{page.made_by} {found.made_at.isoformat()}"),
    ]
    if found.link:
        line = _("θ skala = %(slope)s θ + %(intercept)s", slope=found.link["slope"], intercept=found.link["intercept"])
        rows.append((_("Penautan"), line))
    rows += [(_("Sesi uji"), f"{one.code}: {one.persons}") for one in page.sources]
    return rows


def _whole_fit(whole: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    names = {
        "m2": _("M2"),
        "degrees": _("Derajat bebas M2"),
        "p_value": _("p M2"),
        "rmsea": _("RMSEA2"),
        "srmsr": _("SRMSR"),
        "marginal": _("Reliabilitas marginal"),
        "empirical": _("Reliabilitas empiris"),
    }
    yield from ((name, whole[key]) for key, name in names.items() if whole.get(key) is not None)
