"""Analyse the items of a scored sitting: figures, groups, verdicts.

A scoring never changes, so what was computed is kept for a while.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from merit.assessment.domain.answer_checks import ItemCheck
from merit.assessment.domain.calibration_data import Flag
from merit.assessment.domain.item_analysis import (
    OptionFigures,
    Reliability,
    SittingPoints,
    group_figures,
    option_figures,
    reliability,
)
from merit.assessment.domain.item_statistics import discriminations, facilities
from merit.assessment.domain.items import ChoiceInteraction, InlineChoiceInteraction, ItemKey, MapKey, MatchKey
from merit.assessment.domain.measurement import calibration_of
from merit.assessment.domain.verdicts import ItemEvidence, OptionEvidence, Verdict, judge
from merit.assessment.psychometrics import ItemSet, marginal_reliability, score
from merit.assessment.queries.adaptive import is_adaptive
from merit.assessment.queries.analysis import flags_in_force, load_answers, load_groups, load_points
from merit.assessment.queries.calibrations import StoredParameters, parameters_in_force
from merit.assessment.queries.items import LoadedVersion, load_versions
from merit.assessment.services.answer_checks import check_answers
from merit.db import get_database
from merit.evidence import FloatArray

_KEPT_SITTINGS = 6
_BANDS = 10
REACH, STEP = 4.0, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFigures:
    """One item in one sitting; ``options`` are named by their places when its answers are choices.

    ``check``: in an adaptive sitting, its answers beside what its parameters let expect of the persons who got it.
    """

    version_id: int
    evidence: ItemEvidence
    options: tuple[OptionFigures, ...]
    verdicts: tuple[Verdict, ...]
    check: ItemCheck | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingFigures:
    """A whole sitting: reliability of the test and the figures of every item.

    ``is_adaptive``: items met the persons they suit, so facility, discrimination, distractors and groups, which all
    compare persons by their points, say nothing and are left out.
    """

    reliability: Reliability | None
    items: Mapping[int, ItemFigures]
    is_adaptive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalePrecision:
    """How precisely the calibrated items of one scale measure: their information over theta; the error is its root."""

    scale: str
    items: int
    theta: tuple[float, ...]
    information: tuple[float, ...]
    reliability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveFigures:
    """An item on its scale: expected share of the points and information over theta, and what was observed.

    ``observed`` are (theta, share of the points, persons) of persons of like ability.
    """

    stored: StoredParameters
    theta: tuple[float, ...]
    expected: tuple[float, ...]
    information: tuple[float, ...]
    observed: tuple[tuple[float, float, int], ...]


_kept: OrderedDict[tuple[str, ...], tuple[SittingPoints, SittingFigures]] = OrderedDict()
_lock = threading.Lock()


def analyse_sitting(
    session: Session, *, sitting_id: int, score_version_id: int, sha256: str
) -> tuple[SittingPoints, SittingFigures]:
    """Return points and figures of a scored sitting."""
    test_versions = load_points(session, score_version_id)
    flags = flags_in_force(session, [int(version) for version in test_versions.versions])
    chosen = is_adaptive(session, sitting_id)
    standing = repr(sorted(_calibrations(session, test_versions))) if chosen else ""
    name = (get_database().settings.database_url, str(score_version_id), sha256, repr(sorted(flags.items())), standing)
    with _lock:
        if name in _kept:
            _kept.move_to_end(name)
            return _kept[name]
    if chosen:
        found = (test_versions, _analyse_adaptive(session, score_version_id, test_versions, flags))
    else:
        found = (test_versions, _analyse(session, sitting_id, test_versions, flags))
    with _lock:
        _kept[name] = found
        while len(_kept) > _KEPT_SITTINGS:
            _kept.popitem(last=False)
    return found


def _analyse(
    session: Session, sitting_id: int, test: SittingPoints, flags: Mapping[int, frozenset[str]]
) -> SittingFigures:
    ids = [int(version) for version in test.versions]
    versions = load_versions(session, ids)
    answers = load_answers(session, sitting_id)
    groups = group_figures(test, load_groups(session, sitting_id).codes(test.persons))
    easy, power = facilities(test.shares), discriminations(test.shares)
    items = {}
    for column, version_id in enumerate(ids):
        seen = np.isfinite(test.points[:, column])
        people = test.persons[seen].tolist()
        given = answers.get(version_id, {})
        options: tuple[OptionFigures, ...] = ()
        if _is_choice(versions[version_id]):
            options = option_figures([given.get(person, ()) for person in people], test.rest(column)[seen])
        own = flags.get(version_id, frozenset())
        evidence = ItemEvidence(
            persons=int(seen.sum()),
            facility=easy[column],
            discrimination=power[column],
            options=_evidence(versions[version_id], options),
            groups=groups.get(version_id, ()),
            is_misfit=Flag.MISFIT.value in own,
            is_drifting=Flag.DRIFT.value in own,
        )
        items[version_id] = ItemFigures(
            version_id=version_id, evidence=evidence, options=options, verdicts=judge(evidence)
        )
    return SittingFigures(reliability=reliability(test), items=items)


def _calibrations(session: Session, test: SittingPoints) -> set[tuple[str, int]]:
    """Return the scales of a sitting's items with their calibrations in force."""
    known = parameters_in_force(session, [int(version) for version in test.versions])
    return {(stored.scale, stored.calibration_id) for stored in known.values()}


def _analyse_adaptive(
    session: Session, score_version_id: int, test: SittingPoints, flags: Mapping[int, frozenset[str]]
) -> SittingFigures:
    checks = {}
    for scale, _calibration in sorted(_calibrations(session, test)):
        found = check_answers(session, score_version_id, scale)
        checks.update({one.version_id: one for one in found.items} if found else {})
    items = {}
    for column, version_id in enumerate(test.versions.tolist()):
        own, check = flags.get(version_id, frozenset()), checks.get(version_id)
        evidence = ItemEvidence(
            persons=int(np.isfinite(test.points[:, column]).sum()),
            facility=None,
            discrimination=None,
            is_misfit=Flag.MISFIT.value in own,
            is_drifting=Flag.DRIFT.value in own,
            shift=check.gap if check is not None and check.is_alarm else None,
        )
        items[version_id] = ItemFigures(
            version_id=version_id, evidence=evidence, options=(), verdicts=judge(evidence), check=check
        )
    return SittingFigures(reliability=None, items=items, is_adaptive=True)


def _is_choice(version: LoadedVersion) -> bool:
    interactions = version.content.interactions
    return len(interactions) == 1 and isinstance(interactions[0], ChoiceInteraction | InlineChoiceInteraction)


def best_values(key: ItemKey) -> frozenset[str]:
    """Return the options that earn more than half of the points; empty where the key does not say it by option."""
    rules = list(key.responses.values())
    if len(rules) != 1:
        return frozenset()
    rule = rules[0]
    if isinstance(rule, MatchKey):
        return frozenset(rule.correct)
    if isinstance(rule, MapKey) and rule.entries:
        most = max(entry.points for entry in rule.entries)
        return frozenset(entry.value for entry in rule.entries if entry.points * 2 > most)
    return frozenset()


def _evidence(version: LoadedVersion, options: Sequence[OptionFigures]) -> tuple[OptionEvidence, ...]:
    """Return the options for the verdict, those nobody chose included."""
    best = best_values(version.key)
    if not options or not best:
        return ()
    shares = {option.value: option for option in options}
    interaction = version.content.interactions[0]
    names = [choice.id for choice in getattr(interaction, "choices", ())]
    return tuple(
        OptionEvidence(
            name=name,
            is_best=name in best,
            share=shares[name].share if name in shares else 0.0,
            correlation=shares[name].correlation if name in shares else float("nan"),
        )
        for name in names
    )


def sitting_precision(session: Session, test: SittingPoints) -> list[ScalePrecision]:
    """Return the test information of the calibrated items of a sitting, scale by scale."""
    known = parameters_in_force(session, [int(version) for version in test.versions])
    grid = np.arange(-REACH, REACH + STEP / 2, STEP)
    found = []
    for scale in sorted({stored.scale for stored in known.values()}):
        own = [stored.parameters for stored in known.values() if stored.scale == scale]
        found.append(
            ScalePrecision(
                scale=scale,
                items=len(own),
                theta=tuple(grid.tolist()),
                information=tuple(ItemSet.of(own).information(grid).sum(axis=0).tolist()),
                reliability=marginal_reliability(calibration_of(own)),
            )
        )
    return found


def curve_figures(session: Session, test: SittingPoints, version_id: int) -> CurveFigures | None:
    """Return an item on its scale with what its persons did; None without parameters in force."""
    known = parameters_in_force(session, [int(version) for version in test.versions])
    if version_id not in known:
        return None
    own = known[version_id]
    together = [version for version, stored in known.items() if stored.scale == own.scale]
    columns = {int(version): column for column, version in enumerate(test.versions)}
    responses = np.stack([_categories(test.points[:, columns[one]], known[one]) for one in together], axis=1)
    theta = score(responses, calibration_of([known[one].parameters for one in together]), "eap").theta
    grid = np.arange(-REACH, REACH + STEP / 2, STEP)
    curve = ItemSet.of([own.parameters])
    steps = np.array([float(step) for step in own.steps])
    expected = curve.probabilities(grid)[0, :, : len(steps)] @ steps / steps[-1]
    return CurveFigures(
        stored=own,
        theta=tuple(grid.tolist()),
        expected=tuple(expected.tolist()),
        information=tuple(curve.information(grid)[0].tolist()),
        observed=_observed(theta, test.points[:, columns[version_id]] / steps[-1]),
    )


def _categories(points: FloatArray, stored: StoredParameters) -> FloatArray:
    steps = np.array([float(step) for step in stored.steps])
    ranks = np.maximum(np.searchsorted(steps, points + 1e-9, side="right") - 1, 0)
    found: FloatArray = np.where(np.isfinite(points), ranks, -1)
    return found


def _observed(theta: FloatArray, shares: FloatArray) -> tuple[tuple[float, float, int], ...]:
    """Return mean ability and mean share of ten bands of persons with equally many each."""
    known = np.flatnonzero(np.isfinite(theta) & np.isfinite(shares))
    if len(known) < _BANDS * 2:
        return ()
    ordered = known[np.argsort(theta[known], kind="stable")]
    return tuple(
        (float(theta[band].mean()), float(shares[band].mean()), len(band)) for band in np.array_split(ordered, _BANDS)
    )
