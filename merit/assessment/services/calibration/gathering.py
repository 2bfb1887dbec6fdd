"""Gather what a calibration reads: answers of chosen sittings, categories by key, the scale so far."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from merit.assessment.domain.calibration_data import FEWEST_PER_ITEM, Selection, select_answers
from merit.assessment.domain.categories import steps_of
from merit.assessment.queries.calibration_answers import SourceRow, list_sources, load_cells
from merit.assessment.queries.calibrations import StoredParameters, find_in_force, scale_in_force
from merit.assessment.queries.items import load_versions
from merit.errors import InvalidInputError

AUTO = "auto"
SEPARATE, FIXED = "separate", "fixed"
MODELS = (AUTO, "1pl", "2pl", "3pl", "grm", "gpcm", "pcm")
LINKS = (SEPARATE, FIXED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPlan:
    """What somebody asks for.

    ``link`` is how a later calibration reaches the scale: ``separate`` estimates freely and moves the outcome by
    Stocking and Lord's line over the anchors, ``fixed`` keeps the anchors' parameters. ``released`` are item codes
    that must not be anchors.
    """

    competency: str
    sittings: tuple[str, ...]
    model: str = AUTO
    link: str = SEPARATE
    released: tuple[str, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> CalibrationPlan:
        """Return the plan a document holds; other entries are ignored."""
        return cls(
            competency=document["competency"],
            sittings=tuple(document["sittings"]),
            model=document["model"],
            link=document["link"],
            released=tuple(document["released"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything an estimation needs, read once; ``inputs_sha256`` is that of answers, scale and plan."""

    plan: CalibrationPlan
    sources: Sequence[SourceRow]
    selection: Selection
    codes: Mapping[int, str]
    scale: Mapping[int, StoredParameters]
    previous_id: int | None
    inputs_sha256: str

    @property
    def released_ids(self) -> frozenset[int]:
        """Item versions that must not be anchors."""
        return frozenset(version for version, code in self.codes.items() if code in self.plan.released)


def gather(session: Session, plan: CalibrationPlan) -> Gathered:
    """Read the answers of the plan's sittings to the items of its competency.

    Raises
    ------
    InvalidInputError
        No sitting chosen, one without answers to this competency, or a model or link that does not exist.

    """
    sources = check_plan(plan, list_sources(session, plan.competency))
    cells = load_cells(session, [source.score_version_id for source in sources], plan.competency)
    versions = load_versions(session, {int(version) for version in cells.versions})
    scale = scale_in_force(session, plan.competency)
    previous = find_in_force(session, plan.competency)
    selection = select_answers(
        cells,
        {version_id: steps_of(version.content, version.key) for version_id, version in versions.items()},
        known={version_id: stored.steps for version_id, stored in scale.items()},
    )
    return Gathered(
        plan=plan,
        sources=sources,
        selection=selection,
        codes={version_id: version.code for version_id, version in versions.items()},
        scale=scale,
        previous_id=None if previous is None else previous.id,
        inputs_sha256=_digest(plan, sources, "" if previous is None else previous.sha256),
    )


def check_plan(plan: CalibrationPlan, known: Collection[SourceRow]) -> list[SourceRow]:
    """Return the plan's sittings in the order of their scorings; refuse a plan that cannot be carried out."""
    if not plan.sittings:
        raise InvalidInputError("calibration-no-source")
    if plan.model not in MODELS or plan.link not in LINKS:
        raise InvalidInputError("calibration-unknown-method")
    by_code = {source.code: source for source in known}
    missing = [code for code in plan.sittings if code not in by_code]
    if missing:
        raise InvalidInputError("calibration-source-unknown", sitting=missing[0], competency=plan.competency)
    small = [code for code in plan.sittings if by_code[code].persons < FEWEST_PER_ITEM]
    if small:
        raise InvalidInputError(
            "calibration-source-few", sitting=small[0], count=by_code[small[0]].persons, least=FEWEST_PER_ITEM
        )
    return sorted((by_code[code] for code in set(plan.sittings)), key=lambda source: source.score_version_id)


def _digest(plan: CalibrationPlan, sources: Collection[SourceRow], scale: str) -> str:
    """Return the SHA-256 of the plan, the scorings' own digests and the scale linked onto."""
    tree = {"plan": plan.to_document(), "sources": [source.sha256 for source in sources], "scale": scale}
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
