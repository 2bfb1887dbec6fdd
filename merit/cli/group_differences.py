"""``merit items analyse FILE --group``: how the items of a response file treat groups of persons."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from merit.errors import InvalidInputError
from merit.i18n import _
from merit.phrases import phrase
from merit.web.downloads import Sheet

if TYPE_CHECKING:
    from merit.assessment.domain.group_differences import Difference
    from merit.assessment.domain.verdicts import GroupEvidence
    from merit.cli.response_files import ResponseFile

MOST_GROUPS = 12
_COLUMNS = (
    ("mantel_haenszel", "alpha"),
    ("mantel_haenszel", "delta"),
    ("mantel_haenszel", "chi2"),
    ("mantel_haenszel", "p_value"),
    ("logistic", "chi2"),
    ("logistic", "p_value"),
    ("logistic", "p_non_uniform"),
    ("logistic", "r2_change"),
    ("standardisation", "difference"),
    ("mantel", "chi2"),
    ("mantel", "p_value"),
    ("mantel", "effect"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAnswer:
    """The comparisons of a file: every group beside the reference, with the persons of each."""

    group_by: str
    reference: str
    least: int
    persons: Mapping[str, int]
    compared: Mapping[str, Sequence[Difference]]

    def evidence(self, item: int) -> tuple[GroupEvidence, ...]:
        """Return what the verdict on an item needs."""
        return tuple(rows[item].evidence(f"{self.group_by} {name}") for name, rows in self.compared.items())


def compare(
    file: ResponseFile, keys: Sequence[int] | None, *, group_by: str, reference: str | None, least: int
) -> GroupAnswer:
    """Compare every group of a file with the reference group, the largest one where none is named."""
    from merit.assessment.domain.group_differences import FOCAL, NEITHER, REFERENCE, compare_groups

    counts = _counts(file)
    labels = np.repeat(np.array(file.groups), counts)
    sizes = Counter(label for label in labels.tolist() if label)
    if not 1 < len(sizes) <= MOST_GROUPS:
        raise InvalidInputError("responses-groups-count", group=group_by, count=len(sizes), most=MOST_GROUPS)
    first = max(sorted(sizes), key=lambda name: sizes[name]) if reference is None else reference
    if first not in sizes:
        raise InvalidInputError("responses-no-reference", group=group_by, reference=first)
    points = np.repeat(_points(file, keys), counts, axis=0)
    compared = {}
    for name in sorted(sizes):
        if name != first:
            side = np.select([labels == name, labels == first], [FOCAL, REFERENCE], NEITHER)
            compared[name] = compare_groups(points, side, least=least)
    return GroupAnswer(group_by=group_by, reference=first, least=least, persons=dict(sizes), compared=compared)


def _counts(file: ResponseFile) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    if file.weights is None:
        return np.ones(len(file.responses), dtype=np.int64)
    if (file.weights != np.rint(file.weights)).any() or (file.weights < 0).any():
        raise InvalidInputError("responses-weights-whole")
    return file.weights.astype(np.int64)


def _points(file: ResponseFile, keys: Sequence[int] | None) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return 1 for the key and 0 for other answers, or without a key the codes as points."""
    if keys is None:
        return file.responses
    right = (file.responses == np.array(keys)).astype(np.int64)
    return np.where(file.responses >= 0, right, -1)


def groups_json(found: GroupAnswer, items: Sequence[str]) -> dict[str, Any]:
    """Return the comparisons as JSON: null where a figure or a verdict is not there."""
    return {
        "column": found.group_by,
        "reference": found.reference,
        "least": found.least,
        "persons": dict(found.persons),
        "groups": [
            {"group": name, "items": [_row(row, items[row.item]) for row in rows]}
            for name, rows in found.compared.items()
        ],
        "problems": _problems(found, items),
    }


def _row(row: Difference, item: str) -> dict[str, Any]:
    figures: dict[str, dict[str, Any]] = {
        method: {"class": row.classes[method] or None}
        | {name: value if math.isfinite(value) else None for name, value in values.items()}
        for method, values in row.figures.items()
    }
    return {
        "item": item,
        "persons": row.persons,
        "reference_persons": row.reference_persons,
        **figures,
        "verdict": row.verdict,
        "eases": row.eases if row.verdict in {"B", "C"} else None,
        "crossing": row.is_crossing,
    }


def _problems(found: GroupAnswer, items: Sequence[str]) -> list[dict[str, Any]]:
    problems = []
    for name, rows in found.compared.items():
        small = [row.item for row in rows if min(row.persons, row.reference_persons) < found.least]
        if len(small) == len(rows):
            problems.append(_problem("dif-group-few", group=name, item=None, least=found.least))
        else:
            problems += [
                _problem("dif-group-few-item", group=name, item=items[place], least=found.least) for place in small
            ]
    return problems


def _problem(code: str, *, group: str, item: str | None, least: int) -> dict[str, Any]:
    return {
        "code": code,
        "item": item,
        "group": group,
        "message": phrase(code, group=group, item=item or "", least=least),
    }


def group_sheets(found: Mapping[str, Any]) -> list[Sheet]:
    """Return the sheet of the comparisons, a row per group and item."""
    headings = [_("Kelompok"), _("Butir"), _("Peserta"), _("Peserta acuan"), _("Kelas"), _("Lebih mudah")]
    headings += [_("Kelas regresi logistik"), _("Kelas standardisasi"), *(f"{one} {two}" for one, two in _COLUMNS)]
    rows = [
        [
            *(part["group"], row["item"], row["persons"], row["reference_persons"], row["verdict"], row["eases"]),
            *(row.get(method, {}).get("class") for method in ("logistic", "standardisation")),
            *(row.get(method, {}).get(name) for method, name in _COLUMNS),
        ]
        for part in found["groups"]
        for row in part["items"]
    ]
    problems = [(one["group"], one["item"], one["message"]) for one in found["problems"]]
    return [
        Sheet(name=_("Kelompok"), headings=headings, rows=rows),
        Sheet(name=_("Catatan kelompok"), headings=[_("Kelompok"), _("Butir"), _("Masalah")], rows=problems),
    ]


def group_lines(found: Mapping[str, Any]) -> list[str]:
    """Return the comparisons as lines: who was compared, and every item whose class is not A."""
    lines = []
    for part in found["groups"]:
        name = part["group"]
        lines.append(
            _(
                "%(column)s %(group)s (%(count)s) dibandingkan dengan %(reference)s (%(others)s):",
                column=found["column"],
                group=name,
                count=found["persons"][name],
                reference=found["reference"],
                others=found["persons"][found["reference"]],
            )
        )
        told = [row for row in part["items"] if row["verdict"] in {"B", "C"}]
        lines += [_line(row) for row in told]
        if not told and any(row["verdict"] for row in part["items"]):
            lines.append("  " + _("Tidak ada perbedaan yang berarti (semua kelas A)."))
    return [*lines, *(problem["message"] for problem in found["problems"])]


def _line(row: Mapping[str, Any]) -> str:
    direction = _("lebih mudah") if row["eases"] else _("lebih sulit")
    return f"  {row['item']:<20} {row['verdict']}   {direction}"
