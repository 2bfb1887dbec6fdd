"""``merit items calibrate`` and ``analyse`` for the bank: what the pages do, for scripts and notebooks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from merit.cli.common import open_database
from merit.cli.psychometric_answers import deliver, fit_line, problem_sheet
from merit.errors import NotFoundError
from merit.i18n import _
from merit.phrases import phrase
from merit.phrases.verdicts import verdict_words
from merit.web.downloads import Sheet

if TYPE_CHECKING:
    from merit.assessment.services.calibration.estimating import EstimatedItem, Outcome
    from merit.assessment.services.calibration.gathering import Gathered
    from merit.assessment.services.item_analysis import ItemFigures, SittingFigures


def calibrate_bank(
    competency: str, sittings: Sequence[str], *, model: str, link: str, keep: bool, out: Path | None, as_json: bool
) -> None:
    """Calibrate the items of a competency from scored sittings, all of them where none is named."""
    from merit.assessment.queries.calibration_answers import list_sources
    from merit.assessment.services.calibration.estimating import estimate
    from merit.assessment.services.calibration.gathering import CalibrationPlan, gather
    from merit.assessment.services.calibration.keeping import keep_calibration
    from merit.db import reading, unit_of_work
    from merit.security.permissions import SYSTEM

    open_database()
    with reading() as session:
        codes = tuple(sittings) or tuple(source.code for source in list_sources(session, competency))
        plan = CalibrationPlan(competency=competency, sittings=codes, model=model, link=link)
        gathered = gather(session, plan)
    outcome = estimate(gathered)
    document = _calibration_document(gathered, outcome)
    if keep:
        with unit_of_work() as session:
            document["number"] = keep_calibration(session, SYSTEM, gathered=gathered, outcome=outcome).number
    if not deliver(document, _calibration_sheets(document), out, as_json=as_json):
        _tell_calibration(document)
        click.echo(fit_line(outcome.whole))


def _calibration_document(gathered: Gathered, outcome: Outcome) -> dict[str, Any]:
    names = gathered.codes
    return {
        "competency": gathered.plan.competency,
        "sittings": [source.code for source in gathered.sources],
        "model": outcome.model,
        "persons": len(outcome.selection.responses),
        "log_likelihood": outcome.log_likelihood,
        "iterations": outcome.iterations,
        "converged": outcome.converged,
        "fit": outcome.whole.to_document(),
        "link": None if outcome.link is None else {**outcome.link.to_document(), "anchors": len(outcome.link.anchors)},
        "items": [_item(item, names) for item in outcome.items if item.origin != "carried"],
        "left_out": [
            {"item": names[one.version_id], "code": one.reason, "answers": one.answers, "message": phrase(one.reason)}
            for one in outcome.selection.excluded
        ],
        "problems": [
            {
                "code": problem["code"],
                "item": names.get(problem.get("version_id", 0)),
                "message": phrase(problem["code"], item=names.get(problem.get("version_id", 0), ""), row=0),
            }
            for problem in outcome.problems
        ],
    }


def _item(item: EstimatedItem, names: Any) -> dict[str, Any]:
    return {
        "item": names[item.version_id],
        "origin": item.origin,
        "is_anchor": item.is_anchor,
        "persons": item.persons,
        "discrimination": item.parameters.discrimination,
        "difficulty": item.parameters.difficulty,
        "thresholds": list(item.parameters.thresholds),
        "guessing": item.parameters.guessing,
        "se_discrimination": _number(item.errors.discrimination),
        "se_thresholds": [_number(value) for value in item.errors.thresholds],
        "steps": [str(step) for step in item.steps],
        "displacement": None if item.drift is None else _number(item.drift.displacement),
        "fit": None if item.fit is None else item.fit.to_document(),
        "flags": list(item.flags),
    }


def _calibration_sheets(document: dict[str, Any]) -> list[Sheet]:
    columns = ("item", "origin", "persons", "discrimination", "se_discrimination", "difficulty", "displacement")
    headings = [_("Butir"), _("Asal"), _("Peserta"), _("Kemiringan (a)"), _("Galat kemiringan"), _("Kesulitan")]
    headings += [_("Pergeseran"), _("Ambang"), _("p kecocokan"), _("Tanda")]
    rows = [
        [entry[name] for name in columns]
        + [
            " ".join(f"{value:.4f}" for value in entry["thresholds"]),
            (entry["fit"] or {}).get("p_value"),
            " ".join(phrase(flag) for flag in entry["flags"]),
        ]
        for entry in document["items"]
    ]
    left_out = [(entry["item"], entry["answers"], entry["message"]) for entry in document["left_out"]]
    return [
        Sheet(name=_("Parameter"), headings=headings, rows=rows),
        Sheet(name=_("Tidak ikut"), headings=[_("Butir"), _("Jawaban"), _("Alasan")], rows=left_out),
        problem_sheet(document["problems"]),
    ]


def _tell_calibration(document: dict[str, Any]) -> None:
    click.echo(
        _(
            "%(competency)s: %(items)s butir, %(persons)s peserta, model %(model)s",
            competency=document["competency"],
            items=len(document["items"]),
            persons=document["persons"],
            model=document["model"],
        )
    )
    for entry in document["items"]:
        error = entry["se_discrimination"]
        spread = "" if error is None else f" ± {error:5.3f}"
        places = "  ".join(f"{value:8.3f}" for value in entry["thresholds"])
        marks = " ".join(phrase(flag) for flag in entry["flags"])
        click.echo(f"  {entry['item']:<20} a {entry['discrimination']:7.3f}{spread}   b {places}  {marks}".rstrip())
    for problem in (*document["left_out"], *document["problems"]):
        click.echo(f"{problem['item'] or ''} {problem['message']}".strip(), err=True)
    if "number" in document:
        click.echo(_("Disimpan sebagai kalibrasi %(number)s, menunggu orang kedua.", number=document["number"]))


def analyse_bank(code: str, out: Path | None, *, as_json: bool) -> None:
    """Analyse the items of a scored sitting."""
    from merit.assessment.queries.items import load_versions
    from merit.assessment.queries.scores import current_version, find_sitting
    from merit.assessment.services.item_analysis import analyse_sitting
    from merit.db import reading

    open_database()
    with reading() as session:
        sitting = find_sitting(session, code)
        version = current_version(session, sitting.id)
        if version is None:
            raise NotFoundError("analysis-unscored", sitting=code)
        _points, figures = analyse_sitting(
            session, sitting_id=sitting.id, score_version_id=version.id, sha256=version.sha256
        )
        names = {number: one.code for number, one in load_versions(session, figures.items).items()}
    document = _analysis_document(code, version.number, figures, names)
    if not deliver(document, _analysis_sheets(document), out, as_json=as_json):
        _tell_analysis(document)


def _analysis_document(code: str, version: int, figures: SittingFigures, names: dict[int, str]) -> dict[str, Any]:
    whole = figures.reliability
    return {
        "sitting": code,
        "score_version": version,
        "persons": 0 if whole is None else whole.persons,
        "alpha": None if whole is None else whole.alpha,
        "omega": None if whole is None else whole.omega,
        "sem": None if whole is None else whole.sem,
        "mean": None if whole is None else whole.mean,
        "sd": None if whole is None else whole.sd,
        "items": [
            _figures(item, names[number])
            for number, item in sorted(figures.items.items(), key=lambda one: names[one[0]])
        ],
    }


def _figures(item: ItemFigures, name: str) -> dict[str, Any]:
    evidence = item.evidence
    return {
        "item": name,
        "persons": evidence.persons,
        "facility": evidence.facility,
        "discrimination": evidence.discrimination,
        "options": [
            {
                "value": option.value,
                "count": option.count,
                "share": option.share,
                "correlation": _number(option.correlation),
                "by_fifth": [_number(share) for share in option.by_fifth],
            }
            for option in item.options
        ],
        "groups": [{"group": one.group, "class": one.category, "eases": one.eases} for one in evidence.groups],
        "verdicts": [
            {"code": one.code, "weight": one.weight.value, "message": phrase(one.code, **verdict_words(one.details))}
            for one in item.verdicts
        ],
    }


def _analysis_sheets(document: dict[str, Any]) -> list[Sheet]:
    rows = [
        [entry[name] for name in ("item", "persons", "facility", "discrimination")]
        + [" ".join(verdict["message"] for verdict in entry["verdicts"])]
        for entry in document["items"]
    ]
    options = [
        [entry["item"], *(option[name] for name in ("value", "count", "share", "correlation")), *option["by_fifth"]]
        for entry in document["items"]
        for option in entry["options"]
    ]
    headings = [_("Butir"), _("Peserta"), _("Kemudahan"), _("Daya beda"), _("Putusan")]
    option_headings = [_("Butir"), _("Pilihan"), _("Peserta"), _("Bagian"), _("Korelasi")]
    option_headings += [_("Seperlima %(number)s", number=place) for place in range(1, 6)]
    names = ("sitting", "score_version", "persons", "alpha", "omega", "sem", "mean", "sd")
    return [
        Sheet(name=_("Butir"), headings=headings, rows=rows),
        Sheet(name=_("Pilihan"), headings=option_headings, rows=options),
        Sheet(name=_("Tes"), headings=[_("Hal"), _("Isi")], rows=[(name, document[name]) for name in names]),
    ]


def _tell_analysis(document: dict[str, Any]) -> None:
    shown = {name: "–" if document[name] is None else f"{document[name]:.3f}" for name in ("alpha", "omega", "sem")}
    click.echo(
        _(
            "%(persons)s peserta: alfa %(alpha)s, omega %(omega)s, galat baku pengukuran %(sem)s",
            persons=document["persons"],
            **shown,
        )
    )
    for entry in document["items"]:
        figures = "   ".join(
            f"{sign} {'–' if entry[name] is None else format(entry[name], '6.3f')}"
            for sign, name in (("p", "facility"), ("r", "discrimination"))
        )
        click.echo(f"  {entry['item']:<20} {figures}   {' '.join(one['message'] for one in entry['verdicts'])}")


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
