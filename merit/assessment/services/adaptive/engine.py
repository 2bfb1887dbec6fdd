"""Decisions of an adaptive part: what comes next, and everything it was decided on.

The same pool, the same seed and the same answers give the same decision for ever: a step can be made again from what is
stored, and a test goes on after any interruption where it stood.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from merit.assessment.domain.adaptive_pool import Answered, Pool
from merit.assessment.psychometrics.adaptive import Bank, Row, Rules, State, answered, begin
from merit.assessment.psychometrics.item_set import ItemSet
from merit.assessment.psychometrics.selection import Choice, Excluded, Reason, next_item

_IN, _OUT = "in", "out"
_KEPT = 64  # pools kept ready: building the curves of one takes longer than a choice
_ready: dict[str, Engine] = {}  # by digest, the one used last at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The next item, or None where the part ends, and everything it was decided on."""

    version_id: int | None
    code: str
    theta: float
    error: float
    information: float | None
    details: dict[str, Any]


class Engine:
    """A pool made ready to choose from."""

    def __init__(self, pool: Pool) -> None:
        """Compute nothing yet."""
        self.pool = pool

    @cached_property
    def bank(self) -> Bank:
        """The items as the engine takes them."""
        content = {
            str(row): [_IN if row in item.rows else _OUT for item in self.pool.items]
            for row in range(len(self.pool.rows))
        }
        bounded = any(item.exposure < 1 for item in self.pool.items)
        return Bank(
            items=ItemSet.of(item.parameters for item in self.pool.items),
            content=content,
            enemies=[
                {self.pool.places[one], self.pool.places[two]}
                for one, two in self.pool.enemies
                if one in self.pool.places and two in self.pool.places
            ],
            exposure=np.array([item.exposure for item in self.pool.items]) if bounded else None,
        )

    @cached_property
    def rules(self) -> Rules:
        """The rules as the engine takes them."""
        rules = self.pool.rules
        certainty = None if rules.certainty is None or self.pool.cuts is None else float(rules.certainty)
        return Rules(
            longest=rules.most,
            shortest=rules.least,
            standard_error=None if rules.precision is None else float(rules.precision),
            cuts=self.pool.cuts or (),
            certainty=certainty,
            blueprint=tuple(Row(str(row), _IN, least, rules.most) for row, least in enumerate(self.pool.rows)),
            randomesque=(rules.first_among, rules.among),
        )


def decide(pool: Pool, answers: Sequence[Answered], *, seed: str) -> Decision:
    """Return what comes after these answers; ``seed`` is that of the candidate's part."""
    engine = engine_of(pool)
    choice = next_item(
        state_after(engine, answers, seed=seed), engine.bank, engine.rules, rng=chance(seed, len(answers) + 1)
    )
    reason = choice.reason
    return Decision(
        version_id=None if choice.item is None else pool.items[choice.item].version_id,
        code=str(reason.code),
        theta=reason.theta,
        error=reason.standard_error,
        information=None if choice.item is None else choice.information,
        details=_details(pool, choice, answers),
    )


def state_after(engine: Engine, answers: Sequence[Answered], *, seed: str) -> State:
    """Return the engine's state after these answers; the ability follows from all of them at once."""
    state = begin(engine.bank, engine.rules, rng=chance(seed, 0))
    if not answers:
        return state
    places = [engine.pool.places[one.version_id] for one in answers]
    categories = [one.category for one in answers]
    before = replace(state, given=tuple(places[:-1]), responses=tuple(categories[:-1]))
    return answered(before, engine.bank, engine.rules, item=places[-1], response=categories[-1])


def engine_of(pool: Pool) -> Engine:
    """Return a pool ready to choose from; those used last are kept ready."""
    engine = _ready.pop(pool.sha256, None) or Engine(pool)
    _ready[pool.sha256] = engine
    while len(_ready) > _KEPT:
        _ready.pop(next(iter(_ready)), None)
    return engine


def chance(seed: str, number: int) -> np.random.Generator:
    """Return the stream of chance of one step; the same for ever."""
    digest = hashlib.sha256(f"{seed}/{number}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


def _details(pool: Pool, choice: Choice, answers: Sequence[Answered]) -> dict[str, Any]:
    reason = choice.reason
    return {
        "place": reason.place,
        "basis": [[one.position, one.version_id, one.category] for one in answers],
        "candidates": [[_version(pool, one.item), one.information] for one in reason.candidates],
        "draw": reason.draw,
        "passed_over": [_passed(pool, one) for one in reason.passed_over],
        "exposure_lifted": reason.exposure_lifted,
        "shortages": [[None if one.row is None else int(one.row.dimension), one.lacking] for one in reason.shortages],
        **_decided(reason),
    }


def _decided(reason: Reason) -> dict[str, Any]:
    return {} if reason.level is None else {"level": reason.level, "probability": reason.probability}


def _passed(pool: Pool, one: Excluded) -> dict[str, Any]:
    return {
        "version": _version(pool, one.item),
        "information": one.information,
        "code": str(one.code),
        "enemy": None if one.enemy is None else _version(pool, one.enemy),
        "row": None if one.row is None else int(one.row.dimension),
    }


def _version(pool: Pool, place: int) -> int:
    return pool.items[place].version_id
