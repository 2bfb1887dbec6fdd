"""What ``merit items calibrate`` and ``analyse`` answer about files: JSON, sheets of a workbook, lines of text."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from merit.cli.common import emit_json
from merit.errors import InvalidInputError
from merit.i18n import _
from merit.phrases import phrase
from merit.web.downloads import Sheet, workbook_bytes

if TYPE_CHECKING:
    from merit.assessment.domain.verdicts import Verdict
    from merit.assessment.psychometrics import Calibration, DataProblem, ItemStatistics
    from merit.assessment.services.calibration.fitting import WholeFit
    from merit.cli.group_differences import GroupAnswer


_FIT = ("m2", "degrees", "p_value", "rmsea", "rmsea_low", "rmsea_high", "srmsr", "marginal", "empirical")
_OPTION_COLUMNS = ("code", "is_key", "count", "share", "point_biserial")


def deliver(document: Mapping[str, Any], sheets: Sequence[Sheet], out: Path | None, *, as_json: bool) -> bool:
    """Print the document and write the file that was asked for; return False where people want to read lines."""
    if out is not None:
        content = workbook_bytes(sheets) if out.suffix.lower() == ".xlsx" else _json_bytes(document)
        try:
            out.write_bytes(content)
        except OSError as error:
            raise InvalidInputError("output-unwritable", file=out) from error
        click.echo(_("Ditulis ke %(file)s.", file=out), err=True)
    if as_json:
        emit_json(document)
    return as_json


def check_out(out: Path | None) -> None:
    """Refuse a file that is neither a workbook nor JSON, before anything is computed."""
    if out is not None and out.suffix.lower() not in {".xlsx", ".json"}:
        raise InvalidInputError("output-kind", file=out.name)


def _json_bytes(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def calibration_sheets(found: Mapping[str, Any]) -> list[Sheet]:
    """Return the sheets of a calibration of a file."""
    most = max((len(entry["thresholds"]) for entry in found["items"]), default=1)
    headings = [_("Butir"), _("Kemiringan (a)"), _("Galat kemiringan"), _("Kesulitan"), _("Tebakan")]
    for place in range(1, most + 1):
        headings += [_("Ambang %(number)s", number=place), _("Galat ambang %(number)s", number=place)]
    rows = []
    for entry in found["items"]:
        row = [entry[name] for name in ("item", "discrimination", "se_discrimination", "difficulty", "guessing")]
        for place in range(most):
            row += [_at(entry["thresholds"], place), _at(entry["se_thresholds"], place)]
        rows.append(row)
    names = ("model", "persons", "log_likelihood", "aic", "bic", "iterations", "converged")
    fit = [(name, found["fit"][name]) for name in _FIT]
    return [
        Sheet(name=_("Parameter"), headings=headings, rows=rows),
        Sheet(name=_("Model"), headings=[_("Hal"), _("Isi")], rows=[(name, found[name]) for name in names] + fit),
        problem_sheet(found["problems"]),
    ]


def statistics_sheets(found: Mapping[str, Any]) -> list[Sheet]:
    """Return the sheets of the classical figures of a file."""
    columns = ("item", "answered", "facility", "item_total", "alpha_without")
    headings = [_("Butir"), _("Menjawab"), _("Kemudahan"), _("Daya beda"), _("Alfa tanpa butir"), _("Putusan")]
    rows = [
        [*(entry[name] for name in columns), " ".join(one["message"] for one in entry["verdicts"])]
        for entry in found["items"]
    ]
    options = [
        [entry["item"], *(option[name] for name in _OPTION_COLUMNS), *option["by_group"]]
        for entry in found["items"]
        for option in entry["options"]
    ]
    option_headings = [_("Butir"), _("Pilihan"), _("Kunci"), _("Peserta"), _("Bagian"), _("Korelasi")]
    option_headings += [_("Seperlima %(number)s", number=place) for place in range(1, 6)]
    names = ("persons", "mean", "sd", "alpha", "standardised_alpha", "omega", "split_half", "sem")
    return [
        Sheet(name=_("Butir"), headings=headings, rows=rows),
        Sheet(name=_("Pilihan"), headings=option_headings, rows=options),
        Sheet(name=_("Tes"), headings=[_("Hal"), _("Isi")], rows=[(name, found[name]) for name in names]),
        problem_sheet(found["problems"]),
    ]


def problem_sheet(problems: Iterable[Mapping[str, Any]]) -> Sheet:
    """Return the sheet of what limits an answer."""
    rows = [(problem.get("item"), problem["code"], problem["message"]) for problem in problems]
    return Sheet(name=_("Masalah"), headings=[_("Butir"), _("Kode"), _("Masalah")], rows=rows)


def _at(values: Sequence[Any], place: int) -> Any:
    return values[place] if place < len(values) else None


def calibration_json(found: Calibration, items: list[str]) -> dict[str, Any]:
    """Return a calibration as JSON: one entry per item, null where an item has no parameters."""
    errors = found.standard_errors
    return {
        "model": found.model,
        "persons": found.persons,
        "log_likelihood": found.log_likelihood,
        "aic": found.aic,
        "bic": found.bic,
        "iterations": found.iterations,
        "converged": found.converged,
        "items": [
            {
                "item": name,
                "discrimination": _number(found.discrimination[row]),
                "difficulty": _number(found.difficulty[row]),
                "thresholds": [_number(value) for value in found.thresholds[row, : max(found.categories[row] - 1, 0)]],
                "guessing": _number(found.guessing[row]),
                "se_discrimination": _number(errors.discrimination[row]) if errors else None,
                "se_thresholds": [_number(v) for v in errors.thresholds[row, : max(found.categories[row] - 1, 0)]]
                if errors
                else [],
            }
            for row, name in enumerate(items)
        ],
        "problems": _problems(found.problems, items),
    }


def statistics_json(found: ItemStatistics, items: list[str], groups: GroupAnswer | None = None) -> dict[str, Any]:
    """Return classical figures as JSON."""
    return {
        "persons": found.persons,
        "mean": _number(found.mean),
        "sd": _number(found.sd),
        "alpha": _number(found.alpha),
        "standardised_alpha": _number(found.standardised_alpha),
        "omega": _number(found.omega),
        "split_half": _number(found.split_half),
        "sem": _number(found.sem),
        "items": [
            {
                "item": name,
                "answered": found.answered[row],
                "facility": _number(found.facility[row]),
                "item_total": _number(found.item_total[row]),
                "alpha_without": _number(found.alpha_without[row]),
                "options": [
                    {
                        "code": option.code,
                        "is_key": option.is_key,
                        "count": option.count,
                        "share": option.share,
                        "point_biserial": _number(option.point_biserial),
                        "by_group": [_number(value) for value in option.by_group],
                    }
                    for option in found.options[row]
                ],
                "verdicts": [
                    {
                        "code": verdict.code,
                        "weight": verdict.weight.value,
                        "message": phrase(verdict.code, **verdict.details),
                    }
                    for verdict in verdicts_of(found, row, groups)
                ],
            }
            for row, name in enumerate(items)
        ],
        "problems": _problems(found.problems, items),
    }


def verdicts_of(found: ItemStatistics, row: int, groups: GroupAnswer | None = None) -> tuple[Verdict, ...]:
    """Return the verdicts on one item of a file."""
    from merit.assessment.domain.verdicts import ItemEvidence, OptionEvidence, judge

    options = found.options[row] if any(option.is_key for option in found.options[row]) else ()
    return judge(
        ItemEvidence(
            persons=int(found.answered[row]),
            facility=_number(found.facility[row]),
            discrimination=_number(found.item_total[row]),
            options=tuple(
                OptionEvidence(
                    name=str(option.code), is_best=option.is_key, share=option.share, correlation=option.point_biserial
                )
                for option in options
            ),
            groups=() if groups is None else groups.evidence(row),
        )
    )


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _problems(problems: Iterable[DataProblem], items: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "code": problem.code,
            "item": None if problem.item is None else items[problem.item],
            "row": None if problem.person is None else problem.person + 2,
            "message": _sentence(problem, items),
        }
        for problem in problems
    ]


def _sentence(problem: DataProblem, items: list[str]) -> str:
    name = "" if problem.item is None else items[problem.item]
    return phrase(problem.code, item=name, row=0 if problem.person is None else problem.person + 2)


def tell_calibration(found: Calibration, items: list[str], whole: WholeFit) -> None:
    """Print a calibration as lines, its problems on the error stream."""
    click.echo(
        _(
            "Model %(model)s: log-likelihood %(log)s, AIC %(aic)s, BIC %(bic)s",
            model=found.model,
            log=f"{found.log_likelihood:.3f}",
            aic=f"{found.aic:.1f}",
            bic=f"{found.bic:.1f}",
        )
    )
    errors = found.standard_errors
    for row, name in enumerate(items):
        steps = found.thresholds[row, : max(found.categories[row] - 1, 0)]
        spread = errors.discrimination[row] if errors else math.nan
        places = "  ".join(f"{value:8.3f}" for value in steps)
        click.echo(f"  {name:<20} a {found.discrimination[row]:7.3f} ± {spread:5.3f}   b {places}")
    click.echo(fit_line(whole))
    for code in whole.reasons:
        click.echo(phrase(code), err=True)
    for problem in found.problems:
        click.echo(_sentence(problem, items), err=True)


def fit_line(whole: WholeFit) -> str:
    """Return the fit of a whole calibration as a line."""
    figures = {name: getattr(whole, name) for name in ("rmsea", "srmsr", "marginal", "empirical")}
    return _(
        "RMSEA2 %(rmsea)s, SRMSR %(srmsr)s, reliabilitas marginal %(marginal)s, empiris %(empirical)s",
        **{name: "–" if value is None else f"{value:.3f}" for name, value in figures.items()},
    )


def tell_statistics(found: ItemStatistics, items: list[str], groups: GroupAnswer | None = None) -> None:
    """Print classical figures as lines, problems on the error stream."""
    click.echo(
        _(
            "%(persons)s peserta: alfa %(alpha)s, omega %(omega)s, galat baku pengukuran %(sem)s",
            persons=f"{found.persons:g}",
            alpha=f"{found.alpha:.3f}",
            omega=f"{found.omega:.3f}",
            sem=f"{found.sem:.2f}",
        )
    )
    for row, name in enumerate(items):
        words = " ".join(phrase(verdict.code, **verdict.details) for verdict in verdicts_of(found, row, groups))
        click.echo(f"  {name:<20} p {found.facility[row]:6.3f}   r {found.item_total[row]:6.3f}   {words}")
    for problem in found.problems:
        click.echo(_sentence(problem, items), err=True)
