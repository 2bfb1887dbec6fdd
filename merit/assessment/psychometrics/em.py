"""The EM algorithm of Bock & Aitkin (1981) over items and populations, accelerated by SQUAREM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from merit.assessment.psychometrics.anchors import KnownItem, known_parameters
from merit.assessment.psychometrics.data import FloatArray, ResponseData
from merit.assessment.psychometrics.expectation import Block, Expected, blocks_of, expect
from merit.assessment.psychometrics.latent import Populations
from merit.assessment.psychometrics.maximisation import LARGEST_SLOPE, GuessPrior, maximise
from merit.assessment.psychometrics.models import ResponseModel, is_proper, start_values

LONGEST_LEAP = 64.0
SETTLING_STEPS = 12
LATENT_LIMIT = 8.0
UNSETTLED = 1e-3  # change of a step by which an item is named that did not converge
CLOSE = 1e-4  # change of a step from which the metric stays as it is


@dataclass(frozen=True, slots=True)
class State:
    """The parameters of every block of items, and the populations."""

    blocks: list[FloatArray]
    populations: Populations

    @property
    def parts(self) -> list[FloatArray]:
        """All numbers the algorithm moves."""
        return [*self.blocks, self.populations.values]

    def with_parts(self, parts: Sequence[FloatArray]) -> State:
        """Return the state with other numbers."""
        return State(list(parts[:-1]), replace(self.populations, values=parts[-1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Data, model and what is known beforehand."""

    data: ResponseData
    model: ResponseModel
    theta: FloatArray
    blocks: list[Block]
    anchors: Mapping[int, KnownItem]
    prior: GuessPrior | None

    @classmethod
    def of(
        cls,
        data: ResponseData,
        model: ResponseModel,
        theta: FloatArray,
        anchors: Mapping[int, KnownItem],
        prior: GuessPrior | None,
    ) -> Fit:
        """Return the fit of all items that can be calibrated."""
        blocks = blocks_of(data, anchors)
        return cls(data=data, model=model, theta=theta, blocks=blocks, anchors=anchors, prior=prior)

    def run(self, most: int, tolerance: float) -> tuple[State, int, bool]:
        """Return the estimates, the number of EM steps, and whether they converged (SQUAREM S3)."""
        now = self._start()
        steps, expands = 0, not self.anchors
        while steps < most:
            before, first = self._step(now, expands=expands)
            after, second = self._step(first, expands=expands)
            steps += 2
            distance = _distance(first, second)
            if distance < tolerance and not expands:
                return second, steps, True
            if distance < CLOSE:
                expands = False
            now = self._extrapolated(now, first, second, max(before, after), expands=expands)
            steps += 1
        return now, steps, False

    def expect(self, state: State) -> Expected:
        """Run the E-step."""
        curves = [self.model.probabilities(block, self.theta) for block in state.blocks]
        return expect(self.data, self.blocks, curves, state.populations.log_weights(self.theta))

    def unsettled(self, state: State) -> list[int]:
        """Return the items that still move, by how far one more step takes them."""
        _value, after = self._step(state, expands=False)
        found: list[int] = []
        for block, old, new in zip(self.blocks, state.blocks, after.blocks, strict=True):
            found += [int(item) for item in block.items[np.abs(new - old).max(axis=1) > UNSETTLED]]
        return sorted(found)

    def _start(self) -> State:
        populations = self._settled()
        middle = float(np.average(populations.values[:, 0], weights=np.bincount(self.data.groups)))
        blocks = []
        for block, shares in zip(self.blocks, self._shares(), strict=True):
            if block.is_fixed:
                blocks.append(known_parameters(block, self.anchors, self.model.name))
            else:
                blocks.append(self._free_start(block, shares, middle))
        return State(blocks, populations)

    def _free_start(self, block: Block, shares: FloatArray, middle: float) -> FloatArray:
        start = start_values(self.model, shares)
        if self.anchors and self.model.common_slope:
            start[:, 0] = next(iter(self.anchors.values())).discrimination
        start[:, 1 : block.categories] -= start[:, :1] * middle
        return start

    def _settled(self) -> Populations:
        """Return the populations the anchors alone point to."""
        populations = Populations.standard(len(self.data.group_codes), is_anchored=bool(self.anchors))
        blocks = [block for block in self.blocks if block.is_fixed]
        known = [known_parameters(block, self.anchors, self.model.name) for block in blocks]
        curves = [self.model.probabilities(values, self.theta) for values in known]
        for _step in range(SETTLING_STEPS if blocks else 0):
            found = expect(self.data, blocks, curves, populations.log_weights(self.theta))
            populations = replace(populations, values=populations.fitted(found.population, self.theta))
        return populations

    def _step(self, state: State, *, expands: bool) -> tuple[float, State]:
        """Return the objective at a state and the next one.

        ``expands``: the population that defines the metric is estimated too and the items are put on its metric,
        which spares the many steps in which all slopes grow together (PX-EM; Liu, Rubin & Wu 1998).
        """
        expected = self.expect(state)
        free = [place for place, block in enumerate(self.blocks) if not block.is_fixed]
        better = maximise(
            self.model,
            [state.blocks[place] for place in free],
            [expected.counts[place] for place in free],
            self.theta,
            self.prior,
            hold_slope=self.model.common_slope and bool(self.anchors),
        )
        blocks = list(state.blocks)
        for place, block in zip(free, better, strict=True):
            blocks[place] = block
        values = state.populations.fitted(expected.population, self.theta, everywhere=expands)
        if expands:
            blocks, values = self._standardised(blocks, values)
        return self._objective(expected, state), State(blocks, replace(state.populations, values=values))

    def _standardised(self, blocks: list[FloatArray], values: FloatArray) -> tuple[list[FloatArray], FloatArray]:
        """Return items and populations on the metric of the first group."""
        mean, sd = values[0, 0], np.exp(values[0, 1])
        moved = []
        for place, block in zip(self.blocks, blocks, strict=True):
            after = block.copy()
            after[:, 1 : place.categories] += block[:, :1] * mean
            after[:, 0] *= sd
            moved.append(after)
        return moved, np.stack(((values[:, 0] - mean) / sd, values[:, 1] - values[0, 1]), axis=1)

    def _objective(self, expected: Expected, state: State) -> float:
        if self.prior is None:
            return expected.log_likelihood
        free = [values for block, values in zip(self.blocks, state.blocks, strict=True) if not block.is_fixed]
        return expected.log_likelihood + sum(self.prior.log_density(values[:, -1]) for values in free)

    def _extrapolated(self, start: State, first: State, second: State, reached: float, *, expands: bool) -> State:
        """Leap ahead along the path of two EM steps (Varadhan & Roland 2008); step back where that is worse."""
        move = [b - a for a, b in zip(start.parts, first.parts, strict=True)]
        bend = [c - 2 * b + a for a, b, c in zip(start.parts, first.parts, second.parts, strict=True)]
        length = _norm(move) / max(_norm(bend), 1e-300)
        leap = min(max(length, 1.0), LONGEST_LEAP)
        steps = zip(start.parts, move, bend, strict=True)
        tried = start.with_parts([a + 2 * leap * r + leap**2 * v for a, r, v in steps])
        if leap == 1.0 or not self._is_usable(tried):
            return second
        value, settled = self._step(tried, expands=expands)
        return settled if value >= reached else second

    def _is_usable(self, state: State) -> bool:
        return bool(
            all(is_proper(self.model, block).all() for block in state.blocks)
            and all((np.abs(block[:, 0]) <= LARGEST_SLOPE).all() for block in state.blocks)
            and (np.abs(state.populations.values) < LATENT_LIMIT).all()
        )

    def _shares(self) -> list[FloatArray]:
        above = np.asarray(self.data.cells.T @ self.data.weights)
        answered = np.full(self.data.items, self.data.weights.sum())
        if self.data.seen is not None:
            answered[self.data.skipped] = self.data.seen.T @ self.data.weights
        shares = []
        for block in self.blocks:
            higher = above[block.columns]
            total = np.maximum(answered[block.items], 1.0)[:, None]
            shares.append(np.concatenate((total - higher.sum(axis=1, keepdims=True), higher), axis=1) / total)
        return shares


def _distance(one: State, other: State) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(one.parts, other.parts, strict=True))


def _norm(parts: Sequence[FloatArray]) -> float:
    return float(np.sqrt(sum(float((part**2).sum()) for part in parts)))
