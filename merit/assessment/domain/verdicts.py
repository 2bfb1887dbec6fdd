"""What the figures of an item mean, in words a writer can act on; pure rules, no figure is computed here."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

FEWEST_PERSONS = 30
TOO_EASY, TOO_HARD = 0.95, 0.10
WEAK, LOW = 0.10, 0.20
DEAD_SHARE = 0.02
CLOSE_RMSEA, ADEQUATE_RMSEA = 0.05, 0.089  # of M2 (Maydeu-Olivares & Joe 2014)
CLOSE_SRMSR, ADEQUATE_SRMSR = 0.05, 0.08


class Weight(StrEnum):
    """How much a verdict asks for."""

    ACT = "act"
    LOOK = "look"
    FINE = "fine"


class Action(StrEnum):
    """What a reader can do about it."""

    KEY = "key"
    REVISE = "revise"
    SUSPEND = "suspend"
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionEvidence:
    """One option: its share of the persons, and how choosing it goes with the rest of the test (correlation).

    ``is_best``: it earns more than half of the points.
    """

    name: str
    is_best: bool
    share: float
    correlation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEvidence:
    """How an item treats one group at equal ability: ETS class A, B or C; ``eases`` when it is easier for it.

    ``is_crossing``: easier at one end of ability and harder at the other.
    """

    group: str
    category: str
    eases: bool
    is_crossing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEvidence:
    """What is known of one item in one sitting; None where it could not be computed.

    ``shift``: how much easier (above 0) or harder its answers were than its parameters say, as a share of its points,
    where that is more than chance.
    """

    persons: int
    facility: float | None
    discrimination: float | None
    options: tuple[OptionEvidence, ...] = ()
    groups: tuple[GroupEvidence, ...] = ()
    is_misfit: bool = False
    is_drifting: bool = False
    shift: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One finding: a code with a sentence, what fills it, how much it asks for, and the action."""

    code: str
    weight: Weight
    action: Action = Action.NONE
    details: Mapping[str, Any] = field(default_factory=dict)


def judge(item: ItemEvidence) -> tuple[Verdict, ...]:
    """Return the verdicts on an item, the most pressing first; never none."""
    if item.persons < FEWEST_PERSONS:
        return (Verdict("verdict-few", Weight.LOOK, details={"count": item.persons, "least": FEWEST_PERSONS}),)
    found = [*_key_verdicts(item), *_power_verdicts(item), *_option_verdicts(item), *_group_verdicts(item)]
    if item.shift is not None:
        code = "verdict-answers-easier" if item.shift > 0 else "verdict-answers-harder"
        found.append(Verdict(code, Weight.ACT, Action.SUSPEND))
    if item.is_drifting:
        found.append(Verdict("verdict-drift", Weight.ACT, Action.SUSPEND))
    if item.is_misfit:
        found.append(Verdict("verdict-misfit", Weight.LOOK, Action.REVISE))
    if not found:
        return (Verdict("verdict-good", Weight.FINE),)
    return tuple(sorted(found, key=lambda verdict: list(Weight).index(verdict.weight)))


def judge_model(rmsea: float | None, srmsr: float | None, *, persons: float) -> Verdict:
    """Return what the fit of a whole calibration means, by its distance from the model and not by its p value.

    With many persons every model is refuted; RMSEA of M2 and SRMSR say how far the answers are from it
    (Maydeu-Olivares & Joe 2014). A correlation of ``persons``, those of one set of items, is off by 1 / sqrt(persons)
    even where the model holds; the SRMSR is judged without this part.
    """
    if rmsea is None or srmsr is None or not persons > 0:
        return Verdict("model-fit-unknown", Weight.LOOK)
    beyond_chance = math.sqrt(max(srmsr**2 - 1 / persons, 0.0))
    if rmsea <= CLOSE_RMSEA and beyond_chance <= CLOSE_SRMSR:
        return Verdict("model-fit-close", Weight.FINE)
    if rmsea <= ADEQUATE_RMSEA and beyond_chance <= ADEQUATE_SRMSR:
        return Verdict("model-fit-adequate", Weight.LOOK)
    return Verdict("model-fit-poor", Weight.ACT)


def _key_verdicts(item: ItemEvidence) -> Iterator[Verdict]:
    """Judge whether the key may be wrong: the able answer otherwise."""
    best = [option for option in item.options if option.is_best and math.isfinite(option.correlation)]
    sure = 2 / math.sqrt(item.persons)
    for option in item.options:
        rises = option.correlation > sure
        if option.is_best or not rises or not best:
            continue
        if option.correlation > max(one.correlation for one in best):
            yield Verdict("verdict-able-distractor", Weight.ACT, Action.KEY, {"option": option.name})
    if item.discrimination is not None and item.discrimination < -sure:
        yield Verdict("verdict-negative", Weight.ACT, Action.KEY)


def _power_verdicts(item: ItemEvidence) -> Iterator[Verdict]:
    if item.facility is not None and item.facility >= TOO_EASY:
        yield Verdict("verdict-too-easy", Weight.LOOK, Action.REVISE)
    if item.facility is not None and item.facility <= TOO_HARD:
        yield Verdict("verdict-too-hard", Weight.LOOK, Action.REVISE)
    power = item.discrimination
    if power is None or power < -2 / math.sqrt(item.persons):
        return
    if power < WEAK:
        yield Verdict("verdict-weak", Weight.ACT, Action.REVISE)
    elif power < LOW:
        yield Verdict("verdict-low", Weight.LOOK, Action.REVISE)


def _option_verdicts(item: ItemEvidence) -> Iterator[Verdict]:
    dead = [option.name for option in item.options if not option.is_best and option.share < DEAD_SHARE]
    if dead and item.facility is not None and item.facility < TOO_EASY:
        yield Verdict("verdict-dead-options", Weight.LOOK, Action.REVISE, {"options": ", ".join(dead)})


def _group_verdicts(item: ItemEvidence) -> Iterator[Verdict]:
    for group in item.groups:
        if group.is_crossing:
            yield Verdict("verdict-dif-crossing", Weight.LOOK, Action.REVISE, {"group": group.group})
        if group.category not in {"B", "C"}:
            continue
        size = "large" if group.category == "C" else "moderate"
        weight, action = (Weight.ACT, Action.SUSPEND) if size == "large" else (Weight.LOOK, Action.NONE)
        side = "easier" if group.eases else "harder"
        yield Verdict(f"verdict-dif-{size}-{side}", weight, action, {"group": group.group})
