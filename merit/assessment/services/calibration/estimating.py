"""Estimate items from gathered answers and move them onto the scale; numbers only, nothing is read or stored."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from merit.assessment.domain.calibration_data import (
    FEWEST_ITEMS,
    FEWEST_PERSONS,
    Flag,
    LeftOut,
    Selection,
    find_islands,
)
from merit.assessment.domain.scale import ItemParameters, Link, can_share_scale
from merit.assessment.psychometrics import Calibration, UnusableResponsesError, calibrate
from merit.assessment.psychometrics.maximisation import LARGEST_SLOPE
from merit.assessment.queries.calibrations import ParameterErrors, StoredParameters
from merit.assessment.services.calibration.fitting import Fit, WholeFit, fit_items, fit_whole
from merit.assessment.services.calibration.gathering import AUTO, FIXED, Gathered
from merit.assessment.services.calibration.linking import Drift, Linked, link_onto, usable_anchors
from merit.errors import RuleViolationError
from merit.evidence import IntArray

FARTHEST_DIFFICULTY = 4.0
Tell = Callable[[int, str], None]
STAGES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatedItem:
    """One item as the calibration will keep it; ``own`` is the estimate before linking, None for a carried one."""

    version_id: int
    origin: str
    is_anchor: bool
    parameters: ItemParameters
    steps: tuple[Decimal, ...]
    own: ItemParameters | None
    errors: ParameterErrors
    fit: Fit | None
    drift: Drift | None
    persons: int
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an estimation found; ``problems`` are ``{code, version_id}``, ``whole`` is the fit before linking."""

    model: str
    items: tuple[EstimatedItem, ...]
    selection: Selection
    log_likelihood: float
    iterations: int
    converged: bool
    link: Linked | None
    problems: tuple[Mapping[str, Any], ...]
    whole: WholeFit


@dataclass(slots=True)
class _Work:
    """What one run holds on its way."""

    gathered: Gathered
    selection: Selection
    model: str
    anchors: Mapping[int, StoredParameters]
    problems: list[dict[str, Any]] = field(default_factory=list)


def estimate(gathered: Gathered, tell: Tell = lambda _stage, _what: None) -> Outcome:
    """Estimate, leave out what cannot be used, link, and compare with the scale so far.

    Raises
    ------
    RuleViolationError
        Too few persons or items, a model that does not fit the answers or the scale, too few anchors, or fixed
        anchors without a new item.

    """
    work = _prepare(gathered)
    tell(0, "estimate")
    found = _estimate(work)
    while bad := _unusable(work.selection, found):  # what one of them hid may show without it
        work.selection = work.selection.without(bad)
        _require_enough(work.selection)
        work.anchors = {version: each for version, each in work.anchors.items() if version not in bad}
        found = _estimate(work)
    tell(1, "fit")
    fits = fit_items(work.selection.responses, found, _groups(work))
    whole = fit_whole(work.selection.responses, found, groups=_groups(work))
    tell(2, "link")
    own = _own_parameters(work.selection, found)
    linked = None
    if gathered.scale and gathered.plan.link != FIXED:
        linked, problems = link_onto(own, work.anchors, gathered.scale)
        work.problems += problems
    tell(3, "compare")
    return _outcome(work, found, fits, own, linked, whole=whole)


def _prepare(gathered: Gathered) -> _Work:
    selection = gathered.selection
    _require_enough(selection)
    model = gathered.plan.model
    if model == AUTO:
        model = "2pl" if all(len(steps) == 2 for steps in selection.steps) else "gpcm"  # noqa: PLR2004 -- binary
    for stored in gathered.scale.values():
        if not can_share_scale(stored.parameters.model, model):
            raise RuleViolationError("calibration-model-scale", model=model, scale=stored.parameters.model)
    anchors = usable_anchors(selection, gathered.scale, gathered.released_ids) if gathered.scale else {}
    work = _Work(gathered, selection, model, anchors)
    if find_islands(selection) > 1:
        if not anchors:
            work.problems.append({"code": "calibration-islands"})
        elif gathered.plan.link != FIXED or not _reaches_all(selection, anchors):
            raise RuleViolationError("calibration-islands-anchors")
    return work


def _reaches_all(selection: Selection, anchors: Collection[int]) -> bool:
    """Whether every sitting gave an anchor, so that known parameters tie those without a common item together."""
    columns = [column for column, version in enumerate(selection.versions) if version in anchors]
    given = selection.responses[:, columns] >= 0
    return all(given[selection.groups == place].any() for place in range(len(selection.sources)))


def _require_enough(selection: Selection) -> None:
    if len(selection.responses) < FEWEST_PERSONS:
        raise RuleViolationError("calibration-few-persons", count=len(selection.responses), least=FEWEST_PERSONS)
    if len(selection.versions) < FEWEST_ITEMS:
        raise RuleViolationError("calibration-few-items", count=len(selection.versions), least=FEWEST_ITEMS)


def _estimate(work: _Work) -> Calibration:
    selection = work.selection
    fixed = None
    if work.gathered.scale and work.gathered.plan.link == FIXED:
        columns = {version: column for column, version in enumerate(selection.versions)}
        fixed = {columns[version]: stored.parameters for version, stored in work.anchors.items()}
        if len(fixed) == len(columns):
            raise RuleViolationError("calibration-nothing-new")
    try:
        return calibrate(selection.responses, work.model, fixed=fixed, groups=_groups(work))
    except UnusableResponsesError as error:
        raise RuleViolationError(error.code, file=work.gathered.plan.competency) from error


def _groups(work: _Work) -> IntArray | None:
    """Return the sitting of each person where items or fixed anchors join the sittings: abilities may then differ."""
    selection = work.selection
    is_joined = find_islands(selection) == 1 or bool(work.anchors)
    return selection.groups if len(selection.sources) > 1 and is_joined else None


def _unusable(selection: Selection, found: Calibration) -> dict[int, str]:
    """Return the item versions without a usable slope: the able answer them worse, or they separate people fully."""
    reasons: dict[int, str] = {}
    for version, slope in zip(selection.versions, found.discrimination.tolist(), strict=True):
        if not math.isfinite(slope) or abs(slope) >= LARGEST_SLOPE:
            reasons[version] = LeftOut.LIMIT.value
        elif slope <= 0:
            reasons[version] = LeftOut.NEGATIVE.value
    return reasons


def _own_parameters(selection: Selection, found: Calibration) -> dict[int, tuple[ItemParameters, ParameterErrors]]:
    own = {}
    errors = found.standard_errors
    for column, version in enumerate(selection.versions):
        steps = slice(0, len(selection.steps[column]) - 1)
        spread = [math.nan] if errors is None else errors.thresholds[column, steps].tolist()
        slope_error = math.nan if errors is None else float(errors.discrimination[column])
        own[version] = (
            ItemParameters(
                found.model,
                float(found.discrimination[column]),
                tuple(found.thresholds[column, steps].tolist()),
                float(found.guessing[column]),
            ),
            ParameterErrors(discrimination=slope_error, thresholds=tuple(spread)),
        )
    return own


def _outcome(
    work: _Work,
    found: Calibration,
    fits: Sequence[Fit | None],
    own: Mapping[int, tuple[ItemParameters, ParameterErrors]],
    linked: Linked | None,
    *,
    whole: WholeFit,
) -> Outcome:
    gathered, selection = work.gathered, work.selection
    link = Link() if linked is None else linked.link
    is_fixed = bool(gathered.scale) and gathered.plan.link == FIXED
    answers = selection.answers
    problems = [*work.problems, *(_problem(problem, selection) for problem in found.problems)]
    contradicted = {each["version_id"] for each in problems if each["code"] == "anchor-contradicted"}
    items = [
        _item(
            work,
            column,
            own=own[version],
            link=link,
            fit=fits[column],
            drift=_drift_of(version, linked, contradicted),
            persons=int(answers[column]),
            is_fixed=is_fixed and version in work.anchors,
        )
        for column, version in enumerate(selection.versions)
    ]
    items += [_carried(stored) for version, stored in gathered.scale.items() if version not in own]
    return Outcome(
        model=found.model,
        items=tuple(items),
        selection=selection,
        log_likelihood=found.log_likelihood,
        iterations=found.iterations,
        converged=found.converged,
        link=linked,
        problems=tuple(problems),
        whole=whole,
    )


def _problem(problem: Any, selection: Selection) -> dict[str, Any]:
    told: dict[str, Any] = {"code": problem.code}
    if problem.item is not None:
        told["version_id"] = selection.versions[problem.item]
    return told


def _item(
    work: _Work,
    column: int,
    *,
    own: tuple[ItemParameters, ParameterErrors],
    link: Link,
    fit: Fit | None,
    drift: Drift | None,
    persons: int,
    is_fixed: bool,
) -> EstimatedItem:
    version = work.selection.versions[column]
    parameters, errors = own
    if is_fixed:
        stored = work.anchors[version]
        placed, spread = stored.parameters, stored.errors
    else:
        placed = link.apply(parameters)
        spread = ParameterErrors(
            discrimination=errors.discrimination / link.slope,
            thresholds=tuple(link.slope * error for error in errors.thresholds),
        )
    flags = {
        Flag.MERGED: version in work.selection.merged,
        Flag.WEAK: placed.is_weak,
        Flag.EXTREME: abs(placed.difficulty) > FARTHEST_DIFFICULTY,
        Flag.MISFIT: fit is not None and fit.is_misfit,
        Flag.DRIFT: drift is not None and drift.is_alarm,
    }
    return EstimatedItem(
        version_id=version,
        origin="fixed" if is_fixed else "estimated",
        is_anchor=version in work.anchors,
        parameters=placed,
        steps=work.selection.steps[column],
        own=parameters,
        errors=spread,
        fit=fit,
        drift=drift,
        persons=persons,
        flags=tuple(flag.value for flag, holds in flags.items() if holds),
    )


def _drift_of(version: int, linked: Linked | None, contradicted: Collection[int]) -> Drift | None:
    """Return how far an item moved; with fixed anchors only that its answers contradict its parameters."""
    if linked is not None:
        return linked.drift.get(version)
    if version not in contradicted:
        return None
    return Drift(displacement=math.nan, robust_z=None, distance=None, error_z=None, is_alarm=True)


def _carried(stored: StoredParameters) -> EstimatedItem:
    return EstimatedItem(
        version_id=stored.version_id,
        origin="carried",
        is_anchor=False,
        parameters=stored.parameters,
        steps=stored.steps,
        own=None,
        errors=stored.errors,
        fit=None,
        drift=None,
        persons=stored.persons,
        flags=(),
    )
