"""How often an item may be used so that no more than a share of candidates see it: found by simulation at sealing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from merit.assessment.domain.adaptive_pool import Pool
from merit.assessment.psychometrics.simulation import exposure_probabilities
from merit.assessment.services.adaptive.engine import Engine, chance

PERSONS = 500  # simulated, from the population of the scale
_PLACES = 6


def is_roomy(size: int, most: int, share: float) -> bool:
    """Whether a pool can keep the bound: all candidates together need ``most`` items each."""
    return share >= 1 or share * size >= most


def with_exposure(pool: Pool, *, seed: str) -> Pool:
    """Return the pool with the probability that each item may be used for a candidate (Sympson & Hetter 1985).

    The simulated candidates meet the rows of the blueprint as real ones will; all of them advance together, which takes
    no shadow test per candidate.
    """
    most = float(pool.rules.exposure)
    if most >= 1:
        return pool
    engine, rng = Engine(pool), chance(seed, 0)
    thetas = rng.standard_normal(PERSONS)
    found = np.round(exposure_probabilities(engine.bank, engine.rules, thetas, most=most, rng=rng), _PLACES)
    items = tuple(replace(item, exposure=float(each)) for item, each in zip(pool.items, found, strict=True))
    return replace(pool, items=items)
