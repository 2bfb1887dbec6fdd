"""An adaptive part as it is frozen at sealing: its items, their parameters, its rules; pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from merit.assessment.domain.adaptive import AdaptiveRules
from merit.assessment.domain.categories import category_of
from merit.assessment.domain.scale import ItemParameters


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolItem:
    """One item of a pool: parameters on the scale, the points that begin its categories, the rows it serves."""

    version_id: int
    code: str
    level: int | None
    parameters: ItemParameters
    steps: tuple[Decimal, ...]
    rows: tuple[int, ...]
    calibration_id: int
    exposure: float = 1.0

    def category(self, points: Decimal | None) -> int:
        """Return the score category of some points; nothing answered is the lowest."""
        return 0 if points is None else category_of(points, self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answered place of a part: the item version and the category its answer reached."""

    position: int
    version_id: int
    category: int


@dataclass(frozen=True, kw_only=True)
class Pool:
    """What an adaptive part chooses from; ``rows`` are least counts of its demands, ``enemies`` pairs of versions."""

    section: int
    rules: AdaptiveRules
    rows: tuple[int, ...]
    items: tuple[PoolItem, ...]
    cuts: tuple[float, ...] | None = None
    enemies: tuple[tuple[int, int], ...] = ()

    @property
    def competency(self) -> str:
        """The competency the part measures."""
        return self.rules.competency

    @cached_property
    def places(self) -> dict[int, int]:
        """Place of each version in the bank."""
        return {item.version_id: place for place, item in enumerate(self.items)}

    @cached_property
    def sha256(self) -> str:
        """Digest of everything a decision depends on."""
        lines = [
            [self.section, self.rules.model_dump(mode="json"), self.rows, self.cuts, self.enemies],
            *([one.version_id, one.rows, one.exposure, *_plain(one)] for one in self.items),
        ]
        return hashlib.sha256(json.dumps(lines, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _plain(item: PoolItem) -> tuple[Any, ...]:
    own = item.parameters
    return (own.model, own.discrimination, own.thresholds, own.guessing, [str(step) for step in item.steps])
