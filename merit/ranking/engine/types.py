"""Everything the engine takes and gives, as frozen data.

Integers that matter: a utility is ``U`` in millionths of a point (0 to 10**8), a weight is ``W`` in thousand-
millionths (Σ W = 10**9), a score is ``T = Σ W·U`` in units of 10**-15 points (0 to 10**17), all int64.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from merit.evidence import BoolArray, DateArray, FloatArray, IntArray, StrArray, Surplus
from merit.ranking.domain import GateKind, MissingRule, RuleStatus, Unit

ENGINE_VERSION = "merit-engine/1"
UTILITY_SCALE = 10**6
WEIGHT_SCALE = 10**9
SCORE_DIGITS = 15

SmallArray = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decree:
    """The PPK decree that adopted a local rule."""

    number: str
    date: dt.date
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRule:
    """One gate of the policy. ``params`` are checked and complete; ``title`` is the policy's own sentence."""

    id: str
    kind: GateKind
    params: Mapping[str, Any]
    citation: str
    status: RuleStatus
    title: str = ""
    decree: Decree | None = None

    @property
    def may_block(self) -> bool:
        """Whether FAIL and HOLD count: a confirmed rule, or a local one adopted by a decree."""
        return self.status is RuleStatus.CONFIRMED or (self.status is RuleStatus.LOCAL and self.decree is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One indicator that can fill a slot, with its own value function.

    ``x`` strictly increasing knots in the indicator's unit; ``y`` utilities 0-100, monotone. ``step`` is the
    smallest attainable change for counterfactuals, None meaning one competency level (JPM).
    """

    code: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    actionable: bool
    step: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One weighted place in the score; the first applicable of ``options`` fills it (the last is the slot's own).

    ``weight`` is the effective weight (pillar × indicator), ``weight_units`` the same times 10**9.
    ``neutral`` is the utility taken when no option applies; None where that cannot happen.
    """

    code: str
    pillar: str
    weight: Decimal
    weight_units: int
    options: tuple[Option, ...]
    missing: MissingRule
    neutral: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pillar:
    """A group of slots with its share of the score."""

    code: str
    title: str
    weight: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A parsed, valid policy document. ``document`` is its canonical JSON and ``sha256`` the hash of that alone."""

    code: str
    title: str
    tiers: tuple[str, ...]
    size: int
    precision: int
    surplus: Surplus
    internal_allowed: bool
    response_working_days: int
    gates: tuple[GateRule, ...]
    pillars: tuple[Pillar, ...]
    slots: tuple[Slot, ...]
    default_se: Mapping[str, Any]
    ties: tuple[int, ...]
    document: str
    sha256: str

    @property
    def weights(self) -> IntArray:
        """Effective weights in units of 10**-9, one per slot."""
        return np.array([slot.weight_units for slot in self.slots], dtype=np.int64)

    @property
    def indicator_codes(self) -> tuple[str, ...]:
        """Every indicator whose column the engine needs: options of slots and what gates read, without repeats."""
        codes = [option.code for slot in self.slots for option in slot.options]
        codes += [GATE_COLUMNS[gate.kind] for gate in self.gates if gate.kind in GATE_COLUMNS]
        return tuple(dict.fromkeys(codes))

    @property
    def missing_decrees(self) -> tuple[str, ...]:
        """Ids of local rules that wait for a decree and therefore do not block."""
        return tuple(g.id for g in self.gates if g.status is RuleStatus.LOCAL and g.decree is None)


GATE_COLUMNS = {GateKind.JPM_AT_LEAST: "competency.jpm", GateKind.LEARNING_DUTY: "learning.duty"}


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyTerms:
    """What the engine must know about a vacancy.

    ``tier`` and ``related_field`` (bidang) belong to its position, ``standard`` maps competency to required level,
    ``size`` is the announced number of names (None: the policy's).
    """

    code: str
    as_of: dt.date
    tier: str
    related_field: str = ""
    standard: Mapping[str, int] = field(default_factory=dict)
    inauguration: dt.date | None = None
    size: int | None = None
    pathway: str = "seleksi_internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateColumn:
    """One gate for n officials.

    ``outcome`` int8 of ``Outcome`` is what counts and is shown; ``verdict`` is what the rule says by itself
    (PASS, FAIL, HOLD or VERIFY), which differs where the rule may not block. ``ground`` int8 of ``Ground``.
    ``fact`` int64 in ``unit`` (percent and share in millionths, dates in days since 1970-01-01), valid where
    ``known``. ``threshold`` likewise, None where the rule has no number (then ``params`` say it).
    ``met_from``: the date from which time alone meets the rule, NaT otherwise. ``source``: id of the fact row.
    """

    rule: GateRule
    unit: Unit
    outcome: SmallArray
    verdict: SmallArray
    ground: SmallArray
    fact: IntArray
    known: BoolArray
    threshold: int | None
    met_from: DateArray
    source: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotColumns:
    """All slots for n officials, arrays of shape [n, m] in the policy's order of slots.

    ``option``: which option fills the slot. ``status``: of that option's value. ``value``, ``se`` in its unit
    (NaN where none), ``se_default``: the policy's default standard error was used. ``utility``: U that
    counts. ``best``: U the value could reach (DISPUTED, or missing under ``bounds``), else equal to
    ``utility``. ``held``: the slot keeps the official waiting. ``source``: evidence row. ``as_of``: its date.
    """

    option: SmallArray
    status: SmallArray
    value: FloatArray
    se: FloatArray
    se_default: BoolArray
    utility: IntArray
    best: IntArray
    held: BoolArray
    source: IntArray
    as_of: DateArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What can be said of each official alone: gates, slots and total, for one slice of officials."""

    officials: IntArray
    nip: StrArray
    gates: tuple[GateColumn, ...]
    slots: SlotColumns
    standing: SmallArray
    total: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The result. Arrays of length n are aligned to ``officials``.

    ``total``: T of everybody, meaningful where ``standing`` is RANKED. ``score``: T rounded half-even to the
    policy's precision, in units of the last digit. ``rank``: competition rank, 0 where not ranked. ``tied``:
    still equal after the policy's ties. ``order``: row numbers of the ranked, best first (tied ones by NIP).
    ``reference``: mean utility of the ranked per slot, int64[m] in U units, rounded half-even; zeros if nobody
    is ranked. ``flagged``: a value is disputed or missing under ``bounds``, so the score is an interval.
    """

    policy: Policy
    vacancy: VacancyTerms
    size: int
    officials: IntArray
    nip: StrArray
    gates: tuple[GateColumn, ...]
    slots: SlotColumns
    standing: SmallArray
    total: IntArray
    score: IntArray
    rank: IntArray
    tied: BoolArray
    order: IntArray
    reference: IntArray
    flagged: BoolArray

    def row_of(self, nip: str) -> int | None:
        """Return the row of an official, None when not considered."""
        found = np.flatnonzero(self.nip == nip)
        return int(found[0]) if found.size else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty:
    """How sure the order is. Arrays of length r are aligned to ``rows`` (= ``ranking.order``).

    ``score_low``/``score_high``: 0-100 points. ``rank_low``/``rank_high``: best and worst rank. ``p_top``:
    P(rank ≤ k), Σ = min(k, r). ``in_band``: indistinguishable at the cut. ``band``: (l, m) of RANKING 4.
    ``position``: 1-based place in the order by ``p_top``. ``sigma``: root mean square of S* - S, in points.
    """

    draws: int
    size: int
    rows: IntArray
    score_low: FloatArray
    score_high: FloatArray
    rank_low: IntArray
    rank_high: IntArray
    p_top: FloatArray
    in_band: BoolArray
    band: tuple[int, int]
    position: IntArray
    sigma: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One slot in an explanation of one official.

    ``points``, ``contribution``: exact decimal strings; ``shown_points``, ``shown_contribution``: rounded so that
    the parts sum to what is shown.
    """

    slot: int
    indicator: str
    pillar: str
    status: int
    value: float | None
    standard_error: float | None
    se_default: bool
    utility: str
    weight: str
    points: str
    contribution: str
    shown_points: str
    shown_contribution: str
    source: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPart:
    """What one slot adds to the difference A - B; ``flips_at`` is the weight at which the order would turn."""

    slot: int
    indicator: str
    difference: str
    shown: str
    weight: str
    flips_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Why A stands above B: parts sorted by size of the difference; ``tie_break`` names the deciding tie slot."""

    above: int
    below: int
    difference: str
    shown: str
    parts: tuple[PairPart, ...]
    tie_break: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One indicator from its present value to an attainable one."""

    indicator: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """What would have to change for ``rank``; ``gates`` are the ids of gates that would then be met as well."""

    changes: tuple[Change, ...]
    cost: float
    rank: int
    gates: tuple[str, ...]
